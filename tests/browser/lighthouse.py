"""Asks Lighthouse about ten pages of the demonstration office: accessibility and good practice, as it scores them.

    make lighthouse

Lighthouse (a package of npm) is put into build/node by the Makefile; it opens the pages in the Chromium that the tests
use. Exit code 1 if accessibility is below 100 or good practice below 95 anywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread

from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server

from tests.browser.audit import PASSPHRASE, ROLES, furnish
from tests.browser.conftest import FLAGS
from tests.conftest import CHROMIUM

PROGRAM = Path(__file__).parents[2] / "build/node/node_modules/lighthouse/cli/index.js"
GOALS = {"accessibility": 100, "best-practices": 95}
PAGES = (
    ("caseworker", "/caseworker/"), ("caseworker", "/caseworker/case/"),
    ("caseworker", "/caseworker/case/details/?id=1"), ("caseworker", "/caseworker/call/?case=1"),
    ("caseworker", "/caseworker/intake/"), ("caseworker", "/caseworker/visit/?case=1"),
    ("coordinator", "/coordinator/interpreters/"), ("manager", "/manager/review/"),
    ("reports", "/reports/figures/"), ("caseworker", "/caseworker/client/new/"),
)  # fmt: skip


def signed_in(app: Flask, role: str) -> str:
    """Give the cookie of somebody who has signed in."""
    visitor: FlaskClient = app.test_client()
    page = visitor.get("/login").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    visitor.post("/login", data={"csrf_token": token, "username": ROLES[role], "password": PASSPHRASE})
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visitor.get_cookie(name)
    if cookie is None:
        raise SystemExit(f"{role}: not signed in")
    return f"{name}={cookie.value}"


def scored(url: str, cookie: str) -> tuple[dict[str, int], list[str]]:
    """Give the scores, 0 to 100, and the titles of what failed; a CalledProcessError if the program cannot run."""
    words = [
        "node", str(PROGRAM), url, "--quiet", "--output=json", "--no-enable-error-reporting", "--preset=desktop",
        f"--only-categories={','.join(GOALS)}", f"--extra-headers={json.dumps({'Cookie': cookie})}",
        f"--chrome-flags=--headless {' '.join(FLAGS)}",
    ]  # fmt: skip
    told = subprocess.run(words, check=True, capture_output=True, text=True, env=os.environ | {"CHROME_PATH": CHROMIUM})
    report = json.loads(told.stdout)
    if not report["finalDisplayedUrl"].startswith(url):
        raise SystemExit(f"{url} led to {report['finalDisplayedUrl']}")
    scores = {name: round(100 * report["categories"][name]["score"]) for name in GOALS}
    asked = {one["id"] for name in GOALS for one in report["categories"][name]["auditRefs"] if one["weight"]}
    failed = [one["title"] for key, one in report["audits"].items() if key in asked and one["score"] not in {None, 1}]
    return scores, failed


def told(app: Flask, url: str) -> Iterator[tuple[bool, str]]:
    """Say of each page whether it met the goals, and its line of the table."""
    cookies = {role: signed_in(app, role) for role in {role for role, _path in PAGES}}
    for role, path in PAGES:
        scores, failed = scored(url + path, cookies[role])
        met = all(scores[name] >= goal for name, goal in GOALS.items())
        yield met, f"{path:40} {scores['accessibility']:4} {scores['best-practices']:4}  {'; '.join(failed)}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score ten pages with Lighthouse.")
    parser.add_argument("--office", type=Path, help="a folder that keeps the office for the next time")
    chosen = parser.parse_args(words)
    all_met = True
    with tempfile.TemporaryDirectory() as folder:
        app = furnish(chosen.office or Path(folder))
        server = create_server(app, host="127.0.0.1", port=0, threads=4)
        Thread(target=server.run, daemon=True).start()
        for met, line in told(app, f"http://127.0.0.1:{server.effective_port}"):
            all_met = all_met and met
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        server.close()
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())
