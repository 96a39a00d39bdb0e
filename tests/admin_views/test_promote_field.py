"""A field of the office's own becomes a column of the code, with its values, and goes back again.

Everything happens in a copy of the program, in processes of its own: the command writes into the program itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from casework import promotion
from tests import make
from tests.conftest import DATABASES, POSTGRES

ROOT = Path(__file__).parents[2]
PARTS = ("admin_views", "casework", "exports", "migrations", "models", "seed", "tests", "app.py")

DEFINE = """
from tests import make
from models import Client
court = make.extra_field(db, "client", "Court", "choice", answers=("Bow", "Thames", "Snaresbrook"), listed=True)
day = make.extra_field(db, "client", "Heard on", "date", sensitivity="open", help="The first day.", on_page=False)
values = [("a1", date(2026, 3, 4)), ("a3", None), (None, date(2026, 5, 6)), (None, None)]
for number, (answer, heard) in enumerate(values):
    client = make.client(db, f"Person {number}", phone=None)
    setattr(client, court, answer), setattr(client, day, heard)
db.flush()
field = db.scalars(select(ExtraField).where(ExtraField.name == "Court")).one()
field.choices[2].active = False
db.commit()
"""
READ = """
from models import Base, Client
from models.declared import by_key
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
rows = db.scalars(select(Client).order_by(Client.id)).all()
told["values"] = [[row.court, str(row.heard_on)] for row in rows]
info = by_key(Client)["court"].info
told["court"] = [info.label, info.sensitivity.name, info.listed, info.choices, info.withdrawn]
info = by_key(Client)["heard_on"].info
told["heard"] = [info.label, info.sensitivity.name, info.listed, info.help, info.on_page]
told["left"] = db.scalar(select(func.count()).select_from(ExtraField))
context = MigrationContext.configure(db.connection(), opts={"compare_type": True})
told["differences"] = [str(one) for one in compare_metadata(context, Base.metadata)]
"""
AROUND = """
import json, sys
from datetime import date
from sqlalchemy import func, select
from casework.context import Acting
from casework.sessions import session_for
from models import ExtraField
from models.database import open_engine
from tests import make
engine, told = open_engine(sys.argv[1]), {{}}
with session_for(engine, Acting(now=make.NOW)) as db:
{body}
print(json.dumps(told))
"""


class Copy:
    """A copy of the program with a database of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        for part in PARTS:
            here = ROOT / part
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(here, folder / part, ignore=ignored) if here.is_dir() else shutil.copy(here, folder / part)

    def run(self, *words: str) -> str:
        env = {**os.environ, "PYTHONPATH": str(self.folder), "CASEWORK_DATABASE_URL": self.url,
               "CASEWORK_SECRET_KEY": "k" * 32, "CASEWORK_TODAY": "2026-11-23"}  # fmt: skip
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-3000:]
        return done.stdout

    def flask(self, *words: str) -> str:
        return self.run("-m", "flask", "--app", "app", *words)

    def within(self, body: str) -> dict:
        script = AROUND.format(body="".join(f"    {line}\n" for line in body.strip().splitlines()))
        return json.loads(self.run("-c", script, self.url).splitlines()[-1])

    def down_to(self, revision: str) -> None:
        self.run("-c", "import sys; from alembic import command; from casework.startup import alembic_config; "
                       "command.downgrade(alembic_config(sys.argv[1]), sys.argv[2])", self.url, revision)  # fmt: skip

    def rows(self, statement: str) -> list[tuple]:
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(statement))]
        engine.dispose()
        return found


@pytest.fixture(params=DATABASES)
def copy(request, tmp_path):
    if request.param == "sqlite":
        yield Copy(tmp_path, f"sqlite:///{tmp_path / 'office.db'}")
        return
    name = f"casework_promote_{os.getpid()}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield Copy(tmp_path, make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def test_a_field_becomes_a_column_with_its_values_and_goes_back(copy):
    copy.flask("upgrade")
    copy.within(DEFINE)
    below = copy.rows("SELECT version_num FROM alembic_version")[0][0]
    before = copy.rows("SELECT client_id, choice_1, date_1 FROM client_extras ORDER BY client_id")
    assert len(before) == 3
    assert "court: Mapped[str | None]" in copy.flask("promote-field", "client.court", "--show")
    assert "court" not in (copy.folder / "models" / "clients.py").read_text()
    copy.flask("promote-field", "client.court")
    copy.flask("upgrade")
    copy.flask("promote-field", "client.heard_on")
    copy.flask("upgrade")
    told = copy.within(READ)
    assert told["values"] == [["bow", "2026-03-04"], ["snaresbrook", "None"], [None, "2026-05-06"], [None, "None"]]
    assert told["court"] == ["Court", "OFFICE", True, [["bow", "Bow"], ["thames", "Thames"]],
                             [["snaresbrook", "Snaresbrook"]]]  # fmt: skip
    assert told["heard"] == ["Heard on", "OPEN", False, "The first day.", False]
    assert (told["left"], told["differences"]) == (0, [])
    assert copy.rows("SELECT count(*) FROM client_extras WHERE choice_1 IS NOT NULL OR date_1 IS NOT NULL") == [(0,)]

    copy.rows("SELECT 1")
    copy.down_to(below)
    assert copy.rows("SELECT client_id, choice_1, date_1 FROM client_extras ORDER BY client_id") == before
    assert copy.rows("SELECT name, kind, place, active FROM extra_fields ORDER BY name") == [
        ("Court", "choice", "choice_1", True), ("Heard on", "date", "date_1", True)
    ]  # fmt: skip
    assert copy.rows("SELECT word, words, active FROM extra_choices ORDER BY word") == [
        ("a1", "Bow", True), ("a2", "Thames", True), ("a3", "Snaresbrook", False)
    ]  # fmt: skip
    copy.flask("upgrade")
    assert copy.rows("SELECT count(*) FROM clients WHERE court = 'bow'") == [(1,)]


def test_a_value_that_was_written_since_goes_back_too(copy):
    """A record that had no row of values gets one."""
    copy.flask("upgrade")
    copy.within(DEFINE)
    below = copy.rows("SELECT version_num FROM alembic_version")[0][0]
    copy.flask("promote-field", "client.court")
    copy.flask("upgrade")
    last = copy.within(
        "from models import Client\nrow = db.scalars(select(Client).order_by(Client.id.desc())).first()\n"
        "row.court = 'thames'\ndb.commit()\ntold['id'] = row.id"
    )["id"]
    copy.down_to(below)
    assert copy.rows(f"SELECT choice_1 FROM client_extras WHERE client_id = {last}") == [("a2",)]


def test_a_name_that_is_not_known_or_taken_is_refused(db):
    make.extra_field(db, "client", "Court")
    assert promotion.find(db, "client.court").column == "court"
    with pytest.raises(promotion.NotPromoted, match=r"There are: client\.court"):
        promotion.find(db, "case.court")
    with pytest.raises(promotion.NotPromoted, match="no field"):
        promotion.find(db, "nonsense")


def test_what_a_manager_typed_is_written_as_text_and_never_as_code(db):
    make.extra_field(db, "client", 'A "quoted" \\ name', help="'; DROP TABLE clients; --", sensitivity="office")
    key = promotion.find(db, "client.a_quoted_name")
    made: dict = {}
    source = "from models.fields import FieldInfo, Sensitivity, col\nfrom sqlalchemy import String\n"
    line = promotion.declaration(key).strip()
    exec(f"{source}class Made:\n    {line}".replace("Mapped[str | None]", "object"), made)
    info = made["Made"].a_quoted_name.column.info["field"]
    assert (info.label, info.help) == ('A "quoted" \\ name', "'; DROP TABLE clients; --")
    compile(promotion.migration(key, "0099", "0098", make.NOW), "made", "exec")
