"""Who takes the steps of a case: counted by month, whatever the order, and told with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pytest

from casework.who_acts import ACTING, NORMAL_95, Share, by_themselves, month_begins, month_of, who_acts


@dataclass(frozen=True)
class Taken:
    actor: str
    done_on: date | None
    state: str = "done"


def months_by_walking(opened: date, day: date) -> int:
    """Walk from the opening day by day and count each time the date of the opening, or the last of a month, is met."""
    number, at = 1, opened
    while at < day:
        at += timedelta(days=1)
        is_last = (at + timedelta(days=1)).day == 1
        number += at.day == opened.day or (is_last and at.day < opened.day)
    return number


@pytest.mark.parametrize("opened", [date(2026, 10, 14), date(2026, 1, 31), date(2024, 2, 29), date(2025, 12, 1)])
def test_a_month_of_a_case_begins_on_the_date_of_its_opening(opened):
    for days in [*range(70), *range(70, 800, 7)]:
        day = opened + timedelta(days=days)
        assert month_of(opened, day) == months_by_walking(opened, day), day
    days = [opened + timedelta(days=days) for days in range(60)]
    second = next(day for day in days if months_by_walking(opened, day) == 2)
    assert [month_begins(opened, number) for number in (1, 2)] == [opened, second]


def test_the_steps_of_a_case_counted_by_hand():
    opened = date(2026, 1, 31)
    steps = [
        Taken("caseworker", date(2026, 1, 31)), Taken("caseworker", date(2026, 2, 27)),
        Taken("joint", date(2026, 2, 28)),
        Taken("client", date(2026, 3, 30)), Taken("client", date(2026, 4, 30)), Taken("agency", date(2026, 4, 30)),
        Taken("client", None, "todo"), Taken("client", None, "dropped"), Taken("caseworker", date(2026, 1, 2)),
    ]  # fmt: skip
    found = who_acts(steps, opened)
    assert [(one.number, one.first, one.counts) for one in found] == [
        (1, date(2026, 1, 31), (0, 0, 3, 0)), (2, date(2026, 2, 28), (1, 1, 0, 0)),
        (4, date(2026, 4, 30), (1, 0, 0, 1)),
    ]  # fmt: skip
    assert by_themselves(found) == Share(3, 7)


def test_the_order_of_the_steps_changes_nothing_and_every_done_step_counts_once():
    dice, opened = Random(7), date(2026, 1, 31)
    steps = [
        Taken(dice.choice(ACTING), opened + timedelta(days=dice.randrange(400)), dice.choice(("done", "done", "todo")))
        for _ in range(300)
    ]  # fmt: skip
    found = who_acts(steps, opened)
    for _ in range(5):
        dice.shuffle(steps)
        assert who_acts(steps, opened) == found
    done = [one for one in steps if one.state == "done"]
    assert sum(month.total for month in found) == len(done)
    for place, actor in enumerate(ACTING):
        assert sum(month.counts[place] for month in found) == sum(one.actor == actor for one in done)
    for month in found:
        inside = [one for one in done if months_by_walking(opened, one.done_on) == month.number]
        assert month.total == len(inside)


@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (3, 7), (10, 20), (0, 12), (40, 41)])
def test_the_interval_holds_exactly_the_shares_that_such_a_count_does_not_contradict(count, total):
    """Wilson's interval ends where the count lies 1.96 standard deviations from what a share would give."""
    low, high = Share(count, total).interval

    def distance(share: float) -> float:
        return abs(count / total - share) / max((share * (1 - share) / total) ** 0.5, 1e-12)

    for edge in (low, high):
        if 0 < edge < 1:
            assert distance(edge) == pytest.approx(NORMAL_95, rel=1e-6)
    assert low <= count / total <= high
    assert 0 <= low < high <= 1


def test_without_a_step_there_is_no_share():
    assert who_acts([Taken("client", None, "todo")], date(2026, 1, 1)) == []
    assert Share(0, 0).interval is None
