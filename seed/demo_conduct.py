"""How the invented agencies deal with people, noted beside their answers. Partners are real and never blamed."""

from __future__ import annotations

from types import MappingProxyType

from casework.calendar import ONE_DAY
from casework.chases import chase
from casework.conduct import URGENT, note_conduct
from casework.tasks import open_tasks, tick_off
from models import Consequence, Referral
from seed.demo_agencies import PARTNERS
from seed.demo_file import File
from seed.demo_stage import Stage

# What is noted of a body, by what it answered; of each ten answers so many leave a note.
AGAINST = MappingProxyType({
    "refused_no_reason": ("not_believed", "dismissed_or_trivialised", "hostile_response", "quick_closure"),
    "refused_reason_given": ("asked_why_racist", "dismissed_or_trivialised", "unprotected", "interpreter_not_provided"),
    "redirected": ("unprotected", "delay_beyond_standard"), "no_response": ("ignored_no_reply",),
})  # fmt: skip
OF_SECTION_17 = ("assessment_refused_at_door", "humiliating_interview", "urged_to_return", "hostile_response")
OF_SHELTER = ("turned_away_accommodation",)
CREDIT = ("prompt", "believed", "acted", "apologised", "changed_practice")
NOTED, PRAISED = 55, 30  # percent
MEDIA = ("phone", "email")


def ask_again(stage: Stage, file: File, referral: Referral, number: int) -> None:
    """Chase an agency, first by telephone, then in writing."""
    words = ("Asked where the answer is. Somebody will ring back.", "Second reminder, with the day it was due.")
    chase(stage.db, referral, MEDIA[number % 2], note=words[number % 2])


def note_how(stage: Stage, file: File, referral: Referral, answer: str) -> None:
    """Note now and then how a body dealt with somebody, for it or against it."""
    if referral.agency.name in PARTNERS:
        return
    if answer in ("accepted", "accepted_in_part"):
        words, share = CREDIT, PRAISED
    else:
        words, share = _against(referral, answer), NOTED
    if words and file.dice.chance(share):
        note_conduct(stage.db, file.case, referral.agency, stage.words("conduct", (file.dice.pick(words),)),
                     referral=referral)  # fmt: skip


def _against(referral: Referral, answer: str) -> tuple[str, ...]:
    if answer == "no_response" or referral.agency.tier == "community":
        return AGAINST["no_response"] if answer == "no_response" else ()
    if referral.request.code.startswith("s17_"):
        return OF_SECTION_17
    return OF_SHELTER if referral.request.code == "emergency_accommodation" else AGAINST.get(answer, ())


def a_threat(stage: Stage, file: File, agency: str) -> None:
    """The family is threatened with losing the children; somebody rings the same day, so the task is done."""
    note_conduct(
        stage.db, file.case, stage.agencies[agency],
        stage.words("conduct", ("humiliating_interview", "urged_to_return", "threatened_child_removal")),
        what="At the desk she was asked why she does not go back, and told that the children could be taken in without "
             "her.",
    )  # fmt: skip
    for task in open_tasks(stage.db, file.case):
        if task.what == URGENT:
            tick_off(stage.db, task)


def need_of(stage: Stage, file: File) -> None:
    """What the family is short of, where it comes from, and what the first nights led to."""
    file.case.causes = stage.words("cause_of_need", ("poverty", "homelessness", "nrpf_condition"))
    since = file.case.destitute_from or file.day
    for code, days, nights in (("street_nights", 0, 2), ("anxiety_distress", 1, None), ("school_missed", 2, None)):
        day = min(since + days * ONE_DAY, file.day)
        word = stage.code("consequence", code)
        passed = (file.day - day).days + 1
        stage.db.add(Consequence(case=file.case, code=word, happened_on=day, nights=nights and min(nights, passed)))
