"""Who knows a client from meetings before, under every record that the client has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework.merging import records_of_each
from casework.scope import office_wide
from models import Appointment, AppointmentWorker, Case, LanguageRequest

WENT = ("accepted", "attended")


def who_knows(db: Session, clients: Collection[int], *, in_writing: bool = False) -> dict[int, frozenset[int]]:
    """Give, for each client, who has interpreted for them; with `in_writing` also who has put something into writing.

    Whoever met one record of a person knows all of them, as long as the records are joined. Two or three statements,
    office-wide.
    """
    records = records_of_each(db, clients)
    everybody = {record for of_one in records.values() for record in of_one}
    found: dict[int, set[int]] = {one: set() for one in everybody}
    for statement in (_met(everybody), *((_wrote(everybody),) if in_writing else ())):
        for client_id, worker_id in db.execute(office_wide(statement)) if everybody else ():
            found[client_id].add(worker_id)
    return {one: frozenset().union(*(found[record] for record in of_one)) for one, of_one in records.items()}


def _met(clients: Collection[int]) -> Select[Any]:
    return (
        select(Case.client_id, AppointmentWorker.worker_id).distinct()
        .join(Appointment, AppointmentWorker.appointment_id == Appointment.id)
        .join(Case, Appointment.case_id == Case.id)
        .where(Case.client_id.in_(clients), Appointment.status == "attended")
        .where(AppointmentWorker.role == "interpreter", AppointmentWorker.status.in_(WENT))
    )  # fmt: skip


def _wrote(clients: Collection[int]) -> Select[Any]:
    return (
        select(Case.client_id, LanguageRequest.worker_id).distinct()
        .join(Case, LanguageRequest.case_id == Case.id)
        .where(Case.client_id.in_(clients), LanguageRequest.minutes.is_not(None))
        .where(LanguageRequest.worker_id.is_not(None))
    )  # fmt: skip
