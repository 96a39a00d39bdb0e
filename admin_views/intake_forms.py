"""The form of a first contact: only what the first answer needs; everything else can wait."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin_views import options
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    AtMost,
    ChipsField,
    ChoiceField,
    LineField,
    OnceField,
    Option,
    Required,
    TickField,
    TicksField,
    WhenText,
)
from admin_views.forms import OfficeForm
from casework.clients import NEED_A_NOTE
from casework.context import acting
from models import Area, Case, Client, Language
from models.declared import by_key

AS_LANGUAGE = "auto"
CLIENT, CASE = by_key(Client), by_key(Case)
NAME, LINE = CLIENT["name"].length or 0, CLIENT["safe_note"].length or 0
HELPLINE = "emergency_helpline"
E_MAIL = re.compile(r"\S+@\S+\.\S+")
FEWEST_DIGITS = 6  # a shorter number is that of a house
DECIDED_LATER = ("meeting",)  # not how a first contact comes
KINDS_OF_HELP = (("female", _l("A woman")), ("male", _l("A man")))


def _media() -> list[tuple[str, Any]]:
    return [(word, _l(label)) for word, label in CASE["first_contact_medium"].info.choices if word not in DECIDED_LATER]


def _areas() -> list[Option]:
    """Give the boroughs, ours first, each under its heading."""
    today = acting(db.session).today
    areas = list(db.session.scalars(select(Area).order_by(Area.name)))
    return [Option(one.id, one.name, group=_("Our casework area")) for one in areas if one.is_served_on(today)] + [
        Option(one.id, one.name, group=_("Elsewhere")) for one in areas if not one.is_served_on(today)
    ]


class IntakeForm(OfficeForm):
    once = OnceField()
    name = LineField(
        _l("Name or alias"), [AtMost(NAME)], width="w-long",
        description=_l("What they want to be called. One word is enough."), render_kw={"data-takes-focus": True},
    )  # fmt: skip
    anonymous = TickField(_l("They give no name"))
    reach = LineField(
        _l("One way to reach them"), [AtMost(LINE)], width="w-long",
        description=_l("A telephone number, an e-mail address or an address."),
    )  # fmt: skip
    safe_contact = ChipsField(
        _l("Safe ways to contact"), choices=[(word, _l(label)) for word, label in CLIENT["safe_contact"].info.choices],
        description=_l("Ask first: who else sees the phone, the post? Without it the case stays an enquiry."),
        shows=dict.fromkeys(NEED_A_NOTE, "safe_note"),
    )  # fmt: skip
    safe_note = LineField(
        _l("Times and other care to take"), [AtMost(LINE)], width="w-long",
        description=_l("For example: 10:00 to 14:30, school days."),
    )  # fmt: skip
    language_id = ChoiceField(
        _l("Language"), choices=lambda: options.rows_of(Language), resolve=options.fetched(Language)
    )
    interpreter = ChipsField(
        _l("Interpreter"), [Required()], default=AS_LANGUAGE,
        choices=[(AS_LANGUAGE, _l("As the language says")),
                 *((word, _l(label)) for word, label in CLIENT["interpreter"].info.choices)],
    )  # fmt: skip
    interpreter_gender = ChipsField(_l("Wishes to speak through"), choices=KINDS_OF_HELP)
    kind_id = ChipsField(_l("What it is about"), [Required()], choices=lambda: options.codes("case_kind"))
    what = AreaField(
        _l("What happened"), [Required(_l("Write down in a sentence what they told you."))],
        description=_l("A sentence is enough."),
    )  # fmt: skip
    area_id = ChoiceField(
        _l("Borough"), choices=_areas, description=_l("Where it happened or where they live."),
        resolve=options.fetched(Area),
    )  # fmt: skip
    medium = ChipsField(
        _l("How they reached us"), [Required()], choices=_media, default="phone",
        shows={HELPLINE: "text_relay"},  # when they rang is never hidden: the night is written down on Monday
    )  # fmt: skip
    at = WhenText(_l("When they rang"), prefer="past", description=_l("Empty: now. Any hour of any day."))
    text_relay = TickField(
        _l("Uses text relay or a text phone"),
        description=_l("The emergency helpline cannot take it: agree on another way out of hours."),
    )  # fmt: skip
    urgent = TickField(_l("Urgent: tonight, or danger at home"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for field in (self.name, self.reach):  # asked of everybody but whoever gives no name, so not “optional”
            field.flags.required = True

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        for name, text in self._missing():
            self[name].errors = [*self[name].errors, text]
            fine = False
        return fine

    def _missing(self) -> list[tuple[str, str]]:
        """Give what is needed together: a name or none at all, a way to reach whoever gave one."""
        if "name" not in self:
            return []
        missing = []
        if not self.name.data and not self.anonymous.data:
            missing.append(("name", _("Give a name or an alias, or tick that they give none.")))
        if self.name.data and self.anonymous.data:
            missing.append(("anonymous", _("There is a name above. Take the tick away, or the name.")))
        if self.name.data and not self.reach.data and self.safe_contact.data != "none":
            missing.append(("reach", _("Write down one way to reach them, or choose “No safe way known”.")))
        return missing

    def reached_by(self) -> dict[str, str]:
        """Read the one way to reach them: a number, an e-mail address, or else an address."""
        typed = self.reach.data if "reach" in self else None
        if not typed:
            return {}
        if E_MAIL.search(typed):
            return {"email": typed}
        is_number = sum(sign.isdigit() for sign in typed) >= FEWEST_DIGITS
        return {"phone": typed} if is_number else {"address": typed}


class AdviseForm(OfficeForm):
    """What ends an enquiry that we cannot take on."""

    advice = AreaField(
        _l("Advice given"), [Required(_l("Write down the advice you gave."))],
        description=_l("Their rights, what to do, what to ask for. Everybody is advised."),
    )  # fmt: skip
    none_found = LineField(
        _l("No local organisation found"), width="w-full",
        description=_l("If nobody covers their area: where you looked."),
    )  # fmt: skip
    service_id = ChoiceField(_l("What they asked us for"), [Required()], choices=lambda: options.codes("service"))
    reason_id = ChoiceField(_l("Why we cannot give it"), [Required()], choices=lambda: options.codes("turnaway_reason"),
                            width="w-long")  # fmt: skip


def advise_form(offered: Sequence[Option]) -> type[AdviseForm]:
    """Give the form with these agencies to tick."""

    class Advising(AdviseForm):
        agencies = TicksField(
            _l("Told about"), choices=offered, description=_l("Nothing leaves the office: they choose whom to ask."),
        )  # fmt: skip

    return Advising


def intake_form(earlier: Sequence[tuple[int, str]]) -> type[IntakeForm]:
    """Give the form of a first contact; of somebody known, with their earlier cases to choose from."""
    if not earlier:
        return IntakeForm

    class Returning(IntakeForm):
        previous_id = ChoiceField(
            _l("Follows case"), choices=earlier, width="w-long",
            description=_l("When somebody comes back with the same problem."),
        )  # fmt: skip

    return Returning
