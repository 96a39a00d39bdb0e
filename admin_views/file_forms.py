"""The forms of seeing one's own file: what was asked, each step, and the check for other people's details."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import shown
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    ChipsField,
    ChoiceField,
    DateText,
    LineField,
    Required,
    TicksField,
    VersionField,
    WhenText,
)
from admin_views.forms import OfficeForm
from models import CaseNote, FileRequest, Worker
from models.declared import by_key

FIRST_WORDS = 200  # characters of a note beside its tick


def staff() -> list[tuple[int, str]]:
    """Give the members of staff who are here."""
    found = select(Worker).where(Worker.kind == "staff", Worker.active).order_by(Worker.name)
    return [(one.id, one.name) for one in db.session.scalars(found)]


class AskForm(OfficeForm):
    requested_at = WhenText(_l("Asked for"), [Required(_l("Enter the day and the time."))], prefer="past")
    subject_access = ChipsField(
        _l("What they want"), [Required()], default=True,
        choices=((True, _l("A copy of everything we hold")), (False, _l("To read the file here"))),
        description=_l("A copy of everything is a legal right with its own clock."),
    )  # fmt: skip
    handler = ChoiceField(_l("Prepared by"), [Required(_l("Say who prepares the file."))], choices=staff)
    urgency = LineField(
        _l("How urgent it is for them"), width="w-full", description=_l("What they need it for, and by when.")
    )


class InformForm(OfficeForm):
    """A file in storage: the client is told, and the urgency talked over."""

    informed_on = DateText(_l("Told that it is in storage on"), [Required()], prefer="past")
    urgency = LineField(
        _l("How urgent it is for them"), [Required(_l("Ask how urgent it is for them, and write it down."))],
        width="w-full",
    )  # fmt: skip


class AgreeForm(OfficeForm):
    agreed_on = DateText(
        _l("Agreed to have it by"), [Required(_l("Agree with the client by when they will have the file."))]
    )


class ReadyForm(OfficeForm):
    late_reason = LineField(_l("Reason, if later than promised"), width="w-full")


class ProvideForm(OfficeForm):
    identity_checked_by = ChoiceField(
        _l("Who knew the client, or saw who they are"), choices=staff,
        description=_l("Never ask for a document that somebody does not have; knowing them is enough."),
    )  # fmt: skip
    safe_way = LineField(
        _l("How it reaches them safely"), width="w-full",
        description=_l("Read here, handed over, or sent: who else could see it?"),
    )  # fmt: skip
    late_reason = LineField(_l("Reason, if later than due"), width="w-full")


class ExtendForm(OfficeForm):
    told_on = DateText(_l("Client told on"), [Required(_l("Say on which day the client was told."))], prefer="past")
    reason = LineField(
        _l("Why it takes longer"), [Required(_l("Say why this copy takes longer."))], width="w-full",
        description=_l("The client is told this reason."),
    )  # fmt: skip


def marking_form(notes: Sequence[CaseNote]) -> type[OfficeForm]:
    """Give the form with a tick for each note: does it tell of somebody else?"""
    pairs = [
        (note.id, f"{shown.moment(note.at)}: {shorten(note.text, FIRST_WORDS, placeholder=' …')}") for note in notes
    ]

    class MarkingForm(OfficeForm):
        marked = TicksField(
            _l("Notes that tell of somebody else"), choices=pairs,
            description=_l("Neighbours, relatives, witnesses, officers by name. Our own names may stay."),
        )  # fmt: skip

    return MarkingForm


def redaction_form(notes: Sequence[CaseNote], asked: FileRequest) -> type[OfficeForm]:
    """Give the form with each note about somebody else, to be shortened by a second person."""
    before = {one.note_id: one.text or "" for one in asked.redactions}
    made: dict[str, Any] = {
        f"note_{note.id}": AreaField(
            _("Note of %(when)s", when=shown.moment(note.at)), default=before.get(note.id, _whole_text(note)),
            description=_l("[third party: check before release] Take out what is about somebody else. Empty: it stays "
                           "out of the copy."),
        )
        for note in notes
    }  # fmt: skip
    return type("RedactionForm", (OfficeForm,), {**made, "version": VersionField(default=asked.version)})


def _whole_text(note: CaseNote) -> str:
    """Give everything that the note tells in words; what the check lets out stands for all of it."""
    instruction = by_key(CaseNote)["instruction"].info.label
    return f"{note.text}\n\n{_(instruction)}: {note.instruction}" if note.instruction else note.text
