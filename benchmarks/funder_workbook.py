"""How long the funder's workbook takes for 4,000 cases, step by step, and whether its figures agree with plain SQL.

Run from the top of the repository: `python -m benchmarks.funder_workbook`. Prints seconds for counting, hiding, the
attack, writing and making again; and, of the figures that a statement of SQL can give alone, how many read back from
the file are equal.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.context import Acting
from casework.figures import count_figures
from casework.periods import Period
from casework.sessions import session_for
from exports import funder, funder_files, funder_scores
from exports.frozen import Book
from exports.guarded import guarded
from models import Base, Grant
from models.database import open_engine
from seed.reference import load_reference
from tests import make
from tests.random_work import random_work

CASES, YEAR = 4_000, Period(date(2025, 4, 1), date(2026, 3, 31))
COUNTED = (
    "LEFT JOIN codes ON codes.id = closure_reason_id WHERE voided_reason IS NULL AND coalesce(code, '') <> 'duplicate'"
)
OF_CASES = "JOIN cases ON cases.id = case_id"
DAYS, MOMENTS = "BETWEEN '2025-04-01' AND '2026-03-31'", "BETWEEN '2025-03-31 23:00' AND '2026-03-31 22:59:59.999999'"
SENT = f"FROM referrals {OF_CASES} WHERE voided_reason IS NULL AND referrals.status <> 'draft' AND sent_on {DAYS}"
HELD = f"FROM appointments {OF_CASES} WHERE voided_reason IS NULL AND appointments.status = 'attended'"
AGAIN = {  # the figure's name in the summary, and how plain SQL counts it
    "Number of cases": f"FROM cases {COUNTED} AND opened_on {DAYS}",
    "Referrals to outside organisations": f"{SENT} AND referrals.kind = 'referral_out'",
    "Complaints to agencies": f"{SENT} AND referrals.kind = 'complaint'",
    "Turned away and advised": f"FROM turnaways {OF_CASES} {COUNTED} AND given_on {DAYS}",
    "Appointments": f"{HELD} AND starts_at {MOMENTS}",
    "Home visits": f"{HELD} AND appointments.kind = 'home_visit' AND starts_at {MOMENTS}",
}


class Clock:
    """Prints the processor time of each step, in seconds: a busy machine changes little of it."""

    def __init__(self) -> None:
        self.last = self.first = time.process_time()

    def told(self, what: str) -> None:
        now = time.process_time()
        say(f"{what:<40}{now - self.last:8.2f} s")
        self.last = now


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'office.db'}")
        Base.metadata.create_all(engine)
        with session_for(engine, Acting(now=make.NOW)) as db:
            load_reference(db, today=make.TODAY)
            random_work(db, 1, CASES // 2)  # twice as many cases as clients
            db.commit()
            measure(db)
        engine.dispose()


def measure(db: Session) -> None:
    say(f"{counted(db, 'FROM cases'):,} cases")
    clock = Clock()
    report = count_figures(db, YEAR, make.TODAY)
    clock.told("counting")
    figures = guarded(report, threshold=5, least_base=10)
    clock.told(f"hiding in {len(figures.numbers)} numbers")
    figures.must_withstand()
    clock.told("attack")
    book, out = funder.book_of(figures, funder_scores.times_by_kind(db, figures)), io.BytesIO()
    book.write(out)
    clock.told("writing")
    kept, again = book.to_text(), io.BytesIO()
    Book.from_text(kept).write(again)
    clock.told("making again from what was kept")
    say(f"{'all of it':<40}{clock.last - clock.first:8.2f} s")
    say(f"the same bytes: {out.getvalue() == again.getvalue()}")
    recount(db, out)
    grant = Grant(name="A", funder="A", starts_on=YEAR.first)
    db.add(grant)
    db.flush()
    clock = Clock()
    for days in (Period(YEAR.first, date(2025, 6, 30)), YEAR):
        planned = funder_files.plan(db, grant, days)
        clock.told(f"plan for {days}")
        funder_files.make(db, planned, "A")


def recount(db: Session, out: io.BytesIO) -> None:
    sheet = load_workbook(io.BytesIO(out.getvalue()))["Summary"]
    told = {row[1]: row[2] for row in sheet.iter_rows(values_only=True)}
    equal = {name: told[name] == counted(db, what) for name, what in AGAIN.items()}
    say(f"read back equal to SQL: {sum(equal.values())} of {len(equal)} {[one for one in equal if not equal[one]]}")


def counted(db: Session, what: str) -> int:
    return db.scalar(text(f"SELECT count(*) {what}"))


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    main()
