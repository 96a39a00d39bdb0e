"""The rota of the emergency helpline: who holds the telephone, every day and every night of the year.

Source: service statement, "Availability" (a telephone line for emergencies, day and night). A day runs from the hour
at which the office opens to the one at which it closes, on closed days too; a night from there to the next opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from casework import guard
from casework.calendar import ONE_DAY, Office, local
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.datetext import short
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting, office
from models import HelplineShift, Worker
from models.helpline import PARTS

DAY, NIGHT = (word for word, _words in PARTS)
WEEK = timedelta(days=7)
MOST_WEEKS = 12  # that one week is repeated for
MOST_DAYS_AHEAD = 400


@dataclass(frozen=True)
class Turn:
    """One day or night of the rota; `shift` is None where nobody is named yet."""

    day: date
    part: str
    shift: HelplineShift | None


def turn_at(moment: datetime, hours: Office) -> tuple[date, str]:
    """Give which turn it is at `moment`: the day it belongs to, and "day" or "night".

    Before opening it is still the night of the day before.
    """
    shown = local(moment)
    day, clock = shown.date(), shown.time()
    if clock < hours.opens:
        return day - ONE_DAY, NIGHT
    return (day, DAY) if clock < hours.closes else (day, NIGHT)


def turns(db: Session, first: date, last: date) -> list[Turn]:
    """Give every day and night from `first` to `last` in order, with who holds the phone; one statement."""
    named = {(one.day, one.part): one for one in _shifts(db, first, last)}
    days = (first + number * ONE_DAY for number in range((last - first).days + 1))
    return [Turn(day, part, named.get((day, part))) for day in days for part in (DAY, NIGHT)]


def _shifts(db: Session, first: date, last: date) -> list[HelplineShift]:
    people = (joinedload(HelplineShift.worker), joinedload(HelplineShift.backup))
    found = select(HelplineShift).where(HelplineShift.day.between(first, last)).options(*people)
    return list(db.scalars(found))


def now_and_gaps(db: Session) -> tuple[list[Turn], list[Turn]]:
    """Give the turn of now and that of tonight, and those of the next days that nobody holds yet; one statement.

    How many days ahead is a setting. In the evening "now" is tonight and is given once.
    """
    who = acting(db)
    now = turn_at(who.now, office(db))
    ahead = turns(db, now[0], who.today + number_setting(db, "helpline_warning") * ONE_DAY)
    ahead = [one for one in ahead if (one.day, one.part) >= now]
    near = [one for one in ahead if (one.day, one.part) in (now, (who.today, NIGHT))]
    return near, [one for one in ahead if one.shift is None]


def put(
    db: Session, day: date, part: str, worker: Worker, *, backup: Worker | None = None, reason: str | None = None
) -> HelplineShift:
    """Say who holds the phone in one turn, whoever did before. Raises RuleBroken; not committed."""
    shift = _shift(db, day, part)
    if shift is None:
        shift = HelplineShift(day=day, part=part, worker=worker, backup=backup, reason=reason)
        db.add(shift)
    else:
        shift.worker, shift.backup, shift.reason = worker, backup, reason
    db.flush()
    return shift


def _shift(db: Session, day: date, part: str) -> HelplineShift | None:
    found = select(HelplineShift).where(HelplineShift.day == day, HelplineShift.part == part)
    return db.scalars(found).one_or_none()


def take(db: Session, shift: HelplineShift, worker: Worker, reason: str) -> HelplineShift:
    """Let `worker` take a turn; where they were its backup, there is none any more. Raises RuleBroken."""
    shift.worker, shift.reason = worker, reason
    if shift.backup is worker:
        shift.backup = None
    db.flush()
    return shift


def swap(db: Session, shift: HelplineShift, other: HelplineShift, reason: str) -> None:
    """Let two people change their turns, each keeping the backup that it has. Raises RuleBroken."""
    if shift is other or shift.worker is other.worker:
        raise RuleBroken([Problem("", "Both turns are held by the same person. Choose somebody else's turn.")])
    with db.no_autoflush:
        shift.worker, other.worker = other.worker, shift.worker
        for one in (shift, other):
            one.reason = reason
            if one.backup is one.worker:
                one.backup = None
    db.flush()


def repeat_week(db: Session, monday: date, weeks: int) -> int:
    """Fill the next `weeks` weeks as the week of `monday` is filled; give how many turns were filled.

    A turn that somebody holds already stays, and so does one in the past. Raises RuleBroken if the week is empty.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise RuleBroken([Problem("weeks", f"Type for how many weeks, from 1 to {MOST_WEEKS}.")])
    model = [one for one in turns(db, monday, monday + WEEK - ONE_DAY) if one.shift is not None]
    if not model:
        raise RuleBroken([Problem("weeks", "Nobody is named in this week yet. Fill it first, then repeat it.")])
    later = turns(db, monday + WEEK, monday + (weeks + 1) * WEEK - ONE_DAY)
    held = {(one.day, one.part) for one in later if one.shift is not None}
    wanted = [(one, one.day + number * WEEK) for number in range(1, weeks + 1) for one in model]
    made = [
        HelplineShift(day=day, part=one.part, worker=one.shift.worker, backup=_who_may(one.shift.backup, day))
        for one, day in wanted
        if one.shift is not None
        and (day, one.part) not in held
        and day >= acting(db).today
        and why_not(one.shift.worker, day) is None
    ]
    db.add_all(made)
    db.flush()
    return len(made)


def _who_may(worker: Worker | None, day: date) -> Worker | None:
    return worker if worker is not None and why_not(worker, day) is None else None


# Who may hold the phone


def why_not(worker: Worker, day: date) -> str | None:
    """Give why somebody may not hold the phone on a day, in words that follow their name; None where they may.

    Staff may. A volunteer may who is written down for it, and whose confidentiality and training count on that day.
    """
    return next(_against(worker, day), None)


def _against(worker: Worker, day: date) -> Iterator[str]:
    if not worker.active:
        yield "is not active with us now"
    if worker.kind == "trustee":
        yield "is a trustee; the phone is held by staff, and by volunteers trained for it"
    if worker.kind != "volunteer":
        return
    if not worker.may_hold_helpline:
        yield "is not written down as somebody who may hold the helpline"
    if not _counts(worker.confidentiality_signed_on, worker.confidentiality_until, day):
        yield "has no signed confidentiality for that day"
    if not _counts(worker.training_on, worker.training_until, day):
        yield "has no training that counts on that day"


def _counts(since: date | None, until: date | None, day: date) -> bool:
    return since is not None and since <= day and (until is None or day <= until)


def who_may_hold(db: Session, day: date) -> list[Worker]:
    """Give everybody who may hold the phone on a day: staff first, then volunteers, by name; one statement."""
    asked = select(Worker).where(Worker.active, or_(Worker.kind == "staff", Worker.may_hold_helpline))
    found = [one for one in db.scalars(asked) if why_not(one, day) is None]
    return sorted(found, key=lambda one: (one.kind != "staff", one.name.casefold(), one.id))


# Rules


def the_phone_is_held_by_one_of_us(shift: HelplineShift, _db: Session) -> Iterator[Problem]:
    for name in ("worker", "backup"):
        person = getattr(shift, name)
        if person is None or shift.day is None or not (is_changed(shift, name) or is_changed(shift, "day")):
            continue
        because = why_not(person, shift.day)
        if because is not None:
            yield Problem(name, f"{person} {because}. Choose somebody else.")
    if shift.worker is not None and shift.worker is shift.backup:
        yield Problem("backup", f"{shift.worker} cannot be their own backup. Choose somebody else, or leave it empty.")


def one_name_for_each_turn(shift: HelplineShift, db: Session) -> Iterator[Problem]:
    if shift.day is None or not (is_changed(shift, "day") or is_changed(shift, "part")):
        return
    if abs((shift.day - acting(db).today).days) > MOST_DAYS_AHEAD:
        yield Problem("day", "This is more than a year away. Check the year.")
    same = select(HelplineShift.id).where(HelplineShift.day == shift.day, HelplineShift.part == shift.part)
    if any(key != shift.id for key in db.scalars(same)):
        words = dict(PARTS)[shift.part].lower()
        yield Problem("day", f"Somebody holds the phone on {short(shift.day)}, {words}, already. Change that line.")


def a_swap_says_why(shift: HelplineShift, _db: Session) -> Iterator[Problem]:
    if not is_new(shift) and is_changed(shift, "worker") and not (shift.reason or "").strip():
        yield Problem("reason", "Say in a few words why the turn goes to somebody else; colleagues read it.")


def who_held_the_phone_stays(shift: HelplineShift, db: Session) -> Iterator[Problem]:
    """Who was to be rung in a night that is over can still matter, so it is not written over."""
    who = acting(db)
    if is_new(shift) or who.role == "system" or not any(is_changed(shift, key) for key in ("day", "part", "worker")):
        return
    if (was(shift, "day") or shift.day, was(shift, "part") or shift.part) < turn_at(who.now, office(db)):
        yield Problem("", "This turn is over, so who held the phone stays as it is.")


def a_turn_that_is_over_stays(shift: HelplineShift, db: Session) -> Iterator[Problem]:
    if (shift.day, shift.part) < turn_at(acting(db).now, office(db)):
        yield Problem("", "Not deleted: this turn is over, and who held the phone stays on record.")


guard.register(
    HelplineShift, the_phone_is_held_by_one_of_us, one_name_for_each_turn, a_swap_says_why, who_held_the_phone_stays
)
guard.register_deletion(HelplineShift, a_turn_that_is_over_stays)
