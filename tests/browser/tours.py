"""Walks the five-minute tours of docs/ and takes their pictures, so that neither the words nor the pictures go stale.

    make tours        walks each tour in the demonstration office of a fixed day and writes docs/pictures/

A tour's every section is a stop here, by its heading. What stands in bold must be met on a screen of that stop, as a
whole text: a page, button or heading that was renamed since is told. tests/browser/test_tours.py walks the same
stops in the small office of the browser's tests.
"""

from __future__ import annotations

import base64
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import numpy as np
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from admin_views.config import Config
from admin_views.tours import BOLD, PICTURES, Section, tour
from app import create_app
from tests.browser.audit import FLAGS, PASSPHRASE, SECRET
from tests.browser.audit import ROLES as SIGN_INS
from tests.conftest import CHROMIUM

DAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
SIZE = {"width": 1280, "height": 820}  # px
LARGEST = 60_000  # bytes of a picture
COLOURS = 16  # of a picture: four bits a dot
HEARD_AS = "rihana begum"  # Rehana Begum is in both offices
SEEN = """() => [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()).flatMap(one => [
    ...[...one.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.textContent),
    one.getAttribute("placeholder") || "", one.getAttribute("aria-label") || "",
]).map(text => text.replace(/\\s+/g, " ").trim()).filter(Boolean)"""
DOTS = """async picture => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const dots = canvas.getImageData(0, 0, image.width, image.height).data;
    let text = "";
    for (let at = 0; at < dots.length; at += 8192) text += String.fromCharCode(...dots.subarray(at, at + 8192));
    return btoa(text);
}"""


class Guest:
    """Somebody of one role who is shown round; `said` holds the texts of every screen of the present stop."""

    def __init__(self, page: Page, role: str) -> None:
        self.page, self.role = page, role
        self.said: set[str] = set()

    def look(self) -> None:
        self.said |= set(self.page.evaluate(SEEN))

    def open(self, address: str) -> None:
        self.page.goto(f"/{self.role}/{address}")
        self.look()

    def follow(self, name: str) -> None:
        """Follow a link of the page by its name."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()
        self.look()

    def unfold(self, words: str) -> None:
        self.page.locator("summary", has_text=words).first.click()
        self.look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()


def find(guest: Guest) -> None:
    guest.open("")
    guest.page.keyboard.press("/")
    guest.page.keyboard.type(HEARD_AS)
    guest.look()
    guest.press("Find")


def case(guest: Guest) -> None:
    guest.open("")
    with guest.page.expect_navigation():
        guest.page.locator("main a.ref").first.click()
    guest.look()


def act(name: str) -> Callable[[Guest], None]:
    """An act of the case."""

    def walk(guest: Guest) -> None:
        case(guest)
        guest.said.clear()
        guest.look()
        guest.follow(name)

    return walk


def at(*addresses: str, unfold: str = "") -> Callable[[Guest], None]:
    """Pages of the role, one after the other; the last is the one of the picture."""

    def walk(guest: Guest) -> None:
        for address in addresses:
            guest.open(address)
        if unfold:
            guest.unfold(unfold)

    return walk


def need(guest: Guest) -> None:
    guest.open("")
    with guest.page.expect_navigation():
        guest.page.get_by_role("link", name="spoken").first.click()
    guest.look()


def trail(guest: Guest) -> None:
    at("case/", unfold="Records")(guest)
    with guest.page.expect_navigation():
        guest.page.locator("main tbody a").first.click()
    guest.look()


def preview(guest: Guest) -> None:
    at("", unfold="Set up")(guest)
    guest.open("closedday/new/")
    guest.page.get_by_label("Day", exact=True).fill("26 Nov 2026")
    guest.page.get_by_label("Why", exact=True).fill("Training of the whole team")
    guest.page.get_by_label("Office closed").check()
    guest.press("Show what changes")


HIDE = "Somebody comes in"
STOPS: dict[str, dict[str, Callable[[Guest], None]]] = {
    "caseworker": {
        "The morning": at(""), "Somebody rings": find, "The page of a case": case,
        "Log the call": act("Log a call"), "Go there": act("Book home visit"), "Ask an agency": act("Refer"),
        "Who waits": at("waiting/"), HIDE: at(""),
    },
    "coordinator": {
        "The morning": at(""), "One need": need, "All needs at once": at("board/"),
        "The whole week": at("suggest-week/"), "People": at("volunteer/"),
        "The diary and the helpline": at("diary/", "helpline/"), HIDE: at(""),
    },
    "manager": {
        "The morning": at(""), "Who waits": at("waiting/"), "The review of all cases": at("review/board/"),
        "Figures": at("figures/"), "Set up": preview, "Who did what": trail, HIDE: at(""),
    },
    "reports": {
        "Figures": at("figures/"), "Tables": at("figures/tables/"), "A file for a funder": at("funder/"),
        "Agencies": at("agency/scorecards/"), "Campaigns": at("campaigns/"), HIDE: at("figures/"),
    },
}  # fmt: skip


def walked(guest: Guest) -> Iterator[tuple[Section, list[str]]]:
    """Go from stop to stop; give each section while its last screen is open, with the bold words that were not met."""
    stops = STOPS[guest.role]
    sections = [one for one in tour(guest.role).sections if one.heading]
    assert [one.heading for one in sections] == list(stops)
    for section in sections:
        guest.said.clear()
        stops[section.heading](guest)
        bold = [words for passage in section.passages for words in BOLD.findall(passage.text)]
        yield section, [words for words in bold if words not in guest.said]


def small(dots: bytes, width: int, height: int) -> bytes:
    """Give a picture as PNG in few colours: those that cover most, each dot in the nearest of them.

    `dots` are red, green, blue and opacity of each dot, line by line.
    """
    seen = np.frombuffer(dots, dtype=np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)
    packed = seen[:, 0] << 16 | seen[:, 1] << 8 | seen[:, 2]
    codes, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    chosen = [int(counts.argmax())]
    far = np.full(len(codes), np.inf)
    while len(chosen) < min(COLOURS, len(codes)):  # next the colour whose dots are worst served so far
        far = np.minimum(far, ((colours - colours[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int((far * np.sqrt(counts)).argmax()))
    palette = colours[chosen]
    nearest = ((colours[:, None] - palette[None]) ** 2).sum(axis=2).argmin(axis=1)
    lines = nearest[where].astype(np.uint8).reshape(height, width)
    packed_lines = (lines[:, ::2] << 4 | lines[:, 1::2]).astype(np.uint8)
    rows = np.concatenate([np.zeros((height, 1), np.uint8), packed_lines], axis=1)
    return b"\x89PNG\r\n\x1a\n" + b"".join([
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)),
        _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
        _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)), _chunk(b"IEND", b""),
    ])  # fmt: skip


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def take(page: Page, to: Path, drawing: Page) -> int:
    """Keep what is on the screen as a small picture; give its size in bytes."""
    page.evaluate("document.activeElement.blur()")
    shot = base64.b64encode(page.screenshot(animations="disabled")).decode()
    content = small(base64.b64decode(drawing.evaluate(DOTS, shot)), SIZE["width"], SIZE["height"])
    to.write_bytes(content)
    return len(content)


def main() -> int:
    faults = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = _office(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        drawing = browser.new_page()
        for role in STOPS:
            context = browser.new_context(base_url=url, locale="en-GB", viewport=SIZE, reduced_motion="reduce")
            page = context.new_page()
            page.goto("/login")
            page.get_by_label("User name").fill(SIGN_INS[role])
            page.get_by_label("Password").fill(PASSPHRASE)
            with page.expect_navigation():
                page.get_by_role("button", name="Sign in").click()
            for section, missing in walked(Guest(page, role)):
                faults += len(missing)
                for words in missing:
                    sys.stdout.write(f"{role}, {section.heading}: “{words}” is not on the screen\n")
                for passage in section.passages:
                    if passage.picture:
                        size = take(page, PICTURES / passage.picture, drawing)
                        faults += size > LARGEST
                        sys.stdout.write(f"{passage.picture}: {size} bytes\n")
            context.close()
        browser.close()
    return 1 if faults else 0


def _office(folder: Path) -> str:
    """Load the demonstration as it is on the day of the pictures, serve it on a free port and give its address."""
    app = create_app(Config(f"sqlite:///{folder / 'tours.db'}", SECRET, demo=True, fixed_now=DAY))
    runner = app.test_cli_runner(env={"CASEWORK_DEMO_PASSWORD": PASSPHRASE})
    with app.app_context():
        for command in ("upgrade", "demo"):
            done = runner.invoke(args=[command])
            if done.exit_code:
                raise SystemExit(f"{command}: {done.output}{done.exception!r}")
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{server.effective_port}"


if __name__ == "__main__":
    sys.exit(main())
