"""A case and those it follows: the same trouble come back, and since when we have known it.

Source: empowering casework article, "In practice" (an existing client, again with the same problem).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casework.context import acting
from casework.who_acts import month_of
from models import Case


@dataclass(frozen=True)
class Chain:
    """The cases of one trouble, the newest first, as far as the reader meets them. `hidden` says that one more
    precedes them which the reader does not meet. `months` counts whole months from the first opening to the end."""

    cases: tuple[Case, ...]
    hidden: bool
    since: date | None
    months: int


def chain_of(db: Session, case: Case) -> Chain:
    """Follow a case back to the first of its chain."""
    found, seen = [case], {case.id}
    while (before := found[-1].previous) is not None and before.id not in seen:
        found.append(before)
        seen.add(before.id)
    hidden = found[-1].previous_id is not None and found[-1].previous is None
    since = min((one.opened_on for one in found if one.opened_on is not None), default=None)
    until = case.closed_on or acting(db).today
    months = month_of(since, until) - 1 if since is not None else 0
    return Chain(tuple(found), hidden, since, months)
