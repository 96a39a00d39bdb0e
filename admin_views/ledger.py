"""The consent ledger of one client: what they agreed to, and every time something left under it. Made to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import current, details, named, pages
from admin_views.db import db
from admin_views.keys import row_key
from casework.access import panel_for
from casework.calendar import local
from casework.context import acting
from casework.coverage import listed
from casework.datetext import short
from casework.ledger import Given, Ledger, ledger_of
from casework.permission import may_quote
from exports.letters import to_whom
from models import Client, Consent, DisclosureWithoutConsent, Publication, Release
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("ledger", __name__)
ROLES = ("manager", "caseworker")
HOW = {"signed": "Signed", "verbal_witnessed": "Spoken", "electronic": "In writing"}
LEFT = ("When", "What", "How", "With", "Asked back", "Return confirmed")


@dataclass(frozen=True)
class Permission:
    """One card of the ledger."""

    key: str
    heading: str
    badge: pages.Badge
    facts: tuple[pages.Fact, ...]
    releases: tuple[pages.Row, ...]
    columns: tuple[str, ...]
    publications: tuple[pages.Row, ...]
    links: tuple[pages.Link, ...]


@dataclass(frozen=True)
class LedgerPage:
    heading: str
    lead: str
    title: str
    above: pages.Link
    safe_contact: str
    counted: tuple[str, ...]
    permissions: tuple[Permission, ...]
    told: tuple[pages.Row, ...]
    told_columns: tuple[str, ...]
    buttons: tuple[pages.Link, ...]
    record_told: pages.Link | None


def _page(role: str) -> Any:
    client = client_of(role, request.args.get("client"))
    named.note("opened", client, "consent ledger")
    found = ledger_of(db.session, client, acting(db.session).today)
    return render_template("casework/ledger.html", page=_filled(role, client, found))


def client_of(role: str, key: str | None) -> Client:
    """Give the client that an address names, within the reader's scope; ends the request otherwise."""
    if current.acting_role() != role:
        abort(403)
    return db.session.scalars(select(Client).where(Client.id == row_key(key))).one_or_none() or abort(404)


def _filled(role: str, client: Client, found: Ledger) -> LedgerPage:
    panel = panel_for(DisclosureWithoutConsent, role)
    may_record = panel is not None and panel.rights[role].create
    record = url_for(f"{role}_disclosure.create_view", client_id=client.id) if may_record else None
    return LedgerPage(
        heading=_("What %(name)s has agreed to", name=client.name), lead=f"{client.ref}, {_('consent ledger')}",
        title=_("Consent ledger"),
        above=pages.Link(client.label(Sensitivity.PERSONAL), details.url_of(role, client) or ""),
        safe_contact=details.safe_contact(client), counted=tuple(_counted(client, found)),
        permissions=tuple(_permission(role, one) for one in found.given),
        told=tuple(_told(role, one) for one in found.disclosures),
        told_columns=(_("When"), _("Whom"), _("What"), _("Why it had to be told"), _("Decided by"), _("Client told")),
        buttons=(
            pages.Link(_("Record consent"), url_for(f"{role}_consent.create_view", client_id=client.id), primary=True),
            pages.Link(_("Record a publication"), url_for(f"{role}_publication.create_view", client_id=client.id)),
        ),
        record_told=pages.Link(_("Record it"), record) if record else None,
    )  # fmt: skip


def _counted(client: Client, found: Ledger) -> list[str]:
    """Say in one line each how much there is: what a client asks first."""
    left, back = found.releases, [one for one in found.releases if one.recalled_on is not None]
    lines = [
        ngettext("%(num)s permission in force", "%(num)s permissions in force", found.in_force)
        if found.in_force else _("No permission in force"),
        ngettext("something left once", "something left %(num)s times", len(left)) if left else _("nothing has left"),
    ]  # fmt: skip
    if back:
        lines.append(ngettext("asked back once", "asked back %(num)s times", len(back)))
    if found.disclosures:
        told = len(found.disclosures)
        lines.append(ngettext("told without permission once", "told without permission %(num)s times", told))
    quote = may_quote(db.session, client, acting(db.session).today)
    lines.append(_("may be quoted") if quote else _("may not be quoted"))
    return lines


def badge_of(consent: Consent, *, live: bool) -> pages.Badge:
    """Say how a permission stands: signed, spoken, withdrawn, expired. Red says that nothing may leave under it."""
    if consent.withdrawn_on is not None and not live:
        return pages.Badge(_("Withdrawn"), "late")
    if live:
        return pages.Badge(_(HOW[consent.method]), "ok")
    ended = consent.expires_on < acting(db.session).today
    return pages.Badge(_("Expired") if ended else _("Not yet"), "late" if ended else "soon")


def _permission(role: str, given: Given) -> Permission:
    consent = given.consent
    return Permission(
        key=f"consent-{consent.id}", heading=_(to_whom(consent)), badge=badge_of(consent, live=given.live),
        facts=tuple(pages.Fact(label, pages.Cell(text)) for label, text in _facts(given) if text),
        releases=tuple(_release(role, one) for one in given.releases), columns=tuple(_(one) for one in LEFT),
        publications=tuple(_publication(role, one) for one in given.publications),
        links=tuple(_links(role, given)),
    )  # fmt: skip


def _facts(given: Given) -> list[tuple[str, str]]:
    consent = given.consent
    return [
        (_("For what"), listed(code.words for code in consent.purposes)),
        (_("What may be shared"), listed(code.words for code in consent.scope)),
        (_("From, until"), _("%(first)s to %(last)s", first=_day(consent.given_on), last=_day(consent.expires_on))),
        (_("How given"), _how(consent)),
        (_("Signed form"), _form_words(given)),
        (_("Withdrawn on"), _day(consent.withdrawn_on)),
        (_("Only for case"), consent.case.ref if consent.case is not None else ""),
        (_("Home Office warning"), _("explained %(day)s", day=_day(consent.warning_read_on))
         if consent.warning_read_on and consent.kind.startswith("share_") else ""),
        (_("Receipt"), _("given %(day)s", day=_day(consent.receipt_on)) if consent.receipt_on else ""),
    ]  # fmt: skip


def _form_words(given: Given) -> str:
    if given.lacks_form:
        return _("not on file yet")
    return _("on file") if given.has_form else ""


def _how(consent: Consent) -> str:
    """Say how it was given: signed or spoken, before whom, through whom, in which language."""
    parts = [_(by_key(Consent)["method"].info.choice_label(consent.method))]
    if consent.witness is not None:
        parts = [_("Spoken before %(name)s", name=consent.witness.name)]
    if consent.interpreter is not None:
        parts.append(_("interpreter %(name)s", name=consent.interpreter.name))
    if consent.language is not None:
        parts.append(_("explained in %(language)s", language=consent.language.name))
    return ", ".join(parts)


def _day(day: Any) -> str:
    return short(day).partition(" ")[2] if day is not None else ""


def _release(role: str, one: Release) -> pages.Row:
    referral = one.referral
    how = _(by_key(Release)["channel"].info.choice_label(one.channel))
    case = (
        pages.Cell(referral.case.ref if referral.case else "", url=details.url_of(role, referral)) if referral else None
    )
    return pages.Row(str(one.id), (
        pages.Cell(f"{short(local(one.at).date())}, {local(one.at):%H:%M}", url=details.url_of(role, one)),
        pages.Cell(one.items), pages.Cell(how), case or pages.Cell(""), pages.Cell(_day(one.recalled_on)),
        pages.Cell(_day(one.returned_on)),
    ))  # fmt: skip


def _publication(role: str, one: Publication) -> pages.Row:
    return pages.Row(str(one.id), (
        pages.Cell(short(one.printed_on), url=details.url_of(role, one)), pages.Cell(one.words),
        pages.Cell(one.used_in), pages.Cell(_day(one.taken_down_on)),
    ))  # fmt: skip


def _told(role: str, one: DisclosureWithoutConsent) -> pages.Row:
    known = _day(one.client_told_on) or _("Not yet: %(why)s", why=one.why_not_told)
    return pages.Row(str(one.id), (
        pages.Cell(short(one.told_on), url=details.url_of(role, one)), pages.Cell(one.agency.name),
        pages.Cell(one.what), pages.Cell(one.ground.words), pages.Cell(one.decided_by.name), pages.Cell(known),
    ))  # fmt: skip


def _links(role: str, given: Given) -> list[pages.Link]:
    consent, made = given.consent, []
    if consent.withdrawn_on is None:
        made.append(pages.Link(_("Withdraw"), url_for(f"ledger.{role}_withdraw", id=consent.id)))
    elif any(one.returned_on is None for one in given.releases):
        made.append(pages.Link(_("Ask for it back"), url_for(f"ledger.{role}_recall", consent=consent.id)))
    if given.lacks_form:
        made.append(pages.Link(_("Add the signed form"), url_for(f"documents.{role}", consent=consent.id)))
    made.append(pages.Link(_("Receipt"), url_for(f"ledger.{role}_receipt", consent=consent.id)))
    made.append(pages.Link(_("All fields"), details.url_of(role, consent) or ""))
    return made


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/ledger/", _role, _page, defaults={"role": _role})
