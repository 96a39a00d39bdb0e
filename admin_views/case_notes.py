"""Notes on the page of a case: what was said and done, the client's own words apart, corrections beside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import pages, shown, whose
from admin_views.case_reads import has, once
from admin_views.db import db
from casework import notes
from models import Case, CaseNote, Code

# How a note's medium is told: the kind it is filtered by, its shape and its name.
TOLD = {
    "phone": ("call", "phone", _l("Call")),
    "emergency_helpline": ("call", "phone", _l("Call to the emergency helpline")),
    "answerphone": ("call", "phone", _l("Message on the answerphone")),
    "email": ("letter", "letter", _l("E-mail")),
    "letter": ("letter", "letter", _l("Letter")),
    "text": ("letter", "letter", _l("Text message")),
    "visit": ("visit", "home", _l("Met in person")),
    "meeting": ("visit", "person", _l("Meeting")),
    "other": ("note", "doc", _l("Note")),
}
WITH = {"client": _l("with the client"), "agency": _l("with an agency"), "third_party": _l("with somebody else")}
OWN_WORDS = re.compile(r"\s*(?:“[^“”]+”|\"[^\"]+\")\s*")  # a whole line in quotation marks


@dataclass(frozen=True)
class _Ways:
    """What is the same for every note of a page, looked up once: a long file has many hundred notes."""

    correct: str
    change: str
    read: str
    to_correct: str
    to_change: str
    locked: str
    titles: Mapping[str, str]
    whom: Mapping[str, str]


def _ways(role: str) -> _Ways:
    return _Ways(
        correct=url_for(f"correct_note.{role}"), change=url_for(f"{role}_casenote.edit_view"),
        read=url_for(f"{role}_casenote.details_view"), to_correct=_("Correct by a further note"),
        to_change=_("Change this note"), locked=_("locked"),
        titles={medium: str(words) for medium, (_kind, _icon, words) in TOLD.items()},
        whom={key: str(words) for key, words in WITH.items()},
    )  # fmt: skip


def entries(role: str, case: Case) -> Iterator[pages.Entry]:
    """Give a case's notes for its timeline: three statements, however many there are."""
    if not has(case, CaseNote):
        return
    found = list(db.session.scalars(select(CaseNote).where(CaseNote.case_id == case.id).order_by(CaseNote.id)))
    kinds, ways = _kinds(case), _ways(role)
    by_id, corrected = {note.id: note for note in found}, {note.corrects_id: note for note in found}
    for note in found:
        yield _entry(ways, note, kinds.get(note.id, []), by_id.get(note.corrects_id or 0), corrected.get(note.id))


def told_apart(text: str) -> tuple[str, str]:
    """Give what we wrote, and the client's own words: the lines that stand in quotation marks as a whole."""
    lines = text.strip().splitlines()
    said = [line.strip() for line in lines if OWN_WORDS.fullmatch(line)]
    told = [line for line in lines if not OWN_WORDS.fullmatch(line)]
    return "\n".join(told).strip(), "\n".join(said)


def _kinds(case: Case) -> dict[int, list[str]]:
    """Give the kinds of help of every note of the case."""
    made: dict[int, list[str]] = defaultdict(list)
    for note_id, words in kinds_of_help(case):
        made[note_id].append(words)
    return made


def kinds_of_help(case: Case) -> list[tuple[int, str]]:
    """Give (number of the note, kind of help) for every note of the case, in the order of the list; one statement."""
    if not has(case, CaseNote):
        return []
    pairs = select(CaseNote.id, Code.words).join(CaseNote.kinds).where(CaseNote.case_id == case.id)
    in_order = pairs.order_by(Code.sort, Code.id)
    return once("help", case, lambda: [(note_id, words) for note_id, words in db.session.execute(in_order)])


def _entry(
    ways: _Ways, note: CaseNote, kinds: list[str], corrects: CaseNote | None, corrected: CaseNote | None
) -> pages.Entry:
    kind, icon, _words = TOLD[note.medium]
    told, said = told_apart(note.text)
    return pages.Entry(
        at=note.at, when=shown.moment(note.at), title=ways.titles[note.medium], icon=icon, text=told, said=said,
        kind="agency" if kind == "note" and note.contact_with == "agency" else kind,
        with_whom=ways.whom.get(note.contact_with, ""), meta=_meta(ways, note, kinds, corrects, corrected),
        links=(_way(ways, note),) if corrected is None else (), inward=note.contact_with == "client",
        recorded_at=note.created_at, by=note.created_by_id,
        third_party=note.third_party or note.contact_with == "third_party",
        corrected=_corrected_by(ways, corrected) if corrected is not None else None,
    )  # fmt: skip


def _meta(
    ways: _Ways, note: CaseNote, kinds: list[str], corrects: CaseNote | None, corrected: CaseNote | None
) -> str:  # fmt: skip
    """Give who, for how long, what help it was, and whether it can still be changed."""
    parts = [whose.name_of(note.created_by_id), _minutes(note), ", ".join(kinds)]
    if corrects is not None:
        parts.append(_("corrects what was written on %(when)s", when=shown.moment(corrects.created_at)))
    if corrected is None and notes.is_locked(db.session, note):
        parts.append(ways.locked)
    return " · ".join(part for part in parts if part)


def _minutes(note: CaseNote) -> str:
    return ngettext("1 minute", "%(num)s minutes", note.minutes) if note.minutes else ""


def _way(ways: _Ways, note: CaseNote) -> pages.Link:
    """Give the one way to put a note right; one that was corrected is left as it stands."""
    if notes.may_change(db.session, note):
        return pages.Link(ways.to_change, f"{ways.change}?id={note.id}")
    return pages.Link(ways.to_correct, f"{ways.correct}?id={note.id}")


def _corrected_by(ways: _Ways, note: CaseNote) -> pages.Link:
    words = _("Corrected by a further note of %(when)s", when=shown.moment(note.created_at))
    return pages.Link(words, f"{ways.read}?id={note.id}")
