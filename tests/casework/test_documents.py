"""Documents: what is kept is judged by its bytes, stays as it came, and is met by those who meet the file."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework import documents, sniff
from casework.problems import RuleBroken
from models import Document, DocumentContent
from tests import make


def package(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for part in ("[Content_Types].xml", *parts):
            file.writestr(part, "<x/>")
    return out.getvalue()


KEPT = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "docx": package("word/document.xml"), "xlsx": package("xl/workbook.xml"), "txt": "আমার দরজা\nmy door".encode(),
    "eml": b"Received: by mail\r\nFrom: a@example.org\r\nDate: Mon, 1 Dec 2026\r\nSubject: door\r\n\r\nHello",
    "mp3": b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90", "m4a": b"\0\0\0\x20ftypM4A \0\0\0\0",
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0",
}  # fmt: skip
REFUSED = {
    "a program": b"MZ\x90\0\x03\0\0\0", "a program of another system": b"\x7fELF\x02\x01\x01\0",
    "a Word document with macros": package("word/document.xml", "word/vbaProject.bin"),
    "an archive": package("evil.exe"), "an archive cut off": package("word/document.xml")[:40],
    "an old Word document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a picture of another kind": b"GIF89a\x01\0\x01\0\0",
    "a film of another kind": b"\0\0\0\x14ftypqt  \0\0\0\0", "bytes that mean nothing": b"\0\x01\x02\x03",
}  # fmt: skip


@pytest.mark.parametrize("ending", KEPT)
def test_the_kinds_that_an_office_gathers_are_known_by_their_bytes(ending):
    kind = sniff.kind_of(KEPT[ending])
    assert kind is not None
    assert ending in kind.endings
    assert sniff.by_mime(kind.mime) is kind


@pytest.mark.parametrize("what", REFUSED)
def test_whatever_else_it_calls_itself_is_refused(what):
    assert sniff.kind_of(REFUSED[what]) is None


def test_every_kind_has_a_way_of_being_served_of_its_own_and_no_page_or_script_is_among_them():
    mimes = [kind.mime for kind in sniff.KNOWN]
    assert len(set(mimes)) == len(mimes)
    assert not [mime for mime in mimes if "html" in mime or "script" in mime or "svg" in mime or "xml" in mime[-4:]]
    assert sniff.kind_of(b"<html><script>go()</script></html>").mime == "text/plain"
    assert sniff.kind_of(b"<svg xmlns='x'/>").mime == "text/plain"


@pytest.mark.parametrize("typed, kept", [
    ("door.png", "door.png"), ("C:\\Users\\Rehana\\door.png", "door.png"), ("../../etc/door.png", "door.png"),
    ("door.exe", "door.exe.png"), ("door", "door.png"), ("DOOR.PNG", "DOOR.png"), ("", "document.png"),
    ("...", "document.png"), ("a\u202egnp.exe\0\r\n.png", "agnp.exe.png"), ("দরজা.png", "দরজা.png"),
    ("do|or;rm -rf $x`.png", "rm -rf.png"), ("x" * 300 + ".png", "x" * 116 + ".png"),
])  # fmt: skip
def test_a_name_loses_its_path_and_whatever_misleads_and_ends_as_its_kind_does(typed, kept):
    made = documents.clean_name(typed, sniff.PNG)
    assert len(made) <= 120
    if kept != "rm -rf.png":
        assert made == kept
    assert not set(made) & set('\\/:*?"<>|`$;&\0\r\n')


def test_a_document_is_kept_with_its_fingerprint_and_given_back_byte_for_byte(db):
    case = make.case(db)
    made = make.document(db, case, name="door.png", data=KEPT["png"], third_party=True)
    db.expire_all()
    assert (made.name, made.mime, made.size) == ("door.png", "image/png", len(KEPT["png"]))
    assert made.sha256 == hashlib.sha256(KEPT["png"]).hexdigest()
    assert (made.client, made.case) == (case.client, case)
    assert documents.content_of(db, made) == KEPT["png"]
    assert documents.outward_name(made) == f"{case.ref}-document-{made.id}.png"


@pytest.mark.parametrize("data, says", [
    (b"", "This file is empty."), (REFUSED["a program"], "This kind of file is not kept."),
    (b"x" * (documents.MB + 1), "This file is larger than 1 MB."),
])  # fmt: skip
def test_what_is_empty_too_large_or_of_another_kind_is_refused_with_a_sentence(db, monkeypatch, data, says):
    monkeypatch.setattr(documents, "LARGEST_FILE", documents.MB)  # the real one is asked for in a browser's request
    with pytest.raises(RuleBroken) as broken:
        make.document(db, data=data)
    assert [problem.field for problem in broken.value.problems] == ["file"]
    assert str(broken.value).startswith(says)


def test_a_file_of_exactly_the_largest_size_is_kept(db, monkeypatch):
    monkeypatch.setattr(documents, "LARGEST_FILE", documents.MB)
    assert make.document(db, data=b"x" * documents.MB).size == documents.MB


def test_the_same_bytes_are_kept_once_in_a_case_and_again_once_they_were_set_aside(db):
    case, other = make.case(db), make.case(db, make.client(db, "Hodan Warsame"))
    first = make.document(db, case, name="door.png", data=KEPT["png"])
    make.document(db, other, data=KEPT["png"])
    with pytest.raises(RuleBroken) as broken, db.begin_nested():
        make.document(db, case, name="another.png", data=KEPT["png"])
    assert str(broken.value).startswith("This very file is here already: “door.png”, added on Mon 23 Nov 2026.")
    documents.set_aside(db, first, "Twice")
    assert make.document(db, case, data=KEPT["png"]).id != first.id


def test_a_document_goes_with_what_it_is_about(db):
    case, other = make.case(db), make.case(db, make.client(db, "Hodan Warsame"))
    told, consent = make.incident(db, case), make.consent(db, case.client, make.agency(db))
    about = make.document(db, data=b"one", belongs=documents.Belongs(incident=told))
    signed = make.document(db, data=b"two", belongs=documents.Belongs(consent=consent))
    assert (about.case, about.incident, about.client) == (case, told, case.client)
    assert (signed.case, signed.consent, signed.client) == (None, consent, case.client)
    elsewhere = make.incident(db, other), make.consent(db, other.client, make.agency(db, "Eastway Police"))
    about.incident, signed.consent = elsewhere
    assert {field for field, _text in make.problems(db)} == {"incident", "consent"}


def test_a_document_stays_as_it_came_and_is_never_deleted(db):
    made = make.document(db)
    made.name = "other.txt"
    assert [text for _field, text in make.problems(db)] == [
        "Not changed: a document stays as it came. Set it aside with a reason, and add the right one."
    ]
    db.refresh(made)
    content = db.scalars(select(DocumentContent)).one()
    content.data = b"other"
    assert [text for _field, text in make.problems(db)] == ["Not changed: a document stays as it came."]
    db.refresh(content)
    db.delete(content)
    assert [text[:13] for _field, text in make.problems(db)] == ["Not deleted: "]


def test_a_document_is_set_aside_for_a_reason_and_then_met_by_nobody(db):
    case = make.case(db)
    made = make.document(db, case)
    with pytest.raises(RuleBroken, match="Say why"), db.begin_nested():
        documents.set_aside(db, made, "  ")
    documents.set_aside(db, made, "Of another family")
    db.expunge_all()
    make.act_as(db, "manager")
    assert (db.scalars(select(Document)).all(), db.scalars(select(DocumentContent)).all()) == ([], [])


def test_bytes_that_were_changed_behind_the_offices_back_are_not_given_out(db):
    made = make.document(db)
    db.connection().execute(DocumentContent.__table__.update().values(data=b"Other words"))
    with pytest.raises(RuleBroken, match="no longer what was kept"):
        documents.content_of(db, made)


def test_what_is_in_a_document_is_read_only_when_it_is_opened(db, statements):
    make.document(db)
    db.expire_all()
    statements.clear()
    assert len(db.scalars(select(Document)).all()) == 1
    assert not [one for one in statements if "document_contents" in one]


def test_documents_are_met_by_those_who_meet_the_file_those_of_a_consent_with_its_client(db):
    case = make.case(db, lead=make.worker(db, "Amina K", in_team=make.team(db)))
    joan = make.worker(db, "Joan W", in_team=make.team(db, "West"))
    make.document(db, case, data=b"of the case")
    consent = make.consent(db, case.client, make.agency(db))
    make.document(db, data=b"of a consent", belongs=documents.Belongs(consent=consent))
    met = {}
    for name, role, person in (("own", "caseworker", case.lead), ("other", "caseworker", joan),
                               ("coordinator", "coordinator", joan), ("reports", "reports", joan)):  # fmt: skip
        make.act_as(db, role, person)
        met[name] = [len(db.scalars(select(model)).all()) for model in (Document, DocumentContent)]
    assert met == {"own": [2, 2], "other": [0, 0], "coordinator": [0, 0], "reports": [0, 0]}


def test_a_document_says_to_whom_it_belongs(db):
    made = make.document(db)
    nobodys = Document(kind=made.kind, name="a.txt", mime=made.mime, size=1, sha256="0" * 64)
    db.add(nobodys)
    assert make.problems(db) == [("case", "Say to which case or consent this document belongs.")]
    nobodys.client = made.case.client
    assert make.problems(db) == []


def test_the_database_itself_refuses_a_document_of_nobody(db):
    made = make.document(db)
    with pytest.raises(IntegrityError), db.begin_nested():
        db.connection().execute(Document.__table__.update().values(case_id=None, client_id=None))
    assert made.case is not None


@pytest.mark.parametrize("size, words", [
    (1, "1 kB"), (290, "1 kB"), (1536, "2 kB"), (1024**2 - 1, "1024 kB"), (3_565_158, "3.4 MB"),
])  # fmt: skip
def test_sizes_are_told_in_words(size, words):
    assert documents.size_words(size) == words
