"""Why a case is talked through at the review: what its file itself says, counted over all open cases.

Each reason is one statement, however many cases there are. A reason names no other case: whoever reads it may not
meet that file, and the client may read it in theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local
from casework.context import acting
from casework.datetext import counted
from casework.periods import Period
from casework.scope import office_wide
from casework.settings import number_setting
from casework.waiting import GOES_ON, has_next_step, last_contacts
from models import Case, Client, Code, Incident, Plan, Referral

REFUSED = ("refused_reason_given", "refused_no_reason")
PERSON = func.coalesce(Client.merged_into_id, Client.id)  # two records of one person count once


@dataclass
class Listed:
    """One open case as the review finds it: how long ago we last heard from the client, and why to talk of it."""

    case: Case
    silent_days: int
    why: list[str] = field(default_factory=list)


def look_at(db: Session, cases: Sequence[Case], period: Period) -> list[Listed]:
    """Give each case with its reasons, the most pressing reason first."""
    keys = [case.id for case in cases]
    silent = _silent_days(db, keys)
    listed = {case.id: Listed(case, silent[case.id]) for case in cases}
    gap = number_setting(db, "review_contact_gap")
    for one in listed.values():
        if one.case.risk == "high":
            one.why.append("High risk")
        if one.silent_days >= gap:
            one.why.append(f"No contact with the client for {counted(one.silent_days, 'day')}")
    for found in (_many_incidents(db, keys, period), _refused_alike(db, keys, period), _near_each_other(db, keys),
                  _without_plan(db, cases), _without_step(db, keys)):  # fmt: skip
        for key, words in found.items():
            listed[key].why.append(words)
    return list(listed.values())


def _silent_days(db: Session, keys: list[int]) -> dict[int, int]:
    found = select(Case.id, Case.first_contact_at, *last_contacts()).where(Case.id.in_(keys))
    today = acting(db).today
    return {
        key: (today - local(max(one for one in moments if one is not None)).date()).days
        for key, *moments in db.execute(office_wide(found))
    }


def _many_incidents(db: Session, keys: list[int], period: Period) -> dict[int, str]:
    """Source: chosen by the office; how many is a setting."""
    number = func.count(Incident.id)
    upto = Period(period.first, max(period.last, acting(db).today))
    found = (
        select(Incident.case_id, number)
        .where(Incident.case_id.in_(keys), upto.has_moment(Incident.from_at))
        .group_by(Incident.case_id)
        .having(number >= number_setting(db, "review_incidents"))
    )
    return {
        key: f"{counted(times, 'incident')} since the period began" for key, times in db.execute(office_wide(found))
    }


def _refused_alike(db: Session, keys: list[int], period: Period) -> dict[int, str]:
    """The same office turned down more than one of our clients."""
    found = (
        select(Referral.case_id, PERSON, Referral.agency_id)
        .join(Case, Case.id == Referral.case_id)
        .join(Client, Client.id == Case.client_id)
        .join(Code, Code.id == Referral.outcome_id)
        .where(Referral.case_id.in_(keys), Code.code.in_(REFUSED), Referral.responded_on >= period.first)
    )
    return _shared(db.execute(office_wide(found)), "Refused by the same agency as")


def _near_each_other(db: Session, keys: list[int]) -> dict[int, str]:
    """A postcode is a block or one side of a street."""
    place = func.replace(func.upper(Client.postcode), " ", "")
    found = (
        select(Case.id, PERSON, place)
        .join(Client, Client.id == Case.client_id)
        .where(Case.id.in_(keys), Client.postcode.is_not(None), Client.postcode != "")
    )
    return _shared(db.execute(office_wide(found)), "Same block or street as")


def _shared(rows: Any, words: str) -> dict[int, str]:
    """Give words for each case whose thing (agency, place) is also the thing of other clients."""
    clients: dict[Any, set[int]] = defaultdict(set)
    seen = [tuple(row) for row in rows]
    for _key, client, thing in seen:
        clients[thing].add(client)
    others: Counter[int] = Counter()
    for key, _client, thing in seen:
        others[key] = max(others[key], len(clients[thing]) - 1)
    return {key: f"{words} {counted(number, 'other client')}" for key, number in others.items() if number}


def _without_plan(db: Session, cases: Sequence[Case]) -> dict[int, str]:
    days = number_setting(db, "plan_agreed")
    last = acting(db).today - timedelta(days=days)
    old = [case.id for case in cases if case.opened_on is not None and case.opened_on < last]
    agreed = select(Plan.case_id).where(Plan.case_id.in_(old), Plan.agreed_on.is_not(None))
    there = set(db.scalars(office_wide(agreed)))
    return {key: f"No agreed plan after {counted(days, 'day')}" for key in old if key not in there}


def _without_step(db: Session, keys: list[int]) -> dict[int, str]:
    found = select(Case.id).where(Case.id.in_(keys), Case.status.in_(GOES_ON), ~has_next_step(acting(db).now))
    return dict.fromkeys(db.scalars(office_wide(found)), "No next step")
