"""Somebody adds one column to one model, in one line, and meets it in all eight places.

The table is made up and lives in a process of its own, so that the office's tables stay as they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def met(tmp_path_factory) -> dict:
    """What a manager (who may see everything) and a caseworker (who may see OPEN here) meet of the new columns."""
    file = tmp_path_factory.mktemp("coats") / "coats.db"
    told = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.house.throw_away", str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-3000:]
    return json.loads(told.stdout)


def test_the_new_column_is_in_the_form_with_its_help_and_its_length(met):
    assert {"name", "colour", "size", "given_by"} <= set(met["manager"]["form"])
    assert "As seen." in met["manager"]["hints"]
    assert met["manager"]["too long"] == [422, "Use at most 20 characters. This has 21."]


def test_the_new_column_is_in_the_list(met):
    assert met["manager"]["list"] == ["Name", "Colour", "Size"]
    assert ["Mac", "blue", "Small"] in met["manager"]["rows"]


def test_the_list_can_be_filtered_by_the_new_column(met):
    assert met["manager"]["filter"] == ["flt0_colour", "flt1_size", "flt2_given_by"]
    assert met["manager"]["filtered"]["colour"] == ["Mac"]


def test_the_new_column_is_searched(met):
    assert met["manager"]["search"] == {"gree": ["Parka"], "twins": ["Parka found by: Given by"]}


def test_the_new_column_is_on_the_records_page(met):
    facts = met["manager"]["details"]
    assert (facts["Colour"], facts["Given by"]) == ("green", "the twins")


def test_the_new_column_is_on_the_sheet_unless_it_is_too_private(met):
    heading, *rows = met["manager"]["export"]
    assert heading == ["Name", "Colour", "Size"]
    assert ["Mac", "blue", "Small"] in rows


def test_a_change_of_the_new_column_is_in_the_trail_by_its_name(met):
    assert met["manager"]["trail"][-1] == "colour, given_by"
    assert met["manager"]["kept"] == ["red", "s", "somebody"]


def test_the_new_column_is_met_only_by_roles_that_may_see_so_much(met):
    """In no form, list, filter, search, record or sheet; and posting it anyway changes nothing."""
    seen = met["caseworker"]
    assert not {"colour", "given_by"} & set(seen["form"])
    assert seen["list"] == ["Name", "Size"]
    assert seen["filter"] == ["flt0_size"]
    assert seen["filtered"] == {"size": ["Parka"], "colour": ["Mac", "Parka"], "given_by": ["Mac", "Parka"]}
    assert seen["search"] == {"gree": ["Mac", "Parka"], "twins": ["Mac", "Parka"]}  # nothing to search in
    assert not {"Colour", "Given by"} & set(seen["details"])
    assert seen["export"][0] == ["Name", "Size"]
    assert seen["kept"] == ["green", "s", "the twins"]
    assert seen["trail"] == ["size"]


def test_a_column_described_by_data_is_met_in_the_same_places(met):
    """ "Size" was declared from a piece of JSON."""
    seen = met["caseworker"]
    assert "size" in seen["form"]
    assert "As worn." in seen["hints"]
    assert ["Parka", "Large"] in seen["rows"]
    assert seen["filtered"]["size"] == ["Parka"]
    assert seen["details"]["Size"] == "Large"
    assert ["Parka", "Large"] in seen["export"]
    assert seen["trail"] == ["size"]
