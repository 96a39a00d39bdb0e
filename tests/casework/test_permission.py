"""The gate for what goes to no agency: a quote, a case study, the press; and the record of what was made public."""

from __future__ import annotations

from datetime import date

import pytest

from casework import consent as gate
from casework.consent import live_permission, may_quote, must_permit
from casework.permission import TO_DO
from casework.problems import RuleBroken
from casework.publications import publish
from models import Consent, Publication
from models.declared import by_key
from tests import make

TODAY = make.TODAY
NOBODY = "No active permission from Rehana Begum to quote their words."
ASK = "Ask and record a consent for it, or leave it out."


def agreed(db, client, kind="quote", **more):
    return make.consent(db, client, kind=kind, purposes=(), scope=(), **more)


def refused(db, client, kind="quote", day=TODAY, **more):
    with pytest.raises(RuleBroken) as broken:
        must_permit(db, client, kind, day, **more)
    return [(one.field, one.text) for one in broken.value.problems]


def test_every_kind_that_is_no_sharing_has_its_words_for_a_refusal():
    kinds = {word for word, _label in by_key(Consent)["kind"].info.choices}
    assert set(TO_DO) == {kind for kind in kinds if not kind.startswith("share_")}


@pytest.mark.parametrize("kind", TO_DO)
def test_each_permission_is_for_its_own_kind_alone(db, kind):
    client = make.client(db)
    for other in TO_DO:
        if other != kind:
            agreed(db, client, other)
    make.consent(db, client, make.agency(db))
    assert refused(db, client, kind)[0][1].endswith(f"None is recorded. {ASK}")
    own = agreed(db, client, kind)
    assert must_permit(db, client, kind, TODAY) is own


def test_without_any_the_refusal_names_the_client_and_the_ways_on(db):
    client = make.client(db)
    agreed(db, make.client(db, "Amina K"))
    assert refused(db, client) == [("kind", f"{NOBODY} None is recorded. {ASK}")]
    assert may_quote(db, client, TODAY) is False


@pytest.mark.parametrize(("day", "told"), [
    ("2026-10-13", "It was given on 14 October 2026, later than that day. Nothing is done before."),
    ("2026-10-14", None), ("2027-10-14", None),
    ("2027-10-15", f"The one of 14 October 2026 expired on 14 October 2027. {ASK}"),
])  # fmt: skip
def test_a_permission_to_quote_holds_on_its_days(db, day, told):
    client, day = make.client(db), date.fromisoformat(day)
    agreed(db, client)
    assert may_quote(db, client, day) is (told is None)
    if told is not None:
        assert refused(db, client, day=day) == [("kind", f"{NOBODY} {told}")]


def test_once_withdrawn_it_covers_no_day_more_also_none_before(db):
    client = make.client(db)
    agreed(db, client, withdrawn_on=date(2026, 11, 20))
    told = f"{NOBODY} The one of 14 October 2026 was withdrawn on 20 November 2026. {ASK}"
    assert refused(db, client) == [("kind", told)]
    assert refused(db, client, day=date(2026, 11, 10), today=TODAY) == [("kind", told)]
    assert may_quote(db, client, date(2026, 11, 10)) is True  # asked on that day itself


def test_a_permission_for_one_case_holds_in_that_case_alone(db):
    case = make.case(db)
    other = make.case(db, case.client, lead=case.lead)
    own = agreed(db, case.client, case=case)
    assert must_permit(db, case.client, "quote", TODAY, case=case) is own
    assert may_quote(db, case.client, TODAY, case=case)
    assert not may_quote(db, case.client, TODAY, case=other)
    assert not may_quote(db, case.client, TODAY)
    assert refused(db, case.client, case=other) == [("kind", f"{NOBODY} None is recorded. {ASK}")]


def test_of_several_the_one_that_lasts_longest_is_named(db):
    client = make.client(db)
    agreed(db, client, expires_on=date(2027, 1, 1))
    longest = agreed(db, client, expires_on=date(2028, 1, 1))
    agreed(db, client, expires_on=date(2027, 6, 1))
    assert live_permission(db, client, "quote", TODAY) is longest


def test_a_refusal_tells_of_the_latest(db):
    client = make.client(db)
    agreed(db, client, given_on=date(2026, 10, 1), expires_on=date(2026, 11, 1))
    agreed(db, client, given_on=date(2026, 9, 1), expires_on=date(2026, 11, 10))
    assert "The one of 1 October 2026 expired on 1 November 2026" in refused(db, client)[0][1]


# What was made public


def printed(db, client, **more):
    fields = {"client": client, "kind": "quote", "words": "We sat there.", "used_in": "Leaflet", "printed_on": TODAY}
    made = Publication(**{**fields, **more})
    db.add(made)
    return made


def test_publishing_goes_through_the_gate_and_leaves_its_proof(db):
    client = make.client(db)
    with pytest.raises(RuleBroken, match="None is recorded"):
        publish(db, client, "quote", "We sat there.", "Leaflet")
    assert db.query(Publication).count() == 0
    own = agreed(db, client)
    with db.no_autoflush:
        made = publish(db, client, "quote", "We sat there.", "Leaflet", printed_on=date(2026, 11, 20))
        assert not db.new
    assert (made.consent, made.printed_on, made.words) == (own, date(2026, 11, 20), "We sat there.")


def test_nobody_withdraws_while_something_is_made_public(db, monkeypatch):
    held = []
    monkeypatch.setattr(gate, "hold", lambda _db, name: held.append(name))
    client = make.client(db)
    agreed(db, client)
    publish(db, client, "quote", "x", "y")
    by_form = len(held)
    printed(db, client)
    db.flush()
    assert by_form == 2  # once before looking, once while saving
    assert (len(held), len(set(held))) == (3, 1)


def test_written_into_the_plain_form_it_meets_the_same_gate_and_finds_its_permission_by_itself(db):
    client = make.client(db)
    printed(db, client)
    assert make.problems(db) == [("kind", f"{NOBODY} None is recorded. {ASK}")]
    db.expunge_all()
    client = make.client(db)
    own, one = agreed(db, client), printed(db, client)
    assert make.problems(db) == []
    assert one.consent is own


def test_a_permission_that_was_named_by_hand_is_not_believed(db):
    client = make.client(db)
    wrong = agreed(db, client, "statistics")
    printed(db, client, consent=wrong)
    assert [field for field, _text in make.problems(db)] == ["kind"]


def test_what_was_printed_before_a_withdrawal_cannot_be_written_down_after_it(db):
    client = make.client(db)
    agreed(db, client, withdrawn_on=date(2026, 11, 20))
    printed(db, client, printed_on=date(2026, 11, 10))
    assert "was withdrawn on 20 November 2026" in make.problems(db)[0][1]


def test_what_was_printed_before_the_permission_expired_may_be_written_down_later(db):
    client = make.client(db)
    agreed(db, client, expires_on=date(2026, 11, 20))
    printed(db, client, printed_on=date(2026, 11, 20))
    assert make.problems(db) == []


def test_a_case_is_one_of_the_same_client(db):
    case, client = make.case(db, make.client(db, "Amina K")), make.client(db)
    own = make.case(db, client, lead=case.lead)
    agreed(db, client)
    one = printed(db, client, case=case)
    assert make.problems(db) == [("case", "This case is not this client's. Choose one of theirs, or none.")]
    one.case = own
    assert make.problems(db) == []


@pytest.mark.parametrize(("day", "lawful"), [("2026-11-23", True), ("2026-11-24", False)])
def test_it_is_written_down_once_it_is_public(db, day, lawful):
    client = make.client(db)
    agreed(db, client)
    printed(db, client, printed_on=date.fromisoformat(day))
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["printed_on"])


@pytest.mark.parametrize(("name", "value"), [
    ("words", "Other words."), ("used_in", "Elsewhere"), ("kind", "media"), ("printed_on", date(2026, 11, 1)),
])  # fmt: skip
def test_the_record_of_what_was_printed_stays(db, name, value):
    client = make.client(db)
    agreed(db, client)
    one = printed(db, client)
    db.flush()
    setattr(one, name, value)
    told = "Not changed: the record of what was made public stays as it was written."
    assert make.problems(db) == [(name, told)]


@pytest.mark.parametrize(("day", "lawful"), [
    ("2026-11-19", False), ("2026-11-20", True), ("2026-11-23", True), ("2026-11-24", False),
])  # fmt: skip
def test_it_is_taken_down_between_its_printing_and_today(db, day, lawful):
    client = make.client(db)
    agreed(db, client)
    one = printed(db, client, printed_on=date(2026, 11, 20))
    db.flush()
    one.taken_down_on = date.fromisoformat(day)
    assert [field for field, _text in make.problems(db)] == ([] if lawful else ["taken_down_on"])


def test_it_is_taken_down_once_and_kept_for_good(db):
    client = make.client(db)
    agreed(db, client)
    one = printed(db, client)
    db.flush()
    one.taken_down_on = TODAY
    db.flush()
    one.taken_down_on = None
    assert [field for field, _text in make.problems(db)] == ["taken_down_on"]
    db.expire(one)
    db.delete(one)
    assert [text[:12] for _field, text in make.problems(db)] == ["Not deleted:"]


def test_a_consent_under_which_something_was_printed_stays_as_it_is(db):
    client = make.client(db)
    own = agreed(db, client)
    publish(db, client, "quote", "x", "y")
    own.expires_on = date(2028, 1, 1)
    assert [field for field, _text in make.problems(db)] == ["expires_on"]
