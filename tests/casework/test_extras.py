"""Fields of the office's own, below the screens: what is refused, what is kept, what goes along."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from casework import anonymising, extras
from casework.problems import RuleBroken
from models import Agency, AgencyExtra, Client, ClientExtra, ExtraChoice, ExtraField
from models.extras import PLACES
from tests import make


def refused(db, change) -> list[str]:
    """Do `change` and flush; give the fields at which it was refused."""
    try:
        change()
        db.flush()
    except RuleBroken as broken:
        db.rollback()
        return [problem.field for problem in broken.problems]
    return []


def definition(db, name: str) -> ExtraField:
    return db.scalars(select(ExtraField).where(ExtraField.name == name)).one()


@pytest.mark.parametrize("kind", PLACES)
def test_a_kind_of_record_has_so_many_fields_of_a_kind_and_no_more(db, kind):
    answers = ("Yes please", "No thanks") if kind == "choice" else ()
    names = [
        make.extra_field(db, "client", f"Field {number}", kind, answers=answers) for number in range(PLACES[kind][0])
    ]
    assert len(set(names)) == PLACES[kind][0]
    assert refused(db, lambda: make.extra_field(db, "client", "One more", kind, answers=answers)) == ["kind"]
    make.extra_field(db, "case", "One more", kind, answers=answers)


@pytest.mark.parametrize("change, field", [
    ({"of": "case"}, "of"), ({"kind": "number"}, "kind"), ({"name": ""}, "name"), ({"name": "phone"}, "name"),
    ({"name": "Second"}, "name"), ({"in_form": False, "on_page": False}, "in_form"),
    ({"sensitivity": "special", "on_sheet": True}, "on_sheet"),
    ({"sensitivity": "personal", "filtered": True}, "filtered"),
])  # fmt: skip
def test_what_a_definition_may_not_become(db, change, field):
    make.extra_field(db, "client", "First")
    make.extra_field(db, "client", "Second")
    db.commit()
    first = definition(db, "First")

    def do():
        for name, value in change.items():
            setattr(first, name, value)

    assert refused(db, do) == [field]


@pytest.mark.parametrize("kind, more, field", [
    ("choice", {"answers": ("Only one",)}, "choices"), ("choice", {"answers": ("Same", "same")}, "choices"),
    ("text", {"answers": ("A", "B")}, "choices"), ("date", {"searched": True}, "searched"),
])  # fmt: skip
def test_what_may_not_be_defined(db, kind, more, field):
    assert refused(db, lambda: make.extra_field(db, "client", "New", kind, **more)) == [field]


@pytest.mark.parametrize("kind, value, fits", [
    ("text", "x" * 200, True), ("text", "x" * 201, False), ("number", 2**31 - 1, True), ("number", 2**31, False),
    ("choice", "a2", True), ("choice", "a3", False), ("date", date(2026, 1, 1), True), ("yes_no", False, True),
])  # fmt: skip
def test_a_value_fits_its_field_from_wherever_it_comes(db, kind, value, fits):
    name = make.extra_field(db, "client", "New", kind, answers=("A", "B") if kind == "choice" else ())
    client = make.client(db)
    db.commit()
    assert refused(db, lambda: setattr(client, name, value)) == ([] if fits else [name])
    assert getattr(client, name) == (value if fits else None)


def test_nothing_is_written_into_a_field_out_of_use_and_what_stands_there_stays(db):
    name = make.extra_field(db, "client", "Church")
    client = make.client(db)
    setattr(client, name, "Saint Brigid")
    extras.set_use(db, definition(db, "Church"), active=False)
    db.commit()
    assert refused(db, lambda: setattr(client, name, "Saint Paul")) == [name]
    assert getattr(client, name) == "Saint Brigid"
    client.dialect = "Sylheti"  # the record itself can be saved
    db.commit()


def test_a_withdrawn_answer_stays_where_it_was_chosen_and_is_chosen_no_more(db):
    name = make.extra_field(db, "client", "Court", "choice", answers=("Bow", "Thames", "Old Street"))
    one, other = make.client(db), make.client(db, "Hodan Warsame", phone=None)
    setattr(one, name, "a3")
    definition(db, "Court").choices[2].active = False
    db.commit()
    one.dialect = "Sylheti"
    db.commit()
    assert refused(db, lambda: setattr(other, name, "a3")) == [name]
    field = next(iter(extras.fields_of(db, Client)))
    assert field.info.choice_label("a3") == "Old Street"
    answer = db.scalars(select(ExtraChoice).where(ExtraChoice.word == "a3")).one()
    assert refused(db, lambda: db.delete(answer)) == ["choices"]


def test_values_raise_the_version_of_their_record(db):
    name = make.extra_field(db, "client", "Church")
    client = make.client(db)
    db.commit()
    before = client.version
    setattr(client, name, "Saint Brigid")
    db.commit()
    assert client.version == before + 1


def test_a_record_that_is_deleted_takes_its_values_along(db):
    name = make.extra_field(db, "agency", "Seats", "number")
    agency = make.agency(db, "Marsh Lane Homes")
    setattr(agency, name, 12)
    db.commit()
    db.delete(agency)
    db.commit()
    assert db.scalar(select(func.count()).select_from(AgencyExtra)) == 0
    assert db.scalars(select(Agency).where(Agency.name == "Marsh Lane Homes")).all() == []


def test_an_anonymised_file_keeps_no_value_of_any_kind(db):
    names = {
        kind: make.extra_field(db, "client", f"Own {kind}", kind, answers=("A", "B") if kind == "choice" else ())
        for kind in PLACES
    }  # fmt: skip
    values = {"text": "Saint Brigid", "choice": "a1", "date": date(2026, 1, 1), "number": 7, "yes_no": True}
    client = make.client(db)
    for kind, name in names.items():
        setattr(client, name, values[kind])
    db.commit()
    anonymising.anonymise(db, anonymising.whole_of(db, client), "a test")
    db.commit()
    row = db.scalars(select(ClientExtra)).one()
    assert [getattr(row, name.removeprefix("extra_")) for name in names.values()] == [None] * len(names)


def test_the_name_in_the_trail_is_never_that_of_another_field(db):
    """A label may be that of a column's short form, or in another script."""
    for label in ("Dialect!", "Dialect?", "Église", "教会", "2nd visit", "metadata"):
        make.extra_field(db, "client", label)
    names = [one.key for one in extras.definitions(db)]
    assert len(set(names)) == len(names)
    assert not any(hasattr(Client, name) for name in names)
