"""The gate: what a consent covers, in which words it is refused, and what may be recorded as a consent."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from casework import consent as gate
from casework import guard
from casework.consent import best_consent, covers, is_live, must_cover, releases_under, withdraw
from casework.coverage import HOME_OFFICE_WARNING, listed
from casework.problems import RuleBroken
from models import Agency, Case, Client, Code, Consent, Release
from tests import make

TODAY = make.TODAY
GIVEN, LAST = date(2026, 10, 14), date(2027, 10, 14)


def codes(db, code_list, *shorts):
    return [make.code(db, code_list, short) for short in shorts]


def lines(coverage):
    return {line.what: (line.wanted, line.found, line.covered.value) for line in coverage.lines}


# Which days a consent holds


@pytest.mark.parametrize(("day", "live"), [
    ("2026-10-13", False), ("2026-10-14", True), ("2027-10-14", True), ("2027-10-15", False),
])  # fmt: skip
def test_a_consent_holds_from_the_day_it_is_given_up_to_and_with_its_last_day(day, live):
    consent = Consent(given_on=GIVEN, expires_on=LAST)
    assert is_live(consent, date.fromisoformat(day)) is live


@pytest.mark.parametrize(("day", "live"), [("2026-11-19", True), ("2026-11-20", False), ("2026-11-21", False)])
def test_a_consent_no_longer_holds_from_the_day_it_is_withdrawn(day, live):
    consent = Consent(given_on=GIVEN, expires_on=LAST, withdrawn_on=date(2026, 11, 20))
    assert is_live(consent, date.fromisoformat(day)) is live


# What it covers, line by line


def test_the_gate_compares_agency_purpose_items_and_day_in_words(db):
    case = make.case(db)
    homes = make.agency(db, "Marsh Lane Homes")
    council = make.agency(db, "Northbrook Council, children's services", kind="la_childrens_services", tier="primary")
    consent = make.consent(
        db,
        case.client,
        homes,
        purposes=("repairs", "rehouse_transfer"),
        scope=("name", "address", "incident_dates", "letters_and_documents"),
    )
    request = make.code(db, "request", "s17_assessment")
    items = codes(db, "data_scope", "name", "household_and_childrens_ages", "incident_dates")

    found = best_consent(db, case.client, council, request, items, day=TODAY, case=case)

    assert found.consent is consent
    assert not found.complete
    assert {what: line for what, line in lines(found).items() if what != "Home Office warning"} == {
        "Agency": ("Northbrook Council, children's services", "Marsh Lane Homes", "no"),
        "Purpose": ("Assessment of a child in need (section 17)",
                    "Repair damage or make the home safe, rehousing or a transfer", "no"),
        "Items": ("Name, household and children's ages, dates of incidents",
                  "Name, address, dates of incidents, letters and documents", "partly"),
        "Today": ("Mon 23 Nov 2026", "14 Oct 2026 to 14 Oct 2027", "yes"),
    }  # fmt: skip
    assert [item.code for item in found.missing] == ["household_and_childrens_ages"]


def test_items_of_which_none_is_named_are_not_covered_at_all(db):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, homes, scope=("name",))
    found = covers(consent, homes, consent.purposes[0], codes(db, "data_scope", "health"), TODAY, case=case)
    assert lines(found)["Items"] == ("Health", "Name", "no")


def test_abbreviations_keep_their_capitals_in_a_row_of_words():
    assert listed(["Name", "GP, hospital", "Health"]) == "Name, GP, hospital, health"


def test_a_withdrawal_is_told_beside_the_days(db):
    client, homes = make.client(db), make.agency(db)
    consent = make.consent(db, client, homes, withdrawn_on=date(2026, 11, 20))
    found = covers(consent, homes, consent.purposes[0], consent.scope, TODAY, client=client)
    assert lines(found)["Today"][1:] == ("14 Oct 2026 to 14 Oct 2027, withdrawn 20 Nov 2026", "no")


def test_a_consent_for_a_kind_covers_each_agency_of_that_kind_and_no_other(db):
    client = make.client(db)
    police = make.code(db, "agency_kind", "police")
    consent = make.consent(db, client, kind="share_agency_kind", agency_kind=police)
    request, items = consent.purposes[0], consent.scope
    east, west = (make.agency(db, name, kind="police", tier="primary") for name in ("East station", "West station"))
    homes = make.agency(db)
    assert covers(consent, east, request, items, TODAY, client=client).complete
    assert covers(consent, west, request, items, TODAY, client=client).complete
    found = covers(consent, homes, request, items, TODAY, client=client)
    assert lines(found)["Agency"] == ("Marsh Lane Homes", "Any agency of the kind: Police", "no")


def test_permission_to_tell_the_council_does_not_bring_its_childrens_services(db):
    client = make.client(db)
    council = make.agency(db, "Northbrook Council", kind="local_authority", tier="primary")
    children = make.agency(
        db, "Northbrook children's services", kind="la_childrens_services", tier="primary", parent=council
    )
    by_agency = make.consent(db, client, council)
    by_kind = make.consent(db, client, kind="share_agency_kind", agency_kind=council.kind)
    for consent in (by_agency, by_kind):
        assert covers(consent, council, consent.purposes[0], consent.scope, TODAY, client=client).complete
        assert not covers(consent, children, consent.purposes[0], consent.scope, TODAY, client=client).complete


def test_permission_to_be_counted_covers_no_agency(db):
    client, homes = make.client(db), make.agency(db)
    counted = make.consent(db, client, purposes=("repairs",), scope=("name",))
    found = covers(counted, homes, counted.purposes[0], counted.scope, TODAY, client=client)
    assert lines(found)["Agency"] == ("Marsh Lane Homes", "Count in figures", "no")
    assert best_consent(db, client, homes, counted.purposes[0], counted.scope, day=TODAY) is None


def test_a_consent_for_one_case_covers_only_that_case(db):
    case, homes = make.case(db), make.agency(db)
    other = make.case(db, case.client, lead=case.lead)
    consent = make.consent(db, case.client, homes, case=case)
    request, items = consent.purposes[0], consent.scope
    assert covers(consent, homes, request, items, TODAY, case=case).complete
    elsewhere = covers(consent, homes, request, items, TODAY, case=other)
    assert lines(elsewhere)["Case"] == (other.ref, f"Only {case.ref}", "no")
    assert not covers(consent, homes, request, items, TODAY, client=case.client).complete


def test_another_teams_case_is_not_named_to_a_reader_who_may_not_meet_it(db):
    mine, homes = make.case(db), make.agency(db)
    theirs = make.case(db, mine.client, lead=make.worker(db, "Joe B", in_team=make.team(db, "West")))
    consent = make.consent(db, mine.client, homes, case=theirs)
    make.act_as(db, "caseworker", mine.lead)
    db.expunge(theirs)
    db.expire(consent)
    found = covers(consent, homes, consent.purposes[0], consent.scope, TODAY, case=mine)
    assert lines(found)["Case"] == (mine.ref, "Only another case", "no")


def test_somebody_elses_consent_covers_nothing(db):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, make.client(db, "Amina K"), homes)
    request, items = consent.purposes[0], consent.scope
    assert covers(consent, homes, request, items, TODAY).complete  # nobody said whose it must be
    for whose in ({"case": case}, {"client": case.client}, {"case": case, "client": consent.client}):
        found = covers(consent, homes, request, items, TODAY, **whose)
        assert lines(found)["Given by"] == ("This client", "Somebody else", "no")


@pytest.mark.parametrize(("kind", "warned"), [
    ("local_authority", True), ("la_childrens_services", True), ("la_housing", True), ("home_office", True),
    ("police", False), ("housing_association", False), ("community_partner", False),
])  # fmt: skip
def test_councils_and_the_home_office_are_told_nothing_before_the_warning(db, kind, warned):
    client = make.client(db)
    agency = make.agency(db, "The body", kind=kind, tier="primary")
    consent = make.consent(db, client, agency)
    assert covers(consent, agency, consent.purposes[0], consent.scope, TODAY, client=client).complete
    consent.warning_read_on = None  # as before the agency came to be of this kind
    found = covers(consent, agency, consent.purposes[0], consent.scope, TODAY, client=client)
    assert found.complete is not warned
    assert lines(found).get("Home Office warning") == (("Explained", "Not recorded", "no") if warned else None)


def test_a_kind_that_the_office_adds_under_the_council_is_warned_of_too(db):
    new = Code(
        list="agency_kind",
        code="la_licensing",
        words="Council licensing",
        parent=make.code(db, "agency_kind", "la_other"),
    )
    db.add(new)
    db.flush()
    assert gate.needs_warning(new)


# The oracle: the same question asked of plain sets


def test_coverage_agrees_with_plain_sets_over_two_thousand_random_consents():
    draw = random.Random(20261123)
    council = Code(list="agency_kind", code="local_authority", words="Council")
    kinds = [council, Code(code="la_housing", words="Housing", parent=council), Code(code="police", words="Police"),
             Code(code="housing_association", words="Landlords")]  # fmt: skip
    agencies = [Agency(name=f"A{n}", kind=kinds[n % 4]) for n in range(8)]
    requests = [Code(code=f"r{n}", words=f"R{n}") for n in range(3)]
    items = [Code(code=f"i{n}", words=f"I{n}") for n in range(4)]
    clients = [Client(name=f"C{n}") for n in range(2)]
    cases = [Case(ref=f"26-{n}", client=clients[n % 2]) for n in range(4)]
    seen = {True: 0, False: 0}
    for _ in range(2000):
        consent = _random_consent(draw, (agencies, kinds, requests, items, clients, cases))
        like_it = draw.random() < 0.9  # otherwise nearly everything would be refused
        agency = consent.agency if like_it and consent.agency else draw.choice(agencies)
        request = draw.choice(consent.purposes if like_it and consent.purposes else requests)
        named = consent.scope if like_it else items
        wanted = draw.sample(named, draw.randint(0, len(named)))
        case = draw.choice([one for one in cases if one.client is consent.client] if like_it else cases)
        day = GIVEN + timedelta(days=draw.randint(-2, 7))
        found = covers(consent, agency, request, wanted, day, case=case)
        expected = _allowed_by_sets(consent, (agency, request, wanted, day, case))
        assert found.complete is expected
        assert {one.code for one in found.missing} == {one.code for one in wanted} - {one.code for one in consent.scope}
        seen[expected] += 1
    assert min(seen.values()) > 200  # both answers were really tried


def _random_consent(draw, world):
    agencies, kinds, requests, items, clients, cases = world
    kind = draw.choice(("share_agency", "share_agency", "share_agency_kind", "statistics"))
    client = draw.choice(clients)
    given = GIVEN + timedelta(days=draw.randint(-3, 3))
    return Consent(
        client=client, kind=kind, agency=draw.choice(agencies) if kind == "share_agency" else None,
        agency_kind=draw.choice(kinds) if kind == "share_agency_kind" else None,
        purposes=draw.sample(requests, draw.randint(1, 3)), scope=draw.sample(items, draw.randint(1, 4)),
        given_on=given, expires_on=given + timedelta(days=draw.randint(1, 9)),
        withdrawn_on=draw.choice((None, None, given + timedelta(days=draw.randint(0, 9)))),
        warning_read_on=draw.choice((None, given)),
        case=draw.choice((None, None, draw.choice([one for one in cases if one.client is client]))),
    )  # fmt: skip


def _allowed_by_sets(consent, asked):
    """Write out the whole of what a consent allows, then look whether the wish is among it."""
    agency, request, items, day, case = asked
    last = (
        consent.expires_on
        if consent.withdrawn_on is None
        else min(consent.expires_on, consent.withdrawn_on - timedelta(days=1))
    )
    days = {consent.given_on + timedelta(days=n) for n in range(max(0, (last - consent.given_on).days + 1))}
    whom = {consent.agency.name} if consent.kind == "share_agency" else set()
    of_kind = {consent.agency_kind.code} if consent.kind == "share_agency_kind" else set()
    if consent.warning_read_on is None and agency.kind.code in {"local_authority", "la_housing"}:
        return False
    whose = {(consent.client.name, None)} if consent.case is None else {(consent.client.name, consent.case.ref)}
    return (
        day in days
        and (agency.name in whom or agency.kind.code in of_kind)
        and request.code in {one.code for one in consent.purposes}
        and {one.code for one in items} <= {one.code for one in consent.scope}
        and bool(whose & {(case.client.name, None), (case.client.name, case.ref)})
    )


def test_the_best_of_several_consents_covers_whenever_one_of_them_does(db):
    draw = random.Random(7)
    case = make.case(db)
    other = make.case(db, case.client, lead=case.lead)
    agencies = [make.agency(db, f"Agency {n}") for n in range(2)]
    requests = codes(db, "request", "repairs", "investigate")
    items = codes(db, "data_scope", "name", "address")
    answers = set()
    for _ in range(25):
        client = case.client = other.client = make.client(db)
        for _ in range(draw.randint(0, 4)):
            given = TODAY - timedelta(days=draw.randint(0, 3))
            to = draw.choice((*agencies, None))
            make.consent(
                db, client, to, kind="share_agency" if to else "share_agency_kind",
                agency_kind=None if to else agencies[0].kind, case=draw.choice((None, case, other)),
                purposes=tuple(one.code for one in draw.sample(requests, draw.randint(1, 2))),
                scope=tuple(one.code for one in draw.sample(items, draw.randint(1, 2))),
                given_on=given, expires_on=given + timedelta(days=draw.randint(1, 4)),
                withdrawn_on=draw.choice((None, given)),
            )  # fmt: skip
        mine = db.scalars(select(Consent).where(Consent.client_id == client.id)).all()
        for agency in agencies:
            asked = (agency, requests[0], items, TODAY, case)
            possible = any(_allowed_by_sets(one, asked) for one in mine)
            best = best_consent(db, client, *asked[:3], day=TODAY, case=case)
            assert (best is not None and best.complete) is possible
            assert (best is None) is (not mine)
            answers.add(possible)
    assert answers == {True, False}


# Which one is chosen, or told as the nearest


def test_a_consent_for_the_agency_itself_goes_before_one_for_its_kind(db):
    client, homes = make.client(db), make.agency(db)
    own = make.consent(db, client, homes, expires_on=date(2027, 1, 1))
    make.consent(db, client, kind="share_agency_kind", agency_kind=homes.kind, expires_on=date(2028, 1, 1))
    assert best_consent(db, client, homes, own.purposes[0], own.scope, day=TODAY).consent is own


def test_of_two_that_cover_the_one_that_lasts_longer_is_used(db):
    client, homes = make.client(db), make.agency(db)
    longer = make.consent(db, client, homes, expires_on=date(2028, 1, 1))
    make.consent(db, client, homes, expires_on=date(2027, 12, 31))
    assert best_consent(db, client, homes, longer.purposes[0], longer.scope, day=TODAY).consent is longer


def test_an_expired_consent_for_this_agency_is_nearer_than_a_live_one_for_another(db):
    client, homes = make.client(db), make.agency(db)
    expired = make.consent(db, client, homes, given_on=date(2025, 1, 1), expires_on=date(2026, 1, 1))
    make.consent(db, client, make.agency(db, "Another"))
    assert best_consent(db, client, homes, expired.purposes[0], expired.scope, day=TODAY).consent is expired


def test_a_consent_that_lacks_one_item_is_nearer_than_one_that_lacks_them_all(db):
    client, homes = make.client(db), make.agency(db)
    nearer = make.consent(db, client, homes, scope=("name",))
    make.consent(db, client, homes, scope=("photographs",))
    wanted = codes(db, "data_scope", "name", "address")
    assert best_consent(db, client, homes, nearer.purposes[0], wanted, day=TODAY).consent is nearer


def test_a_consent_recorded_in_the_same_saving_is_seen_and_a_withdrawal_too(db):
    client, homes = make.client(db), make.agency(db)
    earlier = make.consent(db, client, homes)
    request, items = earlier.purposes[0], earlier.scope
    with db.no_autoflush:
        earlier.withdrawn_on = TODAY
        assert not best_consent(db, client, homes, request, items, day=TODAY).complete
        again = Consent(
            client=client,
            kind="share_agency",
            agency=homes,
            purposes=[request],
            scope=items,
            method="signed",
            given_on=TODAY,
            expires_on=LAST,
        )
        db.add(again)
        assert best_consent(db, client, homes, request, items, day=TODAY).consent is again


# In which words it is refused


def refusal(db, case, agency, *, request="repairs", items=("name",), day=TODAY):
    with pytest.raises(RuleBroken) as broken:
        must_cover(
            db,
            case.client,
            agency,
            make.code(db, "request", request),
            codes(db, "data_scope", *items),
            day=day,
            case=case,
        )
    (problem,) = broken.value.problems
    return problem.field, problem.text


NOBODY = "No active permission from Rehana Begum covers Marsh Lane Homes."


def test_a_covering_consent_is_given_back(db):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, homes)
    assert must_cover(db, case.client, homes, consent.purposes[0], consent.scope, day=TODAY, case=case) is consent


def test_without_any_consent_the_refusal_names_the_client_the_agency_and_the_ways_on(db):
    case, homes = make.case(db), make.agency(db)
    assert refusal(db, case, homes) == ("agency", f"{NOBODY} None is recorded. Record consent, or signpost instead.")


def test_without_a_client_nobody_has_given_permission(db):
    with pytest.raises(RuleBroken, match="This enquiry has no client yet"):
        must_cover(db, None, make.agency(db), make.code(db, "request", "repairs"), [], day=TODAY)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (date(2027, 3, 3), "expires on 3 March 2027"),
        (TODAY, "expires on 23 November 2026"),
        (date(2026, 11, 22), "expired on 22 November 2026"),
    ],
)
def test_a_consent_for_another_agency_is_told_with_its_end(db, last, told):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, make.agency(db, "East Housing"), expires_on=last)
    assert refusal(db, case, homes) == (
        "agency",
        f"{NOBODY} Latest: East Housing only, {told}. Record consent, or signpost instead.",
    )


@pytest.mark.parametrize(("last_day", "refused"), [("2026-11-22", True), ("2026-11-23", False)])
def test_an_expired_consent_is_told_with_the_day(db, last_day, refused):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, homes, expires_on=date.fromisoformat(last_day))
    if refused:
        assert refusal(db, case, homes) == (
            "",
            f"{NOBODY} The one of 14 October 2026 expired on 22 November 2026. "
            "Ask again and record consent, or signpost instead.",
        )
    else:
        assert must_cover(db, case.client, homes, consent.purposes[0], consent.scope, day=TODAY) is consent


def test_a_withdrawn_consent_is_told_with_the_day(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes, withdrawn_on=TODAY)
    assert refusal(db, case, homes) == (
        "",
        f"{NOBODY} The one of 14 October 2026 was withdrawn on 23 November 2026. "
        "Ask again and record consent, or signpost instead.",
    )


def test_a_consent_given_and_withdrawn_today_is_told_as_withdrawn(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes, given_on=TODAY, withdrawn_on=TODAY)
    assert "The one of 23 November 2026 was withdrawn on 23 November 2026." in refusal(db, case, homes)[1]


def test_a_consent_given_after_the_day_of_sending_does_not_reach_back(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes, given_on=TODAY)
    assert refusal(db, case, homes, day=date(2026, 11, 22)) == (
        "",
        f"{NOBODY} It was given on 23 November 2026, after the day of sending, 22 November 2026. "
        "Nothing leaves before the permission is given.",
    )


def test_a_consent_for_another_purpose_names_both(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes, purposes=("repairs",))
    assert refusal(db, case, homes, request="rehouse_transfer") == (
        "request",
        f"{NOBODY} The one of 14 October 2026 is for “Repair damage or make the home safe”, "
        "not for “Rehousing or a transfer”. Record consent, or signpost instead.",
    )


def test_a_consent_that_is_too_narrow_names_what_is_missing(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes, scope=("name", "incident_dates"))
    assert refusal(db, case, homes, items=("name", "address", "health")) == (
        "items",
        f"{NOBODY} The one of 14 October 2026 does not name: Address, health. "
        "Untick what is not named, record consent, or signpost instead.",
    )


def test_another_purpose_and_missing_items_are_told_together(db):
    case, homes = make.case(db), make.agency(db)
    make.consent(db, case.client, homes)
    field, text = refusal(db, case, homes, request="investigate", items=("health",))
    assert field == "request"
    assert text.endswith(
        "not for “Investigate what happened” and does not name: Health. Record consent, or signpost instead."
    )


def test_a_consent_for_another_case_names_that_case(db):
    case, homes = make.case(db), make.agency(db)
    other = make.case(db, case.client, lead=case.lead)
    make.consent(db, case.client, homes, case=other)
    assert refusal(db, case, homes) == (
        "",
        f"{NOBODY} The one of 14 October 2026 is for one case: only {other.ref}. Record consent, or signpost instead.",
    )


def test_the_warning_is_asked_for_before_a_council_is_told(db):
    case = make.case(db)
    council = make.agency(db, "Northbrook Council", kind="local_authority", tier="primary")
    make.consent(db, case.client, council)
    db.execute(update(Consent).values(warning_read_on=None), execution_options={"synchronize_session": False})
    db.expire_all()
    assert refusal(db, case, council) == ("", HOME_OFFICE_WARNING)


# What may be recorded


def new_consent(db, *, of=None, **more):
    """A lawful consent, not saved yet, with `more` of its fields otherwise."""
    if "agency" not in more:
        more["agency"] = make.agency(db)
    fields = {
        "client": of or make.client(db), "kind": "share_agency", "method": "signed",
        "purposes": codes(db, "request", "repairs"), "scope": codes(db, "data_scope", "name"),
        "given_on": GIVEN, "expires_on": LAST,
    }  # fmt: skip
    made = Consent(**{**fields, **more})
    db.add(made)
    return made


def test_a_lawful_consent_is_saved(db):
    new_consent(db)
    assert make.problems(db) == []


@pytest.mark.parametrize(("given", "lawful"), [("2026-11-23", True), ("2026-11-24", False)])
def test_a_consent_is_not_given_in_the_future(db, given, lawful):
    new_consent(db, given_on=date.fromisoformat(given))
    expected = [("given_on", "A permission cannot be given in the future. Correct the day.")]
    assert make.problems(db) == ([] if lawful else expected)


@pytest.mark.parametrize(("ends", "lawful"), [("2026-10-14", False), ("2026-10-15", True)])
def test_a_consent_ends_after_the_day_it_is_given(db, ends, lawful):
    new_consent(db, expires_on=date.fromisoformat(ends))
    expected = [("expires_on", "A permission ends after the day it is given. Choose a later day.")]
    assert make.problems(db) == ([] if lawful else expected)


@pytest.mark.parametrize(("given", "last"), [
    (date(2026, 10, 14), date(2027, 10, 14)), (date(2024, 2, 29), date(2025, 2, 28)),
])  # fmt: skip
def test_a_consent_without_an_end_lasts_twelve_months(db, given, last):
    consent = new_consent(db, given_on=given, expires_on=None)
    assert make.problems(db) == []
    assert consent.expires_on == last


def test_how_long_a_consent_lasts_is_the_offices_to_change(db):
    make.setting(db, "consent_months", "6")
    consent = new_consent(db, expires_on=None)
    db.flush()
    assert consent.expires_on == date(2027, 4, 14)


def test_permission_for_one_agency_names_it_and_nothing_else_does(db):
    police = make.code(db, "agency_kind", "police")
    for kind, agency, agency_kind, fields in (
        ("share_agency", make.agency(db), None, []),
        ("share_agency", None, None, ["agency"]),
        ("share_agency", make.agency(db, "B"), police, ["agency_kind"]),
        ("share_agency_kind", None, police, []),
        ("share_agency_kind", None, None, ["agency_kind"]),
        ("share_agency_kind", make.agency(db, "C"), police, ["agency"]),
        ("quote", None, None, []),
        ("quote", make.agency(db, "D"), None, ["agency"]),
    ):
        consent = Consent(
            client=make.client(db), kind=kind, agency=agency, agency_kind=agency_kind, method="signed",
            purposes=codes(db, "request", "repairs"), scope=codes(db, "data_scope", "name"), given_on=GIVEN,
        )  # fmt: skip
        found = [problem.field for problem in guard.problems_of(_ended(consent), db)]
        assert found == fields, (kind, agency, agency_kind)


def _ended(consent):
    consent.expires_on = LAST
    return consent


@pytest.mark.parametrize("kind", ["share_agency", "quote"])
def test_permission_to_share_says_what_for_and_what(db, kind):
    new_consent(db, kind=kind, agency=make.agency(db) if kind == "share_agency" else None, purposes=[], scope=[])
    assert [field for field, _ in make.problems(db)] == (["purposes", "scope"] if kind == "share_agency" else [])


def test_spoken_permission_is_witnessed(db):
    samira = make.worker(db, "Samira K")
    consent = new_consent(db, method="verbal_witnessed")
    assert make.problems(db) == [("witness", "Spoken permission needs a witness: choose who of us heard it.")]
    consent.witness = samira
    assert make.problems(db) == []


@pytest.mark.parametrize(("needs", "named", "lawful"), [
    ("spoken", False, False), ("spoken", True, True), ("both", False, False), ("signed", False, False),
    ("written", False, True), ("no", False, True),
])  # fmt: skip
def test_spoken_permission_names_the_interpreter_whom_the_client_needs(db, needs, named, lawful):
    client = make.client(db, interpreter=needs)
    witness, helper = make.worker(db, "Samira K"), make.volunteer(db)
    new_consent(db, of=client, method="verbal_witnessed", witness=witness, interpreter=helper if named else None)
    assert [field for field, _ in make.problems(db)] == ([] if lawful else ["interpreter"])


def test_a_signed_consent_needs_no_interpreter_by_name(db):
    new_consent(db, of=make.client(db, interpreter="spoken"))
    assert make.problems(db) == []


def test_witness_and_interpreter_are_two_people(db):
    helper, samira = make.volunteer(db), make.worker(db, "Samira K")
    consent = new_consent(db, method="verbal_witnessed", witness=helper, interpreter=helper)
    assert [field for field, _ in make.problems(db)] == ["witness"]
    consent.witness = samira
    assert make.problems(db) == []


def test_a_consent_is_limited_to_a_case_of_the_same_client_only(db):
    case, stranger = make.case(db), make.client(db, "Amina K")
    consent = new_consent(db, of=stranger, case_id=case.id)
    assert [field for field, _ in make.problems(db)] == ["case"]
    consent.client = case.client
    assert make.problems(db) == []
    consent.client_id = stranger.id
    assert [field for field, _ in make.problems(db)] == ["case"]


@pytest.mark.parametrize(("read", "lawful"), [(None, False), ("2026-10-14", True), ("2026-10-15", False)])
@pytest.mark.parametrize("by_kind", [False, True])
def test_the_warning_is_explained_before_agreeing_to_tell_a_council(db, read, lawful, by_kind):
    council = make.agency(db, "Northbrook Council, housing", kind="la_housing", tier="primary")
    of_a_kind = {"kind": "share_agency_kind", "agency": None, "agency_kind": council.kind}
    whom = of_a_kind if by_kind else {"agency": council}
    new_consent(db, warning_read_on=date.fromisoformat(read) if read else None, **whom)
    assert [field for field, _ in make.problems(db)] == ([] if lawful else ["warning_read_on"])


def test_a_withdrawal_lies_between_the_giving_and_today(db):
    for day, lawful in (("2026-10-13", False), ("2026-10-14", True), ("2026-11-23", True), ("2026-11-24", False)):
        consent = make.consent(db, make.client(db))
        consent.withdrawn_on = date.fromisoformat(day)
        assert [field for field, _ in make.problems(db)] == ([] if lawful else ["withdrawn_on"]), day
        db.expire(consent)


@pytest.mark.parametrize("later", [None, "2026-11-01"])
def test_a_withdrawal_is_never_taken_back_or_moved(db, later):
    consent = make.consent(db, make.client(db), withdrawn_on=date(2026, 11, 2))
    consent.withdrawn_on = date.fromisoformat(later) if later else None
    assert make.problems(db) == [
        ("withdrawn_on", "A withdrawal stays as it is. If the client agrees again, record a new consent.")
    ]


def test_nothing_stands_in_the_way_of_a_withdrawal(db):
    client = make.client(db)
    consent = make.consent(db, client, make.agency(db), method="verbal_witnessed")
    client.interpreter = "spoken"  # recorded today, it would need an interpreter's name
    consent.withdrawn_on = TODAY
    assert make.problems(db) == []


def test_a_consent_under_which_nothing_left_may_be_corrected(db):
    consent = make.consent(db, make.client(db), make.agency(db))
    consent.expires_on = date(2027, 1, 1)
    consent.scope = codes(db, "data_scope", "name")
    assert make.problems(db) == []


@pytest.mark.parametrize("change", ["expires_on", "scope", "purposes", "case", "agency"])
def test_a_consent_under_which_something_left_stays_as_it_is(db, change):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, homes)
    release(db, consent)
    values = {
        "expires_on": date(2028, 1, 1), "scope": codes(db, "data_scope", "name", "health"),
        "purposes": codes(db, "request", "repairs", "other"), "case": case, "agency": make.agency(db, "B"),
    }  # fmt: skip
    with db.no_autoflush:
        setattr(consent, change, values[change])
    assert make.problems(db) == [
        (
            change,
            "Something left the office under this permission, so it stays as it is. Record a further consent instead.",
        )
    ]


def test_a_consent_is_never_deleted(db):
    db.delete(make.consent(db, make.client(db)))
    assert [text[:12] for _, text in make.problems(db)] == ["Not deleted:"]


# What left the office


def release(db, under, **more):
    fields = {
        "at": make.NOW,
        "client": under.client,
        "consent": under,
        "agency": under.agency,
        "channel": "email",
        "items": "Name",
    }
    made = Release(**{**fields, **more})
    db.add(made)
    db.flush()
    return made


def test_withdrawing_lists_what_had_left_under_that_consent_and_leaves_others_alone(db):
    client, homes, police = make.client(db), make.agency(db), make.agency(db, "East station", kind="police")
    consent, other = make.consent(db, client, homes), make.consent(db, client, police)
    first = release(db, consent, at=datetime(2026, 11, 2, 12, tzinfo=UTC))
    second = release(db, consent)
    third = release(db, other)
    assert withdraw(db, consent) == [second, first]
    assert consent.withdrawn_on == TODAY
    assert other.withdrawn_on is None
    assert releases_under(db, other) == [third]


def test_a_withdrawal_may_be_written_down_later_than_it_was_said(db):
    consent = make.consent(db, make.client(db), make.agency(db))
    withdraw(db, consent, date(2026, 11, 20))
    assert consent.withdrawn_on == date(2026, 11, 20)


def test_each_release_names_a_live_consent_of_the_same_client_for_that_agency(db):
    client, homes = make.client(db), make.agency(db)
    consent = make.consent(db, client, homes)
    release(db, consent)
    for broken in (
        {"client": make.client(db, "Amina K")},
        {"agency": make.agency(db, "Another")},
        {"at": datetime(2026, 10, 13, 12, tzinfo=UTC)},
        {"at": datetime(2026, 11, 23, 9, 1, tzinfo=UTC)},  # a minute from now
    ):
        with pytest.raises(RuleBroken), db.begin_nested():
            release(db, consent, **broken)


def test_a_release_without_consent_agency_or_client_is_refused(db):
    consent = make.consent(db, make.client(db), make.agency(db))
    for empty in ("consent", "agency", "client"):
        with pytest.raises(RuleBroken, match="Say whose permission"), db.begin_nested():
            release(db, consent, **{empty: None})


def test_the_evening_in_london_counts_not_the_day_in_greenwich(db):
    """00:30 London summer time on 14 October is 23:30 UTC on the 13th: the consent of the 14th covers it."""
    consent = make.consent(db, make.client(db), make.agency(db))
    release(db, consent, at=datetime(2026, 10, 13, 23, 30, tzinfo=UTC))
    with pytest.raises(RuleBroken):
        release(db, consent, at=datetime(2026, 10, 13, 22, 30, tzinfo=UTC))


def test_nothing_is_recorded_under_a_consent_that_was_withdrawn_since(db):
    consent = make.consent(db, make.client(db), make.agency(db), withdrawn_on=date(2026, 11, 20))
    with pytest.raises(RuleBroken, match="was withdrawn on 20 November 2026"):
        release(db, consent, at=datetime(2026, 11, 10, 12, tzinfo=UTC))


def test_something_that_left_before_the_consent_expired_may_be_written_down_afterwards(db):
    consent = make.consent(db, make.client(db), make.agency(db), expires_on=date(2026, 11, 20))
    release(db, consent, at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    with pytest.raises(RuleBroken, match="expired on 20 November 2026"):
        release(db, consent, at=datetime(2026, 11, 21, 12, tzinfo=UTC))


def test_a_release_goes_where_its_referral_goes_with_what_it_holds(db):
    case, homes = make.case(db), make.agency(db)
    police = make.agency(db, "East station", kind="police", tier="primary")
    consent = make.consent(db, case.client, homes, scope=("name",))
    to_police = make.consent(db, case.client, police)
    release(db, consent, referral=make.referral(db, case, homes))
    with pytest.raises(RuleBroken, match="went with a referral to another agency"), db.begin_nested():
        release(db, to_police, referral=make.referral(db, case, homes))
    with pytest.raises(RuleBroken, match="does not name: Address"), db.begin_nested():
        release(db, consent, referral=make.referral(db, case, homes, items=("name", "address")))
    with pytest.raises(RuleBroken, match="not for “Rehousing"):
        release(db, consent, referral=make.referral(db, case, homes, request="rehouse_transfer"))


@pytest.mark.parametrize("change", ["items", "channel", "agency", "at"])
def test_the_record_of_what_left_is_never_changed(db, change):
    left = release(db, make.consent(db, make.client(db), make.agency(db)))
    other = {"items": "Nothing", "channel": "phone", "agency": make.agency(db, "B"), "at": make.NOW - timedelta(1)}
    setattr(left, change, other[change])
    assert make.problems(db) == [("", "Not changed: the record of what left the office stays as it was written.")]


def test_the_record_of_what_left_is_never_deleted(db):
    db.delete(release(db, make.consent(db, make.client(db), make.agency(db))))
    assert make.problems(db) == [("", "Not deleted: the record of what left the office is kept.")]


@pytest.mark.parametrize(("day", "lawful"), [
    ("2026-11-19", False), ("2026-11-20", True), ("2026-11-23", True), ("2026-11-24", False),
])  # fmt: skip
def test_something_is_asked_back_between_its_leaving_and_today(db, day, lawful):
    consent = make.consent(db, make.client(db), make.agency(db))
    left = release(db, consent, at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    left.recalled_on = date.fromisoformat(day)
    assert [field for field, _ in make.problems(db)] == ([] if lawful else ["recalled_on"])


def test_something_is_asked_back_once(db):
    left = release(db, make.consent(db, make.client(db), make.agency(db)))
    left.recalled_on = TODAY
    assert make.problems(db) == []
    left.recalled_on = None
    assert [field for field, _ in make.problems(db)] == [""]


# Two people at once


def test_sending_and_withdrawing_wait_for_each_other(db, monkeypatch):
    held = []
    monkeypatch.setattr(gate, "hold", lambda _db, name: held.append(name))
    client = make.client(db)
    consent = make.consent(db, client, make.agency(db))
    gate.hold_consents(db, client)
    consent.withdrawn_on = TODAY
    db.flush()
    assert len(held) == 2
    assert len(set(held)) == 1


def test_reading_afresh_loses_nothing_that_was_just_typed(db):
    consent = make.consent(db, make.client(db), make.agency(db))
    with db.no_autoflush:
        consent.withdrawn_on = TODAY
        gate.hold_consents(db, consent.client)
        assert consent.withdrawn_on == TODAY


def test_a_withdrawal_is_saved_by_its_action(db):
    consent = make.consent(db, make.client(db), make.agency(db))
    with db.no_autoflush:
        withdraw(db, consent)
        assert not db.dirty


def test_a_withdrawal_saved_meanwhile_is_seen_before_sending(db):
    case, homes = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, homes)
    db.refresh(consent)
    assert consent.withdrawn_on is None  # read before somebody else saves the withdrawal
    db.execute(update(Consent).values(withdrawn_on=TODAY), execution_options={"synchronize_session": False})
    gate.hold_consents(db, case.client)
    assert refusal(db, case, homes)[1].startswith(f"{NOBODY} The one of 14 October 2026 was withdrawn")
