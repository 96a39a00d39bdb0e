"""Counts the office's rows for a period in seven grouped statements; no row, name or reference comes back.

Everything is read office-wide, since a figure that left out another team's cases would be wrong. What was set
aside (an undone import, a record voided for a reason) never counts, nor what belongs to a case set aside.
What each count means to a reader is said in `casework.figures`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from casework.periods import Period
from casework.scope import office_wide
from models import (
    Agency,
    Appointment,
    AppointmentWorker,
    Area,
    Case,
    CaseNote,
    Client,
    Code,
    Language,
    LanguageRequest,
    Referral,
    Turnaway,
    Worker,
)
from models.referrals import OUT

ACCEPTED = ("accepted", "accepted_in_part")
WAITING, SILENT, WITHDRAWN, OTHER = "waiting", "silent", "withdrawn", "other"
IN_TIME, LATE, NOT_YET, NO_DAY = "in_time", "late", "not_yet", "no_day"


class KindTally(NamedTuple):
    """The cases of one kind; the last three count new cases only."""

    id: int
    words: str
    at_start: int
    new: int
    closed: int
    at_end: int
    by_helpline: int
    with_public_body: int
    with_lawyer: int


class AreaTally(NamedTuple):
    """New cases and enquiries of one borough; `served` says whether it was in our area in the period."""

    id: int | None
    name: str
    served: bool
    new: int
    enquiries: int


class RequestTally(NamedTuple):
    """How many referrals or signposts of one sort went to agencies of one kind, by answer and by timing."""

    sort: str
    kind_id: int
    kind: str
    answer: str
    timing: str
    number: int


class MeetingTally(NamedTuple):
    """How many appointments of one sort there were; `language_id` is empty where no interpreter was needed."""

    language_id: int | None
    language: str | None
    is_home_visit: bool
    took_place: bool
    was_interpreted: bool
    number: int


class LanguageTally(NamedTuple):
    """What volunteers gave in one language, in minutes, and how many requests nobody could be found for."""

    language_id: int
    language: str
    minutes: int
    unmet: int


class ClientTally(NamedTuple):
    """How many different clients of one kind and language were reached."""

    kind: str
    language_id: int | None
    language: str | None
    number: int


def cases_by_kind(db: Session, period: Period) -> list[KindTally]:
    """Give one tally for each kind of case, in the order of the office's list; unused words left out."""
    opened, closed = Case.opened_on, Case.closed_on
    worked_on = and_(
        opened <= period.last, or_(opened >= period.first, closed.is_(None), closed >= period.first),
    )  # fmt: skip
    gone = and_(worked_on, closed <= period.last)
    new = period.has_day(opened)
    statement = (
        select(
            Code.id, Code.words,
            _times(and_(worked_on, opened < period.first)), _times(new), _times(gone),
            _times(and_(worked_on, or_(closed.is_(None), closed > period.last))),
            _times(and_(new, Case.first_contact_medium == "emergency_helpline")),
            _times(and_(new, _went_to_a_public_body(period.last))), _times(and_(new, _needed_a_lawyer(period.last))),
        )
        .outerjoin(Case, and_(Case.kind_id == Code.id, _is_counted()))
        .where(Code.list == "case_kind")
        .group_by(Code.id, Code.words, Code.active, Code.sort)
        .having(or_(Code.active, func.count(Case.id) > 0))
        .order_by(Code.sort, Code.words)
    )  # fmt: skip
    return [KindTally(*row) for row in db.execute(office_wide(statement))]


def cases_by_area(db: Session, period: Period) -> list[AreaTally]:
    """Give one tally for each borough in alphabetical order, and one without a name for "not known"."""
    enquiry = and_(
        period.has_moment(Case.first_contact_at), or_(Case.opened_on.is_(None), Case.opened_on > period.last),
    )  # fmt: skip
    counted = (
        select(Case.area_id, _times(period.has_day(Case.opened_on)).label("new"), _times(enquiry).label("enquiries"))
        .where(_is_counted())
        .group_by(Case.area_id)
        .subquery()
    )
    served = and_(
        Area.in_catchment, or_(Area.valid_from.is_(None), Area.valid_from <= period.last),
        or_(Area.valid_to.is_(None), Area.valid_to >= period.first),
    )  # fmt: skip
    statement = select(
        Area.id, func.coalesce(Area.name, ""), case((served, 1), else_=0), func.coalesce(counted.c.new, 0),
        func.coalesce(counted.c.enquiries, 0),
    ).order_by(Area.name)  # fmt: skip
    known = statement.select_from(Area).outerjoin(counted, counted.c.area_id == Area.id)
    unknown = statement.select_from(counted).outerjoin(Area, counted.c.area_id == Area.id).where(Area.id.is_(None))
    rows = [*db.execute(office_wide(known)), *db.execute(office_wide(unknown))]
    return [AreaTally(row[0], row[1], bool(row[2]), row[3], row[4]) for row in rows]


def requests(db: Session, period: Period, counted_on: date) -> list[RequestTally]:
    """Give what was sent (or came to us) in the period, by the kind of agency with its departments as one."""
    kind, wider, outcome = aliased(Code), aliased(Code), aliased(Code)
    sent = (
        select(
            Referral.kind.label("sort"), func.coalesce(wider.id, kind.id).label("kind_id"),
            func.coalesce(wider.words, kind.words).label("kind"), _answer(outcome).label("answer"),
            _timing(outcome, counted_on).label("timing"),
        )
        .join(Case, Referral.case_id == Case.id)
        .join(Agency, Referral.agency_id == Agency.id)
        .join(kind, Agency.kind_id == kind.id)
        .outerjoin(wider, kind.parent_id == wider.id)
        .outerjoin(outcome, Referral.outcome_id == outcome.id)
        .where(Case.voided_reason.is_(None), period.has_day(Referral.sent_on), Referral.status != "draft")
    )  # fmt: skip
    return [RequestTally(*row) for row in db.execute(office_wide(_grouped(sent)))]


def meetings(db: Session, period: Period) -> list[MeetingTally]:
    """Give the appointments whose start lies in the period, whatever became of them."""
    interpreter = exists().where(
        AppointmentWorker.appointment_id == Appointment.id, AppointmentWorker.role == "interpreter",
        AppointmentWorker.status.in_(("accepted", "attended")),
    )  # fmt: skip
    held = and_(Appointment.status == "attended", Appointment.language_id.is_not(None), interpreter)
    planned = (
        select(
            Language.id.label("language_id"), Language.name.label("language"),
            _yes(Appointment.kind == "home_visit").label("is_home_visit"),
            _yes(Appointment.status == "attended").label("took_place"), _yes(held).label("was_interpreted"),
        )
        .join(Case, Appointment.case_id == Case.id)
        .outerjoin(Language, Appointment.language_id == Language.id)
        .where(Case.voided_reason.is_(None), period.has_moment(Appointment.starts_at))
    )  # fmt: skip
    rows = db.execute(office_wide(_grouped(planned)))
    return [MeetingTally(*row[:2], *map(bool, row[2:5]), row[5]) for row in rows]


def language_requests(db: Session, period: Period) -> list[LanguageTally]:
    """Give the minutes of volunteers by the day on which they were given, and unmet requests by when they were for."""
    given = and_(Worker.kind == "volunteer", LanguageRequest.minutes.is_not(None),
                 period.has_day(LanguageRequest.done_on))  # fmt: skip
    then = or_(period.has_moment(Appointment.starts_at), period.has_day(LanguageRequest.due_on))
    minutes = func.coalesce(func.sum(case((given, LanguageRequest.minutes), else_=0)), 0)
    statement = (
        select(Language.id, Language.name, minutes, _times(and_(LanguageRequest.status == "unfilled", then)))
        .select_from(LanguageRequest)
        .join(Language, LanguageRequest.language_id == Language.id)
        .join(Case, LanguageRequest.case_id == Case.id)
        .outerjoin(Appointment, LanguageRequest.appointment_id == Appointment.id)
        .outerjoin(Worker, LanguageRequest.worker_id == Worker.id)
        .where(Case.voided_reason.is_(None))
        .group_by(Language.id, Language.name)
    )
    found = (LanguageTally(*row) for row in db.execute(office_wide(statement)))
    return [one for one in found if one.minutes or one.unmet]


def clients_reached(db: Session, period: Period) -> list[ClientTally]:
    """Give how many different clients had something of ours in the period; merged records count as one."""
    reached, person = _in_touch(period), _whom_each_stands_for()
    statement = (
        select(Client.kind, Language.id, Language.name, func.count(Client.id.distinct()))
        .select_from(reached)
        .join(person, person.c.client_id == reached.c.client_id)
        .join(Client, Client.id == person.c.person_id)
        .outerjoin(Language, Client.language_id == Language.id)
        .where(Client.voided_reason.is_(None))
        .group_by(Client.kind, Language.id, Language.name)
    )
    return [ClientTally(*row) for row in db.execute(office_wide(statement))]


def turned_away(db: Session, period: Period) -> tuple[int, int]:
    """Give how many services could not be given, each with advice, and for how many somebody nearer was named."""
    sent_on = exists().where(
        Referral.case_id == Turnaway.case_id, Referral.kind.in_((*OUT, "signpost")),
        Referral.status.not_in(("draft", "withdrawn")),
    ).correlate(Turnaway)  # fmt: skip
    statement = (
        select(func.count(Turnaway.id), _times(sent_on))
        .join(Case, Turnaway.case_id == Case.id)
        .where(_is_counted(), period.has_day(Turnaway.given_on))
    )
    every, named = db.execute(office_wide(statement)).one()
    return every, named


# Parts of the statements


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _yes(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _grouped(rows: Select[Any]) -> Select[Any]:
    """Count equal rows. Grouped from outside: PostgreSQL takes an expression with values in it for two."""
    inner = rows.subquery()
    return select(*inner.c, func.count()).group_by(*inner.c).order_by(*inner.c)


def _is_counted() -> ColumnElement[bool]:
    """Cases and enquiries that count: not set aside, and not a case that was recorded twice."""
    twice = select(Code.id).where(Code.list == "closure_reason", Code.code == "duplicate")
    return and_(
        Case.voided_reason.is_(None), or_(Case.closure_reason_id.is_(None), Case.closure_reason_id.not_in(twice)),
    )  # fmt: skip


def _went_to_a_public_body(last: date) -> ColumnElement[bool]:
    return exists().where(
        Referral.case_id == Case.id, Referral.kind.in_(OUT), Referral.sent_on <= last,
        Agency.id == Referral.agency_id, Agency.public_body,
    ).correlate(Case)  # fmt: skip


def _needed_a_lawyer(last: date) -> ColumnElement[bool]:
    kind, request = aliased(Code), aliased(Code)
    return exists().where(
        Referral.case_id == Case.id, Referral.kind.in_((*OUT, "signpost")), Referral.sent_on <= last,
        Agency.id == Referral.agency_id, kind.id == Agency.kind_id, request.id == Referral.request_id,
        or_(kind.code == "solicitor", request.code == "legal_advice"),
    ).correlate(Case)  # fmt: skip


def _answer(outcome: Any) -> ColumnElement[str]:
    """Put each request under one answer: told apart are refusals with a reason, without one, and silence."""
    return case(
        (or_(Referral.status == "withdrawn", outcome.code == "withdrawn_by_client"), WITHDRAWN),
        (outcome.code.in_(ACCEPTED), "accepted"),
        (outcome.code.in_(("refused_reason_given", "refused_no_reason")), outcome.code),
        (outcome.code == "no_response", SILENT),
        (outcome.code.is_not(None), OTHER),
        else_=WAITING,
    )


def _timing(outcome: Any, counted_on: date) -> ColumnElement[str]:
    """Put each request under one timing, decided by its day alone: a day that has come is over only on the day after.

    An answer before its day counts when the day is over, as silence does; counted sooner it would flatter.
    """
    due, answered, ended, code = Referral.response_due, Referral.responded_on, Referral.closed_on, outcome.code
    taken_back = or_(
        and_(Referral.status == "withdrawn", or_(ended.is_(None), ended <= due)),
        and_(code == "withdrawn_by_client", answered <= due),
    )  # fmt: skip
    no_answer = or_(Referral.status == "withdrawn", code.in_(("withdrawn_by_client", "no_response")))
    return case(
        (or_(due.is_(None), taken_back), NO_DAY),
        (due >= counted_on, NOT_YET),
        (and_(answered <= due, or_(code.is_(None), ~no_answer)), IN_TIME),
        else_=LATE,
    )


def _in_touch(period: Period) -> Any:
    """Everything that reaches a client: first contact, opening, a talk, a meeting that took place, a referral."""
    live = select(Case.client_id.label("client_id")).where(Case.voided_reason.is_(None), Case.client_id.is_not(None))
    talked = and_(CaseNote.contact_with == "client", period.has_moment(CaseNote.at))
    met = and_(Appointment.status == "attended", period.has_moment(Appointment.starts_at))
    sent = and_(
        Referral.kind.in_((*OUT, "signpost")), Referral.status != "draft", period.has_day(Referral.sent_on),
    )  # fmt: skip
    return union(
        live.where(or_(period.has_moment(Case.first_contact_at), period.has_day(Case.opened_on))),
        live.join(CaseNote, CaseNote.case_id == Case.id).where(talked),
        live.join(Appointment, Appointment.case_id == Case.id).where(met),
        live.join(Referral, Referral.case_id == Case.id).where(sent),
    ).subquery()


def _whom_each_stands_for() -> Any:
    """Give (client_id, person_id): the record that each leads to, through however many mergings."""
    merged = select(
        Client.id.label("client_id"), Client.id.label("person_id"), Client.merged_into_id.label("onward"),
    ).cte("mergings", recursive=True)  # fmt: skip
    further = select(merged.c.client_id, Client.id, Client.merged_into_id).select_from(merged)
    merged = merged.union(further.join(Client, Client.id == merged.c.onward))
    return select(merged.c.client_id, merged.c.person_id).where(merged.c.onward.is_(None)).subquery()
