"""Makes records for tests with the fewest words; whatever a test does not name is lawful and dull."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import utc_from_local
from casework.context import Acting, acting, set_acting
from casework.documents import Belongs, keep
from casework.problems import RuleBroken
from models import (
    Agency,
    Appointment,
    AppointmentWorker,
    Area,
    Availability,
    Case,
    Client,
    Code,
    Consent,
    ExtraChoice,
    ExtraField,
    Incident,
    IncidentReport,
    Language,
    Referral,
    ReferralChase,
    Setting,
    Team,
    User,
    Worker,
    WorkerLanguage,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 09:00 in London
TODAY = date(2026, 11, 23)


def code(db: Session, code_list: str, short: str) -> Code:
    return db.scalars(select(Code).where(Code.list == code_list, Code.code == short)).one()


def language(db: Session, name: str) -> Language:
    return db.scalars(select(Language).where(Language.name == name)).one()


def area(db: Session, name: str = "Tower Hamlets") -> Area:
    return db.scalars(select(Area).where(Area.name == name)).one()


def team(db: Session, name: str = "East") -> Team:
    return _kept(db, db.scalars(select(Team).where(Team.name == name)).one_or_none() or Team(name=name))


def worker(
    db: Session,
    name: str = "Maryam Y",
    *,
    kind: str = "staff",
    in_team: Team | None = None,
    speaks: tuple[tuple[str, str], ...] = (),
    free: tuple[tuple[str, str, str], ...] = (),
    **more,
) -> Worker:
    """`speaks` holds (language, mode); `free` holds (weekday "0".."6", "10:00", "14:00")."""
    more.setdefault("confidentiality_signed_on", date(2026, 1, 5))
    more.setdefault("id_card_expires", date(2027, 12, 31))
    made = Worker(name=name, kind=kind, team=in_team, **more)
    made.languages = [WorkerLanguage(language=language(db, lang), mode=mode, level="fluent") for lang, mode in speaks]
    made.availability = [
        Availability(weekday=day, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), free=True)
        for day, starts, ends in free
    ]
    return _kept(db, made)


def volunteer(db: Session, name: str = "Farida A", **more) -> Worker:
    return worker(db, name, kind="volunteer", **more)


def user(db: Session, username: str, role: str, person: Worker | None = None) -> User:
    if person is None and role in ("caseworker", "coordinator"):
        person = worker(db, username)
    return _kept(db, User(username=username, role=role, worker=person))


def client(db: Session, name: str = "Rehana Begum", **more) -> Client:
    more.setdefault("safe_contact", "phone_only")
    more.setdefault("phone", "07700 900114")
    if "area" not in more:
        more["area"] = area(db)
    return _kept(db, Client(name=name, **more))


def case(db: Session, of: Client | None = None, *, lead: Worker | None = None, status: str = "open", **more) -> Case:
    of = of or client(db)
    lead = lead or worker(db, in_team=team(db))
    more.setdefault("kind", code(db, "case_kind", "racist_incident"))
    more.setdefault("first_contact_at", datetime(2026, 11, 16, 10, 30, tzinfo=UTC))
    more.setdefault("area", of.area)
    if status == "closed":
        more.setdefault("closure_agreed", "client")
        more.setdefault("closure_reason", code(db, "closure_reason", "resolved"))
    made = _kept(db, Case(client=of, lead=lead, team=more.pop("team", lead.team), status="enquiry", **more))
    for made.status in CASE_ROADS[status]:
        db.flush()
    return made


# Each state of a case and the steps that lead there from an enquiry.
CASE_ROADS = {
    "enquiry": (),
    "advised": ("advised",),
    "open": ("open",),
    "on_hold": ("open", "on_hold"),
    "closing": ("open", "closing"),
    "closed": ("open", "closing", "closed"),
}


def agency(
    db: Session,
    name: str = "Marsh Lane Homes",
    *,
    kind: str = "housing_association",
    tier: str = "semi_public",
    areas: tuple[str, ...] = (),
    **more,
) -> Agency:
    covers = [area(db, one) for one in areas]
    return _kept(db, Agency(name=name, kind=code(db, "agency_kind", kind), tier=tier, areas=covers, **more))


def consent(
    db: Session,
    of: Client,
    to: Agency | None = None,
    *,
    purposes: tuple[str, ...] = ("repairs",),
    scope: tuple[str, ...] = ("name", "incident_dates"),
    **more,
) -> Consent:
    more.setdefault("kind", "share_agency" if to else "statistics")
    more.setdefault("method", "signed")
    more.setdefault("given_on", date(2026, 10, 14))
    more.setdefault("expires_on", date(2027, 10, 14))
    more.setdefault("warning_read_on", more["given_on"])
    if more["method"] == "verbal_witnessed" and "witness" not in more:
        more["witness"] = worker(db, "Samira K")
    return _kept(
        db,
        Consent(
            client=of,
            agency=to,
            purposes=[code(db, "request", one) for one in purposes],
            scope=[code(db, "data_scope", one) for one in scope],
            **more,
        ),
    )


def at(day: str, clock: str) -> datetime:
    """Give the UTC moment of a London clock time, as "2026-11-25", "11:00"."""
    return utc_from_local(date.fromisoformat(day), time.fromisoformat(clock))


def appointment(
    db: Session,
    of: Case | None = None,
    day: str = "2026-11-25",
    clock: str = "11:00",
    *,
    minutes: int = 60,
    kind: str = "office",
    lead: Worker | None = None,
    second: Worker | None = None,
    interpreter: Worker | None = None,
    **more,
) -> Appointment:
    """A booked one: the caseworker leads, and a home visit has its reason and its second person."""
    of = of or case(db)
    if kind == "home_visit":
        more.setdefault("cannot_attend_reason", "Cannot leave the flat")
        second = second or worker(db, "Jon P")
    going = (("lead", lead or of.lead), ("second", second), ("interpreter", interpreter))
    people = [AppointmentWorker(worker=one, role=role) for role, one in going if one is not None]
    starts_at = at(day, clock)
    return _kept(
        db,
        Appointment(
            case=of,
            kind=kind,
            starts_at=starts_at,
            people=people,
            ends_at=starts_at + timedelta(minutes=minutes),
            **more,
        ),
    )


def referral(
    db: Session, of: Case, to: Agency, *, request: str = "repairs", items: tuple[str, ...] = ("name",), **more
) -> Referral:
    """A draft; `casework.referrals` sends it."""
    return _kept(
        db,
        Referral(
            case=of,
            agency=to,
            request=code(db, "request", request),
            items=[code(db, "data_scope", one) for one in items],
            **more,
        ),
    )


def chased(db: Session, of: Referral, *moments: datetime) -> list[ReferralChase]:
    """Chases of a sent referral, at these moments."""
    return [_kept(db, ReferralChase(referral=of, at=moment, medium="phone")) for moment in moments]


def silent(db: Session, of: Referral) -> datetime:
    """Let an agency's time pass: two chases on different days after its day. The clock stays on the second."""
    assert of.sent_on is not None
    day = max(of.response_due or of.sent_on, of.sent_on)
    for days in (1, 2):
        now = datetime.combine(day + timedelta(days=days), time(9), UTC)
        set_acting(db, replace(acting(db), now=now))
        chased(db, of, now)
    return now


def incident(
    db: Session,
    of: Case | None = None,
    day: str = "2026-11-19",
    clock: str = "22:00",
    *,
    strands: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    **more,
) -> Incident:
    return _kept(
        db,
        Incident(
            case=of or case(db),
            from_at=at(day, clock),
            strands=[code(db, "hate_strand", one) for one in strands],
            types=[code(db, "incident_type", one) for one in types],
            **more,
        ),
    )


def report(db: Session, of: Incident, to: Agency, *, state: str = "reported", called: str = "", **more):
    """An incident of which `to` was told on the same day, and what they call it."""
    if state == "reported":
        more.setdefault("told_on", of.from_at.date())
    word = code(db, "agency_classification", called) if called else None
    return _kept(db, IncidentReport(incident=of, agency=to, state=state, agency_classification=word, **more))


def document(db: Session, of: Case | None = None, *, name: str = "notes.txt", data: bytes = b"Some words", **more):
    """A kept document of a case, or of what `belongs` names."""
    belongs = more.pop("belongs", None) or Belongs(case=of or case(db))
    return keep(db, belongs, name, data, code(db, "document_kind", more.pop("kind", "other")), **more)


def setting(db: Session, key: str, value: str) -> Setting:
    """Change one of the office's settings."""
    row = db.scalars(select(Setting).where(Setting.key == key)).one()
    row.value = value
    return _kept(db, row)


def problems(db: Session) -> list[tuple[str, str]]:
    """Save what was changed; give (field, text) of every broken rule, none if it was lawful."""
    try:
        db.flush()
    except RuleBroken as broken:
        return [(problem.field, problem.text) for problem in broken.problems]
    return []


def act_as(db: Session, role: str, person: Worker | None = None, now: datetime = NOW, **more) -> Acting:
    """Continue this session as somebody of `role`."""
    who = Acting(
        now=now,
        role=role,
        username=role,
        user_id=more.pop("user_id", 1),
        worker_id=person.id if person else None,
        team_id=person.team_id if person else None,
        **more,
    )
    set_acting(db, who)
    return who


def _kept(db: Session, row):
    db.add(row)
    db.flush()
    return row


def extra_field(db: Session, of: str, label: str, kind: str = "text", *, answers: tuple[str, ...] = (), **more) -> str:
    """Define a field of the office's own, OFFICE unless `more` says otherwise; give the name of its attribute."""
    choices = [ExtraChoice(words=answer) for answer in answers]
    made = _kept(db, ExtraField(of=of, name=label, kind=kind, choices=choices, **{"sensitivity": "office"} | more))
    return f"extra_{made.place}"
