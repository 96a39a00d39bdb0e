"""Kills the office in the middle of real posts, again and again, and looks what is left.

`make kill` does so 200 times (`ARGS="50 7"`: so many, another seed); `tests/admin_views/test_killed.py` a few. Three
caseworkers log calls over HTTP as fast as they can; the server is killed (SIGKILL) at a moment by lot, started again,
and its file is looked at past the program: what was acknowledged is there once, nothing is there by halves, the file,
its links and the audit trail are whole, and the same sign-ins go on. SIGKILL ends a process, not the machine: that
each commit is on the disk before it is acknowledged is what `synchronous=FULL` is for.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, select

from casework import audit, seal, startup
from models import AuditEntry, CaseNote, Task
from models.cipher import Key
from models.database import open_engine
from tests import make
from tests.admin_views.office import PASSPHRASE
from tests.admin_views.sites import SECRET, Store
from tests.served import LOST, Served, Visitor

ROUNDS, SEED = 200, 20_261_123
WRITERS = 3
WRITTEN = "Call %.%.% about the door"
LONGEST = 1.2  # seconds from the first acknowledgement of a round to its end
_NOTES, _TRAIL, _TASKS = CaseNote.__table__, AuditEntry.__table__, Task.__table__


@dataclass
class Told:
    """What killing has shown."""

    rounds: int = 0
    acknowledged: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    tail: audit.Tail | None = None


class Killing:
    """One office on a file of its own, three caseworkers, and somebody who pulls the plug."""

    def __init__(self, folder: Path, seed: int, key: Key | None = None) -> None:
        self.lot, self.told = random.Random(seed), Told()
        store = Store("sqlite", folder)
        office = store.furnish()
        store.copy()
        more = {"CASEWORK_DATABASE_KEY_FILE": str(key.path)} if key else {}
        self.key, self.served = key, Served(store.used, folder / "log", **more)
        self.path = f"/caseworker/call/?case={office['case', 'own']}"
        self.visitors: list[Visitor] = []

    def run(self, rounds: int) -> Told:
        for _round in range(rounds):
            self.served.start()
            self._come()
            self._write_until_killed()
            self._look()
        self.served.start()
        self._come()
        self.served.end()
        return self.told

    def _come(self) -> None:
        """Sign in the first time; afterwards the sign-ins of before must still hold."""
        if not self.visitors:
            self.visitors = [Visitor(self.served.url).sign_in("amina", PASSPHRASE) for _one in range(WRITERS)]
        for number, one in enumerate(self.visitors):
            if (got := one.get("/caseworker/")).status != 200:
                self.told.faults.append(f"round {self.told.rounds}: writer {number} met {got.status} after the start")

    def _write_until_killed(self) -> None:
        began = threading.Event()
        threads = [
            threading.Thread(target=self._write, args=(one, number, began)) for number, one in enumerate(self.visitors)
        ]
        for one in threads:
            one.start()
        if not began.wait(60):
            self.told.faults.append(f"round {self.told.rounds}: nothing was acknowledged within a minute")
        time.sleep(self.lot.uniform(0, LONGEST))
        self.served.end()
        for one in threads:
            one.join()
        self.told.rounds += 1

    def _write(self, visitor: Visitor, number: int, began: threading.Event) -> None:
        turn = 0
        while True:
            text, turn = f"Call {self.told.rounds}.{number}.{turn} about the door", turn + 1
            self.told.tried.add(text)
            try:
                got = visitor.fill(self.path, {"text": text}, holding="text")
            except LOST:
                return
            if not got.is_saved:
                self.told.faults.append(f"{text}: answered with {got.status}")
                return
            self.told.acknowledged.append(text)
            began.set()

    def _look(self) -> None:
        """Open the file past the program and compare it with what was acknowledged."""
        engine = open_engine(self.served.environment["CASEWORK_DATABASE_URL"], self.key)
        seal.use_secret(engine, SECRET)
        try:
            found = [*_lost(engine, self.told), *_halves(engine), *self._not_whole(engine)]
        finally:
            engine.dispose()
        self.told.faults += [f"round {self.told.rounds}: {one}" for one in found]

    def _not_whole(self, engine: Engine) -> list[str]:
        with engine.connect() as connection:
            checked = audit.check(connection, self.told.tail)
            self.told.tail = checked.tail
            return [*startup.faults_of(connection), *checked.faults]


def _lost(engine: Engine, told: Told) -> list[str]:
    """Name what was acknowledged and is not there exactly once, and what is there that nobody wrote."""
    with engine.connect() as connection:
        kept = Counter(connection.scalars(select(_NOTES.c.text).where(_NOTES.c.text.like(WRITTEN))))
    return [
        *(f"lost: {text}" for text in told.acknowledged if not kept[text]),
        *(f"{times} times: {text}" for text, times in kept.items() if times > 1),
        *(f"nobody wrote: {text}" for text in kept if text not in told.tried),
    ]


def _halves(engine: Engine) -> list[str]:
    """Name calls and next steps without their line in the trail, lines without them, and calls without a next step."""
    with engine.connect() as connection:
        lines = select(_TRAIL.c.row_id).where(_TRAIL.c.action == "created", _TRAIL.c.at >= make.NOW)
        kept = {
            "CaseNote": select(_NOTES.c.id).where(_NOTES.c.text.like(WRITTEN)),
            "Task": select(_TASKS.c.id).where(_TASKS.c.created_at >= make.NOW),
        }
        rows = {name: set(connection.scalars(asked)) for name, asked in kept.items()}
        told = {name: set(connection.scalars(lines.where(_TRAIL.c.subject == name))) for name in kept}
    apart = [f"{name} {one}: row or line alone" for name in kept for one in sorted(rows[name] - told[name])]
    return [*apart, *([f"{rows}"] if len(rows["CaseNote"]) > len(rows["Task"]) else [])]


def main() -> int:
    rounds, seed = (int(one) for one in (*sys.argv[1:], *(ROUNDS, SEED)[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        told = Killing(Path(folder), seed).run(rounds)
    unanswered = len(told.tried) - len(told.acknowledged)
    lines = [*told.faults, f"killed {told.rounds} times (seed {seed}): {len(told.acknowledged)} writes acknowledged, "
             f"{unanswered} cut off, {len(told.faults)} faults"]  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if told.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
