"""A mapping says what it does not understand before any row is read."""

from __future__ import annotations

import pytest

from seed import importer
from seed.import_mapping import mapping_from, read_mapping
from seed.import_source import ImportRefused
from tests.seed import small_sheet


def refusal(words):
    with pytest.raises(ImportRefused) as caught:
        mapping_from(words, "small")
    return str(caught.value)


@pytest.mark.parametrize("name", sorted(path.stem for path in importer.MAPPINGS.glob("*.toml")))
def test_the_mappings_that_come_with_the_panel_can_be_read(name):
    mapping = importer.read_mapping(importer.MAPPINGS / f"{name}.toml")
    assert mapping.name == name and mapping.reference and mapping.fields


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"formt": "csv"}, '"formt" in the mapping is no word that mappings know'),
        ({"format": "ods"}, "format in the mapping must be one of csv, xlsx"),
        ({"time_zone": "Europe/Londen"}, '"Europe/Londen" in the mapping is no time zone'),
        ({"header_rows": [0]}, "header_rows in the mapping must be line numbers"),
        ({"header_rows": [5, 4]}, "header_rows in the mapping must be line numbers"),
        ({"reference": {}}, "names no reference columns"),
        ({"reference": {"colums": ["Ref"]}}, '"colums" in reference'),
        ({"left_out": {"Ref": "twice"}}, 'both uses and leaves out the column "Ref"'),
        ({"left_out": {"Fare": " "}}, "gives no reason for a column that it leaves out"),
        ({"constants": {}}, "does not say what fills case.kind"),
        ({"constants": {"case.mood": "x"}}, '"case.mood", named under constants'),
        ({"constants": {"case.status": "open"}}, '"case.status", named under constants'),
        ({"constants": {"case.ref": "26-1"}}, '"case.ref", named under constants'),
        ({"same_person": ["client.nickname"]}, '"client.nickname", named under same_person'),
        ({"leave_out_row": [{"column": "Ref", "like": "("}]}, 'the pattern of leave_out_row for "Ref" cannot be read'),
        ({"kept_as_text": [{"says": "x"}]}, "kept_as_text in the mapping: column names in quotation marks"),
    ],
)
def test_a_word_that_mappings_do_not_know_is_named(changes, said):
    assert said in refusal(small_sheet.told(**changes))


@pytest.mark.parametrize(
    "change, said",
    [
        ({"to": "incident.external_ref"}, '"incident.external_ref", named under field in the mapping, cannot'),
        ({"to": "incident.mood"}, '"incident.mood", named under field in the mapping, is no field'),
        ({"to": "case.client"}, '"case.client", named under field in the mapping, cannot be filled'),
        ({"dates": "american"}, "dates of incident.place in the mapping must be one of"),
        ({"times": "sun"}, "times of incident.place in the mapping must be one of"),
        ({"colour": "red"}, '"colour" in the field incident.place is no word'),
        ({"column": 7}, "the columns of incident.place in the mapping: column names in quotation marks"),
    ],
)
def test_a_field_that_cannot_be_filled_is_named(change, said):
    words = small_sheet.told()
    words["field"][2] |= change
    assert said in refusal(words)


def test_a_word_that_the_offices_list_does_not_have_is_named(db, tmp_path):
    words = small_sheet.told()
    words["field"][2]["words"]["home"] = "castle"
    path = small_sheet.write(tmp_path / "sheet.csv")
    with pytest.raises(ImportRefused, match=r'incident\.place the word "castle", which its list does not have'):
        importer.plan(db, path, mapping_from(words, "small"))
    with pytest.raises(ImportRefused, match=r'incident\.precision the word "very", which its list does not have'):
        constants = {"case.kind": "racist_incident", "incident.precision": "very"}
        importer.plan(db, path, small_sheet.mapping(constants=constants))


@pytest.mark.parametrize(
    "text, said",
    [
        ("format = csv", "is not TOML"),
        ("field = 'x'", "is not built as docs/import.md says"),
        ("constants = ['case.kind']", "is not built as docs/import.md says"),
        ("[reference]\ncolumns = 'Ref'", "column names in quotation marks"),
    ],
)
def test_a_mapping_file_that_cannot_be_read_is_refused(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefused, match=said):
        read_mapping(path)


def test_a_mapping_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ImportRefused, match=r"there is no mapping file mine\.toml"):
        read_mapping(tmp_path / "mine.toml")


def test_headings_over_two_lines_are_joined_and_notes_above_them_are_passed_over(db, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Kept by the desk,,,\n,,,\nRef,What happened,,Story\n,When,Kind,\nA1,3/3/2024,threats,At the door.\n",
        encoding="utf-8",
    )
    mapping = mapping_from({
        "header_rows": [3, 4], "reference": {"columns": ["Ref"]}, "constants": {"case.kind": "racist_incident"},
        "field": [
            {"to": "case.first_contact_at", "column": "What happened / When"},
            {"to": "incident.from_at", "column": "What happened / When"},
            {"to": "incident.types", "column": "What happened / Kind", "words": {"threats": "threat"}},
            {"to": "incident.what", "column": "Story"},
        ],
    }, "desk")  # fmt: skip
    plan = importer.plan(db, path, mapping)
    assert [(row.number, row.verdict) for row in plan.rows] == [(5, "new")]
    assert plan.new[0].entry.values["incident.what"] == "At the door."
