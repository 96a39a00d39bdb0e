"""The forms of letters: what came in, what a client asks us to write, the letter itself, and what happens to it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import options
from admin_views.call_forms import staff
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    AtMost,
    ChipsField,
    ChoiceField,
    DateText,
    LineField,
    LookupField,
    Required,
    TickField,
    TicksField,
    VersionField,
    WhenText,
)
from admin_views.forms import OfficeForm
from casework.letter_rules import SENT_BY
from models import Agency, Correspondence
from models.declared import by_key
from models.fields import Sensitivity

AGENCY, THIRD_PARTY = "agency", "third_party"
INFO = by_key(Correspondence)
ACTIVE = (Agency.active.is_(True),)


def choices(name: str, *words: str) -> tuple[tuple[str, Any], ...]:
    """Give the declared choices of a field, or those of them that are named, in that order."""
    known = dict(INFO[name].info.choices)
    return tuple((word, _l(known[word])) for word in words or known)


class WithSomebody(OfficeForm):
    """A form that asks with whom: the client, an agency of this case, another one found by name."""

    contact_with = ChipsField(_l("With"), [Required()], shows={AGENCY: "other_id"})
    other_id = LookupField(_l("Which agency"), finder="agency", description=_l("Type part of its name."))

    def somebody(self) -> tuple[str, Agency | None]:
        """Give the stored word and the agency, if it is one."""
        word, _sep, key = (self.contact_with.data or "").partition(":")
        key = key or str(self.other_id.data or "")
        return word, options.fetched(Agency)(int(key)) if word == AGENCY and key else None

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.contact_with.data == AGENCY and self.other_id.is_blank():
            self.other_id.errors = [_("Type the name of the agency and choose it.")]
            return False
        return fine


def people(agencies: list[Agency], *, somebody_else: bool) -> list[tuple[str, Any]]:
    """Give whom a letter is from or goes to; nothing of ours goes to somebody whom no consent can name."""
    named = [(f"{AGENCY}:{one.id}", one.name) for one in agencies]
    another = _l("Another agency") if agencies else _l("An agency")
    last = [(THIRD_PARTY, _l("Somebody else"))] if somebody_else else []
    return [("client", _l("The client")), *named, (AGENCY, another), *last]


def for_case(form: type[WithSomebody], agencies: list[Agency], label: Any, *, somebody_else: bool) -> Any:
    """Give the form with the agencies of one case to choose from."""
    chips = ChipsField(
        label, [Required()], choices=people(agencies, somebody_else=somebody_else), shows={AGENCY: "other_id"},
    )  # fmt: skip
    return type(form.__name__, (form,), {"contact_with": chips})


def finders() -> dict[str, Any]:
    return {"finders": {"agency": options.Finder(db.session, Agency, Sensitivity.OFFICE, ACTIVE)}}


class InForm(WithSomebody):
    """What came in by post, e-mail or text; a telephone message is written down as a call."""

    medium = ChipsField(_l("How"), [Required()], choices=choices("medium", *SENT_BY), default="letter")
    kind = ChipsField(_l("Does it ask for an answer?"), [Required()], choices=choices("kind", "enquiry", "reply"),
                      default="enquiry")  # fmt: skip
    at = WhenText(_l("Came in"), [Required()], prefer="past")
    subject = LineField(_l("What it is about"), [Required(), AtMost(INFO["subject"].length)], width="w-full")
    text = AreaField(_l("What it says"), lines=4)
    outside_deadline = DateText(_l("Needed by"), description=_l("If others have set a day: the earlier day counts."))
    owner_id = ChoiceField(_l("Who answers"), choices=staff)


class AskForm(WithSomebody):
    """What a client asks us to write; agreed or declined at once, or decided later."""

    subject = LineField(_l("What the letter is for"), [Required(), AtMost(INFO["subject"].length)], width="w-full")
    text = AreaField(_l("What it should say"), lines=3)
    urgent = TickField(_l("Urgent"), shows="outside_deadline")
    outside_deadline = DateText(_l("Needed by"), description=_l("If others have set a day: the earlier day counts."))
    owner_id = ChoiceField(_l("Who writes it"), choices=staff)
    decision = ChipsField(
        _l("Do we write it?"), [Required()], default="agreed", shows={"agreed": "told", "declined": "explanation"},
        choices=(("agreed", _l("Agreed")), ("declined", _l("Declined")), ("requested", _l("Decided later"))),
    )  # fmt: skip
    told = TickField(
        _l("The client was told by when it comes"),
        description=_l("So that they can say if it is too late for them. Needed before it is sent."),
    )  # fmt: skip
    explanation = AreaField(_l("How this was explained to the client"), [AtMost(INFO["explanation"].length)], lines=2)


class WriteForm(WithSomebody):
    """The letter itself; what it tells an agency must be covered by a consent."""

    version = VersionField()
    medium = ChipsField(_l("How it goes"), [Required()], choices=choices("medium", *SENT_BY), default="letter")
    subject = LineField(_l("Subject"), [Required(), AtMost(INFO["subject"].length)], width="w-full")
    text = AreaField(_l("Text"), lines=14, description=_l("Printed under the letterhead of the office."))
    kind = ChipsField(_l("Does it ask for an answer?"), [Required()], choices=choices("kind", "reply", "enquiry"),
                      default="reply")  # fmt: skip
    items = TicksField(
        _l("What it tells about the client"), choices=lambda: options.codes("data_scope"),
        description=_l("For an agency: tick all of it. A consent must cover each. Nothing is ticked for you."),
    )  # fmt: skip
    request_id = ChoiceField(
        _l("What for"), choices=lambda: options.codes("request"), width="w-long",
        description=_l("For an agency: what it is asked to do."),
    )  # fmt: skip
    safe_way = LineField(
        _l("How it reaches the client safely"), [AtMost(INFO["safe_way"].length)], width="w-full",
        description=_l("Where letters are not safe: for example handed over at the office."),
    )  # fmt: skip


class StepForm(OfficeForm):
    """What happens to a letter or message; which steps are possible depends on its state."""

    step = ChipsField(_l("What happened"), [Required(_l("Choose what happened."))])
    explained_on = DateText(_l("Explained on"), prefer="past")
    explanation = AreaField(_l("Explanation"), [AtMost(INFO["explanation"].length)], lines=2)
    owner_id = ChoiceField(_l("Colleague"), choices=staff)
    due_on = DateText(_l("Other day"))
    late_reason = LineField(_l("Reason, if later than promised"), [AtMost(INFO["late_reason"].length)], width="w-full")


STEP_FIELDS = ("step", "explained_on", "explanation", "owner_id", "due_on", "late_reason")
STEPS: dict[str, tuple[Any, str]] = {  # what can be done, and the field that it needs
    "agree": (_l("We write it"), "explained_on"),
    "decline": (_l("We do not write it"), "explanation"),
    "explain": (_l("The client was told by when it comes"), "explained_on"),
    "hand_over": (_l("A colleague takes it over"), "owner_id"),
    "put_later": (_l("Another day was agreed"), "due_on"),
    "drop": (_l("Nothing more is needed"), "explanation"),
}
POSSIBLE: dict[str, tuple[str, ...]] = {
    "received": ("hand_over", "drop"),
    "assigned": ("hand_over", "drop"),
    "requested": ("agree", "decline", "put_later", "hand_over", "drop"),
    "agreed": ("explain", "put_later", "hand_over", "drop"),
    "draft": ("drop",),
}


def step_form(state: str) -> type[StepForm]:
    """Give the form with the steps that this state allows."""
    names = POSSIBLE.get(state, ())
    chips = ChipsField(
        _l("What happened"), [Required(_l("Choose what happened."))],
        choices=[(name, STEPS[name][0]) for name in names], shows={name: STEPS[name][1] for name in names},
    )  # fmt: skip
    wanted = {STEPS[name][1] for name in names} | ({"late_reason"} if "put_later" in names else set())
    unwanted = {name: None for name in STEP_FIELDS[1:] if name not in wanted}
    return type("StepForm", (StepForm,), {"step": chips, **unwanted})
