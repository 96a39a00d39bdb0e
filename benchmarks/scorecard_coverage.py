"""How often an agency's scorecard holds the truth: invented agencies whose true answer times are known.

Run it from the project's folder: `python -m benchmarks.scorecard_coverage`. It prints how often the ranges of the
scorecard hold the true share at several days, the true median and the true share answered in time, beside the log-log
range and the mean of the answered alone: first for offices each of which has an agency of its own, then for single
agencies looked at again and again. With twenty requests a single agency is a matter of luck: at a true share of 12.4 %
a range holds the truth in less than 93 or more than 97 of 100 runs and never between, whatever the method (`possible`).
So the promise of 93 to 97 is about offices. Requests come evenly over a year up to the counting day, so that many still
wait on it. `docs/scorecards.md` tells the figures.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist, mean

from casework.proportions import wilson_of
from casework.survival import Curve, Median, Wait, log_log

YEAR, DUE, LEAST, SHARES = 365, 20, 5, (0.1, 0.25, 0.5, 0.75, 0.9)
RUNS, SIZES, SEED = 2_000, (20, 200), 20261123
HALF = 0.5
ALL = 0.999  # of a share: whoever answers fewer in the end never answers some


@dataclass(frozen=True)
class Body:
    """An invented agency: how its answer times are drawn, and the true share answered by a day."""

    name: str
    draw: Callable[[random.Random], float]
    by: Callable[[float], float]

    def day_of(self, share: float) -> int | None:
        """Give the first day by which the true share is answered; None where it never is."""
        return next((day for day in range(1, YEAR) if self.by(day) >= share), None)

    def true_half(self) -> float | None:
        """Give when half are answered, in days and parts of a day; None where they never are.

        Answers are known by whole days, so between two days the true share is taken as going in a straight line.
        """
        day = self.day_of(HALF)
        if day is None:
            return None
        before, there = self.by(day - 1), self.by(day)
        return day - 1 + (HALF - before) / (there - before)

    def true_mean(self) -> float:
        """Give the true mean of whole days; infinite where some are never answered."""
        return math.inf if self.by(1e6) < ALL else sum(1 - self.by(day) for day in range(20_000))


def exponential(half: float, never: float = 0.0) -> Body:
    """An agency that answers half of what it answers by the day `half`; a part of the requests it never answers."""
    rate = math.log(2) / half

    def draw(rng: random.Random) -> float:
        return math.inf if rng.random() < never else rng.expovariate(rate)

    name = f"half by day {half:g}" + (f", {never:.0%} never" if never else "")
    return Body(name, draw, lambda day: (1 - never) * (1 - math.exp(-rate * day)))


def lognormal(half: float, spread: float) -> Body:
    """An agency with a long tail: half by the day `half`, its logarithm spread by `spread`."""
    normal = NormalDist(math.log(half), spread)
    return Body(
        f"half by day {half:g}, long tail", lambda rng: math.exp(rng.gauss(normal.mean, spread)),
        lambda day: normal.cdf(math.log(day)) if day > 0 else 0.0,
    )  # fmt: skip


QUICKEST, SLOWEST, NEVER, SPREAD = 5.0, 60.0, 0.3, (0.5, 1.0)
PARTS = ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9))  # true shares, a part of the curve each


def any_body(rng: random.Random) -> Body:
    """An agency of one office: half answered by day 5 to 60, with or without a long tail, some never."""
    half = math.exp(rng.uniform(math.log(QUICKEST), math.log(SLOWEST)))
    return lognormal(half, rng.uniform(*SPREAD)) if rng.random() < HALF else exponential(half, rng.uniform(0, NEVER))


BODIES = (exponential(21), lognormal(25, 0.9), exponential(21, never=0.35))


def requests(body: Body, number: int, rng: random.Random) -> list[tuple[Wait, int]]:
    """Give `number` requests: what is known of each on the counting day, and how many days ago it was sent."""
    found = []
    for _request in range(number):
        age, answered = rng.randrange(1, YEAR), body.draw(rng)
        whole = YEAR if answered == math.inf else math.ceil(answered)
        found.append((Wait(min(whole, age), whole <= age), age))
    return found


@dataclass
class Tally:
    """How often something held the truth, of how many times it was told."""

    held: int = 0
    told: int = 0

    def add(self, holds: bool) -> None:
        self.held, self.told = self.held + holds, self.told + 1

    @property
    def share(self) -> float:
        return self.held / self.told if self.told else math.nan


@dataclass
class Coverage:
    """What came out for one agency and size. `printed` counts only where the page shows that day."""

    body: Body
    number: int
    at: dict[float, Tally]
    other: dict[float, Tally]
    printed: dict[float, Tally]
    median: Tally
    whole_days: Tally
    clock: Tally
    naive: float


def measure(body: Body, number: int, runs: int, seed: int = SEED) -> Coverage:
    """Invent the agency's requests `runs` times and count how often each range holds the truth."""
    rng = random.Random(f"{seed} {body.name} {number}")  # noqa: S311 - invented requests, the same each time
    days = {one: body.day_of(one) for one in SHARES}
    reached = {share: day for share, day in days.items() if day is not None}
    found = Coverage(
        body, number, *({one: Tally() for one in reached} for _each in range(3)), Tally(), Tally(), Tally(), 0.0
    )
    means = []
    for _run in range(runs):
        made = requests(body, number, rng)
        waits = tuple(wait for wait, _age in made)
        _note_curve(found, waits, reached)
        _note_clock(found, made)
        means.append(mean([one.days for one in waits if one.answered] or [0]))
    found.naive = mean(means)
    return found


def _note_curve(found: Coverage, waits: tuple[Wait, ...], reached: dict[float, int]) -> None:
    whole, shown = Curve(waits, 1), Curve(waits, LEAST)
    for share, day in reached.items():
        step, truth = whole.at(day) or whole.steps[-1], found.body.by(day)
        found.at[share].add(step.range.holds(truth))
        found.other[share].add(log_log(step).holds(truth))
        if shown.at(day) is not None:
            found.printed[share].add(step.range.holds(truth))
    half, day = found.body.true_half(), found.body.day_of(HALF)
    if half is not None and day is not None:
        found.median.add(holds_half(whole.median, half))
        found.whole_days.add(holds_half(whole.median.in_whole_days, day))


def holds_half(median: Median, half: float) -> bool:
    """Say whether the range of a median holds the true one; an end that is not reached rules nothing out."""
    return median.low is not None and median.low <= half and (median.high is None or half <= median.high)


def _note_clock(found: Coverage, made: list[tuple[Wait, int]]) -> None:
    found.clock.add(clock_holds(found.body, made))


def clock_holds(body: Body, made: list[tuple[Wait, int]]) -> bool:
    """Say whether the range of the share answered in time holds the true share."""
    decided = [wait for wait, age in made if age > DUE]
    met = sum(one.answered and one.days <= DUE for one in decided)
    return wilson_of(met, len(decided)).holds(body.by(DUE))


@dataclass
class Offices:
    """What came out for offices each with an agency of its own; `parts` are the curve where the truth is in a part."""

    number: int
    parts: dict[tuple[float, float], Tally]
    median: Tally
    whole_days: Tally
    clock: Tally

    def tallies(self) -> dict[str, Tally]:
        """Give what is promised to hold 93 to 97 times in 100, by name."""
        curve = {f"curve, {low:.0%} to {high:.0%}": tally for (low, high), tally in self.parts.items()}
        return {**curve, "median": self.median, "in time": self.clock}


def measure_offices(number: int, runs: int, seed: int = SEED) -> Offices:
    """Invent `runs` offices with `number` requests to an agency of their own and count how often each range holds."""
    rng = random.Random(f"{seed} offices {number}")  # noqa: S311 - invented requests, the same each time
    found = Offices(number, {one: Tally() for one in PARTS}, Tally(), Tally(), Tally())
    for _run in range(runs):
        body = any_body(rng)
        made = requests(body, number, rng)
        curve = Curve(tuple(wait for wait, _age in made), 1)
        for part, tally in found.parts.items():
            day = body.day_of(rng.uniform(*part))
            if day is not None:
                tally.add((curve.at(day) or curve.steps[-1]).range.holds(body.by(day)))
        half, day = body.true_half(), body.day_of(HALF)
        if half is not None and day is not None:
            found.median.add(holds_half(curve.median, half))
            found.whole_days.add(holds_half(curve.median.in_whole_days, day))
        found.clock.add(clock_holds(body, made))
    return found


def office_lines(found: Offices) -> Iterator[str]:
    """Tell what came out, a line for each range."""
    yield f"offices with an agency of their own; {found.number} requests"
    yield from (f"  {name}: held {tally.share:.1%} of {tally.told}" for name, tally in found.tallies().items())
    yield f"  median as printed outside, in whole days: held {found.whole_days.share:.1%}"


def possible(share: float, number: int) -> set[float]:
    """Give how often a range can hold a true share at all, whatever its method, from 0 to 1.

    Of `number` requests, all watched to their answer, a count is seen; the truth is held for each count of a run of
    them and for no other, so what can be is how often a count of one run comes, for every run there is.
    """
    chances = [math.comb(number, count) * share**count * (1 - share) ** (number - count) for count in range(number + 1)]
    return {sum(chances[first:last]) for first in range(number + 1) for last in range(first + 1, number + 2)}


def lines(found: Coverage) -> Iterator[str]:
    """Tell what came out, a line for each true share."""
    yield f"{found.body.name}; {found.number} requests"
    for share, tally in found.at.items():
        printed = found.printed[share]
        yield (f"  true share {found.body.by(found.body.day_of(share) or 0):.3f}: held {tally.share:.1%}, "
               f"log-log {found.other[share].share:.1%}; page shows that day in {printed.told / tally.told:.0%}, "
               f"then held {printed.share:.1%}")  # fmt: skip
    yield (f"  median held {found.median.share:.1%}, in whole days {found.whole_days.share:.1%}; answered in time held "
           f"{found.clock.share:.1%}")  # fmt: skip
    yield f"  true mean {found.body.true_mean():.1f} days, mean of the answered alone {found.naive:.1f} days"


def main(runs: int = RUNS) -> None:
    for number in SIZES:
        sys.stdout.write("\n".join(office_lines(measure_offices(number, runs))) + "\n")
    for body in BODIES:
        for number in SIZES:
            sys.stdout.write("\n".join(lines(measure(body, number, runs))) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
