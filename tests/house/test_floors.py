"""Imports lead downwards only, and what belongs to the screens stays with the screens.

Read from the source, not from what happens to be loaded: an import inside a function counts as well.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {"models": 0, "casework": 1, "exports": 2, "seed": 2, "admin_views": 3, "app": 4}
WEB = {"flask", "flask_admin", "flask_babel", "flask_login", "flask_sqlalchemy", "flask_wtf", "wtforms", "werkzeug",
       "jinja2", "markupsafe", "waitress"}  # fmt: skip
SPREADSHEETS = {"openpyxl"}
LETTERS = {"docx", "docxtpl", "lxml"}
LETTER_ROOMS = {  # with what they need besides
    "exports/letters": {"jinja2"}, "exports/plain_fields": {"jinja2"}, "exports/minutes": set(),
    "exports/evidence_pack": set(),
    "seed/letter_templates": set(),
}  # fmt: skip
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "localtime", "gmtime", "perf_counter"}
CLOCK_OWNERS = {"datetime", "date", "time"}


def modules() -> list[Path]:
    found = [path for floor in FLOORS for path in (*(ROOT / floor).rglob("*.py"), ROOT / f"{floor}.py")]
    return sorted(path for path in found if path.exists())


def named(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


def floor_of(path: Path) -> int:
    return FLOORS[named(path).split("/")[0]]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(source: ast.Module) -> Iterator[str]:
    """Give the full name of everything that is imported anywhere in a module."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{one.name}" for one in node.names)


def called(source: ast.Module) -> Iterator[tuple[str, str]]:
    """Give (owner, name) of every call written as owner.name(...)."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")), node.func.attr


def upward(path: Path, source: ast.Module) -> list[str]:
    """Name what a module imports from its own floor's neighbours above it."""
    floors = {name: FLOORS.get(name.split(".")[0]) for name in imported(source)}
    return [name for name, floor in floors.items() if floor is not None and floor > floor_of(path)]


def reads_clock(source: ast.Module) -> list[str]:
    return [f"{owner}.{name}" for owner, name in called(source) if name in CLOCKS and owner in CLOCK_OWNERS]


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_floor_knows_only_the_floors_below_it(path):
    assert upward(path, tree(path)) == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_the_web_stays_upstairs_and_spreadsheets_and_letters_stay_in_their_rooms(path):
    packages = {name.split(".")[0] for name in imported(tree(path))}
    if floor_of(path) < FLOORS["admin_views"]:
        assert packages & WEB <= LETTER_ROOMS.get(named(path), set())
    if named(path) not in LETTER_ROOMS:
        assert packages & LETTERS == set()
    if not named(path).startswith(("exports/", "seed/importer")):
        assert packages & SPREADSHEETS == set()


@pytest.mark.parametrize("path", [one for one in modules() if floor_of(one) < FLOORS["admin_views"]], ids=named)
def test_below_the_screens_nobody_reads_the_clock_and_nobody_commits(path):
    """Today is handed in, so that a rule can be asked about any day; the view commits once."""
    assert reads_clock(tree(path)) == []
    assert [call for call in called(tree(path)) if call[1] == "commit"] == []


def test_the_clock_of_the_office_is_read_in_one_place():
    readers = {named(path) for path in modules() if reads_clock(tree(path))}
    assert readers == {"admin_views/config"}


@pytest.mark.parametrize("floor, source, faults", [
    ("models", "from casework.guard import register", 1), ("casework", "import admin_views.base", 1),
    ("exports", "def f():\n    from admin_views import pages", 1), ("casework", "from models import Case", 0),
    ("admin_views", "from casework import guard", 0),
])  # fmt: skip
def test_an_import_upwards_would_be_found(floor, source, faults):
    assert len(upward(ROOT / floor / "x.py", ast.parse(source))) == faults


@pytest.mark.parametrize("source, found", [
    ("datetime.now(UTC)", ["datetime.now"]), ("date.today()", ["date.today"]), ("time.time()", ["time.time"]),
    ("datetime.datetime.now()", ["datetime.now"]), ("who.today", []), ("acting(db).now.time()", []),
])  # fmt: skip
def test_a_look_at_the_clock_would_be_found(source, found):
    assert reads_clock(ast.parse(source)) == found


def test_heavy_libraries_are_not_loaded_on_the_way_to_the_first_page(tmp_path):
    """Spreadsheets, calendars of the world and solvers wait until somebody wants them: each costs the start."""
    script = (
        "import sys\nfrom admin_views.config import Config\nfrom app import create_app\n"
        "app = create_app(Config(database_url='sqlite:///' + sys.argv[1], secret_key='k' * 32))\n"
        "app.test_client().get('/login')\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "x.db")], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    loaded = set(told.stdout.split())
    assert {"flask", "sqlalchemy", "admin_views"} <= loaded
    assert (
        loaded
        & {
            "openpyxl",
            "holidays",
            "numpy",
            "highspy",
            "tablib",
            "PIL",
            "waitress",
            "msoffcrypto",
            "docx",
            "docxtpl",
            "lxml",
        }
        == set()
    )
