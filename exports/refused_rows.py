"""The rows of a sheet that were not taken, back to whoever brought it: each with its line and the reason.

The cells are those of the sheet itself, so that they can be put right there and brought in again. Text stays text:
what begins like a formula is none here. Nothing of the office's own records stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO

from casework.import_uploads import LINE, WHY
from exports.cells import Column
from exports.workbook import Sheet, Written, write_workbook

MARKING = "Confidential: rows of a sheet, not to leave the office"
WIDTH, REASON = 20, 60  # in characters


def write(
    out: BinaryIO, headings: Sequence[str], rows: Iterable[tuple[int, str, Sequence[str]]], *, file: str,
    made_at: datetime,
) -> Written:  # fmt: skip
    """Write (line, reason, cells as text) for each refused row; nothing reaches `out` before it is complete."""
    columns = [Column(LINE, "number", 10), Column(WHY, "text", REASON, wrap=True)]
    columns += [Column(name, "text", WIDTH) for name in headings]
    sheet = Sheet(
        "Refused rows", columns, ((line, reason, *cells) for line, reason, cells in rows),
        notes=[f"Rows of {file} that were not taken. Put them right here or there, and bring them in again."],
    )  # fmt: skip
    return write_workbook(out, [sheet], title="Refused rows", marking=MARKING, made_at=made_at)
