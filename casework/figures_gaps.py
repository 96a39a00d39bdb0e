"""Our own numbers of one agency and time, by the keys that the questions to it name, and which gap raises which.

Counted over the whole office like a scorecard, with the agency's services. They stay inside: no letter holds one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import requests_sent as sent_
from casework.figures_questions import NOT_ASKED, SETS, Gap, Question, questions_for
from casework.periods import Period
from casework.referral_rules import wide_word
from casework.requests_sent import Sent, family_of, people_behind, requests_sent, wait_of
from casework.review_reasons import PERSON
from casework.scope import office_wide
from casework.scorecards import counts, limits, parents
from casework.survival import Curve
from models import Agency, Case, Client, Code, Incident, IncidentReport

# Which requests make up a group; all of them make up "all".
GROUPS = MappingProxyType({
    "s17": ("s17_assessment", "s17_accommodation", "s17_subsistence"), "assessment": ("s17_assessment",),
    "reports": ("record_as_hate_incident", "investigate", "act_against_perpetrator", "protect_or_cctv"),
    "against": ("act_against_perpetrator",), "protect": ("protect_or_cctv",), "moves": ("rehouse_transfer",),
    "shelter": ("emergency_accommodation", "homelessness_application"),
    "complaints": ("complaint_stage1", "complaint_stage2", "police_complaint", "review"),
    "further": ("complaint_stage2", "review"),
})  # fmt: skip
MEASURES = MappingProxyType({  # what each measure of a group counts, as the page says it
    "asked": "requests sent in this time", "accepted": "accepted in full or in part",
    "refused": "refused, with a reason or without", "no_reason": "refused, no reason given",
    "unanswered": "no answer so far, or none by the day", "in_time": "answered by the day due",
    "median": "days until half are answered, those still waiting counted as waiting",
    "told": "incidents that were reported to them", "mismatch": "called something else than the client sees in them",
    "repeat": "clients who reported more than once", "reason": "refused for this reason",
})  # fmt: skip


class Own(NamedTuple):
    """Our numbers by key; `median` keys are missing where half are not answered. `people` are the clients behind."""

    numbers: Mapping[str, int]
    requests: int
    people: int


class Raised(NamedTuple):
    """A question with our own number of the same thing, and the gap that raises it in words: "" where none does."""

    question: Question
    ours: int | None
    rule: str
    why: str


def own_numbers(db: Session, agency: Agency, period: Period, counted_on: date) -> Own:
    """Count what we know of an agency with its services for a period, in a few statements."""
    family = family_of(agency.id, parents(db))
    own = [one for one in requests_sent(db, period) if one.agency_id in family]
    lists = select(Code).where(Code.list.in_(("request", "refusal_reason")))
    words, at_risk = {one.id: wide_word(one) for one in db.scalars(lists)}, limits(db).at_risk
    found = _of_group("all", own, words, counted_on, at_risk)
    for group, requests in GROUPS.items():
        several = [one for one in own if words.get(one.request_id) in requests]
        found |= _of_group(group, several, words, counted_on, at_risk)
    return Own(found | _incidents(db, family, period), len(own), people_behind(own))


def _of_group(
    group: str, several: Collection[Sent], words: Mapping[int, str], counted_on: date, at_risk: int
) -> dict[str, int]:
    told = counts(several, counted_on)
    numbers = {
        "asked": len(several), "accepted": told["answer_accepted"] + told["answer_accepted_in_part"],
        "refused": told["refused"], "no_reason": told[f"answer_{sent_.NO_REASON}"],
        "unanswered": told[f"answer_{sent_.SILENT}"] + told[f"answer_{sent_.WAITING}"],
        "in_time": told[f"clock_{sent_.IN_TIME}"], "decided": told["decided"],
        "late": told[f"clock_{sent_.LATE}"] + told[f"clock_{sent_.OVERDUE}"],
    }  # fmt: skip
    reasons = Counter(words.get(one.reason_id or 0, "") for one in several if sent_.answer_of(one) == sent_.REASON)
    numbers |= {f"reason:{word}": number for word, number in reasons.items() if word}
    half = Curve(tuple(wait_of(one, counted_on) for one in several), at_risk).median.day if several else None
    numbers |= {"median": half} if half is not None else {}
    return {f"{group}:{measure}": number for measure, number in numbers.items()}


def _incidents(db: Session, family: Collection[int], period: Period) -> dict[str, int]:
    """Count the incidents that were reported to an agency, what it called otherwise, and who had to come again."""
    found = (
        select(Incident.id, PERSON, IncidentReport.mismatch)
        .join(Incident, IncidentReport.incident_id == Incident.id)
        .join(Case, Incident.case_id == Case.id)
        .outerjoin(Client, Client.id == Case.client_id)
        .where(IncidentReport.agency_id.in_(family), IncidentReport.state == "reported")
        .where(Case.voided_reason.is_(None), period.has_day(IncidentReport.told_on))
    )
    rows = db.execute(office_wide(found)).all()
    by_person = Counter(client for _id, client in {(id, one) for id, one, _differs in rows if one is not None})
    return {
        "incidents:told": len({id for id, _client, _differs in rows}),
        "incidents:mismatch": len({id for id, _client, differs in rows if differs}),
        "incidents:people": len(by_person), "incidents:repeat": sum(times > 1 for times in by_person.values()),
    }  # fmt: skip


def raised(agency: Agency, own: Own) -> list[Raised]:
    """Give every question for this agency, those that a gap of ours raises first."""
    found = [
        Raised(one, number_of(own, one), rule_of(one.ours), why(one.gap, own.numbers))
        for one in questions_for(kind_of(agency))
    ]
    return sorted(found, key=lambda one: not one.why)


def kind_of(agency: Agency) -> str:
    """Give the short word of an agency's kind; of a word of the office's own, the wider one that has questions."""
    kind = agency.kind
    while kind.code not in (*SETS, *NOT_ASKED) and kind.parent is not None:
        kind = kind.parent
    return kind.code


def number_of(own: Own, question: Question) -> int | None:
    """Give our number of what a question asks; None where we keep none, or half of ours are not answered."""
    if not question.ours:
        return None
    measure = question.ours.rpartition(":")[2]
    return own.numbers.get(question.ours) if measure == "median" else own.numbers.get(question.ours, 0)


def rule_of(key: str) -> str:
    """Say how our own number under a key is counted."""
    return MEASURES[key.split(":")[1]] if key else ""


def why(gap: Gap, numbers: Mapping[str, int]) -> str:
    """Give "7 of 12 refusals gave no reason" where there is such a part; "" otherwise."""
    part, whole = numbers.get(gap.part, 0), numbers.get(gap.whole, 0)
    if not part:
        return ""
    return f"{part} of {whole} {gap.words}" if gap.whole and whole else f"{part} {gap.words}"
