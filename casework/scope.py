"""Which rows a person may meet, decided once below every screen.

Each select that goes through a session is narrowed here: lists, counts, single records, look-ups, loads of
related rows. What was set aside is met by nobody. A caseworker meets the cases they lead and those of their
team, but a case that is kept to a few only if they are one of them; nobody meets the file of a client with whom they
have a declared conflict. Rules, matching, numbering
and figures must see everything: they use the one door, `office_wide`, and give screens only yes or no, a time,
a count, or a row in scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    column,
    event,
    exists,
    false,
    or_,
    select,
    table,
    true,
    union,
)
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm.interfaces import CriteriaOption
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
Reach = Callable[[ColumnElement[Any]], ColumnElement[bool]]  # of a key: whether the row it names may be met
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
    option = _option(replace(acting(state.session), now=ANY_MOMENT, username="", reason=None))
    if not _carries(state.statement, option):
        state.statement = state.statement.options(option)


def _carries(statement: Any, option: _Narrowing) -> bool:
    """Say whether this very option stands on a statement: a load of related rows has inherited it.

    Adding it again wrote each condition twice, and took a tenth of the time that a new statement is made in.
    """
    return any(one is option for one in statement._with_options)


@lru_cache(maxsize=256)
def _option(reader: Acting) -> _Narrowing:
    """Give the one loader option of a reader. Building it took three quarters of a page's time, so it is kept."""
    return _Narrowing(
        LoaderCriteriaOption(model, rule, include_aliases=True)  # with propagation, or joined rows pass by
        for model, rule in criteria(reader)
    )


class _Narrowing(CriteriaOption):
    """Every condition of one reader, as one option whose part of a statement's key is worked out once.

    A statement is written out once and kept by its key: the shape of everything that stands on it, and its values in
    order. Two readers of one role have conditions of one shape with values of their own. Walking through all of them
    for each statement took a quarter of a page's time, and carrying them as so many options another.
    """

    propagate_to_loaders = True
    _traverse_internals = ()  # its key is worked out below
    inherit_cache = False

    def __init__(self, conditions: Iterable[LoaderCriteriaOption]) -> None:
        self.conditions = tuple(conditions)
        self.values: list[BindParameter[Any]] = []
        names = anon_map()  # numbers what the conditions of one reader share
        told = tuple(one._gen_cache_key(names, self.values) for one in self.conditions)
        if CacheConst.NO_CACHE in names:
            raise TypeError("A condition of the scope cannot be kept with its statement.")
        with _SHAPES_LOCK:
            self.shape = ("narrowed", _SHAPES.setdefault(told, len(_SHAPES)))

    def _gen_cache_key(self, _names: anon_map, values: list[BindParameter[Any]]) -> tuple[Any, ...]:
        values.extend(self.values)
        return self.shape

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, _entities: Any) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for one in self.conditions:
            one.get_global_criteria(attributes)


_SHAPES: dict[Any, int] = {}
_SHAPES_LOCK = Lock()


@dataclass(frozen=True)
class _Reader:
    """Whose rows are asked for: each number as one value that all conditions share, so that a statement has few."""

    user_id: Any
    worker_id: Any
    team_id: Any

    @classmethod
    def of(cls, who: Acting) -> _Reader:
        numbers = (who.user_id, who.worker_id, who.team_id)
        return cls(*(None if one is None else bindparam(None, one, Integer, unique=True) for one in numbers))


def criteria(acting_one: Acting) -> Narrowed:
    """Give, for each kind of record that is not for everyone, which rows this person may meet."""
    if acting_one.role != "system":
        who = _Reader.of(acting_one)
        yield from _SCOPES[acting_one.role](who)
        for model in OF_AN_ACCOUNT:
            yield model, model.user_id == who.user_id
        yield SavedTable, or_(SavedTable.owner_id == who.user_id, SavedTable.shared)


def _manager(who: _Reader) -> Narrowed:
    yield from _files(who, lambda cases: true(), lambda clients: true())
    about_me = Complaint.about_id == who.worker_id if who.worker_id is not None else false()
    yield Complaint, or_(Complaint.about_id.is_(None), ~about_me)


def _caseworker(who: _Reader) -> Narrowed:
    yield from _files(who, lambda cases: _mine(cases, who), lambda clients: _client_of_mine(clients, who))
    yield from _kept_rows(who)
    yield Complaint, _handled_by(who)
    for model in (ReviewRemark, EvidencePack, RetentionDecision, *OF_MANAGERS):
        yield model, false()


def _coordinator(who: _Reader) -> Narrowed:
    theirs = (Appointment, LanguageRequest)  # the times of meetings, and the languages asked for, are theirs to fill
    hidden = (model for model in OF_A_CASE if model not in theirs)
    of_files = (Client, *OF_A_CLIENT, *hidden, *OF_A_FILE, Feedback, Complaint, *OF_A_REVIEW, *OF_A_CAMPAIGN,
                *WRITTEN_OF_IT)  # fmt: skip
    for model in (*of_files, *OF_MANAGERS):
        yield model, false()
    yield from _meetings(who)


def _meetings(who: _Reader) -> Narrowed:
    """The times of meetings and the languages asked for, but of no case that is kept from this person."""

    def rule(cases: Columns) -> ColumnElement[bool]:
        fits = or_(cases.client_id.is_(None), _no_conflict(cases.client_id, who))
        return and_(fits, _not_kept_from(cases.id, who), cases.voided_reason.is_(None))

    in_reach = _reach(Case, ("client_id", "voided_reason"), rule)
    yield Case, rule(Case)
    for model in (Appointment, LanguageRequest):
        yield model, in_reach(model.case_id)
    yield AppointmentWorker, _through(Appointment, AppointmentWorker.appointment_id, in_reach)
    yield LanguageOffer, _through(LanguageRequest, LanguageOffer.request_id, in_reach)
    yield Task, and_(_own_task(who), or_(Task.case_id.is_(None), in_reach(Task.case_id)))


def _kept_rows(who: _Reader) -> Narrowed:
    """What belongs to a client whom several may meet, but was written for a case that is kept from this person."""
    for model in (Consent, Publication, CampaignQuote):
        yield model, or_(model.case_id.is_(None), _not_kept_from(model.case_id, who))
    open_one = _through(Referral, Release.referral_id, lambda case_id: _not_kept_from(case_id, who))
    yield Release, or_(Release.referral_id.is_(None), open_one)


def _reports(_who: _Reader) -> Narrowed:
    of_files = (Case, Client, *OF_A_CLIENT, *OF_A_CASE, *OF_A_FILE, AppointmentWorker, LanguageOffer, Task)
    for model in (*of_files, Feedback, Complaint, *OF_A_REVIEW, *WRITTEN_OF_IT, *OF_MANAGERS):
        yield model, false()
    yield AppointmentExtra, false()


_SCOPES = {"manager": _manager, "caseworker": _caseworker, "coordinator": _coordinator, "reports": _reports}


def _files(
    who: _Reader,
    which_cases: Callable[[Columns], ColumnElement[bool]],
    which_clients: Callable[[Columns], ColumnElement[bool]],
) -> Narrowed:
    """Give the rules of a reader of files: their cases and clients, and what belongs to these."""

    def case_rule(cases: Columns) -> ColumnElement[bool]:
        fits = or_(cases.client_id.is_(None), _no_conflict(cases.client_id, who))
        return and_(which_cases(cases), fits, cases.voided_reason.is_(None))

    def client_rule(clients: Columns) -> ColumnElement[bool]:
        return and_(which_clients(clients), _no_conflict(clients.id, who), clients.voided_reason.is_(None))

    of_case = _reach(Case, ("client_id", "lead_id", "team_id", "voided_reason"), case_rule)
    of_client = _reach(Client, ("created_by_id", "voided_reason"), client_rule)
    yield Case, case_rule(Case)
    yield Client, client_rule(Client)
    for model in OF_A_CLIENT:
        yield model, of_client(model.client_id)
    for model in OF_A_CASE:
        yield model, of_case(model.case_id)
    for model in (AppointmentWorker, AppointmentExtra):
        yield model, _through(Appointment, model.appointment_id, of_case)
    yield PlanStep, _through(Plan, PlanStep.plan_id, of_case)
    yield LanguageOffer, _through(LanguageRequest, LanguageOffer.request_id, of_case)
    yield Redaction, _through(FileRequest, Redaction.request_id, of_case)
    yield Feedback, or_(Feedback.case_id.is_(None), of_case(Feedback.case_id))
    yield Task, or_(of_case(Task.case_id), and_(Task.case_id.is_(None), _own_task(who)))
    yield IncidentReport, _through(Incident, IncidentReport.incident_id, of_case)
    yield ReferralChase, _through(Referral, ReferralChase.referral_id, of_case)
    of_no_client = and_(RetentionDecision.client_id.is_(None), of_case(RetentionDecision.case_id))
    yield RetentionDecision, or_(of_client(RetentionDecision.client_id), of_no_client)
    yield from _documents(of_case, of_client)


def _documents(of_case: Reach, of_client: Reach) -> Narrowed:
    """A document goes with its case, or with its client where it is of no case: what was set aside is met by nobody."""

    def document_rule(documents: Columns) -> ColumnElement[bool]:
        of_no_case = and_(documents.case_id.is_(None), of_client(documents.client_id))
        return and_(or_(of_case(documents.case_id), of_no_case), documents.voided_reason.is_(None))

    yield Document, document_rule(Document)
    within = _reach(Document, ("case_id", "client_id", "voided_reason"), document_rule)
    yield DocumentContent, within(DocumentContent.document_id)


def _reach(model: Any, names: tuple[str, ...], rule: Callable[[Columns], ColumnElement[bool]]) -> Reach:
    """Give what says that the row a key names is one that `rule` lets pass: it looks this row up, and no others.

    A list of every row that passes would be made anew for each statement, and grows with the office.
    """

    def reached(key: ColumnElement[Any]) -> ColumnElement[bool]:
        rows = _beside(model, "id", *names)
        return exists(select(rows.c.id).where(rows.c.id == key, rule(rows.c)))

    return reached


def _through(model: Any, key: ColumnElement[Any], in_reach: Reach) -> ColumnElement[bool]:
    """Say that the row of `model` which a key names belongs to a case within reach."""
    return _reach(model, ("case_id",), lambda rows: in_reach(rows.case_id))(key)


def _beside(model: Any, *names: str) -> Any:
    """Give these columns of a model's table under another name, for a condition that looks at other rows.

    The whole table would give the same SQL. But each new statement copies its conditions with every column of
    every table that they name, and that took half of the time that it was made in.
    """
    columns = model.__table__.c
    return table(model.__table__.name, *(column(name, columns[name].type) for name in names)).alias()


def _mine(cases: Columns, who: _Reader) -> ColumnElement[bool]:
    """The cases this person leads, and their team's, unless kept from them; without a person or a team, none."""
    led = cases.lead_id == who.worker_id if who.worker_id is not None else false()
    of_team = cases.team_id == who.team_id if who.team_id is not None else false()
    return and_(or_(led, of_team), _not_kept_from(cases.id, who))


def _not_kept_from(case_id: ColumnElement[Any], who: _Reader) -> ColumnElement[bool]:
    """Leave out the cases that are kept to a few of whom this person is none."""
    kept, mine = _KEPT_TO.alias(), _KEPT_TO.alias()
    to_any = exists(select(kept.c.case_id).where(kept.c.case_id == case_id))
    to_me = exists(select(mine.c.case_id).where(mine.c.case_id == case_id, mine.c.worker_id == who.worker_id))
    return or_(~to_any, to_me)


def _client_of_mine(clients: Columns, who: _Reader) -> ColumnElement[bool]:
    """A client with a case of mine, or one I have just written down and who has no case yet."""
    theirs, anyones = _beside(Case, "id", "client_id", "lead_id", "team_id"), _beside(Case, "client_id")
    of_mine = exists(select(theirs.c.id).where(theirs.c.client_id == clients.id, _mine(theirs.c, who)))
    of_any = exists(select(anyones.c.client_id).where(anyones.c.client_id == clients.id))
    return or_(of_mine, and_(clients.created_by_id == who.user_id, ~of_any))


def _no_conflict(client_id: ColumnElement[Any], who: _Reader) -> ColumnElement[bool]:
    return client_id.not_in(hidden_from(who))


def hidden_from(who: Acting | _Reader) -> CompoundSelect[Any]:
    """Give the ids of the clients with whom this person has a conflict, under every record that a client has."""
    conflicts = _beside(Conflict, "client_id", "worker_id")
    merged = _beside(Client, "id", "merged_into_id")
    declared = select(conflicts.c.client_id).where(conflicts.c.worker_id == who.worker_id)
    kept = select(merged.c.merged_into_id).where(merged.c.id.in_(declared), merged.c.merged_into_id.is_not(None))
    others = (_joined_to(declared), _joined_to(kept))  # asked as one, SQLite reads through every client for them
    return union(declared, kept, *others)


def _joined_to(records: Select[Any]) -> Select[Any]:
    joined = _beside(Client, "id", "merged_into_id")
    return select(joined.c.id).where(joined.c.merged_into_id.in_(records))


def _handled_by(who: _Reader) -> ColumnElement[bool]:
    return Complaint.handler_id == who.worker_id if who.worker_id is not None else false()


def _own_task(who: _Reader) -> ColumnElement[bool]:
    return Task.owner_id == who.worker_id if who.worker_id is not None else false()
