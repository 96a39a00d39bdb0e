"""The figures of a period as the office tells them: each with a name, its rule of counting, and a number.

Enquiries are counted apart from cases, organisations apart from people. A number has a key: the same key is the
same number wherever it stands, so that a sheet cannot say two things, and what is hidden once is hidden
everywhere. Sums say which numbers make up which; whoever hides small numbers must know them.
"""

from datetime import date

from sqlalchemy.orm import Session

from casework import tallies
from casework.figures.agencies import IN_TIME, NO_REASON, OVER, REFUSED, agency_tables, score_tables
from casework.figures.chapters import chapters
from casework.figures.shapes import NEW, WHOLES, Aside, Chapter, Figure, Ratio, Report, Row, Section, Sum, Table
from casework.figures.statements import caseload, statements, summary
from casework.figures.tables import area_tables, kind_tables, language_tables
from casework.periods import Period
from casework.tallies import EVERYTHING, Within

__all__ = [
    "IN_TIME",
    "NEW",
    "NO_REASON",
    "OVER",
    "REFUSED",
    "WHOLES",
    "Aside",
    "Chapter",
    "Figure",
    "Ratio",
    "Report",
    "Row",
    "Section",
    "Sum",
    "Table",
    "count_figures",
]


def count_figures(
    db: Session, period: Period, counted_on: date, within: Within = EVERYTHING, since: Period | None = None
) -> Report:
    """Count everything for `period`, office-wide, as recorded on `counted_on`; as many statements whatever the rows.

    `within` leaves only the cases that a grant pays for, and what was done in them; `since` are the days of the grant
    up to the end of the period, over which people are counted once more.
    """
    cases = tallies.cases_by_kind(db, period, within)
    sent = tallies.requests(db, period, counted_on, within)
    met, reached = tallies.meetings(db, period, within), tallies.clients_reached(db, period, within)
    spoken = tallies.language_requests(db, period, within)
    areas, away = area_tables(tallies.cases_by_area(db, period, within)), tallies.turned_away(db, period, within)
    agencies = agency_tables(sent)
    return Report(
        period, counted_on, tuple(statements(cases, sent)), tuple(summary(areas, sent, met, reached, away, spoken)),
        tuple(caseload(cases)), kind_tables(cases), areas, language_tables(met, reached, spoken), agencies,
        score_tables(agencies), tuple(chapters(db, period, counted_on, within, since, sent)),
    )  # fmt: skip
