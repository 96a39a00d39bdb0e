"""The benchmark's rows in the office tell what the same rows tell in the peers' own tables, asked by their own SQL."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest
from sqlalchemy import func, select

from casework import guard, search
from casework.context import Acting, set_acting
from casework.interpreters import for_appointment
from casework.periods import Period
from casework.startup import StartRefused, check_demo
from casework.table_counts import Asked, count_table
from models import Agency, Appointment, Base, Case, CaseNote, Client, Incident, Referral, Worker
from models.database import open_engine
from models.fields import Sensitivity
from seed import load_benchmark
from seed.reference import load_reference
from tests import make
from tests.conftest import GuardedSession

CASES = 400
SAME = {"casework_case": Case, "client": Client, "case_note": CaseNote, "incident": Incident, "referral": Referral,
        "appointment": Appointment, "agency": Agency}  # fmt: skip


def new_office(folder):
    engine = open_engine(f"sqlite:///{folder}/office.db")
    Base.metadata.create_all(engine)
    with GuardedSession(engine) as db:
        set_acting(db, Acting(now=make.NOW))
        load_reference(db, today=make.TODAY)
        db.commit()
    return engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An office that holds the rows, on SQLite; what is compared is Python's and the peers' SQL."""
    made = new_office(tmp_path_factory.mktemp("office"))
    with made.begin() as connection:
        load_benchmark.load(connection, CASES, make.NOW, "none")
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def peers(tmp_path_factory):
    """The same rows as the peers keep them."""
    path = tmp_path_factory.mktemp("peers") / "cases.db"
    load_benchmark.peers_data().build(CASES, str(path))
    with sqlite3.connect(path) as connection:
        yield connection
    connection.close()


def test_every_row_has_its_number(db, peers):
    for table, model in SAME.items():
        theirs = [row[0] for row in peers.execute(f"SELECT id FROM {table} ORDER BY id")]
        assert list(db.scalars(select(model.id).order_by(model.id))) == theirs
    assert db.scalar(select(func.count()).where(Worker.kind == "volunteer")) == \
        peers.execute("SELECT count(*) FROM volunteer").fetchone()[0]  # fmt: skip


def test_no_row_belongs_to_nothing(engine):
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_the_rows_are_those_that_the_office_would_have_taken(db):
    for model in (Case, Client):
        wrong = [one for row in db.scalars(select(model)) for one in guard.problems_of(row, db)]
        assert wrong == []


def test_the_breakdown_is_that_of_the_peers(db, peers):
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    asked = Asked("cases", "case_kind", "area", "each", Period(first, last))
    table = count_table(db, asked, make.TODAY)
    words = {line.key: line.label for line in (*table.rows, *table.columns)}
    ours = {(words[row], words[column]): number for (_which, row, column), number in table.cells.items()}
    theirs = peers.execute(
        "SELECT c.issue, k.borough, count(*) FROM casework_case c JOIN client k ON k.id = c.client_id "
        "WHERE c.opened_on BETWEEN ? AND ? GROUP BY 1, 2", (str(first), str(last))
    )  # fmt: skip
    assert ours == {(issue, borough.replace("&", "and")): number for issue, borough, number in theirs}


def test_a_meeting_finds_the_interpreters_of_the_peers(db, peers):
    """Free at that weekday and hour, speaking the language, at no other meeting then."""
    meetings = peers.execute(
        "SELECT id FROM appointment WHERE language_id IS NOT NULL AND interpreter_id IS NULL ORDER BY id LIMIT 25"
    ).fetchall()
    found = 0
    for (number,) in meetings:
        matches = for_appointment(db, db.get_one(Appointment, number))
        ours = sorted(one.worker.phone for one in matches if one.free)
        theirs = peers.execute(
            "SELECT DISTINCT v.phone FROM appointment a JOIN volunteer_language l ON l.language_id = a.language_id "
            "JOIN availability w ON w.volunteer_id = l.volunteer_id "
            "AND w.weekday = (strftime('%w', a.starts_at) + 6) % 7 AND w.starts <= substr(a.starts_at, 12, 5) "
            "AND w.ends >= substr(a.ends_at, 12, 5) JOIN volunteer v ON v.id = l.volunteer_id AND v.active "
            "WHERE a.id = ? AND NOT EXISTS (SELECT 1 FROM appointment b WHERE b.starts_at < a.ends_at AND "
            "b.ends_at > a.starts_at AND v.id IN (b.interpreter_id, b.companion_id)) ORDER BY 1",
            (number,),
        )
        assert ours == [phone for (phone,) in theirs.fetchall()]
        found += len(ours)
    assert len(meetings) > 20 and found > 5


def test_a_surname_finds_the_cases_of_the_peers(db, peers):
    surname = peers.execute("SELECT surname FROM client GROUP BY surname ORDER BY count(*) DESC").fetchone()[0]
    fitting = search.matches(Case, surname, Sensitivity.PERSONAL)
    theirs = peers.execute(
        "SELECT c.reference FROM casework_case c JOIN client k ON k.id = c.client_id WHERE k.surname LIKE ?",
        (f"{surname}%",),
    )
    assert sorted(db.scalars(select(Case.ref).where(fitting))) == sorted(ref for (ref,) in theirs)


def test_a_note_has_its_words_and_who_wrote_it(db, peers):
    ours = db.execute(select(CaseNote.text, CaseNote.created_by_id).order_by(CaseNote.id)).all()
    assert [tuple(row) for row in ours] == peers.execute("SELECT body, author_id FROM case_note ORDER BY id").fetchall()


def test_it_is_marked_as_a_demonstration_and_stays_out_of_an_office_with_people(db):
    with pytest.raises(StartRefused, match="holds people already"):
        load_benchmark.load(db.connection(), 1, make.NOW, "none")
    with pytest.raises(StartRefused, match="demonstration"):
        check_demo(db, demo=False)
