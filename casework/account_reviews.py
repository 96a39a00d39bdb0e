"""Every account looked at each quarter: who may sign in as what, when they last did, and whether that is still right.

Source: Cyber Essentials, user access control: accounts go when people do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from casework import guard
from casework.audit import changed_fields
from casework.calendar import due, local
from casework.changes import is_new
from casework.context import acting
from casework.problems import Problem
from casework.scope import office_wide
from casework.settings import number_setting, office
from models import AccountCheck, SecondFactor, SignIn, User


@dataclass(frozen=True)
class Standing:
    """One account that may sign in: when it last did, whether it has a second step, and by when it is looked at."""

    user: User
    last_sign_in_at: datetime | None
    has_second_step: bool
    checked_on: date | None
    due_on: date
    to_be_changed: str | None = None  # the note of the last check that asked for a change


def standings(db: Session) -> list[Standing]:
    """Give every active account, the one that has waited longest first; four statements, however many there are."""
    signed_in = dict(db.execute(office_wide(_last_sign_ins())).all())
    stepped = set(db.scalars(office_wide(select(SecondFactor.user_id).where(SecondFactor.in_use_since.is_not(None)))))
    last = {one.account_id: one for one in db.scalars(select(AccountCheck).order_by(AccountCheck.id))}
    users = db.scalars(select(User).where(User.active).options(joinedload(User.worker)))
    found = [
        Standing(
            one, signed_in.get(one.id), one.id in stepped, last[one.id].checked_on if one.id in last else None,
            due_on(db, one.created_at, last[one.id].checked_on if one.id in last else None),
            last[one.id].note if one.id in last and last[one.id].decision == "change" else None,
        )
        for one in users
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.user.username))


def _last_sign_ins() -> Select[Any]:
    return select(SignIn.user_id, func.max(SignIn.started_at)).where(SignIn.stage == "in").group_by(SignIn.user_id)


def due_on(db: Session, created_at: datetime, checked_on: date | None) -> date:
    """Give the day by which an account is looked at: months after it was made, or looked at last."""
    months = number_setting(db, "accounts_looked_at")
    return due(checked_on or local(created_at).date(), months, "month", office(db), roll=False).on


def to_look_at(db: Session) -> tuple[int, date | None]:
    """Count the accounts whose day has come, with the earliest of these days; one statement."""
    last = select(func.max(AccountCheck.checked_on)).where(AccountCheck.account_id == User.id).scalar_subquery()
    found = db.execute(select(User.created_at, last).where(User.active)).all()
    days = [day for created, checked in found if (day := due_on(db, created, checked)) <= acting(db).today]
    return len(days), min(days, default=None)


def decide(db: Session, standing: Standing, decision: str, note: str = "") -> AccountCheck:
    """Write down what was decided of one account; closing it ends every sign-in of it at once."""
    user = standing.user
    check = AccountCheck(
        account=user, decision=decision, note=note.strip() or None, role_then=user.role,
        last_sign_in_at=standing.last_sign_in_at, checked_by=db.get(User, acting(db).user_id),
        checked_on=acting(db).today,
    )  # fmt: skip
    db.add(check)
    if decision == "close":
        user.active = False
    db.flush()
    return check


# Rules


def managers_look(_check: AccountCheck, db: Session) -> Iterator[Problem]:
    if acting(db).role not in ("manager", "system"):
        yield Problem("", "Managers look at accounts.")


def change_is_named(check: AccountCheck, _db: Session) -> Iterator[Problem]:
    if check.decision == "change" and not (check.note or "").strip():
        yield Problem("note", "Say what is to be changed.")


def nobody_closes_their_own(check: AccountCheck, db: Session) -> Iterator[Problem]:
    account = check.account.id if check.account is not None else check.account_id
    if is_new(check) and check.decision == "close" and account == acting(db).user_id:
        yield Problem("decision", "This is your own account: another manager closes it.")


def checks_stay(check: AccountCheck, _db: Session) -> Iterator[Problem]:
    if not is_new(check) and changed_fields(check):
        yield Problem("", "Not changed: what was decided stays. Look at the account again.")


def checks_are_kept(_check: AccountCheck, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: that an account was looked at stays on record.")


guard.register(AccountCheck, managers_look, change_is_named, nobody_closes_their_own, checks_stay)
guard.register_deletion(AccountCheck, checks_are_kept)
