"""The findings A1 to A10: who meets what. Nobody sees a file by a side door."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from casework.access import PANELS, ROLES, panels_of
from models import Appointment, Case, CaseNote, Client, User, Worker
from models.declared import by_key
from models.fields import Sensitivity
from tests import make
from tests.admin_views.office import FILES, NAMES, ROLE_OF, SCRIPTS, WITHIN_REACH, canary

WORDS = ("address", "needs", "member", "title", "note", "what", "crime", "task", "reason", "items", "visit")


def marks_of(file: str) -> set[str]:
    """Give every word by which something of this file would be recognised."""
    return {NAMES[file], SCRIPTS[file], *(canary(what, file) for what in WORDS)}


def doors(site, role: str) -> list[str]:
    """Give every address that a role reads: pages, records, forms, sheets."""
    made = [f"/{role}/"] if role != "reports" else []
    for panel in panels_of(role):
        base = f"/{role}/{panel.name}"
        ids = [row[0] for row in site.rows(panel.model)]
        made += [f"{base}/", f"{base}/new/", f"{base}/export/csv/"]
        ids = ids if len(ids) <= len(FILES) + 1 else ids[-1:]  # every record of the files, one word of each list
        made += [f"{base}/details/?id={id}" for id in ids] + [f"{base}/edit/?id={id}" for id in ids[-2:]]
    return made


# A1


HOMES = [f"/{role}/" for role in ROLES]


@pytest.mark.parametrize("path", ["/", *HOMES, "/manager/static/x.js", "/r/case/26-0001", "/x"])
def test_a_stranger_meets_the_sign_in_page_everywhere(site, browse, stock, path):
    """A1: in the library the first page is open to everybody."""
    assert stock.get("/admin/").status_code == 200

    stranger = browse("")
    answer = stranger.get(path)
    assert (answer.status, answer.location.split("?")[0]) == (302, "/login")
    assert stranger.post(path).status in {400, 401}


# A2 to A4 stand with S2 to S4. A5, A7, A8, A9: what a role reads, and in which words


@pytest.mark.parametrize("who", [name for name, role in ROLE_OF.items() if role != "manager"])
def test_nothing_of_a_file_is_met_by_somebody_whose_file_it_is_not(site, browse, who):
    """A5, A9: every page, record, form and sheet of each person, read word by word."""
    person = browse(who)
    read = b"\n".join(person.get(path).data for path in doors(site, ROLE_OF[who])).decode()
    for file in FILES:
        met = {mark for mark in marks_of(file) if mark in read}
        assert met == (marks_of(file) if file in WITHIN_REACH[who] else set())


def test_the_stock_class_shows_every_column_on_a_records_page(stock, office):
    """A5: the list was narrowed to two columns; the passphrase's hash is a column like any other."""
    assert canary("title", "own") in stock.get("/admin/mycases/details/", id=str(office["case", "own"])).text
    assert "First Contact At" in stock.get("/admin/mycases/details/", id=str(office["case", "own"])).text
    assert "$argon2id$" in stock.get("/admin/user/").text


@pytest.mark.parametrize("who", ROLE_OF)
def test_no_passphrase_and_no_mark_of_one_is_ever_shown(site, browse, who):
    """A5."""
    person = browse(who)
    paths = doors(site, ROLE_OF[who])
    read = b"\n".join(person.get(path).data for path in paths if "user" in path or "staff" in path).decode()
    assert "argon2" not in read
    for view in site.app.extensions["casework_views"].values():
        shown = {*view.column_list, *view.column_details_list, *view.column_export_list, *view.form_columns,
                 *view.column_searchable_list}  # fmt: skip
        assert not shown & {"password_hash", "epoch"}


def test_a_role_meets_only_fields_up_to_its_sensitivity_in_every_door(site):
    """A5, A8, A9: list, record, form, sheet, search and filter alike, read from the declarations."""
    for (role, name), view in site.app.extensions["casework_views"].items():
        see = next(panel for panel in PANELS if panel.name == name).rights[role].see
        fields = by_key(view.model)
        links = {f"{key}_id": key for key in fields}
        for met in (view.column_list, view.column_details_list, view.form_columns, view.column_searchable_list,
                    [flt.field.key for flt in view._filters], view.column_sortable_list):  # fmt: skip
            for key in met:
                assert fields[links.get(key, key)].info.sensitivity <= see, (role, name, key)
        for key in view.column_export_list:
            assert fields[key].info.sensitivity <= min(see, Sensitivity.PERSONAL), (role, name, key)


def test_a_member_of_staff_cannot_raise_their_own_role(site, browse, stock, office):
    """A6: in the library whoever may edit accounts edits every column of them."""
    amina = office.users["amina"]
    stock.post(f"/admin/user/edit/?id={amina}", username="amina", role="manager", active="y", epoch=1,
               version=1)  # fmt: skip
    assert stock.value(select(User.role).where(User.id == amina)) == "manager"

    person = browse("amina")
    typed = {"role": "manager", "version": "1", "passphrase": "long enough words"}
    for path in ("/caseworker/user/edit/", "/manager/user/edit/", "/manager/user/passphrase/"):
        assert person.post(f"{path}?id={amina}", typed).status in {403, 404}
    with site.db() as db:
        assert db.get(User, amina).role == "caseworker"


def test_the_choices_of_a_form_name_nobody_outside_the_readers_files(browse):
    """A7: drop-downs of the library list every case with its title."""
    for who in ("amina", "joan", "leyla"):
        person = browse(who)
        for panel in panels_of(ROLE_OF[who]):
            markup = person.get(f"/{ROLE_OF[who]}/{panel.name}/new/").page.markup
            assert not any(NAMES[file] in markup or canary("title", file) in markup for file in FILES)


def test_a_search_cannot_be_used_to_guess_at_what_is_not_shown(site, browse, stock):
    """A8: the library finds a note by a word of it, though its list shows only the number."""
    assert 'name="rowid"' in stock.get("/admin/unseen/", search=canary("note", "other")).text

    person = browse("amina")
    for table, words in (("casenote", "note"), ("incident", "crime"), ("client", "address")):
        for file in ("other", "hidden"):
            answer = person.post(f"/caseworker/{table}/", {"search": canary(words, file)})
            assert answer.page.rows == [], (table, file)
    found = person.post("/caseworker/casenote/", {"search": canary("note", "own")})
    assert len(found.page.rows) == 1
    for file in FILES:  # neither by name: the coordinator meets appointments, never whose
        assert browse("leyla").get(f"/coordinator/appointment/?flt0_case={NAMES[file].replace(' ', '+')}").status == 200


def test_a_filter_on_a_case_takes_a_reference_and_never_a_name(browse):
    """A8: an address is kept by browsers and servers, so a name in it must not even work."""
    person = browse("amina")
    assert len(person.get("/caseworker/casenote/?flt0_case=26-0001").page.rows) == 1
    first_name = NAMES["own"].split()[0]
    refused = person.get(f"/caseworker/casenote/?flt0_case={first_name}")
    assert "Nothing found" in refused.text
    assert len(refused.page.rows) == len(WITHIN_REACH["amina"])


def test_the_coordinator_plans_visits_without_learning_whose_they_are(browse, office):
    """A9: reference, time, area, language and wishes; no name, no reason, no note, no form."""
    person = browse("coordinator")
    page = person.get(f"/coordinator/appointment/details/?id={office['appointment', 'own']}").page
    facts = {one.text for one in page.all("dt")}
    assert facts >= {"Case", "Starts", "Ends", "Borough", "Interpreter's gender", "Needs step-free access"}
    assert not facts & {by_key(Appointment)[key].info.label for key in ("note", "cannot_attend_reason")}
    assert "Edit" not in page.links
    assert person.get(f"/coordinator/appointment/edit/?id={office['appointment', 'own']}").status == 403


def test_a_link_made_for_another_role_leads_to_ones_own_page_or_says_no(browse, office):
    """A9: colleagues send each other addresses."""
    amina, leyla = browse("amina"), browse("leyla")
    own = office["case", "own"]
    assert amina.get(f"/manager/case/details/?id={own}").location == f"/caseworker/case/details/?id={own}"
    assert amina.get("/manager/user/").status == 403
    assert leyla.get(f"/manager/case/details/?id={own}").status == 403
    assert leyla.get(f"/manager/case/details/?id={own}").page.heading == "Not in your role"


@pytest.mark.parametrize("file", FILES)
def test_a_permanent_link_opens_the_record_for_those_who_may_read_it(site, browse, file):
    """A9."""
    with site.db() as db:
        case = db.get(Case, site.office["case", file])
        ref, id = case.ref, case.id
    for who in ("amina", "joan"):
        answer = browse(who).get(f"/r/case/{ref}")
        if file in WITHIN_REACH[who]:
            assert answer.location == f"/caseworker/case/details/?id={id}"
        else:
            assert answer.status == 404


# A10: what belongs together stays together


def test_the_database_takes_no_row_that_belongs_to_nobody(any_site, stock):
    """A10: SQLite checks nothing unless it is told to for each connection."""
    nobody = {"case_id": 999999, "client_id": 999999, "agency_id": 999999, "area_id": 1}
    given = {
        "at": make.NOW, "medium": "phone", "contact_with": "client", "text": "x", "is_child": False, "ref": "26-9999",
        "kind_id": 1, "status": "enquiry", "risk": "low", "first_contact_at": make.NOW,
        "first_contact_medium": "phone", "created_at": make.NOW, "updated_at": make.NOW, "version": 1,
    }  # fmt: skip
    tables = CaseNote.metadata.tables
    for table in (tables[name] for name in ("case_notes", "client_members", "cases", "agency_areas")):
        orphan = {key: value for key, value in {**nobody, **given}.items() if key in table.c}
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"), any_site.engine.begin() as connection:
            connection.execute(insert(table).values(**orphan))
        with stock.app.extensions["stock_engine"].begin() as connection:
            connection.execute(insert(table).values(**orphan))  # the stock connection takes it


def test_a_client_with_a_file_cannot_be_deleted_even_by_hand(any_site, stock):
    """A10: the library deletes the client, and its cases point at nobody."""
    stock.post("/admin/client/delete/", id=1)
    assert stock.value(select(func.count(Client.id)).where(Client.id == 1)) == 0

    with pytest.raises(IntegrityError), any_site.engine.begin() as connection:
        connection.execute(text("DELETE FROM clients WHERE id = 1"))
    assert len(any_site.rows(Client)) == len(FILES)


def test_only_a_manager_deletes_and_only_words_of_the_offices_lists(site):
    """A10."""
    for panel in PANELS:
        for role, right in panel.rights.items():
            if right.delete:
                assert role == "manager"
                assert panel.setup or panel.name == "agency"


def test_somebody_new_is_met_by_whoever_wrote_them_down_until_a_case_says_whose_they_are(site, browse):
    """A2: a client without a case is not everybody's, and not lost either."""
    amina = browse("amina")
    made = amina.fill("/caseworker/client/new/", {"name": "Zarina Q"})
    id = re.search(r"id=(\d+)", made.location)[1]
    assert amina.get(made.location).status == 200
    assert browse("joan").get(f"/caseworker/client/details/?id={id}").status == 404
    with site.db() as db:
        make.case(db, db.get(Client, int(id)), status="enquiry", lead=db.get(Worker, site.office.people["joan"]))
        db.commit()
    assert amina.get(made.location).status == 404
    assert browse("joan").get(f"/caseworker/client/details/?id={id}").status == 200
