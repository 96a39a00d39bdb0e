"""A file of figures laid beside earlier ones of overlapping periods, as one set of rows.

January to July less January to June is July, which nobody printed. So the days are cut where any period begins or ends,
and a number is the sum of its stretches. Three kinds of numbers keep to other rules:

- who is counted once in a period, however often met (`ONCE`), does not add up over stretches. Of one period inside
  another it is only said that what came on top is not less than nothing;
- what is so on one day (`ON_A_DAY`) is the same number wherever the same day stands, and adds up over nothing;
- a line that holds whatever the file does not name (`WHATEVER_ELSE`) holds other rows in each file; a row that one file
  names and another does not is in that line there, a number of its own that is not printed.

Records written late, set aside or answered since make earlier figures disagree with later ones. Where a number of an
earlier file cannot have come about as said above, it is `apart`: nothing is concluded from it, since what the two say
together is not true. What a reader would do all the same, take one from the other, is watched (`differs_a_little`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from casework.figures import Sum
from casework.periods import ONE_DAY, Period
from exports.linear import ENOUGH, Column, Linear, Row
from exports.published import Published
from exports.systems import System, of_file

ONCE = (
    "people", "organisations", "with_public_body", "with_lawyer", "people_kind", "people_known", "people_since", "age",
    "no_recourse", "incident_people", "incident_repeat", "conduct_cases", "nrpf_families", "nrpf_children", "compared",
    "moved_better", "moved_same", "moved_worse",
)  # fmt: skip
ON_A_DAY = ("cases_at_start", "cases_at_end")
# Bound by the sums of their own file alone: what was written late is so by the end of one period.
NOT_BESIDE = ("cases_worked_on", "late_cases", "late_notes", "late_incidents")
WHATEVER_ELSE = (":joined", ":outside")
FREE = Column(0, ENOUGH)

Apart = tuple[str, int]  # a number by its key, and the place of the earlier file that disagrees on it, from 1


class Beside(NamedTuple):
    """All files as one system, and which numbers of which earlier files are left apart.

    Keys of the file itself are its own; those of the earlier files end in "@" and the file's place, from 1. What lies
    in one period and not in the other is "key~place" and "key^place", a stretch of days "key#first day".
    """

    system: System
    apart: frozenset[Apart]
    files: tuple[Published, ...]

    def differ_a_little(self) -> Iterator[Apart]:
        """Give the numbers apart that are shown in both files and differ by less than the threshold."""
        for key, place in sorted(self.apart):
            now, before = (self.system.columns[f"{key}{_name(one)}"] for one in (0, place))
            exact = now.least == now.most and before.least == before.most
            nested = _nested(self.files[0].period, self.files[place].period)
            if exact and nested and 1 <= abs(now.least - before.least) < self.files[0].threshold:
                yield key, place


def laid_beside(file: Published, earlier: Iterable[Published], apart: Collection[Apart] = ()) -> Beside:
    """Lay the earlier files whose periods overlap beside this one; `apart` is left apart whatever it says."""
    files = (file, *overlapping(file.period, earlier))
    columns, rows = {}, []
    for place, one in enumerate(files):
        system = of_file(one, _name(place))
        columns |= system.columns
        rows += system.rows
    more, bound = _named_elsewhere(files)
    columns |= more
    rows += bound
    left, stretches = set(apart), {}
    for key, places in _standing_in(files, columns).items():
        agreeing = [place for place in places if (key, place) not in left]
        made = _Between(key, files, columns, agreeing)
        if not made.can_be():
            made = _agreed(made)
            left |= {(key, place) for place in agreeing if place not in made.places}
        columns |= made.columns
        rows += made.rows
        stretches[key] = made.pieces
    rows += _sums_of_stretches(file.sums, stretches)
    return Beside(System(columns, tuple(rows)), frozenset(left), files)


def _sums_of_stretches(sums: Iterable[Sum], stretches: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Give what holds in each stretch of days as it does in the whole period, where all numbers are cut alike."""
    for total, parts in sums:
        cuts = stretches.get(total, ())
        if cuts and all(stretches.get(part) == cuts for part in parts):
            for cut in cuts:
                yield Row({f"{total}#{cut}": -1, **dict.fromkeys((f"{part}#{cut}" for part in parts), 1)}, 0, 0)


def overlapping(period: Period, earlier: Iterable[Published]) -> list[Published]:
    """Give the files whose period shares a day with this one, or with one that does, and so on."""
    left, found, reached = list(earlier), [], [period]
    while near := [one for one in left if any(_share(one.period, other) for other in reached)]:
        found += near
        reached += [one.period for one in near]
        left = [one for one in left if all(one is not other for other in near)]
    return found


def _share(one: Period, other: Period) -> bool:
    return one.first <= other.last and other.first <= one.last


def _nested(one: Period, other: Period) -> bool:
    return _holds(one, other) or _holds(other, one)


def _holds(outer: Period, inner: Period) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _name(place: int) -> str:
    return f"@{place}" if place else ""


# Which numbers are the same in several files


def _named_elsewhere(files: Sequence[Published]) -> tuple[dict[str, Column], list[Row]]:
    """Bind each line of what a file does not name to the rows that other files name, and to what none does."""
    named: dict[str, set[str]] = {}
    for key in (key for file in files for key in file.numbers if ":" in key and not key.endswith(WHATEVER_ELSE)):
        named.setdefault(key.partition(":")[0], set()).add(key)
    columns, rows = {}, []
    for place, file in enumerate(files):
        for line in (key for key in file.numbers if key.endswith(WHATEVER_ELSE)):
            missing = sorted(named.get(line.partition(":")[0], set()) - file.numbers.keys())
            inside = [f"{one}{_name(place)}" for one in (*missing, f"{line}-rest")]
            columns |= dict.fromkeys(inside, FREE)
            rows.append(Row({f"{line}{_name(place)}": -1, **dict.fromkeys(inside, 1)}, 0, 0))
    return columns, rows


def _standing_in(files: Sequence[Published], columns: Mapping[str, Column]) -> dict[str, list[int]]:
    """Give each number that stands in two files or more, with the places of the files."""
    found: dict[str, list[int]] = {}
    for key in columns:
        plain, _at, place = key.partition("@")
        if not plain.endswith(WHATEVER_ELSE):
            found.setdefault(plain, []).append(int(place or 0))
    moments = {key: found.pop(key) for key in ON_A_DAY if key in found}
    several = {key: sorted(places) for key, places in found.items() if len(places) > 1}
    return several | ({key: sorted(places) for key, places in moments.items()} if len(files) > 1 else {})


# What binds one number over several files


class _Between:
    """The rows that bind one number over the files at `places`, and the numbers that lie between the files."""

    def __init__(
        self, key: str, files: Sequence[Published], known: Mapping[str, Column], places: Sequence[int]
    ) -> None:
        self.key, self.files, self.known, self.places = key, files, known, list(places)
        self.columns: dict[str, Column] = {}
        self.rows: list[Row] = []
        self.pieces: list[str] = []
        sort = key.partition(":")[0]
        if sort in ON_A_DAY:
            self._on_a_day()
        elif sort in ONCE:
            self._on_top()
        elif sort not in NOT_BESIDE:
            self._stretches()

    def can_be(self) -> bool:
        """Say whether the files can all be right about this number."""
        own = {self._at(place): self.known[self._at(place)] for place in self.places}
        return not self.rows or Linear(own | self.columns, self.rows).cheapest({}) is not None

    def _at(self, place: int) -> str:
        return f"{self.key}{_name(place)}"

    def _bind(self, terms: Mapping[str, int], unknown: Iterable[str]) -> None:
        self.columns |= dict.fromkeys(unknown, FREE)
        self.rows.append(Row(terms, 0, 0))

    def _on_a_day(self) -> None:
        for place in self.places:
            period = self.files[place].period
            day = period.first if self.key == ON_A_DAY[0] else period.last + ONE_DAY
            self._bind({self._at(place): -1, f"open#{day}": 1}, [f"open#{day}"])

    def _on_top(self) -> None:
        for place in self.places:
            for outer, inner in ((0, place), (place, 0)):
                if place and 0 in self.places and _holds(self.files[outer].period, self.files[inner].period):
                    above = f"{self.key}~{place}"
                    self._bind({self._at(outer): -1, self._at(inner): 1, above: 1}, [above])

    def _stretches(self) -> None:
        periods = {place: self.files[place].period for place in self.places}
        cuts = sorted({day for one in periods.values() for day in (one.first, one.last + ONE_DAY)})
        pieces = [Period(first, after - ONE_DAY) for first, after in pairwise(cuts)]
        inside = {place: {self._piece(one.first) for one in pieces if _holds(period, one)}
                  for place, period in periods.items()}  # fmt: skip
        self.pieces = [
            str(one.first) for one in pieces if any(self._piece(one.first) in each for each in inside.values())
        ]
        for place, several in inside.items():
            self._bind({self._at(place): -1, **dict.fromkeys(sorted(several), 1)}, several)
        for place in (one for one in self.places if one and 0 in inside):
            for mark, only in (("~", inside[0] - inside[place]), ("^", inside[place] - inside[0])):
                if len(only) > 1:  # one stretch alone has its own name
                    name = f"{self.key}{mark}{place}"
                    self._bind({name: -1, **dict.fromkeys(sorted(only), 1)}, [name])

    def _piece(self, first: date) -> str:
        return f"{self.key}#{first}"


def _agreed(made: _Between) -> _Between:
    """Give the same with only those files that agree with the ones before them, the file itself first."""
    places: list[int] = []
    for place in made.places:
        tried = _Between(made.key, made.files, made.known, [*places, place])
        if tried.can_be():
            places.append(place)
    return _Between(made.key, made.files, made.known, places)
