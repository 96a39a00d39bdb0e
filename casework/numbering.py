"""References that people read aloud on the telephone: CL-2026-0001 for a client, 26-0060 for a case."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import guard
from casework.context import acting
from casework.locks import hold
from casework.scope import office_wide
from models import Case, Client


def give_reference(row: Client | Case, db: Session) -> None:
    """Fill an empty reference with the next number of the year; a second saver waits for the first."""
    if row.ref is None:
        row.ref = next_references(db, type(row), 1)[0]


def next_references(db: Session, model: type[Client] | type[Case], how_many: int) -> list[str]:
    """Give the next free references of the year; nobody else is given them until the transaction ends.

    For many new rows at once, since asking anew for each row takes quadratic time.
    """
    year = acting(db).today.year
    prefix = f"CL-{year}-" if model is Client else f"{year % 100:02d}-"
    hold(db, f"reference {prefix}")
    given = [int(row.ref.removeprefix(prefix)) for row in db.new if type(row) is model and _has(row, prefix)]
    last = db.scalar(
        office_wide(
            select(model.ref)
            .where(model.ref.like(f"{prefix}%"))
            .order_by(func.length(model.ref).desc(), model.ref.desc())
            .limit(1)
        )
    )
    highest = max([int(last.removeprefix(prefix)) if last else 0, *given])
    return [f"{prefix}{number:04d}" for number in range(highest + 1, highest + how_many + 1)]


def _has(row: Client | Case, prefix: str) -> bool:
    return row.ref is not None and row.ref.startswith(prefix)


guard.prepare(Client, give_reference)
guard.prepare(Case, give_reference)
