"""Takes each rule and each gate out of the program in turn, and asks the tests whether they notice.

    make mutants                              every file of casework/ that has a rule or a gate
    make mutants ARGS="consent referrals"     these alone
    make mutants ARGS="--list consent"        only say what would be taken out

A mutant is the program with one thing missing: a `yield` of a rule, a `raise RuleBroken`, a call of a gate, or one
comparison of the consent gate that is made to agree. It lives in a copy of the repository; the tests of its noun run
first, then those that keep the promises. One that no test notices has survived, and needs a better test. The figure
stands in docs/consent.md.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = "Problem"  # in what a rule gives
LINES = "Line"  # in what a part of the gate's comparison gives
GATES = ("hold_consents", "read_afresh", "hold")  # calls whose value nobody uses: they are left out
ANSWERS = {"stopped": "None", "unsafe": "None", "refusal_of": "None"}  # calls that give a refusal: they give none
GIVES_A_CONSENT = ("must_cover", "must_permit")  # calls that give a consent or refuse: they give any consent
ANY_CONSENT = '{0}.query(__import__("models").Consent).filter_by(client_id={1}.id).first()'
KILLED, SURVIVED, BROKEN = "killed", "SURVIVED", "BROKEN"
FAILED = 1  # what pytest answers when a test has failed
PROMISES = ("tests/admin_views/test_nothing_leaves.py", "tests/admin_views/test_promises_cases.py",
            "tests/admin_views/test_promises_referrals.py", "tests/admin_views/test_promises_visits.py",
            "tests/admin_views/test_bad_input.py")  # fmt: skip
TESTS = {  # where a noun's tests stand, if not in tests/casework/test_NOUN.py
    "consent": ("consent", "recall", "permission", "referrals"), "coverage": ("consent", "referrals"),
    "permission": ("permission",), "publications": ("permission",), "recall": ("recall",), "receipts": ("recall",),
    "letters": ("recall",), "disclosures": ("recall",), "response_clock": ("referrals",),
    "asking": ("interpreters", "visits"), "offers": ("visits",), "diary": ("visits",),
    "plan_rules": ("plans",), "plan_tasks": ("plans",), "tasks": ("my_day", "continuity"),
    "guard": ("consent", "cases"), "numbering": ("cases", "clients"),
}  # fmt: skip
HEAVY = ("alembic.command", "docxtpl", "flask_admin.contrib.sqla", "flask_babel", "flask_login", "flask_sqlalchemy",
         "flask_wtf", "holidays", "openpyxl", "pytest", "sqlalchemy.orm", "argon2", "waitress")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One thing taken out: where, what stood there, and the whole module without it."""

    noun: str
    line: int
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
    return [_mutant(noun, text, node, instead) for node, instead in sites(ast.parse(text))]


def sites(module: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Give (what is taken out, what stands there instead), once for each place."""
    found: dict[tuple[int, int], tuple[ast.AST, str]] = {}
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            gives = ast.unparse(function.returns) if function.returns is not None else ""
            for node in ast.walk(function):
                instead = _instead(node, gives, function.name)
                if instead is not None:
                    found[node.lineno, node.col_offset] = (node, instead)
    return iter(found[place] for place in sorted(found))


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


def _mutant(noun: str, text: str, node: ast.AST, instead: str) -> Mutant:
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
    return Mutant(noun, node.lineno, f"{taken[:70]} -> {instead[:40]}", source)


def tests_of(noun: str) -> tuple[str, ...]:
    """Give the test files that ought to notice, those of the noun first."""
    own = [f"tests/casework/test_{name}.py" for name in TESTS.get(noun, (noun,))]
    return tuple(path for path in own if (ROOT / path).exists())


# Trying them


def copy_of_the_house(folder: Path) -> Path:
    """Copy what is under version control, and what is new, to where mutants may be written."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def verdict(folder: Path, mutant: Mutant) -> str:
    """Say what became of one mutant: its noun's tests are asked first, then those that keep the promises."""
    path = folder / "casework" / f"{mutant.noun}.py"
    whole = path.read_text(encoding="utf-8")
    path.write_text(mutant.source, encoding="utf-8")
    try:
        for asked in (tests_of(mutant.noun), PROMISES):
            code = run_tests(folder, asked) if asked else 0
            if code:
                return KILLED if code == FAILED else BROKEN
        return SURVIVED
    finally:
        path.write_text(whole, encoding="utf-8")


def run_tests(folder: Path, paths: tuple[str, ...]) -> int:
    """Run tests in a child that has the heavy libraries already; give pytest's answer."""
    child = os.fork()
    if not child:
        os._exit(_child(folder, paths))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _child(folder: Path, paths: tuple[str, ...]) -> int:
    import pytest

    os.chdir(folder)
    sys.path[:] = [str(folder), *(one for one in sys.path if Path(one or ".").resolve() != ROOT)]
    sys.dont_write_bytecode = True
    os.environ["CASEWORK_TEST_POSTGRES_URL"] = "postgresql+psycopg://nobody@127.0.0.1:1/none"  # one database is enough
    with open(os.devnull, "w") as quiet, redirect_stdout(quiet), redirect_stderr(quiet):
        return int(pytest.main(["-x", "-q", "--no-header", *(path for path in paths if (folder / path).exists())]))


def _try(chosen: list[Mutant]) -> list[tuple[Mutant, str]]:
    for name in HEAVY:
        __import__(name)
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        folder = copy_of_the_house(Path(place))
        asked = dict.fromkeys(path for one in chosen for path in tests_of(one.noun))
        if run_tests(folder, tuple(asked)):
            sys.exit("These tests fail as it is; mend them first.")
        done = []
        for one in chosen:
            began = time.perf_counter()
            done.append((one, verdict(folder, one)))
            say(f"{done[-1][1]:9} {time.perf_counter() - began:5.1f} s  {one}")
    return done


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


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
    done = _try(chosen)
    lost = [one for one, what in done if what != KILLED]
    for noun in dict.fromkeys(one.noun for one, _what in done):
        of = [what for one, what in done if one.noun == noun]
        say(f"{noun:14} {of.count(KILLED):4} of {len(of):4} killed")
    say(f"{len(done) - len(lost)} of {len(done)} mutants killed")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
