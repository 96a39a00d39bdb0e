"""A large office of random rows, put in past all rules: what is counted must hold whatever an import brings in."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select, update

from casework.calendar import utc_from_local
from models import Agency, Appointment, AppointmentWorker, Area, Case, CaseNote, Client, Code, Language, Referral
from models.base import Base
from tests import make

STAMPS = {"created_at": make.NOW, "updated_at": make.NOW, "version": 1}


def plant(db, model: type[Base], rows: list[dict]) -> list[int]:
    """Put rows in as they are, past all rules: figures must add up whatever an import has brought in."""
    filled = [{**STAMPS, **row} for row in rows]
    return list(db.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), filled))


class Words(dict[str, list[int]]):
    """The ids of the office's words, by list, read once; boroughs and languages beside them."""

    def __init__(self, db) -> None:
        for code in db.execute(select(Code.list, Code.id).order_by(Code.id)):
            self.setdefault(code.list, []).append(code.id)
        closings = select(Code.id).where(Code.list == "closure_reason", Code.code.in_(("duplicate", "resolved")))
        closings = closings.order_by(Code.id)
        self["closing"] = list(db.scalars(closings))
        self["language"] = list(db.scalars(select(Language.id).order_by(Language.id).limit(6)))
        self["area"] = list(db.scalars(select(Area.id).order_by(Area.id)))


def random_office(db, seed: int, size: int) -> None:
    """Fill the tables with clients, cases, referrals, appointments and notes of every kind, some set aside."""
    rng, words = random.Random(seed), Words(db)
    languages = words["language"]
    clients = plant(db, Client, [_client(rng, number, words) for number in range(size)])
    for one in rng.sample(clients, size // 8):
        other = rng.choice([each for each in clients if each < one] or [None])
        db.execute(update(Client).where(Client.id == one).values(merged_into_id=other))
    cases = plant(db, Case, [random_case(rng, number, clients, words) for number in range(size * 2)])
    consent = make.consent(db, make.client(db)).id
    agencies = _agencies(db, rng, words)
    plant(db, Referral, [_referral(rng, cases, agencies, words) | {"consent_id": consent} for _ in range(size * 3)])
    meetings = plant(db, Appointment, [_meeting(rng, cases, languages) for _number in range(size * 2)])
    helper = make.volunteer(db).id
    plant(db, AppointmentWorker, [
        {"appointment_id": one, "worker_id": helper, "role": rng.choice(["interpreter", "second"]),
         "status": rng.choice(["invited", "accepted", "declined", "attended"])}
        for one in meetings
    ])  # fmt: skip
    plant(db, CaseNote, [
        {"case_id": rng.choice(cases), "at": _moment(rng), "medium": "phone", "text": "x",
         "contact_with": rng.choice(["client", "agency", "internal"])}
        for _number in range(size)
    ])  # fmt: skip
    db.expire_all()


def _day(rng, first=date(2025, 1, 1), days=690) -> date:
    return first + timedelta(days=rng.randrange(days))


def _moment(rng) -> datetime:
    day = rng.choice([_day(rng), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)])
    return utc_from_local(day, rng.choice([time(0, 0), time(0, 20), time(23, 40), time(12, 0)]))


def _client(rng, number, words) -> dict:
    kind = rng.choice(["individual", "individual", "family", "organisation"])
    return {
        "ref": f"X-{number}", "kind": kind, "name": f"N {number}", "org_contact": "C", "area_id": None,
        "language_id": rng.choice([*words["language"], None]), "interpreter": "no", "interpreter_gender": "any",
        "mobility_need": False, "text_relay": False, "no_recourse": "not_asked", "name_key": f"n{number}",
        "voided_reason": rng.choice([None] * 9 + ["Import 1 undone"]),
    }  # fmt: skip


def random_case(rng, number, clients, words) -> dict:
    opened = rng.choice([None, _day(rng), _day(rng)])
    closed = rng.choice([None, opened and _day(rng, opened, 250), opened])
    return {
        "ref": f"Y-{number}", "client_id": None if opened is None and rng.random() < 0.3 else rng.choice(clients),
        "kind_id": rng.choice(words["case_kind"]), "area_id": rng.choice([*words["area"], None, None]), "risk": "low",
        "status": "closed" if closed else "open" if opened else "enquiry", "first_contact_at": _moment(rng),
        "first_contact_medium": rng.choice(["phone", "emergency_helpline", "visit"]), "opened_on": opened,
        "closed_on": closed, "closure_reason_id": rng.choice([*words["closing"], None, None]) if closed else None,
        "voided_reason": rng.choice([None] * 9 + ["Import 1 undone"]),
    }  # fmt: skip


def _agencies(db, rng, words) -> list[int]:
    return plant(db, Agency, [
        {"name": f"A {number}", "kind_id": kind, "tier": "primary", "public_body": rng.random() < 0.5, "active": True}
        for number, kind in enumerate(words["agency_kind"])
    ])  # fmt: skip


def _referral(rng, cases, agencies, words) -> dict:
    kind = rng.choice(["referral_out", "referral_out", "complaint", "information_request", "referral_in", "signpost"])
    status = rng.choice(["draft", "sent", "responded", "no_response", "withdrawn", "closed"])
    sent = None if status == "draft" else _day(rng)
    answered = sent and status in ("responded", "closed")
    return {
        "case_id": rng.choice(cases), "agency_id": rng.choice(agencies), "kind": kind, "status": status,
        "request_id": rng.choice(words["request"]), "urgent": False,
        "sent_on": sent, "response_due": rng.choice([None, sent and sent + timedelta(days=10)]),
        "responded_on": sent + timedelta(days=rng.choice([0, 10, 11, 40])) if answered else None,
        "outcome_id": rng.choice(words["outcome"]) if answered else None,
    }  # fmt: skip


def _meeting(rng, cases, languages) -> dict:
    starts = _moment(rng)
    return {
        "case_id": rng.choice(cases), "kind": rng.choice(["office", "home_visit", "phone"]), "starts_at": starts,
        "ends_at": starts + timedelta(hours=1), "cannot_attend_reason": "x", "interpreter_gender": "any",
        "status": rng.choice(["requested", "booked", "attended", "attended", "not_attended"]), "step_free": False,
        "language_id": rng.choice([*languages, None, None]), "id_carried": False,
    }  # fmt: skip
