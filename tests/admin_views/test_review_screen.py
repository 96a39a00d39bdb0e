"""The board of the review on the screen: opened by the manager, written by two, completed, kept as it was."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, select

from casework import reviews
from casework.context import Acting, set_acting
from models import AuditEntry, Case, Client, Conflict, Review, ReviewEntry, ReviewRemark, Task, Worker
from tests import make
from tests.admin_views.office import NAMES

BOARD = "/manager/review/board/"
OWN = "/caseworker/review/board/"


@pytest.fixture
def review(site, office) -> int:
    """An open review of the office's four cases."""
    with site.db() as db:
        set_acting(db, Acting(now=make.NOW, role="manager", username="manager", worker_id=office.people["manager"]))
        key = reviews.open_review(db, reviews.unfinished(db)).id
        db.commit()
    return key


def entries(site) -> dict[str, ReviewEntry]:
    """Give the entries by the client's name."""
    with site.db() as db:
        found = select(Client.name, ReviewEntry).join(Case, Case.client_id == Client.id)
        found = found.join(ReviewEntry, ReviewEntry.case_id == Case.id).order_by(ReviewEntry.id)
        return dict(db.execute(found).all())  # the newest of each


def box(site, file: str, name: str) -> str:
    return f"e{entries(site)[NAMES[file]].id}-{name}"


def holding(site) -> str:
    return box(site, "own", "version")


def write(site, person, path: str = BOARD, **notes: str):
    """Fill the board in: the note of each file named."""
    page = person.get(path)
    typed = {box(site, file, "note"): text for file, text in notes.items()}
    return person.submit(page, typed, holding=next(iter(typed)), path=path)


@pytest.mark.req("R70")
def test_the_manager_plans_opens_and_completes_and_the_next_one_is_planned(site, browse, office):
    manager = browse("manager")
    assert "Review: September–October 2026" in manager.get(BOARD).text
    assert "Review of all cases: September–October 2026" in manager.get("/manager/").text
    manager.post(f"/manager/review/open/?id={_only(site).id}")
    page = manager.get(BOARD)
    assert "4 of 4 cases have no entry yet." in page.text
    key = _only(site).id
    refused = manager.post(f"/manager/review/complete/?id={key}", data={})
    assert refused.status == 302
    assert "Not completed: 4 of 4 cases have no entry yet." in manager.get(BOARD).text
    write(site, manager, own="Went well.", team="Goes on.", other="Waits.")
    assert "1 of 4 cases has no entry yet." in manager.get(BOARD).text
    write(site, manager, hidden="Quiet.")
    assert "Every case has an entry." in manager.get(BOARD).text
    manager.post(f"/manager/review/complete/?id={key}")
    kept = manager.get(f"{BOARD}?id={key}")
    assert "This review is complete and stays as it was." in kept.text
    assert "Went well." in kept.text
    assert "Review: November–December 2026" in manager.get(BOARD).text
    assert "from 31 December 2026 on" in manager.get(BOARD).text
    assert "Review of all cases" not in manager.get("/manager/").text  # not due yet


def test_the_first_review_is_planned_with_one_button(site, browse):
    with site.db() as db:
        flags = ReviewEntry.flags.property.secondary
        for table in (flags, ReviewRemark, ReviewEntry, Review):
            db.execute(delete(table))
        db.commit()
    manager = browse("manager")
    assert "No review is planned yet." in manager.get(BOARD).text
    assert "No review is open." in browse("caseworker").get(OWN).text
    manager.post("/manager/review/plan/")
    page = manager.get(BOARD)
    assert "Review: September–October 2026" in page.text and "Open the review" in page.text
    manager.post("/manager/review/plan/")
    assert "A review is planned already." in manager.get(BOARD).text


def _only(site) -> Review:
    with site.db() as db:
        return reviews.unfinished(db)


@pytest.mark.req("R70")
def test_an_entry_has_its_next_step_with_owner_day_and_marks(site, browse, office, review):
    manager = browse("manager")
    with site.db() as db:
        mark = make.code(db, "review_flag", "pattern").id
    typed = {
        box(site, "own", "note"): "The landlord is silent.", box(site, "own", "next_step"): "Write a third time",
        box(site, "own", "owner_id"): str(office.people["joan"]), box(site, "own", "due_on"): "4 Dec",
        box(site, "own", "flags"): str(mark),
    }  # fmt: skip
    answer = manager.submit(manager.get(BOARD), typed, holding=holding(site), path=BOARD)
    assert (answer.status, "1 entry saved." in manager.get(BOARD).text) == (302, True)
    write(site, manager, team="x", other="x", hidden="x")
    manager.post(f"/manager/review/complete/?id={review}")
    with site.db() as db:
        task = db.scalars(select(Task).where(Task.kind == "review")).one()
        assert (task.what, task.owner_id, str(task.due_on)) == (
            "Write a third time",
            office.people["joan"],
            "2026-12-04",
        )
        assert task.case_id == office["case", "own"]
    kept = manager.get(f"{BOARD}?id={review}").text
    assert "Write a third time (Joan W, by Fri 4 Dec)" in kept and "Part of a pattern" in kept


def test_wrong_input_is_told_beside_its_box_and_nothing_is_written(site, browse, review):
    manager = browse("manager")
    typed = {box(site, "own", "note"): "Kept text", box(site, "team", "due_on"): "31 Feb"}
    answer = manager.submit(manager.get(BOARD), typed, holding=holding(site), path=BOARD)
    assert answer.status == 422
    assert b"Kept text" in answer.data and b'value="31 Feb"' in answer.data
    assert all(one.note is None for one in entries(site).values())
    past = manager.submit(
        manager.get(BOARD), {box(site, "own", "next_step"): "Ring", box(site, "own", "due_on"): "1/10/2026"},
        holding=holding(site), path=BOARD,
    )  # fmt: skip
    assert past.status == 422 and "still to come" in past.page.said_beside(box(site, "own", "due_on"))


def test_two_write_at_once_each_their_own_case_and_nothing_is_lost(site, browse, review):
    maryam, amina = browse("manager"), browse("caseworker")
    hers = amina.get(OWN)
    write(site, maryam, own="First words.")
    answer = amina.submit(hers, {box(site, "team", "note"): "Mine."}, holding=holding(site), path=OWN)
    assert answer.status == 302  # the other case was not touched here
    found = entries(site)
    assert (found[NAMES["own"]].note, found[NAMES["team"]].note) == ("First words.", "Mine.")


def test_two_write_about_one_case_and_both_versions_are_shown(site, browse, review):
    maryam, amina = browse("manager"), browse("caseworker")
    hers = amina.get(OWN)
    write(site, maryam, own="First words.")
    typed = {box(site, "own", "note"): "Other words.", box(site, "team", "note"): "Mine."}
    answer = amina.submit(hers, typed, holding=holding(site), path=OWN)
    assert answer.status == 409
    assert all(words in answer.data for words in (b"First words.", b"Other words.", b"Mine."))
    assert entries(site)[NAMES["own"]].note == "First words."
    again = amina.submit(answer, {}, holding=holding(site), path=OWN)  # having seen both, hers is to hold
    assert again.status == 302
    found = entries(site)
    assert (found[NAMES["own"]].note, found[NAMES["team"]].note) == ("Other words.", "Mine.")


def test_a_caseworker_writes_about_cases_within_reach_and_sees_no_figures(site, browse, review):
    page = browse("caseworker").get(OWN)
    assert NAMES["own"] in page.text and NAMES["team"] in page.text
    assert NAMES["other"] not in page.text and NAMES["hidden"] not in page.text
    assert "Workload" not in page.text and "Complete review" not in page.text


@pytest.mark.parametrize("act", ["plan", "open", "complete", "remark", "minutes"])
def test_only_a_manager_opens_completes_and_takes_minutes(browse, review, act):
    assert browse("caseworker").post(f"/manager/review/{act}/?id={review}").status == 403
    assert browse("").post(f"/manager/review/{act}/?id={review}").status == 401


def test_a_file_that_the_manager_may_not_meet_is_counted_and_written_by_its_caseworker(site, browse, office, review):
    with site.db() as db:
        db.add(Conflict(worker=db.get(Worker, office.people["manager"]), client_id=office["client", "own"],
                        reason="cousin", declared_on=make.TODAY))  # fmt: skip
        db.commit()
    manager = browse("manager")
    page = manager.get(BOARD)
    assert NAMES["own"] not in page.text
    assert "4 of 4 cases have no entry yet." in page.text and "1 of them is a file that you do not meet" in page.text
    typed = {box(site, file, "note"): "x" for file in ("team", "other", "hidden")}
    manager.submit(page, typed, holding=box(site, "team", "version"), path=BOARD)
    manager.post(f"/manager/review/complete/?id={review}")
    assert "Not completed: 1 of 4 cases has no entry yet." in manager.get(BOARD).text
    write(site, browse("caseworker"), OWN, own="Mine to say.")
    manager.post(f"/manager/review/complete/?id={review}")
    kept = manager.get(f"{BOARD}?id={review}").text
    assert "stays as it was" in kept and "Mine to say." not in kept


def test_a_complete_review_takes_notes_and_nothing_else(site, browse, review):
    manager = browse("manager")
    write(site, manager, own="x", team="x", other="x", hidden="x")
    manager.post(f"/manager/review/complete/?id={review}")
    again = manager.post(f"/manager/review/complete/?id={review}")
    assert again.status == 302
    assert "Add a note to it instead." in manager.get(f"{BOARD}?id={review}").text
    empty = manager.post(f"/manager/review/remark/?id={review}", data={"text": " "})
    assert empty.status == 422 and "Write down what is to be added." in empty.text
    manager.post(f"/manager/review/remark/?id={review}", data={"text": "The school rang back."})
    assert "The school rang back." in manager.get(f"{BOARD}?id={review}").text


def test_figures_on_the_page_of_a_complete_review_stay(site, browse, office, review):
    manager = browse("manager")
    write(site, manager, own="x", team="x", other="x", hidden="x")
    manager.post(f"/manager/review/complete/?id={review}")
    path = f"{BOARD}?id={review}"
    before = _figures(manager.get(path).page)
    with site.db() as db:
        joan = db.get(Worker, office.people["joan"])
        for place in range(6):
            case = make.case(db, make.client(db, f"Later {place}"), lead=joan)
            case.opened_on = make.TODAY.replace(month=10, day=2)
        db.get(Case, office["case", "own"]).voided_reason = "written twice"
        db.commit()
    page = manager.get(path).page
    assert _figures(page) == before
    assert "Completed Mon 23 Nov 2026" in page.text and "4 cases" in page.text


def _figures(page) -> list[str]:
    """Give the five numbers and the table of the workload as they are printed."""
    return [one.text for one in page.all("dd")] + [one.text for one in page.all("td")]


def test_the_minutes_name_no_client_are_marked_and_leave_a_line(site, browse, review):
    manager = browse("manager")
    write(site, manager, own="The landlord is silent.")
    answer = manager.post(f"/manager/review/minutes/?id={review}")
    assert answer.status == 200
    with ZipFile(BytesIO(answer.data)) as file:
        text = "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))
    assert "The landlord is silent." in text and "Confidential: stays in the office" in text
    assert "Draft: the review is not complete. 3 of 4 cases have no entry yet." in text
    assert not any(name in text for name in NAMES.values())
    with site.db() as db:
        line = db.scalars(select(AuditEntry).where(AuditEntry.action == "exported")).one()
        assert (line.subject, line.row_id) == ("Review", review)


@pytest.mark.parametrize("more", [0, 12])
def test_the_board_takes_as_many_statements_for_many_cases_as_for_four(site, browse, office, more):
    with site.db() as db:
        joan = db.get(Worker, office.people["joan"])
        for place in range(more):
            make.case(db, make.client(db, f"Client {place}"), lead=joan)
        set_acting(db, Acting(now=make.NOW, role="manager", username="manager", worker_id=office.people["manager"]))
        reviews.open_review(db, reviews.unfinished(db))
        db.commit()
    manager = browse("manager")
    manager.get(BOARD)
    assert manager.get(BOARD).statements == 30
