"""Every due day says how it was counted, to those who may see what it is about."""

from __future__ import annotations

from datetime import date

from casework import correspondence, promises
from models import Appointment, Case, Referral, Task
from tests import make


def test_a_due_day_opens_the_steps_by_which_it_was_counted(site, browse, office):
    with site.db() as db:
        task = db.get_one(Task, office["task", "own"])
        task.trace = promises.text(promises.counted_from(db, "letter_answer", date(2026, 12, 18)))
        task.due_on = date(2027, 1, 6)
        db.commit()
    page = browse("amina").get(f"/caseworker/why/?about=task&id={office['task', 'own']}").page
    steps = [one.text for one in page.all("li") if one.within("ol")]
    assert steps[0] == "Letter or e-mail answered within: 10 working days."
    assert steps[1] == "Source: Availability."
    assert "Friday 25 December 2026: Christmas Day, skipped." in steps
    assert steps[-1] == "Due Wednesday 6 January 2027."


def test_an_appointments_promise_is_told_from_the_day_of_asking(site, browse, office):
    with site.db() as db:
        made = db.get_one(Appointment, office["appointment", "own"])
        made.requested_on = date(2026, 11, 16)
        db.commit()
        assert made.offer_by == date(2026, 11, 30)
    amina = browse("amina")
    details = amina.get(f"/caseworker/appointment/details/?id={office['appointment', 'own']}").page
    page = amina.get(details.links["Why this date"]).page
    assert "Appointment offered within: 14 days." in page.text
    assert "Due Monday 30 November 2026." in page.text


def test_a_letter_that_needs_nothing_more_is_not_late(site, browse, office):
    with site.db() as db:
        case = db.get_one(Case, office["case", "own"])
        made = [correspondence.ask_for(db, case, subject=words, at=make.at("2026-11-02", "10:00")) for words in "ab"]
        correspondence.drop(db, made[1], "She no longer wants it.")
        keys = [one.id for one in made]
        db.commit()
    amina = browse("amina")
    shown = [amina.get(f"/caseworker/why/?about=correspondence&id={key}").text for key in keys]
    assert ["days late" in one for one in shown] == [True, False]


def test_why_a_day_is_due_is_told_only_to_those_who_may_open_the_record(browse, office):
    amina, leyla = browse("amina"), browse("leyla")
    assert amina.get(f"/caseworker/why/?about=task&id={office['task', 'other']}").status == 404
    assert amina.get(f"/caseworker/why/?about=task&id={office['task', 'hidden']}").status == 404
    assert amina.get("/caseworker/why/?about=client&id=1").status == 404
    assert leyla.get(f"/coordinator/why/?about=referral&id={office['referral', 'own']}").status == 404
    assert leyla.get(f"/coordinator/why/?about=task&id={office['task', 'leyla']}").status == 200


def test_a_day_that_nobody_counted_says_so(site, browse, office):
    page = browse("amina").get(f"/caseworker/why/?about=task&id={office['task', 'own']}").page
    assert "chosen by a person" in page.text
    with site.db() as db:
        assert db.get_one(Referral, office["referral", "own"]).response_due is None
    assert browse("amina").get(f"/caseworker/why/?about=referral&id={office['referral', 'own']}").status == 404
