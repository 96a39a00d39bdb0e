"""The findings C1 to C16 about Flask-Admin's own ways: lost work, half sheets, errors that tell nothing."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, time

import pytest
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy
from openpyxl import load_workbook
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.orm.exc import DetachedInstanceError

from admin_views.base import CaseworkView
from admin_views.db import db as keeper
from admin_views.saving import problem_of
from casework import audit
from casework.access import PANELS
from exports import working_list
from models import Case, CaseNote, Client, Deadline, Grant, Incident, Language, Team
from tests import make
from tests.admin_views.office import FILES, NAMES
from tests.admin_views.stock import ByRole, Mistaken, Stock

HUGE = 10**25


def sheet_of(answer) -> list[list[str]]:
    """Give the rows of a CSV answer, its heading first."""
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


# C1, C2: sheets


def test_a_sheet_is_whole_with_the_words_of_every_link(browse, stock):
    """C1: the library begins to send, then closes the session that the next row needs."""
    half = stock.get("/admin/links/export/csv/")
    with pytest.raises(DetachedInstanceError):
        half.get_data()
    half.close()

    answer = browse("manager").get("/manager/casenote/export/csv/")
    heading, *rows = sheet_of(answer)
    assert len(answer.data) == int(answer.headers["Content-Length"])
    assert sorted(row[heading.index("Case")].split(" ", 1)[1] for row in rows) == sorted(NAMES.values())


def test_a_long_sheet_takes_no_more_statements_for_each_row(site, browse):
    """C2: a thousand rows are read some hundreds at a time; a chunk takes what a chunk takes."""
    person, counts = browse("manager"), []
    for more in (20, 440, 500):  # one chunk, still one chunk, two chunks
        with site.db() as db:
            case = db.get(Case, 1)
            db.add_all([CaseNote(case=case, at=make.NOW, text="rang") for _ in range(more)])
            db.commit()
        answer = person.get("/manager/casenote/export/csv/")
        counts.append(answer.statements)
        assert len(sheet_of(answer)) == 1 + len(site.rows(CaseNote))
    few, many, two_chunks = counts
    assert few == many
    assert two_chunks - many <= 3


def test_a_time_of_day_is_written_as_it_is_read(site, browse, office):
    """R: the first deadline with an hour made the whole sheet fail."""
    with site.db() as db:
        db.get(Deadline, office["deadline", "own"]).due_at = time(10, 30)
        db.commit()
    person = browse("manager")
    at = sheet_of(person.get("/manager/deadline/export/csv/"))
    assert [row[at[0].index("At")] for row in at[1:] if row[at[0].index("At")]] == ["10:30"]
    book = load_workbook(io.BytesIO(person.get("/manager/deadline/export/xlsx/").data))
    assert "10:30" in [cell.value for row in book.worksheets[0].iter_rows() for cell in row]


def test_a_sheet_longer_than_its_limit_is_refused_and_not_cut(site, browse, monkeypatch):
    """C2: who sums a sheet must be able to trust that nothing is missing at its end."""
    monkeypatch.setattr(working_list, "MOST_ROWS", len(FILES) - 1)
    person = browse("manager")
    answer = person.get("/manager/casenote/export/csv/")
    assert answer.status == 302
    told = person.get(answer.location).page.notices
    assert told == ["Not exported: these are more than 3 rows. Filter the list first."]
    assert site.trail(action="exported") == []
    monkeypatch.setattr(working_list, "MOST_ROWS", len(FILES))
    assert len(sheet_of(person.get("/manager/casenote/export/csv/"))) == 1 + len(FILES)


def test_every_sheet_is_in_the_trail_with_its_rows_and_who_took_it(site, browse, office):
    """C2."""
    browse("amina").get("/caseworker/casenote/export/xlsx/")
    [line] = site.trail(action="exported")
    assert (line.who, line.subject) == ("amina", "CaseNote")
    assert line.fields.split(", ") == [str(office["casenote", file]) for file in ("team", "own")]
    assert "xlsx, 2 rows" in line.reason


# C3, C4: two people, one record


def test_the_stock_class_lets_the_second_editor_overwrite_the_first(stock):
    """C3: both were told that their words were saved."""
    for words in ("From the first", "From the second"):
        assert stock.post("/admin/team/edit/?id=1", name=words).status_code == 302
    assert stock.value(select(Team.name).where(Team.id == 1)) == "From the second"


def test_two_people_editing_one_record_are_shown_both_versions(site, browse, office):
    """C3: nothing is overwritten unseen, and what was typed is still in the form."""
    path = f"/caseworker/client/edit/?id={office['client', 'own']}"
    amina, manager = browse("amina"), browse("manager")
    opened = amina.get(path)
    manager.fill(path.replace("caseworker", "manager"), {"safe_note": "Never before noon"})

    second = amina.submit(opened, {"safe_note": "Only on Fridays", "dialect": "Sylheti"}, path=path)
    assert second.status == 409
    assert ["Times and other care to take", "Never before noon", "Only on Fridays"] in second.page.rows
    assert dict(second.page.form("version").values)["dialect"] == "Sylheti"
    with site.db() as db:
        assert db.get(Client, office["client", "own"]).safe_note == "Never before noon"

    assert amina.submit(second, {"safe_note": "Never before noon; Fridays best"}, path=path).status == 302
    with site.db() as db:
        kept = db.get(Client, office["client", "own"])
        assert (kept.safe_note, kept.dialect) == ("Never before noon; Fridays best", "Sylheti")


@pytest.mark.parametrize("version", ["", "0", "999", "x", str(HUGE), None])
def test_a_form_that_does_not_say_which_version_it_saw_is_not_saved(site, browse, office, version):
    """C3."""
    before = site.rows(Client)
    path = f"/caseworker/client/edit/?id={office['client', 'own']}"
    assert browse("amina").fill(path, {"version": version, "dialect": "x"}).status == 409
    assert site.rows(Client) == before


def test_a_change_in_the_very_moment_of_saving_is_noticed(any_site, monkeypatch):
    """C3, C4: the version is compared once more by the database itself. On SQLite the second writer waits."""
    person, id = any_site.browse("manager"), any_site.office["client", "own"]
    assert id == 1

    def meanwhile(view, form, model) -> None:
        if any_site.kind == "postgresql":
            with any_site.engine.begin() as other:
                other.execute(text("UPDATE clients SET dialect = 'theirs', version = version + 1 WHERE id = 1"))

    monkeypatch.setattr(CaseworkView, "before_saving", meanwhile)
    answer = person.fill(f"/manager/client/edit/?id={id}", {"dialect": "mine"})
    kept = {row[0]: row for row in any_site.rows(Client)}[id]
    if any_site.kind == "postgresql":
        assert answer.status == 409
        assert "a colleague changed this record a moment ago" in answer.page.faults[0]
        assert "theirs" in kept
    else:
        assert answer.status == 302
        assert "mine" in kept


def test_a_refused_form_answers_as_refused_and_the_next_one_is_saved(any_site):
    """C4: the library answers 200, as if all were well; after an error its session may be stuck."""
    person = any_site.browse("manager")
    assert person.fill("/manager/team/new/", {"name": "East"}).status == 422
    assert person.fill("/manager/team/new/", {"name": "North"}).status == 302
    assert "North" in person.get("/manager/team/").text


# C5: deleting what is used


def test_a_word_that_records_use_is_not_deleted_and_the_page_says_what_to_do(any_site, stock):
    """C5, A10: the library takes the word out of the records without a word."""
    with any_site.db() as db:
        kind = db.get(Case, 1).kind_id
        uses = [db.scalar(select(func.count()).select_from(Case).where(Case.kind_id == kind)),
                db.scalar(select(func.count()).select_from(Grant).where(Grant.kinds.any(id=kind)))]  # fmt: skip
    before = any_site.everything()
    person = any_site.browse("manager")
    asked = person.get(f"/manager/code/delete/?id={kind}")
    assert uses == [4, 1]
    assert "It cannot be deleted while 5 other records use it." in asked.text
    refused = person.post(f"/manager/code/delete/?id={kind}")
    assert refused.status == 200
    assert refused.page.notices == ["Not deleted: other records still use it. Take it out of use instead."]
    assert any_site.everything() == before

    stock.post("/admin/team/delete/", id=1)
    assert stock.value(select(func.count(Team.id)).where(Team.id == 1)) == 0
    assert stock.value(select(func.count(Case.id)).where(Case.team_id == 1)) > 0  # they point at nothing now


# C6, C7: mistakes in our own code


def test_nothing_is_saved_unless_its_line_in_the_trail_is_saved_with_it(site, browse, stock, monkeypatch):
    """C6: what the library's hook does after the commit fails alone, and the page says that nothing was saved."""
    assert stock.post("/admin/aftercommit/new/", name="North").status_code == 500
    assert stock.value(select(func.count(Team.id)).where(Team.name == "North")) == 1

    person, before = browse("manager"), site.everything()
    page = person.get("/manager/team/new/")

    def fails(*_arguments, **_more):
        raise RuntimeError("the trail is full")

    with site.as_served(), monkeypatch.context() as broken:
        broken.setattr(audit, "entry", fails)
        answer = person.submit(page, {"name": "North"}, path="/manager/team/new/")
    assert answer.status == 500
    assert site.everything() == before


def test_a_mistake_in_a_page_is_met_once_and_as_it_is(site, browse, stock, monkeypatch, caplog):
    """C7: the library tries the page a second time and logs what went wrong then."""
    Mistaken.ran = 0
    assert stock.get("/admin/mistaken/").status_code == 500
    assert "unexpected keyword argument 'cls'" in str(caplog.records[-1].exc_info[1])

    ran = []

    def mistaken(_view):
        ran.append(1)
        raise TypeError("the first mistake")

    monkeypatch.setattr("admin_views.listing.page_of", mistaken)
    with pytest.raises(TypeError, match="the first mistake"):
        browse("manager").get("/manager/team/")
    assert ran == [1]


# C8, C9: questions nobody would ask


@pytest.mark.parametrize("query", [
    f"page={HUGE}", "page=-1", "page=x", "page=1e9", f"page_size={HUGE}", "page_size=-5", "page_size=0",
    f"sort={HUGE}", "sort=-1", "sort=999", "desc=x", "search=%00", f"flt0_signed={HUGE}", "flt0_=1", "flt=", "flt1_x=2",
    "&".join(f"flt{n}_signed=1" for n in range(2000)),
])  # fmt: skip
def test_an_odd_question_to_a_list_is_answered_with_a_list(browse, stock, query):
    """C8: a page beyond 64 bit is a server error in the library."""
    if query.startswith(f"page={HUGE}"):
        assert stock.get("/admin/team/", page=str(HUGE)).status_code == 500
    assert browse("manager").get(f"/manager/language/?{query}").status == 200


@pytest.mark.parametrize("id", ["", "0", "-1", "1,2", "1.0", "x", "%00", "１", str(HUGE), "9" * 5000, "1%20", "None"])
@pytest.mark.parametrize("door", ["details", "edit", "delete"])
def test_a_record_of_no_such_number_is_not_found(browse, door, id):
    """C8."""
    assert browse("manager").get(f"/manager/team/{door}/?id={id}").status == 404


def test_what_a_role_may_do_is_settled_when_the_program_starts(site, stock):
    """C9: a right that the library asks for only at the start, and that changes later, ends in an error."""
    ByRole.is_manager = True
    try:
        assert stock.get("/admin/byrole/details/", id="1").status_code == 500
    finally:
        ByRole.is_manager = False

    for (role, name), view in site.app.extensions["casework_views"].items():
        right = next(panel for panel in PANELS if panel.name == name).rights[role]
        may = (view.can_create, view.can_edit, view.can_delete, view.can_export, view.can_view_details)
        assert may == (right.create, right.edit, right.delete, right.export, True)
        assert not any(isinstance(vars(kind).get(can), property) for kind in type(view).__mro__ for can in vars(view)
                       if can.startswith("can_"))  # fmt: skip


# C10, C11, C16: how the app is put together


def test_the_app_starts_whatever_translation_library_is_installed(browse):
    """C10: with Flask-Babel installed and not set up, every page of the library is an error."""
    bare = Flask("bare")
    bare.config.update(SECRET_KEY="x", SQLALCHEMY_DATABASE_URI="sqlite://", PROPAGATE_EXCEPTIONS=False)
    SQLAlchemy().init_app(bare)
    Admin(bare)
    assert bare.test_client().get("/admin/").status_code == 500
    assert browse("").get("/login").status == 200


def test_every_view_keeps_to_the_one_session_of_its_request(site):
    """C11: a bare scoped session is on its way out of the library and says so."""
    with pytest.warns(DeprecationWarning, match="removed in"):
        Stock(Team, scoped_session(sessionmaker()))
    assert {view.session for view in site.app.extensions["casework_views"].values()} == {keeper}


def test_no_page_is_added_after_the_first_answer(site, browse):
    """C16: the library cannot add a view later; so all are there from the start."""
    late = Flask("late")
    late.add_url_rule("/", "first", lambda: "")
    admin = Admin(late)
    late.test_client().get("/")
    with pytest.raises(AssertionError):
        admin.add_view(ModelView(Team, keeper))

    before = sorted(map(str, site.app.url_map.iter_rules()))
    browse("manager").get("/manager/team/")
    assert sorted(map(str, site.app.url_map.iter_rules())) == before


# C12: addresses


def test_a_kept_address_asks_the_same_after_a_filter_was_added(browse, stock):
    """C12: the library numbers its filters, and a new one moves the others."""
    assert '"arg": "0"' in re.sub(r"&#34;|&quot;", '"', stock.get("/admin/filtered/").text)

    person = browse("manager")
    answers = [person.get(f"/manager/language/?flt{place}_signed=1").page.rows for place in (0, 1, 7, 31)]
    with_sign = {row[1] for row in answers[0]}
    assert "British Sign Language" in str(with_sign)
    assert all(one == answers[0] for one in answers)
    assert len(answers[0]) < len(person.get("/manager/language/").page.rows)


# C13, C14: where a sentence stands


def test_a_broken_rule_stands_beside_its_field_and_in_the_summary(browse, office):
    """C13: in the library the sentence of a rule is a message at the top, tied to nothing."""
    answer = browse("amina").fill(f"/caseworker/client/edit/?id={office['client', 'own']}", {
        "safe_contact": "only_times", "safe_note": "", "dialect": "Sylheti",
    })  # fmt: skip
    assert answer.status == 422
    assert answer.page.said_beside("safe_note") == "Say at which times it is safe to contact them."
    assert answer.page.faults == ["Say at which times it is safe to contact them."]
    assert dict(answer.page.form("version").values)["dialect"] == "Sylheti"


def test_two_people_who_add_the_same_word_at_once_leave_one_word(any_site, monkeypatch):
    """C14: who comes second is told so beside the field, though no check beforehand could have known."""
    person = any_site.browse("manager")
    page = person.get("/manager/team/new/")
    with any_site.db() as db:
        make.team(db, "North")
        db.commit()
    answer = person.submit(page, {"name": "North"}, path="/manager/team/new/")
    assert answer.status == 422
    assert answer.page.said_beside("name").startswith("Not saved: Team is already used")
    assert [row.count("North") for row in any_site.rows(Team)].count(1) == 1


@pytest.mark.parametrize("database_says", [
    "UNIQUE constraint failed: teams.name", 'duplicate key value violates unique constraint "uq_teams_name"',
    'new row violates check constraint "ck_teams_name_known"',
])  # fmt: skip
def test_a_refusal_of_either_database_is_put_beside_the_same_field(site, database_says):
    """C14."""
    with site.app.test_request_context():
        assert problem_of(IntegrityError("", {}, Exception(database_says)), Team).field == "name"
        assert problem_of(IntegrityError("", {}, Exception("FOREIGN KEY constraint failed")), Team).field == ""


LONDON = {  # what is typed, and the moment that it means
    ("14 Nov 2026", "14:00"): datetime(2026, 11, 14, 14, tzinfo=UTC),
    ("14 Jul 2026", "14:00"): datetime(2026, 7, 14, 13, tzinfo=UTC),
    ("25 Oct 2026", "01:30"): datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # it comes twice: the first is meant
}


def test_a_london_time_comes_back_as_it_was_typed(any_site):
    """C14: kept as one point in time, shown as the clock on the wall showed it."""
    person, case = any_site.browse("amina"), any_site.office["case", "own"]
    for (day, clock), moment in LONDON.items():
        made = person.fill(f"/caseworker/incident/new/?case_id={case}", {"from_at": day, "from_at-time": clock})
        assert made.status == 302
        with any_site.db() as db:
            incident = db.scalars(select(Incident).order_by(Incident.id.desc())).first()
            assert incident.from_at == moment
        values = dict(person.get(f"/caseworker/incident/edit/?id={incident.id}").page.form("version").values)
        assert (values["from_at"], values["from_at-time"]) == (day, clock)


def test_an_hour_that_the_clocks_skip_is_refused(site, browse, office):
    """C14: at 01:00 on 29 March 2026 the clocks went to 02:00."""
    answer = browse("amina").fill(f"/caseworker/incident/new/?case_id={office['case', 'own']}", {
        "from_at": "29 Mar 2026", "from_at-time": "01:30",
    })  # fmt: skip
    assert answer.status == 422
    assert answer.page.faults


# C15: every field of a form is on its page


def test_every_field_of_every_form_is_drawn_on_its_page(site, browse):
    """C15: the library takes a field that a layout forgot out of the form, and only warns."""
    with pytest.warns(UserWarning, match="missing from ruleset"):
        type("Short", (Stock,), {"form_columns": ("name", "own_name"), "form_rules": ("name",)})(Language, keeper)

    people = {}
    for (role, name), view in site.app.extensions["casework_views"].items():
        if not view.can_create:
            continue
        person = people.setdefault(role, browse(role))
        names = {one.split("-")[0] for one in person.get(f"/{role}/{name}/new/").page.form("version").names}
        assert names >= set(view.form_columns), view.endpoint


def test_a_row_of_a_small_table_may_be_named_in_the_address_by_its_words(site, browse):
    with site.db() as db:
        newham = make.area(db, "Newham").id
        make.case(db, area=make.area(db, "Newham"))
        make.case(db, area=make.area(db, "Barking and Dagenham"))
        db.commit()
    person = browse("manager")
    named = person.get("/manager/case/?flt0_area=Newham").text
    assert refs_in(named) == refs_in(person.get(f"/manager/case/?flt0_area={newham}").text) != set()
    assert refs_in(named) < refs_in(person.get("/manager/case/").text)
    assert "Borough: Newham" in named
    assert "This answer is not on the list" in person.get("/manager/case/?flt0_area=Atlantis").text


def refs_in(page: str) -> set[str]:
    """Give the references of the cases on a page."""
    return set(re.findall(r"26-\d{4}", page))
