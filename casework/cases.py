"""The course of a case: from an enquiry to open, on hold, closing and closed, and what each step needs.

The rules run at every flush; dates, caseworker and team that nobody typed are filled in before. Steps are judged
by what was saved before this flush, so a form, an import and a verb meet the same questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from casework import guard
from casework.agencies import agencies_covering
from casework.changes import belonging, has_link, is_changed, is_new, was
from casework.closing import what_is_missing
from casework.context import acting, set_acting
from casework.correspondence import PANEL as OF_A_LETTER
from casework.correspondence import in_number, unfinished
from casework.coverage import listed
from casework.datetext import counted, without_weekday
from casework.plan_tasks import ABOUT as OF_A_STEP
from casework.plans import steps_to_do
from casework.problems import Problem
from models import Area, Base, Case, CaseNote, Client, Code, Incident, Referral, Reopening, Task, Team, Worker
from models.cases import CASE_STEPS
from models.declared import by_key
from models.referrals import OUT

FIRST = "enquiry"
NOT_YET_OPEN = ("enquiry", "advised")
RUNNING = ("open", "on_hold", "closing")
ADVICE = ("rights_information", "practical")  # the kinds of help that are advice
SIGNPOST = "signpost"
LETTER = "letter or message"
WAITING_REFERRALS = ("draft", "sent", "acknowledged")
NOT_APART = (OF_A_STEP, OF_A_LETTER, "case", "leadership")  # what a task may be about without being a thing of its own


def open_case(
    db: Session,
    client: Client,
    kind: Code,
    lead: Worker | None = None,
    *,
    first_contact_at: datetime | None = None,
    medium: str = "phone",
    area: Area | None = None,
    title: str | None = None,
) -> Case:
    """Open a case for a client; contact now, the client's own borough and my own case unless said otherwise."""
    case = Case(
        client=client, kind=kind, lead=lead, status="open", first_contact_at=first_contact_at or acting(db).now,
        first_contact_medium=medium, area=area or client.area, title=title,
    )  # fmt: skip
    db.add(case)
    db.flush()
    return case


def add_note(
    db: Session,
    case: Case,
    text: str,
    *,
    kinds: Sequence[Code] = (),
    medium: str = "phone",
    contact_with: str = "client",
    minutes: int | None = None,
    at: datetime | None = None,
) -> CaseNote:
    """Write down what was said or done, now unless said otherwise."""
    note = CaseNote(
        case=case, text=text, kinds=list(kinds), medium=medium, contact_with=contact_with, minutes=minutes,
        at=at or acting(db).now,
    )  # fmt: skip
    db.add(note)
    db.flush()
    return note


def close_case(
    db: Session, case: Case, reason: Code, agreed: str, *, note: str | None = None, wishes: str | None = None
) -> Case:
    """Close a case: nothing is left to do, and the client agrees (or `agreed` and `note` say why not)."""
    if case.status != "closing":
        case.status = "closing"
        db.flush()
    case.closure_reason, case.closure_agreed, case.closure_note = reason, agreed, note
    case.aftercare_wishes, case.status = wishes, "closed"
    db.flush()
    return case


def reopen(db: Session, case: Case, reason: str) -> Case:
    """Open a closed case again. When and why it had been closed stays on the file as a note.

    Source: empowering casework article (people come back with the same problem, unresolved).
    """
    set_acting(db, replace(acting(db), reason=reason))
    why = f" ({case.closure_reason.words})" if case.closure_reason is not None else ""
    closed = f"It had been closed on {without_weekday(case.closed_on)}{why}." if case.closed_on else ""
    case.status = "open"
    add_note(db, case, f"Reopened: {reason.rstrip('.')}. {closed}".strip(), medium="other", contact_with="internal")
    return case


# Filled in by themselves


def find_its_caseworker(case: Case, db: Session) -> None:
    """Give a new case to whoever writes it down, and to their team, unless somebody else was chosen."""
    if not is_new(case):
        return
    who = acting(db)
    if not has_link(case, "lead") and who.worker_id is not None:
        case.lead = db.get(Worker, who.worker_id)
    if not has_link(case, "team") and case.lead is not None:
        case.team = case.lead.team
    if not has_link(case, "team") and who.team_id is not None:
        case.team = db.get(Team, who.team_id)


def date_its_steps(case: Case, db: Session) -> None:
    """Date opening and closing on the day of the step; reopening keeps the first opening and ends the closing."""
    if not is_changed(case, "status"):
        return
    if case.status in RUNNING and case.opened_on is None:
        case.opened_on = acting(db).today
    if case.status == "closed" and case.closed_on is None:
        case.closed_on = acting(db).today
    if case.status != "closed" and case.closed_on is not None:
        if case.status in RUNNING:
            closed = min(case.closed_on, acting(db).today)
            db.add(Reopening(case=case, closed_on=closed, reopened_on=acting(db).today))
        case.closed_on = case.closure_reason = case.closure_agreed = case.closure_note = case.aftercare_wishes = None


guard.prepare(Case, find_its_caseworker, date_its_steps)


# Rules


def one_step_at_a_time(case: Case, _db: Session) -> Iterator[Problem]:
    before = _before(case)
    if case.status not in (before, *CASE_STEPS[before]):
        words = by_key(Case)["status"].info.choice_label
        ways = listed(words(state) for state in CASE_STEPS[before])
        yield Problem("status", f"From “{words(before)}” a case cannot become “{words(case.status)}”. "
                      f"Possible: {ways}.")  # fmt: skip


def _before(case: Case) -> str:
    """Give the saved state; everything begins as an enquiry."""
    return was(case, "status") or FIRST


def _becomes(case: Case, state: str, *, after: tuple[str, ...]) -> bool:
    return case.status == state and _before(case) in after and _before(case) != state


def somebodys_case(case: Case, _db: Session) -> Iterator[Problem]:
    """A case has a client and a caseworker from its opening on; an enquiry may be anonymous, and close so."""
    ran = case.status in RUNNING or (case.status == "closed" and case.opened_on is not None)
    if ran and not has_link(case, "client"):
        yield Problem("client", "Say whose case this is. Only an enquiry may be without a client.")
    if case.status in RUNNING and not has_link(case, "lead"):
        yield Problem("lead", "Choose a caseworker: somebody looks after every open case.")


def safe_to_contact(case: Case, _db: Session) -> Iterator[Problem]:
    opening = _becomes(case, "open", after=(*NOT_YET_OPEN, "closed"))
    if opening and case.client is not None and not case.client.safe_contact:
        yield Problem("client", "Say how it is safe to contact this person before opening the case.")


def opened_in_our_area(case: Case, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Client group": casework in the named boroughs, advice for everybody."""
    if not _becomes(case, "open", after=(*NOT_YET_OPEN, "closed")) or was(case, "opened_on") is not None:
        return
    area = _area(case)
    if area is None:
        yield Problem("area", "Say in which borough this happened or where they live before opening the case.")
    elif not area.is_served_on(acting(db).today):
        yield Problem("area", f"{area.name} is outside our casework area. Record the advice given and refer to a "
                      f"local organisation; {_cover(db, area)}.")  # fmt: skip


def _area(case: Case) -> Area | None:
    return case.area or (case.client.area if case.client is not None else None)


def _cover(db: Session, area: Area) -> str:
    count = agencies_covering(db, area)
    return f"{count} cover{'s' if count == 1 else ''} this area"


def nothing_left_open(case: Case, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": all work is recorded, so nothing is dropped by closing."""
    if not (_becomes(case, "closing", after=RUNNING) or _becomes(case, "closed", after=("closing",))):
        return
    left = left_open(db, case)
    parts = [f"{_counted(noun, rows)}{how}" for noun, (how, rows) in left.items() if rows]
    if parts:
        count = sum(len(rows) for _how, rows in left.values())
        still = "1 thing is still open" if count == 1 else f"{count} things are still open"
        yield Problem("status", f"{still}: {listed(parts)}. Finish each, or withdraw it, before closing.")


def _counted(noun: str, rows: list[Base]) -> str:
    return in_number(rows) if noun == LETTER else counted(len(rows), noun)


def left_open(db: Session, case: Case) -> dict[str, tuple[str, list[Base]]]:
    """Give what is still open in a case: by its noun, how it is open and the rows.

    A step's own task is not told twice, and a task about the case as a whole, such as after-care, ends with its state.
    """
    tasks = belonging(db, Task, "case", case, Task.done_on.is_(None))
    referrals = belonging(db, Referral, "case", case, Referral.status.in_(WAITING_REFERRALS))
    return {
        "task": ("", [one for one in tasks if one.done_on is None and one.about not in NOT_APART]),
        "step": (" of the plan to do", list(steps_to_do(db, case))),
        "referral": (" unsent or unanswered", [one for one in referrals if one.status in WAITING_REFERRALS]),
        LETTER: (" unanswered or unsent", list(unfinished(db, case))),
    }


def closed_with_permission(case: Case, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article, closing with the client's permission."""
    if case.status != "closed" or case.opened_on is None:
        return
    if case.closure_agreed is None:
        yield Problem("closure_agreed", "A case is closed with the client's permission. Record it, or the three "
                      "attempts and the letter.")  # fmt: skip
    elif any(is_changed(case, name) for name in ("status", "closure_agreed", "closure_note")):
        yield from what_is_missing(case, db)
    if not has_link(case, "closure_reason"):
        yield Problem("closure_reason", "Say why the case is closed.")


def advised_and_referred(case: Case, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Client group": others are always advised and, where possible, referred on."""
    area = _area(case)
    leaving = _becomes(case, "closed", after=NOT_YET_OPEN) and case.opened_on is None
    if not leaving or area is None or area.is_served_on(acting(db).today):
        return
    always = "Out-of-area enquiries are always advised and, where possible, referred."
    given = {kind.code for note in belonging(db, CaseNote, "case", case) for kind in note.kinds}
    if not given.intersection(ADVICE):
        yield Problem("status", f"{always} Record the advice given in a note.")
    if SIGNPOST not in given and not _was_sent_on(case, db):
        yield Problem("status", f"{always} Refer or signpost to a local organisation ({_cover(db, area)}), or note "
                      "under “Told where else to go” that none was found.")  # fmt: skip


def _was_sent_on(case: Case, db: Session) -> bool:
    return any(
        referral.kind in (*OUT, "signpost") and referral.status not in ("draft", "withdrawn")
        for referral in belonging(db, Referral, "case", case)
    )


def reopened_for_a_reason(case: Case, db: Session) -> Iterator[Problem]:
    if _becomes(case, "open", after=("closed",)) and not acting(db).reason:
        yield Problem("status", "Give the reason for reopening this case.")


def dates_in_order(case: Case, db: Session) -> Iterator[Problem]:
    who = acting(db)
    if case.first_contact_at is not None and case.first_contact_at > who.now:
        yield Problem("first_contact_at", "The first contact has taken place already. Correct the day or the time.")
    for name in ("opened_on", "closed_on", "expectations_on"):
        day = getattr(case, name)
        if day is not None and day > who.today:
            yield Problem(name, "This is recorded once it has happened. Correct the day.")
    if case.opened_on is not None and case.closed_on is not None and case.closed_on < case.opened_on:
        yield Problem("closed_on", "A case is closed after it is opened. Correct the day.")


def stays_with_its_client(case: Case, db: Session) -> Iterator[Problem]:
    """What was sent under one person's permission cannot come to belong to another's file."""
    before = was(case, "client_id")
    now = case.client.id if case.client is not None else None
    if before is None or before == now or not is_changed(case, "client"):
        return
    if any(has_link(one, "consent") for one in belonging(db, Referral, "case", case)):
        yield Problem("client", "Something has left the office for this case, so it stays with its client.")


def notes_are_dated_and_say_something(note: CaseNote, db: Session) -> Iterator[Problem]:
    if note.at is not None and note.at > acting(db).now:
        yield Problem("at", "A note is written once it has happened. Correct the day or the time.")
    if note.text is not None and not note.text.strip():
        yield Problem("text", "Say in a few words what was said or done.")


def files_are_kept(_row: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the file keeps everything. Add a note that puts it right.")


guard.register(
    Case,
    one_step_at_a_time,
    somebodys_case,
    safe_to_contact,
    opened_in_our_area,
    nothing_left_open,
    closed_with_permission,
    advised_and_referred,
    reopened_for_a_reason,
    dates_in_order,
    stays_with_its_client,
)
guard.register(CaseNote, notes_are_dated_and_say_something)
for kept in (Case, CaseNote, Incident):
    guard.register_deletion(kept, files_are_kept)
