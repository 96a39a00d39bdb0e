"""Whole numbers under linear rows: what fits them at the least cost, by HiGHS, checked in exact arithmetic.

The rows of most tables are such that the least cost without the demand for whole numbers is reached at whole numbers.
Only where it is not, the solver is asked again for whole numbers. One thread and a fixed seed, and no clock: the same
question gives the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

ENOUGH = 1_000_000  # stands for "no limit": far above any count of an office, and exact in the solver's arithmetic
FARTHEST = 1 << 60  # stands for a row without an end; beyond every sum that can be made
TOLERANCE = 1e-6
NODES = 20_000  # of the search for whole numbers; a search that takes more counts as one that found nothing


class Row(NamedTuple):
    """The numbers by key, times their factors, make `least` to `most`; None where nothing limits it."""

    terms: Mapping[str, int]
    least: int | None
    most: int | None


class Column(NamedTuple):
    """What one number can be."""

    least: int
    most: int


class Linear:
    """Columns and rows as HiGHS holds them; a question changes costs and limits, and they are put back after it.

    `asked` counts the questions.
    """

    def __init__(self, columns: Mapping[str, Column], rows: Sequence[Row]) -> None:
        import highspy
        import numpy

        self.columns, self.rows, self.asked = dict(columns), list(rows), 0
        self.at = {key: place for place, key in enumerate(columns)}
        self.highs = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
                            ("mip_abs_gap", 0.5), ("mip_max_nodes", NODES)):  # fmt: skip
            self.highs.setOptionValue(name, value)
        self.integer, self.continuous = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        self.optimal, self.inf = highspy.HighsModelStatus.kOptimal, highspy.kHighsInf
        self.numbers = numpy
        self.highs.addVars(
            len(columns), numpy.array([one.least for one in columns.values()], dtype=float),
            numpy.array([one.most for one in columns.values()], dtype=float),
        )  # fmt: skip
        self.keys = list(columns)
        self.lowest = numpy.array([one.least for one in columns.values()], dtype=numpy.int64)
        self.highest = numpy.array([one.most for one in columns.values()], dtype=numpy.int64)
        self.costs: dict[str, int] = {}
        self._add_rows()

    def _add_rows(self) -> None:
        terms = [(self.at[key], factor) for row in self.rows for key, factor in row.terms.items()]
        self.places = self.numbers.array([place for place, _factor in terms], dtype=self.numbers.int32)
        self.factors = self.numbers.array([factor for _place, factor in terms], dtype=self.numbers.int64)
        self.starts = self.numbers.array([0, *accumulate(len(row.terms) for row in self.rows)][:-1],
                                         dtype=self.numbers.int32)  # fmt: skip
        self.least = self.numbers.array([-FARTHEST if row.least is None else row.least for row in self.rows])
        self.most = self.numbers.array([FARTHEST if row.most is None else row.most for row in self.rows])
        if self.rows:
            least = self.numbers.where(self.least == -FARTHEST, -self.inf, self.least.astype(float))
            most = self.numbers.where(self.most == FARTHEST, self.inf, self.most.astype(float))
            self.highs.addRows(
                len(self.rows), least, most, len(terms), self.starts, self.places, self.factors.astype(float)
            )

    def cheapest(
        self, costs: Mapping[str, int], within: Mapping[str, Column] | None = None
    ) -> dict[str, int] | None:  # fmt: skip
        """Give whole numbers that fit all rows at the least cost; None where there are none.

        `within` holds other limits for some columns, for this question alone.
        """
        within = within or {}
        self.asked += 1
        for key in self.costs.keys() | costs.keys():
            if self.costs.get(key, 0) != costs.get(key, 0):
                self.highs.changeColCost(self.at[key], float(costs.get(key, 0)))
        self.costs = dict(costs)
        for key, (least, most) in within.items():
            self._bound(key, least, most)
        found = self._solved()
        for key in within:
            self._bound(key, *self.columns[key])
        return found

    def limit(self, key: str, least: int, most: int) -> None:
        """Set other limits for a column, for good."""
        self.columns[key] = Column(least, most)
        self._bound(key, least, most)

    def _bound(self, key: str, least: int, most: int) -> None:
        place = self.at[key]
        self.lowest[place], self.highest[place] = least, most
        self.highs.changeColBounds(place, float(least), float(most))

    def _solved(self) -> dict[str, int] | None:
        values = self._run()
        if values is None:
            return None
        found = self._whole(values)
        return found if found is not None else self._in_whole_numbers()

    def _run(self) -> Any:
        self.highs.run()
        if self.highs.getModelStatus() != self.optimal:
            return None
        return self.numbers.array(self.highs.getSolution().col_value)

    def _in_whole_numbers(self) -> dict[str, int] | None:
        self._kind(self.integer)
        values = self._run()
        self._kind(self.continuous)
        return None if values is None else self._whole(values)

    def _kind(self, kind: Any) -> None:
        places = self.numbers.arange(len(self.keys), dtype=self.numbers.int32)
        kinds = self.numbers.full(len(self.keys), kind.value, dtype=self.numbers.uint8)
        self.highs.changeColsIntegrality(len(places), places, kinds)

    def _whole(self, values: Any) -> dict[str, int] | None:
        """Give the values as whole numbers where they are whole and fit every limit and row exactly."""
        whole = self.numbers.rint(values)
        if abs(values - whole).max(initial=0.0) > TOLERANCE:
            return None
        found = whole.astype(self.numbers.int64)
        if (found < self.lowest).any() or (found > self.highest).any():
            return None
        if self.rows:
            made = self.numbers.add.reduceat(self.factors * found[self.places], self.starts)
            if (made < self.least).any() or (made > self.most).any():
                return None
        return dict(zip(self.keys, found.tolist(), strict=True))
