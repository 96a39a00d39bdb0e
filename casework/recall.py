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
from casework import guard, tasks
from casework.calendar import Due, due
from casework.changes import belonging, is_changed
from casework.context import acting
from casework.coverage import covers
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting, office
from models import Case, Consent, Correspondence, Publication, Referral, Release

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


def ask_back_what_left(consent: Consent, db: Session) -> None:
    """Leave a task for every release under a consent that is being withdrawn and that nobody has asked back yet."""
    if consent.withdrawn_on is None or not is_changed(consent, "withdrawn_on"):
        return
    for release in belonging(db, Release, "consent", consent):
        if release.recalled_on is None and not tasks.waiting_for(db, "release", release):
            _ask(db, release, f"Ask {release.agency.name} to give back what was sent", _to_ask(db))


guard.prepare(Consent, ask_back_what_left)


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
    case = case_of(db, release)
    owner = (case.lead if case is not None else None) or tasks.whoever_acts(db)
    if owner is not None:
        trace = "\n".join(clock.explained())
        tasks.ask(db, owner, what, clock.on, case=case, trace=trace, about=("release", release))


def case_of(db: Session, release: Release) -> Case | None:
    """Give the case from which something left: that of its referral or of its letter."""
    if release.referral is not None:
        return release.referral.case
    with_it = belonging(db, Correspondence, "release", release)
    return with_it[0].case if with_it else None
