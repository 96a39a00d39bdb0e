"""The exact choice of lines for a week: one whole-number programme after another, the earlier goals never given up.

Every goal is a sum of whole numbers, and the solver is asked for a proven optimum with less than one to spare, so
rounding decides nothing. Needs and people that no choice connects are solved apart, which changes no optimum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from casework.week_bundles import Bundles, bundles_of
from casework.week_choice import Choice, Pair, blocks, in_order, quarters
from casework.week_highs import SPARE, solved, solver


def solve(choice: Choice) -> dict[int, int]:
    """Give which person takes which need: the best by all goals, and of equal ones the first in order."""
    chosen: dict[int, int] = {}
    for pairs in apart(choice.pairs):
        if len(pairs) == 1:  # a need that one person can meet, who can meet no other
            chosen |= {pairs[0].need: pairs[0].person}
            continue
        bundles = bundles_of(choice, pairs)
        chosen |= Bundles(choice, pairs, bundles).run() if bundles is not None else Programme(choice, pairs).run()
    return chosen


def apart(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Give the pairs in groups that share neither a need nor a person."""
    root: dict[tuple[str, int], tuple[str, int]] = {}

    def find(one: tuple[str, int]) -> tuple[str, int]:
        root.setdefault(one, one)
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    ordered = sorted(pairs)
    for pair in ordered:
        root[find(("need", pair.need))] = find(("person", pair.person))
    groups: dict[tuple[str, int], list[Pair]] = {}
    for pair in ordered:
        groups.setdefault(find(("need", pair.need)), []).append(pair)
    yield from groups.values()


class Programme:
    """One group of pairs as columns, with the rows that bind them; goals are added one after another."""

    def __init__(self, choice: Choice, pairs: list[Pair]) -> None:
        import highspy

        self.choice, self.pairs = choice, pairs
        self.needs = sorted({pair.need for pair in pairs})
        self.people = sorted({pair.person for pair in pairs})
        self.of_need = {need: [at for at, one in enumerate(pairs) if one.need == need] for need in self.needs}
        self.of_person = {key: [at for at, one in enumerate(pairs) if one.person == key] for key in self.people}
        self.highs, self.whole = solver(), highspy.HighsVarType.kInteger
        self.columns = 0
        for _pair in pairs:
            self._column(1.0)
            self.highs.changeColIntegrality(self.columns - 1, self.whole)
        self._bind()

    def run(self) -> dict[int, int]:
        """Give the best choice: needs met, waivers, changes of person, fairness, distance, lines kept, order."""
        first, way, kept = in_order(self.pairs)
        goals = (first, self._fairness(), way, kept)
        taken: list[int] = []
        for goal in goals:
            taken = self._improve(goal, taken)
        return self._first_in_order(taken)

    # Columns and rows

    def _column(self, most: float) -> int:
        self.highs.addCol(0.0, 0.0, most, 0, [], [])
        self.columns += 1
        return self.columns - 1

    def _row(self, least: float, most: float, terms: Mapping[int, float]) -> None:
        self.highs.addRow(least, most, len(terms), list(terms), [float(one) for one in terms.values()])

    def _bind(self) -> None:
        for columns in self.of_need.values():
            self._row(0, 1, dict.fromkeys(columns, 1))
        for person, columns in self.of_person.items():
            at = {self.pairs[column].need: column for column in columns}
            for group in _together(sorted(at), self.choice.clashes.get(person, frozenset())):
                self._row(0, 1, {at[need]: 1 for need in group})
            months = {self.choice.month[need] for need in at}
            for month in sorted(months & {one for key, one in self.choice.limits if key == person}):
                minutes = {at[need]: self.choice.minutes[need] for need in at if self.choice.month[need] == month}
                self._row(0, self.choice.limits[person, month], minutes)

    def _fairness(self) -> dict[int, int]:
        """Add what a person's quarters cost together: their square, so that the least used come first.

        Between two sums of quarters that a person can reach the cost is a straight line, and at them it is exact.
        """
        goal: dict[int, int] = {}
        for person, columns in self.of_person.items():
            units = {column: quarters(self.choice.minutes[self.pairs[column].need]) for column in columns}
            load = quarters(self.choice.load[person])
            row: dict[int, float] = {column: -amount for column, amount in units.items()}
            for low, high in pairwise(sorted(_sums(units.values()))):
                part = self._column(high - low)
                goal[part], row[part] = 2 * load + low + high, 1
            self._row(0, 0, row)
        return goal

    # Goals

    def _improve(self, goal: Mapping[int, int], taken: list[int]) -> list[int]:
        """Give the columns taken when this goal is least, and hold it there from now on."""
        wanted = {column: cost for column, cost in goal.items() if cost}
        if not wanted:
            return taken or self._solved()
        taken = self._least(wanted)
        self._row(-self.highs.inf, round(self.highs.getInfo().objective_function_value), wanted)
        return taken

    def _least(self, goal: Mapping[int, int]) -> list[int]:
        columns = range(self.columns)
        self.highs.changeColsCost(self.columns, list(columns), [float(goal.get(one, 0)) for one in columns])
        return self._solved()

    def _solved(self) -> list[int]:
        solved(self.highs)
        values = self.highs.getSolution().col_value
        return [column for column in range(len(self.pairs)) if values[column] > SPARE]

    def _first_in_order(self, taken: list[int]) -> dict[int, int]:
        """Of equal plans give the one whose first need has the first person, then its second need, and so on."""
        for goal in blocks(self._still_open(taken)):
            taken = self._least(goal)
            for column in goal:
                self._fix(column, float(column in taken))
        return {self.pairs[column].need: self.pairs[column].person for column in taken}

    def _still_open(self, taken: list[int]) -> list[list[int]]:
        """Give the columns that some best plan takes, by need, for needs that best plans treat differently.

        A plan with as many columns as possible that no plan before it took shows new ones, or that there are none.
        """
        met, always, unseen = set(taken), set(taken), set(range(len(self.pairs))) - set(taken)
        while unseen:
            found = set(self._least(dict.fromkeys(sorted(unseen), -1)))
            always &= found
            if not found & unseen:
                break
            met |= found
            unseen -= found
        for column in unseen:
            self._fix(column, 0.0)
        for column in always:
            self._fix(column, 1.0)
        by_need = ([column for column in self.of_need[need] if column in met - always] for need in self.needs)
        return [columns for columns in by_need if columns]

    def _fix(self, column: int, value: float) -> None:
        self.highs.changeColBounds(column, value, value)


def _sums(units: Iterable[int]) -> set[int]:
    found = {0}
    for one in units:
        found |= {one + other for other in found}
    return found


def _together(needs: list[int], clashes: frozenset[tuple[int, int]]) -> Iterator[list[int]]:
    """Give groups of needs of which one person can do one at most; together they say every clash."""
    joined = {need: {b if a == need else a for a, b in clashes if need in (a, b)} for need in needs}
    open_ones = {(a, b) for a, b in clashes if a in joined and b in joined}
    while open_ones:
        first, second = min(open_ones)
        group = [first, second]
        for other in needs:
            if other not in group and all(other in joined[one] for one in group):
                group.append(other)
        open_ones -= {(a, b) for a in group for b in group}
        yield group
