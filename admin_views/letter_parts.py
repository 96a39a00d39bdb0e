"""What letters show elsewhere: on the page of a case, and the buttons of their own page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import details, pages, shown, why
from admin_views.base import CaseworkView
from admin_views.call_parts import near
from admin_views.case_reads import has
from admin_views.case_record import dotted, released_under
from admin_views.db import db
from admin_views.letter_forms import POSSIBLE
from casework.context import acting
from casework.correspondence import IN_WAITING, WAITING
from casework.letter_clock import REQUEST, WRITTEN
from casework.letter_rules import SENT_BY
from models import Case, Correspondence, Release
from models.declared import by_key

PANEL = "correspondence"
NAMES = {"letter": _l("Letter"), "email": _l("E-mail"), "text": _l("Text message")}
WITH = {"client": _l("the client"), "third_party": _l("somebody else")}
NEVER_LEFT = ("dropped", "declined")


def acts(role: str, case: Case) -> Iterator[pages.Link]:
    """Give the buttons of letters for the page of a case."""
    yield pages.Link(_("Write letter"), url_for(f"letters.{role}_write", case=case.id))
    yield pages.Link(_("Letter came in"), url_for(f"letters.{role}_in", case=case.id))


def waiting(role: str, case: Case) -> pages.Card:
    """Give what waits for an answer, for writing or for sending, the earliest first."""
    lines = tuple(_waiting_line(role, one) for one in _waiting(case)) if has(case, Correspondence) else ()
    asked = pages.Link(_("The client asks for a letter"), url_for(f"letters.{role}_asked", case=case.id))
    return pages.Card("letters", _("Letters and messages"), lines, count=len(lines) or None, links=(asked,),
                      empty=_("Nothing waits for an answer."))  # fmt: skip


def _waiting(case: Case) -> Iterable[Correspondence]:
    found = select(Correspondence).where(Correspondence.case_id == case.id, Correspondence.status.in_(WAITING))
    in_order = found.order_by(Correspondence.due_on, Correspondence.id)
    return db.session.scalars(in_order.options(joinedload(Correspondence.owner)))


def _waiting_line(role: str, one: Correspondence) -> pages.Line:
    today = acting(db.session).today
    badge = shown.due_badge(one.due_on, today, near(one.due_on)) if one.due_on else pages.Badge(_("Draft"), "note")
    state = _(by_key(Correspondence)["status"].info.choice_label(one.status))
    second = " · ".join(part for part in (state, one.owner.name if one.owner is not None else "") if part)
    return pages.Line(
        one.subject, badge, second, details.url_of(role, one), why=tuple((one.due_trace or "").splitlines())
    )


def entries(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give the letters of a case for its timeline; telephone messages stand there as the notes of their calls."""
    if not has(case, Correspondence):
        return
    found = select(Correspondence).where(
        Correspondence.case_id == case.id, Correspondence.medium.in_(SENT_BY), Correspondence.status.not_in(NEVER_LEFT)
    )  # fmt: skip
    what_left = joinedload(Correspondence.release).joinedload(Release.consent)
    for one in db.session.scalars(found.options(joinedload(Correspondence.agency), what_left)):
        yield _entry(role, one)


def _entry(role: str, one: Correspondence) -> pages.Entry:
    at = one.answered_at if one.status == "sent" and one.answered_at is not None else one.at
    name = one.agency.name if one.agency is not None else str(WITH.get(one.contact_with, ""))
    inward = one.direction == "in"
    title = _("%(what)s in", what=NAMES[one.medium]) if inward else _("%(what)s out", what=NAMES[one.medium])
    if one.kind == REQUEST and one.status != "sent":
        title = _("Letter asked for")
    return pages.Entry(
        at=at, when=shown.moment(at), kind="letter", icon="letter", title=title,
        with_whom=_("from %(name)s", name=name) if inward else _("to %(name)s", name=name),
        text="\n".join(part for part in (one.subject, one.text if inward else "") if part), meta=_meta(one),
        url=details.url_of(role, one), links=why.link(role, PANEL, one), inward=inward,
        filled=one.release_id is not None,
    )  # fmt: skip


def _meta(one: Correspondence) -> str:
    state = _(by_key(Correspondence)["status"].info.choice_label(one.status))
    due = _("due %(day)s", day=near(one.due_on)) if one.due_on and one.status in WAITING else ""
    left = (released_under(one.release), one.release.items) if one.release is not None else ()
    return dotted(state, due, *left)


class CorrespondenceView(CaseworkView):
    """The record's own page: what can be done next with a letter or message."""

    def buttons(self, model: Any) -> list[pages.Link]:
        made = [*self._main(model), *self._beside(model)]
        return [pages.Link(one.text, one.url, primary=place == 0) for place, one in enumerate(made)]

    def _main(self, model: Correspondence) -> Iterator[pages.Link]:
        write = f"letters.{self.role}_write"
        if model.status in IN_WAITING:
            call = pages.Link(_("Log the call"), url_for(f"call.{self.role}", case=model.case_id))
            answer = pages.Link(_("Write the answer"), url_for(write, answers=model.id))
            yield from (answer, call) if model.medium in WRITTEN else (call, answer)
        elif model.status in ("agreed", "draft"):
            yield pages.Link(_("Go on writing"), url_for(write, id=model.id))

    def _beside(self, model: Correspondence) -> Iterator[pages.Link]:
        if POSSIBLE.get(model.status):
            yield pages.Link(_("Record what happened"), url_for(f"letters.{self.role}_step", id=model.id))
        if model.direction == "out" and model.text:
            yield pages.Link(_("Print"), url_for(f"letter_print.{self.role}", id=model.id))
