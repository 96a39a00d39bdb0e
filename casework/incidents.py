"""What happened, as it is told: the series it belongs to, who has been told, and what they call it.

Perceived by whom is the only test of what an incident is: no rule here asks for more. A rule asks for a day that
has come, for an agency's name once, and for a reason where an agency was not told; nothing else is needed.
Source: Stephen Lawrence Inquiry (perceived so by the victim or any other person); empowering casework article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import guard
from casework.calendar import ONE_DAY, local
from casework.cases import reopen
from casework.changes import belonging, has_link, is_changed, is_new, was
from casework.context import acting
from casework.datetext import MONTHS, counted, short, without_weekday
from casework.problems import Problem
from casework.settings import number_setting
from models import Agency, Case, Code, Incident, IncidentReport, Referral
from models.referrals import OUT

HIGHER = MappingProxyType({"low": "medium", "medium": "high", "high": "high"})
RACIST, OTHER_HATE = "racist", "other_hate"
# What an agency must call it to agree with the client, by what the client sees in it. Other words differ.
AGREES = MappingProxyType({"race": (RACIST,), "religion_belief": (RACIST, OTHER_HATE)})
SEEN_IN = MappingProxyType({"racist_incident": "race", "other_hate": "other"})  # where no strand is ticked: the case
SAYS_NOTHING = ("not_told",)  # they have not said what they call it
CLOSED = "This case is closed. Reopen it with a reason, or start a new case that follows it."
TEENS = (11, 12, 13)


# Facts


@dataclass(frozen=True)
class Place:
    """Where one incident stands in the series of its case, counted from 1 in the order in which they happened."""

    number: int
    since: date
    before: int  # times before the first that we wrote down, as it was told
    repeat: bool  # within the office's time of another one

    @property
    def words(self) -> str:
        """Give "4th since 3 August 2026", or what is known of the times before the first."""
        if self.number == 1:
            return f"Has happened {counted(self.before, 'time')} before" if self.before else "First that we know of"
        told = f"; {counted(self.before, 'time')} before that" if self.before else ""
        return f"{ordinal(self.number)} since {without_weekday(self.since)}{told}"


def ordinal(number: int) -> str:
    """Give "1st", "2nd", "3rd", "4th", "11th"."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in TEENS else ending}"


def day_of(incident: Incident) -> date:
    """Give the day in London on which it happened, or began."""
    return local(incident.from_at).date()


def when_words(incident: Incident) -> str:
    """Give when it happened, as exactly as it is known and no more."""
    day = day_of(incident)
    if incident.precision == "month":
        return f"{MONTHS[day.month - 1]} {day.year}"
    clock = f"{local(incident.from_at):%H:%M}"
    if incident.precision == "exact":
        return f"{short(day)}, {clock}"
    if incident.precision == "day":
        return short(day)
    return f"About {short(day)}" if clock == UNTIMED else f"{short(day)}, about {clock}"


UNTIMED = "12:00"  # what stands for a day whose hour nobody told


def in_order(incidents: Sequence[Incident]) -> list[Incident]:
    """Give the incidents of one case in the order in which they happened."""
    return sorted(incidents, key=lambda one: (one.from_at, one.id or 0))


def places(incidents: Sequence[Incident], within: int) -> dict[Incident, Place]:
    """Give the place of each in its series; `within` are the days inside which another one is a repeat."""
    ordered = in_order(incidents)
    if not ordered:
        return {}
    first = ordered[0]
    told = [one.first_happened_on for one in ordered if one.first_happened_on is not None]
    since = min([day_of(first), *told])
    before = first.previous_count or 0
    return {
        one: Place(number, since, before, _is_repeat(one, ordered[: number - 1], within))
        for number, one in enumerate(ordered, 1)
    }


def _is_repeat(incident: Incident, others: Sequence[Incident], within: int) -> bool:
    return any(abs(day_of(incident) - day_of(one)) <= within * ONE_DAY for one in others)


def perceived(incident: Incident) -> frozenset[str]:
    """Give what people see in it: the strands ticked, or what its case is about where none is."""
    ticked = frozenset(one.code for one in incident.strands)
    kind = incident.case.kind.code if incident.case is not None and incident.case.kind is not None else ""
    return ticked or frozenset(filter(None, [SEEN_IN.get(kind)]))


def differs(report: IncidentReport) -> bool:
    """Say whether what an agency calls it denies what the client sees in it; silence denies nothing.

    Source: empowering casework article (the police put it down as criminal damage, not racial).
    """
    word, seen = _own_word(report.agency_classification), perceived(report.incident)
    if word is None or word in SAYS_NOTHING or not seen:
        return False
    weightiest = next((strand for strand in AGREES if strand in seen), "")
    return word not in AGREES.get(weightiest, (OTHER_HATE,))


def _own_word(code: Code | None) -> str | None:
    """Give the short form; a narrower word that the office added counts as the wider one it stands under."""
    while code is not None and code.parent is not None:
        code = code.parent
    return code.code if code is not None else None


def agencies_of(db: Session, case: Case) -> list[Agency]:
    """Give the agencies that this case already deals with: told of an incident, or asked for something."""
    told = select(IncidentReport.agency_id).join(Incident, Incident.id == IncidentReport.incident_id)
    asked = select(Referral.agency_id).where(
        Referral.case_id == case.id, Referral.kind.in_(OUT), Referral.status.not_in(("draft", "withdrawn"))
    )
    known = or_(Agency.id.in_(told.where(Incident.case_id == case.id)), Agency.id.in_(asked))
    return list(db.scalars(select(Agency).where(known).order_by(Agency.name)))


# Verbs


def tell(db: Session, incident: Incident, *, reopened_because: str | None = None) -> Incident:
    """Keep an incident with what it says of each agency; a closed case is opened again first, for this reason."""
    if incident.case.status == "closed" and reopened_because:
        with db.no_autoflush:
            reopen(db, incident.case, reopened_because)
    db.add(incident)
    db.flush()
    return incident


# Filled in by themselves


def raise_the_risk_of_a_repeat(incident: Incident, db: Session) -> None:
    """Raise the case's risk by one step when it has happened again within the office's time; never lower it.

    Source: empowering casework article (part of a series, and the fear that it gets worse).
    """
    case = incident.case
    if not is_new(incident) or case is None or incident.from_at is None or case.status == "closed":
        return
    others = [one for one in belonging(db, Incident, "case", case) if one is not incident and one.from_at is not None]
    risk = case.risk or "medium"
    if HIGHER[risk] != risk and _is_repeat(incident, others, number_setting(db, "repeat_incident")):
        case.risk = incident.raised_risk_to = HIGHER[risk]


def compare_what_they_call_it(report: IncidentReport, _db: Session) -> None:
    if report.incident is not None:
        report.mismatch = differs(report)


def compare_again(incident: Incident, db: Session) -> None:
    """What people see in it was changed, so what each agency calls it is compared anew."""
    if not is_new(incident) and is_changed(incident, "strands"):
        for report in belonging(db, IncidentReport, "incident", incident):
            report.mismatch = differs(report)


def compare_all_again(case: Case, db: Session) -> None:
    if is_new(case) or not is_changed(case, "kind"):
        return
    for incident in belonging(db, Incident, "case", case):
        for report in belonging(db, IncidentReport, "incident", incident):
            report.mismatch = differs(report)


guard.prepare(Incident, raise_the_risk_of_a_repeat, compare_again)
guard.prepare(IncidentReport, compare_what_they_call_it)
guard.prepare(Case, compare_all_again)


# Rules


def has_happened(incident: Incident, db: Session) -> Iterator[Problem]:
    who = acting(db)
    if incident.from_at is None:
        return
    if day_of(incident) > who.today or (incident.precision == "exact" and incident.from_at > who.now):
        yield Problem("from_at", "This is written down once it has happened. Correct the day or the time.")


def first_time_comes_first(incident: Incident, _db: Session) -> Iterator[Problem]:
    first = incident.first_happened_on
    if first is not None and incident.from_at is not None and first > day_of(incident):
        yield Problem("first_happened_on", "The first time lies before this one. Correct one of the two days.")
    if incident.previous_count is not None and incident.previous_count < 0:
        yield Problem("previous_count", "Count the times before: 0 or more.")


def not_slipped_into_a_closed_case(incident: Incident, _db: Session) -> Iterator[Problem]:
    """An old sheet may bring what lay before the closing; whatever else is told opens the case, or a new one."""
    case = incident.case
    if not is_new(incident) or case is None or is_new(case) or case.status != "closed":
        return
    came_before = case.closed_on is not None and incident.from_at is not None and day_of(incident) <= case.closed_on
    if was(case, "status") == "closed" and not (has_link(incident, "import_batch") and came_before):
        yield Problem("case", CLOSED)


def each_agency_once(incident: Incident, db: Session) -> Iterator[Problem]:
    reports = belonging(db, IncidentReport, "incident", incident)
    for agency, times in Counter(one.agency for one in reports if one.agency is not None).items():
        if times > 1:
            yield Problem("reports", f"{agency.name} stands here {times} times. Keep one line for each agency.")


def told_or_why_not(report: IncidentReport, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article: for every incident it is clear who was told, or why not."""
    name = report.agency.name if report.agency is not None else "This agency"
    if report.state == "reported":
        yield from _told_on_a_day(report, name, acting(db).today)
    elif report.told_on is not None:
        yield Problem("told_on", f"{name}: there is a day although it was not reported. Clear one of the two.")
    if report.state == "not_reported" and not (report.reason or "").strip():
        yield Problem("reason", f"{name}: say why it was not reported. “The client does not want it” needs no reason.")


def _told_on_a_day(report: IncidentReport, name: str, today: date) -> Iterator[Problem]:
    if report.told_on is None:
        yield Problem("told_on", f"{name}: say on which day it was reported; about is fine.")
    elif report.told_on > today:
        yield Problem("told_on", f"{name}: this is written down once it was reported. Correct the day.")
    elif report.incident is not None and report.incident.from_at is not None and _is_too_early(report):
        yield Problem("told_on", f"{name}: it was reported before it happened. Correct one of the two days.")


def _is_too_early(report: IncidentReport) -> bool:
    """A month or an "about" may well lie later than the day of telling."""
    sure = report.incident.precision in ("exact", "day")
    return sure and report.told_on is not None and report.told_on < day_of(report.incident)


def they_know_before_they_name_it(report: IncidentReport, db: Session) -> Iterator[Problem]:
    name = report.agency.name if report.agency is not None else "This agency"
    if has_link(report, "agency_classification") and report.state != "reported":
        yield Problem("agency_classification", f"{name}: they can call it something once they were told. Choose "
                      "“Reported”, or clear what they call it.")  # fmt: skip
    day = report.answered_on
    if day is not None and (day > acting(db).today or (report.told_on is not None and day < report.told_on)):
        yield Problem("answered_on", f"{name}: they answered between being told and today. Correct the day.")


def a_slip_may_be_taken_back(report: IncidentReport, db: Session) -> Iterator[Problem]:
    """What was written down stays on file; only a slip of the same day may be taken away again."""
    hours = number_setting(db, "entry_locked_after")
    if (acting(db).now - report.created_at).total_seconds() > hours * SECONDS_IN_HOUR:
        yield Problem("reports", f"Not removed: it was written down more than {hours} hours ago and stays on file. "
                      "Correct the line instead.")  # fmt: skip


SECONDS_IN_HOUR = 3600

guard.register(Incident, has_happened, first_time_comes_first, not_slipped_into_a_closed_case, each_agency_once)
guard.register(IncidentReport, told_or_why_not, they_know_before_they_name_it)
guard.register_deletion(IncidentReport, a_slip_may_be_taken_back)
