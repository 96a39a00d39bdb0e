"""Each known fault of Flask-Admin has its line in docs/flask-admin.md and a test that carries its number."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "flask-admin.md").read_text(encoding="utf-8")
FILES = sorted((ROOT / "tests" / "admin_views").glob("test_base_*.py"))
FINDINGS = [
    f"{letter}{number}" for letter, last in zip("SCAB", (15, 16, 10, 8), strict=True) for number in range(1, last + 1)
]


def told_by_tests() -> dict[str, str]:
    """Give the docstring of every test of the base view, by its name."""
    return {
        node.name: ast.get_docstring(node) or ""
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def rows() -> dict[str, list[str]]:
    """Give the cells of each finding's line by its number."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")
    ]
    return {cells[0]: cells for cells in lines if re.fullmatch(r"[SCAB]\d+", cells[0])}


def test_every_finding_has_one_line_and_no_line_is_without_a_finding():
    assert list(rows()) == FINDINGS


@pytest.mark.parametrize("finding", FINDINGS)
def test_a_test_carries_the_number_of_the_finding(finding):
    number = re.compile(rf"\b{finding}\b")
    telling = [told for told in told_by_tests().values() if number.search(told.split(":")[0])]
    same_as = re.match(r"as ([SCAB]\d+)", rows()[finding][3])
    assert telling or same_as


def test_every_test_that_the_page_names_is_there():
    named = {name for cells in rows().values() for name in re.findall(r"`([a-z0-9_]+)`", cells[3])}
    assert named
    assert {f"test_{name}" for name in named} - set(told_by_tests()) == set()


def test_every_test_of_the_base_view_is_named_on_the_page_or_tells_of_something_else():
    """R: findings about robustness, told in the same file because they are about requests too."""
    named = {f"test_{name}" for cells in rows().values() for name in re.findall(r"`([a-z0-9_]+)`", cells[3])}
    assert {name for name, told in told_by_tests().items() if name not in named and not told.startswith("R")} == set()
