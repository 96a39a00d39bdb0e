"""What chance alone gives: how many clients would be met again at the old rate, and how often as many as were found.

The old rate is itself known from few clients, so the count is not Poisson but beta-binomial: of `clients` in the new
months each meets it with a share drawn from Beta(a, b), where a counts those who met it before and b those who did
not. With a = before + 1 and b = the others before, the chance is that of Fisher's exact test. Many looks are made at
once; `at_least_one` says how often one or more of them would show something as rare, exactly, from the counts that
each look can reach: a look at three clients cannot reach one in a thousand, and so costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, expm1, inf, lgamma, log, log1p

NEGLIGIBLE = 1e-13  # a tail below this is nought for every purpose here
# Of how cells differ from what row and column say.
SHAPES = (0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0)
RULED_OUT = 1.92  # of a logarithm of likelihood: half of the 95 % point of chi-squared with one degree


@dataclass(frozen=True)
class Chance:
    """How many of `clients` meet something, each with a share from Beta(a, b)."""

    clients: int
    a: float
    b: float
    least: int = 1  # fewer clients than this are no pattern, and are never looked for

    @property
    def expected(self) -> float:
        return self.clients * self.a / (self.a + self.b)

    def of(self, number: int) -> float:
        """Give the chance of `number` or more."""
        if number < self.least:
            return 1.0
        place = number - self.least
        return self.tails[place] if place < len(self.tails) else 0.0

    def reached(self, chance: float) -> float:
        """Give how often this look shows something as rare as `chance`: the largest tail that is no larger."""
        place = bisect_left(self.tails, -chance, key=lambda tail: -tail)
        return self.tails[place] if place < len(self.tails) else 0.0

    @cached_property
    def tails(self) -> Sequence[float]:
        """Give the chance of `least` or more, of one more than that, and so on, until it is nought."""
        found, number = [], self.least
        term = self._log_of(number)
        while number <= self.clients:
            found.append(exp(term))
            if number > self.expected and found[-1] < NEGLIGIBLE:
                break
            term += self._log_step(number)
            number += 1
        total = 0.0
        for place in range(len(found) - 1, -1, -1):
            total += found[place]
            found[place] = min(1.0, total)
        return found

    def _log_of(self, number: int) -> float:
        if number > self.clients:
            return -inf
        chosen = lgamma(self.clients + 1) - lgamma(number + 1) - lgamma(self.clients - number + 1)
        return chosen + _log_beta(number + self.a, self.clients - number + self.b) - _log_beta(self.a, self.b)

    def _log_step(self, number: int) -> float:
        rest = self.clients - number
        return log(rest / (number + 1) * (number + self.a) / (rest - 1 + self.b)) if rest else -inf


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def at_least_one(chances: Iterable[Chance], chance: float) -> float:
    """Give how often one or more of several looks shows something as rare as `chance`, were there nothing to see.

    Looks at the same clients (two windows, an agency and its part) go together more often than apart, so that the
    true figure is lower than this one. What is not rare at all (fewer than are looked for) is always there.
    """
    if chance >= 1:
        return 1.0
    return -expm1(sum(log1p(-min(one.reached(chance), 1 - NEGLIGIBLE)) for one in chances))


# The old rate


def chance_of(clients: int, before: int, before_of: int, share: float, shape: float, swing: float) -> Chance:
    """Give the chance for `clients`, where `before` of `before_of` met it in the past.

    `share` is what row and column alone say; it weighs like `shape` clients who met it. `swing` is by how much rates
    go up and down from one stretch to the next for no reason that can be seen (variance of the ratio).
    """
    weighed = before_of + shape / share
    met = before + shape
    rate = min(met / weighed, 1 - NEGLIGIBLE)
    known = 1 / (1 / met + swing)
    return Chance(clients, known, known * (1 - rate) / rate)


def shape_of(pairs: Sequence[tuple[int, float]]) -> float:
    """Give the shape for these (found, expected from row and column): large if cells are as these say."""
    return _not_ruled_out([sum(_log_mixed(*pair, shape) for pair in pairs) for shape in SHAPES])


def shapes_of_others(pairs: Sequence[tuple[int, float]]) -> list[float]:
    """Give for each pair the shape of all the others, so that the one that is odd does not make odd things usual."""
    likely = [[_log_mixed(*pair, shape) for pair in pairs] for shape in SHAPES]
    whole = [sum(one) for one in likely]
    return [
        _not_ruled_out([total - one[place] for total, one in zip(whole, likely, strict=True)])
        for place in range(len(pairs))
    ]


def _not_ruled_out(likely: Sequence[float]) -> float:
    """Give the smallest shape that is not ruled out.

    What row and column say was learnt from the same cells, so that the likeliest shape makes them look more alike
    than they are.
    """
    return next(shape for shape, one in zip(SHAPES, likely, strict=True) if one >= max(likely) - RULED_OUT)


def _log_mixed(found: int, mean: float, shape: float) -> float:
    """Give the logarithm of a Poisson count whose rate is spread by a gamma of this shape."""
    ways = lgamma(found + shape) - lgamma(shape) - lgamma(found + 1)
    return ways + shape * log(shape / (shape + mean)) + found * log(mean / (shape + mean))


def swing_of(stretches: Iterable[tuple[Sequence[int], Sequence[int]]]) -> float:
    """Give by how much rates swing beyond chance, from (found, clients) in each past stretch; nought if they do not."""
    beyond = weight = 0.0
    for found, clients in stretches:
        total, of = sum(found), sum(clients)
        for number, people in zip(found, clients, strict=True):
            mean = total * people / of if of else 0.0
            beyond += (number - mean) ** 2 - mean * (1 - people / of if of else 0.0)
            weight += mean**2
    return max(0.0, beyond / weight) if weight else 0.0
