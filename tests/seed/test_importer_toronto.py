"""1,350 real rows go through the importer; every figure is counted again from the file by another route."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import selectinload

from casework.context import Acting, set_acting
from models import AuditEntry, Case, Incident
from seed import importer
from tests import make
from tests.conftest import GuardedSession

FILE = Path(__file__).parents[1] / "data" / "toronto_hate_crimes_2018_2023.csv"
TORONTO = ZoneInfo("America/Toronto")
NOTHING = {"None", "NA", "NSA", ""}
BIASES = ("RACE_BIAS", "ETHNICITY_BIAS", "LANGUAGE_BIAS", "RELIGION_BIAS", "SEXUAL_ORIENTATION_BIAS", "GENDER_BIAS")
KEPT_AS_WRITTEN = (
    "PRIMARY_OFFENCE", "LOCATION_TYPE", *BIASES, "NEIGHBOURHOOD_158", "NEIGHBOURHOOD_140", "DIVISION", "ARREST_MADE",
)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def office(engine):
    """A session that is rolled back after this file's tests."""
    with engine.connect() as connection, connection.begin() as outer:
        with GuardedSession(connection, join_transaction_mode="create_savepoint") as session:
            set_acting(session, Acting(now=make.NOW))
            yield session
        outer.rollback()


@pytest.fixture(scope="module")
def mapping():
    return importer.read_mapping(importer.MAPPINGS / "toronto.toml")


@pytest.fixture(scope="module")
def planned(office, mapping):
    written: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(office.get_bind().engine, "before_cursor_execute", note)
    made = importer.plan(office, FILE, mapping)
    event.remove(office.get_bind().engine, "before_cursor_execute", note)
    assert written == [], "a dry run writes nothing"
    return made


@pytest.fixture(scope="module")
def flushes():
    """One entry for each time that rows are saved."""
    return []


@pytest.fixture(scope="module")
def batch(office, planned, flushes):
    event.listen(office, "after_flush", lambda *_told: flushes.append(1))
    made = importer.apply(office, planned, name=FILE.name)
    flushes.append(None)  # what comes later does not count
    return made


@pytest.fixture(scope="module")
def incidents(office, batch):
    """What came in, by the sheet's own reference."""
    whole = select(Incident).where(Incident.import_batch_id == batch.id)
    links = [selectinload(one) for one in (Incident.types, Incident.strands, Incident.place, Incident.case)]
    return {one.crime_ref: one for one in office.scalars(whole.options(*links))}


def test_every_row_of_the_real_sheet_is_accounted_for(batch, rows, incidents):
    assert len(rows) == 1350
    assert (batch.total, batch.imported, batch.already_there, batch.refused) == (1350, 1350, 0, 0)
    assert set(incidents) == {row["EVENT_UNIQUE_ID"] for row in rows}
    assert len({incident.case_id for incident in incidents.values()}) == 1350


def test_each_row_becomes_an_enquiry_without_a_client_and_nobody_is_said_to_have_told_us(office, batch, incidents):
    cases = office.scalars(select(Case).where(Case.import_batch_id == batch.id)).all()
    assert {(case.status, case.client_id, case.first_contact_medium) for case in cases} == {("enquiry", None, "other")}
    assert {incident.perceived_by for incident in incidents.values()} == {"other"}


def test_times_written_as_bare_numbers_are_the_clock_time_in_toronto(rows, incidents):
    for row in rows:
        seen = incidents[row["EVENT_UNIQUE_ID"]].from_at.astimezone(TORONTO)
        told = incidents[row["EVENT_UNIQUE_ID"]].case.first_contact_at.astimezone(TORONTO)
        assert (f"{seen:%Y-%m-%d}", int(f"{seen:%H%M}")) == (row["OCCURRENCE_DATE"], int(row["OCCURRENCE_TIME"]))
        assert (f"{told:%Y-%m-%d}", int(f"{told:%H%M}")) == (row["REPORTED_DATE"], int(row["REPORTED_TIME"]))


def test_incidents_per_year_agree_with_the_year_column_that_was_left_out(rows, incidents):
    came_in = Counter(str(one.from_at.astimezone(TORONTO).year) for one in incidents.values())
    assert came_in == Counter(row["OCCURRENCE_YEAR"] for row in rows)


def test_incidents_per_reason_agree_with_a_count_by_hand(rows, incidents):
    def has(row, *columns):
        return any(row[column].strip() not in NOTHING for column in columns)

    by_hand = {
        "race": sum(has(row, "RACE_BIAS", "ETHNICITY_BIAS", "LANGUAGE_BIAS") for row in rows),
        "religion_belief": sum(has(row, "RELIGION_BIAS") for row in rows),
        "sexual_orientation": sum(has(row, "SEXUAL_ORIENTATION_BIAS") for row in rows),
        "transgender": sum("Transgender" in row["GENDER_BIAS"] for row in rows),
        "gender": sum(row["GENDER_BIAS"].startswith("Woman") for row in rows),
        "disability": sum(row["MENTAL_OR_PHYSICAL_DISABILITY"] == "YES" for row in rows),
    }
    assert Counter(code.code for one in incidents.values() for code in one.strands) == by_hand


def test_incidents_per_place_agree_with_a_count_by_hand(rows, incidents):
    first_words = {
        "home": ("Apartment", "House"), "street": ("Streets", "Open Area"), "transport": ("Public Transp",),
        "school": ("Educational",), "worship": ("Religious",), "shop": ("Business", "Other Commercial"),
        "public_office": ("Government",), "other": ("Medical", "Non-Commercial"), None: ("NA",),
    }  # fmt: skip
    by_hand = {
        place: sum(row["LOCATION_TYPE"].startswith(starts) for row in rows) for place, starts in first_words.items()
    }
    assert sum(by_hand.values()) == 1350
    assert Counter(one.place.code if one.place else None for one in incidents.values()) == by_hand


def test_hatred_for_race_or_of_jewish_muslim_sikh_or_hindu_people_is_a_racist_incident(rows, incidents):
    def is_racist(row):
        faiths = {"Jewish", "Muslim", "Sikh", "Hindu"} & set(row["RELIGION_BIAS"].split(", "))
        return bool(faiths) or any(row[column] not in NOTHING for column in BIASES[:3])

    for row in rows:
        kind = "racist_incident" if is_racist(row) else "other_hate"
        assert incidents[row["EVENT_UNIQUE_ID"]].case.kind.code == kind


def test_no_word_of_the_sheet_vanishes(rows, incidents):
    for row in rows:
        lines = incidents[row["EVENT_UNIQUE_ID"]].what.split("\n")
        kept = [line.split(": ", 1)[1] for line in lines]
        several = ["YES"] if row["MULTIPLE_BIAS"] == "YES" else []
        said = [row[column].strip() for column in KEPT_AS_WRITTEN if row[column].strip() not in NOTHING]
        assert sorted(kept) == sorted(said + several)
        assert len(incidents[row["EVENT_UNIQUE_ID"]].types) >= 1


def test_columns_are_left_out_only_because_they_repeat_others(rows, planned):
    assert set(planned.columns_left_out) == {"_id", "OCCURRENCE_YEAR", "REPORTED_YEAR", "HOOD_158", "HOOD_140"}
    for row in rows:
        assert row["OCCURRENCE_DATE"].startswith(row["OCCURRENCE_YEAR"])
        assert row["REPORTED_DATE"].startswith(row["REPORTED_YEAR"])
        for year in ("158", "140"):
            hood, name = row[f"HOOD_{year}"], row[f"NEIGHBOURHOOD_{year}"]
            assert hood == name == "NSA" or name.endswith(f"({int(hood)})")


def test_a_second_run_of_the_same_file_brings_nothing_in(office, mapping, batch):
    before = office.scalar(select(func.count()).select_from(Incident))
    again = importer.plan(office, FILE, mapping)
    assert (again.imported, again.already_there, again.refused) == (0, 1350, 0)
    assert importer.apply(office, again, name="again.csv").imported == 0
    assert office.scalar(select(func.count()).select_from(Incident)) == before


def test_the_import_is_written_to_the_trail_as_one_line_beside_its_records(office, batch):
    lines = office.scalars(select(AuditEntry).where(AuditEntry.action == "imported", AuditEntry.row_id == batch.id))
    assert [(line.subject, line.who) for line in lines] == [("ImportBatch", "system")]
    made = select(func.count()).where(AuditEntry.action == "created", AuditEntry.subject == "Case")
    assert office.scalar(made) >= 1350


def test_rows_are_saved_many_at_a_time(batch, flushes):
    assert 1 < flushes.index(None) < 1350 / 100


def test_the_report_gives_counts_and_reasons_and_no_cell(planned, rows):
    report = importer.report_lines(planned)
    assert report[-1] == "New 1350 + already there 0 + refused 0 (clash 0, bad 0) = 1350 rows."
    assert "Column HOOD_158 is left out: repeats the number in brackets of NEIGHBOURHOOD_158" in report
    assert not [row for row in rows if any(row["EVENT_UNIQUE_ID"] in line for line in report)]
