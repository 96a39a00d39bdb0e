"""Which rows a person may meet, decided once below every screen.

Each select that goes through a session is narrowed here: lists, counts, single records, look-ups, loads of
related rows. What was set aside is met by nobody. A caseworker meets the cases they lead and those of their
team, but a case that is kept to a few only if they are one of them; nobody meets the file of a client with whom they
have a declared conflict. Rules, matching, numbering
and figures must see everything: they use the one door, `office_wide`, and give screens only yes or no, a time,
a count, or a row in scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    column,
    event,
    false,
    or_,
    select,
    table,
    true,
    union,
)
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.cache_key import CacheConst, anon_map

from casework.context import Acting, acting
from models import (
    AccountCheck,
    AgencyConduct,
    Appointment,
    AppointmentExtra,
    AppointmentWorker,
    AuditEntry,
    Avoidance,
    Base,
    Breach,
    BreachPerson,
    Campaign,
    CampaignDemand,
    CampaignEvent,
    CampaignQuote,
    Case,
    CaseExtra,
    CaseLook,
    CaseNote,
    CaseWorker,
    Client,
    ClientExtra,
    ClientMember,
    Complaint,
    Conflict,
    Consent,
    Consequence,
    Correspondence,
    Deadline,
    DisclosureWithoutConsent,
    Document,
    DocumentContent,
    Draft,
    EqualityAnswer,
    EvidencePack,
    Feedback,
    FileRequest,
    FileReview,
    ImportUpload,
    Incident,
    IncidentReport,
    Issue,
    IssueEvidence,
    LanguageOffer,
    LanguageRequest,
    Measure,
    Pattern,
    Plan,
    PlanStep,
    Publication,
    RecoveryCode,
    Redaction,
    Referral,
    ReferralChase,
    Release,
    Reopening,
    Restriction,
    RetentionDecision,
    Review,
    ReviewEntry,
    ReviewRemark,
    SavedPage,
    SavedTable,
    SavedView,
    SecondFactor,
    SignIn,
    Task,
    Turnaway,
)

Columns = Any  # a model class, or the columns of an alias of its table: both have the same names
Narrowed = Iterator[tuple[Any, ColumnElement[bool]]]
Statement = TypeVar("Statement", bound=Select[Any])

_KEPT_TO = Base.metadata.tables["case_kept_to"]
ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # no scope depends on the clock
OF_A_CASE: tuple[Any, ...] = (
    CaseNote,
    Incident,
    Referral,
    Appointment,
    LanguageRequest,
    Turnaway,
    Plan,
    Measure,
    Deadline,
    CaseLook,
    Correspondence,
    CaseWorker,
    Reopening,
    FileRequest,
    FileReview,
    AgencyConduct,
    Consequence,
    ReviewEntry,
    IssueEvidence,
    CaseExtra,
)
OF_A_CLIENT: tuple[Any, ...] = (
    ClientMember,
    Consent,
    Release,
    DisclosureWithoutConsent,
    Publication,
    Restriction,
    CampaignQuote,
    ClientExtra,
    BreachPerson,
    EqualityAnswer,
)
OF_A_FILE: tuple[Any, ...] = (
    PlanStep,
    IncidentReport,
    Document,
    DocumentContent,
    Redaction,
    ReferralChase,
    RetentionDecision,
)  # each with a rule of its own below
OF_A_REVIEW: tuple[Any, ...] = (Review, ReviewRemark)  # of all cases together
OF_A_CAMPAIGN: tuple[Any, ...] = (Issue, Campaign, CampaignDemand)  # what is asked for, and nobody's file
WRITTEN_OF_IT: tuple[Any, ...] = (CampaignEvent, EvidencePack, Pattern)  # for those who lead it
OF_MANAGERS: tuple[Any, ...] = (Conflict, Avoidance, AuditEntry, Breach, AccountCheck)
# One's own, for every role.
OF_AN_ACCOUNT: tuple[Any, ...] = (Draft, ImportUpload, RecoveryCode, SavedPage, SavedView, SecondFactor, SignIn)


def office_wide(statement: Statement) -> Statement:
    """Let a rule, the matching, a numbering or a figure read every row; never what a screen prints."""
    return statement.execution_options(office_wide=True)


def install(session_class: Any) -> None:
    """Narrow every select of every session made by `session_class`."""
    event.listen(session_class, "do_orm_execute", _narrow)


def _narrow(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load or state.execution_options.get("office_wide"):
        return
    reader = replace(acting(state.session), now=ANY_MOMENT, username="", reason=None)
    options = _options(reader)
    if not _carries(state.statement, options):
        state.statement = state.statement.options(*options)


def _carries(statement: Any, options: tuple[Any, ...]) -> bool:
    """Say whether every one of these very options stands on a statement: a load of related rows has inherited them.

    Adding them again wrote each condition twice, and took a tenth of the time that a new statement is made in.
    """
    there = {id(option) for option in statement._with_options}
    return all(id(option) in there for option in options)


@lru_cache(maxsize=256)
def _options(reader: Acting) -> tuple[Any, ...]:
    """Give the loader options of one reader. Building them took three quarters of a page's time, so they are kept."""
    options = tuple(
        _Narrowing(model, rule, include_aliases=True)  # with propagation, or joined rows pass by
        for model, rule in criteria(reader)
    )
    names = anon_map()
    for option in options:
        option.learn_key(names)
    if CacheConst.NO_CACHE in names:
        raise TypeError("A condition of the scope cannot be kept with its statement.")
    return options


class _Narrowing(LoaderCriteriaOption):
    """One condition, whose part of a statement's key is worked out once instead of with every statement.

    A statement is written out once and kept by its key: the shape of everything that stands on it, and its values in
    order. Two readers of one role have conditions of one shape with values of their own. Walking through all of them
    for each statement took a quarter of a page's time.
    """

    __slots__ = ("shape", "values")
    _traverse_internals = LoaderCriteriaOption._traverse_internals  # what its key is worked out from

    def learn_key(self, names: anon_map) -> None:
        """Work out this condition's part; `names` numbers what the conditions of one reader share."""
        self.values: list[BindParameter[Any]] = []
        told = super()._gen_cache_key(names, self.values)
        with _SHAPES_LOCK:
            self.shape = ("narrowed", _SHAPES.setdefault(told, len(_SHAPES)))

    def _gen_cache_key(self, _names: anon_map, values: list[BindParameter[Any]]) -> tuple[Any, ...]:
        values.extend(self.values)
        return self.shape


_SHAPES: dict[Any, int] = {}
_SHAPES_LOCK = Lock()


def criteria(who: Acting) -> Narrowed:
    """Give, for each kind of record that is not for everyone, which rows this person may meet."""
    if who.role != "system":
        yield from _SCOPES[who.role](who)
        for model in OF_AN_ACCOUNT:
            yield model, model.user_id == who.user_id
        yield SavedTable, or_(SavedTable.owner_id == who.user_id, SavedTable.shared)


def _manager(who: Acting) -> Narrowed:
    yield from _files(who, lambda cases: true(), lambda clients: true())
    about_me = Complaint.about_id == who.worker_id if who.worker_id is not None else false()
    yield Complaint, or_(Complaint.about_id.is_(None), ~about_me)


def _caseworker(who: Acting) -> Narrowed:
    yield from _files(who, lambda cases: _mine(cases, who), lambda clients: _client_of_mine(clients, who))
    yield from _kept_rows(who)
    yield Complaint, _handled_by(who)
    for model in (ReviewRemark, EvidencePack, RetentionDecision, *OF_MANAGERS):
        yield model, false()


def _coordinator(who: Acting) -> Narrowed:
    theirs = (Appointment, LanguageRequest)  # the times of meetings, and the languages asked for, are theirs to fill
    hidden = (model for model in OF_A_CASE if model not in theirs)
    of_files = (Client, *OF_A_CLIENT, *hidden, *OF_A_FILE, Feedback, Complaint, *OF_A_REVIEW, *OF_A_CAMPAIGN,
                *WRITTEN_OF_IT)  # fmt: skip
    for model in (*of_files, *OF_MANAGERS):
        yield model, false()
    yield from _meetings(who)


def _meetings(who: Acting) -> Narrowed:
    """The times of meetings and the languages asked for, but of no case that is kept from this person."""

    def rule(cases: Columns) -> ColumnElement[bool]:
        fits = or_(cases.client_id.is_(None), _no_conflict(cases.client_id, who))
        return and_(fits, _not_kept_from(cases.id, who), cases.voided_reason.is_(None))

    cases = _beside(Case, "id", "client_id", "voided_reason")
    meetings, needs = _beside(Appointment, "id", "case_id"), _beside(LanguageRequest, "id", "case_id")
    case_ids = select(cases.c.id).where(rule(cases.c))
    yield Case, rule(Case)
    for model in (Appointment, LanguageRequest):
        yield model, model.case_id.in_(case_ids)
    of_them = select(meetings.c.id).where(meetings.c.case_id.in_(case_ids))
    yield AppointmentWorker, AppointmentWorker.appointment_id.in_(of_them)
    yield LanguageOffer, LanguageOffer.request_id.in_(select(needs.c.id).where(needs.c.case_id.in_(case_ids)))
    yield Task, and_(_own_task(who), or_(Task.case_id.is_(None), Task.case_id.in_(case_ids)))


def _kept_rows(who: Acting) -> Narrowed:
    """What belongs to a client whom several may meet, but was written for a case that is kept from this person."""
    sent = _beside(Referral, "id", "case_id")
    for model in (Consent, Publication, CampaignQuote):
        yield model, or_(model.case_id.is_(None), _not_kept_from(model.case_id, who))
    open_ones = select(sent.c.id).where(_not_kept_from(sent.c.case_id, who))
    yield Release, or_(Release.referral_id.is_(None), Release.referral_id.in_(open_ones))


def _reports(_who: Acting) -> Narrowed:
    of_files = (Case, Client, *OF_A_CLIENT, *OF_A_CASE, *OF_A_FILE, AppointmentWorker, LanguageOffer, Task)
    for model in (*of_files, Feedback, Complaint, *OF_A_REVIEW, *WRITTEN_OF_IT, *OF_MANAGERS):
        yield model, false()
    yield AppointmentExtra, false()


_SCOPES = {"manager": _manager, "caseworker": _caseworker, "coordinator": _coordinator, "reports": _reports}


def _files(
    who: Acting,
    which_cases: Callable[[Columns], ColumnElement[bool]],
    which_clients: Callable[[Columns], ColumnElement[bool]],
) -> Narrowed:
    """Give the rules of a reader of files: their cases and clients, and what belongs to these."""

    def case_rule(cases: Columns) -> ColumnElement[bool]:
        fits = or_(cases.client_id.is_(None), _no_conflict(cases.client_id, who))
        return and_(which_cases(cases), fits, cases.voided_reason.is_(None))

    def client_rule(clients: Columns) -> ColumnElement[bool]:
        return and_(which_clients(clients), _no_conflict(clients.id, who), clients.voided_reason.is_(None))

    cases = _beside(Case, "id", "client_id", "lead_id", "team_id", "voided_reason")
    clients = _beside(Client, "id", "created_by_id", "voided_reason")
    meetings, plans = _beside(Appointment, "id", "case_id"), _beside(Plan, "id", "case_id")
    case_ids = select(cases.c.id).where(case_rule(cases.c))
    client_ids = select(clients.c.id).where(client_rule(clients.c))
    yield Case, case_rule(Case)
    yield Client, client_rule(Client)
    for model in OF_A_CLIENT:
        yield model, model.client_id.in_(client_ids)
    for model in OF_A_CASE:
        yield model, model.case_id.in_(case_ids)
    of_meetings = select(meetings.c.id).where(meetings.c.case_id.in_(case_ids))
    for model in (AppointmentWorker, AppointmentExtra):
        yield model, model.appointment_id.in_(of_meetings)
    yield PlanStep, PlanStep.plan_id.in_(select(plans.c.id).where(plans.c.case_id.in_(case_ids)))
    needs = _beside(LanguageRequest, "id", "case_id")
    yield LanguageOffer, LanguageOffer.request_id.in_(select(needs.c.id).where(needs.c.case_id.in_(case_ids)))
    asked = _beside(FileRequest, "id", "case_id")
    yield Redaction, Redaction.request_id.in_(select(asked.c.id).where(asked.c.case_id.in_(case_ids)))
    yield Feedback, or_(Feedback.case_id.is_(None), Feedback.case_id.in_(case_ids))
    yield Task, or_(Task.case_id.in_(case_ids), and_(Task.case_id.is_(None), _own_task(who)))
    incidents = _beside(Incident, "id", "case_id")
    yield (
        IncidentReport,
        IncidentReport.incident_id.in_(select(incidents.c.id).where(incidents.c.case_id.in_(case_ids))),
    )
    asked_of = _beside(Referral, "id", "case_id")
    yield ReferralChase, ReferralChase.referral_id.in_(select(asked_of.c.id).where(asked_of.c.case_id.in_(case_ids)))
    of_client, of_none = RetentionDecision.client_id.in_(client_ids), RetentionDecision.client_id.is_(None)
    yield RetentionDecision, or_(of_client, and_(of_none, RetentionDecision.case_id.in_(case_ids)))
    yield from _documents(case_ids, client_ids)


def _documents(case_ids: Select[Any], client_ids: Select[Any]) -> Narrowed:
    """A document goes with its case, or with its client where it is of no case: what was set aside is met by nobody."""

    def document_rule(documents: Columns) -> ColumnElement[bool]:
        of_client = and_(documents.case_id.is_(None), documents.client_id.in_(client_ids))
        return and_(or_(documents.case_id.in_(case_ids), of_client), documents.voided_reason.is_(None))

    documents = _beside(Document, "id", "case_id", "client_id", "voided_reason")
    yield Document, document_rule(Document)
    yield DocumentContent, DocumentContent.document_id.in_(select(documents.c.id).where(document_rule(documents.c)))


def _beside(model: Any, *names: str) -> Any:
    """Give these columns of a model's table under another name, for a condition that looks at other rows.

    The whole table would give the same SQL. But each new statement copies its conditions with every column of
    every table that they name, and that took half of the time that it was made in.
    """
    columns = model.__table__.c
    return table(model.__table__.name, *(column(name, columns[name].type) for name in names)).alias()


def _mine(cases: Columns, who: Acting) -> ColumnElement[bool]:
    """The cases this person leads, and their team's, unless kept from them; without a person or a team, none."""
    led = cases.lead_id == who.worker_id if who.worker_id is not None else false()
    of_team = cases.team_id == who.team_id if who.team_id is not None else false()
    return and_(or_(led, of_team), _not_kept_from(cases.id, who))


def _not_kept_from(case_id: ColumnElement[Any], who: Acting) -> ColumnElement[bool]:
    """Leave out the cases that are kept to a few of whom this person is none."""
    kept, mine = _KEPT_TO.alias(), _KEPT_TO.alias()
    for_me = select(mine.c.case_id).where(mine.c.worker_id == who.worker_id)
    return or_(case_id.not_in(select(kept.c.case_id)), case_id.in_(for_me))


def _client_of_mine(clients: Columns, who: Acting) -> ColumnElement[bool]:
    """A client with a case of mine, or one I have just written down and who has no case yet."""
    theirs, anyones = _beside(Case, "id", "client_id", "lead_id", "team_id"), _beside(Case, "client_id")
    without_case = clients.id.not_in(select(anyones.c.client_id).where(anyones.c.client_id.is_not(None)))
    return or_(
        clients.id.in_(select(theirs.c.client_id).where(_mine(theirs.c, who))),
        and_(clients.created_by_id == who.user_id, without_case),
    )


def _no_conflict(client_id: ColumnElement[Any], who: Acting) -> ColumnElement[bool]:
    return client_id.not_in(hidden_from(who))


def hidden_from(who: Acting) -> CompoundSelect[Any]:
    """Give the ids of the clients with whom this person has a conflict, under every record that a client has."""
    conflicts = _beside(Conflict, "client_id", "worker_id")
    merged, others_of = _beside(Client, "id", "merged_into_id"), _beside(Client, "id", "merged_into_id")
    declared = select(conflicts.c.client_id).where(conflicts.c.worker_id == who.worker_id)
    kept = select(merged.c.merged_into_id).where(merged.c.id.in_(declared), merged.c.merged_into_id.is_not(None))
    into = others_of.c.merged_into_id
    others = select(others_of.c.id).where(or_(into.in_(declared), into.in_(kept)))
    return union(declared, kept, others)


def _handled_by(who: Acting) -> ColumnElement[bool]:
    return Complaint.handler_id == who.worker_id if who.worker_id is not None else false()


def _own_task(who: Acting) -> ColumnElement[bool]:
    return Task.owner_id == who.worker_id if who.worker_id is not None else false()
