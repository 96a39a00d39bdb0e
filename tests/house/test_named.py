"""Each task screen that takes a record's number is named: reading and trying leave a line in the trail."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from admin_views import named
from admin_views.named import BY_TABLE, TASK_SCREENS

VIEWS = Path(named.__file__).parent
# What screens read from an address and is no record's number, or one of the office's own lists.
NO_RECORD = {
    "act", "agency_id", "find", "found", "giver", "keep", "kind", "language", "mine", "next", "offer", "other", "page",
    "pages", "point", "previous", "query", "request_id", "show", "shown", "step", "typed", "version", "which", "who",
    "worker", "prefer", "text", "name", "reason", "channel", "said", "decision", "ticket", "username", "password",
    "password_again", "code", "old", "new", "form", "table", "about", "week", "was",
    "file", "mapping", "part", "free", "day", "by", "agency", "request", "area", "period",
}  # fmt: skip
# The office's own records, of no client; what a table's panel opens, its view writes.
OF_THE_TABLES = {
    "templates", "helpline", "scorecard", "volunteer_page", "cross_tables", "funder", "import_sheet", "list_views",
}  # fmt: skip
EVERYBODYS = {"Agency"}  # in nobody's file: each caseworker may name any of them


def blueprint_of(path: Path) -> str:
    """Give the blueprint that a file puts its pages on, its own or the one it imports; "" for none."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Blueprint":
            return str(node.args[0].value)
        if isinstance(node, ast.ImportFrom) and any(one.name == "bp" for one in node.names):
            return blueprint_of(VIEWS / f"{(node.module or '').rpartition('.')[2]}.py")
    return ""


def read_from_addresses(path: Path) -> Iterator[str]:
    """Give each name that a file asks of `request.args` or `request.values`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        asked = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "getlist"):
            asked, of = (node.args[0] if node.args else None), node.func.value
        elif isinstance(node, ast.Subscript):
            asked, of = node.slice, node.value
        if isinstance(asked, ast.Constant) and ast.unparse(of) in ("request.args", "request.values"):
            yield str(asked.value)


def test_every_number_that_a_task_screen_reads_is_named():
    missing = {
        (path.stem, name)
        for path in VIEWS.glob("*.py") if (bp := blueprint_of(path)) and bp not in BY_TABLE | OF_THE_TABLES
        for name in read_from_addresses(path) if name not in {*TASK_SCREENS.get(bp, ()), *NO_RECORD}
    }  # fmt: skip
    assert missing == set()


def test_nothing_is_named_that_no_screen_has(site):
    assert set(TASK_SCREENS) <= set(site.app.blueprints)


def screens(app) -> Iterator[tuple[str, str, str, bool]]:
    """Give (address, parameter, kind of record, may be read) of each task screen of a caseworker."""
    for rule in app.url_map.iter_rules():
        blueprint, _, _name = rule.endpoint.partition(".")
        of_a_role = rule.rule.startswith("/caseworker/")
        for name, model in TASK_SCREENS.get(blueprint, {}).items() if of_a_role else ():
            source = inspect.getsource(inspect.getmodule(app.view_functions[rule.endpoint]))
            if f'"{name}"' in source or name in ("case", "id"):
                yield rule.rule, name, model.__name__, "GET" in rule.methods


def number_of(office, kind: str, file: str) -> int:
    return office[kind.lower(), "own" if kind in EVERYBODYS else file]


def test_reading_a_record_on_a_task_screen_leaves_a_line(site, browse, office):
    amina, silent, told = browse("amina"), [], set()
    for path, name, kind, is_read in screens(site.app):
        query = f"{path}?{name}={number_of(office, kind, 'own')}"
        before = len(site.trail())
        answer = amina.get(query) if is_read else None
        if answer is not None and answer.is_page and answer.status == 200:
            told.add((path.removeprefix("/caseworker/"), name))
            if not [one for one in site.trail()[before:] if one.action in ("opened", "exported")]:
                silent.append(query)
    assert silent == []
    assert told >= {
        ("casenote/correct/", "id"), ("file/mark/", "id"), ("file/redact/", "id"), ("file/request/", "id"),
        ("letter/write/", "case"), ("call/", "case"), ("same/", "id"), ("visit/held/", "id"), ("happened/", "case"),
        ("actionplan/", "case"), ("actionplan/write/", "case"), ("consent/withdraw/", "id"),
        ("deadline/happened/", "id"), ("intake/", "client"),
    }  # fmt: skip


def test_why_a_date_is_read_and_tried_under_the_table_that_it_names(site, browse, office):
    amina = browse("amina")
    assert amina.get(f"/caseworker/why/?about=task&id={office['task', 'own']}").status == 200
    assert amina.get(f"/caseworker/why/?about=task&id={office['task', 'other']}").status == 404
    assert [(one.action, one.subject, one.row_id) for one in site.trail(subject="Task", who="amina")] == [
        ("opened", "Task", office["task", "own"]), ("refused", "Task", office["task", "other"]),
    ]  # fmt: skip


def test_a_number_that_a_screen_passes_over_leaves_no_line(site, browse, office):
    own, other = office["case", "own"], office["case", "other"]
    assert browse("amina").get(f"/caseworker/refer/?case={own}&case={other}").status == 200
    assert [one.row_id for one in site.trail(action="opened", subject="Case", who="amina")] == [own]


def test_a_number_out_of_reach_on_a_task_screen_leaves_a_line(site, browse, office):
    amina, silent, refused = browse("amina"), [], 0
    for path, name, kind, is_read in screens(site.app):
        key, before = number_of(office, kind, "other"), len(site.trail(action="refused"))
        query = f"{path}?{name}={key}"
        answer = amina.get(query) if is_read else amina.post(query)
        lines = [(one.subject, one.row_id) for one in site.trail(action="refused")[before:]]
        refused += answer.status == 404
        if answer.status in (403, 404) and lines != [(kind, key)]:
            silent.append((query, answer.status, lines))
    assert silent == []
    assert refused > 40
