"""A case and those it follows: the same trouble come back, and since when we have known of it.

Source: empowering casework article, "In practice" (people come back with the same problem, unresolved).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local
from casework.context import acting
from casework.who_acts import month_of
from models import Case


@dataclass(frozen=True)
class Chain:
    """The cases of one trouble, the newest first, as far as the reader meets them. `hidden` says that one more
    precedes them which the reader does not meet. `months` counts whole months from the first contact to the end."""

    cases: tuple[Case, ...]
    hidden: bool
    since: date
    months: int


def chain_of(db: Session, case: Case) -> Chain:
    """Follow a case back to the first of its chain; one statement, unless the chain leads to another client's case."""
    _at_hand = _read_at_once(db, case)
    found = [case]
    while (before := found[-1].previous) is not None and before not in found:
        found.append(before)
    hidden = found[-1].previous_id is not None and found[-1].previous is None
    since = local(found[-1].first_contact_at).date()
    months = month_of(since, case.closed_on or acting(db).today) - 1
    return Chain(tuple(found), hidden, since, months)


def _read_at_once(db: Session, case: Case) -> list[Case]:
    """Read the client's cases together, so that following the chain asks for none of them alone."""
    if case.previous_id is None or case.client_id is None:
        return []
    return list(db.scalars(select(Case).where(Case.client_id == case.client_id)))
