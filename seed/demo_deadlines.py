"""Days that others have set in the invented office, and how people write there: own words, corrections, last looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from types import MappingProxyType

from casework import deadlines, notes
from casework.calendar import ONE_DAY, utc_from_local
from models import CaseLook
from seed.demo_dice import Dice
from seed.demo_file import OFFICE_HOURS, File, moment, plain_note
from seed.demo_stage import Staff, Stage, Story, on

TYPED, CORRECTED, LOOKED, WRITTEN = 9, 5, 4, 2  # days back from today
AHEAD = (5, 12, 26)  # days from today on which something set by others falls
SET_BY_OTHERS = (
    ("court", "Possession hearing: be there with the diary of incidents", "The county court's letter", time(10, 30)),
    ("appeal", "Ask for the review of the refusal, in writing", "The refusal letter, page 2", None),
    ("eviction", "The room must be left; a place for the night must be known", "The provider's notice", time(12, 0)),
    ("limitation", "Last day to go to court for the assault on the stairs", "The solicitor, by telephone", None),
)  # fmt: skip
OWN_WORDS = (
    "Rang to say how the week had been. The children sleep in one room now.\n“They do it when they know I am alone.”",
    "Rang about the letters. Went through them line by line.\n“I want to sleep in my own bed and my children to play "
    "outside.”",
    "Asked what happens if nobody answers. Went through the days again.\n“I have said it to four offices already.”",
)  # fmt: skip
WRONG, RIGHT = (
    "The housing officer promised to come on Tuesday and look at the door.",
    "The housing officer promised to come on Wednesday, not Tuesday, and look at the door.",
)
FROM_A_COLLEAGUE = "Rang while you were out. The school has moved the meeting to half past nine; asked to be rung back."
SAID = MappingProxyType({  # how some first and second names are said
    "Rehana": "reh-HAA-na", "Nasima": "na-SEE-ma", "Salma": "SAL-ma", "Begum": "BAY-gum", "Khatun": "kha-TOON",
    "Efua": "eh-FWEE-ah", "Amoah": "ah-MOH-ah", "Waqas": "wa-KAAS", "Iqbal": "ik-BAAL", "Hodan": "HOH-dan",
    "Ifrah": "IF-rah", "Hassan": "HA-sun", "Warsame": "war-SAA-meh", "Berivan": "beh-ree-VAAN", "Dogan": "doh-AHN",
    "Zilan": "zee-LAAN", "Yilmaz": "yil-MAHZ", "Vasuki": "va-SOO-kee", "Kandiah": "kun-DAI-yah", "Biplob": "BIP-lohb",
    "Sarkar": "SHOR-kar", "Kokila": "KOH-kee-la", "Nisha": "NEE-sha", "Shah": "SHAH",
})  # fmt: skip


def days_and_words(stage: Stage) -> Iterator[Story]:
    """Give what each caseworker writes in the last days before today."""
    for place, staff in enumerate(stage.caseworkers):
        yield _last_days(stage, staff, place)


def _last_days(stage: Stage, staff: Staff, place: int) -> Story:
    dice = Dice("deadlines", staff.user.username)
    yield on(staff, stage.today - TYPED * ONE_DAY)
    files = dice.some([file for file in stage.files if file.lead is staff and file.is_running], 3)
    for number, file in enumerate(files):
        file.threads += 1  # a day set by others keeps the case open
        _set_by_others(stage, file, place + number, AHEAD[number])
        _in_own_words(stage, file, OWN_WORDS[number], dice)
    wrong = plain_note(stage, files[0], WRONG, "advocacy", contact_with="agency", at=_today(stage, dice))
    yield on(staff, stage.today - CORRECTED * ONE_DAY)
    notes.correct(stage.db, wrong, RIGHT, minutes=5)
    _looked_at(stage, files[0], staff)
    yield on(_colleague(stage, staff), stage.today - WRITTEN * ONE_DAY)
    plain_note(stage, files[0], FROM_A_COLLEAGUE, "practical", at=_today(stage, dice), minutes=5)


def _set_by_others(stage: Stage, file: File, place: int, days: int) -> None:
    kind, what, source, at = SET_BY_OTHERS[place % len(SET_BY_OTHERS)]
    day = stage.open_day(stage.today + timedelta(days=days))
    deadlines.add(stage.db, file.case, stage.code("deadline_kind", kind), day, what, due_at=at, source=source)


def _in_own_words(stage: Stage, file: File, text: str, dice: Dice) -> None:
    plain_note(stage, file, text, "emotional", "validation", at=_today(stage, dice), minutes=25)
    names = file.client.name.split()
    if all(name in SAID for name in names):
        file.client.say_it = " ".join(SAID[name] for name in names)


def _today(stage: Stage, dice: Dice) -> datetime:
    return moment(stage.day, OFFICE_HOURS, dice)


def _looked_at(stage: Stage, file: File, staff: Staff) -> None:
    """What a colleague writes after this look is new to the caseworker this morning."""
    at = utc_from_local(stage.today - LOOKED * ONE_DAY, time(16, 40))
    stage.db.add(CaseLook(user_id=staff.user.id, case=file.case, at=at))


def _colleague(stage: Stage, staff: Staff) -> Staff:
    """Give somebody of the same team, else the manager."""
    others = (one for one in stage.caseworkers if one is not staff and one.worker.team is staff.worker.team)
    return next(others, stage.staff["manager"])
