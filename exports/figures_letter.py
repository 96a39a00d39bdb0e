"""The letter that asks one body for its own figures: numbered questions, the time, the format wanted.

It is given the questions as they stand in the request and nothing else of ours: no number, no gap, no client, no case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casework.datetext import without_weekday
from casework.figures_requests import is_bound, period_of
from exports.letters import Letter, fill
from models import FiguresRequest, LetterTemplate


def made(
    template: LetterTemplate, request: FiguresRequest, *, on: date, answer_by: date, office: str, address: str,
    signed_by: str,
) -> Letter:  # fmt: skip
    """Make the letter, dated `on`; the office speaks, `signed_by` is the one name in it."""
    agency = request.agency
    values = {
        "today": without_weekday(on), "agency": agency.name, "body": agency.parent.name if agency.parent else "",
        "reference": reference(request), "period": str(period_of(request)), "bound": is_bound(agency),
        "questions": list(numbered(request)), "answer_by": without_weekday(answer_by), "office": office,
        "address": address, "signed_by": signed_by,
    }  # fmt: skip
    return Letter(fill(template.content, values), f"figures-{request.id}-{on}.docx")


def reference(request: FiguresRequest) -> str:
    """Give the reference that a body quotes; it leads to the request, and to nobody."""
    return f"F-{request.id}"


def numbered(request: FiguresRequest) -> Iterator[str]:
    """Give the questions as the letter prints them, each with what it is counted in and broken down by."""
    for place, one in enumerate(request.questions, 1):
        by = f" Broken down by: {one.breakdown}." if one.breakdown else ""
        yield f"{place}. {one.text} Counted in: {one.unit}.{by}"
