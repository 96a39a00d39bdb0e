"""Issues and campaigns as figures, counted again by walking over the rows one by one."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from casework.figures import count_figures
from casework.periods import Period
from casework.tallies import Within
from exports.guarded import guarded_figures
from models import Campaign, CampaignEvent, Issue
from tests import make
from tests.random_office import plant

NOW = make.TODAY
QUARTER = Period(NOW - timedelta(days=120), NOW - timedelta(days=30))
STATES = ("running", "dormant", "won", "partly_won", "lost")
KINDS = ("meeting", "letter", "demand", "reply", "publicity", "result", "other")


def planted(db, seed: int) -> None:
    """Issues and campaigns at random, many on the first and last day of the period and beside them."""
    rng = random.Random(seed)
    edges = [day + timedelta(days=by) for day in (QUARTER.first, QUARTER.last) for by in (-1, 0, 1)]

    def day(since=QUARTER.first - timedelta(days=60)):
        return rng.choice([*(one for one in edges if one >= since), since + timedelta(days=rng.randrange(150))])

    issues = [{"title": f"Practice {number}", "status": state, "first_seen_on": day(),
               "adopted_on": day() if state == "adopted" else None,
               "dropped_reason": "Settled" if state == "dropped" else None}
              for number in range(60) for state in [rng.choice(("signal", "issue", "adopted", "dropped"))]]  # fmt: skip
    plant(db, Issue, issues)
    campaigns = [{"title": f"Campaign {number}", "status": state, "began_on": (began := day()),
                  "ended_on": day(began) if state in STATES[2:] else None}
                 for number in range(60) for state in [rng.choice(STATES)]]  # fmt: skip
    plant(db, Campaign, campaigns)
    keys = list(db.scalars(select(Campaign.id)))
    plant(db, CampaignEvent, [{"campaign_id": rng.choice(keys), "happened_on": day(), "kind": rng.choice(KINDS),
                               "what": "Done"} for _number in range(150)])  # fmt: skip


def walked(db) -> Counter[str]:
    found: Counter[str] = Counter()

    def has(day) -> bool:
        return day is not None and QUARTER.first <= day <= QUARTER.last

    for issue in db.scalars(select(Issue)):
        found["signals"] += has(issue.first_seen_on)
        found["issues_adopted"] += has(issue.adopted_on)
    for one in db.scalars(select(Campaign)):
        found["campaigns_begun"] += has(one.began_on)
        found["campaigns_running"] += one.began_on <= QUARTER.last and not (
            one.ended_on and one.ended_on <= QUARTER.last
        )
        if has(one.ended_on):
            found[f"campaigns_{one.status}"] += 1
    for event in db.scalars(select(CampaignEvent)):
        found[f"campaign_events_{event.kind}"] += has(event.happened_on)
    return found


def test_issues_and_campaigns_are_counted_as_a_walk_over_the_rows_counts_them(db):
    planted(db, 6)
    report = count_figures(db, QUARTER, NOW)
    chapter = next(one for one in report.chapters if one.name == "Issues and campaigns")
    assert {one.key: one.number for one in chapter.figures} == dict(walked(db))
    assert len(chapter.figures) == 14 and min(one.number for one in chapter.figures) > 0
    assert {one.key for one in chapter.figures} & set(report.numbers()) == {"signals"}
    paid = count_figures(db, QUARTER, NOW, Within(areas=frozenset({1})))
    same = next(one for one in paid.chapters if one.name == "Issues and campaigns")
    assert {one.number for one in same.figures} == {None}


def test_a_signal_or_two_are_hidden_and_a_campaign_is_told(db):
    plant(db, Issue, [{"title": "Sent away at the desk", "status": "signal", "first_seen_on": QUARTER.first}] * 2)
    plant(db, Campaign, [{"title": "Open the desk", "status": "running", "began_on": QUARTER.last}])
    figures = guarded_figures(db, QUARTER, NOW)
    shown = {one.key: figures.figure(one) for one in figures.report.figures}
    assert shown["signals"] not in (1, 2, "1", "2") and shown["campaigns_begun"] == 1
