"""Who comes from outside our area is advised, told of somebody nearer, and counted once; the enquiry ends."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework import intake, turnaways
from casework.figures import count_figures
from casework.periods import Period
from casework.problems import RuleBroken
from models import Case, CaseNote, Client, Referral, Task, Turnaway
from tests import make

PERIOD = Period(make.TODAY.replace(day=1), make.TODAY.replace(day=30))


def told(db, **more) -> intake.Told:
    more.setdefault("kind", make.code(db, "case_kind", "racist_incident"))
    more.setdefault("name", "Kumaran Nathan")
    more.setdefault("phone", "07700 900141")
    more.setdefault("safe_contact", "phone_only")
    more.setdefault("area", make.area(db, "Tower Hamlets"))
    return intake.Told(what="Called names by the foreman.", **more)


def as_amina(db):
    amina = make.worker(db, "Amina K", in_team=make.team(db))
    make.act_as(db, "caseworker", amina)
    return amina


def send_on(db, case: Case, **more) -> Turnaway:
    more.setdefault("service", make.code(db, "service", "casework"))
    more.setdefault("reason", make.code(db, "turnaway_reason", "out_of_area"))
    return turnaways.advise_and_refer_on(db, case, "Told him of his rights at work.", **more)


def figure(db, key: str) -> int:
    return count_figures(db, PERIOD, make.TODAY).numbers()[key]


def test_an_enquiry_from_elsewhere_ends_with_advice_and_a_signpost_and_counts_once_as_both(db):
    near, far = make.agency(db, "Croydon Advice", kind="advice_agency", areas=("Croydon",)), make.agency(db, "Far")
    as_amina(db)
    taken = intake.take_in(db, told(db, area=make.area(db, "Croydon")))
    assert (taken.is_outside, taken.opened, taken.task.what) == (True, False, "Advise and refer on")
    assert turnaways.helpers_covering(db, taken.case.area) == [near]
    made = send_on(db, taken.case, agencies=[near])
    assert (taken.case.status, taken.case.closure_reason.code) == ("closed", "advised_referred")
    assert [one.agency for one in db.scalars(select(Referral))] == [near] != [far]
    assert (made.advice.text, [kind.code for kind in made.advice.kinds]) == (
        "Told him of his rights at work.", ["rights_information"],
    )  # fmt: skip
    assert taken.task.done_on == make.TODAY
    assert (figure(db, "turned_away"), figure(db, "sent_on"), figure(db, "signposts")) == (1, 1, 1)
    assert figure(db, "enquiries") == 1


def test_where_nobody_covers_the_area_that_is_written_down(db):
    as_amina(db)
    case = intake.take_in(db, told(db, area=make.area(db, "Croydon"))).case
    with pytest.raises(RuleBroken, match="say that no local organisation was found"), db.begin_nested():
        send_on(db, case, none_found="  ")
    assert case.status == "enquiry"
    send_on(db, case, none_found="Asked the council and two advice centres")
    texts = [note.text for note in db.scalars(select(CaseNote).order_by(CaseNote.id))]
    assert texts[-1] == "No local organisation found: Asked the council and two advice centres"
    assert (case.status, figure(db, "turned_away"), figure(db, "sent_on")) == ("closed", 1, 0)


@pytest.mark.parametrize(("day", "broken"), [(date(2026, 11, 23), []), (date(2026, 11, 24), ["given_on"])])
def test_advice_is_counted_once_it_was_given(db, day, broken):
    case = make.case(db)
    words = {"service": make.code(db, "service", "money"), "reason": make.code(db, "turnaway_reason", "no_capacity")}
    note = CaseNote(case=case, at=make.NOW, text="Advised.")
    with db.no_autoflush:
        db.add_all([note, Turnaway(case=case, advice=note, given_on=day, **words)])
        assert [field for field, _text in make.problems(db)] == broken


def test_advice_of_another_case_is_refused(db):
    first, second = make.case(db), make.case(db)
    note = CaseNote(case=first, at=make.NOW, text="Advised.")
    words = {"service": make.code(db, "service", "money"), "reason": make.code(db, "turnaway_reason", "no_capacity")}
    with db.no_autoflush:
        db.add_all([note, Turnaway(case=second, advice=note, given_on=make.TODAY, **words)])
        assert [field for field, _text in make.problems(db)] == ["advice"]


# Intake


def test_a_first_contact_in_our_area_with_a_safe_way_is_opened_for_whoever_takes_it(db):
    amina = as_amina(db)
    taken = intake.take_in(db, told(db, language=make.language(db, "Tamil"), interpreter="spoken"))
    case, client = taken.case, taken.case.client
    assert (case.status, case.lead, case.opened_on, case.area.name) == ("open", amina, make.TODAY, "Tower Hamlets")
    assert (client.name, client.phone, client.interpreter, str(client.language)) == (
        "Kumaran Nathan", "07700 900141", "spoken", "Tamil",
    )  # fmt: skip
    (note,) = db.scalars(select(CaseNote)).all()
    assert (note.text, note.medium, note.at) == ("Called names by the foreman.", "phone", make.NOW)
    (task,) = db.scalars(select(Task)).all()
    assert (task.what, task.owner, str(task.due_on)) == ("Offer an appointment", amina, "2026-12-07")
    assert "Source: Availability." in task.trace


@pytest.mark.parametrize("missing", [{"safe_contact": None}, {"area": None}, {"name": "", "phone": None}])
def test_what_cannot_be_opened_yet_stays_an_enquiry(db, missing):
    as_amina(db)
    taken = intake.take_in(db, told(db, **missing))
    assert (taken.opened, taken.case.status) == (False, "enquiry")
    assert (taken.case.client is None) is ("name" in missing)
    assert db.scalars(select(Client)).all() == ([] if taken.case.client is None else [taken.case.client])


@pytest.mark.parametrize(("more", "what", "due_on"), [
    ({"urgent": True}, "Ring back: urgent", "2026-11-23"),
    # left on Saturday night: it counts from Monday at ten, three days on
    ({"medium": "answerphone", "at": make.at("2026-11-21", "23:10")}, "Ring back", "2026-11-26"),
    ({"medium": "emergency_helpline", "at": make.at("2026-11-21", "23:10")}, "Offer an appointment", "2026-12-07"),
    ({"medium": "visit"}, "Offer an appointment", "2026-12-07"),
])  # fmt: skip
def test_the_next_thing_is_due_by_the_offices_own_promise(db, more, what, due_on):
    as_amina(db)
    task = intake.take_in(db, told(db, **more)).task
    assert (task.what, str(task.due_on)) == (what, due_on)


def test_a_known_client_keeps_what_is_recorded_and_gains_what_was_not(db):
    client = make.client(db, phone=None, language=make.language(db, "Sylheti"), interpreter="spoken")
    amina = as_amina(db)
    client.created_by_id = 1
    before = make.case(db, client, lead=amina, status="closed")
    taken = intake.take_in(db, told(db, language=make.language(db, "Tamil")), client=client, previous=before)
    assert (client.name, client.phone, str(client.language), client.interpreter) == (
        "Rehana Begum", "07700 900141", "Sylheti", "spoken",
    )  # fmt: skip
    assert (taken.case.previous, taken.case.client, taken.opened) == (before, client, True)
