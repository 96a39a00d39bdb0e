"""What one interpreter needs for their coming appointments: when, how long, which language, which case, where.

The coordinator makes it and does not open the client, so the address is read here, past their scope, and only from the
interpreter's yes until the visit's end; never of a client with whom the reader or the interpreter has a conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework.context import acting
from casework.scope import hidden_from, office_wide
from models import Appointment, AppointmentWorker, Case, Client, Worker

COMING = ("requested", "offered", "booked")
SAID_YES = ("accepted", "attended")
AT_THEIR_DOOR = ("home_visit", "accompaniment")


@dataclass(frozen=True)
class Coming:
    """One appointment of an interpreter; `address` is empty unless they have said yes and it is not over."""

    appointment: Appointment
    has_accepted: bool
    address: str


def coming_of(db: Session, worker: Worker) -> list[Coming]:
    """Give their appointments from now on, in order, within the reader's scope; three statements."""
    now = acting(db).now
    links = (joinedload(Appointment.case), joinedload(Appointment.area), joinedload(Appointment.language),
             joinedload(Appointment.venue))  # fmt: skip
    found = (
        select(Appointment, AppointmentWorker.status)
        .join(AppointmentWorker, AppointmentWorker.appointment_id == Appointment.id)
        .where(AppointmentWorker.worker_id == worker.id, AppointmentWorker.role == "interpreter")
        .where(AppointmentWorker.status != "declined", Appointment.status.in_(COMING), Appointment.ends_at > now)
        .order_by(Appointment.starts_at, Appointment.id)
        .options(*links)
    )
    rows = db.execute(found).all()
    wanted = [one for one, said in rows if said in SAID_YES and one.status == "booked" and one.kind in AT_THEIR_DOOR]
    addresses = _addresses(db, worker, wanted)
    return [Coming(one, said in SAID_YES, addresses.get(one.id, "")) for one, said in rows]


def _addresses(db: Session, worker: Worker, wanted: Sequence[Appointment]) -> dict[int, str]:
    """Give the addresses of these appointments, by their numbers; the one thing read past the reader's scope."""
    if not wanted:
        return {}
    found = (
        select(Appointment.id, Client.address, Client.postcode)
        .join(Case, Appointment.case_id == Case.id)
        .join(Client, Case.client_id == Client.id)
        .where(Appointment.id.in_([one.id for one in wanted]), Client.voided_reason.is_(None))
        .where(Client.id.not_in(hidden_from(acting(db))))
        .where(Client.id.not_in(hidden_from(replace(acting(db), worker_id=worker.id))))
    )
    rows = db.execute(office_wide(found))
    return {key: ", ".join(filter(None, (address, postcode))) for key, address, postcode in rows}
