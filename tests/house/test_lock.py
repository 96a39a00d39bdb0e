"""requirements*.lock: every pinned library with hashes, no other version, and nothing is installed past them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lock import NAMES, blocks, pins

ROOT = Path(__file__).parents[2]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def text(name: str, ending: str) -> str:
    return (ROOT / f"{name}.{ending}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_file_holds_the_pinned_version_of_every_library_and_hashes_for_it(name):
    locked = pins(text(name, "lock"))
    pinned = pins(text(name, "txt"))
    assert pinned and {one: locked.get(one) for one in pinned} == pinned
    for one in blocks(text(name, "lock")):
        assert HASH.search(one), one.splitlines()[0]


def test_each_lock_file_builds_on_the_one_before_and_repeats_nothing():
    listed = [pins(text(name, "lock")) for name in NAMES]
    for number, name in enumerate(NAMES):
        included = [line[3:] for line in text(name, "lock").splitlines() if line.startswith("-r ")]
        assert included == ([f"{NAMES[number - 1]}.lock"] if number else [])
    assert sum(map(len, listed)) == len({one for some in listed for one in some})


def test_the_office_brings_along_nothing_that_is_not_pinned_where_people_read_it():
    assert pins(text("requirements", "lock")) == pins(text("requirements", "txt"))


@pytest.mark.parametrize("page", ["Makefile", "README.md", "docs/running.md", "docs/encryption.md"])
def test_whatever_is_told_to_install_is_installed_by_its_hash(page):
    told = re.findall(r"pip install[^`\n]*-r [\w./-]+", (ROOT / page).read_text(encoding="utf-8"))
    assert told and all("--require-hashes" in one and one.endswith(".lock") for one in told), told


def test_a_list_without_its_hash_and_another_version_are_found():
    assert blocks("one==1\ntwo==2 \\\n    --hash=sha256:00\n") == ["one==1", "two==2 \\\n    --hash=sha256:00"]
    assert pins("psycopg[binary]==3.3.9 \\\n# x\nMarkup_Safe==3.0\n-r a.lock") == {
        "psycopg": "3.3.9",
        "markup-safe": "3.0",
    }
