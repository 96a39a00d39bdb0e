"""Issues and campaigns: what the office noticed, took up and asked for, as figures."""

from __future__ import annotations

from collections.abc import Iterator

from casework.figures.shapes import Chapter, Figure
from casework.tallies.issues import CampaignsTally
from models.campaigns import CAMPAIGN_STATES, EVENT_KINDS, OVER

NOTE = "Issues and campaigns belong to no case and no grant, so they stand only in the figures of the whole office."


def issues_and_campaigns(tally: CampaignsTally, whole_office: bool) -> Chapter:
    """Give the chapter. Signals are what happened to clients; the rest counts what the office does, and no people."""
    figures = _figures(tally)
    if not whole_office:
        figures = (Figure(one.key, one.name, one.counted, None, of_people=one.of_people) for one in figures)
    return Chapter("Issues and campaigns", tuple(figures), note=NOTE)


def _figures(tally: CampaignsTally) -> Iterator[Figure]:
    yield Figure("signals", "Signals and issues first seen", "Signals and issues whose first case happened in the "
                 "period, whatever was decided about them since.", tally.signals)  # fmt: skip
    yield _of_ours("issues_adopted", "Issues adopted", "Issues that a manager adopted in the period, each with "
                   "evidence from two clients at least, and that were not dropped since.", tally.adopted)  # fmt: skip
    yield _of_ours("campaigns_begun", "Campaigns begun", "Campaigns whose first day lies in the period.", tally.begun)
    yield _of_ours("campaigns_running", "Campaigns not ended", "Campaigns begun by the last day of the period and not "
                   "ended by then; those at rest are among them.", tally.running)  # fmt: skip
    for result in OVER:
        words = dict(CAMPAIGN_STATES)[result]
        yield _of_ours(f"campaigns_{result}", f"Campaigns ended: {words.lower()}", "Campaigns that ended in the "
                       "period with this result.", tally.ended[result])  # fmt: skip
    for kind, words in EVENT_KINDS:
        yield _of_ours(f"campaign_events_{kind}", f"Log of campaigns: {words.lower()}", "Lines of this kind in the "
                       "logs of campaigns, by the day on which it happened.", tally.events[kind])  # fmt: skip


def _of_ours(key: str, name: str, counted: str, number: int) -> Figure:
    return Figure(key, name, counted, number, of_people=False)
