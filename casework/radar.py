"""The pattern radar: what more clients met in the last months than the years before and chance would give.

Plain values in, plain values out. A family is one kind of thing that is counted: how agencies dealt with people, what
they refused, where incidents happened. Each has rows (an agency, a place) and columns (a word of a list). Every row,
every column and every pair is looked at over two windows against its own past; where that is thin, what its row and its
column say counts with it, and where an office has no past yet, that alone. What stands out after allowing for all these
looks is told, and nothing else.

The measure beside is every client we worked with in that time, so that a busy office alone raises no alarm; where a
family says so (refusals), it is every client for whom that row was asked. Limits: a season (schools in September)
looks like a rise, and so does writing down more than before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from math import ceil

from casework.radar_chance import Chance, at_least_one, chance_of, shape_of, shapes_of_others, swing_of
from casework.radar_counts import EVERY, PART, Cell, Counts, Family, Key, Seen, Sizes

WINDOWS, PAST, YEAR = (61, 122), 732, 366  # days: two and four months; two years; one year
LEAST_PAST = 183  # days of it without which nothing is called a rise
RISE, APART = "rise", "apart"  # more than before; more than others
SWING = 0.03  # the least variance of the ratio by which any rate goes up and down: about a sixth of it
NEARLY_ALL = 0.8  # of the clients of a row or column
HALF = 0.5  # of one finding's clients seen in a stronger one: it is the same story
MOST = 0.99  # no share is certain


@dataclass(frozen=True)
class Rules:
    """`alarms`: the share of scans of an office where nothing changed that may tell of something all the same.

    Fewer than `least` clients, or fewer than `ratio` times as many as expected, are never told. Four in a hundred,
    since rates are learnt from few clients: about five were measured for five, see docs/radar.md.
    """

    alarms: float = 0.04
    least: int = 5
    ratio: float = 1.5


@dataclass(frozen=True)
class Look:
    """One row and column over one window: how many met it, of how many, what was before, and what chance gives."""

    kind: str
    family: str
    row: Key
    column: Key
    since: date
    days: int
    met: Sizes  # in the window, then in each stretch of the past, the nearest first
    of: Sizes
    chance: Chance

    @property
    def number(self) -> int:
        return self.met[0]

    @property
    def expected(self) -> float:
        return self.chance.expected

    @property
    def by_chance(self) -> float:
        """How often one such look shows as many or more, were there nothing to see."""
        return self.chance.of(self.number)


def are_alike(one: Look, other: Look) -> bool:
    """Say whether one look is at a part of the other: the same, its whole row or column, or an agency and its part."""
    if one.family.removesuffix(PART) != other.family.removesuffix(PART):
        return False
    rows = one.family != other.family or one.row == other.row or EVERY in (one.row, other.row)
    return rows and (one.column == other.column or EVERY in (one.column, other.column))


@dataclass(frozen=True)
class Found:
    """A look that stands out. `in_reviews`: how often a whole scan shows anything as rare, were there nothing."""

    look: Look
    in_reviews: float
    behind: tuple[Seen, ...]
    also: tuple[Look, ...] = ()  # weaker looks at the same clients

    @cached_property
    def persons(self) -> frozenset[int]:
        return frozenset(one.person for one in self.behind)

    @property
    def cases(self) -> frozenset[int]:
        return frozenset(one.case for one in self.behind)

    def tells_of(self, other: Found) -> bool:
        """Say whether these are, for the most part, the same clients with the same story."""
        both = len(other.persons & self.persons)
        return are_alike(self.look, other.look) and both > HALF * min(len(other.persons), len(self.persons))


@dataclass(frozen=True)
class Scan:
    """What one scan gave: how many looks it took, what stands out, strongest first, and the rarest look of all."""

    looks: int
    found: tuple[Found, ...]
    rarest: Look | None = None
    rarest_in_reviews: float = 1.0


def scan(families: Iterable[Family], today: date, rules: Rules = Rules()) -> Scan:
    """Look at everything, and give what chance and the past rate do not explain."""
    made = [(look, counts) for family in families for look, counts in _looks(family, today, rules)]
    if not made:
        return Scan(0, ())
    made.sort(key=lambda one: one[0].by_chance)
    chances, found = [look.chance for look, _counts in made], []
    for look, counts in made:
        in_reviews = at_least_one(chances, look.by_chance)
        if in_reviews > rules.alarms:
            break
        _add(found, Found(look, in_reviews, counts.behind((look.row, look.column))))
    rarest = made[0][0]
    return Scan(len(made), tuple(found), rarest, at_least_one(chances, rarest.by_chance))


def _add(found: list[Found], new: Found) -> None:
    """Put a look to the stronger one that tells of the same clients, or tell of it by itself."""
    for place, stronger in enumerate(found):
        if stronger.tells_of(new):
            found[place] = _joined(stronger, new)
            return
    found.append(new)


def _joined(stronger: Found, new: Found) -> Found:
    """Tell of both as one: by the pair, where a whole row or column stands out by hardly more than that pair."""
    is_whole = EVERY in (stronger.look.row, stronger.look.column)
    is_pair = EVERY not in (new.look.row, new.look.column)
    if is_whole and is_pair and len(new.persons) >= NEARLY_ALL * len(stronger.persons):
        return replace(new, also=(stronger.look, *stronger.also))
    return replace(stronger, also=(*stronger.also, new.look))


# The looks


def _looks(family: Family, today: date, rules: Rules) -> Iterator[tuple[Look, Counts]]:
    """Give each look with what it was counted from. Only what has no past is held against the other pairs instead."""
    if not family.seen:
        return
    compared = False
    for days in WINDOWS:
        counts = Counts(family, today, days, PAST // days)
        if sum(map(bool, counts.there[EVERY][1:])) * days < LEAST_PAST:
            continue
        compared = True
        for look in _rises(counts, rules):
            yield look, counts
    if not compared:
        counts = Counts(family, today, YEAR, 0)
        for look in _apart(counts, rules):
            yield look, counts


def _rises(counts: Counts, rules: Rules) -> Iterator[Look]:
    """Give a look at every pair, row and column against its own past; what nobody could have met before is none."""
    rows, columns = counts.rows, counts.columns
    yield from _alike(counts, [(row, column) for row in rows for column in columns], _from_margins(counts), rules)
    if len(columns) > 1:
        yield from _alike(counts, [(row, EVERY) for row in rows], None, rules)
    if len(rows) > 1:
        yield from _alike(counts, [(EVERY, column) for column in columns], None, rules)


def _alike(
    counts: Counts, cells: Sequence[Cell], share_of: Callable[[Cell], float] | None, rules: Rules
) -> Iterator[Look]:
    """Give looks that are alike: how far their rates differ and swing is learnt from all of them together."""
    before = {cell: (sum(counts.met_by(cell)[1:]), sum(counts.of(cell)[1:])) for cell in cells}
    before = {cell: (met, of) for cell, (met, of) in before.items() if of}
    if not before:
        return
    mean = sum(met / of for met, of in before.values()) / len(before)
    shares = {cell: _share(share_of(cell) if share_of else mean, of) for cell, (_met, of) in before.items()}
    shape = shape_of([(met, shares[cell] * of) for cell, (met, of) in before.items()])
    swing = max(SWING, swing_of((counts.met_by(one)[1:], counts.of(one)[1:]) for one in before))
    for cell, (met, of) in before.items():
        yield _look(RISE, counts, cell, chance_of(counts.of(cell)[0], met, of, shares[cell], shape, swing), rules)


def _share(share: float, clients: int) -> float:
    """Give a share that is neither nought nor certain: half a client at the least."""
    return min(MOST, max(HALF / clients, share))


def _from_margins(counts: Counts, places: slice = slice(1, None)) -> Callable[[Cell], float]:
    """Give what the row and the column of a pair say about it, each by itself."""
    every = sum(sum(counts.met_by((EVERY, column))[places]) for column in counts.columns)

    def share(cell: Cell) -> float:
        column = sum(counts.met_by((EVERY, cell[1]))[places])
        if counts.family.by_row:
            return column / max(1, sum(counts.there[EVERY][places]))
        row = sum(counts.met_by((cell[0], EVERY))[places])
        return row * column / max(1, every) / max(1, sum(counts.of(cell)[places]))

    return share


def _apart(counts: Counts, rules: Rules) -> Iterator[Look]:
    """Give a look at every pair against what its row and column say, and against how far pairs are apart in general."""
    cells = [(row, column) for row in counts.rows for column in counts.columns if counts.of((row, column))[0]]
    if len(counts.rows) == 1 or len(counts.columns) == 1 or not cells:
        return
    told = _from_margins(counts, slice(0, 1))
    shares = {cell: _share(told(cell), counts.of(cell)[0]) for cell in cells}
    shapes = shapes_of_others([(counts.met_by(cell)[0], shares[cell] * counts.of(cell)[0]) for cell in cells])
    for cell, shape in zip(cells, shapes, strict=True):
        yield _look(APART, counts, cell, chance_of(counts.of(cell)[0], 0, 0, shares[cell], shape, SWING), rules)


def _look(kind: str, counts: Counts, cell: Cell, chance: Chance, rules: Rules) -> Look:
    least = max(rules.least, ceil(rules.ratio * chance.expected))
    since = counts.today - timedelta(days=counts.days - 1)
    return Look(kind, counts.family.key, *cell, since, counts.days, counts.met_by(cell), counts.of(cell),
                replace(chance, least=least))  # fmt: skip
