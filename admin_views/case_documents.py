"""Documents on the page of a case: the card, and an entry in the timeline for each one added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import details, pages, shown
from admin_views.case_reads import has, once
from admin_views.db import db
from casework import sniff
from casework.calendar import local
from casework.datetext import MONTHS
from casework.documents import size_words
from models import Case, Document

ROLES = ("manager", "caseworker")


def of_case(case: Case) -> Sequence[Document]:
    """Give the documents of a case, the latest first, without what is in them; read once in a request."""
    statement = select(Document).where(Document.case_id == case.id).options(joinedload(Document.kind))
    latest_first = statement.order_by(Document.id.desc())
    return once("documents", case, lambda: db.session.scalars(latest_first).all()) if has(case, Document) else ()


def card(role: str, case: Case) -> pages.Card | None:
    """Give what is on file for a case, each with a link that opens it."""
    if role not in ROLES:
        return None
    found = of_case(case)
    return pages.Card(
        key="documents", heading=_("Documents"), count=len(found), lines=tuple(_line(role, one) for one in found),
        links=(pages.Link(_("Add"), url_for(f"documents.{role}", case=case.id)),), empty=_("None yet."),
    )  # fmt: skip


def _line(role: str, document: Document) -> pages.Line:
    added = local(document.created_at).date()
    return pages.Line(
        text=document.shows or document.kind.words, url=details.url_of(role, document), second=_about(document),
        badge=pages.Badge(f"{added.day} {MONTHS[added.month - 1][:3]}"), links=(_open_link(role, document),),
    )  # fmt: skip


def _about(document: Document) -> str:
    kind = sniff.by_mime(document.mime)
    parts = [
        document.kind.words if document.shows else "", kind.words if kind is not None else "",
        size_words(document.size), _("names somebody else") if document.third_party else "",
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _open_link(role: str, document: Document) -> pages.Link:
    return pages.Link(_("Open"), url_for(f"documents.{role}_open", id=document.id))


def timeline(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give an entry for each document, on the day it was added."""
    for one in of_case(case) if role in ROLES else ():
        yield pages.Entry(
            at=one.created_at, when=shown.moment(one.created_at), kind="note", icon="doc", title=_("Document added"),
            with_whom=one.kind.words.lower(), text=one.shows or "", meta=f"{one.name} · {size_words(one.size)}",
            url=details.url_of(role, one), links=(_open_link(role, one),),
        )  # fmt: skip
