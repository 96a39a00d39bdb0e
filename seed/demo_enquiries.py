"""People whom the invented office advises without a case: from other boroughs, or without giving a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

from casework.calendar import ONE_DAY
from models import Area, Case, Client
from seed.demo_clients import named
from seed.demo_dice import Dice
from seed.demo_file import ANY_HOUR, OFFICE_HOURS, File, go_on, moment, note, task, tick_off
from seed.demo_plan import BOROUGHS, first_day
from seed.demo_referrals import point_on
from seed.demo_stage import Staff, Stage, Story, on
from seed.demo_texts import MAN, WOMAN
from seed.demo_turnaways import turned_away

# Boroughs of London outside the casework area, by weight.
OUTSIDE = MappingProxyType({
    "Croydon": 4, "Redbridge": 5, "Lewisham": 3, "Haringey": 3, "Enfield": 3, "Brent": 2, "Southwark": 2, "Hackney": 3,
    "Ealing": 1, "Havering": 2,
})  # fmt: skip
MEDIA = MappingProxyType({"emergency_helpline": 50, "phone": 50})
LATELY = 5  # so many come in the last days, and wait
NAMED, WITHOUT_NAME = 24, 16  # of forty


def enquiries(stage: Stage, how_many: int) -> Iterator[Story]:
    """Give every enquiry of the three years; the last ones are still waiting."""
    dice = Dice("enquiries")
    first = first_day(stage.today)
    whole = (stage.today - first).days
    named_ones = how_many * NAMED // (NAMED + WITHOUT_NAME)
    for number in range(how_many):
        days = dice.between(1, 9) if number % (how_many // LATELY or 1) == 0 else dice.between(20, whole)
        yield _enquiry(stage, number, stage.today - days * ONE_DAY, outside=number < named_ones)


def _enquiry(stage: Stage, number: int, day: date, *, outside: bool) -> Story:
    dice = Dice("enquiry", number)
    staff = dice.pick(stage.caseworkers)
    yield on(staff, day)
    file = _asked(stage, staff, stage.open_day(day), dice, outside=outside)
    yield from go_on(stage, file, dice.between(1, 4))
    _advised(stage, file, outside=outside)
    yield from go_on(stage, file, dice.between(2, 10))
    if outside:
        file.case.closure_reason = stage.code("closure_reason", "advised_referred")
    file.case.status, file.case.closed_on = "closed", file.day


def _asked(stage: Stage, staff: Staff, day: date, dice: Dice, *, outside: bool) -> File:
    """Write an enquiry down; most people from elsewhere say who they are."""
    medium = dice.weighed(MEDIA)
    area = stage.areas[dice.weighed(OUTSIDE if outside else BOROUGHS[staff.worker.team.name])]
    scenario = dice.pick([one for one in stage.texts.scenarios if one.kind in ("racist_incident", "police_complaint")])
    case = Case(
        ref=stage.reference(Case), client=_caller(stage, dice, area) if outside else None, area=area, risk="medium",
        kind=stage.code("case_kind", scenario.kind), title=scenario.title.capitalize(), status="enquiry",
        lead=staff.worker,
        first_contact_medium=medium, source=stage.code("contact_source", "online"),
        first_contact_at=moment(day - ONE_DAY, ANY_HOUR if medium != "phone" else OFFICE_HOURS, dice),
    )  # fmt: skip
    file = File(case, scenario, staff, dice, day)
    stage.db.add(case)
    stage.keep.append(case)
    task(stage, file, day + ONE_DAY, "Ring back with the advice asked for")
    return file


def _caller(stage: Stage, dice: Dice, area: Area) -> Client:
    client = named(stage, dice, stage.texts.origin(dice), WOMAN if dice.chance(55) else MAN, area)
    client.language = stage.languages["English"]
    return client


def _advised(stage: Stage, file: File, *, outside: bool) -> None:
    """Source: service statement, "Client group": others are always advised and, where possible, referred on."""
    tick_off(file)
    advice = note(stage, file, stage.texts.note("outside" if outside else "anonymous", file.dice))
    file.case.status = "advised"
    if outside:
        point_on(stage, file)
        turned_away(stage, file, advice)
