"""`make lock`: the hash of every file that a library of requirements*.txt may be installed from, on any machine.

Writes one `.lock` beside each `requirements*.txt`, in pip's own format; `pip install --require-hashes -r …lock` then
takes nothing else. Asks the package index through uv (docs/dependencies.md); `tests/house/test_lock.py` holds that
the two never differ.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("requirements", "requirements-encrypted", "requirements-test")  # each builds on the one before it
OLDEST = "3.11"  # the oldest Python that the program runs on; pyproject.toml
_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)")


def pins(text: str) -> dict[str, str]:
    """Give the version that each library is pinned to in a requirements or lock file, by its name in small letters."""
    found = (_PIN.match(line) for line in text.splitlines())
    return {re.sub(r"[-_.]+", "-", one[1]).lower(): one[2] for one in found if one}


def blocks(text: str) -> list[str]:
    """Part a lock file into libraries: the line of each with the lines of its hashes."""
    return [one.rstrip() for one in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE) if _PIN.match(one)]


def write() -> None:
    """Write the three lock files anew. Raises CalledProcessError where a pinned set fits no machine."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        sys.exit("Not locked: uv is missing. Install it once: pipx install uv")
    before: set[str] = set()
    for number, name in enumerate(NAMES):
        command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate",
                   "--python-version", OLDEST, f"{name}.txt"]  # fmt: skip
        asked = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found = [one for one in blocks(asked.stdout) if not pins(one).keys() & before]
        before |= pins("\n".join(found)).keys()
        lines = [f"# {name}.txt with the hash of every file it may come from. Written by `make lock`; never by hand."]
        lines += [f"-r {NAMES[number - 1]}.lock"] if number else []
        (ROOT / f"{name}.lock").write_text("\n".join([*lines, *found]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
