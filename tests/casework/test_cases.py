"""The course of a case: which step follows which, and what each one asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import guard, numbering, referrals
from casework.cases import add_note, close_case, open_case, reopen
from casework.context import acting
from casework.problems import RuleBroken
from models import AuditEntry, Case, CaseNote, Client, Incident, Task
from tests import make

TODAY = make.TODAY
STATES = ("enquiry", "advised", "open", "on_hold", "closing", "closed")
POSSIBLE = {
    ("enquiry", "advised"), ("enquiry", "open"), ("enquiry", "closed"), ("advised", "open"), ("advised", "closed"),
    ("open", "on_hold"), ("open", "closing"), ("on_hold", "open"), ("on_hold", "closing"), ("closing", "open"),
    ("closing", "closed"), ("closed", "open"),
}  # fmt: skip


def fields(problems):
    return [field for field, _ in problems]


def later(db, *, day, **more):
    return make.act_as(db, "system", now=datetime(day.year, day.month, day.day, 9, tzinfo=UTC), **more)


def croydon(db, **more):
    """Somebody from outside our area, as an enquiry."""
    return make.case(db, make.client(db, "Amina K", area=make.area(db, "Croydon")), status="enquiry", **more)


def kinds(db, *shorts):
    return [make.code(db, "note_kind", short) for short in shorts]


# Steps


@pytest.mark.parametrize("before", STATES)
def test_a_case_goes_only_where_its_state_leads(db, before):
    case = make.case(db, status=before)
    for after in STATES:
        case.status = after
        with db.no_autoflush:
            told = [problem.text for problem in guard.problems_of(case, db)]
        wrong = [one for one in told if "a case cannot become" in one]
        assert (wrong == []) is (before == after or (before, after) in POSSIBLE), (before, after)
        db.expire(case)


def test_a_wrong_step_tells_the_possible_ones(db):
    case = make.case(db, status="on_hold")
    case.status = "closed"
    assert ("status", "From “On hold” a case cannot become “Closed”. Possible: Open, closing.") in make.problems(db)


def test_a_new_case_is_judged_as_an_enquiry_that_takes_a_step(db):
    client, kind = make.client(db), make.code(db, "case_kind", "racist_incident")
    for state, lawful in (("enquiry", True), ("advised", True), ("open", True), ("on_hold", False), ("closing", False)):
        with db.no_autoflush:
            new = Case(
                client=client,
                kind=kind,
                status=state,
                area=client.area,
                first_contact_at=make.NOW,
                lead=make.worker(db),
                opened_on=None,
            )
            db.add(new)
            told = [problem.text for problem in guard.problems_of(new, db)]
        assert (not any("cannot become" in one for one in told)) is lawful, state
        db.expunge(new)


# Opening


def test_opening_a_case_makes_it_mine_and_my_teams_and_dates_it(db):
    me = make.worker(db, "Samira K", in_team=make.team(db, "West"))
    client = make.client(db)
    make.act_as(db, "caseworker", me)
    case = open_case(db, client, make.code(db, "case_kind", "discrimination"), title="At work")
    assert (case.status, case.lead, case.team, case.opened_on) == ("open", me, me.team, TODAY)
    assert (case.first_contact_at, case.area, case.title, case.ref) == (make.NOW, client.area, "At work", "26-0001")


def test_a_chosen_caseworker_brings_their_own_team(db):
    me = make.worker(db, "Samira K", in_team=make.team(db, "West"))
    joe = make.worker(db, "Joe B", in_team=make.team(db, "East"))
    client = make.client(db)
    make.act_as(db, "manager", me)
    case = open_case(
        db,
        client,
        make.code(db, "case_kind", "other"),
        joe,
        medium="letter",
        first_contact_at=make.NOW - timedelta(days=3),
    )
    assert (case.lead, case.team.name, case.first_contact_medium) == (joe, "East", "letter")
    assert case.first_contact_at == make.NOW - timedelta(days=3)


def test_a_team_chosen_by_hand_stays_and_a_lead_without_a_team_takes_mine(db):
    me = make.worker(db, "Samira K", in_team=make.team(db, "West"))
    joe, client = make.worker(db, "Joe B"), make.client(db)
    make.act_as(db, "manager", me)
    case = open_case(db, client, make.code(db, "case_kind", "other"), joe)
    assert case.team.name == "West"
    chosen = make.case(db, client, lead=me, team=make.team(db, "North"))
    assert chosen.team.name == "North"


def test_a_case_keeps_its_caseworker_when_somebody_else_edits_it(db):
    case = make.case(db)
    lead, team = case.lead, case.team
    make.act_as(db, "manager", make.worker(db, "Samira K", in_team=make.team(db, "West")))
    case.risk = "high"
    db.flush()
    assert (case.lead, case.team) == (lead, team)


def test_a_case_is_opened_only_in_our_area(db):
    make.agency(db, "Croydon Advice", kind="advice_agency", areas=("Croydon",))
    make.agency(db, "Croydon Friends", kind="community_partner", areas=("Croydon", "Bromley"))
    make.agency(db, "Croydon, closed down", kind="advice_agency", areas=("Croydon",), active=False)
    make.agency(db, "Everywhere")
    case = croydon(db)
    case.status = "open"
    assert make.problems(db) == [
        (
            "area",
            "Croydon is outside our casework area. Record the advice given and refer to "
            "a local organisation; 2 cover this area.",
        )
    ]


def test_one_agency_covers_and_is_counted_in_the_singular(db):
    make.agency(db, "Croydon Advice", kind="advice_agency", areas=("Croydon",))
    case = croydon(db)
    case.status = "open"
    assert make.problems(db)[0][1].endswith("refer to a local organisation; 1 covers this area.")


@pytest.mark.parametrize(("begins", "ends", "served"), [
    (None, None, True), (TODAY, None, True), (TODAY + timedelta(1), None, False), (None, TODAY, True),
    (None, TODAY - timedelta(1), False),
])  # fmt: skip
def test_the_catchment_is_a_dated_tick(db, begins, ends, served):
    area = make.area(db, "Croydon")
    area.in_catchment, area.valid_from, area.valid_to = True, begins, ends
    case = croydon(db)
    case.status = "open"
    assert fields(make.problems(db)) == ([] if served else ["area"])


def test_unticking_a_borough_changes_intake_at_once_and_leaves_open_cases_alone(db):
    running = make.case(db)
    make.area(db, "Tower Hamlets").in_catchment = False
    running.risk = "high"
    assert make.problems(db) == []
    enquiry = make.case(db, status="enquiry")
    enquiry.status = "open"
    assert fields(make.problems(db)) == ["area"]


def test_the_clients_borough_counts_where_the_case_names_none(db):
    for borough, lawful in (("Tower Hamlets", True), ("Croydon", False), (None, False)):
        client = make.client(db, area=make.area(db, borough) if borough else None)
        case = make.case(db, client, status="enquiry", area=None)
        case.status = "open"
        assert fields(make.problems(db)) == ([] if lawful else ["area"]), borough
        db.expire(case)


def test_how_it_is_safe_to_contact_somebody_is_known_before_opening(db):
    client = make.client(db, safe_contact=None)
    case = make.case(db, client, status="enquiry")
    case.status = "open"
    assert make.problems(db) == [("client", "Say how it is safe to contact this person before opening the case.")]
    client.safe_contact = "none"  # asked, and there is no safe way: that is an answer
    assert make.problems(db) == []


def test_an_enquiry_may_be_anonymous_and_an_open_case_not(db):
    case = make.case(db, status="enquiry")
    case.client = None
    assert make.problems(db) == []
    case.status = "advised"
    assert make.problems(db) == []
    case.status = "open"
    assert "client" in fields(make.problems(db))


def test_an_anonymous_enquiry_may_be_closed_and_not_reopened(db):
    case = make.case(db, status="enquiry")
    case.client = None
    case.status = "closed"
    assert make.problems(db) == []
    later(db, day=TODAY, reason="They rang again")
    case.status = "open"
    assert fields(make.problems(db)) == ["client"]


@pytest.mark.parametrize("status", ["open", "on_hold", "closing"])
@pytest.mark.parametrize("name", ["client", "lead"])
def test_a_running_case_keeps_a_client_and_a_caseworker(db, status, name):
    case = make.case(db, status=status)
    setattr(case, name, None)
    assert fields(make.problems(db)) == [name]


def test_an_enquiry_may_wait_without_a_caseworker(db):
    case = make.case(db, status="enquiry")
    case.lead = None
    assert make.problems(db) == []
    case.status = "open"
    assert fields(make.problems(db)) == ["lead"]


# Closing


def test_a_case_is_not_closed_while_something_is_left_to_do(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes)
    referrals.send(db, make.referral(db, case, homes), "email")
    for what in ("Ring the school", "Write the letter"):
        db.add(Task(what=what, case=case, owner=case.lead, due_on=TODAY))
    db.flush()
    case.status = "closing"
    assert make.problems(db) == [
        (
            "status",
            "4 things are still open: 3 tasks, 1 referral unsent or unanswered. Finish "
            "each, or withdraw it, before closing.",
        )
    ]


def test_one_thing_left_is_told_in_the_singular(db):
    case = make.case(db)
    db.add(Task(what="Ring the school", case=case, owner=case.lead, due_on=TODAY))
    db.flush()
    case.status = "closing"
    assert make.problems(db)[0][1].startswith("1 thing is still open: 1 task. ")


@pytest.mark.parametrize(("status", "waits"), [
    ("draft", True), ("sent", True), ("acknowledged", True), ("withdrawn", False), ("responded", False),
])  # fmt: skip
def test_which_referrals_hold_a_case_open(db, status, waits):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes)
    referral = make.referral(db, case, homes)
    steps = {
        "sent": [lambda: referrals.send(db, referral, "email")],
        "acknowledged": [lambda: referrals.send(db, referral, "email"), lambda: referrals.acknowledge(db, referral)],
        "withdrawn": [lambda: referrals.withdraw_referral(db, referral)],
        "responded": [
            lambda: referrals.send(db, referral, "email"),
            lambda: referrals.respond(db, referral, make.code(db, "outcome", "accepted"), in_writing=True),
        ],
    }  # fmt: skip
    for step in steps.get(status, ()):
        step()
    for task in db.scalars(select(Task)):
        task.done_on = TODAY
    case.status = "closing"
    assert fields(make.problems(db)) == (["status"] if waits else [])


def test_what_is_done_in_the_same_saving_counts_as_done_and_what_is_added_as_open(db):
    case = make.case(db)
    task = Task(what="Ring the school", case=case, owner=case.lead, due_on=TODAY)
    db.add(task)
    db.flush()
    with db.no_autoflush:
        task.done_on, case.status = TODAY, "closing"
        assert make.problems(db) == []
        db.add(Task(what="One more", case=case, owner=case.lead, due_on=TODAY))
        case.status, case.closure_agreed = "closed", "client"
        case.closure_reason = make.code(db, "closure_reason", "resolved")
        assert fields(make.problems(db)) == ["status"]


def test_other_cases_do_not_hold_this_one_open(db):
    case = make.case(db)
    other = make.case(db, case.client, lead=case.lead)
    db.add(Task(what="Ring the school", case=other, owner=case.lead, due_on=TODAY))
    db.flush()
    case.status = "closing"
    assert make.problems(db) == []


def test_a_case_is_closed_with_the_clients_permission_and_a_reason(db):
    case = make.case(db, status="closing")
    case.status = "closed"
    assert make.problems(db) == [
        ("closure_agreed", "A case is closed with the client's permission. Record it, or the three attempts and the "
         "letter."),
        ("closure_reason", "Say why the case is closed."),
    ]  # fmt: skip
    with db.no_autoflush:
        case.closure_agreed, case.closure_reason = "client", make.code(db, "closure_reason", "resolved")
    assert make.problems(db) == []
    assert case.closed_on == TODAY
    case.closure_agreed = None
    assert fields(make.problems(db)) == ["closure_agreed"]


def test_closing_in_one_go_takes_both_steps(db):
    case = make.case(db)
    later(db, day=date(2026, 12, 1))
    close_case(db, case, make.code(db, "closure_reason", "resolved"), "client")
    assert (case.status, case.opened_on, case.closed_on) == ("closed", TODAY, date(2026, 12, 1))


def test_closing_in_one_go_stops_at_what_is_left_to_do(db):
    case = make.case(db)
    make.referral(db, case, make.agency(db))
    with pytest.raises(RuleBroken, match="1 thing is still open"):
        close_case(db, case, make.code(db, "closure_reason", "resolved"), "client")


def test_each_action_saves_what_it_did(db):
    client, reason = make.client(db), make.code(db, "closure_reason", "resolved")
    with db.no_autoflush:
        case = open_case(db, client, make.code(db, "case_kind", "other"), make.worker(db))
        for step in (
            lambda: add_note(db, case, "Rang"),
            lambda: close_case(db, case, reason, "client"),
            lambda: reopen(db, case, "It began again"),
        ):
            assert not db.new
            assert not db.dirty
            step()
        assert not db.dirty


# Reopening


def test_reopening_needs_a_reason_and_keeps_the_chain(db):
    case = make.case(db, status="closed")
    later(db, day=date(2027, 1, 11))
    with db.begin_nested() as trial:
        case.status = "open"
        assert make.problems(db) == [("status", "Give the reason for reopening this case.")]
        trial.rollback()
    reopen(db, case, "The attacks began again.")
    assert (case.status, case.opened_on, case.closed_on, case.closure_agreed) == ("open", TODAY, None, None)
    assert case.closure_reason is None
    (note,) = db.scalars(select(CaseNote))
    assert note.text == (
        "Reopened: The attacks began again. It had been closed on 23 November 2026 "
        "(What the client wanted was reached)."
    )
    assert acting(db).reason == "The attacks began again."
    entry = db.scalars(select(AuditEntry).where(AuditEntry.subject == "Case").order_by(AuditEntry.id.desc())).first()
    assert "status" in entry.fields
    assert entry.reason == "The attacks began again."


def test_an_enquiry_from_outside_cannot_be_opened_by_closing_and_reopening_it(db):
    case = croydon(db)
    add_note(db, case, "Told them where to go", kinds=kinds(db, "rights_information", "signpost"))
    case.status = "closed"
    assert make.problems(db) == []
    later(db, day=TODAY, reason="They rang again")
    case.status = "open"
    assert fields(make.problems(db)) == ["area"]


def test_a_case_whose_borough_left_the_catchment_may_be_reopened(db):
    case = make.case(db, status="closed")
    make.area(db, "Tower Hamlets").in_catchment = False
    db.flush()
    assert reopen(db, case, "It began again").status == "open"


# Out of our area


NOT_ADVISED = (
    "status",
    "Out-of-area enquiries are always advised and, where possible, referred. Record the advice given in a note.",
)
NOT_SENT_ON = (
    "status",
    "Out-of-area enquiries are always advised and, where possible, referred. Refer or signpost "
    "to a local organisation (0 cover this area), or note under “Told where else to go” that none was "
    "found.",
)


@pytest.mark.parametrize(("noted", "told"), [
    ((), [NOT_ADVISED, NOT_SENT_ON]),
    (("rights_information",), [NOT_SENT_ON]),
    (("practical",), [NOT_SENT_ON]),
    (("signpost",), [NOT_ADVISED]),
    (("emotional", "signpost"), [NOT_ADVISED]),
    (("rights_information", "signpost"), []),
])  # fmt: skip
@pytest.mark.parametrize("by_way_of", ["enquiry", "advised"])
def test_an_out_of_area_enquiry_is_closed_once_advised_and_sent_on(db, noted, told, by_way_of):
    case = croydon(db)
    case.status = by_way_of
    add_note(db, case, "Spoke with them", kinds=kinds(db, *noted))
    case.status = "closed"
    assert make.problems(db) == told


@pytest.mark.parametrize(("how", "lawful"), [
    ("signpost", True), ("sent", True), ("draft", False), ("withdrawn", False), ("referral_in", False),
])  # fmt: skip
def test_a_signpost_or_a_sent_referral_is_sending_on_and_a_draft_is_not(db, how, lawful):
    case, agency = croydon(db), make.agency(db, "Croydon Advice", kind="advice_agency")
    add_note(db, case, "Told them their rights", kinds=kinds(db, "rights_information"))
    make.consent(db, case.client, agency)
    if how == "signpost":
        referrals.signpost(db, case, agency, make.code(db, "request", "legal_advice"))
    elif how == "referral_in":
        make.referral(db, case, agency, kind="referral_in", status="sent", sent_on=TODAY)
    else:
        referral = make.referral(db, case, agency)
        if how != "draft":
            {
                "sent": lambda: referrals.send(db, referral, "email"),
                "withdrawn": lambda: referrals.withdraw_referral(db, referral),
            }[how]()
    case.status = "closed"
    assert make.problems(db) == ([] if lawful else [NOT_SENT_ON])


def test_an_enquiry_from_our_area_or_from_nowhere_named_is_closed_without_more(db):
    for client in (make.client(db), make.client(db, area=None)):
        case = make.case(db, client, status="enquiry")
        case.status = "closed"
        assert make.problems(db) == []
        assert (case.closed_on, case.opened_on) == (TODAY, None)


def test_a_note_written_in_the_same_saving_counts(db):
    case, given = croydon(db), kinds(db, "rights_information", "signpost")
    with db.no_autoflush:
        db.add(CaseNote(case=case, text="Told them", kinds=given, at=make.NOW))
        case.status = "closed"
    assert make.problems(db) == []


# Dates, clients, notes


@pytest.mark.parametrize(("minutes", "lawful"), [(0, True), (1, False)])
def test_the_first_contact_and_notes_lie_in_the_past(db, minutes, lawful):
    case = make.case(db)
    when = make.NOW + timedelta(minutes=minutes)
    case.first_contact_at = when
    assert fields(make.problems(db)) == ([] if lawful else ["first_contact_at"])
    db.expire(case)
    db.add(CaseNote(case=case, text="Rang", at=when))
    assert fields(make.problems(db)) == ([] if lawful else ["at"])


@pytest.mark.parametrize("name", ["opened_on", "closed_on", "expectations_on"])
def test_what_has_happened_is_not_dated_ahead(db, name):
    case = make.case(db, status="closed")
    for day, lawful in ((TODAY, True), (TODAY + timedelta(1), False)):
        setattr(case, name, day)
        assert (name in fields(make.problems(db))) is not lawful, day


def test_a_case_is_closed_after_it_is_opened(db):
    case = make.case(db, status="closed")
    case.closed_on = TODAY - timedelta(1)
    assert fields(make.problems(db)) == ["closed_on"]


def test_a_case_stays_with_its_client_once_something_was_sent(db):
    case, homes, amina = make.case(db), make.agency(db), make.client(db, "Amina K")
    make.consent(db, case.client, homes)
    draft = make.referral(db, case, homes)
    owner = case.client
    case.client = amina
    assert make.problems(db) == []
    case.client_id = owner.id
    assert make.problems(db) == []
    referrals.send(db, draft, "email")
    case.client_id = amina.id
    assert fields(make.problems(db)) == ["client"]


def test_a_note_says_something(db):
    case = make.case(db)
    assert add_note(db, case, "Rang; no answer.", minutes=5).at == make.NOW
    with pytest.raises(RuleBroken, match="Say in a few words"):
        add_note(db, case, " \n ")


@pytest.mark.parametrize("model", [Case, CaseNote, Incident])
def test_files_are_never_deleted(db, model):
    case = make.case(db)
    rows = {
        Case: lambda: case, CaseNote: lambda: add_note(db, case, "Rang"),
        Incident: lambda: Incident(case=case, from_at=make.NOW),
    }  # fmt: skip
    row = rows[model]()
    db.add(row)
    db.flush()
    db.delete(row)
    assert [told[:12] for _, told in make.problems(db)] == ["Not deleted:"]


def test_a_reference_is_counted_only_by_whoever_holds_its_lock(db, statements):
    """SQLite lets one write at a time anyway; PostgreSQL is asked for the trail's turn, then for the year's numbers."""
    numbering.next_references(db, Case, 1)
    asked = ["pg_advisory_xact_lock" in one for one in statements if not one.startswith("SAVEPOINT")]
    is_postgres = db.get_bind().dialect.name == "postgresql"
    assert asked == ([True, True, False] if is_postgres else [False])


def test_the_numbers_of_a_year_have_one_lock(db, monkeypatch):
    held = []
    monkeypatch.setattr(numbering, "hold", lambda _db, name: held.append(name))
    numbering.next_references(db, Case, 1)
    numbering.next_references(db, Client, 3)
    assert held == [f"reference {make.TODAY:%y}-", f"reference CL-{make.TODAY:%Y}-"]
