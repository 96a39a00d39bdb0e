"""What the plan of a whole week is worth: proof against every plan, lawfulness, time, and how evenly hours spread.

Run from the top of the repository: `python -m benchmarks.week_plan [small weeks] [large weeks]`. Small weeks (5,000)
are planned and compared with the best of all their plans; large ones (200 weeks of 60 people and 80 needs) are
planned, checked for broken rules, timed, and compared with two plans made by hand. Every tenth is also planned with
its rows in another order. Ends with 1 if something that is promised does not hold.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter

from casework.week_plan import suggest
from tests.random_weeks import GOALS, broken, every_plan, first_fit, gini, large, of_these, shuffled, small

SMALL, LARGE = 5_000, 200
LONGEST = 2.0  # seconds for one large week, of the processor, since the machine may be busy with other things


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def spread(numbers: list[float], unit: str = "") -> str:
    return f"min {min(numbers):.3f}, median {statistics.median(numbers):.3f}, max {max(numbers):.3f}{unit}"


def prove(count: int) -> int:
    """Compare small weeks with every plan they have; give how many differ."""
    wrong, decided, met = 0, Counter(), 0
    for seed in range(count):
        week = small(seed)
        best, goals = every_plan(week)
        made = suggest(week).chosen()
        wrong += made != best
        met += len(best)
        decided.update(goals)
    tell(f"{count} small weeks, {met} needs met: {wrong} plans are not the best of all")
    tell("weeks in which a goal decided: " + ", ".join(f"{name} {decided[name]}" for name in GOALS))
    return wrong


def measure(count: int) -> int:
    """Plan large weeks; give how many promises were broken."""
    taken, used, rules, moved, waivers, met = [], [], 0, 0, [], []
    uneven: dict[str, list[tuple[float, float]]] = {"first fit": [], "least used first": []}
    by_hand: dict[str, list[int]] = {name: [] for name in uneven}
    for seed in range(count):
        week = large(seed)
        began, cpu = time.perf_counter(), time.process_time()
        plan = suggest(week)
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - cpu)
        rules += len(list(broken(week, plan.chosen())))
        met.append(len(plan.lines))
        waivers.append(plan.waivers)
        moved += seed % 10 == 0 and suggest(shuffled(week, seed)) != plan
        for name, found in uneven.items():
            hand = first_fit(week, least_used=name != "first fit")
            same = of_these(week, hand)
            ours = suggest(same)
            assert len(ours.lines) == len(hand)
            found.append((gini(same, ours.chosen()), gini(same, hand)))
            by_hand[name].append(len(hand))
    tell(f"{count} large weeks: {rules} hard rules broken, {moved} plans moved with the order of rows")
    tell(f"needs met of 80: {spread(met)}; soft rules waived: {spread(waivers)}")
    tell(f"seconds: {spread(taken)}; of the processor: {spread(used)}")
    worse = 0
    for name, pairs in uneven.items():
        more = sum(ours >= theirs for ours, theirs in pairs)
        worse += more if name == "first fit" else 0
        means = [statistics.mean(one) for one in zip(*pairs, strict=True)]
        tell(f"against {name} ({spread(by_hand[name])} needs met): Gini of hours on the needs that it meets, ours "
             f"{means[0]:.3f}, theirs {means[1]:.3f}; not lower in {more}")  # fmt: skip
    slow = sum(one >= LONGEST for one in used)
    tell(f"weeks of {LONGEST} seconds of the processor or more: {slow}")
    return rules + moved + worse + slow


def main() -> int:
    counts = [int(one) for one in sys.argv[1:]] or [SMALL, LARGE]
    failed = prove(counts[0])
    if len(counts) > 1:
        failed += measure(counts[1])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
