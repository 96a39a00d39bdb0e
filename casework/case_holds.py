"""What a case holds at all, in one statement: of what it has none, nothing needs to be asked.

Most files have no plan, no letter and no request to see the file. Asking for each of them in vain took a third of the
time of the page of a case.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import (
    AgencyConduct,
    Appointment,
    Case,
    CaseNote,
    CaseWorker,
    ClientMember,
    Consent,
    Consequence,
    Correspondence,
    Deadline,
    Document,
    FileRequest,
    IssueEvidence,
    Plan,
    Referral,
    Restriction,
    Task,
)
from models.base import Base

OF_CASE: tuple[Any, ...] = (
    CaseNote, Correspondence, Appointment, Referral, Plan, AgencyConduct, Document, Deadline, Task, Consequence,
    FileRequest, IssueEvidence, CaseWorker,
)  # fmt: skip
OF_CLIENT: tuple[Any, ...] = (Consent, Restriction, ClientMember)


def held(db: Session, case: Case) -> frozenset[type[Base]]:
    """Give the kinds of record of which the reader meets at least one in a case, or of its client."""
    found = [exists(select(model.id).where(model.case_id == case.id)) for model in OF_CASE]
    found += [exists(select(model.id).where(model.client_id == case.client_id)) for model in OF_CLIENT]
    answers = db.execute(select(*found)).one()
    return frozenset(model for model, there in zip((*OF_CASE, *OF_CLIENT), answers, strict=True) if there)
