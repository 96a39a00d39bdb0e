"""The form of one incident: when, what, how people see it, and for each agency whether it was told."""

from __future__ import annotations

from datetime import datetime, time
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.utils import unset_value

from admin_views import forms
from admin_views.fields import (
    AreaField,
    ChipsField,
    DateText,
    LineField,
    Option,
    Required,
    RowsField,
    TimeText,
    VersionField,
)
from admin_views.fields_base import hold, line_of
from admin_views.fields_rows import RowForm, RowMeta
from casework import incidents
from casework.calendar import local, utc_from_local
from models import Agency, Base, Incident, IncidentReport
from models.declared import by_key
from models.fields import Sensitivity

SPECIAL = Sensitivity.SPECIAL
NOON = time.fromisoformat(incidents.UNTIMED)
# What the form takes as it is declared; the rest of the record is reached through "All fields".
DECLARED = (
    "area", "place", "types", "strands", "what", "perpetrators", "coping", "previous_count", "first_happened_on",
    "fear_of_escalation", "impact", "crime_ref",
)  # fmt: skip
WHAT_THEY_CALL_IT = ("agency_classification_id", "answered_on", "in_writing")


def _declared_field(model: Any, key: str) -> Any:
    return forms.form_field(by_key(model)[key], SPECIAL)


class StateChips(ChipsField):
    """Told or not: needed for a line that is used, and still with a chip that leaves it unsaid."""

    def printed(self) -> list[Option]:
        return [*self.options, Option("", _("Not said yet"))]


def _label(key: str) -> Any:
    return _l(by_key(IncidentReport)[key].info.label)


def _states(model: type[Base], key: str) -> list[tuple[str, Any]]:
    return [(word, _l(words)) for word, words in by_key(model)[key].info.choices]


def _report_fields() -> list[tuple[str, Any]]:
    """Give the fields of one line; saying that it was reported asks when, that it was not asks why."""
    states, past = _states(IncidentReport, "state"), _l("Day first: 19/11, 19 Nov, yesterday.")
    return [
        ("agency_id", _declared_field(IncidentReport, "agency")),
        ("state", StateChips(
            _label("state"), [Required(_l("Say whether it was reported to this agency."))], choices=states,
            shows={"reported": "told_on", "not_reported": "reason"},
        )),
        ("told_on", DateText(_label("told_on"), prefer="past", description=past)),
        ("reason", AreaField(_label("reason"), lines=2)),
        ("agency_classification_id", _declared_field(IncidentReport, "agency_classification")),
        ("answered_on", DateText(_label("answered_on"), prefer="past", description=past)),
        ("in_writing", _declared_field(IncidentReport, "in_writing")),
    ]  # fmt: skip


class ReportRow(RowForm):
    """One agency; `known` is an agency that this case deals with already and that has no line here yet."""

    known: Agency | None = None

    def write(self, child: Any) -> None:
        super().write(child)
        if self.known is not None:
            child.agency = self.known

    @property
    def heading(self) -> str:
        if self.known is not None:
            return self.known.name
        return self.child.agency.name if self.child is not None and self.child.agency is not None else ""

    @property
    def is_open(self) -> bool:
        """Tell whether what they call it is shown at once: something stands there, or is wrong there."""
        return any(not self[name].is_blank() or self[name].errors for name in WHAT_THEY_CALL_IT)

    @property
    def is_wanted(self) -> bool:
        """Tell whether a line for a further agency is in use, and so not folded away."""
        return self.child is not None or self.known is not None or self.counts


class ReportsField(RowsField):
    """The lines there are, one for each further agency that the case knows, and two for others."""

    told = (*RowsField.told, "known")
    known: tuple[Agency, ...] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if formdata:
            return
        here = {row.child.agency_id for row in self.rows if row.child is not None}
        blank = [row for row in self.rows if row.child is None]
        self.rows = [row for row in self.rows if row.child is not None]
        for agency in self.meta.known_agencies:
            if agency.id not in here:
                self._add_known(len(self.rows), agency, None)
        for _row in blank:
            self._add(len(self.rows), None)

    def _add_posted(self, place: int, formdata: Any, left: dict[str, Any]) -> None:
        typed = line_of(formdata.getlist(f"{self.name}-{place}-known"))
        agency = self._by_key.get(typed)
        if agency is None:
            super()._add_posted(place, formdata, left)
        else:
            self._add_known(place, agency, formdata)

    @cached_property
    def _by_key(self) -> dict[str, Agency]:
        return {str(one.id): one for one in self.meta.known_agencies}

    def _add(self, place: int, child: Any, formdata: Any = None) -> None:
        row = ReportRow(self.fields, f"{self.name}-{place}", RowMeta(self.meta), child)
        hold(row, child)
        row.process(formdata, obj=child)
        self.rows.append(row)

    def _add_known(self, place: int, agency: Agency, formdata: Any) -> None:
        fields = [(name, field) for name, field in self.fields if name != "agency_id"]
        row = ReportRow(fields, f"{self.name}-{place}", RowMeta(self.meta), None)
        row.known = agency
        hold(row, None)
        row.process(formdata)
        self.rows.append(row)

    def row_name(self, place: int) -> str:
        return self.rows[place - 1].heading or super().row_name(place)


class _HappenedBase(forms.OfficeForm):
    """What the page asks in its own way: the day with the hour only where somebody knows it."""

    reopened_because = LineField(
        _l("Why is the case opened again?"), [Required(_l(incidents.CLOSED))], width="w-full",
        description=_l("Saving opens it again, with this reason on file."),
    )  # fmt: skip
    happened_on = DateText(
        _l("Day"), [Required(_l("Enter the day. For a month, any day of it will do."))], prefer="past",
        description=_l("Day first: 19/11, 19 Nov, yesterday, thu."),
    )  # fmt: skip
    happened_at = TimeText(_l("Time, if they know it"), description=_l("Like 22:00 or 10pm."))
    precision = ChipsField(
        _l("How exact is this?"), [Required()], choices=_states(Incident, "precision"), default="day"
    )
    perceived_by = ChipsField(
        _l("Perceived so by"), [Required()], choices=_states(Incident, "perceived_by"), default="victim",
        description=_l("If anybody sees it so, it is so. Nothing more is asked."),
    )  # fmt: skip
    version = VersionField()

    def process(self, formdata: Any = None, obj: Any = None, *more: Any, **named: Any) -> None:
        if obj is not None:
            shown = local(obj.from_at)
            is_untimed = obj.precision in ("day", "month") or f"{shown:%H:%M}" == incidents.UNTIMED
            named = {**named, "happened_on": shown.date(), "happened_at": None if is_untimed else shown.time()}
        super().process(formdata, obj, *more, **named)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.precision.data == "exact" and self.happened_at.is_blank():
            self.happened_at.errors = [_("Enter the time as well, or choose “The day”.")]
            return False
        return fine and self._moment() is not None

    def _moment(self) -> datetime | None:
        """Give the moment of the day and the time; None, with a sentence, for an hour that the clocks jumped over."""
        try:
            return utc_from_local(self.happened_on.data, self.happened_at.data or NOON)
        except ValueError as no_such_time:
            self.happened_at.errors = [str(no_such_time)]
            return None

    def populate_obj(self, incident: Any) -> None:
        for name, field in self._fields.items():
            if name not in {"happened_on", "happened_at", "precision", "reopened_because", "version"}:
                field.populate_obj(incident, name)
        is_timed = self.happened_at.data is not None
        precision = "exact" if is_timed and self.precision.data == "day" else self.precision.data
        moment = incident.from_at if self._is_as_it_was(incident, precision) else self._moment()
        for name, value in (("from_at", moment), ("precision", precision)):
            if getattr(incident, name) != value:  # what did not change is never written
                setattr(incident, name, value)

    def _is_as_it_was(self, incident: Any, precision: str | None) -> bool:
        """Tell whether day and exactness are as recorded and no hour was typed: a recorded hour then stays."""
        untouched = self.happened_at.data == self.happened_at.object_data
        return bool(
            incident.from_at and untouched and precision == incident.precision
            and self.happened_on.data == incidents.day_of(incident)
        )  # fmt: skip


def _form_class() -> type[_HappenedBase]:
    declared = {forms.form_name(by_key(Incident)[key]): _declared_field(Incident, key) for key in DECLARED}
    info = by_key(Incident)["reports"].info
    reports = ReportsField(_l(info.label), fields=_report_fields(), factory=forms.Children(IncidentReport, "reports"))
    return type("HappenedForm", (_HappenedBase,), {**declared, "reports": reports})


HappenedForm = _form_class()
