"""The invented agencies, and the community partners that the migrant families statement names."""

from __future__ import annotations

from models import Agency
from seed.demo_dice import Dice
from seed.demo_people import LANDLINES, numbers
from seed.demo_stage import Stage
from seed.demo_texts import parted
from seed.reference import rows_of

# Real organisations that stand with families: nothing but help is ever told of them here.
PARTNERS = (
    "Hackney Migrant Centre", "Haringey Migrant Support Centre", "Walthamstow Migrant Support Centre", "Akwaaba",
    "Haringey Housing Action Group",
)  # fmt: skip


def list_agencies(stage: Stage) -> None:
    """Put every agency on the office's list, the councils before their departments."""
    kinds = {row["code"]: row for row in rows_of("agency_kinds.csv")}
    telephone = numbers()
    made: dict[str, Agency] = {}
    for row in rows_of("demo/agencies.csv"):
        name, kind = row["name"] or "", kinds[row["kind"]]
        made[name] = Agency(
            name=name, kind=stage.code("agency_kind", row["kind"] or ""), tier=kind["tier"],
            public_body=kind["public_body"] == "1", parent=made.get(row["part_of"] or ""),
            areas=[stage.areas[area] for area in parted(row["areas"])],
            phone=None if name in PARTNERS else f"{LANDLINES}{next(telephone):03d}",
        )  # fmt: skip
    stage.db.add_all(made.values())
    stage.db.flush()
    stage.agencies = made


def agency_of(stage: Stage, kind: str, area_name: str, dice: Dice) -> Agency | None:
    """Give an agency of a kind for one borough, its own before one that works everywhere; None without any."""
    fitting = [one for one in stage.agencies.values() if one.kind.code == kind]
    own = [one for one in fitting if any(area.name == area_name for area in one.areas)]
    everywhere = [one for one in fitting if not one.areas]
    return dice.pick(own or everywhere) if own or everywhere else None
