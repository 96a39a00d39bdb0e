"""The page of equality questions: optional, replaced by saving, and silent about what was answered."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import AuditEntry, Client, EqualityAnswer
from models.equality import QUESTIONS

PAGE = "/caseworker/equality/?client={}"
CHOSEN = re.compile(r'value="\w+"[^>]*\b(checked|selected)\b')


def row_of(site, client: int) -> EqualityAnswer:
    with site.db() as db:
        return db.scalars(select(EqualityAnswer).where(EqualityAnswer.client_id == client)).one()


def test_answers_are_saved_and_no_page_of_the_file_tells_them(site, browse):
    amina, client, case = browse("amina"), site.office["client", "own"], site.office["case", "own"]
    assert PAGE.format(client) in amina.get(f"/caseworker/client/details/?id={client}").data.decode()
    answers = {"ethnic_group": "bangladeshi", "religion": "sikh", "asked_on": "23/11/2026"}
    done = amina.post(PAGE.format(client), answers)
    assert done.location == f"/caseworker/client/details/?id={client}"
    row = row_of(site, client)
    assert (row.ethnic_group, row.religion, row.sex) == ("bangladeshi", "sikh", "not_asked")
    shown = amina.get(PAGE.format(client))
    assert "Asked on Mon 23 Nov" in shown.text
    assert not CHOSEN.search(shown.data.decode())
    for path in (f"/caseworker/client/details/?id={client}", f"/caseworker/case/details/?id={case}&all=1",
                 f"/caseworker/client/history/?id={client}", f"/caseworker/case/whole/?id={case}"):  # fmt: skip
        assert "Sikh" not in amina.get(path).text, path


def test_the_trail_names_the_questions_and_no_answer(site, browse):
    client = site.office["client", "own"]
    browse("amina").post(PAGE.format(client), {"religion": "sikh", "asked_on": "23/11/2026"})
    with site.db() as db:
        entries = db.scalars(select(AuditEntry).where(AuditEntry.subject == "EqualityAnswer")).all()
    assert any("religion" in (one.fields or "") for one in entries)
    assert not [one for one in entries if "sikh" in repr({**vars(one)}).lower()]


def test_nothing_chosen_is_told_beside_the_box_and_nothing_is_written(site, browse):
    client = site.office["client", "own"]
    answer = browse("amina").post(PAGE.format(client), {"asked_on": "23/11/2026"})
    assert answer.status == 422 and "nothing has to be asked" in answer.text
    assert row_of(site, client).religion == "hindu"


def test_an_objection_takes_the_answers_out_in_one_click(site, browse):
    amina, client = browse("amina"), site.office["client", "own"]
    done = amina.post(f"/caseworker/equality/object/?client={client}", {})
    assert done.status == 302
    row = row_of(site, client)
    assert row.objected_on is not None and {getattr(row, one) for one in QUESTIONS} == {"not_asked"}
    shown = amina.get(PAGE.format(client)).data.decode()
    assert "They do not want to be counted, since" in shown and "/equality/object/" not in shown


@pytest.mark.parametrize(
    ("who", "file", "status"), [("amina", "other", 404), ("amina", "hidden", 404), ("leyla", "own", 403)]
)
def test_only_those_who_meet_the_file_ask(site, browse, who, file, status):
    client = site.office["client", file]
    before = site.everything()
    person = browse(who)
    assert person.get(PAGE.format(client)).status == status
    assert person.post(f"/caseworker/equality/object/?client={client}", {}).status == status
    assert row_of(site, client).religion == "hindu" and len(site.everything()) == len(before)


def test_an_organisation_is_not_asked(site, browse):
    with site.db() as db:
        client = db.get(Client, site.office["client", "own"])
        client.kind, client.org_contact = "organisation", "Imam"
        db.commit()
        key = client.id
    amina = browse("amina")
    assert amina.get(PAGE.format(key)).status == 404
    assert "/caseworker/equality/" not in amina.get(f"/caseworker/client/details/?id={key}").data.decode()


def test_what_is_typed_there_is_no_draft_though_it_is_elsewhere(browse, site):
    amina = browse("amina")
    asked = amina.get(PAGE.format(site.office["client", "own"])).data.decode()
    other = amina.get(f"/caseworker/need/?case={site.office['case', 'own']}").data.decode()
    assert ("data-undrafted" in asked, "data-undrafted" in other) == (True, False)
