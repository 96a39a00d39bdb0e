"""Who was told of the invented incidents, what they called them, and the papers of one file.

Source: empowering casework article (told, or not told, and the answer "criminal damage, not racial").
"""

from __future__ import annotations

import struct
import zlib
from datetime import date
from types import MappingProxyType

from casework.calendar import ONE_DAY
from casework.documents import Belongs, keep
from models import Agency, Incident, IncidentReport
from seed.demo_agencies import agency_of
from seed.demo_dice import Dice
from seed.demo_file import File, incident
from seed.demo_stage import Stage

NOT_ASKED_YET = 25  # percent
LATELY = 400  # days back from today; what is older came before this was asked
STATES = MappingProxyType({"reported": 58, "not_reported": 20, "client_declined": 22})
CALLED = MappingProxyType({
    "racist": 34, "criminal_damage": 16, "anti_social_behaviour": 16, "neighbour_dispute": 12, "not_recorded": 6,
    "": 16,
})  # fmt: skip
WHY_NOT = (
    "Reported before and heard nothing", "Waits until the children are out of the flat",
    "Wants the landlord told first",
    "No energy for another form this week",
)  # fmt: skip
LANDLORDS = ("housing_association", "la_housing")
WIDTH, HEIGHT, STAIN, BRICK, PAINT = 96, 64, 300, (150, 84, 66), (214, 208, 196)  # a picture of a stained door


def told_of(stage: Stage, file: File, what: str, day: date) -> None:
    """Write down what happened on `day`; of the police, and of a landlord, whether they were told of it."""
    told, dice = incident(stage, file, what, day), Dice("told", file.case.ref, day, what)
    if day < stage.today - LATELY * ONE_DAY or dice.chance(NOT_ASKED_YET):
        return
    area = file.case.area.name if file.case.area is not None else ""
    at_home = file.scenario.place in ("home", "communal_area")
    landlord = agency_of(stage, dice.pick(LANDLORDS), area, dice) if at_home else None
    for agency in filter(None, [stage.agencies["Eastway Police"], landlord]):
        report(
            stage,
            told,
            agency,
            dice.weighed(STATES),
            dice.weighed(CALLED),
            min(day + ONE_DAY, stage.day),
            why=dice.pick(WHY_NOT),
        )


def report(
    stage: Stage, told: Incident, agency: Agency, state: str, called: str, day: date, *, why: str = "",
) -> None:  # fmt: skip
    """Write one line: told on `day`, answered within the week if they said what they call it."""
    made = IncidentReport(agency=agency, state=state)
    if state == "reported":
        made.told_on = day
        if called:
            made.agency_classification = stage.code("agency_classification", called)
            made.answered_on, made.in_writing = min(day + 5 * ONE_DAY, stage.day), called != "neighbour_dispute"
    elif state == "not_reported":
        made.reason = why
    told.reports.append(made)


def a_series(stage: Stage, file: File) -> None:
    """Write down a series as it is told over some weeks, with its diary and a picture of the door."""
    police, landlord = stage.agencies["Eastway Police"], stage.agencies["Marsh Lane Homes"]
    for days, what, called in (
        (19, "Shouted at the girls on the stairs, with the word that he always uses.", "anti_social_behaviour"),
        (10, "Eggs and stones at the door at about ten in the evening. Both children were awake.", "criminal_damage"),
    ):
        made = incident(stage, file, what, file.day - days * ONE_DAY)
        made.precision, made.perceived_by, made.previous_count = "day", "family", None
        report(stage, made, police, "reported", called, file.day - (days - 1) * ONE_DAY)
        report(stage, made, landlord, "reported" if called == "criminal_damage" else "client_declined", "",
               file.day - ONE_DAY)  # fmt: skip
    stage.db.flush()
    _papers(stage, file, made)


def _papers(stage: Stage, file: File, about: Incident) -> None:
    of_case, of_incident = Belongs(case=file.case), Belongs(incident=about)
    diary = "Diary, kept by the family\n\nMonday, 22:00: banging on the wall.\nThursday, 22:00: eggs at the door."
    keep(stage.db, of_case, "diary.txt", diary.encode(), stage.code("document_kind", "diary"),
         shows="Diary of three weeks, in their own words")  # fmt: skip
    keep(stage.db, of_incident, "door.png", _picture(), stage.code("document_kind", "photograph"),
         shows="The door on the morning after", third_party=True)  # fmt: skip


def _picture() -> bytes:
    """Give a small picture of a stained door, as PNG."""
    rows = b"".join(
        b"\0" + b"".join(bytes(PAINT if (x - 40) ** 2 + (y - 30) ** 2 < STAIN else BRICK) for x in range(WIDTH))
        for y in range(HEIGHT)
    )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
