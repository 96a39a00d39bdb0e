"""The history of one record, what leads to it, and saving one record after another."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casework.audit import changed_fields
from models import Agency, AuditEntry, Case, CaseNote, Client, ClientMember, Code, Task, Team, Worker
from tests import make
from tests.admin_views.office import canary

SECRET_WORDS = "Slept at the mosque"


def lines(page) -> list[str]:
    return [one.text for one in page.all("li") if "entry" in one.get("class").split()]


def test_the_history_names_who_when_and_which_fields_and_never_what_stood_in_them(site, browse, office):
    path = f"/caseworker/client/edit/?id={office['client', 'own']}"
    assert browse("amina").fill(path, {"address": SECRET_WORDS}).location
    with site.db() as db:
        told = db.scalars(select(AuditEntry).where(AuditEntry.action == "changed").order_by(AuditEntry.id)).all()[-1]
        assert (told.subject, told.fields, told.who) == ("Client", "address", "amina")
    page = browse("amina").get(f"/caseworker/client/history/?id={office['client', 'own']}").page
    first = lines(page)[0]
    assert "Amina K" in first and "changed it" in first and "Address" in first and "09:00" in first
    assert SECRET_WORDS not in page.markup and canary("address", "own") not in page.markup
    assert any("made it" in line for line in lines(page))


def test_a_row_inside_the_record_is_part_of_its_history(site, browse, office):
    with site.db() as db:
        member = db.scalars(select(ClientMember).where(ClientMember.client_id == office["client", "own"])).first()
        member.name = "Nasrin"
        assert changed_fields(member) == ("name",)
        db.commit()
    page = browse("amina").get(f"/caseworker/client/history/?id={office['client', 'own']}").page
    assert "changed a row of" in lines(page)[0] and "The program" in lines(page)[0]
    assert "Nasrin" not in page.markup


def test_a_field_above_the_readers_sensitivity_is_not_named(site, browse, office):
    """A coordinator sees a meeting, and not what it is about."""
    from casework.access import BY_NAME
    from models.declared import declared

    see = BY_NAME["appointment"].rights["coordinator"].see
    hidden = next(one for one in declared(BY_NAME["appointment"].model)
                  if one.info.sensitivity > see and one.kind in ("text", "long"))  # fmt: skip
    key = office["appointment", "own"]
    with site.db() as db:
        meeting = db.get(BY_NAME["appointment"].model, key)
        setattr(meeting, hidden.key, "quiet room")
        db.commit()
        assert db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first().fields == hidden.key
    theirs = browse("leyla").get(f"/coordinator/appointment/history/?id={key}").page
    ours = browse("manager").get(f"/manager/appointment/history/?id={key}").page
    assert hidden.info.label in lines(ours)[0]
    assert all(hidden.info.label not in line for line in lines(theirs))


def test_a_record_out_of_reach_has_no_history_and_opening_one_leaves_a_line(site, browse, office):
    amina = browse("amina")
    assert amina.get(f"/caseworker/case/history/?id={office['case', 'other']}").status == 404
    assert amina.get(f"/caseworker/case/history/?id={office['case', 'own']}").status == 200
    opened = [(one.action, one.row_id) for one in site.trail(subject="Case", who="amina")]
    assert opened == [("refused", office["case", "other"]), ("opened", office["case", "own"])]


def test_a_long_history_takes_the_same_statements_and_leads_further_back(site, browse, office):
    person, path = browse("manager"), f"/manager/agency/history/?id={office['agency', 'own']}"
    few = person.get(path).statements
    with site.db() as db:
        agency = db.get(Agency, office["agency", "own"])
        for number in range(60):
            agency.phone = f"020 7946 01{number:02}"
            db.commit()
    answer = person.get(path)
    assert answer.statements == few
    assert len(lines(answer.page)) == 50
    older = next(one.get("href") for one in answer.page.all("a") if one.text == "Show older entries")
    assert len(lines(person.get(older).page)) >= 60


def linked(page) -> dict[str, tuple[str, str]]:
    """Give the lists that lead to a record: words -> (count, address)."""
    found = [one for one in page.all("ul") if one.get("class") == "linked"]
    items = [one for one in page.all("li") if found and one.within("ul") is found[0]]
    links = [one for one in page.all("a") if found and one.within("ul") is found[0]]
    return {link.text: (item.text.removeprefix(link.text).strip(), link.get("href"))
            for item, link in zip(items, links, strict=True)}  # fmt: skip


@pytest.mark.parametrize("who, table, model", [
    ("manager", "team", Team), ("manager", "staff", Worker), ("amina", "client", Client), ("amina", "agency", Agency),
])  # fmt: skip
def test_each_list_that_leads_here_holds_as_many_rows_as_its_number_says(site, browse, office, who, table, model):
    role = {"manager": "manager", "amina": "caseworker"}[who]
    key = office.ids.get((table, "own")) or site.rows(model)[0][0]
    if table == "staff":
        key = office.people["tariq"]
    person = browse(who)
    found = linked(person.get(f"/{role}/{table}/details/?id={key}").page)
    assert found
    for words, (count, address) in found.items():
        page = person.get(address).page
        assert len(page.rows) == int(count), words
        assert any(one.get("class") == "tag" for one in page.all("a")), words


def test_a_word_is_led_to_only_from_the_fields_of_its_own_list(site, browse, office):
    with site.db() as db:
        repairs = make.code(db, "request", "repairs")
        key, uses = repairs.id, len([one for one in office.ids if one[0] == "referral"])
        other = db.scalars(select(Code).where(Code.list == "note_kind")).first()
    assert uses
    manager = browse("manager")
    assert "Referrals" in " ".join(linked(manager.get(f"/manager/code/details/?id={key}").page))
    if other is not None:
        assert "Referrals" not in " ".join(linked(manager.get(f"/manager/code/details/?id={other.id}").page))


def test_numbers_are_within_the_readers_scope(site, browse, office):
    """Joan of the other team and the manager open the same agency: the manager meets more referrals."""
    path = f"details/?id={office['agency', 'own']}"
    count = {}
    for who, role in (("joan", "caseworker"), ("manager", "manager")):
        heads = [one.text for one in browse(who).get(f"/{role}/agency/{path}").page.all("h2")]
        count[who] = next(int(text.removeprefix("Referrals")) for text in heads if text.startswith("Referrals"))
    assert 0 < count["joan"] < count["manager"]


@pytest.mark.parametrize("value", ["x", "-1", "99999999999999", "1 or 1=1"])
def test_a_broken_number_narrows_nothing_and_breaks_nothing(browse, value):
    assert browse("manager").get(f"/manager/case/?flt0_client_is={value}").status == 200


def test_a_list_that_leads_to_a_record_keeps_to_it_when_it_is_filtered_further(browse, office):
    page = browse("manager").get(f"/manager/case/?flt0_client_is={office['client', 'own']}").page
    assert len(page.rows) == 1
    box = next(one.get("name") for one in page.all("select") if one.get("name").endswith("_status"))
    assert dict(page.form(box).values)["flt0_client_is"] == str(office["client", "own"])


def test_save_and_add_another_begins_the_next_one_for_the_same_case(site, browse, office):
    amina, case = browse("amina"), office["case", "own"]
    path = f"/caseworker/casenote/new/?case_id={case}"
    typed = {"text": "Rang back", "medium": "phone", "contact_with": "client", "at": "today", "at-time": "9:00"}
    form = amina.get(path).page.form("version")
    pairs = [(name, value) for name, value in form.values if name not in typed] + [*typed.items(), ("again", "1")]
    answer = amina.post(path, pairs, token=False)
    assert answer.status == 302 and answer.location == path
    with site.db() as db:
        assert db.scalars(select(CaseNote).where(CaseNote.text == "Rang back")).one().case_id == case
    nothing = dict(amina.get(path).page.form("version").values)
    assert nothing["text"] == ""


def test_a_client_is_saved_one_at_a_time(browse):
    assert "Save and add another" not in browse("amina").get("/caseworker/client/new/").text
    assert "Save and add another" in browse("amina").get("/caseworker/task/new/").text


def test_a_records_page_of_a_list_takes_few_statements_whatever_leads_to_it(site, browse, office):
    person, path = browse("manager"), f"/manager/staff/details/?id={office.people['amina']}"
    few = person.get(path).statements
    with site.db() as db:
        lead = db.get(Worker, office.people["amina"])
        case = db.get(Case, office["case", "own"])
        db.add_all([Task(case=case, owner=lead, what="ring", due_on=date(2026, 12, 1)) for _ in range(40)])
        db.commit()
    assert person.get(path).statements == few <= 10
