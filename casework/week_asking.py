"""Asks the people whom the plan of a week suggests, line by line, and says of each line that broke meanwhile why.

A line that does not keep a soft rule takes a reason, as on the matching board; both are kept with the offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework import language_requests, week_rules
from casework.locks import hold
from casework.problems import RuleBroken
from casework.week import Week
from casework.week_plan import settled
from casework.week_read import read_week
from models import Appointment, Worker

GONE = "Nobody was asked: it needs no interpreter any more, or its time has come."
ASKED = "Nobody else was asked: {name} has been asked already and has not answered."
NO_REASON = "{name} was not asked: give a reason, since a wish is not kept."


@dataclass(frozen=True)
class Asked:
    """What became of one line: somebody was asked, or `problem` says why not.

    `lacks_reason` where nothing but a reason is missing: the line waives a soft rule.
    """

    appointment: Appointment | None
    worker: Worker | None
    problem: str = ""
    lacks_reason: bool = False


def ask_lines(
    db: Session, monday: date, lines: Sequence[tuple[int, int]], reasons: Mapping[tuple[int, int], str] | None = None
) -> list[Asked]:
    """Ask for each line (appointment, worker) that still holds; the others are left and say why. Nothing is committed.

    `reasons` says, by line, why somebody is asked although a soft rule is not kept; no such line goes without one.
    One at a time plans a week, so that two who press at once ask nobody twice.
    """
    hold(db, f"interpreters of the week of {monday.isoformat()}")
    week = read_week(db, monday)
    meetings, workers = _meetings(db, lines), _workers(db, lines)
    done: list[Asked] = []
    for key, worker in lines:
        one = Asked(meetings.get(key), workers.get(worker))
        one = replace(one, problem=_broke(week, key, worker) if one.appointment and one.worker else GONE)
        if not one.problem:
            one = _ask(db, one, _waived(week, key, worker), (reasons or {}).get((key, worker), ""))
        if not one.problem:
            week = replace(week, fixed={**week.fixed, key: worker})
        done.append(one)
    return done


def _meetings(db: Session, lines: Sequence[tuple[int, int]]) -> Mapping[int, Appointment]:
    keys = [key for key, _worker in lines]
    found = select(Appointment).where(Appointment.id.in_(keys)).options(selectinload(Appointment.people))
    return {one.id: one for one in db.scalars(found)}


def _workers(db: Session, lines: Sequence[tuple[int, int]]) -> Mapping[int, Worker]:
    keys = [worker for _key, worker in lines]
    return {one.id: one for one in db.scalars(select(Worker).where(Worker.id.in_(keys)))}


def _broke(week: Week, key: int, worker: int) -> str:
    """Give why a line no longer holds, the lines asked a moment ago counted; empty if it does."""
    wanted = next((one for one in week.wanted if one.key == key), None)
    if wanted is None:
        return GONE
    names = {one.key: one.name for one in week.people}
    if key in week.fixed:
        return ASKED.format(name=names.get(week.fixed[key], "somebody"))
    person = next((one for one in settled(week).people if one.key == worker), None)
    if person is None:
        return "Nobody was asked: this person is not among our volunteers now."
    against = week_rules.against(person, wanted, week)
    return f"{person.name} was not asked: {against[0].words}." if against else ""


def _waived(week: Week, key: int, worker: int) -> tuple[str, ...]:
    """Give the soft rules that a line does not keep, by name."""
    wanted = next(one for one in week.wanted if one.key == key)
    person = next(one for one in week.people if one.key == worker)
    return tuple(one.rule for one in week_rules.waived(person, wanted, week, week_rules.known_to(week)[key]))


def _ask(db: Session, one: Asked, waived: tuple[str, ...], reason: str) -> Asked:
    """Ask in a step of its own, so that a rule that refuses this line takes no other back."""
    assert one.appointment is not None
    assert one.worker is not None
    name = one.worker.name
    if waived and not reason.strip():
        return replace(one, problem=NO_REASON.format(name=name), lacks_reason=True)
    try:
        with db.begin_nested():
            language_requests.ask_to_interpret(db, one.appointment, one.worker, passed_over=waived, reason=reason)
    except RuleBroken as broken:
        return replace(one, problem=f"{name} was not asked: {broken}")
    return one
