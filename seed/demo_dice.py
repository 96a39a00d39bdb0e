"""Chance that falls the same way every time, so that two demo offices of one day are alike.

Python's own generator may deal differently from one version to the next; a hash does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Generic, TypeVar

T = TypeVar("T")
PERCENT = 100


class Dice:
    """A row of throws that is fixed by its name: `Dice("case", 17)` always falls alike."""

    def __init__(self, *name: object) -> None:
        self._name = "/".join(map(str, name))
        self._thrown = 0

    def below(self, number: int) -> int:
        """Give a whole number from 0 to `number` - 1."""
        self._thrown += 1
        mark = blake2b(f"{self._name}:{self._thrown}".encode(), digest_size=8).digest()
        return int.from_bytes(mark, "big") % number

    def between(self, lowest: int, highest: int) -> int:
        """Give a whole number from `lowest` to `highest`, both included."""
        return lowest + self.below(highest - lowest + 1)

    def chance(self, percent: int) -> bool:
        """Say yes in so many of a hundred throws."""
        return self.below(PERCENT) < percent

    def pick(self, options: Sequence[T]) -> T:
        """Give one of several, each as likely as another."""
        return options[self.below(len(options))]

    def weighed(self, options: Mapping[T, int]) -> T:
        """Give one of several, each as likely as its weight says."""
        left = self.below(sum(options.values()))
        for option, weight in options.items():
            left -= weight
            if left < 0:
                return option
        raise AssertionError("The weights add up, so one of them was met.")

    def shuffled(self, options: Iterable[T]) -> list[T]:
        """Give all of them in another order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]

    def some(self, options: Sequence[T], number: int) -> list[T]:
        """Give `number` different ones, in the order in which they stand."""
        chosen = set(self.shuffled(range(len(options)))[:number])
        return [option for place, option in enumerate(options) if place in chosen]


class Deck(Generic[T]):
    """Cards dealt one after the other and shuffled again when all are out, so that each comes up."""

    def __init__(self, cards: Mapping[T, int], dice: Dice) -> None:
        self._cards = [card for card, times in cards.items() for _ in range(times)]
        self._dice = dice
        self._left: list[T] = []

    def deal(self) -> T:
        """Give the next card."""
        if not self._left:
            self._left = self._dice.shuffled(self._cards)
        return self._left.pop()
