"""Whatever is typed into a form: the text stays, a sentence stands beside the field, and nothing is written.

The forms are read from their pages as a browser reads them, so a form that is added later is asked as well.
"""

from __future__ import annotations

import random
import re

import pytest

from casework.access import BY_NAME, ROLES, panels_of
from models import Case, CaseNote, Client, Task
from tests.admin_views.page import Element, Page

LONG = "Far too long. " * 4500  # 63,000 characters: more than the longest note may have
HUGE = "9" * 30
NONSENSE = {"date": "32/13", "time": "25:99", "number": "12 apples", "lookup": "zzzz qqqq", "choice": "999999",
            "ticks": "999999"}  # fmt: skip
ODD = {"date": "0/0/0", "time": "-1", "number": HUGE, "lookup": "%_\\'\";--", "choice": HUGE, "ticks": "-1"}


def kind_of(control: Element) -> str:
    """Say what a control asks for."""
    if control.tag == "textarea":
        return "text"
    if control.tag == "select" or control.get("type") == "radio":
        return "choice"
    if control.get("type") == "checkbox":
        return "tick" if control.get("value") == "y" else "ticks"
    for mark, kind in (("data-lookup", "lookup"), ("data-echo", "date")):
        if mark in control.attributes:
            return kind
    if control.get("inputmode") == "numeric":
        return "number"
    return "time" if control.get("placeholder") == "14:00" or _is_clock(control) else "text"


def _is_clock(control: Element) -> bool:
    return control.get("name") in {"starts", "ends"}


def controls(page: Page) -> dict[str, Element]:
    """Give the controls of the page's one careful form by name; rows edited inside it aside."""
    return {
        one.get("name"): one for one in page.elements
        if one.tag in {"input", "select", "textarea"} and one.get("type") not in {"hidden", "submit"}
        and (form := one.within("form")) is not None and "data-careful" in form.attributes
        and not re.search(r"-\d+-|-choice$", one.get("name"))
    }  # fmt: skip


def typed_into(page: Page, what: dict[str, str], text: str | None) -> dict[str, str]:
    """Give an answer for every control that takes one of these kinds; `text` is typed where words are asked for."""
    answers = {name: what.get(kind_of(one)) for name, one in controls(page).items()}
    answers |= {name: text for name, one in controls(page).items() if kind_of(one) == "text"}
    return {name: answer for name, answer in answers.items() if answer is not None}


def forms(role: str, site) -> list[str]:
    """Give every form of a role's panels: the new record's, else that of a record there is."""
    made = []
    for panel in panels_of(role):
        right = panel.rights[role]
        if right.create:
            made.append(f"/{role}/{panel.name}/new/")
        elif right.edit:
            made.append(f"/{role}/{panel.name}/edit/?id={site.office.ids.get((panel.name, 'own'), 1)}")
    return made


@pytest.mark.parametrize("role", ["manager", "caseworker", "coordinator"])
def test_a_form_sent_empty_asks_for_each_answer_that_it_needs(site, browse, role):
    person, before = browse(role), site.everything()
    for path in forms(role, site):
        opened = person.get(path)
        needed = [name for name, one in controls(opened.page).items() if one.get("aria-required") == "true"]
        answer = person.submit(opened, dict.fromkeys(controls(opened.page), ""), path=path)
        assert answer.status == 422, path
        silent = [name for name in needed if not answer.page.said_beside(name)]
        assert silent == [], path
        assert len(answer.page.faults) >= 1
    assert site.everything() == before


@pytest.mark.parametrize("role", ["manager", "caseworker", "coordinator"])
@pytest.mark.parametrize("what", [NONSENSE, ODD], ids=["nonsense", "odd"])
def test_an_answer_that_cannot_be_read_is_named_beside_its_field_and_stays_there(site, browse, role, what):
    person, before = browse(role), site.everything()
    for path in forms(role, site):
        opened = person.get(path)
        typed = typed_into(opened.page, what, None)
        if not typed:
            continue
        answer = person.submit(opened, typed, path=path)
        assert answer.status == 422, path
        kept = dict(answer.page.form("version").values)
        for name, text in typed.items():
            assert answer.page.said_beside(name), f"{path}: nothing beside {name}"
            if kind_of(controls(opened.page)[name]) in {"date", "time", "number", "lookup"}:
                assert kept[name] == text, f"{path}: {name} lost what was typed"
    assert site.everything() == before


@pytest.mark.parametrize("role", ["manager", "caseworker", "coordinator"])
def test_a_text_that_is_too_long_is_named_and_kept_to_the_last_letter(site, browse, role):
    person, before = browse(role), site.everything()
    for path in forms(role, site):
        opened = person.get(path)
        typed = typed_into(opened.page, {}, LONG)
        if not typed:
            continue
        answer = person.submit(opened, typed, path=path)
        assert answer.status == 422, path
        kept = dict(answer.page.form("version").values)
        for name in typed:
            assert answer.page.said_beside(name).startswith("Use at most "), f"{path}: {name}"
            assert kept[name].split() == LONG.split(), f"{path}: {name} lost what was typed"
    assert site.everything() == before


def test_a_row_inside_a_form_is_refused_by_its_own_name_and_keeps_its_text(site, browse, office):
    before = site.everything()
    answer = browse("amina").fill(f"/caseworker/client/edit/?id={office['client', 'own']}", {
        "members-1-name": "Sami", "members-1-birth_year": "long ago", "members-1-relation_id": "999999",
    })  # fmt: skip
    assert answer.status == 422
    assert [fault.split(":")[0] for fault in answer.page.faults] == ["Household, row 2"] * 2
    values = dict(answer.page.form("version").values)
    assert (values["members-1-name"], values["members-1-birth_year"]) == ("Sami", "long ago")
    assert answer.page.said_beside("members-1-birth_year").startswith("Type a whole number in figures, for example 12.")
    assert site.everything() == before


def test_a_row_of_another_record_cannot_be_changed_through_mine(site, browse, office):
    """The id of a row travels in the page, so it is looked for among the record's own rows only."""
    before = site.everything()
    answer = browse("amina").fill(f"/caseworker/client/edit/?id={office['client', 'own']}", {
        "members-0-id": str(office["client", "other"]), "members-0-name": "Somebody else",
    })  # fmt: skip
    assert answer.status == 422
    assert "Open the record again" in answer.page.faults[0]
    assert site.everything() == before


def test_what_a_new_rule_refuses_leaves_the_form_as_it_was_typed(site, browse, office):
    """A rule looks only after every field was read; what it refuses is undone altogether."""
    before = site.everything()
    person = browse("amina")
    path = f"/caseworker/case/edit/?id={office['case', 'own']}"
    answer = person.fill(path, {"status": "closed", "title": "Noise at night", "risk": "high"})
    assert answer.status == 422
    values = dict(answer.page.form("version").values)
    assert (values["status"], values["title"], values["risk"]) == ("closed", "Noise at night", "high")
    assert answer.page.faults
    assert site.everything() == before


# The screens beside the tables

SCREENS = {
    "refer": ("caseworker", "/caseworker/refer/?case=1"), "visit": ("caseworker", "/caseworker/visit/?case=1"),
    "passphrase": ("manager", "/manager/user/passphrase/?id=2"),
}  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("what", ["", "nonsense", "odd"])
def test_a_screen_answers_bad_input_with_sentences_and_writes_nothing(site, browse, screen, what):
    role, path = SCREENS[screen]
    person, before = browse(role), site.everything()
    opened = person.get(path)
    assert opened.status == 200
    kinds = {"": dict.fromkeys(NONSENSE, ""), "nonsense": NONSENSE, "odd": ODD}[what]
    typed = typed_into(opened.page, kinds, LONG if what else "")
    answer = person.submit(opened, typed, holding=next(iter(controls(opened.page))), path=path)
    assert answer.status == 422
    assert answer.page.faults
    assert site.everything() == before


# Odd questions, drawn by lot from a fixed seed

ODDITIES = ["", "0", "-1", "1", "1,2", HUGE, "9" * 18, "x", "%00", "\u202e", "\uff11", "1e9", "None", "null", "[]",
            "{}", "../..", "'", '"', "<b>", "%", "_", "open", "true", "1/1/2026", "32/13", "a" * 300, "=1+1", "\u00a0",
            "\U0001f642"]  # fmt: skip
KEYS = ["id", "page", "page_size", "sort", "desc", "search", "url", "next", "case", "case_id", "client_id", "flt_",
        "flt0_status", "flt1_kind", "flt0_area", "flt0_who", "flt9_opened_on_from", "flt0_opened_on_until",
        "flt0_case", "flt0_agency", "flt0_at_from", "flt0_row_id", "name", "query", "date", "time", "language",
        "mode", "_", "id[]"]  # fmt: skip
FIELDS = ["version", "name", "case_id", "case_id-id", "case_id-choice", "rowid", "action", "search", "query",
          "status", "members-0-id", "members-0-name", "members-9999-name", "areas", "areas-asked", "at", "at-time",
          "reason", "channel", "passphrase", "client_id", "kind", "text", "language", "mode", "date"]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_no_odd_question_makes_the_office_stumble(site, browse, role):
    lot, person = random.Random(f"casework {role}"), browse(role)
    rules = [
        rule.rule for rule in site.app.url_map.iter_rules()
        if "GET" in rule.methods and rule.rule.startswith((f"/{role}/", "/r/")) and "filename" not in rule.rule
    ]  # fmt: skip
    for _turn in range(75):
        path = lot.choice(rules).replace("<export_type>", lot.choice(["csv", "xlsx", "exe", "%00"]))
        path = path.replace("<table>", lot.choice([*BY_NAME, "x"])).replace(
            "<ref>", lot.choice(["26-0001", "1", "x", HUGE])
        )
        query = [(lot.choice(KEYS), lot.choice(ODDITIES)) for _ in range(lot.randint(1, 4))]
        answer = person.client.get(path, query_string=query)
        assert answer.status_code in {200, 302, 400, 403, 404, 422}, (path, query)
        person._checked(path, answer)


@pytest.mark.parametrize("role", ["manager", "caseworker"])
def test_no_odd_post_makes_the_office_stumble(site, browse, role):
    lot, person = random.Random(f"posts {role}"), browse(role)
    rules = [
        rule.rule for rule in site.app.url_map.iter_rules()
        if "POST" in rule.methods and rule.rule.startswith(f"/{role}/") and "delete" not in rule.rule
    ]  # fmt: skip
    for _turn in range(60):
        path = f"{lot.choice(rules)}?id={lot.choice(['1', '2', HUGE])}&case=1"
        data = [(lot.choice(FIELDS), lot.choice(ODDITIES)) for _ in range(lot.randint(0, 6))]
        answer = person.post(path, data)
        assert answer.status in {200, 302, 400, 403, 404, 409, 422}, (path, data)
    for model in (Client, Case, CaseNote, Task):
        assert site.rows(model)
