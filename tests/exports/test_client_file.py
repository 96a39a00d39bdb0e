"""The copy of a client's file: whole, and nobody else in it."""

from __future__ import annotations

import pytest

from casework import cases, file_access, merging, notes, trail
from exports import client_file
from models import AppointmentWorker, CaseNote, Conflict, FileRequest, IncidentReport, PlanStep, Redaction
from models import Case as CaseTable
from models import Client as ClientTable
from tests import make


@pytest.fixture
def case(db):
    make.act_as(db, "system")
    return make.case(db)


def asked_for(db, case, **more) -> FileRequest:
    return file_access.ask_for_file(db, case, handler=case.lead, **more)


def words(db, asked) -> str:
    """Give the whole copy as one text."""
    made = client_file.collect(db, asked.case.client, file_access.cases_of(db, asked), asked.redactions, {})
    return repr(made.sections) + repr([name for name, _read in made.papers])


def test_what_a_second_person_lets_out_stands_for_everything_a_note_tells(db, case):
    note = cases.add_note(db, case, "Mr Cole shouted.")
    note.third_party, note.instruction = True, "Write to Mr Cole's landlord."
    db.flush()
    asked = asked_for(db, case)
    assert "Cole" not in words(db, asked)
    make.act_as(db, "system", make.worker(db, "Jon P"))
    file_access.redact(db, asked, {note.id: "A neighbour shouted."})
    assert "A neighbour shouted." in words(db, asked)
    assert "Cole" not in words(db, asked)


def test_an_instruction_in_a_note_about_nobody_else_is_in_the_copy(db, case):
    cases.add_note(db, case, "Rang.").instruction = "Write to the landlord."
    db.flush()
    assert "Write to the landlord." in words(db, asked_for(db, case))


def test_a_note_about_somebody_else_that_was_corrected_is_checked_anew(db, case):
    wrong = cases.add_note(db, case, "Mr Cole shouted.")
    wrong.third_party = True
    db.flush()
    asked = asked_for(db, case)
    make.act_as(db, "system", make.worker(db, "Jon P"))
    file_access.redact(db, asked, {wrong.id: "A neighbour shouted."})
    assert file_access.unchecked(db, asked) == 0
    right = notes.correct(db, wrong, "Mr Coleman shouted.")
    assert file_access.unchecked(db, asked) == 1
    assert "Coleman" not in words(db, asked)
    file_access.redact(db, asked, {wrong.id: "A neighbour shouted.", right.id: "Another neighbour shouted."})
    assert file_access.unchecked(db, asked) == 0
    assert "Another neighbour shouted." in words(db, asked)


@pytest.mark.parametrize("which", ["kept", "joined"])
def test_the_copy_holds_every_record_of_the_person_whichever_was_asked_of(db, case, which):
    other = make.case(db, make.client(db, "R. Begum"), lead=case.lead, title="the joined record")
    make.consent(db, other.client, make.agency(db, "Marsh Lane Homes"))
    note = cases.add_note(db, other, "Mr Cole shouted.")
    note.third_party = True
    merging.merge(db, other.client, case.client)
    asked = asked_for(db, case if which == "kept" else other)
    assert file_access.cases_of(db, asked) == sorted([case, other], key=lambda one: one.ref)
    assert file_access.unchecked(db, asked) == 1
    for told in ("the joined record", "R. Begum", "Rehana Begum", "Marsh Lane Homes"):
        assert told in words(db, asked), told
    make.case(db, make.client(db, "Somebody Else"), lead=case.lead)
    assert "Somebody Else" not in words(db, asked)


def test_what_is_out_of_reach_is_counted_and_what_was_set_aside_is_not(db, case):
    other = make.case(db, case.client, lead=make.worker(db, "Joan W", in_team=make.team(db, "West")))
    asked = asked_for(db, case)
    make.act_as(db, "caseworker", case.lead)
    assert (file_access.cases_of(db, asked), file_access.out_of_reach(db, asked)) == ([case], 1)
    make.act_as(db, "system")
    other.voided_reason = "Written twice"
    db.flush()
    make.act_as(db, "caseworker", case.lead)
    assert file_access.out_of_reach(db, asked) == 0


@pytest.mark.parametrize("handler, beyond", [("lead", 0), ("manager", 1)])
def test_a_complaint_that_somebody_else_handles_is_out_of_reach(db, case, handler, beyond):
    person = case.lead if handler == "lead" else make.worker(db, "Maryam Y")
    complaint = client_file.Complaint(case=case, received_on=make.TODAY, what="Nobody rang.", handler=person)
    db.add(complaint)
    asked = asked_for(db, case, subject_access=False)
    make.act_as(db, "caseworker", case.lead)
    assert file_access.out_of_reach(db, asked) == beyond
    assert ("Nobody rang." in words(db, asked)) is (beyond == 0)


def test_a_note_in_a_case_that_was_set_aside_holds_nothing_back(db, case):
    aside = make.case(db, case.client, lead=case.lead)
    cases.add_note(db, aside, "Mr Cole shouted.").third_party = True
    aside.voided_reason = "Written twice"
    asked = asked_for(db, case)
    assert file_access.unchecked(db, asked) == 0
    file_access.lay_ready(db, asked)
    assert file_access.provide(db, asked, case.lead, "Read here, alone").status == "provided"


def test_reading_one_file_here_shows_the_papers_of_that_case_alone(db, case):
    other = make.case(db, case.client, lead=case.lead)
    make.document(db, case, name="of-this-case.txt")
    make.document(db, other, name="of-another.txt", data=b"another paper")
    here, whole = asked_for(db, case, subject_access=False), asked_for(db, case)
    assert "of-this-case.txt" in words(db, here)
    assert "of-another.txt" not in words(db, here)
    assert "of-another.txt" in words(db, whole)


# Who has seen it


def test_the_trail_of_a_file_follows_what_its_rows_are_part_of(db, case):
    other = make.case(db, make.client(db, "R. Begum"), lead=case.lead)
    note = cases.add_note(db, other, "Rang.")
    meeting = make.appointment(db, other)
    incident = make.incident(db, other)
    report = make.report(db, incident, make.agency(db))
    redaction = Redaction(request=asked_for(db, other), note=note)
    db.add(redaction)
    elsewhere = make.appointment(db, make.case(db, make.client(db, "Somebody Else")), clock="15:00")
    merging.merge(db, other.client, case.client)
    expected = {
        CaseTable.__name__: {case.id, other.id}, ClientTable.__name__: {case.client.id, other.client.id},
        CaseNote.__name__: {note.id}, IncidentReport.__name__: {report.id}, Redaction.__name__: {redaction.id},
        AppointmentWorker.__name__: {one.id for one in meeting.people},
    }  # fmt: skip
    make.act_as(db, "manager", make.worker(db, "Maryam Y"))
    of_client, of_case = trail.rows_of(db, case.client), trail.rows_of(db, other)
    assert {kind: set(of_client[kind]) for kind in expected} == expected
    assert of_case["Case"] == [other.id] and "Client" not in of_case
    assert set(of_case["AppointmentWorker"]) == {one.id for one in meeting.people}
    assert elsewhere.id not in of_client["Appointment"]
    assert PlanStep.__name__ not in of_client and Conflict.__name__ not in of_client
