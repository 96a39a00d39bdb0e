"""The funder workbook: one file of figures for a period, with its rules of counting inside.

It holds counts and the office's own words for kinds, boroughs and languages: no names, no references, no free
text, no staff. The same data, period and counting date give the same bytes. Every sheet is marked as a draft
until disclosure control covers what `exports.disclosure` still leaves out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from casework import audit
from casework.calendar import utc_from_local
from casework.datetext import without_weekday
from casework.figures import NEW, OVER, REFUSED, WHOLES, Figure, Section
from casework.periods import Period
from exports import funder_scores
from exports.cells import Column
from exports.guarded import Guarded, guarded_figures, keys_of
from exports.workbook import Sheet, Written, write_workbook

MARKING = "Draft, not for release"
SUBJECT = "FunderWorkbook"  # what the audit trail calls it
STATEMENTS, KINDS, REACHED = "The office's own statements", "New cases by kind", "What was done"
LEADING = "The kind with the most new cases in the period; not told while that is a small number."
LABEL, COUNT, RULE = 34, 12, 90  # widths in characters


def write(out: BinaryIO, figures: Guarded, times: funder_scores.Times) -> Written:
    """Write the workbook; nothing reaches `out` before it is complete. `times`: `funder_scores.times_by_kind`."""
    report = figures.report
    sheets = [
        Sheet("Cover", notes=list(_cover(figures))),
        Sheet("Definitions", _DEFINITIONS, list(_definitions(figures))),
        Sheet("Summary", _SUMMARY, list(_summary(figures)), notes_below=_hidden_note(figures, _summary_keys(figures))),
        Sheet("Caseload", _CASELOAD, [(one.name, figures.figure(one), one.counted) for one in report.caseload],
              notes=["Open at the start and new make up what was open at some time; so do closed and open at the end."],
              notes_below=_hidden_note(figures, (one.key for one in report.caseload))),
        *(_section(figures, one) for one in (report.areas, report.languages, report.agencies)),
        funder_scores.sheet(figures, times),
    ]  # fmt: skip
    made_at = utc_from_local(report.counted_on, time.min)
    return write_workbook(out, sheets, title=f"Casework figures, {report.period}", marking=MARKING, made_at=made_at)


def write_report(db: Session, path: Path, first: date, last: date, today: date) -> Written:
    """Write the workbook for `first` to `last` into a file that only its owner reads, and log it (not committed).

    Raises ValueError for a period that ends before it begins, OSError where the file cannot be written.
    """
    figures = guarded_figures(db, Period(first, last), today)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        written = write(file, figures, funder_scores.times_by_kind(db, figures))
    audit.write(db, "exported", SUBJECT, None, parameters(figures), fingerprint(written))
    return written


def parameters(figures: Guarded) -> tuple[str, ...]:
    """Give what the file was made from, for the audit trail: with it the same figures can be made again."""
    report = figures.report
    return (
        f"from {report.period.first.isoformat()}", f"to {report.period.last.isoformat()}",
        f"counted on {report.counted_on.isoformat()}", f"counts below {figures.threshold} hidden",
        f"shares of fewer than {figures.least_base} hidden",
    )  # fmt: skip


def fingerprint(written: Written) -> str:
    """Give the file's hash, as the audit trail keeps it."""
    return f"SHA-256 {written.sha256}"


# Cover and definitions


def _cover(figures: Guarded) -> Iterator[str]:
    """Give the lines of the first sheet, each short enough for one line of it."""
    report = figures.report
    yield "Casework figures"
    yield f"Period: {report.period}, both days included."
    yield f"Counted on: {without_weekday(report.counted_on)}. What was recorded later is not in these figures."
    yield "Who may be told: the office's staff and trustees, who check this draft."
    yield "Nobody outside the office is told before it is released."
    yield f"Small numbers: counts from 1 to {figures.threshold - 1} are shown as “<{figures.threshold}”; 0 is shown."
    yield "Independence: the office is independent of every public body, whoever pays for its work."
    yield "A funder gets counts, never a client's name or record, and has no say in a case."
    yield "Sheets: Definitions, Summary, Caseload, Areas, Languages, Agencies, Agency scorecards."


_DEFINITIONS = (
    Column("Sheet", "text", 16), Column("Word", "text", 48), Column("What it means", "text", RULE, wrap=True),
)  # fmt: skip


def _definitions(figures: Guarded) -> Iterator[tuple[str, str, str]]:
    yield from (("All", word, meaning) for word, meaning in _general(figures))
    for name, parts in (("Summary", (*figures.report.statements, *figures.report.summary)),
                        ("Caseload", figures.report.caseload)):  # fmt: skip
        yield from ((name, one.name, one.counted) for one in parts)
    for section in figures.report.sections:
        name = "Summary" if section is figures.report.kinds else section.name
        yield from ((name, table.name, table.counted) for table in section.tables)
    scores = {table.key: table for table in figures.report.scores.tables}
    wholes = (scores[key] for key in (OVER, REFUSED))
    yield from ((funder_scores.NAME, one.name, one.counted) for one in wholes)
    yield from ((funder_scores.NAME, *words) for words in funder_scores.WORDS)


def _general(figures: Guarded) -> Iterator[tuple[str, str]]:
    """Give the words that all sheets share, with the limits in force."""
    joined = [section.joined for section in figures.report.sections if section.joined]
    threshold, base = figures.threshold, figures.least_base
    yield "Period", "From the first day to the last, both included, by London's clocks."
    yield "Person", "A person or family on the office's books. Records found to be the same person count as one."
    yield "Organisation", "A body that came to us for itself, such as a place of worship. Never counted as people."
    yield "Enquiry", "A first contact that has not been opened as a case. Counted apart from cases."
    yield "Case", "Work for one client on one matter, from the day it is opened. Several cases may have one client."
    yield "Referral", "One request sent to one organisation, with the client's permission. Three organisations: three."
    yield "Signpost", "Telling a client where to ask. Nothing is sent, so it is no referral."
    yield "Set aside", "Records set aside, such as those of an import that was undone, are in no figure."
    yield "When", "What was done counts by the day it was done, whenever it was written down."
    yield (
        "<" + str(threshold),
        (f"A count from 1 to {threshold - 1}: so small that it could point at a family. 0 is shown as 0."),
    )
    yield (
        "hidden",
        (
            "A number that would give a small one away by adding or taking away. With a share: its part or its whole "
            f"is not shown, or the whole is below {base}."
        ),
    )
    yield " and ".join(joined), f"Lines whose first count is below {threshold} are put together into one line."
    yield (
        MARKING,
        (
            "Small numbers are hidden within this file only. Several sums taken together, and other periods laid "
            "beside this one, have not been checked: that comes with full disclosure control. Until then nothing "
            "here is to leave the office."
        ),
    )


# Summary


_SUMMARY = (
    Column("Part", "text", 28), Column("Figure", "text", 48, wrap=True), Column("Count", "number", COUNT),
    Column("Share", "number", 10, number_format="0%"), Column("Share of", "text", 20),
    Column("How it is counted", "text", RULE, wrap=True),
)  # fmt: skip
_CASELOAD = (
    Column("Cases", "text", 28), Column("Count", "number", 17), Column("How it is counted", "text", RULE, wrap=True),
)  # fmt: skip


def _summary(figures: Guarded) -> Iterator[Sequence[object]]:
    report = figures.report
    yield from (_line(STATEMENTS, one, figures) for one in report.statements)
    yield from _leading(figures)
    table = report.kinds.tables[0]
    yield from ((KINDS, row.label, figures.shown(row.key), None, "", table.counted) for row in table.rows)
    yield from (_line(REACHED, one, figures) for one in report.summary)


def _line(part: str, one: Figure, figures: Guarded) -> Sequence[object]:
    return part, one.name, figures.figure(one), figures.share(one), WHOLES.get(one.of, ""), one.counted


def _leading(figures: Guarded) -> Iterator[Sequence[object]]:
    rows = figures.leading()
    for row in rows:
        yield _line(STATEMENTS, Figure(row.key, f"Leading issue: {row.label}", LEADING, row.number, of=NEW), figures)
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
                     *_hidden_note(figures, keys_of(section.tables))],
    )  # fmt: skip


def _hidden_note(figures: Guarded, keys: Iterable[str]) -> list[str]:
    words = figures.hidden_words(keys)
    return [words] if words else []
