"""The words of a funder's file: its cover, what each word means, and what was done with small numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casework.datetext import without_weekday
from casework.figures import OVER, REFUSED
from exports import funder_scores
from exports.cells import Column
from exports.guarded import Guarded

MARKING = "Draft, not for release"
RULE = 90  # width in characters
DEFINITIONS = (
    Column("Sheet", "text", 20), Column("Word", "text", 48), Column("What it means", "text", RULE, wrap=True),
)  # fmt: skip


@dataclass(frozen=True)
class For:
    """For whom a file is made: the grant and its limits, in words, and how the funder wants it.

    `sheets` are names of sheets in order, none for all; `lines` are (key of our figure, the funder's heading).
    """

    grant: str
    funder: str
    public_body: bool = False
    starts_on: date | None = None
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


def cover(figures: Guarded, given: For | None, sheets: Sequence[str]) -> Iterator[str]:
    """Give the lines of the first sheet, each short enough for one line of it."""
    report = figures.report
    yield "Casework figures"
    if given is not None:
        yield f"For: {given.funder}, grant “{given.grant}”."
    yield f"Period: {report.period}, both days included."
    yield f"Counted on: {without_weekday(report.counted_on)}. What was recorded later is not in these figures."
    yield from _limits(given)
    yield f"Small numbers: counts from 1 to {figures.threshold - 1} are shown as “<{figures.threshold}”; 0 is shown."
    if given is None:
        yield "Who may be told: the office's staff and trustees, who check this draft."
        yield "Nobody outside the office is told before it is released."
    yield "Independence: the office is independent of every public body, whoever pays for its work."
    if given is not None and given.public_body:
        yield f"{given.funder} is a public body: it pays for this work and does not direct it."
    yield "A funder gets counts, never a client's name or record, and has no say in a case."
    yield from _in_lines("Sheets: ", sheets)


def _limits(given: For | None) -> Iterator[str]:
    if given is None:
        return
    yield from _in_lines("Counted are cases of: ", given.areas or ("every borough",))
    yield from _in_lines("Kinds of case: ", given.kinds or ("every kind",))


def _in_lines(start: str, words: Sequence[str], width: int = 95) -> Iterator[str]:
    """Give words with commas between, over as many lines as they need."""
    line = start
    for place, word in enumerate(words):
        piece = word + ("." if place == len(words) - 1 else ", ")
        if len(line) + len(piece) > width:
            yield line.rstrip()
            line = " " * 4
        line += piece
    yield line


def definitions(figures: Guarded, is_draft: bool) -> Iterator[tuple[str, str, str]]:
    """Give each word with the sheet it stands in and its rule of counting."""
    report = figures.report
    yield from (("All", word, meaning) for word, meaning in _general(figures, is_draft))
    for name, parts in (("Summary", (*report.statements, *report.summary)), ("Caseload", report.caseload)):
        yield from ((name, one.name, one.counted) for one in parts)
    for section in report.sections:
        name = "Summary" if section is report.kinds else section.name
        yield from ((name, table.name, table.counted) for table in section.tables)
    scores = {table.key: table for table in report.scores.tables}
    wholes = (scores[key] for key in (OVER, REFUSED))
    yield from ((funder_scores.NAME, one.name, one.counted) for one in wholes)
    yield from ((funder_scores.NAME, *words) for words in funder_scores.WORDS)
    for chapter in report.chapters:
        yield from ((chapter.name, one.name, one.counted) for one in chapter.figures)
        several = [(section, one) for section in chapter.sections for one in (*section.tables, *section.asides)]
        yield from ((section.name, one.name, one.counted) for section, one in several)


def _general(figures: Guarded, is_draft: bool) -> Iterator[tuple[str, str]]:
    """Give the words that all sheets share, with the limits in force."""
    joined = dict.fromkeys(section.joined for section in figures.report.counted_sections if section.joined)
    threshold, base = figures.threshold, figures.least_base
    yield "Period", "From the first day to the last, both included, by London's clocks."
    yield "Person", ("A person or family on the office's books. Records found to be the same person count as one. A "
                     "person counts once in a period, and once over the days of a grant.")  # fmt: skip
    yield "Organisation", "A body that came to us for itself, such as a place of worship. Never counted as people."
    yield "Enquiry", "A first contact that has not been opened as a case. Counted apart from cases."
    yield "Case", "Work for one client on one matter, from the day it is opened. Several cases may have one client."
    yield (
        "Incident",
        "One thing that happened, as the person tells it, on the day it happened. Several may be one case's.",
    )
    yield "Referral", "One request sent to one organisation, with the client's permission. Three organisations: three."
    yield "Complaint", "A complaint about a body, or a request to review its decision. Counted apart from referrals."
    yield "Signpost", "Telling a client where to ask. Nothing is sent, so it is no referral."
    yield "Contact", "A talk with the client, written down on the day it took place."
    yield "Set aside", "Records set aside, such as those of an import that was undone, are in no figure."
    yield "When", "What was done counts by the day it was done, whenever it was written down."
    yield "Late entries", ("What was written down after a file was made is not added: the file keeps its figures, "
                           "and the office is told how many would be different.")  # fmt: skip
    yield (
        f"<{threshold}",
        f"A count from 1 to {threshold - 1}: so small that it could point at a family. 0 is shown as 0.",
    )
    yield "hidden", ("A number that would give a small one away by adding or taking away. With a share: its part or "
                     f"its whole is not shown, or the whole is below {base}.")  # fmt: skip
    yield " and ".join(joined), f"Lines whose first count is below {threshold} are put together into one line."
    if is_draft:
        yield (
            MARKING,
            (
                "Small numbers are hidden within this file only. Other periods laid beside this one have not been "
                "checked: that comes with full disclosure control. Until then nothing here is to leave the office."
            ),
        )


def suppression(figures: Guarded, laid_beside: int, is_draft: bool) -> Iterator[str]:
    """Say what was hidden in this file, why, and against what it was checked."""
    threshold = figures.threshold
    yield "Why numbers are hidden"
    yield "A small number can point at a family, most of all where somebody knows the street."
    yield f"A count from 1 to {threshold - 1} is shown as “<{threshold}”. A nought is shown."
    yield "Where a total and the other parts would give a hidden number away, a further one is hidden."
    yield f"A share is shown only where its part and its whole are, and the whole is {figures.least_base} or more."
    yield "Rare languages and kinds are put together into one line before anything is hidden."
    yield figures.hidden_words(figures.numbers) or "In this file no number had to be hidden."
    if is_draft:
        yield "This is a draft: it was not laid beside other files and does not leave the office."
    elif laid_beside:
        files = "file" if laid_beside == 1 else "files"
        yield f"It was laid beside {laid_beside} earlier {files} of days that meet its own."
    else:
        yield "No earlier file has days that meet its own."
