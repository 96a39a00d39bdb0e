"""What the invented office made of its cases: an issue that became a campaign, one to decide, and a signal."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework import campaigns, issues
from casework.calendar import ONE_DAY
from casework.issues import Said
from casework.permission import may_quote
from models import Agency, AgencyConduct, Campaign, Case, Code, Issue
from seed.demo_agencies import PARTNERS
from seed.demo_stage import Stage, Story, on

NOT_RECORDED = "refused_to_record_as_racist"
POLICE, HOUSING, HEALTH = "police", "la_housing", "nhs"
RAISED, ADOPTED, DECIDED = 160, 140, 12  # days before today
SAYS = (
    "I told the words they shouted. On the paper it says: noise.",
    "My son asked me why the paper does not say what happened to us.",
)
LOG = (  # days before today, kind, what, whether with the body that is asked
    (130, "letter", "Wrote to the borough command with the demands and the figures so far.", True),
    (118, "letter", "Second letter, with a copy to the two ward councillors.", True),
    (97, "meeting", "Met the inspector for hate crime. Promised to look at how the counter writes things down.", True),
    (80, "letter", "Sent our note of the meeting and asked for a date.", True),
    (61, "reply", "Reply: the form of the counter is being looked at. No date.", True),
    (34, "publicity", "Read out the demands at the residents' assembly, together with the partner groups.", False),
    (9, "letter", "Fourth letter: asked for the form and for the day from which it is used.", True),
)
REPLY_IN = 6  # days after today


def issues_and_campaigns(stage: Stage) -> Story:
    """Play an issue from the first signal to a running campaign, then what is still to decide."""
    manager = stage.staff["manager"]
    yield on(manager, stage.today - RAISED * ONE_DAY)
    found = _noted(stage, POLICE)
    if len({one.case.client_id for one in found}) < issues.FEWEST:
        return  # a small demonstration has too few cases for an issue
    agency = found[0].agency
    issue = issues.raise_issue(stage.db, Said(
        "Attacks are written down as damage or noise, not as racist", agency=agency, owner=manager.worker,
        policy="The counter chooses the word, not the person who was attacked",
        cause=stage.code("systemic_cause", "training"), decide_by=stage.open_day(stage.day + 14 * ONE_DAY),
        finding="What was shouted during the attack is told at the counter and left out of the record. Without the "
                "word the pattern of the street is not seen, and the next call is answered as if it were the first.",
    ), found)  # fmt: skip
    yield on(manager, stage.today - ADOPTED * ONE_DAY)
    issues.step(stage.db, issue, "adopted")
    campaign = campaigns.start(
        stage.db, "The word of whoever was attacked goes on the record", [issue],
        ["What the person says was the reason is written down in their words, every time.",
         "Everybody who reports has a copy of the record within five working days.",
         "The number of records that were changed afterwards is published every quarter."],
        targets=[agency], partners=_partners(stage),
    )  # fmt: skip
    for days, kind, what, with_them in LOG:
        yield on(manager, stage.today - days * ONE_DAY)
        _add_all(stage, issue)
        reply = stage.today + REPLY_IN * ONE_DAY if days == LOG[-1][0] else None
        campaigns.write_down(stage.db, campaign, kind, what, agency=agency if with_them else None, reply_by=reply)
    _words_of_clients(stage, campaign)
    yield on(manager, stage.today - DECIDED * ONE_DAY)
    _to_decide(stage)


def _noted(stage: Stage, kind: str, *words: str) -> list[AgencyConduct]:
    """Give what was noted of agencies of one kind, the oldest first."""
    found = (
        select(AgencyConduct).join(AgencyConduct.code).join(Agency, Agency.id == AgencyConduct.agency_id)
        .where(Code.code.in_(words or (NOT_RECORDED,)), Agency.kind_id == stage.code("agency_kind", kind).id)
        .order_by(AgencyConduct.happened_on, AgencyConduct.id)
        .options(joinedload(AgencyConduct.case).joinedload(Case.client), joinedload(AgencyConduct.agency))
    )  # fmt: skip
    return [one for one in stage.db.scalars(found) if one.case is not None and one.case.client_id is not None]


def _add_all(stage: Stage, issue: Issue) -> None:
    """Add what was noted since the last time, two thirds of it: not everything is ticked."""
    known = {one.conduct_id for one in issues.evidence_of(stage.db, issue)}
    for one in _noted(stage, POLICE):
        if one.id not in known and one.agency_id == issue.agency_id and one.id % 3:
            issues.add_evidence(stage.db, issue, one)


def _partners(stage: Stage) -> list[Agency]:
    """Give invented community groups; no real body is said to have joined."""
    found = [
        one for one in stage.agencies.values()
        if one.kind.code in ("community_partner", "tenants_association") and one.name not in PARTNERS
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.name)[:2]


def _words_of_clients(stage: Stage, campaign: Campaign) -> None:
    cases = stage.db.scalars(select(Case).where(Case.client_id.is_not(None)).order_by(Case.id.desc()))
    allowed = [one for one in cases if one.client is not None and may_quote(stage.db, one.client, stage.day)]
    for case, words in zip(allowed, SAYS, strict=False):
        campaigns.take_in(stage.db, campaign, case, "quote", words)


def _to_decide(stage: Stage) -> None:
    """An issue about housing offices that waits for its decision, and a signal of one case."""
    found, single = _noted(stage, HOUSING), _noted(stage, HEALTH, "ignored_no_reply")
    if found:
        issues.raise_issue(stage.db, Said(
            "Housing offices call it a dispute between neighbours", owner=stage.staff["manager"].worker,
            policy="Letters about racist harassment are filed as neighbour disputes",
            cause=stage.code("systemic_cause", "policy"), decide_by=stage.open_day(stage.today + 4 * ONE_DAY),
        ), found)  # fmt: skip
    if single:
        issues.raise_issue(stage.db, Said("A complaint about an interpreter is not answered"), single[:1])
