"""Whom the invented office reaches: two in three of its clients have answered, some prefer not to say, one objects."""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import select

from casework.calendar import ONE_DAY
from casework.equality import object_to, write_down
from models import Client
from seed.demo_dice import Dice
from seed.demo_stage import Stage, Story, on

ASKED, ANSWERED, DAYS = 66, 90, 30  # percent of clients; percent of the questions; days before today
ANSWERS = MappingProxyType({  # by weight, in the mix of an east London caseload
    "ethnic_group": {"bangladeshi": 22, "pakistani": 12, "indian": 7, "african": 20, "caribbean": 11, "other_black": 3,
                     "other_asian": 5, "other_white": 7, "arab": 5, "roma": 2, "white_caribbean": 2, "british": 3,
                     "other": 3, "declined": 3},
    "religion": {"muslim": 46, "christian": 28, "hindu": 5, "sikh": 5, "none": 9, "jewish": 1, "declined": 6},
    "sex": {"female": 60, "male": 38, "declined": 2},
    "gender_same": {"yes": 94, "no": 1, "declined": 5},
    "orientation": {"straight": 80, "gay_lesbian": 3, "bisexual": 2, "declined": 15},
    "disability": {"no": 70, "a_little": 16, "a_lot": 10, "declined": 4},
})  # fmt: skip


def who_has_answered(stage: Stage) -> Story:
    """Play the month in which the office began to ask."""
    yield on(stage.staff["manager"], stage.today - DAYS * ONE_DAY)
    people = select(Client).where(Client.kind != "organisation", Client.merged_into_id.is_(None)).order_by(Client.id)
    asked = [one for one in stage.db.scalars(people).all() if Dice("asked", one.ref).chance(ASKED)]
    for client in asked[1:]:
        dice = Dice("equality", client.ref)
        answers = {one: dice.weighed(weights) for one, weights in ANSWERS.items() if dice.chance(ANSWERED)}
        if answers:
            write_down(stage.db, client, answers)
    if asked:
        object_to(stage.db, asked[0])
