"""Who may read past the row scope: the few modules that do are named here, each with its reason.

Every select of a session is narrowed to what its reader may meet (`casework/scope.py`). Two ways lead past
that: the named door `office_wide`, and statements that go to tables instead of models.
"""

from __future__ import annotations

import ast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, selectinload, subqueryload

from casework.context import Acting, set_acting
from casework.scope import criteria, office_wide
from models import Base, Case
from tests import make
from tests.house.test_floors import FLOORS, floor_of, modules, named, tree

# What comes back to a screen from here is yes or no, a time, a count, or a row in the reader's own scope.
OFFICE_WIDE = {
    "casework/account_reviews": "when each account last signed in, and whether it has a second step",
    "casework/agencies": "which agencies answered, over all teams",
    "casework/anonymising": "a file is emptied whole, also what was set aside in it",
    "casework/avoidance": "who is kept apart from whom: the numbers alone",
    "casework/auth": "who signs in is not anybody yet",
    "casework/campaigns": "how many quotes there are, and whether all of a pack may still be printed; names in texts",
    "casework/changes": "rules judge every row that belongs to a record",
    "casework/clients": "the same person in another team is found before a second file is made",
    "casework/conduct_counts": "how many clients met what at an agency, over all teams; numbers alone",
    "casework/continuity": "how often caseworkers changed, over all teams; a conflict counts whoever declared it",
    "casework/diary": "a person or a room is taken, whoever booked it",
    "casework/familiar": "whether somebody knows a family already, whoever met them",
    "casework/finding": "the same person in another team is known of: that something matched, and whom to ask",
    "casework/extras": "how many records hold a value of an added field, over all teams; numbers alone",
    "casework/figures_gaps": "what agencies were told and called it, over all teams; counts alone",
    "casework/file_access": "a copy of everything is whole, or its maker is told that a part is missing",
    "casework/guard": "a rule looks at the linked row, also where the reader may not",
    "casework/held": "whoever has not left a visit in time is missed by everybody",
    "casework/interpreter_sheet": "an address for whoever has said yes, while the coordinator opens no client",
    "casework/interpreters": "a volunteer is busy, whoever asked them",
    "casework/issue_counts": "how many clients and cases stand behind an issue, over all teams; numbers alone",
    "casework/issues": "two clients stand behind an issue, whoever may meet them",
    "casework/language_cover": "counts of requests by language, over all teams",
    "casework/language_requests": "the request of an appointment goes with it; the dialect of the client",
    "casework/leaving": "whether there is a file that this manager may not meet",
    "casework/merging": "a record that others point at is not joined to a third, whoever may meet them",
    "casework/name_index": "every client is found again",
    "casework/naming": "whether a text names somebody: that it does, never whom",
    "casework/night": "how many calls there were that the reader does not see",
    "casework/numbering": "the next number of the year is the office's",
    "casework/offers": "free times count everybody's appointments",
    "casework/radar_read": "what the office's rows tell together: numbers of clients and cases, never a name of one",
    "casework/requests_sent": "what agencies answer, over all teams; never whose request it was",
    "casework/review_figures": "figures of the whole office, never rows",
    "casework/review_reasons": "every open case is listed, each with reasons of its own file and counts of others",
    "casework/reviews": "every open case is listed and asked for; of cases that the reader may not meet only a count",
    "casework/scope": "the door itself",
    "casework/startup": "no one is signed in when the program starts",
    "casework/table_counts": "tables of the whole office, never rows",
    "casework/tallies/cases": "figures of the whole office, never rows",
    "casework/tallies/change": "figures of the whole office, never rows",
    "casework/tallies/clients": "figures of the whole office, never rows",
    "casework/tallies/equality": "answers of the whole office as numbers, never rows",
    "casework/tallies/gaps": "figures of the whole office, never rows",
    "casework/tallies/incidents": "figures of the whole office, never rows",
    "casework/tallies/issues": "figures of the whole office, never rows",
    "casework/tallies/meetings": "figures of the whole office, never rows",
    "casework/tallies/need": "figures of the whole office, never rows",
    "casework/tallies/requests": "figures of the whole office, never rows",
    "casework/tallies/service": "figures of the whole office, never rows",
    "casework/tasks": "what waits for a record ends with it, whoever was to do it",
    "casework/volunteers": "what a volunteer gave, and how many wishes they have, over all teams",
    "casework/week_read": "a week is planned for all teams; clients are numbers that no page shows",
    "casework/trail": "who made and changed a record, to those who may open it; names of fields, never values",
    "casework/visits": "whether anything was offered before, by whichever team",
    "casework/diary_week": "somebody or a room is busy, whoever booked it: times alone",
    "exports/whole_office": "everything is taken out whole, by a manager who may meet it all",
    "seed/demo": "an invented office counts what it made, and sees that no other is there",
    "seed/demo_office": "the invented diary of everybody",
    "seed/import_judge": "an imported row is compared with the whole office",
    "seed/import_words": "words of the office's lists",
    "seed/import_lists": "words and areas of the whole office",
    "seed/import_undo": "an import is undone wherever its rows are",
    "seed/importer": "an import is the office's",
}
TABLES = {  # modules that name a table, write SQL or open a connection of their own
    "admin_views/deletion": "counts how many rows use a word of a list",
    "app": "asks whether the database answers",
    "casework/anonymising": "empties what the rules keep as it was, once two managers have said so",
    "casework/audit": "writes the trail, in the caller's transaction or in one of its own",
    "casework/auth": "writes sign-ins in transactions of their own",
    "casework/backup_files": "locks a folder, and brings a journal into its file",
    "casework/backups": "copies the whole database and counts its rows",
    "casework/moving": "copies every row into an empty database and compares both sides",
    "casework/restoring": "sees that nobody has the database open, and ends every sign-in of a restored one",
    "casework/drafts": "forgets old drafts, and the actor's own",
    "casework/keys": "compares a database with its copy under another key",
    "casework/merging": "which records are of one person, whoever may meet them",
    "casework/locks": "asks PostgreSQL for a lock",
    "casework/name_index": "keeps the keys of names with every flush",
    "casework/once": "forgets pages that were saved long ago",
    "casework/scope": "the conditions themselves",
    "casework/import_uploads": "forgets sheets that waited for a day",
    "casework/looks": "writes a last look with the trail's line, in its short transaction",
    "casework/second_factor": "uses up a code in one statement",
    "casework/set_up": "keeps what stood there before, in the caller's transaction",
    "casework/startup": "reads the number of the last migration",
    "casework/tries": "counts tries to sign in before anybody is signed in",
    "casework/visit_rules": "reads a label from a column",
    "seed/importer": "lets a batch add up without raising its version",
    "exports/whole_office": "reads every table as it stands, link tables too",
    "models/append_only": "guards a table in the database itself",
    "models/base": "builds the tables",
    "models/cipher": "opens an encrypted file, and copies one to another key",
    "models/extras": "conditions look into the values of records that are narrowed already",
    "models/database": "begins transactions",
    "models/funding": "guards the files that were made against being changed",
    "models/records": "guards the trail against being changed",
    "seed/load_benchmark": "fills an empty office for measuring, past the rules",
}
CORE = {"text", "insert", "update", "delete", "table"}  # functions of SQLAlchemy
OF_A_SESSION = {"connect", "exec_driver_sql", "from_statement", "bulk_save_objects", "bulk_insert_mappings",
                "bulk_update_mappings", "refresh", "on_conflict_do_update"}  # fmt: skip


def is_text(node: ast.AST, name: str) -> bool:
    return isinstance(getattr(node, name, None), str)


def goes_office_wide(source: ast.Module) -> bool:
    """Say whether a module uses the door, under its own name or through the option behind it."""
    return any(
        "office_wide" in {getattr(node, name, "") for name in ("id", "attr", "arg", "value") if is_text(node, name)}
        for node in ast.walk(source)
    )  # fmt: skip


def names_tables(source: ast.Module) -> bool:
    """Say whether a module goes to tables: by Core statements, SQL text, or a connection of its own."""
    from_sqlalchemy = {
        alias.asname or alias.name for node in ast.walk(source) if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("sqlalchemy") for alias in node.names
    }  # fmt: skip
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute) and node.attr in {"__table__", "sorted_tables", "exec_driver_sql"}:
            return True
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in CORE & from_sqlalchemy:
            return True
        if isinstance(node.func, ast.Attribute) and node.func.attr in OF_A_SESSION:
            return True
    return False


def test_only_the_modules_named_here_read_office_wide():
    assert {named(path) for path in modules() if goes_office_wide(tree(path))} == set(OFFICE_WIDE)


def test_no_screen_reads_office_wide():
    """A screen asks a rule or a verb; it never opens the door itself."""
    assert [name for name in OFFICE_WIDE if name.startswith(("admin_views", "app"))] == []


def test_only_the_modules_named_here_go_to_tables():
    assert {named(path) for path in modules() if names_tables(tree(path))} == set(TABLES)


@pytest.mark.parametrize("source, found", [
    ("from sqlalchemy import text\ndb.execute(text('SELECT 1'))", True), ("Case.__table__.c.id", True),
    ("from sqlalchemy import delete\ndb.execute(delete(Case))", True), ("db.refresh(case)", True),
    ("engine.connect()", True), ("from sqlalchemy import select\nselect(Case)", False), ("found.update(more)", False),
    ("db.delete(case)", False),
])  # fmt: skip
def test_a_way_past_the_scope_would_be_found(source, found):
    assert names_tables(ast.parse(source)) is found


@pytest.mark.parametrize("source, found", [
    ("db.scalars(office_wide(select(Case)))", True), ("select(Case).execution_options(office_wide=True)", True),
    ("db.get(Case, 1, execution_options={'office_wide': True})", True), ("select(Case)", False),
])  # fmt: skip
def test_a_use_of_the_door_would_be_found(source, found):
    assert goes_office_wide(ast.parse(source)) is found


def test_the_door_opens_every_row_and_without_it_a_stranger_to_all_files_meets_none(db):
    make.case(db)
    set_acting(db, Acting(now=make.NOW, role="reports", username="figures"))
    assert db.scalars(select(Case)).all() == []
    assert len(db.scalars(office_wide(select(Case))).all()) == 1


@pytest.mark.parametrize("load", [joinedload, selectinload, subqueryload, lazyload], ids=lambda load: load.__name__)
def test_a_row_that_comes_along_with_another_is_narrowed_as_well(db, load):
    """A case of mine may follow a case of another team: that there is one may be known, whose it is may not."""
    mine, theirs = make.worker(db, "Amina K", in_team=make.team(db, "East")), make.worker(db, "Joan W")
    first = make.case(db, lead=theirs)
    second = make.case(db, lead=mine, previous=first)
    key, id = first.id, second.id
    db.expunge_all()
    make.act_as(db, "caseworker", mine)
    found = db.scalars(select(Case).where(Case.id == id).options(load(Case.previous).options(load(Case.client)))).one()
    assert (found.previous, found.previous_id) == (None, key)
    db.expunge_all()
    set_acting(db, Acting(now=make.NOW))
    assert db.scalars(select(Case).where(Case.id == id).options(load(Case.previous))).one().previous.id == key


def test_a_row_that_is_loaded_later_is_narrowed_for_whoever_reads_then(db):
    """A record read by one person carries their conditions; they are not taken for those of the next reader."""
    mine, theirs = make.worker(db, "Amina K", in_team=make.team(db, "East")), make.worker(db, "Joan W")
    id = make.case(db, lead=mine, previous=make.case(db, lead=theirs)).id
    db.expunge_all()
    make.act_as(db, "manager", make.worker(db, "Maryam Y"))
    found = db.scalars(select(Case).where(Case.id == id)).one()
    make.act_as(db, "caseworker", mine)
    assert found.previous is None


@pytest.mark.parametrize("load", [selectinload, lazyload], ids=lambda load: load.__name__)
def test_the_conditions_of_a_row_that_comes_along_are_written_once(db, statements, load):
    mine = make.worker(db, "Amina K", in_team=make.team(db, "East"))
    id = make.case(db, lead=mine, previous=make.case(db, lead=mine)).id
    db.expunge_all()
    make.act_as(db, "caseworker", mine)
    statements.clear()
    assert db.scalars(select(Case).where(Case.id == id).options(load(Case.previous))).one().previous is not None
    first, *_between, came_along = [one.partition("WHERE")[2] for one in statements if "FROM cases" in one]
    assert came_along.count("voided_reason IS NULL") == first.count("voided_reason IS NULL") >= 1


def test_every_table_that_belongs_to_a_file_is_narrowed_for_every_role_that_has_files_of_its_own():
    """A table that is added later and hangs on a client or a case must be thought of in the scope."""
    of_files = {
        mapper.class_ for mapper in Base.registry.mappers
        if {"client_id", "case_id", "appointment_id"} & set(mapper.columns.keys())
    }  # fmt: skip
    for role in ("caseworker", "coordinator", "reports"):
        who = Acting(now=make.NOW, role=role, worker_id=1, team_id=1, user_id=1)
        narrowed = {model for model, _rule in criteria(who)}
        open_to = (
            {"Appointment", "AppointmentExtra", "AppointmentWorker", "LanguageRequest", "Case"}
            if role == "coordinator"
            else set()
        )
        assert {model.__name__ for model in of_files - narrowed} <= open_to, role


def test_floors_are_the_ones_that_the_house_has():
    assert {floor_of(path) for path in modules()} == set(FLOORS.values())
