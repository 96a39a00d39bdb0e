"""Undoing an import sets its records aside, deletes nothing, and says where somebody has worked since."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from casework.problems import RuleBroken
from models import (
    Avoidance,
    Base,
    Case,
    CaseExtra,
    CaseLook,
    CaseNote,
    CaseWorker,
    Client,
    ClientExtra,
    ClientMember,
    Conflict,
    Incident,
    Task,
)
from seed import import_undo, importer
from tests import make
from tests.data.make_office_sheet import GOOD, make_office_sheet
from tests.seed import small_sheet


@pytest.fixture
def mapping():
    return importer.read_mapping(importer.MAPPINGS / "old_office_sheet.toml")


@pytest.fixture
def path(tmp_path):
    return make_office_sheet(tmp_path / "book.xlsx")


@pytest.fixture
def batch(db, path, mapping):
    return importer.apply(db, importer.plan(db, path, mapping), name="book.xlsx")


def cases(db, batch):
    """The batch's cases by the row they came from."""
    found = db.scalars(select(Incident).where(Incident.import_batch_id == batch.id).order_by(Incident.id))
    return {incident.external_ref.rpartition(" ")[2]: incident.case for incident in found}


def clients(db, batch):
    return db.scalars(select(Client).where(Client.import_batch_id == batch.id).order_by(Client.id)).all()


def test_undoing_sets_every_case_and_client_aside_and_deletes_nothing(db, batch):
    rows = {model: db.scalar(select(func.count()).select_from(model)) for model in (Case, Client, Incident)}
    undone = importer.undo(db, batch)
    reason = f"Import {batch.id} undone"
    assert (undone.cases, undone.clients, undone.edited, undone.kept_clients) == (4, 2, (), ())
    assert {case.voided_reason for case in cases(db, batch).values()} == {reason}
    assert {client.voided_reason for client in clients(db, batch)} == {reason}
    assert batch.undone_at == make.NOW
    assert {model: db.scalar(select(func.count()).select_from(model)) for model in rows} == rows
    assert importer.undone_lines(undone) == [f"Import {batch.id}: 4 cases and 2 clients set aside."]


def test_undoing_touches_no_case_from_elsewhere(db, batch, tmp_path):
    typed = make.case(db)
    other = importer.apply(
        db, importer.plan(db, small_sheet.write(tmp_path / "s.csv"), small_sheet.mapping()), name="s.csv"
    )
    importer.undo(db, batch)
    assert typed.voided_reason is None and typed.client.voided_reason is None
    assert {case.voided_reason for case in cases(db, other).values()} == {None}


def test_after_undoing_a_better_run_brings_the_rows_in_again(db, path, mapping, batch):
    importer.undo(db, batch)
    plan = importer.plan(db, path, mapping)
    again = importer.apply(db, plan, name="better.xlsx")
    assert (again.imported, again.already_there, again.refused) == (4, 0, 0)
    assert {case.voided_reason for case in cases(db, again).values()} == {None}
    assert importer.plan(db, path, mapping).already_there == 4


def test_an_import_is_undone_once(db, batch):
    importer.undo(db, batch)
    with pytest.raises(RuleBroken, match="undone already"):
        importer.undo(db, batch)


def test_an_untouched_import_has_nobody_to_ask(db, batch):
    assert importer.edited_since(db, batch) == ()


def test_cases_in_which_somebody_has_worked_are_listed_with_what_was_done(db, batch):
    kept = cases(db, batch)
    kept["101"].risk = "high"
    db.add(CaseNote(case=kept["102"], at=make.NOW, text="Rang back.", medium="phone", contact_with="client"))
    db.add(Task(case=kept["103"], what="Ring the night line", owner=make.worker(db), due_on=date(2026, 11, 30)))
    db.flush()
    what = {one.ref: one.what for one in importer.edited_since(db, batch)}
    assert what == {kept["101"].ref: ("changed",), kept["102"].ref: ("1 note",), kept["103"].ref: ("1 task",)}
    undone = importer.undo(db, batch)
    assert {one.ref: one.what for one in undone.edited} == what
    assert f"Case {kept['101'].ref} was worked on since the import: changed." in importer.undone_lines(undone)
    assert kept["101"].voided_reason and kept["102"].voided_reason, "listed, and set aside like the others"


def test_a_changed_incident_a_further_incident_and_a_changed_client_count_as_work(db, batch):
    kept = cases(db, batch)
    db.scalars(select(Incident).where(Incident.case_id == kept["103"].id)).one().what = "As they told it."
    db.add(Incident(case=kept["104"], from_at=datetime(2026, 10, 1, tzinfo=UTC), perceived_by="victim"))
    kept["101"].client.dialect = "Sylheti of Beanibazar"
    db.flush()
    assert {one.ref: one.what for one in importer.edited_since(db, batch)} == {
        kept["101"].ref: ("changed",), kept["102"].ref: ("changed",),  # both are hers
        kept["103"].ref: ("changed",), kept["104"].ref: ("1 further incident",),
    }  # fmt: skip


def test_a_client_whom_another_case_needs_stays(db, batch):
    client = cases(db, batch)["104"].client
    make.case(db, client)
    undone = importer.undo(db, batch)
    assert client.voided_reason is None
    assert (undone.clients, undone.kept_clients) == (1, (client.ref,))


def test_what_was_set_aside_for_another_reason_keeps_its_reason(db, batch):
    case = cases(db, batch)["103"]
    case.voided_reason = "Written down twice"
    db.flush()
    assert importer.undo(db, batch).cases == 3
    assert case.voided_reason == "Written down twice"
    importer.restore(db, batch)
    assert case.voided_reason == "Written down twice"


def test_an_undoing_can_be_taken_back_and_the_rows_are_there_again(db, path, mapping, batch):
    importer.undo(db, batch)
    assert importer.restore(db, batch) == 4
    assert batch.undone_at is None
    assert {row.voided_reason for row in (*cases(db, batch).values(), *clients(db, batch))} == {None}
    assert importer.plan(db, path, mapping).already_there == len(GOOD)
    assert importer.edited_since(db, batch) == (), "undoing and restoring are nobody's work"
    assert importer.undo(db, batch).cases == 4


def test_an_undoing_stays_once_the_rows_have_come_in_again(db, path, mapping, batch):
    importer.undo(db, batch)
    importer.apply(db, importer.plan(db, path, mapping), name="better.xlsx")
    with pytest.raises(RuleBroken, match="come in again"):
        importer.restore(db, batch)
    assert {case.voided_reason for case in cases(db, batch).values()} == {f"Import {batch.id} undone"}


def test_an_import_that_is_not_undone_cannot_be_restored(db, batch):
    with pytest.raises(RuleBroken, match="not undone"):
        importer.restore(db, batch)


def test_every_table_that_hangs_on_a_case_or_a_client_counts_as_work_or_is_said_why_not():
    """What the program itself writes when a case is made or looked at is nobody's work, nor are its further facts."""
    by_itself = {Incident, CaseLook, CaseWorker, ClientMember, Conflict, Avoidance, Case, CaseExtra, ClientExtra}
    written = {model for model, _noun in (*import_undo._OF_A_CASE, *import_undo._OF_A_CLIENT)}
    hanging = {
        mapper.class_ for mapper in Base.registry.mappers
        if {"case_id", "client_id"} & {column.key for column in mapper.columns}
    }  # fmt: skip
    assert hanging - by_itself - written == set()


def test_a_permission_and_a_further_case_of_a_client_count_as_work(db, batch):
    client = cases(db, batch)["104"].client
    make.consent(db, client, make.agency(db))
    make.case(db, client)
    assert {one.ref: one.what for one in importer.edited_since(db, batch)} == {
        client.ref: ("1 consent", "1 further case")
    }
