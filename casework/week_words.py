"""Why a week was planned so, in plain words: for each line why this person, for each gap who was lost by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casework import week_rules
from casework.calendar import local
from casework.datetext import WEEKDAYS, counted
from casework.diary import clock
from casework.week import Against, Gap, Line, Lost, Person, Wanted, Week

LEVELS = {"native": "first language", "fluent": "fluent", "working": "working knowledge"}


class Told:
    """Tells the lines and gaps of one planned week; `chosen` leads from a need to a person."""

    def __init__(self, week: Week, chosen: Mapping[int, int]) -> None:
        self.week, self.chosen = week, chosen
        self.people = {one.key: one for one in week.people}
        self.knowing = week_rules.known_to(week)
        self.of_person: dict[int, list[Wanted]] = {}
        for wanted in week.wanted:
            if wanted.key in chosen:
                self.of_person.setdefault(chosen[wanted.key], []).append(wanted)

    def line(self, wanted: Wanted) -> Line:
        """Give the line of a need that is met."""
        person, could = self.people[self.chosen[wanted.key]], self._could(wanted)
        waived = self._waived(person, wanted)
        less = [one for one in could if len(self._waived(one, wanted)) < len(waived)]
        barred = [one for one in self.knowing[wanted.key] if one not in could and one is not person]
        lost = [Lost(one, self._why_not(one, wanted)) for one in (*less, *(barred if waived else ()))]
        return Line(wanted, person, tuple(self._why(person, wanted, could)), tuple(waived), lost=tuple(lost))

    def gap(self, wanted: Wanted) -> Gap:
        """Give the gap of a need that nobody can meet."""
        speakers = [one for one in self.week.people if any(it.language == wanted.language for it in one.languages)]
        lost = tuple(Lost(one, self._why_not(one, wanted)) for one in sorted(speakers, key=lambda one: one.name))
        return Gap(wanted, lost, silent=len(self.week.people) - len(speakers))

    def _could(self, wanted: Wanted) -> list[Person]:
        return [one for one in self.week.people if not week_rules.against(one, wanted, self.week)]

    def _waived(self, person: Person, wanted: Wanted) -> list[Against]:
        return week_rules.waived(person, wanted, self.week, self.knowing[wanted.key])

    def _why_not(self, person: Person, wanted: Wanted) -> Against:
        """Give the first rule that a person breaks, or what else this plan has given them."""
        first = next(iter(week_rules.against(person, wanted, self.week)), None)
        if first is not None:
            return first
        planned = [one for one in self.of_person.get(person.key, []) if one is not wanted]
        for other in planned:
            if week_rules.clash(other.span, wanted.span, self.week):
                begins = clock(other.span.starts_at, wanted.span.starts_at)
                return Against("planned", f"is suggested for another appointment at {begins}")
        over = week_rules.over_the_month(person, [*(one.span for one in planned), wanted.span])
        return over or Against("planned", "is suggested elsewhere, which meets more needs or waives less in all")

    def _why(self, person: Person, wanted: Wanted, could: list[Person]) -> Iterator[str]:
        yield _speaks(person, wanted)
        yield from _free(person, wanted)
        if wanted.client is not None and wanted.client in person.knows:
            yield "has interpreted for this client before"
        load = week_rules.hours(person.load) if person.load else "none"
        least = person.load == min(one.load for one in could)
        if len(could) == 1:
            yield "the only one who could"
        else:
            yield f"{load} in these weeks{', the least' if least else ''}; {len(could)} people could"
        yield from _way(person, wanted, self.week)


def agreed_line(week: Week, wanted: Wanted, person: Person) -> Line:
    """Give a line that was agreed before, with the hard rules that it no longer keeps."""
    broken = tuple(one for one in week_rules.against(person, wanted, week) if one.rule != "staff")
    return Line(wanted, person, (_speaks(person, wanted),), (), fixed=True, broken=broken)


def _speaks(person: Person, wanted: Wanted) -> str:
    spoken = week_rules.known(person, wanted)
    if spoken is None:
        return wanted.language
    dialect = f" ({spoken.dialect})" if spoken.dialect else ""
    return f"{wanted.language}{dialect}, {LEVELS[spoken.level]}{', in writing' if wanted.mode == 'written' else ''}"


def _free(person: Person, wanted: Wanted) -> Iterator[str]:
    around = (one for one in person.free
              if one.starts_at <= wanted.span.starts_at and wanted.span.ends_at <= one.ends_at)  # fmt: skip
    for spell in list(around)[:1]:
        begins, ends = local(spell.starts_at), local(spell.ends_at)
        until = "midnight" if ends.date() > begins.date() else f"{ends:%H:%M}"
        yield f"free {WEEKDAYS[begins.weekday()]} {begins:%H:%M} to {until}"


def _way(person: Person, wanted: Wanted, week: Week) -> Iterator[str]:
    if person.place is not None and wanted.span.place is not None:
        yield f"{counted(week.travel.between(person.place, wanted.span.place), 'minute')} on the way"
