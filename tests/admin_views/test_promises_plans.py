"""What the office promises about plans, closing and after-care, as a caseworker meets it on the screens."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import AuditEntry, Case, CaseNote, Measure, Plan, PlanStep, Referral, Task
from tests import make
from tests.admin_views.office import canary

PLAN, WRITE, ASK = (
    "/caseworker/actionplan/?case={}",
    "/caseworker/actionplan/write/?case={}",
    "/caseworker/actionplan/measures/?case={}",
)
CLOSE, CARE, REOPEN = (
    "/caseworker/closing/?case={}",
    "/caseworker/aftercare/?case={}",
    "/caseworker/closing/reopen/?case={}",
)
DIARY = {"steps-1-what": "Keep a diary", "steps-1-task": "empower", "steps-1-actor": "client"}


def own(site) -> int:
    return site.office["case", "own"]


def code(site, code_list: str, short: str) -> str:
    with site.db() as db:
        return str(make.code(db, code_list, short).id)


def language(site, name: str = "Sylheti") -> str:
    with site.db() as db:
        return str(make.language(db, name).id)


def written(person, site, **typed: str):
    """Write a diary for the client beside the step that is there."""
    return person.fill(WRITE.format(own(site)), {**DIARY, **typed})


def agreed(person, site, **typed: str):
    path = PLAN.format(own(site))
    return person.fill(
        path, {"language_id": language(site), "expectations_on": "20 Nov 2026", **typed}, holding="language_id"
    )


def step_act(person, site, act: str, key: int, **typed: str):
    named = {f"step{key}-{name}": value for name, value in typed.items()}
    return person.post(PLAN.format(own(site)), {"act": act, "step": str(key), **named})


def nothing_open(site) -> None:
    """Take away what the furnished office has left to do in this case."""
    with site.db() as db:
        for row in db.scalars(select(Task).where(Task.case_id == own(site))):
            row.done_on = make.TODAY
        for row in db.scalars(select(Referral).where(Referral.case_id == own(site))):
            row.status = "withdrawn"
        for row in db.scalars(select(PlanStep).join(Plan).where(Plan.case_id == own(site))):
            row.state, row.dropped_reason = "dropped", "Not needed"
        db.commit()


def permit(site) -> None:
    with site.db() as db:
        client = db.get_one(Case, own(site)).client
        make.consent(db, client, kind="contact_after_closure", purposes=(), scope=())
        db.commit()


def closed(person, site, **typed: str):
    usual = {"reason_id": code(site, "closure_reason", "resolved"), "closure_agreed": "client"}
    return person.fill(CLOSE.format(own(site)), {**usual, **typed}, holding="reason_id")


@pytest.mark.req("R61", "R40")
def test_a_plan_is_agreed_on_a_day_in_a_language_after_expectations_and_a_change_is_agreed_anew(site, browse):
    amina = browse("caseworker")
    assert written(amina, site).location == PLAN.format(own(site))
    refused = agreed(amina, site, expectations_on="", language_id="")
    assert refused.status == 422 and "Choose the language" in refused.page.said_beside("language_id")
    refused = agreed(amina, site, expectations_on="")
    assert refused.status == 422 and "Before the plan is agreed, talk about" in refused.page.said_beside(
        "expectations_on"
    )
    assert agreed(amina, site, copy_given="y").status == 302
    page = amina.get(PLAN.format(own(site)))
    assert "Version 1, agreed Mon 23 Nov 2026 in Sylheti, copy given" in page.text

    assert "Nothing was changed" in amina.get(amina.fill(WRITE.format(own(site)), {}).location).text
    amina.fill(WRITE.format(own(site)), {"steps-1-what": "Keep a diary of every incident"})
    page = amina.get(PLAN.format(own(site)))
    assert "Version 2, not agreed yet" in page.text
    assert "Version 1, agreed Mon 23 Nov 2026 in Sylheti, copy given; replaced Mon 23 Nov 2026" in page.text
    agreed(amina, site)
    with site.db() as db:
        plans = db.scalars(select(Plan).where(Plan.case_id == own(site)).order_by(Plan.number)).all()
        assert [(one.number, one.agreed_on, one.superseded_on) for one in plans] == [
            (1, make.TODAY, make.TODAY), (2, make.TODAY, None),
        ]  # fmt: skip
        assert [step.what for step in plans[0].steps] == [canary("step", "own"), "Keep a diary"]
        assert db.get_one(Case, own(site)).expectations_on == date(2026, 11, 20)


@pytest.mark.req("R62", "R63", "R65")
def test_each_step_says_what_for_and_who_acts_and_a_possibility_that_was_declined_is_kept(site, browse):
    amina = browse("caseworker")
    refused = amina.fill(WRITE.format(own(site)), {"steps-1-what": "Go to a newspaper"})
    assert refused.status == 422
    assert "five tasks" in refused.page.said_beside("steps-1-task") and "who acts" in refused.page.said_beside(
        "steps-1-actor"
    )
    assert dict(refused.page.form("steps-1-what").values)["steps-1-what"] == "Go to a newspaper"

    tags = [code(site, "step_tag", short) for short in ("collectivity", "all_possibilities")]
    amina.submit(refused, {
        "steps-1-task": "develop_practice", "steps-1-actor": "joint", "steps-1-choice": "declined",
        "steps-2-what": "Join the Tuesday group", "steps-2-task": "empower", "steps-2-actor": "client",
        "steps-2-tags": tags,
    }, path=WRITE.format(own(site)))  # fmt: skip
    text = amina.get(PLAN.format(own(site))).text
    assert re.search(
        r"Looked at, and the client said no Declined: Go to a newspaper Together Develop professional", text
    )
    assert "Lays out every possibility, Brings people together" in text
    with site.db() as db:
        tasks = set(db.scalars(select(PlanStep.task)))
        assert tasks == {"empower", "develop_practice"}
    offered = {one.get("value") for one in refused.page.all("option")}
    assert {"help", "reduce_impact", "resolve", "develop_practice", "empower"} <= offered


def test_a_suggestion_only_fills_in_words_and_another_row_keeps_what_was_typed(site, browse):
    amina, path = browse("caseworker"), WRITE.format(own(site))
    page = amina.get(path)
    suggested = next(one.get("value") for one in page.page.all("button") if one.text == "Keep a diary of incidents")
    form = page.page.form("steps-1-what")
    pairs = [(name, value) for name, value in form.values if name != "steps-1-what"]
    again = amina.post(path, [*pairs, ("steps-1-what", "Ring the school"), ("act", suggested)], token=False)
    values = dict(again.page.form("steps-1-what").values)
    assert (again.status, values["steps-1-what"], values["steps-2-what"]) == (
        200,
        "Ring the school",
        "Keep a diary of incidents",
    )
    assert (values.get("steps-2-task"), values.get("steps-2-actor")) == ("", None)
    more = amina.post(path, [*again.page.form("steps-1-what").values, ("act", "row")], token=False)
    names = more.page.form("steps-1-what").names
    assert {"steps-3-what", "steps-4-what"} <= names
    for strange in ("²", "1" * 5000, "-1", "٣"):
        odd = amina.post(path, [*pairs, (f"steps-{strange}-what", "x"), ("act", suggested)], token=False)
        assert (odd.status, amina.post(path, [*pairs, ("act", f"suggest:{strange}")], token=False).status) == (200, 200)
    with site.db() as db:
        assert len(db.scalars(select(PlanStep).join(Plan).where(Plan.case_id == own(site))).all()) == 1


def test_an_agency_is_spoken_to_only_with_the_clients_words_and_a_colleague_who_was_faster_is_told(site, browse):
    amina, path = browse("caseworker"), WRITE.format(own(site))
    asked = {"steps-1-what": "Ask for a camera", "steps-1-task": "resolve", "steps-1-actor": "caseworker",
             "steps-1-agency_id": "Marsh Lane Homes"}  # fmt: skip
    refused = amina.fill(path, asked)
    assert refused.status == 422
    assert "as they instruct us" in refused.page.said_beside("steps-1-instruction")
    before = amina.get(path)
    words = {"steps-1-instruction": "A camera on the stairs", "steps-1-instructed_on": "today"}
    assert amina.submit(refused, words, path=path).status == 302
    late = amina.submit(before, DIARY, path=path)
    assert late.status == 409 and "a colleague changed this record" in " ".join(late.page.faults)
    assert amina.submit(late, {}, path=path).status == 302  # seen both, saved on purpose
    text = amina.get(PLAN.format(own(site))).text
    assert "A camera on the stairs" in text and "Keep a diary" in text


@pytest.mark.req("R7")
def test_the_share_of_steps_that_the_client_takes_is_shown_by_month_as_counted_another_way(site, browse):
    amina = browse("caseworker")
    joint = {"steps-2-what": "Meet them", "steps-2-task": "resolve", "steps-2-actor": "joint"}
    written(amina, site, **joint)
    agreed(amina, site)
    with site.db() as db:
        keys = dict(db.execute(select(PlanStep.what, PlanStep.id).join(Plan).where(Plan.case_id == own(site))).all())
    refused = step_act(amina, site, "done", keys["Keep a diary"], on="25 Nov 2026")
    assert refused.status == 422 and "ticked off once it is done" in refused.page.said_beside(
        f"step{keys['Keep a diary']}-on"
    )
    step_act(
        amina, site, "done", keys["Keep a diary"], on="23 Nov 2026", result_id=code(site, "step_result", "client_spoke")
    )
    step_act(amina, site, "done", keys["Meet them"], on="23 Nov 2026")
    refused = step_act(amina, site, "drop", keys[canary("step", "own")], reason="")
    assert refused.status == 422 and "Say why" in refused.page.said_beside(f"step{keys[canary('step', 'own')]}-reason")
    step_act(amina, site, "drop", keys[canary("step", "own")], reason="Not wanted any more")

    page = amina.get(PLAN.format(own(site)))
    with site.db() as db:
        done = [
            step for step in db.scalars(select(PlanStep).join(Plan).where(Plan.case_id == own(site))) if step.done_on
        ]
    counts = [sum(step.actor == actor for step in done) for actor in ("client", "joint", "caseworker", "agency")]
    row = next(row for row in page.page.rows if row[0].startswith("Month 1, from Mon 23 Nov 2026"))
    assert row[1:] == [str(number) for number in (*counts, len(done))]
    assert f"{counts[0] + counts[1]} of {len(done)} steps taken by the client" in page.text
    assert "How this is counted" in page.text and "Client spoke for themselves" in page.text
    step_act(amina, site, "again", keys["Meet them"])
    assert "1 of 1 step taken by the client" in amina.get(PLAN.format(own(site))).text


@pytest.mark.req("R45")
def test_how_a_client_stands_is_asked_at_four_points_and_set_side_by_side(site, browse):
    amina, path = browse("caseworker"), ASK.format(own(site))
    assert "Nothing was answered" in amina.get(amina.fill(path, {}, holding="safety").location).text
    amina.fill(path, {"safety": "4", "isolation": "0", "point": "review"}, holding="safety")
    text = amina.get(PLAN.format(own(site))).text
    assert "On the way" in text and "4 Safe" in text
    change = next(row for row in amina.get(PLAN.format(own(site))).page.rows if row[0] == "From first to last")
    with site.db() as db:
        found = db.scalars(select(Measure).where(Measure.case_id == own(site)).order_by(Measure.id)).all()
        assert change[1] == f"+{found[-1].safety - found[0].safety}"
        assert (change[2] == "no change") is (found[-1].isolation == found[0].isolation)
    offered = {one.get("value") for one in amina.get(path).page.all("input") if one.get("name") == "point"}
    assert offered == {"intake", "review", "closure", "aftercare"}


@pytest.mark.req("R66")
def test_closing_lists_what_is_open_with_links_and_takes_permission_or_three_tries_and_a_message(site, browse):
    amina, path = browse("caseworker"), CLOSE.format(own(site))
    page = amina.get(path)
    assert "Still open" in page.text
    links = {one.text: one.get("href") for one in page.page.all("a")}
    assert links[canary("task", "own")] == f"/caseworker/task/details/?id={site.office['task', 'own']}"
    assert links[canary("step", "own")] == f"{PLAN.format(own(site))}#step-{site.office['planstep', 'own']}"
    assert any(f"/caseworker/referral/details/?id={site.office['referral', 'own']}" == url for url in links.values())
    refused = closed(amina, site)
    assert refused.status == 422
    assert "3 things are still open: 1 task, 1 step of the plan to do, 1 referral" in " ".join(refused.page.faults)

    nothing_open(site)
    reason = code(site, "closure_reason", "no_contact")
    refused = closed(amina, site, closure_agreed="no_contact", reason_id=reason)
    assert refused.status == 422
    assert "A case is closed with the client's permission. Record it, or 3 attempts" in refused.page.said_beside(
        "closure_agreed"
    )
    for days in (4, 3, 2):
        with site.at(make.NOW + timedelta(days=days)):
            browse("caseworker").fill(path, {"try-medium": "phone"}, holding="try-medium")
    with site.at(make.NOW + timedelta(days=7)):
        amina = browse("caseworker")
        assert "3 of 3, on different days" in amina.get(path).text
        refused = closed(amina, site, closure_agreed="no_contact", reason_id=reason)
        assert "Leave a last message by a safe way" in refused.page.said_beside("closure_agreed")
        empty = amina.fill(path, {"message-medium": "text"}, holding="message-medium")
        assert empty.status == 422 and "what it said" in empty.page.said_beside("message-text")
        said = {"message-medium": "phone", "message-text": "We close for now; one call opens it again."}
        assert amina.fill(path, said, holding="message-medium").status == 302
        assert closed(amina, site, closure_agreed="no_contact", reason_id=reason).status == 302
    with site.db() as db:
        case = db.get_one(Case, own(site))
        assert (case.status, case.closure_agreed, case.closed_on) == ("closed", "no_contact", date(2026, 11, 30))


def test_the_same_rule_meets_the_plain_form_and_a_direct_post(site, browse):
    nothing_open(site)
    amina, edit = browse("caseworker"), f"/caseworker/case/edit/?id={own(site)}"
    amina.fill(edit, {"status": "closing"})
    reason = code(site, "closure_reason", "no_contact")
    answer = amina.fill(edit, {"status": "closed", "closure_agreed": "no_contact", "closure_reason_id": reason})
    assert answer.status == 422 and "3 attempts on different days" in answer.page.said_beside("closure_agreed")
    answer = amina.fill(edit, {"status": "closed", "closure_agreed": "other", "closure_reason_id": reason})
    assert answer.status == 422 and "without the client's permission" in answer.page.said_beside("closure_note")
    posted = amina.post(CLOSE.format(own(site)), {"act": "close", "closure_agreed": "no_contact", "reason_id": reason})
    assert posted.status == 422
    assert amina.post(CLOSE.format(own(site)), {"act": "erase"}).status == 400
    with site.db() as db:
        assert db.get_one(Case, own(site)).status == "closing"


@pytest.mark.req("R67")
def test_closing_leaves_after_care_that_is_recorded_found_late_and_can_open_the_case_again(site, browse):
    nothing_open(site)
    amina = browse("caseworker")
    assert "Record their permission" in amina.get(CLOSE.format(own(site))).text
    permit(site)
    assert "We ask again on Mon 21 Dec 2026 and Mon 22 Feb 2027" in amina.get(CLOSE.format(own(site))).text
    answer = closed(amina, site, aftercare_wishes="ring in the morning", safety="3")
    assert "Closed. After-care on Mon 21 Dec 2026 and Mon 22 Feb 2027." in amina.get(answer.location).text
    with site.at(make.at("2026-12-22", "11:00")):
        amina = browse("caseworker")
        page = amina.get(CARE.format(own(site)))
        assert (
            "1 day late" in page.text
            and "ring in the morning" in page.text
            and "The case was closed; this is day 0" in page.text
        )
        refused = amina.fill(CARE.format(own(site)), {"reached": "True"}, holding="reached")
        assert refused.status == 422 and "in a few words" in refused.page.said_beside("text")
        saved = amina.submit(
            refused, {"text": "All quiet", "safety": "4"}, holding="reached", path=CARE.format(own(site))
        )
        assert "Saved. Next contact Mon 22 Feb 2027." in amina.get(saved.location).text
    with site.at(make.at("2027-02-22", "11:00")):
        amina = browse("caseworker")
        amina.fill(CARE.format(own(site)), {"reached": "False", "text": "Nobody there"}, holding="reached")
        assert "Today" in amina.get(CARE.format(own(site))).text
        assert amina.fill(REOPEN.format(own(site)), {"reason": ""}, holding="reason").status == 422
        assert amina.fill(REOPEN.format(own(site)), {"reason": "It began again"}, holding="reason").status == 302
    with site.db() as db:
        case = db.get_one(Case, own(site))
        assert (case.status, case.opened_on) == ("open", make.TODAY)
        assert [(one.point, one.safety) for one in db.scalars(select(Measure).where(Measure.case_id == case.id))] == [
            ("intake", 1), ("closure", 3), ("aftercare", 4),
        ]  # fmt: skip
        assert all(one.done_on for one in db.scalars(select(Task).where(Task.about == "case")))


def test_nobody_is_contacted_after_closing_against_their_wish(site, browse):
    nothing_open(site)
    amina = browse("caseworker")
    answer = closed(amina, site)
    assert "No after-care contact is planned" in amina.get(answer.location).text
    assert "Leave them in peace" in amina.get(CARE.format(own(site))).text
    refused = amina.fill(CARE.format(own(site)), {"reached": "True", "text": "Rang"}, holding="reached")
    assert refused.status == 422 and "has not agreed to be contacted" in " ".join(refused.page.faults)
    with site.db() as db:
        assert db.scalars(select(CaseNote).where(CaseNote.text == "Rang")).all() == []


@pytest.mark.req("R10")
def test_somebody_who_comes_back_finds_the_whole_chain_kept(site, browse):
    nothing_open(site)
    amina = browse("caseworker")
    closed(amina, site)
    with site.db() as db:
        first = db.get_one(Case, own(site))
        make.case(db, first.client, lead=first.lead, previous=first)
        db.commit()
        second, ref = db.scalars(select(Case.id).where(Case.previous_id == first.id)).one(), first.ref
    with site.at(make.at("2027-03-24", "11:00")):
        amina = browse("caseworker")
        page = amina.get(PLAN.format(second))
        assert f"This follows {ref}, opened Mon 23 Nov 2026" in page.text
        assert "Known to us since Mon 16 Nov 2026: 4 months in all." in page.text
        assert "Closed Mon 23 Nov 2026: What the client wanted was reached." in amina.get(REOPEN.format(own(site))).text
        amina.fill(REOPEN.format(own(site)), {"reason": "The neighbour is back"}, holding="reason")
    with site.db() as db:
        case = db.get_one(Case, own(site))
        assert (case.status, case.opened_on, case.closed_on) == ("open", make.TODAY, None)
        said = db.scalars(select(CaseNote.text).order_by(CaseNote.id.desc())).first()
        assert said.startswith("Reopened: The neighbour is back. It had been closed on 23 November 2026")
        assert (
            db.scalars(select(AuditEntry.reason).where(AuditEntry.reason.is_not(None))).all()[-1]
            == "The neighbour is back"
        )


def test_a_colleagues_file_is_not_found_and_every_reading_is_written_down(site, browse):
    amina = browse("caseworker")
    for path in (PLAN, WRITE, ASK, CLOSE, CARE, REOPEN):
        for file in ("other", "hidden"):
            assert amina.get(path.format(site.office["case", file])).status == 404
    step = site.office["planstep", "team"]
    assert step_act(amina, site, "done", step, on="today").status == 404  # a step of another case, though in reach
    before = len(site.trail(action="opened", subject="Case", row_id=own(site)))
    for path in (PLAN, CLOSE):
        amina.get(path.format(own(site)))
    assert len(site.trail(action="opened", subject="Case", row_id=own(site))) == before + 2
    assert amina.post(PLAN.format(own(site)), {"act": "erase"}).status == 400


def test_the_pages_take_the_same_statements_however_long_the_plan(site, browse):
    amina = browse("caseworker")
    paths = [PLAN, WRITE, CLOSE]
    amina.fill(CLOSE.format(own(site)), {"try-medium": "phone"}, holding="try-medium")
    few = [amina.get(path.format(own(site))).statements for path in paths]
    with site.db() as db:
        plan = db.get_one(Plan, site.office["plan", "own"])
        agency, tag = make.agency(db, "Old Ropewalk Housing"), make.code(db, "step_tag", "context")
        kind = make.code(db, "note_kind", "tried_no_answer")
        for number in range(30):
            plan.steps.append(PlanStep(what=f"Step {number}", task="help", actor="joint", agency=agency, tags=[tag]))
            db.add(CaseNote(case_id=own(site), at=make.NOW, text="Tried", kinds=[kind]))
        db.commit()
    assert [amina.get(path.format(own(site))).statements for path in paths] == few
