"""Views of a list: kept by the names of columns and filters, each person's own, at most one opened first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework import saved_views
from casework.context import Acting, set_acting
from casework.problems import RuleBroken
from casework.scope import office_wide
from models import AuditEntry, SavedView, User
from tests import make

PAIRS = [("flt3_status", "open"), ("sort", "opened_on"), ("desc", "1"), ("col", "ref"), ("col", "status")]


def account(db, username: str) -> int:
    user = User(username=username, role="caseworker", worker=make.worker(db, username), password_hash="x")
    db.add(user)
    db.flush()
    return user.id


def act_as(db, user_id: int) -> None:
    set_acting(db, Acting(now=make.NOW, role="caseworker", username="a", user_id=user_id))


@pytest.fixture
def desk(db):
    """Somebody's own desk: gives the number of their account, and of a colleague's."""
    mine, theirs = account(db, "mine"), account(db, "theirs")
    act_as(db, mine)
    return mine, theirs


def test_a_view_is_kept_by_names_not_by_places(db, desk):
    view = saved_views.keep(db, "case", "  My   open ", [*PAIRS, ("of", "3"), ("csrf_token", "x"), ("col", "")])
    assert view.name == "My open"
    assert saved_views.question_of(view) == [
        ("flt_status", "open"), ("sort", "opened_on"), ("desc", "1"), ("col", "ref"), ("col", "status"),
    ]  # fmt: skip
    told = db.scalars(office_wide(select(AuditEntry).where(AuditEntry.subject == "SavedView"))).all()
    assert [(one.action, one.fields) for one in told] == [("created", None)]


@pytest.mark.parametrize("panel, name, pairs, search", [
    ("case", "", PAIRS, ""), ("case", "x" * 61, PAIRS, ""), ("nothing", "Mine", PAIRS, ""),
    ("case", "Mine", [("col", "x" * 1200)], ""), ("case", "Mine", PAIRS, "x" * 101),
])  # fmt: skip
def test_what_cannot_be_opened_again_is_not_kept(db, desk, panel, name, pairs, search):
    with pytest.raises(RuleBroken):
        saved_views.keep(db, panel, name, pairs, search)


def test_a_name_is_used_once_for_each_list_and_person(db, desk):
    mine, theirs = desk
    first = saved_views.keep(db, "case", "Open", PAIRS)
    saved_views.keep(db, "task", "Open", [])
    act_as(db, theirs)
    saved_views.keep(db, "case", "Open", PAIRS)
    act_as(db, mine)
    with pytest.raises(RuleBroken):
        saved_views.keep(db, "case", "Open", [])
    db.expunge_all()
    removed = saved_views.remove(db, db.get(SavedView, first.id))
    again = saved_views.keep(db, "case", "Open", [])
    with pytest.raises(RuleBroken):
        saved_views.bring_back(db, removed)
    assert again.id != removed.id


def test_at_most_one_view_is_opened_first_and_a_removed_one_never(db, desk):
    a, b = (saved_views.keep(db, "case", name, PAIRS, first=True) for name in "ab")
    other = saved_views.keep(db, "task", "a", [], first=True)
    assert [one.name for one in saved_views.of_list(db, "case") if one.opens_first] == ["b"]
    saved_views.remove(db, b)
    saved_views.bring_back(db, b)
    assert not a.opens_first and not b.opens_first and other.opens_first


def test_a_second_view_opened_first_is_refused_at_the_flush(db, desk):
    saved_views.keep(db, "case", "a", PAIRS, first=True)
    db.add(SavedView(user_id=desk[0], panel="case", name="b", asked="", opens_first=True))
    with pytest.raises(RuleBroken):
        db.flush()


def test_nobody_meets_or_changes_somebody_elses_view(db, desk):
    mine, theirs = desk
    view = saved_views.keep(db, "case", "Open", PAIRS)
    act_as(db, theirs)
    assert saved_views.of_list(db, "case") == []
    with pytest.raises(RuleBroken):
        saved_views.rename(db, view, "Ours")
    db.expunge_all()
    db.add(SavedView(user_id=mine, panel="case", name="Slipped in", asked=""))
    with pytest.raises(RuleBroken):
        db.flush()


def test_thirty_views_of_a_list_are_kept_and_no_more(db, desk):
    for number in range(saved_views.MOST):
        saved_views.keep(db, "case", f"v{number}", [])
    with pytest.raises(RuleBroken):
        saved_views.keep(db, "case", "one more", [])
