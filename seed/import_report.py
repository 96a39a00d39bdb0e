"""Tells people what a dry run found and what an undoing touched: counts, row numbers, reasons, no values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.datetext import counted
from seed.import_verdicts import Plan, Verdict

if TYPE_CHECKING:
    from seed.import_undo import Undone


def report_lines(plan: Plan) -> list[str]:
    """Give the report of a dry run: what is left out and why, every refused row, and the sum."""
    columns = [f"Column {name} is left out: {why}" for name, why in plan.columns_left_out.items()]
    lines = [f"Line {line.number} is left out: {line.reason}" for line in plan.lines_left_out]
    refused = [f"Row {row.number}, {row.verdict}: {row.reason}" for row in plan.rows if row.is_refused]
    clashes, bad = len(plan.of(Verdict.CLASH)), len(plan.of(Verdict.BAD))
    return [
        f"{plan.file}, read with the mapping {plan.mapping}.",
        *columns,
        *lines,
        *refused,
        f"New {plan.imported} + already there {plan.already_there} + refused {plan.refused} "
        f"(clash {clashes}, bad {bad}) = {counted(plan.total, 'row')}.",
    ]


def undone_lines(undone: Undone) -> list[str]:
    """Give what an undoing set aside, and each case in which somebody had worked since."""
    return [
        f"Import {undone.batch_id}: {counted(undone.cases, 'case')} and {counted(undone.clients, 'client')} set aside.",
        *(f"Case {one.ref} was worked on since the import: {', '.join(one.what)}." for one in undone.edited),
        *(f"Client {ref} stays, because another case is theirs too." for ref in undone.kept_clients),
    ]
