"""Who has seen this file? Everything about one file, for managers; and a list that its client may have."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from models import Consent, Release
from tests import make
from tests.admin_views.office import FILES, NAMES


def said(page):
    return [who.text for who in page.all("h3", **{"class": "entry-title"})]


def history(site, manager, table="client", file="own", **more):
    query = "&".join(f"{key}={value}" for key, value in more.items())
    return manager.get(f"/manager/history/?table={table}&id={site.office[table, file]}&{query}")


@pytest.mark.req("R29")
def test_a_manager_reads_who_opened_changed_and_was_refused_a_file(site, browse):
    ids = site.office
    amina, joan, manager = browse("amina"), browse("joan"), browse("manager")
    amina.get(f"/caseworker/case/details/?id={ids['case', 'own']}")
    amina.fill(f"/caseworker/client/edit/?id={ids['client', 'own']}", {"phone": "07700 900999"})
    joan.get(f"/caseworker/casenote/details/?id={ids['casenote', 'own']}")
    amina.get(f"/caseworker/case/details/?id={ids['case', 'team']}")  # another file
    page = history(site, manager).page
    told = said(page)
    assert {
        "Amina K read the case", "Amina K changed the client", "Joan W was refused the note",
        "The program made the client",
    } <= set(told)  # fmt: skip
    assert sum(one == "Amina K read the case" for one in told) == 1
    assert "Phone" in page.text
    assert "07700 900999" not in page.text  # fields, never values
    assert said(history(site, manager, which="refused").page) == ["Joan W was refused the note"]
    assert {" read " in one for one in said(history(site, manager, which="read").page)} == {True}
    assert NAMES["own"] in page.text
    assert ["Amina K", "2"] in page.rows  # the case, and the client's form


def test_a_history_is_for_managers_and_reading_it_is_written_down(site, browse):
    for who in ("amina", "leyla", "figures"):
        person = browse(who)
        assert history(site, person).status == 403
        assert person.get(f"/manager/history/print/?table=case&id={site.office['case', 'own']}").status == 403
    manager = browse("manager")
    history(site, manager, "case")
    line = site.trail(action="opened", user_id=site.office.users["manager"])[-1]
    assert (line.subject, line.row_id, line.reason) == ("Case", site.office["case", "own"], "who has seen this file")
    for table, id in (("team", 1), ("client", 999999), ("", 1), ("client", "x")):
        assert manager.get(f"/manager/history/?table={table}&id={id}").status == 404
    links = manager.get(f"/manager/client/details/?id={site.office['client', 'own']}").page.links
    assert links["Who has seen this?"] == f"/manager/history/?table=client&id={site.office['client', 'own']}"
    assert "Who has seen this?" not in browse("amina").get(
        f"/caseworker/client/details/?id={site.office['client', 'own']}"
    ).page.links  # fmt: skip


@pytest.mark.req("R28")
def test_the_list_for_the_client_names_roles_or_workers_as_the_office_says(site, browse):
    amina, manager = browse("amina"), browse("manager")
    amina.get(f"/caseworker/client/details/?id={site.office['client', 'own']}")
    browse("joan").get(f"/caseworker/client/details/?id={site.office['client', 'own']}")
    path = f"/manager/history/print/?table=client&id={site.office['client', 'own']}"
    page = manager.get(path).page
    rows = [(row[1], row[2]) for row in page.rows]
    assert ("Caseworker", "read the client") in rows
    assert ("The program", "made the client") in rows
    assert not any("refused" in row[1] for row in rows)
    assert "Amina" not in page.text
    with site.db() as db:
        make.setting(db, "history_names_workers", "1")
        db.commit()
    assert ("Amina K", "read the client") in [(row[1], row[2]) for row in manager.get(path).page.rows]


def test_a_history_takes_the_same_few_statements_however_long_it_is(site, browse):
    manager = browse("manager")
    few = history(site, manager).statements
    for _time in range(60):
        manager.get(f"/manager/client/details/?id={site.office['client', 'own']}")
    many = history(site, manager)
    assert many.statements == few <= 10
    assert len(said(many.page)) == 50
    assert "Show " in many.text
    assert len(said(manager.get(many.page.links[next(one for one in many.page.links if "older" in one)]).page)) > 60


def test_the_whole_trail_is_checked_at_a_press_and_a_change_by_hand_is_told(site, browse):
    manager = browse("manager")
    path = f"/manager/history/check?table=client&id={site.office['client', 'own']}"
    assert "all as they were written" in manager.get(manager.post(path).location).page.notices[0]
    with site.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_no_update"))
        connection.execute(text("UPDATE audit_entries SET who = 'x' WHERE id = 7"))
    assert "Line 7 does not fit its seal" in manager.get(manager.post(path).location).page.notices[0]


# Refused


def test_a_record_asked_for_by_its_number_and_not_given_is_written_down(any_site):
    """A person who tries numbers is seen; a page that is not there is nobody's record."""
    amina = any_site.browse("amina")
    for file in FILES:
        amina.get(f"/caseworker/client/details/?id={any_site.office['client', file]}")
    amina.get("/caseworker/client/details/?id=999")
    amina.post(f"/caseworker/case/edit/?id={any_site.office['case', 'other']}", {"version": "1"})
    amina.get("/nothing")
    amina.get(f"/caseworker/refer/?case={any_site.office['case', 'hidden']}")
    amina.get(f"/r/case/{any_site.office['case', 'other']}")
    got = [(one.who, one.subject, one.row_id) for one in any_site.trail(action="refused")]
    ids = any_site.office
    assert got == [
        ("amina", "Client", ids["client", "other"]), ("amina", "Client", ids["client", "hidden"]),
        ("amina", "Client", 999), ("amina", "Case", ids["case", "other"]), ("amina", "Case", ids["case", "hidden"]),
        ("amina", "Case", ids["case", "other"]),
    ]  # fmt: skip


def test_what_the_consent_gate_holds_back_is_written_down_without_a_name(any_site):
    amina, before = any_site.browse("amina"), len(any_site.rows(Release))
    with any_site.db() as db:
        for consent in db.scalars(select(Consent).where(Consent.client_id == any_site.office["client", "own"])):
            consent.withdrawn_on = make.TODAY
        db.commit()
    path = f"/caseworker/referral/send/?id={any_site.office['referral', 'own']}"
    assert amina.post(path, {"channel": "letter"}).status == 422
    [line] = any_site.trail(action="refused")
    assert (line.who, line.subject, line.row_id, line.reason) == (
        "amina", "Client", any_site.office["client", "own"], "the consent gate",
    )  # fmt: skip
    assert len(any_site.rows(Release)) == before
