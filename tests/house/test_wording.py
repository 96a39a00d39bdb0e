"""The office believes first: no word that the program brings along doubts, blames or weighs what somebody says.

Read are the templates, the words in the code that can reach a page, the office's lists and the invented texts of the
demonstration. What people type themselves is theirs.
"""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOUBT = re.compile(
    r"\balleg(?:ed|edly|ation|ations|es?)\b|\bclaim(?:s|ed|ing|ant|ants)\b|\bcredib\w*|\bproof\b|\bproven?\b|\bproves\b"
    r"|\bsupposed(?:ly)?\b|\bliar\b|\blying\b|\bbogus\b|\bsubstantiat\w*|\bso-called\b|\bgenuine(?:ly)? (?:victim|fear)"
    r"|\b(?:victim|client|she|he|they) says? (?:that )?(?:she|he|they|it) (?:was|were) really\b|\bvictim says\b"
    r"|\bcomplainant\b|\bunfounded\b|\bmalicious\w*|\bwas it really\b|\boversensitiv\w*|\bpull the race card\b",
    re.IGNORECASE,
)
TEMPLATES = sorted((ROOT / "admin_views/templates").rglob("*.html"))
CODE = sorted(
    path for floor in ("models", "casework", "exports", "seed", "admin_views") for path in (ROOT / floor).rglob("*.py")
)
LISTS = sorted((ROOT / "seed").rglob("*.csv"))


def said_in(source: str) -> list[str]:
    """Give the texts that a Python file holds for people: every string but the docstrings."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    return [
        node.value for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]  # fmt: skip


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_page_doubts():
    found = {name(path): DOUBT.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES}
    assert {path: words for path, words in found.items() if words} == {}
    assert len(TEMPLATES) > 10


def test_no_label_help_or_sentence_of_a_rule_doubts():
    found = {name(path): DOUBT.findall("\n".join(said_in(path.read_text(encoding="utf-8")))) for path in CODE}
    assert {path: words for path, words in found.items() if words} == {}
    assert len(CODE) > 100


def test_no_word_of_the_offices_lists_and_no_invented_text_doubts():
    found = []
    for path in LISTS:
        with path.open(encoding="utf-8", newline="") as file:
            found += [(name(path), cell) for row in csv.reader(file) for cell in row if DOUBT.search(cell)]
    assert found == []


@pytest.mark.parametrize("text, doubts", [
    ("The alleged victim", True), ("She claims it was racist", True), ("The victim says so", True),
    ("How credible is this?", True), ("No proof was given", True), ("A supposedly racist remark", True),
    ("She says that it was racist", False), ("A claim for housing benefit", False), ("Waterproof jacket", False),
    ("He improves", False), ("They believe her", False),
])  # fmt: skip
def test_a_word_that_doubts_would_be_found_and_a_plain_one_passes(text, doubts):
    assert bool(DOUBT.search(text)) is doubts


def test_only_what_reaches_people_is_read():
    assert said_in('"""Alleged."""\ndef a():\n    """Claims."""\n    return "Said"') == ["Said"]
