"""The review of all open cases: when it is due, what it lists and asks for, and that a complete one never changes."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from casework import review_bars, review_figures, reviews
from casework.cases import add_note, reopen
from casework.periods import Period, months_in_words
from casework.problems import RuleBroken
from casework.review_reasons import look_at
from models import CaseNote, Correspondence, Incident, Plan, PlanStep, Review, ReviewEntry, Task
from tests import make

PERIOD = Period(date(2026, 9, 1), date(2026, 10, 31))


@pytest.fixture
def manager(db):
    return make.worker(db, "Devi R", in_team=make.team(db))


@pytest.fixture
def lead(db):
    return make.worker(db, "Amina K", in_team=make.team(db))


def cases(db, lead, number: int):
    """So many open cases of so many clients, none of them with a reason to be talked through but having no step."""
    return [
        make.case(db, make.client(db, f"Client {chr(65 + place % 26)}{place}"), lead=lead) for place in range(number)
    ]


def opened(db, manager) -> Review:
    make.act_as(db, "manager", manager)
    return reviews.open_review(db, reviews.plan_first(db))


def write_all(db, review, **more) -> list[ReviewEntry]:
    found = reviews.entries(db, review)
    for one in found:
        one.note = "Goes on as planned."
        for key, value in more.items():
            setattr(one, key, value)
    db.flush()
    return found


def refused(act, *given) -> str:
    with pytest.raises(RuleBroken) as broken:
        act(*given)
    return " ".join(one.text for one in broken.value.problems)


# When


def test_the_first_review_is_of_the_last_two_whole_months_and_due_when_they_are_over(db, manager):
    make.act_as(db, "manager", manager)
    review = reviews.plan_first(db)
    assert (review.period_from, review.period_to) == (PERIOD.first, PERIOD.last)
    assert review.due_on == date(2026, 11, 2)  # two months end on Saturday 31 October
    assert "Review of all cases every: 2 months." in review.due_trace
    assert "A review is planned already" in refused(reviews.plan_first, db)


@pytest.mark.parametrize("first, last, words", [
    (date(2026, 9, 1), date(2026, 10, 31), "September–October 2026"),
    (date(2026, 12, 1), date(2027, 1, 31), "December 2026–January 2027"),
    (date(2026, 9, 1), date(2026, 9, 30), "September 2026"),
])  # fmt: skip
def test_a_period_is_called_by_its_months(first, last, words):
    assert months_in_words(Period(first, last)) == words


def test_how_often_is_the_offices_setting(db, manager):
    make.setting(db, "review_every", "3")
    make.act_as(db, "manager", manager)
    review = reviews.plan_first(db)
    assert (review.period_from, review.period_to) == (date(2026, 8, 1), date(2026, 10, 31))


@pytest.mark.parametrize("day, is_open", [("2026-10-30", False), ("2026-10-31", True)])
def test_a_review_is_opened_once_its_period_is_over(db, manager, day, is_open):
    make.act_as(db, "manager", manager)
    review = reviews.plan_first(db)
    make.act_as(db, "manager", manager, make.at(day, "10:00"))
    if is_open:
        assert reviews.open_review(db, review).status == "open"
    else:
        assert "its period runs to 31 October 2026" in refused(reviews.open_review, db, review)


# What it lists


def test_it_lists_every_case_that_is_open_at_that_moment_and_no_other(db, manager, lead):
    running = [make.case(db, make.client(db, f"Client {one}"), lead=lead, status=one)
               for one in ("open", "on_hold", "closing")]  # fmt: skip
    for other in ("enquiry", "advised", "closed"):
        make.case(db, make.client(db, f"Client {other}"), lead=lead, status=other)
    aside = make.case(db, make.client(db, "Client aside"), lead=lead)
    aside.voided_reason = "written twice"
    review = opened(db, manager)
    make.case(db, make.client(db, "Came later"), lead=lead)
    assert {one.case for one in reviews.entries(db, review)} == set(running)
    assert reviews.missing(db, review) == (3, 3)


def why(db, manager, case) -> list[str]:
    review = opened(db, manager)
    return next((one.why or "").splitlines() for one in reviews.entries(db, review) if one.case is case)


def with_a_step(db, lead, name: str = "Rehana Begum", **more):
    """A case for which nothing speaks: it has a task, and its client was heard from a week ago."""
    made = make.case(db, make.client(db, name, **more.pop("client", {})), lead=lead, **more)
    db.add(Task(what="Ring", owner=lead, case=made, due_on=date(2026, 11, 25)))
    db.flush()
    return made


def test_a_quiet_case_has_no_reason_to_be_talked_through(db, manager, lead):
    assert why(db, manager, with_a_step(db, lead)) == []


@pytest.mark.parametrize("days, said", [(29, []), (30, ["No contact with the client for 30 days"])])
def test_silence_is_a_reason_from_the_offices_days_on(db, manager, lead, days, said):
    at = make.at(str(make.TODAY - timedelta(days=days)), "11:00")
    assert why(db, manager, with_a_step(db, lead, first_contact_at=at)) == said


@pytest.mark.parametrize("number, said", [(2, []), (3, ["3 incidents since the period began"])])
def test_three_incidents_are_a_reason(db, manager, lead, number, said):
    case = with_a_step(db, lead)
    make.incident(db, case, "2026-08-31")  # before the period
    for day in range(number):
        make.incident(db, case, f"2026-10-{10 + day}")
    case.risk = "medium"  # what happened may have raised it
    assert why(db, manager, case) == said


def test_a_neighbour_of_another_client_is_a_reason_and_no_case_is_named(db, manager, lead):
    here, near = (
        with_a_step(db, lead, name, client={"postcode": code})
        for name, code in (("Rehana Begum", "e1 4ab"), ("Hodan Warsame", "E14AB"))
    )
    again = make.case(db, here.client, lead=lead)  # the same client a second time is no neighbour
    assert why(db, manager, here) == ["Same block or street as 1 other client"]
    review = reviews.unfinished(db)
    texts = {one.case_id: one.why or "" for one in reviews.entries(db, review)}
    assert "Same block or street as 1 other client" in texts[near.id]
    assert "Same block or street as 1 other client" in texts[again.id]
    assert not any(one.ref in text for one in (here, near) for text in texts.values())


def test_the_same_desk_that_refuses_two_clients_is_a_reason(db, manager, lead):
    agency, other = make.agency(db), make.agency(db, "Another landlord")
    both = [with_a_step(db, lead, name) for name in ("Rehana Begum", "Hodan Warsame")]
    alone = with_a_step(db, lead, "Jamila Nazari")
    for case, to in ((both[0], agency), (both[1], agency), (alone, other)):
        made = make.referral(db, case, to)
        as_it_was(db, made, outcome_id=make.code(db, "outcome", "refused_no_reason").id,
                  responded_on=date(2026, 11, 9))  # fmt: skip
    assert why(db, manager, both[0]) == ["Refused by the same agency as 1 other client"]
    texts = {one.case: one.why for one in reviews.entries(db, reviews.unfinished(db))}
    assert texts[alone] is None


def as_it_was(db, row, **values) -> None:
    """Lay a row out as months of work would have left it; the steps that lead there are tried elsewhere."""
    db.execute(update(type(row)).where(type(row).id == row.id).values(**values))
    db.expire(row)


def test_high_risk_a_missing_plan_and_no_next_step_are_reasons(db, manager, lead):
    case = make.case(db, make.client(db, "Rehana Begum"), lead=lead, risk="high")
    case.opened_on = date(2026, 10, 25)  # 29 days
    db.flush()
    assert why(db, manager, case) == ["High risk", "No agreed plan after 28 days", "No next step"]


def test_an_agreed_plan_takes_that_reason_away(db, manager, lead):
    case = with_a_step(db, lead)
    case.opened_on, case.expectations_on = date(2026, 10, 1), date(2026, 10, 1)
    plan = Plan(case=case, agreed_on=date(2026, 10, 12), language=make.language(db, "English"))
    db.add(plan)
    db.add(PlanStep(plan=plan, what="Keep a diary", task="help", actor="client", choice="chosen"))
    db.flush()
    assert why(db, manager, case) == []


# Completing


def test_it_is_not_completed_while_a_case_has_no_entry(db, manager, lead):
    cases(db, lead, 41)
    review = opened(db, manager)
    for one in reviews.entries(db, review)[:29]:
        one.note = "Goes on."
    db.flush()
    assert refused(reviews.complete, db, review).startswith("Not completed: 12 of 41 cases have no entry yet.")


def test_blanks_are_no_entry_and_a_case_set_aside_needs_none(db, manager, lead):
    blank, aside = cases(db, lead, 2)
    review = opened(db, manager)
    entry = next(one for one in reviews.entries(db, review) if one.case is blank)
    entry.note = "   "
    db.flush()
    assert reviews.missing(db, review) == (2, 2)
    aside.voided_reason = "written twice"
    entry.note = "Went well."
    db.flush()
    assert reviews.missing(db, review) == (0, 1)
    assert reviews.complete(db, review).status == "complete"


def test_a_status_set_by_hand_meets_the_same_rule(db, manager, lead):
    cases(db, lead, 1)
    review = opened(db, manager)
    review.status, review.held_on, review.snapshot = "complete", make.TODAY, "{}"
    [(_field, text)] = make.problems(db)
    assert "1 of 1 case has no entry yet." in text


def test_each_next_step_becomes_a_task_of_its_owner_and_the_next_review_is_planned(db, manager, lead):
    first, second = cases(db, lead, 2)
    review = opened(db, manager)
    entries = {one.case: one for one in write_all(db, review)}
    entries[first].next_step, entries[first].owner = "Ring the school", manager
    entries[first].due_on = date(2026, 11, 27)
    entries[second].next_step = "Visit at home"
    db.flush()
    reviews.complete(db, review)
    made = {one.what: (one.owner, one.case, one.due_on, one.kind) for one in db.scalars(select(Task))}
    # Ten working days from Monday 23 November are Monday 7 December.
    assert made == {"Ring the school": (manager, first, date(2026, 11, 27), "review"),
                    "Visit at home": (lead, second, date(2026, 12, 7), "review")}  # fmt: skip
    following = reviews.unfinished(db)
    assert (following.status, following.period_from, following.period_to) == (
        "scheduled", date(2026, 11, 1), date(2026, 12, 31)
    )  # fmt: skip
    assert following.due_on == date(2026, 12, 31)
    assert (review.chair, review.held_on) == (manager, make.TODAY)


@pytest.mark.parametrize(
    "key, value", [("note", "Something else"), ("next_step", "Ring"), ("due_on", date(2027, 1, 4))]
)
def test_an_entry_of_a_complete_review_stays(db, manager, lead, key, value):
    cases(db, lead, 1)
    review = opened(db, manager)
    [entry] = write_all(db, review, next_step="Visit")
    reviews.complete(db, review)
    setattr(entry, key, value)
    assert (("", reviews.STAYS)) in make.problems(db)


def test_a_complete_review_is_not_opened_again_but_takes_notes(db, manager, lead):
    cases(db, lead, 1)
    review = opened(db, manager)
    assert "not complete yet" in refused(reviews.add_remark, db, review, "Too early")
    db.expunge_all()
    review = reviews.unfinished(db)
    write_all(db, review)
    reviews.complete(db, review)
    assert refused(reviews.open_review, db, review) == reviews.STAYS
    assert refused(reviews.complete, db, review) == reviews.STAYS
    assert refused(reviews.add_remark, db, review, "  ") == "Write down what is to be added."
    db.expunge_all()
    review = db.scalars(select(Review).where(Review.status == "complete")).one()
    remark = reviews.add_remark(db, review, "The school rang back.")
    assert (remark.by.name, review.remarks) == ("Devi R", [remark])
    remark.text = "The school never rang."
    assert make.problems(db) == [("text", "What was added stays. Add a further note.")]
    db.refresh(remark)
    review.status = "open"
    assert ("", reviews.STAYS) in make.problems(db)


def test_a_next_step_is_still_to_come_and_its_owner_works_here(db, manager, lead):
    cases(db, lead, 1)
    review = opened(db, manager)
    gone = make.worker(db, "Left L", active=False)
    [entry] = reviews.entries(db, review)
    entry.note, entry.next_step, entry.due_on, entry.owner = "Said", "Ring", date(2026, 11, 22), gone
    assert {field for field, _text in make.problems(db)} == {"due_on", "owner"}
    entry.due_on, entry.owner = make.TODAY, lead
    assert make.problems(db) == []


def test_its_states_follow_one_another_and_an_open_one_is_not_planned_again(db, manager, lead):
    make.act_as(db, "manager", manager)
    review = reviews.plan_first(db)
    review.status = "complete"
    assert "A review is opened before it is completed. Open it first." in [text for _, text in make.problems(db)]
    db.refresh(review)
    reviews.open_review(db, review).status = "scheduled"
    told = [text for _, text in make.problems(db)]
    assert told == ["This review is open already: its cases are listed. Complete it."]


def test_a_next_step_has_somebody_who_does_it_also_where_the_program_itself_writes(db, manager, lead):
    cases(db, lead, 1)
    (entry,) = reviews.entries(db, opened(db, manager))
    make.act_as(db, "system")
    entry.lead, entry.next_step = None, "Ring the landlord"
    assert make.problems(db) == [("owner", "Say who does the next step.")]


def test_nothing_of_a_review_is_deleted(db, manager, lead):
    cases(db, lead, 1)
    review = opened(db, manager)
    db.delete(reviews.entries(db, review)[0])
    assert make.problems(db) == [("", "Not deleted: what a review said is kept.")]


# The figures


def test_the_five_numbers_of_a_period(db, manager, lead):
    """Each is laid out by hand: two new, one of them closed with the client's agreement, one closed otherwise."""
    agreed, otherwise, goes_on = (make.case(db, make.client(db, f"Client {one}"), lead=lead) for one in "ABC")
    days = {agreed: date(2026, 9, 7), otherwise: date(2026, 8, 3), goes_on: date(2026, 10, 31)}
    for case, day in days.items():
        case.opened_on = day
    db.flush()
    for case, by, day in ((agreed, "client", 20), (otherwise, "other", 21)):
        case.status = "closing"
        case.closure_agreed, case.closure_note = by, "moved away"
        case.closure_reason = make.code(db, "closure_reason", "resolved")
        db.flush()
        case.status = "closed"
        db.flush()
        case.closed_on = date(2026, 10, day)
    for due, done in ((date(2026, 9, 10), date(2026, 9, 10)), (date(2026, 9, 11), date(2026, 9, 12)),
                      (date(2026, 10, 1), None), (date(2026, 11, 2), None)):  # fmt: skip
        db.add(Task(what="After-care", kind="aftercare", owner=lead, case=agreed, due_on=due, done_on=done))
    for status, answered in (
        ("answered", make.at("2026-09-10", "23:30")),  # half past ten in Greenwich
        ("answered", make.at("2026-09-11", "00:30")), ("received", None), ("dropped", None),
    ):  # fmt: skip
        letter = Correspondence(case=goes_on, direction="in", medium="letter", kind="enquiry", status="received",
                                at=make.at("2026-11-20", "10:00"), subject="The damp", owner=lead)  # fmt: skip
        db.add(letter)
        db.flush()
        as_it_was(db, letter, due_on=date(2026, 9, 10), status=status, answered_at=answered, explanation="no")
    found = review_figures.numbers(db, PERIOD)
    assert (found.new, found.open, found.closed, found.closed_all) == (2, 1, 1, 2)
    assert (found.aftercare, found.aftercare_made, found.aftercare_late) == (3, 2, 2)
    assert (found.answered, found.answered_of) == (1, 3)


def test_the_bars_are_the_cases_of_both_periods_one_by_one(db, manager, lead):
    """Recounted case by case in Python: kinds and boroughs of new cases that are not set aside."""
    made = cases(db, lead, 9)
    kinds = [make.code(db, "case_kind", "nrpf_family" if place % 3 else "discrimination") for place in range(9)]
    boroughs = ["Newham", "Newham", "Tower Hamlets", None, "Newham", "Newham", "Hackney", "Newham", "Newham"]
    days = ["2026-09-01", "2026-10-31", "2026-09-15", "2026-10-02", "2026-07-01", "2026-08-31", "2026-08-09",
            "2026-11-01", "2026-06-30"]  # fmt: skip
    for case, kind, borough, day in zip(made, kinds, boroughs, days, strict=True):
        case.kind, case.opened_on = kind, date.fromisoformat(day)
        case.area = make.area(db, borough) if borough else None
    made[1].voided_reason = "written twice"
    db.flush()
    before = Period(date(2026, 7, 1), date(2026, 8, 31))
    for rows, word in (("case_kind", lambda one: one.kind.words), ("area", lambda one: one.area.name)):
        [told] = [one for one in review_bars.bars(db, PERIOD, {}) if (one.of, one.rows) == ("cases", rows)]
        now, was = (
            Counter(
                word(one) if rows == "case_kind" or one.area else "Not recorded" for one in made
                if span.first <= one.opened_on <= span.last and not one.voided_reason
            ) for span in (PERIOD, before)
        )  # fmt: skip
        assert {one.label: (one.now, one.before) for one in told.lines} == {
            label: (now[label], was[label]) for label in {*now, *was}
        }
        assert (told.total.now, told.total.before) == (3, 3)
        assert [one.now for one in told.lines] == sorted((one.now for one in told.lines), reverse=True)


def test_small_lines_of_a_chart_are_joined_and_add_up():
    lines = tuple(review_bars.Line(str(one), f"Kind {one}", 20 - one, one) for one in range(9))
    *kept, last = review_bars.shortened(lines)
    assert (tuple(kept), last.label) == (lines[:5], "4 others")
    assert (last.now, last.before) == (15 + 14 + 13 + 12, 5 + 6 + 7 + 8)
    assert review_bars.shortened(lines[:6]) == lines[:6]


def test_the_workload_of_each_member_of_staff(db, manager, lead):
    [mine], _theirs = cases(db, lead, 1), make.case(db, make.client(db, "Client Z"), lead=manager)
    user = make.user(db, "amina", "caseworker", lead)
    make.act_as(db, "caseworker", lead, user_id=user.id)
    db.add(CaseNote(case=mine, at=make.at("2026-10-02", "11:00"), text="Rang", direction="out", outcome="spoke"))
    db.add(CaseNote(case=mine, at=make.at("2026-10-02", "12:00"), text="No call", medium="email"))
    db.add(Incident(case=mine, from_at=make.at("2026-10-01", "22:00")))
    meeting = make.appointment(db, mine, second=manager)
    as_it_was(db, meeting, status="attended", starts_at=make.at("2026-10-05", "11:00"))
    found = {one.name: (one.cases, one.visits, one.calls, one.incidents) for one in review_figures.workload(db, PERIOD)}
    assert found == {"Amina K": (1, 1, 1, 1), "Devi R": (1, 1, 0, 0)}


def test_figures_of_a_complete_review_never_change(db, manager, lead):
    """Two hundred later edits of every sort: notes, incidents, closings, reopenings, cases set aside, new ones."""
    first = cases(db, lead, 12)
    for case in first[:6]:
        case.opened_on = date(2026, 9, 14)
    db.flush()
    review = opened(db, manager)
    write_all(db, review)
    reviews.complete(db, review)
    stored, told = review.snapshot, reviews.figures(db, review)
    assert (told.numbers.new, told.listed) == (6, 12)
    edits = 0
    for place in range(50):
        case = first[place % 4]
        add_note(db, case, f"Later {place}", at=make.at("2026-10-10", "10:00"))
        make.incident(db, case, "2026-10-11")
        new = make.case(db, make.client(db, f"Later {place}"), lead=lead)
        new.opened_on = date(2026, 10, 1)
        new.voided_reason = "written twice" if place % 2 else None
        db.flush()
        edits += 4
    for case in first[4:6]:
        case.status, case.closure_agreed = "closing", "client"
        case.closure_reason = make.code(db, "closure_reason", "resolved")
        db.flush()
        case.status = "closed"
        db.flush()
        case.closed_on = date(2026, 10, 20)
    first[6].voided_reason = "written twice"
    db.flush()
    reopen(db, first[4], "came back")
    assert edits >= 200
    assert review_figures.picture(db, PERIOD, PERIOD, 0, None).numbers != told.numbers  # the edits do count now
    db.expunge_all()
    [kept] = [one for one in reviews.all_reviews(db) if one.status == "complete"]
    assert kept.snapshot == stored
    assert reviews.figures(db, kept) == told
    following = reviews.figures(db, reviews.unfinished(db))
    assert following.before == told.numbers  # the next one compares with what was said then
    said = {(one.of, one.rows): {line.key: line.now for line in one.lines if line.now} for one in told.bars}
    assert (
        said["cases", "case_kind"]
        and {(one.of, one.rows): {line.key: line.before for line in one.lines if line.before} for one in following.bars}
        == said
    )


def test_what_is_kept_is_read_back_as_it_was(db, manager, lead):
    cases(db, lead, 2)
    review = opened(db, manager)
    write_all(db, review)
    now = reviews.figures(db, review)
    reviews.complete(db, review)
    assert review_figures.from_text(review.snapshot) == now
    assert json.loads(review.snapshot)["listed"] == 2


def test_opening_and_reading_take_the_same_statements_for_many_cases(db, manager, lead, statements):
    some = cases(db, lead, 12)
    review = opened(db, manager)

    def selects(act) -> int:
        act()
        statements.clear()
        act()
        return len([one for one in statements if one.startswith("SELECT")])

    def read() -> None:
        reviews.entries(db, review)
        reviews.figures(db, review)
        reviews.missing(db, review)

    many = selects(read)
    assert selects(lambda: look_at(db, some[:2], PERIOD)) == selects(lambda: look_at(db, some, PERIOD)) == 6
    for case in some[2:]:
        case.voided_reason = "written twice"
    db.flush()
    assert len(reviews.entries(db, review)) == 2
    assert selects(read) == many <= 24
