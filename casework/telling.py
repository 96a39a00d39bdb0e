"""Telling a client when they are met: which ways are safe for them, and that they were told.

What lies on a doormat or on a shared telephone is read by others, so a way that the client has not called safe is
refused wherever it is written down. Source: service statement, "Quality casework" (safe ways).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from sqlalchemy.orm import Session

from casework import guard
from casework.changes import is_changed
from casework.clients import is_safe_way
from casework.context import acting
from casework.problems import Problem
from models import Appointment, Client
from models.appointments import TOLD_BY
from models.declared import by_key

WAYS = tuple(word for word, _words in TOLD_BY)
IN_PERSON = "person"
THROUGH_SOMEBODY = "via_third_party"  # rings no telephone of the client: the time goes through whom they named
MEDIA = MappingProxyType({"post": "letter"})  # where the table of safe ways has another word for it


def is_safe_to_tell_by(client: Client, way: str) -> bool:
    """Say whether this client may be told a time by `way`, one of WAYS; face to face always."""
    if way == IN_PERSON:
        return True
    return is_safe_way(client, MEDIA.get(way, way)) and not (way == "phone" and client.safe_contact == THROUGH_SOMEBODY)


def why_unsafe(client: Client | None, way: str) -> str:
    """Give why this client may not be told by `way`, in a sentence; empty where they may."""
    if client is None or is_safe_to_tell_by(client, way):
        return ""
    words = dict(TOLD_BY)[way].lower()
    if client.safe_contact is None:
        return f"Not by {words}: nobody has asked yet what is safe for {client.name}. Ask when you meet them."
    said = by_key(Client)["safe_contact"].info.choice_label(client.safe_contact).lower()
    return f"Not by {words}: the safe way for {client.name} is “{said}”."


def tell(db: Session, appointment: Appointment, way: str) -> Appointment:
    """Write down that the client was told the time today, by `way`. Raises RuleBroken; not committed."""
    with db.no_autoflush:
        appointment.client_told_on, appointment.client_told_by = acting(db).today, way
    db.flush()
    return appointment


def told_by_a_safe_way(appointment: Appointment, db: Session) -> Iterator[Problem]:
    if not (is_changed(appointment, "client_told_on") or is_changed(appointment, "client_told_by")):
        return
    day, way = appointment.client_told_on, appointment.client_told_by
    if day is not None and way is None and acting(db).role != "system":
        yield Problem("client_told_by", "Say by which way the client was told.")
    if way is not None and day is None:
        yield Problem("client_told_on", "Say on which day the client was told.")
    if day is not None and day > acting(db).today:
        yield Problem("client_told_on", "This is recorded once the client was told. Correct the day.")
    client = appointment.case.client if appointment.case is not None else None
    if way is not None and (text := why_unsafe(client, way)):
        yield Problem("client_told_by", f"{text} Tell them so, or face to face.")


guard.register(Appointment, told_by_a_safe_way)
