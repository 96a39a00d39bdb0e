"""How many statements a page takes does not grow with the rows, and eight people work at once without an error."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.access import PANELS, panels_of
from models import (
    Agency,
    Appointment,
    AuditEntry,
    Case,
    CaseNote,
    Client,
    ClientMember,
    Code,
    Consent,
    Incident,
    Referral,
    Release,
    Task,
    Worker,
)
from tests import make
from tests.admin_views.office import ROLE_OF

LIST, FORM = 9, 10  # statements, the reader's own sign-in and the start of the transaction counted; a list reads the
# fields of the office's own and the reader's views of it, with one statement each
BARE_CASE, FULL_CASE = 14, 40
MORE = 56
SECONDS = 1.5


def add_much(site) -> None:
    """Make every table of the files more than a page long, each row with links of its own."""
    with site.db() as db:
        agencies = [make.agency(db, f"Agency {number}") for number in range(MORE)]
        for number, agency in enumerate(agencies):
            lead = make.worker(db, f"Worker {number:02}", in_team=make.team(db, "East"), kind="volunteer")
            client = make.client(db, f"Person {number}", phone=None)
            case = make.case(db, client, lead=lead)
            consent = make.consent(db, client, agency)
            rows = [
                CaseNote(case=case, at=make.NOW, text="rang"), Incident(case=case, from_at=make.NOW),
                Task(case=case, owner=lead, what="ring", due_on=date(2026, 12, 1)),
                Referral(case=case, agency=agency, request=make.code(db, "request", "repairs")),
                Release(at=make.NOW, client=client, consent=consent, agency=agency, channel="phone", items="x"),
                ClientMember(client=client, name="Sami"),
                Code(list="note_kind", code=f"k{number}", words=f"K {number}"),
            ]  # fmt: skip
            db.add_all(rows)
            day = date(2026, 12, 1) + timedelta(days=number)
            make.appointment(db, case, day=str(day), kind="accompaniment", lead=lead)
        db.commit()


def counts(site, who: str) -> dict[str, int]:
    person, role = site.browse(who), ROLE_OF[who]
    return {panel.name: person.get(f"/{role}/{panel.name}/").statements for panel in panels_of(role)}


@pytest.mark.parametrize("who", ["manager", "amina", "leyla"])
def test_a_list_takes_the_same_few_statements_with_five_rows_and_with_sixty(site, who):
    few = counts(site, who)
    many = counts(site.with_more(add_much), who)
    assert many == few
    assert max(few.values()) <= LIST, few


def test_a_list_that_is_filtered_sorted_and_searched_stays_within_its_budget(site):
    person = site.with_more(add_much).browse("manager")
    sorted_page = person.get("/manager/case/?sort=0&desc=1&flt0_status=open&flt1_area=none&flt2_lead=Worker&page=1")
    searched = person.post("/manager/case/", {"search": "person 1", "flt0_status": "open", "sort": "0"})
    assert len(searched.page.rows) > 5
    assert sorted_page.statements <= LIST
    assert searched.statements <= LIST


@pytest.mark.parametrize("table", [panel.name for panel in PANELS if panel.rights["manager"].edit])
def test_a_form_takes_few_statements_whatever_it_could_be_linked_to(site, office, table):
    path = f"/manager/{table}/edit/?id={office.ids.get((table, 'own'), 1)}"
    few = site.browse("manager").get(path).statements
    assert site.with_more(add_much).browse("manager").get(path).statements == few
    # the ticks of an incident come from four lists; a volunteer has four lists edited inside
    assert few <= FORM + (table in ("incident", "volunteer"))


def test_a_form_takes_no_more_statements_for_each_row_edited_inside_it(site, browse, office):
    person, path = browse("amina"), f"/caseworker/client/edit/?id={office['client', 'own']}"
    few = person.get(path).statements
    with site.db() as db:
        client = db.get(Client, office["client", "own"])
        client.members += [ClientMember(name=f"Child {number}") for number in range(20)]
        db.commit()
    page = person.get(path)
    assert "Child 19" in page.page.markup
    assert page.statements == few


@pytest.mark.parametrize("table, adds", [
    ("case", lambda db: CaseNote(case=db.get(Case, 1), at=make.NOW, text="rang")),
    ("case", lambda db: Task(case=db.get(Case, 1), owner=db.get(Worker, 2), what="ring", due_on=make.TODAY)),
    ("client", lambda db: ClientMember(client=db.get(Client, 1), name="Sami")),
    ("agency", lambda db: Referral(case=db.get(Case, 1), agency=db.get(Agency, 1),
                                   request=make.code(db, "request", "repairs"))),
    ("client", lambda db: Consent(client=db.get(Client, 1), kind="statistics", method="signed",
                                  given_on=date(2026, 10, 1), expires_on=date(2027, 10, 1))),
])  # fmt: skip
def test_a_records_page_takes_the_same_statements_however_much_belongs_to_it(site, browse, table, adds):
    """One of a kind is there to begin with: of what a case has none, the page does not ask at all."""
    person, path = browse("manager"), f"/manager/{table}/details/?id=1"
    with site.db() as db:
        db.add(adds(db))
        db.commit()
    few = person.get(path).statements
    with site.db() as db:
        db.add_all([adds(db) for _ in range(40)])
        db.commit()
    assert person.get(path).statements == few


def test_the_page_of_a_case_takes_few_statements_with_little_in_it_and_with_much(site, browse):
    """Among them who signed in, the line in the trail and the last look; before, it took 42 with or without."""
    person = browse("manager")
    with site.db() as db:
        bare = make.case(db, make.client(db, "Bare Case", phone=None))
        db.commit()
        path = f"/manager/case/details/?id={bare.id}"
    assert person.get(path).statements <= BARE_CASE
    assert person.get("/manager/case/details/?id=1").statements <= FULL_CASE


def test_eight_people_open_cases_and_add_notes_at_once_without_an_error(any_site):
    """Each opening writes its line in the trail, so eight readers are eight writers."""
    site, done, failed = any_site, [], []
    cases = [site.office["case", file] for file in ("own", "team")]
    people = [site.browse("amina") for _ in range(8)]
    tokens = [person.token for person in people]
    with site.db() as db:
        notes = len(db.scalars(select(CaseNote)).all())
    until = time.monotonic() + SECONDS

    def work(number: int) -> None:
        client, case = people[number].client, cases[number % 2]
        turn = 0
        while time.monotonic() < until:
            turn += 1
            if turn % 4 == number % 4:
                typed = {"csrf_token": tokens[number], "case_id": f"26-000{case}", "at": "today", "at-time": "9:00",
                         "medium": "phone", "contact_with": "client", "text": f"note {number} {turn}"}  # fmt: skip
                answer, wanted = client.post("/caseworker/casenote/new/", data=typed), 302
            else:
                answer, wanted = client.get(f"/caseworker/case/details/?id={case}"), 200
            (done if answer.status_code == wanted else failed).append((answer.status_code, wanted))

    def guarded(number: int) -> None:
        try:
            work(number)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(done) >= 8
    with site.db() as db:
        opened = db.scalars(select(AuditEntry).where(AuditEntry.action == "opened", AuditEntry.subject == "Case")).all()
        assert len(opened) == sum(wanted == 200 for _status, wanted in done)
        assert len(db.scalars(select(CaseNote)).all()) - notes == sum(wanted == 302 for _status, wanted in done)
        assert db.scalars(select(Appointment)).all()


def test_a_search_and_a_look_up_do_not_wait_for_somebody_who_is_saving(site, browse):
    """They come by POST, so that no name stands in an address; on SQLite a POST would queue for the one writer."""
    person = browse("amina")
    person.get("/caseworker/case/")
    writer = site.engine.connect().execution_options(begin="IMMEDIATE")
    with writer, writer.begin():
        began = time.monotonic()
        token = person.token
        assert person.client.post("/caseworker/client/", data={"csrf_token": token, "search": "x"}).status_code == 200
        assert person.ask("/caseworker/casenote/ajax/lookup/", name="case_id", query="re").status == 200
        found = person.client.post("/caseworker/find/", data={"csrf_token": token, "find": "rehana"})
        assert found.status_code == 200
        assert person.ask("/date-in-words", text="4/12", prefer="future").status == 200
        assert time.monotonic() - began < 10  # a queue would last thirty
