"""The gate for what leaves without going to an agency: a quote, a case study, the press, a call after closing.

Each needs a live permission of its own kind; one to share with an agency is none of these, and none of these
lets an agency be told. There is no override: the ways on are to ask the client or to leave it out.
Source: empowering casework article, service users' words; service statement, "Quality casework", point 1.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from casework.changes import belonging, has_link, is_linked
from casework.coverage import ending, is_live
from casework.datetext import without_weekday
from casework.problems import Problem, RuleBroken
from models import Case, Client, Consent

# What each permission lets us do, as it stands in a refusal.
TO_DO = {
    "quote": "to quote their words",
    "case_study": "to be told of in a case study",
    "media": "to be spoken of to the press",
    "contact_after_closure": "to be contacted after closing",
    "statistics": "to be counted in figures",
}
ASK = "Ask and record a consent for it, or leave it out."


def live_permission(
    db: Session, client: Client, kind: str, day: date, *, case: Case | None = None, today: date | None = None
) -> Consent | None:
    """Give the client's permission of one kind that holds on `day`, the one that lasts longest; None without.

    One that was withdrawn by `today` no longer counts, also for an earlier day. One for a single case holds
    only there.
    """
    found = [one for one in _given(db, client, kind, case) if _holds(one, day, today or day)]
    return max(found, key=lambda one: (one.expires_on, one.id or 0), default=None)


def must_permit(
    db: Session, client: Client, kind: str, day: date, *, case: Case | None = None, today: date | None = None
) -> Consent:
    """Give the consent under which this may be done on `day`. Raises RuleBroken with the ways on."""
    found = live_permission(db, client, kind, day, case=case, today=today)
    if found is None:
        raise RuleBroken([refusal_of(db, client, kind, day, case=case, today=today)])
    return found


def may_quote(db: Session, client: Client, day: date, *, case: Case | None = None) -> bool:
    """Say whether this client's words may be printed on `day`; whatever prints a quote asks here first."""
    return live_permission(db, client, "quote", day, case=case) is not None


def refusal_of(
    db: Session, client: Client, kind: str, day: date, *, case: Case | None = None, today: date | None = None
) -> Problem:
    """Give the sentence for what no permission covers: whose, for what, how the latest one ended, the ways on."""
    nobody = f"No active permission from {client.name} {TO_DO[kind]}."
    given = sorted(_given(db, client, kind, case), key=lambda one: (one.given_on, one.id or 0))
    if not given:
        return Problem("kind", f"{nobody} None is recorded. {ASK}")
    latest = given[-1]
    of = without_weekday(latest.given_on)
    if day < latest.given_on:
        return Problem("kind", f"{nobody} It was given on {of}, later than that day. Nothing is done before.")
    return Problem("kind", f"{nobody} The one of {of} {ending(latest, max(day, today or day))}. {ASK}")


def _given(db: Session, client: Client, kind: str, case: Case | None) -> list[Consent]:
    return [
        one
        for one in belonging(db, Consent, "client", client, Consent.kind == kind)
        if one.kind == kind and (not has_link(one, "case") or (case is not None and is_linked(one, "case", case)))
    ]


def _holds(consent: Consent, day: date, today: date) -> bool:
    withdrawn = consent.withdrawn_on is not None and consent.withdrawn_on <= today
    return is_live(consent, day) and not withdrawn
