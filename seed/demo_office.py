"""What goes on in the invented office beside the cases: closed days, own tasks, conflicts of interest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import select

from casework import helpline
from casework.calendar import ONE_DAY
from casework.scope import office_wide
from models import Appointment, AppointmentWorker, Case, ClosedDay, Conflict, Task, Worker
from seed.demo_dice import Dice
from seed.demo_file import task
from seed.demo_people import tell_of_absences
from seed.demo_stage import Staff, Stage, Story, on
from seed.reference import add_bank_holidays

WINTER = (27, 28, 29, 30, 31)  # days of December on which the office is closed
OWN_TASKS = MappingProxyType({"manager": 6, "coordinator": 5})  # every so many days
TOLD_OF = ("caseworker1", "caseworker2")  # `demo_known` fills their lists
LISTED = timedelta(days=120)
CONFLICTS = (
    "Lives on the same landing", "Cousin by marriage", "Client asked for somebody else", "Works for the landlord",
    "Children are in the same class",
)  # fmt: skip
ROTA_WEEKS, ROTA_GAP = 6, timedelta(days=4)  # weeks that are filled ahead; where a night is open
LAST_WEEKS = 70  # days back from today from which conflicts are declared


def close_days(stage: Stage, first: date) -> None:
    """Write down the bank holidays of the years that are played, and the office's own days in winter."""
    add_bank_holidays(stage.db, years=range(first.year, stage.today.year))
    stage.db.flush()
    closed = set(stage.office.closed_days)
    for year in range(first.year, stage.today.year + 1):
        days = (date(year, 12, day) for day in WINTER)
        stage.db.add_all(ClosedDay(day=day, name="Winter closing", kind="office") for day in days if day not in closed)
    stage.db.flush()


def own_work(stage: Stage) -> Iterator[Story]:
    """Give the work that belongs to no case, and what everybody finds on their list this morning."""
    for username, days in OWN_TASKS.items():
        yield _own_tasks(stage, username, days)
    yield _declared(stage)
    yield _absences(stage)
    yield _rota(stage)
    for staff in stage.caseworkers:
        if staff.user.username not in TOLD_OF:
            yield _for_today(stage, staff)


def _own_tasks(stage: Stage, username: str, days: int) -> Story:
    """Play somebody's own list over the last months: each time they tick things off and add others."""
    dice, staff = Dice("tasks", username), stage.staff[username]
    waiting: list[Task] = []
    yield on(staff, stage.today - LISTED)
    while True:
        for one in [one for one in waiting if one.due_on <= stage.day and dice.chance(80)]:
            one.done_on = stage.day
            waiting.remove(one)
        is_last = stage.open_day(stage.day + days * ONE_DAY) >= stage.today  # before this morning
        listed = {one.what for one in waiting}
        fresh = dice.shuffled(text for text in stage.texts.tasks[username] if text not in listed)
        dates = _around_today(stage) if is_last else _soon(stage, days, dice)
        for what, day in zip(fresh, dates, strict=False):
            waiting.append(_own_task(stage, staff, what, day))
        yield on(staff, stage.day + days * ONE_DAY)


def _soon(stage: Stage, days: int, dice: Dice) -> list[date]:
    return [stage.day + dice.between(2, days) * ONE_DAY for _ in range(2)]


def _around_today(stage: Stage) -> list[date]:
    """Give a day that will be over by this morning, this morning itself, and days to come."""
    return [stage.day, stage.today, stage.today + ONE_DAY, stage.today + 4 * ONE_DAY]


def _own_task(stage: Stage, staff: Staff, what: str, day: date) -> Task:
    made = Task(what=what, owner=staff.worker, due_on=stage.open_day(day))
    stage.db.add(made)
    return made


def _for_today(stage: Stage, staff: Staff) -> Story:
    """Put two things for today, and one for the day before yesterday, on a caseworker's list."""
    dice = Dice("today", staff.user.username)
    yield on(staff, stage.today - 7 * ONE_DAY)
    running = [file for file in stage.files if file.lead is staff and file.is_running]
    for place, file in enumerate(dice.some(running, 3)):
        task(stage, file, stage.today if place else stage.today - 2 * ONE_DAY)


def _declared(stage: Stage) -> Story:
    """The manager writes down who must not meet whom: volunteers who know a client, and one caseworker."""
    dice, manager = Dice("conflicts"), stage.staff["manager"]
    yield on(manager, stage.today - LAST_WEEKS * ONE_DAY)
    for place, reason in enumerate(CONFLICTS):
        running = [file.case for file in stage.files if file.is_running]
        of_their_language = [case for case in running if _speaking(stage, case)]
        if running:
            _declare(stage, dice.pick(of_their_language or running), reason, dice, caseworker=not place)
        yield on(manager, stage.day + dice.between(4, 9) * ONE_DAY)


def _declare(stage: Stage, case: Case, reason: str, dice: Dice, *, caseworker: bool) -> None:
    worker = _of_the_other_team(stage, case) if caseworker else _apart_from(stage, case, dice)
    stage.kept_apart.add((worker.id, case.client_id))
    stage.db.add(Conflict(worker=worker, client=case.client, reason=reason, declared_on=stage.day))


def _of_the_other_team(stage: Stage, case: Case) -> Worker:
    return next(one.worker for one in stage.caseworkers if one.worker.team is not case.team)


def _apart_from(stage: Stage, case: Case, dice: Dice) -> Worker:
    """Give a volunteer who has no meeting with this client, one who speaks their language where there is one."""
    meeting = select(AppointmentWorker.worker_id).join(Appointment).join(Case).where(Case.client_id == case.client_id)
    met = set(stage.db.scalars(office_wide(meeting)))
    others = [one for one in stage.volunteers if one.id not in met and (one.id, case.client_id) not in stage.kept_apart]
    return dice.pick([one for one in _speaking(stage, case) if one in others] or others)


def _speaking(stage: Stage, case: Case) -> list[Worker]:
    language = case.client.language
    return [one for one in stage.volunteers if any(known.language is language for known in one.languages)]


def _rota(stage: Stage) -> Story:
    """The coordinator fills the helpline's rota by repeating a week; one night of this one is open again."""
    yield on(stage.staff["coordinator"], stage.today - 15 * ONE_DAY)
    monday = stage.day - stage.day.weekday() * ONE_DAY
    people = [stage.staff["manager"].worker, *(one.worker for one in stage.caseworkers)]
    for place in range(7):
        day, number = monday + place * ONE_DAY, len(people)
        for part, at in ((helpline.DAY, place), (helpline.NIGHT, place + 1)):
            backup = people[(at + 1) % number] if number > 1 else None
            helpline.put(stage.db, day, part, people[at % number], backup=backup)
    helpline.repeat_week(stage.db, monday, ROTA_WEEKS)
    gap = stage.today + ROTA_GAP
    yield on(stage.staff["coordinator"], stage.today - 3 * ONE_DAY)
    for shift in [one.shift for one in helpline.turns(stage.db, gap, gap) if one.shift is not None]:
        if shift.part == helpline.NIGHT:
            stage.db.delete(shift)


def _absences(stage: Stage) -> Story:
    """The coordinator writes down who is away in these weeks."""
    yield on(stage.staff["coordinator"], stage.today - 12 * ONE_DAY)
    tell_of_absences(stage)
