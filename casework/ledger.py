"""A client's consent ledger: each permission, and everything that ever left under it, with a proof for each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework.consent import SHARING
from casework.coverage import is_live
from models import (
    Agency,
    Case,
    Client,
    Consent,
    DisclosureWithoutConsent,
    Document,
    Publication,
    Referral,
    Release,
)
from models.referrals import OUT

SIGNED = "signed"


@dataclass(frozen=True)
class Given:
    """One permission with what left under it, newest first, whether it holds today, and whether its form is on file."""

    consent: Consent
    live: bool
    releases: tuple[Release, ...]
    publications: tuple[Publication, ...]
    has_form: bool

    @property
    def lacks_form(self) -> bool:
        """It was signed, and no paper of it is kept here yet."""
        return self.consent.method == SIGNED and not self.has_form


@dataclass(frozen=True)
class Ledger:
    """Permissions in force come first, then the others, each newest first."""

    given: tuple[Given, ...]
    disclosures: tuple[DisclosureWithoutConsent, ...]

    @property
    def in_force(self) -> int:
        return sum(one.live for one in self.given)

    @property
    def releases(self) -> tuple[Release, ...]:
        return tuple(release for one in self.given for release in one.releases)


def ledger_of(db: Session, client: Client, day: date) -> Ledger:
    """Give a client's ledger in five questions, however long it is; within the reader's scope."""
    releases = _of(
        db, Release, client, joinedload(Release.agency), joinedload(Release.referral).joinedload(Referral.case)
    )
    printed = _of(db, Publication, client)
    consents = _of(
        db, Consent, client, joinedload(Consent.agency), joinedload(Consent.agency_kind), joinedload(Consent.witness),
        joinedload(Consent.interpreter), joinedload(Consent.language), joinedload(Consent.case),
        selectinload(Consent.purposes), selectinload(Consent.scope),
    )  # fmt: skip
    of_these = Document.consent_id.in_([one.id for one in consents])
    papers = select(Document.consent_id).where(of_these, Document.voided_reason.is_(None))
    with_form = set(db.scalars(papers))
    given = [
        Given(
            one, is_live(one, day), tuple(release for release in releases if release.consent_id == one.id),
            tuple(use for use in printed if use.consent_id == one.id), one.id in with_form,
        )
        for one in consents
    ]  # fmt: skip
    told = _of(
        db, DisclosureWithoutConsent, client, joinedload(DisclosureWithoutConsent.agency),
        joinedload(DisclosureWithoutConsent.ground), joinedload(DisclosureWithoutConsent.decided_by),
    )  # fmt: skip
    return Ledger(tuple(sorted(given, key=lambda one: not one.live)), tuple(told))


def _of(db: Session, model: type, client: Client, *loading: object) -> Sequence:
    """Give a client's rows of one table in its usual order, with what is shown of each."""
    order = [getattr(model, name.lstrip("-")).desc() for name in model.__order__]
    return (
        db.scalars(select(model).where(model.client_id == client.id).order_by(*order).options(*loading)).unique().all()
    )


def sharing(db: Session, case: Case, *loading: Any) -> list[Consent]:
    """Give the permissions of a case's client to share, the first given first, in three statements."""
    theirs = (
        select(Consent).where(Consent.client_id == case.client_id, Consent.kind.in_(SHARING))
        .order_by(Consent.given_on, Consent.id)
        .options(joinedload(Consent.agency), joinedload(Consent.agency_kind), selectinload(Consent.purposes),
                 selectinload(Consent.scope), *loading)
    )  # fmt: skip
    return list(db.scalars(theirs).unique())


def agencies_asked(db: Session, case: Case) -> list[Agency]:
    """Give each agency that something of the case was written for."""
    found = select(Agency).join(Referral, Referral.agency_id == Agency.id)
    return list(db.scalars(found.where(Referral.case_id == case.id, Referral.kind.in_(OUT)).distinct()))


def per_agency(
    db: Session, case: Case, day: date, consents: list[Consent] | None = None, asked: list[Agency] | None = None
) -> list[tuple[Agency | None, Consent | None]]:
    """Give, for a case, each agency that matters with the permission that stands or stood last; None without any.

    `consents` and `asked` are what `sharing` and `agencies_asked` give, where the caller has read them already.
    Those named by a permission of the client come with it, a kind of agency as (None, consent); agencies that
    the case has a referral for and nobody agreed to come with None. In force first, then by name.
    """
    if case.client_id is None:
        return []
    found: dict[tuple[str, int], tuple[Agency | None, Consent | None]] = {}
    for one in sharing(db, case) if consents is None else consents:
        if one.case_id is not None and one.case_id != case.id:
            continue
        key = ("agency", one.agency_id) if one.agency_id is not None else ("kind", one.agency_kind_id or 0)
        before = found.get(key, (None, None))[1]
        if before is None or is_live(one, day) or not is_live(before, day):
            found[key] = (one.agency, one)
    for agency in agencies_asked(db, case) if asked is None else asked:
        if ("kind", agency.kind_id) not in found:
            found.setdefault(("agency", agency.id), (agency, None))
    return sorted(found.values(), key=lambda pair: (pair[1] is None or not is_live(pair[1], day), _name(*pair)))


def _name(agency: Agency | None, consent: Consent | None) -> str:
    if agency is not None:
        return agency.name.casefold()
    return consent.agency_kind.words.casefold() if consent is not None and consent.agency_kind is not None else ""
