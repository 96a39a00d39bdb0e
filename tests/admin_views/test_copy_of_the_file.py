"""The copy of a file at the screen: what stops it, what the trail keeps of it, and two who check at once."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from models import CaseNote, Complaint, Document, DocumentContent, Redaction
from tests import make
from tests.admin_views.office import canary

COPY = "/caseworker/file/copy/"


@pytest.fixture
def asked(office) -> str:
    return str(office["filerequest", "own"])


def test_a_damaged_document_is_told_and_nothing_is_sent(site, browse, office, asked):
    with site.db() as db:
        db.connection().exec_driver_sql(
            "UPDATE document_contents SET data = ? WHERE document_id = ?", (b"other bytes", office["document", "own"])
        )
        db.commit()
        assert db.query(DocumentContent).filter_by(document_id=office["document", "own"]).one().data == b"other bytes"
    amina = browse("caseworker")
    answer = amina.post(COPY, {"id": asked})
    assert (answer.status, answer.location) == (302, f"/caseworker/file/request/?id={asked}")
    assert "no longer what was kept" in amina.get(answer.location).page.notices[0]
    assert site.trail(action="exported") == []


def test_the_trail_names_the_papers_that_were_left_out(site, browse, office, asked):
    with site.db() as db:
        db.get_one(Document, office["document", "own"]).third_party = True
        db.commit()
    assert browse("caseworker").post(COPY, {"id": asked}).status == 200
    [line] = site.trail(action="exported")
    assert f"0 notes left out, left out documents {office['document', 'own']}, file " in line.reason


def test_a_large_copy_arrives_whole(site, browse, office, asked):
    data = b"\x89PNG\r\n\x1a\n" + b"".join(bytes([n * n % 251, n % 241]) * 7 for n in range(600_000))
    with site.db() as db:
        row = db.get_one(Document, office["document", "own"])
        case = row.case
        make.document(db, case, name="large.png", data=data)
        db.commit()
    answer = browse("caseworker").post(COPY, {"id": asked})
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    with ZipFile(BytesIO(answer.data)) as kept:
        assert [kept.read(name) for name in kept.namelist() if name.endswith("large.png")] == [data]


@pytest.mark.parametrize("who, about, words", [
    ("caseworker", "", "not yours to open. A manager makes the copy."),
    ("manager", "manager", "not yours to open. Another manager makes the copy."),
])  # fmt: skip
def test_a_copy_is_refused_where_a_complaint_is_out_of_reach(site, browse, office, asked, who, about, words):
    with site.db() as db:
        row = db.get_one(Complaint, office["complaint", "own"])
        row.handler_id, row.about_id = office.people["joan"], office.people.get(about)
        db.commit()
    person = browse(who)
    page = f"/{who}/file/request/?id={asked}"
    assert words in person.get(page).text
    refused = person.post(f"/{who}/file/copy/", {"id": asked})
    assert refused.location == page and words in person.get(page).page.notices[0]
    assert site.trail(action="exported") == []


def test_two_who_check_at_once_see_each_others_words(site, browse, office, asked):
    with site.db() as db:
        note = db.get_one(CaseNote, office["casenote", "own"])
        note.third_party, note.instruction = True, "Write to Mr Cole."
        db.commit()
    box = f"note_{office['casenote', 'own']}"
    path = f"/manager/file/redact/?id={asked}"
    manager, tariq = browse("manager"), browse("manager")
    first, second = manager.get(path), tariq.get(path)
    assert manager.submit(first, {box: "The first words."}, holding=box, path=path).status == 302
    late = tariq.submit(second, {box: "The second words."}, holding=box, path=path)
    assert late.status == 409
    assert ["The first words.", "The second words."] in [row[-2:] for row in late.page.rows]
    assert "The first words." in tariq.get(path).text
    assert tariq.submit(late, {box: "The second words."}, holding=box, path=path).status == 302
    assert "The second words." in tariq.get(path).text


def test_the_check_begins_with_the_instruction_too_and_a_note_marked_meanwhile_stops_it(site, browse, office, asked):
    box, path = f"note_{office['casenote', 'team']}", f"/manager/file/redact/?id={office['filerequest', 'team']}"
    with site.db() as db:
        note = db.get_one(CaseNote, office["casenote", "team"])
        note.third_party, note.instruction = True, "Write to Mr Cole."
        db.delete(db.query(Redaction).filter_by(note_id=note.id).one())
        db.commit()
    manager = browse("manager")
    page = manager.get(path)
    assert "Write to Mr Cole." in dict(page.page.form(box).values)[box]
    with site.db() as db:
        db.add(CaseNote(case_id=office["case", "team"], at=make.NOW, text="Another neighbour.", third_party=True))
        db.commit()
    stopped = manager.submit(page, {box: "Helped."}, holding=box, path=path)
    assert stopped.status == 422 and "1 note not looked at yet" in stopped.text
    assert canary("redacted", "team") not in stopped.text
