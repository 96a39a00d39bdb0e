"""Who is kept away from which client: declared conflicts, and what volunteers asked for the other way round.

A volunteer names people, relatives and estates; the words are compared with the files here, past every scope, and
all that is ever given back is whose number is not to meet which client's number: never why, nor by whose wish.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from casework.context import acting
from casework.merging import records_of_each, same_person
from casework.scope import office_wide
from casework.sounds import ALIKE, nearness, words_of
from casework.text import name_key
from models import Appointment, AppointmentWorker, Avoidance, Case, Client, Conflict, Worker

PLACES = ("estate",)
AHEAD = ("requested", "offered", "booked")


def kept_away(
    db: Session, client_ids: Collection[int], workers: Collection[int] | None = None
) -> dict[int, frozenset[int]]:
    """Give, for each client, the workers who must not meet them; five statements at most, however many there are.

    What is declared of one record of a person, or is written in it, holds for all records of that person. `workers`
    narrows whose wishes are looked at.
    """
    records = records_of_each(db, client_ids)
    everybody = {record for of_one in records.values() for record in of_one}
    found: dict[int, set[int]] = {one: set() for one in everybody}
    declared = select(Conflict.client_id, Conflict.worker_id).where(Conflict.client_id.in_(everybody))
    for client_id, worker_id in db.execute(office_wide(declared)) if everybody else ():
        found[client_id].add(worker_id)
    wishes = list(db.execute(office_wide(_wishes(workers)))) if everybody else []
    for client in _clients(db, everybody) if wishes else ():
        found[client.id] |= {worker for worker, kind, text in wishes if names(client, kind, text)}
    return {one: frozenset().union(*(found[record] for record in of_one)) for one, of_one in records.items()}


def booked_against(db: Session, client: int) -> list[tuple[Appointment, Worker]]:
    """Give who is booked for a meeting ahead with this person and must not meet them, by time; office-wide.

    Whoever was lawfully booked for one of two records may be kept away from the other: joining shows it.
    """
    people = select(Appointment, Worker).join(AppointmentWorker, AppointmentWorker.appointment_id == Appointment.id)
    ahead = (
        people.join(Worker, AppointmentWorker.worker_id == Worker.id).join(Case, Appointment.case_id == Case.id)
        .where(Case.client_id.in_(same_person(client)), Appointment.starts_at > acting(db).now)
        .where(Appointment.status.in_(AHEAD), AppointmentWorker.status != "declined")
        .order_by(Appointment.starts_at, Appointment.id, Worker.name)
    )  # fmt: skip
    apart = kept_away(db, [client])[client]
    return [(meeting, worker) for meeting, worker in db.execute(office_wide(ahead)) if worker.id in apart]


def _wishes(workers: Collection[int] | None) -> Select[Any]:
    statement = select(Avoidance.worker_id, Avoidance.kind, Avoidance.text)
    return statement if workers is None else statement.where(Avoidance.worker_id.in_(set(workers)))


def _clients(db: Session, wanted: Collection[int]) -> Iterable[Client]:
    statement = select(Client).where(Client.id.in_(wanted)).options(selectinload(Client.members))
    return db.scalars(office_wide(statement))


def names(client: Client, kind: str, text: str) -> bool:
    """Tell whether these words mean this client: their name, that of somebody they live with, or where they live."""
    if kind in PLACES:
        address = f"{client.address or ''}, {client.postcode or ''}"
        places = [address] if "," in text else re.split(r"[,;\n]", address)
        return any(_is_within(name_key(text), name_key(place)) for place in places)
    return any(_same_name(text, name) for name in _names_of(client))


def _names_of(client: Client) -> Iterator[str]:
    yield from (name for name in (client.name, client.own_script) if name)
    yield from (member.name for member in client.members if member.name)


def _is_within(words: str, place: str) -> bool:
    """Tell whether whole words stand in a row; a postcode may be written with or without its blank."""
    joined = words.replace(" ", "")
    return bool(words) and (f" {words} " in f" {place} " or (_has_digit(joined) and joined in place.replace(" ", "")))


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _same_name(text: str, name: str) -> bool:
    """Tell whether each word of the wish is heard in the name, in any spelling: rather once too often than not."""
    wanted, there = words_of(text), words_of(name)
    return bool(wanted) and all(any(nearness(one, other) >= ALIKE for other in there) for one in wanted)
