"""The forms of referring: what we ask for, whom and what is shared, and what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import options
from admin_views.conduct_forms import WithConduct
from admin_views.db import db
from admin_views.fields import (
    AreaField,
    ChipsField,
    ChoiceField,
    DateText,
    LookupField,
    Required,
    TickField,
    TicksField,
)
from admin_views.forms import OfficeForm
from models import Agency

CHANNELS = (("letter", _l("Letter")), ("email", _l("E-mail")), ("phone", _l("Telephone")), ("meeting", _l("Meeting")))


def _codes(code_list: str) -> Callable[[], list[tuple[int, str]]]:
    return lambda: options.codes(code_list)


class AgencyChips(ChipsField):
    """The suggested agencies; without a chip for leaving the question open."""

    def printed(self) -> list[Any]:
        return self.options


class RequestForm(OfficeForm):
    """The first question: what do we ask for?"""

    request_id = ChoiceField(
        _l("Request"), [Required(_l("Choose what to ask for."))], choices=_codes("request"), width="w-long",
    )  # fmt: skip


class ReferForm(OfficeForm):
    """The second page: whom, what is shared, and why."""

    agency_id = AgencyChips(_l("Agency"))
    other_id = LookupField(_l("Another agency"), finder="agency", description=_l("Type part of its name."))
    items = TicksField(
        _l("What will be shared"), choices=_codes("data_scope"),
        description=_l("Nothing is ticked for you. A signpost shares nothing."),
    )  # fmt: skip
    instruction = AreaField(
        _l("What the client asks us to do"), description=_l("In their words, if you can. It stays with us."),
    )  # fmt: skip
    reason = AreaField(_l("Why"), description=_l("What the letter will say, in a few sentences."))
    channel = ChipsField(_l("How it goes"), [Required()], choices=CHANNELS, default="letter")
    urgent = TickField(_l("Urgent"))

    def agency(self) -> Agency | None:
        key = self.other_id.data or self.agency_id.data
        return db.session.get(Agency, key) if key else None

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if fine and self.agency() is None:
            self.agency_id.errors = [_("Choose an agency, or type the name of another one.")]
            return False
        return fine


class AnswerForm(WithConduct):
    """What came back from the agency, and how they dealt with the client."""

    step = ChipsField(_l("What happened"), [Required(_l("Choose what happened."))], choices=(
        ("acknowledged", _l("They confirmed receipt")), ("responded", _l("They answered")),
        ("no_response", _l("No response")), ("withdrawn", _l("We take it back")),
        ("told", _l("The client was told of the answer")),
    ))  # fmt: skip
    on = DateText(_l("On"), [Required()], prefer="past")
    outcome = ChoiceField(_l("Answer"), choices=_codes("outcome"), description=_l("If they answered."))
    refusal_reason = ChoiceField(
        _l("Reason given"), choices=_codes("refusal_reason"), description=_l("If refused with a reason.")
    )
    in_writing = ChipsField(_l("In writing"), choices=((True, _l("In writing")), (False, _l("Only told"))))
