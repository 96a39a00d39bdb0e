"""Retention: whose day has come, who decides, and that an anonymised file tells nothing while every figure stays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, update
from sqlalchemy.orm import sessionmaker

from casework import anonymising, audit, finding, retention, seal, sessions
from casework.context import Acting, set_acting
from casework.cross_tables import subjects
from casework.figures import count_figures
from casework.periods import Period
from casework.problems import RuleBroken
from casework.scorecards import asked_for, scorecard
from casework.table_counts import Asked, count_table
from models import (
    Agency,
    AuditEntry,
    Base,
    Case,
    CaseNote,
    Client,
    Complaint,
    Document,
    DocumentContent,
    Draft,
    FileRequest,
    RetentionDecision,
    User,
    client_keys,
)
from models.database import open_engine
from seed.reference import load_reference
from tests import make
from tests.admin_views.office import FILES, NAMES, SCRIPTS, canary, furnish
from tests.table_office import table_office

LONG_AGO = datetime(2019, 3, 4, 10, tzinfo=UTC)
PERIODS = (
    Period(date(2025, 4, 1), date(2026, 3, 31)), Period(date(2026, 7, 1), date(2026, 9, 30)),
    Period(date(2025, 1, 1), date(2026, 11, 23)),
)  # fmt: skip


def managers(db) -> tuple[User, User]:
    return make.user(db, "maryam", "manager"), make.user(db, "samira", "manager")


def act_as(db, user: User) -> None:
    make.act_as(db, "manager", user.worker, user_id=user.id)


def closed(db, on: date, **more) -> Case:
    """A case that was closed on a day, as the database holds it years later."""
    made = make.case(db, more.pop("of", None), status="closed", first_contact_at=LONG_AGO, **more)
    db.execute(update(Case).where(Case.id == made.id).values(opened_on=on, closed_on=on))
    db.refresh(made)
    return made


def refs(db) -> list[str]:
    return [one.record.ref for one in retention.review(db).waiting]


def problems(act) -> list[tuple[str, str]]:
    with pytest.raises(RuleBroken) as broken:
        act()
    return [(one.field, one.text) for one in broken.value.problems]


@pytest.mark.parametrize("closed_on, waits", [(date(2020, 11, 23), True), (date(2020, 11, 24), False)])
def test_a_closed_file_waits_six_years_after_its_last_closing(db, closed_on, waits):
    """Setting retention_file, 72 months: 23 November 2020 and six years is today, 23 November 2026."""
    client = closed(db, date(2015, 5, 1)).client
    closed(db, closed_on, of=client)
    found = retention.review(db).waiting
    assert [(one.record, one.kind, one.cases, one.due_on) for one in found] == (
        [(client, "file", 2, date(2026, 11, 23))] if waits else []
    )


def test_an_enquiry_that_became_no_case_waits_after_two_years(db):
    make.case(db, status="advised", first_contact_at=datetime(2024, 11, 23, 10, tzinfo=UTC))
    make.case(db, status="advised", first_contact_at=datetime(2024, 11, 24, 10, tzinfo=UTC))
    alone = Case(kind=make.code(db, "case_kind", "racist_incident"), first_contact_at=LONG_AGO, status="enquiry")
    db.add(alone)
    db.flush()
    alone.status = "advised"
    db.flush()
    assert [(type(one.record), one.kind) for one in retention.review(db).waiting] == [
        (Case, "enquiry"), (Client, "enquiry"),
    ]  # fmt: skip


def test_who_has_a_case_that_is_not_over_waits_for_nothing(db):
    client = closed(db, date(2015, 5, 1)).client
    assert refs(db) == [client.ref]
    make.case(db, client)
    assert refs(db) == []


def test_two_records_of_one_person_are_one_file(db):
    kept, other = closed(db, date(2015, 5, 1)).client, closed(db, date(2026, 5, 1)).client
    other.merged_into = kept
    db.flush()
    assert refs(db) == []
    assert set(anonymising.whole_of(db, kept).clients) == {kept.id, other.id}


def test_the_day_counts_what_waits_and_tells_since_when(db):
    assert retention.to_decide(db) == (0, None)
    for closed_on in (date(2015, 5, 1), date(2014, 8, 31), make.TODAY):
        closed(db, closed_on)
    assert retention.to_decide(db) == (2, date(2020, 8, 31)) == (len(refs(db)), retention.review(db).waiting[0].due_on)


def test_a_file_is_kept_until_a_day_and_then_waits_again(db):
    first, _second = managers(db)
    client = closed(db, date(2015, 5, 1)).client
    act_as(db, first)
    waiting = retention.waiting_for(db, client)
    assert problems(lambda: retention.keep(db, waiting, None, "A claim for compensation runs")) == [
        ("keep_until", "Say until which day it is kept; it is looked at again then."),
    ]  # fmt: skip
    db.rollback()


def test_a_decision_to_keep_holds_until_its_day(db):
    first, _second = managers(db)
    client = closed(db, date(2015, 5, 1)).client
    act_as(db, first)
    retention.keep(db, retention.waiting_for(db, client), date(2026, 11, 24), "A claim runs")
    assert (refs(db), retention.review(db).kept) == ([], 1)
    assert problems(lambda: retention.waiting_for(db, client))
    make.act_as(db, "manager", first.worker, now=datetime(2026, 11, 24, 9, tzinfo=UTC), user_id=first.id)
    assert (refs(db), retention.review(db).kept) == ([client.ref], 0)


@pytest.mark.parametrize("reason", ["rehana  BEGUM asked for it", "See CL-2026-0001"])
def test_a_reason_names_nobody_since_it_stays(db, reason):
    first, _second = managers(db)
    client = closed(db, date(2015, 5, 1)).client
    act_as(db, first)
    waiting = retention.waiting_for(db, client)
    assert [field for field, _text in problems(lambda: retention.propose(db, waiting, reason))] == ["reason"]


def test_one_manager_alone_cannot_anonymise_and_two_can(db):
    first, second = managers(db)
    case = closed(db, date(2015, 5, 1), title="Threats on the stairs")
    db.add(CaseNote(case=make.case(db), at=make.NOW, text="Another file"))
    client_id, case_id = case.client_id, case.id
    act_as(db, first)
    decision = retention.propose(db, retention.waiting_for(db, case.client), "Its time is over")
    assert case.client.name == "Rehana Begum"
    with db.begin_nested() as inner:
        assert problems(lambda: retention.confirm(db, decision)) == [
            ("", "Not done: a second manager confirms, under their own account."),
        ]  # fmt: skip
        inner.rollback()
    assert db.get_one(Client, client_id).name == "Rehana Begum"
    act_as(db, second)
    retention.confirm(db, db.get_one(RetentionDecision, decision.id))
    client = db.get_one(Client, client_id)
    assert (client.name, client.phone, client.safe_contact, client.name_key) == ("Removed", None, None, "removed")
    assert (db.get_one(Case, case_id).title, client.anonymised_on) == ("Removed", make.TODAY)
    assert db.scalars(select(CaseNote.text)).all() == ["Another file"]
    assert retention.review(db).anonymised == 1
    assert refs(db) == []


def test_a_caseworker_decides_nothing(db):
    client = closed(db, date(2015, 5, 1)).client
    waiting = retention.waiting_for(db, client)
    make.act_as(db, "caseworker", make.worker(db, "Amina K"))
    assert ("", "Managers decide how long a file is kept.") in problems(lambda: retention.propose(db, waiting, "Over"))


def test_a_proposal_that_is_turned_down_waits_for_a_decision_again(db):
    first, second = managers(db)
    client = closed(db, date(2015, 5, 1)).client
    act_as(db, first)
    decision = retention.propose(db, retention.waiting_for(db, client), "Its time is over")
    assert (refs(db), retention.to_confirm(db), retention.to_decide(db)) == ([], 0, (0, None))
    act_as(db, second)
    assert retention.to_confirm(db) == 1
    retention.turn_down(db, decision)
    assert (refs(db), retention.to_confirm(db), client.name) == ([client.ref], 0, "Rehana Begum")


def test_what_is_owed_stands_against_anonymising(db):
    case = closed(db, date(2015, 5, 1))
    assert list(retention.against(db, case.client)) == []
    asked = FileRequest(case=case, requested_at=make.NOW, handler=case.lead)
    complaint = Complaint(case=case, received_on=make.TODAY, what="Nobody rang", handler=case.lead)
    db.add_all([asked, complaint])
    db.flush()
    assert list(retention.against(db, case.client)) == [
        "Not done: the client has asked to see this file. Give it out first.",
        "Not done: a complaint about this file is not answered yet.",
    ]


CHANGES = {
    "a note": lambda db, case: db.add(CaseNote(case=case, at=make.NOW, text="Came back")),
    "a name": lambda _db, case: setattr(case.client, "name", "Rehana"),
    "a title": lambda _db, case: setattr(case, "title", "Again"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_written_into_an_anonymised_file(db, change):
    case = closed(db, date(2015, 5, 1))
    anonymising.anonymise(db, anonymising.whole_of(db, case.client), "decision 1")
    change(db, case)
    assert make.problems(db) == [("", "This file was anonymised. Whoever comes back begins as a new client.")]


def test_no_new_case_begins_with_an_anonymised_client(db):
    client = closed(db, date(2015, 5, 1)).client
    anonymising.anonymise(db, anonymising.whole_of(db, client), "decision 1")
    db.add(Case(client=client, kind=make.code(db, "case_kind", "racist_incident"), first_contact_at=make.NOW))
    assert [field for field, _text in make.problems(db)] == ["client"]


def test_every_row_that_loses_something_has_its_line_and_the_seals_hold(db):
    case = closed(db, date(2015, 5, 1), title="Threats")
    before = db.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first()
    anonymising.anonymise(db, anonymising.whole_of(db, case.client), "anonymised, decision 7")
    lines = db.scalars(select(AuditEntry).where(AuditEntry.id > before)).all()
    told = {(one.action, one.subject, one.row_id): one.fields for one in lines}
    assert "name" in told["changed", "Client", case.client_id]
    assert "title" in told["changed", "Case", case.id]
    assert {one.reason for one in lines} == {"anonymised, decision 7"}
    assert audit.check(db.connection()).is_whole


@pytest.mark.parametrize("born, days, kept", [
    (date(1990, 7, 19), [], date(1990, 7, 1)),
    (date(1990, 7, 19), [date(2026, 7, 18)], date(1990, 7, 19)),  # the day before the birthday: no earlier day would do
    (date(1990, 7, 19), [date(2026, 7, 19), date(2026, 7, 9)], date(1990, 7, 10)),
    (date(1988, 2, 29), [date(2025, 8, 1)], date(1988, 2, 1)),
])  # fmt: skip
def test_a_birthday_is_blurred_as_far_as_no_counted_age_changes(born, days, kept):
    assert anonymising.blurred(born, days) == kept

    def age(birthday, day):
        return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))

    assert all(age(born, day) == age(kept, day) for day in days)


@pytest.mark.parametrize("form, about", [
    ("/caseworker/case/edit/?id=7", True), ("/caseworker/case/edit/?id=8", False),
    ("/caseworker/call/?case=7", True), ("/manager/casenote/new/?case_id=7", True),
    ("/manager/client/edit/?id=3", True), ("/manager/intake/?client=3", True), ("/manager/team/edit/?id=7", False),
])  # fmt: skip
def test_a_draft_is_of_a_file_if_its_address_names_it(form, about):
    assert anonymising.is_about(form, anonymising.Whole((3,), (7,))) is about


def figures(db) -> dict[str, object]:
    """Count everything that the office counts: figures, tables by every dimension, scorecards."""
    told: dict[str, object] = {}
    for period in PERIODS:
        told[f"figures {period}"] = count_figures(db, period, make.TODAY)
        for agency in db.scalars(select(Agency)):
            told[f"scorecard {agency.id} {period}"] = scorecard(db, asked_for(db, agency, period, make.TODAY)).numbers
        for subject in subjects().values():
            for row in subject.by_key():
                for measure, *_words in subject.measures():
                    table = count_table(db, Asked(subject.key, row, "", measure, period), make.TODAY)
                    told[f"{subject.key} {row} {measure} {period}"] = (dict(table.cells), tuple(table.different))
    return told


def test_every_figure_is_the_same_before_and_after_every_file_is_anonymised(db):
    table_office(db, seed=7)
    before = figures(db)
    assert sum(bool(value) for value in before.values()) > 500
    for client in list(db.scalars(select(Client.id))):
        record = db.get(Client, client, execution_options={"office_wide": True})
        anonymising.anonymise(db, anonymising.whole_of(db, record), "all of them")
    for case in list(db.scalars(select(Case).where(Case.client_id.is_(None)))):
        anonymising.anonymise(db, anonymising.whole_of(db, case), "all of them")
    db.expire_all()
    after = figures(db)
    assert [key for key in before if before[key] != after[key]] == []


@pytest.fixture
def own_office(tmp_path):
    """A furnished office on a file of its own, whose bytes can be read."""
    engine = open_engine(f"sqlite:///{tmp_path / 'office.db'}")
    seal.use_secret(engine, "t" * 32)
    Base.metadata.create_all(engine)
    maker = sessionmaker(engine)
    sessions.install(maker)
    with maker() as db:
        set_acting(db, Acting(now=make.NOW))
        load_reference(db, today=make.TODAY)
        office = furnish(db)
        db.commit()
        yield db, engine, office
    engine.dispose()


def bytes_of(engine) -> bytes:
    file = make_url(str(engine.url)).database
    return b"".join(path.read_bytes() for path in sorted(Path(file).parent.glob(f"{Path(file).name}*")))


def words_of(file: str) -> set[str]:
    """Give every word that stands in this file's protected fields, as the tests' office put them there."""
    source = (Path(__file__).parents[1] / "admin_views" / "office.py").read_text(encoding="utf-8")
    named = {part.split('"')[0] for part in source.split('canary("')[1:]}
    return {canary(word, file) for word in named} | {NAMES[file], SCRIPTS[file]}


def test_not_one_word_of_an_anonymised_file_is_left_in_the_database_file(own_office):
    db, engine, office = own_office
    db.add(Draft(user_id=office.users["amina"], form=f"/caseworker/case/edit/?id={office['case', 'own']}",
                 typed=canary("draft", "own"), saved_at=make.NOW))  # fmt: skip
    db.commit()
    held = {word for word in words_of("own") if word.encode() in bytes_of(engine)}
    assert len(held) > 30
    client = db.get_one(Client, office["client", "own"])
    others = {word for file in FILES[1:] for word in words_of(file) if word.encode() in bytes_of(engine)}
    told = anonymising.anonymise(db, anonymising.whole_of(db, client), "decision 1")
    db.commit()
    db.close()
    anonymising.sweep(engine)
    left = bytes_of(engine)
    assert [word for word in (*held, canary("draft", "own")) if word.encode() in left] == []
    assert [word for word in others if word.encode() not in left] == []
    assert told.startswith("1 notes, 1 documents, 1 letters, 1 cases, ")
    set_acting(db, Acting(now=make.NOW))
    assert audit.check(db.connection()).is_whole
    assert db.execute(select(client_keys).where(client_keys.c.client_id == office["client", "own"])).all() == []
    assert list(finding.find(db, "Rehana Begum").matches) == []
    empty = db.scalars(select(DocumentContent.data).where(DocumentContent.document_id == office["document", "own"]))
    assert empty.all() == [b""]
    assert db.scalars(select(Document).where(Document.case_id == office["case", "own"])).all() == [
        db.get(Document, office["document", "own"])
    ]
