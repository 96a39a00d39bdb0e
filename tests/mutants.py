"""Takes each rule and each gate out of the program in turn, and asks the tests whether they notice.

    make mutants                              every file of casework/ that has a rule or a gate
    make mutants ARGS="consent referrals"     these alone
    make mutants ARGS="--list consent"        only say what would be taken out

A mutant is the program with one thing missing: a `yield` of a rule, a `raise RuleBroken`, a call of a gate, or one
comparison of the consent gate that is made to agree. It lives in a child of a pytest that has loaded everything and
furnished its databases: nothing is written to the house, and a mutant costs little more than the tests that notice it.
The tests of its noun are asked first, then those that keep the promises. One that no test notices has survived, and
needs a better test. The figure stands in docs/consent.md.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parent.parent
RULES = "Problem"  # in what a rule gives
LINES = "Line"  # in what a part of the gate's comparison gives
GATES = ("hold_consents", "read_afresh", "hold")  # calls whose value nobody uses: they are left out
ANSWERS = {"stopped": "None", "unsafe": "None", "refusal_of": "None"}  # calls that give a refusal: they give none
GIVES_A_CONSENT = ("must_cover", "must_permit")  # calls that give a consent or refuse: they give any consent
ANY_CONSENT = '{0}.query(__import__("models").Consent).filter_by(client_id={1}.id).first()'
KILLED, SURVIVED, BROKEN = "killed", "SURVIVED", "BROKEN"
PROMISES = ("tests/admin_views/test_nothing_leaves.py", "tests/admin_views/test_promises_cases.py",
            "tests/admin_views/test_promises_referrals.py", "tests/admin_views/test_promises_visits.py",
            "tests/admin_views/test_bad_input.py")  # fmt: skip
TESTS = {  # where a noun's tests stand, if not in tests/casework/test_NOUN.py: its name, or a path
    "consent": ("consent", "recall", "permission", "referrals"), "coverage": ("consent", "referrals"),
    "permission": ("permission",), "publications": ("permission",), "recall": ("recall",), "receipts": ("recall",),
    "letters": ("recall",), "correspondence": ("letters", "recall"),
    "letter_clock": ("letters",), "disclosures": ("recall",), "response_clock": ("referrals",),
    "referral_rules": ("referrals", "chases"),
    "asking": ("asking", "interpreters", "visits"), "offers": ("visits",), "diary": ("visits",),
    "visit_rules": ("visits",), "visit_times": ("visits",),
    "plan_rules": ("plans",), "plan_tasks": ("plans",), "tasks": ("my_day", "continuity"),
    "cases": ("cases", "closing"),
    "volunteers": ("volunteers", "avoidance"),
    "night": ("helpline",), "week_asking": ("week_read",), "letter_rules": ("letters", "recall"),
    "told": ("told", "referrals"), "language_requests": ("language_requests", "board"),
    "campaigns": ("issues",), "grants": ("exports/test_funder_files", "admin_views/test_funder_screen"),
    "saved_tables": ("admin_views/test_cross_tables_screen",),
    "guard": ("consent", "cases"), "numbering": ("cases", "clients"),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One thing taken out: where, in which function, what stood there, and the whole module without it."""

    noun: str
    line: int
    function: str
    what: str
    source: str

    def __str__(self) -> str:
        return f"casework/{self.noun}.py:{self.line}  {self.what}"


def nouns() -> list[str]:
    """Give every file of casework/ that has something to take out."""
    return [path.stem for path in sorted((ROOT / "casework").glob("*.py")) if mutants_of(path.stem)]


def mutants_of(noun: str) -> list[Mutant]:
    """Give every mutant of one file, in the order of its lines."""
    text = (ROOT / "casework" / f"{noun}.py").read_text(encoding="utf-8")
    return [_mutant(noun, text, *site) for site in sites(ast.parse(text))]


def sites(module: ast.Module) -> Iterator[tuple[str, ast.AST, str]]:
    """Give (outermost function, what is taken out, what stands there instead), once for each place."""
    found: dict[tuple[int, int], tuple[str, ast.AST, str]] = {}
    for name, outermost in _functions(module):
        for function in ast.walk(outermost):
            if isinstance(function, ast.FunctionDef):
                gives = ast.unparse(function.returns) if function.returns is not None else ""
                for node in ast.walk(function):
                    instead = _instead(node, gives, function.name)
                    if instead is not None:
                        found[node.lineno, node.col_offset] = (name, node, instead)
    return iter(found[place] for place in sorted(found))


def _functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{one.name}", one) for one in node.body if isinstance(one, ast.FunctionDef))


def _instead(node: ast.AST, gives: str, function: str) -> str | None:
    if isinstance(node, ast.Expr):
        return _instead_of_statement(node, gives)
    if isinstance(node, ast.Raise) and node.exc is not None and "RuleBroken" in ast.unparse(node.exc):
        return "pass"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        return _instead_of_call(node, function)
    if isinstance(node, ast.keyword) and node.arg == "enough":
        return "enough=True"
    return None


def _instead_of_statement(node: ast.Expr, gives: str) -> str | None:
    is_yield = isinstance(node.value, ast.Yield | ast.YieldFrom)
    if is_yield and (RULES in gives or LINES in gives):
        return "if False: yield"
    is_gate = isinstance(node.value, ast.Call) and _name(node.value) in GATES
    return "pass" if is_gate else None


def _instead_of_call(node: ast.Call, function: str) -> str | None:
    name = _name(node)
    if name in ANSWERS and name != function:
        return ANSWERS[name]
    if name in GIVES_A_CONSENT and name != function:
        return ANY_CONSENT.format(*(ast.unparse(one) for one in node.args[:2]))
    return None


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _mutant(noun: str, text: str, function: str, node: ast.AST, instead: str) -> Mutant:
    """Write the module without `node`; byte offsets, since the sentences hold more than ASCII."""
    lines = text.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    first = starts[node.lineno - 1] + node.col_offset
    last = starts[node.end_lineno - 1] + node.end_col_offset
    whole = text.encode()
    taken = " ".join(whole[first:last].decode().split())
    source = (whole[:first] + instead.encode() + whole[last:]).decode()
    return Mutant(noun, node.lineno, function, f"{taken[:70]} -> {instead[:40]}", source)


def tests_of(noun: str) -> tuple[str, ...]:
    """Give the test files that ought to notice, those of the noun first."""
    own = [f"tests/{name if '/' in name else f'casework/test_{name}'}.py" for name in TESTS.get(noun, (noun,))]
    return tuple(path for path in own if (ROOT / path).exists())


# Trying them


def put_in_place(mutant: Mutant) -> None:
    """Give the function that holds the mutant its changed code, wherever it is already known by."""
    module = importlib.import_module(f"casework.{mutant.noun}")
    live: Any = module
    for name in mutant.function.split("."):
        live = getattr(live, name)
    live = inspect.unwrap(live)
    whole = compile(mutant.source, str(module.__file__), "exec")
    wanted = (live.__code__.co_qualname, live.__code__.co_firstlineno)
    live.__code__ = next(one for one in _codes(whole) if (one.co_qualname, one.co_firstlineno) == wanted)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


class Trial:
    """A pytest plugin: everything is collected and furnished once, then each mutant is tried in a child."""

    def __init__(self, chosen: Sequence[Mutant]) -> None:
        self.chosen, self.done, self.engines = chosen, [], []

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        made = yield
        if fixturedef.argname == "engine":
            self.engines.append(made)
        return made

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every mutant instead of running the tests once."""
        promises = [item for item in session.items if _file(item) in PROMISES]
        nouns_own = [item for item in session.items if _file(item) not in PROMISES]
        for first in (nouns_own[:1], promises[:1]):
            self._furnish(session, first)
        if self._child(session, [*nouns_own, *promises], None):
            raise pytest.UsageError("These tests fail as it is; mend them first.")
        for one in self.chosen:
            began, own = time.perf_counter(), tests_of(one.noun)
            asked = [item for item in nouns_own if _file(item) in own]
            code = self._child(session, asked, one) or self._child(session, promises, one)
            self.done.append((one, {0: SURVIVED, 1: KILLED}.get(code, BROKEN)))
            say(f"{self.done[-1][1]:9} {time.perf_counter() - began:5.1f} s  {one}")
        return True

    def _furnish(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        for item in items:
            session._setupstate.teardown_exact(item)
            runtestprotocol(item, nextitem=item, log=False)
        for engine in self.engines:
            engine.dispose()

    def _child(self, session: pytest.Session, items: list[pytest.Item], mutant: Mutant | None) -> int:
        """Run `items` in a child until one fails: 0 none did, 1 one did, else the mutant could not be made."""
        sys.stdout.flush()
        child = os.fork()
        if not child:
            try:
                if mutant is not None:
                    put_in_place(mutant)
                os._exit(int(not all(_passes(session, *pair) for pair in zip(items, [*items[1:], None], strict=True))))
            finally:
                os._exit(2)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _passes(session: pytest.Session, item: pytest.Item, following: pytest.Item | None) -> bool:
    session._setupstate.teardown_exact(item)
    reports = runtestprotocol(item, nextitem=following or item, log=False)
    return not any(report.failed for report in reports)


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT).as_posix()


def say(words: str) -> None:
    sys.__stdout__.write(words + "\n")
    sys.__stdout__.flush()


def try_all(chosen: list[Mutant]) -> list[tuple[Mutant, str]]:
    """Give each mutant with what became of it; one kind of database is enough."""
    os.chdir(ROOT)
    os.environ["CASEWORK_TEST_POSTGRES_URL"] = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    asked = dict.fromkeys([*(path for one in chosen for path in tests_of(one.noun)), *PROMISES])
    trial = Trial(chosen)
    if pytest.main(["-q", "-s", "--no-header", "-p", "no:xdist", *asked], plugins=[trial]) > 1 or not trial.done:
        sys.exit("Nothing was tried.")
    return trial.done


def main() -> int:
    """Try the mutants of the files that were named, all without a name; exit code 1 if one survived."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("nouns", nargs="*", help="files of casework/ without their ending")
    asked.add_argument("--list", action="store_true", help="name the mutants and try none")
    given = asked.parse_args()
    chosen = [one for noun in given.nouns or nouns() for one in mutants_of(noun)]
    if given.list:
        for one in chosen:
            say(str(one))
        say(f"{len(chosen)} mutants")
        return 0
    done = try_all(chosen)
    lost = [one for one, what in done if what != KILLED]
    for noun in dict.fromkeys(one.noun for one, _what in done):
        of = [what for one, what in done if one.noun == noun]
        say(f"{noun:14} {of.count(KILLED):4} of {len(of):4} killed")
    say(f"{len(done) - len(lost)} of {len(done)} mutants killed")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
