"""The office's calendar: which days and hours are open, when an answer is due, and why then.

Four clocks run here: working days, calendar days, hours and months. Each due date carries its trace, so
that anyone can follow it from the day of receipt. Closed days are given as data; nothing here knows a
bank holiday, reads the clock or asks the database. Moments are UTC, days are days in London.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from casework.datetext import MONTHS, WEEKDAYS, counted, in_words

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
MONTHS_IN_YEAR = 12
# Amounts are typed into settings: a slip such as 1000000 gets a sentence instead of a minute's counting.
LARGEST_AMOUNT = 10_000

ANSWERPHONE = "answerphone"
UNITS = ("working_day", "day", "hour", "month")

# Rules, as a step names them.
DAY_ZERO = "The day of receipt is day 0."
OPEN_DAYS_COUNT = "Only days when the office is open count."
EVERY_DAY_COUNTS = "Every day of the calendar counts."
SAME_DATE = "A month ends on the same date, or on the last day of a shorter month."
REAL_HOURS = "Hours are real hours, also when the clocks change."
ROLLS_ON = "What falls due while the office is closed moves to when it next opens."
WAITS_FOR_OPENING = "What comes in out of hours counts from the next opening."
EARLIER_WINS = "An earlier deadline set by others comes first."


class NeverOpen(ValueError):
    """No open day follows: the closed days or the opening weekdays are set wrongly."""


def local(moment: datetime) -> datetime:
    """Give `moment` as London clock time. Raises ValueError without a time zone."""
    return _utc(moment).astimezone(LONDON)


def utc_from_local(day: date, clock_time: time) -> datetime:
    """Give the UTC moment when London clocks show `clock_time` on `day`.

    An hour that comes twice (the last Sunday of October) means the first of the two. A time that the
    clocks jump over (the last Sunday of March) raises ValueError with a sentence.
    """
    shown = datetime.combine(day, clock_time.replace(tzinfo=None, fold=0))
    moment = shown.replace(tzinfo=LONDON).astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != shown:
        raise ValueError(
            f"There is no {clock_time:%H:%M} on {in_words(day)}: the clocks go forward over that hour. "
            "Choose a time an hour later."
        )
    return moment


def _utc(moment: datetime) -> datetime:
    """Give `moment` in UTC; without this, two London times would be compared as if no clock changed."""
    if moment.utcoffset() is None:
        raise ValueError("This moment does not say its time zone, so it cannot be counted from.")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Office:
    """Opening hours (London clock), opening weekdays (Monday is 0) and closed days with their reasons."""

    opens: time
    closes: time
    weekdays: frozenset[int]
    closed_days: Mapping[date, str] = field(hash=False)

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("The office must open before it closes. Correct the opening hours.")
        if not self.weekdays <= set(range(len(WEEKDAYS))):
            raise ValueError("Opening weekdays run from 0 (Monday) to 6 (Sunday). Correct the setting.")

    def is_open_day(self, day: date) -> bool:
        """Tell whether the office opens on `day` at all."""
        return self.why_closed(day) is None

    def why_closed(self, day: date) -> str | None:
        """Give why `day` is closed ("Christmas Day", "Saturday"); None if it is open.

        A named closure is told before the weekday: Boxing Day on a Saturday is Boxing Day.
        """
        if isinstance(day, datetime):
            # A datetime never equals a date, so a closed day would be missed in silence.
            raise TypeError("Ask about a day in London, not about a moment: local(moment).date().")
        if day in self.closed_days:
            return self.closed_days[day] or "Office closed"
        return None if day.weekday() in self.weekdays else WEEKDAYS[day.weekday()]

    def next_open_day(self, day: date) -> date:
        """Give the first open day from `day` on, `day` itself if open. Raises NeverOpen."""
        while not self.is_open_day(day):
            day = self._day_after(day)
        return day

    def opens_on(self, day: date) -> datetime:
        """Give the UTC moment of opening time on `day`, whether or not that day is open."""
        return utc_from_local(day, self.opens)

    def closes_on(self, day: date) -> datetime:
        """Give the UTC moment of closing time on `day`, whether or not that day is open."""
        return utc_from_local(day, self.closes)

    def is_open_at(self, moment: datetime) -> bool:
        """Tell whether the office is open at `moment`; at closing time itself it is closed."""
        day = local(moment).date()
        return self.is_open_day(day) and self.opens_on(day) <= _utc(moment) < self.closes_on(day)

    def is_within_hours(self, starts: datetime, ends: datetime) -> bool:
        """Tell whether `starts` to `ends` lies inside the hours of one open day; it may end at closing time.

        Source: service statement, "Availability".
        """
        day = local(starts).date()
        if not self.is_open_day(day):
            return False
        return self.opens_on(day) <= _utc(starts) < _utc(ends) <= self.closes_on(day)

    def next_opening(self, moment: datetime) -> datetime:
        """Give `moment` in UTC if the office is open then, else when it next opens. Raises NeverOpen."""
        if self.is_open_at(moment):
            return _utc(moment)
        day = local(moment).date()
        if self.is_open_day(day) and _utc(moment) < self.opens_on(day):
            return self.opens_on(day)
        return self.opens_on(self.next_open_day(self._day_after(day)))

    def working_days_between(self, start: date, end: date) -> int:
        """Count the open days after `start`, up to and including `end`; 0 if `end` is not later."""
        return sum(self.is_open_day(day) for day in _days(start + ONE_DAY, end))

    def add_working_days(self, start: date, amount: int) -> date:
        """Give the open day that is number `amount` after `start`; 0 gives `start`, open or not.

        Raises NeverOpen, and ValueError for an amount below 0.
        """
        _must_be_countable(amount)
        day = start
        for _ in range(amount):
            day = self.next_open_day(self._day_after(day))
        return day

    def _day_after(self, day: date) -> date:
        # Closed days are finite, so with one opening weekday every search ends.
        if not self.weekdays or day == date.max:
            raise NeverOpen("The office has no open day. Correct its opening weekdays or its closed days.")
        return day + ONE_DAY


class StepKind(StrEnum):
    """What a step does to the count; a screen may draw each kind in its own way."""

    WAITING = "waiting"  # received, the clock not yet running
    START = "start"
    COUNTED = "counted"
    WEEKLY = "weekly"  # closed on this day of every week
    CLOSED = "closed"
    END = "end"
    MOVED = "moved"
    DEADLINE = "deadline"  # set by others


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace: the day in London, what happens on it, and the rule that says so."""

    day: date
    what: str
    rule: str
    kind: StepKind


@dataclass(frozen=True)
class Due:
    """A due date with its proof. `on` is the London date; `at` the UTC moment, for a clock of hours only."""

    on: date
    at: datetime | None
    trace: tuple[Step, ...]
    rule: str = ""
    source: str = ""

    def is_past(self, now: datetime) -> bool:
        """Tell whether the due time is over: after the moment `at`, or after the whole day `on`."""
        return _utc(now) > self.at if self.at else local(now).date() > self.on

    def explained(self) -> list[str]:
        """Give the trace as sentences for the screen, from the promise to the due date.

        Days that simply count are left out and days closed every week are summed up; `trace` has all.
        """
        promise = [f"{self.rule.rstrip('.')}."] if self.rule else []
        source = [f"Source: {self.source.rstrip('.')}."] if self.source else []
        clock = f" at {local(self.at):%H:%M}" if self.at else ""
        return [*promise, *source, *self._course(), f"Due {in_words(self.on)}{clock}."]

    def _course(self) -> Iterator[str]:
        for step in self.trace:
            if step.kind not in (StepKind.COUNTED, StepKind.WEEKLY):
                yield f"{in_words(step.day)}: {step.what}."
            if step.kind == StepKind.START:
                yield from _weekly_closings([step.day for step in self.trace if step.kind == StepKind.WEEKLY])


def _weekly_closings(days: list[date]) -> Iterator[str]:
    """Say in one sentence which days of every week were skipped, if any."""
    if days:
        names = [f"{WEEKDAYS[place]}s" for place in sorted({day.weekday() for day in days})]
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
        yield f"{listed} do not count: {counted(len(days), 'day')} skipped."


def clock_start(moment: datetime, office: Office, medium: str) -> datetime:
    """Give the UTC moment from which a message counts: at once, on the answerphone at the next opening.

    Source: service statement, "Availability" (out of hours an answerphone, for what is not urgent).
    """
    return office.next_opening(moment) if medium == ANSWERPHONE else _utc(moment)


def due(
    started: datetime | date,
    amount: int,
    unit: str,
    office: Office,
    *,
    roll: bool = True,
    rule: str = "",
    source: str = "",
    received: datetime | None = None,
    began: str = "Received",
) -> Due:
    """Say when something that started at `started` is due, `amount` of `unit` later, and why.

    `unit` is "working_day", "day", "hour" or "month"; the day of receipt is day 0. With `roll` what falls
    due while the office is closed moves to when it next opens. Hours need a moment, not a day, and give
    `Due.at`. `rule` and `source` are the promise in words, for the screen, `began` what started the clock. Where
    it started later than the message came (`clock_start`), `received` lets the trace tell the wait. For a clock
    set by law, or one of an agency, pass an office whose closed days are the bank holidays only: our own closures
    do not bind others. Raises ValueError for what cannot be counted, NeverOpen if no open day follows.
    """
    _must_be_countable(amount)
    waits = list(_waiting(received, started, office)) if received else []
    trace = [*waits, _start(started, unit, "The office opens" if waits else began)]
    at = None
    if unit == "hour":
        ends = _moment_of(started) + timedelta(hours=amount)
        at = office.next_opening(ends) if roll else ends
        trace += _hours(_moment_of(started), amount, at, office)
    else:
        trace += _count(trace[-1].day, amount, unit, office)
        trace += _rolled(trace[-1].day, office) if roll else ()
    return Due(trace[-1].day, at, tuple(trace), rule, source)


def earlier(answer: Due, outside_deadline: date | None) -> Due:
    """Give `answer`, brought forward to `outside_deadline` if that is earlier; the trace says so.

    A deadline set by others stays on its day, even a closed one. Source: service statement,
    "Availability" (letters, "unless ... there is a deadline to consider").
    """
    if outside_deadline is None or outside_deadline >= answer.on:
        return answer
    what = f"Outside deadline, earlier than our own date, {in_words(answer.on)}"
    step = Step(outside_deadline, what, EARLIER_WINS, StepKind.DEADLINE)
    return replace(answer, on=outside_deadline, at=None, trace=(*answer.trace, step))


def _waiting(received: datetime, started: datetime | date, office: Office) -> Iterator[Step]:
    """Give the steps from `received` to the later start of the clock; none if it started at once."""
    start = started if isinstance(started, datetime) else office.opens_on(started)
    if _utc(received) < _utc(start):
        came = local(received)
        what = f"Received at {came:%H:%M}, out of hours"
        yield Step(came.date(), what, WAITS_FOR_OPENING, StepKind.WAITING)
        yield from _closed_steps(came.date() + ONE_DAY, _day_of(started), office, WAITS_FOR_OPENING)


def _start(started: datetime | date, unit: str, opening: str) -> Step:
    if unit == "hour":
        begins = local(_moment_of(started))
        return Step(begins.date(), f"{opening} at {begins:%H:%M}; this is hour 0", REAL_HOURS, StepKind.START)
    return Step(_day_of(started), f"{opening}; this is day 0", DAY_ZERO, StepKind.START)


def _day_of(started: datetime | date) -> date:
    return local(started).date() if isinstance(started, datetime) else started


def _moment_of(started: datetime | date) -> datetime:
    if not isinstance(started, datetime):
        raise ValueError("A clock of hours needs the time of day it started, not only the day.")
    return _utc(started)


def _count(day: date, amount: int, unit: str, office: Office) -> list[Step]:
    if unit == "working_day":
        return _working_days(day, amount, office)
    if unit == "day":
        return _calendar_days(day, amount)
    if unit == "month":
        return _months(day, amount)
    raise ValueError(f"Time is counted in {', '.join(UNITS)}; correct the unit of this clock.")


def _working_days(start: date, amount: int, office: Office) -> list[Step]:
    steps: list[Step] = []
    day = start
    for number in range(1, amount + 1):
        following, day = day + ONE_DAY, office.add_working_days(day, 1)
        steps += _closed_steps(following, day, office, OPEN_DAYS_COUNT, weekly=StepKind.WEEKLY)
        steps.append(_counted(day, number, amount, OPEN_DAYS_COUNT))
    return steps


def _calendar_days(start: date, amount: int) -> list[Step]:
    days = _days(start + ONE_DAY, start + timedelta(days=amount))
    return [_counted(day, number, amount, EVERY_DAY_COUNTS) for number, day in enumerate(days, start=1)]


def _counted(day: date, number: int, amount: int, rule: str) -> Step:
    kind = StepKind.END if number == amount else StepKind.COUNTED
    return Step(day, f"day {number} of {amount}", rule, kind)


def _months(start: date, amount: int) -> list[Step]:
    years, place = divmod(start.month - 1 + amount, MONTHS_IN_YEAR)
    last = monthrange(start.year + years, place + 1)[1]
    day = date(start.year + years, place + 1, min(start.day, last))
    what = f"{counted(amount, 'month')} later"
    if start.day > last:
        what += f"; {MONTHS[place]} has only {last} days that year, so its last day"
    return [Step(day, what, SAME_DATE, StepKind.END)]


def _hours(started: datetime, amount: int, at: datetime, office: Office) -> Iterator[Step]:
    """Give the steps of a clock of hours whose due moment, rolled or not, is `at`; both moments in UTC."""
    begins, ends = local(started), local(started + timedelta(hours=amount))
    what = f"{counted(amount, 'hour')} later, {ends:%H:%M}{_clock_change(begins, ends)}"
    yield Step(ends.date(), what, REAL_HOURS, StepKind.END)
    if _utc(ends) != at:
        yield from _rolled_hours(ends.date(), local(at), office)


def _clock_change(begins: datetime, ends: datetime) -> str:
    before, after = begins.utcoffset(), ends.utcoffset()
    if before == after or before is None or after is None:
        return ""
    return f"; the clocks went {'forward' if after > before else 'back'} in between"


def _rolled_hours(day: date, opens: datetime, office: Office) -> Iterator[Step]:
    """Give the steps from a moment of `day`, out of hours, to the local moment `opens`."""
    if office.is_open_day(day) and day != opens.date():
        yield Step(day, f"Closed from {office.closes:%H:%M}", ROLLS_ON, StepKind.CLOSED)
    yield from _closed_steps(day, opens.date(), office, ROLLS_ON)
    yield Step(opens.date(), f"Rolled to the next opening, {opens:%H:%M}", ROLLS_ON, StepKind.MOVED)


def _rolled(day: date, office: Office) -> Iterator[Step]:
    """Give the steps from a closed `day` to the next open one; none if it is open."""
    open_day = office.next_open_day(day)
    if open_day != day:
        yield from _closed_steps(day, open_day, office, ROLLS_ON)
        yield Step(open_day, "Rolled to the next open day", ROLLS_ON, StepKind.MOVED)


def _closed_steps(
    first: date, before: date, office: Office, rule: str, weekly: StepKind = StepKind.CLOSED
) -> Iterator[Step]:
    """Give a step for each closed day from `first` on, ahead of `before`."""
    for day in _days(first, before - ONE_DAY):
        why = office.why_closed(day)
        if why is not None:
            kind = StepKind.CLOSED if day in office.closed_days else weekly
            yield Step(day, f"{why}, skipped", rule, kind)


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _must_be_countable(amount: int) -> None:
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise ValueError(f"An amount of time is a whole number from 0 to {LARGEST_AMOUNT}. Correct it.")
