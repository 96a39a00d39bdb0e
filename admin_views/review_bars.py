"""The bars of a review as its page prints them: each number leads to its records, each chart to the whole table."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from admin_views.figures_shown import WIDEST, Bar, Chart, Number
from casework import review_bars
from casework.cross_tables import subjects
from casework.periods import Period
from casework.review_bars import JOINED, Bars, Line
from casework.table_counts import NO_LINE, PERIOD_BEFORE

NAMES = {"case_kind": "Kind of case", "area": "Borough", "outcome": "What agencies answered", "language": "Language"}
TYPED = "%d/%m/%Y"
# By which filters a list shows what a line counts: the panel, the filter of the line, the day that counts.
LISTS = {
    ("cases", "case_kind"): ("case", "kind", "opened_on"), ("cases", "area"): ("case", "area", "opened_on"),
    ("requests", "outcome"): ("referral", "outcome", "sent_on"),
}  # fmt: skip


def charts(told: tuple[Bars, ...], period: Period) -> tuple[Chart, ...]:
    return tuple(_chart(one, period) for one in told)


def _chart(told: Bars, period: Period) -> Chart:
    lines = review_bars.shortened(told.lines)
    largest = max((max(one.now, one.before) for one in lines), default=0)
    subject = subjects()[told.of]
    dimension = subject.by_key()[told.rows]
    more = url_for(
        "cross_tables.manager_table", of=told.of, rows=told.rows, measure="each", compared=PERIOD_BEFORE, period="days",
        first=f"{period.first:{TYPED}}", last=f"{period.last:{TYPED}}", chart="bars",
    )  # fmt: skip
    return Chart(
        _(NAMES[told.rows]), _(dimension.name), tuple(_bar(told, one, largest, period) for one in lines),
        Number(f"{told.total.now:,}"), " ".join(filter(None, (_(subject.counted), _(dimension.counted)))), "",
        was=_was(told.total), more=(_("As a table"), more),
    )  # fmt: skip


def _bar(told: Bars, line: Line, largest: int, period: Period) -> Bar:
    label = _("%(num)s others", num=line.label.split()[0]) if line.key == JOINED else _(line.label)
    return Bar(
        label, Number(f"{line.now:,}"), _share(line.now, largest), _address(told, line, period) if line.now else "",
        _was(line), _share(line.before, largest),
    )  # fmt: skip


def _share(number: int, largest: int) -> float:
    return round(WIDEST * number / largest, 1) if largest else 0


def _was(line: Line) -> str:
    return _("was %(number)s", number=f"{line.before:,}")


def _address(told: Bars, line: Line, period: Period) -> str:
    """Give the list of what a line counts, as far as the reader meets it; "" where lists have no such filter."""
    known = LISTS.get((told.of, told.rows))
    if known is None or line.key == JOINED or not (line.key.isdigit() or line.key == NO_LINE):
        return ""
    panel, name, day = known
    given = {
        f"flt1_{name}": "none" if line.key == NO_LINE else line.key,
        f"flt2_{day}_from": f"{period.first:{TYPED}}", f"flt3_{day}_until": f"{period.last:{TYPED}}",
    }  # fmt: skip
    return url_for(f"manager_{panel}.index_view", **given)
