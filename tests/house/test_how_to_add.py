"""The recipes of docs/how-to-add.md are followed to the letter, and the office then does what they promise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, request
from flask_babel import Babel, gettext

from tests.admin_views.office import FILES, WITHIN_REACH
from tests.house.recipes import PAGE, snippets

ROOT = Path(__file__).parents[2]
RECIPES = {
    "A column", "A table", "A rule", "An export sheet", "A custom action", "A translation", "A role",
}  # fmt: skip


@pytest.fixture(scope="module")
def lending(tmp_path_factory):
    """What the office does that was built by the recipes, in a process of its own."""
    command = [sys.executable, "-m", "tests.house.recipes", str(tmp_path_factory.mktemp("lending"))]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_there_is_a_recipe_and_a_snippet_for_each_of_the_seven():
    headings = {line.removeprefix("## ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "## "}
    named = set(snippets())
    assert headings >= RECIPES
    assert [one for one in RECIPES if not any(name.startswith(one.lower()) for name in named)] == []


def test_a_new_column_stands_in_the_form_with_its_label_and_help(lending):
    assert "Its number (optional) How the client is rung." in lending["form"]


def test_a_new_personal_column_stays_out_of_the_sheet_of_a_reader_below_it(lending):
    fields = lending["working fields"]
    assert "number" in fields["PERSONAL"]
    assert "number" not in fields["OFFICE"] + fields["OPEN"]


def test_a_new_table_stands_in_the_menu_of_its_roles_and_is_shut_to_the_others(lending):
    assert "Loans" in lending["form"]
    assert lending["coordinator"] == 403


def test_rows_of_a_new_table_are_met_by_those_who_may_meet_the_client(lending):
    assert {who: set(met) for who, met in lending["met"].items()} == {
        who: WITHIN_REACH[who] for who in ("manager", "amina", "joan")
    }


def test_the_line_for_the_scope_keeps_what_stands_there_and_adds_one(lending):
    assert lending["scope after"] == [*lending["scope before"], "Loan"]


def test_a_new_rule_refuses_the_day_before_and_lets_the_same_day_pass(lending):
    assert [field for field, _text in lending["the day before"]] == ["back_on"]
    assert lending["the same day"] == []


def test_a_new_sheet_holds_its_columns_and_says_how_many_it_left_out(lending):
    note, empty, *table = lending["sheet"]
    assert (note[0], empty) == ("1 left out: already back.", [None, None])
    assert table == [["What", "Lent on"], *([f"camera of {name}", "2026-11-22"] for name in FILES)]


def test_a_new_button_works_for_those_who_meet_the_row_and_for_nobody_else(lending):
    answers, back = lending["taken back"]["answers"], lending["taken back"]["back"]
    assert answers == {"by address": 405, "without token": 400, "of another team": 404, "own": 302}
    assert {name for name in FILES if back[name] == "2026-11-23"} == {"own"}


def test_a_new_role_meets_no_file_and_reads_the_lists(lending):
    met, there = lending["met by role"]["trustee"], lending["met by role"]["system"]
    assert all(there.values())
    assert {kind: count for kind, count in met.items() if count} == {"Language": there["Language"]}


def test_the_words_to_translate_hold_labels_helps_states_and_menus(lending):
    assert {"Its number", "How the client is rung.", "Enquiry", "Loans"} <= set(lending["words"])


@pytest.mark.parametrize("asked, words", [("bn", "সংরক্ষণ করুন"), ("en", "Save"), ("fr", "Save")])
def test_a_translation_is_read_by_whoever_asks_for_its_language(tmp_path, asked, words):
    catalogue = Catalog(locale="bn")
    catalogue.add("Save", "সংরক্ষণ করুন")
    file = tmp_path / "admin_views/translations/bn/LC_MESSAGES/messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, catalogue)
    app = Flask("translated", root_path=str(tmp_path))
    exec(snippets()["a translation"], {"Babel": Babel, "app": app, "request": request})
    with app.test_request_context(headers={"Accept-Language": asked}):
        assert gettext("Save") == words
