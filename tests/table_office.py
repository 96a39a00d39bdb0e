"""A small office with everything that a table may count, random and past all rules; and a recount of it in Python."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, time, timedelta

from sqlalchemy import insert, select, update

from casework.calendar import local, utc_from_local
from casework.datetext import WEEKDAYS
from models import (
    Agency,
    AgencyConduct,
    Appointment,
    Case,
    CaseNote,
    Client,
    Incident,
    IncidentReport,
    Language,
    LanguageRequest,
    Referral,
    Turnaway,
)
from models.declared import by_key
from models.referrals import OUT
from tests.random_office import Words, plant, random_office

NIGHTS = (date(2026, 3, 29), date(2026, 6, 30), date(2026, 7, 31), date(2026, 10, 25), date(2026, 1, 1))


def table_office(db, seed: int, size: int = 40) -> None:
    """Fill every table of `casework.cross_tables`; moments lie close to midnight and to the change of the clocks."""
    random_office(db, seed, size)
    rng, words = random.Random(seed), Words(db)
    cases = list(db.scalars(select(Case.id).order_by(Case.id)))
    agencies = list(db.scalars(select(Agency.id).order_by(Agency.id)))
    for client in db.scalars(select(Client.id).order_by(Client.id)).all():
        born = rng.choice([None, *(date(year, *day) for year in (1950, 1990, 2004, 2012) for day in ((7, 1), (2, 28)))])
        db.execute(update(Client).where(Client.id == client).values(date_of_birth=born))
    incidents = plant(db, Incident, [_incident(rng, cases, words) for _number in range(size * 3)])
    for many, code_list in (("types", "incident_type"), ("strands", "hate_strand"), ("perpetrators",
                            "perpetrator_relation")):  # fmt: skip
        _link(db, rng, Incident, many, incidents, words[code_list][:5])
    _link(db, rng, Case, "causes", cases, words["cause_of_need"][:4])
    plant(db, IncidentReport, [
        {"incident_id": one, "agency_id": rng.choice(agencies), "state": state, "mismatch": False,
         "told_on": date(2026, 7, 3)}
        for one in incidents if (state := rng.choice(["", "reported", "not_reported", "client_declined"]))
    ])  # fmt: skip
    note = db.scalars(select(CaseNote.id).order_by(CaseNote.id)).first()
    plant(db, Turnaway, [
        {"case_id": case, "service_id": rng.choice(words["service"]), "reason_id": rng.choice(words["turnaway_reason"]),
         "advice_id": note, "given_on": _day(rng)}
        for case in rng.sample(cases, size)
    ])  # fmt: skip
    plant(db, AgencyConduct, [
        {"case_id": rng.choice(cases), "agency_id": rng.choice(agencies), "happened_on": _day(rng), "by_itself": False,
         "code_id": rng.choice(words["conduct"]), "favourable": rng.random() < 0.4}
        for _number in range(size * 2)
    ])  # fmt: skip
    plant(db, LanguageRequest, [
        {"case_id": rng.choice(cases), "language_id": rng.choice(words["language"]), "mode": "written", "gender": "any",
         "status": rng.choice(["open", "unfilled"]), "unfilled_reason": "x", "created_at": _moment(rng)}
        for _number in range(size)
    ])  # fmt: skip
    db.expire_all()


def _day(rng) -> date:
    return rng.choice([*NIGHTS, date(2025, 9, 1) + timedelta(days=rng.randrange(440))])


def _moment(rng):
    clock = rng.choice([time(0, 0), time(0, 30), time(1, 30), time(12), time(23, 30)])
    day = _day(rng)
    return utc_from_local(day, time(3) if clock.hour == 1 else clock)


def _incident(rng, cases, words) -> dict:
    return {
        "case_id": rng.choice(cases), "from_at": _moment(rng), "area_id": rng.choice([*words["area"][:6], None]),
        "precision": rng.choice(["exact", "day", "month", "approx"]), "place_id": rng.choice([*words["place"], None]),
        "perceived_by": rng.choice(["victim", "witness", "worker"]),
        "previous_count": rng.choice([None, 0, 1, 2, 4, 5, 9, 10, 40]),
    }  # fmt: skip


def _link(db, rng, model, many: str, owners, words) -> None:
    through = getattr(model, many).property.secondary
    own = next(one.name for one in through.c if one.references(model.__table__.c.id))
    other = next(one.name for one in through.c if one.name != own)
    rows = [{own: owner, other: word} for owner in owners for word in rng.sample(words, rng.choice([0, 1, 1, 2]))]
    db.execute(insert(through), rows)


OF_PERSON = (("language", "language"), ("client_kind", "kind"), ("interpreter", "interpreter"),
             ("no_recourse", "no_recourse"))  # fmt: skip
OF_CASE = (("case_kind", "kind"), ("team", "team"), ("source", "source"),
           ("first_contact_medium", "first_contact_medium"))  # fmt: skip


class Walk:
    """Counts tables by walking over every record in Python. A line is told by its label."""

    def __init__(self, db, counted_on: date) -> None:
        self.counted_on = counted_on
        self.clients = {one.id: one for one in db.scalars(select(Client)).all()}
        self.kept = db.scalars(select(Language)).all()
        self.records = {
            "incidents": db.scalars(select(Incident)).all(), "requests": db.scalars(select(Referral)).all(),
            "appointments": db.scalars(select(Appointment)).all(), "turned_away": db.scalars(select(Turnaway)).all(),
            "interpreting": db.scalars(select(LanguageRequest)).all(),
            "conduct": db.scalars(select(AgencyConduct)).all(),
        }  # fmt: skip
        self.records |= dict.fromkeys(("cases", "closed", "enquiries"), db.scalars(select(Case)).all())

    def table(self, asked, period) -> tuple[Counter, int]:
        """Give each (row's label, column's label) with its number, and how many different ones there are."""
        found = [one for one in self.records[asked.of] if self._counts(asked.of, one, period)]
        dimensions = asked.dimensions
        seen: dict[tuple[str, ...], set] = {}
        every: set = set()
        for record in found:
            key = self._measured(asked.measure, record)
            if key is None:
                continue
            every.add(key)
            lines = [self._lines(asked.of, one.key, record, period) for one in dimensions]
            for row in lines[0]:
                for column in lines[1] if len(lines) > 1 else ("",):
                    seen.setdefault((row, column), set()).add(key)
        return Counter({cell: len(keys) for cell, keys in seen.items()}), len(every)

    def _counts(self, of: str, record, period) -> bool:
        case = record if isinstance(record, Case) else record.case
        twice = case.closure_reason is not None and case.closure_reason.code == "duplicate"
        if case.voided_reason or (twice and of not in ("requests", "appointments", "interpreting")):
            return False
        day = self.day(of, record)
        if day is None or not period.first <= day <= period.last:
            return False
        if of == "enquiries":
            return case.opened_on is None or case.opened_on > period.last
        if of == "closed":
            return case.opened_on is not None and case.opened_on <= period.last
        return of != "requests" or (record.status != "draft" and record.kind in (*OUT, "signpost"))

    @staticmethod
    def day(of: str, record) -> date | None:
        name = {"incidents": "from_at", "cases": "opened_on", "closed": "closed_on", "enquiries": "first_contact_at",
                "requests": "sent_on", "appointments": "starts_at", "interpreting": "created_at",
                "turned_away": "given_on", "conduct": "happened_on"}[of]  # fmt: skip
        at = getattr(record, name)
        return local(at).date() if name.endswith("_at") else at

    def person(self, record) -> Client | None:
        client = (record if isinstance(record, Case) else record.case).client
        while client is not None and client.merged_into_id is not None:
            client = self.clients[client.merged_into_id]
        return client

    def _measured(self, measure: str, record):
        if measure == "people":
            person = self.person(record)
            return person and person.id
        return (record if isinstance(record, Case) else record.case).id if measure == "cases" else record.id

    def _lines(self, of: str, key: str, record, period) -> set[str]:
        case, person = record if isinstance(record, Case) else record.case, self.person(record)
        day = self.day(of, record)
        worked_out = {
            **dict.fromkeys(("month", "quarter", "year", "weekday"), lambda: self._time(key, of, record, day)),
            "age": lambda: _age(person.date_of_birth, day) if person else "Not recorded",
            "previous_count": lambda: _times(record.previous_count),
            "told": lambda: _yes(one.state == "reported" for one in record.reports),
            "interpreter_there": lambda: _yes(
                one.role == "interpreter" and one.status in ("accepted", "attended") for one in record.people
            ),
            "timing": lambda: self._timing(record),
        }  # fmt: skip
        if key in worked_out:
            return {worked_out[key]()}
        of_person = {one: (person, name) for one, name in OF_PERSON}
        of_case = {one: (case, name) for one, name in OF_CASE}
        elsewhere = {"interpreted": (record, "language"), "asked": (record, "language"),
                     "agency_kind": (getattr(record, "agency", None), "kind"),
                     "public_body": (getattr(record, "agency", None), "public_body")}  # fmt: skip
        own = (record if key in by_key(type(record)) else case, key)
        return _labels(*{**of_case, **of_person, **elsewhere}.get(key, own))

    def _time(self, key: str, of: str, record, day: date) -> str:
        if key == "weekday":
            unsure = of == "incidents" and record.precision in ("month", "approx")
            return "Not recorded" if unsure else WEEKDAYS[day.weekday()]
        if key == "month":
            return f"{day:%b %Y}"
        if key == "quarter":
            return {1: "Jan–Mar", 4: "Apr–Jun", 7: "Jul–Sep", 10: "Oct–Dec"}[
                (day.month - 1) // 3 * 3 + 1
            ] + f" {day.year}"
        return f"{day.year - (day.month < 4)}"

    def _timing(self, one) -> str:
        due, code = one.response_due, one.outcome.code if one.outcome else None
        back = one.status == "withdrawn" and (one.closed_on is None or (due and one.closed_on <= due))
        back = back or (due and code == "withdrawn_by_client" and one.responded_on and one.responded_on <= due)
        if due is None or back:
            return "No day set, or taken back before it"
        if due >= self.counted_on:
            return "Not due yet"
        silent = one.status == "withdrawn" or code in ("withdrawn_by_client", "no_response")
        return (
            "Answered in time" if one.responded_on and one.responded_on <= due and not silent else "Late, or no answer"
        )


def _yes(any_of) -> str:
    return "Yes" if any(any_of) else "No"


def _labels(record, key: str) -> set[str]:
    if record is None:
        return {"Not recorded"}
    value, info = getattr(record, key), by_key(type(record))[key].info
    if isinstance(value, list):
        return {one.words for one in value} or {"Not recorded"}
    if value is None:
        return {"Not recorded"}
    if isinstance(value, bool):
        return {"Yes" if value else "No"}
    return {dict(info.choices)[value] if info.choices else getattr(value, "words", None) or value.name}


def _age(born: date | None, day: date) -> str:
    if born is None:
        return "Not recorded"
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if years < 16:
        return "Under 16"
    return next(label for least, label in ((65, "65 and over"), (55, "55 to 64"), (45, "45 to 54"), (35, "35 to 44"),
                                           (25, "25 to 34"), (16, "16 to 24")) if years >= least)  # fmt: skip


def _times(number: int | None) -> str:
    if number is None:
        return "Not recorded"
    return "None" if number == 0 else "1" if number == 1 else "2 to 4" if number < 5 else "5 to 9" if number < 10 else \
        "10 or more"  # fmt: skip
