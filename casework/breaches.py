"""Breaches: what happened, the 72 hours to tell the regulator, and telling the people.

The hours run through nights and closed days: the regulator's clock is not ours. Source: UK GDPR, articles 33 and 34.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import guard
from casework.calendar import due, local
from casework.changes import is_changed, is_new
from casework.context import acting
from casework.naming import somebody_in
from casework.problems import Problem
from casework.settings import number_setting, office
from models import Breach

LAW = "UK GDPR, article 33"
WITHOUT_NAMES = ("what", "others", "measures", "risk_reason", "regulator_reason", "late_reason", "people_reason")


def unanswered(db: Session) -> list[Breach]:
    """Give the breaches on which the regulator, or the people at high risk, wait for a word; the most urgent first."""
    regulator = Breach.regulator_told_at.is_(None) & Breach.regulator_reason.is_(None)
    people = (Breach.risk == "high") & Breach.people_told_on.is_(None) & Breach.people_reason.is_(None)
    wanted = select(Breach).where(or_(regulator, people, Breach.closed_on.is_(None)))
    return list(db.scalars(wanted.order_by(Breach.regulator_by, Breach.id)))


def waits_for(breach: Breach) -> str:
    """Say what a breach waits for next: "regulator", "people", "closing"; "" once it is closed."""
    if breach.regulator_told_at is None and not _said(breach.regulator_reason):
        return "regulator"
    if breach.risk == "high" and breach.people_told_on is None and not _said(breach.people_reason):
        return "people"
    return "" if breach.closed_on is not None else "closing"


def time_left(breach: Breach, now: datetime) -> timedelta:
    """Give how long the regulator may still be told in time; negative once that is over."""
    return breach.regulator_by - now


def _said(text: str | None) -> bool:
    return bool((text or "").strip())


# Filled in by itself


def start_the_clock(breach: Breach, db: Session) -> None:
    if breach.known_at is not None and (is_new(breach) or is_changed(breach, "known_at")):
        hours = number_setting(db, "breach_regulator")
        counted = due(breach.known_at, hours, "hour", office(db), roll=False, rule="The regulator is told",
                      source=LAW, began="We knew")  # fmt: skip
        breach.regulator_by, breach.regulator_trace = counted.at, "\n".join(counted.explained())


guard.prepare(Breach, start_the_clock)


# Rules


def managers_keep_the_register(_breach: Breach, db: Session) -> Iterator[Problem]:
    if acting(db).role not in ("manager", "system"):
        yield Problem("", "Managers keep the register of breaches. Tell one of them at once.")


def times_are_in_order(breach: Breach, db: Session) -> Iterator[Problem]:
    now, known = acting(db).now, breach.known_at
    if known is not None and known > now:
        yield Problem("known_at", "This is written down once we know. Correct the day or the time.")
    if known is not None and breach.happened_at is not None and breach.happened_at > known:
        yield Problem("happened_at", "It happened before we knew of it. Correct one of the two.")
    told = breach.regulator_told_at
    if told is not None and (told > now or (known is not None and told < known)):
        yield Problem("regulator_told_at", "The regulator is told after we knew, and written down once it is done.")
    day = breach.people_told_on
    if day is not None and known is not None and not local(known).date() <= day <= acting(db).today:
        yield Problem("people_told_on", "Between the day we knew and today. Correct the day.")


def names_nobody(breach: Breach, db: Session) -> Iterator[Problem]:
    """Who is affected stands in rows of their own; the words are read by the regulator too."""
    clients = [one.client_id or (one.client.id if one.client is not None else 0) for one in breach.people]
    for name in WITHOUT_NAMES:
        if is_changed(breach, name) and (whom := somebody_in(db, getattr(breach, name), clients)):
            yield Problem(name, f"This names {whom}. Write it without names; choose the people below.")


def each_person_once(breach: Breach, _db: Session) -> Iterator[Problem]:
    keys = [one.client_id or (one.client.id if one.client is not None else None) for one in breach.people]
    if len(keys) > len(set(keys)):
        yield Problem("people", "Somebody stands here twice. Take one of the two out.")


def regulator_is_told_or_a_reason_given(breach: Breach, _db: Session) -> Iterator[Problem]:
    told, reason = breach.regulator_told_at, _said(breach.regulator_reason)
    if told is not None and reason:
        yield Problem(
            "regulator_reason", "They were told, so no reason is needed for not telling. Empty one of the two."
        )
    elif reason and breach.risk != "unlikely":
        yield Problem("regulator_reason", "Not telling them is lawful only where harm is unlikely. Judge the risk, or "
                      "tell them.")  # fmt: skip
    elif reason and not _said(breach.risk_reason):
        yield Problem("risk_reason", "Say why harm is unlikely: the regulator may ask to see it.")
    if told is not None and told > breach.regulator_by and not _said(breach.late_reason):
        yield Problem("late_reason", "They were told after the 72 hours. Give the reason for the delay.")


def closed_once_answered(breach: Breach, db: Session) -> Iterator[Problem]:
    if breach.closed_on is None:
        return
    if breach.closed_on > acting(db).today:
        yield Problem("closed_on", "It is closed once everything is done. Correct the day.")
    next_word = waits_for(breach)
    missing = {
        "risk": ("Judge the risk to the people first.", breach.risk is None),
        "regulator_told_at": ("Tell the regulator, or give the reason for not telling.", next_word == "regulator"),
        "people_told_on": ("The risk is high: tell the people, or give the reason.", next_word == "people"),
        "measures": ("Say what we did about it, and what will be otherwise.", not _said(breach.measures)),
    }  # fmt: skip
    for field, (text, is_missing) in missing.items():
        if is_missing:
            yield Problem(field, f"Not closed. {text}")


def breaches_are_kept(_breach: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: every breach stays on record.")


guard.register(
    Breach, managers_keep_the_register, times_are_in_order, names_nobody, each_person_once,
    regulator_is_told_or_a_reason_given, closed_once_answered,
)  # fmt: skip
guard.register_deletion(Breach, breaches_are_kept)
