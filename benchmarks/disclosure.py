"""What hiding small numbers is worth: whether an attacker derives any, alone and over two files, and what it costs.

Run from the top of the repository: `python -m benchmarks.disclosure [tables] [pairs] [small tables]`. Tables (1,000) of
two and three ways with all totals and sub-totals; pairs (1,000) of files of overlapping periods; small tables (300) on
which an exact search proves the least that must be hidden. Beside each the same with the small numbers alone hidden,
and of pairs with each file hidden by itself. Ends with 1 if something that is promised does not hold.
"""

from __future__ import annotations

import statistics
import sys
import time

from exports.attacker import derived
from exports.disclosure import hidden_beside, hide, worth
from exports.moves import LOOSENED
from exports.published import BESIDE
from tests.best_suppression import least_price
from tests.random_tables import Months, file, months_of_2025, naive, table, two_periods

TABLES, PAIRS, SMALL_TABLES = 1_000, 1_000, 300
PROMISED = 0.9  # of the best
THRESHOLD, LONGEST = 5, 120  # seconds for a proof


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def spread(numbers: list[float]) -> str:
    return f"median {statistics.median(numbers):.3f}, mean {statistics.mean(numbers):.3f}, max {max(numbers):.3f}"


def alone(count: int) -> int:
    """Attack single tables; give how many hidden numbers were derived."""
    found = lost = lost_numbers = numbers_in_all = small = hidden_in_all = 0
    taken = []
    for seed in range(count):
        numbers, sums = table(seed)
        began = time.process_time()
        hidden = hide(numbers, sums, threshold=THRESHOLD)
        taken.append(time.process_time() - began)
        found += len(derived(file(numbers, sums, hidden)))
        naively = derived(file(numbers, sums, naive(numbers)))
        lost += bool(naively)
        lost_numbers += len(naively)
        numbers_in_all += len(numbers)
        small += len(naive(numbers))
        hidden_in_all += len(hidden)
    tell(f"{count} tables, {numbers_in_all} numbers, {small} of them small: {found} derived")
    tell(f"small numbers alone hidden: {lost_numbers} derived, in {lost} tables")
    tell(f"hidden: {hidden_in_all} numbers, {hidden_in_all - small} of them to keep others")
    tell(f"seconds of the processor for a table: {spread(taken)}")
    return found


def together(count: int) -> int:
    """Attack pairs of files; give how many hidden numbers were derived."""
    found = by_itself = naively = more = first = 0
    taken = []
    for seed in range(count):
        months, (before, now) = Months(seed), two_periods(seed)
        earlier, numbers, period = months.numbers(*before), months.numbers(*now), months_of_2025(*now)
        left = file(earlier, months.sums, hide(earlier, months.sums, threshold=THRESHOLD), months_of_2025(*before))
        began = time.process_time()
        made = hidden_beside(numbers, months.sums, threshold=THRESHOLD, earlier=[left], period=period)
        taken.append(time.process_time() - began)
        found += len(derived(file(numbers, months.sums, made.why, period), [left], made.apart))
        single = hide(numbers, months.sums, threshold=THRESHOLD)
        by_itself += bool(derived(file(numbers, months.sums, single, period), [left]))
        bare = file(earlier, months.sums, naive(earlier), months_of_2025(*before))
        naively += bool(derived(file(numbers, months.sums, naive(numbers), period), [bare]))
        more += len(made.why) - len(single)
        first += len(single)
    tell(f"{count} pairs of overlapping periods: {found} derived")
    tell(f"each file hidden by itself: something derived in {by_itself} pairs; small numbers alone: in {naively}")
    tell(f"hidden in the second file: {first} numbers by itself, {more} more for the sake of the first")
    tell(f"seconds of the processor for the second file: {spread(taken)}")
    return found


def kept(count: int) -> int:
    """Compare with the exact best; give 1 if less is kept than is promised."""
    shares, ours, best, equal, open_ = [], 0.0, 0.0, 0, 0
    for seed in range(count):
        numbers, sums = table(seed, small=True)
        small = naive(numbers)
        price = worth(numbers, sums, small)
        hidden = hide(numbers, sums, threshold=THRESHOLD)
        lost = sum(price.get(key, LOOSENED) for key, why in hidden.items() if why == BESIDE)
        least = least_price(numbers, sums, price, LOOSENED, threshold=THRESHOLD, seconds=LONGEST)
        whole = sum(price.values()) + LOOSENED * len(small)
        if least is None:
            open_ += 1
        elif whole > least:
            shares.append((whole - lost) / (whole - least))
            ours += whole - lost
            best += whole - least
            equal += round(least) == lost
    below = sum(one < PROMISED for one in shares)
    tell(f"{count} small tables ({open_} without proof): {ours / best:.1%} of the best is kept; the best in {equal}")
    tell(f"share of the best, table by table: least {min(shares):.1%}, below 90 % in {below}")
    return int(ours / best < PROMISED)


def main() -> int:
    counts = [int(one) for one in sys.argv[1:]] or [TABLES, PAIRS, SMALL_TABLES]
    return 1 if sum(job(count) for job, count in zip((alone, together, kept), counts, strict=False)) else 0


if __name__ == "__main__":
    sys.exit(main())
