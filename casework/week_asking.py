"""Asks the people whom the plan of a week suggests, line by line, and says of each line that broke meanwhile why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework import asking, week_rules
from casework.locks import hold
from casework.problems import RuleBroken
from casework.week import Week
from casework.week_plan import settled
from casework.week_read import read_week
from models import Appointment, Worker

GONE = "Nobody was asked: it needs no interpreter any more, or its time has come."
ASKED = "Nobody else was asked: {name} has been asked already and has not answered."


@dataclass(frozen=True)
class Asked:
    """What became of one line: somebody was asked, or `problem` says why not."""

    appointment: Appointment | None
    worker: Worker | None
    problem: str = ""


def ask_lines(db: Session, monday: date, lines: Sequence[tuple[int, int]]) -> list[Asked]:
    """Ask for each line (appointment, worker) that still holds; the others are left and say why. Nothing is committed.

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
            one = _ask(db, one)
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


def _ask(db: Session, one: Asked) -> Asked:
    """Ask in a step of its own, so that a rule that refuses this line takes no other back."""
    assert one.appointment is not None
    assert one.worker is not None
    name = one.worker.name
    try:
        with db.begin_nested():
            asking.ask(db, one.appointment, one.worker)
    except RuleBroken as broken:
        return replace(one, problem=f"{name} was not asked: {broken}")
    return one
