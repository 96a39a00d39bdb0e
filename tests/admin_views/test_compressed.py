"""Answers are small, are what they were, and tell nothing by their length."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, Response

from admin_views import compressed

STATIC = Path(compressed.__file__).parent / "static"
ASKS = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def office():
    """A web application with one page, one short answer, one file to keep and the project's static files."""
    app = Flask("small", static_folder=str(STATIC))
    compressed.install(app)
    app.add_url_rule("/page", "page", lambda: Response("A page about nobody. " * 100, mimetype="text/html"))
    app.add_url_rule("/short", "short", lambda: Response("No.", mimetype="text/html"))
    app.add_url_rule("/sheet", "sheet", lambda: Response(b"PK" * 1000, mimetype="application/zip"))
    app.add_url_rule("/stream", "stream", lambda: Response(iter(["line\n"] * 1000), mimetype="text/plain"))
    return app.test_client()


def test_a_page_is_smaller_and_the_same(office):
    plain, small = office.get("/page"), office.get("/page", headers=ASKS)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data == b"A page about nobody. " * 100
    assert len(small.data) == int(small.headers["Content-Length"]) < len(plain.data) / 5
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in small.headers["Vary"]


def test_the_same_page_is_not_always_as_long(office):
    lengths = {len(office.get("/page", headers=ASKS).data) for _ in range(60)}
    assert len(lengths) > 20
    assert max(lengths) - min(lengths) <= compressed.MOST_RUN


@pytest.mark.parametrize("path", ["/short", "/sheet", "/stream"])
def test_what_would_not_gain_goes_as_it_is(office, path):
    asked, plain = office.get(path, headers=ASKS), office.get(path)
    assert "Content-Encoding" not in asked.headers
    assert asked.data == plain.data


@pytest.mark.parametrize("refusal", ["gzip;q=0", "identity", "br"])
def test_who_does_not_ask_for_gzip_gets_none(office, refusal):
    assert "Content-Encoding" not in office.get("/page", headers={"Accept-Encoding": refusal}).headers
    assert "Content-Encoding" not in office.get("/static/casework.css", headers={"Accept-Encoding": refusal}).headers


def test_static_files_are_kept_compressed_and_known_again(office):
    first = office.get("/static/casework.css", headers=ASKS)
    assert first.headers["Content-Type"] == "text/css; charset=utf-8"
    assert gzip.decompress(first.data) == office.get("/static/casework.css").data
    again = office.get("/static/casework.css", headers=ASKS | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert office.get("/static/nothing.css").status_code == 404
    assert office.get("/static/../compressed.py").status_code == 404


def test_an_address_carries_the_mark_of_what_is_served(office):
    app = office.application
    with app.test_request_context():
        addresses = [app.url_for("static", filename=name) for name in ("casework.css", "casework.js")]
    for address in addresses:
        path, _, mark = address.partition("?v=")
        assert re.fullmatch("[0-9a-f]{12}", mark)
        assert mark in office.get(path).headers["ETag"]


def test_strings_keep_their_spaces_and_their_comments():
    sheet = (
        """/* it's a note */ a::after { content : "/* ; */  x" ; src: url(data:a; b) }\n\n.b > .c , d:not( e ) { }"""
    )
    assert compressed.without_comments(sheet) == (
        'a::after{content :"/* ; */  x";src:url(data:a; b)}.b > .c,d:not( e ){}'
    )


def test_the_script_without_its_margins_says_the_same():
    """No text of the script runs over a line, and a line without its margin still stands alone."""
    script = (STATIC / "casework.js").read_text(encoding="utf-8")
    assert all(line.count("`") % 2 == 0 for line in script.splitlines())
    served = compressed.static_file(STATIC / "casework.js").body.decode()
    kept = [line.strip() for line in script.splitlines() if line.strip() and not line.strip().startswith("//")]
    assert served.splitlines() == kept
