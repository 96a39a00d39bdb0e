"""The funder workbook: one file of figures for a period, with its rules of counting inside.

It holds counts and the office's own words for kinds, boroughs and languages: no names, no references, no free
text, no staff. The same data, period and counting date give the same bytes. Without a grant it is a draft for the
office alone, and every sheet says so; what is made for a grant is kept by `exports.funder_files`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, time
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from casework import audit
from casework.calendar import utc_from_local
from casework.figures import NEW, Figure, Report, Section
from casework.periods import Period
from exports import funder_scores
from exports.cells import Column
from exports.frozen import Book, book
from exports.funder_chapters import FIGURES, figure_line, hidden_note, sheets_of
from exports.funder_words import DEFINITIONS, MARKING, RULE, For, cover, definitions, suppression
from exports.guarded import Guarded, guarded_figures, keys_of
from exports.workbook import Sheet, Written

SUBJECT = "FunderWorkbook"  # what the audit trail calls it
COVER, NOTE = "Cover", "Small numbers"  # these two and the definitions stand in every file
STATEMENTS, KINDS, REACHED = "The office's own statements", "New cases by kind", "What was done"
LEADING = "The kind with the most new cases in the period; not told while that is a small number."
LABEL, COUNT = 34, 12  # widths in characters
_CASELOAD = (
    Column("Cases", "text", 28), Column("Count", "number", 17), Column("How it is counted", "text", RULE, wrap=True),
)  # fmt: skip
_LINES = (
    Column("Figure", "text", 60, wrap=True), Column("Count", "number", COUNT),
    Column("Share", "number", 10, number_format="0%"), Column("How it is counted", "text", RULE, wrap=True),
)  # fmt: skip


def write(out: BinaryIO, figures: Guarded, times: funder_scores.Times) -> Written:
    """Write the draft of the whole office; nothing reaches `out` before it is complete.

    `times`: `funder_scores.times_by_kind`.
    """
    return book_of(figures, times).write(out)


def write_report(db: Session, path: Path, first: date, last: date, today: date) -> Written:
    """Write the draft for `first` to `last` into a file that only its owner reads, and log it (not committed).

    Raises ValueError for a period that ends before it begins, OSError where the file cannot be written.
    """
    figures = guarded_figures(db, Period(first, last), today)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        written = write(file, figures, funder_scores.times_by_kind(db, figures))
    audit.write(db, "exported", SUBJECT, None, parameters(figures), fingerprint(written.sha256))
    return written


def parameters(figures: Guarded) -> tuple[str, ...]:
    """Give what the file was made from, for the audit trail: with it the same figures can be made again."""
    report = figures.report
    return (
        f"from {report.period.first.isoformat()}", f"to {report.period.last.isoformat()}",
        f"counted on {report.counted_on.isoformat()}", f"counts below {figures.threshold} hidden",
        f"shares of fewer than {figures.least_base} hidden",
    )  # fmt: skip


def fingerprint(sha256: str) -> str:
    """Give the file's hash, as the audit trail keeps it."""
    return f"SHA-256 {sha256}"


# The book and its sheets


def book_of(
    figures: Guarded, times: funder_scores.Times, given: For | None = None, laid_beside: int = 0,
) -> Book:  # fmt: skip
    """Give the workbook; for a grant in the funder's layout, else a draft of everything.

    `laid_beside` is how many earlier files the figures were checked against.
    """
    report, is_draft = figures.report, given is None
    inner = list(_inner(figures, times))
    if given is not None:
        inner = [*_funders_own(figures, given), *_chosen(inner, given.sheets)]
    last = Sheet(NOTE, notes=list(suppression(figures, laid_beside, is_draft)))
    names = ["Definitions", *(one.name for one in inner), NOTE]
    sheets = [
        Sheet(COVER, notes=list(cover(figures, given, names))),
        Sheet("Definitions", DEFINITIONS, list(definitions(figures, is_draft))), *inner, last,
    ]  # fmt: skip
    title = f"Casework figures, {report.period}"
    return book(title, MARKING if is_draft else "", utc_from_local(report.counted_on, time.min), sheets)


def _inner(figures: Guarded, times: funder_scores.Times) -> Iterator[Sheet]:
    """Give every sheet of figures, in our own order and words."""
    report = figures.report
    yield Sheet("Summary", FIGURES, list(_summary(figures)), notes_below=hidden_note(figures, _summary_keys(figures)))
    yield Sheet(
        "Caseload", _CASELOAD, [(one.name, figures.figure(one), one.counted) for one in report.caseload],
        notes=["Open at the start, new and reopened make up what was closed and what is open at the end."],
        notes_below=hidden_note(figures, (one.key for one in report.caseload)),
    )  # fmt: skip
    yield from (_section(figures, one) for one in (report.areas, report.languages, report.agencies))
    yield funder_scores.sheet(figures, times)
    for chapter in report.chapters:
        yield from sheets_of(figures, chapter)


def sheet_names(figures: Guarded) -> list[str]:
    """Give the names of the sheets that a template may choose from."""
    return [one.name for one in _inner(figures, {})]


def _chosen(sheets: Sequence[Sheet], names: Sequence[str]) -> list[Sheet]:
    """Give the sheets of these names in this order, all where none is named; a name that is gone is passed over."""
    by_name = {one.name: one for one in sheets}
    return [by_name[name] for name in names if name in by_name] if names else list(sheets)


def _funders_own(figures: Guarded, given: For) -> Iterator[Sheet]:
    """Give the sheet of our figures under the funder's headings, where it has asked for any."""
    known = lines_to_choose(figures.report)
    lines = [(heading, known[key]) for key, heading in given.lines if key in known]
    if lines:
        rows = [(heading, figures.figure(one), figures.share(one), f"{one.name}: {one.counted}")
                for heading, one in lines]  # fmt: skip
        keys = [one.key for _heading, one in lines]
        yield Sheet(f"For {given.funder}", _LINES, rows, notes_below=hidden_note(figures, keys))


def lines_to_choose(report: Report) -> dict[str, Figure]:
    """Give every number that a funder may have under its own heading, by key: single figures, then rows of tables."""
    found = {one.key: one for one in report.figures}
    for section in (report.kinds, report.areas, *(one for chapter in report.chapters for one in chapter.sections)):
        for table in section.tables:
            for row in (*(one for one in table.rows if one.fixed), table.total):
                name = f"{section.name}: {row.label}, {table.name.lower()}"
                found.setdefault(row.key, Figure(row.key, name, table.counted, row.number))
    return found


# Summary


def _summary(figures: Guarded) -> Iterator[Sequence[object]]:
    report = figures.report
    yield from (figure_line(STATEMENTS, one, figures) for one in report.statements)
    yield from _leading(figures)
    table = report.kinds.tables[0]
    yield from ((KINDS, row.label, figures.shown(row.key), None, "", table.counted) for row in table.rows)
    yield from (figure_line(REACHED, one, figures) for one in report.summary)


def _leading(figures: Guarded) -> Iterator[Sequence[object]]:
    rows = figures.leading()
    for row in rows:
        one = Figure(row.key, f"Leading issue: {row.label}", LEADING, row.number, of=NEW)
        yield figure_line(STATEMENTS, one, figures)
    if not rows:
        yield STATEMENTS, "Leading issue", "too few to tell", None, "", LEADING


def _summary_keys(figures: Guarded) -> Iterator[str]:
    report = figures.report
    yield from (one.key for one in (*report.statements, *report.summary))
    yield from (row.key for row in report.kinds.tables[0].rows)


# Sheets of tables


def _section(figures: Guarded, section: Section) -> Sheet:
    width = COUNT if len(section.tables) > len(_CASELOAD) else 20
    columns = [Column(section.heading, "text", LABEL), *(Column(one.name, "number", width) for one in section.tables)]
    labels = [row.label for row in section.tables[0].rows]
    counts = zip(*([figures.shown(row.key) for row in one.rows] for one in section.tables), strict=True)
    return Sheet(
        section.name, columns, [(label, *numbers) for label, numbers in zip(labels, counts, strict=True)],
        totals=("All", *(figures.shown(one.total.key) for one in section.tables)),
        notes_below=[*(f"{one.name}: {one.counted}" for one in section.tables),
                     *hidden_note(figures, keys_of(section.tables))],
    )  # fmt: skip
