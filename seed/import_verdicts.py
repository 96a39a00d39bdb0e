"""What a dry run says of each row: the verdicts and the whole plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from seed.import_rows import Entry
from seed.import_table import LeftOutLine


class Verdict(StrEnum):
    """What becomes of a row. A clash has a reference that stands for other values already."""

    NEW = "new"
    SAME = "same"
    CLASH = "clash"
    BAD = "bad"


@dataclass(frozen=True)
class NewRow:
    """What a new row brings. `person_row` is the row that makes its client, often the row itself.

    `client_id` is the client's number if an earlier import of this sheet made them.
    """

    entry: Entry
    person_row: int
    client_id: int | None


@dataclass(frozen=True)
class PlannedRow:
    """One row of the sheet. `reason` says why it is refused, without its values."""

    number: int
    verdict: Verdict
    reason: str = ""
    new: NewRow | None = None

    @property
    def is_refused(self) -> bool:
        return self.verdict in (Verdict.CLASH, Verdict.BAD)


@dataclass(frozen=True)
class Plan:
    """The whole sheet: imported + already there + refused = total."""

    file: str
    sha256: str
    mapping: str
    rows: tuple[PlannedRow, ...]
    lines_left_out: tuple[LeftOutLine, ...]
    columns_left_out: Mapping[str, str]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def new(self) -> tuple[NewRow, ...]:
        return tuple(row.new for row in self.rows if row.new is not None)

    @property
    def imported(self) -> int:
        return len(self.new)

    @property
    def already_there(self) -> int:
        return len(self.of(Verdict.SAME))

    @property
    def refused(self) -> int:
        return sum(row.is_refused for row in self.rows)

    def of(self, verdict: Verdict) -> tuple[PlannedRow, ...]:
        """Give the rows of one verdict, in the order of the sheet."""
        return tuple(row for row in self.rows if row.verdict is verdict)


def chunks(rows: Sequence[NewRow], size: int) -> Iterator[Sequence[NewRow]]:
    """Give the rows in pieces of at most `size`."""
    return (rows[start : start + size] for start in range(0, len(rows), size))
