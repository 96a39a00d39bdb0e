"""Counts the office's rows for a period in grouped statements; no row, name or reference comes back.

Everything is read office-wide, since a figure that left out another team's cases would be wrong. What was set
aside (an undone import, a record voided for a reason) never counts, nor what belongs to a case set aside.
What each count means to a reader is said in `casework.figures`.
"""

from casework.tallies.cases import AreaTally, KindTally, cases_by_area, cases_by_kind, turned_away
from casework.tallies.clients import ClientTally, clients_reached
from casework.tallies.gaps import GapTally, gaps
from casework.tallies.meetings import LanguageTally, MeetingTally, language_requests, meetings
from casework.tallies.parts import EVERYTHING, Within
from casework.tallies.requests import (
    ACCEPTED,
    IN_TIME,
    LATE,
    NO_DAY,
    NOT_YET,
    OTHER,
    SILENT,
    WAITING,
    WITHDRAWN,
    RequestTally,
    requests,
)

__all__ = [
    "ACCEPTED",
    "EVERYTHING",
    "IN_TIME",
    "LATE",
    "NOT_YET",
    "NO_DAY",
    "OTHER",
    "SILENT",
    "WAITING",
    "WITHDRAWN",
    "AreaTally",
    "ClientTally",
    "GapTally",
    "KindTally",
    "LanguageTally",
    "MeetingTally",
    "RequestTally",
    "Within",
    "cases_by_area",
    "cases_by_kind",
    "clients_reached",
    "gaps",
    "language_requests",
    "meetings",
    "requests",
    "turned_away",
]
