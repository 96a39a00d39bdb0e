"""The right-of-reply letter: an agency's own figures, as they may leave, with a day for its comment.

It names the agency, the office, and the days; no client, no reference, no worker of ours and none of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from casework.datetext import without_weekday
from casework.figures import Table
from casework.scorecards import REQUESTS, Rate
from exports.letters import Letter, fill
from exports.scorecards import Point, Told, range_of
from models import LetterTemplate

WHOLE = 100


def made(template: LetterTemplate, told: Told, parts: Sequence[str], *, answer_by: date, office: str) -> Letter:
    """Make the letter from a scorecard with its small numbers hidden. Raises ValueError for a whole one."""
    if told.is_whole:
        raise ValueError("A letter leaves the office, so small numbers are hidden in it.")
    asked = told.card.asked
    values = {
        "today": without_weekday(asked.counted_on), "agency": asked.agency.name, "parts": list(parts),
        "period": str(asked.period), "answer_by": without_weekday(answer_by), "office": office,
        "figures": list(figures(told)), "times": list(times(told)), "hidden": told.hidden_words(told.card.numbers),
    }  # fmt: skip
    return Letter(fill(template.content, values), f"right-of-reply-{asked.agency.id}-{asked.counted_on}.docx")


def figures(told: Told) -> Iterator[str]:
    """Give the figures in words, one a line."""
    yield f"Requests: {told.number(REQUESTS)}"
    for table in told.card.tables:
        yield from _table(told, table)
    for rate in told.card.rates:
        yield _rate(told, rate)


def _table(told: Told, table: Table) -> Iterator[str]:
    for row in table.rows:
        if row.number:
            yield f"{table.name}: {row.label}: {told.number(row.key)}"


def _rate(told: Told, rate: Rate) -> str:
    share = told.rate(rate)
    if share is None:
        return f"{rate.name}: not told, since a number is small or hidden. {rate.counted}"
    low, high = range_of(share)
    return (f"{rate.name}: {share.part} of {share.whole}, {share.part / share.whole:.0%} "
            f"(range {low:.0%} to {high:.0%}). {rate.counted}")  # fmt: skip


def times(told: Told) -> Iterator[str]:
    """Give the curve in words, one line for each day on which it is told."""
    yield from (_point(one) for one in told.points() if told.has_curve)


def _point(one: Point) -> str:
    low, high = one.range
    return f"By day {one.day} after the request: {one.share:.0%} answered (range {low:.0%} to {high:.0%})"
