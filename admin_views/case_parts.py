"""What the page of a case is made of. Each part stands in the file of its own noun and is only listed here.

A side card is a function (role, case) -> Card or None; a timeline source (role, case) -> entries; an act
(role, case) -> links. A part asks its own few statements, however many rows there are, and gives plain values:
the page orders, filters and prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from admin_views import (
    advise,
    call_parts,
    case_acts,
    case_care,
    case_documents,
    case_due,
    case_incidents,
    case_notes,
    case_record,
    conduct_parts,
    consent_parts,
    extra_fields,
    history,
    issue_parts,
    kept,
    letter_parts,
    need,
    plan_parts,
)
from admin_views.pages import Card, Entry, Link
from models import Case

SideCard = Callable[[str, Case], Card | None]
TimelineSource = Callable[[str, Case], Iterable[Entry]]
Acts = Callable[[str, Case], Iterable[Link]]

SIDE: tuple[SideCard, ...] = (  # in the order of the page
    kept.card,
    case_care.restrictions,
    case_due.due,
    case_due.agencies,
    need.card,
    letter_parts.waiting,
    case_care.file_requests,
    consent_parts.consent_card,
    plan_parts.plan_card,
    case_incidents.card,
    case_documents.card,
    issue_parts.card,
    extra_fields.card,
    call_parts.help_given,
    case_care.caseworkers,
)
TIMELINE: tuple[TimelineSource, ...] = (
    case_notes.entries,
    letter_parts.entries,
    case_record.meetings,
    case_record.agencies,
    consent_parts.consent_entries,
    plan_parts.plan_entries,
    case_incidents.timeline,
    conduct_parts.entries,
    case_documents.timeline,
)
ACTS: tuple[Acts, ...] = (  # in the order of the page; only the first primary one is filled
    call_parts.acts,
    case_acts.acts,
    letter_parts.acts,
    case_incidents.acts,
    plan_parts.ways_on,
    case_care.acts,
    issue_parts.acts,
    advise.acts,
    history.acts,
)
