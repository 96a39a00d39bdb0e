"""The figures of an issue or campaign as they may be seen: whole inside, with small numbers hidden outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.issue_counts import Counted
from exports.disclosure import SMALL, hide
from exports.guarded import HIDDEN


@dataclass(frozen=True)
class ToldFigures:
    """Counted figures with what is hidden in them; `threshold` is the smallest number that is told outside."""

    counted: Counted
    hidden: Mapping[str, str]
    threshold: int

    @property
    def is_whole(self) -> bool:
        return not self.hidden

    @property
    def is_enough(self) -> bool:
        """Say whether enough clients stand behind the figures to tell any of them outside."""
        return self.counted.clients >= self.threshold

    def number(self, key: str) -> int | str:
        """Give a number as it may be seen: itself, "<5" or "hidden"."""
        why = self.hidden.get(key)
        return self.counted.numbers()[key] if why is None else f"<{self.threshold}" if why == SMALL else HIDDEN

    def hidden_words(self, keys: Iterable[str]) -> str:
        """Say how many of these numbers are hidden and why; nothing where all are shown."""
        why = [self.hidden[key] for key in dict.fromkeys(keys) if key in self.hidden]
        small = why.count(SMALL)
        told = []
        if small:
            told.append(f"Counts from 1 to {self.threshold - 1} are shown as “<{self.threshold}”: {small} here.")
        if len(why) > small:
            told.append(f"So that none of them can be worked out, others are hidden: {len(why) - small} here.")
        return " ".join(told)


def inside(counted: Counted, threshold: int) -> ToldFigures:
    """Give the figures as they are, for those who meet files, on the office's own screens."""
    return ToldFigures(counted, MappingProxyType({}), threshold)


def outside(counted: Counted, threshold: int) -> ToldFigures:
    """Give the figures as they may leave: small numbers hidden, and what would give them away."""
    hidden = hide(counted.numbers(), list(counted.sums()), threshold=threshold)
    return ToldFigures(counted, MappingProxyType(hidden), threshold)
