"""Asks the whole office odd questions: every address, method and role, then forms filled in by lot.

`make fuzz` asks 20,000 (`ARGS="5000 7"`: so many, and another seed); `tests/house/test_fuzz.py` asks a few hundred.
No answer may be a server error, or hold a word of the database or of a failure. Prints each fault with what was
asked, the slowest answer, and ends with exit code 1 if there was a fault.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casework.access import BY_NAME, ROLES
from tests.admin_views.page import MACHINE_WORDS, Page
from tests.admin_views.sites import Site, close_sites, site_on

MANY, SEED = 20_000, 20_261_123
FRESH_EVERY = 1_000  # requests; then the office is copied anew, since some of them are taken and change it
NOT_ASKED = {"static", "login.sign_out", "login.sign_in", "login.again", "ROLE_home.static"}
VISITORS = (*ROLES, "")
HUGE = "9" * 30
ODD = ("", "0", "-1", "1", "2", "3", "1,2", HUGE, "9" * 18, "x", "\x00", "\x0b", "\u202e", "\uff11", "1e9", "None",
       "[]", "{}", "../..", "'", '"', "\\", "<b>", "%", "_", "open", "y", "1/1/2026", "32/13", "29/2/2027", "1/1/0001",
       "31/12/9999", "25:99", "14:00", "a" * 300, "word " * 60, "=1+1", "\u00a0", "\U0001f642", "http://[",
       "//x.example", "/\\x.example", "\ufffd", "\r\nX: y")  # fmt: skip
NAMES = ("id", "page", "page_size", "sort", "desc", "search", "url", "next", "case", "client", "agency", "incident",
         "consent", "about", "show", "pages", "all", "who", "done", "flt0_status", "flt1_kind", "flt0_opened_on_from",
         "flt0_case", "flt0_at_from", "flt0_row_id", "name", "query", "date", "time", "language", "mode", "version",
         "rowid", "action", "table", "from", "to", "text", "reason", "find", "id[]", "password", "code")  # fmt: skip


@dataclass
class Told:
    """What asking has shown."""

    asked: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


class Fuzz:
    """One office and five visitors who ask it odd questions."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site, self.lot, self.told = site, random.Random(seed), Told()
        self.rules = [
            (rule.rule, method) for rule in sorted(site.app.url_map.iter_rules(), key=lambda one: one.rule)
            if rule.endpoint not in NOT_ASKED and "filename" not in rule.rule
            for method in sorted({"GET", "POST"} & rule.methods)
        ]  # fmt: skip
        self.people: dict[str, Any] = {}

    def run(self, many: int, *, grid: bool) -> Told:
        """Ask `many` questions, the grid of addresses, methods and visitors first if it is wanted."""
        with self.site.as_served():
            for question in itertools.islice(self._questions(grid=grid), many):
                if self.told.asked % FRESH_EVERY == 0:
                    self._afresh()
                self._ask(*question)
        return self.told

    def _afresh(self) -> None:
        self.site.fresh()
        self.site.app.config["TESTING"] = False
        self.people = {who: self.site.browse(who) for who in VISITORS}
        self.tokens = {who: one.token for who, one in self.people.items()}

    def _questions(self, *, grid: bool) -> Iterator[tuple[str, str, str]]:
        """Give (visitor, method, address): each there is, then by lot, mostly one's own."""
        if grid:
            yield from ((who, method, path) for (path, method), who in itertools.product(self.rules, VISITORS))
        own = {who: [one for one in self.rules if one[0].startswith(f"/{who}/")] or self.rules for who in VISITORS}
        while True:
            who = self.lot.choice(VISITORS)
            path, method = self.lot.choice(own[who] if self.lot.random() < 0.9 else self.rules)
            yield who, method, path

    def _ask(self, who: str, method: str, path: str) -> None:
        path, query = self._filled(path), self._pairs(NAMES, 3)
        if self.lot.random() < 0.7:
            query = [("id", str(self.lot.randint(1, 4))), ("case", "1"), *query]
        body = self._body(who, path, query) if method == "POST" else None
        began = time.perf_counter()
        answer = self.people[who].client.open(path, method=method, query_string=query, data=body)
        self._judge(f"{who or 'stranger'} {method} {path} {query!r} {body!r}"[:1500], answer, began)

    def _judge(self, question: str, answer: Any, began: float) -> None:
        taken = time.perf_counter() - began
        self.told.asked += 1
        self.told.statuses[answer.status_code] += 1
        self.told.slowest = max(self.told.slowest, (taken, question[:200]))
        text = answer.text if answer.mimetype.startswith("text/") or answer.is_json else ""
        words = MACHINE_WORDS.search(text)
        if answer.status_code >= 500 or words:
            self.told.faults.append(f"{answer.status_code} {words[0][:80] if words else ''} {question}")
        answer.close()

    def _body(self, who: str, path: str, query: list[tuple[str, str]]) -> dict[str, list[str]]:
        """Give the page's own form with some answers changed by lot, else odd names and answers."""
        pairs = self._of_page(who, path, query) if self.lot.random() < 0.6 else self._pairs(NAMES, 6)
        made: dict[str, list[str]] = {"csrf_token": [self.tokens[who]]}
        for name, value in pairs:
            if name != "csrf_token":
                made.setdefault(name, []).append(value)
        return made

    def _of_page(self, who: str, path: str, query: list[tuple[str, str]]) -> list[tuple[str, str]]:
        answer = self.people[who].client.get(path, query_string=query)
        forms = Page(answer.text).forms if answer.mimetype == "text/html" and answer.status_code == 200 else []
        answer.close()
        if not forms:
            return self._pairs(NAMES, 6)
        form = self.lot.choice(forms)
        kept = dict(form.values)
        share = self.lot.random()
        return [
            (name, self.lot.choice(ODD) if self.lot.random() < share else kept.get(name, ""))
            for name in sorted(form.names)
        ]

    def _pairs(self, names: tuple[str, ...], most: int) -> list[tuple[str, str]]:
        return [(self.lot.choice(names), self.lot.choice(ODD)) for _ in range(self.lot.randint(0, most))]

    def _filled(self, path: str) -> str:
        kinds = {"<export_type>": ["csv", "xlsx", "exe"], "<table>": [*BY_NAME, "x"], "<ref>": ["26-0001", "1", HUGE]}
        for gap, answers in kinds.items():
            path = path.replace(gap, self.lot.choice(answers))
        return path


def main() -> int:
    many, seed = (int(one) for one in (*sys.argv[1:], *(MANY, SEED)[len(sys.argv) - 1 :]))
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        told = Fuzz(site_on("sqlite", lambda _name: Path(folder)), seed).run(many, grid=True)
        close_sites()
    answers = dict(sorted(told.statuses.items()))
    lines = [
        *told.faults, f"{told.asked} requests (seed {seed}): {len(told.faults)} faults; answers {answers}",
        f"slowest {told.slowest[0]:.2f} s: {told.slowest[1]}",
    ]  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if told.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
