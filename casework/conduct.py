"""How agencies deal with people: one word for each thing, dated, for or against them, with what it rests on.

A body that calls an incident what denies what the client sees in it is noted by itself, once for each incident and
agency. A threat to take children away is a task for today. No field holds the name of anybody who works there.
Source: empowering casework article; migrant families statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard, tasks
from casework.changes import belonging, has_link, is_changed, is_linked, is_new
from casework.context import acting
from casework.problems import Problem
from casework.referral_rules import wide_word
from casework.settings import number_setting
from models import Agency, AgencyConduct, Case, Code, Document, Incident, IncidentReport, Referral

FAVOURABLE = ("prompt", "believed", "acted", "apologised", "changed_practice")
NOT_RECORDED_AS_RACIST = "refused_to_record_as_racist"
THREAT_TO_TAKE_CHILDREN = "threatened_child_removal"
URGENT = "Urgent: a threat to take children away. Ring the client today and decide together what to do."
SECONDS_IN_HOUR = 3600


def note_conduct(
    db: Session,
    case: Case,
    agency: Agency,
    words: Sequence[Code],
    *,
    on: date | None = None,
    unit: Agency | None = None,
    what: str | None = None,
    referral: Referral | None = None,
    incident: Incident | None = None,
    document: Document | None = None,
) -> list[AgencyConduct]:
    """Note how an agency dealt with the client, today unless said otherwise: one row for each word."""
    made = [
        AgencyConduct(
            case=case, agency=agency, unit=unit, happened_on=on or acting(db).today, code=word, what=what,
            referral=referral, incident=incident, document=document,
        )
        for word in words
    ]  # fmt: skip
    db.add_all(made)
    db.flush()
    return made


def is_favourable(word: Code) -> bool:
    """Say whether a word is to an agency's credit; a narrower word of the office counts as the wider one."""
    return wide_word(word) in FAVOURABLE


def is_under(unit: Agency, agency: Agency) -> bool:
    """Say whether a department or team stands somewhere under an agency."""
    above, seen = unit.parent, {unit}
    while above is not None and above not in seen:
        if above is agency:
            return True
        seen.add(above)
        above = above.parent
    return False


# Filled in by themselves


def tell_for_from_against(conduct: AgencyConduct, _db: Session) -> None:
    if conduct.code is not None:
        conduct.favourable = is_favourable(conduct.code)


def leave_a_task_for_a_threat(conduct: AgencyConduct, db: Session) -> None:
    """Put a threat to take children away on today's list of whoever leads the case."""
    case = conduct.case
    if (
        not is_new(conduct)
        or conduct.code is None
        or case is None
        or wide_word(conduct.code) != THREAT_TO_TAKE_CHILDREN
    ):
        return
    owner = tasks.whose(db, case)
    waits = any(one.what == URGENT and one.done_on is None for one in tasks.open_tasks(db, case))
    if owner is not None and not waits:
        tasks.ask(db, owner, URGENT, acting(db).today, case=case, kind="follow_up")


def note_what_they_call_it(report: IncidentReport, db: Session) -> None:
    """Note that a body did not record an incident as the client sees it, once for each incident and agency."""
    if not report.mismatch or report.incident is None or report.incident.case is None or _is_noted(report, db):
        return
    word = db.scalars(select(Code).where(Code.list == "conduct", Code.code == NOT_RECORDED_AS_RACIST)).one_or_none()
    if word is not None:
        db.add(AgencyConduct(
            case=report.incident.case, agency=report.agency, code=word, incident=report.incident, by_itself=True,
            happened_on=report.answered_on or report.told_on or acting(db).today,
        ))  # fmt: skip


def _is_noted(report: IncidentReport, db: Session) -> bool:
    """The word may have been noted by hand as well; twice would count one refusal as two."""
    of_incident = belonging(db, AgencyConduct, "incident", report.incident)
    words = [one.code for one in of_incident if is_linked(one, "agency", report.agency)]
    return any(word is not None and wide_word(word) == NOT_RECORDED_AS_RACIST for word in words)


guard.prepare(AgencyConduct, tell_for_from_against, leave_a_task_for_a_threat)
guard.prepare(IncidentReport, note_what_they_call_it)  # after `casework.incidents` has compared: see sessions


# Rules


def noted_once_it_happened(conduct: AgencyConduct, db: Session) -> Iterator[Problem]:
    if conduct.happened_on is not None and conduct.happened_on > acting(db).today:
        yield Problem("happened_on", "This is noted once it has happened. Correct the day.")


def its_unit_stands_under_it(conduct: AgencyConduct, _db: Session) -> Iterator[Problem]:
    unit, agency = conduct.unit, conduct.agency
    if unit is not None and agency is not None and not is_under(unit, agency):
        yield Problem("unit", f"{unit.name} does not stand under {agency.name}. Choose a part of it, or leave this "
                      "empty.")  # fmt: skip


def rests_on_the_same_case(conduct: AgencyConduct, db: Session) -> Iterator[Problem]:
    """What it rests on belongs to the same case, and the request went to the same agency or a part of it."""
    if conduct.case is None:
        return
    for name in ("referral", "incident", "document"):
        link = getattr(conduct, name)
        if link is not None and is_changed(conduct, name) and not _belongs(link, conduct.case):
            yield Problem(name, "This belongs to another case. Choose one of this case.")
    asked, agency = conduct.referral, conduct.agency
    if (
        asked is not None
        and agency is not None
        and asked.agency is not None
        and not _is_of_one_body(asked.agency, agency)
    ):
        yield Problem("referral", f"That request went to {asked.agency.name}, not to {agency.name}. Choose another.")


def _belongs(row: Referral | Incident | Document, case: Case) -> bool:
    """A document may be of the client, with no case of its own."""
    if not isinstance(row, Document) or has_link(row, "case"):
        return is_linked(row, "case", case)
    return row.client_id is not None and row.client_id == case.client_id


def _is_of_one_body(one: Agency, other: Agency) -> bool:
    return one is other or is_under(one, other) or is_under(other, one)


def a_slip_may_be_taken_back(conduct: AgencyConduct, db: Session) -> Iterator[Problem]:
    hours = number_setting(db, "entry_locked_after")
    if (acting(db).now - conduct.created_at).total_seconds() > hours * SECONDS_IN_HOUR:
        yield Problem("", f"Not removed: it was noted more than {hours} hours ago and stays on file. Correct it "
                      "instead.")  # fmt: skip


guard.register(AgencyConduct, noted_once_it_happened, its_unit_stands_under_it, rests_on_the_same_case)
guard.register_deletion(AgencyConduct, a_slip_may_be_taken_back)
