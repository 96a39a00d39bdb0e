"""Every chapter of the figures of a period, in the order in which they stand in the workbook and on the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from casework.figures import issues, people, standards, work
from casework.figures.shapes import Chapter, number_of, people_in
from casework.periods import Period
from casework.tallies import EVERYTHING, RequestTally, Within, change, clients, gaps, need, service
from casework.tallies.cases import away_by_reason
from casework.tallies.equality import equality_answers
from casework.tallies.gaps import written_late
from casework.tallies.incidents import incidents
from casework.tallies.issues import issues_and_campaigns
from casework.tallies.meetings import booked, home_visits, volunteers

LATE = (("late_cases", "New cases written down late", "cases"), ("late_notes", "Contacts and notes written down late",
        "notes"), ("late_incidents", "Incidents written down late", "incidents"))  # fmt: skip


def chapters(
    db: Session, period: Period, counted_on: date, within: Within, since: Period | None, sent: list[RequestTally]
) -> Iterator[Chapter]:
    """Count the chapters; the number of statements does not depend on the rows."""
    reached = clients.people_reached(db, period, within)
    yield people.reached(reached, _since(db, since, within))
    yield people.equality(reached, equality_answers(db, period, within), period.last)
    yield work.incidents(incidents(db, period, within))
    yield people.conduct(*need.conduct(db, period, within))
    yield people.nrpf(reached, need.nights(db, period, within), need.section_17(db, period, within))
    yield standards.promises(service.promises_made(db, period, counted_on, within))
    yield work.meetings(
        booked(db, period, within), home_visits(db, period, within)
    )  # fmt: skip
    yield work.volunteers(volunteers(db, period, within), within == EVERYTHING)
    yield standards.outcomes(change.outcomes(db, period, within), *change.feedback(db, period, within))
    yield standards.away(away_by_reason(db, period, within), sent)
    yield issues.issues_and_campaigns(issues_and_campaigns(db, period), within == EVERYTHING)
    yield standards.who_acts(change.steps_done(db, period, within))
    late = written_late(db, period, within)
    yield standards.quality(gaps(db, period, within), [(key, name, late[sort]) for key, name, sort in LATE])


def _since(db: Session, since: Period | None, within: Within) -> int | None:
    """Give how many people were reached over the days of the grant."""
    if since is None:
        return None
    return number_of(people_in(clients.clients_reached(db, since, within)))
