"""Every kind of page, wide and narrow, light and dark: no barrier that axe knows, nothing sideways."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page

from tests import make
from tests.browser.axe import COLOURS, barriers, overhang
from tests.browser.office import PASSPHRASE

NARROW, NARROWEST, HIGH = 390, 320, 900


def at(path: str):
    return lambda person, office: person.open(path.format(**office.ids))


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def refused(path: str, button: str):
    """A form that was sent as it stood."""

    def bring(person, office):
        at(path)(person, office)
        press(person.page, button)

    return bring


def wrong_passphrase(person, office):
    page = person.open("/login").page
    page.get_by_label("User name").fill("amina")
    page.get_by_label("Password").fill("not the words")
    press(page, "Sign in")


def refer(last: str):
    """The steps of a referral, up to the page that `last` opens."""

    def bring(person, office):
        page = person.open(f"/caseworker/refer/?case={office['case']}").page
        page.get_by_label("Request").select_option("Complaint, first stage")
        press(page, "Show agencies")
        page.get_by_label("Marsh Lane Homes").check()
        page.get_by_label("Name", exact=True).check()
        if last:
            press(page, last)

    return bring


def conflict(person, office):
    page = person.open(f"/caseworker/case/edit/?id={office['case']}").page
    page.locator("input[name=version]").evaluate("one => { one.value = '0' }")
    page.get_by_label("In a few words").fill("Threats on the stairs")
    press(page, "Save case")


def sent_too_late(person, office):
    """A form that is sent after its writer has signed out everywhere else from another browser."""
    page = person.open("/caseworker/casenote/new/").page
    page.get_by_label("Note", exact=True).fill("Door mended")
    elsewhere = page.context.browser.new_context(base_url=person.url)
    other = elsewhere.new_page()
    other.goto("/login?next=/account/")
    other.get_by_label("User name").fill("amina")
    other.get_by_label("Password", exact=True).fill(PASSPHRASE)
    press(other, "Sign in")
    press(other, "Sign out everywhere else")
    elsewhere.close()
    press(page, "Save note")


def new_codes(person, office):
    """The page that asks for the passphrase before recovery codes are made anew, refused once."""
    page = person.open("/account/second-factor").page
    secret = page.locator("p.letters").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=False).first.fill(pyotp.TOTP(secret).at(int(make.NOW.timestamp())))
    page.locator("main form button[type=submit]").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    person.open("/account/recovery-codes")
    page.get_by_label("Your passphrase now").fill("not the words")
    press(page, "Make new recovery codes")


def hidden(person, office):
    page = person.open("/caseworker/").page
    with page.expect_navigation(url="**/hide"):
        for _time in range(3):
            page.keyboard.press("Shift")


def searched(person, office):
    page = person.open("/caseworker/client/").page
    page.get_by_label("Search").fill("rehana")
    press(page, "Search")


def gone_to(person, office):
    page = person.open("/coordinator/").page
    page.locator("#find").fill("far")
    press(page, "Find")


def spreadsheet(*presses: str, fills: bool = True):
    """A sheet that was sent, and the steps after it; unless it `fills` in what is asked, the third is refused."""

    def bring(person, office):
        page = person.open("/manager/import-sheet/").page
        rows = "Calls,,\n\nNo,Day,Kind\n1,3/3/2024,Threat\n2,someday,spat at\n3,5/3/2024,Threat\nTotal,,3\n"
        page.get_by_label("File", exact=True).set_input_files(
            {"name": "calls.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        )
        for words in presses:
            if words == "Go on" and fills and page.locator("#case__kind").count():
                page.locator("#case__kind").select_option("racist_incident")
            press(page, words)
        if presses[-1].startswith("Bring"):
            page.get_by_role("heading", name="The rows are in").wait_for()  # the page renews itself until then

    return bring


def opened(path: str, summary: str):
    """A list with one of its tools open."""

    def bring(person, office):
        at(path)(person, office)
        person.page.locator("summary", has_text=summary).click()

    return bring


def closed_day(*, saved: bool):
    """A new closed day, looked at before it is saved, or saved."""

    def bring(person, office):
        page = person.open("/manager/closedday/new/").page
        page.get_by_label("Day", exact=True).fill("24 Nov 2026")
        page.get_by_label("Why", exact=True).fill("Training of the whole team")
        page.get_by_label("Office closed").check()
        press(page, "Save closed day" if saved else "Show what changes")

    return bring


def after_a_change(path: str):
    """A page about a change of the set-up that was made just now."""

    def bring(person, office):
        closed_day(saved=True)(person, office)
        at(path)(person, office)

    return bring


def kept_view(then):
    """What there is once somebody has kept a view of the cases."""

    def bring(person, office):
        opened("/caseworker/case/?flt0_status=open&col=ref&col=client&col=created_at", "Keep this view")(person, office)
        person.page.get_by_label("Name of the view").fill("Open ones")
        person.page.get_by_label("Open this list with it").check()
        press(person.page, "Keep under this name")
        then(person, office)

    return bring


SENT = ("Send and look at it", "This is the heading")
FOUND = "?language_id={language}&mode=spoken&starts_at=tue&starts_at-time=11&minutes=60&gender=any"
PAGES: dict[str, tuple[str, Callable[..., object]]] = {
    "sign-in": ("", at("/login")),
    "sign-in, refused": ("", wrong_passphrase),
    "first page": ("amina", at("/caseworker/")),
    "list": ("amina", at("/caseworker/case/")),
    "list, empty": ("amina", at("/caseworker/incident/")),
    "list, filtered": ("amina", at("/caseworker/case/?flt0_status=open")),
    "list, filtered wrongly": ("amina", at("/caseworker/case/?flt0_opened_on_from=someday")),
    "where to go": ("leyla", gone_to),
    "list, searched": ("amina", searched),
    "form": ("amina", at("/caseworker/client/new/")),
    "form with rows": ("leyla", at("/coordinator/volunteer/edit/?id={volunteer Farida A}")),
    "form with faults": ("amina", refused("/caseworker/consent/new/", "Save consent")),
    "form, two editors": ("amina", conflict),
    "client": ("amina", at("/caseworker/client/details/?id={client}")),
    "case": ("amina", at("/caseworker/case/details/?id={case}")),
    "list, columns": ("amina", opened("/caseworker/case/", "Columns")),
    "list, view to keep": ("amina", opened("/caseworker/case/?flt0_status=open", "Keep this view")),
    "list, own view": ("amina", kept_view(at("/caseworker/case/?view=1"))),
    "views of a list": ("amina", kept_view(at("/caseworker/views/?table=case"))),
    "history of a record": ("amina", at("/caseworker/client/history/?id={client}")),
    "what leads to a record": ("maryam", at("/manager/team/details/?id={spare_team}")),
    "case, every field": ("amina", at("/caseworker/case/details/?id={case}&all=1")),
    "case, whole file": ("amina", at("/caseworker/case/whole/?id={case}")),
    "contact card": ("amina", at("/caseworker/case/contact/?id={case}")),
    "retention review": ("maryam", at("/manager/retention-review/")),
    "breach": ("maryam", at("/manager/breach/new/")),
    "keep a case to a few": ("maryam", at("/manager/case/keep/?case={case}")),
    "accounts to look at": ("maryam", at("/manager/accounts-review/")),
    "take everything out": ("maryam", at("/manager/everything/")),
    "record of processing": ("maryam", at("/manager/processing/")),
    "correct a note": ("maryam", at("/manager/casenote/correct/?id={note}")),
    "deadline with faults": ("amina", refused("/caseworker/deadline/add/?case={case}", "Save deadline")),
    "delete?": ("maryam", at("/manager/team/delete/?id={spare_team}")),
    "refer, request": ("amina", at("/caseworker/refer/?case={case}")),
    "refer, agency": ("amina", refer("")),
    "refer, permission": ("amina", refer("Check permission")),
    "visit": ("amina", at("/caseworker/visit/?case={case}")),
    "visit, refused": ("amina", refused("/caseworker/visit/?case={case}", "Book this time")),
    "interpreters": ("leyla", at("/coordinator/interpreters/" + FOUND)),
    "interpreters for a visit": ("leyla", at("/coordinator/interpreters/?appointment={visit}")),
    "board": ("leyla", at("/coordinator/board/")),
    "week": ("leyla", at("/coordinator/suggest-week/")),
    "diary": ("leyla", at("/coordinator/diary/")),
    "rota": ("maryam", at("/manager/helpline/")),
    "volunteer": ("leyla", at("/coordinator/volunteer/details/?id={volunteer Farida A}")),
    "agencies of a case": ("amina", at("/caseworker/case-agencies/?case={case}")),
    "family and need": ("amina", at("/caseworker/need/?case={case}")),
    "equality questions": ("amina", refused("/caseworker/equality/?client={client}", "Save answers")),
    "conduct, refused": ("amina", refused("/caseworker/case-conduct/?case={case}", "Save")),
    "scorecard": ("maryam", at("/manager/agency/scorecard/?id={agency}")),
    "plan, with faults": ("amina", refused("/caseworker/actionplan/write/?case={case}", "Save plan")),
    "closing, refused": ("amina", refused("/caseworker/closing/?case={case}", "Close case")),
    "call, whose": ("amina", at("/caseworker/call/")),
    "call, refused": ("amina", refused("/caseworker/call/?case={case}", "Save call")),
    "letter, refused": ("amina", refused("/caseworker/letter/write/?case={case}", "Send letter")),
    "waiting": ("amina", at("/caseworker/waiting/")),
    "figures": ("figures", at("/reports/figures/")),
    "figures, refused": ("figures", at("/reports/figures/?period=days&first=30+Sep&last=1+Jul")),
    "tables": ("figures", at("/reports/figures/tables/")),
    "a table": ("figures", at("/reports/figures/tables/table/?of=incidents&rows=weekday&compared=before&period=year")),
    "annual figures": ("figures", at("/reports/figures/annual/")),
    "import, file": ("maryam", at("/manager/import-sheet/")),
    "import, heading": ("maryam", spreadsheet("Send and look at it")),
    "import, columns refused": ("maryam", spreadsheet(*SENT, "Go on", fills=False)),
    "import, words": ("maryam", spreadsheet(*SENT, "Go on")),
    "import, dry run": ("maryam", spreadsheet(*SENT, "Go on", "Go on to the dry run")),
    "import, brought in": ("maryam", spreadsheet(*SENT, "Go on", "Go on to the dry run", "Bring 2 rows in")),
    "sign in again": ("amina", sent_too_late),
    "sign-ins": ("amina", at("/account/")),
    "second step": ("amina", at("/account/second-factor")),
    "new recovery codes": ("amina", new_codes),
    "hidden screen": ("amina", hidden),
    "field of our own": ("maryam", at("/manager/extrafield/new/")),
    "field, refused": ("maryam", refused("/manager/extrafield/new/", "Save field of our own")),
    "field, out of use?": ("maryam", at("/manager/extrafield/use/?id={field}")),
    "set-up, what would change": ("maryam", closed_day(saved=False)),
    "set-up, last change": ("maryam", after_a_change("/manager/closedday/")),
    "set-up, changes": ("maryam", after_a_change("/manager/setupchange/")),
    "set-up, one change": ("maryam", after_a_change("/manager/setupchange/details/?id=1")),
    "set-up, undo?": ("maryam", after_a_change("/manager/setupchange/undo/?id=1")),
    "list with nothing yet": ("maryam", at("/manager/breach/")),
    "help": ("amina", at("/help/")),
    "history": ("maryam", at("/manager/history/?table=case&id={case}")),
    "not found": ("amina", at("/caseworker/case/details/?id=999")),
    "not in this role": ("amina", at("/manager/setting/")),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_has_no_barriers(sit_down, office, kind):
    who, bring = PAGES[kind]
    person = sit_down(who)
    person.expects(401, 403, 404, 409, 422)
    bring(person, office)
    page, found = person.page, {}
    found["wide"] = barriers(page)
    page.emulate_media(color_scheme="dark")
    found["dark"] = barriers(page, COLOURS)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": NARROW, "height": HIGH})
    found["narrow"] = barriers(page)
    assert found == {"wide": [], "dark": [], "narrow": []}
    assert overhang(page) == 0
    page.set_viewport_size({"width": NARROWEST, "height": HIGH})
    assert overhang(page) == 0


@pytest.mark.parametrize("who", ["maryam", "amina", "leyla", "figures"])
def test_every_entry_of_the_menu_is_in_sight_at_a_desk(sit_down, who):
    line = sit_down(who).page.locator("nav .menu")
    assert line.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_the_measure_finds_a_page_that_is_wider_than_its_window_and_a_box_without_a_label(sit_down):
    page = sit_down("amina").page
    page.locator("main").evaluate("""main => {
        const box = document.createElement("input");
        box.style.width = "3000px";
        main.append(box);
    }""")
    assert overhang(page) > 0
    assert any(fault.startswith("label: ") for fault in barriers(page))
