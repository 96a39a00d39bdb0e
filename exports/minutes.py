"""The minutes of a review as a Word file for the office itself: by reference, without a client's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from exports.cells import readable

MARKING = "Confidential: stays in the office"


@dataclass(frozen=True)
class Talk:
    """What was said about one case; `step` has what, who and by when, or nothing."""

    ref: str
    why: str
    said: str
    step: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Minutes:
    """Everything that stands in the minutes, in words."""

    heading: str
    lead: str
    numbers: Sequence[tuple[str, str, str]]  # name, number, the period before
    workload: Sequence[Sequence[str]]  # who, cases, visits, calls, incidents
    talks: Sequence[Talk]
    remarks: Sequence[tuple[str, str]] = ()
    draft: str = ""


def write(told: Minutes) -> bytes:
    """Give the file's bytes."""
    from docx import Document  # the letters' library is slow to load and only needed here

    told = readable(told)
    made = Document()
    made.core_properties.author, made.core_properties.title = "", told.heading
    for section in made.sections:
        section.header.paragraphs[0].text = section.footer.paragraphs[0].text = MARKING
    made.add_heading(told.heading, 0)
    for line in filter(None, (told.lead, told.draft)):
        made.add_paragraph(line)
    _table(made, "Figures", ("", "This period", "The period before"), told.numbers)
    _table(made, "Workload", ("Who", "Cases", "Visits", "Calls", "Incidents"), told.workload)
    steps = [(one.ref, *one.step) for one in told.talks if one.step is not None]
    _table(made, "Actions", ("Case", "What", "Who", "By"), steps, empty="No next step was agreed.")
    made.add_heading("Cases", 1)
    for one in told.talks:
        made.add_heading(one.ref, 2)
        if one.why:
            made.add_paragraph(one.why).runs[0].italic = True
        made.add_paragraph(one.said)
    if told.remarks:
        made.add_heading("Added later", 1)
        for when, text in told.remarks:
            made.add_paragraph(f"{when}: {text}")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _table(made: Any, heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str = "") -> None:
    made.add_heading(heading, 1)
    lines = list(rows)
    if not lines and empty:
        made.add_paragraph(empty)
        return
    table = made.add_table(rows=1, cols=len(columns), style="Table Grid")
    for line in (columns, *lines):
        cells = table.rows[0].cells if line is columns else table.add_row().cells
        for cell, text in zip(cells, line, strict=True):
            cell.text = text
