"""What was asked of agencies: by what they answered, by when, and the wholes that their scores are shares of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casework import tallies
from casework.figures.shapes import SENT, Row, Section, Table, number_of, referrals_in, table_of
from casework.tallies import RequestTally

ANSWERS = (
    ("accepted", "Accepted", "Accepted, in whole or in part."),
    ("refused_reason_given", "Refused, reason given", "Refused, and a reason was given."),
    ("refused_no_reason", "Refused, no reason", "Refused without a reason."),
    (tallies.OTHER, "Other answer", "Any other answer, such as sent on to somebody else or not possible in law."),
    (tallies.SILENT, "No response", "Recorded as not answered after the time for it was over."),
    (tallies.WAITING, "Waiting", "Not answered by the counting date."),
    (tallies.WITHDRAWN, "Withdrawn", "Taken back by us or by the client after sending."),
)
TIMINGS = (
    (tallies.IN_TIME, "Answered in time", "Answered on or before the day due; the day is over on the counting date."),
    (tallies.LATE, "Late", "Answered after that day, or not answered although the day is over on the counting date."),
    (
        tallies.NOT_YET,
        "Not due yet",
        "The day has not passed on the counting date, whether or not an answer has come: "
        "quick answers count when slow ones can.",
    ),
    (tallies.NO_DAY, "No day set", "No standard sets a day, or the referral was withdrawn before its day was over."),
)


def agency_tables(sent: Sequence[RequestTally]) -> Section:
    """Requests by kind of agency, once by what was answered and once by when; each adds up to all requests."""
    referrals = referrals_in(sent)
    kinds = {one.kind_id: one.kind for one in referrals}
    order = sorted(kinds, key=lambda key: kinds[key].casefold())

    def table(key: str, name: str, counted: str, fits: Callable[[RequestTally], bool], total: str = "") -> Table:
        rows = tuple(
            Row(f"{key}:{kind}", kinds[kind], number_of(one for one in referrals if one.kind_id == kind and fits(one)),
                fixed=False)
            for kind in order
        )  # fmt: skip
        return table_of(total or key, name, counted, rows, key)

    answers = [table(f"answer_{word}", name, counted, lambda one, word=word: one.answer == word)
               for word, name, counted in ANSWERS]  # fmt: skip
    timings = [table(f"timing_{word}", name, counted, lambda one, word=word: one.timing == word)
               for word, name, counted in TIMINGS]  # fmt: skip
    whole = table("requests", "Requests", "Referrals sent in the period, by the kind of agency; a council and its "
                  "departments are one.", lambda one: True, SENT)  # fmt: skip
    across = tuple(
        (told, whole.key, tuple(one.key for one in parts))
        for told, parts in (("What they answered", answers), ("When they answered", timings))
    )
    return Section("Agencies", "Kind of agency", (whole, *answers, *timings), across, joined="Other kinds")


OVER, REFUSED = "day_over", "refusals"
IN_TIME, NO_REASON = f"timing_{tallies.IN_TIME}", "answer_refused_no_reason"


def score_tables(asked: Section) -> Section:
    """Give the wholes of an agency's rates: requests whose day is over, and refusals."""
    by_key = {table.key: table for table in asked.tables}

    def whole(key: str, name: str, counted: str, parts: tuple[str, ...]) -> Table:
        rows = tuple(
            Row(f"{key}:{same[0].key.partition(':')[2]}", same[0].label, sum(row.number for row in same), fixed=False)
            for same in zip(*(by_key[part].rows for part in parts), strict=True)
        )  # fmt: skip
        return table_of(key, name, counted, rows)

    clocks, refusals = (IN_TIME, f"timing_{tallies.LATE}"), ("answer_refused_reason_given", NO_REASON)
    over = whole(OVER, "Day over", "Requests whose day for an answer is over, answered or not.", clocks)
    refused = whole(REFUSED, "Refusals", "Refused, with or without a reason.", refusals)
    parts = tuple(by_key[key] for key in (*clocks, *refusals))
    return Section(
        "Agency scorecards", asked.heading, (by_key["requests"], over, *parts[:2], refused, *parts[2:]),
        (("When", OVER, clocks), ("Refused", REFUSED, refusals)), asked.joined,
    )  # fmt: skip
