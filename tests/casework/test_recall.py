"""After a withdrawal: what is touched, who is asked back, who watches; what was told without permission; receipts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casework import correspondence, recall, receipts
from casework.consent import withdraw
from casework.ledger import ledger_of, per_agency
from casework.letters import put_in_use, template_for
from casework.problems import RuleBroken
from casework.publications import publish
from casework.referrals import send
from models import DisclosureWithoutConsent, LetterTemplate, Release, Task
from tests import make

TODAY = make.TODAY


def sent(db, case=None, agency=None):
    """A referral that left under a consent of its own."""
    case = case or make.case(db)
    agency = agency or make.agency(db)
    consent = make.consent(db, case.client, agency)
    return send(db, make.referral(db, case, agency), "letter"), consent


def release_of(db, referral):
    return db.scalars(select(Release).where(Release.referral_id == referral.id)).one()


def open_tasks(db, release):
    asked = select(Task).where(Task.about == "release", Task.about_id == release.id, Task.done_on.is_(None))
    return db.scalars(asked).all()


# What a withdrawal touches


def test_a_withdrawal_shows_what_left_what_waits_and_what_an_agency_holds(db):
    referral, consent = sent(db)
    case, agency = referral.case, referral.agency
    draft = make.referral(db, case, agency, request="rehouse_transfer", items=("health",))
    make.referral(db, case, make.agency(db, "Elsewhere"))
    of_another = make.case(db, make.client(db, "Amina K"), lead=case.lead)
    make.referral(db, of_another, agency)
    touched = recall.touched_by(db, consent)
    assert touched.releases == (release_of(db, referral),)
    assert (touched.drafts, touched.sent, touched.publications) == ((draft,), (referral,), ())


def test_a_withdrawn_or_closed_referral_is_no_longer_with_an_agency(db):
    referral, consent = sent(db)
    referral.status = "withdrawn"
    db.flush()
    assert recall.touched_by(db, consent).sent == ()


def test_a_permission_for_a_kind_touches_the_drafts_to_each_agency_of_that_kind(db):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, kind="share_agency_kind", agency_kind=homes.kind)
    draft = make.referral(db, case, homes)
    make.referral(db, case, make.agency(db, "East station", kind="police", tier="primary"))
    assert recall.touched_by(db, consent).drafts == (draft,)


def test_what_was_printed_is_touched_as_well(db):
    client = make.client(db)
    consent = make.consent(db, client, kind="quote", purposes=(), scope=())
    one = publish(db, client, "quote", "x", "y")
    assert recall.touched_by(db, consent).publications == (one,)


# Asking back


def test_each_release_is_asked_back_within_two_working_days_and_the_answer_within_ten(db):
    referral, consent = sent(db)
    release = release_of(db, referral)
    assert withdraw(db, consent) == [release]
    (task,) = open_tasks(db, release)
    assert (task.owner, task.case, task.due_on) == (referral.case.lead, referral.case, date(2026, 11, 25))
    assert task.what == "Ask Marsh Lane Homes to give back what was sent"
    assert task.trace.endswith("Due Wednesday 25 November 2026.")

    recall.ask_back(db, release)
    assert release.recalled_on == TODAY
    (answer,) = open_tasks(db, release)
    assert (answer.what, answer.due_on) == ("Has Marsh Lane Homes given back what was sent?", date(2026, 12, 7))
    assert task.done_on == TODAY

    recall.came_back(db, release)
    assert (release.returned_on, open_tasks(db, release)) == (TODAY, [])


def test_asking_twice_keeps_the_first_day_and_leaves_one_task(db):
    referral, consent = sent(db)
    release = release_of(db, referral)
    withdraw(db, consent)
    assert len(open_tasks(db, release)) == 1
    recall.ask_back(db, release)
    first = open_tasks(db, release)
    make.act_as(db, "caseworker", referral.case.lead, datetime(2026, 11, 25, 9, tzinfo=UTC))
    recall.ask_back(db, release)
    assert (release.recalled_on, open_tasks(db, release)) == (TODAY, first)


def test_nothing_is_asked_back_while_the_permission_holds(db):
    referral, _consent = sent(db)
    with pytest.raises(RuleBroken, match=r"the permission still holds\. Record the withdrawal first"):
        recall.ask_back(db, release_of(db, referral))
    assert release_of(db, referral).recalled_on is None


def test_without_a_case_the_task_is_for_whoever_acts_and_a_command_leaves_none(db):
    agency, maryam = make.agency(db), make.worker(db)
    for who in (maryam, None):
        client = make.client(db)
        consent = make.consent(db, client, agency)
        release = Release(at=make.NOW, client=client, consent=consent, agency=agency, channel="phone", items="Name")
        db.add(release)
        db.flush()
        make.act_as(db, "manager", who)
        withdraw(db, consent)
        assert [one.owner for one in open_tasks(db, release)] == ([maryam] if who else [])


@pytest.mark.parametrize(("asked", "day", "lawful"), [
    ("2026-11-20", "2026-11-19", False), ("2026-11-20", "2026-11-20", True), ("2026-11-20", "2026-11-23", True),
    ("2026-11-20", "2026-11-24", False), (None, "2026-11-23", False),
])  # fmt: skip
def test_a_return_is_confirmed_after_it_was_asked_for(db, asked, day, lawful):
    consent = make.consent(db, make.client(db), make.agency(db))
    release = Release(
        at=datetime(2026, 11, 18, 12, tzinfo=UTC), client=consent.client, consent=consent, agency=consent.agency,
        channel="phone", items="Name",
    )  # fmt: skip
    db.add(release)
    db.flush()
    release.recalled_on = date.fromisoformat(asked) if asked else None
    db.flush()
    release.returned_on = date.fromisoformat(day)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["returned_on"])


def test_a_return_is_confirmed_once(db):
    referral, consent = sent(db)
    withdraw(db, consent)
    release = recall.came_back(db, recall.ask_back(db, release_of(db, referral)))
    make.act_as(db, "manager", now=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert recall.came_back(db, release).returned_on == TODAY
    release.returned_on = None
    assert [field for field, _text in make.problems(db)] == [""]


def test_a_withdrawal_leaves_its_tasks_by_whichever_way_it_is_written_down(db):
    """An import and a command set the day as a form does; nothing else about a consent asks for anything back."""
    referral, consent = sent(db)
    release = release_of(db, referral)
    consent.receipt_on = TODAY
    db.flush()
    assert open_tasks(db, release) == []
    consent.withdrawn_on = TODAY
    db.flush()
    (task,) = open_tasks(db, release)
    assert (task.owner, task.case) == (referral.case.lead, referral.case)
    refused = make.consent(db, referral.case.client, make.agency(db, "B"), given_on=TODAY)
    refused.withdrawn_on = date(2026, 11, 22)
    assert [field for field, _text in make.problems(db)] == ["withdrawn_on"]


def test_what_left_with_a_letter_is_asked_back_from_the_case_of_the_letter(db):
    case, agency = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, agency)
    make.case(db, case.client, lead=make.worker(db, "Jon P"))
    letter = correspondence.send(db, correspondence.draft(
        db, case, subject="Repair", text="Please.", contact_with="agency", agency=agency,
        items=[make.code(db, "data_scope", "name")],
    ))  # fmt: skip
    make.act_as(db, "manager", make.worker(db, "Samira K"))
    withdraw(db, consent)
    (task,) = open_tasks(db, letter.release)
    assert (task.owner, task.case, recall.case_of(db, letter.release)) == (case.lead, case, case)
    recall.ask_back(db, letter.release)
    (answer,) = open_tasks(db, letter.release)
    assert (answer.owner, answer.case) == (case.lead, case)


# The ledger


def test_the_ledger_holds_every_permission_with_what_left_under_it(db, statements):
    referral, consent = sent(db)
    client = referral.case.client
    quote = make.consent(db, client, kind="quote", purposes=(), scope=())
    one = publish(db, client, "quote", "x", "y")
    old = make.consent(db, client, make.agency(db, "Old"), given_on=date(2025, 1, 1), expires_on=date(2026, 1, 1))
    make.consent(db, make.client(db, "Amina K"), referral.agency)
    told = disclosure(db, client=client)
    db.flush()
    found = ledger_of(db, client, TODAY)
    assert [given.consent for given in found.given] == [quote, consent, old]
    assert [given.live for given in found.given] == [True, True, False]
    assert [given.releases for given in found.given] == [(), (release_of(db, referral),), ()]
    assert [given.publications for given in found.given] == [(one,), (), ()]
    assert (found.in_force, found.releases, found.disclosures) == (2, (release_of(db, referral),), (told,))


def test_a_case_shows_each_agency_with_the_permission_that_stands_or_stood_last(db):
    case = make.case(db)
    asked, never = make.agency(db, "Alder Homes"), make.agency(db, "Beech Homes", kind="police", tier="primary")
    old = make.consent(db, case.client, asked, given_on=date(2026, 1, 1), expires_on=date(2026, 6, 1))
    assert per_agency(db, case, TODAY) == [(asked, old)]
    live = make.consent(db, case.client, asked)
    make.consent(db, case.client, asked, given_on=date(2026, 11, 1), withdrawn_on=date(2026, 11, 2))
    make.referral(db, case, never)
    make.referral(db, case, asked)
    other = make.case(db, case.client, lead=case.lead)
    make.consent(db, case.client, make.agency(db, "Cedar Homes"), case=other)
    of_kind = make.consent(
        db, case.client, kind="share_agency_kind", agency_kind=make.code(db, "agency_kind", "school")
    )
    assert per_agency(db, case, TODAY) == [(asked, live), (None, of_kind), (never, None)]


# What was told without permission


def disclosure(db, **more):
    fields = {
        "told_on": TODAY, "what": "The day of the visit", "explanation": "A judge ordered it.",
        "ground": make.code(db, "disclosure_ground", "court_order"), "client_told_on": TODAY,
    }  # fmt: skip
    fields["client"] = more.pop("client", None) or make.client(db)
    fields["agency"] = more.pop("agency", None) or make.agency(db, "The court", kind="cps_courts", tier="secondary")
    fields["decided_by"] = more.pop("decided_by", None) or make.worker(db)
    made = DisclosureWithoutConsent(**{**fields, **more})
    db.add(made)
    return made


@pytest.mark.parametrize(("role", "lawful"), [("manager", True), ("caseworker", False), ("coordinator", False)])
def test_only_a_manager_writes_down_what_was_told_without_permission(db, role, lawful):
    one = disclosure(db)
    db.expunge(one)
    make.act_as(db, role)
    db.add(one)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else [""])


@pytest.mark.parametrize(("told", "lawful"), [("2026-11-23", True), ("2026-11-24", False)])
def test_it_is_written_down_afterwards_and_is_no_permission_to_tell(db, told, lawful):
    disclosure(db, told_on=date.fromisoformat(told))
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["told_on"])


@pytest.mark.parametrize(("day", "why", "lawful"), [
    (None, None, False), (None, "It would warn the man who threatens her.", True), (None, " \n", False),
    ("2026-11-20", None, True), ("2026-11-23", None, True), ("2026-11-24", None, False),
])  # fmt: skip
def test_the_client_was_told_or_there_is_a_reason(db, day, why, lawful):
    disclosure(db, client_told_on=date.fromisoformat(day) if day else None, why_not_told=why)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["client_told_on"])


def test_it_stays_as_it_was_written_and_the_client_can_be_told_later(db):
    one = disclosure(db, client_told_on=None, why_not_told="Not safe yet.")
    db.flush()
    one.client_told_on = TODAY
    assert make.problems(db) == []
    one.what = "More than that"
    assert [field for field, _text in make.problems(db)] == ["what"]
    db.expire(one)
    one.client_told_on = date(2026, 11, 20)
    assert [field for field, _text in make.problems(db)] == ["client_told_on"]
    db.expire(one)
    db.delete(one)
    assert [text[:12] for _field, text in make.problems(db)] == ["Not deleted:"]


def test_it_opens_no_gate(db):
    """What had to be told once gives no permission to tell more."""
    case, homes = make.case(db), make.agency(db)
    disclosure(db, client=case.client, agency=homes)
    db.flush()
    with pytest.raises(RuleBroken, match="None is recorded"):
        send(db, make.referral(db, case, homes), "letter")


# Receipts, and the letters' templates


SAFE = {  # way -> the answers about safe contact with which it may be used
    "hand": {"any", "phone_only", "only_times", "no_voicemail", "no_post", "via_third_party", "none", None},
    "kept": {"any", "phone_only", "only_times", "no_voicemail", "no_post", "via_third_party", "none", None},
    "letter": {"any"}, "email": {"any"},
}  # fmt: skip


@pytest.mark.parametrize("way", SAFE)
def test_a_receipt_goes_only_by_a_way_that_is_safe_for_the_client(db, way):
    agency = make.agency(db)
    for contact in SAFE["hand"]:
        consent = make.consent(db, make.client(db, safe_contact=contact, safe_note="Her sister"), agency)
        if contact in SAFE[way]:
            receipts.give(db, consent, way)
            assert consent.receipt_on == (None if way == "kept" else TODAY), contact
        else:
            with pytest.raises(RuleBroken, match="Hand it over in person"):
                receipts.give(db, consent, way)
            assert consent.receipt_on is None, contact


def test_the_first_day_of_a_receipt_stays_and_lies_between_agreeing_and_today(db):
    consent = make.consent(db, make.client(db), make.agency(db))
    receipts.give(db, consent, "hand")
    make.act_as(db, "caseworker", now=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert receipts.give(db, consent, "hand").receipt_on == TODAY
    for day, lawful in (("2026-10-13", False), ("2026-10-14", True), ("2026-11-24", True), ("2026-11-25", False)):
        consent.receipt_on = date.fromisoformat(day)
        assert [field for field, _text in make.problems(db)] == ([] if lawful else ["receipt_on"]), day
        db.expire(consent)


def test_a_receipt_is_written_on_a_consent_under_which_something_left(db):
    _referral, consent = sent(db)
    assert receipts.give(db, consent, "hand").receipt_on == TODAY


def test_a_letter_is_in_the_clients_language_where_the_office_has_one(db):
    sylheti = make.language(db, "Sylheti")
    english = template_for(db, "consent_receipt", sylheti)
    assert english.language.name == "English"
    consent = make.consent(db, make.client(db, language=sylheti), make.agency(db))
    assert receipts.is_read_out(consent, english)
    own = put_in_use(db, "consent_receipt", sylheti, b"x")
    assert template_for(db, "consent_receipt", sylheti) is own
    assert template_for(db, "consent_receipt", make.language(db, "Somali")) is english
    assert template_for(db, "consent_receipt") is english
    assert not receipts.is_read_out(consent, own)
    assert not receipts.is_read_out(make.consent(db, make.client(db), make.agency(db, "B")), english)
    in_english = make.client(db, language=make.language(db, "English"))
    assert not receipts.is_read_out(make.consent(db, in_english, make.agency(db, "C")), english)


def test_a_new_edition_takes_the_place_of_the_one_in_use_and_both_are_kept(db):
    before = template_for(db, "recall_letter")
    english = before.language
    after = put_in_use(db, "recall_letter", english, b"y", "Friendlier")
    assert template_for(db, "recall_letter") is after
    assert (before.active, before.edition, after.edition, after.made_for) == (False, 1, 2, "Friendlier")
    assert template_for(db, "consent_receipt").edition == 1
    after.made_for = "Else"
    assert [text[:12] for _field, text in make.problems(db)] == ["Not changed:"]
    db.expire(after)
    db.delete(after)
    assert [text[:12] for _field, text in make.problems(db)] == ["Not deleted:"]


def test_without_any_template_the_letter_is_not_made_and_it_is_said_who_can_help(db):
    for one in db.scalars(select(LetterTemplate).where(LetterTemplate.kind == "recall_letter")):
        one.active = False
    db.flush()
    with pytest.raises(RuleBroken, match="A manager brings one in"):
        template_for(db, "recall_letter")
