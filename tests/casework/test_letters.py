"""Letters and messages: their clocks, their steps, and the two ways out of the office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from casework import cases, consent, correspondence
from casework.letter_clock import answer_due
from casework.problems import RuleBroken
from models import CaseNote, Correspondence, Release, Task
from tests import make

DUE = date(2026, 12, 7)  # ten working days after Monday 23 November 2026


@pytest.fixture
def case(db):
    """An open case whose client takes letters any way; its caseworker is acting."""
    made = make.case(db, make.client(db, safe_contact="any", address="1 High Street"))
    make.act_as(db, "caseworker", made.lead)
    return made


def came(db, case, **more) -> Correspondence:
    return correspondence.receive(db, case, **{"medium": "letter", "at": make.NOW, "subject": "A copy, please", **more})


def asked(db, case, **more) -> Correspondence:
    return correspondence.ask_for(db, case, **{"subject": "Letter for the school", **more})


def draft(db, case, **more) -> Correspondence:
    return correspondence.draft(db, case, **{"subject": "Your letter", "text": "Here it is.", **more})


def refused(act) -> dict[str, str]:
    with pytest.raises(RuleBroken) as broken:
        act()
    return {one.field: one.text for one in broken.value.problems}


def task_of(db, letter) -> Task:
    return db.scalars(select(Task).where(Task.about == "correspondence", Task.about_id == letter.id)).one()


# Clocks


@pytest.mark.parametrize("medium, at, due", [
    ("letter", ("2026-12-18", "12:00"), date(2027, 1, 6)),  # over Christmas and New Year
    ("email", ("2026-11-21", "23:00"), date(2026, 12, 4)),  # Saturday is day 0
    ("phone", ("2026-11-19", "12:00"), date(2026, 11, 23)),  # three days: a Sunday, rolled to Monday
    ("text", ("2026-11-20", "12:00"), date(2026, 11, 23)),
    ("emergency_helpline", ("2026-11-21", "23:00"), date(2026, 11, 24)),  # never waits for the opening
    ("answerphone", ("2026-11-21", "23:00"), date(2026, 11, 26)),  # counts from Monday's opening
])  # fmt: skip
def test_what_comes_in_is_due_by_the_promise_for_how_it_came(db, medium, at, due):
    answer = answer_due(db, "in", "enquiry", medium, make.at(*at))
    assert answer.on == due
    assert answer.source == "Availability"


def test_what_only_informs_and_what_we_send_has_no_clock(db):
    assert answer_due(db, "in", "reply", "letter", make.NOW) is None
    assert answer_due(db, "out", "enquiry", "letter", make.NOW) is None


def test_the_promise_is_a_setting(db, case):
    make.act_as(db, "manager")
    make.setting(db, "letter_answer", "5")
    make.act_as(db, "caseworker", case.lead)
    assert came(db, case).due_on == date(2026, 11, 30)


def test_an_earlier_day_set_by_others_comes_first_and_the_trace_says_so(db, case):
    letter = came(db, case, outside_deadline=date(2026, 12, 1))
    assert letter.due_on == date(2026, 12, 1)
    assert "Outside deadline, earlier than our own date, Monday 7 December 2026." in letter.due_trace
    assert came(db, case, outside_deadline=date(2026, 12, 20)).due_on == DUE


def test_a_letter_that_comes_in_waits_for_the_caseworker_with_its_proof(db, case):
    letter = came(db, case)
    task = task_of(db, letter)
    assert (letter.status, letter.due_on, letter.owner) == ("received", DUE, case.lead)
    assert (task.what, task.due_on, task.owner, task.trace) == (
        "Answer: A copy, please",
        DUE,
        case.lead,
        letter.due_trace,
    )
    noted = came(db, case, kind="reply")
    assert (noted.status, noted.due_on) == ("noted", None)
    assert db.scalars(select(Task).where(Task.about_id == noted.id, Task.about == "correspondence")).all() == []


def test_a_later_day_than_promised_needs_its_reason(db, case):
    letter = asked(db, case)
    told = refused(lambda: correspondence.put_later(db, letter, DUE + timedelta(days=1), None))
    assert told == {"late_reason": "Our promise ends on 7 December 2026. Give the reason for a later day."}
    correspondence.put_later(db, letter, DUE + timedelta(days=1), "The client is away")
    assert task_of(db, letter).due_on == DUE + timedelta(days=1)
    earlier = asked(db, case)
    correspondence.put_later(db, earlier, DUE, None)
    assert earlier.late_reason is None


def test_an_urgent_letter_says_by_when_it_is_needed(db, case):
    assert "outside_deadline" in refused(lambda: asked(db, case, urgent=True))


def test_an_urgent_letter_with_its_day_is_due_then(db, case):
    assert asked(db, case, urgent=True, outside_deadline=date(2026, 11, 25)).due_on == date(2026, 11, 25)


def test_what_nobody_would_answer_is_not_taken_in(db, case):
    anonymous = make.case(db, status="enquiry", lead=case.lead)
    anonymous.lead = None
    db.flush()
    make.act_as(db, "manager")
    assert refused(lambda: came(db, anonymous)) == {"owner": "Nobody would answer this: choose who does."}
    assert db.scalars(select(Correspondence)).all() == []
    make.act_as(db, "manager", make.worker(db, "Jon P"))
    assert came(db, anonymous).owner.name == "Jon P"


# A letter that the client asks for


def test_a_letter_asked_for_is_sent_only_once_its_time_was_explained(db, case):
    letter = correspondence.agree(db, asked(db, case, text="To whom it concerns."))
    assert (letter.status, letter.due_on) == ("agreed", DUE)
    assert list(refused(lambda: correspondence.send(db, letter))) == ["explained_on"]
    letter.status, letter.answered_at = "agreed", None
    correspondence.explain(db, letter)
    correspondence.send(db, letter)
    assert (letter.status, letter.answered_at, task_of(db, letter).done_on) == ("sent", make.NOW, make.TODAY)


def test_declining_needs_the_explanation_that_the_client_was_given(db, case):
    letter = asked(db, case)
    assert list(refused(lambda: correspondence.decline(db, letter, " "))) == ["explanation"]
    correspondence.decline(db, letter, "The school wants a doctor's letter, told her so.")
    assert (letter.status, task_of(db, letter).done_on) == ("declined", make.TODAY)


def test_what_needs_nothing_more_says_why(db, case):
    letter = came(db, case)
    assert list(refused(lambda: correspondence.drop(db, letter, None))) == ["explanation"]
    assert correspondence.drop(db, letter, "Sent twice").status == "dropped"


@pytest.mark.parametrize("day, ok", [(make.TODAY, True), (make.TODAY - timedelta(days=1), False),
                                     (make.TODAY + timedelta(days=1), False)])  # fmt: skip
def test_a_timeframe_is_explained_after_the_asking_and_by_today(db, case, day, ok):
    letter = asked(db, case)
    letter.explained_on = day
    assert (make.problems(db) == []) is ok


# Steps


def test_a_letter_goes_step_by_step(db, case):
    letter = came(db, case)
    letter.status, letter.explanation = "declined", "x"
    [(field, text)] = make.problems(db)
    assert field == "status" and "Possible: Handed to a colleague, answered, needs nothing more" in text


def test_nothing_follows_the_end_of_a_letter(db, case):
    letter = correspondence.drop(db, came(db, case), "Sent twice")
    letter.status = "received"
    assert make.problems(db) == [
        ("status", "“Needs nothing more” is the end. For anything further write down a new letter.")
    ]


def test_a_new_letter_begins_at_its_beginning(db, case):
    db.add(Correspondence(case=case, direction="out", kind="letter_request", medium="letter", at=make.NOW,
                          subject="x", status="agreed"))  # fmt: skip
    assert make.problems(db) == [("status", "This begins as “Asked for”. Take the next steps from there.")]


def test_nobody_calls_a_letter_answered_without_an_answer(db, case):
    letter = came(db, case)
    letter.status, letter.answered_at = "answered", make.NOW
    assert [field for field, _text in make.problems(db)] == ["status"]


def test_a_letter_is_handed_to_a_colleague_with_its_task_and_its_clock(db, case):
    letter, jon = came(db, case), make.worker(db, "Jon P", in_team=case.team)
    correspondence.hand_over(db, letter, jon)
    assert (letter.status, letter.owner, task_of(db, letter).owner, letter.due_on) == ("assigned", jon, jon, DUE)


def test_the_answer_that_is_sent_ends_the_clock_of_what_it_answers(db, case):
    letter = came(db, case)
    correspondence.send(db, draft(db, case, answers=letter))
    assert (letter.status, letter.answered_at, task_of(db, letter).done_on) == ("answered", make.NOW, make.TODAY)


def test_an_answer_belongs_to_the_same_case_and_to_something_that_came_in(db, case):
    letter, other = came(db, case), make.case(db, make.client(db, "Somebody else"), lead=case.lead)
    assert "case" in refused(lambda: draft(db, other, answers=letter))
    db.expunge_all()


def test_only_what_came_in_is_answered(db, case):
    ours = draft(db, case)
    assert "answers" in refused(lambda: draft(db, case, answers=ours))


def test_a_call_of_another_case_answers_nothing(db, case):
    letter, other = came(db, case), make.case(db, make.client(db, "Somebody else"), lead=case.lead)
    note = CaseNote(case=other, at=make.NOW, text="x", direction="out", outcome="spoke")
    db.add(note)
    db.flush()
    assert "case" in refused(lambda: correspondence.answer_in_call(db, letter, note))


@pytest.mark.parametrize("change", [
    {"subject": "Other"}, {"text": "Other"}, {"safe_way": "By hand"}, {"medium": "email"},
])  # fmt: skip
def test_a_letter_that_has_gone_stays_as_it_was(db, case, change):
    letter = correspondence.send(db, draft(db, case))
    for name, value in change.items():
        setattr(letter, name, value)
    assert [text for _field, text in make.problems(db)] == [
        "This letter has gone, so it stays as it was. Write a further one."
    ]


def test_a_letter_keeps_its_case_its_kind_and_its_time_and_is_never_deleted(db, case):
    letter = came(db, case)
    letter.at = make.NOW - timedelta(days=1)
    assert [field for field, _text in make.problems(db)] == ["at"]
    letter.at = make.NOW
    db.delete(letter)
    assert [text[:12] for _field, text in make.problems(db)] == ["Not deleted:"]


@pytest.mark.parametrize("more, field", [
    ({"at": make.NOW + timedelta(minutes=1)}, "at"), ({"subject": " "}, "subject"),
])  # fmt: skip
def test_what_comes_in_has_come_and_is_about_something(db, case, more, field):
    assert field in refused(lambda: came(db, case, **more))


def test_an_answer_is_not_dated_ahead(db, case):
    letter = correspondence.send(db, draft(db, case))
    assert letter.answered_at == make.NOW
    other = came(db, case)
    other.answered_at = make.NOW - timedelta(days=1)
    assert [field for field, _text in make.problems(db)] == ["answered_at"]


# The way to the client


@pytest.mark.parametrize("way, ok", [("any", True), ("no_post", False), ("phone_only", False), (None, False)])
def test_a_letter_reaches_the_client_by_a_safe_way_only(db, way, ok):
    case = make.case(db, make.client(db, safe_contact=way), status="open" if way else "enquiry")
    make.act_as(db, "caseworker", case.lead)
    letter = draft(db, case)
    if ok:
        assert correspondence.send(db, letter).status == "sent"
        return
    told = refused(lambda: correspondence.send(db, letter))
    assert "Say how this reaches Rehana Begum safely" in told["safe_way"]
    letter.safe_way = "Handed over at the office"
    db.flush()
    assert letter.status == "sent"


def test_an_enquiry_without_a_client_has_nobody_to_write_to(db, case):
    anonymous = make.case(db, status="enquiry", lead=case.lead)
    anonymous.client = None
    db.flush()
    assert "contact_with" in refused(lambda: correspondence.send(db, draft(db, anonymous)))


@pytest.mark.parametrize("more, field", [({"text": None}, "text"), ({"medium": "phone"}, "medium")])
def test_only_a_letter_that_is_written_is_sent(db, case, more, field):
    assert field in refused(lambda: correspondence.send(db, draft(db, case, **more)))


def test_nothing_is_sent_from_a_closed_case(db):
    case = make.case(db, make.client(db, safe_contact="any"), status="closed")
    make.act_as(db, "caseworker", case.lead)
    assert "case" in refused(lambda: correspondence.send(db, draft(db, case)))


# The way to an agency


def to_agency(db, case, **more) -> Correspondence:
    agency = more.pop("agency", None) or make.agency(db)
    items = [make.code(db, "data_scope", one) for one in more.pop("items", ("name",))]
    return draft(db, case, contact_with="agency", agency=agency, items=items, **more)


def test_a_letter_to_an_agency_leaves_under_a_consent_and_is_recorded(db, case):
    agency = make.agency(db)
    given = make.consent(db, case.client, agency, scope=("name",))
    letter = correspondence.send(db, to_agency(db, case, agency=agency, request=make.code(db, "request", "repairs")))
    [release] = db.scalars(select(Release)).all()
    assert letter.release is release
    assert (release.consent, release.agency, release.client, release.items) == (given, agency, case.client, "Name")


@pytest.mark.parametrize("why", ["none", "other agency", "items", "purpose", "expired", "withdrawn"])
def test_a_letter_that_no_consent_covers_does_not_leave(db, case, why):
    agency = make.agency(db)
    if why != "none":
        other = make.agency(db, "Another") if why == "other agency" else agency
        given = make.consent(db, case.client, other, scope=("name",), purposes=("repairs",),
                             expires_on=date(2026, 11, 22) if why == "expired" else date(2027, 1, 1))  # fmt: skip
        if why == "withdrawn":
            consent.withdraw(db, given)
    items = ("name", "address") if why == "items" else ("name",)
    request = make.code(db, "request", "investigate" if why == "purpose" else "repairs")
    letter = to_agency(db, case, agency=agency, items=items, request=request)
    told = refused(lambda: correspondence.send(db, letter))
    assert any("No active permission from Rehana Begum covers Marsh Lane Homes" in text for text in told.values())
    assert db.scalars(select(Release)).all() == []


def test_a_withdrawal_that_somebody_else_saves_meanwhile_stops_the_letter(db, case):
    agency = make.agency(db)
    given = make.consent(db, case.client, agency, scope=("name",))
    letter = to_agency(db, case, agency=agency)
    db.refresh(given)
    db.execute(text("UPDATE consents SET withdrawn_on = '2026-11-23'"))
    assert given.withdrawn_on is None  # as it was read before
    assert "was withdrawn" in " ".join(refused(lambda: correspondence.send(db, letter)).values())


def test_a_letter_to_an_agency_is_not_called_sent_where_there_is_no_client(db, case):
    anonymous = make.case(db, status="enquiry", lead=case.lead)
    anonymous.client = None
    letter = to_agency(db, anonymous)
    letter.status, letter.answered_at = "sent", make.NOW
    assert [field for field, _text in make.problems(db)] == ["client"]


def test_a_letter_is_not_called_sent_past_the_gate(db, case):
    agency = make.agency(db)
    make.consent(db, case.client, agency, scope=("name",))
    letter = to_agency(db, case, agency=agency)
    letter.status, letter.answered_at = "sent", make.NOW
    assert [field for field, _text in make.problems(db)] == ["status"]


def test_a_release_that_covers_less_than_the_letter_tells_does_not_open_the_gate(db, case):
    agency = make.agency(db)
    given = make.consent(db, case.client, agency, scope=("name",))
    letter = to_agency(db, case, agency=agency, items=("name", "address"))
    letter.release = Release(at=make.NOW, client=case.client, consent=given, agency=agency, channel="letter", items="x")
    db.add(letter.release)
    letter.status, letter.answered_at = "sent", make.NOW
    assert [field for field, _text in make.problems(db)] == ["items"]


def test_a_letter_to_an_agency_says_what_it_tells_and_goes_on_paper(db, case):
    agency = make.agency(db)
    make.consent(db, case.client, agency, scope=("name",))
    assert "items" in refused(lambda: correspondence.send(db, to_agency(db, case, agency=agency, items=())))


def test_a_text_message_to_an_agency_is_refused(db, case):
    agency = make.agency(db)
    make.consent(db, case.client, agency, scope=("name",))
    assert "medium" in refused(lambda: correspondence.send(db, to_agency(db, case, agency=agency, medium="text")))


@pytest.mark.parametrize("more, field", [
    ({"contact_with": "third_party"}, "contact_with"), ({"contact_with": "agency"}, "agency"),
])  # fmt: skip
def test_a_letter_of_ours_goes_to_the_client_or_to_an_agency_that_is_named(db, case, more, field):
    assert field in refused(lambda: draft(db, case, **more))


def test_an_agency_is_named_only_on_a_letter_that_is_with_one(db, case):
    assert "contact_with" in refused(lambda: came(db, case, agency=make.agency(db)))


def test_a_letter_to_an_agency_for_an_enquiry_without_a_client_does_not_leave(db, case):
    anonymous = make.case(db, status="enquiry", lead=case.lead)
    anonymous.client = None
    db.flush()
    told = refused(lambda: correspondence.send(db, to_agency(db, anonymous)))
    assert "nobody has given permission" in told["client"]


# Closing


def test_a_case_is_not_closed_over_an_unanswered_letter(db, case):
    letter = came(db, case)
    told = refused(lambda: cases.close_case(db, case, make.code(db, "closure_reason", "resolved"), "client"))
    assert told["status"].startswith("1 thing is still open: 1 letter or message unanswered")
    case.status = "open"
    correspondence.send(db, draft(db, case, answers=letter))
    cases.close_case(db, case, make.code(db, "closure_reason", "resolved"), "client")
    assert case.status == "closed"


def test_a_draft_and_a_letter_asked_for_keep_a_case_open_as_well(db, case):
    draft(db, case)
    asked(db, case)
    told = refused(lambda: cases.close_case(db, case, make.code(db, "closure_reason", "resolved"), "client"))
    assert "2 letters or messages unanswered or unsent" in told["status"]
