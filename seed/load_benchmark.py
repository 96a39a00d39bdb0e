"""Loads the rows that every peer of the benchmark is measured on into an empty office: same cases, same numbers.

The rows are those of `benchmarks/peers/data.py`. They are written by plain inserts, past the rules: no line of them
was ever typed by anybody, and a million cases would take days otherwise. So a database that holds them is marked as
a demonstration, and no office can be run from it.

Numbers of volunteers, clients, cases, notes, incidents, referrals, appointments and agencies are kept; the twelve
caseworkers come after the volunteers, since both are workers here. What the peers know nothing of, such as the way
between two boroughs, takes no time here either, or the same meeting would find other interpreters.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from casework import name_index
from casework.calendar import utc_from_local
from casework.startup import DEMO_MARK, StartRefused
from casework.text import digits, name_key
from models import (
    Agency,
    Appointment,
    AppointmentWorker,
    Area,
    AreaTravel,
    Availability,
    Base,
    Case,
    CaseNote,
    Client,
    Code,
    Consent,
    Incident,
    IncidentReport,
    Language,
    Referral,
    Setting,
    User,
    Worker,
    WorkerLanguage,
    client_keys,
)

DATA = Path(__file__).parent.parent / "benchmarks" / "peers" / "data.py"
AT_ONCE = 20_000  # rows sent in one go
MANAGER = "manager"
STATUS = {"open": "open", "waiting on agency": "on_hold", "after-care": "closing", "closed": "closed"}
OUTCOME = {"accepted": "accepted", "refused": "refused_no_reason", "partial": "accepted_in_part",
           "no further action": "no_response"}  # fmt: skip
NOON = time(12)
REFUSED = "Nothing loaded: this database holds people already. Name an empty one in CASEWORK_DATABASE_URL."
Row = dict[str, Any]


@dataclass
class Office:
    """The office that is being filled: what was found or made so far, by the words of the peers."""

    connection: Connection
    stamps: Row
    languages: dict[int, int] = field(default_factory=dict)
    areas: dict[str, int] = field(default_factory=dict)
    staff: list[str] = field(default_factory=list)
    volunteers: int = 0
    area_of_client: list[int] = field(default_factory=lambda: [0])
    client_of_case: list[int] = field(default_factory=lambda: [0])
    codes: dict[tuple[str, str], int] = field(default_factory=dict)

    def put(self, table: Table, rows: Iterable[Row], *, stamped: bool = True) -> None:
        """Insert rows in large pieces, each with the stamps of every record."""
        flow = ({**self.stamps, **row} for row in rows) if stamped else iter(rows)
        while piece := list(islice(flow, AT_ONCE)):
            self.connection.execute(insert(table), piece)

    def made(self, model: type[Base], **values: Any) -> int:
        """Insert one row and give its number."""
        done = self.connection.execute(insert(model.__table__).values(**self.stamps, **values))
        return int(done.inserted_primary_key[0])  # type: ignore[index]

    def code(self, kind: str, words: str) -> int:
        """Give the number of a word of a list, new if the office's lists have no such word."""
        key = (kind, words)
        if key not in self.codes:
            known = select(Code.id).where(Code.list == kind, func.lower(Code.words) == words.lower())
            found = self.connection.scalar(known)
            made = {"list": kind, "code": f"bench_{words}"[:60], "words": words}
            self.codes[key] = found or self.made(Code, **made)
        return self.codes[key]

    def area(self, borough: str) -> int:
        return self.areas[borough.replace("&", "and")]

    def caseworker(self, number: int) -> int:
        return self.volunteers + number


def load(connection: Connection, cases: int, now: datetime, password_hash: str) -> int:
    """Fill an empty office with so many cases and what belongs to them; give how many rows were written.

    `password_hash` is that of the one account that can sign in. The caller commits. Raises StartRefused for an
    office that holds people.
    """
    if any(connection.scalar(select(func.count()).select_from(one.__table__)) for one in (Client, Worker, User)):
        raise StartRefused(REFUSED)
    office = Office(connection, {"created_at": now, "updated_at": now, "version": 1})
    office.areas = dict(connection.execute(select(Area.name, Area.id)).all())
    _settle(office)
    total = 0
    for name, columns, rows in peers_data().tables(cases):
        PUT[name](office, [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in rows])
        total += len(rows)
    _accounts(office, password_hash)
    _count_on(connection)
    return total


def peers_data() -> ModuleType:
    """Give the module that makes the rows; it lies outside the floors, with the programs it was written for."""
    spec = importlib.util.spec_from_file_location("benchmark_peers_data", DATA)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _settle(office: Office) -> None:
    """Mark the office as a demonstration, and let no way between two places take time."""
    office.made(Setting, key=DEMO_MARK, meaning="This office is an invented demonstration", value="1", unit="yes_no",
                source="Benchmark")  # fmt: skip
    office.connection.execute(delete(AreaTravel.__table__))
    no_way = Setting.key.in_(("travel_same_area", "travel_elsewhere"))
    office.connection.execute(update(Setting.__table__).where(no_way).values(value="0"))
    office.areas["Other"] = office.made(Area, name="Other", in_catchment=False)


def _languages(office: Office, rows: Sequence[Any]) -> None:
    known = dict(office.connection.execute(select(Language.name, Language.id)).all())
    for one in rows:
        found = known.get(one.name)
        office.languages[one.id] = found or office.made(Language, code=f"bench{one.id}", name=one.name)


def _agencies(office: Office, rows: Sequence[Any]) -> None:
    office.put(Agency.__table__, (
        {"id": one.id, "name": one.name, "kind_id": office.code("agency_kind", one.kind), "tier": "primary"}
        for one in rows
    ))  # fmt: skip


def _caseworkers(office: Office, rows: Sequence[Any]) -> None:
    """Wait: their numbers follow those of the volunteers, who come next."""
    office.staff = [one.name for one in rows]


def _volunteers(office: Office, rows: Sequence[Any]) -> None:
    signed = date(2015, 1, 5)
    office.volunteers = len(rows)
    office.put(Worker.__table__, (
        {"id": one.id, "name": f"{one.surname} {one.given_name}", "kind": "volunteer", "phone": one.phone,
         "active": bool(one.active), "confidentiality_signed_on": signed}
        for one in rows
    ))  # fmt: skip
    office.put(Worker.__table__, (
        {"id": office.caseworker(place), "name": name, "kind": "staff", "active": True, "phone": None,
         "confidentiality_signed_on": signed}
        for place, name in enumerate(office.staff, 1)
    ))  # fmt: skip


def _spoken(office: Office, rows: Sequence[Any]) -> None:
    office.put(WorkerLanguage.__table__, (
        {"id": one.id, "worker_id": one.volunteer_id, "language_id": office.languages[one.language_id],
         "mode": "spoken", "level": "fluent"}
        for one in rows
    ))  # fmt: skip


def _hours(office: Office, rows: Sequence[Any]) -> None:
    office.put(Availability.__table__, (
        {"id": one.id, "worker_id": one.volunteer_id, "weekday": str(one.weekday), "free": True,
         "starts": time.fromisoformat(one.starts), "ends": time.fromisoformat(one.ends)}
        for one in rows
    ))  # fmt: skip


def _clients(office: Office, rows: Sequence[Any]) -> None:
    office.area_of_client += [office.area(one.borough) for one in rows]
    office.put(Client.__table__, (
        {"id": one.id, "ref": f"CL-2016-{one.id:04d}", "kind": "individual", "name": (name := f"{one.given_name} "
         f"{one.surname}"), "name_key": name_key(name), "phone": one.phone, "phone_digits": digits(one.phone),
         "area_id": office.area(one.borough), "language_id": office.languages[one.first_language_id],
         "interpreter": "spoken" if one.needs_interpreter else "no", "safe_contact": "any"}
        for one in rows
    ))  # fmt: skip
    office.put(client_keys, (key for one in rows for key in _keys(one)), stamped=False)


def _keys(client: Any) -> Iterator[Row]:
    for key in {*_name_keys(f"{client.given_name} {client.surname}"), *_phone_keys(client.phone)}:
        yield {"key": key, "client_id": client.id}


@lru_cache(maxsize=200_000)
def _name_keys(name: str) -> frozenset[str]:
    return frozenset(name_index.name_keys(name))


def _phone_keys(phone: str) -> frozenset[str]:
    one = SimpleNamespace(name="", own_script="", phone=phone, postcode="")
    return frozenset(name_index.keys_of(one))


def _nothing(_office: Office, _rows: Sequence[Any]) -> None:
    """A client has one language here, the first; further ones are not asked for on any page that is compared."""


def _cases(office: Office, rows: Sequence[Any]) -> None:
    office.client_of_case += [one.client_id for one in rows]
    closed = office.connection.scalar(select(Code.id).where(Code.list == "closure_reason").order_by(Code.sort))
    office.put(Case.__table__, (
        {"id": one.id, "ref": one.reference, "client_id": one.client_id, "status": STATUS[one.status],
         "kind_id": office.code("case_kind", one.issue), "lead_id": office.caseworker(one.caseworker_id),
         "area_id": office.area_of_client[one.client_id], "title": one.summary[:120], "risk": "medium",
         "opened_on": _day(one.opened_on), "closed_on": _day(one.closed_on), "first_contact_medium": "phone",
         "first_contact_at": _noon(one.opened_on), "file_location": "premises",
         "closure_reason_id": closed if one.closed_on else None, "closure_agreed": "client" if one.closed_on else None}
        for one in rows
    ))  # fmt: skip


def _incidents(office: Office, rows: Sequence[Any]) -> None:
    office.put(Incident.__table__, (
        {"id": one.id, "case_id": one.case_id, "from_at": _noon(one.occurred_on), "precision": "day",
         "area_id": office.area(one.borough), "perceived_by": "victim", "what": one.description}
        for one in rows
    ))  # fmt: skip
    kinds = Base.metadata.tables["incident_types"]
    office.put(kinds, (
        {"incident_id": one.id, "code_id": office.code("incident_type", one.kind)} for one in rows
    ), stamped=False)  # fmt: skip
    office.put(IncidentReport.__table__, (
        {"incident_id": one.id, "agency_id": one.reported_to_id, "state": "reported",
         "told_on": _day(one.occurred_on), "mismatch": False}
        for one in rows if one.reported_to_id is not None
    ))  # fmt: skip


def _notes(office: Office, rows: Sequence[Any]) -> None:
    """A note is its author's account's; accounts of caseworkers have the numbers of the peers' caseworkers."""
    office.put(CaseNote.__table__, (
        {"id": one.id, "case_id": one.case_id, "at": (at := _moment(one.written_at)), "medium": "phone",
         "contact_with": "client", "text": one.body, "at_night": False, "third_party": False, "created_at": at,
         "updated_at": at, "created_by_id": one.author_id, "updated_by_id": one.author_id}
        for one in rows
    ))  # fmt: skip


def _referrals(office: Office, rows: Sequence[Any]) -> None:
    """Each goes out under a permission of its own, given on its day."""
    office.put(Consent.__table__, (
        {"id": one.id, "client_id": office.client_of_case[one.case_id], "case_id": one.case_id,
         "kind": "share_agency", "agency_id": one.agency_id, "method": "signed", "given_on": _day(one.sent_on),
         "expires_on": date.fromisoformat(one.sent_on) + timedelta(days=180)}
        for one in rows
    ))  # fmt: skip
    asked = office.code("request", "Something else")
    outcomes = dict(office.connection.execute(select(Code.code, Code.id).where(Code.list == "outcome")).all())
    office.put(Referral.__table__, (
        {"id": one.id, "case_id": one.case_id, "agency_id": one.agency_id, "kind": "referral_out",
         "request_id": asked, "consent_id": one.id, "status": "responded" if one.responded_on else "sent",
         "sent_on": _day(one.sent_on), "responded_on": _day(one.responded_on), "urgent": False,
         "outcome_id": outcomes[OUTCOME[one.outcome]] if one.outcome else None}
        for one in rows
    ))  # fmt: skip


def _appointments(office: Office, rows: Sequence[Any]) -> None:
    office.put(Appointment.__table__, (
        {"id": one.id, "case_id": one.case_id, "kind": "office" if one.kind == "office" else "home_visit",
         "starts_at": _moment(one.starts_at), "ends_at": _moment(one.ends_at), "status": "booked",
         "area_id": office.area_of_client[office.client_of_case[one.case_id]], "step_free": False,
         "language_id": office.languages.get(one.language_id), "interpreter_gender": "any", "id_carried": False,
         "cannot_attend_reason": None if one.kind == "office" else "Cannot leave home"}
        for one in rows
    ))  # fmt: skip
    office.put(AppointmentWorker.__table__, (people for one in rows for people in _people(office, one)))


def _people(office: Office, one: Any) -> Iterator[Row]:
    """Give who goes, nobody twice: who accompanies and who interprets may be one person."""
    roles = {one.interpreter_id: "interpreter", one.companion_id: "second"}
    roles[office.caseworker(one.caseworker_id)] = "lead"
    for worker, role in roles.items():
        if worker is not None:
            yield {"appointment_id": one.id, "worker_id": worker, "role": role, "status": "accepted"}


def _accounts(office: Office, password_hash: str) -> None:
    """Give each caseworker an account that nobody can sign in with, and one manager who can."""
    office.put(User.__table__, (
        {"id": place, "username": f"caseworker{place}", "role": "caseworker", "active": True, "epoch": 1,
         "worker_id": office.caseworker(place), "password_hash": None}
        for place, _name in enumerate(office.staff, 1)
    ))  # fmt: skip
    head = office.made(Worker, name="Manager", kind="staff", active=True)
    office.made(User, username=MANAGER, role="manager", active=True, epoch=1, worker_id=head,
                password_hash=password_hash)  # fmt: skip


def _count_on(connection: Connection) -> None:
    """Let the next number follow the largest one, and let the planner know how many rows there are."""
    if connection.dialect.name == "postgresql":
        for table in Base.metadata.tables.values():
            if "id" in table.c:
                connection.execute(text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608 (names of our tables)
                    f"(SELECT coalesce(max(id), 1) FROM {table.name}))"
                ))  # fmt: skip
    connection.execute(text("ANALYZE"))


@lru_cache(maxsize=8192)
def _day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


@lru_cache(maxsize=8192)
def _noon(day: str) -> datetime:
    return utc_from_local(date.fromisoformat(day), NOON)


@lru_cache(maxsize=200_000)
def _moment(stamp: str) -> datetime:
    """Read the peers' time, which is London's."""
    at = datetime.fromisoformat(stamp)
    return utc_from_local(at.date(), at.time()).astimezone(UTC)


PUT: dict[str, Callable[[Office, Sequence[Any]], None]] = {
    "language": _languages, "agency": _agencies, "caseworker": _caseworkers, "volunteer": _volunteers,
    "volunteer_language": _spoken, "availability": _hours, "client": _clients, "client_language": _nothing,
    "casework_case": _cases, "incident": _incidents, "case_note": _notes, "referral": _referrals,
    "appointment": _appointments,
}  # fmt: skip
