"""The office's first words and figures, as they lie in seed/*.csv, before any program reads them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from babel import Locale, UnknownLocaleError
from babel.core import get_global

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seed"
SOURCES = ROOT / "docs" / "sources.md"

HEADERS = {
    "languages": "code,name,own_name,other_names,spoken,written,signed",
    "areas": "name,ons_code,in_catchment,valid_from,valid_to,note",
    "codes": "list,code,label,parent,sort,source",
    "agency_kinds": "code,tier,public_body",
    "standards": "agency_kind,request,name,amount,unit,source,valid_from",
    "settings": "key,value,unit,label,source",
    "venues": "name,floor,step_free,private",
    "area_travel": "from_area,to_area,minutes,note",
}
KEYS = {
    "languages": ("code",),
    "areas": ("ons_code",),
    "codes": ("list", "code"),
    "agency_kinds": ("code",),
    "standards": ("agency_kind", "request", "name", "valid_from"),
    "settings": ("key",),
    "venues": ("name",),
    "area_travel": ("from_area", "to_area"),
}
YES_OR_NO = {
    "languages": ("spoken", "written", "signed"),
    "areas": ("in_catchment",),
    "agency_kinds": ("public_body",),
    "venues": ("step_free", "private"),
}
LISTS = {
    "review_flag",
    "agency_kind",
    "request",
    "outcome",
    "refusal_reason",
    "data_scope",
    "disclosure_ground",
    "immigration",
    "hate_strand",
    "incident_type",
    "place",
    "perpetrator_relation",
    "coping",
    "contact_source",
    "relation",
    "case_kind",
    "deadline_kind",
    "closure_reason",
    "note_kind",
    "conduct",
    "consequence",
    "cause_of_need",
    "service",
    "turnaway_reason",
    "task_kind",
    "agency_classification",
    "step_result",
    "step_tag",
    "plan_suggestion",
    "systemic_cause",
    "document_kind",
}
# The office believes people and says what happened; these words doubt, blame or label them.
DOUBTING = re.compile(
    r"\b(alleg\w*|claim\w*|credib\w*|prov(e|ed|en|es)|proof|supposed\w*|perpetrator\w*|fault|illegal\w*"
    r"|overstay\w*|failed|bogus|genuine\w*|fraud\w*|lack of care)\b",
    re.IGNORECASE,
)
FIGURE_UNITS = {"hour", "day", "working_day", "month", "minute", "count"}
CLOCKS = {
    "acknowledge",
    "decide",
    "answer",
    "answer after acknowledging",
    "answer at the latest",
    "report progress",
    "answer a review",
    "ask for a review",
}
LONGEST_PAGE = 150  # lines; a page that is longer is no longer read
# Unicode has a wider or another language under these keys (Chinese, Akan, Persian), or another script.
NAMED_OTHERWISE = {"cmn", "twi", "prs", "tgl", "apc", "rhg"}


def table(name: str) -> list[dict[str, str]]:
    with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def code_list(name: str) -> list[dict[str, str]]:
    return [row for row in table("codes") if row["list"] == name]


def codes(name: str) -> list[str]:
    return [row["code"] for row in code_list(name)]


def sections() -> dict[str, str]:
    """Give the text under each heading of the sources page, up to the next heading of any level."""
    parts = re.split(r"^#+ (.+)$", SOURCES.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def clock_of(standard: dict[str, str]) -> str:
    return standard["name"].rpartition(": ")[2]


def states(text: str, figure: str) -> bool:
    return re.search(rf"(?<![\d:]){re.escape(figure)}(?![\d:])", text) is not None


# Files


@pytest.mark.parametrize("name", HEADERS)
def test_each_file_is_plain_utf8_with_the_agreed_columns(name):
    raw = (SEED / f"{name}.csv").read_bytes()
    text = raw.decode("utf-8")
    assert not text.startswith("\ufeff")
    assert b"\r" not in raw
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert text.splitlines()[0] == HEADERS[name]


@pytest.mark.parametrize("name", HEADERS)
def test_each_row_is_complete_and_no_cell_has_stray_spaces(name):
    columns = set(HEADERS[name].split(","))
    rows = table(name)
    assert rows
    for row in rows:
        assert set(row) == columns and None not in row.values(), row
        assert all(cell == " ".join(cell.split()) for cell in row.values()), row


@pytest.mark.parametrize("name", HEADERS)
def test_no_cell_can_be_taken_for_a_formula(name):
    openers = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
    assert [cell for row in table(name) for cell in row.values() if cell.startswith(openers)] == []


@pytest.mark.parametrize("name", KEYS)
def test_nothing_is_listed_twice(name):
    seen = Counter(tuple(row[column] for column in KEYS[name]) for row in table(name))
    assert [key for key, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("name", YES_OR_NO)
def test_ticks_are_written_as_one_or_nought(name):
    assert {row[column] for row in table(name) for column in YES_OR_NO[name]} <= {"0", "1"}


# Code lists


def test_every_code_list_of_the_office_is_present_and_no_other():
    assert {row["list"] for row in table("codes")} == LISTS


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_offers_a_choice_of_distinct_plain_labels(name):
    labels = [row["label"] for row in code_list(name)]
    assert len(labels) > 1
    assert len({label.casefold() for label in labels}) == len(labels)
    assert [label for label in labels if not re.fullmatch(r"[A-Z][^_]*[^_.]", label)] == []


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_is_sorted_in_steps_of_ten(name):
    assert [int(row["sort"]) for row in code_list(name)] == [10 * (n + 1) for n in range(len(codes(name)))]


def test_codes_are_short_plain_words():
    words = [row["code"] for row in table("codes")]
    assert [word for word in words if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", word)] == []


def test_no_label_doubts_or_blames_a_person():
    labels = [row["label"] for name in ("codes", "settings") for row in table(name)]
    assert [label for label in labels if DOUBTING.search(label)] == []


def test_a_parent_is_a_code_of_the_same_list_and_has_no_parent_itself():
    parent_of = {(row["list"], row["code"]): row["parent"] for row in table("codes")}
    for (name, code), parent in parent_of.items():
        if parent:
            assert parent_of.get((name, parent)) == "", (name, code)


def test_a_parent_stands_above_its_children_so_that_one_reading_finds_it():
    seen: set[tuple[str, str]] = set()
    for row in table("codes"):
        assert not row["parent"] or (row["list"], row["parent"]) in seen, row
        seen.add((row["list"], row["code"]))


def test_every_council_department_belongs_to_the_council():
    departments = [row for row in code_list("agency_kind") if row["code"].startswith("la_")]
    assert len(departments) > 1
    assert {row["parent"] for row in departments} == {"local_authority"}


def test_conduct_has_sixteen_ways_to_fail_people_and_five_to_treat_them_well():
    """Source: empowering casework article and migrant families statement."""
    assert codes("conduct") == [
        "not_believed",
        "ignored_no_reply",
        "dismissed_or_trivialised",
        "asked_why_racist",
        "refused_to_record_as_racist",
        "unprotected",
        "quick_closure",
        "interpreter_not_provided",
        "delay_beyond_standard",
        "hostile_response",
        "humiliating_interview",
        "urged_to_return",
        "threatened_child_removal",
        "unsafe_accommodation",
        "assessment_refused_at_door",
        "turned_away_accommodation",
        "prompt",
        "believed",
        "acted",
        "apologised",
        "changed_practice",
    ]


def test_a_refusal_without_a_reason_is_told_apart_from_one_with_a_reason_and_from_silence():
    """Source: migrant families statement."""
    assert {"refused_reason_given", "refused_no_reason", "no_response"} <= set(codes("outcome"))


def test_what_a_client_may_allow_to_be_shared_is_named_item_by_item():
    assert codes("data_scope") == [
        "name",
        "contact_details",
        "address",
        "household_and_childrens_ages",
        "incident_dates",
        "incident_details",
        "letters_and_documents",
        "photographs",
        "language_and_access_needs",
        "immigration_status",
        "health",
        "other",
    ]


def test_the_results_of_the_bromley_example_can_be_recorded():
    """Source: empowering casework article."""
    needed = {"cctv_installed", "meeting_held", "rehousing_priority", "transfer_offered"}
    assert needed <= set(codes("step_result"))


def test_an_agency_may_have_called_a_racist_incident_criminal_damage():
    """Source: empowering casework article."""
    assert {"racist", "criminal_damage", "not_recorded", "not_told"} <= set(codes("agency_classification"))


def test_need_comes_from_poverty_and_homelessness_and_no_code_speaks_of_care():
    """Source: migrant families statement."""
    needs = code_list("cause_of_need")
    assert {"poverty", "homelessness", "nrpf_condition"} <= {row["code"] for row in needs}
    assert [row for row in needs if re.search("neglect|care|safeguard|risk", row["code"] + row["label"])] == []


# Areas


def test_the_33_london_authorities_carry_their_official_codes():
    """Source: Office for National Statistics: the City first, then the boroughs in alphabetical order."""
    names = {row["ons_code"]: row["name"] for row in table("areas")}
    assert set(names) == {f"E09{number:06d}" for number in range(1, 34)}
    in_order = [names[code] for code in sorted(names)]
    assert in_order[0] == "City of London"
    assert in_order[1:] == sorted(in_order[1:])
    assert len(set(in_order)) == len(in_order)


@pytest.mark.parametrize(
    "name, code",
    [
        ("Barking and Dagenham", "E09000002"),
        ("Croydon", "E09000008"),
        ("Newham", "E09000025"),
        ("Tower Hamlets", "E09000030"),
        ("Waltham Forest", "E09000031"),
        ("Westminster", "E09000033"),
    ],
)
def test_a_borough_has_the_code_that_the_statistics_office_gave_it(name, code):
    assert {row["name"]: row["ons_code"] for row in table("areas")}[name] == code


def test_casework_is_for_the_three_named_boroughs_and_for_newham_which_is_marked_assumed():
    """Source: service statement, "Client group"."""
    inside = {row["name"]: row["note"] for row in table("areas") if row["in_catchment"] == "1"}
    assert set(inside) == {"Tower Hamlets", "Barking and Dagenham", "Waltham Forest", "Newham"}
    assert {name for name, note in inside.items() if "assumed" in note.lower()} == {"Newham"}


def test_dates_are_empty_or_iso_dates():
    cells = [row[column] for row in table("areas") for column in ("valid_from", "valid_to")]
    cells += [row["valid_from"] for row in table("standards")]
    for cell in filter(None, cells):
        assert date.fromisoformat(cell).isoformat() == cell


# Languages


def test_the_languages_that_east_london_asks_for_are_there():
    needed = (
        "ben syl urd pan guj hin tam sin nep som ara tur kmr ckb pes prs pus pol ron lit rom por spa fra lin "
        "swa yor ibo twi tir amh orm sqi cmn yue vie rus ukr bfi eng phr ctg haz"
    )
    assert set(needed.split()) - {row["code"] for row in table("languages")} == set()


def test_language_codes_are_standard_and_bravanese_alone_uses_a_local_one():
    """Source: ISO 639-3; qaa to qtz are kept for local use."""
    listed = [row["code"] for row in table("languages")]
    assert [code for code in listed if not re.fullmatch("[a-z]{3}", code)] == []
    assert [code for code in listed if "qaa" <= code <= "qtz"] == ["qbr"]


def test_each_language_is_spoken_written_or_signed_and_only_bsl_is_signed():
    ways = {row["code"]: (row["spoken"], row["written"], row["signed"]) for row in table("languages")}
    assert [code for code, way in ways.items() if "1" not in way] == []
    assert {code for code, way in ways.items() if way[2] == "1"} == {"bfi"}
    assert ways["bfi"] == ("0", "0", "1")


def test_a_letter_may_be_asked_for_in_sylheti():
    assert {row["code"]: row["written"] for row in table("languages")}["syl"] == "1"


def test_kurdish_and_chinese_are_never_one_language():
    names = [row["name"] for row in table("languages")]
    assert [name for name in names if re.search("kurdish|chinese", name, re.IGNORECASE)] == []
    assert {"Kurmanji", "Sorani", "Mandarin", "Cantonese"} <= set(names)


def test_a_spelling_leads_to_one_language_only():
    spellings = [
        spelling.casefold()
        for row in table("languages")
        for spelling in {row["name"], *filter(None, row["other_names"].split("; "))}
    ]
    assert [spelling for spelling, times in Counter(spellings).items() if times > 1] == []


def cldr_own_name(code: str) -> str | None:
    """Give what Unicode's locale data calls the language in itself; None where it has no data."""
    try:
        locale = Locale.parse(get_global("language_aliases").get(code, code))
    except (UnknownLocaleError, ValueError):
        return None
    return locale.get_language_name(locale)


def test_own_names_agree_with_unicode_locale_data():
    own = {row["code"]: row["own_name"].casefold() for row in table("languages")}
    known = {code: name for code in own.keys() - NAMED_OTHERWISE if (name := cldr_own_name(code))}
    assert len(known) > len(own) / 2
    assert {code: own[code] for code, name in known.items() if name.casefold() not in own[code]} == {}


def test_the_vocabulary_holds_more_second_languages_than_the_office_promises():
    """Source: service statement, "Availability": over 20 second languages."""
    promised = next(int(row["value"]) for row in table("settings") if row["key"] == "coverage_languages_minimum")
    assert len([row for row in table("languages") if row["code"] != "eng"]) > promised


# Agencies and their standards


def test_each_kind_of_agency_has_one_tier():
    kinds = table("agency_kinds")
    assert sorted(row["code"] for row in kinds) == sorted(codes("agency_kind"))
    assert {row["tier"] for row in kinds} == {"primary", "secondary", "semi_public", "community"}


def test_police_and_council_come_first_and_housing_associations_are_semi_public():
    """Source: service statement, "Oversight of public bodies"."""
    tier = {row["code"]: row["tier"] for row in table("agency_kinds")}
    councils = {code for code in tier if code == "local_authority" or code.startswith("la_")}
    assert {code for code, name in tier.items() if name == "primary"} == {"police", *councils}
    assert tier["housing_association"] == "semi_public"
    assert {tier["cps_courts"], tier["probation"]} == {"secondary"}


def test_nobody_of_the_community_tier_is_a_public_body_and_every_primary_one_is():
    public = {(row["tier"], row["public_body"]) for row in table("agency_kinds")}
    assert ("community", "1") not in public and ("primary", "0") not in public


def test_standards_name_known_kinds_requests_and_units():
    kinds, requests = {"", *codes("agency_kind")}, {"", *codes("request")}
    for row in table("standards"):
        assert row["agency_kind"] in kinds and row["request"] in requests, row
        assert row["unit"] in {"hour", "day", "working_day", "month"}, row
        assert row["amount"].isdecimal(), row


def test_a_standard_says_which_clock_it_is_in_the_words_that_the_sources_page_explains():
    assert {clock_of(row) for row in table("standards")} == CLOCKS
    explained = sections()["How the standards are named"].replace("\n", " ")
    assert set(re.findall(r'"([^"]+)"', explained)) == CLOCKS


def test_no_two_standards_share_a_name():
    names = [row["name"] for row in table("standards")]
    assert len(set(names)) == len(names)


def test_each_standard_has_a_source_that_states_its_figure():
    found = sections()
    for row in table("standards"):
        heading, _, words = row["source"].partition(": ")
        assert heading in found and words, row
        assert states(found[heading].replace("20th", "20"), row["amount"]), row
        assert row["amount"] == "0" or states(words, row["amount"]), row


@pytest.mark.parametrize(
    "kind, request_code, clock, amount, unit",
    [
        ("housing_association", "complaint_stage1", "acknowledge", 5, "working_day"),
        ("housing_association", "complaint_stage1", "answer after acknowledging", 10, "working_day"),
        ("la_housing", "complaint_stage2", "answer after acknowledging", 20, "working_day"),
        ("la_childrens_services", "s17_assessment", "decide", 1, "working_day"),
        ("la_childrens_services", "s17_assessment", "answer", 45, "working_day"),
        ("la_childrens_services", "complaint_stage1", "answer", 10, "working_day"),
        ("la_childrens_services", "complaint_stage1", "answer at the latest", 20, "working_day"),
        ("la_childrens_services", "complaint_stage2", "answer", 25, "working_day"),
        ("la_childrens_services", "complaint_stage2", "answer at the latest", 65, "working_day"),
        ("", "information_request", "answer", 20, "working_day"),
        ("", "emergency_accommodation", "decide", 0, "day"),
        ("police", "police_complaint", "ask for a review", 28, "day"),
    ],
)
def test_an_agency_is_held_to_the_published_time(kind, request_code, clock, amount, unit):
    """Sources: the codes, acts and guides named on the sources page."""
    times = [
        (int(row["amount"]), row["unit"])
        for row in table("standards")
        if (row["agency_kind"], row["request"], clock_of(row)) == (kind, request_code, clock)
    ]
    assert times == [(amount, unit)]


def test_a_latest_time_is_later_than_the_ordinary_one():
    amounts = {
        (row["agency_kind"], row["request"], clock_of(row)): (row["unit"], int(row["amount"]))
        for row in table("standards")
    }
    latest = [key for key in amounts if key[2] == "answer at the latest"]
    assert latest
    for kind, request_code, clock in latest:
        unit, amount = amounts[kind, request_code, "answer"]
        later_unit, later = amounts[kind, request_code, clock]
        assert unit == later_unit and amount < later


# Our own settings


@pytest.mark.parametrize(
    "key, value, unit",
    [
        ("opens_at", "10:00", "time"),
        ("closes_at", "18:00", "time"),
        ("open_weekdays", "0,1,2,3,4", "weekdays"),
        ("letter_answer", "10", "working_day"),
        ("telephone_answer", "3", "day"),
        ("requested_letter", "10", "working_day"),
        ("appointment_offer", "14", "day"),
        ("visit_workers", "2", "count"),
        ("file_on_site", "24", "hour"),
        ("file_off_site", "7", "day"),
        ("review_every", "2", "month"),
        ("coverage_languages_minimum", "20", "count"),
        ("subject_access", "1", "month"),
    ],
)
def test_what_the_office_promises_in_public_is_what_it_starts_with(key, value, unit):
    """Source: service statement, "Availability", "Access to case files", "Quality casework"."""
    assert {row["key"]: (row["value"], row["unit"]) for row in table("settings")}[key] == (value, unit)


def test_settings_have_plain_keys_distinct_labels_and_readable_values():
    rows = table("settings")
    assert [row["key"] for row in rows if not re.fullmatch(r"[a-z][a-z0-9_]*", row["key"])] == []
    assert len({row["label"].casefold() for row in rows}) == len(rows)
    shapes = {"time": r"[0-2]\d:[0-5]\d", "weekdays": r"[0-6](,[0-6])*", "yes_no": "[01]", "text": ".+"}
    for row in rows:
        assert row["unit"] in FIGURE_UNITS | set(shapes), row
        assert re.fullmatch(shapes.get(row["unit"], r"\d+(,\d+)*"), row["value"]), row
        assert row["label"][0].isupper() and "_" not in row["label"], row


def test_each_setting_has_a_source_that_states_its_figure():
    found = sections()
    for row in table("settings"):
        assert row["source"] in found, row
        if row["unit"] == "text":
            continue
        if row["unit"] == "weekdays":
            assert "Monday to Friday" in found[row["source"]]
        else:
            assert all(states(found[row["source"]], figure) for figure in row["value"].split(",")), row


def test_warnings_come_before_the_promise_they_warn_of():
    value = {row["key"]: row["value"] for row in table("settings")}
    for earlier, later in [
        ("appointment_offer_warning", "appointment_offer"),
        ("high_risk_contact_gap", "contact_gap"),
        ("aftercare_first", "aftercare_second"),
        ("subject_access", "subject_access_extended"),
    ]:
        assert int(value[earlier]) < int(value[later])


# Rooms and the sources page


def test_rooms_upstairs_have_no_lift_and_the_ground_floor_room_is_step_free():
    """Source: service statement, "Availability": offices on the second floor, no lift."""
    rooms = {row["name"]: (row["floor"], row["step_free"]) for row in table("venues")}
    assert rooms == {
        "Room 1": ("Second floor, no lift", "0"),
        "Room 2": ("Second floor, no lift", "0"),
        "Ground-floor interview room": ("Ground floor", "1"),
    }


def test_every_code_names_a_heading_of_the_sources_page():
    assert {row["source"] for row in table("codes")} - set(sections()) == set()


def test_the_sources_page_is_short_and_no_heading_stands_twice():
    text = SOURCES.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    assert len(text.splitlines()) < LONGEST_PAGE
    assert len(set(headings)) == len(headings)
    assert {
        "Service statement",
        "Client group",
        "Availability",
        "Quality casework",
        "Access to case files",
        "Underlying values",
        "Casework and campaigning",
        "Migrant families statement",
        "Empowering casework article",
    } <= set(headings)
