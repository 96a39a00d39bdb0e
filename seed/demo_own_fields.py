"""Fields that the invented office added for itself: a choice, a day, and a yes or no, with answers here and there."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import Agency, Case, ExtraChoice, ExtraField, Worker
from seed.demo_dice import Dice
from seed.demo_stage import Stage, Story, on

BEFORE_TODAY = timedelta(days=12)
LEAFLETS = ("Know your rights", "Reporting to the police", "Keeping a diary", "Speaking with the landlord")
FIELDS = (
    {"of": "case", "kind": "choice", "name": "Leaflet given", "help": "In their own language where we have it.",
     "sensitivity": "open", "filtered": True, "on_sheet": True},
    {"of": "worker", "kind": "date", "name": "Last supervision", "help": "The day of the last talk about their work.",
     "sensitivity": "office", "listed": True, "filtered": True, "on_sheet": True},
    {"of": "agency", "kind": "yes_no", "name": "Takes urgent calls", "help": "Somebody answers outside office hours.",
     "sensitivity": "open", "listed": True, "filtered": True, "on_sheet": True},
)  # fmt: skip
RUNNING = ("open", "on_hold")


def own_fields(stage: Stage) -> Story:
    """Let the manager add the fields, and fill them in where the answer is known: not everywhere, as in life."""
    yield on(stage.staff["manager"], stage.today - BEFORE_TODAY)
    db, dice = stage.db, Dice("own fields")
    leaflet, supervised, urgent = (ExtraField(**field) for field in FIELDS)
    leaflet.choices = [ExtraChoice(words=words, sort=place) for place, words in enumerate(LEAFLETS)]
    db.add_all([leaflet, supervised, urgent])
    db.flush()
    for case in db.scalars(select(Case).where(Case.status.in_(RUNNING)).order_by(Case.id)):
        if dice.chance(60):
            setattr(case, f"extra_{leaflet.place}", dice.pick(leaflet.choices).word)
    for worker in db.scalars(select(Worker).where(Worker.active).order_by(Worker.id)):
        if dice.chance(50):
            setattr(worker, f"extra_{supervised.place}", stage.today - timedelta(days=dice.between(14, 90)))
    for agency in db.scalars(select(Agency).order_by(Agency.id)):
        if dice.chance(70):
            setattr(agency, f"extra_{urgent.place}", dice.chance(30))
    db.flush()
