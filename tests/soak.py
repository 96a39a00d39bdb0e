"""Eight people write at once, for minutes: nobody meets an error, nothing is lost, and how long each page takes.

`make soak` does so for 10 minutes with a second of thought between two pages (`ARGS="2 0"`: minutes, seconds of
thought); `tests/admin_views/test_soaked.py` for some seconds, without looking at the time. The demonstration office is
served by a process of its own, over HTTP. Each person opens My day, a case, the page for a call, saves the call, and
is led back to the case. Prints the median and the 95th of a hundred for each kind of page, in milliseconds.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from casework import audit, seal, startup
from models import CaseNote
from models.cipher import Key
from models.database import open_engine
from tests.admin_views.sites import SECRET
from tests.served import LOST, ROOT, Got, Served, Visitor

PEOPLE = ("caseworker1", "caseworker2") * 4
PASSPHRASE = "four dull words here"
MINUTES, THOUGHT = 10.0, 1.0
MOST = 0.5  # seconds, for 95 of a hundred
SEED = 20_261_123
_CASES = re.compile(r'/caseworker/case/details/\?id=(\d+)"')
_NOTES = CaseNote.__table__


@dataclass
class Told:
    """What the minutes have shown; seconds by kind of page."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    saved: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Give a line for each kind of page, and one for all."""
        every = [one for many in self.taken.values() for one in many]
        return [_line(name, many) for name, many in [*sorted(self.taken.items()), ("all", every)] if len(many) > 1]

    def slowest(self) -> float:
        """Give what 95 of a hundred requests stay under, of the slowest kind of page that saves or is read."""
        return max(_of_hundred(many, 95) for many in self.taken.values() if len(many) > 1)


def _of_hundred(many: list[float], percent: int) -> float:
    return statistics.quantiles(many, n=100, method="inclusive")[percent - 1]


def _line(name: str, many: list[float]) -> str:
    middle, late = statistics.median(many), _of_hundred(many, 95)
    told = f"median {middle * 1000:5.0f} ms, p95 {late * 1000:5.0f} ms, most {max(many) * 1000:5.0f} ms"
    return f"{name:10} {len(many):6} requests, {told}"


def demo_office(folder: Path, key: Key | None = None) -> Served:
    """Make the demonstration office in `folder` by its own commands."""
    more = {"CASEWORK_DATABASE_KEY_FILE": str(key.path)} if key else {}
    served = Served(f"sqlite:///{folder}/office.db", folder / "log", CASEWORK_DEMO="1", **more)
    environment = {**served.environment, "CASEWORK_DEMO_PASSWORD": PASSPHRASE}
    for word in ("upgrade", "demo"):
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", word], cwd=ROOT, env=environment, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
    return served


def soak(served: Served, seconds: float, thought: float, people: tuple[str, ...] = PEOPLE) -> Told:
    """Let `people` work for so long, each pausing `thought` seconds on average between two pages."""
    told, end = Told(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_work, args=(served.url, name, number, end, thought, told))
        for number, name in enumerate(people)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def _work(url: str, name: str, number: int, end: float, thought: float, told: Told) -> None:
    lot, visitor = random.Random(SEED + number), Visitor(url)
    try:
        visitor.sign_in(name, PASSPHRASE)
        own = _CASES.findall(visitor.get("/caseworker/case/").text)
        turn = 0
        while time.monotonic() < end:
            _one_call(visitor, lot.choice(own), f"Soak {number}.{turn}", told, lambda: 2 * thought * lot.random())
            turn += 1
    except (*LOST, AssertionError, IndexError) as error:
        told.faults.append(f"{name} {number}: {type(error).__name__} {error}")


def _one_call(visitor: Visitor, case: str, text: str, told: Told, pause: Callable[[], float]) -> None:
    """Take the way of one call, from My day to the case again."""

    def timed(kind: str, ask: Callable[[], Got], status: int = 200) -> Got:
        time.sleep(pause())
        began = time.perf_counter()
        got = ask()
        told.taken[kind].append(time.perf_counter() - began)
        if got.status != status:
            told.faults.append(f"{text}: {kind} was answered with {got.status}")
        return got

    page = f"/caseworker/call/?case={case}"
    timed("my day", lambda: visitor.get("/caseworker/"))
    timed("case", lambda: visitor.get(f"/caseworker/case/details/?id={case}"))
    opened = timed("call", lambda: visitor.get(page))
    saved = timed("save", lambda: visitor.send(page, opened.text, {"text": text}, holding="text"), status=302)
    if saved.is_saved:
        told.saved.append(text)
        timed("case again", lambda: visitor.get(saved.location))


def lost(served: Served, told: Told, key: Key | None = None) -> list[str]:
    """Look past the program at what it has kept: each call once, file and trail whole."""
    engine = open_engine(served.environment["CASEWORK_DATABASE_URL"], key)
    seal.use_secret(engine, SECRET)
    with engine.connect() as connection:
        kept = Counter(connection.scalars(select(_NOTES.c.text).where(_NOTES.c.text.like("Soak %"))))
        whole = [*startup.faults_of(connection), *audit.check(connection).faults]
    engine.dispose()
    apart = [f"lost: {one}" for one in told.saved if not kept[one]]
    return [*apart, *(f"{times} times: {one}" for one, times in kept.items() if times > 1), *whole]


def main() -> int:
    minutes, thought = (float(one) for one in (*sys.argv[1:], *(MINUTES, THOUGHT)[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder, demo_office(Path(folder)) as served:
        told = soak(served, minutes * 60, thought)
        served.end()
        served.start()
        faults = [*told.faults, *lost(served, told)]
    lines = [*faults, *told.lines(), f"{len(PEOPLE)} people for {minutes:g} minutes, {thought:g} s of thought: "
             f"{len(told.saved)} calls saved, {len(faults)} faults, load {os.getloadavg()[1]:.1f}"]  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
