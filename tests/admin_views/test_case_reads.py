"""The page of a case asks for nothing in vain, and misses nothing by that."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from casework import case_holds
from casework.context import Acting, set_acting
from models import Base, Case, Plan, Task, User
from tests import make

TOKENS = re.compile(r"value=\"[^\"]*\"|content=\"[^\"]*\"")


class Everything:
    def __contains__(self, _model: object) -> bool:
        return True


def cases(site) -> list[int]:
    with site.db() as db:
        return list(db.scalars(select(Case.id).order_by(Case.id)))


@pytest.mark.parametrize("who", ["manager", "amina"])
def test_each_page_is_letter_for_letter_as_if_everything_had_been_asked_for(site, browse, monkeypatch, who):
    person, role = browse(who), {"manager": "manager", "amina": "caseworker"}[who]
    paths = [f"/{role}/case/details/?id={one}" for one in cases(site)]
    for path in paths:
        person.get(path)  # the first look marks nothing as new
    found = [TOKENS.sub("", person.get(path).data.decode()) for path in paths]
    monkeypatch.setattr(case_holds, "held", lambda db, case: Everything())
    assert [TOKENS.sub("", person.get(path).data.decode()) for path in paths] == found
    assert sum("Due" in page for page in found) >= 2


def test_each_kind_that_belongs_to_a_case_is_seen_or_read_in_any_case():
    """A new part of the page that asks `has` about a kind which is not looked at would never show."""
    assert all(issubclass(model, Base) and hasattr(model, "case_id") for model in case_holds.OF_CASE)
    assert all(issubclass(model, Base) and hasattr(model, "client_id") for model in case_holds.OF_CLIENT)


def test_what_is_held_is_told_from_the_rows_that_the_reader_meets_in_one_statement(site):
    with site.db() as db:
        case = make.case(db, make.client(db, "Somebody", phone=None))
        db.flush()
        before = case_holds.held(db, case)
        assert Task not in before and Plan not in before
        lead = make.worker(db, "Lead", in_team=make.team(db, "East"))
        db.add(Task(case=case, owner=lead, what="ring", due_on=make.TODAY))
        db.flush()
        asked = []
        event.listen(db, "do_orm_execute", asked.append)
        assert case_holds.held(db, case) == before | {Task}
        assert len(asked) == 1
        stranger = db.scalars(select(User).where(User.role == "reports")).first()
        set_acting(db, Acting(now=make.NOW, role="reports", user_id=stranger.id))
        assert case_holds.held(db, case) == frozenset()


def test_a_part_is_read_once_for_a_page_and_anew_for_each_page(site, browse):
    person, path = browse("manager"), "/manager/case/details/?id=1"
    person.get(path)
    statements = []
    event.listen(site.engine, "before_cursor_execute", heard := lambda *given: statements.append(given[2]))
    person.get(path)
    event.remove(site.engine, "before_cursor_execute", heard)
    reads = [one for one in statements if one.startswith("SELECT") and "case_id = ?" in one]
    assert reads and len(reads) == len(set(reads))
    with site.db() as db:
        owner = make.worker(db, "Someone", in_team=make.team(db, "East"))
        db.add(Task(case=db.get(Case, 1), owner=owner, what="bring the blue folder", due_on=make.TODAY))
        db.commit()
    assert "bring the blue folder" in person.get(path).text
