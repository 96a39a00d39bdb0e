"""Cases that follow each other: somebody came back with the same problem, and the whole of it is one story.

Source: empowering casework article (people come back with the same problem, unresolved).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from casework.calendar import local
from models import Case

DAYS_A_MONTH = 365.25 / 12


def chain_of(db: Session, case: Case) -> list[Case]:
    """Give every case of the story, this one too, the earliest first, as far as the reader may meet them."""
    linked = select(Case.id, Case.previous_id).where(Case.id == case.id).cte("linked", recursive=True)
    other = aliased(Case)
    further = select(other.id, other.previous_id).join(
        linked, or_(other.id == linked.c.previous_id, other.previous_id == linked.c.id)
    )
    linked = linked.union(further)
    rows = select(Case).where(Case.id.in_(select(linked.c.id)))
    return sorted(db.scalars(rows), key=lambda one: (one.first_contact_at, one.id))


def months_in_all(chain: Sequence[Case], today: date) -> int:
    """Give for how long we have stood with them over all these cases, in whole months; at least one."""
    days = sum((ends(one) or today).toordinal() - begins(one).toordinal() for one in chain)
    return max(1, round(days / DAYS_A_MONTH))


def begins(case: Case) -> date:
    """Give the day from which a case counts: its opening, for an enquiry its first contact."""
    return case.opened_on or local(case.first_contact_at).date()


def ends(case: Case) -> date | None:
    return case.closed_on if case.status == "closed" else None
