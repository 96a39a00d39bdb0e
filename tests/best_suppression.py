"""The best that hiding of cells can do on a small table, by one exact programme: what the office's own way is held to.

For each small number two fillings of the table are kept beside each other, one in which it is least and one in which it
is most. Whatever moves in either must be hidden, and the worth of what is hidden is made as small as it can be. The
fillings need not be whole numbers, so no way that keeps the rules can be better than this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import highspy

from casework.figures import Sum

FAR = 40  # no filling that is needed moves a number of these tables further


class _Programme:
    def __init__(self, threshold: int, seconds: float) -> None:
        self.threshold, self.columns = threshold, 0
        self.highs = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0), ("mip_rel_gap", 0.0),
                            ("mip_abs_gap", 0.5), ("time_limit", seconds)):  # fmt: skip
            self.highs.setOptionValue(name, value)

    def column(self, least: float, most: float, price: float = 0.0, *, whole: bool = False) -> int:
        self.highs.addCol(price, least, most, 0, [], [])
        self.columns += 1
        if whole:
            self.highs.changeColIntegrality(self.columns - 1, highspy.HighsVarType.kInteger)
        return self.columns - 1

    def row(self, least: float, most: float, terms: Mapping[int, float]) -> None:
        self.highs.addRow(least, most, len(terms), list(terms), [float(one) for one in terms.values()])


def least_price(
    numbers: Mapping[str, int], sums: Sequence[Sum], price: Mapping[str, int], loosened: int, *, threshold: int,
    seconds: float,
) -> float | None:  # fmt: skip
    """Give the least worth that must be hidden; None where it was not proven in that time."""
    made = _Programme(threshold, seconds)
    small = [key for key, number in numbers.items() if 1 <= number < threshold]
    hidden = {key: made.column(0, 1, price[key], whole=True) for key in price}
    loose = {key: made.column(0, 1, loosened, whole=True) for key in small}
    for key in small:
        low, high = (_filling(made, numbers, sums, hidden, loose) for _end in range(2))
        made.row(-FAR, 1, {low[key]: 1, loose[key]: -FAR})
        made.row(threshold - 1, 2 * FAR, {high[key]: 1, loose[key]: FAR})
        made.row(threshold - 2, 2 * FAR, {high[key]: 1, low[key]: -1})
    made.highs.run()
    if made.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return made.highs.getInfo().objective_function_value


def _filling(made, numbers, sums, hidden, loose) -> dict[str, int]:
    columns = {}
    for key, number in numbers.items():
        if key in loose:
            columns[key] = made.column(1, FAR)
            made.row(-FAR, made.threshold - 1, {columns[key]: 1, loose[key]: -FAR})
        elif key in hidden:
            columns[key] = made.column(max(number - FAR, made.threshold), number + FAR)
            made.row(-FAR, number, {columns[key]: 1, hidden[key]: -FAR})
            made.row(number, number + 2 * FAR, {columns[key]: 1, hidden[key]: FAR})
        else:
            columns[key] = made.column(number, number)
    for total, parts in sums:
        made.row(0, 0, {columns[total]: -1, **dict.fromkeys((columns[part] for part in parts), 1)})
    return columns
