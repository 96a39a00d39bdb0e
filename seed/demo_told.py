"""How a story with people of its own is begun: on which day, with whom, in which words."""

from __future__ import annotations

from datetime import date, datetime

from casework.calendar import ONE_DAY
from models import Client
from seed.demo_cases import open_file
from seed.demo_clients import named
from seed.demo_dice import Dice
from seed.demo_file import File
from seed.demo_plan import Plan
from seed.demo_stage import Staff, Stage
from seed.demo_texts import Name, Scenario, Written


def before(stage: Stage, days: int) -> date:
    """Give the open day that lies at least so many days before today."""
    day = stage.today - days * ONE_DAY
    while not stage.office.is_open_day(day):
        day -= ONE_DAY
    return day


def opened(
    stage: Stage, client: Client, lead: Staff, scenario: Scenario, medium: str, first: str,
    contact: datetime | None = None,
) -> File:  # fmt: skip
    """Open a case for a known person, with the first talk in its own words."""
    area = client.area.name if client.area is not None else ""
    plan = Plan(0, stage.day, lead, area, medium, returning=False)
    written = Written(medium, "client", ("validation", "rights_information"), 30, first)
    dice = Dice("known", client.name)
    return open_file(stage, plan, client, scenario, dice, first=written, contact=contact)


def person(stage: Stage, origin: str, gender: str, area: str, name: Name) -> Client:
    """Give a known person, who speaks English and is reached by telephone until told otherwise."""
    dice = Dice("known", name.typed)
    client = named(stage, dice, stage.texts.origins[origin], gender, stage.areas[area], name)
    client.own_script, client.safe_contact, client.safe_note = name.own_script, "phone_only", None
    client.language, client.mobility_need, client.needs = stage.languages["English"], False, None
    return client
