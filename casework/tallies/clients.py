"""Different people, families and organisations that were reached in a period."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select, union
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.parts import EVERYTHING, Within, grouped, is_live
from models import Appointment, Case, CaseNote, Client, ClientMember, Language, Referral
from models.referrals import OUT


class ClientTally(NamedTuple):
    """How many different clients of one kind and language were reached."""

    kind: str
    language_id: int | None
    language: str | None
    number: int


class PersonTally(NamedTuple):
    """How many clients of one sort were reached. `is_new`: their very first contact lies in the period."""

    kind: str
    is_new: bool
    born_on: date | None
    no_recourse: str
    children: int  # in the household of each
    number: int


def clients_reached(db: Session, period: Period, within: Within = EVERYTHING) -> list[ClientTally]:
    """Give how many different clients had something of ours in the period; merged records count as one."""
    reached, person = _in_touch(period, within), whom_each_stands_for()
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


def people_reached(db: Session, period: Period, within: Within = EVERYTHING) -> list[PersonTally]:
    """Give the same clients by kind, by whether they were new to us, and by what the equality sheets ask."""
    person = whom_each_stands_for()
    reached = persons_reached(person, period, within)
    first = (
        select(person.c.person_id, func.min(Case.first_contact_at).label("at"))
        .join(Case, Case.client_id == person.c.client_id)
        .where(Case.voided_reason.is_(None)).group_by(person.c.person_id)
    ).subquery()  # fmt: skip
    children = (
        select(ClientMember.client_id, func.count().label("number"))
        .where(ClientMember.is_child).group_by(ClientMember.client_id)
    ).subquery()  # fmt: skip
    found = (
        select(
            Client.kind, case((period.has_moment(first.c.at), 1), else_=0).label("is_new"), Client.date_of_birth,
            Client.no_recourse, func.coalesce(children.c.number, 0).label("children"),
        )
        .join(reached, reached.c.person_id == Client.id)
        .outerjoin(first, first.c.person_id == Client.id)
        .outerjoin(children, children.c.client_id == Client.id)
        .where(Client.voided_reason.is_(None))
    )  # fmt: skip
    return [PersonTally(row[0], bool(row[1]), *row[2:]) for row in db.execute(office_wide(grouped(found)))]


def persons_reached(person: Any, period: Period, within: Within = EVERYTHING) -> Any:
    """Give (person_id): each client reached in the period once; `person` is `whom_each_stands_for()`."""
    touched = _in_touch(period, within)
    found = select(person.c.person_id).distinct().join(touched, person.c.client_id == touched.c.client_id)
    return found.subquery()


def _in_touch(period: Period, within: Within) -> Any:
    """Everything that reaches a client: first contact, opening, a talk, a meeting that took place, a referral."""
    live = select(Case.client_id.label("client_id")).where(is_live(within), Case.client_id.is_not(None))
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


def whom_each_stands_for() -> Any:
    """Give (client_id, person_id): the record that each leads to, through however many mergings."""
    merged = select(
        Client.id.label("client_id"), Client.id.label("person_id"), Client.merged_into_id.label("onward"),
    ).cte("mergings", recursive=True)  # fmt: skip
    further = select(merged.c.client_id, Client.id, Client.merged_into_id).select_from(merged)
    merged = merged.union(further.join(Client, Client.id == merged.c.onward))
    return select(merged.c.client_id, merged.c.person_id).where(merged.c.onward.is_(None)).subquery()
