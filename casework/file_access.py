"""Seeing one's own file: ready within a day on the premises, within a week from storage, and the legal month beside.

A request runs two clocks, each with its trace and its task: ours ends when the file lies ready, the legal one when it
is given out. Before anything is given out, somebody has seen who asks, and a second person has looked for the details
of other people. Sources: service statement, "Access to case files"; right of access.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework import audit, guard, tasks
from casework.calendar import Due, due, local
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.coverage import listed
from casework.datetext import counted, in_words, without_weekday
from casework.merging import same_person
from casework.problems import Problem, RuleBroken
from casework.response_clock import public_calendar
from casework.scope import office_wide
from casework.settings import number_setting, office
from models import Case, CaseNote, Client, Complaint, FileRequest, Redaction, Worker
from models.declared import by_key
from models.file_access import ACCESS_STEPS, READY

SOURCE, LAW = "Access to case files", "Right of access"
OVER = ("provided", "withdrawn")


def ask_for_file(
    db: Session,
    case: Case,
    *,
    handler: Worker | None = None,
    requested_at: datetime | None = None,
    subject_access: bool = True,
    urgency: str | None = None,
    safe_way: str | None = None,
) -> FileRequest:
    """Write down that a client asks for their file, now unless said otherwise; both clocks start. Raises RuleBroken."""
    worker_id = acting(db).worker_id
    handler = handler or (db.get(Worker, worker_id) if worker_id is not None else None) or case.lead
    if handler is None:
        raise RuleBroken([Problem("handler", "Say who prepares the file.")])
    asked = FileRequest(
        case=case, handler=handler, requested_at=requested_at or acting(db).now, subject_access=subject_access,
        location=case.file_location or "premises", urgency=urgency, safe_way=safe_way,
    )  # fmt: skip
    db.add(asked)
    db.flush()
    _keep_tasks(asked, db)
    db.flush()
    return asked


def inform(db: Session, asked: FileRequest, urgency: str, on: date | None = None) -> FileRequest:
    """Record that the client was told that the file is in storage, and how urgent it is for them."""
    return _step(db, asked, "informed", informed_on=on or acting(db).today, urgency=urgency)


def agree(db: Session, asked: FileRequest, by: date) -> FileRequest:
    """Record the day that was agreed with the client."""
    return _step(db, asked, "agreed", agreed_on=by)


def lay_ready(db: Session, asked: FileRequest, *, late_reason: str | None = None) -> FileRequest:
    """Record that the file lies ready; our own clock ends here."""
    state = "retrieved" if asked.location == "off_site" else "ready"
    reason = late_reason or asked.late_reason
    return _step(db, asked, state, ready_at=acting(db).now, late_reason=reason)


def provide(
    db: Session, asked: FileRequest, identity_checked_by: Worker | None, safe_way: str | None,
    *, late_reason: str | None = None,
) -> FileRequest:  # fmt: skip
    """Record that the client has read or received it: who knew them, and in which safe way. Both clocks end."""
    now = acting(db).now
    _step(
        db, asked, "provided", provided_at=now, ready_at=asked.ready_at or now, safe_way=safe_way,
        identity_checked_by=identity_checked_by, late_reason=late_reason or asked.late_reason,
    )  # fmt: skip
    audit.write(db, "released", "FileRequest", asked.id)
    return asked


def take_back(db: Session, asked: FileRequest) -> FileRequest:
    """Record that the client no longer wants it."""
    return _step(db, asked, "withdrawn")


def _step(db: Session, asked: FileRequest, state: str, **more: object) -> FileRequest:
    with db.no_autoflush:
        asked.status = state
        for name, value in more.items():
            setattr(asked, name, value)
    db.flush()
    return asked


def extend(db: Session, asked: FileRequest, reason: str, told_on: date) -> FileRequest:
    """Take the longer legal time for a complex request; the client was told within the first month."""
    with db.no_autoflush:
        asked.extended_to, asked.extension_reason, asked.extension_told_on = _longer(db, asked).on, reason, told_on
    db.flush()
    return asked


def mark_third_parties(db: Session, asked: FileRequest, marked: set[int]) -> list[CaseNote]:
    """Mark which notes of the copy tell of somebody else; give those that do."""
    notes = notes_of(db, asked)
    for note in notes:
        if note.third_party is not (note.id in marked):
            note.third_party = note.id in marked
    db.flush()
    return [note for note in notes if note.third_party]


def redact(db: Session, asked: FileRequest, texts: Mapping[int, str]) -> FileRequest:
    """Confirm, as a second person, how each note about somebody else may go out; an empty text leaves it out."""
    who = acting(db)
    wanted = {note.id: note for note in notes_of(db, asked) if note.third_party}
    missing = set(wanted) - set(texts)
    if missing:
        raise RuleBroken([Problem("", f"{counted(len(missing), 'note')} not looked at yet. Look at each of them.")])
    with db.no_autoflush:
        known = {one.note_id: one for one in asked.redactions}
        for key, note in wanted.items():
            row = known.get(key) or Redaction(request=asked, note=note)
            row.text = texts[key].strip() or None
            db.add(row)
        asked.redacted_by = db.get(Worker, who.worker_id) if who.worker_id is not None else None
        asked.redacted_at = who.now
    db.flush()
    return asked


def _whole(asked: FileRequest) -> Select[tuple[Case]]:
    """Give the select of the cases of the copy: all of the person's for the legal right, else the one asked for."""
    of_it = Case.id == asked.case.id
    if asked.subject_access and asked.case.client_id is not None:
        of_it = Case.client_id.in_(same_person(asked.case.client_id))
    return select(Case).where(of_it, Case.voided_reason.is_(None)).order_by(Case.ref)


def _numbers_of_cases(asked: FileRequest) -> Select[tuple[int]]:
    return _whole(asked).with_only_columns(Case.id).order_by(None)


def cases_of(db: Session, asked: FileRequest) -> list[Case]:
    """Give the cases of the copy, as far as the reader may open them."""
    return list(db.scalars(_whole(asked)))


def out_of_reach(db: Session, asked: FileRequest) -> int:
    """Count the records, cases and complaints that the copy should hold and the reader may not open."""
    cases = _numbers_of_cases(asked)
    parts = [cases, select(Complaint.id).where(Complaint.case_id.in_(cases))]
    if asked.case.client_id is not None:
        records = same_person(asked.case.client_id)
        parts.append(select(Client.id).where(Client.id.in_(records), Client.voided_reason.is_(None)))
    return sum(len(db.scalars(office_wide(one)).all()) - len(db.scalars(one).all()) for one in parts)


def notes_of(db: Session, asked: FileRequest) -> list[CaseNote]:
    """Give the notes that the copy would hold, the oldest first."""
    of_it = CaseNote.case_id.in_(_numbers_of_cases(asked))
    return list(db.scalars(select(CaseNote).where(of_it).order_by(CaseNote.at, CaseNote.id)))


def unchecked(db: Session, asked: FileRequest) -> int:
    """Count the notes about somebody else that no second person has let go out; later changes count anew."""
    if asked.case is None:
        return 0
    of_it = CaseNote.case_id.in_(_numbers_of_cases(asked))
    marked = db.scalars(office_wide(select(CaseNote).where(of_it, CaseNote.third_party)))
    checked = {one.note_id or one.note.id for one in asked.redactions}
    at = asked.redacted_at
    return sum(note.id not in checked or at is None or note.updated_at > at for note in marked)


def is_past(day: date, moment: datetime | None, done: datetime) -> bool:
    """Say whether something was done after its moment, or, without one, after its day."""
    return done > moment if moment is not None else local(done).date() > day


def is_late(asked: FileRequest, now: datetime) -> bool:
    """Say whether the next step, taken now, would come after its due time."""
    last = asked.extended_to or asked.sar_due_on
    ours = asked.ready_at is None and is_past(asked.due_on, asked.due_at, now)
    return ours or (asked.ready_at is not None and last is not None and is_past(last, None, now))


# Filled in by itself


def start_the_clocks(asked: FileRequest, db: Session) -> None:
    """Count both due days from when it was asked for, with their traces."""
    if not is_new(asked) and not is_changed(asked, "requested_at") and not is_changed(asked, "subject_access"):
        return
    if asked.requested_at is None:
        return
    ours = _our_clock(db, asked)
    asked.due_on, asked.due_at, asked.due_trace = ours.on, ours.at, "\n".join(ours.explained())
    asked.sar_due_on = asked.sar_trace = None
    if asked.extended_to is not None:
        asked.extended_to = _longer(db, asked).on
    if asked.subject_access:
        law = _legal(db, asked, "subject_access", "A copy of everything is given out")
        asked.sar_due_on, asked.sar_trace = law.on, "\n".join(law.explained())


def _our_clock(db: Session, asked: FileRequest) -> Due:
    if asked.location == "off_site":
        rule = "A file in storage is fetched"
        return due(asked.requested_at, number_setting(db, "file_off_site"), "day", office(db), rule=rule, source=SOURCE)
    rule = "A file on the premises is ready"
    return due(asked.requested_at, number_setting(db, "file_on_site"), "hour", office(db), rule=rule, source=SOURCE)


def _legal(db: Session, asked: FileRequest, key: str, rule: str) -> Due:
    day = local(asked.requested_at).date()
    return due(day, number_setting(db, key), "month", public_calendar(db), rule=rule, source=LAW)


def _longer(db: Session, asked: FileRequest) -> Due:
    return _legal(db, asked, "subject_access_extended", "A complex copy is given out")


def the_tasks_follow(asked: FileRequest, db: Session) -> None:
    """Let both tasks say what the clocks say, be done with their step, and go to whoever prepares the file."""
    if not is_new(asked):
        _keep_tasks(asked, db)


def _keep_tasks(asked: FileRequest, db: Session) -> None:
    owed = _owed(asked, db)
    for task in tasks.waiting_for(db, "filerequest", asked):
        if task.kind in owed:
            task.what, task.due_on, task.trace = owed.pop(task.kind)
            task.owner = asked.handler
        else:
            task.done_on = acting(db).today
    for kind, (what, day, trace) in owed.items():
        tasks.ask(db, asked.handler, what, day, case=asked.case, trace=trace, about=("filerequest", asked), kind=kind)


def _owed(asked: FileRequest, db: Session) -> dict[str, tuple[str, date, str | None]]:
    """Give what is still to be done, by when and why, by the kind of its task."""
    owed: dict[str, tuple[str, date, str | None]] = {}
    if asked.status not in (*READY, *OVER):
        where = "from storage" if asked.location == "off_site" else "at the office"
        owed["file_access"] = (f"File to be ready to read, {where}", asked.due_on, asked.due_trace)
    if asked.status in OVER or asked.sar_due_on is None:
        return owed
    what = "Copy of the whole file to be given out"
    if asked.extended_to is None:
        owed["deadline"] = (what, asked.sar_due_on, asked.sar_trace)
    else:
        longer = "\n".join(_longer(db, asked).explained())
        owed["deadline"] = (f"{what}, in the longer time", asked.extended_to, longer)
    return owed


guard.prepare(FileRequest, start_the_clocks, the_tasks_follow)


# Rules


def one_step_at_a_time(asked: FileRequest, _db: Session) -> Iterator[Problem]:
    before = was(asked, "status") or "requested"
    ways = ACCESS_STEPS[asked.location or "premises"].get(before, ())
    if asked.status not in (before, *ways):
        words = by_key(FileRequest)["status"].info.choice_label
        possible = f"Possible: {listed(words(one) for one in ways)}." if ways else "It is over; write a new request."
        yield Problem("status", f"From “{words(before)}” a request cannot become “{words(asked.status)}”. {possible}")


def asked_in_the_past(asked: FileRequest, db: Session) -> Iterator[Problem]:
    if asked.requested_at is not None and asked.requested_at > acting(db).now:
        yield Problem("requested_at", "A request is written down once it has come. Correct the day or the time.")
    if not is_new(asked) and is_changed(asked, "case"):
        yield Problem("case", "The request stays with its case. Write a new one for another case.")


def storage_is_talked_over(asked: FileRequest, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Access to case files": informed, and the time and urgency discussed."""
    if asked.location != "off_site" or asked.status in ("requested", "withdrawn"):
        return
    if asked.informed_on is None:
        yield Problem("informed_on", "Say on which day the client was told that the file is in storage.")
    elif asked.informed_on > acting(db).today:
        yield Problem("informed_on", "This is recorded once they were told. Correct the day.")
    if not (asked.urgency or "").strip():
        yield Problem("urgency", "Ask how urgent it is for them, and write it down.")
    if asked.status != "informed" and asked.agreed_on is None:
        yield Problem("agreed_on", "Agree with the client by when they will have the file.")


def lateness_has_a_reason(asked: FileRequest, _db: Session) -> Iterator[Problem]:
    if asked.status not in READY or (asked.late_reason or "").strip():
        return
    last = asked.extended_to or asked.sar_due_on
    if asked.ready_at is not None and is_past(asked.due_on, asked.due_at, asked.ready_at):
        yield Problem("late_reason", f"Our promise was {in_words(asked.due_on)}. Give the reason for the delay.")
    elif asked.provided_at is not None and last is not None and is_past(last, None, asked.provided_at):
        yield Problem("late_reason", f"The legal date was {in_words(last)}. Give the reason for the delay.")


def longer_only_when_told(asked: FileRequest, db: Session) -> Iterator[Problem]:
    """Source: right of access: up to three months where it is complex, told within the first."""
    if asked.extended_to is None and asked.extension_told_on is None:
        return
    if not (asked.extension_reason or "").strip():
        yield Problem("extension_reason", "Say why this copy takes longer; the client is told the reason.")
    if asked.extension_told_on is None:
        yield Problem("extension_told_on", "Say on which day the client was told. Without it the first date stands.")
    elif asked.sar_due_on is None:
        yield Problem("extension_told_on", "There is no legal clock here, so there is nothing to extend.")
    elif is_changed(asked, "extension_told_on"):
        yield from _told_in_time(asked, db)


def _told_in_time(asked: FileRequest, db: Session) -> Iterator[Problem]:
    told, begins = asked.extension_told_on, local(asked.requested_at).date()
    last = _legal(db, asked, "subject_access_extension_told", "Told of the longer time").on
    if told is not None and told > acting(db).today:
        yield Problem("extension_told_on", "This is recorded once the client was told. Correct the day.")
    elif told is not None and not begins <= told <= last:
        yield Problem("extension_told_on", f"Not extended: the client has to be told by {without_weekday(last)}. The "
                      "first date stands; give out what is ready.")  # fmt: skip


def given_to_the_right_person(asked: FileRequest, db: Session) -> Iterator[Problem]:
    if asked.status != "provided":
        return
    if asked.identity_checked_by is None:
        yield Problem("identity_checked_by", "Say who of us knew the client or saw who they are.")
    if not (asked.safe_way or "").strip():
        yield Problem("safe_way", "Say how it reaches the client safely: who else could see it?")
    if was(asked, "status") != "provided" and (left := unchecked(db, asked)):
        yield Problem("redacted_by", f"Someone else's details appear in {counted(left, 'note')}; a second person must "
                      "confirm redaction.")  # fmt: skip


def checked_by_a_second_person(asked: FileRequest, db: Session) -> Iterator[Problem]:
    if asked.redacted_by is None and asked.redacted_at is None:
        return
    if asked.redacted_by is None or asked.redacted_by is asked.handler:
        yield Problem("redacted_by", "Not confirmed: somebody else than the person who prepares the file looks at it. "
                      "Ask a colleague.")  # fmt: skip
    elif is_changed(asked, "redacted_by") and acting(db).worker_id not in (None, asked.redacted_by.id):
        yield Problem("redacted_by", "Only the colleague themselves confirms what they have read.")


def requests_are_kept(_asked: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: that somebody asked for their file stays on record. Record that it was withdrawn.")


guard.register(
    FileRequest, one_step_at_a_time, asked_in_the_past, storage_is_talked_over, lateness_has_a_reason,
    longer_only_when_told, given_to_the_right_person, checked_by_a_second_person,
)  # fmt: skip
guard.register_deletion(FileRequest, requests_are_kept)
