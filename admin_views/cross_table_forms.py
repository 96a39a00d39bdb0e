"""The choice of a table: what is counted, by what, for which days; what is wrong with it stands beside its box."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from admin_views import saving
from admin_views.db import db
from admin_views.fields import ChipsField, ChoiceField, HiddenField, LineField, Option, Required, TickField
from admin_views.figures import PeriodForm
from admin_views.forms import OfficeForm
from casework import periods, table_counts
from casework.cross_tables import Subject, subjects
from casework.periods import Period
from casework.settings import number_setting
from casework.table_counts import NOT_COMPARED, PERIOD_BEFORE, YEAR_EARLIER, Asked
from exports.cross_tables import Shown, joined_lines, shown

BARS, STACKED, LINES, NO_CHART = "bars", "stacked", "lines", "none"
DEFAULTS = {"measure": "each", "period": "last_year", "compared": NOT_COMPARED, "chart": BARS}


class TableForm(PeriodForm):
    """Everything that makes a table; made for one subject by `form_of`."""

    of = HiddenField()
    rows = ChoiceField(_l("Rows"), [Required(_l("Choose what stands in the rows."))], width="w-medium")
    columns = ChoiceField(_l("Columns"), width="w-medium")
    measure = ChipsField(_l("Count"), [Required()], default="each")
    period = ChipsField(_l("Period"), [Required()], default="last_year", shows={"days": "days"}, choices=(
        ("quarter", _l("This quarter so far")), ("last_quarter", _l("Last quarter")), ("year", _l("This year so far")),
        ("last_year", _l("Last year")), ("days", _l("Other days")),
    ))  # fmt: skip
    compared = ChipsField(_l("Compared with"), [Required()], default=NOT_COMPARED, choices=(
        (NOT_COMPARED, _l("Nothing")), (PERIOD_BEFORE, _l("The period before")),
        (YEAR_EARLIER, _l("The same days a year earlier")),
    ))  # fmt: skip
    chart = ChipsField(_l("Chart"), [Required()], default=BARS, choices=(
        (BARS, _l("Bars side by side")), (STACKED, _l("Stacked bars")), (LINES, _l("Lines over time")),
        (NO_CHART, _l("None")),
    ))  # fmt: skip

    def __init__(self, formdata: Any, subject: Subject) -> None:
        super().__init__(formdata)
        self.subject = subject
        self.of.data = subject.key

    def chosen(self) -> Period | None:
        """Give the period; this quarter is ours, the others are those of the figures."""
        if self.validate() and self.period.data == "quarter":
            return periods.this_quarter(self.meta.today, number_setting(db.session, "year_first_month"))
        return super().chosen()

    def asked(self) -> Asked | None:
        """Give what is asked for; None where something is wrong, which then stands beside its box."""
        period = self.chosen()
        keys = (self.subject.key, self.rows.data or "", self.columns.data or "", self.measure.data or "")
        wrong = table_counts.faults(*keys)
        saving.show_problems(self, [one for one in wrong if not self[one.field].errors])
        if period is None or self.errors:
            return None
        asked = Asked(*keys, period, self.compared.data)
        saving.show_problems(self, table_counts.faults_of_period(asked))
        return None if self.errors else asked

    def question(self) -> dict[str, str]:
        """Give what was chosen as it stands in an address."""
        given = {name: self[name].data or "" for name in
                 ("of", "rows", "columns", "measure", "period", "compared", "chart")}  # fmt: skip
        if self.period.data == "days":
            given |= {name: f"{self[name].data:%d/%m/%Y}" for name in ("first", "last") if self[name].data}
        return {key: value for key, value in given.items() if value}


@cache
def form_of(subject: Subject) -> type[TableForm]:
    """Give the form whose lists are those of one subject."""
    dimensions = lambda: _dimensions(subject)  # noqa: E731 - read anew for each reader's language
    return type(
        "TableFormOfOne", (TableForm,),
        {
            "rows": ChoiceField(_l("Rows"), [Required(_l("Choose what stands in the rows."))], choices=dimensions,
                                width="w-medium"),
            "columns": ChoiceField(_l("Columns"), choices=dimensions, width="w-medium"),
            "measure": ChipsField(_l("Count"), [Required()], default="each",
                                  choices=lambda: [(key, _(name)) for key, name, _counted in subject.measures()]),
        },
    )  # fmt: skip


def _dimensions(subject: Subject) -> list[Option]:
    """Give what a subject may be divided by, under three headings."""
    timely = {"month", "quarter", "year", "weekday"}
    keys = [one.key for one in subject.dimensions]
    of_person = {*keys[keys.index("language") :]}
    groups = [
        (_(subject.name), [one for one in subject.dimensions if one.key not in timely | of_person]),
        (_("Time"), [one for one in subject.dimensions if one.key in timely]),
        (_("The person and the case"), [one for one in subject.dimensions if one.key in of_person]),
    ]  # fmt: skip
    return [Option(one.key, _(one.name), group=group) for group, several in groups for one in several]


def table_form(given: MultiDict[str, str]) -> TableForm:
    """Give the form filled with the choices; a table that is not begun yet has no faults."""
    subject = subjects().get(given.get("of", "")) or subjects()["incidents"]
    filled_in = MultiDict({**DEFAULTS, **given.to_dict()}) if "rows" in given else None
    return form_of(subject)(filled_in, subject)


def counted(form: TableForm) -> Shown | None:
    """Count what was chosen; None where it cannot be told, which then stands beside its box."""
    asked = form.asked()
    if asked is None:
        return None
    threshold = number_setting(db.session, "small_number_threshold")
    table = joined_lines(table_counts.count_table(db.session, asked, form.meta.today), threshold)
    fault = table_counts.is_too_large(table)  # asked before the hiding, which takes long for a very large one
    if fault is None:
        return shown(table, threshold)
    saving.show_problems(form, [fault])
    return None


class KeepForm(OfficeForm):
    """A name for a table, and who sees it."""

    name = LineField(
        _l("Name of the table"),
        [Required(_l("Give the table a name."))],
        width="w-long",
        description=_l("It holds the choices, not the numbers: these are counted anew each time."),
    )
    shared = TickField(_l("Show it to everybody who sees figures"))
