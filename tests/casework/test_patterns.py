"""Patterns of the office: what is read from its rows, what is proposed to whom, and what is remembered of an answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import patterns, radar_read
from casework.conduct import note_conduct
from casework.problems import RuleBroken
from casework.radar_words import number_in_words, once_in
from casework.referrals import respond, send
from models import Agency, Case, Conflict, IssueEvidence, Pattern
from models.declared import by_key
from models.fields import Sensitivity
from tests import make

NOW = 6  # clients of the last weeks


def ago(days: int) -> date:
    return make.TODAY - timedelta(days=days)


@pytest.fixture
def lead(db):
    return make.worker(db, "Amina K", in_team=make.team(db))


@pytest.fixture
def office(db, lead):
    """Sixty clients over two years, three of whom were not believed long ago; six of the last weeks were."""
    cases = [
        make.case(db, make.client(db, f"Client {place}"), lead=lead,
                  first_contact_at=make.at(str(ago(30 + 13 * place)), "10:30"))
        for place in range(60)
    ]  # fmt: skip
    body, word = make.agency(db), make.code(db, "conduct", "not_believed")
    unit = make.agency(db, "Its front desk", parent=body)
    for place in (20, 33, 47):
        note_conduct(db, cases[place], body, [word], on=ago(30 + 13 * place))
    for place in range(NOW):
        note_conduct(db, cases[place], body, [word], on=ago(5 + place), unit=unit if place % 2 else None)
    make.act_as(db, "manager", make.worker(db, "Devi R"))
    return cases


def _body(db) -> Agency:
    return db.scalars(select(Agency).where(Agency.name == "Marsh Lane Homes")).one()


def only(db) -> patterns.Proposal:
    [one] = patterns.look_around(db).proposals
    return one


@pytest.mark.req("R71")
def test_a_rise_is_proposed_with_its_cases_and_its_arithmetic(db, office):
    one = only(db)
    assert (len(one.cases), one.unseen) == (NOW, 0)
    assert {case.id for case in one.cases} == {case.id for case in office[:NOW]}
    words = one.told.whole
    assert f"{NOW} clients met" in words and "fewer than" not in words.split("we would expect")[0]
    look = one.found.look
    assert f"we would expect {number_in_words(look.expected)}" in words
    assert f"once in {once_in(look.by_chance)}" in words
    assert f"all {patterns.look_around(db).scan.looks:,} looks" in words
    assert not any(case.client.name in words for case in office)


def test_a_chance_is_told_with_two_digits_that_count():
    assert [once_in(one) for one in (1 / 4_123, 0.04, 1 / 312_400, 0.9, 0)] == [
        "4,100", "25", "310,000", "1.1", "more than a million"]  # fmt: skip
    assert [number_in_words(one) for one in (2.84, 12.4, 0.01)] == ["2.8", "12", "fewer than 0.1"]


def test_what_is_read_is_what_stands_in_the_rows(db, office):
    """Two records of one person are one; what is set aside, to a body's credit, or only a draft does not count."""
    agency = make.agency(db, "Fen Road Homes")
    refused, late = (_asked(db, case, agency) for case in office[20:22])
    respond(db, refused, make.code(db, "outcome", "refused_no_reason"), in_writing=False, on=ago(89))
    make.referral(db, office[22], agency)
    note_conduct(db, office[2], agency, [make.code(db, "conduct", "prompt")], on=ago(3))
    office[3].voided_reason = "written twice"
    office[4].client.merged_into = office[5].client
    make.incident(db, office[6], types=("threat",), area=make.area(db))
    db.flush()
    families = {one.key: one for one in radar_read.read(db)[0]}
    conduct = families[radar_read.CONDUCT].seen
    assert len(conduct) == 3 + NOW - 1  # without the one that is set aside
    assert len({one.person for one in conduct}) == 3 + NOW - 2
    assert len(families[radar_read.CONDUCT + radar_read.PART].seen) == 2  # notes of clients 1 and 5: 3 is set aside
    assert [(one.row, one.on) for one in families[radar_read.REFUSED].seen] == [(agency.id, ago(89))]
    assert [(one.row, one.on) for one in families[radar_read.DELAYED].seen] == [(agency.id, late.response_due)]
    assert {one.case for one in families[radar_read.INCIDENTS].seen} == {office[6].id}
    everybody = {one.person for one in families[radar_read.CONDUCT].there}
    assert everybody == {case.client_id for case in office if case not in (office[3], office[4])}


def _asked(db, case, agency):
    make.consent(db, case.client, agency, purposes=("complaint_stage1",), given_on=ago(95), expires_on=ago(-200))
    return send(db, make.referral(db, case, agency, request="complaint_stage1"), "letter", on=ago(90))


def test_a_caseworker_counts_the_whole_office_and_opens_only_what_they_may(db, office, lead):
    other = make.worker(db, "Joe T", in_team=make.team(db, "West"))
    db.flush()
    make.act_as(db, "system")
    for case in office[2:]:
        case.lead, case.team, case.lead_reason = other, other.team, "moved"
    db.flush()
    make.act_as(db, "caseworker", lead)
    one = only(db)
    assert {case.id for case in one.cases} == {office[0].id, office[1].id}
    assert one.unseen == NOW - 2 and len(one.found.persons) == NOW
    made = patterns.make_issue(db, one)
    assert {row.case_id for row in db.scalars(select(IssueEvidence).where(IssueEvidence.issue_id == made.id))} == {
        office[0].id, office[1].id}  # fmt: skip
    with pytest.raises(RuleBroken, match="A manager says"):
        patterns.dismiss(db, one, "one family")


def test_what_is_dismissed_is_proposed_again_only_when_it_has_grown(db, office):
    with pytest.raises(RuleBroken, match="Say why"):
        patterns.dismiss(db, only(db), "  ")
    answer = patterns.dismiss(db, only(db), "A new form at the desk")
    assert (answer.clients, answer.words) != (0, "") and answer.decided_on == make.TODAY
    radar = patterns.look_around(db)
    assert radar.proposals == () and radar.answered == (answer,)
    word, body = make.code(db, "conduct", "not_believed"), _body(db)
    for place in (NOW, NOW + 1):  # eight are fewer than half as many again
        note_conduct(db, office[place], body, [word], on=ago(1))
    assert patterns.look_around(db).proposals == ()
    note_conduct(db, office[NOW + 2], body, [word], on=ago(1))
    assert only(db).before is answer
    patterns.take_back(db, answer)
    assert only(db).before is None
    answer.reason = "changed"
    with pytest.raises(RuleBroken, match="stays as it was"):
        db.flush()


def test_an_issue_made_of_it_rests_on_the_notes_and_is_remembered(db, office):
    one = only(db)
    issue = patterns.make_issue(db, one)
    rows = db.scalars(select(IssueEvidence).where(IssueEvidence.issue_id == issue.id)).all()
    assert len(rows) == NOW and all(row.conduct_id for row in rows)
    assert issue.status == "issue" and issue.agency is _body(db) and issue.noticed == one.told.whole
    kept = db.scalars(select(Pattern)).one()
    assert (kept.status, kept.issue, kept.clients) == ("issue", issue, NOW)
    assert patterns.look_around(db).proposals == ()
    with pytest.raises(RuleBroken, match="Not deleted"):
        db.delete(kept)
        db.flush()


def test_a_postcode_is_told_to_a_manager_alone_and_is_kept_in_no_words(db, office, lead):
    """An issue's title is read by every caseworker, and stands in a campaign's figures and packs."""
    homes = [make.case(db, make.client(db, f"Home {place}", postcode="E1 5QZ"), lead=lead,
                       first_contact_at=make.at(str(ago(300)), "10:30")) for place in range(NOW)]  # fmt: skip
    for place, case in enumerate(homes):
        make.incident(db, case, day=str(ago(3 + place)))

    def block() -> patterns.Proposal:
        found = [one for one in patterns.look_around(db).proposals if one.found.look.family == radar_read.BLOCK]
        [one] = [one for one in found if one.found.look.row == "E15QZ"]
        return one

    assert "E15QZ" in block().told.whole and "E15QZ" not in block().key
    make.act_as(db, "caseworker", lead)
    assert "E15QZ" not in f"{block().key} {block().told}"
    make.act_as(db, "manager", make.worker(db, "Hana V"))
    issue = patterns.make_issue(db, block())
    kept = db.scalars(select(Pattern)).one()
    assert "E15QZ" not in f"{issue.title} {issue.noticed} {kept.title} {kept.words}"
    assert by_key(Pattern)["looks"].info.sensitivity is Sensitivity.SECRET  # it stands there, so nobody meets it
    assert not [one for one in patterns.look_around(db).proposals if one.found.look.row == "E15QZ"]


def test_a_file_with_a_conflict_is_counted_and_not_shown(db, office):
    manager = make.worker(db, "Leyla S")
    db.add(Conflict(worker=manager, client=office[0].client, reason="cousin", declared_on=make.TODAY))
    db.flush()
    make.act_as(db, "manager", manager)
    one = only(db)
    assert one.unseen == 1 and office[0] not in one.cases


def test_a_scan_takes_as_many_statements_however_many_cases(db, office, statements):
    def selects() -> int:
        db.expire_all()
        statements.clear()
        patterns.look_around(db)
        return len([one for one in statements if one.startswith("SELECT")])

    selects()
    many = selects()
    for case in db.scalars(select(Case)).all()[20:]:
        case.voided_reason = "written twice"
    db.flush()
    assert selects() == many <= 14
