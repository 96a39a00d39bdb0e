"""The matching board: every need for a language that lies ahead, by date, each with whom to ask and why not others.

Everything is read at once, past the scope where bookings and wishes of others count, and compared in `matching`:
the number of statements does not depend on how many needs or volunteers there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import language_requests
from casework.avoidance import kept_away
from casework.calendar import ONE_DAY, local, utc_from_local
from casework.context import acting
from casework.diary import month_of, taken
from casework.familiar import who_knows
from casework.interpreters import Facts, all_workers, person_of, time_for, written_work
from casework.matching import Answer, Need, Person, Suggestion, suggest
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting, office
from casework.travel import NOWHERE, travel_times
from models import Appointment, LanguageOffer, LanguageRequest, Worker

WANTED = ("open", "offered")
MOST = 40  # needs on one page; the others stand on the list of requests


@dataclass(frozen=True)
class Line:
    """One need on the board with its suggestion, and those who were asked and have not said no."""

    request: LanguageRequest
    suggestion: Suggestion
    asked: tuple[LanguageOffer, ...]


@dataclass(frozen=True)
class Board:
    """The needs by date, the written work that somebody does, and how many needs are not shown."""

    lines: tuple[Line, ...]
    in_hand: tuple[LanguageRequest, ...]
    hidden: int
    months: tuple[tuple[Worker, int, timedelta], ...]  # who gave how many meetings and hours this month


def board_of(db: Session, *, only: int | None = None) -> Board:
    """Give the board of today; `only` narrows it to one request."""
    found = sorted(db.scalars(_wanted(only)).unique(), key=_when)
    shown = found[:MOST]
    workers = all_workers(db)
    needs = [need_of(db, one) for one in shown]
    people = _people(db, workers, needs)
    lines = tuple(_line(one, need, people) for one, need in zip(shown, needs, strict=True))
    return Board(lines, tuple(db.scalars(_in_hand())), len(found) - len(shown), _months(db, workers, people))


def without_anybody(db: Session) -> list[LanguageRequest]:
    """Give the needs for which nobody is asked yet, by date."""
    open_ones = _with_all(select(LanguageRequest).where(LanguageRequest.status == "open"))
    return sorted(db.scalars(open_ones).unique(), key=_when)


def _wanted(only: int | None) -> Select[tuple[LanguageRequest]]:
    wanted = _with_all(select(LanguageRequest).where(LanguageRequest.status.in_(WANTED)))
    return wanted if only is None else wanted.where(LanguageRequest.id == only)


def _in_hand() -> Select[tuple[LanguageRequest]]:
    """Give the written work that somebody has taken on and not handed in."""
    taken_on = (
        LanguageRequest.status == "filled",
        LanguageRequest.mode == "written",
        LanguageRequest.minutes.is_(None),
    )
    return _with_all(select(LanguageRequest).where(*taken_on).order_by(LanguageRequest.due_on, LanguageRequest.id))


def _with_all(statement: Select[tuple[LanguageRequest]]) -> Select[tuple[LanguageRequest]]:
    meeting = selectinload(LanguageRequest.appointment)
    return statement.options(
        joinedload(LanguageRequest.case), joinedload(LanguageRequest.language), joinedload(LanguageRequest.worker),
        selectinload(LanguageRequest.offers).joinedload(LanguageOffer.worker), meeting.joinedload(Appointment.area),
        meeting.selectinload(Appointment.people),
    )  # fmt: skip


def _when(request: LanguageRequest) -> tuple[datetime, int]:
    return moment_of(request), request.id


def moment_of(request: LanguageRequest) -> datetime:
    """Give when it is needed: the beginning of the meeting, or the end of the day on which something is due."""
    if request.appointment is not None:
        return request.appointment.starts_at
    assert request.due_on is not None
    return utc_from_local(request.due_on, time(23, 59))


def need_of(db: Session, request: LanguageRequest) -> Need:
    """Give one request as plain values; whose it is stays a number that no screen shows."""
    meeting, written, travel = request.appointment, request.mode == "written", travel_times(db)
    place = travel.place(meeting.kind, meeting.area_id, request.case.client_id) if meeting is not None else NOWHERE
    return Need(
        key=request.id, language=request.language_id, language_name=request.language.name, mode=request.mode,
        starts_at=meeting.starts_at if meeting is not None else None,
        ends_at=meeting.ends_at if meeting is not None else None, due_on=request.due_on,
        takes=time_for(db, request.pages, request.minutes) if written else timedelta(), dialect=request.dialect or "",
        gender=request.gender, client=request.case.client_id, place=place, travel=travel,
    )  # fmt: skip


def _people(db: Session, workers: Sequence[Worker], needs: Sequence[Need]) -> list[Person]:
    """Give everybody with a language of ours as plain values."""
    moments = [acting(db).now, *(need.moment for need in needs)]
    first, following = month_of(min(moments))[0], month_of(max(moments))[1]
    clients = {need.client for need in needs if need.client is not None}
    facts = Facts(office(db), taken(db, first, following), frozenset(), _written(db, first, following))
    apart, known = kept_away(db, clients), who_knows(db, clients, in_writing=True)
    return [
        person_of(
            worker, facts,
            kept_from=[client for client, people in apart.items() if worker.id in people],
            knows=[client for client, people in known.items() if worker.id in people],
        )
        for worker in workers if worker.languages
    ]  # fmt: skip


def _written(db: Session, first: datetime, following: datetime) -> dict[int, tuple[tuple[date, timedelta], ...]]:
    return written_work(db, local(first).date(), local(following).date())


def _line(request: LanguageRequest, need: Need, people: Iterable[Person]) -> Line:
    """Suggest among those who are not asked yet and do not go as somebody else; who said no is not asked twice."""
    offers = {one.worker_id: one for one in request.offers}
    meeting = request.appointment
    going = {one.worker_id for one in meeting.people if one.role != "interpreter"} if meeting is not None else set()
    others = [one for one in people if one.key not in offers and one.key not in going]
    asked = tuple(one for one in request.offers if one.status != "taken_back")
    return Line(request, suggest(need, others), asked)


def _months(
    db: Session, workers: Sequence[Worker], people: Sequence[Person]
) -> tuple[tuple[Worker, int, timedelta], ...]:
    """Give who gave how much this month, most meetings first; those who gave nothing are left out."""
    first, following = month_of(acting(db).now)
    by_id = {worker.id: worker for worker in workers}
    made = []
    for person in people:
        spent = [one.ends_at - one.starts_at for one in person.meetings if first <= one.starts_at < following]
        if by_id[person.key].kind == "volunteer" and spent:
            made.append((by_id[person.key], len(spent), sum(spent, timedelta())))
    return tuple(sorted(made, key=lambda one: (-one[1], one[0].name.casefold(), one[0].id)))


def ask(db: Session, request: LanguageRequest, worker: Worker, reason: str = "") -> LanguageOffer:
    """Ask somebody from the board: a soft rule that puts them back is passed over only with a reason, and recorded.

    Somebody who said no before may be asked again. Raises RuleBroken without a reason where one is needed, and for
    somebody whom a hard rule refuses.
    """
    if language_requests.offer_to(request, worker) is not None:
        return language_requests.ask(db, request, worker)
    found = next(iter(board_of(db, only=request.id).lines), None)
    put_back = _of(found.suggestion.put_back, worker) if found is not None else None
    refused = _of(found.suggestion.refused, worker) if found is not None else None
    if refused is not None:
        text = f"Not asked: {worker} {' and '.join(refused.hard)}. Choose somebody else."
        raise RuleBroken([Problem("worker", text)])
    rules = tuple(one.rule for one in put_back.soft) if put_back is not None else ()
    return language_requests.ask(db, request, worker, passed_over=rules, reason=reason)


def _of(answers: Iterable[Answer], worker: Worker) -> Answer | None:
    return next((one for one in answers if one.person.key == worker.id), None)


def ask_by(db: Session, request: LanguageRequest) -> date:
    """Give the day by which somebody should be asked: two open days before it is needed."""
    hours, day = office(db), local(moment_of(request)).date()
    for _ in range(number_setting(db, "ask_interpreter_before")):
        day -= ONE_DAY
        while not hours.is_open_day(day) and day > acting(db).today:
            day -= ONE_DAY
    return day
