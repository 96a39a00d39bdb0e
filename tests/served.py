"""The office served by a process of its own, as people run it, and visitors who use it over HTTP."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests import make
from tests.admin_views.browser import filled
from tests.admin_views.page import Page
from tests.admin_views.sites import SECRET

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 90  # seconds until a server must answer, on a machine that does much else
WORDS_OF_A_PAGE = re.compile(r'name="(csrf_token|once)" value="([^"]*)"')
LOST = (OSError, http.client.HTTPException)  # what a visitor meets when the server is gone


class Served:
    """One office behind `python app.py`; `more` is told it by its environment."""

    def __init__(self, url: str, log: Path, **more: str) -> None:
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"], "CASEWORK_DATABASE_URL": url, "CASEWORK_SECRET_KEY": SECRET,
            "CASEWORK_TODAY": make.NOW.isoformat(), "PORT": str(self.port), **more,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Served:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while self.health() is None:
            assert self.process.poll() is None and time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.05)
        return self

    def health(self) -> dict[str, str] | None:
        """Give what the office says of itself, None while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.load(refused)
        except LOST:
            return None

    def end(self, by: signal.Signals = signal.SIGKILL) -> None:
        """End the server; SIGKILL gives it no moment to tidy up."""
        assert self.process is not None
        self.process.send_signal(by)
        self.process.wait(PATIENCE)

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.end()


@dataclass(frozen=True)
class Got:
    """What came back: the status, where it leads on to, and its text."""

    status: int
    location: str
    text: str
    headers: Mapping[str, str]

    @property
    def is_saved(self) -> bool:
        return self.status in {302, 303}


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: that one was sent is the acknowledgement."""

    def redirect_request(self, *_given: object) -> None:
        return None


class Visitor:
    """One browser with its cookies; raises what LOST names when the server is gone."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url, self.headers = url, {name.replace("_", "-"): value for name, value in headers.items()}
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self._cookies))
        self._forms: dict[str, list[tuple[str, str]]] = {}

    def get(self, path: str) -> Got:
        return self._ask(urllib.request.Request(self.url + path, headers=self.headers))

    def post(self, path: str, fields: list[tuple[str, str]]) -> Got:
        body = urllib.parse.urlencode(fields).encode()
        return self._ask(urllib.request.Request(self.url + path, body, headers=self.headers))

    def sign_in(self, username: str, passphrase: str) -> Visitor:
        assert self.fill("/login", {"username": username, "password": passphrase}, holding="username").location == "/"
        self._forms.clear()
        return self

    def fill(self, path: str, typed: Mapping[str, str], *, holding: str) -> Got:
        """Open the form at `path`, type, and send it; what a form consists of is read once, its words each time."""
        opened = self.get(path)
        if opened.status != http.HTTPStatus.OK:
            return opened
        return self.send(path, opened.text, typed, holding=holding)

    def send(self, path: str, text: str, typed: Mapping[str, str], *, holding: str) -> Got:
        """Send the form on a page that is open already."""
        if path not in self._forms:
            self._forms[path] = filled(Page(text).form(holding), {})
        fresh = {**dict(WORDS_OF_A_PAGE.findall(text)), **typed}
        kept = [(name, value) for name, value in self._forms[path] if name not in fresh]
        return self.post(path, [*kept, *fresh.items()])

    def _ask(self, request: urllib.request.Request) -> Got:
        try:
            answer = self._opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as other:  # every status but 2xx comes here
            answer = other
        with answer:
            return Got(answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace"),
                       answer.headers)  # fmt: skip
