"""Requests for a language in the invented office, in every state; volunteers' papers, hours, thanks and wishes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from casework import board, language_requests
from casework.calendar import ONE_DAY
from casework.volunteers import enter, keep_apart
from models import Language, LanguageRequest, Worker
from seed.demo_dice import Dice
from seed.demo_file import File
from seed.demo_meetings import booked_without_interpreter
from seed.demo_stage import Staff, Stage, Story, on

THREE_YEARS = timedelta(days=3 * 365)
DIALECTS = ("Habiganj", "Sunamganj", "Moulvibazar")
NEEDED = 6  # meetings ahead for which nobody is asked yet
FEWEST_SPEAKERS = 3
CHECK_SOON, TRAINING_OVER, SIGNS_AGAIN = 2, 7, 4  # places in the list of volunteers, counted around
ON_THE_HELPLINE = (0, 6, 9)  # places of those who hold the helpline's telephone when somebody swaps
ENTRIES = (("hours", "Welcome evening for new volunteers", 90, None), ("hours", "Helped at the drop-in", 120, None),
           ("expense", "Bus to a home visit", None, 350), ("expense", "Train to court", None, 720),
           ("thanks", "Card and a call", None, None))  # fmt: skip
PIECES = (  # pages, what becomes of it
    (2, "done"),
    (5, "done"),
    (3, "in hand"),
    (1, "asked"),
    (2, "open"),
    (8, "open"),
    (4, "nobody"),
    (2, "not needed"),
)


def languages(stage: Stage) -> Iterator[Story]:
    """Give the stories of the coordinator's last weeks, and the meetings that wait for an interpreter."""
    coordinator = stage.staff["coordinator"]
    yield _papers(stage, coordinator)
    yield _given(stage, coordinator)
    yield _wish(stage, coordinator)
    for place, (pages, becomes) in enumerate(PIECES):
        yield _piece(stage, coordinator, place, pages, becomes)
    for lead in stage.caseworkers:
        yield _needs(stage, lead)


def _papers(stage: Stage, coordinator: Staff) -> Story:
    """Checks last three years; a few run out in these weeks, one has, and one dialect is known for each who said it."""
    yield on(coordinator, stage.today - 25 * ONE_DAY)
    sylheti = stage.languages["Sylheti"]
    for place, worker in enumerate(one for one in stage.volunteers if one.checked_on is not None):
        signed, checked = worker.confidentiality_signed_on, worker.checked_on
        assert signed is not None and checked is not None
        worker.checked_until = max(checked + THREE_YEARS, stage.today + timedelta(days=90 + place))
        worker.training_on = checked
        if place % 14 == CHECK_SOON:
            worker.checked_until = stage.today + timedelta(days=3 + place % 20)
        if place % 19 == TRAINING_OVER:
            worker.training_until = max(signed, checked, stage.today - 6 * ONE_DAY)
        worker.may_hold_helpline = place in ON_THE_HELPLINE
        if place == SIGNS_AGAIN:
            worker.confidentiality_until = stage.today + 12 * ONE_DAY
        for one in worker.languages:
            if one.language is sylheti and place % 2 == 0:
                one.dialect = DIALECTS[place % len(DIALECTS)]


def _given(stage: Stage, coordinator: Staff) -> Story:
    """Hours beside the requests, expenses paid and not yet paid, thanks."""
    dice = Dice("given")
    yield on(coordinator, stage.today - 40 * ONE_DAY)
    for worker in dice.some(stage.volunteers, 12):
        for kind, what, minutes, pence in dice.some(ENTRIES, 2):
            paid = stage.day if kind == "expense" and dice.chance(50) else None
            enter(stage.db, worker, kind, stage.day - dice.below(20) * ONE_DAY, what=what, minutes=minutes, pence=pence,
                  paid_on=paid)  # fmt: skip


def _wish(stage: Stage, coordinator: Staff) -> Story:
    """One volunteer lives where a client lives and keeps away from that house."""
    yield on(coordinator, stage.today - 22 * ONE_DAY)
    for file in _running(stage):
        speakers = [one for one in _speakers(stage, file.client.language) if stage.may_meet(one, file.client)]
        met = {person.worker for meeting in file.meetings for person in meeting.people}
        fresh = [one for one in speakers if one not in met]
        if fresh and file.client.address:
            keep_apart(stage.db, fresh[0], "estate", _house(file.client.address))
            stage.kept_apart |= {
                (fresh[0].id, other.client.id) for other in stage.files
                if other.client.address and _house(file.client.address) in other.client.address
            }  # fmt: skip
            return


def _house(address: str) -> str:
    """Give "Lantern Tower" of "Flat 47, Lantern Tower", the street of another address."""
    return address.rsplit(", ", maxsplit=1)[-1].lstrip("0123456789 ")


def _running(stage: Stage) -> list[File]:
    found = [file for file in stage.files if file.is_running and file.case.client is not None]
    return sorted((one for one in found if one.client.language is not None), key=lambda one: one.case.ref or "")


def _speakers(stage: Stage, language: Language | None, mode: str = "spoken") -> list[Worker]:
    return [
        one for one in stage.volunteers
        if any(known.language is language and known.mode == mode for known in one.languages)
    ]  # fmt: skip


def _piece(stage: Stage, coordinator: Staff, place: int, pages: int, becomes: str) -> Story:
    """Something to be put into writing for a client, from the asking to what became of it."""
    yield on(coordinator, stage.today - (18 - place) * ONE_DAY)
    needing = [one for one in _running(stage) if one.client.interpreter != "no"]
    known = [one for one in needing if one.client.language is not None and one.client.language.written]
    files = [one for one in known if bool(_speakers(stage, one.client.language, "written")) is (becomes != "nobody")]
    if not files:
        return
    file = files[place % len(files)]
    days = 9 if becomes == "done" else 24 + place
    request = LanguageRequest(case=file.case, language=file.client.language, mode="written", pages=pages,
                              due_on=stage.open_day(stage.day + days * ONE_DAY))  # fmt: skip
    stage.db.add(request)
    stage.keep.append(request)
    yield on(coordinator, stage.day + ONE_DAY)
    yield from _course(stage, coordinator, request, pages, becomes)


def _course(stage: Stage, coordinator: Staff, request: LanguageRequest, pages: int, becomes: str) -> Story:
    if becomes == "nobody":
        language_requests.give_up(stage.db, request, "No volunteer writes it; an agency was too dear")
    elif becomes == "not needed":
        request.cancelled_reason = "The council sent its letter in their language after all"
    elif becomes != "open":
        first = board.board_of(stage.db, only=request.id).lines[0].suggestion.first
        if first:
            worker = next(one for one in stage.volunteers if one.id == first[0].person.key)
            board.ask(stage.db, request, worker)
            if becomes != "asked":
                yield on(coordinator, stage.day + 2 * ONE_DAY)
                language_requests.answer(stage.db, request, worker, "accepted")
            if becomes == "done":
                yield on(coordinator, stage.day + 3 * ONE_DAY)
                language_requests.finish(stage.db, request, 35 * pages, stage.day)


def _needs(stage: Stage, lead: Staff) -> Story:
    """A caseworker books meetings in the last days before today; the coordinator finds the interpreters today."""
    yield on(lead, stage.today - 4 * ONE_DAY)
    mine = [one for one in _running(stage) if one.lead is lead and one.client.interpreter in ("spoken", "both")]
    fitting = [one for one in mine if len(_speakers(stage, one.client.language)) >= FEWEST_SPEAKERS]
    for place, file in enumerate(fitting[: NEEDED // 2]):
        booked_without_interpreter(stage, file, "home_visit" if place == 1 else "office", 3 + 2 * place)
