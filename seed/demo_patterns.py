"""What the radar finds in the invented office: a landlord who sends no interpreter, and a rise that is no pattern."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework import patterns
from casework.calendar import ONE_DAY
from casework.conduct import note_conduct
from models import Agency, Case
from seed.demo_stage import Stage, Story, on

BEFORE = (410,)  # days before today on which it was met already
FIRST, EVERY, MANY = 104, 11, 9  # days before today, days from one to the next, clients
LANDLORD, WORD = "Marsh Lane Homes", "interpreter_not_provided"
SECOND, OTHER_WORD, LATER = "Elmforest Council housing", "unsafe_accommodation", 48
NO_PATTERN = "One burst pipe: seven households of one building were moved to the same hostel. Talked over with it."


def patterns_that_stand_out(stage: Stage) -> Story:
    """Play the notes of two rises: one is still proposed today, the other was answered."""
    manager = stage.staff["manager"]
    for place, days in enumerate(BEFORE):
        yield on(manager, stage.today - days * ONE_DAY)
        _note(stage, LANDLORD, WORD, place)
    for place in range(MANY):
        yield on(manager, stage.today - (FIRST - EVERY * place) * ONE_DAY)
        _note(stage, LANDLORD, WORD, place)
    for place in range(MANY - 2):
        yield on(manager, stage.today - (LATER - 3 * place) * ONE_DAY)
        _note(stage, SECOND, OTHER_WORD, place)
    yield on(manager, stage.today - 2 * ONE_DAY)
    for one in patterns.look_around(stage.db).proposals:
        if OTHER_WORD in {code.code for code in stage.codes.values() if code.words in one.told.title}:
            patterns.dismiss(stage.db, one, NO_PATTERN)


def _note(stage: Stage, agency: str, word: str, place: int) -> None:
    """Note it of the next client: each time another one."""
    found = (
        select(Case).join(Case.client).where(Case.opened_on <= stage.day, Case.closed_on.is_(None))
        .order_by(Case.client_id, Case.id).options(joinedload(Case.client))
    )  # fmt: skip
    cases = {case.client_id: case for case in stage.db.scalars(found)}
    body = stage.db.scalars(select(Agency).where(Agency.name == agency)).one()
    if len(cases) > MANY:
        note_conduct(stage.db, list(cases.values())[place * len(cases) // MANY], body, stage.words("conduct", (word,)))
