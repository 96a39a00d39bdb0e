"""What a finding of the radar says, in words: what was met, by how many, what was to be expected, and by what chance.

A proposal speaks of an agency, a part of it, a place and a kind of thing; no names of people are at hand here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import floor, log10

from casework.datetext import counted, without_weekday
from casework.radar import APART, PAST, Found, Look
from casework.radar_counts import EVERY, PART
from casework.radar_read import ABOUT, BLOCK, CONDUCT, DELAYED, INCIDENTS, REFUSED, Named
from casework.requests_sent import NO_REASON

MONTHS_OF = {61: "two months", 122: "four months", 366: "twelve months"}
DIGITS, LEAST_EXPECTED, RAREST = 2, 0.05, 1e-6  # rarer than once in a million is a figure about models
KINDS = {
    CONDUCT: "how agencies dealt with people", REFUSED: "what agencies refused", DELAYED: "where they were late",
    INCIDENTS: "incidents by borough and kind", BLOCK: "incidents by block or street",
    ABOUT: "new cases by borough and kind",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One finding in words. `title` fits the title of an issue."""

    title: str
    what: str
    expected: str
    chance: str
    beside: str

    @property
    def whole(self) -> str:
        return f"{self.what} {self.expected} {self.chance} {self.beside}".strip()


def tell(found: Found, looks: int, named: Named, *, with_block: bool = True) -> Told:
    """Give a finding in words. `with_block`: whether a postcode may be named to this reader."""
    look = found.look
    return Told(
        title_of(look, named, with_block=with_block), _what(look, named, with_block=with_block), _expected(look),
        chance_in_words(look, looks, found.in_reviews), _beside(found, named, with_block=with_block),
    )  # fmt: skip


def family_of(look: Look) -> str:
    return look.family.removesuffix(PART)


def title_of(look: Look, named: Named, *, with_block: bool = True) -> str:
    """Give "Was not believed: Invented Council"."""
    row, column = _row(look, named, with_block=with_block), _column(look, named)
    return f"{column}: {row}" if row else f"{column}, at every place" if _is_place(look) else f"{column}, everywhere"


def _is_place(look: Look) -> bool:
    return family_of(look) in (INCIDENTS, BLOCK, ABOUT)


def _row(look: Look, named: Named, *, with_block: bool) -> str:
    if look.row is EVERY:
        return ""
    if family_of(look) == BLOCK:
        return str(look.row) if with_block else "one block or street"
    names = named.areas if _is_place(look) else named.agencies
    return names.get(look.row, "?") if isinstance(look.row, int) else "?"


def _column(look: Look, named: Named) -> str:
    family, column = family_of(look), look.column
    words = named.words.get(column, "") if isinstance(column, int) else ""
    if family == REFUSED:
        if column == NO_REASON:
            return "Refused, no reason given"
        return "Refused" if column is EVERY else f"Refused: {words}" if words else "Refused, reason not written down"
    if family == DELAYED:
        return "No answer in time"
    if family == BLOCK:
        return "Incidents in one block or street"
    return words or {CONDUCT: "Treated badly", INCIDENTS: "Incidents of every kind", ABOUT: "New cases"}[family]


def _what(look: Look, named: Named, *, with_block: bool) -> str:
    row, column = _row(look, named, with_block=with_block), _column(look, named)
    at = row or ("all boroughs together" if _is_place(look) else "all agencies together")
    people, since = counted(look.number, "client"), f"since {without_weekday(look.since)}"
    met = "conduct against them of any kind" if look.column is EVERY else f"“{column}”"
    return {
        CONDUCT: f"{people} met {met} at {at} {since}.",
        REFUSED: f"{people} had “{column}” from {at} {since}, of {look.of[0]} who were answered.",
        DELAYED: f"{people} had no answer in time from {at} {since}, of {look.of[0]} whose day was over.",
        INCIDENTS: f"{people} had an incident ({column}) in {at} {since}.",
        BLOCK: f"{people} of {at} had an incident {since}.",
        ABOUT: f"{people} came to us ({column}) from {at} {since}.",
    }[family_of(look)]  # fmt: skip


def _expected(look: Look) -> str:
    about = number_in_words(look.expected)
    if look.kind == APART:
        return f"From what this row and this kind give elsewhere we would expect {about}."
    before = sum(look.met[1:])
    first = look.since - timedelta(days=look.days * (PAST // look.days))
    past = f"the {'two years' if look.days * (PAST // look.days) == PAST else 'time'} before"
    if not before:
        return f"In {past} (since {without_weekday(first)}) nobody did; we would expect {about}."
    return f"At the rate of {past} we would expect {about}."


def number_in_words(number: float) -> str:
    """Give "2.8", "12", "fewer than 0.1"."""
    if number < LEAST_EXPECTED:
        return "fewer than 0.1"
    return f"{number:.1f}" if number < 10 else f"{number:.0f}"  # noqa: PLR2004 - one digit after the point is enough


def chance_in_words(look: Look, looks: int, in_reviews: float) -> str:
    """Give both chances: of this one look, and of any of all looks."""
    return (
        f"By chance alone one such look shows as many about once in {once_in(look.by_chance)}; allowing for all "
        f"{looks:,} looks, anything as rare comes up in one of {once_in(in_reviews)} reviews in which nothing has "
        "changed."
    )


def once_in(chance: float) -> str:
    """Give a chance as "4,000": one in so many, two digits that count."""
    if chance < RAREST:
        return "more than a million"
    turns = 1 / chance
    rounded = round(turns, DIGITS - 1 - floor(log10(turns)))
    return f"{rounded:,.0f}" if rounded >= DIGITS else f"{rounded:.1f}"


def _beside(found: Found, named: Named, *, with_block: bool) -> str:
    own = title_of(found.look, named, with_block=with_block)
    titles = dict.fromkeys(title_of(one, named, with_block=with_block) for one in found.also)
    others = [one for one in titles if one != own]
    return f"The same clients stand out as: {'; '.join(others)}." if others else ""


def looked_at(families: Sequence[str]) -> str:
    """Give what was looked at: "how agencies dealt with people, what agencies refused"."""
    return ", ".join(words for key, words in KINDS.items() if key in families)
