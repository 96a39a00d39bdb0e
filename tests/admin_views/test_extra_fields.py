"""A manager defines a field in the browser, and it is met in all the places where a field of the code is met."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from time import perf_counter

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from models import Case, CaseExtra, ExtraField, Worker
from tests import make
from tests.admin_views.office import FILES, canary
from tests.admin_views.test_statements import LIST

NEW = "/manager/extrafield/new/"
ASKED = {"of": "client", "name": "Church visited", "kind": "text", "sensitivity": "office", "help": "As they call it.",
         "in_form": "1", "in_form-asked": "1", "on_page": "1", "on_page-asked": "1", "listed": "1", "listed-asked": "1",
         "filtered": "1", "filtered-asked": "1", "searched": "1", "searched-asked": "1", "on_sheet": "1",
         "on_sheet-asked": "1", "sort": "100"}  # fmt: skip


def define(site, **more) -> str:
    """Define a field below the screens; give the name of its attribute."""
    with site.db() as db:
        name = make.extra_field(db, more.pop("of", "client"), more.pop("name"), more.pop("kind", "text"), **more)
        db.commit()
    return name


def sheet_of(answer) -> list[list[object]]:
    rows = [list(row) for row in load_workbook(BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True)]
    return [[cell for cell in row if cell is not None] for row in rows]


def facts(answer) -> dict[str, str]:
    """Give what a record's page says, by its labels."""
    terms, told = answer.page.all("dt"), answer.page.all("dd")
    return {term.text: words.text for term, words in zip(terms, told, strict=True)}


def test_one_definition_is_met_in_all_eight_places(site, browse, office):
    manager, own = browse("manager"), office["client", "own"]
    assert manager.post(NEW, ASKED).status == 302
    with site.db() as db:
        made = db.scalars(select(ExtraField).where(ExtraField.name == "Church visited")).one()
        name, key = f"extra_{made.place}", made.key
    assert key == "church_visited"
    amina, edit = browse("amina"), f"/caseworker/client/edit/?id={own}"
    form = amina.get(edit)  # 1: the form, with its help
    assert f'name="{name}"' in form.page.markup and "As they call it." in form.text
    assert amina.fill(edit, {name: "Saint Brigid"}).status == 302
    listed = amina.get("/caseworker/client/")  # 2: the list
    assert "Church visited" in listed.text and "Saint Brigid" in listed.text
    assert f"_{name}" in listed.page.markup  # its box in the filter panel
    filtered = amina.get(f"/caseworker/client/?flt0_{name}=Saint Brigid")  # 3: the filter
    assert len(filtered.page.rows) == 1
    assert amina.get(f"/caseworker/client/?flt0_{name}=Saint").page.rows == []
    searched = amina.post("/caseworker/client/", {"search": "brigid"})  # 4: the search
    assert len(searched.page.rows) == 1
    details = amina.get(f"/caseworker/client/details/?id={own}")  # 5: the record's page
    assert "Church visited" in details.text and "Saint Brigid" in details.text
    rows = sheet_of(amina.get("/caseworker/client/export/xlsx/"))  # 6: the sheet
    heading = next(row for row in rows if "Reference" in row)
    assert "Church visited" in heading
    assert any("Saint Brigid" in row for row in rows)
    last = site.trail(subject="Client", action="changed")[-1]  # 7: the audit names the field, never its value
    assert (last.row_id, last.fields) == (own, "church_visited")
    assert "Brigid" not in repr(site.rows(type(last)))
    history = manager.get(f"/manager/history/?table=client&id={own}")
    assert "Church visited" in history.text
    with site.db() as db:  # 8: permission
        db.get(ExtraField, made.id).sensitivity = "special"
        db.get(ExtraField, made.id).on_sheet = db.get(ExtraField, made.id).filtered = False
        db.commit()
    assert "Church visited" in amina.get(edit).text  # a caseworker may read what is special in their own files
    assert "Church visited" not in repr(sheet_of(amina.get("/caseworker/client/export/xlsx/")))


@pytest.mark.parametrize("level, met", [("open", True), ("office", True), ("personal", True), ("special", False)])
def test_a_field_above_a_roles_rights_does_not_exist_for_it(site, browse, office, level, met):
    """The coordinator sees volunteers up to personal; what is posted anyway is ignored."""
    name = define(site, of="worker", name="Allergy", sensitivity=level, listed=True, searched=True)
    id = office["volunteer", "own"]
    with site.db() as db:
        setattr(db.get(Worker, id), name, "walnuts")
        db.commit()
    leyla, edit = browse("leyla"), f"/coordinator/volunteer/edit/?id={id}"
    pages = ["/coordinator/volunteer/", f"/coordinator/volunteer/details/?id={id}&all=1", edit]
    assert [("Allergy" in leyla.get(path).text) for path in pages[:1] + pages[2:]] == [met, met]
    assert (len(leyla.post("/coordinator/volunteer/", {"search": "walnut"}).page.rows) == 1) is met
    typed = leyla.get(edit).page.form("version")
    leyla.post(edit, {**dict(typed.values), name: "peanuts"}, token=False)
    with site.db() as db:
        kept = getattr(db.get(Worker, id), name)
    assert kept == ("peanuts" if met else "walnuts")


def test_what_is_special_goes_on_no_sheet_and_cannot_be_told_to(site, browse, office):
    """The furnished office has a special field with a value that stands nowhere else."""
    manager = browse("manager")
    for kind in ("csv", "xlsx"):
        sheet = manager.get(f"/manager/client/export/{kind}/")
        told = sheet.data.decode() if kind == "csv" else repr(sheet_of(sheet))
        assert not any(canary("school", file) in told for file in FILES)
        assert "What the school knows" not in told
    refused = manager.post(NEW, ASKED | {"sensitivity": "special"})
    assert refused.status == 422
    assert "goes on no sheet" in refused.text and "stands in the address" in refused.text


def test_a_new_label_keeps_values_and_the_name_in_the_trail(site, browse, office):
    name = define(site, name="Shoe size", kind="number")
    manager, own = browse("manager"), office["client", "own"]
    manager.fill(f"/manager/client/edit/?id={own}", {name: "39"})
    with site.db() as db:
        id = db.scalars(select(ExtraField.id).where(ExtraField.name == "Shoe size")).one()
    assert manager.fill(f"/manager/extrafield/edit/?id={id}", {"name": "Size of shoes"}).status == 302
    page = manager.get(f"/manager/client/details/?id={own}")
    assert "Size of shoes" in page.text and "Shoe size" not in page.text
    assert facts(page)["Size of shoes"] == "39"
    manager.fill(f"/manager/client/edit/?id={own}", {name: "40"})
    assert [line.fields for line in site.trail(subject="Client", action="changed")[-2:]] == ["shoe_size", "shoe_size"]


def test_a_field_out_of_use_is_met_nowhere_and_comes_back_with_its_values(site, browse, office):
    name = define(site, name="Shoe size", kind="number", listed=True)
    manager, own = browse("manager"), office["client", "own"]
    manager.fill(f"/manager/client/edit/?id={own}", {name: "39"})
    with site.db() as db:
        id = db.scalars(select(ExtraField.id).where(ExtraField.name == "Shoe size")).one()
    path = f"/manager/extrafield/use/?id={id}"
    asked = manager.get(path)
    assert "1 record holds a value" in asked.text
    assert manager.post(path, {}).status == 302
    pages = ["/manager/client/", f"/manager/client/edit/?id={own}", f"/manager/client/details/?id={own}"]
    assert not any("Shoe size" in manager.get(page).text for page in pages)
    manager.fill(f"/manager/client/edit/?id={own}", {"dialect": "Sylheti"})
    assert "Bring it back" in manager.get(f"/manager/extrafield/details/?id={id}").text
    assert manager.post(path, {}).status == 302
    assert all("Shoe size" in manager.get(page).text for page in pages)
    assert facts(manager.get(pages[2]))["Shoe size"] == "39"
    refused = manager.post(f"/manager/extrafield/delete/?id={id}", {})
    assert "they keep their values" in refused.text


def test_what_a_manager_types_is_never_taken_for_a_page(site, browse, office):
    name = define(site, name="<b>bold</b>", help="<i>help</i>", kind="choice", answers=("<u>yes</u>", "no"),
                  listed=True, filtered=True)  # fmt: skip
    manager, own = browse("manager"), office["client", "own"]
    assert manager.fill(f"/manager/client/edit/?id={own}", {name: "a1"}).status == 302
    for path in ("/manager/client/", f"/manager/client/?flt0_{name}=a1", f"/manager/client/edit/?id={own}",
                 f"/manager/client/details/?id={own}", "/manager/extrafield/"):  # fmt: skip
        markup = manager.get(path).page.markup
        assert "&lt;b&gt;bold" in markup
        assert [mark for mark in ("<b>bold", "<i>help", "<u>yes") if mark in markup] == []


@pytest.mark.parametrize("of, level, roles", [
    ("client", "open", {"Manager", "Caseworker"}), ("client", "special", {"Manager", "Caseworker"}),
    ("worker", "special", {"Manager"}), ("agency", "office", {"Manager", "Caseworker", "coordinator"}),
])  # fmt: skip
def test_the_preview_says_who_will_meet_the_field(browse, of, level, roles):
    manager = browse("manager")
    sent = dict(manager.get(NEW).page.form("version").values) | {
        "name": "Allergy", "of": of, "kind": "text", "sensitivity": level, "preview": "1",
    }  # fmt: skip
    shown = manager.post(NEW, sent, token=False)
    line = next(one.text for one in shown.page.all("p") if one.text.startswith("Met by"))
    assert {role for role in ("Manager", "Caseworker", "coordinator", "Reports") if role in line} == roles


def test_only_managers_define_fields(browse):
    for who in ("amina", "leyla", "figures"):
        person = browse(who)
        assert person.client.get(NEW).status_code == 403
        assert person.client.get("/manager/extrafield/use/?id=1").status_code == 403


def test_a_custom_date_and_a_custom_choice_are_filtered_and_sorted_over_ten_thousand_within_the_lists_budget(
    site, browse, office
):
    day = define(site, of="case", name="Heard in court", kind="date", listed=True, filtered=True)
    choice = define(site, of="case", name="Court", kind="choice", answers=("Bow", "Barkingside"), listed=True,
                    filtered=True)  # fmt: skip
    with site.db() as db:
        case = db.get(Case, office["case", "own"])
        columns = {one.key: getattr(case, one.key) for one in Case.__table__.c if one.key not in ("id", "ref")}
        rows = [columns | {"ref": f"25-{number:05}"} for number in range(10_000)]
        db.execute(insert(Case.__table__), rows)
        ids = db.scalars(select(Case.id).where(Case.ref.like("25-%")).order_by(Case.id)).all()
        stamps = {"created_at": make.NOW, "updated_at": make.NOW, "version": 1}
        first = date(2020, 1, 1)
        values = [
            {"case_id": id, day.removeprefix("extra_"): first + timedelta(days=7 * number % 2000),
             choice.removeprefix("extra_"): f"a{number % 2 + 1}", **stamps}
            for number, id in enumerate(ids)
        ]  # fmt: skip
        db.execute(insert(CaseExtra.__table__), values)
        db.commit()
    manager = browse("manager")
    plain = manager.get("/manager/case/")
    place = [one.text for one in plain.page.all("th", scope="col")].index("Heard in court")
    asked = f"/manager/case/?flt0_{day}_from=1/1/2024&flt1_{choice}=a2&sort={place}"
    began = perf_counter()
    page = manager.get(asked)
    took = perf_counter() - began
    began = perf_counter()
    manager.get("/manager/case/")
    usual = perf_counter() - began
    expected = sorted(
        first + timedelta(days=7 * number % 2000) for number in range(10_000)
        if number % 2 == 1 and first + timedelta(days=7 * number % 2000) >= date(2024, 1, 1)
    )  # fmt: skip
    assert page.statements <= LIST
    assert len(page.page.rows) == 50
    shown = [row[place] for row in page.page.rows]
    assert shown[0].endswith(f"{expected[0].day} Jan 2024") and len(set(shown)) > 1
    assert took < 3 * usual + 0.25
