"""Puts every kind of page of every role before the Nu HTML checker.

    make html                              every role
    make html ARGS="--roles reports"       one role

The checker (vnu-jar, a package of npm) is put into build/node by the Makefile and needs Java; it reads files and asks
nobody. Exit code 1 if it finds an error, or if no page could be opened.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.browser.audit import ROLES, Walk, furnish, walked

CHECKER = Path(__file__).parents[2] / "build/node/node_modules/vnu-jar/build/dist/vnu.jar"
ENOUGH = 5  # addresses told with each message


class Reader(Walk):
    """Keeps the source of each page as it was sent, instead of looking at it."""

    def __init__(self, *walk: Any, folder: Path, kept: dict[str, str]) -> None:
        super().__init__(*walk)
        self.folder, self.kept = folder, kept

    def audit(self, address: str) -> None:
        self.found.pages += 1
        file = self.folder / f"{self.found.role}-{self.found.pages:03}.html"
        file.write_bytes(self.answer.body() if self.answer else b"")
        self.kept[file.name] = address


def checked(folder: Path) -> list[dict[str, Any]]:
    """Give the checker's messages about all files of a folder; a CalledProcessError if it cannot run."""
    words = ["java", "-jar", str(CHECKER), "--stdout", "--exit-zero-always", "--format", "json", str(folder)]
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    return list(json.loads(told.stdout)["messages"])


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check the HTML of every page of every role.")
    parser.add_argument("--roles", nargs="+", choices=ROLES, default=list(ROLES))
    parser.add_argument("--office", type=Path, help="a folder that keeps the office for the next time")
    chosen = parser.parse_args(words)
    kept: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as office, tempfile.TemporaryDirectory() as name:
        read = partial(Reader, folder=Path(name), kept=kept)
        pages = [one.pages for one in walked(furnish(chosen.office or Path(office)), chosen.roles, 1.0, 1, read)]
        messages = checked(Path(name))
    where: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in messages:
        where[one["type"], one["message"]].add(kept[Path(one["url"]).name])
    for (kind, message), addresses in sorted(where.items()):
        sys.stdout.write(f"{kind}: {message}\n    on {len(addresses)} pages: {', '.join(sorted(addresses)[:ENOUGH])}\n")
    errors = [one for one in messages if one["type"] != "info"]
    sys.stdout.write(f"{sum(pages)} pages, {len(errors)} errors, {len(messages) - len(errors)} remarks\n")
    return 1 if errors or not all(pages) else 0


if __name__ == "__main__":
    sys.exit(main())
