"""The audit trail: lines are only added, each is sealed to the one before, and whatever is done to them is found."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from casework import audit, seal
from casework.context import Acting
from models import AuditEntry, SignInTry
from models.database import open_engine
from tests import make

TRAIL = AuditEntry.__table__
WHO = Acting(now=make.NOW, role="manager", username="maryam", user_id=1)
LINES = 6
ANOTHER = {  # what somebody might put into each field of a line in place of what stands there
    "at": make.NOW.replace(minute=59), "user_id": 2, "who": "amina", "action": "opened", "subject": "Client",
    "row_id": 99, "fields": "name", "reason": "none", "created_at": make.NOW.replace(minute=59), "created_by_id": 2,
    "updated_at": make.NOW.replace(minute=59), "updated_by_id": 2, "version": 2, "mac": "0" * 64,
}  # fmt: skip


@pytest.fixture
def office(tmp_path):
    """A trail of a few lines in a file of its own."""
    engine = open_engine(f"sqlite:///{tmp_path}/office.db")
    AuditEntry.metadata.create_all(engine)
    seal.use_secret(engine, "only the office knows")
    for number in range(1, LINES + 1):
        audit.write_now(engine, WHO, "released", "Release", number, reason="letter")
    yield engine
    engine.dispose()


def checked(engine, anchor=None):
    with engine.connect() as connection:
        return audit.check(connection, anchor)


def by_hand(engine, statement, **values):
    """Do what somebody does who can write to the file: take the guard away first."""
    with engine.begin() as connection:
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entries_no_{act}"))
        connection.execute(statement, values) if values else connection.execute(statement)


@pytest.mark.parametrize("statement", [
    "UPDATE audit_entries SET who = 'x'", "DELETE FROM audit_entries", "DELETE FROM audit_entries WHERE id = 1",
])  # fmt: skip
def test_the_database_refuses_to_change_or_remove_a_line(db, statement):
    make.client(db)
    with pytest.raises(DBAPIError, match="only added"), db.begin_nested():
        db.execute(text(statement))


def test_postgresql_refuses_to_empty_the_trail_at_once(db):
    if db.get_bind().dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="only added"), db.begin_nested():
            db.execute(text("TRUNCATE audit_entries"))


def test_a_trail_that_nobody_touched_is_whole(db):
    make.client(db)
    audit.write(db, "released", "Release", 1)
    found = audit.check(db.connection())
    assert (found.is_whole, found.older) == (True, 0)
    last = db.execute(select(TRAIL.c.id, TRAIL.c.mac).order_by(TRAIL.c.id.desc())).first()
    assert found.tail == audit.Tail(last.id, last.mac)


@pytest.mark.parametrize("field", [column.name for column in TRAIL.columns if column.name != "id"])
@pytest.mark.parametrize("line", [1, 3, LINES])
def test_a_change_of_any_field_of_any_line_is_found_at_that_line(office, field, line):
    by_hand(office, TRAIL.update().where(TRAIL.c.id == line).values({field: ANOTHER[field]}))
    assert checked(office).faults[0] == f"Line {line} does not fit its seal: it, or a line before it, was changed."


@pytest.mark.parametrize("line", range(1, LINES))
def test_a_line_that_was_taken_out_is_found(office, line):
    by_hand(office, TRAIL.delete().where(TRAIL.c.id == line))
    assert checked(office).faults[0] == f"Lines {line} to {line} are missing."


def test_lines_that_changed_places_are_found(office):
    for old, new in ((2, 100), (3, 2), (100, 3)):
        by_hand(office, TRAIL.update().where(TRAIL.c.id == old).values(id=new))
    assert not checked(office).is_whole


def test_a_line_that_was_put_in_without_the_secret_is_found(office):
    with office.connect() as connection:
        last = dict(connection.execute(select(TRAIL).order_by(TRAIL.c.id.desc())).mappings().first())
    forged = {**last, "id": LINES + 1, "who": "amina"}
    forged["mac"] = seal.sealed(seal.key_for(office, "another use"), last["mac"], seal.content(forged, audit._SAID))
    by_hand(office, insert(TRAIL).values(forged))
    assert checked(office).faults == (f"Line {LINES + 1} does not fit its seal: it, or a line before it, was changed.",)


@pytest.mark.parametrize("left", range(LINES))
def test_a_tail_that_was_cut_off_is_found_by_the_seal_that_was_kept_elsewhere(office, left):
    tail = checked(office).tail
    assert checked(office, tail).is_whole
    by_hand(office, TRAIL.delete().where(TRAIL.c.id > left))
    assert checked(office).is_whole  # by itself the trail cannot know how long it was
    assert checked(office, tail).faults[-1].startswith(f"The line that was last, {LINES}, is not there as it was")


def test_the_kept_seal_still_fits_when_the_trail_has_grown(office):
    tail = checked(office).tail
    audit.write_now(office, WHO, "opened", "Case", 1)
    assert checked(office, tail).is_whole


def test_lines_from_before_the_seals_are_covered_by_the_first_one(office):
    """An office that brings its trail along from an older version."""
    by_hand(office, TRAIL.delete().where(TRAIL.c.id > 3))
    by_hand(office, TRAIL.update().values(mac=None))
    audit.write_now(office, WHO, "opened", "Case", 1)
    assert (checked(office).older, checked(office).is_whole) == (3, True)
    by_hand(office, TRAIL.update().where(TRAIL.c.id == 2).values(who="amina"))
    assert not checked(office).is_whole


def test_seals_cannot_be_taken_off_to_hide_a_change(office):
    by_hand(office, TRAIL.update().where(TRAIL.c.id <= 3).values(mac=None, who="amina"))
    assert not checked(office).is_whole


def test_another_secret_finds_nothing_in_order(office):
    seal.use_secret(office, "not it")
    assert not checked(office).is_whole


def test_what_the_program_keeps_for_itself_leaves_no_line(db):
    lines = len(db.execute(select(TRAIL.c.id)).all())
    db.add(SignInTry(about="0" * 64, address="127.0.0.1", at=make.NOW))
    db.flush()
    assert len(db.execute(select(TRAIL.c.id)).all()) == lines
