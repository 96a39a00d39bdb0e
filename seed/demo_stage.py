"""The stage on which the invented office's years are played, day by day and in order.

A story is a generator. It yields when and by whom it is next written up, and writes between two yields with a
session that acts as that person at that moment; so every rule looks at each entry as it did on the day. What is
still to come when the play reaches today is simply not written: those cases are open, those answers awaited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from casework.calendar import ONE_DAY, Office, local, utc_from_local
from casework.context import Acting, acting, set_acting
from casework.numbering import next_references
from casework.settings import office
from models import Agency, Area, Case, Client, Code, Language, User, Venue, Worker
from seed.demo_diary import Book
from seed.demo_dice import Deck, Dice
from seed.demo_texts import Texts

if TYPE_CHECKING:
    from seed.demo_file import File

WRITES_FROM = time(16, 0)  # London; people write up at the end of the day, one after the other
APART = timedelta(minutes=12)
# Long ago people are let write up once a week, each on a day of their own: one saving for many entries keeps the
# loading short. What was said and done keeps its own day. Lately they write up every day.
WEEK = 5  # open weekdays
LATELY = timedelta(days=35)
MOST_REFERENCES = 400  # of one year


@dataclass(frozen=True)
class Staff:
    """A member of staff with their account; `place` gives the weekday and the hour at which they write up."""

    place: int
    worker: Worker
    user: User

    def acting_at(self, moment: datetime) -> Acting:
        user, worker = self.user, self.worker
        return Acting(now=moment, role=user.role, username=user.username, user_id=user.id, worker_id=worker.id,
                      team_id=worker.team_id)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """The story goes on when `staff` next write up after `after`, or exactly then."""

    staff: Staff
    after: datetime
    exactly: bool = False


Story = Iterator[Entry]


def on(staff: Staff, day: date) -> Entry:
    """Give the entry of `staff` on `day`, or on their next day of writing up."""
    return Entry(staff, utc_from_local(day, time()))


@dataclass
class Stage:
    """What every story needs: the session, the office's lists and people, and who is busy when."""

    db: Session
    today: date
    texts: Texts
    codes: Mapping[tuple[str, str], Code]
    languages: Mapping[str, Language]
    areas: Mapping[str, Area]
    venues: tuple[Venue, ...]
    staff: Mapping[str, Staff] = field(default_factory=dict)
    volunteers: tuple[Worker, ...] = ()
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    former: dict[int, list[Case]] = field(default_factory=dict)  # closed cases, by the caseworker's number
    kept_apart: set[tuple[int, int]] = field(default_factory=set)  # numbers of worker and client
    book: Book = field(default_factory=Book)
    answers: dict[str, Deck[str]] = field(default_factory=dict)
    phones: Iterator[int] = field(default_factory=count)
    references: dict[tuple[str, int], Iterator[str]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    keep: list[object] = field(default_factory=list)  # held, or the session would forget and read again
    _queue: list[tuple[datetime, int, Entry, Story]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)

    @property
    def office(self) -> Office:
        return office(self.db)

    @property
    def now(self) -> datetime:
        return acting(self.db).now

    @property
    def day(self) -> date:
        """The day that is being played."""
        return acting(self.db).today

    def code(self, code_list: str, short: str) -> Code:
        return self.codes[code_list, short]

    def words(self, code_list: str, shorts: tuple[str, ...]) -> list[Code]:
        return [self.codes[code_list, short] for short in shorts]

    def may_meet(self, worker: Worker, client: Client | None) -> bool:
        return client is None or (worker.id, client.id) not in self.kept_apart

    def colleague(self, staff: Staff, dice: Dice) -> Staff:
        """Give another caseworker, of the same team where there is one."""
        others = [one for one in self.caseworkers if one is not staff]
        return dice.pick([one for one in others if one.worker.team is staff.worker.team] or others)

    @property
    def caseworkers(self) -> list[Staff]:
        return [one for one in self.staff.values() if one.user.role == "caseworker"]

    def open_day(self, day: date) -> date:
        """Give `day`, or the next day on which the office is open."""
        return self.office.next_open_day(day)

    def reference(self, model: type[Client] | type[Case]) -> str:
        """Give the next reference of the year; they are fetched together, since asking for each takes long."""
        key = model.__name__, self.day.year
        if key not in self.references:
            self.references[key] = iter(next_references(self.db, model, MOST_REFERENCES))
        return next(self.references[key])

    def begin(self, story: Story) -> None:
        """Let a story begin; its first yield says when."""
        self._put(story)

    def play(self) -> None:
        """Play every story up to the evening before today."""
        while self._queue and local(self._queue[0][0]).date() < self.today:
            moment, _, entry, _ = self._queue[0]
            set_acting(self.db, entry.staff.acting_at(moment))
            for story in self._at(moment):
                self._put(story)
            self.db.flush()
        self._queue.clear()

    def _at(self, moment: datetime) -> list[Story]:
        found = []
        while self._queue and self._queue[0][0] == moment:
            found.append(heappop(self._queue)[3])
        return found

    def _put(self, story: Story) -> None:
        entry = next(story, None)
        if entry is not None:
            heappush(self._queue, (self._moment(entry), next(self._number), entry, story))

    def _moment(self, entry: Entry) -> datetime:
        if entry.exactly:
            return entry.after
        after = max(entry.after, self.now)
        day = local(after).date()
        while True:
            moment = utc_from_local(day, WRITES_FROM) + entry.staff.place * APART
            if moment > after and self._writes_up(entry.staff, day):
                return moment
            day += ONE_DAY

    def _writes_up(self, staff: Staff, day: date) -> bool:
        lately = day >= self.today - LATELY
        return self.office.is_open_day(day) and (lately or day.weekday() == staff.place % WEEK)
