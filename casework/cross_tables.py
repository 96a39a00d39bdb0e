"""What the table builder may count, and by what: one table of plain values. A dimension more is one line here.

A subject is one kind of record with the day that puts it into a period; its measures are how it is counted. What is
set aside never counts, nor what belongs to a case that is set aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from casework.dimensions import (
    TIMES_BEFORE,
    Dimension,
    age,
    bands,
    joining,
    times,
    told_apart,
    word,
    yes_no,
)
from casework.periods import Period
from models import (
    Agency,
    AgencyConduct,
    Appointment,
    AppointmentWorker,
    Case,
    Client,
    Code,
    Incident,
    IncidentReport,
    LanguageRequest,
    Referral,
    Turnaway,
)
from models.base import Base, Moment
from models.fields import Sensitivity
from models.referrals import OUT

OPEN, OFFICE = Sensitivity.OPEN, Sensitivity.OFFICE
EACH, PEOPLE, CASES = "each", "people", "cases"
OTHER_LANGUAGES, OTHER_AREAS, OTHER_KINDS = "Other languages", "Other boroughs", "Other kinds"


@dataclass(frozen=True)
class Subject:
    """One kind of record. `when` puts it into a period, `rule` says which of them count, `joined` adds its tables.

    `panel` is the table in which a reader may open one of them. `with_doubles` counts also what was done in a case that
    was recorded twice, as the figures do: a letter was sent, wherever it is filed.
    """

    key: str
    name: str
    counted: str
    model: type[Base]
    when: Any
    dimensions: tuple[Dimension, ...]
    panel: str
    rule: Callable[[Period], ColumnElement[bool]] = lambda period: true()
    joined: Callable[[Select[Any]], Select[Any]] = lambda statement: statement
    with_doubles: bool = False

    def by_key(self) -> dict[str, Dimension]:
        return {one.key: one for one in self.dimensions}

    def measures(self) -> tuple[tuple[str, str, str], ...]:
        """Give each way of counting: key, name and rule."""
        own = (EACH, self.name, self.counted)
        people = (
            PEOPLE,
            "People and families",
            "Each person or family once in a line, however often; two records of "
            "one person are one. Organisations count too. Who is in no record of the list counts nowhere.",
        )
        return own, people, *(() if self.model is Case else ((CASES, "Cases", "Each case once in a line."),))

    def within(self, period: Period) -> ColumnElement[bool]:
        """Say in SQL which records count in a period."""
        has = period.has_moment if isinstance(self.when.type, Moment) else period.has_day
        return and_(has(self.when), self.rule(period))


def _of_client(on: Any) -> tuple[Dimension, ...]:
    """Give what every subject may be divided by: the person it is about, and their case."""
    return (
        joining(word(Client, "language", "The language in which we speak with them.", name="Main language"),
                OTHER_LANGUAGES),
        age(Client.date_of_birth, on, "The age of the client on that day. A family is as old as the one who came."),
        word(Client, "kind", "A person, a family, or an organisation such as a place of worship.",
             name="Kind of client", at="client_kind"),
        word(Client, "interpreter", "Whether they need an interpreter.", name="Interpreter needed"),
        word(Client, "no_recourse", "Whether they may turn to public funds.", name="No recourse to public funds"),
        word(Case, "kind", "What the case is about.", name="Kind of case", at="case_kind"),
        word(Case, "team", "The team that has the case on the counting date."),
        word(Case, "source", "How they heard of us, as they told it first."),
        word(Case, "first_contact_medium", "By which way they first came to us.", name="First contact by"),
    )  # fmt: skip


def _incidents() -> Subject:
    known = Incident.precision.in_(("exact", "day"))
    told = select(IncidentReport.id).where(
        IncidentReport.incident_id == Incident.id, IncidentReport.state == "reported",
    ).correlate(Incident)  # fmt: skip
    return Subject(
        "incidents", "Incidents", "Incidents that began in the period, in cases that count, whoever they were told to.",
        Incident, Incident.from_at, panel="incident", dimensions=(
            word(Incident, "types", "What was done. An incident of two kinds stands in both lines.",
                 name="Kind of incident"),
            word(Incident, "strands", "What the person perceives it to be about; two, if they say two.",
                 name="Perceived as"),
            joining(word(Incident, "area", "The borough where it happened.", name="Borough"), OTHER_AREAS),
            word(Incident, "place", "The sort of place where it happened."),
            word(Incident, "perceived_by", "Who says that it was so: it is the only test."),
            word(Incident, "perpetrators", "Who did it, as far as known, by their relation to the person."),
            bands(Incident, "previous_count", TIMES_BEFORE, "How often the person says it had happened before."),
            yes_no("told", "Told to an agency", "Whether at least one agency has been told of it.",
                   told.exists(), OPEN),
            *times(Incident.from_at, known), *_of_client(Incident.from_at),
        ),
    )  # fmt: skip


def _cases(key: str, name: str, counted: str, when: Any, rule: Any = None) -> Subject:
    closed = (word(Case, "closure_reason", "Why it was closed."),) if key == "closed" else ()
    return Subject(
        key, name, counted, Case, when, panel="case", rule=rule or (lambda period: true()), dimensions=(
            word(Case, "kind", "What the case is about; each has one kind.", name="Kind of case", at="case_kind"),
            joining(word(Case, "area", "Where it happened or where they live.", name="Borough"), OTHER_AREAS),
            word(Case, "status", "As it stands on the counting date."), *closed,
            word(Case, "causes", "What a family's need comes from; several may be named.", name="Causes of need"),
            *times(when), *(one for one in _of_client(when) if one.key != "case_kind"),
        ),
    )  # fmt: skip


def _requests() -> Subject:
    outcome, kind = aliased(Code), aliased(Code)
    due, answered, ended, code = Referral.response_due, Referral.responded_on, Referral.closed_on, outcome.code
    taken_back = or_(
        and_(Referral.status == "withdrawn", or_(ended.is_(None), ended <= due)),
        and_(code == "withdrawn_by_client", answered <= due),
    )  # fmt: skip
    silent = or_(Referral.status == "withdrawn", code.in_(("withdrawn_by_client", "no_response")))
    timing = told_apart(
        "timing", "In time", "By the day that the agency's own standard or the law sets, once that day is over.", (
            (lambda span: or_(due.is_(None), taken_back), "no_day", "No day set, or taken back before it"),
            (lambda span: due >= span.counted_on, "not_yet", "Not due yet"),
            (lambda span: and_(answered <= due, or_(code.is_(None), ~silent)), "in_time", "Answered in time"),
            (lambda span: due < span.counted_on, "late", "Late, or no answer"),
        ), OPEN,
    )  # fmt: skip
    return Subject(
        "requests", "Requests to agencies", "Everything sent to an agency in the period, each request for itself: "
        "referrals, complaints, requests for information, and signposts.", Referral, Referral.sent_on,
        panel="referral", with_doubles=True,
        rule=lambda period: and_(Referral.status != "draft", Referral.kind.in_((*OUT, "signpost"))),
        joined=lambda statement: statement.join(Agency, Referral.agency_id == Agency.id)
        .join(kind, Agency.kind_id == kind.id).outerjoin(outcome, Referral.outcome_id == outcome.id),
        dimensions=(
            joining(word(Agency, "kind", "The kind of agency asked.", name="Kind of agency", at="agency_kind"),
                    OTHER_KINDS),
            word(Referral, "kind", "Whether it was a referral, a complaint, or something else.",
                 name="Kind of request"),
            word(Referral, "request", "What was asked for.", name="What was asked"),
            word(Referral, "outcome", "What came back; “Not recorded” is where nothing has.", name="Answer"),
            word(Referral, "refusal_reason", "The reason given for a refusal; “Not recorded” where none was, "
                 "or nothing was refused."),
            timing, word(Referral, "urgent", "Whether it was urgent."),
            word(Agency, "public_body", "Whether the agency is a public body."),
            *times(Referral.sent_on), *_of_client(Referral.sent_on),
        ),
    )  # fmt: skip


def _meetings() -> Subject:
    interpreter = select(AppointmentWorker.id).where(
        AppointmentWorker.appointment_id == Appointment.id, AppointmentWorker.role == "interpreter",
        AppointmentWorker.status.in_(("accepted", "attended")),
    ).correlate(Appointment)  # fmt: skip
    return Subject(
        "appointments", "Appointments", "Appointments that began in the period, whatever became of them.", Appointment,
        Appointment.starts_at, panel="appointment", with_doubles=True, dimensions=(
            word(Appointment, "kind", "At the office, at home, by telephone.", name="Kind of appointment"),
            word(Appointment, "status", "What became of it.", name="What became of it"),
            joining(word(Appointment, "area", "Where it was.", name="Borough"), OTHER_AREAS),
            joining(word(Appointment, "language", "The language an interpreter was needed for; “Not recorded” "
                         "where none was.", at="interpreted"), OTHER_LANGUAGES),
            yes_no("interpreter_there", "Interpreter said yes", "Whether an interpreter had accepted or was there.",
                   interpreter.exists(), OPEN),
            *times(Appointment.starts_at), *_of_client(Appointment.starts_at),
        ),
    )  # fmt: skip


def _interpreting() -> Subject:
    return Subject(
        "interpreting", "Requests for a language", "Requests for an interpreter or for written work, made in the "
        "period.", LanguageRequest, LanguageRequest.created_at, panel="languagerequest", with_doubles=True, dimensions=(
            joining(word(LanguageRequest, "language", "The language asked for.", at="asked"), OTHER_LANGUAGES),
            word(LanguageRequest, "mode", "Spoken, written or signed."),
            word(LanguageRequest, "status", "How it stands on the counting date.", name="How it stands"),
            *times(LanguageRequest.created_at), *_of_client(LanguageRequest.created_at),
        ),
    )  # fmt: skip


def _turned_away() -> Subject:
    return Subject(
        "turned_away", "Services turned away", "Services that somebody asked for in the period and that we could not "
        "give; each was advised all the same.", Turnaway, Turnaway.given_on, panel="turnaway", dimensions=(
            word(Turnaway, "service", "What was asked for."), word(Turnaway, "reason", "Why we could not."),
            joining(word(Case, "area", "The borough of the enquiry.", name="Borough"), OTHER_AREAS),
            *times(Turnaway.given_on), *_of_client(Turnaway.given_on),
        ),
    )  # fmt: skip


def _conduct() -> Subject:
    return Subject(
        "conduct", "Conduct of agencies", "What was noted in the period of how agencies dealt with a client, for or "
        "against them.", AgencyConduct, AgencyConduct.happened_on, panel="conduct",
        joined=lambda statement: statement.join(Agency, AgencyConduct.agency_id == Agency.id), dimensions=(
            word(AgencyConduct, "code", "How they dealt with it.", name="Conduct"),
            joining(word(Agency, "kind", "The kind of agency.", name="Kind of agency", at="agency_kind"), OTHER_KINDS),
            word(AgencyConduct, "favourable", "Whether it is to their credit."),
            joining(word(Case, "area", "The borough of the case.", name="Borough"), OTHER_AREAS),
            *times(AgencyConduct.happened_on), *_of_client(AgencyConduct.happened_on),
        ),
    )  # fmt: skip


@cache
def subjects() -> dict[str, Subject]:
    """Give everything that may be counted, by key, in the order of the page."""
    every = (
        _incidents(),
        _cases("cases", "New cases", "Cases opened in the period; a reopened case keeps its first day.",
               Case.opened_on),
        _cases("closed", "Closed cases", "Cases whose last closing lies in the period.", Case.closed_on,
               lambda period: Case.opened_on <= period.last),
        _cases("enquiries", "Enquiries", "First contacts in the period that had not become a case by its last day.",
               Case.first_contact_at, lambda period: or_(Case.opened_on.is_(None), Case.opened_on > period.last)),
        _requests(), _meetings(), _interpreting(), _turned_away(), _conduct(),
    )  # fmt: skip
    return {one.key: one for one in every}
