"""My day, handing over, seeing one's own file, feedback and complaints, as people meet them on the screens."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from casework import deadlines, tasks
from models import (
    Case,
    CaseNote,
    CaseWorker,
    Client,
    Complaint,
    Document,
    Feedback,
    FileRequest,
    Referral,
    Task,
    Worker,
)
from tests import make
from tests.admin_views.office import NAMES, canary

HOME = "/caseworker/"


def lines(page, block: str) -> list[str]:
    """Give the words of each line of one block of My day."""
    section = next(one for one in page.elements if one.get("aria-labelledby") == f"day-{block}")
    lists = [one for one in page.all("li") if section in one.above]
    return [one.text for one in lists]


def heads(page, block: str) -> list[str]:
    section = next(one for one in page.elements if one.get("aria-labelledby") == f"day-{block}")
    return [one.text for one in page.all("h3") if section in one.above]


def leave(site, *made) -> None:
    with site.db() as db:
        for who, what, day, more in made:
            task = Task(owner=db.get(Worker, site.office.people[who]), what=what, due_on=date(2026, 11, day), **more)
            db.add(task)
        db.commit()


def done_number(page, what: str) -> str:
    """Give the number that the "Done" button of one line sends."""
    line = next(one for one in page.all("li") if what in one.text)
    return next(one.get("value") for one in page.all("input", name="id") if line in one.above)


def test_the_day_shows_urgent_first_then_late_then_due_and_no_name(site, browse, office):
    with site.db() as db:
        risky = make.case(db, make.client(db, "Nadia Karim"), lead=db.get(Worker, office.people["amina"]), risk="high")
        db.commit()
        risky_id = risky.id
    leave(site, ("amina", "Due today", 23, {}), ("amina", "Late by two", 21, {}), ("amina", "Not yet", 26, {}),
          ("amina", "Tomorrow", 24, {}), ("amina", "Ring Nadia Karim, ask Nadia's son", 23, {"case_id": risky_id}),
          ("tariq", "A colleague's", 23, {"case_id": office["case", "team"]}),
          ("amina", "After-care call", 28, {"case_id": office["case", "own"], "kind": "aftercare"}))  # fmt: skip
    amina = browse("caseworker")
    page = amina.get(HOME).page
    assert heads(page, "due") == ["Ring N.K., ask N.K.'s son", "Late by two", "Due today", "Tomorrow"]
    urgent, late = lines(page, "due")[:2]
    assert "Urgent, today" in urgent and "N.K." in urgent
    assert "2 days late" in late
    assert heads(page, "aftercare") == ["After-care call"]
    assert "R.B." in lines(page, "aftercare")[0] and "Phone only" in lines(page, "aftercare")[0]
    assert [one[:16] for one in heads(page, "waiting")] == ["Marsh Lane Homes"]  # her own draft, not the colleague's
    everyone = amina.get(f"{HOME}?who=everyone").page
    assert "A colleague's" in heads(everyone, "due") and "Tariq B" in " ".join(lines(everyone, "due"))
    assert len(heads(everyone, "waiting")) == 2
    for one in (page, everyone, browse("manager").get("/manager/?who=everyone").page):
        assert not [name for name in (*NAMES.values(), "Nadia", "Karim") if name in one.text]
    assert "2 due today" in page.text and "1 late" in page.text


def test_visits_of_today_and_tomorrow_say_who_goes_and_a_coordinator_meets_no_initials(site, browse, office):
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        amina, tariq = db.get(Worker, office.people["amina"]), db.get(Worker, office.people["tariq"])
        farida = db.get(Worker, office["volunteer", "own"])
        meeting = make.appointment(db, case, "2026-11-24", "14:00", kind="home_visit", lead=amina, second=tariq,
                                   interpreter=farida, language=make.language(db, "Sylheti"))  # fmt: skip
        meeting.people[-1].status = "invited"
        make.appointment(db, case, "2026-11-26", "14:00", kind="phone", lead=amina)
        db.commit()
    page = browse("caseworker").get(HOME).page
    [visit] = lines(page, "visits")
    assert "Tomorrow" in visit and "14:00–15:00, home visit" in visit and "You and Tariq B go" in visit
    assert "with Farida A (Sylheti)" in visit and "R.B." in visit
    assert any("Asked Farida A for Sylheti" in one for one in lines(page, "waiting"))
    board = browse("coordinator").get("/coordinator/").page
    assert "R.B." not in board.text and "Asked Farida A for Sylheti" in board.text
    assert len(lines(board, "visits")) == 1


def test_a_line_leaves_by_being_done_and_comes_back_by_undo(site, browse):
    leave(site, ("amina", "Order the forms", 23, {}))
    amina = browse("caseworker")
    number = done_number(amina.get(HOME).page, "Order the forms")
    answer = amina.post("/caseworker/day/done/", {"id": number})
    assert answer.status == 302
    page = amina.get(answer.location).page
    assert "Order the forms" not in heads(page, "due")
    assert "Done: Order the forms." in page.text
    undone = amina.post("/caseworker/day/undo/", {"id": number}).location
    assert "Order the forms" in heads(amina.get(undone).page, "due")
    # what waits for a record is not ticked off, and a colleague of another team meets none of it
    with site.db() as db:
        waits = tasks.ask(db, db.get(Worker, site.office.people["amina"]), "Answer due", make.TODAY,
                          case=db.get(Case, site.office["case", "own"]),
                          about=("referral", db.get(Referral, site.office["referral", "own"])))  # fmt: skip
        db.commit()
        key = str(waits.id)
    assert "referral/answer" in str(amina.get(HOME).page.links)
    amina.post("/caseworker/day/done/", {"id": key})
    assert "Answer due" in heads(amina.get(HOME).page, "due")
    assert browse("joan").post("/caseworker/day/done/", {"id": key}).status == 404


def test_a_line_is_put_off_to_a_later_day_only_with_a_reason(site, browse):
    leave(site, ("amina", "Order the forms", 20, {"trace": "Ordered every quarter.\nDue Friday."}))
    amina = browse("caseworker")
    key = done_number(amina.get(HOME).page, "Order the forms")
    path = f"/caseworker/day/task/?id={key}"
    assert "Ordered every quarter." in amina.get(path).text
    for typed, field in (({"until": "24 Nov 2026"}, "reason"), ({"reason": "Printer is away"}, "until"),
                         ({"until": "23 Nov 2026", "reason": "Printer is away"}, "until")):  # fmt: skip
        refused = amina.fill(path, typed, holding="until")
        assert refused.status == 422 and refused.page.said_beside(field)
        assert 'value="Printer is away"' in refused.page.markup or "reason" not in typed
    answer = amina.fill(path, {"until": "25 Nov 2026", "reason": "Printer is away"}, holding="until")
    assert "Order the forms" not in heads(amina.get(answer.location).page, "due")
    with site.at(make.at("2026-11-25", "09:30")):
        later = browse("caseworker").get(HOME).page
        [line] = [one for one in lines(later, "due") if "Order the forms" in one]
        assert "Today" in line and "put off from Fri 20 Nov: Printer is away" in line


def test_the_day_takes_the_same_few_statements_with_three_lines_and_with_a_hundred(site, browse, office):
    leave(site, *(("amina", f"Task {number}", 23, {"case_id": office["case", "own"]}) for number in range(3)))
    with site.db() as db:
        make.appointment(db, db.get(Case, office["case", "own"]), "2026-11-24", "17:00", kind="phone",
                         language=make.language(db, "Sylheti"))  # fmt: skip
        db.commit()
    people = [browse(who) for who in ("manager", "amina", "leyla")]
    few = [one.get(f"/{one.role}/?who=everyone").statements for one in people]
    with site.db() as db:
        amina, farida = db.get(Worker, office.people["amina"]), db.get(Worker, office["volunteer", "own"])
        agency = make.agency(db, "Another landlord")
        for number in range(40):
            case = make.case(db, make.client(db, f"Person {number}"), lead=amina)
            db.add(Referral(case=case, agency=agency, request=make.code(db, "request", "repairs")))
            db.add(Task(owner=amina, case=case, what="Ring", due_on=make.TODAY))
            db.add(Task(owner=amina, case=case, what="After-care call", due_on=make.TODAY, kind="aftercare"))
        hours = [f"{hour}:{minute}" for hour in range(10, 17) for minute in ("00", "30")]
        for clock in hours:
            make.appointment(db, case, "2026-11-24", clock, minutes=30, kind="phone", lead=amina, interpreter=farida,
                             language=make.language(db, "Sylheti"))  # fmt: skip
        db.commit()
    pages = [one.get(f"/{one.role}/?who=everyone") for one in people]
    assert [one.statements for one in pages] == few
    assert few[0] <= 22  # a manager's tells of breaches, files whose time is over and accounts to look at too
    assert few[1] <= 16  # the last one for bodies that are late with their own figures
    assert few[2] <= 21  # the coordinator's page tells of needs, coverage and papers too
    assert len(lines(pages[1].page, "due")) == 40 and "See all" in pages[1].text
    assert "43 due today" in pages[1].text
    assert len(lines(people[1].get(HOME).page, "due")) == 12


@pytest.mark.req("R64")
def test_a_manager_hands_all_cases_of_one_worker_over_and_each_client_is_told(site, browse, office):
    manager, amina = browse("manager"), browse("caseworker")
    tariq, joan = office.people["tariq"], office.people["joan"]
    first = manager.submit(manager.get("/manager/handover/"), {"giver": str(tariq)}, holding="giver",
                           path="/manager/handover/")  # fmt: skip
    form = first.page.form("reason")
    ticked = sorted(value for name, value in form.values if name == "cases")
    assert ticked == sorted(str(office["case", file]) for file in ("team", "hidden"))
    path = f"/manager/handover/?giver={tariq}"
    unexplained = manager.submit(first, {"to": str(joan)}, holding="reason", path=path)
    assert unexplained.status == 422 and "Say why" in unexplained.page.said_beside("reason")
    with site.db() as db:  # Amina declared a conflict with the client of the hidden file
        before = len(db.scalars(select(CaseWorker)).all())
    stopped = manager.submit(first, {"to": str(office.people["amina"]), "reason": "Tariq leaves"}, holding="reason",
                             path=path)  # fmt: skip
    assert stopped.status == 422 and "26-0004 cannot" not in stopped.page.said_beside("to")
    assert "conflict of interest" in stopped.page.said_beside("cases")
    with site.db() as db:
        assert len(db.scalars(select(CaseWorker)).all()) == before
    answer = manager.submit(first, {"to": str(joan), "reason": "Tariq leaves"}, holding="reason", path=path)
    assert answer.status == 302
    assert "2 cases handed over to Joan W." in manager.get(answer.location).text
    with site.at(make.at("2026-11-25", "09:30")):
        joans = browse("joan")
        taken = joans.get("/caseworker/").page
        told = [one for one in lines(taken, "due") if "is now their caseworker" in one]
        assert len(told) == 2 and all("Told" in one for one in told)
        joans.post("/caseworker/day/done/", {"id": done_number(taken, "is now their caseworker")})
    with site.db() as db:
        rows = db.scalars(select(CaseWorker).where(CaseWorker.worker_id == joan, CaseWorker.reason.is_not(None))).all()
        assert [one.reason for one in rows] == ["Tariq leaves"] * 2
        assert sorted(str(one.client_told_on) for one in rows) == ["2026-11-25", "None"]
        assert db.get(Case, office["case", "other"]).lead_id == joan
        assert {one.owner_id for one in db.scalars(select(Task).where(Task.case_id == office["case", "team"]))} == {
            joan
        }
    assert "Changes of caseworker: 2 in 2 cases since 01/04/2026" in manager.get("/manager/handover/").text
    assert amina.get(f"/caseworker/case/details/?id={office['case', 'team']}").status == 404  # Joan's team has it now


def test_a_plain_edit_of_the_caseworker_asks_why_and_staff_with_cases_stay_active(site, browse, office):
    amina, case = browse("caseworker"), office["case", "own"]
    path = f"/caseworker/case/edit/?id={case}"
    refused = amina.fill(path, {"lead_id": "Tariq B"})
    assert refused.status == 422 and "Say why" in refused.page.said_beside("lead_reason")
    answer = amina.fill(path, {"lead_id": "Tariq B", "lead_reason": "Amina is on leave"})
    assert answer.status == 302, answer.page.faults
    with site.db() as db:
        last = db.scalars(select(CaseWorker).where(CaseWorker.case_id == case).order_by(CaseWorker.id.desc())).first()
        assert (last.worker.name, last.reason) == ("Tariq B", "Amina is on leave")
        assert db.get(Case, case).lead_reason is None
    manager = browse("manager")
    stays = manager.fill(f"/manager/staff/edit/?id={office.people['tariq']}", {"active": None})
    assert stays.status == 422 and "3 running cases" in stays.page.said_beside("active")


def ask(person, case: int, **typed) -> str:
    """Write down that a client asks for their file; give the request's page."""
    answer = person.fill(f"/caseworker/file/ask/?case={case}", typed, holding="handler")
    assert answer.status == 302, answer.page.faults
    return answer.location


@pytest.mark.req("R26", "R28")
def test_a_client_gets_their_whole_file_with_both_clocks_and_nobody_elses_details(site, browse, office):
    amina = browse("caseworker")
    case = office["case", "own"]
    page = ask(amina, case, **{"requested_at": "23 Nov 2026", "requested_at-time": "8:30"})
    shown = amina.get(page).page
    assert "Tue 24 Nov 2026, 10:00" in shown.text  # a day later, then the next opening
    assert "Wed 23 Dec 2026" in shown.text and "Source: Right of access." in shown.text
    key = page.rpartition("=")[2]
    amina.submit(amina.get(f"/caseworker/file/mark/?id={key}"), {"marked": [str(office["casenote", "own"])]},
                 holding="marked", path=f"/caseworker/file/mark/?id={key}")  # fmt: skip

    def copy() -> tuple[str, dict]:
        answer = amina.post("/caseworker/file/copy/", {"id": key})
        assert answer.headers["Content-Disposition"].count("file-26-0001-2026-11-23.zip") == 1
        with ZipFile(BytesIO(answer.data)) as kept:
            papers = {name for name in kept.namelist() if name.startswith("documents/")}
            assert papers == {f"documents/{office['document', 'own']}-{canary('paper', 'own')}.txt"}
            assert [kept.read(name).decode() for name in papers] == [canary("bytes", "own")]
            assert set(kept.namelist()) - papers == {"READ ME.txt", "file.html", "data.json"}
            return kept.read("file.html").decode(), json.loads(kept.read("data.json"))

    html, data = copy()
    for what in ("title", "what", "address", "reason", "member", "task", "visit", "items", "improvement", "findings"):
        assert canary(what, "own") in html, what
    assert canary("note", "own") not in html and "1 note is not here" in html
    assert all(canary("title", file) not in html for file in ("team", "other", "hidden"))
    assert {"clients", "cases", "incidents", "consents", "releases", "referrals", "appointments"} <= set(data)
    assert [one.action for one in site.trail(subject="FileRequest", row_id=int(key))][-1] == "exported"

    assert amina.post(page, {"act": "ready"}).status == 302
    given = {"act": "provide", "identity_checked_by": str(office.people["amina"]), "safe_way": "Read here, alone"}
    stopped = amina.post(page, given)
    assert stopped.status == 422 and "1 note; a second person must confirm" in stopped.text
    redact = f"/caseworker/file/redact/?id={key}"
    text = {f"note_{office['casenote', 'own']}": "Helped with the form."}
    own = amina.fill(redact, text, holding=next(iter(text)))
    assert own.status == 422 and "somebody else" in own.text
    manager = browse("manager")
    second = manager.fill(redact.replace("caseworker", "manager"), text, holding=next(iter(text)))
    assert second.status == 302
    html, _data = copy()
    assert canary("note", "own") not in html and "released after a check] Helped with the form." in html
    assert amina.post(page, given).status == 302
    assert "Provided" in amina.get(page).text
    with site.db() as db:
        assert db.get(FileRequest, int(key)).provided_at == make.NOW
    assert [one.action for one in site.trail(subject="FileRequest", row_id=int(key))].count("released") == 1


def test_a_document_that_names_somebody_else_is_left_out_of_the_copy(site, browse, office):
    with site.db() as db:
        db.get_one(Document, office["document", "own"]).third_party = True
        db.commit()
    answer = browse("caseworker").post("/caseworker/file/copy/", {"id": str(office["filerequest", "own"])})
    with ZipFile(BytesIO(answer.data)) as kept:
        assert [name for name in kept.namelist() if name.startswith("documents/")] == []
        assert "1 document is not here" in kept.read("file.html").decode()
        assert "Left out: 1 document about other people." in kept.read("READ ME.txt").decode()
        assert canary("paper", "own") not in kept.read("data.json").decode()


@pytest.mark.req("R28")
def test_a_longer_legal_time_needs_the_day_on_which_the_client_was_told(site, browse, office):
    amina = browse("caseworker")
    page = ask(amina, office["case", "own"], **{"requested_at": "23 Nov 2026", "requested_at-time": "8:30"})
    path = page.replace("request", "extend")
    untold = amina.fill(path, {"told_on": "", "reason": "Four boxes"}, holding="told_on")
    assert untold.status == 422 and untold.page.said_beside("told_on")
    assert amina.fill(path, {"told_on": "23 Nov 2026", "reason": "Four boxes"}, holding="told_on").status == 302
    assert "Tue 23 Feb 2027" in amina.get(page).text
    with site.at(make.at("2026-12-24", "10:00")):
        amina = browse("caseworker")
        late = ask(amina, office["case", "team"], **{"requested_at": "23 Nov 2026", "requested_at-time": "8:30"})
        too_late = amina.fill(late.replace("request", "extend"), {"told_on": "24 Dec 2026", "reason": "Four boxes"},
                              holding="told_on")  # fmt: skip
        assert too_late.status == 422 and "told by 23 December 2026" in too_late.page.said_beside("told_on")


@pytest.mark.req("R27")
def test_a_file_in_storage_comes_within_a_week_after_the_client_was_told_and_asked(site, browse, office):
    amina, case = browse("caseworker"), office["case", "own"]
    stored = amina.fill(f"/caseworker/case/edit/?id={case}", {"file_location": "off_site", "file_box": "B 17"})
    assert stored.status == 302, stored.page.faults
    assert "In storage · B 17" in amina.get(f"/caseworker/file/ask/?case={case}").text
    page = ask(amina, case, **{"requested_at": "23 Nov 2026", "requested_at-time": "8:30", "subject_access": "False"})
    assert "Mon 30 Nov 2026" in amina.get(page).text
    assert amina.post(page, {"act": "ready"}).status == 422  # not before it was talked over
    refused = amina.post(page, {"act": "inform", "informed_on": "23 Nov 2026", "urgency": ""})
    assert refused.status == 422 and "urgent" in refused.page.said_beside("urgency")
    for step in ({"act": "inform", "informed_on": "23 Nov 2026", "urgency": "Hearing on 1 December"},
                 {"act": "agree", "agreed_on": "27 Nov 2026"}):  # fmt: skip
        assert amina.post(page, step).status == 302
    with site.at(make.at("2026-12-01", "10:00")):
        amina = browse("caseworker")
        late = amina.post(page, {"act": "ready"})
        assert late.status == 422 and "reason for the delay" in late.page.said_beside("late_reason")
        assert amina.post(page, {"act": "ready", "late_reason": "The van broke down"}).status == 302
        assert "Ready, late" in amina.get(page).text


def test_the_copy_of_a_client_with_a_case_elsewhere_is_made_by_the_manager(site, browse, office):
    with site.db() as db:
        client = db.get(Client, office["client", "own"])
        other = make.case(db, client, lead=db.get(Worker, office.people["joan"]), title="elsewhere")
        asked = FileRequest(case_id=office["case", "own"], requested_at=make.NOW, handler_id=office.people["amina"])
        db.add(asked)
        db.commit()
        key, ref = asked.id, other.ref
    amina = browse("caseworker")
    assert "A manager makes the copy" in amina.get(f"/caseworker/file/request/?id={key}").text
    assert amina.post("/caseworker/file/copy/", {"id": str(key)}).status == 302
    whole = browse("manager").post("/manager/file/copy/", {"id": str(key)})
    with ZipFile(BytesIO(whole.data)) as kept:
        assert ref in kept.read("file.html").decode()
    assert browse("joan").post("/caseworker/file/copy/", {"id": str(key)}).status == 404


@pytest.mark.req("R35", "R68")
def test_feedback_asks_the_nine_things_may_be_anonymous_and_feeds_the_review(site, browse):
    amina, manager = browse("caseworker"), browse("manager")
    path = "/caseworker/feedback/new/"
    asked = amina.get(path).text
    for words in ("relief", "supported", "understood", "told what I could do", "saw it differently", "not explained",
                  "felt doubted", "not interested", "could not get others to act"):  # fmt: skip
        assert words in asked
    typed = {"received_on": "23 Nov 2026", "relief": "4", "doubted": "0", "improvement": "Ring back the same day"}
    assert amina.fill(path, {"received_on": "23 Nov 2026"}).status == 422
    assert amina.fill(path, typed).status == 302
    with site.db() as db:
        made = db.scalars(select(Feedback).order_by(Feedback.id.desc())).first()
        assert (made.case, made.relief, made.doubted, made.support) == (None, 4, 0, None)
        key = str(made.id)
    assert "suggestions of clients" in manager.get("/manager/").text
    review = manager.get("/manager/improvements/")
    assert "Ring back the same day" in review.text
    answer = manager.submit(review, {"discussed": [key]}, holding="discussed", path="/manager/improvements/")
    assert answer.status == 302
    assert "Ring back the same day" not in manager.get("/manager/improvements/").text


@pytest.mark.req("R34")
def test_a_complaint_has_a_handler_who_is_not_the_person_complained_of_and_its_own_clocks(site, browse, office):
    manager = browse("manager")
    path = "/manager/complaint/new/"
    typed = {"received_on": "23 Nov 2026", "what": "Nobody rang back", "about_id": "Amina K", "handler_id": "Amina K"}
    refused = manager.fill(path, typed)
    assert refused.status == 422 and "Somebody else" in refused.page.said_beside("handler_id")
    made = manager.fill(path, typed | {"handler_id": "Maryam Y"})
    assert made.status == 302, made.page.faults
    shown = manager.get(made.location).text
    assert "Mon 30 Nov 2026" in shown and "Mon 21 Dec 2026" in shown
    key = made.location.rpartition("=")[2]
    assert browse("caseworker").get(f"/caseworker/complaint/details/?id={key}").status == 404
    with site.at(make.at("2026-11-30", "09:00")):
        manager = browse("manager")
        assert "Acknowledge a complaint about us" in heads(manager.get("/manager/").page, "due")
        edit = f"/manager/complaint/edit/?id={key}"
        half = manager.fill(edit, {"answered_on": "30 Nov 2026", "outcome": "upheld"})
        assert half.status == 422 and half.page.said_beside("learning")
        whole = {"answered_on": "30 Nov 2026", "outcome": "upheld", "learning": "Two people know each call-back"}
        assert manager.fill(edit, whole).status == 302
        assert "complaint" not in " ".join(heads(manager.get("/manager/").page, "due"))
    with site.db() as db:
        assert db.get(Complaint, int(key)).outcome == "upheld"


@pytest.mark.req("R8")
def test_respect_is_expected_both_ways_and_only_a_manager_restricts_with_a_day_to_look_again(site, browse, office):
    amina, manager = browse("caseworker"), browse("manager")
    note = {"at": "today", "at-time": "8:45", "text": "He shouted at the interpreter.", "concern": "client"}
    assert amina.fill(f"/caseworker/casenote/new/?case_id={office['case', 'own']}", note).status == 302
    ours = note | {"text": "I cut her short.", "concern": "worker"}
    assert amina.fill(f"/caseworker/casenote/new/?case_id={office['case', 'own']}", ours).status == 302
    with site.db() as db:
        assert {one.concern for one in db.scalars(select(CaseNote))} == {None, "client", "worker"}
    assert amina.get("/caseworker/restriction/new/").status == 403
    typed = {"client_id": NAMES["own"], "what": "Meets two of us together", "reason": "Shouted at the interpreter",
             "decided_on": "23 Nov 2026"}  # fmt: skip
    without_day = manager.fill("/manager/restriction/new/", typed)
    assert without_day.status == 422 and without_day.page.said_beside("review_on")
    made = manager.fill("/manager/restriction/new/", typed | {"review_on": "30 Nov 2026"})
    assert made.status == 302, made.page.faults
    with site.at(make.at("2026-11-30", "09:00")):
        assert "Look again at a restriction" in heads(browse("manager").get("/manager/").page, "due")
    assert "Meets two of us together" in amina.get(made.location.replace("manager", "caseworker")).text


@pytest.mark.req("R69")
def test_a_file_is_read_by_a_colleague_with_a_reflection_and_training_is_dated(site, browse, office):
    amina, manager = browse("caseworker"), browse("manager")
    typed = {"reviewed_on": "23 Nov 2026", "findings": "The June consent is missing", "reflection": "Ask sooner"}
    path = f"/caseworker/filereview/new/?case_id={office['case', 'own']}"
    refused = amina.fill(path, typed | {"reviewer_id": "Amina K"})
    assert refused.status == 422 and "somebody else" in refused.page.said_beside("reviewer_id")
    assert amina.fill(path, typed | {"reviewer_id": "Tariq B"}).status == 302
    staff = f"/manager/staff/edit/?id={office.people['amina']}"
    assert manager.fill(staff, {"training_on": "24 Nov 2026"}).status == 422
    assert manager.fill(staff, {"training_on": "20 Nov 2026"}).status == 302
    assert "Fri 20 Nov 2026" in manager.get(f"/manager/staff/details/?id={office.people['amina']}").text


def test_a_reminder_tells_how_many_days_its_deadline_still_has(site, browse, office):
    with site.db() as db:
        made = deadlines.add(db, db.get(Case, office["case", "own"]), make.code(db, "deadline_kind", "court"),
                             date(2026, 11, 27), "Bring the papers")  # fmt: skip
        for reminder in tasks.waiting_for(db, "deadline", made):
            reminder.due_on = date(2026, 11, 15)
        db.commit()
    due = [one for one in lines(browse("amina").get(HOME).page, "due") if "Bring the papers" in one]
    assert due and all("4 days left" in one and "late" not in one for one in due), due
