"""Adding a document, opening it and setting it aside, as the caseworker does; what may not be added says why."""

from __future__ import annotations

import hashlib
import re

import pytest
from flask import request_started
from sqlalchemy import event, select

from admin_views import documents as screen
from admin_views.db import db as keeper
from casework import documents
from models import Document
from tests import make
from tests.admin_views.office import canary
from tests.admin_views.page import Page

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)


def sent(data: dict[str, str], name: str | None, content: bytes) -> dict[str, object]:
    """Give a form with a file as a browser sends it; as bytes, so that no file of the test's own stays open."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in data.items()
    ]
    file = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'
    whole = [*parts, *([file.encode(), content, b"\r\n"] if name is not None else []), b"--x--\r\n"]
    return {"data": b"".join(whole), "content_type": "multipart/form-data; boundary=x"}


def add(person, site, path: str, content: bytes = PNG, name: str | None = "door.png", **more: str):
    with site.db() as db:
        kind = str(make.code(db, "document_kind", "photograph").id)
    data = {"csrf_token": person.token, "kind_id": kind, "shows": "The door, next morning", **more}
    answer = person.client.post(path, **sent(data, name, content))
    answer.close()
    return answer


def latest(site) -> Document:
    with site.db() as db:
        return db.scalars(select(Document).order_by(Document.id.desc())).first()


@pytest.mark.req("R44")
def test_evidence_is_kept_with_its_fingerprint_and_comes_back_byte_for_byte_as_a_file(site, browse, office):
    amina, path = browse("amina"), f"/caseworker/documents/?case={office['case', 'own']}"
    answer = add(amina, site, path, third_party="y", **{"third_party-asked": "1"})
    assert answer.headers["Location"].endswith(f"/caseworker/case/details/?id={office['case', 'own']}")
    made = latest(site)
    assert (made.name, made.mime, made.sha256) == ("door.png", "image/png", hashlib.sha256(PNG).hexdigest())
    assert (made.shows, made.third_party, made.case_id) == ("The door, next morning", True, office["case", "own"])
    page = amina.get(f"/caseworker/document/details/?id={made.id}").page
    assert made.sha256 in page.text
    opened = amina.client.get(page.links["Open"])
    headers = opened.headers
    assert opened.data == PNG
    opened.close()
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert headers["Content-Disposition"] == f"attachment; filename=26-0001-document-{made.id}.png"
    assert headers["Cache-Control"] == "no-store"
    assert len(site.trail(action="opened", subject="DocumentContent", row_id=made.id, who="amina")) == 1


def test_a_page_that_calls_itself_a_picture_is_served_as_plain_text_and_only_to_be_saved(site, browse, office):
    amina = browse("amina")
    add(amina, site, f"/caseworker/documents/?case={office['case', 'own']}", b"<script>go()</script>", "a.html")
    made = latest(site)
    assert (made.name, made.mime) == ("a.html.txt", "text/plain")
    opened = amina.client.get(f"/caseworker/document/open/?id={made.id}")
    opened.close()
    assert opened.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert opened.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("content, name, says", [
    (b"", "door.png", "File: This file is empty."),
    (b"MZ\x90\0\x03\0", "door.png", "File: This kind of file is not kept."),
    (b"", "", "Choose a file."), (PNG, None, "Choose a file."),
    (b"x" * (documents.LARGEST_FILE + 1), "long.txt", "File: This file is larger than 20 MB."),
])  # fmt: skip
def test_what_cannot_be_kept_gets_a_sentence_and_what_was_typed_stays(site, browse, office, content, name, says):
    amina, before = browse("amina"), site.rows(Document)
    answer = add(amina, site, f"/caseworker/documents/?case={office['case', 'own']}", content, name)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert [one[: len(says)] for one in page.faults] == [says]
    values = dict(page.form("shows").values)
    assert (values["shows"], values["kind_id"] != "") == ("The door, next morning", True)
    assert site.rows(Document) == before


def test_the_same_file_is_refused_kindly_and_a_missing_kind_is_asked_for(site, browse, office):
    amina, path = browse("amina"), f"/caseworker/documents/?case={office['case', 'own']}"
    again = canary("bytes", "own").encode()
    answer = add(amina, site, path, again, "copy.txt", kind_id="")
    assert Page(answer.text).faults == ["Choose what it is."]
    answer = add(amina, site, path, again, "copy.txt")
    assert "This very file is here already: “paper-of-own-file.txt”" in Page(answer.text).faults[0]


def test_only_this_page_takes_more_than_four_megabytes_and_only_from_somebody_signed_in(site, browse, office):
    amina, stranger = browse("amina"), browse("")
    large, path = b"x" * (5 * documents.MB), f"/caseworker/documents/?case={office['case', 'own']}"
    assert add(amina, site, path, large, "long.txt").status_code == 302
    assert add(amina, site, f"/caseworker/happened/?case={office['case', 'own']}", large, "long.txt").status_code == 413
    assert add(stranger, site, path, large, "long.txt").status_code == 413
    answer = add(amina, site, path, b"x" * (screen.LARGEST_REQUEST + 1), "long.txt")
    assert answer.status_code == 413
    assert "This file is larger than 20 MB, so it was not kept." in Page(answer.text).text


def test_a_document_may_be_about_an_incident_or_a_consent_and_leads_back_there(site, browse, office):
    amina = browse("amina")
    for what, data in (("incident", b"one"), ("consent", b"two")):
        answer = add(amina, site, f"/caseworker/documents/?{what}={office[what, 'own']}", data, "notes.txt")
        assert answer.headers["Location"].endswith(f"/caseworker/{what}/details/?id={office[what, 'own']}")
        assert getattr(latest(site), f"{what}_id") == office[what, "own"]
        shown = amina.get(answer.headers["Location"]).page
        assert [row[1] for row in shown.rows if row[0] == "Photograph"] == ["notes.txt"]
        assert f"/caseworker/documents/?{what}=" in shown.links["Add document"]


def test_a_document_out_of_reach_can_neither_be_opened_nor_set_aside_nor_added_to(site, browse, office):
    before = site.everything()
    for who in ("amina", "leyla"):
        person, role = browse(who), {"amina": "caseworker", "leyla": "coordinator"}[who]
        for file in ("other", "hidden"):
            id = office["document", file]
            paths = [f"/{at}/document/{door}/?id={id}" for at in ("caseworker", role) for door in ("open", "aside")]
            for path in (*paths, f"/caseworker/documents/?case={office['case', file]}"):
                assert person.client.get(path).status_code in (403, 404), path
                assert person.post(path, {"reason": "x"}).status in (403, 404, 405), path
    assert site.everything() == before


@pytest.mark.req("R29")
def test_a_document_set_aside_is_gone_from_sight_and_from_every_door_but_not_from_the_file(site, browse, office):
    amina, id = browse("amina"), office["document", "own"]
    page = amina.get(f"/caseworker/document/aside/?id={id}")
    refused = amina.submit(page, {"reason": " "}, holding="reason")
    assert refused.status == 422
    assert "Say why this document is set aside." in refused.text
    done = amina.submit(refused, {"reason": "Of another family"}, holding="reason")
    assert "Set aside." in amina.get(done.location).page.notices[0]
    for door in ("document/open/", "document/details/", "document/edit/", "document/aside/"):
        assert amina.get(f"/caseworker/{door}?id={id}").status == 404
    with site.db() as db:
        kept = db.get(Document, id)
        assert (kept.voided_reason, documents.content_of(db, kept)) == (
            "Of another family",
            canary("bytes", "own").encode(),
        )


def test_documents_are_in_no_sheet_and_their_panel_offers_none(site, browse, office):
    manager = browse("manager")
    page = manager.get("/manager/document/").page
    assert not [text for text in page.links if text.startswith("Export")]
    assert manager.get("/manager/document/export/xlsx/").status == 403
    assert not re.search("paper-of|bytes-of", manager.get("/manager/case/export/csv/").data.decode("utf-8-sig"))


def test_the_page_says_which_files_and_tells_the_browser_how_large_they_may_be(site, browse, office):
    page = browse("amina").get(f"/caseworker/documents/?case={office['case', 'own']}").page
    box = page.by_id("file")
    assert box.get("data-largest") == str(20 * 1024 * 1024)
    assert set(box.get("accept").split(",")) >= {
        ".pdf",
        ".png",
        ".jpg",
        ".docx",
        ".xlsx",
        ".txt",
        ".eml",
        ".mp3",
        ".m4a",
    }
    assert page.all("form", enctype="multipart/form-data")


def test_an_upload_waits_for_the_writer_before_it_whatever_was_read_before(site, browse, office):
    """Who begins by reading and then writes is refused at once while somebody else saves, and the file is lost."""
    amina, path = browse("amina"), f"/caseworker/documents/?case={office['case', 'own']}"
    begun = []

    def watch(_connection, _cursor, statement, *_more):
        if statement.startswith("BEGIN"):
            begun.append(statement)

    assert amina.get(path).status == 200
    with site.app.app_context():
        engine = keeper.engine
    event.listen(engine, "before_cursor_execute", watch)
    try:
        with request_started.connected_to(lambda *_: begun.clear(), site.app):  # what the test itself has read
            assert add(amina, site, path).status_code == 302
    finally:
        event.remove(engine, "before_cursor_execute", watch)
    assert begun and set(begun) == {"BEGIN IMMEDIATE"}
