"""The client's own receipt of a permission, given by a way that is safe for them.

It goes to nobody but the client. A paper that is found at home can do as much harm as a letter to the wrong
body, so how it is given is asked, and what the client said about safe ways decides.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework import audit
from casework.changes import is_linked
from casework.clients import is_safe_way
from casework.context import acting
from casework.letters import ENGLISH
from casework.problems import Problem, RuleBroken
from models import Client, Consent, LetterTemplate


def unsafe(client: Client, way: str) -> Problem | None:
    """Give why a receipt must not go to this client by `way` (hand, kept, letter, email); None if it may."""
    if is_safe_way(client, way):
        return None
    said = "how it is safe to write was not asked yet" if client.safe_contact is None else "this is not a safe way"
    return Problem("way", f"Not made for this: {said} for {client.name}. Hand it over in person, or keep it here for "
                   "them.")  # fmt: skip


def give(db: Session, consent: Consent, way: str) -> Consent:
    """Write down that the client has their receipt; the first day stays. Raises RuleBroken for a way that is unsafe."""
    problem = unsafe(consent.client, way)
    if problem is not None:
        raise RuleBroken([problem])
    if consent.receipt_on is None and way != "kept":
        consent.receipt_on = acting(db).today
        db.flush()
    return consent


def log(db: Session, consent: Consent, way: str, sha256: str) -> None:
    """Write to the trail that the receipt was made, and which file it was."""
    audit.write(db, "exported", "Consent", consent.id, reason=f"receipt, {way}, file {sha256[:16]}")


def is_read_out(consent: Consent, template: LetterTemplate) -> bool:
    """Say whether the receipt must be read to the client: they speak a language that the template is not in."""
    language = consent.client.language
    if language is None or language.code == ENGLISH:
        return False
    return not is_linked(template, "language", language)
