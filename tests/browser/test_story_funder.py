"""Story 7, a funder's quarter: two boroughs, small counts hidden, totals that reconcile, the same file again."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from models import Case, ExportRun, Grant
from tests import make
from tests.random_office import random_office


def taken(person) -> bytes:
    person.tab_to(person.page.get_by_role("button", name="Download the workbook"))
    with person.page.expect_download() as coming:
        person.press("Enter")
    return Path(coming.value.path()).read_bytes()


def lines(content: bytes, sheet: str) -> dict[str, list]:
    return {str(row[0]): list(row[1:]) for row in load_workbook(BytesIO(content))[sheet].iter_rows(values_only=True)}


@pytest.mark.req("R75")
def test_the_funders_quarter_is_made_in_five_clicks_and_the_next_file_reveals_nobody(sit_down, house):
    with house.db() as db:
        random_office(db, 1, 25)
        db.add(Grant(name="Two boroughs", funder="Docklands Board", public_body=True, starts_on=make.TODAY.replace(
            month=4, day=1), areas=[make.area(db), make.area(db, "Newham")]))  # fmt: skip
        db.commit()
    person = sit_down("figures")
    person.page.set_default_navigation_timeout(120_000)  # laying files beside each other is long arithmetic
    person.follow("Funder files", within=person.page.get_by_role("navigation").first)
    person.choose("Grant", "Two boroughs, Docklands Board")
    person.push("Show the preview")
    assert "1 July to 30 September 2026" in person.text
    assert "No hidden number can be worked out" in person.text
    person.push("Make the workbook")
    assert "Its figures stay as they are now" in person.text
    first = taken(person)
    cover = "\n".join(lines(first, "Cover"))
    assert "Counted are cases of: Newham, Tower Hamlets." in cover and "Docklands Board is a public body" in cover
    areas = lines(first, "Areas")
    numbers = [one for row in areas.values() for one in row if isinstance(one, int)]
    assert [one for one in numbers if 1 <= one < 5] == []
    course = {name: row[0] for name, row in lines(first, "Caseload").items()}
    if all(isinstance(course[name], int) for name in ("Open at the start", "New", "Reopened", "Closed")):
        assert course["Open at the start"] + course["New"] + course["Reopened"] == course["All these together"]
    with house.db() as db:
        late = make.TODAY.replace(month=8, day=3)  # written down or put right after the file was made
        some = select(Case.id).where(Case.opened_on.is_not(None)).limit(9)
        db.execute(update(Case).where(Case.id.in_(some)).values(opened_on=late, closed_on=None))
        db.commit()
        sha256 = db.scalars(select(ExportRun.sha256).order_by(ExportRun.id.desc())).first()
    person.page.reload()
    assert taken(person) == first
    assert hashlib.sha256(first).hexdigest() == sha256
    person.open("/reports/funder/")
    person.choose("Grant", "Two boroughs, Docklands Board")
    person.pick("Period", "The grant so far")
    person.push("Show the preview")
    assert "also not with the one earlier file" in person.text or "cannot be made" in person.text
