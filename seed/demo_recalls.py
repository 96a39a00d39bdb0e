"""What becomes of what was agreed in the invented office: receipts, words in print, a court order."""

from __future__ import annotations

from sqlalchemy import select

from casework.calendar import ONE_DAY
from casework.publications import publish
from casework.receipts import give
from models import Consent, DisclosureWithoutConsent
from seed.demo_dice import Dice
from seed.demo_stage import Staff, Stage, Story, on

WEEKS = 6  # back from today, in which this is played
PRINTED_IN = ("Annual report, page 4", "Leaflet on school exclusions", "Evidence to the council's scrutiny panel")
WORDS = (
    "They do it when they know I am alone. Now I know whom to ring.",
    "Nobody had asked me before what I wanted to happen.",
    "We sat in the town hall until they answered.",
)
MOST_RECEIPTS = 12


def recalls(stage: Stage) -> Story:
    """Play it through the manager's hands, in the weeks before today."""
    dice, manager = Dice("recalls"), stage.staff["manager"]
    yield on(manager, stage.open_day(stage.today - WEEKS * 7 * ONE_DAY))
    _receipts(stage, dice)
    _prints(stage)
    _court_order(stage, dice, manager)


def _receipts(stage: Stage, dice: Dice) -> None:
    """The clients who agreed last have their receipt in the hand."""
    recent = select(Consent).where(Consent.agency_id.is_not(None), Consent.withdrawn_on.is_(None))
    for consent in stage.db.scalars(recent.order_by(Consent.given_on.desc(), Consent.id).limit(MOST_RECEIPTS)):
        if dice.chance(70):
            give(stage.db, consent, "hand")


def _prints(stage: Stage) -> None:
    may = select(Consent).where(
        Consent.kind == "quote", Consent.withdrawn_on.is_(None), Consent.given_on <= stage.day,
        Consent.expires_on >= stage.day,
    ).order_by(Consent.id.desc())  # fmt: skip
    for consent, words, where in zip(stage.db.scalars(may).all(), WORDS, PRINTED_IN, strict=False):
        publish(stage.db, consent.client, "quote", words, where)


def _court_order(stage: Stage, dice: Dice, manager: Staff) -> None:
    """A family court orders the office to say on which days a client came; the client is told the same day."""
    running = [file for file in stage.files if file.is_running and file.case.client is not None]
    courts = [one for one in stage.agencies.values() if one.kind.code == "cps_courts"] or list(stage.agencies.values())
    if not running:
        return
    stage.db.add(DisclosureWithoutConsent(
        client=dice.pick(running).case.client, agency=courts[0], told_on=stage.day, decided_by=manager.worker,
        what="The three days on which the client came to the office, and nothing else.",
        ground=stage.code("disclosure_ground", "court_order"), client_told_on=stage.day,
        explanation="A judge ordered it in writing. A solicitor read the order with us first.",
    ))  # fmt: skip
