"""Suggest a whole week: who interprets where, and why, worked out at once and exactly.

First as many needs as possible are met, then as few soft rules waived, as few clients given a new person, the hours
spread as evenly, and the ways kept as short as they can be: each goal counts only where the earlier ones are equal.
Of plans equal in all of these, the one nearest to the plan before, then the first in order of time and number. So
the same week gives the same plan, whatever the order of its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from casework import week_rules, week_solver
from casework.week import Gap, Line, Load, Person, Plan, Wanted, Week, month_of
from casework.week_choice import Choice, Pair
from casework.week_words import Told, agreed_line


def suggest(week: Week) -> Plan:
    """Give the best plan for a week, explained line by line. Raises ArithmeticError if it cannot be solved."""
    week = week.in_order()
    rest = settled(week)
    return _told(week, rest, _chosen(rest))


def settled(week: Week) -> Week:
    """Give what is left to plan: whoever is fixed is taken then, and their hours count."""
    fixed, done = _agreed(week), {}
    for wanted in week.wanted:
        if wanted.key in fixed:
            done.setdefault(fixed[wanted.key], []).append(wanted)
    return replace(
        week, wanted=tuple(one for one in week.wanted if one.key not in fixed),
        people=tuple(_taken(person, done.get(person.key, [])) for person in week.people),
    )  # fmt: skip


def _agreed(week: Week) -> dict[int, int]:
    """Give the lines agreed before whose need and person are both still there."""
    people = {one.key for one in week.people}
    return {one.key: week.fixed[one.key] for one in week.wanted if week.fixed.get(one.key) in people}


def _taken(person: Person, done: list[Wanted]) -> Person:
    if not done:
        return person
    given = Counter(dict(person.given))
    for one in done:
        given[month_of(one.span)] += one.span.minutes
    return replace(
        person, busy=(*person.busy, *(one.span for one in done)), given=dict(given),
        load=person.load + sum(one.span.minutes for one in done),
    )  # fmt: skip


def _chosen(week: Week) -> dict[int, int]:
    """Give the best lines as numbers, from need to person."""
    found = week_solver.solve(choice_of(week))
    return {week.wanted[need].key: week.people[person].key for need, person in found.items()}


def choice_of(week: Week) -> Choice:
    """Give the week as the solver reads it: every lawful line with its costs, and what binds them."""
    knowing = week_rules.known_to(week)
    pairs = [
        _pair(week, need, person, knowing[week.wanted[need].key])
        for need in range(len(week.wanted))
        for person in range(len(week.people))
        if not week_rules.against(week.people[person], week.wanted[need], week)
    ]
    return Choice(
        pairs=pairs,
        minutes=[one.span.minutes for one in week.wanted],
        load=[one.load for one in week.people],
        month=[month_of(one.span) for one in week.wanted],
        clashes=_clashes(week, pairs),
        limits={
            (at, month): one.most - one.given.get(month, 0)
            for at, one in enumerate(week.people) if one.most is not None
            for month in {month_of(wanted.span) for wanted in week.wanted}
        },
    )  # fmt: skip


def _pair(week: Week, need: int, person: int, knowing: tuple[Person, ...]) -> Pair:
    wanted, one = week.wanted[need], week.people[person]
    waived = week_rules.waived(one, wanted, week, knowing)
    return Pair(
        need, person, waivers=len(waived), changes=sum(found.rule == "continuity" for found in waived),
        way=week.travel.between(one.place, wanted.span.place), kept=int(week.before.get(wanted.key) == one.key),
    )  # fmt: skip


def _clashes(week: Week, pairs: list[Pair]) -> dict[int, frozenset[tuple[int, int]]]:
    needs: dict[int, list[int]] = {}
    for pair in pairs:
        needs.setdefault(pair.person, []).append(pair.need)
    clashing = {
        (a, b) for a, b in combinations(range(len(week.wanted)), 2)
        if week_rules.clash(week.wanted[a].span, week.wanted[b].span, week)
    }  # fmt: skip
    return {person: frozenset(both for both in combinations(sorted(of), 2) if both in clashing)
            for person, of in needs.items()}  # fmt: skip


def _told(week: Week, rest: Week, chosen: Mapping[int, int]) -> Plan:
    fixed = _agreed(week)
    agreed = {one.key: one for one in week.people}
    told = Told(rest, chosen)
    lines: list[Line] = []
    gaps: list[Gap] = []
    for wanted in week.wanted:
        if wanted.key in fixed:
            lines.append(agreed_line(week, wanted, agreed[fixed[wanted.key]]))
        elif wanted.key in chosen:
            lines.append(told.line(wanted))
        else:
            gaps.append(told.gap(wanted))
    minutes: Counter[int] = Counter()
    for one in lines:
        minutes[one.person.key] += one.wanted.span.minutes
    return Plan(tuple(lines), tuple(gaps), dict(minutes), tuple(_loads(rest, lines)))


def _loads(rest: Week, lines: list[Line]) -> Iterator[Load]:
    for person in rest.people:
        mine = [one for one in lines if one.person.key == person.key]
        if mine:
            more = sum(one.wanted.span.minutes for one in mine if not one.fixed)
            yield Load(person, person.load, person.load + more)
