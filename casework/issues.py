"""From casework to an issue: what several clients meet with, on evidence from at least two of them.

A caseworker raises a signal and adds evidence of files they may meet; a manager adopts an issue, and only an adopted
one becomes a campaign. Evidence is taken out with a reason and stays. Source: service statement, "Quality casework"
(casework identifies issues that lead to campaigns); migrant families statement, institutional failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from casework import guard, tasks
from casework.audit import changed_fields
from casework.calendar import local
from casework.changes import belonging, has_link, is_changed, is_new, was
from casework.conduct import is_under
from casework.context import acting
from casework.naming import somebody_in
from casework.problems import Problem, RuleBroken
from casework.review_reasons import PERSON
from casework.scope import office_wide
from models import Agency, AgencyConduct, Campaign, Case, Client, Code, Incident, Issue, IssueEvidence, Referral, Worker
from models.issues import ISSUE_STEPS

Thing = Case | Referral | Incident | AgencyConduct
FEWEST = 2  # clients
TWO = "One client's experience is a case; an issue needs at least two."
DECIDES = ("manager", "system")
TEXTS = ("title", "policy", "finding")
RESTS = ("issue", "adopted")  # states that rest on two clients


@dataclass(frozen=True)
class Said:
    """What is said of a new issue in one form."""

    title: str
    agency: Agency | None = None
    unit: Agency | None = None
    policy: str | None = None
    cause: Code | None = None
    finding: str | None = None
    owner: Worker | None = None
    decide_by: date | None = None
    noticed: str | None = None


# Facts


def issues(db: Session) -> list[Issue]:
    """Give every issue, those still to decide first, then the newest."""
    found = list(db.scalars(select(Issue).order_by(Issue.id.desc()).options(joinedload(Issue.agency),
                                                                           joinedload(Issue.owner))))  # fmt: skip
    return sorted(found, key=lambda one: ("issue", "signal", "adopted", "dropped").index(one.status))


def evidence_of(db: Session, issue: Issue) -> list[IssueEvidence]:
    """Give the evidence that counts, within the reader's scope, the newest first."""
    found = select(IssueEvidence).where(IssueEvidence.issue_id == issue.id, IssueEvidence.out_on.is_(None))
    return list(db.scalars(_whole(found)))


def taken_out(db: Session, issue: Issue) -> list[IssueEvidence]:
    """Give the evidence that was taken out, within the reader's scope."""
    found = select(IssueEvidence).where(IssueEvidence.issue_id == issue.id, IssueEvidence.out_on.is_not(None))
    return list(db.scalars(_whole(found)))


def _whole(found: Select[Any]) -> Select[Any]:
    return found.order_by(IssueEvidence.happened_on.desc(), IssueEvidence.id.desc()).options(
        joinedload(IssueEvidence.case).joinedload(Case.client), joinedload(IssueEvidence.agency),
        joinedload(IssueEvidence.referral).joinedload(Referral.request), joinedload(IssueEvidence.incident),
        joinedload(IssueEvidence.conduct).joinedload(AgencyConduct.code),
    )  # fmt: skip


def of_case(db: Session, case: Case) -> list[Issue]:
    """Give the issues for which something of this case is evidence."""
    found = select(IssueEvidence.issue_id).where(IssueEvidence.case_id == case.id, IssueEvidence.out_on.is_(None))
    return list(db.scalars(select(Issue).where(Issue.id.in_(found)).order_by(Issue.id.desc())))


def can_take(db: Session) -> list[Issue]:
    """Give the issues to which evidence may still be added."""
    return [one for one in issues(db) if one.status != "dropped"]


def campaigns_of(db: Session, issue: Issue) -> list[Campaign]:
    found = select(Campaign).join(Campaign.issues).where(Issue.id == issue.id)
    return list(db.scalars(found.order_by(Campaign.began_on, Campaign.id)))


def people_behind(db: Session, issue: Issue) -> set[int]:
    """Give the people on whom an issue rests, saved or not: two records of one person are one, whoever meets them."""
    live = [one for one in belonging(db, IssueEvidence, "issue", issue) if one.out_on is None]
    pairs = {(_key(one, "client"), _key(one, "case")) for one in live}
    with db.no_autoflush:
        rows = db.execute(office_wide(
            select(Client.id, PERSON).where(Client.id.in_({client for client, _case in pairs}),
                                            Client.voided_reason.is_(None))
        )).all()  # fmt: skip
        cases = set(db.scalars(office_wide(
            select(Case.id).where(Case.id.in_({case for _client, case in pairs}), Case.voided_reason.is_(None))
        )))  # fmt: skip
    people = dict(rows)
    return {people[client] for client, case in pairs if client in people and case in cases}


def _key(row: IssueEvidence, link: str) -> int | None:
    linked = getattr(row, link)
    return linked.id if linked is not None else getattr(row, f"{link}_id")


# Verbs


def raise_issue(db: Session, said: Said, things: Iterable[Thing]) -> Issue:
    """Raise a signal on these things; it is an issue at once where they are of two clients. Raises RuleBroken."""
    found = list(dict.fromkeys(things))
    if not found:
        raise RuleBroken([Problem("", "Choose at least one case on which it rests.")])
    days = [_day_of(one) for one in found]
    made = Issue(
        title=said.title, agency=said.agency, unit=said.unit, policy=said.policy, cause=said.cause,
        finding=said.finding, owner=said.owner or tasks.whoever_acts(db), decide_by=said.decide_by,
        noticed=said.noticed, first_seen_on=min(days),
    )  # fmt: skip
    db.add(made)
    for one in found:
        _evidence(db, made, one, None)
    db.flush()
    if len(people_behind(db, made)) >= FEWEST:
        made.status = "issue"
    if made.owner is not None and made.decide_by is not None:
        tasks.ask(db, made.owner, f"Decide: {made.title}", made.decide_by, about=("issue", made), kind="review")
    db.flush()
    return made


def add_evidence(db: Session, issue: Issue, thing: Thing, why: str | None = None) -> IssueEvidence:
    """Let an issue rest on one more thing of a client. A signal with two clients is an issue. Raises RuleBroken."""
    made = _evidence(db, issue, thing, why)
    issue.first_seen_on = min(issue.first_seen_on, made.happened_on)
    db.flush()
    if issue.status == "signal" and len(people_behind(db, issue)) >= FEWEST:
        issue.status = "issue"
        db.flush()
    return made


def _evidence(db: Session, issue: Issue, thing: Thing, why: str | None) -> IssueEvidence:
    case = thing if isinstance(thing, Case) else thing.case
    about = thing.agency if isinstance(thing, Referral | AgencyConduct) else issue.agency
    made = IssueEvidence(
        issue=issue, case=case, client=case.client, agency=about, happened_on=_day_of(thing), why=why,
        referral=thing if isinstance(thing, Referral) else None,
        incident=thing if isinstance(thing, Incident) else None,
        conduct=thing if isinstance(thing, AgencyConduct) else None,
        added_on=acting(db).today, added_by=tasks.whoever_acts(db),
    )  # fmt: skip
    db.add(made)
    return made


def _day_of(thing: Thing) -> date:
    """Give the day on which it happened, on London's calendar: asked, met with, or first told to us."""
    if isinstance(thing, Referral):
        return thing.sent_on or local(thing.created_at).date()
    if isinstance(thing, AgencyConduct):
        return thing.happened_on
    return local(thing.from_at if isinstance(thing, Incident) else thing.first_contact_at).date()


def take_out(db: Session, evidence: IssueEvidence, reason: str) -> IssueEvidence:
    """Set a piece of evidence aside with the reason. Raises RuleBroken, also where fewer than two clients are left."""
    evidence.out_on, evidence.out_reason = acting(db).today, reason.strip() or None
    db.flush()
    return evidence


def step(db: Session, issue: Issue, status: str, reason: str = "") -> Issue:
    """Move an issue on: decided by a manager, dropped with a reason, or taken up again. Raises RuleBroken."""
    issue.status = status
    issue.dropped_reason = (reason.strip() or None) if status == "dropped" else None
    adopted = status == "adopted"
    issue.adopted_on = acting(db).today if adopted else None
    issue.adopted_by = tasks.whoever_acts(db) if adopted else None
    if status in ("adopted", "dropped"):
        tasks.finish(db, "issue", issue)
    db.flush()
    return issue


# Rules


def one_step_after_the_other(issue: Issue, db: Session) -> Iterator[Problem]:
    before = was(issue, "status") or "signal"
    if not is_changed(issue, "status") or issue.status == before:
        return
    if issue.status not in ISSUE_STEPS[before]:
        yield Problem("status", "This step is not open now. Load the page again to see how the issue stands.")
    if "adopted" in (issue.status, before) and acting(db).role not in DECIDES:
        yield Problem("status", "A manager decides about an issue. Ask them; who decides stands on its page.")
    if issue.status == "dropped" and not issue.dropped_reason:
        yield Problem("dropped_reason", "Say why it is not pursued, so that nobody has to guess later.")
    if issue.status == "dropped" and _is_in_use(db, issue):
        yield Problem("status", "A campaign rests on this issue. Bring the campaign to an end instead.")


def _is_in_use(db: Session, issue: Issue) -> bool:
    with db.no_autoflush:
        found = select(Campaign.id).join(Campaign.issues).where(Issue.id == issue.id).limit(1)
        return db.scalar(office_wide(found)) is not None


def rests_on_two_clients(issue: Issue, db: Session) -> Iterator[Problem]:
    """Source: service statement; patterns across people."""
    loses = any(is_changed(one, "out_on") for one in belonging(db, IssueEvidence, "issue", issue) if not is_new(one))
    if issue.status in RESTS and (is_changed(issue, "status") or loses) and len(people_behind(db, issue)) < FEWEST:
        yield Problem("", f"{TWO} Add other evidence first." if loses else TWO)


def names_nobody(issue: Issue, db: Session) -> Iterator[Problem]:
    """A finding is about a practice. Source: empowering casework article (pressure on practitioners)."""
    rests_on = belonging(db, IssueEvidence, "issue", issue)
    grows = any(is_new(one) for one in rests_on)  # a name that told of nobody here may be the new one's
    changed = [name for name in TEXTS if grows or is_changed(issue, name)]
    if not changed:
        return
    clients = {_key(one, "client") for one in rests_on} - {None}
    for name in changed:
        whom = somebody_in(db, getattr(issue, name), [key for key in clients if key is not None])
        if whom:
            yield Problem(
                name, f"This names {whom}. Write what is done, and by which desk or service; leave names out."
            )


def adopted_ones_are_the_managers(issue: Issue, db: Session) -> Iterator[Problem]:
    changed = [] if is_new(issue) else changed_fields(issue)
    only_seen = set(changed) <= {"first_seen_on"}
    if was(issue, "status") == "adopted" and acting(db).role not in DECIDES and not only_seen:
        yield Problem("", "This issue is adopted: a manager changes it. Evidence may still be added.")


def unit_stands_under_its_agency(issue: Issue, _db: Session) -> Iterator[Problem]:
    if issue.unit is not None and (issue.agency is None or not is_under(issue.unit, issue.agency)):
        yield Problem("unit", "This part does not stand under the agency. Choose one of its own, or leave it empty.")


def decided_in_time_to_come(issue: Issue, db: Session) -> Iterator[Problem]:
    if issue.decide_by is not None and is_changed(issue, "decide_by") and issue.decide_by < acting(db).today:
        yield Problem("decide_by", "This day is over. Choose one that is still to come.")


def of_a_known_client(evidence: IssueEvidence, db: Session) -> Iterator[Problem]:
    if not is_new(evidence):
        return
    case = evidence.case
    if case is None or not has_link(case, "client"):
        yield Problem("case", "Nobody is known in this case yet. Name its client first.")
    elif not _is_met(db, case):
        yield Problem("case", "Not added: this file is not one that you may open. Ask its caseworker.")
    for thing in (evidence.referral, evidence.incident, evidence.conduct):
        if thing is not None and thing.case is not case:
            yield Problem("case", "This belongs to another case. Add it from its own.")


def _is_met(db: Session, case: Case) -> bool:
    with db.no_autoflush:
        return db.scalar(select(Case.id).where(Case.id == case.id)) is not None


def counted_once(evidence: IssueEvidence, db: Session) -> Iterator[Problem]:
    if not is_new(evidence) or evidence.issue is None:
        return
    others = (one for one in belonging(db, IssueEvidence, "issue", evidence.issue) if one.out_on is None)
    if any(one is not evidence and _same(one) == _same(evidence) for one in others):
        yield Problem("case", "This is evidence of the issue already.")


def _same(one: IssueEvidence) -> tuple[int | None, ...]:
    return tuple(_key(one, name) for name in ("case", "referral", "incident", "conduct"))


def added_while_pursued(evidence: IssueEvidence, _db: Session) -> Iterator[Problem]:
    if is_new(evidence) and evidence.issue is not None and evidence.issue.status == "dropped":
        yield Problem("", "This issue is not pursued. Take it up again before adding to it.")


def taken_out_with_a_reason(evidence: IssueEvidence, _db: Session) -> Iterator[Problem]:
    if evidence.out_on is not None and not evidence.out_reason:
        yield Problem("out_reason", "Say why it is taken out.")
    if not is_new(evidence) and was(evidence, "out_on") is not None and changed_fields(evidence):
        yield Problem("", "What was taken out stays as it is. Add it again if it belongs here after all.")


def what_was_found_is_kept(_row: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what an issue rested on is kept. Take it out with a reason, or do not pursue it.")


guard.register(
    Issue, one_step_after_the_other, rests_on_two_clients, names_nobody, adopted_ones_are_the_managers,
    unit_stands_under_its_agency, decided_in_time_to_come,
)  # fmt: skip
guard.register(IssueEvidence, of_a_known_client, counted_once, added_while_pursued, taken_out_with_a_reason)
for _kept in (Issue, IssueEvidence):
    guard.register_deletion(_kept, what_was_found_is_kept)
