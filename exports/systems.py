"""What can be known of numbers as one set of rows: limits by key, and rows that bind them, in parts that share none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from exports.linear import ENOUGH, Column, Linear, Row
from exports.published import Published

STEPS = 40  # looks at each row, on average, before narrowing ends


@dataclass(frozen=True)
class System:
    """Numbers by key with what each can be, and the rows that all of them fit."""

    columns: Mapping[str, Column]
    rows: tuple[Row, ...]

    def narrowed(self) -> System:
        """Give the same with the limits that each row sets by itself; files that contradict each other stay as is."""
        columns = dict(self.columns)
        rows_of: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            for key in row.terms:
                rows_of.setdefault(key, []).append(place)
        waiting, steps = list(range(len(self.rows))), 0
        while waiting and steps < STEPS * len(self.rows):
            steps += 1
            for key, limits in _tighter(self.rows[waiting.pop()], columns):
                if limits.least > limits.most:
                    return self
                columns[key] = limits
                waiting += rows_of[key]
        return System(columns, self.rows)

    def parts(self) -> Iterator[System]:
        """Give what is unknown in groups that no row connects; what is known stands in the rows as a number."""
        unknown = {key for key, one in self.columns.items() if one.least != one.most}
        loose = [row for one in self.rows if (row := self._without_known(one, unknown)).terms]
        for keys, rows in grouped(unknown, loose):
            yield System({key: self.columns[key] for key in keys}, tuple(rows))

    def _without_known(self, row: Row, unknown: set[str]) -> Row:
        known = sum(factor * self.columns[key].least for key, factor in row.terms.items() if key not in unknown)
        terms = {key: factor for key, factor in row.terms.items() if key in unknown}
        least, most = (None if one is None else one - known for one in (row.least, row.most))
        return Row(terms, least, most)

    def linear(self) -> Linear:
        return Linear(self.columns, self.rows)


def _tighter(row: Row, columns: Mapping[str, Column]) -> list[tuple[str, Column]]:
    """Give the columns whose limits a row makes narrower; "no limit" stays so."""
    ends = {key: sorted((factor * one.least, factor * one.most)) for key, factor in row.terms.items()
            if (one := columns[key])}  # fmt: skip
    low, high = sum(one[0] for one in ends.values()), sum(one[1] for one in ends.values())
    found = []
    for key, factor in row.terms.items():
        now = columns[key]
        if now.least == now.most:
            continue
        least, most = now
        if row.most is not None:  # factor * column is at most what the others leave
            left = row.most - (low - ends[key][0])
            least, most = (least, min(most, left // factor)) if factor > 0 else (max(least, -(left // -factor)), most)
        if row.least is not None:
            left = row.least - (high - ends[key][1])
            least, most = (max(least, -(-left // factor)), most) if factor > 0 else (least, min(most, -left // -factor))
        if (least, most) != now and (least > now.least or most < min(now.most, ENOUGH // 2)):
            found.append((key, Column(least, most)))
            return found  # the others are looked at again with the narrower limits
    return found


def grouped(keys: Iterable[str], rows: Iterable[Row]) -> Iterator[tuple[list[str], list[Row]]]:
    """Give keys in groups that no row connects, each with its rows, in an order of their own."""
    root = {key: key for key in sorted(keys)}

    def find(key: str) -> str:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    several = list(rows)
    for row in several:
        first, *others = row.terms
        for other in others:
            root[find(other)] = find(first)
    found: dict[str, tuple[list[str], list[Row]]] = {}
    for key in root:
        found.setdefault(find(key), ([], []))[0].append(key)
    for row in several:
        found[find(next(iter(row.terms)))][1].append(row)
    yield from found.values()


def of_file(file: Published, name: str = "") -> System:
    """Give what a reader knows of one file; `name` is put behind each key, to tell several files apart."""
    columns = {
        f"{key}{name}": Column(one.least, ENOUGH if one.most is None else one.most)
        for key, one in file.numbers.items()
    }  # fmt: skip
    rows = []
    for total, parts in file.sums:
        terms: dict[str, int] = {f"{total}{name}": -1}
        for part in parts:
            terms[f"{part}{name}"] = terms.get(f"{part}{name}", 0) + 1
        rows.append(Row(terms, 0, 0))
    rows += [Row({f"{key}{name}": factor for key, factor in one.terms}, 0, None) for one in file.facts]
    unprinted = dict.fromkeys((key for row in rows for key in row.terms if key not in columns), Column(0, ENOUGH))
    return System(columns | unprinted, tuple(rows))
