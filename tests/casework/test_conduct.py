"""How agencies deal with people: noted for and against, by hand and by itself, and what a threat leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.conduct import FAVOURABLE, URGENT, is_favourable, is_under, note_conduct
from models import AgencyConduct, Code, Task
from models.declared import declared
from tests import make

TODAY = make.TODAY


def words(db, *shorts):
    return [make.code(db, "conduct", short) for short in shorts]


def noted(db):
    return [(one.code.code, one.by_itself) for one in db.scalars(select(AgencyConduct).order_by(AgencyConduct.id))]


def test_sixteen_words_speak_against_an_agency_and_five_for_it(db):
    every = db.scalars(select(Code).where(Code.list == "conduct").order_by(Code.sort)).all()
    told = [is_favourable(one) for one in every]
    assert told == [False] * 16 + [True] * 5
    assert [one.code for one in every[16:]] == list(FAVOURABLE)


def test_several_words_are_noted_at_once_each_in_a_row_of_its_own(db):
    case, agency = make.case(db), make.agency(db)
    note_conduct(db, case, agency, words(db, "not_believed", "apologised"), what="At the desk.")
    rows = db.scalars(select(AgencyConduct)).all()
    assert [(one.code.code, one.favourable, one.happened_on, one.what) for one in rows] == [
        ("not_believed", False, TODAY, "At the desk."), ("apologised", True, TODAY, "At the desk."),
    ]  # fmt: skip


def test_a_narrower_word_of_the_office_counts_as_the_wider_one(db):
    (prompt,) = words(db, "prompt")
    same_day = Code(list="conduct", code="same_day", words="Answered the same day", parent=prompt)
    db.add(same_day)
    (made,) = note_conduct(db, make.case(db), make.agency(db), [same_day])
    assert made.favourable is True


# A threat to take children away


def test_a_threat_to_take_children_is_a_task_for_today_and_only_once(db):
    case, agency = make.case(db), make.agency(db)
    note_conduct(db, case, agency, words(db, "threatened_child_removal", "hostile_response"))
    note_conduct(db, case, agency, words(db, "threatened_child_removal"))
    (task,) = db.scalars(select(Task)).all()
    assert (task.what, task.due_on, task.owner, task.case) == (URGENT, TODAY, case.lead, case)


def test_a_further_threat_after_the_task_was_done_is_a_task_again(db):
    case, agency = make.case(db), make.agency(db)
    note_conduct(db, case, agency, words(db, "threatened_child_removal"))
    db.scalars(select(Task)).one().done_on = TODAY
    note_conduct(db, case, agency, words(db, "threatened_child_removal"))
    assert [one.done_on for one in db.scalars(select(Task).order_by(Task.id))] == [TODAY, None]


def test_no_other_word_leaves_a_task_or_touches_the_risk(db):
    case, agency = make.case(db, risk="low"), make.agency(db)
    every = db.scalars(select(Code).where(Code.list == "conduct", Code.code != "threatened_child_removal")).all()
    note_conduct(db, case, agency, every)
    assert db.scalars(select(Task)).all() == []
    note_conduct(db, case, agency, words(db, "threatened_child_removal"))
    assert case.risk == "low"


# What they call an incident


def called(db, word, **more):
    """An incident that the client sees as racist, told to the police, who call it `word`."""
    incident = make.incident(db, strands=more.pop("strands", ("race",)))
    police = make.agency(db, "Eastway Police", kind="police", tier="primary")
    return make.report(db, incident, police, called=word, **more)


def test_calling_it_something_else_is_noted_by_itself_on_the_day_of_the_answer(db):
    report = called(db, "criminal_damage", answered_on=date(2026, 11, 21))
    (made,) = db.scalars(select(AgencyConduct)).all()
    assert (made.code.code, made.by_itself, made.favourable) == ("refused_to_record_as_racist", True, False)
    assert (made.agency, made.incident, made.case) == (report.agency, report.incident, report.incident.case)
    assert made.happened_on == date(2026, 11, 21)


@pytest.mark.parametrize("word", ["racist", "not_told", ""])
def test_agreeing_or_saying_nothing_is_not_noted(db, word):
    called(db, word)
    assert noted(db) == []


def test_it_is_noted_once_however_often_they_change_the_word(db):
    report = called(db, "criminal_damage")
    for word in ("no_crime", "racist", "neighbour_dispute"):
        report.agency_classification = make.code(db, "agency_classification", word)
        db.flush()
    assert noted(db) == [("refused_to_record_as_racist", True)]


def test_it_is_not_noted_beside_the_same_word_noted_by_hand(db):
    report = called(db, "")
    case = report.incident.case
    note_conduct(db, case, report.agency, words(db, "refused_to_record_as_racist"), incident=report.incident)
    report.agency_classification = make.code(db, "agency_classification", "criminal_damage")
    db.flush()
    assert noted(db) == [("refused_to_record_as_racist", False)]


def test_each_incident_and_each_agency_counts_for_itself(db):
    report = called(db, "criminal_damage")
    make.report(db, report.incident, make.agency(db, "Marsh Lane Homes"), called="anti_social_behaviour")
    make.report(db, make.incident(db, report.incident.case, strands=("race",)), report.agency, called="no_crime")
    assert len(noted(db)) == 3


def test_what_the_client_sees_in_it_later_is_compared_as_well(db):
    report = called(db, "other_hate", strands=("disability",))
    assert noted(db) == []
    report.incident.strands = [make.code(db, "hate_strand", "race")]
    db.flush()
    assert noted(db) == [("refused_to_record_as_racist", True)]


# Rules


@pytest.mark.parametrize(("day", "lawful"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_it_is_noted_once_it_happened(db, day, lawful):
    db.add(AgencyConduct(case=make.case(db), agency=make.agency(db), code=words(db, "prompt")[0], happened_on=day))
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["happened_on"])


def test_its_unit_stands_somewhere_under_the_agency(db):
    council = make.agency(db, "Eastmere Council", kind="local_authority", tier="primary")
    services = make.agency(db, "Eastmere children", kind="la_childrens_services", tier="primary", parent=council)
    desk = make.agency(db, "Eastmere duty desk", kind="la_childrens_services", tier="primary", parent=services)
    assert is_under(desk, council) and not is_under(council, desk)
    case, code = make.case(db), words(db, "not_believed")
    assert note_conduct(db, case, council, code, unit=desk)[0].unit is desk
    db.add(AgencyConduct(case=case, agency=services, unit=council, code=code[0], happened_on=TODAY))
    assert make.problems(db) == [
        ("unit", "Eastmere Council does not stand under Eastmere children. Choose a part of it, or leave this empty."),
    ]


@pytest.mark.parametrize("name", ["referral", "incident", "document"])
def test_what_it_rests_on_belongs_to_the_same_case(db, name):
    case, other, agency = make.case(db), make.case(db), make.agency(db)
    makers = {
        "referral": lambda of: make.referral(db, of, agency), "incident": lambda of: make.incident(db, of),
        "document": lambda of: make.document(db, of),
    }  # fmt: skip
    code = words(db, "not_believed")
    assert note_conduct(db, case, agency, code, **{name: makers[name](case)})
    db.add(AgencyConduct(case=case, agency=agency, code=code[0], happened_on=TODAY, **{name: makers[name](other)}))
    assert [field for field, _text in make.problems(db)] == [name]


def test_the_request_it_rests_on_went_to_the_same_body(db):
    case, agency, other = make.case(db), make.agency(db), make.agency(db, "Other Homes")
    asked = make.referral(db, case, other)
    db.add(
        AgencyConduct(case=case, agency=agency, code=words(db, "not_believed")[0], happened_on=TODAY, referral=asked)
    )
    assert [field for field, _text in make.problems(db)] == ["referral"]


@pytest.mark.parametrize(("hours", "lawful"), [(24, True), (25, False)])
def test_a_slip_may_be_taken_back_within_the_offices_hours(db, hours, lawful):
    (made,) = note_conduct(db, make.case(db), make.agency(db), words(db, "not_believed"))
    make.act_as(db, "manager", now=datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(hours=hours))
    db.delete(made)
    assert (make.problems(db) == []) is lawful


def test_there_is_no_field_for_the_name_of_a_member_of_staff():
    names = {"name", "officer", "worker", "staff", "person", "who"}
    assert {one.key for one in declared(AgencyConduct)} & names == set()
