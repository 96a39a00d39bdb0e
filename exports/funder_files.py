"""Files for funders: counted within a grant, laid beside the files before it, frozen, and made again as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy.orm import Session

from casework import grants
from casework.context import acting
from casework.figures import count_figures
from casework.periods import Period
from casework.problems import Problem, RuleBroken
from exports import funder, funder_scores
from exports.attacker import Betrayed
from exports.frozen import Book
from exports.funder_words import For
from exports.guarded import Guarded, guarded_figures, join_small
from exports.published import Published
from models import ExportRun, FunderTemplate, Grant

MOST_NAMED = 6  # figures that have changed since are named up to this many


@dataclass(frozen=True)
class Planned:
    """A file before it is made: its figures as they may be seen, and the book they will make."""

    grant: Grant
    period: Period
    figures: Guarded
    book: Book
    laid_beside: int  # files of the same cases
    met: int  # files of any cases whose days meet these, when it was planned
    near_others: int = 0  # numbers that differ by less than the threshold from those of a file of other cases
    betrayed: str = ""  # why it may not leave; it is then not made


@dataclass(frozen=True)
class Late:
    """What recounting today would change in a file: how many of its printed numbers, and some of their names."""

    number: int
    names: tuple[str, ...]


def plan(db: Session, grant: Grant, period: Period) -> Planned:
    """Count what a grant pays for in `period` and lay it beside every earlier file of the same cases and days.

    Files of other cases are no parts of one whole that could be solved; where numbers of theirs are so near that the
    difference is a small number, that is counted, for whoever decides who gets which file.
    """
    runs = grants.overlapping(db, period)
    same = [run for run in runs if _cases_of(run.parameters.splitlines()) == _cases_of(_limits(grant))]
    earlier = [Published.from_text(run.published) for run in same]
    others = [Published.from_text(run.published) for run in runs if run not in same]
    within, since = grants.within(grant), grants.so_far(grant, period.last)
    figures = guarded_figures(db, period, acting(db).today, earlier, within=within, since=since)
    times = funder_scores.times_by_kind(db, figures, within)
    made = funder.book_of(figures, times, given(grant), len(earlier))
    near = len({key for one in others for key in _near(figures, one)})
    return Planned(grant, period, figures, made, len(earlier), len(runs), near, _betrayed(figures))


def _cases_of(parameters: Sequence[str]) -> list[str]:
    """Give which cases a file is about, by ids, as its parameters say."""
    return [one for one in parameters if one.startswith(("boroughs ", "kinds "))]


def _near(figures: Guarded, other: Published) -> Iterator[str]:
    """Give the numbers that both files show and that differ by less than the threshold, and not by nothing."""
    shown = figures.published().numbers
    for key in shown.keys() & other.numbers.keys():
        now, before = shown[key], other.numbers[key]
        if now.is_exact and before.is_exact and 1 <= abs(now.least - before.least) < figures.threshold:
            yield key


def _betrayed(figures: Guarded) -> str:
    """Give in words what could still be worked out of the figures, alone or beside the earlier files; "" for none."""
    try:
        figures.must_withstand()
    except Betrayed as found:
        return str(found)
    return ""


def given(grant: Grant, template: FunderTemplate | None = None) -> For:
    """Give for whom the file is, in words."""
    template = template or grant.template
    return For(
        grant.name, grant.funder, grant.public_body, grant.starts_on,
        tuple(sorted(one.name for one in grant.areas)), tuple(one.words for one in grant.kinds),
        tuple((template.sheets or "").splitlines()) if template else (),
        tuple((line.figure, line.heading) for line in sorted(template.lines, key=lambda one: one.place))
        if template else (),
    )  # fmt: skip


def make(db: Session, planned: Planned, made_by: str) -> ExportRun:
    """Keep a planned file as it is now (not committed); its bytes come from `again`.

    Raises RuleBroken where a number in it could be worked out, or where another file came between plan and keeping.
    """
    if planned.betrayed:
        raise RuleBroken([Problem("", planned.betrayed)])
    if len(grants.overlapping(db, planned.period)) != planned.met:
        raise RuleBroken([Problem("", "Another file of these days was made just now. Look at the preview again.")])
    out = BytesIO()
    written, figures = planned.book.write(out), planned.figures
    run = ExportRun(
        grant=planned.grant, template=planned.grant.template, period_from=planned.period.first,
        period_to=planned.period.last, counted_on=figures.report.counted_on, made_at=acting(db).now, made_by=made_by,
        parameters="\n".join((*funder.parameters(figures), *_limits(planned.grant))), policy=_policy(planned),
        sha256=written.sha256, frozen=planned.book.to_text(), published=figures.published().to_text(),
    )  # fmt: skip
    db.add(run)
    db.flush()
    return run


def _limits(grant: Grant) -> tuple[str, ...]:
    """Give the limits of the grant by their ids, so that they stay true when words change."""
    within = grants.within(grant)
    return (
        f"grant {grant.id}", f"boroughs {sorted(within.areas) or 'all'}", f"kinds {sorted(within.kinds) or 'all'}",
    )  # fmt: skip


def _policy(planned: Planned) -> str:
    figures = planned.figures
    return (
        f"Counts from 1 to {figures.threshold - 1} hidden, with what would give them away; shares of fewer than "
        f"{figures.least_base} hidden; laid beside {planned.laid_beside} earlier files of the same cases; "
        f"{planned.near_others} numbers near those of files of other cases."
    )


def again(run: ExportRun) -> tuple[bytes, bool]:
    """Make the file of a run again from what was kept; say whether it has the same fingerprint to the byte.

    The figures are the same always. Other bytes can come only from another edition of the library that writes
    workbooks.
    """
    out = BytesIO()
    Book.from_text(run.frozen).write(out)
    content = out.getvalue()
    return content, hashlib.sha256(content).hexdigest() == run.sha256


def late(db: Session, run: ExportRun) -> Late:
    """Compare a file with a count of today: what was recorded late is told of and never slipped in.

    It names figures and never the two numbers: side by side, they could tell a small one.
    """
    kept, period = Published.from_text(run.published), Period(run.period_from, run.period_to)
    within, since = grants.within(run.grant), grants.so_far(run.grant, period.last)
    counted = count_figures(db, period, acting(db).today, within, since)
    report = counted.each_section(lambda one: join_small(one, kept.threshold))
    numbers, names = report.numbers(), {one.key: one.name for one in funder.lines_to_choose(report).values()}
    differs = [
        key for key, shown in kept.numbers.items()
        if key in numbers and (numbers[key] < shown.least or (shown.most is not None and numbers[key] > shown.most))
    ]  # fmt: skip
    named = sorted({names[key] for key in differs if key in names})
    return Late(len(differs), tuple(named[:MOST_NAMED]))
