"""Changing a field of several rows at the screen: field, value, a look at what would happen, and back again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.access import panels_of
from models import Case, Client, Task, Worker
from models.declared import by_key
from tests import make
from tests.admin_views.office import FILES, NAMES, ROLE_OF

DAY = date(2026, 12, 9)


def tasks(site, *days: int, owner: str = "amina") -> list[int]:
    who = site.office.people[owner]
    with site.db() as db:
        made = [Task(owner_id=who, what=f"ring {day}", due_on=date(2026, 12, day)) for day in days]
        db.add_all(made)
        db.commit()
        return [one.id for one in made]


def days(site, keys) -> list[int]:
    with site.db() as db:
        return [db.get(Task, key).due_on.day for key in keys]


def act(person, table, keys):
    rows = [("rowid", str(key)) for key in keys]
    return person.post(f"/{person.role}/{table}/action/", [("action", "change"), *rows])


def to_value(person, answer, field):
    return send(person, answer, {"field": field}, "value")


def send(person, answer, typed, step):
    """Send the form of this step with the button `step`."""
    form = next(one for one in answer.page.forms if "rowid" in one.names)
    kept = [(name, value) for name, value in form.values if name not in typed]
    return person.post(form.action, [*kept, *typed.items(), ("step", step)], token=False)


def look(person, table, keys, field, typed):
    return send(person, to_value(person, act(person, table, keys), field), typed, "look")


def test_the_list_offers_it_to_those_who_may_edit_and_the_steps_lead_to_the_change_and_back(site, browse):
    keys, amina = tasks(site, 1, 2, 9), browse("amina")
    assert "Change a field" in [one.text for one in amina.get("/caseworker/task/").page.all("button")]
    first = act(amina, "task", keys)
    assert first.page.heading == "Change a field of 3 tasks"
    assert days(site, keys) == [1, 2, 9]
    seen = look(amina, "task", keys, "due_on", {"due_on": "9 Dec"})
    assert "2 will change, 1 is so already." in seen.text
    assert days(site, keys) == [1, 2, 9], "a look changes nothing"
    answer = send(amina, seen, {}, "change")
    assert (answer.status, answer.location) == (302, "/caseworker/task/several/done/")
    assert days(site, keys) == [9, 9, 9]
    done = amina.get(answer.location)
    assert (done.page.heading, done.page.notices) == ("2 tasks changed", [])
    lines = site.trail(action="changed", subject="Task", who="amina")
    assert [(one.row_id, one.fields) for one in lines] == [(keys[0], "due_on"), (keys[1], "due_on")]
    back = amina.post("/caseworker/task/several/undo/")
    assert days(site, keys) == [1, 2, 9]
    assert amina.get(back.location).page.notices == ["2 tasks put back as before"]
    again = amina.get(amina.post("/caseworker/task/several/undo/").location)
    assert "no change of several rows" in again.page.notices[0]


def test_what_a_rule_refuses_is_shown_with_its_reason_and_is_not_sent_on(site, browse, office):
    with site.db() as db:
        enquiry = make.case(db, lead=db.get(Worker, office.people["amina"]), status="enquiry")
        db.commit()
        enquiry_id = enquiry.id
    keys = [office["case", "own"], enquiry_id]
    amina = browse("amina")
    seen = look(amina, "case", keys, "status", {"status": "on_hold"})
    assert "1 will change, 1 stays as it is." in seen.text and "cannot become" in seen.text
    carried = [value for name, value in next(one for one in seen.page.forms if "rowid" in one.names).values
               if name == "rowid"]  # fmt: skip
    assert carried == [str(office["case", "own"])]
    send(amina, seen, {}, "change")
    with site.db() as db:
        assert [db.get(Case, key).status for key in keys] == ["on_hold", "enquiry"]


def test_who_changed_a_row_between_the_look_and_the_change_keeps_what_they_wrote(site, browse):
    keys, amina = tasks(site, 1, 2), browse("amina")
    seen = look(amina, "task", keys, "due_on", {"due_on": "9 Dec"})
    with site.db() as db:
        db.get(Task, keys[0]).what = "ring the school first"
        db.commit()
    answer = amina.get(send(amina, seen, {}, "change").location)
    assert days(site, keys) == [1, 9]
    assert any("A colleague changed it" in one for one in answer.page.notices)


def test_what_was_changed_since_is_not_put_back(site, browse):
    keys, amina = tasks(site, 1, 2), browse("amina")
    send(amina, look(amina, "task", keys, "due_on", {"due_on": "9 Dec"}), {}, "change")
    with site.db() as db:
        db.get(Task, keys[0]).due_on = DAY + timedelta(days=1)
        db.commit()
    answer = amina.get(amina.post("/caseworker/task/several/undo/").location)
    assert days(site, keys) == [10, 2]
    assert any("changed again since" in one for one in answer.page.notices)


def test_a_second_press_changes_nothing_more(site, browse):
    keys, amina = tasks(site, 1), browse("amina")
    seen = look(amina, "task", keys, "due_on", {"due_on": "9 Dec"})
    send(amina, seen, {}, "change")
    send(amina, seen, {}, "change")
    assert len(site.trail(action="changed", subject="Task", row_id=keys[0])) == 1
    amina.post("/caseworker/task/several/undo/")
    assert days(site, keys) == [1]


def test_a_wrong_value_is_asked_for_again_and_an_empty_one_too_where_it_must_be_given(site, browse):
    keys, amina = tasks(site, 1), browse("amina")
    for typed in ("someday", ""):
        answer = look(amina, "task", keys, "due_on", {"due_on": typed})
        assert answer.status == 422 and answer.page.faults
    assert days(site, keys) == [1]


# Who, and which


def test_rows_out_of_reach_are_neither_shown_nor_changed(site, browse, office):
    keys = [office["case", file] for file in FILES]
    seen = look(browse("amina"), "case", keys, "risk", {"risk": "high"})
    text = seen.page.markup
    assert NAMES["own"] in text and NAMES["team"] in text
    assert NAMES["other"] not in text and NAMES["hidden"] not in text
    amina = browse("amina")
    forged = [("rowid", str(key)) for key in keys] + [(f"was-{key}", "1") for key in keys]
    amina.post("/caseworker/case/several/", [*forged, ("field", "risk"), ("risk", "high"), ("step", "change")])
    with site.db() as db:
        after = {file: db.get(Case, office["case", file]).risk for file in FILES}
    assert after["other"] != "high" and after["hidden"] != "high"


@pytest.mark.parametrize("who", [*ROLE_OF])
def test_only_fields_of_the_form_that_may_be_alike_are_offered_and_taken(site, browse, who):
    person, role = browse(who), ROLE_OF[who]
    views = site.app.extensions["casework_views"]
    offers = 0
    for panel in panels_of(role):
        keys = [row[0] for row in site.rows(panel.model)][:1]
        answer = act(person, panel.name, keys)
        if not panel.rights[role].edit or panel.name == "user":
            assert answer.status == 404, panel.name
            assert person.post(f"/{role}/{panel.name}/several/", {"rowid": "1", "field": "id"}).status == 403
            continue
        if answer.status != 200:
            continue
        box = next(one for one in answer.page.all("select") if one.get("name") == "field")
        fields = [one.get("value") for one in answer.page.all("option") if box in one.above]
        offers += 1
        for name in fields:
            one = by_key(panel.model)[name]
            assert one.info.in_form and one.info.sensitivity <= panel.rights[role].see, (panel.name, name)
            assert name not in (panel.model.__part_of__, *panel.only) and one.target not in (Case, Client)
        assert views[role, panel.name].may_change_several()
    assert offers >= {"figures": 0, "joan": 2}.get(who, 3)


@pytest.mark.parametrize("field", ["case", "id", "version", "trace", "what", "no_such", ""])
def test_a_field_that_is_not_offered_is_not_taken(site, browse, office, field):
    keys, amina = tasks(site, 1), browse("amina")
    before = site.rows(Task)
    typed = {"case_id": "26-0002", "id": "9", "what": "x", "trace": "x", "version": "9", "no_such": "x"}
    answer = amina.post("/caseworker/task/several/", [
        ("rowid", str(keys[0])), (f"was-{keys[0]}", "1"), ("field", field), ("step", "change"), *typed.items(),
    ])  # fmt: skip
    assert (answer.status, answer.page.heading) == (200, "Change a field of 1 task")
    assert site.rows(Task) == before


def test_what_can_be_put_back_is_ones_own(site, browse, office):
    keys = tasks(site, 1)
    amina, manager = browse("amina"), browse("manager")
    send(amina, look(amina, "task", keys, "due_on", {"due_on": "9 Dec"}), {}, "change")
    assert manager.post("/manager/task/several/undo/").status == 302
    assert days(site, keys) == [9]
    assert "no change of several rows" in manager.get("/manager/task/").page.notices[0]
    assert browse("figures").post("/caseworker/task/several/undo/").status == 403


def test_a_note_that_can_no_longer_be_changed_stays(site, browse, office):
    keys = [office["casenote", "own"]]
    with site.at(make.NOW + timedelta(days=3)):
        seen = look(browse("manager"), "casenote", keys, "contact_with", {"contact_with": "agency"})
    assert "1 stays as it is." in seen.text and "not changed by its form" in seen.text
    assert "Change one" not in seen.text


def test_more_rows_than_may_be_changed_at_once_are_told(site, browse):
    keys, amina = tasks(site, *[1 + number % 28 for number in range(201)]), browse("amina")
    answer = act(amina, "task", keys)
    assert answer.status == 302
    assert "at most 200" in amina.get(answer.location).page.notices[0]
