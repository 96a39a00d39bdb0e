"""What happened, in a series; who was told; and what they call it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import incidents, referrals
from models import AuditEntry, Incident, IncidentReport
from models.declared import by_key
from tests import make

ALL_WORDS = ("racist", "other_hate", "criminal_damage", "anti_social_behaviour", "neighbour_dispute", "no_crime",
             "not_recorded", "not_told")  # fmt: skip


@pytest.mark.parametrize("days, risk", [(30, "high"), (31, "medium")])
def test_what_happens_again_within_thirty_days_raises_the_risk(db, days, risk):
    case = make.case(db)
    first = make.incident(db, case, "2026-10-01")
    again = make.incident(db, case, str(date(2026, 10, 1) + timedelta(days=days)))
    assert (case.risk, first.raised_risk_to) == (risk, None)
    assert again.raised_risk_to == ("high" if risk == "high" else None)


def test_the_days_of_a_repeat_are_the_offices_setting_and_the_risk_rises_step_by_step_and_never_falls(db):
    make.setting(db, "repeat_incident", "5")
    case = make.case(db, risk="low")
    risks = []
    for day in ("2026-10-01", "2026-10-07", "2026-10-09", "2026-10-10", "2026-10-11", "2026-11-20"):
        make.incident(db, case, day)
        risks.append(case.risk)
    assert risks == ["low", "low", "medium", "high", "high", "high"]


def test_a_repeat_is_found_also_when_both_come_in_one_saving_or_the_earlier_one_is_told_later(db):
    case, other = make.case(db), make.case(db, make.client(db, "Hodan Warsame"))
    db.add_all([Incident(case=case, from_at=make.at("2026-10-01", "20:00")),
                Incident(case=case, from_at=make.at("2026-10-02", "20:00"))])  # fmt: skip
    db.flush()
    make.incident(db, other, "2026-10-20")
    make.incident(db, other, "2026-10-05")
    assert (case.risk, other.risk) == ("high", "high")


def test_raising_the_risk_is_written_down_as_a_change_of_the_case_by_whoever_wrote_the_incident(db):
    case = make.case(db)
    make.incident(db, case, "2026-10-01")
    version = case.version
    make.act_as(db, "caseworker", case.lead, user_id=7, now=make.NOW + timedelta(hours=1))
    make.incident(db, case, "2026-10-02")
    assert (case.version, case.updated_by_id, case.updated_at) == (version + 1, 7, make.NOW + timedelta(hours=1))
    make.act_as(db, "manager")
    changed = select(AuditEntry.fields).where(AuditEntry.subject == "Case", AuditEntry.action == "changed")
    assert "risk" in db.scalars(changed.order_by(AuditEntry.id.desc())).first()


def test_a_series_is_told_in_words(db):
    case = make.case(db)
    days = ("2026-08-03", "2026-09-14", "2026-11-02", "2026-11-19")
    made = [make.incident(db, case, day) for day in days]
    places = incidents.places(made[::-1], 30)
    assert [places[one].words for one in made] == [
        "First that we know of", "2nd since 3 August 2026", "3rd since 3 August 2026", "4th since 3 August 2026",
    ]  # fmt: skip
    assert [places[one].repeat for one in made] == [False, False, False, True]
    made[0].previous_count, made[0].first_happened_on = 6, date(2026, 1, 5)
    places = incidents.places(made, 60)
    assert places[made[0]].words == "Has happened 6 times before"
    assert places[made[3]].words == "4th since 5 January 2026; 6 times before that"
    assert [places[one].repeat for one in made] == [False, True, True, True]


def test_numbers_in_a_row_are_spelt_as_people_say_them():
    assert [incidents.ordinal(one) for one in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th", "112th",
    ]  # fmt: skip


@pytest.mark.parametrize("precision, clock, words", [
    ("exact", "22:05", "Thu 19 Nov 2026, 22:05"), ("day", "12:00", "Thu 19 Nov 2026"),
    ("month", "12:00", "November 2026"), ("approx", "22:00", "Thu 19 Nov 2026, about 22:00"),
    ("approx", "12:00", "About Thu 19 Nov 2026"),
])  # fmt: skip
def test_when_it_happened_is_told_as_exactly_as_it_is_known(db, precision, clock, words):
    assert incidents.when_words(make.incident(db, clock=clock, precision=precision)) == words


@pytest.mark.parametrize("day, clock, precision, lawful", [
    ("2026-11-23", "09:00", "exact", True), ("2026-11-23", "09:01", "exact", False),
    ("2026-11-23", "12:00", "day", True), ("2026-11-24", "12:00", "day", False),
    ("2026-11-24", "12:00", "month", False),
])  # fmt: skip
def test_an_incident_is_written_down_once_it_has_happened(db, day, clock, precision, lawful):
    db.add(Incident(case=make.case(db), from_at=make.at(day, clock), precision=precision))
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["from_at"])


def test_the_first_time_lies_on_the_day_of_this_one_or_before(db):
    made = make.incident(db, first_happened_on=date(2026, 11, 19), previous_count=0)
    made.first_happened_on, made.previous_count = date(2026, 11, 20), -1
    assert [field for field, _text in make.problems(db)] == ["first_happened_on", "previous_count"]


def test_nothing_is_slipped_into_a_closed_case_and_with_a_reason_it_is_opened_again(db):
    case = make.case(db, status="closed")
    told = Incident(case=case, from_at=make.at("2026-11-19", "22:00"))
    with db.begin_nested() as undone:
        db.add(told)
        assert make.problems(db) == [
            ("case", "This case is closed. Reopen it with a reason, or start a new case that follows it.")
        ]
        undone.rollback()
    made = incidents.tell(db, Incident(case=case, from_at=make.at("2026-11-19", "22:00")), reopened_because="Again")
    assert (case.status, made.id is not None) == ("open", True)


def test_an_incident_of_a_case_that_was_closed_meanwhile_can_still_be_changed(db):
    case = make.case(db)
    made = make.incident(db, case)
    case.status = "closing"
    db.flush()
    case.status, case.closure_agreed, case.closure_reason = (
        "closed",
        "client",
        make.code(db, "closure_reason", "resolved"),
    )
    db.flush()
    make.report(db, made, make.agency(db), called="criminal_damage")
    made.impact = "Sleeps badly"
    assert make.problems(db) == []


# Who was told


@pytest.mark.parametrize("state, told_on, reason, wrong", [
    ("reported", date(2026, 11, 19), None, []), ("reported", None, None, ["told_on"]),
    ("reported", date(2026, 11, 18), None, ["told_on"]), ("reported", date(2026, 11, 24), None, ["told_on"]),
    ("not_reported", None, "They were not heard last time", []), ("not_reported", None, "  ", ["reason"]),
    ("not_reported", date(2026, 11, 20), "Not yet", ["told_on"]), ("client_declined", None, None, []),
])  # fmt: skip
def test_for_each_agency_it_is_clear_when_it_was_told_or_why_not_and_a_client_need_not_say_why(
    db, state, told_on, reason, wrong
):
    made, agency = make.incident(db), make.agency(db)
    made.reports.append(IncidentReport(agency=agency, state=state, told_on=told_on, reason=reason))
    found = make.problems(db)
    assert [field for field, _text in found] == wrong
    assert all(text.startswith("Marsh Lane Homes: ") for _field, text in found)


def test_an_agency_stands_once_at_an_incident_and_at_another_incident_again(db):
    case, agency = make.case(db), make.agency(db)
    first, second = make.incident(db, case), make.incident(db, case, "2026-11-20")
    make.report(db, first, agency)
    make.report(db, second, agency, state="client_declined")
    first.reports.append(IncidentReport(agency=agency, state="client_declined"))
    assert make.problems(db) == [("reports", "Marsh Lane Homes stands here 2 times. Keep one line for each agency.")]


def test_an_agency_calls_it_something_only_once_it_was_told_and_answers_after_that(db):
    made, agency = make.incident(db), make.agency(db)
    report = make.report(db, made, agency, called="racist", answered_on=date(2026, 11, 19))
    report.answered_on = date(2026, 11, 18)
    assert [field for field, _text in make.problems(db)] == ["answered_on"]
    report.answered_on, report.state, report.told_on, report.reason = None, "client_declined", None, None
    assert [field for field, _text in make.problems(db)] == ["agency_classification"]


@pytest.mark.parametrize("hours, lawful", [(24, True), (25, False)])
def test_a_slip_may_be_taken_back_within_a_day_and_stays_on_file_from_then_on(db, hours, lawful):
    made = make.incident(db)
    report = make.report(db, made, make.agency(db))
    make.act_as(db, "caseworker", made.case.lead, now=make.NOW + timedelta(hours=hours))
    made.reports.remove(report)
    db.delete(report)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["reports"])


# What they call it


@pytest.mark.parametrize("strands, agreeing", [
    (("race",), {"racist"}), (("race", "gender"), {"racist"}), (("religion_belief",), {"racist", "other_hate"}),
    (("disability",), {"other_hate"}), ((), {"racist"}),  # the case is about a racist incident
])  # fmt: skip
def test_what_an_agency_calls_it_is_compared_with_what_the_client_sees_in_it(db, strands, agreeing):
    case = make.case(db)
    for place, word in enumerate(ALL_WORDS):
        made = make.incident(db, case, f"2026-11-{place + 1:02}", strands=strands)
        report = make.report(db, made, make.agency(db, f"Agency {place}"), called=word)
        assert report.mismatch is (word not in {*agreeing, "not_told"}), word


def test_where_nobody_sees_hate_in_it_no_word_of_an_agency_denies_it_and_silence_denies_nothing(db):
    other = make.case(db, kind=make.code(db, "case_kind", "nrpf_family"))
    assert make.report(db, make.incident(db, other), make.agency(db), called="no_crime").mismatch is False
    assert make.report(db, make.incident(db, other), make.agency(db, "Eastway Police")).mismatch is False


def test_the_difference_is_judged_anew_when_the_answer_the_strands_or_the_case_change(db):
    case = make.case(db)
    made = make.incident(db, case, strands=("race",))
    report = make.report(db, made, make.agency(db), called="criminal_damage")
    assert report.mismatch is True
    report.agency_classification = make.code(db, "agency_classification", "racist")
    db.flush()
    assert report.mismatch is False
    made.strands = [make.code(db, "hate_strand", "disability")]
    db.flush()
    assert report.mismatch is True
    made.strands = []
    db.flush()
    assert report.mismatch is False
    case.kind = make.code(db, "case_kind", "other_hate")
    db.flush()
    assert report.mismatch is True


def test_a_narrower_word_that_the_office_adds_counts_as_the_wider_one(db):
    word = make.code(db, "agency_classification", "racist")
    narrower = type(word)(list=word.list, code="racist_assault", words="Racist assault", parent=word)
    db.add(narrower)
    made = make.incident(db, strands=("race",))
    report = IncidentReport(incident=made, agency=make.agency(db), state="reported", told_on=date(2026, 11, 19),
                            agency_classification=narrower)  # fmt: skip
    db.add(report)
    db.flush()
    assert report.mismatch is False


def test_nobody_can_write_the_difference_by_hand(db):
    assert by_key(IncidentReport)["mismatch"].info.in_form is False
    report = make.report(db, make.incident(db, strands=("race",)), make.agency(db), called="no_crime")
    report.mismatch = False
    db.flush()
    assert report.mismatch is True


def test_the_agencies_of_a_case_are_those_told_and_those_asked(db):
    case, other = make.case(db), make.case(db, make.client(db, "Hodan Warsame"))
    told, asked, drafted = (make.agency(db, name) for name in ("Told", "Asked", "Drafted"))
    make.report(db, make.incident(db, case), told)
    make.report(db, make.incident(db, other), make.agency(db, "Another file's"))
    make.referral(db, case, drafted)
    make.consent(db, case.client, asked)
    referrals.send(db, make.referral(db, case, asked), "letter")
    assert [one.name for one in incidents.agencies_of(db, case)] == ["Asked", "Told"]


def test_reports_are_met_by_those_who_meet_the_case_and_by_nobody_else(db):
    east, joan = make.team(db), make.worker(db, "Joan W", in_team=make.team(db, "West"))
    case = make.case(db, lead=make.worker(db, "Amina K", in_team=east))
    make.report(db, make.incident(db, case), make.agency(db))
    met = {}
    for name, role, person in (("own", "caseworker", case.lead), ("other", "caseworker", joan),
                               ("coordinator", "coordinator", joan), ("manager", "manager", joan)):  # fmt: skip
        make.act_as(db, role, person)
        met[name] = len(db.scalars(select(IncidentReport)).all())
    assert met == {"own": 1, "other": 0, "coordinator": 0, "manager": 1}
