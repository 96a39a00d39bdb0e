"""Asking an interpreter to come to an appointment, and what they answered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.problems import Problem, RuleBroken
from models import Appointment, AppointmentWorker, Worker

ANSWERS = ("accepted", "declined")


def ask(db: Session, appointment: Appointment, worker: Worker) -> AppointmentWorker:
    """Write down that this person was asked to interpret; one who was asked before is asked again.

    Raises RuleBroken if the rules of the appointment refuse them.
    """
    row = _row(appointment, worker)
    if row is None:
        row = AppointmentWorker(worker=worker, role="interpreter", status="invited")
        appointment.people.append(row)
    elif row.role != "interpreter":
        raise RuleBroken([Problem("worker", f"{worker} already goes as one of us. Choose somebody else to interpret.")])
    else:
        row.status = "invited"
    db.flush()
    return row


def answer(db: Session, appointment: Appointment, worker: Worker, said: str) -> AppointmentWorker:
    """Write down the answer, "accepted" or "declined". Raises RuleBroken if they were not asked."""
    row = _row(appointment, worker)
    if row is None or row.role != "interpreter" or said not in ANSWERS:
        raise RuleBroken([Problem("worker", "Ask them first, then write down their answer.")])
    row.status = said
    db.flush()
    return row


def _row(appointment: Appointment, worker: Worker) -> AppointmentWorker | None:
    return next((row for row in appointment.people if row.worker_id == worker.id), None)
