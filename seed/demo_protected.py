"""What is looked after in the invented office: accounts each quarter, two breaches, a case kept to a few."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from casework import account_reviews, kept
from casework.calendar import ONE_DAY
from casework.context import acting
from models import Breach, BreachPerson, Case
from seed.demo_stage import Stage, Story, on

# Days before today on which accounts were looked at: all of them, then all but those that wait since a few days.
FIRST_LOOK, SECOND_LOOK, NOT_YET = 97, 48, ("tunde", "nadia")
BREACHES = ((190, True), (1, False))  # days before today, and whether everything is done


def what_is_looked_after(stage: Stage) -> Story:
    """Play the manager's quarter: the newest breach still waits for the regulator."""
    manager = stage.staff["manager"]
    for days, is_over in BREACHES[:1]:
        yield on(manager, stage.today - days * ONE_DAY)
        _breach(stage, is_over=is_over)
    for days, waiting in ((FIRST_LOOK, ()), (SECOND_LOOK, NOT_YET)):
        yield on(manager, stage.today - days * ONE_DAY)
        for one in account_reviews.standings(stage.db):
            if one.user.username not in waiting:
                account_reviews.decide(stage.db, one, "keep")
    for days, is_over in BREACHES[1:]:
        yield on(manager, stage.today - days * ONE_DAY)
        _breach(stage, is_over=is_over)
    _keep_one(stage)


def _breach(stage: Stage, *, is_over: bool) -> None:
    now = acting(stage.db).now
    client = stage.db.scalars(select(Case).where(Case.status == "open").order_by(Case.id.desc())).first()
    made = Breach(
        kind="sent_wrong" if is_over else "lost", known_at=now - timedelta(hours=2),
        what="A letter went into the letter box next door." if is_over
        else "A folder for a home visit was left on the bus; the depot was rung at once.",
        people=[BreachPerson(client_id=client.client_id)] if client is not None else [],
    )  # fmt: skip
    if is_over:
        made.risk, made.risk_reason = "unlikely", "It came back unopened within the hour."
        made.regulator_reason, made.measures = "It came back unopened.", "Addresses are read out before posting."
        made.people_told_on = made.closed_on = acting(stage.db).today
    stage.db.add(made)
    stage.db.flush()


def _keep_one(stage: Stage) -> None:
    """Keep the newest open case of the second team to its caseworker."""
    found = select(Case).where(Case.status == "open", Case.lead_id.is_not(None)).order_by(Case.id.desc())
    case = stage.db.scalars(found).first()
    if case is not None:
        kept.keep_to(stage.db, case, [case.lead], "A volunteer of the team is related to the neighbour.")
