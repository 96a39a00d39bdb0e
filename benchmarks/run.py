"""Measures the office beside the peers in one run, on the same rows: `make bench N=10000`.

Run from the top of the repository: `python -m benchmarks.run N [N ...]`. `BENCH_DIR` (build/bench) keeps the peers'
environment, both databases of each size and the results; delete a database to have it made anew. Options after
`--` go to `benchmarks/peers/drive.py`, for example `-- --only "list page 1,open case" --rounds 50`. The peers start
from their own requirements; sqladmin, whose forms need an older library, is not in this run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "benchmarks" / "peers"
APPS = "limit,django_fast,flask_admin,mine"
SIGN_IN = json.loads((ROOT / "benchmarks" / "adapter.json").read_text(encoding="utf-8"))["mine"]["login"][1]


def main(args: list[str]) -> int:
    """Make what is missing, measure each size, write results; give the exit code."""
    own, _sign, further = " ".join(args).partition("--") if "--" in args else (" ".join(args), "", "")
    further_options = args[args.index("--") + 1 :] if further else []
    folder = Path(os.environ.get("BENCH_DIR", ROOT / "build" / "bench")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    python = peers_python(folder)
    for cases in map(int, own.split() or ["10000"]):
        database = rows(folder, python, cases)
        drive(folder, python, database, cases, further_options)
    return 0


def peers_python(folder: Path) -> Path:
    """Give the interpreter of the peers' own environment, made at the first run."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", folder / "venv")
        run(python, "-m", "pip", "install", "--quiet", "-r", PEERS / "requirements.txt")
    return python


def rows(folder: Path, python: Path, cases: int) -> Path:
    """Give the peers' database of a size; beside it stands the office's, with the same rows."""
    database = folder / f"cases-{cases}.db"
    if not database.with_suffix(".db.json").exists():
        run(python, PEERS / "data.py", cases, database)
    office = Path(f"{database}.office.db")
    if not office.exists():
        draft = Path(f"{office}.part")
        for leftover in folder.glob(f"{draft.name}*"):
            leftover.unlink()
        setting = {"CASEWORK_DATABASE_URL": f"sqlite:///{draft}", "CASEWORK_DEMO": "1",
                   "CASEWORK_DEMO_PASSWORD": SIGN_IN["password"]}  # fmt: skip
        run(sys.executable, "-m", "flask", "--app", "app", "upgrade", env=setting)
        run(sys.executable, "-m", "flask", "--app", "app", "load-benchmark", "--cases", cases, env=setting)
        draft.rename(office)
    return database


def drive(folder: Path, python: Path, database: Path, cases: int, further: list[str]) -> None:
    run(
        python, "drive.py", "--db", database, "--venv", folder / "venv", "--apps", APPS,
        "--adapter", ROOT / "benchmarks" / "adapter.json", "--out", folder / f"results-{cases}.json", *further,
        cwd=PEERS,
    )  # fmt: skip


def run(*command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})}, check=True)  # noqa: S603


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
