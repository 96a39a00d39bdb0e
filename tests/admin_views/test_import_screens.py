"""A manager brings an old spreadsheet in by the browser: every row accounted for, nothing twice, and a way back."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from admin_views import import_run
from casework import import_uploads
from models import Case, CaseNote, Client, ImportBatch, ImportMapping, ImportUpload, Incident
from seed import importer
from tests import make
from tests.data.make_office_sheet import GOOD, make_office_sheet

START = "/manager/import-sheet/"
ANSWERS = {"case__kind": "racist_incident", "incident__perceived_by": "victim", "incident__strands": "race"}
WORDS = {
    "graffiti": "graffiti_property", "threats": "threat", "stones thrown": "attack_on_home", "bus": "transport",
    "shouted at": "verbal_abuse", "spat at": "spitting", "letters": "written_abuse", "ring only": "phone_only",
    "no letters": "no_post",
}  # fmt: skip
EXPECTED = [(6, "new"), (7, "new"), (8, "new"), (9, "new"), (10, "left_out"), (11, "left_out")]


@pytest.fixture
def manager(browse):
    return browse("manager")


@pytest.fixture
def book(tmp_path):
    return make_office_sheet(tmp_path / "book.xlsx").read_bytes()


def send(person, data, name="book.xlsx", **typed):
    answer = person.submit(person.get(START), {"file": [(io.BytesIO(data), name)], **typed}, holding="file", path=START)
    assert answer.status == 302, answer.text
    return answer.location


def file_of(location) -> str:
    return re.search(r"file=(\d+)", location)[1]


def page(step, file):
    return f"{START}{step}/?file={file}"


def mean_words(person, location, words=WORDS):
    """Answer the page of words as somebody who knows what they mean; give where it leads."""
    asked = person.get(location)
    form = asked.page.form("csrf_token") if "w0-0" in asked.data.decode() else None
    labels = dict(re.findall(r'<label for="(w\d+-\d+)"><bdi>(.*?) \(\d+\)</bdi>', asked.data.decode()))
    typed = {name: words[said] for name, said in labels.items() if said in words}
    first = next(iter(labels))
    return person.submit(asked, typed, holding=first, path=location), labels, form


def to_dry_run(person, data, name="book.xlsx", answers=ANSWERS, columns=(), words=WORDS, **typed):
    """Walk to the dry run; `columns` are (heading, what becomes of it). Give the file's number and the page."""
    file = file_of(send(person, data, name, **typed))
    person.submit(person.get(page("where", file)), {}, holding="first", path=page("where", file))  # fmt: skip
    asked = person.get(page("columns", file))
    boxes = {said: box for box, said in re.findall(r'<label for="(c\d+)"><bdi>(.*?)</bdi>', asked.data.decode())}
    chosen = {boxes[heading]: to for heading, to in columns}
    answer = person.submit(asked, {**answers, **chosen}, holding="c0", path=page("columns", file))
    assert answer.status == 302, answer.text
    if "words" in answer.location:
        answer = mean_words(person, answer.location, words)[0]
    assert "check" in answer.location, answer.location
    return file, person.get(answer.location)


def apply(person, file, wait=True):
    answer = person.post(page("apply", file))
    for thread in [one for one in threading.enumerate() if wait and one.name.startswith("import ")]:
        thread.join(60)
    return person.get(answer.location)


def counts(answer):
    """Give the numbers of a summary by their words."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>([\d,]+)</dd>", answer.data.decode())
    return {words: int(number.replace(",", "")) for words, number in pairs}


def verdicts(site, file):
    import json

    with site.db() as db:
        return [(n, kind) for n, kind, _why in json.loads(db.get_one(ImportUpload, int(file)).verdicts)["lines"]]


@pytest.mark.req("R70")
def test_the_whole_walk_brings_each_row_in_once_and_can_be_undone(site, manager, book):
    before = len(site.rows(Case))
    file, dry = to_dry_run(manager, book)
    assert verdicts(site, file) == EXPECTED
    told = counts(dry)
    assert told == {"Will come in": 4, "Already in the office": 0, "Refused": 0, "Left out": 2, "Together": 6}
    assert sum(value for words, value in told.items() if words != "Together") == told["Together"]
    assert len(site.rows(Case)) == before
    done = apply(manager, file)
    assert counts(done) == {"Brought in": 4, "Already in the office": 0, "Refused": 0, "Rows": 4}
    with site.db() as db:
        rows = db.scalars(select(Incident).where(Incident.import_batch_id.is_not(None)).order_by(Incident.id)).all()
        assert [one.external_ref for one in rows] == [f"book {row[0]}" for row in GOOD]
        assert [sorted(kind.code for kind in one.types) for one in rows] == [
            ["graffiti_property", "threat"], ["attack_on_home"], ["spitting", "verbal_abuse"], ["written_abuse"],
        ]  # fmt: skip
        assert {row.case.client.name for row in rows if row.case.client} == {"Ruksana Miah", "Ibrahim Sesay"}
        assert rows[0].case.client is rows[1].case.client
        assert "Fare paid: 2.8" in rows[0].what and rows[3].what.startswith("=1+1 was written in the letter")
        batch = rows[0].case.import_batch_id
    again = apply(manager, file)  # pressed again: it leads to what is there
    assert counts(again)["Brought in"] == 4
    assert len(site.rows(Case)) == before + 4
    undo = f"{START}undo/?id={batch}"
    assert "Nothing is deleted" in manager.get(undo).text
    assert manager.post(undo).status == 302
    with site.db() as db:
        assert db.get_one(ImportBatch, batch).undone_at == make.NOW
        came = db.scalars(select(Case).where(Case.import_batch_id == batch)).all()
        assert {one.voided_reason for one in came} == {f"Import {batch} undone"}
    assert len(site.rows(Case)) == before + 4


def test_a_second_dry_run_of_the_same_sheet_finds_every_row_there(site, manager, book):
    file, _dry = to_dry_run(manager, book)
    apply(manager, file)
    _file, dry = to_dry_run(manager, book)
    assert counts(dry) == {"Will come in": 0, "Already in the office": 4, "Refused": 0, "Left out": 2, "Together": 6}
    assert "There is nothing new to bring in" in dry.text


CSV = """Ref,Day,Kind,Words,Name
A1,3/3/2024,Threat,They came to the door.,Miah
A2,someday,Threat,By the bus stop.,Sesay
A3,5/3/2024,made up,"=HYPERLINK(""http://x.example"")",Ali

A1,6/3/2024,Threat,Again.,Khan
Total,,,4,
"""


def messy(person):
    return to_dry_run(person, CSV.encode(), "calls.csv", words={}, answers={**ANSWERS, "reference": "Ref"},
                      columns=[("Day", "incident.from_at"), ("Kind", "incident.types")])  # fmt: skip


def test_refused_rows_come_back_as_a_list_with_their_reasons_and_no_formula(site, manager):
    file, dry = messy(manager)
    assert counts(dry) == {"Will come in": 1, "Already in the office": 0, "Refused": 3, "Left out": 2, "Together": 6}
    logged = len(site.trail(action="exported"))
    answer = manager.post(page("refused", file))
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(place for place, row in enumerate(rows) if row[0] == "Line in the sheet")
    assert rows[at] == ["Line in the sheet", "Why it was not taken", "Ref", "Day", "Kind", "Words", "Name"]
    assert [row[0] for row in rows[at + 1 : at + 4]] == [3, 4, 6]
    assert [row[1] for row in rows[at + 1 : at + 4]] == [
        "Column Day cannot be read as a date.", "Column Kind holds words that the mapping does not know.",
        "Row 2 has the same reference.",
    ]  # fmt: skip
    assert rows[at + 2][5] == '=HYPERLINK("http://x.example")'
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {
        "s",
        "n",
        "inlineStr",
    }
    told = site.trail(action="exported")
    assert len(told) == logged + 1
    assert "3 refused rows" in told[-1].reason and "Sesay" not in told[-1].reason


def test_the_list_of_refused_rows_can_be_put_right_and_brought_in(site, manager):
    file, _dry = messy(manager)
    apply(manager, file)
    put_right = {"someday": "4/3/2024", "made up": "Threat"}
    back = load_workbook(io.BytesIO(manager.post(page("refused", file)).data))
    sheet = back.active
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value in put_right:
                cell.value = put_right[cell.value]
    out = io.BytesIO()
    back.save(out)
    _file, dry = to_dry_run(manager, out.getvalue(), "refused.xlsx", words={},
                            answers={**ANSWERS, "prefix": "calls", "reference": "Ref"},
                            columns=[("Day", "incident.from_at"), ("Kind", "incident.types")])  # fmt: skip
    told = counts(dry)
    assert (told["Will come in"], told["Refused"]) == (2, 1), dry.text  # A1 stands for another row


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_program_that_is_killed_between_two_pieces_loses_nothing_and_brings_nothing_in_twice(
    site, manager, book, monkeypatch
):
    file, _dry = to_dry_run(manager, book)
    monkeypatch.setattr(import_run, "PIECE", 1)
    written, real = [], importer.write_some

    def dies(*given):
        if len(written) == 2:
            raise SystemExit
        real(*given)
        written.append(1)

    monkeypatch.setattr(importer, "write_some", dies)
    apply(manager, file)
    at_work = manager.get(page("progress", file))
    assert "2 of 4 rows are in" in at_work.text
    assert manager.post(page("apply", file)).status == 302  # somebody presses: the row says that it is at work
    assert len(written) == 2
    monkeypatch.setattr(importer, "write_some", real)
    later = replace(site.config, fixed_now=make.NOW + import_uploads.SILENT_FOR)
    site.app.config["CASEWORK"] = later
    stopped = manager.get(page("progress", file))
    assert "Nothing is lost" in stopped.text and "2 of 4 rows are in" in stopped.text
    done = apply(manager, file)
    assert counts(done) == {"Brought in": 4, "Already in the office": 0, "Refused": 0, "Rows": 4}
    assert len(site.rows(ImportBatch)) == 2  # that of the furnished office, and this one
    with site.db() as db:
        refs = db.scalars(select(Incident.external_ref).where(Incident.import_batch_id.is_not(None))).all()
    assert sorted(refs) == ["book 101", "book 102", "book 103", "book 104"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_program_that_is_killed_before_the_first_piece_has_written_nothing(site, manager, book, monkeypatch):
    file, _dry = to_dry_run(manager, book)
    before = site.everything()
    monkeypatch.setattr(importer, "open_batch", lambda *_given, **_more: (_ for _ in ()).throw(SystemExit))
    apply(manager, file)
    after = site.everything()
    assert {name for name in before if before[name] != after[name]} == {"import_uploads"}


def test_a_run_that_was_thought_dead_and_wakes_up_writes_nothing_more(site, manager, book):
    file, _dry = to_dry_run(manager, book)
    with site.db() as db:
        one = db.get_one(ImportUpload, int(file))
        assert import_uploads.claim(db, one) == 1
        db.commit()
        assert import_uploads.claim(db, one) is None
        one.moved_at = make.NOW - import_uploads.SILENT_FOR
        db.flush()
        assert import_uploads.claim(db, one) == 2
        assert not import_uploads.may_go_on(db, one, 1)
        assert import_uploads.may_go_on(db, one, 2)


def test_a_rule_that_refuses_a_row_only_now_stops_with_its_sentence_and_the_batch_still_adds_up(
    site, manager, book, monkeypatch
):
    from casework.problems import Problem, RuleBroken

    file, _dry = to_dry_run(manager, book)
    monkeypatch.setattr(import_run, "PIECE", 1)
    real = importer.write_some

    def refuses(db, rows, *given):
        if rows[0].entry.reference == "book 103":
            raise RuleBroken([Problem("", "This borough is closed.")])
        real(db, rows, *given)

    monkeypatch.setattr(importer, "write_some", refuses)
    stopped = apply(manager, file)
    assert "This borough is closed." in stopped.text
    monkeypatch.setattr(importer, "write_some", real)
    with site.db() as db:  # meanwhile another import brings that row in
        case = make.case(db)
        db.add(Incident(case=case, from_at=make.NOW, external_ref="book 103", perceived_by="victim"))
        db.commit()
    told = counts(apply(manager, file))
    assert (told["Brought in"], told["Rows"]) == (3, 4)
    assert told["Brought in"] + told["Already in the office"] + told["Refused"] == told["Rows"]


def test_an_import_on_which_somebody_has_built_is_not_undone_as_a_whole(site, manager, book):
    file, _dry = to_dry_run(manager, book)
    apply(manager, file)
    with site.db() as db:
        case = db.scalars(select(Case).where(Case.import_batch_id.is_not(None))).first()
        db.add(CaseNote(case=case, at=make.NOW, text="Rang back.", medium="phone", contact_with="client"))
        db.commit()
        ref, batch = case.ref, case.import_batch_id
    for answer in (manager.get(f"{START}undo/?id={batch}"), manager.post(f"{START}undo/?id={batch}")):
        assert answer.status == 200
        assert f"{ref} : 1 note" in answer.text or f"{ref}: 1 note" in answer.text
    with site.db() as db:
        assert db.get_one(ImportBatch, batch).undone_at is None


def test_a_mapping_is_kept_by_name_and_fills_in_the_next_sheet(site, manager, book):
    file, _dry = to_dry_run(manager, book)
    check = page("check", file)
    assert manager.fill(check, {"mapping": " "}, holding="mapping").status == 422
    assert manager.fill(check, {"mapping": "Desk book"}, holding="mapping").status == 302
    with site.db() as db:
        kept = db.scalars(select(ImportMapping)).all()
        assert "Desk book" in [one.name for one in kept]
        mine = next(one for one in kept if one.name == "Desk book")
        assert "Ruksana" not in mine.told and "graffiti" in mine.told
        key = mine.id
    next_file = file_of(send(manager, book, "next.xlsx", mapping=str(key)))
    asked = manager.get(page("columns", next_file))
    answer = manager.submit(asked, {}, holding="c0", path=page("columns", next_file))
    assert "check" in answer.location  # every word was said once
    assert counts(manager.get(answer.location))["Will come in"] == 4
    assert manager.post(f"{START}forget/?mapping={key}").status == 302
    assert "Desk book" not in manager.get(START).text


def test_a_sheet_without_numbers_is_known_again_by_what_stands_in_it(site, manager):
    data = b"Date,Name,Story\n3/3/2024,Miah,Door\n4/3/2024,Ali,Van\n4/3/2024,Ali,Van\n"
    file, dry = to_dry_run(manager, data, "a.csv", words={})
    assert (counts(dry)["Will come in"], counts(dry)["Refused"]) == (2, 1)
    assert "Row 3 has the same reference." in dry.text
    apply(manager, file)
    _file, dry = to_dry_run(manager, data, "a.csv", words={})
    assert (counts(dry)["Will come in"], counts(dry)["Already in the office"]) == (0, 2)


@pytest.mark.parametrize("role", ["caseworker", "coordinator", "reports"])
def test_nobody_but_managers_brings_sheets_in(site, browse, manager, book, role):
    file = file_of(send(manager, book))
    other = browse(role)
    for step in ("where", "columns", "words", "check", "progress"):
        assert other.get(page(step, file)).status == 403
    for step in ("apply", "refused", "away"):
        assert other.post(page(step, file)).status == 403
    assert other.get(START).status == other.get(f"{START}undo/?id=1").status == 403


def test_a_file_is_its_senders_alone_and_is_gone_after_a_day(site, manager, book):
    from models import User

    file = file_of(send(manager, book))
    with site.db() as db:
        second = db.scalars(select(User).where(User.username == "amina")).one()
        second.role = "manager"
        db.commit()
    colleague = site.browse("amina")
    for step in ("where", "columns", "check", "progress"):
        assert colleague.get(page(step, file)).status == 404
    assert colleague.post(page("refused", file)).status == colleague.post(page("apply", file)).status == 404
    manager = site.browse("manager")
    assert manager.get(page("where", file)).status == 200
    site.app.config["CASEWORK"] = replace(site.config, fixed_now=make.NOW + timedelta(days=1, seconds=1))
    manager = site.browse("manager")
    assert manager.get(page("where", file)).status == 404
    send(manager, b"a,b\n1,2\n", "other.csv")
    with site.db() as db:
        assert db.scalars(select(ImportUpload.name)).all() == ["other.csv"]


def test_nothing_that_waits_stands_in_a_page(site, manager, book):
    """Between the steps the office keeps it; a page carries the file's number alone."""
    file = file_of(send(manager, book))
    for step in ("where", "columns"):
        hidden = re.findall(r'<input type="hidden" name="([^"]+)"', manager.get(page(step, file)).data.decode())
        assert {name for name in hidden if not name.endswith("-asked")} <= {"csrf_token"}


@pytest.mark.parametrize(("data", "name", "told"), [
    (b"", "x.csv", "empty"), (b"PK\x03\x04 broken", "x.xlsx", "no XLSX workbook"),
    (b"\xd0\xcf\x11\xe0", "x.xls", "password"), (b"a,b\n\"open", "x.csv", "quotation mark"),
])  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(site, manager, data, name, told):
    answer = manager.submit(manager.get(START), {"file": [(io.BytesIO(data), name)]}, holding="file", path=START)
    assert answer.status == 422
    assert told in answer.text
    assert site.rows(ImportUpload) == []


def test_a_file_that_is_too_large_and_a_sixth_one_are_refused(site, manager, monkeypatch):
    monkeypatch.setattr(import_uploads, "LARGEST", 10)
    answer = manager.submit(manager.get(START), {"file": [(io.BytesIO(b"a,b\n" * 9), "x.csv")]}, holding="file",
                            path=START)  # fmt: skip
    assert answer.status == 422 and "larger than" in answer.text
    for _time in range(import_uploads.MOST_AT_ONCE):
        send(manager, b"a,b\n1,2\n", "x.csv")
    answer = manager.submit(manager.get(START), {"file": [(io.BytesIO(b"a,b\n1,2"), "x.csv")]}, holding="file",
                            path=START)  # fmt: skip
    assert answer.status == 422 and "wait already" in answer.text


def test_what_is_missing_is_said_beside_its_box_and_a_sheet_can_be_thrown_away(site, manager, book):
    file = file_of(send(manager, book))
    asked = manager.get(page("columns", file))
    boxes = {said: box for box, said in re.findall(r'<label for="(c\d+)"><bdi>(.*?)</bdi>', asked.data.decode())}
    typed = {boxes["What happened / When"]: "-", boxes["Rang us on"]: "-", boxes["Person / Name"]: "text"}
    answer = manager.submit(asked, typed, holding="c0", path=page("columns", file))
    assert answer.status == 422
    for told in ("when it happened, or when they first came", "Choose what the rows are about",
                 "the column with the client", "A time of day needs the day"):  # fmt: skip
        assert told in answer.text
    wrong = manager.fill(page("where", file), {"first": "3", "last": "9"}, holding="first")
    assert wrong.status == 422 and "one to three lines" in wrong.text
    assert manager.post(page("away", file)).status == 302
    assert site.rows(ImportUpload) == []


def test_nobody_is_named_in_the_trail_and_every_record_has_its_line(site, manager, book):
    file, _dry = to_dry_run(manager, book)
    apply(manager, file)
    lines = [one for one in site.trail() if one.who == "manager" and one.action in ("created", "imported")]
    kinds = [(one.action, one.subject) for one in lines]
    assert kinds.count(("created", "Case")) == kinds.count(("created", "Incident")) == 4
    assert ("imported", "ImportBatch") in kinds and kinds.count(("created", "Client")) == 2
    assert [one for one in site.trail() if "Ruksana" in f"{one.fields} {one.reason}"] == []
    assert len(site.rows(Client)) == 6
