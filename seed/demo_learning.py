"""What clients of the invented office said of its work, files asked for and read, one case handed over."""

from __future__ import annotations

from datetime import timedelta

from casework import continuity, file_access, learning
from casework.calendar import ONE_DAY
from models import Complaint, Feedback, FileReview, Restriction
from seed.demo_dice import Dice
from seed.demo_file import File
from seed.demo_stage import Staff, Stage, Story, on

# Days before today, the answers (relief, support, understanding, guidance; felt doubted), words, what to do better.
SAID = (
    (74, (4, 4, 4, 3, 0), "Somebody asked what I wanted, not what I had done.", None),
    (52, (4, 3, 3, 2, 0), "I was rung when it was said I would be rung.", "Write it down in my language."),
    (33, (2, 3, 2, 1, 1), "It took long until I understood who does what.", "Say at first how long it takes."),
    (17, (4, 4, 4, 4, 0), None, "A room without a window to the street."),
    (5, (3, 4, 4, 3, 0), "My daughter could play while we talked.", None),
)  # fmt: skip
FINDINGS = (
    ("Consents are up to date. The letter of the landlord is noted, the letter itself is missing.",
     "We ask for copies too late; ask at the first visit."),
    ("Every call has its note. The plan has not been looked at for two months.",
     "The client drives more of it than the plan says. Write that down, it is good news."),
    ("Complete and kind. Two notes about the neighbour should be marked.", None),
)  # fmt: skip


def learning_stories(stage: Stage) -> Story:
    """Play feedback, a complaint, file reviews, two requests to see a file and a handover, the oldest first."""
    dice, manager = Dice("learning"), stage.staff["manager"]
    yield on(manager, stage.today - 80 * ONE_DAY)
    yield from _said(stage, manager)
    yield on(manager, stage.today - 4 * ONE_DAY)
    _looked_at(stage, manager, dice)
    yield on(manager, stage.today - ONE_DAY)
    recent = _recent(stage)
    _asked_for(stage, recent)
    _handed_over(stage, recent)


def _said(stage: Stage, manager: Staff) -> Story:
    for days, answers, text, improvement in SAID:
        yield on(manager, stage.today - days * ONE_DAY)
        relief, support, understanding, guidance, doubted = answers
        stage.db.add(Feedback(
            received_on=stage.day, relief=relief, support=support, understanding=understanding, guidance=guidance,
            doubted=doubted, text=text, improvement=improvement,
        ))  # fmt: skip


def _looked_at(stage: Stage, manager: Staff, dice: Dice) -> None:
    """Files read by colleagues, a complaint answered and one to answer, and a restriction with its day."""
    running = [file for file in stage.files if file.is_running]
    for file, (findings, reflection) in zip(dice.some(running, len(FINDINGS)), FINDINGS, strict=False):
        stage.db.add(FileReview(case=file.case, reviewer=stage.colleague(file.lead, dice).worker,
                                reviewed_on=stage.day, findings=findings, reflection=reflection))  # fmt: skip
    learning.receive(stage.db, Complaint(
        received_on=stage.day, what="Waited an hour for an appointment and was not told why.", handler=manager.worker,
        reply_to="By post, to the address on file",
    ))  # fmt: skip
    if running:
        learning.impose(stage.db, Restriction(
            client=dice.pick(running).client, what="Meets two of us together; telephone stays open to them",
            reason="Shouted at a volunteer twice", decided_on=stage.day, review_on=stage.day + timedelta(days=28),
        ))  # fmt: skip


def _recent(stage: Stage) -> list[File]:
    """Give the running cases opened last: nothing else of the play ends them before today."""
    running = [file for file in stage.files if file.is_running and file.case.opened_on is not None]
    return sorted(running, key=lambda file: (file.case.opened_on, file.case.ref), reverse=True)


def _asked_for(stage: Stage, recent: list[File]) -> None:
    """One file on the premises, one in storage."""
    for file, stored in zip(recent[:2], (False, True), strict=False):
        file.case.file_location, file.case.file_box = ("off_site", "B 17") if stored else ("premises", None)
        asked = file_access.ask_for_file(stage.db, file.case, handler=file.lead.worker, subject_access=not stored)
        if stored:
            file_access.inform(stage.db, asked, "Wants to show it to a solicitor")


def _handed_over(stage: Stage, recent: list[File]) -> None:
    """A third one changes hands; its client has to be told."""
    for file in recent[2:3]:
        to = stage.colleague(file.lead, Dice("handover"))
        if stage.may_meet(to.worker, file.client):
            continuity.hand_over(stage.db, file.lead.worker, to.worker, [file.case], "Goes on leave until the spring")
            file.lead = to
