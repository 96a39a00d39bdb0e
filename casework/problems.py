"""A broken rule, told once: which field, and a sentence with the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, in words for the person at the screen; an empty field means the whole."""

    field: str
    text: str


class RuleBroken(Exception):
    """Raised at flush, or by a verb, when rules are broken; nothing of the transaction may be kept."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.text for problem in self.problems))
