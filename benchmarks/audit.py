"""What the sealed audit trail costs: a note saved with it, with an unsealed one, and the whole trail checked.

Run from the top of the repository: `python -m benchmarks.audit [rounds]`. Each round saves one note on an SQLite
file with `synchronous=FULL`, in a transaction of its own, as a form does. Prints medians in milliseconds, the
ratio (G14 asks for less than 1.5) and what checking takes for a line.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from casework import audit, seal, sessions
from casework.context import Acting, set_acting
from models import AuditEntry, Base, Case, CaseNote
from models.database import open_engine
from seed.reference import load_reference
from tests import make

ROUNDS = 400
MOST = 1.5


def unsealed(connection: Any, lines: list[dict[str, Any]]) -> None:
    """Write lines as they were written before they were sealed."""
    if lines:
        connection.execute(insert(AuditEntry.__table__), lines)


def silent(_connection: Any, _lines: list[dict[str, Any]]) -> None:
    """Write no trail at all."""


def save_one(maker: Any, case_id: int) -> float:
    """Save one note and give the seconds that it took."""
    with maker() as db:
        set_acting(db, Acting(now=make.NOW, username="benchmark"))
        began = time.perf_counter()
        db.add(CaseNote(case=db.get(Case, case_id), at=make.NOW, text="Door mended. " * 20))
        db.commit()
        return time.perf_counter() - began


def office(folder: Path) -> tuple[Any, Any, int]:
    engine = open_engine(f"sqlite:///{folder}/office.db")
    Base.metadata.create_all(engine)
    seal.use_secret(engine, "only for this benchmark")
    maker = sessionmaker(engine, class_=Session)
    sessions.install(maker)
    with maker() as db:
        set_acting(db, Acting(now=make.NOW))
        load_reference(db, today=make.TODAY)
        case_id = make.case(db).id
        db.commit()
    return engine, maker, case_id


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    ways: dict[str, Callable[..., None]] = {"sealed": audit._add, "unsealed": unsealed, "no trail": silent}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        for name in ways:  # each way on a file of its own, turn by turn, so that a busy machine hits all alike
            (Path(folder) / name).mkdir()
        offices = {name: office(Path(folder) / name) for name in ways}
        for _round in range(rounds):
            for name, write in ways.items():
                audit._add = write
                taken[name].append(save_one(*offices[name][1:]))
        audit._add = ways["sealed"]
        with offices["sealed"][0].connect() as connection:
            began = time.perf_counter()
            found = audit.check(connection)
            checking = time.perf_counter() - began
        for engine, _maker, _case in offices.values():
            engine.dispose()
    medians = {name: statistics.median(seconds) * 1000 for name, seconds in taken.items()}
    for name, milliseconds in medians.items():
        sys.stdout.write(f"{name}: {milliseconds:.2f} ms a note\n")
    ratio = medians["sealed"] / medians["no trail"]
    sys.stdout.write(f"sealed : unsealed = {medians['sealed'] / medians['unsealed']:.2f}\n")
    sys.stdout.write(f"sealed : no trail = {ratio:.2f} (at most {MOST})\n")
    sys.stdout.write(
        f"checking: {checking / found.lines * 1e6:.0f} us a line, {found.lines} lines, whole: {found.is_whole}\n"
    )
    return 0 if ratio < MOST and found.is_whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
