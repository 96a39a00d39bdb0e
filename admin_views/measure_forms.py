"""The four questions from 0 to 4, as chips with words and as a table that sets the days side by side."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import pages
from admin_views.fields import ChipsField, DateText, Required
from admin_views.forms import OfficeForm
from casework.datetext import short
from models import Measure
from models.declared import by_key
from models.plans import MEASURE_POINTS, MEASURED

SCALES: Mapping[str, tuple[Any, ...]] = MappingProxyType({  # 0, the worst, to 4, the best
    "safety": (_l("Not safe at all"), _l("Seldom safe"), _l("Sometimes safe"), _l("Mostly safe"), _l("Safe")),
    "isolation": (_l("Quite alone"), _l("Mostly alone"), _l("Sometimes alone"), _l("Seldom alone"), _l("Not alone")),
    "confidence": (_l("Not at all"), _l("A little"), _l("Partly"), _l("Mostly"), _l("Fully")),
    "coping": (_l("Not coping"), _l("Badly"), _l("Some days"), _l("Mostly"), _l("Well")),
})  # fmt: skip
FIRST_AND_LAST = 2  # rows from which a change can be told


def _scale(name: str) -> list[tuple[int, str]]:
    return [(value, f"{value} {words}") for value, words in enumerate(SCALES[name])]


class AnswersForm(OfficeForm):
    """The four questions. Each may stay open: nobody is pressed."""

    safety = ChipsField(_l("How safe do they feel?"), choices=lambda: _scale("safety"))
    isolation = ChipsField(_l("How alone are they with it?"), choices=lambda: _scale("isolation"))
    confidence = ChipsField(_l("How sure are they that they can act on it?"), choices=lambda: _scale("confidence"))
    coping = ChipsField(_l("How well are they coping?"), choices=lambda: _scale("coping"))

    def answers(self) -> dict[str, int | None]:
        return {name: self[name].data for name in MEASURED}


class MeasureForm(AnswersForm):
    point = ChipsField(
        _l("When in the case"), [Required()], choices=lambda: [(key, _(word)) for key, word in MEASURE_POINTS],
    )  # fmt: skip
    measured_on = DateText(_l("Asked on"), [Required()], prefer="past")


def columns() -> tuple[str, ...]:
    labels = by_key(Measure)
    return (_("Asked on"), *(_(labels[name].info.label) for name in MEASURED))


def rows(found: list[Measure]) -> tuple[pages.Row, ...]:
    """Give the answers, one row for each day, and under them what has changed from the first to the last."""
    made = [_row(str(one.id), _asked(one), [_answer(one, name) for name in MEASURED]) for one in found]
    if len(found) >= FIRST_AND_LAST:
        made.append(_row("change", _("From first to last"), [_change(found, name) for name in MEASURED]))
    return tuple(made)


def _row(key: str, head: str, cells: list[pages.Cell]) -> pages.Row:
    return pages.Row(key, (pages.Cell(head), *cells))


def _asked(one: Measure) -> str:
    return f"{short(one.measured_on)}\n{_(by_key(Measure)['point'].info.choice_label(one.point))}"


def _answer(one: Measure, name: str) -> pages.Cell:
    value = getattr(one, name)
    return pages.Cell("" if value is None else f"{value} {SCALES[name][value]}")


def _change(found: list[Measure], name: str) -> pages.Cell:
    """Give how far the last answer lies above the first; nothing where there are not two."""
    values = [value for one in found if (value := getattr(one, name)) is not None]
    if len(values) < FIRST_AND_LAST:
        return pages.Cell("")
    change = values[-1] - values[0]
    return pages.Cell(_("no change") if not change else f"{change:+d}".replace("-", "\u2212"))
