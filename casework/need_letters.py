"""The text of a letter that asks for help with a family's need: one for each request, with the cause as poverty.

Source: migrant families statement (section 17; risk from poverty and homelessness, not from lack of care).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework import need
from casework.context import acting
from casework.referral_rules import wide_word
from models import Case, Code, Referral

ASSESSMENT = "s17_assessment"
ACT = "section 17 of the Children Act 1989"
AT_ONCE = "and not to wait with it until an assessment is finished."
OPENS = MappingProxyType({
    ASSESSMENT: f"We ask you to assess the needs of the children of this family under {ACT}.",
    "s17_accommodation": f"We ask you to give this family somewhere to live under {ACT}, {AT_ONCE}",
    "s17_subsistence": f"We ask you to give this family money for food and essentials under {ACT}, {AT_ONCE}",
    "emergency_accommodation": "We ask you for somewhere safe for this family to stay tonight.",
    "homelessness_application": "We ask you to take this family's application as homeless, today.",
})  # fmt: skip
CLOSES = "Please tell us in writing what you decide, and your reasons. If you refuse, say for each part why."


class Offered(NamedTuple):
    """The text that fits one request of a case."""

    request: Code
    text: str


def offered(db: Session, case: Case) -> list[Offered]:
    """Give the texts that fit this case: for each help that was asked for, and an assessment for a household in need.

    A household is in need where it has children and causes of need are ticked. Immigration status is never told.
    """
    asked = {one.id: one for one in db.scalars(_asked_for(case)) if wide_word(one) in OPENS}
    if case.client is not None and need.children(case.client) and case.causes:
        assessment = db.scalars(select(Code).where(Code.list == "request", Code.code == ASSESSMENT)).one()
        asked.setdefault(assessment.id, assessment)
    about = need.words_for_a_letter(case, need.of_case(db, case), acting(db).today)
    ordered = sorted(asked.values(), key=lambda one: (list(OPENS).index(wide_word(one)), one.id))
    return [Offered(one, " ".join(filter(None, (OPENS[wide_word(one)], about, CLOSES)))) for one in ordered]


def _asked_for(case: Case) -> Select[tuple[Code]]:
    return select(Code).join(Referral, Referral.request_id == Code.id).distinct().where(Referral.case_id == case.id)
