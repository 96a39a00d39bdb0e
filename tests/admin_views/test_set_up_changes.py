"""What managers set up is shown before it is saved, kept with what stood there before, and undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import set_up
from casework.context import acting, set_acting
from casework.letters import put_in_use
from casework.settings import office as hours_of
from models import (
    ClosedDay,
    Code,
    ExtraField,
    FunderTemplate,
    Language,
    LetterTemplate,
    Setting,
    SetUpChange,
    TemplateLine,
)
from tests import make


def setting(site, key: str) -> Setting:
    with site.db() as db:
        return db.scalars(select(Setting).where(Setting.key == key)).one()


def last(site) -> SetUpChange:
    with site.db() as db:
        return db.scalars(select(SetUpChange).order_by(SetUpChange.id.desc())).first()


def signed_in(db: Session) -> None:
    """Let a session act for the manager, below the screens."""
    set_acting(db, replace(acting(db), user_id=1, username="manager"))


def undo(person, change: SetUpChange):
    path = f"/manager/setupchange/undo/?id={change.id}"
    assert person.get(path).status == 200
    return person.post(path)


def test_what_would_change_is_shown_and_nothing_is_saved(site, browse):
    manager, promise = browse("manager"), setting(site, "letter_answer")
    before = site.everything()
    page = manager.get(f"/manager/setting/edit/?id={promise.id}")
    sent = dict(page.page.form("version").values) | {"value": "7", "preview": "1"}
    shown = manager.post(f"/manager/setting/edit/?id={promise.id}", sent, token=False)
    assert shown.status == 200
    assert ["Value", promise.value, "7"] in shown.page.rows
    assert "Not saved yet" in shown.text
    after = site.everything()
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_a_preview_is_refused_by_the_rules_that_would_refuse_the_save(site, browse):
    manager, promise = browse("manager"), setting(site, "letter_answer")
    path = f"/manager/setting/edit/?id={promise.id}"
    sent = dict(manager.get(path).page.form("version").values) | {"value": "soon"}
    saved = manager.post(path, sent, token=False)
    tried = manager.post(path, sent | {"preview": "1"}, token=False)
    assert (saved.status, tried.status) == (422, 422)
    assert saved.page.said_beside("value") == tried.page.said_beside("value") != ""


def test_the_preview_of_a_closed_day_says_what_it_does_to_due_days(site, browse):
    """Monday 23 November 2026: ten working days on is Monday 7 December; with a closed day between, Tuesday 8."""
    manager, path = browse("manager"), "/manager/closedday/new/"
    sent = dict(manager.get(path).page.form("version").values)
    sent |= {"day": "1 Dec 2026", "name": "Move of the office", "kind": "office", "preview": "1"}
    shown = manager.post(path, sent, token=False)
    assert ["10 working days from today", "Mon 7 Dec 2026", "Tue 8 Dec 2026"] in shown.page.rows
    with site.db() as db:
        assert db.scalars(select(ClosedDay).where(ClosedDay.name == "Move of the office")).all() == []


@pytest.mark.parametrize("table, key, typed", [
    ("setting", "letter_answer", {"value": "7"}), ("setting", "opens_at", {"value": "10:30"}),
])  # fmt: skip
def test_a_changed_promise_is_undone_from_its_page(site, browse, table, key, typed):
    manager, promise = browse("manager"), setting(site, key)
    path = f"/manager/{table}/edit/?id={promise.id}"
    assert manager.fill(path, typed).status == 302
    page = manager.get(f"/manager/{table}/details/?id={promise.id}")
    assert "Undo this change" in page.text and f"{promise.value} → {typed['value']}" in page.text
    assert undo(manager, last(site)).status == 302
    assert setting(site, key).value == promise.value
    lines = site.trail(subject="Setting", action="changed")
    assert [line.fields for line in lines[-2:]] == ["value", "value"]
    assert undo(manager, last(site)).status == 302  # the undoing is undone
    assert setting(site, key).value == typed["value"]


def test_what_was_made_is_taken_away_and_what_was_deleted_comes_back_as_it_was(site, browse):
    manager = browse("manager")
    made = {"list": "note_kind", "code": "choir", "words": "Choir", "sort": "5", "active": "1", "active-asked": "1"}
    assert manager.fill("/manager/code/new/", made).status == 302
    with site.db() as db:
        word = db.scalars(select(Code).where(Code.code == "choir")).one()
    assert manager.post(f"/manager/code/delete/?id={word.id}").status == 302
    deletion = last(site)
    assert deletion.act == "deleted"
    assert undo(manager, deletion).status == 302
    with site.db() as db:
        back = db.get(Code, word.id)
        assert (back.list, back.code, back.words, back.sort, back.active) == ("note_kind", "choir", "Choir", 5, True)
    assert undo(manager, last(site)).status == 302
    with site.db() as db:
        assert db.get(Code, word.id) is None


def test_a_change_is_not_undone_over_a_later_one(site, browse):
    manager, promise = browse("manager"), setting(site, "letter_answer")
    path = f"/manager/setting/edit/?id={promise.id}"
    manager.fill(path, {"value": "7"})
    first = last(site)
    manager.fill(path, {"value": "8"})
    answer = undo(manager, first)
    assert "changed again since" in manager.get(answer.location).text
    assert setting(site, "letter_answer").value == "8"


def test_rows_inside_a_record_are_one_change_with_it(site, browse):
    manager = browse("manager")
    with site.db() as db:
        make.extra_field(db, "client", "Court", "choice", answers=("Bow", "Thames"))
        db.commit()
        field = db.scalars(select(ExtraField).where(ExtraField.name == "Court")).one()
        count = db.scalar(select(func.count()).select_from(SetUpChange))
    path = f"/manager/extrafield/edit/?id={field.id}"
    assert manager.fill(path, {"name": "Which court", "choices-0-words": "Bow Street"}).status == 302
    change = last(site)
    assert change.told.split("\n") == ["Label: Court → Which court", "Bow Street: Answer: Bow → Bow Street"]
    with site.db() as db:
        assert db.scalar(select(func.count()).select_from(SetUpChange)) == count + 1
    assert undo(manager, change).status == 302
    with site.db() as db:
        field = db.get(ExtraField, field.id)
        assert (field.name, [one.words for one in field.choices]) == ("Court", ["Bow", "Thames"])


def test_a_new_edition_of_a_letter_gives_way_to_the_one_before(site, browse):
    manager = browse("manager")
    with site.db() as db:
        signed_in(db)
        old = db.scalars(select(LetterTemplate).where(LetterTemplate.active)).first()
        new = put_in_use(db, old.kind, db.get(Language, old.language_id), old.content + b" ")
        db.commit()
        ids = old.id, new.id
    assert undo(manager, last(site)).status == 302
    with site.db() as db:
        assert [db.get(LetterTemplate, id).active for id in ids] == [True, False]


def test_with_nobody_acting_or_nobody_signed_in_nothing_is_kept(site):
    """A command changes a promise; and a session that nobody acts through is not asked who it is."""
    with site.db() as session:
        session.scalars(select(Setting).where(Setting.key == "letter_answer")).one().value = "11"
        count = session.scalar(select(func.count()).select_from(SetUpChange))
        session.commit()
        assert session.scalar(select(func.count()).select_from(SetUpChange)) == count
    bare = Session(site.engine)
    assert "acting" not in bare.info
    set_up._keep(bare, None)
    bare.close()


def test_only_managers_see_and_undo(site, browse):
    for who in ("amina", "leyla", "figures"):
        person = browse(who)
        assert person.client.get("/manager/setupchange/undo/?id=1").status_code == 403


def test_a_layout_for_a_funder_is_put_back_with_its_lines(site, browse):
    manager = browse("manager")
    with site.db() as db:
        signed_in(db)
        layout = FunderTemplate(name="Small grants")
        layout.lines = [TemplateLine(place=1, figure="cases_new", heading="New")]
        db.add(layout)
        db.commit()
        layout.lines[0].heading = "New people"
        layout.name = "Small grants 2027"
        db.commit()
        id = layout.id
    assert undo(manager, last(site)).status == 302
    with site.db() as db:
        layout = db.get(FunderTemplate, id)
        assert (layout.name, [one.heading for one in layout.lines]) == ("Small grants", ["New"])


def test_hours_are_read_anew_after_a_preview(site, browse):
    manager, opens = browse("manager"), setting(site, "opens_at")
    path = f"/manager/setting/edit/?id={opens.id}"
    sent = dict(manager.get(path).page.form("version").values) | {"value": "11:00", "preview": "1"}
    shown = manager.post(path, sent, token=False)
    assert ["Open from", opens.value, "11:00"] in shown.page.rows
    with site.db() as db:
        assert f"{hours_of(db).opens:%H:%M}" == opens.value


def test_the_list_of_promises_begins_with_words_and_shows_no_short_form(browse):
    page = browse("manager").get("/manager/setting/")
    assert "Every account is looked at again after" in page.text
    assert "accounts_looked_at" not in page.text
