"""What happened is written down by keyboard, on one page, and a picture of it is added."""

from __future__ import annotations

from sqlalchemy import select

from models import Document, Incident

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)


def test_an_incident_is_told_with_who_knows_of_it_and_a_picture_is_kept_with_it(sit_down, house):
    amina = sit_down("amina").open(f"/caseworker/happened/?case={house.office['case']}")
    amina.type_into("Day", "19/11")
    amina.type_into("What happened", "Eggs and stones at the door.")
    amina.tick(["Attack on the home", "Race, ethnicity or nationality", "Kept the children indoors"])
    amina.pick("Perceived so by", "Family")
    row = amina.page.locator("#reports-0")
    assert not row.locator("#reports-0-reason").is_visible()
    amina.type_into(row.get_by_label("Agency", exact=True), "Marsh Lane Homes")
    amina.tab_to(row.get_by_label("Not reported", exact=True))
    amina.press("ArrowRight", "ArrowRight")  # from "not said yet" round to the second
    amina.type_into(row.get_by_label("Why not"), "Waits for the visit on Tuesday")
    amina.push("Save")
    assert amina.said[0] == "Saved. Nothing has left the office."
    with house.db() as db:
        made = db.scalars(select(Incident).order_by(Incident.id.desc())).first()
        assert [(one.agency.name, one.state, one.reason) for one in made.reports] == [
            ("Marsh Lane Homes", "not_reported", "Waits for the visit on Tuesday")
        ]
        id = made.id

    amina.open(f"/caseworker/documents/?incident={id}")
    amina.choose("What it is", "Photograph")
    box = amina.field("File")
    box.evaluate("one => one.dataset.largest = 10")
    box.set_input_files({"name": "door.png", "mimeType": "image/png", "buffer": PNG})
    assert "larger than 20 MB" in amina.text
    assert box.input_value() == ""
    box.evaluate("one => one.dataset.largest = 1000")
    box.set_input_files({"name": "door.png", "mimeType": "image/png", "buffer": PNG})
    amina.push("Keep document")
    assert amina.said == ["The document is kept with its fingerprint."]
    amina.open(f"/caseworker/document/details/?id={_latest(house)}")
    with amina.page.expect_download() as saved:
        amina.tab_to(amina.page.get_by_role("link", name="Open", exact=True))
        amina.press("Enter")
    assert saved.value.suggested_filename == f"26-0001-document-{_latest(house)}.png"


def _latest(house) -> int:
    with house.db() as db:
        return db.scalars(select(Document.id).order_by(Document.id.desc())).first()
