"""How often an agency's scorecard holds the truth: invented agencies whose true answer times are known.

Run it from the project's folder: `python -m benchmarks.scorecard_coverage`. It prints, for each invented agency, how
often the ranges of the scorecard hold the true share at several days, the true median and the true share answered in
time, beside the log-log range and the mean of the answered alone. Requests come evenly over a year up to the counting
day, so that many still wait on it. `docs/scorecards.md` tells the figures.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist, mean

from casework.proportions import wilson_of
from casework.survival import Curve, Wait, log_log

YEAR, DUE, LEAST, SHARES = 365, 20, 5, (0.1, 0.25, 0.5, 0.75, 0.9)
RUNS, SIZES, SEED = 2_000, (20, 200), 20261123
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
    clock: Tally
    naive: float


def measure(body: Body, number: int, runs: int, seed: int = SEED) -> Coverage:
    """Invent the agency's requests `runs` times and count how often each range holds the truth."""
    rng = random.Random(f"{seed} {body.name} {number}")  # noqa: S311 - invented requests, the same each time
    days = {one: body.day_of(one) for one in SHARES}
    reached = {share: day for share, day in days.items() if day is not None}
    found = Coverage(body, number, *({one: Tally() for one in reached} for _each in range(3)), Tally(), Tally(), 0.0)
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
    half = found.body.day_of(0.5)
    if half is not None:
        _day, low, high = whole.median
        found.median.add((low is not None and low <= half) and (high is None or half <= high))


def _note_clock(found: Coverage, made: list[tuple[Wait, int]]) -> None:
    decided = [wait for wait, age in made if age > DUE]
    met = sum(one.answered and one.days <= DUE for one in decided)
    found.clock.add(wilson_of(met, len(decided)).holds(found.body.by(DUE)))


def lines(found: Coverage) -> Iterator[str]:
    """Tell what came out, a line for each true share."""
    yield f"{found.body.name}; {found.number} requests"
    for share, tally in found.at.items():
        printed = found.printed[share]
        yield (f"  true share {found.body.by(found.body.day_of(share) or 0):.3f}: held {tally.share:.1%}, "
               f"log-log {found.other[share].share:.1%}; page shows that day in {printed.told / tally.told:.0%}, "
               f"then held {printed.share:.1%}")  # fmt: skip
    yield f"  median held {found.median.share:.1%}; answered in time held {found.clock.share:.1%}"
    yield f"  true mean {found.body.true_mean():.1f} days, mean of the answered alone {found.naive:.1f} days"


def main(runs: int = RUNS) -> None:
    for body in BODIES:
        for number in SIZES:
            sys.stdout.write("\n".join(lines(measure(body, number, runs))) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
