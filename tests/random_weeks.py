"""Invented weeks of interpreting, made by chance from a seed: small ones to try every plan of, large ones to measure.

`every_plan` finds the best plan of a small week by trying them all. It reads the rules anew from the plain values and
shares nothing with the program but these.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from casework.calendar import LONDON
from casework.week import Person, Span, Spoken, Travel, Wanted, Week

MONDAY = date(2026, 11, 30)  # a week with a month's end in it
OPENS, CLOSES = 600, 1080  # minutes of the day
LANGUAGES = ("Sylheti", "Bengali", "Somali", "Urdu", "Arabic", "Turkish", "Romanian", "Polish", "Dari", "Tamil",
             "Yoruba", "Tigrinya")  # fmt: skip
HOW_OFTEN = (20, 14, 12, 9, 8, 7, 6, 5, 5, 4, 4, 3)
PLACES = tuple(range(1, 8))
EARLIEST, LATER = date(2026, 11, 1), date(2026, 12, 1)


def at(day: int, minute: int) -> datetime:
    """Give a London time of the week: day 0 is its Monday, `minute` counts from midnight."""
    return datetime.combine(MONDAY + timedelta(days=day), time(minute // 60, minute % 60), LONDON)


def travel(dice: random.Random) -> Travel:
    ways = {(a, b): 10 if a == b else dice.randrange(20, 70, 5) for a in PLACES for b in PLACES if a <= b}
    return Travel(ways, otherwise=45)


def large(seed: int, people: int = 60, needs: int = 80, *, part_time: bool = True) -> Week:
    """Give a week of a large office; without `part_time` everybody has all office hours, which is much harder."""
    dice = random.Random(seed)
    ways = travel(dice)
    return Week(
        tuple(_need(dice, key) for key in range(needs)), tuple(_person(dice, key, part_time) for key in range(people)),
        ways, far=45,
    )  # fmt: skip


def _person(dice: random.Random, key: int, part_time: bool) -> Person:
    spoken = sorted({dice.choices(LANGUAGES, HOW_OFTEN)[0] for _ in range(dice.choice((1, 1, 2, 3)))})
    given = dice.randrange(0, 600, 30)
    return Person(
        key, f"Person {key:02}",
        tuple(Spoken(one, dialect=dice.choice((None, None, "north", "south"))) for one in spoken),
        gender=dice.choice(("female", "male")), free=tuple(_free(dice, part_time)), busy=tuple(_busy(dice)),
        most=dice.choice((None, None, 480, 720, 960)), given={EARLIEST: given, LATER: given // 60 * 30},
        load=given, place=dice.choice(PLACES), knows=frozenset(dice.sample(range(50), dice.choice((0, 1, 3)))),
        never=frozenset(dice.sample(range(50), 1)) if dice.random() < 0.1 else frozenset(),
        signed_on=date(2026, 1, 5) if dice.random() < 0.97 else None,
        checked_until=date(2027, 1, 5) if dice.random() < 0.9 else date(2026, 12, 2),
    )  # fmt: skip


def _free(dice: random.Random, part_time: bool):
    for day in range(5):
        if not part_time:
            yield Span(at(day, OPENS), at(day, CLOSES))
        elif dice.random() < 0.55:
            begins = dice.choice((600, 660, 720, 840))
            yield Span(at(day, begins), at(day, min(CLOSES, begins + dice.choice((180, 240, 300, 420)))))


def _busy(dice: random.Random):
    if dice.random() < 0.3:
        day, begins = dice.randrange(5), dice.randrange(OPENS, CLOSES - 60, 30)
        yield Span(at(day, begins), at(day, begins + 60), dice.choice(PLACES))


def _need(dice: random.Random, key: int) -> Wanted:
    day, length = dice.randrange(5), dice.choice((60, 60, 90, 120, 45))
    begins = dice.randrange(OPENS, CLOSES - length + 1, 15)
    return Wanted(
        key, dice.choices(LANGUAGES, HOW_OFTEN)[0],
        Span(at(day, begins), at(day, begins + length), dice.choice((None, "office", *PLACES, *PLACES))),
        dialect=dice.choice((None, None, None, None, "north", "south")),
        gender=dice.choice(("any", "any", "any", "female", "male")), client=dice.randrange(50),
    )  # fmt: skip


def small(seed: int) -> Week:
    """Give a week of a few people and needs, crowded into two days, so that every rule and goal comes to bear."""
    dice = random.Random(seed)
    people = tuple(_crowded(dice, key) for key in dice.sample(range(100), dice.randint(1, 4)))
    needs = tuple(_crowding(dice, key) for key in dice.sample(range(100), dice.randint(1, 5)))
    before = {one.key: dice.choice(people).key for one in needs if dice.random() < 0.8}
    fixed = {needs[0].key: dice.choice(people).key} if dice.random() < 0.2 else {}
    return Week(needs, people, travel(dice), far=dice.choice((20, 40)), fixed=fixed, before=before)


def _crowded(dice: random.Random, key: int) -> Person:
    spoken = tuple(
        Spoken(one, mode, dialect=dice.choice((None, "north", "North", "south")))
        for one, mode in (("Dari", "spoken"), ("Somali", "spoken"), ("Dari", "written")) if dice.random() < 0.75
    )  # fmt: skip
    free = [Span(at(day, 600), at(day, dice.choice((840, 960)))) for day in (0, 1) if dice.random() < 0.9]
    busy = [Span(at(day, 720), at(day, 750), dice.choice((1, 2))) for day in (0, 1) if dice.random() < 0.15]
    return Person(
        key, f"Person {key:02}", spoken, gender=dice.choice(("female", "female", "male", None)), free=tuple(free),
        busy=tuple(busy), most=dice.choice((None, 90, 150, 240)),
        given={EARLIEST: dice.choice((0, 30)), LATER: dice.choice((0, 60))}, load=dice.choice((0, 0, 0, 50, 60)),
        place=dice.choice((None, None, 1, 2)), knows=frozenset(dice.sample(range(3), dice.choice((0, 1, 2)))),
        never=frozenset({9} if dice.random() < 0.3 else ()),
        signed_on=dice.choice((MONDAY, MONDAY, MONDAY, MONDAY + timedelta(days=1), None)),
        checked_until=dice.choice((None, MONDAY, LATER, LATER, LATER)),
    )  # fmt: skip


def _crowding(dice: random.Random, key: int) -> Wanted:
    day, length = dice.randint(0, 1), dice.choice((20, 30, 60, 60, 100))
    begins = dice.choice((600, 630, 660, 700, 720, 780))
    language, mode = dice.choice((("Dari", "spoken"), ("Dari", "spoken"), ("Somali", "spoken"), ("Dari", "written")))
    return Wanted(
        key, language, Span(at(day, begins), at(day, begins + length), dice.choice((None, "office", 1, 2, 3))), mode,
        dialect=dice.choice((None, "north")), gender=dice.choice(("any", "any", "any", "female")),
        client=dice.choice((None, 0, 1, 2, 2, 9)), said_no=frozenset({dice.randrange(100)}),
    )  # fmt: skip


def shuffled(week: Week, seed: int) -> Week:
    """Give the same week with its rows in another order."""
    dice = random.Random(seed)
    needs, people = list(week.wanted), list(week.people)
    dice.shuffle(needs)
    dice.shuffle(people)
    before = dict(sorted(week.before.items(), key=lambda _one: dice.random()))
    return replace(week, wanted=tuple(needs), people=tuple(people), before=before)


# Every plan of a small week, tried one by one


def way(week: Week, here, there) -> int:
    if here is None or there is None:
        return 0
    for both in ((here, there), (there, here)):
        if both in week.travel.minutes:
            return week.travel.minutes[both]
    return 0 if here == there else week.travel.otherwise


def minutes(span: Span) -> int:
    return math.ceil((span.ends_at - span.starts_at).total_seconds() / 60)


def apart(week: Week, one: Span, other: Span) -> bool:
    on_the_way = timedelta(minutes=way(week, one.place, other.place))
    return one.ends_at + on_the_way <= other.starts_at or other.ends_at + on_the_way <= one.starts_at


def fits_ever(person: Person, need: Wanted) -> bool:
    day = need.span.starts_at.astimezone(LONDON).date()
    return (
        any((it.language, it.mode) == (need.language, need.mode) for it in person.languages)
        and need.gender in ("any", person.gender)
        and person.signed_on is not None and person.signed_on <= day
        and (person.signed_until is None or day <= person.signed_until)
        and need.client not in person.never
    )  # fmt: skip


def fits(week: Week, person: Person, need: Wanted) -> bool:
    return (
        fits_ever(person, need) and person.key not in need.said_no
        and any(it.starts_at <= need.span.starts_at and it.ends_at >= need.span.ends_at for it in person.free)
        and all(apart(week, it, need.span) for it in person.busy)
    )  # fmt: skip


def keeps_together(week: Week, person: Person, needs: list[Wanted]) -> bool:
    """Say whether one person can do all of these: no two at once, and no month beyond what was agreed."""
    if not all(apart(week, a.span, b.span) for a, b in itertools.combinations(needs, 2)):
        return False
    for month in (11, 12):
        wanted = sum(minutes(it.span) for it in needs if it.span.starts_at.astimezone(LONDON).month == month)
        given = sum(spent for day, spent in person.given.items() if day.month == month)
        if person.most is not None and wanted and given + wanted > person.most:
            return False
    return True


def waives(week: Week, person: Person, need: Wanted) -> tuple[bool, ...]:
    """Give which soft rules a line would not keep: dialect, continuity, check, training, distance."""
    dialects = [it.dialect for it in person.languages if (it.language, it.mode) == (need.language, need.mode)]
    knowing = [it for it in week.people if need.client in it.knows and fits_ever(it, need)]
    day = need.span.starts_at.astimezone(LONDON).date()
    return (
        need.dialect is not None and need.dialect.lower() not in [str(it).lower() for it in dialects],
        bool(knowing) and person not in knowing,
        person.checked_until is None or person.checked_until < day,
        person.trained_until is not None and person.trained_until < day,
        way(week, person.place, need.span.place) > week.far,
    )  # fmt: skip


def worth(week: Week, plan: dict[int, int]) -> tuple:
    """Give what a plan is judged by, goal after goal, the smaller the better; fixed lines are counted as load only."""
    people = {one.key: one for one in week.people}
    lines = [(one, people[plan[one.key]]) for one in week.wanted if one.key in plan and one.key not in week.fixed]
    waived = [waives(week, person, need) for need, person in lines]
    loads = {one.key: one.load for one in week.people}
    for need in week.wanted:
        if need.key in plan and need.key in week.fixed:
            loads[plan[need.key]] += minutes(need.span)
    done = {
        key: sum(math.ceil(minutes(need.span) / 15) for need, person in lines if person.key == key) for key in loads
    }
    return (
        -len(lines), sum(map(sum, waived)), sum(it[1] for it in waived),
        sum((math.ceil(loads[key] / 15) + done[key]) ** 2 for key in loads),
        sum(way(week, person.place, need.span.place) for need, person in lines),
        -sum(week.before.get(need.key) == person.key for need, person in lines),
    )  # fmt: skip


GOALS = ("needs met", "waivers", "continuity", "even hours", "way", "plan before", "order")


def every_plan(week: Week) -> tuple[dict[int, int], set[str]]:
    """Give the best of all plans, and which goals decided it against a plan equal in the goals before.

    Of plans equal in every goal the first: needs in order of time, people by number, nobody last.
    """
    needs = sorted(week.wanted, key=lambda one: (one.span.starts_at, one.key))
    people = sorted(week.people, key=lambda one: one.key)
    ways = [
        [week.fixed[one.key]] if one.key in week.fixed
        else [*(it.key for it in people if fits(week, it, one)), None] for one in needs
    ]  # fmt: skip
    plans = ({one.key: key for one, key in zip(needs, keys, strict=True) if key is not None}
             for keys in itertools.product(*ways))  # fmt: skip
    judged = [(*worth(week, plan), at, plan) for at, plan in enumerate(plans) if is_lawful(week, plan)]
    best = min(judged)
    equal, decided = judged, set()
    for goal, name in enumerate(GOALS):
        left = [one for one in equal if one[goal] == best[goal]]
        decided |= {name} if len(left) < len(equal) else set()
        equal = left
    return best[-1], decided


def is_lawful(week: Week, plan: dict[int, int]) -> bool:
    """Say whether a plan breaks no hard rule, except by what was fixed."""
    return not list(broken(week, plan))


def broken(week: Week, plan: dict[int, int]) -> Iterator[str]:
    """Give each hard rule that the lines of a plan break, beside those of the lines that were fixed."""
    for person in week.people:
        mine = [one for one in week.wanted if plan.get(one.key) == person.key]
        agreed = [one for one in mine if one.key in week.fixed]
        free = [one for one in mine if one.key not in week.fixed]
        yield from (f"{person.name} does not fit {one.key}" for one in free if not fits(week, person, one))
        apart_from_agreed = all(apart(week, a.span, b.span) for a in agreed for b in free)
        if free and not (apart_from_agreed and keeps_together(week, _with(person, agreed), free)):
            yield f"{person.name} cannot do all of {[one.key for one in mine]}"


def _with(person: Person, agreed: list[Wanted]) -> Person:
    given = dict(person.given)
    for one in agreed:
        month = one.span.starts_at.astimezone(LONDON).date().replace(day=1)
        given[month] = given.get(month, 0) + minutes(one.span)
    return replace(person, given=given)


# What plans are measured against


def first_fit(week: Week, *, least_used: bool = False) -> dict[int, int]:
    """Give the plan of somebody who goes through the needs in order of time and takes the first person who can.

    People are in order of name or, with `least_used`, those with the fewest minutes first.
    """
    plan: dict[int, int] = {}
    done: dict[int, list[Wanted]] = {one.key: [] for one in week.people}

    def place(person: Person) -> tuple[int, str]:
        return (person.load + sum(minutes(it.span) for it in done[person.key])) * least_used, person.name

    for need in sorted(week.wanted, key=lambda one: (one.span.starts_at, one.key)):
        for person in sorted(week.people, key=place):
            if fits(week, person, need) and keeps_together(week, person, [*done[person.key], need]):
                plan[need.key] = person.key
                done[person.key].append(need)
                break
    return plan


def of_these(week: Week, keys) -> Week:
    """Give the same week with these needs only."""
    return replace(week, wanted=tuple(one for one in week.wanted if one.key in keys))


def gini(week: Week, plan: dict[int, int]) -> float:
    """Give how unevenly the hours of people are spread, what they did before counted: 0 even, near 1 one does all."""
    loads = {one.key: one.load for one in week.people}
    for need in week.wanted:
        if need.key in plan:
            loads[plan[need.key]] += minutes(need.span)
    spread = sum(abs(a - b) for a in loads.values() for b in loads.values())
    return spread / (2 * len(loads) * sum(loads.values()))
