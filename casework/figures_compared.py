"""What a body answered about its figures, laid beside our own of the same time: nothing else is fed by it.

A share of ours in theirs is told only where both count the same thing; where they cannot be compared, it is said why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from casework.figures_gaps import Own, number_of, rule_of
from casework.figures_questions import BY_TOPIC, DAYS
from models import FiguresQuestion, FiguresRequest

NOT_TYPED = "Their answer is not typed in yet."
NO_NUMBER = {
    "few": "They count fewer than 5.", "not_held": "They say that they do not hold it.",
    "withheld": "They keep it back.", "other_way": "They count it in another way.",
    "nothing": "They said nothing to this question.",
}  # fmt: skip
OWN_QUESTION = "A question of our own words: we keep no such number."
NOT_KEPT = "We keep no such number."
NOT_HALF = "Half of ours are not answered yet, or none was sent."
OTHER_WORDS = "The question went out in other words than ours are counted by."
MORE_THAN_THEY = "Ours are more than all of theirs: ask which they leave out."


class Compared(NamedTuple):
    """One question beside our number. `share` is ours in theirs (0 to 1); `why_not` says why there is none.

    `key` is that of our number, "" where we keep none.
    """

    question: FiguresQuestion
    key: str
    ours: int | None
    rule: str
    share: float | None
    why_not: str


def compared(request: FiguresRequest, own: Own) -> list[Compared]:
    """Give each question of a request in its order."""
    return [_compared(one, own) for one in request.questions]


def _compared(question: FiguresQuestion, own: Own) -> Compared:
    known = BY_TOPIC.get(question.topic)
    key = known.ours if known is not None else ""
    ours = number_of(own, known) if known is not None else None
    why_not = next(_reasons(question, ours), "")
    share = ours / question.answer if not why_not and question.answer and ours is not None else None
    return Compared(question, key, ours, rule_of(key), share, why_not)


def _reasons(question: FiguresQuestion, ours: int | None) -> Iterator[str]:
    """Give why the two cannot be compared, the nearest reason first."""
    known = BY_TOPIC.get(question.topic)
    if question.said is None:
        yield NOT_TYPED
    if question.said in NO_NUMBER:
        yield NO_NUMBER[question.said]
    if known is None:
        yield OWN_QUESTION
    elif not known.ours:
        yield NOT_KEPT
    elif ours is None:
        yield NOT_HALF
    elif (question.text, question.unit) != (known.text, known.unit):
        yield OTHER_WORDS
    elif question.unit == DAYS:
        yield _days_beside(ours, question.answer or 0)
    elif ours > (question.answer or 0):
        yield MORE_THAN_THEY


def _days_beside(ours: int, theirs: int) -> str:
    """Times have no share: say how far they lie apart."""
    apart = ours - theirs
    if not apart:
        return "The same on both sides."
    return f"Ours waited {abs(apart)} {'day' if abs(apart) == 1 else 'days'} {'longer' if apart > 0 else 'less'}."
