"""After a withdrawal: what had left is asked back, whoever holds it answers, and somebody watches that they do.

Asking back needs no permission: it brings nothing new to anybody. What the letter may say is decided in
`exports/letters.py`. Source: service statement, "Quality casework", point 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import consent as gate
from casework import tasks
from casework.calendar import Due, due
from casework.changes import is_changed
from casework.context import acting
from casework.coverage import covers
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting, office
from models import Case, Consent, Publication, Referral, Release, Worker

WITH_THEM = ("sent", "acknowledged", "responded", "no_response")  # referrals that an agency still holds


@dataclass(frozen=True)
class Touched:
    """What one consent carries: what had left under it, what waits to leave, what is with an agency."""

    releases: tuple[Release, ...]
    drafts: tuple[Referral, ...]
    sent: tuple[Referral, ...]
    publications: tuple[Publication, ...]


def touched_by(db: Session, consent: Consent) -> Touched:
    """Give what a withdrawal touches, within the reader's scope."""
    return Touched(
        releases=tuple(gate.releases_under(db, consent)), drafts=tuple(_drafts(db, consent)),
        sent=tuple(db.scalars(select(Referral).where(
            Referral.consent_id == consent.id, Referral.status.in_(WITH_THEM),
        ).order_by(Referral.id).options(joinedload(Referral.agency), joinedload(Referral.request)))),
        publications=tuple(db.scalars(select(Publication).where(Publication.consent_id == consent.id))),
    )  # fmt: skip


def _drafts(db: Session, consent: Consent) -> list[Referral]:
    """Give the drafts that go to whom this consent names, wherever it alone would not be enough as well."""
    theirs = select(Referral).join(Case).where(
        Case.client_id == consent.client_id, Referral.kind == "referral_out", Referral.status == "draft"
    ).order_by(Referral.id).options(joinedload(Referral.agency), joinedload(Referral.request))  # fmt: skip
    return [one for one in db.scalars(theirs) if _is_addressed(one, consent)]


def _is_addressed(referral: Referral, consent: Consent) -> bool:
    found = covers(consent, referral.agency, None, (), consent.given_on)
    return found.covered("Agency").value == "yes"


def withdraw(db: Session, consent: Consent, on: date | None = None) -> list[Release]:
    """Write down a withdrawal, today unless said otherwise, and leave a task for each thing to be asked back."""
    gone = gate.withdraw(db, consent, on)
    leave_tasks(db, consent)
    db.flush()
    return gone


def leave_tasks(db: Session, consent: Consent) -> None:
    """Leave a task for every release under a withdrawn consent that nobody has asked back yet."""
    for release in gate.releases_under(db, consent):
        if release.recalled_on is None and not tasks.waiting_for(db, "release", release):
            _ask(db, release, f"Ask {release.agency.name} to give back what was sent", _to_ask(db))


def ask_back(db: Session, release: Release) -> Release:
    """Write down that the agency is asked to give back what it was sent; the letter is made from it.

    Raises RuleBroken while the permission still holds. Asking twice keeps the first day.
    """
    if release.consent.withdrawn_on is None:
        raise RuleBroken([Problem(
            "consent", "Not asked back: the permission still holds. Record the withdrawal first."
        )])  # fmt: skip
    if release.recalled_on is None:
        release.recalled_on = acting(db).today
        tasks.finish(db, "release", release)
        _ask(db, release, f"Has {release.agency.name} given back what was sent?", answer_to_recall(db, release))
        db.flush()
    return release


def came_back(db: Session, release: Release, on: date | None = None) -> Release:
    """Write down that the agency confirmed: given back or destroyed. Twice keeps the first day."""
    release.returned_on = release.returned_on or on or acting(db).today
    tasks.finish(db, "release", release)
    db.flush()
    return release


def _to_ask(db: Session) -> Due:
    rule = "A permission was withdrawn; whoever holds something under it is asked to give it back"
    return due(acting(db).today, number_setting(db, "recall_sent"), "working_day", office(db), rule=rule)


def answer_to_recall(db: Session, release: Release) -> Due:
    """Give when the agency's answer is looked for, counted from the day it was asked."""
    asked = release.recalled_on or acting(db).today
    rule = "Asked to give back what was sent; we look for their answer then"
    return due(asked, number_setting(db, "recall_answer"), "working_day", office(db), rule=rule)


def _ask(db: Session, release: Release, what: str, clock: Due) -> None:
    """Leave the task with the case's lead, else with whoever is acting; without either, the ledger alone tells."""
    owner = _owner(db, release)
    if owner is not None:
        tasks.ask(
            db, owner, what, clock.on, case=release.referral.case if release.referral else None,
            trace="\n".join(clock.explained()), about=("release", release),
        )  # fmt: skip


def _owner(db: Session, release: Release) -> Worker | None:
    case = release.referral.case if release.referral is not None else None
    return tasks.whose(db, case) if case is not None else tasks.whoever_acts(db)


def is_being_withdrawn(consent: Consent) -> bool:
    """Say whether the change on its way is the withdrawal, by whichever form."""
    return consent.withdrawn_on is not None and is_changed(consent, "withdrawn_on")
