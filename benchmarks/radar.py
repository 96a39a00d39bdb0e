"""How well the pattern radar finds planted patterns and keeps quiet: invented offices whose truth is known.

Run it from the project's folder: `python -m benchmarks.radar`. Each office has 400 cases a year over 28 months (two
years of history and the four months looked at), twelve agencies of very unequal size that deal with people in twelve
ways, each agency in its own manner; requests with their answers; incidents by borough and kind. The office grows, and
rates swing by themselves. Half the offices have nothing planted. In the others one agency and way of dealing is met
more often in the last four months. The radar was written and its figures chosen with the seeds
from `TUNING` on; nothing was chosen on those of `JUDGING`. `docs/radar.md` tells the figures.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.radar import Scan, scan
from casework.radar_counts import Family, Seen, There

TODAY, WINDOW, HISTORY = date(2026, 11, 25), 122, 732
A_YEAR, AGENCIES, WAYS, AREAS, KINDS = 400, 12, 16, 8, 12
ANSWERS, ANSWERED = ("accepted", "refused", "refused without a reason", "late", "silent"), (45, 15, 8, 20, 12)
GROWTH, SWING, AGAIN, LEAST = 0.15, 0.15, 0.1, 6  # a year's growth; of rates; who comes back; cases of a pattern
NOTED = 0.75  # ways in which an agency dealt with the client that are written down, for each case
TUNING, JUDGING, OFFICES = 1_000, 500_000, 200
STEP, MORE = 10_000, 4  # between the seeds of two rows; how many times as many quiet offices are looked at besides
ASKED, HAPPENED = 2 / 3, 0.6  # of all cases: those with a request to an agency, those with an incident
Arrived = tuple[int, int, date]  # a case, its client, its first day
Pair = tuple[int, int]  # an agency, and a way of dealing with people


@dataclass(frozen=True)
class Planted:
    """What is planted: how many times as often a pair is met, and by `LEAST` clients at the least.

    `topped_up`: any pair may be chosen, and a rare one is met by `LEAST` clients, which is more than `ratio` times as
    many. Otherwise only a pair is chosen of which `LEAST` are to be expected at this ratio.
    """

    ratio: float
    topped_up: bool


PATTERNS = (
    *((Planted(ratio, topped_up), NOTED) for topped_up in (True, False) for ratio in (3, 2, 4)),
    (Planted(3, True), NOTED / 2), (Planted(3, True), NOTED * 2),
)  # fmt: skip


@dataclass
class Office:
    """An invented office: what was seen, the true expected count of each pair, and the pair that was planted."""

    families: list[Family]
    rates: dict[Pair, float]
    pair: Pair | None = None
    number: int = 0


def unequal(number: int, rng: random.Random) -> list[float]:
    """Give sizes of which the largest is many times the smallest."""
    sizes = [1 / (place + 1) for place in range(number)]
    rng.shuffle(sizes)
    return sizes


def invent(seed: int, planted: Planted | None = None, noted: float = NOTED) -> Office:
    """Invent one office. The same seed gives the same one."""
    rng = random.Random(seed)  # noqa: S311 - invented offices, the same each time
    bodies, ways = unequal(AGENCIES, rng), unequal(WAYS, rng)
    manner = {
        (body, way): bodies[body] * ways[way] * rng.gammavariate(2, 0.5)
        for body in range(AGENCIES) for way in range(WAYS)
    }  # fmt: skip
    cases = list(_cases(rng))
    conduct, there = _conduct(rng, cases, manner, noted)
    whole = sum(manner.values())
    recent = sum(one.on > TODAY - timedelta(WINDOW) for one in conduct)
    rates = {pair: weight / whole * recent for pair, weight in manner.items()}
    office = Office([], rates)
    if planted is not None:
        _plant(rng, office, planted, conduct, cases)
    office.families = [Family("conduct", conduct, there), _requests(rng, cases, bodies), _incidents(rng, cases)]
    return office


def _cases(rng: random.Random) -> Iterator[Arrived]:
    """Give (case, client, first day): more of them each year; one in ten clients comes back."""
    days, clients = WINDOW + HISTORY, 0
    for number in range(round(A_YEAR * days / 365)):
        share = rng.random()
        while rng.random() > (1 + GROWTH * share * days / 365) / (1 + GROWTH * days / 365):
            share = rng.random()
        again = clients and rng.random() < AGAIN
        client = rng.randrange(clients) if again else clients
        clients += not again
        yield number, client, TODAY - timedelta(days=int((1 - share) * days))


def _conduct(
    rng: random.Random, cases: Sequence[Arrived], manner: dict[Pair, float], noted: float
) -> tuple[list[Seen], list[There]]:
    pairs, seen, there = list(manner), [], []
    swings: dict[int, list[float]] = defaultdict(lambda: [one * _swing(rng) for one in manner.values()])
    for case, client, on in cases:
        for _dealing in range(_poisson(rng, noted)):
            day = min(TODAY, on + timedelta(days=rng.randrange(45)))
            body, way = rng.choices(pairs, swings[(TODAY - day).days // 61])[0]
            seen.append(Seen(body, way, client, day, case))
            there.append(There(body, client, day))
    return seen, there


def _swing(rng: random.Random) -> float:
    return rng.gammavariate(1 / SWING**2, SWING**2)


def _plant(rng: random.Random, office: Office, planted: Planted, seen: list[Seen], cases: Sequence[Arrived]) -> None:
    """Let clients of the last months meet one pair more often. Every pair that can bear it is as likely as another."""
    fits = [
        pair for pair, rate in office.rates.items() if planted.ratio * rate >= (LEAST if not planted.topped_up else 0)
    ]
    office.pair = rng.choice(fits)
    recent = [(case, client, on) for case, client, on in cases if on > TODAY - timedelta(WINDOW)]
    met = {one.person for one in seen if (one.row, one.column) == office.pair and one.on > TODAY - timedelta(WINDOW)}
    wanted = _poisson(rng, (planted.ratio - 1) * office.rates[office.pair])
    wanted = max(wanted, LEAST - len(met))
    for case, client, on in rng.sample(recent, len(recent)):
        if wanted <= 0:
            break
        if client not in met:
            met.add(client)
            wanted -= 1
            seen.append(Seen(*office.pair, client, min(TODAY, on + timedelta(days=rng.randrange(45))), case))
    office.number = len(met)


def _poisson(rng: random.Random, mean: float) -> int:
    number, product, least = 0, rng.random(), math.exp(-mean)
    while product > least:
        number, product = number + 1, product * rng.random()
    return number


def _requests(rng: random.Random, cases: Sequence[Arrived], bodies: Sequence[float]) -> Family:
    """Two of three cases ask an agency for something; each agency refuses and delays in its own measure."""
    own = [[weight * rng.gammavariate(4, 0.25) for weight in ANSWERED] for _body in bodies]
    seen, there = [], []
    for case, client, on in cases:
        if rng.random() < ASKED:
            body = rng.choices(range(AGENCIES), bodies)[0]
            there.append(There(body, client, on))
            answer = rng.choices(ANSWERS, own[body])[0]
            if answer != "accepted":
                seen.append(Seen(body, answer, client, on, case))
    return Family("requests", seen, there, by_row=True)


def _incidents(rng: random.Random, cases: Sequence[Arrived]) -> Family:
    areas, kinds = unequal(AREAS, rng), unequal(KINDS, rng)
    seen = [
        Seen(rng.choices(range(AREAS), areas)[0], rng.choices(range(KINDS), kinds)[0], client, on, case)
        for case, client, on in cases if rng.random() < HAPPENED
    ]  # fmt: skip
    return Family("incidents", seen, [There(None, client, on) for _case, client, on in cases])


# What is measured


def names(told: Scan, office: Office) -> bool:
    """Say whether the planted pair was told: by itself, or beside a finding of the same clients."""
    wanted = ("conduct", *(office.pair or ()))
    return any((one.family, one.row, one.column) == wanted for each in told.found for one in (each.look, *each.also))


def pivot(office: Office, rise: bool) -> list[tuple[int, Pair]]:
    """Give the pairs of a plain pivot table, the tallest bar first: rows in four months, or how many more.

    More than in the four months before, which is what somebody would lay beside it.
    """
    tall: Counter[Pair] = Counter()
    for one in office.families[0].seen:
        back = (TODAY - one.on).days // WINDOW
        if back == 0 or (back == 1 and rise):
            tall[one.row, one.column] += 1 if back == 0 else -1
    return sorted(((number, pair) for pair, number in tall.items()), reverse=True)


def could_know(office: Office, alarms: float = 0.05) -> bool:
    """Say whether somebody would find it who knows every true rate and looks at these pairs over four months alone."""
    assert office.pair is not None
    mean = office.rates[office.pair]
    below = math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(office.number))
    return 1 - below <= alarms / len(office.rates)


def share(told: Sequence[bool]) -> float:
    return sum(told) / len(told) if told else math.nan


def quiet_offices(first: int, offices: int, noted: float = NOTED) -> tuple[float, int]:
    """Give how often the radar tells of something where nothing changed, and the line that 95 in 100 rises keep to."""
    made = [invent(first + place, None, noted) for place in range(offices)]
    tallest = sorted(pivot(one, rise=True)[0][0] for one in made)
    return share([bool(scan(one.families, TODAY).found) for one in made]), tallest[int(0.95 * offices)]


def found(first: int, offices: int, planted: Planted, line: int, noted: float = NOTED) -> tuple[float, ...]:
    """Give the share found by the radar, by whoever knows the rates, the tallest bar, the tallest rise, and a line."""
    made = [invent(first + place, planted, noted) for place in range(offices)]
    bars, rises = ([pivot(one, rise) for one in made] for rise in (False, True))
    over = [{pair for number, pair in bar if number > line} for bar in rises]
    return (
        share([names(scan(one.families, TODAY), one) for one in made]), share([could_know(one) for one in made]),
        *(share([bar[0][1] == one.pair for bar, one in zip(each, made, strict=True)]) for each in (bars, rises)),
        share([one.pair in pairs for pairs, one in zip(over, made, strict=True)]),
    )  # fmt: skip


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the figures of docs/radar.md."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else OFFICES
    half = many // 2
    _wrong, line = quiet_offices(TUNING, max(half, 100))
    wrong, _line = quiet_offices(JUDGING, half)
    more, _line = quiet_offices(JUDGING + half, MORE * half)
    say(f"false alarms: radar {wrong:.1%} of {half} scans, {more:.1%} of {MORE * half} more; the bars always tell")
    say("ratio | pairs | notes a case | radar | knows the rates | tallest bar | tallest rise | rise over a line")
    for place, (planted, noted) in enumerate(PATTERNS):
        told = found(JUDGING + (place + 1) * STEP, half, planted, line, noted)
        sort = "any" if planted.topped_up else f"at least {LEAST} expected"
        say(" | ".join((f"{planted.ratio:g}", sort, f"{noted:g}", *(f"{one:.0%}" for one in told))))


if __name__ == "__main__":
    main()
