"""How long the dearest tables take in an office of 4,000 cases: counting, hiding, and how many statements.

Run it from the project's folder: `python -m benchmarks.cross_tables`. It makes an invented office in a file of its
own, with three incidents for each case, and prints for each table the shortest of five times in milliseconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import event, insert, select

from casework.context import Acting
from casework.periods import Period
from casework.sessions import session_for
from casework.table_counts import Asked, count_table
from exports.cross_tables import shown
from models import Area, Base, Case, Client, Code, Incident, Language
from models.database import open_engine
from seed.reference import load_reference
from tests import make

CASES, INCIDENTS, TIMES, THRESHOLD = 4_000, 12_000, 5, 5
PERIOD = Period(date(2022, 4, 1), date(2026, 3, 31))
TABLES = (
    ("incidents", "types", "strands", "each", "no"), ("incidents", "types", "area", "people", "before"),
    ("incidents", "language", "age", "people", "before"), ("incidents", "place", "weekday", "each", "before"),
    ("incidents", "month", "case_kind", "each", "no"), ("cases", "area", "case_kind", "each", "before"),
)  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'office.db'}")
        Base.metadata.create_all(engine)
        with session_for(engine, Acting(now=make.NOW)) as db:
            load_reference(db, today=make.TODAY)
            fill(db)
            db.commit()
            sys.stdout.write("table, counted in ms, hidden in ms, numbers, hidden, statements\n")
            for asked in (Asked(*keys[:4], PERIOD, keys[4]) for keys in TABLES):
                measure(db, asked)


def measure(db, asked: Asked) -> None:
    statements: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2]))
    before = len(statements)
    table = count_table(db, asked, make.TODAY)
    number = len(statements) - before
    told = shown(table, THRESHOLD)
    name = f"{asked.of}: {asked.rows} x {asked.columns}, {asked.measure}, {len(asked.periods)} periods"
    counted, hidden = best(lambda: count_table(db, asked, make.TODAY)), best(lambda: shown(table, THRESHOLD))
    sys.stdout.write(f"{name:55}{counted:8.0f}{hidden:9.0f}{len(told.numbers):9}{len(told.hidden):8}{number:8}\n")


def best(act: Callable[[], object]) -> float:
    """Give the shortest of some times, in milliseconds of the clock."""
    taken = []
    for _time in range(TIMES):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return 1000 * min(taken)


def fill(db) -> None:
    rng = random.Random(20261123)  # noqa: S311 - an invented office
    words = {name: [code.id for code in db.scalars(select(Code).where(Code.list == name))]
             for name in ("incident_type", "hate_strand", "place", "case_kind")}  # fmt: skip
    areas, languages = (list(db.scalars(select(model.id))) for model in (Area, Language))
    stamps = {"created_at": make.NOW, "updated_at": make.NOW, "version": 1}
    days = (PERIOD.last - date(2018, 4, 1)).days
    some_day = lambda: date(2018, 4, 1) + timedelta(days=rng.randrange(days))  # noqa: E731

    def put(model, rows):
        return list(db.scalars(insert(model).returning(model.id), [{**stamps, **row} for row in rows]))

    clients = put(Client, [
        {"ref": f"X-{place}", "name": f"N {place}", "name_key": f"n{place}", "language_id": rng.choice(languages),
         "date_of_birth": date(1940, 1, 1) + timedelta(days=rng.randrange(28_000)), "interpreter_gender": "any",
         "mobility_need": False, "text_relay": False, "no_recourse": "not_asked", "kind": "individual",
         "interpreter": "no"}
        for place in range(CASES * 3 // 4)
    ])  # fmt: skip
    cases = put(Case, [
        {"ref": f"Y-{place}", "client_id": rng.choice(clients), "kind_id": rng.choice(words["case_kind"]),
         "area_id": rng.choice(areas), "risk": "low", "status": "open", "first_contact_at": make.NOW,
         "first_contact_medium": "phone", "opened_on": some_day(), "file_location": "premises"}
        for place in range(CASES)
    ])  # fmt: skip
    incidents = put(Incident, [
        {"case_id": rng.choice(cases), "from_at": make.at(str(some_day()), f"{rng.randrange(2, 24):02}:30"),
         "precision": "day", "perceived_by": "victim", "place_id": rng.choice(words["place"]),
         "area_id": rng.choice(areas)}
        for _place in range(INCIDENTS)
    ])  # fmt: skip
    for many, name in (("types", "incident_type"), ("strands", "hate_strand")):
        through = getattr(Incident, many).property.secondary
        own, other = (column.name for column in through.c)
        db.execute(insert(through), [
            {own: one, other: word} for one in incidents for word in rng.sample(words[name], rng.choice([1, 1, 2]))
        ])  # fmt: skip


if __name__ == "__main__":
    main()
