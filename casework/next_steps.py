"""What may be asked next where an answer does not satisfy: a complaint, its next stage, the ombudsman, a review.

A next step is a request of its own that follows the one before, with its own clock, through the same gate; here it is
only offered, with the facts of what came before in words. Source: migrant families statement; complaint codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local
from casework.changes import belonging
from casework.datetext import without_weekday
from casework.referral_rules import wide_word
from casework.response_clock import LastDays
from models import Agency, Code, Referral, ReferralChase
from models.referrals import OUT

OVER = ("responded", "no_response", "closed")
SATISFIED = ("accepted", "withdrawn_by_client")
FIRST, SECOND, OMBUDSMAN, REVIEW, OF_POLICE = (
    "complaint_stage1", "complaint_stage2", "ombudsman", "review", "police_complaint",
)  # fmt: skip
# After which request which comes next; after any other, the first stage of a complaint by the kind of agency.
LADDER = MappingProxyType({
    FIRST: (SECOND,), SECOND: (OMBUDSMAN,), OF_POLICE: (REVIEW,), "homelessness_application": (REVIEW, FIRST),
    "information_request": (REVIEW,), "own_records": (OMBUDSMAN,), REVIEW: (OMBUDSMAN,), OMBUDSMAN: (),
})  # fmt: skip
COMPLAINT_TO = MappingProxyType({"police": (OF_POLICE,)})
NO_COMPLAINT = (
    "community_partner",
    "ombudsman_regulator",
    "tenants_association",
)  # equals, or those who hear complaints


@dataclass(frozen=True)
class NextStep:
    """One thing to ask next. `agency` is empty where another body hears it; `by` is the client's last day, if any."""

    follows: Referral
    request: Code
    agency: Agency | None
    by: date | None


def next_steps(db: Session, referrals: Sequence[Referral]) -> dict[int, list[NextStep]]:
    """Give what may be asked after each of the requests of one case, by its id; what was asked is not offered again."""
    words = {one.code: one for one in db.scalars(select(Code).where(Code.list == "request", Code.active))}
    last_days = LastDays(db)
    kept = [one for one in referrals if one.status != "withdrawn"]
    return {
        one.id: [
            NextStep(one, words[short], None if short == OMBUDSMAN else one.agency, _last_day(last_days, one, short))
            for short in _ladder(one)
            if short in words and not _is_asked(one, words[short], kept)
        ]
        for one in referrals
        if has_disappointed(one)
    }


def _is_asked(before: Referral, wanted: Code, referrals: Sequence[Referral]) -> bool:
    """Say whether a later request of the case asks this already: one that follows, or one to the same agency."""
    return any(
        one.request_id == wanted.id
        and one.id > before.id
        and (one.previous_id == before.id or one.agency_id == before.agency_id)
        for one in referrals
    )


def has_disappointed(referral: Referral) -> bool:
    """Say whether an agency has answered, or stayed silent, in a way that somebody may object to."""
    if referral.kind not in OUT or referral.status not in OVER or referral.outcome is None:
        return False
    return wide_word(referral.outcome) not in SATISFIED and wide_word(referral.agency.kind) not in NO_COMPLAINT


def _ladder(referral: Referral) -> tuple[str, ...]:
    return LADDER.get(wide_word(referral.request), COMPLAINT_TO.get(wide_word(referral.agency.kind), (FIRST,)))


def _last_day(last_days: LastDays, referral: Referral, short: str) -> date | None:
    if short != REVIEW or referral.responded_on is None:
        return None
    return last_days.for_answer(referral.agency, referral.request, referral.responded_on)


def complaint_words(referral: Referral, db: Session) -> str:
    """Give what happened so far in plain sentences, for the letter that asks for the next step.

    Only what the agency knows already stands in it: what it was asked, when, and what it did.
    """
    return " ".join(
        _so_far(referral, sorted(belonging(db, ReferralChase, "referral", referral), key=lambda one: one.at))
    )


def _so_far(referral: Referral, chases: Sequence[ReferralChase]) -> Iterator[str]:
    asked = f"“{referral.request.words}”"
    if referral.sent_on is not None:
        yield f"On {without_weekday(referral.sent_on)} we asked {referral.agency.name} for: {asked}."
    days = list(dict.fromkeys(without_weekday(local(one.at).date()) for one in chases))
    if days:
        yield f"We asked again on {' and on '.join(days)}."
    code = wide_word(referral.outcome) if referral.outcome is not None else ""
    due = f", although it was due by {without_weekday(referral.response_due)}" if referral.response_due else ""
    if referral.status == "no_response" or code == "no_response":
        yield f"There was no answer{due}."
    elif referral.outcome is not None and referral.responded_on is not None:
        how = {True: "in writing", False: "by word of mouth only"}.get(bool(referral.in_writing))
        yield f"The answer of {without_weekday(referral.responded_on)}, {how}: {_answer(referral)}."
    yield "We ask for this to be put right and for an answer in writing."


def _answer(referral: Referral) -> str:
    words = [one.words for one in (referral.outcome, referral.refusal_reason) if one is not None]
    return ": ".join(words)
