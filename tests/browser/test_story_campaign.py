"""The second half of the review's story: ticked cases become an issue, a campaign and an evidence pack."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import select

from casework import issues, reviews
from exports.letters import words_of
from models import AuditEntry, Campaign, Case, Client, EvidencePack, Issue, Worker
from tests import make
from tests.browser.axe import COLOURS, barriers, overhang

BOARD = "/manager/review/board/"
TITLE = "Refused at the desk, no reason given"


@pytest.fixture
def planned(house, office) -> None:
    """Six open cases of six clients, one of whom may be quoted, and the first review planned."""
    with house.db() as db:
        lead = db.get(Worker, office["person Amina K"])
        for place in range(6):
            client = make.client(db, f"Client {place}")
            make.case(db, client, lead=lead)
        make.consent(db, client, kind="quote")
        reviews.plan_first(db)
        db.commit()


@pytest.mark.req("R71", "R72", "R73")
def test_ticked_cases_become_an_issue_a_campaign_and_a_pack(house, sit_down, planned):
    maryam = sit_down("maryam")
    maryam.open(BOARD)
    maryam.push("Open the review")
    ticks = maryam.page.get_by_label("For an issue: ")
    wanted = [
        place for place in range(ticks.count()) if "Client " in ticks.nth(place).evaluate("e => e.labels[0].innerText")
    ]
    assert len(wanted) == 6
    for place in wanted:
        ticks.nth(place).check()
    maryam.push("Make an issue")
    maryam.type_into(maryam.page.get_by_label("The pattern in a sentence"), TITLE)
    maryam.page.get_by_label("Who decides").select_option(index=1)
    maryam.type_into(maryam.page.get_by_label("Decide by"), "30 Nov")
    maryam.push("Make the issue")
    assert maryam.heading == TITLE
    numbers = maryam.page.locator(".big-numbers dd")
    assert [one.split()[0] for one in numbers.all_inner_texts()] == ["6", "6", "6"]
    maryam.push("Adopt it")
    maryam.follow("Begin a campaign")
    maryam.type_into(maryam.page.get_by_label("Campaign", exact=True), "A written answer within one working day")
    maryam.type_into(maryam.page.get_by_label("Demands"), "In writing\nWith a reason")
    maryam.push("Begin")
    assert maryam.heading == "A written answer within one working day"
    expect(maryam.page.locator(".issue-demands > li")).to_have_count(2)
    _sides(maryam)
    _follow_a_number(maryam)
    _quote(maryam, {one: _ref_of(house, one) for one in ("Client 2", "Client 5")})
    _write_down(maryam)
    maryam.push("Make an evidence pack")
    assert maryam.said == ["The pack is made. Both files stand below."]
    _files(house, maryam)
    _one_more(house, maryam)
    _no_barriers(maryam)


def _no_barriers(maryam) -> None:
    """No page of the walk has a barrier that axe knows, wide, dark or narrow, or moves sideways."""
    found = {}
    for path in (
        BOARD,
        "/manager/issues/",
        "/manager/issues/new/?case=1&case=2",
        "/manager/issues/add/?issue=1",
        "/manager/issue/details/?id=1",
        "/manager/campaign/details/?id=1",
        "/manager/campaigns/log/?id=1",
        "/manager/campaigns/sides/?id=1",
    ):
        page = maryam.open(path).page
        found[path] = barriers(page)
        page.emulate_media(color_scheme="dark")
        found[path] += barriers(page, COLOURS)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 900})
        found[path] += barriers(page)
        page.set_viewport_size({"width": 320, "height": 900})
        assert overhang(page) == 0, path
        page.set_viewport_size({"width": 1280, "height": 900})
    assert {path: faults for path, faults in found.items() if faults} == {}


def _one_more(house, maryam) -> None:
    """With one further client a second pack would tell, beside the first, who is new: it is not made."""
    with house.db() as db:
        issue = db.get(Issue, 1)
        further = Case.id.not_in([one.case_id for one in issue.evidence])
        issues.add_evidence(db, issue, db.scalars(select(Case).where(Case.status == "open", further)).first())
        db.commit()
        packs = len(db.scalars(select(EvidencePack.id)).all())
    maryam.open("/manager/campaign/details/?id=1")
    maryam.push("Make an evidence pack")
    [told] = maryam.said
    assert told.startswith("Not made: since an earlier pack of this campaign fewer than 5 came in")
    with house.db() as db:
        assert len(db.scalars(select(EvidencePack.id)).all()) == packs


def _sides(maryam) -> None:
    """One to speak to and one to stand with are named, and taken away again."""
    maryam.follow("Change to whom and with whom")
    maryam.type_into("One more to whom", "Marsh Lane Homes")
    maryam.push("Save")
    assert maryam.facts()["To whom"] == "Marsh Lane Homes"
    maryam.follow("Change to whom and with whom")
    maryam.tab_to(maryam.page.get_by_role("checkbox", name="Marsh Lane Homes"))
    maryam.press("Space")
    maryam.push("Save")
    assert "To whom" not in maryam.facts()


def _follow_a_number(maryam) -> None:
    """A number leads to the records behind it, and these to the files."""
    maryam.page.locator(".big-numbers dd a").first.click()
    expect(maryam.page.locator("#evidence .issue-evidence > li")).to_have_count(6)
    assert "6 pieces, all of which you may open." in maryam.text


def _ref_of(house, name: str) -> str:
    with house.db() as db:
        return db.scalars(select(Case.ref).join(Case.client).where(Client.name == name)).one()


def _quote(maryam, refs: dict[str, str]) -> None:
    """Words of a client without permission are refused, and stay in the box; those of one who permits are kept."""
    maryam.follow("Add a client's words")
    maryam.type_into(maryam.page.get_by_label("The words"), "Nobody wrote anything down.")
    case = maryam.page.get_by_label("Whose case")
    maryam.type_into(case, refs["Client 2"])
    maryam.expects(422)
    maryam.push("Keep these words")
    assert "No active permission from Client 2 to quote their words." in maryam.text
    expect(maryam.page.get_by_label("The words")).to_have_value("Nobody wrote anything down.")
    case.fill("")
    maryam.type_into(case, refs["Client 5"])
    maryam.push("Keep these words")
    assert "May be printed" in maryam.text


def _write_down(maryam) -> None:
    with maryam.page.expect_navigation():
        maryam.page.get_by_role("link", name="Write into the log").first.click()
    maryam.page.get_by_text("Letter", exact=True).click()
    maryam.type_into(maryam.page.get_by_label("In words"), "Wrote to the director")
    maryam.type_into(maryam.page.get_by_label("Reply due"), "1 Dec")
    maryam.push("Write it down")
    assert "Reply due Tue 1 Dec 2026" in maryam.text


def _files(house, maryam) -> None:
    """Both files hold the count and the words, and no name; the trail holds the hash of what was handed out."""
    held = {}
    for name in ("Document (.docx)", "Workbook (.xlsx)"):
        with maryam.page.expect_download() as coming:
            maryam.page.get_by_role("link", name=name).click()
        held[name] = coming.value.path().read_bytes()
    document, book = words_of(held["Document (.docx)"]), load_workbook(BytesIO(held["Workbook (.xlsx)"]))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    for text in (document, " ".join(cells)):
        assert "Nobody wrote anything down." in text
        assert "Client 5" not in text
    assert cells[cells.index("Clients") :][:2] == ["Clients", "6"]
    with house.db() as db:
        assert db.scalars(select(Issue)).one().status == "adopted"
        assert db.scalars(select(Campaign)).one().log[0].kind == "letter"
        pack = db.scalars(select(EvidencePack)).one()
        assert (pack.quoted, len(pack.publications)) == (1, 1)
        lines = db.scalars(
            select(AuditEntry).where(AuditEntry.subject == "EvidencePack", AuditEntry.action == "exported")
        )
        assert [pack.docx_sha256[:16] in (one.reason or "") for one in lines] == [True, True, False]
