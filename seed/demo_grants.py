"""The invented office's money: two grants of invented funders, a layout in one funder's words, and its last file."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from casework import grants, periods
from casework.settings import number_setting
from exports import funder_files
from models import Area, Code, Grant
from seed.demo_stage import Stage, Story, on

BOROUGHS = ("Newham", "Tower Hamlets")
KINDS = ("racist_incident", "police_complaint", "discrimination")
LINES = (
    ("cases_new", "Q1. How many people or families began to get your help?"),
    ("by_helpline", "Q1a. Of these, how many rang outside office hours?"),
    ("sent", "Q2. How many onward referrals did you make?"),
    ("home_visits", "Q3. Visits to people's homes"),
    ("turned_away", "Q4. Requests that you could not meet"),
    ("volunteer_hours", "Q5. Hours given by volunteers"),
)


def money(stage: Stage) -> Story:
    """Write the grants down two quarters ago, and make the file of the last quarter once it is over."""
    manager, db = stage.staff["manager"], stage.db
    month = number_setting(db, "year_first_month")
    last = periods.last_quarter(stage.today, month)
    begun = periods.last_quarter(last.first, month)
    yield on(manager, begun.first + timedelta(days=3))
    layout = grants.save_template(db, None, "Equal Streets, quarterly", "", LINES)
    db.add(Grant(
        name="Equal Streets", funder="Equal Streets Fund", starts_on=begun.first, template=layout,
        areas=list(db.scalars(select(Area).where(Area.name.in_(BOROUGHS)))),
        kinds=list(db.scalars(select(Code).where(Code.list == "case_kind", Code.code.in_(KINDS)))),
    ))  # fmt: skip
    council = Grant(name="Advice in four boroughs", funder="Docklands Community Board", public_body=True,
                    starts_on=begun.first)  # fmt: skip
    db.add(council)
    db.flush()
    yield on(manager, min(last.last + timedelta(days=9), stage.today))
    grant = db.scalars(select(Grant).where(Grant.name == council.name)).one()
    funder_files.make(db, funder_files.plan(db, grant, last), manager.worker.name)
