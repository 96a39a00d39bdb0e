"""Suggests which column of a sheet becomes which field, from its heading and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from casework.import_uploads import LINE, WHY
from seed.import_cells import as_text
from seed.import_guess import looks_like_dates, looks_like_times
from seed.import_look import Column, fills
from seed.import_rules import folded
from seed.import_source import Unreadable, is_empty

LEFT_OUT, KEPT_AS_TEXT, CLOCK = "", "text", "time"
NEAR = 0.82  # of 1: how alike two spellings of a word of the office's lists must be
LONGEST_REFERENCE = 30
# Headings as offices write them, most telling first: the first field that fits and is still free is taken.
_WORDS: tuple[tuple[str, str], ...] = (
    ("client.email", r"e-?mail"),
    ("client.postcode", r"post ?code"),
    ("client.phone", r"phone|tel(?:ephone)?\b|mobile|contact (?:no|number)"),
    ("client.date_of_birth", r"birth|\bdob\b|d\.o\.b"),
    ("client.name", r"^(?:client|person|full)?'?s? ?name|client$|^who$|name of (?:client|person)|surname|/ name$"),
    ("client.language", r"language|speaks|mother tongue"),
    ("client.address", r"address"),
    ("client.safe_contact", r"how to reach|safe contact|safe to (?:ring|call|contact)|contact preference"),
    ("client.immigration", r"immigration|visa|status \(immigration"),
    ("client.area", r"borough|council|local authority|area of residence|district"),
    ("incident.crime_ref", r"crime (?:ref|no|number)|\bcad\b|police ref|crime reference"),
    ("case.first_contact_at", r"first contact|contacted|rang|call(?:ed)? (?:us|on)|referr(?:al|ed)|received|reported|"
                              r"date of (?:contact|call|referral|enquiry)|enquiry date"),
    ("incident.from_at", r"occurr|when|happened on|^day$|date"),
    (CLOCK, r"^time|/ time$|time of (?:day|incident|the incident)|hour"),
    ("incident.types", r"type|kind|nature|offence|category|what kind"),
    ("incident.place", r"where|place|location|scene"),
    ("incident.strands", r"motivation|strand|bias|hate|perceived as|protected characteristic"),
    ("case.first_contact_medium", r"how (?:they )?(?:contacted|rang)|contact(?:ed)? by|method|medium|channel"),
    ("case.source", r"source|heard of|referred by|how did"),
    ("case.lead", r"case ?worker|worker|taken by|officer|handled by"),
    ("case.title", r"summary|subject|in a few words|^issue$|^problem$"),
    ("incident.what", r"what happened|description|details|notes?|narrative|in their words|comments|story"),
    ("incident.perpetrators", r"perpetrator|who did"),
    ("incident.previous_count", r"times before|previous (?:incidents|times)|repeat"),
)  # fmt: skip
_REFERENCE = re.compile(r"^(?:no|nr|id|ref|case|file|client)?\.? ?(?:no|nr|id|ref|reference|number|#)?\.?$|unique|"
                        r"\b(?:ref(?:erence)?|id|number)\b", re.IGNORECASE)  # fmt: skip
_NO_REFERENCE = re.compile(r"phone|tel|mobile|crime|police|cad|contact|times|children|people|post", re.IGNORECASE)


def targets(columns: Sequence[Column]) -> dict[str, str]:
    """Give a suggestion for each column by its name; what fits nothing is kept as text, what is empty left out."""
    made: dict[str, str] = {}
    free = [field for field, _pattern in _WORDS]
    for field, pattern in _WORDS:
        for column in columns:
            if column.name not in made and field in free and _fits(field, pattern, column):
                made[column.name] = field
                free.remove(field)
    return {one.name: made.get(one.name, KEPT_AS_TEXT if _is_worth(one) else LEFT_OUT) for one in columns}


def _is_worth(column: Column) -> bool:
    """Say whether a column holds anything of the sheet's own."""
    return fills(column) > 0 and column.name not in (LINE, WHY)


def _fits(field: str, pattern: str, column: Column) -> bool:
    if not _is_worth(column) or not re.search(pattern, folded(column.name)):
        return False
    if field == CLOCK:
        return looks_like_times(column.cells)
    is_date = looks_like_dates(column.cells)
    return is_date == field.endswith(("_at", "_on", "date_of_birth"))


def reference(columns: Sequence[Column], taken: Mapping[str, str]) -> tuple[str, ...]:
    """Suggest the column that knows a row again: filled and different in every row, and called like one."""
    for one in columns:
        texts = [as_text(cell) for cell in one.cells if not is_empty(cell) and not isinstance(cell, Unreadable)]
        unlike = len(set(texts)) == len(texts) >= max(len(one.cells) - 2, 1)  # a line of totals has none
        short = all(len(text) <= LONGEST_REFERENCE for text in texts)
        named = _REFERENCE.search(folded(one.name)) and not _NO_REFERENCE.search(folded(one.name))
        if unlike and short and named and taken.get(one.name) in (None, KEPT_AS_TEXT, LEFT_OUT):
            return (one.name,)
    return ()


def word(said: str, offered: Sequence[tuple[str, str]]) -> str:
    """Suggest the office's word for a text of the sheet, "" where none is near; `offered` are (word, label)."""
    wanted = folded(said)
    for code, label in offered:
        if wanted in (folded(code), folded(label)):
            return code
    within = [code for code, label in offered if wanted and (f" {wanted} " in f" {_plain(label)} ")]
    if len(within) == 1:
        return within[0]
    near = [(SequenceMatcher(None, wanted, _plain(label)).ratio(), code) for code, label in offered]
    best = max(near, default=(0.0, ""))
    return best[1] if best[0] >= NEAR else ""


def _plain(label: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", folded(label)).split())
