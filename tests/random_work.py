"""What a large office writes down beside cases and referrals, at random and past all rules: see tests/random_office."""

from __future__ import annotations

import random
from datetime import date, timedelta

from sqlalchemy import insert, select, update

from models import (
    Agency,
    AgencyConduct,
    Appointment,
    Case,
    CaseNote,
    Client,
    ClientMember,
    Code,
    Consequence,
    Correspondence,
    EqualityAnswer,
    Feedback,
    FileRequest,
    Incident,
    IncidentReport,
    LanguageRequest,
    Measure,
    Plan,
    PlanStep,
    Reopening,
    Turnaway,
    VolunteerEntry,
    Worker,
)
from models.declared import by_key
from models.equality import NOT_ASKED, QUESTIONS
from models.learning import ITEMS
from models.plans import MEASURED
from tests import make
from tests.random_office import Words, _day, _moment, plant, random_office


def random_work(db, seed: int, size: int) -> None:
    """Fill an office with everything that the chapters of the figures count."""
    random_office(db, seed, size)
    rng, words = random.Random(seed + 1), Words(db)
    cases, clients, agencies, workers = (
        list(db.scalars(select(model.id).order_by(model.id))) for model in (Case, Client, Agency, Worker)
    )
    worker = workers[0]
    _people(db, rng, clients)
    _incidents(db, rng, cases, agencies, words, size * 3)
    _letters(db, rng, cases, worker, size * 3)
    _plans(db, rng, cases, size)
    notes = list(db.scalars(select(CaseNote.id).order_by(CaseNote.id)))
    plant(db, Turnaway, [
        {"case_id": case, "service_id": rng.choice(words["service"]), "reason_id": rng.choice(words["turnaway_reason"]),
         "advice_id": rng.choice(notes), "given_on": _day(rng)} for case in rng.sample(cases, size)
    ])  # fmt: skip
    plant(db, AgencyConduct, [
        {"case_id": rng.choice(cases), "agency_id": rng.choice(agencies), "happened_on": _day(rng),
         "code_id": (code := rng.choice(words["conduct"])), "favourable": code >= words["conduct"][16],
         "by_itself": False} for _number in range(size)
    ])  # fmt: skip
    plant(db, Consequence, [
        {"case_id": rng.choice(cases), "code_id": rng.choice(words["consequence"][:3]), "happened_on": _day(rng),
         "nights": rng.choice([None, 1, 4, 9])} for _number in range(size)
    ])  # fmt: skip
    plant(db, Reopening, [
        {"case_id": case, "closed_on": (day := _day(rng, days=300)),
         "reopened_on": day + timedelta(days=rng.choice([0, 1, 40, 200]))} for case in rng.sample(cases, size // 3)
    ])  # fmt: skip
    db.expire_all()


def _answered(rng, client: int) -> dict:
    row = {"client_id": client, "asked_on": _day(rng), "objected_on": _day(rng) if rng.random() < 0.1 else None}
    info = {one: by_key(EqualityAnswer)[one].info for one in QUESTIONS}
    answers = {one: rng.choice([word for word, _label in info[one].choices]) for one in QUESTIONS}
    return row | (dict.fromkeys(QUESTIONS, NOT_ASKED) if row["objected_on"] else answers)


def _people(db, rng, clients) -> None:
    for one in clients:
        db.execute(update(Client).where(Client.id == one).values(
            no_recourse=rng.choice(["yes", "no", "unknown", "not_asked"]),
            date_of_birth=rng.choice([None, date(rng.randint(1940, 2012), rng.randint(1, 12), rng.randint(1, 28)),
                                      date(2007, 10, 1), date(2007, 9, 30)]),
        ))  # fmt: skip
    asked = rng.sample(clients, len(clients) // 2)
    plant(db, EqualityAnswer, [_answered(rng, one) for one in asked])
    plant(db, ClientMember, [{"client_id": rng.choice(clients), "is_child": rng.random() < 0.7} for _one in clients])


def _incidents(db, rng, cases, agencies, words, size) -> None:
    made = plant(db, Incident, [
        {"case_id": rng.choice(cases), "from_at": _moment(rng), "precision": "day", "perceived_by": "victim",
         "place_id": rng.choice([None, words["place"][0]])} for _number in range(size)
    ])  # fmt: skip
    for link, name, low in ((Incident.types, "incident_type", 2), (Incident.strands, "hate_strand", 3)):
        table = link.property.secondary
        first, second = (next(iter(column.foreign_keys)).column.table.name for column in table.columns)
        assert {first, second} == {"incidents", "codes"}
        own, code = (next(column.name for column in table.columns if column.name.startswith(word))
                     for word in ("incident", "code"))  # fmt: skip
        rows = [{own: one, code: word} for one in made
                for word in rng.sample(words[name][:4], rng.choice([0, 1, 1, low]))]  # fmt: skip
        db.execute(insert(table), rows)
    plant(db, IncidentReport, [
        {"incident_id": one, "agency_id": rng.choice(agencies), "told_on": date(2026, 7, 1), "mismatch": False,
         "state": rng.choice(["reported", "not_reported", "client_declined"])} for one in rng.sample(made, size // 2)
    ])  # fmt: skip


def _letters(db, rng, cases, worker, size) -> None:
    rows = []
    for _number in range(size):
        at = _moment(rng)
        due = rng.choice([None, at.date() + timedelta(days=10), date(2026, 11, 23), date(2026, 11, 22)])
        status = rng.choice(
            ["received", "assigned", "answered", "answered", "dropped", "requested", "sent", "declined"]
        )
        over = status in ("answered", "sent")
        rows.append({
            "case_id": rng.choice(cases), "direction": rng.choice(["in", "in", "out"]), "subject": "x", "urgent": False,
            "medium": rng.choice(["letter", "email", "phone", "answerphone"]), "contact_with": "client", "at": at,
            "kind": rng.choice(["enquiry", "letter_request", "reply"]), "status": status, "due_on": due,
            "answered_at": at + timedelta(days=rng.choice([0, 9, 10, 11])) if over else None, "explanation": "x",
        })  # fmt: skip
    plant(db, Correspondence, rows)
    for one in db.scalars(select(Appointment.id).order_by(Appointment.id)).all():
        asked = _day(rng)
        db.execute(update(Appointment).where(Appointment.id == one).values(
            requested_on=rng.choice([None, asked]), offer_by=asked + timedelta(days=14),
            lone_reason=rng.choice([None, "x"]),
            status=rng.choice(["requested", "booked", "attended", "attended", "not_attended", "cancelled_client",
                               "cancelled_office"]),
        ))  # fmt: skip
    plant(db, FileRequest, [
        {"case_id": rng.choice(cases), "requested_at": (at := _moment(rng)), "handler_id": worker,
         "subject_access": False, "location": rng.choice(["premises", "off_site"]), "due_on": at.date() + timedelta(3),
         "ready_at": rng.choice([None, at, at + timedelta(days=5)]), "status": rng.choice(["requested", "withdrawn"])}
        for _number in range(size // 3)
    ])  # fmt: skip
    plant(db, LanguageRequest, [
        {"case_id": rng.choice(cases), "language_id": db.scalars(select(make.language(db, "Bengali").__class__.id)
                                                                  .limit(1)).one(), "mode": "written", "gender": "any",
         "due_on": _day(rng), "status": rng.choice(["open", "unfilled", "cancelled"]), "unfilled_reason": "x"}
        for _number in range(size // 3)
    ])  # fmt: skip
    plant(db, VolunteerEntry, [
        {"worker_id": worker, "kind": "hours", "day": _day(rng), "minutes": rng.choice([20, 50])}
        for _number in range(size // 3)
    ])  # fmt: skip


def _plans(db, rng, cases, size) -> None:
    own = rng.sample(cases, size)
    plans = plant(db, Plan, [{"case_id": case, "number": 1, "superseded_on": rng.choice([None, None, date(2026, 1, 1)])}
                             for case in own])  # fmt: skip
    plant(db, PlanStep, [
        {"plan_id": rng.choice(plans), "what": "x", "task": "help", "choice": rng.choice(["chosen", "declined"]),
         "actor": rng.choice(["client", "joint", "caseworker", "agency"]), "state": "done", "done_on": _day(rng)}
        for _number in range(size * 3)
    ])  # fmt: skip
    scale = [None, 0, 1, 2, 3, 4]
    plant(db, Measure, [
        {"case_id": rng.choice(own), "measured_on": _day(rng), "point": rng.choice(["intake", "review", "closure"]),
         **{name: rng.choice(scale) for name in MEASURED}} for _number in range(size * 4)
    ])  # fmt: skip
    plant(db, Feedback, [
        {"case_id": rng.choice([None, rng.choice(cases)]), "received_on": _day(rng),
         **{name: rng.choice(scale) for name in ITEMS}} for _number in range(size)
    ])  # fmt: skip
    assert db.scalars(select(Code.id).limit(1)).one()
