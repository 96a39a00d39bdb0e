"""What was told without permission, on a legal duty or to save a life: written down afterwards by a manager.

There is no way of sending without consent. This records what a person has already said, by telephone or in a
court, so that the client and the review can see it. It sends nothing and opens no gate.
Source: service statement, "Quality casework", point 1; see the decision on telling without consent.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import guard
from casework.audit import changed_fields
from casework.changes import is_new, was
from casework.context import acting
from casework.problems import Problem
from models import DisclosureWithoutConsent

RECORDERS = ("manager", "system")


def a_manager_records_it(_one: DisclosureWithoutConsent, db: Session) -> Iterator[Problem]:
    if acting(db).role not in RECORDERS:
        yield Problem("", "Not recorded: what was told without permission is written down by the manager. Tell them.")


def written_down_afterwards(one: DisclosureWithoutConsent, db: Session) -> Iterator[Problem]:
    if one.told_on is not None and one.told_on > acting(db).today:
        yield Problem("told_on", "This is written down afterwards; it is no permission to tell. Correct the day.")


def client_knows_or_there_is_a_reason(one: DisclosureWithoutConsent, db: Session) -> Iterator[Problem]:
    if one.client_told_on is None and not (one.why_not_told or "").strip():
        yield Problem("client_told_on", "Say on which day the client was told of it, or why they were not.")
    elif one.client_told_on is not None and one.client_told_on > acting(db).today:
        yield Problem("client_told_on", "This day is still to come. Say why they were not told so far.")


def stays_as_it_was_told(one: DisclosureWithoutConsent, _db: Session) -> Iterator[Problem]:
    changed = () if is_new(one) else changed_fields(one)
    fixed = [name for name in changed if name != "client_told_on" or was(one, name) is not None]
    if fixed:
        yield Problem(fixed[0], "Not changed: this stays as it was written. Only the day on which the client was told "
                      "can be added.")  # fmt: skip


def disclosures_are_kept(_one: DisclosureWithoutConsent, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what was told without permission stays on file.")


guard.register(
    DisclosureWithoutConsent,
    a_manager_records_it,
    written_down_afterwards,
    client_knows_or_there_is_a_reason,
    stays_as_it_was_told,
)
guard.register_deletion(DisclosureWithoutConsent, disclosures_are_kept)
