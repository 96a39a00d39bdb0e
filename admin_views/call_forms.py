"""The form of a call: chips with the commonest answers chosen, a note, and the next step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import options
from admin_views.call_parts import near
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    AtMost,
    ChipsField,
    ChoiceField,
    DateText,
    LineField,
    NumberField,
    OnceField,
    Required,
    TickField,
    TicksField,
    WhenText,
)
from admin_views.forms import OfficeForm
from casework import calls, tasks
from casework.calendar import Due
from casework.letter_clock import WRITTEN
from models import Agency, CaseNote, Code, Correspondence, Task, Worker
from models.declared import by_key

NONE, OTHER = "none", "other"
AGENCY = "agency"
LONGEST_CALL = 8 * 60  # minutes between ten and six
NOT_IN_A_CALL = ("supervision",)  # a kind of note of our own, no help to a client
FIRST_STEP = "contact_client"  # of the office's list of tasks


@dataclass(frozen=True)
class Offered:
    """What the page offers for this one case, read before the form is made."""

    agencies: list[Agency] = field(default_factory=list)
    messages: list[Correspondence] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    days: list[tuple[int, Due]] = field(default_factory=list)

    @property
    def by_hand(self) -> list[Task]:
        """The tasks that are ticked off by hand; the others end with the record that they wait for."""
        return [one for one in self.tasks if not one.about]

    @property
    def rung(self) -> list[int]:
        """The messages that a call answers as a rule: those that came by telephone."""
        return [one.id for one in self.messages if one.medium not in WRITTEN]


def _choices(name: str) -> tuple[tuple[str, Any], ...]:
    return tuple((word, _l(label)) for word, label in by_key(CaseNote)[name].info.choices)


def _kinds() -> list[tuple[int, str]]:
    found = select(Code.id, Code.words).where(
        Code.list == "note_kind", Code.active, Code.code.not_in(NOT_IN_A_CALL)
    )  # fmt: skip
    return [(key, words) for key, words in db.session.execute(found.order_by(Code.sort, Code.words))]


def staff() -> list[tuple[int, str]]:
    found = select(Worker).where(Worker.kind == "staff", Worker.active).order_by(Worker.name)
    return [(one.id, one.name) for one in db.session.scalars(found)]


class CallForm(OfficeForm):
    once = OnceField()
    direction = ChipsField(_l("Who called"), [Required()], choices=_choices("direction"), default="in")
    outcome = ChipsField(_l("Outcome"), [Required()], choices=_choices("outcome"), default=calls.REACHED)
    contact_with = ChipsField(_l("Who with"), [Required()], default="client")
    text = AreaField(
        _l("What was said or agreed"), lines=6,
        description=_l("Their words in “quotes”. Not needed if nobody was reached."),
        render_kw={"autofocus": ""},
    )  # fmt: skip
    kinds = TicksField(_l("Help given"), choices=_kinds)
    answers = TicksField(_l("This answers"), description=_l("Its clock ends if you spoke."))
    done = TicksField(_l("Done with this call"))
    follow_up = ChipsField(_l("Next step"), [Required()])
    follow_up_on = DateText(_l("Day of the next step"))
    what = LineField(_l("What is to be done"), [AtMost(tasks.LONGEST or 200)], width="w-long")
    owner_id = ChoiceField(_l("By whom"), choices=staff)
    medium = ChipsField(
        _l("Line"), [Required()], default="phone", shows={calls.HELPLINE: "at_night"},
        choices=tuple(pair for pair in _choices("medium") if pair[0] in calls.CALL_MEDIA),
    )  # fmt: skip
    at_night = TickField(_l("Woken at night"))
    at = WhenText(_l("When"), prefer="past", description=_l("Empty: now."))
    minutes = NumberField(_l("Minutes"), least=1, most=LONGEST_CALL)
    instruction = AreaField(_l("What the client instructs us to do"), lines=2, description=_l("In their words."))
    client_told_on = DateText(_l("Client told on"), prefer="past", description=_l("If you spoke with somebody else."))

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.outcome.data == calls.REACHED and self.text.is_blank():
            self.text.errors = [_("Write what was said, or choose another outcome.")]
        if self.follow_up.data == OTHER and self.follow_up_on.data is None and not self.follow_up_on.errors:
            self.follow_up_on.errors = [_("Enter the day of the next step, or choose “None”.")]
        if self.follow_up.data not in (None, NONE) and self.what.is_blank():
            self.what.errors = [_("Say what is to be done, or choose “None”.")]
        return fine and not self.errors


def form_for(offered: Offered, formdata: Any, usual: dict[str, Any]) -> CallForm:
    """Give the form with what this case offers: its agencies, its waiting messages, its tasks, the days."""

    class ForThisCase(CallForm):
        contact_with = ChipsField(_l("Who with"), [Required()], choices=_people(offered.agencies), default="client")
        answers = TicksField(
            _l("This answers"), choices=[(one.id, _message(one)) for one in offered.messages],
            description=_l("Its clock ends if you spoke."),
        )  # fmt: skip
        done = TicksField(_l("Done with this call"), choices=[(one.id, _task(one)) for one in offered.by_hand])
        follow_up = ChipsField(
            _l("Next step"), [Required()], choices=_days(offered.days), default=_usual_day(offered.days),
            shows={OTHER: "follow_up_on"},
        )  # fmt: skip

    form = ForThisCase(formdata, data={"answers": offered.rung, **usual})
    form.text.flags.required = True  # unless nobody was reached, which only the outcome says
    for name, rows in (("answers", offered.messages), ("done", offered.by_hand)):
        if not rows:
            del form[name]
    return form


def usual_step() -> str:
    """Give the words of the commonest next step, from the office's own list."""
    found = select(Code.words).where(Code.list == "task_kind", Code.code == FIRST_STEP, Code.active)
    return db.session.scalar(found) or ""


def _people(agencies: list[Agency]) -> list[tuple[str, Any]]:
    """Give whom one speaks with: the agencies of this case by name, among the others."""
    made: list[tuple[str, Any]] = []
    for word, label in _choices("contact_with"):
        if word == AGENCY:
            made += [(f"{AGENCY}:{one.id}", one.name) for one in agencies]
            label = _l("Another agency") if agencies else label  # noqa: PLW2901
        if word != "internal":
            made.append((word, label))
    return made


def _days(days: list[tuple[int, Due]]) -> list[tuple[str, Any, str]]:
    counted = [
        (str(number), near(due.on), ngettext("1 working day", "%(num)s working days", number)) for number, due in days
    ]
    return [(NONE, _l("None"), ""), *counted, (OTHER, _l("Other date"), "")]


def _usual_day(days: list[tuple[int, Due]]) -> str:
    """Give the day that is chosen at first: the middle one of those the office offers."""
    return str(days[len(days) // 2][0]) if days else NONE


def _message(one: Correspondence) -> str:
    due = _("due %(day)s", day=near(one.due_on)) if one.due_on else ""
    return ", ".join(part for part in (one.subject, due) if part)


def _task(one: Task) -> str:
    return f"{one.what}, {near(one.put_off_until or one.due_on)}"


def agency_of(form: CallForm) -> tuple[str, Agency | None]:
    """Give whom the call was with, and which agency."""
    word, _sep, key = (form.contact_with.data or "").partition(":")
    return word, options.fetched(Agency)(int(key)) if key else None
