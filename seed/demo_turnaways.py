"""What the invented office could not give, each with the advice that was given instead."""

from __future__ import annotations

from types import MappingProxyType

from models import CaseNote, Turnaway
from seed.demo_file import File
from seed.demo_stage import Stage

ASKED = MappingProxyType({"casework": 7, "home_visit": 1, "representation": 2, "accommodation": 2})  # by weight


def turned_away(stage: Stage, file: File, advice: CaseNote) -> Turnaway:
    """Count one service that somebody from another borough asked for."""
    made = Turnaway(
        case=file.case, advice=advice, given_on=file.day, service=stage.code("service", file.dice.weighed(ASKED)),
        reason=stage.code("turnaway_reason", "out_of_area"),
    )  # fmt: skip
    stage.db.add(made)
    return made
