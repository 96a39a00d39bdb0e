"""Opens every page that the demonstration office leads to, in each role, and tells what keeps somebody out.

    make audit                                        every kind of page of every role
    make audit ARGS="--roles reports --share 0.2"     one role, a seeded fifth of its pages

A page is audited at three widths in two schemes: six audits. Addresses come from the links of pages already seen,
nearest first, and from the running URL map; of each kind of address (its rule and the names of its parameters) one
example is opened. Exit code 1 if anything was found, or if no page could be opened.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Response, sync_playwright
from sqlalchemy import text
from waitress.server import create_server
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from admin_views.config import Config
from admin_views.db import db
from app import create_app
from tests.browser.axe import COLOURS, WCAG, barriers, overhang
from tests.browser.conftest import FLAGS
from tests.conftest import CHROMIUM

PASSPHRASE = "four dull words here"
SECRET = "t" * 32
ROLES = {"manager": "manager", "caseworker": "caseworker1", "coordinator": "coordinator", "reports": "reports"}
WIDTHS, HIGH = (1280, 390, 320), 900
PHONE = 390  # px: from here down a button is pressed with a thumb
THUMB = 44  # px
NEAR = 2  # clicks from the first page
TABS = 8  # so many stops of the Tab key are looked at
LEFT_ALONE = ("/logout", "/static/", "/hide")
LINKS = "[...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))"
SMALL = """least => [...document.querySelectorAll('.btn, button, input[type=submit]')].filter(one => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility({visibilityProperty: true}) && box.height > 1 && box.height < least - 0.5;
}).map(one => `${one.className || one.tagName} ${Math.round(one.getBoundingClientRect().height)} px`)"""
IN_FOCUS = """() => {
    const one = document.activeElement;
    const shown = [one, one.closest('label'), one.nextElementSibling].filter(Boolean).map(it => getComputedStyle(it));
    return {skip: one.matches('a.skip'), page: one === document.body, name: one.className || one.tagName,
        seen: shown.some(look => look.outlineStyle !== 'none' || look.boxShadow !== 'none')};
}"""


@dataclass
class Found:
    """What the walk of one role has met."""

    role: str
    audits: int = 0
    pages: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)  # by rule: page and element
    clicks: dict[str, int] = field(default_factory=dict)  # rule of an address: clicks from the first page

    def add(self, rule: str, where: str) -> None:
        self.faults.setdefault(rule, []).append(where)


class Walk:
    """One role at one browser."""

    def __init__(self, app: Flask, context: BrowserContext, url: str, role: str, names: Sequence[str]) -> None:
        self.app, self.url, self.names, self.found = app, url, names, Found(role)
        self.page, self.at, self.forgiven = context.new_page(), "", False
        self.answer: Response | None = None  # of the page that is open
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.found.add("script", f"{self.at}: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not self.forgiven:
            self.found.add("console", f"{self.at}: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.found.add("another host", f"{self.at}: {request.url}")

    def sign_in(self) -> None:
        self.page.goto("/login")
        self.page.get_by_label("User name").fill(ROLES[self.found.role])
        self.page.get_by_label("Password").fill(PASSPHRASE)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Sign in").click()

    def kind(self, address: str) -> str:
        """Give the rule of an address and the names of its parameters; nothing if it is no page of this role."""
        parts = urlsplit(address)
        if parts.netloc or parts.path.startswith(LEFT_ALONE):
            return ""
        try:
            rule, _values = self.app.url_map.bind("").match(parts.path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            return ""
        asked = sorted({name for name, _value in parse_qsl(parts.query)})
        return f"{rule.rule}?{'&'.join(asked)}" if asked else str(rule.rule)

    def walk(self, chance: random.Random, share: float) -> Found:
        """Open each kind of page once, nearest first; audit a `share` of them, all when it is 1."""
        self.sign_in()
        waiting, known = deque([(f"/{self.found.role}/", 0)]), {self.kind(f"/{self.found.role}/")}
        while waiting:
            address, clicks = waiting.popleft()
            if not self.open(address, linked=True):
                continue
            self.found.clicks.setdefault(self.kind(address).partition("?")[0], clicks)
            for link in self._links():
                if (kind := self.kind(link)) and kind not in known:
                    known.add(kind)
                    waiting.append((link, clicks + 1))
            if chance.random() < share:
                self.audit(address)
        self._unlinked(known, chance, share)
        return self.found

    def _links(self) -> list[str]:
        here = self.page.url.removeprefix(self.url)
        given = self.page.evaluate(LINKS)
        full = [
            urlsplit(here)._replace(query=one[1:], fragment="").geturl() if one.startswith("?") else one
            for one in given
        ]
        return [one.partition("#")[0] for one in full if one.startswith("/")]

    def _unlinked(self, known: set[str], chance: random.Random, share: float) -> None:
        """Try what the URL map has and no link led to; what answers without a record's number is a page too."""
        for rule in sorted({one.rule for one in self.app.url_map.iter_rules() if self._is_plain(one)} - known):
            if self.open(rule, linked=False) and chance.random() < share:
                self.audit(rule)

    def _is_plain(self, rule: Any) -> bool:
        return (
            rule.arguments <= set(rule.defaults or {})
            and "GET" in rule.methods
            and rule.rule.startswith(f"/{self.found.role}/")
        )

    def open(self, address: str, *, linked: bool) -> bool:
        """Say whether a page came. A file to keep is none; an address nothing links to may ask for a record."""
        self.at, self.forgiven = address, not linked
        try:
            answer = self.answer = self.page.goto(address)
        except Error as error:
            if "Download is starting" not in error.message and "ERR_ABORTED" not in error.message:
                self.found.add("no answer", f"{address}: {error.message.splitlines()[0]}")
            return False
        status = answer.status if answer else 0
        if linked and status != 200:
            self.found.add("status", f"{address}: {status}")
        self.forgiven = False
        return bool(answer) and status == 200 and "html" in answer.headers.get("content-type", "")

    def audit(self, address: str) -> None:
        self.found.pages += 1
        sys.stderr.write(f"{self.found.role} {self.found.pages}: {address}\n")  # a long walk tells where it is
        for rule, what in self._once():
            self.found.add(rule, f"{address}: {what}")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HIGH})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                self.found.audits += 1
                for fault in barriers(self.page, WCAG if scheme == "light" else COLOURS):
                    rule, _, where = fault.partition(": ")
                    self.found.add(rule, f"{address} ({width}, {scheme}): {where}")
            for rule, what in self._laid_out(width):
                self.found.add(rule, f"{address} ({width}): {what}")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HIGH})

    def _once(self) -> Iterator[tuple[str, str]]:
        """What no width changes: the heading, the title, where the Tab key goes."""
        if (headings := self.page.locator("h1").count()) != 1:
            yield "one h1", str(headings)
        title = self.page.title()
        if not title.partition(" - ")[0].strip() or any(name in title for name in self.names):
            yield "title", title
        self.page.evaluate("document.activeElement.blur()")
        yield from self._tabbed()

    def _tabbed(self) -> Iterator[tuple[str, str]]:
        begins_inside = self.page.locator("[autofocus], [data-takes-focus], .error-summary, dialog[open]").count() > 0
        for stop in range(TABS):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(IN_FOCUS)
            if stop == 0 and not focus["skip"] and not begins_inside:
                yield "skip link first", focus["name"]
            if not focus["seen"] and not focus["page"]:
                yield "focus visible", focus["name"]

    def _laid_out(self, width: int) -> Iterator[tuple[str, str]]:
        if wider := overhang(self.page):
            yield "overflow", f"{wider} px"
        if width <= PHONE:
            yield from (("button for a thumb", one) for one in self.page.evaluate(SMALL, THUMB))


def furnish(folder: Path) -> Flask:
    """Give the demonstration office, loaded into `folder` unless it is there already."""
    kept = (folder / "audit.db").exists()
    app = create_app(Config(database_url=f"sqlite:///{folder / 'audit.db'}", secret_key=SECRET, demo=True))
    runner = app.test_cli_runner(env={"CASEWORK_DEMO_PASSWORD": PASSPHRASE})
    with app.app_context():
        for command in () if kept else ("upgrade", "demo"):
            done = runner.invoke(args=[command])
            if done.exit_code:
                raise SystemExit(f"{command}: {done.output}{done.exception!r}")
    return app


def walked(
    app: Flask, roles: Sequence[str], share: float, seed: int, walk: Callable[..., Walk] = Walk
) -> Iterator[Found]:
    """Serve the office on a free port and walk each role in turn."""
    with app.app_context():
        names = list(db.session.connection().execute(text("SELECT name FROM clients")).scalars())
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    Thread(target=server.run, daemon=True).start()
    url = f"http://127.0.0.1:{server.effective_port}"
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for role in roles:
            context = browser.new_context(base_url=url, locale="en-GB", viewport={"width": WIDTHS[0], "height": HIGH})
            yield walk(app, context, url, role, names).walk(random.Random(seed), share)
            context.close()
        browser.close()
    server.close()


def told(found: Found) -> Iterator[str]:
    """The table of one role: audits, then each rule with where it was broken."""
    yield f"{found.role}: {found.pages} pages, {found.audits} audits, {sum(map(len, found.faults.values()))} faults"
    for rule, places in sorted(found.faults.items()):
        yield f"  {rule}: {len(places)}"
        yield from (f"    {place}  x{times}" for place, times in Counter(places).items())
    far = sorted(rule for rule, clicks in found.clicks.items() if clicks > NEAR)
    yield f"  further than {NEAR} clicks: {', '.join(far) or 'none'}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Audit every page of every role.")
    parser.add_argument("--roles", nargs="+", choices=ROLES, default=list(ROLES))
    parser.add_argument("--share", type=float, default=1.0, help="of the pages, 0 to 1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--office", type=Path, help="a folder that keeps the office for the next time")
    chosen = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        all_found = []
        for found in walked(furnish(chosen.office or Path(folder)), chosen.roles, chosen.share, chosen.seed):
            sys.stdout.write("\n".join(told(found)) + "\n")
            sys.stdout.flush()
            all_found.append(found)
    sys.stdout.write(f"{sum(one.audits for one in all_found)} audits\n")
    return 1 if any(one.faults or not one.pages for one in all_found) else 0


if __name__ == "__main__":
    sys.exit(main())
