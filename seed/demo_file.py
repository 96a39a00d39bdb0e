"""One case while it is played, and the small things that are written into it: notes, tasks, incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from casework.calendar import ONE_DAY, utc_from_local
from casework.cases import reopen
from casework.context import acting, set_acting
from models import Appointment, Case, CaseNote, Client, Incident, Plan, Task
from seed.demo_dice import Dice
from seed.demo_stage import Staff, Stage, Story, on
from seed.demo_texts import Scenario, Written

COPING = ("ignore", "change_routine", "stay_in_night", "told_friends", "told_family", "told_gp", "children_kept_in",
          "avoid_person", "home_deterrent")  # fmt: skip
PRECISION = MappingProxyType({"exact": 25, "day": 50, "approx": 20, "month": 5})
SEEN_BY = MappingProxyType({"victim": 72, "family": 14, "witness": 10, "worker": 4})
OFFICE_HOURS = MappingProxyType({10: 5, 11: 6, 12: 4, 13: 2, 14: 5, 15: 5})  # hour: weight; before people write up
ANY_HOUR = MappingProxyType({
    0: 3, 1: 2, 7: 1, 8: 3, 10: 2, 12: 2, 14: 2, 16: 3, 17: 4, 18: 5, 19: 6, 20: 7, 21: 8, 22: 8, 23: 6,
})  # fmt: skip
DAYTIME = MappingProxyType({8: 2, 9: 3, 10: 3, 11: 3, 12: 4, 13: 3, 14: 3, 15: 5, 16: 4, 17: 2})
BY_DAY = ("school", "work", "shop", "public_office")
TEN_MINUTES = 6  # in an hour
KNOWS_POLICE_REFERENCE = 20  # percent


@dataclass
class File:
    """One case while it is played.

    `day` is the day of what is being written, on which it was said or done; it may lie before the day of
    writing. `threads` counts what is still under way beside it.
    """

    case: Case
    scenario: Scenario
    lead: Staff
    dice: Dice
    day: date
    threads: int = 0
    tasks: list[Task] = field(default_factory=list)
    meetings: list[Appointment] = field(default_factory=list)
    plan: Plan | None = None

    @property
    def client(self) -> Client:
        assert self.case.client is not None
        return self.case.client

    @property
    def is_running(self) -> bool:
        return self.case.status in ("open", "on_hold")


def moment(day: date, hours: Mapping[int, int], dice: Dice) -> datetime:
    """Give a moment of `day`, on one of these hours of London clocks."""
    return utc_from_local(day, time(dice.weighed(hours), 10 * dice.below(TEN_MINUTES)))


def note(stage: Stage, file: File, written: Written, *, at: datetime | None = None) -> CaseNote:
    """Write a note of what was said on the file's day, unless told otherwise."""
    made = CaseNote(
        case=file.case, at=at or moment(file.day, OFFICE_HOURS, file.dice), medium=written.medium,
        contact_with=written.contact_with, kinds=stage.words("note_kind", written.kinds), text=written.text,
        minutes=written.minutes,
    )  # fmt: skip
    stage.db.add(made)
    return made


def note_of(stage: Stage, file: File, part: str, *, medium: str | None = None) -> CaseNote:
    """Write one of the notes of this part of a case."""
    return note(stage, file, stage.texts.note(part, file.dice, medium=medium))


def plain_note(stage: Stage, file: File, text: str, *kinds: str, medium: str = "phone", contact_with: str = "client",
               minutes: int = 20, at: datetime | None = None) -> CaseNote:  # fmt: skip
    """Write a note with a text of its own."""
    return note(stage, file, Written(medium, contact_with, kinds, minutes, text), at=at)


def task(stage: Stage, file: File, day: date, what: str | None = None) -> Task:
    """Put something to do on the caseworker's list, for `day` or the next open one."""
    made = Task(what=what or file.dice.pick(stage.texts.tasks["any"]), case=file.case, owner=file.lead.worker,
                due_on=stage.open_day(day))  # fmt: skip
    stage.db.add(made)
    file.tasks.append(made)
    return made


def tick_off(file: File) -> None:
    """Tick off everything that this file's own list holds."""
    for one in file.tasks:
        one.done_on = one.done_on or file.day
    file.tasks.clear()


def put_off(stage: Stage, file: File, days: int, reason: str) -> None:
    """Put the last task off, with its reason."""
    last = file.tasks[-1]
    last.put_off_until = stage.open_day(last.due_on + timedelta(days=days))
    last.put_off_reason = reason


def incident(stage: Stage, file: File, what: str, day: date) -> Incident:
    """Write down what happened on `day`, as it was told."""
    scenario, dice = file.scenario, file.dice
    hours = DAYTIME if scenario.place in BY_DAY else ANY_HOUR
    made = Incident(
        case=file.case, from_at=moment(day, hours, dice), precision=dice.weighed(PRECISION), area=file.case.area,
        place=stage.code("place", scenario.place), types=stage.words("incident_type", scenario.types),
        strands=stage.words("hate_strand", scenario.strands), perceived_by=dice.weighed(SEEN_BY), what=what,
        perpetrators=stage.words("perpetrator_relation", scenario.perpetrators),
        coping=stage.words("coping", tuple(dice.some(COPING, dice.between(0, 3)))),
        previous_count=dice.between(0, 6) if dice.chance(70) else None, fear_of_escalation=dice.chance(55),
        crime_ref=f"EW/{dice.between(10000, 99999)}/{day.year % 100}" if dice.chance(KNOWS_POLICE_REFERENCE) else None,
    )  # fmt: skip
    stage.db.add(made)
    return made


def go_on(stage: Stage, file: File, days: int) -> Story:
    """Let the file's own time pass: so many days and up to an open one, then until it is written up."""
    day = stage.open_day(file.day + days * ONE_DAY)
    yield on(file.lead, day)
    file.day = day


def open_again(stage: Stage, file: File, why: str) -> None:
    """Open a closed case again, with its reason."""
    before = acting(stage.db)
    reopen(stage.db, file.case, why)
    set_acting(stage.db, before)  # the reason is that of the reopening alone
    file.day = stage.day
