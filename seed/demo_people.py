"""The invented office's own people: two teams, eight members of staff with accounts, sixty volunteers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice

from casework.calendar import ONE_DAY
from models import Availability, Team, User, Worker, WorkerLanguage
from seed.demo_dice import Dice
from seed.demo_stage import Staff, Stage
from seed.demo_texts import parted
from seed.reference import rows_of

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MODES = {"s": "spoken", "w": "written", "g": "signed"}
MOBILES, LANDLINES = "07700 900", "020 7946 0"  # Ofcom keeps these for drama: they ring nowhere
NUMBERS, STEP = 1000, 37  # a step without a common divisor meets each of the thousand numbers once
FRIDAY = 4
AWAY_EVERY, EXTRA_EVERY = 14, 9  # every so many volunteers


def numbers() -> Iterator[int]:
    """Give every number of a range of a thousand once, in no order that anybody sees."""
    return (place * STEP % NUMBERS for place in range(1, NUMBERS + 1))


def mobile(stage: Stage) -> str:
    """Give the next mobile number that nobody has."""
    return f"{MOBILES}{next(stage.phones):03d}"


def hire(stage: Stage, start: date) -> None:
    """Give the office its staff and their accounts; `start` is the first day that is played."""
    teams: dict[str | None, Team | None] = {None: None}
    staff: dict[str, Staff] = {}
    for place, row in enumerate(rows_of("demo/staff.csv")):
        name = row["name"] or ""
        worker = Worker(
            name=name,
            kind="staff",
            team=teams.setdefault(row["team"], Team(name=row["team"])),
            phone=mobile(stage),
            gender=row["gender"],
            email=_email(name),
            confidentiality_signed_on=start,
            checked_on=start,
            id_card_expires=stage.today + timedelta(days=6 + 45 * place),  # one has to be renewed this week
            languages=[_known(stage, f"{language} s fluent") for language in parted(row["languages"])],
        )
        user = User(username=row["username"], role=row["role"], worker=worker)
        stage.db.add(user)
        staff[user.username] = Staff(place, worker, user)
    stage.db.flush()
    stage.staff = staff
    stage.former = {one.worker.id: [] for one in staff.values()}


def enlist(stage: Stage, start: date, how_many: int) -> None:
    """Give the office its volunteers, with their languages and the hours they have given."""
    dice = Dice("volunteers")
    rows = list(islice(rows_of("demo/volunteers.csv"), how_many))
    stage.volunteers = tuple(_volunteer(stage, row, _joined(start, dice), dice) for row in rows)
    stage.db.add_all(stage.volunteers)
    stage.db.flush()


def tell_of_absences(stage: Stage) -> None:
    """Write down who is away, and who is free at another time, in the days around today."""
    monday = stage.today - stage.today.weekday() * ONE_DAY
    for place, worker in enumerate(stage.volunteers):
        for week in (0, 1) if place % AWAY_EVERY == 0 else ():
            worker.availability += [_on(monday + timedelta(days=7 * week + day), free=False) for day in range(5)]
        if place % EXTRA_EVERY == 1:
            worker.availability.append(_on(monday + timedelta(days=place % 5 + 7), free=True))


def _on(day: date, *, free: bool) -> Availability:
    return Availability(day=day, starts=time(10), ends=time(18), free=free)


def _volunteer(stage: Stage, row: dict[str, str | None], joined: date, dice: Dice) -> Worker:
    name, note = row["name"] or "", row["note"]
    signed = None if note == "unsigned" else joined
    return Worker(
        name=name, kind="volunteer", phone=mobile(stage), email=_email(name), gender=row["gender"],
        base_area=stage.areas[row["area"] or ""], confidentiality_signed_on=signed,
        checked_on=signed + timedelta(days=dice.between(5, 40)) if signed else None,
        hours_a_month=int(row["hours"]) if row["hours"] else None, active=note != "inactive",
        languages=[_known(stage, text) for text in parted(row["languages"])],
        availability=[_weekly(text) for text in parted(row["free"])],
    )  # fmt: skip


def _joined(start: date, dice: Dice) -> date:
    """Give a weekday: most were there before, some have come since."""
    days = dice.between(60, 800) if dice.chance(30) else -dice.below(900)
    day = start + timedelta(days=days)
    return day - max(0, day.weekday() - FRIDAY) * ONE_DAY


def _email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@office.example.org"


def _known(stage: Stage, text: str) -> WorkerLanguage:
    """Read "Sylheti s native"."""
    language, mode, level = text.rsplit(" ", 2)
    return WorkerLanguage(language=stage.languages[language], mode=MODES[mode], level=level)


def _weekly(text: str) -> Availability:
    """Read "Mon 10-15"."""
    weekday, _, hours = text.partition(" ")
    begins, _, ends = hours.partition("-")
    return Availability(weekday=str(WEEKDAYS.index(weekday)), starts=time(int(begins)), ends=time(int(ends)), free=True)
