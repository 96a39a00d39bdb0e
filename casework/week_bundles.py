"""The exact choice of a week by bundles: each set of needs that one person can take together is one column.

Clashes, the hours of a month and the square of somebody's hours are then settled inside a bundle, so what is left is
to take each need and each person once. That model is so tight that its relaxation is mostly whole already, and after
each goal every bundle is left out that no best plan can use: its reduced cost is more than what is to spare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import inf
from typing import Any

from casework.week_choice import Choice, Pair, blocks, in_order, quarters
from casework.week_highs import SPARE, solved, solver

MOST = 30_000  # bundles of one group; beyond, the model by pairs is smaller
MARGIN = 0.01  # of a reduced cost: the solver's rounding, far below the one by which goals differ
WHOLE = 1e-6

Bundle = tuple[int, ...]  # places of pairs, all of one person
Key = tuple[str, int]  # "need" or "person" with its number
Cut = frozenset[Key]  # odd in number


def bundles_of(choice: Choice, pairs: Sequence[Pair], most: int = MOST) -> list[Bundle] | None:
    """Give every set of needs that one person can take, for each person; None where there are more than `most`."""
    columns: dict[int, list[int]] = {}
    for at, pair in enumerate(pairs):
        columns.setdefault(pair.person, []).append(at)
    found: list[Bundle] = []
    for person in sorted(columns):
        theirs = _of_one(choice, pairs, person, columns[person], most - len(found))
        if theirs is None:
            return None
        found += theirs
    return found


def _of_one(
    choice: Choice, pairs: Sequence[Pair], person: int, columns: Sequence[int], most: int
) -> list[Bundle] | None:
    """Grow the bundles of one person need by need; `barred` are the places of needs that clash with one taken."""
    months = sorted({choice.month[pairs[at].need] for at in columns})
    left = tuple(choice.limits.get((person, month), inf) for month in months)
    clashing = _clashing(choice, person, [pairs[at].need for at in columns])
    grown: list[tuple[Bundle, int, tuple[float, ...]]] = [((), 0, left)]
    for place, at in enumerate(columns):
        need = pairs[at].need
        month = months.index(choice.month[need])
        for taken, barred, rest in list(grown):
            after = rest[month] - choice.minutes[need]
            if barred >> place & 1 or after < 0:
                continue
            grown.append(((*taken, at), barred | clashing[place], (*rest[:month], after, *rest[month + 1 :])))
        if len(grown) - 1 > most:
            return None
    return [taken for taken, _barred, _rest in grown[1:]]


def _clashing(choice: Choice, person: int, needs: Sequence[int]) -> list[int]:
    """Give, for each need in order, a number whose bits are the places of needs that clash with it."""
    theirs = choice.clashes.get(person, frozenset())
    bits = [0] * len(needs)
    for one, other in combinations(range(len(needs)), 2):
        if (min(needs[one], needs[other]), max(needs[one], needs[other])) in theirs:
            bits[one] |= 1 << other
            bits[other] |= 1 << one
    return bits


def _keys(pairs: Sequence[Pair], bundle: Bundle) -> frozenset[Key]:
    return frozenset((("person", pairs[bundle[0]].person), *(("need", pairs[at].need) for at in bundle)))


class Bundles:
    """One group of pairs by bundles. `kept` are the bundles that a best plan may still use, `taken` one best plan."""

    def __init__(self, choice: Choice, pairs: Sequence[Pair], bundles: Sequence[Bundle]) -> None:
        self.choice, self.pairs, self.bundles = choice, pairs, bundles
        self.kept = list(range(len(bundles)))
        self.taken: list[int] = []
        self.held: list[tuple[Mapping[int, int], int]] = []  # goals with the least that each can be
        self.cuts: list[Cut] = []
        self.keys = [_keys(pairs, bundle) for bundle in bundles]

    def run(self) -> dict[int, int]:
        """Give the best choice: needs met, waivers, changes of person, fairness, distance, lines kept, order."""
        first, way, kept = in_order(self.pairs)
        for goal in (self._sums(first), self._fairness(), self._sums(way), self._sums(kept)):
            self._improve(goal)
        for weights in self._order():
            self._improve(self._sums(weights))
        chosen = [self.pairs[at] for one in self.taken for at in self.bundles[one]]
        return {pair.need: pair.person for pair in chosen}

    # Goals, as what each bundle costs

    def _sums(self, costs: Mapping[int, int]) -> dict[int, int]:
        return {one: sum(costs.get(at, 0) for at in self.bundles[one]) for one in self.kept}

    def _fairness(self) -> dict[int, int]:
        """Give by how much a bundle makes the square of its person's quarters grow."""
        return {one: self._growth(self.bundles[one]) for one in self.kept}

    def _growth(self, bundle: Bundle) -> int:
        load = quarters(self.choice.load[self.pairs[bundle[0]].person])
        more = sum(quarters(self.choice.minutes[self.pairs[at].need]) for at in bundle)
        return (load + more) ** 2 - load**2

    def _order(self) -> Iterator[dict[int, int]]:
        """Give what says which of equal plans comes first, in parts that the solver can tell apart."""
        of_need: dict[int, set[int]] = {}
        for at in {at for one in self.kept for at in self.bundles[one]}:
            of_need.setdefault(self.pairs[at].need, set()).add(at)
        yield from blocks([sorted(of_need[need]) for need in sorted(of_need)])

    # The model

    def _improve(self, goal: Mapping[int, int]) -> None:
        """Take a plan that is best by this goal too, and leave out every bundle that no such plan uses."""
        is_settled = self.taken and len(self.taken) == len(self.kept)  # one bundle less would meet fewer needs
        if is_settled or not any(goal[one] for one in self.kept):
            return
        highs = self._model(goal)
        bound, shares = self._tightened(highs)
        costs = list(highs.getSolution().col_dual)
        if _is_whole(shares):
            least = round(bound)
        else:
            _make_whole(highs, len(self.kept))
            least = round(solved(highs))
            shares = list(highs.getSolution().col_value)
        self.taken = [one for one, share in zip(self.kept, shares, strict=True) if share > SPARE]
        self.held.append((goal, least))
        spare = least - bound + MARGIN
        self.kept = [one for one, cost in zip(self.kept, costs, strict=True) if cost <= spare]

    def _tightened(self, highs: Any) -> tuple[float, list[float]]:
        """Solve the relaxation and cut off plans in halves until there are none; give its value and its shares.

        A cut holds for every goal, so it is kept.
        """
        while True:
            bound, shares = solved(highs), list(highs.getSolution().col_value)
            found = [cut for cut in self._odd_rings(shares) if cut not in self.cuts]
            if not found:
                return bound, shares
            for cut in found:
                self.cuts.append(cut)
                self._add_cut(highs, cut)

    def _odd_rings(self, shares: Sequence[float]) -> list[Cut]:
        """Give odd sets of people and needs of which each bundle taken in part holds an even number.

        Whole bundles can hold such a set in pairs only, so one of it stays over: a plan in halves does not see that.
        They are found as dependencies of the rows in arithmetic modulo 2, a row being a number whose bits are bundles.
        """
        parts = [(one, share) for one, share in zip(self.kept, shares, strict=True) if WHOLE < share < 1 - WHOLE]
        rows: dict[Key, int] = {}
        full: dict[Key, float] = {}
        for place, (one, share) in enumerate(parts):
            for key in self.keys[one]:
                rows[key] = rows.get(key, 0) | 1 << place
                full[key] = full.get(key, 0.0) + share
        tight = sorted(key for key in rows if full[key] > 1 - WHOLE)
        found: dict[Cut, None] = {}
        for order in (tight, tight[::-1], sorted(tight, key=lambda key: rows[key].bit_count())):
            for cut in _dependent(order, rows):
                held = sum(share * self._pairs_in(one, cut) for one, share in parts)
                if len(cut) % 2 and held > len(cut) // 2 + MARGIN:
                    found[cut] = None
        return list(found)

    def _pairs_in(self, one: int, cut: Cut) -> int:
        return len(self.keys[one] & cut) // 2

    def _add_cut(self, highs: Any, cut: Cut) -> None:
        terms = {column: float(self._pairs_in(one, cut)) for column, one in enumerate(self.kept)}
        columns = [column for column, pairs in terms.items() if pairs]
        highs.addRow(0.0, float(len(cut) // 2), len(columns), columns, [terms[column] for column in columns])

    def _model(self, goal: Mapping[int, int]) -> Any:
        """Give the model of the bundles that are left: each need and each person once, the goals before held."""
        highs, rows = solver(), {}
        for column, one in enumerate(self.kept):
            for key in self.keys[one]:
                rows.setdefault(key, []).append(column)
        many = len(self.kept)
        highs.addVars(many, [0.0] * many, [highs.inf] * many)  # that one is the most follows from the rows
        highs.changeColsCost(many, list(range(many)), [float(goal[one]) for one in self.kept])
        for key in sorted(rows):
            highs.addRow(0.0, 1.0, len(rows[key]), rows[key], [1.0] * len(rows[key]))
        for before, least in self.held:
            costs = [(column, float(before[one])) for column, one in enumerate(self.kept) if before[one]]
            columns, prices = [column for column, _cost in costs], [cost for _column, cost in costs]
            highs.addRow(-highs.inf, float(least), len(costs), columns, prices)
        for cut in self.cuts:
            self._add_cut(highs, cut)
        return highs


def _dependent(order: Sequence[Key], rows: Mapping[Key, int]) -> Iterator[Cut]:
    """Give sets of rows that add up to nothing modulo 2, by elimination in this order."""
    pivots: dict[int, tuple[int, Cut]] = {}
    for key in order:
        row, used = rows[key], frozenset((key,))
        while row and (row & -row) in pivots:
            other, others = pivots[row & -row]
            row, used = row ^ other, used ^ others
        if row:
            pivots[row & -row] = row, used
        else:
            yield used


def _is_whole(shares: Sequence[float]) -> bool:
    return all(min(share, 1 - share) <= WHOLE for share in shares)


def _make_whole(highs: Any, many: int) -> None:
    import highspy

    highs.changeColsIntegrality(many, list(range(many)), [highspy.HighsVarType.kInteger] * many)
