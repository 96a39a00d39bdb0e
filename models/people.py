"""Those who do the work: teams, staff and volunteers, their languages and hours, and their accounts."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Integer, String, Time
from sqlalchemy.orm import Mapped

from models.base import Base, check, unique
from models.fields import FieldInfo, Sensitivity, col, link, rows, states

if TYPE_CHECKING:
    from models.clients import Client
    from models.words import Area, Language

OFFICE, PERSONAL, SPECIAL = Sensitivity.OFFICE, Sensitivity.PERSONAL, Sensitivity.SPECIAL
GENDERS = states("female: Woman", "male: Man", "other: Other")
MODES = states("spoken: Spoken", "written: Written", "signed: Signed")
WEEKDAYS = states("0: Monday", "1: Tuesday", "2: Wednesday", "3: Thursday", "4: Friday", "5: Saturday", "6: Sunday")
ROLES = states("manager: Manager", "caseworker: Caseworker", "coordinator: Volunteer coordinator", "reports: Reports")


class Team(Base):
    __order__ = ("name",)

    name: Mapped[str] = col(String(60), FieldInfo("Team", OFFICE, listed=True), unique=True)

    def __str__(self) -> str:
        return self.name


class Worker(Base):
    """A member of staff, a volunteer or a trustee."""

    __order__ = ("name",)

    name: Mapped[str] = col(String(80), FieldInfo("Name", OFFICE, listed=True, searched=True))
    kind: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Kind",
            OFFICE,
            listed=True,
            filtered=True,
            choices=states("staff: Staff", "volunteer: Volunteer", "trustee: Trustee"),
        ),
        default="volunteer",
    )
    team: Mapped[Team | None] = link(FieldInfo("Team", OFFICE, listed=True, filtered=True))
    phone: Mapped[str | None] = col(String(40), FieldInfo("Phone", PERSONAL, listed=True, searched=True))
    email: Mapped[str | None] = col(String(120), FieldInfo("E-mail", PERSONAL))
    gender: Mapped[str | None] = col(
        String(10),
        FieldInfo("Gender", OFFICE, help="For clients who ask for a woman or a man.", filtered=True, choices=GENDERS),
    )
    base_area: Mapped[Area | None] = link(FieldInfo("Lives or works in", PERSONAL, filtered=True))
    id_card_expires: Mapped[date | None] = col(
        Date, FieldInfo("ID card valid until", OFFICE, help="Shown to clients on home visits.")
    )
    confidentiality_signed_on: Mapped[date | None] = col(
        Date, FieldInfo("Confidentiality signed on", OFFICE, help="Without it nobody interprets for us.", listed=True)
    )
    confidentiality_until: Mapped[date | None] = col(
        Date, FieldInfo("Confidentiality to be signed again by", OFFICE, help="Empty: it does not run out.")
    )
    checked_on: Mapped[date | None] = col(Date, FieldInfo("DBS checked on", OFFICE))
    checked_until: Mapped[date | None] = col(
        Date, FieldInfo("DBS check valid until", OFFICE, help="Empty: it does not run out.")
    )
    training_on: Mapped[date | None] = col(Date, FieldInfo("Last training on", OFFICE))
    training_until: Mapped[date | None] = col(
        Date, FieldInfo("Training valid until", OFFICE, help="Empty: it does not run out.")
    )
    may_hold_helpline: Mapped[bool] = col(
        Boolean,
        FieldInfo(
            "May hold the helpline",
            OFFICE,
            help="For a volunteer trained for it. Staff hold it without this.",
            filtered=True,
        ),
        default=False,
    )
    hours_a_month: Mapped[int | None] = col(
        Integer, FieldInfo("Hours a month at most", OFFICE, help="Empty: no limit agreed.")
    )
    active: Mapped[bool] = col(Boolean, FieldInfo("Active", OFFICE, listed=True, filtered=True), default=True)
    languages: Mapped[list[WorkerLanguage]] = rows(FieldInfo("Languages", OFFICE), back="worker")
    availability: Mapped[list[Availability]] = rows(
        FieldInfo("When free", OFFICE, help="A weekday for every week, or one date for an exception."), back="worker"
    )
    avoids: Mapped[list[Avoidance]] = rows(
        FieldInfo("Keeps away from", SPECIAL, help="In their own words; compared with the files."),
        back="worker",
    )
    entries: Mapped[list[VolunteerEntry]] = rows(FieldInfo("Hours, expenses and thanks", OFFICE), back="worker")

    def __str__(self) -> str:
        return self.name


class WorkerLanguage(Base):
    __part_of__ = "worker"
    __table_args__ = (unique("worker_id", "language_id", "mode"),)

    worker: Mapped[Worker] = link(FieldInfo("Worker", OFFICE), back="languages")
    language: Mapped[Language] = link(FieldInfo("Language", OFFICE, listed=True, filtered=True))
    mode: Mapped[str] = col(String(10), FieldInfo("How", OFFICE, listed=True, choices=MODES), default="spoken")
    level: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Level",
            OFFICE,
            listed=True,
            choices=states("native: First language", "fluent: Fluent", "working: Working knowledge"),
        ),
        default="fluent",
    )
    dialect: Mapped[str | None] = col(String(60), FieldInfo("Dialect", OFFICE))

    def __str__(self) -> str:
        return f"{self.language}, {type(self).mode.info['field'].choice_label(self.mode).lower()}"


class Availability(Base):
    """Hours in which a worker is free every week, or an exception on one date (free or not)."""

    __part_of__ = "worker"
    __table_args__ = (
        check("starts_before_it_ends", "starts < ends"),
        check("weekday_or_day", "(weekday IS NULL) <> (day IS NULL)"),
    )

    worker: Mapped[Worker] = link(FieldInfo("Worker", OFFICE), back="availability")
    weekday: Mapped[str | None] = col(String(1), FieldInfo("Every", OFFICE, choices=WEEKDAYS))
    day: Mapped[date | None] = col(Date, FieldInfo("Or on", OFFICE))
    starts: Mapped[time] = col(Time, FieldInfo("From", OFFICE))
    ends: Mapped[time] = col(Time, FieldInfo("To", OFFICE))
    free: Mapped[bool] = col(Boolean, FieldInfo("Free then", OFFICE), default=True)


class Avoidance(Base):
    """Somebody or somewhere that a volunteer has asked to keep away from; matched to files, never shown beside one."""

    __part_of__ = "worker"

    worker: Mapped[Worker] = link(FieldInfo("Worker", OFFICE), back="avoids")
    kind: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Kind",
            SPECIAL,
            choices=states("person: A person", "relative: A relative", "estate: An estate, street or postcode"),
        ),
        default="person",
    )
    text: Mapped[str] = col(
        String(120), FieldInfo("Who or where", SPECIAL, help="First name and surname, or the name of the estate.")
    )

    def __str__(self) -> str:
        return f"Avoidance {self.id}"


class VolunteerEntry(Base):
    """Something given by a volunteer, or given back: hours beside the requests, an expense, thanks."""

    __part_of__ = "worker"
    __table_args__ = (
        check("hours_have_minutes", "(kind = 'hours') = (minutes IS NOT NULL)"),
        check("expenses_have_pence", "(kind = 'expense') = (pence IS NOT NULL)"),
        check("minutes_positive", "minutes > 0"),
        check("pence_positive", "pence > 0"),
        check("paid_is_an_expense", "paid_on IS NULL OR kind = 'expense'"),
    )

    worker: Mapped[Worker] = link(FieldInfo("Worker", OFFICE), back="entries")
    kind: Mapped[str] = col(
        String(10),
        FieldInfo("Kind", OFFICE, choices=states("hours: Hours", "expense: Expense", "thanks: Thanks")),
        default="hours",
    )
    day: Mapped[date] = col(Date, FieldInfo("Day", OFFICE))
    what: Mapped[str | None] = col(String(120), FieldInfo("What for", OFFICE))
    minutes: Mapped[int | None] = col(Integer, FieldInfo("Minutes", OFFICE))
    pence: Mapped[int | None] = col(Integer, FieldInfo("Pence", OFFICE, help="An expense of £2.80 is 280."))
    paid_on: Mapped[date | None] = col(Date, FieldInfo("Paid on", OFFICE))

    def __str__(self) -> str:
        return f"Entry {self.id}"


class Conflict(Base):
    """A worker who must never see or meet a client: family, same estate, or the client's own request."""

    __table_args__ = (unique("worker_id", "client_id"),)

    worker: Mapped[Worker] = link(FieldInfo("Worker", OFFICE, listed=True))
    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, listed=True))
    reason: Mapped[str] = col(String(200), FieldInfo("Reason", SPECIAL))
    declared_on: Mapped[date] = col(Date, FieldInfo("Declared on", OFFICE, listed=True))

    def __str__(self) -> str:
        return f"Conflict {self.id}"


class User(Base):
    """An account. Accounts are never deleted, so that a number never comes to mean somebody else."""

    __order__ = ("username",)
    __table_args__ = ({"sqlite_autoincrement": True},)

    username: Mapped[str] = col(String(40), FieldInfo("Sign-in name", OFFICE, listed=True, searched=True), unique=True)
    role: Mapped[str] = col(String(20), FieldInfo("Role", OFFICE, listed=True, filtered=True, choices=ROLES))
    worker: Mapped[Worker | None] = link(FieldInfo("Person", OFFICE, listed=True), unique=True)
    active: Mapped[bool] = col(Boolean, FieldInfo("May sign in", OFFICE, listed=True, filtered=True), default=True)
    password_hash: Mapped[str | None] = col(String(200), FieldInfo("Passphrase", Sensitivity.SECRET, in_form=False))
    epoch: Mapped[int] = col(
        Integer, FieldInfo("Sign-in round", Sensitivity.SECRET, in_form=False), default=1
    )  # raised on every change of passphrase, role or state, and at sign-out: older cookies die at once

    def __str__(self) -> str:
        return self.username
