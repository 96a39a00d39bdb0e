"""From casework to an issue to a campaign: two clients, a manager, permission for words, and counts that hold."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import campaigns, issue_counts, issues
from casework.issue_counts import NOBODY, SEVERAL, Piece, count, pieces
from casework.issues import TWO, Said
from casework.merging import merge
from casework.problems import RuleBroken
from casework.scope import office_wide
from models import AgencyConduct, Campaign, Conflict, IssueEvidence, Task
from tests import make


@pytest.fixture
def manager(db):
    return make.worker(db, "Devi Rahman", in_team=make.team(db))


@pytest.fixture
def lead(db):
    return make.worker(db, "Amina Karim", in_team=make.team(db))


def cases(db, lead, number: int):
    return [make.case(db, make.client(db, f"Client Number{place}"), lead=lead) for place in range(number)]


def refused(act, *given, **more) -> str:
    with pytest.raises(RuleBroken) as broken:
        act(*given, **more)
    return " ".join(one.text for one in broken.value.problems)


def raised(db, things, title="Refused at the desk", **more):
    return issues.raise_issue(db, Said(title, **more), things)


def conduct(db, case, agency, day="2026-09-01", word="not_believed") -> AgencyConduct:
    made = AgencyConduct(
        case=case, agency=agency, happened_on=date.fromisoformat(day), code=make.code(db, "conduct", word)
    )
    db.add(made)
    db.flush()
    return made


# Steps


@pytest.mark.req("R71")
def test_one_client_is_a_signal_and_the_second_makes_it_an_issue(db, lead):
    first, _second = cases(db, lead, 2)
    again = make.case(db, first.client, lead=lead)
    make.act_as(db, "caseworker", lead)
    issue = raised(db, [first, again], owner=lead, decide_by=date(2026, 11, 30))
    assert (issue.status, issues.people_behind(db, issue)) == ("signal", {first.client_id})
    assert refused(issues.step, db, issue, "issue") == TWO
    db.rollback()


@pytest.mark.req("R71")
def test_it_is_an_issue_with_two_clients_adopted_by_a_manager_alone_and_its_task_ends(db, lead, manager):
    first, second = cases(db, lead, 2)
    make.act_as(db, "caseworker", lead)
    issue = raised(db, [first], owner=manager, decide_by=date(2026, 11, 30))
    issues.add_evidence(db, issue, second)
    assert issue.status == "issue"
    task = db.scalars(office_wide(select(Task).where(Task.about == "issue"))).one()
    assert (task.what, task.owner, task.due_on, task.done_on) == (
        "Decide: Refused at the desk", manager, date(2026, 11, 30), None,
    )  # fmt: skip
    with db.begin_nested() as tried:
        assert "A manager decides" in refused(issues.step, db, issue, "adopted")
        tried.rollback()
    db.expire_all()
    make.act_as(db, "manager", manager)
    issues.step(db, issue, "adopted")
    assert (issue.adopted_on, issue.adopted_by, task.done_on) == (make.TODAY, manager, make.TODAY)
    make.act_as(db, "caseworker", lead)
    issue.finding = "Something else"
    assert make.problems(db)[0][1].startswith("This issue is adopted: a manager changes it.")


@pytest.mark.req("R71")
def test_two_records_of_one_person_are_one_client(db, lead):
    first, second = cases(db, lead, 2)
    issue = raised(db, [first, second])
    assert issue.status == "issue"
    merge(db, second.client, first.client)
    assert issues.people_behind(db, issue) == {first.client_id}
    counted = count(pieces(db, [issue.id]), make.TODAY)
    assert (counted.clients, counted.cases, counted.pieces) == (1, 2, 2)
    assert issue_counts.standing(db) == {issue.id: (1, 2)}
    assert refused(issues.step, db, issue, "adopted") == TWO


def test_evidence_is_added_once_from_files_one_may_open_and_taken_out_with_a_reason(db, lead, manager):
    first, second, third = cases(db, lead, 3)
    elsewhere = make.case(db, make.client(db, "Somebody Else"), lead=make.worker(db, "Joan W"))
    make.act_as(db, "caseworker", lead)
    issue = raised(db, [first, second])
    with db.begin_nested() as tried:
        assert "not one that you may open" in refused(issues.add_evidence, db, issue, elsewhere)
        tried.rollback()
    with db.begin_nested() as tried:
        assert refused(issues.add_evidence, db, issue, first) == "This is evidence of the issue already."
        tried.rollback()
    with db.begin_nested() as tried:
        assert "Add other evidence first." in refused(issues.take_out, db, issue.evidence[0], "Wrong family")
        tried.rollback()
    made = issues.add_evidence(db, issue, third)
    with db.begin_nested() as tried:
        assert refused(issues.take_out, db, made, "  ") == "Say why it is taken out."
        tried.rollback()
    db.expire_all()
    issues.take_out(db, made, "Another body")
    assert [one.case for one in issues.taken_out(db, issue)] == [third]
    assert {one.case for one in issues.evidence_of(db, issue)} == {first, second}
    assert {one.case for one in pieces(db, [issue.id])} == {first.id, second.id}
    assert issue_counts.standing(db) == {issue.id: (2, 2)}
    assert issues.add_evidence(db, issue, third) in issues.evidence_of(db, issue)
    db.delete(made)
    assert make.problems(db)[0][1].startswith("Not deleted")


@pytest.mark.parametrize("field", ["title", "policy", "finding"])
@pytest.mark.parametrize("words, whom", [
    ("Devi Rahman was told", "one of our people"), ("as client  number0 says", "a client"),
    ("see 26-0060", "a reference"),
    ("see CL-2026-0001", "a reference"), ("Devi was told at desk 26", ""),
])  # fmt: skip
@pytest.mark.req("R58")
def test_a_finding_names_nobody(db, lead, manager, field, words, whom):
    said = Said(**({"title": "Refused"} | {field: words}))
    if whom:
        assert f"This names {whom}." in refused(issues.raise_issue, db, said, cases(db, lead, 2))
    else:
        assert issues.raise_issue(db, said, cases(db, lead, 2)).status == "issue"


@pytest.mark.req("R58")
def test_no_public_word_names_a_client_behind_it_whichever_came_first(db, lead, manager):
    """Whoever sees figures reads the titles of issues and campaigns, and every demand."""
    make.act_as(db, "manager", manager)
    first, second, third = cases(db, lead, 3)
    issue = issues.step(db, raised(db, [first, second], title="What client Number2 met"), "adopted")
    for act, given in (
        (issues.add_evidence, (issue, third)), (campaigns.start, ("A home for Client Number0", [issue], ["In a day"])),
        (campaigns.start, ("A written answer", [issue], ["A home for Client  Number1"])),
    ):  # fmt: skip
        with db.begin_nested() as tried:
            assert "This names a client." in refused(act, db, *given)
            tried.rollback()
        db.expire_all()
    running = campaigns.start(db, "A home for Client Number9", [issue], ["In a day"])
    other = make.case(db, make.client(db, "Client Number9"), lead=lead)
    running.issues.append(issues.step(db, raised(db, [first, other], title="No answer"), "adopted"))
    assert "This names a client." in refused(db.flush)


# Who meets what


@pytest.mark.req("R71")
def test_counts_are_of_the_office_and_rows_are_the_readers_own_without_those_of_a_conflict(db, lead):
    mine = cases(db, lead, 3)
    theirs = [
        make.case(db, make.client(db, f"Other {place}"), lead=make.worker(db, f"J {place}")) for place in range(2)
    ]
    issue = raised(db, [*mine, *theirs])
    db.add(Conflict(worker=lead, client=mine[0].client, reason="Cousin", declared_on=make.TODAY))
    db.flush()
    make.act_as(db, "caseworker", lead)
    assert issue_counts.people(pieces(db, [issue.id])) == 5
    assert {one.case for one in pieces(db, [issue.id], mine=True)} == {one.id for one in mine[1:]}
    assert {one.case_id for one in issues.evidence_of(db, issue)} == {one.id for one in mine[1:]}
    for role in ("reports", "coordinator"):
        make.act_as(db, role, lead)
        assert db.scalars(select(IssueEvidence)).all() == []


# Counting


def by_hand(several: list[Piece], today: date) -> dict[str, int]:
    """Count again, person by person, in another way: labels instead of keys."""
    told: dict[str, int] = {"cases": len({one.case for one in several}), "clients": 0, "pieces": len(several)}
    for person in {one.person for one in several}:
        own = [one for one in several if one.person == person]
        agencies = {one.agency for one in own} - {None}
        first = min(one.happened_on for one in own)
        quarter = f"{('Jan to Mar', 'Apr to Jun', 'Jul to Sep', 'Oct to Dec')[(first.month + 2) // 3 - 1]} {first.year}"
        label = SEVERAL if len(agencies) > 1 else agencies.pop() if agencies else NOBODY
        for key in ("clients", label, quarter, str(first.year)):
            told[key] = told.get(key, 0) + 1
    kinds = dict(issue_counts.KINDS)
    for one in several:
        told[kinds[one.kind]] = told.get(kinds[one.kind], 0) + 1
    return told


@pytest.mark.req("R74")
@pytest.mark.parametrize("seed", range(40))
def test_every_figure_is_what_counting_by_hand_gives_and_has_its_evidence_behind_it(seed):
    chance, today = random.Random(seed), make.TODAY
    several = [
        Piece(chance.randrange(9), chance.randrange(14), chance.choice([word for word, _words in issue_counts.KINDS]),
              chance.choice(["A", "B", None]), today - timedelta(days=chance.randrange(900)), place)
        for place in range(chance.randrange(25))
    ]  # fmt: skip
    counted = count(several, today)
    numbers, told = counted.numbers(), by_hand(several, today)
    labels = {row.key: row.label for table in counted.tables for row in table.rows}
    for key, number in numbers.items():
        assert number == told.get(labels.get(key, key), 0), key
        behind = counted.behind[key]
        recount = len(behind) if key == "pieces" or key.startswith("kind:") else len({one.person for one in behind})
        assert number == (len({one.case for one in behind}) if key == "cases" else recount), key
    for total, parts in counted.sums():
        assert numbers[total] == sum(numbers[part] for part in parts)


@pytest.mark.req("R72")
def test_pieces_carry_the_agency_and_the_day_of_what_they_are(db, lead):
    police, council = make.agency(db, "Eastway Police"), make.agency(db, "Eastmere Council")
    first, second = cases(db, lead, 2)
    issue = raised(
        db, [conduct(db, first, council, "2025-03-31"), make.incident(db, first, "2026-03-31", "23:30"), second],
        agency=police,
    )  # fmt: skip
    told = {one.kind: (one.agency, one.happened_on.isoformat()) for one in pieces(db, [issue.id])}
    assert told == {
        "conduct": ("Eastmere Council", "2025-03-31"), "incident": ("Eastway Police", "2026-03-31"),
        "case": ("Eastway Police", "2026-11-16"),
    }  # fmt: skip
    assert issue.first_seen_on == date(2025, 3, 31)


# Campaigns


@pytest.mark.req("R71", "R73")
def test_a_campaign_rests_on_an_adopted_issue_and_its_log_tells_what_was_done(db, lead, manager):
    make.act_as(db, "manager", manager)
    issue, group = raised(db, cases(db, lead, 2)), make.agency(db, "Sewing Circle", tier="community")
    with db.begin_nested() as tried:
        assert "Only an adopted issue" in refused(campaigns.start, db, "A written answer", [issue], ["In a day"])
        tried.rollback()
    db.expire_all()
    issues.step(db, issue, "adopted")
    running = campaigns.start(db, "A written answer", [issue], ["In one day", "With a reason"], partners=[group])
    assert ([one.text for one in running.demands], running.lead, running.partners) == (
        ["In one day", "With a reason"], manager, [group],
    )  # fmt: skip
    for day, kind, reply in (("2026-10-01", "letter", "2026-10-10"), ("2026-10-08", "reply", None),
                             ("2026-11-02", "letter", "2026-12-01"), ("2026-11-03", "meeting", None)):  # fmt: skip
        campaigns.write_down(db, running, kind, "Words", on=date.fromisoformat(day), agency=group,
                             reply_by=date.fromisoformat(reply) if reply else None)  # fmt: skip
    other = make.agency(db, "Reading Room", tier="community")
    campaigns.stand(db, running, [other, other], [group])
    assert (running.targets, running.partners) == ([other], [group])
    log = campaigns.log_of(db, running)
    assert campaigns.counted_log(log) == [("Meeting", 1), ("Letter", 2), ("Reply", 1)]
    assert campaigns.reply_due(log) == date(2026, 12, 1)
    assert "A campaign rests on this issue" in refused(issues.step, db, issue, "dropped", "No time")


def test_a_campaign_is_the_managers_ends_with_a_result_and_is_kept(db, lead, manager):
    make.act_as(db, "manager", manager)
    issue = issues.step(db, raised(db, cases(db, lead, 2)), "adopted")
    running = campaigns.start(db, "A written answer", [issue], ["In one day"])
    with db.begin_nested() as tried:
        assert "Say what came of it" in refused(campaigns.end, db, running, "won")
        tried.rollback()
    db.expire_all()
    campaigns.end(db, running, "partly_won", "A form is in use.")
    assert (running.ended_on, running.result) == (make.TODAY, "A form is in use.")
    with db.begin_nested() as tried:
        assert "names one of our people" in refused(campaigns.demand, db, running, "Dismiss Amina Karim")
        tried.rollback()
    make.act_as(db, "caseworker", lead)
    with db.begin_nested() as tried:
        assert "A manager leads" in refused(campaigns.stand, db, running, [make.agency(db)], [])
        tried.rollback()
    make.act_as(db, "manager", manager)
    db.delete(db.get(Campaign, running.id).demands[0])
    assert make.problems(db)[0][1].startswith("Not deleted")
    db.rollback()


@pytest.mark.req("R30")
@pytest.mark.parametrize("kind, allowed", [("quote", True), ("case_study", False), ("share_agency", False)])
def test_words_are_kept_for_a_campaign_only_under_a_permission_of_their_kind(db, lead, manager, kind, allowed):
    make.act_as(db, "manager", manager)
    first, second = cases(db, lead, 2)
    running = campaigns.start(
        db, "A written answer", [issues.step(db, raised(db, [first, second]), "adopted")], ["Now"]
    )
    make.consent(db, first.client, make.agency(db) if kind == "share_agency" else None, kind=kind)
    if allowed:
        quote = campaigns.take_in(db, running, first, "quote", "Nobody wrote it down.")
        assert campaigns.may_print(db, quote)
        assert "name somebody" in refused(campaigns.take_in, db, running, first, "quote", "I am Client Number0.")
    else:
        told = refused(campaigns.take_in, db, running, first, "quote", "Nobody wrote it down.")
        assert "No active permission" in told


# What does not hold


def _never_raised(db, manager, lead):
    return raised(db, cases(db, lead, 2), owner=manager)


def a_step_that_is_not_open(db, manager, lead):
    issue = _never_raised(db, manager, lead)
    issues.step(db, issue, "dropped", "Solved at the desk")
    issues.step(db, issue, "adopted")


def dropped_without_a_word(db, manager, lead):
    issues.step(db, _never_raised(db, manager, lead), "dropped", "  ")


def a_part_of_another_agency(db, manager, lead):
    first, second = make.agency(db), make.agency(db, "Riverside Council")
    raised(db, cases(db, lead, 2), agency=first, unit=make.agency(db, "Housing desk", parent=second))


def to_be_decided_yesterday(db, manager, lead):
    raised(db, cases(db, lead, 2), owner=manager, decide_by=make.TODAY - timedelta(days=1))


def a_case_in_which_nobody_is_known(db, manager, lead):
    unknown = make.case(db, make.client(db, "Somebody"), lead=lead, status="enquiry")
    unknown.client = None
    db.flush()
    raised(db, [*cases(db, lead, 2), unknown])


def a_thing_of_another_case(db, manager, lead):
    first, second = cases(db, lead, 2)
    issue = raised(db, [first, second])
    noted = conduct(db, first, make.agency(db))
    db.add(IssueEvidence(issue=issue, case=second, client=second.client, conduct=noted, happened_on=make.TODAY))
    db.flush()


def evidence_of_what_is_not_pursued(db, manager, lead):
    issue = _never_raised(db, manager, lead)
    issues.step(db, issue, "dropped", "Solved at the desk")
    issues.add_evidence(db, issue, make.case(db, make.client(db, "A third"), lead=lead))


def another_reason_for_what_was_taken_out(db, manager, lead):
    issue = raised(db, cases(db, lead, 3))
    made = issues.evidence_of(db, issue)[0]
    issues.take_out(db, made, "Another body")
    made.out_reason = "Another reason"
    db.flush()


@pytest.mark.parametrize(("attempt", "sentence"), [
    (a_step_that_is_not_open, "This step is not open now."), (dropped_without_a_word, "Say why it is not pursued"),
    (a_part_of_another_agency, "does not stand under the agency"), (to_be_decided_yesterday, "This day is over."),
    (a_case_in_which_nobody_is_known, "Nobody is known in this case yet."),
    (a_thing_of_another_case, "This belongs to another case."),
    (evidence_of_what_is_not_pursued, "This issue is not pursued."),
    (another_reason_for_what_was_taken_out, "What was taken out stays as it is."),
    (lambda db, _manager, _lead: raised(db, []), "Choose at least one case"),
])  # fmt: skip
def test_what_does_not_hold_is_refused_with_a_sentence(db, manager, lead, attempt, sentence):
    make.act_as(db, "manager", manager)
    assert sentence in refused(attempt, db, manager, lead)
