"""What the pattern radar looks at, read office-wide in nine statements: plain values, and the words for them.

Families: how agencies dealt with people, what they refused, where they were late (each for a whole body, and again for
its parts), where which incidents happened, in which block or street, and what new cases are about. Nobody's name is
read, neither a client's nor that of anybody's staff. What was set aside never counts; two records of one person are
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from casework.calendar import local
from casework.context import acting
from casework.radar import PAST, WINDOWS
from casework.radar_counts import PART, Family, Seen, There
from casework.requests_sent import LATE, NO_REASON, OPEN, OVERDUE, REASON, Sent, answer_of, clock_of, is_answered
from casework.scope import office_wide
from models import Agency, AgencyConduct, Area, Case, CaseNote, Client, Code, Incident, Referral
from models.referrals import OUT

CONDUCT, REFUSED, DELAYED, INCIDENTS, BLOCK, ABOUT = "conduct", "refused", "late", "incidents", "block", "about"
LATER = "late"
UNKNOWN = 0  # a refusal with a reason that nobody wrote down
BACK = PAST + 2 * max(WINDOWS)  # days that are read


@dataclass(frozen=True)
class Named:
    """What agencies, words of lists and boroughs are called, by their numbers; `above`: of what an agency is part."""

    agencies: Mapping[int, str]
    above: Mapping[int, int | None]
    words: Mapping[int, str]
    areas: Mapping[int, str]

    def whole(self, agency: int) -> int:
        """Give the body at the top, of which an agency is a part by way of however many others."""
        seen = {agency}
        while (above := self.above.get(agency)) is not None and above not in seen:
            seen.add(above)
            agency = above
        return agency


@dataclass(frozen=True)
class Cases:
    """Of each case: whose it is (one number for a person), where, and since when; what it is about."""

    person: Mapping[int, int]
    area: Mapping[int, int | None]
    block: Mapping[int, str]
    began: Mapping[int, date]
    about: Mapping[int, int]


def read(db: Session) -> tuple[list[Family], Named]:
    """Give every family of the office up to today, and what its rows and columns are called."""
    today = acting(db).today
    first = today - timedelta(days=BACK)
    named, cases = _named(db), _cases(db)
    conduct = _known(cases, db.execute(office_wide(_conduct(first, today))))
    sent = [(row[0], _sent(cases, row)) for row in _known(cases, db.execute(office_wide(_requests(first, today))))]
    incidents = _known(cases, db.execute(office_wide(_incidents())))
    there = list(_there(db, cases, first, conduct, sent, incidents))
    return [
        *_of_agencies(named, CONDUCT, (
            Seen(unit or agency, code, cases.person[case], on, case, key)
            for key, case, agency, unit, code, on in conduct
        ), there),
        *_of_agencies(named, REFUSED, _refusals(sent), [
            There(one.agency_id, one.person, one.answered_on) for _key, one in sent if is_answered(one)
        ], by_row=True),
        *_of_agencies(named, DELAYED, _delays(sent, today), [
            There(one.agency_id, one.person, one.due) for _key, one in sent if clock_of(one, today) != OPEN
        ], by_row=True),
        *_of_places(cases, incidents, there),
        Family(ABOUT, [
            Seen(cases.area[case], kind, cases.person[case], cases.began[case], case, case)
            for case, kind in cases.about.items() if cases.area[case] is not None
        ], [There(cases.area[case], person, cases.began[case]) for case, person in cases.person.items()]),
    ], named  # fmt: skip


# Names and cases


def _named(db: Session) -> Named:
    agencies = db.execute(office_wide(select(Agency.id, Agency.name, Agency.parent_id))).all()
    words = db.execute(office_wide(select(Code.id, Code.words))).all()
    areas = db.execute(office_wide(select(Area.id, Area.name))).all()
    return Named({key: name for key, name, _above in agencies}, {key: above for key, _name, above in agencies},
                 dict(words), dict(areas))  # fmt: skip


def _cases(db: Session) -> Cases:
    onward = dict(db.execute(office_wide(
        select(Client.id, Client.merged_into_id).where(Client.merged_into_id.is_not(None))
    )).all())  # fmt: skip
    block = func.replace(func.upper(Client.postcode), " ", "")
    rows = db.execute(office_wide(
        select(Case.id, Client.id, Case.area_id, block, Case.first_contact_at, Case.kind_id)
        .join(Client, Client.id == Case.client_id)
        .where(Case.voided_reason.is_(None), Client.voided_reason.is_(None))
        .order_by(Case.id)
    )).all()  # fmt: skip
    return Cases(
        {row[0]: _person(row[1], onward) for row in rows}, {row[0]: row[2] for row in rows},
        {row[0]: row[3] for row in rows if row[3]}, {row[0]: local(row[4]).date() for row in rows},
        {row[0]: row[5] for row in rows},
    )  # fmt: skip


def _person(client: int, onward: Mapping[int, int]) -> int:
    """Give the record that a client's leads to, through however many mergings."""
    seen = {client}
    while (further := onward.get(client)) is not None and further not in seen:
        seen.add(further)
        client = further
    return client


def _known(cases: Cases, rows: Iterable[Any]) -> list[Any]:
    """Leave out what belongs to a case that does not count: set aside, or of nobody who is known."""
    return [row for row in rows if row[1] in cases.person]


# What is read


def _conduct(first: date, today: date) -> Any:
    """Conduct against somebody; what is to a body's credit is no pattern to act on."""
    made = AgencyConduct
    return (
        select(made.id, made.case_id, made.agency_id, made.unit_id, made.code_id, made.happened_on)
        .where(made.favourable.is_(False), made.happened_on.between(first, today))
        .order_by(made.id)
    )


def _requests(first: date, today: date) -> Any:
    outcome = aliased(Code)
    return (
        select(
            Referral.id, Referral.case_id, Referral.agency_id, Referral.sent_on, Referral.response_due,
            Referral.responded_on, Referral.closed_on, Referral.status, outcome.code, Referral.refusal_reason_id,
        )
        .outerjoin(outcome, outcome.id == Referral.outcome_id)
        .where(Referral.kind.in_(OUT), Referral.status != "draft", Referral.sent_on.between(first, today))
        .order_by(Referral.id)
    )  # fmt: skip


def _sent(cases: Cases, row: Any) -> Sent:
    _key, case, agency, sent_on, due, answered_on, closed_on, status, outcome, reason = row
    return Sent(agency, 0, "", cases.person[case], case, "", sent_on, due, answered_on, closed_on, status, outcome,
                reason, None, None)  # fmt: skip


def _incidents() -> Any:
    kind = aliased(Code)
    return (
        select(Incident.id, Incident.case_id, Incident.area_id, Incident.from_at, kind.id)
        .outerjoin(Incident.types.of_type(kind))
        .order_by(Incident.id, kind.id)
    )


def _there(
    db: Session, cases: Cases, first: date, conduct: list[Any], sent: list[tuple[int, Sent]], incidents: list[Any]
) -> Iterator[There]:
    """Give every client whom we worked with, on each day on which something of them was written down."""
    notes = select(CaseNote.id, CaseNote.case_id, CaseNote.at).where(CaseNote.contact_with != "internal")
    days = {(cases.person[case], local(at).date()) for _key, case, at in _known(cases, db.execute(office_wide(notes)))}
    days |= {(person, cases.began[case]) for case, person in cases.person.items()}
    days |= {(cases.person[row[1]], row[-1]) for row in conduct}
    days |= {(one.person, one.sent_on) for _key, one in sent if one.person is not None}
    days |= {(cases.person[row[1]], local(row[3]).date()) for row in incidents}
    return (There(None, person, on) for person, on in sorted(days) if on >= first)


# Families


def _of_agencies(
    named: Named, key: str, seen: Iterable[Seen], there: Iterable[There], *, by_row: bool = False
) -> Iterator[Family]:
    """Give one family for whole bodies, and one for the parts of those that have parts."""
    seen, there = list(seen), list(there)
    whole = {agency: named.whole(agency) for agency in {one.row for one in (*seen, *there)} if agency is not None}
    yield Family(
        key, [one._replace(row=whole[one.row]) for one in seen],
        [one._replace(row=whole.get(one.row)) for one in there], by_row,
    )  # fmt: skip
    yield Family(
        key + PART, [one for one in seen if whole[one.row] != one.row],
        [one for one in there if not by_row or whole[one.row] != one.row], by_row,
    )  # fmt: skip


def _refusals(sent: list[tuple[int, Sent]]) -> Iterator[Seen]:
    for key, one in sent:
        answer = answer_of(one)
        if answer in (REASON, NO_REASON) and one.answered_on is not None:
            why = NO_REASON if answer == NO_REASON else one.reason_id or UNKNOWN
            yield Seen(one.agency_id, why, one.person or 0, one.answered_on, one.request_id, key)


def _delays(sent: list[tuple[int, Sent]], today: date) -> Iterator[Seen]:
    """Answered after the day due, or not yet though it is over; decided by the day due, whatever came back."""
    for key, one in sent:
        if clock_of(one, today) in (LATE, OVERDUE) and one.due is not None:
            yield Seen(one.agency_id, LATER, one.person or 0, one.due, one.request_id, key)


def _of_places(cases: Cases, incidents: list[Any], there: list[There]) -> Iterator[Family]:
    found = [
        Seen(area or cases.area[case] or UNKNOWN, kind or UNKNOWN, cases.person[case], local(at).date(), case, key)
        for key, case, area, at, kind in incidents
    ]  # fmt: skip
    yield Family(INCIDENTS, [one for one in found if one.row and one.column], there)
    homes = [one._replace(row=cases.block[one.case], column=BLOCK) for one in found if one.case in cases.block]
    yield Family(BLOCK, homes, there)
