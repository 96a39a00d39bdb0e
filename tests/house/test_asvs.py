"""docs/asvs.md: no requirement is left out, and every test and file that it names is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_floors import modules, tree

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
LEVEL_1 = """
    1.2.1-1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1-3.5.3 4.1.1 4.4.1 5.2.1
    5.2.2 5.3.1 5.3.2 6.1.1 6.2.1-6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1-7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1
    9.1.1-9.1.3 9.2.1 10.4.1-10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_2 = """
    1.1.1 1.1.2 1.2.6-1.2.9 1.3.3-1.3.11 1.4.1-1.4.3 1.5.2 2.1.2 2.1.3 2.2.3 2.3.2-2.3.4 2.4.1 3.3.2-3.3.4 3.4.3-3.4.6
    3.5.4 3.5.5 3.7.1 3.7.2 4.1.2 4.1.3 4.2.1 4.3.1 4.3.2 4.4.2-4.4.4 5.1.1 5.2.3 5.4.1-5.4.3 6.1.2 6.1.3 6.2.9-6.2.12
    6.3.3 6.3.4 6.4.3 6.4.4 6.5.1-6.5.5 6.6.1-6.6.3 6.8.1-6.8.4 7.1.1-7.1.3 7.3.1 7.3.2 7.4.3-7.4.5 7.5.1 7.5.2 7.6.1
    7.6.2 8.1.2 8.2.3 8.4.1 9.2.2-9.2.4 10.1.1 10.1.2 10.2.1 10.2.2 10.3.1-10.3.4 10.4.6-10.4.11 10.5.1-10.5.5 10.6.1
    10.6.2 10.7.1-10.7.3 11.1.1 11.1.2 11.2.1-11.2.3 11.3.3 11.4.2-11.4.4 11.5.1 11.6.1 12.1.2 12.1.3 12.3.1-12.3.4
    13.1.1 13.2.1-13.2.5 13.3.1 13.3.2 13.4.2-13.4.5 14.1.1 14.1.2 14.2.2-14.2.4 14.3.2 14.3.3 15.1.2 15.1.3 15.2.2
    15.2.3 15.3.2-15.3.7 16.1.1 16.2.1-16.2.5 16.3.1-16.3.4 16.4.1-16.4.3 16.5.1-16.5.3 17.1.1 17.2.1-17.2.4 17.3.1
    17.3.2
"""
STATES = ("pass", "n.a.", "part", "open")
NAMED = re.compile(r"`([\w./-]+?\.(?:py|md|html|toml|txt))(?:::(\w+))?`")


def numbers(text: str) -> Iterator[str]:
    """Give every number of a list such as "1.2.1-1.2.3, 1.3.1"."""
    for part in re.split(r"[\s,]+", text.strip()):
        first, _, last = part.partition("-")
        if not last:
            yield first
            continue
        section, _, start = first.rpartition(".")
        yield from (f"{section}.{number}" for number in range(int(start), int(last.rpartition(".")[2]) + 1))


def rows(level: int) -> list[list[str]]:
    """Give the lines of one table as cells."""
    part = PAGE.partition(f"## Level {level}")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def state_of(cell: str) -> str:
    return next(state for state in STATES if cell == state or cell.startswith(f"{state}:"))


def test_every_requirement_of_both_levels_stands_there_once():
    for level, every, total in ((1, LEVEL_1, 70), (2, LEVEL_2, 183)):
        listed = Counter(number for row in rows(level) for number in numbers(row[0]))
        assert set(listed) == set(numbers(every)), level
        assert (set(listed.values()), sum(listed.values())) == ({1}, total)


def test_the_sums_on_the_page_are_right():
    for level in (1, 2):
        count = Counter(dict.fromkeys(STATES, 0))
        for row in rows(level):
            count[state_of(row[2])] += len(list(numbers(row[0])))
        told = ", ".join(f"{count[state]} {state}" for state in STATES)
        assert f"Level {level}: {sum(count.values())} requirements: {told}." in PAGE


def test_whatever_passes_names_a_test_or_a_file_and_everything_else_a_reason():
    for _number, _asked, state, shown in (*rows(1), *rows(2)):
        if state == "pass":
            assert NAMED.search(shown), shown
        else:
            assert len(shown) >= len("it goes nowhere"), shown


def test_every_test_and_file_that_is_named_is_there():
    missing = []
    for name, test in NAMED.findall(PAGE):
        file = ROOT / name
        if not file.exists():
            missing.append(name)
        elif test:
            found = {node.name for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                     if isinstance(node, ast.FunctionDef)}  # fmt: skip
            missing += [] if test in found else [f"{name}::{test}"]
    assert missing == []
    assert len(NAMED.findall(PAGE)) > 60


def test_the_program_starts_no_other_program():
    """No shell, no other program, no text run as code: 1.2.5 and 1.3.2."""
    found = []
    for path in modules():
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [(path.name, one) for one in names if one.partition(".")[0] in ("subprocess", "pickle", "marshal")]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
                found.append((path.name, node.func.id))
            if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.system", "os.popen"):
                found.append((path.name, node.attr))
    assert found == []
