"""A body's answers beside our own numbers as they may be printed: small ones hidden, with what would give them away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from casework.figures import Sum
from casework.figures_compared import Compared
from casework.figures_gaps import Own
from casework.settings import number_setting
from exports.disclosure import SMALL, hide
from exports.guarded import HIDDEN

# Of which number another is a part; both may be printed, so what is left between them is kept as well.
PART_OF = {"accepted": "asked", "refused": "asked", "unanswered": "asked", "in_time": "asked", "no_reason": "refused",
           "reason": "refused", "mismatch": "told", "repeat": "people", "people": "told"}  # fmt: skip
APART = ("accepted", "refused", "unanswered")  # of what was asked: no request is in two of them
INSIDE = {"s17:asked": ("assessment:asked",), "reports:asked": ("against:asked", "protect:asked"),
          "complaints:asked": ("further:asked",)}  # fmt: skip


def outside(db: Session, rows: Sequence[Compared], own: Own) -> dict[str, str]:
    """Give our numbers as words by their keys: as they are, "<5" or "hidden"; a time is no count and follows its own.

    Nothing at all is told where fewer requests or clients stand behind than a scorecard asks for.
    """
    threshold = number_setting(db, "small_number_threshold")
    keys = [one.key for one in rows if one.ours is not None]
    if own.requests < number_setting(db, "scorecard_minimum") or own.people < threshold:
        return dict.fromkeys(keys, HIDDEN)
    hidden = hidden_of(keys, own.numbers, threshold)
    return {key: _shown(key, own.numbers, hidden, threshold) for key in keys}


def hidden_of(keys: Iterable[str], numbers: Mapping[str, int], threshold: int) -> dict[str, str]:
    """Give what to hide of these numbers so that no sum gives a small one away."""
    printed = {key: numbers.get(key, 0) for key in keys if not key.endswith(":median")}
    sums, unprinted = [], {}
    for whole, part in _parts(printed):
        rest = f"{part} in {whole} rest"
        unprinted[rest] = numbers.get(whole, 0) - numbers.get(part, 0)
        unprinted |= {key: numbers.get(key, 0) for key in (whole, part) if key not in printed}
        sums.append(Sum(whole, (part, rest)))
    for group in dict.fromkeys(key.split(":")[0] for key in printed if key.split(":")[1] in (*APART, "asked")):
        whole, parts, rest = f"{group}:asked", [f"{group}:{measure}" for measure in APART], f"{group} rest"
        unprinted[rest] = numbers.get(whole, 0) - sum(numbers.get(part, 0) for part in parts)
        unprinted |= {key: numbers.get(key, 0) for key in (whole, *parts) if key not in printed}
        sums.append(Sum(whole, (*parts, rest)))
    return hide(printed, sums, threshold=threshold, unprinted=unprinted)


def _parts(printed: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give each pair of a whole and its part of which at least one is printed, once."""
    found = dict.fromkeys(
        (f"{key.split(':')[0]}:{PART_OF[key.split(':')[1]]}", key) for key in printed if key.split(":")[1] in PART_OF
    )
    yield from found
    inside = ((whole, part) for whole, parts in INSIDE.items() for part in parts)
    yield from (pair for pair in inside if set(pair) & set(printed))


def _shown(key: str, numbers: Mapping[str, int], hidden: Mapping[str, str], threshold: int) -> str:
    if key.endswith(":median"):
        group = key.removesuffix(":median")
        return str(numbers[key]) if numbers.get(f"{group}:asked", 0) >= 2 * threshold else HIDDEN
    why = hidden.get(key)
    return str(numbers.get(key, 0)) if why is None else f"<{threshold}" if why == SMALL else HIDDEN
