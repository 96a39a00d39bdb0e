"""The planner's grid as plain values: days, starting times, what each would mean, and why one will not do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import shown
from admin_views.db import db
from casework import offers, planner
from casework.calendar import local
from casework.context import acting
from casework.datetext import short, without_year
from casework.offers import Offer, Search
from casework.settings import number_setting, office
from models import Case, Language


@dataclass(frozen=True)
class SlotShown:
    """One cell. `value` books it, `asks` asks why it will not do; `words` say all of it, for whoever hears it."""

    clock: str
    words: str
    count: int = 0
    look: str = ""  # "both", "pair", "offer", "asked" or ""
    rank: int = 0
    value: str = ""
    asks: str = ""


@dataclass(frozen=True)
class RowShown:
    day: str
    closed: str
    slots: tuple[SlotShown, ...]


@dataclass(frozen=True)
class OfferShown:
    """One offer as its button posts it; `book` says on the button when it is."""

    when: str
    book: str
    people: str
    why: str
    value: str


@dataclass(frozen=True)
class WhyNot:
    """Why one time will not do, and the first time of that day that would, if any."""

    when: str
    reasons: tuple[str, ...]
    first: str = ""
    value: str = ""


@dataclass(frozen=True)
class Board:
    """The planner of one case: the grid, the best offers, and the answer to a question about one time."""

    heads: tuple[str, ...]
    rows: tuple[RowShown, ...]
    best: tuple[OfferShown, ...]
    why_not: WhyNot | None = None
    asks_language: bool = False
    by_two: bool = True


def board(case: Case, kind: str, minutes: int, asked: datetime | None = None) -> Board:
    """Give the planner for a meeting of this kind and length, from now on; `asked` is a time to explain."""
    needs = offers.needs_of(db.session, case)
    language = db.session.get(Language, needs.language_id) if needs.language_id else None
    now, hours = acting(db.session).now, office(db.session)
    days = planner.days_ahead(db.session, hours, acting(db.session).today)
    search = offers.search_for(
        db.session, case, after=now, days=(days[-1] - days[0]).days + 1, minutes=minutes, kind=kind, lead=case.lead,
        language=language, gender=needs.gender,
    )  # fmt: skip
    times = planner.times_of_day(db.session, hours)
    rows = planner.grid(search, days, times, now)
    best = planner.best(rows, number_setting(db.session, "planner_offers"))
    if not best and language is not None:
        search = replace(search, language=None)
        rows = planner.grid(search, days, times, now)
        best = planner.best(rows, number_setting(db.session, "planner_offers"))
    ranks = {one.starts_at: place for place, one in enumerate(best, start=1)}
    return Board(
        heads=tuple(f"{at:%H}" if at.minute == 0 else f":{at:%M}" for at in times),
        rows=tuple(_row(search, row, ranks, asked) for row in rows), best=tuple(_offer(one, language) for one in best),
        why_not=_why_not(search, rows, asked, now), asks_language=language is not None, by_two=kind == offers.BY_TWO,
    )  # fmt: skip


def _row(search: Search, row: planner.Row, ranks: dict[datetime, int], asked: datetime | None) -> RowShown:
    slots = tuple(_slot(search, slot, ranks.get(slot.starts_at, 0), asked) for slot in row.slots)
    return RowShown(without_year(row.day), row.closed and _("Closed: %(why)s", why=row.closed), slots)


def _slot(search: Search, slot: planner.Slot, rank: int, asked: datetime | None) -> SlotShown:
    clock = f"{local(slot.starts_at):%H:%M}"
    when = f"{without_year(local(slot.starts_at).date())}, {clock}"
    if not slot.pairs:
        look = "asked" if slot.starts_at == asked else ""
        asks = "" if slot.is_past else sent(slot.starts_at)
        return SlotShown(clock, _("%(when)s: nobody. Ask why", when=when), look=look, asks=asks)
    offer = slot.offer or _without_interpreter(search, slot.starts_at)
    if offer is None:
        return SlotShown(clock, _("%(when)s: not possible. Ask why", when=when), asks=sent(slot.starts_at),
                         look="asked" if slot.starts_at == asked else "")  # fmt: skip
    full = slot.offer is not None
    look = "offer" if rank else "both" if full else "pair"
    return SlotShown(clock, f"{when}: {_who(search, slot, full=full)}", slot.pairs, look, rank, value_of(offer))


def _who(search: Search, slot: planner.Slot, *, full: bool) -> str:
    pair = search.kind == offers.BY_TWO
    people = (
        ngettext("%(num)s pair free", "%(num)s pairs free", slot.pairs)
        if pair
        else ngettext("%(num)s person free", "%(num)s people free", slot.pairs)
    )
    if slot.interpreters is None:
        return people
    return f"{people}, {_('interpreter free') if full else _('no interpreter')}"


def _without_interpreter(search: Search, starts_at: datetime) -> Offer | None:
    return replace(search, language=None).offer_at(starts_at) if search.language is not None else None


def _offer(one: Offer, wished: Language | None) -> OfferShown:
    names = [str(row) for row in (one.lead, one.second, one.interpreter) if row is not None]
    why = list(one.why)
    if wished is not None and one.interpreter is None:
        why.append(_("no %(language)s interpreter is free on these days", language=wished))
    at = local(one.starts_at)
    book = _("Book %(when)s", when=f"{without_year(at.date())}, {at:%H:%M}")
    return OfferShown(shown.moment(one.starts_at), book, ", ".join(names), "; ".join(why), value_of(one))


def value_of(one: Offer) -> str:
    """Give "2026-11-25T11:00Z,3,4,,": when, caseworker, second, interpreter, room."""
    keys = [str(row.id) if row is not None else "" for row in (one.lead, one.second, one.interpreter, one.venue)]
    return ",".join([sent(one.starts_at), *keys])


def sent(moment: datetime) -> str:
    """Give a moment as briefly as it can be read back: the grid holds three hundred of them."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _why_not(search: Search, rows: list[planner.Row], asked: datetime | None, now: datetime) -> WhyNot | None:
    if asked is None:
        return None
    reasons = planner.why_not(search, asked, now)
    day = local(asked).date()
    slots = [slot for row in rows if row.day == day for slot in row.slots if slot.pairs]
    found = next((one for slot in slots if (one := slot.offer or _without_interpreter(search, slot.starts_at))), None)
    first = f"{local(found.starts_at):%H:%M}" if found is not None else ""
    if first and search.language is not None and found is not None and found.interpreter is None:
        first = _("%(clock)s, without an interpreter", clock=first)
    when = f"{short(day)}, {local(asked):%H:%M}"
    return WhyNot(when, tuple(reasons) or (_("This time is possible: choose it in the grid."),), first,
                  value_of(found) if found is not None else "")  # fmt: skip
