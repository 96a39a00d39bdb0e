"""The one gate: nothing about a client leaves the office unless a live consent of theirs covers it.

`covers` compares one consent with what is wanted, `best_consent` finds the one that covers or comes nearest,
`must_cover` refuses. There is no override: the ways on are to ask the client or to signpost instead. The rules
run at every flush, so that a form, an action, an import or a seed meets the same gate.
Source: service statement, "Quality casework", point 1; empowering casework article (signed before we act).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit, guard
from casework.audit import changed_fields
from casework.calendar import due, local
from casework.changes import belonging, has_link, is_changed, is_linked, is_new, was
from casework.context import acting
from casework.coverage import (
    HOME_OFFICE_WARNING,
    Coverage,
    Covered,
    Line,
    covers,
    is_live,
    needs_warning,
    refusal,
)
from casework.locks import hold
from casework.permission import live_permission, may_quote, must_permit
from casework.problems import Problem, RuleBroken
from casework.settings import number_setting, office
from models import Agency, Case, Client, Code, Consent, Publication, Release

__all__ = [
    "Coverage", "Covered", "Line", "best_consent", "covers", "hold_consents", "is_live", "live_permission",
    "may_quote", "must_cover", "must_permit", "needs_warning", "read_afresh", "refusal", "releases_under", "stopped",
    "withdraw",
]  # fmt: skip

SHARING = ("share_agency", "share_agency_kind")
RETURNING = ("recalled_on", "returned_on")  # what is written on a release after it left
SPOKEN_NEEDS = ("spoken", "both", "signed")  # what a client may need an interpreter for, when something is said
LATER = ("withdrawn_on", "receipt_on")  # what is written on a consent after it was given
GATE = "the consent gate"  # how the trail calls who refused
NO_CLIENT = Problem(
    "client", "This enquiry has no client yet, so nobody has given permission. Record the client, or signpost instead."
)


def best_consent(
    db: Session,
    client: Client,
    agency: Agency,
    request: Code | None,
    items: Sequence[Code],
    *,
    day: date,
    case: Case | None = None,
) -> Coverage | None:
    """Give the consent that covers this, or else the nearest one with what it lacks; None without any.

    Of several that cover, one for the agency itself comes first, then the one that lasts longest.
    """
    compared = [
        covers(consent, agency, request, items, day, case=case, client=client)
        for consent in belonging(db, Consent, "client", client, Consent.kind.in_(SHARING))
        if consent.kind in SHARING
    ]
    return max(compared, key=_preference, default=None)


def _preference(coverage: Coverage) -> tuple[object, ...]:
    consent = coverage.consent
    own = coverage.complete and consent.kind == "share_agency"
    lasts = consent.expires_on if coverage.complete else consent.given_on
    return coverage.complete, own, -coverage.distance, lasts, consent.id or 0


def must_cover(
    db: Session,
    client: Client | None,
    agency: Agency,
    request: Code | None,
    items: Sequence[Code],
    *,
    day: date,
    case: Case | None = None,
) -> Consent:
    """Give the consent under which this may leave on `day`.

    Raises RuleBroken with the client's name, what is missing and the ways on. There is no override.
    """
    if client is None:
        audit.refuse(db, "Case", case.id if case is not None else None, GATE)
        raise RuleBroken([NO_CLIENT])
    best = best_consent(db, client, agency, request, items, day=day, case=case)
    if best is None or not best.complete:
        audit.refuse(db, "Client", client.id, GATE)
        raise RuleBroken([refusal(best, client.name, agency, day)])
    return best.consent


def hold_consents(db: Session, client: Client) -> None:
    """Let nobody withdraw a consent of this client until the transaction ends, and read them afresh.

    Without it, a withdrawal saved between our look and our saving would come too late.
    """
    db.flush()
    read_afresh(db, client.id)


def read_afresh(db: Session, client_id: int) -> None:
    """Do the same in the middle of saving, where nothing may be saved first; no consent of theirs is being changed."""
    hold(db, _lock_name(client_id))
    for row in list(db.identity_map.values()):
        if isinstance(row, Consent) and row.client_id == client_id and row not in db.dirty:
            db.expire(row)


def _lock_name(client_id: int) -> str:
    return f"consents of client {client_id}"


def stopped(
    consent: Consent,
    agency: Agency,
    request: Code | None,
    items: Sequence[Code],
    *,
    day: date,
    today: date,
    case: Case | None,
    client: Client,
) -> Problem | None:
    """Give why this may not be recorded today as having left on `day` under `consent`; None if it may.

    The consent must cover that day, and nothing is recorded under one that was withdrawn since.
    """
    withdrawn = consent.withdrawn_on is not None and consent.withdrawn_on <= today
    for asked in (day, today) if withdrawn else (day,):
        found = covers(consent, agency, request, items, asked, case=case, client=client)
        if not found.complete:
            return refusal(found, client.name, agency, asked)
    return None


def withdraw(db: Session, consent: Consent, on: date | None = None) -> list[Release]:
    """Write down that a client has withdrawn, today unless said otherwise; give what had left under it.

    From then on nothing more leaves under it; drafts stop at the gate. Other consents are untouched.
    """
    consent.withdrawn_on = on or acting(db).today
    db.flush()
    return releases_under(db, consent)


def releases_under(db: Session, consent: Consent) -> list[Release]:
    """Give what left the office under a consent, newest first: who must be asked to give it back."""
    return list(
        db.scalars(
            select(Release).where(Release.consent_id == consent.id).order_by(Release.at.desc(), Release.id.desc())
        )
    )


# Filled in by themselves


def give_an_end(consent: Consent, db: Session) -> None:
    """Let a consent without an end last as long as the office's setting says."""
    if consent.expires_on is None and consent.given_on is not None:
        months = number_setting(db, "consent_months")
        consent.expires_on = due(consent.given_on, months, "month", office(db), roll=False).on


def hold_while_withdrawing(consent: Consent, db: Session) -> None:
    """Make a withdrawal and a sending wait for each other, see hold_consents."""
    if not is_new(consent) and is_changed(consent, "withdrawn_on"):
        hold(db, _lock_name(consent.client_id))


guard.prepare(Consent, give_an_end, hold_while_withdrawing)


# Rules


def given_by_today(consent: Consent, db: Session) -> Iterator[Problem]:
    if consent.given_on is not None and consent.given_on > acting(db).today:
        yield Problem("given_on", "A permission cannot be given in the future. Correct the day.")


def ends_after_it_is_given(consent: Consent, _db: Session) -> Iterator[Problem]:
    dated = consent.given_on is not None and consent.expires_on is not None
    if dated and consent.expires_on <= consent.given_on:
        yield Problem("expires_on", "A permission ends after the day it is given. Choose a later day.")


def names_who_may_be_told(consent: Consent, _db: Session) -> Iterator[Problem]:
    if consent.kind == "share_agency" and not has_link(consent, "agency"):
        yield Problem("agency", "Choose the agency that may be told.")
    if consent.kind == "share_agency_kind" and not has_link(consent, "agency_kind"):
        yield Problem("agency_kind", "Choose the kind of agency that may be told.")


def names_nobody_else(consent: Consent, _db: Session) -> Iterator[Problem]:
    if consent.kind != "share_agency" and has_link(consent, "agency"):
        yield Problem("agency", "Only a permission to share with one agency names it. Clear this, or change it.")
    if consent.kind != "share_agency_kind" and has_link(consent, "agency_kind"):
        yield Problem("agency_kind", "Only a permission for a kind of agency names it. Clear this, or change it.")


def says_what_and_what_for(consent: Consent, _db: Session) -> Iterator[Problem]:
    if consent.kind in SHARING and not consent.purposes:
        yield Problem("purposes", "Say for what it may be shared: tick what the client agreed to.")
    if consent.kind in SHARING and not consent.scope:
        yield Problem("scope", "Say what may be shared: tick what the client agreed to.")


def spoken_permission_is_witnessed(consent: Consent, _db: Session) -> Iterator[Problem]:
    """Source: empowering casework article, consent before acting; spoken consent needs its witnesses."""
    if consent.method != "verbal_witnessed":
        return
    if not has_link(consent, "witness"):
        yield Problem("witness", "Spoken permission needs a witness: choose who of us heard it.")
    needs_one = consent.client is not None and consent.client.interpreter in SPOKEN_NEEDS
    if needs_one and not has_link(consent, "interpreter"):
        yield Problem("interpreter", "This client needs an interpreter: name who interpreted the permission.")
    if consent.witness is not None and consent.witness is consent.interpreter:
        yield Problem("witness", "The witness and the interpreter are two people. Choose somebody else as witness.")


def case_is_the_clients(consent: Consent, _db: Session) -> Iterator[Problem]:
    looked_at = is_changed(consent, "case") or is_changed(consent, "client")
    case, client = consent.case, consent.client
    if looked_at and case is not None and client is not None and not is_linked(case, "client", client):
        yield Problem("case", "This case is not this client's. Choose one of theirs, or none for all their cases.")


def told_of_the_home_office(consent: Consent, _db: Session) -> Iterator[Problem]:
    """Source: migrant families statement; councils and the Home Office may pass details on."""
    kind = consent.agency.kind if consent.agency is not None else consent.agency_kind
    if consent.kind not in SHARING or not needs_warning(kind):
        return
    if consent.warning_read_on is None:
        yield Problem("warning_read_on", HOME_OFFICE_WARNING)
    elif consent.given_on is not None and consent.warning_read_on > consent.given_on:
        yield Problem("warning_read_on", "The warning comes before the permission. Correct the day, or record "
                      "the permission given after it was explained.")  # fmt: skip


def withdrawn_once_and_for_all(consent: Consent, db: Session) -> Iterator[Problem]:
    if not is_changed(consent, "withdrawn_on"):
        return
    day = consent.withdrawn_on
    if was(consent, "withdrawn_on") is not None:
        yield Problem("withdrawn_on", "A withdrawal stays as it is. If the client agrees again, record a new consent.")
    elif day is not None and consent.given_on is not None and day < consent.given_on:
        yield Problem("withdrawn_on", "A permission cannot be withdrawn before it is given. Correct the day.")
    elif day is not None and day > acting(db).today:
        yield Problem("withdrawn_on", "A withdrawal counts from the day it is made. Choose today or an earlier day.")


def stays_once_relied_on(consent: Consent, db: Session) -> Iterator[Problem]:
    if is_new(consent):
        return
    touched = _recorded(consent)
    if touched and (belonging(db, Release, "consent", consent) or belonging(db, Publication, "consent", consent)):
        yield Problem(touched[0], "Something left the office under this permission, so it stays as it is. "
                      "Record a further consent instead.")  # fmt: skip


def _recorded(consent: Consent) -> list[str]:
    """Give the changed fields of what the client agreed to; a withdrawal and a receipt come later."""
    return [name for name in changed_fields(consent) if name not in LATER]


def receipt_is_given_once_and_by_today(consent: Consent, db: Session) -> Iterator[Problem]:
    day, given = consent.receipt_on, consent.given_on
    if day is None or not is_changed(consent, "receipt_on") or given is None:
        return
    if not given <= day <= acting(db).today:
        yield Problem("receipt_on", "A receipt is given on or after the day of agreeing, until today.")


def consents_are_kept(_consent: Consent, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: a permission stays on file. If it no longer holds, record its withdrawal.")


def releases_stay_as_they_were(release: Release, _db: Session) -> Iterator[Problem]:
    changed = () if is_new(release) else changed_fields(release)
    if any(name not in RETURNING or was(release, name) is not None for name in changed):
        yield Problem("", "Not changed: the record of what left the office stays as it was written.")


def asked_back_after_it_left(release: Release, db: Session) -> Iterator[Problem]:
    day = release.recalled_on
    if day is not None and release.at is not None and not local(release.at).date() <= day <= acting(db).today:
        yield Problem("recalled_on", "Something can be asked back from the day it left until today. Correct the day.")


def came_back_after_it_was_asked(release: Release, db: Session) -> Iterator[Problem]:
    day, asked = release.returned_on, release.recalled_on
    if day is not None and (asked is None or not asked <= day <= acting(db).today):
        yield Problem("returned_on", "A return is confirmed after it was asked for, until today. Correct the day.")


def releases_are_kept(_release: Release, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the record of what left the office is kept.")


def nothing_leaves_ahead_of_time(release: Release, db: Session) -> Iterator[Problem]:
    if is_new(release) and release.at is not None and release.at > acting(db).now:
        yield Problem("at", "What leaves the office is recorded when it leaves, not before.")


def nothing_leaves_without_permission(release: Release, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": only with the explicit permission of the person concerned."""
    if not is_new(release) or release.at is None:
        return
    if release.consent is None or release.agency is None or release.client is None:
        yield Problem("consent", "Say whose permission this left under, and to which agency.")
        return
    with_it = release.referral
    problem = stopped(
        release.consent, release.agency, with_it.request if with_it else None, with_it.items if with_it else (),
        day=local(release.at).date(), today=acting(db).today, case=with_it.case if with_it else None,
        client=release.client,
    )  # fmt: skip
    if problem is not None:
        audit.refuse(db, "Client", release.client.id, GATE)
        yield problem


def goes_where_its_referral_goes(release: Release, _db: Session) -> Iterator[Problem]:
    if is_new(release) and release.referral is not None and release.referral.agency is not release.agency:
        yield Problem("agency", "This went with a referral to another agency. Choose the agency of the referral.")


RECORDING = (
    given_by_today,
    ends_after_it_is_given,
    names_who_may_be_told,
    names_nobody_else,
    says_what_and_what_for,
    spoken_permission_is_witnessed,
    case_is_the_clients,
    told_of_the_home_office,
    stays_once_relied_on,
)


def recorded_with_care(consent: Consent, db: Session) -> Iterator[Problem]:
    """Check everything that is recorded; a withdrawal alone passes, since nothing may stand in its way."""
    for rule in RECORDING if is_new(consent) or _recorded(consent) else ():
        yield from rule(consent, db)


guard.register(Consent, withdrawn_once_and_for_all, recorded_with_care, receipt_is_given_once_and_by_today)
guard.register_deletion(Consent, consents_are_kept)
guard.register(
    Release,
    releases_stay_as_they_were,
    asked_back_after_it_left,
    came_back_after_it_was_asked,
    nothing_leaves_ahead_of_time,
    nothing_leaves_without_permission,
    goes_where_its_referral_goes,
)
guard.register_deletion(Release, releases_are_kept)
