"""A manager adds a field in the browser; the caseworker fills it in and finds the cases by it."""

from __future__ import annotations

from sqlalchemy import select

from models import AuditEntry, Case
from tests import make


def test_a_field_is_defined_filled_in_and_filtered_by(sit_down, house, office):
    maryam = sit_down("maryam")
    maryam.follow_under("Set up", "Fields of our own")
    maryam.follow("New field of our own")
    maryam.choose("Records", "Cases")
    maryam.type_into("Label", "Court")
    maryam.choose("Kind", "Choice")
    first, second = maryam.page.get_by_label("Answer", exact=True).all()
    first.fill("Bow")
    second.fill("Barkingside")
    maryam.type_into("Help", "Where it is heard.")
    maryam.pick("How private", "Office: who does what")
    maryam.tick(["A column of the list", "A filter of the list"])
    maryam.push("Save field of our own")
    assert maryam.said == ["Saved: Court."]
    maryam.leave()

    amina = sit_down("amina")
    amina.open(f"/caseworker/case/edit/?id={office['case']}")
    assert "Where it is heard." in amina.text
    amina.pick("Court", "Barkingside")
    amina.push("Save case")
    assert "Barkingside" in amina.text  # on the page of the case, under "Further facts"
    amina.open("/caseworker/case/")
    amina.choose("Court", "Barkingside")
    amina.push("Apply filter")
    assert amina.page.locator("tbody tr").count() == 1
    assert "Court: Barkingside" in amina.text
    assert "Barkingside" not in amina.page.url  # the answer stands in the address by a short form that says nothing
    with house.db() as db:
        changed = select(AuditEntry.fields).where(AuditEntry.subject == "Case", AuditEntry.action == "changed")
        assert db.scalars(changed.order_by(AuditEntry.id)).all()[-1] == "court"


def test_a_field_is_taken_out_of_use_and_brought_back_with_its_values(sit_down, house, office):
    with house.db() as db:
        name = make.extra_field(db, "case", "Court", listed=True)
        setattr(db.get(Case, office["case"]), name, "Bow")
        db.commit()
    maryam = sit_down("maryam")
    maryam.follow_under("Set up", "Fields of our own")
    maryam.follow("Court")
    maryam.follow("Take it out of use")
    assert "1 record holds a value" in maryam.text
    maryam.push("Take it out of use")
    maryam.open("/manager/case/")
    assert "Bow" not in maryam.text
    maryam.follow_under("Set up", "Fields of our own")
    maryam.follow("Court")
    maryam.push("Bring it back")
    maryam.open("/manager/case/")
    assert "Bow" in maryam.text
