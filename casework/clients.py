"""Who the office stands with: what is asked of a record before it is kept, and the keys for finding it again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import guard
from casework.changes import is_changed
from casework.context import acting
from casework.problems import Problem
from casework.scope import office_wide
from casework.text import digits, name_key
from models import Case, Client, ClientMember
from models.declared import by_key

OPEN_STATES = ("open", "on_hold", "closing")
NEED_A_NOTE = {
    "only_times": "Say at which times it is safe to contact them.",
    "via_third_party": "Say through whom they can be reached, and how.",
}
SAFE_FOR = {  # what may be read or heard by others goes by these answers alone; see the decision on safe ways
    "letter": ("any",), "email": ("any",), "text": ("any",),
    "answerphone": ("any", "only_times", "no_post", "via_third_party"),
}  # fmt: skip
HANDED_OVER = ("hand", "kept")  # given at the office, or kept there: no safe way is needed
OLDEST = 120  # years; nobody of a household is older


def is_safe_way(client: Client | None, medium: str) -> bool:
    """Say whether something may reach this client by `medium`; what they were never asked about is not safe."""
    if medium in HANDED_OVER:
        return True
    said = client.safe_contact if client is not None else None
    return said in SAFE_FOR[medium] if medium in SAFE_FOR else said not in (None, "none")


# Filled in by themselves


def fill_keys(client: Client, _db: Session) -> None:
    """Fold both names into one key, and the phone into its digits, so that any spelling finds them."""
    names = f"{client.name or ''} {client.own_script or ''}"
    client.name_key = name_key(names)[: by_key(Client)["name_key"].length].strip()
    client.phone_digits = digits(client.phone or "")[: by_key(Client)["phone_digits"].length] or None


guard.prepare(Client, fill_keys)


# Rules


def has_a_name(client: Client, _db: Session) -> Iterator[Problem]:
    if not (client.name or "").strip():
        yield Problem("name", "Give a name, an alias, or what they want to be called.")


def organisation_has_a_contact(client: Client, _db: Session) -> Iterator[Problem]:
    """Source: service statement, "Client group": now and then an organisation."""
    if client.kind == "organisation" and not (client.org_contact or "").strip():
        yield Problem("org_contact", "Name the person to speak with at this organisation.")


def safe_way_is_explained(client: Client, _db: Session) -> Iterator[Problem]:
    if client.safe_contact in NEED_A_NOTE and not (client.safe_note or "").strip():
        yield Problem("safe_note", NEED_A_NOTE[client.safe_contact])


def safe_way_stays_known(client: Client, db: Session) -> Iterator[Problem]:
    if client.safe_contact or not is_changed(client, "safe_contact") or client.id is None:
        return
    open_cases = select(func.count(Case.id)).where(Case.client_id == client.id, Case.status.in_(OPEN_STATES))
    if db.scalar(office_wide(open_cases)):
        yield Problem("safe_contact", "This person has an open case: say how it is safe to contact them.")


def born_in_the_past(client: Client, db: Session) -> Iterator[Problem]:
    if client.date_of_birth is not None and client.date_of_birth > acting(db).today:
        yield Problem("date_of_birth", "A date of birth lies in the past. Correct the year.")


def member_is_born_in_a_likely_year(member: ClientMember, db: Session) -> Iterator[Problem]:
    this_year = acting(db).today.year
    if member.birth_year is not None and not this_year - OLDEST <= member.birth_year <= this_year:
        yield Problem("birth_year", "Type the year of birth with four digits, for example 2019.")


def clients_are_kept(_client: Client, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: a client's record is kept. A manager can set it aside with a reason.")


guard.register(
    Client,
    has_a_name,
    organisation_has_a_contact,
    safe_way_is_explained,
    safe_way_stays_known,
    born_in_the_past,
)
guard.register(ClientMember, member_is_born_in_a_likely_year)
guard.register_deletion(Client, clients_are_kept)
