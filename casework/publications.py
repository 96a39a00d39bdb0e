"""What is made public of a client: their words, their story, a word to the press; each under its own permission.

The row is the proof: whatever prints a quote makes one with `publish`, and the ledger shows it to the client.
Source: empowering casework article, service users' words; service statement, "Quality casework", point 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casework import guard
from casework.audit import changed_fields
from casework.changes import is_linked, is_new, was
from casework.consent import hold_consents, live_permission, must_permit, read_afresh
from casework.context import acting
from casework.permission import refusal_of
from casework.problems import Problem
from models import Case, Client, Publication


def publish(
    db: Session,
    client: Client,
    kind: str,
    words: str,
    used_in: str,
    *,
    case: Case | None = None,
    printed_on: date | None = None,
) -> Publication:
    """Write down that a client's words are made public: through the gate, with the proof of it.

    `kind` is quote, case_study or media. Raises RuleBroken where no live permission of that kind covers the day.
    """
    today = acting(db).today
    hold_consents(db, client)
    consent = must_permit(db, client, kind, printed_on or today, case=case, today=today)
    made = Publication(
        client=client, case=case, kind=kind, words=words, used_in=used_in, printed_on=printed_on or today,
        consent=consent,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


# Filled in by itself


def under_its_permission(one: Publication, db: Session) -> None:
    """Name the permission by itself, also where it is written into the plain form."""
    if is_new(one) and one.client is not None and one.client.id is not None and one.printed_on is not None:
        read_afresh(db, one.client.id)
        today = acting(db).today
        one.consent = live_permission(db, one.client, one.kind, one.printed_on, case=one.case, today=today)


guard.prepare(Publication, under_its_permission)


# Rules


def nothing_is_printed_without_permission(one: Publication, db: Session) -> Iterator[Problem]:
    """Source: empowering casework article; a person's words are theirs."""
    if is_new(one) and one.consent is None and one.client is not None and one.printed_on is not None:
        today = acting(db).today
        yield refusal_of(db, one.client, one.kind, one.printed_on, case=one.case, today=today)


def case_is_theirs(one: Publication, _db: Session) -> Iterator[Problem]:
    if (
        is_new(one)
        and one.case is not None
        and one.client is not None
        and not is_linked(one.case, "client", one.client)
    ):
        yield Problem("case", "This case is not this client's. Choose one of theirs, or none.")


def printed_by_today(one: Publication, db: Session) -> Iterator[Problem]:
    if is_new(one) and one.printed_on is not None and one.printed_on > acting(db).today:
        yield Problem("printed_on", "What is made public is recorded once it is, not before. Correct the day.")


def stays_as_it_was_printed(one: Publication, _db: Session) -> Iterator[Problem]:
    changed = () if is_new(one) else changed_fields(one)
    fixed = [name for name in changed if name != "taken_down_on" or was(one, name) is not None]
    if fixed:
        yield Problem(fixed[0], "Not changed: the record of what was made public stays as it was written.")


def taken_down_in_between(one: Publication, db: Session) -> Iterator[Problem]:
    day = one.taken_down_on
    if day is not None and one.printed_on is not None and not one.printed_on <= day <= acting(db).today:
        yield Problem("taken_down_on", "It is taken down after it was made public, until today. Correct the day.")


def publications_are_kept(_one: Publication, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the record of what was made public is kept. Write down when it was taken down.")


guard.register(
    Publication,
    nothing_is_printed_without_permission,
    case_is_theirs,
    printed_by_today,
    stays_as_it_was_printed,
    taken_down_in_between,
)
guard.register_deletion(Publication, publications_are_kept)
