"""Letters and messages of the invented office's last days: one late, one due, one on the answerphone, one agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time
from types import MappingProxyType

from sqlalchemy import select

from casework import calls, correspondence
from casework.calendar import ONE_DAY, utc_from_local
from casework.calls import Call, FollowUp
from models import Setting
from seed.demo_dice import Dice
from seed.demo_file import File
from seed.demo_stage import Staff, Stage, Story, on

MORNING, NIGHT = time(11, 20), time(21, 40)
LETTERHEAD = MappingProxyType({
    "letterhead_name": "Eastway Monitoring Project (invented)",
    "letterhead_address": "Second floor, 4 Tidemill Yard, London E15",
})  # fmt: skip
Play = Callable[[Stage, File], None]


def letters(stage: Stage) -> Iterator[Story]:
    """Give, for each caseworker, some letters and calls in the weeks before today."""
    yield _letterhead(stage)
    for staff in stage.caseworkers:
        for place, (days, play) in enumerate(_PLAYS):
            yield _later(stage, staff, place, days, play)


def _letterhead(stage: Stage) -> Story:
    """The manager writes the office's name and address into the settings."""
    yield on(stage.staff["manager"], stage.today - 20 * ONE_DAY)
    for row in stage.db.scalars(select(Setting).where(Setting.key.in_(LETTERHEAD))):
        row.value = LETTERHEAD[row.key]


def _later(stage: Stage, staff: Staff, place: int, days: int, play: Play) -> Story:
    """Play one letter or call in a running case of this caseworker, some days before today."""
    yield on(staff, stage.today - days * ONE_DAY)
    running = [file for file in stage.files if file.lead is staff and file.case.status == "open"]
    if running:
        file = Dice("letters", staff.user.username, place).pick(running)
        play(stage, file)
        if correspondence.unfinished(stage.db, file.case):
            file.threads += 1  # what waits keeps the case open


def _at(stage: Stage, clock: time, days: int = 0) -> datetime:
    return utc_from_local(stage.day - days * ONE_DAY, clock)


def _answered(stage: Stage, file: File) -> None:
    """A letter that was answered: handed over at the office, whatever way is safe."""
    came = correspondence.receive(
        stage.db, file.case, medium="letter", at=_at(stage, MORNING), subject="Asks for the dates we have written down",
        text="Could you send me the list of everything I told you, with the days?",
    )  # fmt: skip
    answer = correspondence.draft(
        stage.db, file.case, subject="The days you told us about", answers=came, safe_way="Handed over at the office",
        text="Here are the days that you told us about, in your own words.\n\nPlease tell us if something is missing "
             "or wrong. Nothing in this list has been given to anybody else.",
    )  # fmt: skip
    correspondence.send(stage.db, answer)


def _late(stage: Stage, file: File) -> None:
    """A letter whose ten working days are over."""
    correspondence.receive(stage.db, file.case, medium="letter", at=_at(stage, MORNING),
                           subject="Wants to know what the landlord has said")  # fmt: skip


def _email(stage: Stage, file: File) -> None:
    correspondence.receive(stage.db, file.case, medium="email", at=_at(stage, NIGHT, 1),
                           subject="Asks whether to come to the meeting on her own")  # fmt: skip


def _asked_for(stage: Stage, file: File) -> None:
    letter = correspondence.ask_for(stage.db, file.case, subject="Letter for the school about the move")
    correspondence.agree(stage.db, letter, stage.day)


def _declined(stage: Stage, file: File) -> None:
    letter = correspondence.ask_for(stage.db, file.case, subject="Letter for a loan")
    correspondence.decline(stage.db, letter, "We may not speak for anybody's money; told them who can.")


def _answerphone(stage: Stage, file: File) -> None:
    calls.log(stage.db, file.case, Call(
        medium="answerphone", at=_at(stage, NIGHT, 1), text="Please ring, it was outside again last night.",
    ))  # fmt: skip


def _no_answer(stage: Stage, file: File) -> None:
    due = stage.open_day(stage.today + ONE_DAY)
    made = calls.log(stage.db, file.case, Call(direction="out", outcome="no_answer"),
                     follow_up=FollowUp("Ring again before noon", due))  # fmt: skip
    if made.next_step is not None:
        file.tasks.append(made.next_step)


_PLAYS: tuple[tuple[int, Play], ...] = (
    (19, _answered), (17, _late), (12, _declined), (6, _asked_for), (4, _email), (3, _no_answer), (2, _answerphone),
)  # fmt: skip
