"""The findings B1 to B8: requests from elsewhere, what a page gives away, sheets, headers, errors."""

from __future__ import annotations

import csv
import io
import logging
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from models import Agency, CaseNote, Team
from tests import make
from tests.admin_views.office import NAMES, PASSPHRASE
from tests.admin_views.page import Page

FOREIGN = [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"}, {"Origin": "https://localhost"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]  # fmt: skip
HOSTILE = [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "///x",
    "/\t/evil.example", "http://[", "\u2100", "/a\r\nSet-Cookie: x=1", "manager/", " //evil.example", "/%5cevil@x:y",
]  # fmt: skip


# B1


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_sent_from_another_site_is_refused_even_with_the_right_token(site, browse, headers):
    """B1: the token is the first wall, the sender's own site the second."""
    person, before = browse("manager"), site.everything()
    answer = person.post("/manager/team/new/", {"name": "North"}, headers=headers)
    assert answer.status == 400
    assert "came from another website" in answer.text
    assert site.everything() == before


@pytest.mark.parametrize("headers", [
    {}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"},
], ids=str)  # fmt: skip
def test_a_form_sent_from_the_offices_own_pages_is_taken(site, browse, headers):
    """B1: the lawful neighbour."""
    assert browse("manager").post("/manager/team/new/", {"name": "North"}, headers=headers).status == 302


def test_looking_at_a_page_changes_nothing(site, browse):
    """B1: a picture on another site can send anybody's browser to any address."""
    person, before = browse("manager"), site.everything()
    for view in site.app.extensions["casework_views"].values():
        if view.role == "manager":
            for door in ("", "new/?name=North", "edit/?id=1&name=North", "delete/?id=1", "action/?action=done&rowid=1"):
                person.client.get(f"/manager/{view.panel.name}/{door}")
    person.client.get("/logout")
    assert site.everything() == before
    assert person.get("/manager/").status == 200


# B2


@pytest.mark.parametrize("wanted", HOSTILE)
def test_signing_in_leads_nowhere_but_to_the_offices_own_pages(site, browse, wanted):
    """B2."""
    stranger = browse("")
    page = stranger.client.get("/login", query_string={"next": wanted})
    assert page.status_code == 200
    typed = {"username": "manager", "password": PASSPHRASE, "next": wanted, "csrf_token": stranger.token}
    answer = stranger.client.post("/login", data=typed)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_signing_in_leads_on_to_the_page_that_was_asked_for(browse):
    """B2."""
    stranger = browse("")
    asked = stranger.get("/manager/case/?flt0_status=open&sort=1")
    page = stranger.get(asked.location)
    answer = stranger.submit(page, {"username": "manager", "password": PASSPHRASE}, holding="username")
    assert answer.location == "/manager/case/?flt0_status=open&sort=1"


# B6


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_stray_control_sign_in_a_record_does_not_break_a_sheet(any_site, kind):
    """B6: one vertical tab, pasted from a letter, made every sheet of the library an error."""
    stray = "Marsh\x0bLane\x08 \x1b[31mHomes\x7f"
    with any_site.engine.begin() as connection:
        connection.execute(text("UPDATE agencies SET name = :name WHERE id = 1"), {"name": stray})
    answer = any_site.browse("manager").get(f"/manager/agency/export/{kind}/")
    assert answer.status == 200
    if kind == "xlsx":
        cells = [cell.value for row in load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows() for cell in row]
    else:
        cells = [cell for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))) for cell in row]
    [name] = [cell for cell in cells if "Marsh" in str(cell)]
    assert re.sub(r"\s", "", name) == "MarshLane[31mHomes"


def test_unseen_signs_are_taken_out_of_what_is_typed(any_site):
    """B6: PostgreSQL refuses some of them, SQLite keeps them all."""
    person = any_site.browse("manager")
    typed = {
        "Marsh\x00 Lane\x0b Homes": "Marsh Lane Homes",
        "Jose\u0301": "Jos\u00e9",
        "a\u202eb\u200b": "ab",
        "  x  ": "x",
    }
    for text_typed, kept in typed.items():
        assert person.fill("/manager/agency/edit/?id=1", {"name": text_typed}).status == 302
        with any_site.db() as db:
            assert db.get(Agency, 1).name == kept


# B7


ANSWERS = {
    "a page": ("manager", "GET", "/manager/team/"), "a redirect": ("manager", "GET", "/"),
    "the sign-in page": ("", "GET", "/login"), "no such page": ("manager", "GET", "/nothing"),
    "not in your role": ("amina", "GET", "/manager/user/"), "a stranger": ("", "GET", "/manager/team/"),
    "a refused post": ("manager", "POST", "/manager/team/new/"), "wrong verb": ("manager", "GET", "/logout"),
    "a sheet": ("manager", "GET", "/manager/team/export/csv/"), "the script": ("", "GET", "/static/casework.js"),
    "whether we run": ("", "GET", "/healthz"), "no such file": ("", "GET", "/static/nothing.js"),
}  # fmt: skip


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_tells_the_browser_to_keep_it_to_itself(site, browse, what):
    """B7: no other site may show, read or run anything; nothing stays on a shared computer."""
    who, method, path = ANSWERS[what]
    answer = browse(who).client.open(path, method=method)
    answer.close()
    headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[one] for one in ("script-src", "style-src", "connect-src", "form-action", "font-src")} == {"'self'"}
    assert {policy[one] for one in ("base-uri", "frame-ancestors")} == {"'none'"}
    assert not re.search(r"unsafe|nonce|https?:|\*", headers["Content-Security-Policy"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    if path.startswith("/static/") and what == "the script":
        assert "no-store" not in headers["Cache-Control"]
    elif not path.startswith("/static/"):
        assert headers["Cache-Control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site, browse):
    """B7."""
    answer = browse("").client.get("/login")
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in answer.headers["Set-Cookie"].split(";")}


def test_leaving_is_a_button_and_ends_every_copy_of_the_sign_in(browse):
    """B7: the Back button of a shared computer, and a cookie copied before."""
    person, elsewhere = browse("manager"), browse("manager")
    copied = person.client.get_cookie("casework").value
    assert person.get("/logout").status == 405
    assert person.post("/logout").location == "/login"
    person.client.set_cookie("casework", copied)
    assert person.get("/manager/").location.startswith("/login")
    assert elsewhere.get("/manager/").status == 200  # another sign-in of the same person is ended where it is


def test_a_sign_in_ends_after_eight_hours(site, browse):
    """B7: the promise of a working day, whatever was done meanwhile."""
    person = browse("manager")
    for minutes in range(29, 8 * 60, 29):
        with site.at(make.NOW + timedelta(minutes=minutes)):
            assert person.get("/manager/").status == 200
    with site.at(make.NOW + timedelta(hours=8)):
        assert person.token
        assert person.get("/manager/").status == 200
    with site.at(make.NOW + timedelta(hours=8, seconds=1)):
        assert person.get("/manager/").location.startswith("/login")
        late = person.post("/manager/team/new/", {"name": "North"})
    assert late.status == 401
    assert "What you typed is kept on this page" in late.text


# B8


def test_an_unforeseen_error_gives_a_reference_and_tells_nothing(site, browse, monkeypatch, caplog):
    """B8: neither the page nor the log repeats what somebody typed."""
    person = browse("manager")

    def fails(_view):
        raise OperationalError("SELECT * FROM clients", {"name": NAMES["own"]}, Exception(f"locked: {NAMES['own']}"))

    monkeypatch.setattr("admin_views.listing.page_of", fails)
    with site.as_served(), caplog.at_level(logging.DEBUG):
        answer = person.get("/manager/client/")
    assert answer.status == 500
    assert answer.page.heading == "Something went wrong"
    [reference] = re.findall(r"Reference for the office manager: ([0-9a-f]{8})", answer.text)
    told = "\n".join(record.getMessage() + str(record.exc_info) for record in caplog.records)
    assert f"{reference} OperationalError at " in told
    assert "manager_client.index_view" in told
    assert NAMES["own"] not in answer.page.markup + told
    assert person.get("/manager/team/new/").status == 200  # and the office goes on


def test_errors_of_the_database_never_repeat_the_values(any_site):
    """B8."""
    with any_site.engine.connect() as connection, pytest.raises(DBAPIError) as met:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": NAMES["own"]})
    assert NAMES["own"] not in str(met.value)


# Too much


def sent(kind: str, data: dict[str, str]) -> dict[str, object]:
    """Give a form as a browser sends it: as one line of text, or in parts as a form with a file does."""
    if kind == "urlencoded":
        return {"data": data}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in data.items()]
    return {"data": "".join([*parts, "--x--\r\n"]).encode(), "content_type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_more_than_four_megabytes_are_refused_with_a_sentence(site, browse, kind):
    """R2: the two ways of sending a form have one limit."""
    person, before = browse("manager"), site.rows(Team)
    data = {"csrf_token": person.token, "name": "x" * (4 * 1024 * 1024)}
    answer = person.client.post("/manager/team/new/", **sent(kind, data))
    assert answer.status_code == 413
    assert Page(answer.text).heading == "Too large"
    assert site.rows(Team) == before


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_long_letter_pasted_in_is_kept_whole(site, browse, office, kind):
    """R2: its lawful neighbour; the framework's own limit for one kind is an eighth of ours."""
    person = browse("amina")
    letter = "She wrote: we are not safe here.\n" * 1500
    page = person.get(f"/caseworker/casenote/new/?case_id={office['case', 'own']}").page.form("version")
    data = {**dict(page.values), "text": letter, "at": "today", "at-time": "9:00"}
    assert person.client.post("/caseworker/casenote/new/", **sent(kind, data)).status_code == 302
    with site.db() as db:
        assert db.scalars(select(CaseNote.text).order_by(CaseNote.id.desc())).first() == letter.strip()
