"""Who this is and how to reach them safely: the same strip on the page of a client and of a case."""

from __future__ import annotations

import unicodedata

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import pages, shown
from admin_views.db import db
from casework.access import panel_for
from casework.cases import RUNNING
from casework.chain import Chain, chain_of
from casework.datetext import without_weekday
from models import Case, Client, Worker
from models.declared import by_key

ENGLISH = "eng"
FROM_RIGHT = ("R", "AL")  # classes of letters that are written from right to left


def of_case(role: str, case: Case) -> pages.Identity:
    """Give the strip of a case; it is somebody's, or nobody's yet."""
    client, chain = case.client, chain_of(db.session, case)
    about = case.title or case.kind.words
    opened = _("opened %(day)s", day=without_weekday(case.opened_on)) if case.opened_on else _("not opened yet")
    lead = f"{_('Case %(ref)s', ref=case.ref)} · {opened}"
    return pages.Identity(
        lead=lead, name=f"{client.name} – {about}" if client else _("Anonymous enquiry – %(about)s", about=about),
        badges=_states(case), earlier=tuple(pages.Link(one.ref, _page(role, one)) for one in chain.cases[1:]),
        earlier_words=_together(chain), **_reached(role, client, case.lead.name if case.lead else ""),
    )  # fmt: skip


def of_client(role: str, client: Client) -> pages.Identity:
    """Give the strip of a client, with the caseworkers of their running cases."""
    leads = select(Worker.name).join(Case, Case.lead_id == Worker.id).where(
        Case.client_id == client.id, Case.status.in_(RUNNING)
    ).distinct().order_by(Worker.name)  # fmt: skip
    lead = f"{_('Client %(ref)s', ref=client.ref)} · {_word(client, 'kind').lower()}"
    return pages.Identity(
        lead=lead, name=client.name, badges=_household(client),
        **_reached(role, client, ", ".join(db.session.scalars(leads))),
    )  # fmt: skip


def direction(text: str) -> str:
    """Give "rtl" for text whose first letter is written from the right, else "ltr"."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((one for one in strong if one in ("L", *FROM_RIGHT)), "L") in FROM_RIGHT else "ltr"


def own_language(client: Client) -> str:
    """Give the language of a name's own script; who speaks English with us does not write their name in it."""
    return client.language.code if client.language and client.language.code != ENGLISH else "und"


def safe_way(client: Client) -> str:
    """Give the safe way to reach somebody in a few words; that it was not asked is an answer too."""
    return _(_word(client, "safe_contact")) or _("Not asked yet: ask before you ring or write")


def interpreter_wish(client: Client) -> str:
    """Give whom to ask for, "Spoken, a woman"; an empty text where nobody is needed."""
    if client.interpreter == "no":
        return ""
    whom = {"female": _("a woman"), "male": _("a man")}.get(client.interpreter_gender, "")
    return ", ".join(part for part in (_(_word(client, "interpreter")), whom) if part)


def language_of(client: Client) -> str:
    parts = (client.language.name if client.language else _("Not recorded"), client.dialect)
    return ", ".join(part for part in parts if part)


def access_of(client: Client) -> str:
    """Give what the person needs to reach and use a room, in their own words after the ticks."""
    ticked = [_("No stairs")] if client.mobility_need else []
    ticked += [_("Text relay")] if client.text_relay else []
    return ". ".join([*ticked, *([client.needs] if client.needs else [])])


def _word(client: Client, key: str) -> str:
    return by_key(Client)[key].info.choice_label(getattr(client, key))


def _page(role: str, case: Case) -> str:
    return url_for(f"{role}_case.details_view", id=case.id)


def _states(case: Case) -> tuple[pages.Badge, ...]:
    words = {key: _(by_key(Case)[key].info.choice_label(getattr(case, key))) for key in ("status", "risk")}
    risk = [pages.Badge(_("High risk"), "urgent")] if case.risk == "high" else []
    return (pages.Badge(words["status"], shown.BADGES["status"].get(case.status, "note")), *risk)


def _together(chain: Chain) -> str:
    """Say how long this has gone on, for somebody who came back with the same problem."""
    if len(chain.cases) == 1:
        return _("follows another team's record") if chain.hidden else ""
    return _("%(cases)s cases, %(months)s months in all", cases=len(chain.cases), months=chain.months)


def _household(client: Client) -> tuple[pages.Badge, ...]:
    children = sum(member.is_child for member in client.members)
    if not children:
        return ()
    return (pages.Badge(ngettext("1 child", "%(num)s children", children), "note"),)


def _reached(role: str, client: Client | None, lead: str) -> dict[str, object]:
    """Give what the strip says of the person, the same for both pages."""
    if client is None:
        return {"facts": _facts([(_("Caseworker"), lead)])}
    panel = panel_for(Client, role)
    change = panel is not None and panel.rights[role].edit
    return {
        "own_script": client.own_script or "", "own_dir": direction(client.own_script or ""),
        "own_lang": own_language(client),
        "facts": _facts(_told(client, lead)), "way": safe_way(client), "care": client.safe_note or "",
        "change": _change(role, client) if change else None, "warnings": _warnings(client),
    }  # fmt: skip


def _change(role: str, client: Client) -> pages.Link:
    return pages.Link(_("Change"), url_for(f"{role}_client.edit_view", id=client.id, _anchor="safe_contact-field"))


def _told(client: Client, lead: str) -> list[tuple[str, str]]:
    said = ", ".join(part for part in (client.say_it, client.pronouns) if part)
    return [
        (_("Contact person"), client.org_contact or ""), (_("Say it"), said),
        (_("Phone"), client.phone or _("None given")), (_("Language"), language_of(client)),
        (_("Interpreter"), interpreter_wish(client)), (_("Access"), access_of(client)), (_("Caseworker"), lead),
    ]  # fmt: skip


def _facts(pairs: list[tuple[str, str]]) -> tuple[pages.Fact, ...]:
    return tuple(pages.Fact(label, pages.Cell(text)) for label, text in pairs if text)


def _warnings(client: Client) -> tuple[str, ...]:
    if not client.text_relay:
        return ()
    return (_("Uses text relay or a text phone: the emergency helpline cannot take it. Agree another way for nights."),)
