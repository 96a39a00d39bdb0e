"""Every role, every table, every door: each answers as `casework/access.py` says, and no door is forgotten.

The doors are read from the running program, so a page that is added later is asked the same questions. What
they should answer is worked out here from the table of rights alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from admin_views.current import begin_acting
from admin_views.saving import _finders
from casework.access import PANELS, ROLES, Panel

# Which role meets an address that is not of one role, and not of the sign-in page. A new one must be named here.
SHARED = {
    "help.page": ROLES, "help.picture": ROLES,
    "home": ROLES, "pages.home": ROLES, "pages.record": ROLES, "pages.date_in_words": ROLES, "login.sign_out": ROLES,
    "refer.agencies_found": ("manager", "caseworker"), "drafts.answer": ROLES, "login.code": ROLES,
    "hide.screen": ROLES, "hide.page": ROLES, "hide.show": ROLES, "account.page": ROLES, "account.passphrase": ROLES,
    "account.end_others": ROLES, "account.second_factor": ROLES, "account.new_codes": ROLES,
}  # fmt: skip
# The page of the first account is open until there is one; signing in again in place asks for the passphrase.
OPEN_TO_STRANGERS = {"static", "login.form", "login.sign_in", "login.again", "setup.page", "healthz"}
LEAVES = {"login.sign_out", "hide.screen"}  # after which the other doors would answer otherwise
DOORS = {
    "index_view", "create_view", "edit_view", "details_view", "delete_view", "action_view", "export", "ajax_lookup",
    "ajax_update", "history_view", "bulk_view", "bulk_done_view", "bulk_undo_view",
}  # fmt: skip
POSTED = {"action_view", "ajax_lookup", "ajax_update", "bulk_view", "bulk_undo_view"}
ONE_AT_A_TIME = {"user", "team", "importmapping"}  # decided for one at a time, or no field could be alike in several


def panels(app) -> Iterator[tuple[str, Panel, str, str]]:
    """Give (role, panel, door, address) for each address of a table; the kinds of sheet as they are offered."""
    by_name = {panel.name: panel for panel in PANELS}
    for rule in app.url_map.iter_rules():
        view, _, door = rule.endpoint.partition(".")
        role, _, name = view.partition("_")
        if role in ROLES and name in by_name:
            for kind in ("xlsx", "csv") if "<export_type>" in rule.rule else ("",):
                yield role, by_name[name], door, rule.rule.replace("<export_type>", kind)


def row_of(site, role: str, panel: Panel) -> int:
    """Give the id of a record that this role may meet."""
    if panel.name == "task" and role == "coordinator":
        return site.office["task", "leyla"]
    if (panel.name, "own") in site.office.ids:
        return site.office[panel.name, "own"]
    return site.rows(panel.model)[0][0]


def expected(panel: Panel, role: str, door: str, *, has_lookup: bool) -> int:
    """Give the status that the table of rights asks for; a right that is missing is 403, an act unknown 404."""
    right = panel.rights[role]
    several = right.edit and panel.name not in ONE_AT_A_TIME
    return {
        "bulk_view": 200 if several else 403, "bulk_done_view": 302 if several else 403,
        "bulk_undo_view": 302 if several else 403,
        "index_view": 200, "details_view": 200, "history_view": 200, "ajax_update": 404,
        "create_view": 200 if right.create else 403, "edit_view": 200 if right.edit else 403,
        "delete_view": 200 if right.delete else 403, "export": 200 if right.export else 403,
        "action_view": 200 if right.export else 404,
        "ajax_lookup": 200 if has_lookup and (right.create or right.edit) else 404,
    }[door]  # fmt: skip


def lookup_of(site, role: str, panel: Panel) -> str:
    """Give the name of a look-up field of this role's form, "" without one."""
    view = site.app.extensions["casework_views"][role, panel.name]
    with site.app.test_request_context():
        begin_acting()
        return next(iter(_finders(view._create_form_class())), "")


def knock(person, door: str, path: str, id: int, lookup: str) -> int:
    """Try one door as it is meant to be used, and give the status."""
    if door == "ajax_lookup":
        return person.ask(path, name=lookup, query="ab").status
    if door in POSTED:
        return person.post(path, {"action": "export", "rowid": str(id)}).status
    return person.get(f"{path}?id={id}").status


@pytest.mark.parametrize("role", ROLES)
def test_each_role_meets_exactly_the_doors_that_its_rights_open(site, browse, role):
    person, wrong, known = browse(role), [], set()
    for owner, panel, door, path in panels(site.app):
        if owner != role:
            continue
        known.add((panel.name, door))
        lookup = lookup_of(site, role, panel) if door == "ajax_lookup" else ""
        wanted = expected(panel, role, door, has_lookup=bool(lookup))
        met = knock(person, door, path, row_of(site, role, panel), lookup)
        if met != wanted:
            wrong.append((path, met, wanted))
    assert wrong == []
    assert known == {(panel.name, door) for panel in PANELS if role in panel.rights for door in DOORS}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_in_by_another_roles_address(site, browse, role):
    """Reading, a colleague's address leads to one's own page of the same table, or to a plain no."""
    person, before, wrong = browse(role), site.everything(), []
    own = {(panel.name, door) for owner, panel, door, _path in panels(site.app) if owner == role}
    for owner, panel, door, path in panels(site.app):
        if owner == role:
            continue
        posts = door in POSTED
        data = {"action": "export", "rowid": "1", "name": "case_id", "query": "ab", "csrf_token": person.token}
        answer = person.client.post(path, data=data) if posts else person.client.get(f"{path}?id=1")
        leads_home = answer.status_code == 302 and answer.headers["Location"].startswith(f"/{role}/{panel.name}/")
        fits = leads_home if not posts and (panel.name, door) in own else answer.status_code == 403
        if not fits:
            wrong.append((path, answer.status_code, answer.headers.get("Location")))
    assert wrong == []
    assert site.everything() == before


def test_every_address_but_the_sign_in_page_refuses_a_stranger(site, browse):
    stranger, before, wrong = browse(""), site.everything(), []
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_STRANGERS:
            continue
        path = rule.rule.replace("<export_type>", "csv").replace("<table>", "case").replace("<ref>", "26-0001")
        path = path.replace("<path:filename>", "admin/js/form.js")
        if "GET" in rule.methods:
            answer = stranger.client.get(f"{path}?id=1")
            if (answer.status_code, answer.headers.get("Location", "")[:6]) != (302, "/login"):
                wrong.append((path, answer.status_code))
        if "POST" in rule.methods:
            answer = stranger.client.post(f"{path}?id=1", data={"csrf_token": stranger.token})
            if answer.status_code != 401:
                wrong.append((path, answer.status_code))
    assert wrong == []
    assert site.everything() == before


def test_every_address_is_of_one_role_or_is_named_here(site):
    """A page without a role in its address is for everybody, unless somebody thinks of it: think here."""
    nobodys = {
        rule.endpoint for rule in site.app.url_map.iter_rules()
        if not any(rule.rule.startswith(f"/{role}/") for role in ROLES)
    }  # fmt: skip
    assert nobodys == {*SHARED, *OPEN_TO_STRANGERS}


@pytest.mark.parametrize("role", ROLES)
def test_every_other_page_of_a_role_is_closed_to_the_other_roles(site, browse, role):
    """Pages beside the tables: first pages, referring, visits, interpreters, passphrases, figures."""
    person, wrong = browse(role), []
    of_tables = {path for _owner, _panel, _door, path in panels(site.app)}
    for rule in site.app.url_map.iter_rules():
        path = rule.rule
        is_others = any(path.startswith(f"/{other}/") for other in ROLES if other != role)
        if not is_others or "<" in path or path in of_tables:
            continue
        for method in sorted({"GET", "POST"} & rule.methods):
            data = {"csrf_token": person.token} if method == "POST" else None
            answer = person.client.open(f"{path}?id=1", method=method, data=data)
            if answer.status_code != 403:
                wrong.append((method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_shared_address_answers_only_the_roles_it_is_for(site, browse, role):
    person, wrong = browse(role), []
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint not in SHARED or "POST" not in rule.methods or rule.endpoint in LEAVES:
            continue
        status = person.ask(rule.rule, query="marsh", name="agency", text="4/12").status
        if (status == 403) is (role in SHARED[rule.endpoint]):
            wrong.append((rule.rule, status))
    assert wrong == []


def test_the_menu_of_each_role_names_what_it_may_open_and_nothing_else(site, browse):
    for role in ROLES:
        page = browse(role).get("/no-such-page").page
        offered = {one.get("href") for one in page.all("a") if one.within("nav")}
        tables = {f"/{role}/{panel.name}/" for panel in PANELS if role in panel.rights}
        assert {path for path in offered if path in tables} == tables
        assert all(path.startswith(f"/{role}/") for path in offered)
