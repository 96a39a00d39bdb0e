"""How many clients met each kind of conduct at an agency: one table of its scorecard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casework.figures import Row, Table
from casework.periods import Period
from casework.scope import office_wide
from models import AgencyConduct, Case, Code

MET = "conduct"  # the key of the total


def conduct_met(db: Session, family: Iterable[int], period: Period) -> Table | None:
    """Count clients by what they met at the agencies of `family`, each once for each kind; None without any.

    People are counted and not notes: six notes of one family are one person's story, and a number that may be
    printed must have several people behind it.
    """
    kind = aliased(Code)
    statement = (
        select(kind.id, kind.words, Case.client_id)
        .join(AgencyConduct.code.of_type(kind))
        .join(Case, AgencyConduct.case_id == Case.id)
        .where(AgencyConduct.agency_id.in_(family), Case.voided_reason.is_(None))
        .where(AgencyConduct.happened_on.between(period.first, period.last))
        .distinct()
    )
    found = Counter((key, words) for key, words, _client in db.execute(office_wide(statement)))
    if not found:
        return None
    ordered = sorted(found, key=lambda one: one[1].casefold())
    return Table(
        MET, "How they dealt with people", "Clients who met it, each once for each kind of conduct; noted by "
        "caseworkers as the client tells it, to the agency's credit or not.",
        tuple(Row(f"{MET}:{key}", words, found[key, words]) for key, words in ordered),
        Row(MET, "All", found.total()),
    )  # fmt: skip
