"""The forms of a plan: its steps as rows, the client's agreement, a step that is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import options
from admin_views.db import db
from admin_views.fields import (
    AtMost,
    ChipsField,
    ChoiceField,
    DateText,
    LineField,
    LookupField,
    Required,
    RowsField,
    TickField,
    TicksField,
    VersionField,
)
from admin_views.forms import OfficeForm
from models import Agency, Code, Language, PlanStep
from models.declared import by_key
from models.fields import Sensitivity

LONGEST_REASON = 200


def _states(name: str) -> Any:
    return lambda: [(word, _(words)) for word, words in by_key(PlanStep)[name].info.choices]


def _fits(name: str) -> AtMost:
    return AtMost(by_key(PlanStep)[name].length or 0)


class RowChips(ChipsField):
    """Chips without one for leaving the question open: every row that is filled in answers it."""

    def printed(self) -> list[Any]:
        return self.options


def step_fields() -> list[tuple[str, Any]]:
    """Give what is asked about one step, by its names."""
    return [
        ("what", LineField(_l("What will be done"), [Required(_l("Say in a few words what will be done.")),
                                                     _fits("what")], width="w-full")),
        ("task", ChoiceField(_l("What it is for"), [Required(_l("Choose one of the five tasks."))],
                             choices=_states("task"))),
        ("actor", RowChips(_l("Who acts"), [Required(_l("Choose who acts."))], choices=_states("actor"))),
        ("due_on", DateText(_l("By"))),
        ("choice", RowChips(_l("The client"), [Required()], choices=_states("choice"), default="chosen")),
        ("agency_id", LookupField(_l("Agency"), finder="agency", resolve=options.fetched(Agency), relation="agency",
                                  description=_l("If it goes to one. Type part of its name."))),
        ("instruction", LineField(_l("What the client asked us to say"), [_fits("instruction")], width="w-full",
                                  description=_l("When we speak to an agency for them: in their words."))),
        ("instructed_on", DateText(_l("Asked on"), prefer="past")),
        ("tags", TicksField(_l("What it strengthens"), choices=lambda: options.codes("step_tag"),
                            resolve=options.fetched(Code))),
    ]  # fmt: skip


class PlanForm(OfficeForm):
    """The steps of a plan; what is over already is not among them."""

    steps = RowsField(_l("Steps"), fields=step_fields(), factory="none")
    version = VersionField()

    @classmethod
    def of(cls, typed: Any, steps: Iterable[PlanStep], version: int | None) -> PlanForm:
        finders = {"agency": options.Finder(db.session, Agency, Sensitivity.OFFICE, (Agency.active.is_(True),))}
        return cls(typed, data={"steps": list(steps), "version": version}, meta={"finders": finders, "factories": {}})


class AgreeForm(OfficeForm):
    """What is written down when the client says yes to the plan."""

    expectations_on = DateText(
        _l("Expectations discussed on"), prefer="past",
        description=_l("What the law and the agencies can and cannot do here. This comes before agreeing."),
    )  # fmt: skip
    agreed_on = DateText(
        _l("Agreed by the client on"), [Required(_l("Say on which day the client agreed."))], prefer="past"
    )
    language_id = ChoiceField(
        _l("In which language"), [Required(_l("Choose the language in which it was agreed."))],
        choices=lambda: options.rows_of(Language),
    )  # fmt: skip
    copy_given = TickField(_l("Copy given to the client"), description=_l("Only where it is safe to have it at home."))


class DoneForm(OfficeForm):
    on = DateText(_l("Done on"), [Required()], prefer="past")
    result_id = ChoiceField(_l("What came of it"), choices=lambda: options.codes("step_result"))


class DropForm(OfficeForm):
    reason = LineField(
        _l("Why it is dropped"), [Required(_l("Say why this step is dropped.")), AtMost(LONGEST_REASON)],
        width="w-full",
    )  # fmt: skip
