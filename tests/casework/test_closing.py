"""A case closes with the client's permission, or after tries that nobody answered and a last safe message."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework import closing, plans
from casework.cases import add_note, close_case, left_open, reopen
from casework.chain import chain_of
from casework.problems import RuleBroken
from models import Case, CaseNote
from tests import make
from tests.casework.test_plans import agreed

NOBODY = "A case is closed with the client's permission. Record it, or 3 attempts on different days without an answer "


def note(db, case, kind, days_ago, *, medium="phone", contact_with="client", **more):
    kinds = [make.code(db, "note_kind", kind)] if kind else []
    return add_note(db, case, "As it was", kinds=kinds, medium=medium, contact_with=contact_with,
                    at=make.NOW - timedelta(days=days_ago), **more)  # fmt: skip


def tried(db, case, *days_ago, message=None):
    """Tries so many days ago, and a last message left in this way yesterday."""
    for days in days_ago:
        note(db, case, "tried_no_answer", days)
    if message:
        note(db, case, "last_message", 1, medium=message)


def closes(db, case, agreed="no_contact", **more):
    """Give the fields and texts of what stands against closing; nothing is kept."""
    with db.begin_nested() as trial:
        try:
            close_case(db, case, make.code(db, "closure_reason", "no_contact"), agreed, **more)
        except RuleBroken as broken:
            return [(one.field, one.text) for one in broken.problems]
        finally:
            trial.rollback()
    return []


def case_of(db, safe="any", **more):
    needs_words = {"only_times": "Mornings", "via_third_party": "Her sister"}
    client = make.client(db, safe_contact=safe, safe_note=needs_words.get(safe))
    return make.case(db, client, lead=make.worker(db, "Amina K", in_team=make.team(db)), **more)


def as_caseworker(db, case):
    make.act_as(db, "caseworker", case.lead)


def test_three_tries_on_different_days_and_a_safe_message_close_a_case(db):
    case = case_of(db)
    tried(db, case, 9, 9, 5, message="letter")  # twice on one day counts once
    as_caseworker(db, case)
    assert closes(db, case) == [("closure_agreed", f"{NOBODY}(2 so far) and a last message by a safe way.")]
    tried(db, case, 2)
    assert closes(db, case) == []
    make.act_as(db, "system")
    make.setting(db, "closing_attempts", "4")  # the number is the office's, not the program's
    as_caseworker(db, case)
    assert closes(db, case)[0][1].startswith(NOBODY.replace("3 attempts", "4 attempts"))


def test_tries_count_since_the_client_was_last_reached_and_only_tries_to_reach_the_client(db):
    case = case_of(db)
    tried(db, case, 20, 9, 5, 2, message="letter")
    note(db, case, None, 12, contact_with="agency")  # another body's answer is no contact with the client
    as_caseworker(db, case)
    assert len(closing.tries(db, case).days) == 4
    note(db, case, "emotional", 7)
    assert [day.isoformat() for day in closing.tries(db, case).days] == ["2026-11-18", "2026-11-21"]
    assert closes(db, case)[0][1].startswith(f"{NOBODY}(2 so far)")
    note(db, case, "tried_no_answer", 1, contact_with="internal")
    assert len(closing.tries(db, case).days) == 2
    note(db, case, "tried_no_answer", 1, contact_with="third_party")
    assert closes(db, case) == []
    note(db, case, None, 0)  # reached after all
    assert closing.tries(db, case).message is None


@pytest.mark.parametrize(("safe", "medium", "lawful"), [
    ("any", "letter", True), ("only_times", "text", False), ("only_times", "answerphone", True),
    ("no_post", "letter", False), ("no_voicemail", "answerphone", False), ("phone_only", "phone", True),
    ("none", "phone", False),
])  # fmt: skip
def test_the_last_message_is_left_only_in_a_way_that_the_client_has_called_safe(db, safe, medium, lawful):
    case = case_of(db, safe)
    tried(db, case, 9, 5, 2, message=medium)
    as_caseworker(db, case)
    assert (closes(db, case) == []) is lawful
    if not lawful:
        told = closes(db, case, note="No way is safe: he opens the post and answers the phone.")
        assert [field for field, _text in told] == ["closure_agreed"] and "manager" in told[0][1]
        make.act_as(db, "manager", case.lead)
        assert [field for field, _text in closes(db, case)] == ["closure_note"]
        assert closes(db, case, note="No way is safe: he opens the post and answers the phone.") == []


@pytest.mark.parametrize("agreed_by", ["deceased", "other"])
def test_without_permission_for_another_reason_it_is_said_in_words(db, agreed_by):
    case = case_of(db)
    as_caseworker(db, case)
    assert [field for field, _text in closes(db, case, agreed_by, note="  ")] == ["closure_note"]
    assert closes(db, case, agreed_by, note="Her brother told us") == []
    assert closes(db, case, "client") == []


def test_the_rule_holds_at_every_flush_and_looks_again_when_the_agreement_is_changed_afterwards(db):
    case = make.case(db, status="closed")
    as_manager = make.act_as(db, "manager", case.lead)
    assert as_manager.role == "manager"
    case.closure_agreed = "no_contact"
    assert [field for field, _text in make.problems(db)] == ["closure_agreed"]
    db.expire(case)
    case.title = "Noise at night"  # what was closed lawfully is not asked again
    assert make.problems(db) == []


def test_a_step_of_the_plan_holds_a_case_open_once_until_it_is_done_or_dropped(db):
    case = make.case(db, expectations_on=date(2026, 11, 18))
    plan = agreed(db, case, {"due_on": make.TODAY}, {"what": "Ring"}, {"what": "Newspaper", "choice": "declined"})
    assert [len(rows) for _how, rows in left_open(db, case).values()] == [0, 2, 0, 0]
    case.status = "closing"
    assert make.problems(db) == [("status", "2 things are still open: 2 steps of the plan to do. Finish each, or "
                                  "withdraw it, before closing.")]  # fmt: skip
    db.expire(case)
    plans.tick_off(db, plan.steps[0])
    assert left_open(db, case)["step"][1] == [plan.steps[1]]
    plans.drop(db, plan.steps[1], "Not needed")
    case.status = "closing"
    assert make.problems(db) == []


def test_reopening_empties_what_was_said_at_closing_and_keeps_the_chain(db):
    first = make.case(db, status="closed", first_contact_at=make.at("2024-10-14", "11:00"))
    case = make.case(db, first.client, lead=first.lead, previous=first)
    close_case(
        db, case, make.code(db, "closure_reason", "client_ended"), "other", note="Wants peace", wishes="Mornings"
    )
    make.act_as(db, "system", now=make.NOW + timedelta(days=100))
    reopen(db, case, "It began again")
    assert (case.closure_note, case.aftercare_wishes, case.opened_on) == (None, None, make.TODAY)
    said = db.scalars(select(CaseNote.text).where(CaseNote.case_id == case.id)).all()
    assert said == ["Reopened: It began again. It had been closed on 23 November 2026 (Client decided to stop)."]
    chain = chain_of(db, case)
    assert (chain.cases, chain.hidden, chain.since, chain.months) == ((case, first), False, make.TODAY, 3)


def test_a_chain_across_teams_says_that_there_is_more_and_not_whose(db):
    mine, theirs = make.worker(db, "Amina K", in_team=make.team(db, "East")), make.worker(db, "Joan W")
    first = make.case(db, lead=theirs)
    id = make.case(db, lead=mine, previous=first).id
    db.expunge_all()
    make.act_as(db, "caseworker", mine)
    chain = chain_of(db, db.scalars(select(Case).where(Case.id == id)).one())
    assert (len(chain.cases), chain.hidden) == (1, True)
