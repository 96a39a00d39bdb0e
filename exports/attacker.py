"""One who wants to know a hidden number, and has nothing but the files and as much arithmetic as it takes.

For each number that is not printed it finds the least and the most that fit everything printed: all sums at once, whole
numbers, nothing below zero. It is told more than a reader is: of each "hidden" number whether it is small.

What counts as derived, and why:

- a small number, printed as "<5" or hidden: if it has fewer possible values than "<5" leaves by itself. A family that
  must be one of two or three is nearly as easily found as one that is counted;
- any other hidden number: if it has one possible value. Nobody is found by it, but it hides nothing then;
- a number that is printed nowhere, such as what is left of a whole, or what came between two files: if it is small for
  certain and has fewer possible values than "<5" leaves. That it is 0 may be known: zero is shown everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from exports.linear import ENOUGH, Column
from exports.overlaps import Apart, laid_beside
from exports.published import Published, Shown
from exports.systems import System

LOOKS = 12  # tables at random corners, before anything is asked


NONE = Shown(0, 0)


class Derived(NamedTuple):
    """A number that is not printed and can be told all the same, with the least and most that it can be."""

    key: str
    least: int
    most: int | None


class Betrayed(ValueError):
    """A file that must not leave: `derived` says what it would give away."""

    def __init__(self, derived: Sequence[Derived]) -> None:
        super().__init__(f"Not released: {len(derived)} hidden numbers could be worked out from this file.")
        self.derived = tuple(derived)


def must_withstand(file: Published, earlier: Iterable[Published] = (), apart: Collection[Apart] = ()) -> None:
    """Let a file leave only if nothing in it, or between it and earlier files, can be derived. Raises Betrayed."""
    found = derived(file, earlier, apart)
    if found:
        raise Betrayed(found)


def derived(file: Published, earlier: Iterable[Published] = (), apart: Collection[Apart] = ()) -> list[Derived]:
    """Give everything that a reader of this file, and of earlier ones, can work out and should not, in order of key.

    `apart`: numbers of earlier files that are known to disagree with this one. What earlier files give away by
    themselves is left out: it is out already, and hiding something now changes nothing.
    """
    before = list(earlier)
    beside = laid_beside(file, before, apart)
    found = told(beside.system, file.threshold)
    if len(beside.files) > 1:
        found = beyond(found, known_before(file, before, beside.apart))
    little = (f"{key}~{place}" for key, place in beside.differ_a_little())
    return sorted([*found, *(Derived(key, 1, file.threshold - 1) for key in little)])


def known_before(file: Published, earlier: Iterable[Published], apart: Collection[Apart]) -> System:
    """Give what is known without the numbers of this file: earlier files, and which of these numbers are zero."""
    bare = {key: one if one == NONE else Shown(1, None) for key, one in file.numbers.items()}
    return laid_beside(replace(file, numbers=bare), earlier, apart).system


def beyond(found: Iterable[Derived], before: System) -> list[Derived]:
    """Leave out what is told as closely without the file that is asked about."""
    several = list(found)
    known = bounds(before, [one.key for one in several]) if several else {}
    return [one for one in several if Shown(one.least, one.most) != known.get(one.key)]


def bounds(system: System, wanted: Iterable[str] | None = None) -> dict[str, Shown]:
    """Give the least and the most that each unknown number can be; with no `wanted`, of all."""
    narrow = system.narrowed()
    chosen = {key for key, one in system.columns.items() if one.least != one.most}
    chosen &= chosen if wanted is None else set(wanted)
    found = {
        key: Shown(*narrow.columns[key]) for key in chosen if narrow.columns[key].least == narrow.columns[key].most
    }
    for part in narrow.parts():
        keys = [key for key in part.columns if key in chosen]
        if keys:
            asked = Questions(part)
            found |= {key: asked.bounds(key) for key in keys}
    return found


def fewest(threshold: int) -> int:
    """Give how many values in a row a small number must keep: as many as "<5" leaves, two at least."""
    return max(2, threshold - 1)


def says_little(threshold: int) -> bool:
    """Say whether the mark itself leaves that many: "<2" would say that it is 1, so "hidden" is printed instead."""
    return threshold - 1 >= fewest(threshold)


Proofs = dict[str, set[int]]  # values by key that some table shows to be possible


def told(system: System, threshold: int, proofs: Proofs | None = None) -> list[Derived]:
    """Give every number of a system that is told, by what stands at the top of this file."""
    narrow = system.narrowed()
    found = [Derived(key, one.least, one.most) for key, one in narrow.columns.items()
             if one.least == one.most and _is_told(system.columns[key], one, threshold)]  # fmt: skip
    for part in narrow.parts():
        asked = Questions(part, proofs)
        for key in part.columns:
            if (limits := asked.told(key, system.columns[key], threshold)) is not None:
                found.append(Derived(key, *limits))
    return found


def _is_told(printed: Column, left: Column, threshold: int) -> bool:
    """Say whether a number printed within these limits is told by what is left of them."""
    if printed.least == printed.most:
        return False
    if printed.least >= 1 and printed.most < threshold:
        return left != printed
    enough = 2 if printed.least >= threshold else fewest(threshold)
    return left.most - left.least + 1 < enough and (printed.least >= 1 or 1 <= left.most < threshold)


class Questions:
    """One connected part of what is unknown. Every answer is kept: it shows values for all numbers of the part.

    `proofs` are values that were seen possible before, when no more was hidden than now; they grow.
    """

    def __init__(self, part: System, proofs: Proofs | None = None) -> None:
        self.columns, self.linear = part.columns, part.linear()
        self.seen: Proofs = {} if proofs is None else proofs
        for key in part.columns:
            self.seen.setdefault(key, set())
        self.fits = self._ask({}) is not None  # files that contradict each other tell nothing
        for seed in range(LOOKS if self.fits and len(part.columns) > LOOKS else 0):
            rng = Random(seed)  # noqa: S311 - tables far apart show many values at once; nothing secret
            self._ask({key: rng.choice((1, -1)) for key in part.columns})

    def bounds(self, key: str) -> Shown:
        """Give the least and the most; where the solver gives up, those that were seen."""
        if not self.fits:
            return _open(self.columns[key])
        for cost, end in ((1, min), (-1, max)):
            if end(self.seen[key]) != self.columns[key][cost < 0]:
                self._ask({key: cost})
        return _open(Column(min(self.seen[key]), max(self.seen[key])))

    def told(self, key: str, printed: Column, threshold: int) -> Shown | None:
        """Give the least and most of a number that is told; None where enough doubt is left."""
        if not self.fits or not _is_told(printed, Column(min(self.seen[key]), max(self.seen[key])), threshold):
            return None
        limits = self.bounds(key)
        closed = Column(limits.least, ENOUGH if limits.most is None else limits.most)
        return limits if _is_told(printed, closed, threshold) else None

    def _ask(self, costs: dict[str, int]) -> dict[str, int] | None:
        found = self.linear.cheapest(costs)
        for key, value in (found or {}).items():
            self.seen[key].add(value)
        return found


def _open(limits: Column) -> Shown:
    return Shown(limits.least, None if limits.most >= ENOUGH // 2 else limits.most)
