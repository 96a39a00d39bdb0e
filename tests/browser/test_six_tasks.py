"""The six tasks of every day, each by mouse, by keyboard alone and by a finger on a phone: what each costs, exactly.

The figures stand in docs/tasks.md; each is the cost of a walk below, and none is above its goal by more than one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page
from sqlalchemy import select

from models import Appointment, AppointmentWorker, Case, CaseNote, Client, ExportRun, Grant, Referral
from tests import make
from tests.browser.counting import Cost, Finger, Keyboard, Mouse
from tests.browser.office import CLIENT
from tests.random_office import random_office

PAGE = Path(__file__).parents[2] / "docs" / "tasks.md"
COST, KEYS = r"(\d+) / (\d+) / (\d+)", r"(\d+) / (\d+)"
ROW = re.compile(rf"\| (\w[^|]+?) \| {COST} \| {COST} \| {KEYS} \| {COST} \|")
HANDS = {"mouse": Mouse, "keyboard": Keyboard, "finger": Finger}
LEEWAY = 1

NOTE = "The door was repaired on Saturday. She wants to know if the camera comes."
REASON = "Small baby, and no money for the bus"


def at_hand(page: Page, act: str) -> Locator:
    """An act of the case: on a phone it stands at the lower edge as well."""
    return page.locator("main").get_by_role("link", name=act, exact=True).last


def log_a_call_from_the_case(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(at_hand(page, "Log a call"))
    hand.write(NOTE)
    hand.leave_by(page.get_by_role("button", name="Save call"))
    assert hand.person.said == ["Saved. Reply due Thu 26 Nov."]


def log_a_call_from_anywhere(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(page.locator("header").get_by_role("link", name="Log a call"))
    hand.look_for("rehana ")
    hand.leave_by(page.locator("main").get_by_role("link", name=CLIENT))
    hand.write(NOTE)
    hand.leave_by(page.get_by_role("button", name="Save call"))
    assert hand.person.said == ["Saved. Reply due Thu 26 Nov."]


def call_is_saved(house, office) -> None:
    with house.db() as db:
        notes = db.scalars(select(CaseNote).where(CaseNote.case_id == office["case"], CaseNote.direction == "in"))
        assert [one.text for one in notes] == [NOTE]


def open_a_case(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(page.get_by_role("link", name="New enquiry"))
    hand.write("Fatuma Abdi")
    hand.next_box(hand.person.field("One way to reach them"))
    hand.write("07700 900177")
    hand.tick(page.get_by_role("radiogroup", name="Safe ways").get_by_role("radio", name="Phone only"))
    hand.into(page.get_by_role("combobox", name="Language"))
    hand.keys("s", "o", "m", "Enter")
    hand.into(page.get_by_role("textbox", name="What happened"))
    hand.write("Stones were thrown at the window again.")
    hand.choose(hand.person.field("Borough"), "new", "Newham")
    hand.send(page.get_by_role("button", name="Save enquiry"))


def case_is_open(house, office) -> None:
    with house.db() as db:
        client = db.scalars(select(Client).where(Client.name == "Fatuma Abdi")).one()
        case = db.scalars(select(Case).where(Case.client == client)).one()
        assert (client.interpreter, client.language.name, client.phone) == ("spoken", "Somali", "07700 900177")
        assert (case.status, case.lead.name, case.area.name) == ("open", "Amina K", "Newham")


def book_a_home_visit(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(at_hand(page, "Book home visit"))
    hand.into(hand.person.field("Why they cannot come to us"))
    hand.write(REASON)
    hand.leave_by(page.locator(".offer button").first)


def visit_is_booked(house, office) -> None:
    with house.db() as db:
        [visit] = db.scalars(
            select(Appointment).where(Appointment.case_id == office["case"], Appointment.id != office["visit"])
        ).all()
        assert (visit.kind, visit.cannot_attend_reason) == ("home_visit", REASON)
        assert {one.role for one in visit.people} == {"lead", "second", "interpreter"}


def refer_to_an_agency(hand: Mouse) -> None:
    hand.leave_by(at_hand(hand.page, "Refer"))
    refer_where_agencies_are_listed(hand)


def refer_where_agencies_are_listed(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(page.get_by_role("link", name="Refer Marsh Lane Homes: Repair damage or make the home safe"))
    hand.tick(page.get_by_role("checkbox", name="Name", exact=True))
    hand.leave_by(page.get_by_role("button", name="Check permission"))
    hand.leave_by(page.get_by_role("button", name="Send now"))


def referral_is_sent(house, office) -> None:
    with house.db() as db:
        [referral] = db.scalars(select(Referral)).all()
        assert (referral.status, referral.agency_id) == ("sent", office["agency"])


def find_an_interpreter(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(page.get_by_role("link", name="Find an interpreter Sylheti, spoken"))
    hand.leave_by(page.get_by_role("button", name="Ask Farida A").first)


def interpreter_is_asked(house, office) -> None:
    with house.db() as db:
        asked = select(AppointmentWorker.status).where(
            AppointmentWorker.appointment_id == office["visit"], AppointmentWorker.role == "interpreter"
        )
        assert db.scalars(asked).all() == ["invited"]


def figures_for_the_funder(hand: Mouse) -> None:
    page = hand.page
    hand.leave_by(page.get_by_role("navigation").first.get_by_role("link", name="Funder files"))
    hand.leave_by(page.get_by_role("button", name="Show the preview"))
    hand.leave_by(page.get_by_role("button", name="Make the workbook"))
    with page.expect_download():
        hand.act(page.get_by_role("button", name="Download the workbook"))


def file_is_made(house, office) -> None:
    with house.db() as db:
        assert [run.sha256 for run in db.scalars(select(ExportRun))]


def a_grant(house) -> None:
    with house.db() as db:
        random_office(db, 1, 25)
        areas = [make.area(db), make.area(db, "Newham")]
        began = make.TODAY.replace(month=4, day=1)
        db.add(Grant(name="Two boroughs", funder="Docklands Board", public_body=True, starts_on=began, areas=areas))
        db.commit()


CASE = "/caseworker/case/details/?id={case}"
WALKS: dict[str, tuple[str, str, Callable[[Mouse], None], Callable[..., None]]] = {
    "Log a call, from the case": ("amina", CASE, log_a_call_from_the_case, call_is_saved),
    "Log a call, from anywhere": ("amina", "/caseworker/", log_a_call_from_anywhere, call_is_saved),
    "Open a case with an interpreter need": ("amina", "/caseworker/", open_a_case, case_is_open),
    "Book a home visit": ("amina", CASE, book_a_home_visit, visit_is_booked),
    "Refer to an agency": ("amina", CASE, refer_to_an_agency, referral_is_sent),
    "Refer, from the list of agencies": (
        "amina",
        "/caseworker/refer/?case={case}",
        refer_where_agencies_are_listed,
        referral_is_sent,
    ),
    "Find an interpreter": ("leyla", "/coordinator/", find_an_interpreter, interpreter_is_asked),
    "Figures for the funder": ("figures", "/reports/", figures_for_the_funder, file_is_made),
}


def told() -> dict[str, tuple[Cost, dict[str, Cost]]]:
    """Read docs/tasks.md: the goal of each task, and what each hand spends."""
    rows = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if found := ROW.fullmatch(line):
            goal, mouse = (Cost(*map(int, found.groups()[at : at + 3])) for at in (1, 4))
            keyboard = Cost(0, int(found[8]), int(found[9]))
            rows[found[1]] = goal, {"mouse": mouse, "keyboard": keyboard, "finger": Cost(*map(int, found.groups()[9:]))}
    return rows


def test_every_task_is_told():
    assert list(told()) == list(WALKS)


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("task", WALKS)
def test_a_task_costs_what_is_told_and_no_more_than_its_goal(sit_down, house, office, task, hand):
    who, begins, walk, is_done = WALKS[task]
    if walk is figures_for_the_funder:
        a_grant(house)
    person = sit_down(who, phone=HANDS[hand].phone)
    person.page.set_default_navigation_timeout(120_000)  # laying files beside each other is long arithmetic
    person.open(begins.format(**office.ids))
    counted = HANDS[hand](person)
    walk(counted)
    is_done(house, office)
    goal, costs = told()[task]
    if hand == "keyboard":
        assert (counted.cost.clicks, counted.cost.pages) == (0, costs[hand].pages)
        assert costs[hand].keys - 12 < counted.cost.keys <= costs[hand].keys
    else:
        assert counted.cost == costs[hand]
    assert counted.cost.pages <= goal.pages + LEEWAY
    if hand == "mouse":
        assert counted.cost.clicks <= goal.clicks + LEEWAY and counted.cost.keys <= goal.keys + LEEWAY
    if hand == "finger":
        assert counted.cost.clicks + counted.cost.keys <= goal.clicks + goal.keys + 2 * LEEWAY
