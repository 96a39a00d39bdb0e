"""The pages about the house say what is there: links lead somewhere, names exist, nothing is left unnamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from admin_views.config import Config
from admin_views.db import db
from app import create_app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
FLOORS = ("models", "casework", "exports", "seed", "admin_views")
CODE = (*FLOORS, "tests", "migrations", "benchmarks")
LONGEST_README = 100
LONGEST_DECISION = 25  # lines with words in them
MADE_ON_THE_WAY = ("instance", ".venv")  # not kept: each machine makes its own
# Files that only the lending office of how-to-add.md would have; tests/house/recipes.py makes them.
EXAMPLES = {f"{floor}/loans.py" for floor in ("models", "casework", "exports", "admin_views")}

FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TICKED = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
FILE_ENDING = re.compile(r"\w\.(?:py|md|toml|csv|html|css|js|txt|mako)$")
PLACEHOLDER = re.compile(r"(?:^|/)[A-Z]{2,}(?:/|$)")  # LANGUAGE in a path stands for any language
ENVIRONMENT = re.compile(r"\bCASEWORK(?:_[A-Z]+)+\b")
REQUIREMENT = re.compile(r"^([A-Za-z][\w.-]*)(?:\[\w+\])?==", re.MULTILINE)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(text: str) -> list[str]:
    """Give the targets inside the repository that a page leads to."""
    return [target for target in LINK.findall(FENCE.sub("", text)) if not re.match(r"[a-z]+:|//", target)]


def leads_somewhere(page: Path, target: str) -> bool:
    file, _, heading = target.partition("#")
    found = page.parent / file if file else page
    return found.exists() and (not heading or heading in anchors(read(found)))


def anchors(text: str) -> set[str]:
    """Give the addresses of a page's headings: small letters, hyphens for spaces, no other signs."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def paths(text: str) -> Iterator[str]:
    """Give what stands between backticks and looks like a file or folder of the repository."""
    tops = {one.name for one in ROOT.iterdir()}
    for ticked in TICKED.findall(FENCE.sub("", text)):
        first = ticked.split("/", maxsplit=1)[0]
        looks = PATH.fullmatch(ticked) and (("/" in ticked and first in tops) or FILE_ENDING.search(ticked))
        if looks and first not in MADE_ON_THE_WAY and not PLACEHOLDER.search(ticked):
            yield ticked


def exists(page: Path, path: str) -> bool:
    """Say whether a file is there: from the top, beside the page, or, for a bare name, on any floor."""
    if any(any(start.glob(path.rstrip("/"))) for start in (ROOT, page.parent)):
        return True
    return "/" not in path and any(any((ROOT / folder).rglob(path)) for folder in CODE)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_a_page_leads_somewhere(page):
    assert [target for target in links(read(page)) if not leads_somewhere(page, target)] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_a_page_names_is_there(page):
    assert [path for path in paths(read(page)) if path not in EXAMPLES and not exists(page, path)] == []


def test_the_first_page_can_be_read_at_one_sitting():
    assert len(read(ROOT / "README.md").splitlines()) < LONGEST_README


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_is_told_in_under_25_lines(page):
    assert len([line for line in read(page).splitlines() if line.strip()]) < LONGEST_DECISION


def test_the_map_names_every_file_of_the_house():
    files = {name(path) for floor in FLOORS for path in (ROOT / floor).rglob("*.py")} | {"app.py"}
    assert sorted(files - set(TICKED.findall(read(DOCS / "map.md")))) == []


@pytest.mark.parametrize("kept", ["requirements.txt", "requirements-encrypted.txt", "requirements-test.txt"])
def test_every_library_has_its_reason_written_down(kept):
    chosen = REQUIREMENT.findall(read(ROOT / kept).partition("# What those bring along")[0])
    told = read(DOCS / "dependencies.md").lower()
    assert chosen
    assert [one for one in chosen if not re.search(rf"(?<![\w-]){re.escape(one.lower())}(?![\w-])", told)] == []


def test_every_name_read_from_the_environment_is_listed():
    sources = [path for folder in CODE for path in (ROOT / folder).rglob("*.py")]
    used = {found for path in (*sources, *(ROOT / one for one in ("app.py", "Makefile", ".ci/run")))
            for found in ENVIRONMENT.findall(read(path))}  # fmt: skip
    assert "CASEWORK_DATABASE_URL" in used
    assert sorted(used - set(TICKED.findall(read(DOCS / "interface.md")))) == []


def spoken(commands: dict[str, click.Command], before: str = "") -> Iterator[str]:
    """Give every command as it is typed; a group's own commands stand after its name."""
    for word, command in commands.items():
        if isinstance(command, click.Group):
            yield from spoken(command.commands, f"{before}{word} ")
        else:
            yield before + word


def test_every_command_of_the_office_is_listed(tmp_path):
    app = create_app(Config(f"sqlite:///{tmp_path / 'office.db'}", "t" * 32, testing=True))
    with app.app_context():
        db.engine.dispose()
    typed = set(spoken(app.cli.commands))
    told = read(DOCS / "interface.md")
    assert {"upgrade", "user add", "import"} <= typed
    assert sorted(one for one in typed if not re.search(rf"`{re.escape(one)}[ `]", told)) == []


# What these tests look for is found where it stands


def test_a_link_to_nowhere_would_be_found():
    text = (
        "[a](map.md) [b](map.md#floor-0-models-what-is-kept) [c](gone.md) [d](map.md#no-part) [e](https://x.example/)"
    )
    assert [one for one in links(text) if not leads_somewhere(DOCS / "map.md", one)] == ["gone.md", "map.md#no-part"]


def test_a_file_that_is_gone_would_be_found_and_an_address_is_no_file():
    text = "`casework/gone.py` `gone.py` `guard.py` `seed/*.csv` `/login` `instance/x.db` `and/or` `docs/` `.csv`"
    assert [one for one in paths(text) if not exists(DOCS / "map.md", one)] == ["casework/gone.py", "gone.py"]


def test_a_command_in_a_group_is_spoken_with_the_groups_name():
    group = click.Group("user", commands={"add": click.Command("add")})
    assert list(spoken({"user": group, "upgrade": click.Command("upgrade")})) == ["user add", "upgrade"]
