"""Everything the office keeps about one client, for the client: pages to read and the same as data, in one zip.

A table whose rows belong to a client or a case is in it, or stands in NOT_IN_IT with the reason: a test of the house
holds this, also for tables that are added later. A note about somebody else is left out until a second person has let
it go out, and then stands as they left it. Documents come along as they were kept, except those that name somebody
else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from textwrap import shorten
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import documents, extras, search
from casework.calendar import local
from casework.datetext import counted, short
from casework.merging import same_person
from casework.scope import OF_A_CASE, OF_A_CLIENT
from models import (
    AppointmentExtra,
    AppointmentWorker,
    Case,
    CaseExtra,
    CaseNote,
    Client,
    ClientExtra,
    Complaint,
    Conflict,
    Document,
    DocumentContent,
    Feedback,
    Incident,
    IncidentReport,
    LanguageOffer,
    Plan,
    PlanStep,
    Redaction,
    Referral,
    ReferralChase,
    RetentionDecision,
    Task,
)
from models.base import Base
from models.declared import Declared, declared
from models.extras import loading as extra_values
from models.fields import Sensitivity

SEE = Sensitivity.SPECIAL  # it is their own file
OUR_OWN = {"id", "version", "created_by_id", "updated_by_id", "name_key", "phone_digits", "import_batch", "redactions",
           "about", "about_id"}  # fmt: skip
TOLD_IN_A_NOTE = ("text", "instruction")  # free words, which a second person looks through as one text
NOT_IN_IT: dict[type[Base], str] = {
    AppointmentExtra: "each value stands with its appointment, under its own label",
    AppointmentWorker: "who goes to an appointment is told with the appointment",
    CaseExtra: "each value stands with its case, under its own label",
    ClientExtra: "each value stands with its client, under its own label",
    Conflict: "which of us never sees the file is told of the worker, and is no part of it",
    DocumentContent: "the bytes are files of their own in the zip",
    LanguageOffer: "who of us was asked and said no is told of the worker; who does it stands with the request",
    Redaction: "stands in place of the note it shortens",
}
LONGEST_LIST = 80  # characters of a line of the trail
RELEASED = "[third party: released after a check]"
READ_ME = """This is a copy of everything that {office} keeps about the person who asked for it.

file.html   to read and print
data.json   the same as data
documents/  letters, pictures and papers as we keep them

Made on {day}. {left_out}
"""


@dataclass(frozen=True)
class Section:
    """One table of the file: what it is called and each of its records as (label, words)."""

    name: str
    heading: str
    records: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class ClientFile:
    """`left_out` counts the notes about other people that are not in it.

    `papers` are the documents: the name in the zip, and what reads the bytes; `papers_left_out` the numbers of those
    about other people.
    """

    sections: tuple[Section, ...]
    left_out: int
    papers: tuple[tuple[str, Callable[[], bytes]], ...] = ()
    papers_left_out: tuple[int, ...] = ()

    def told(self) -> str:
        """Say for the trail what it holds, and by number which papers it does not, as far as a line takes them."""
        count = sum(len(one.records) for one in self.sections)
        numbers = ", ".join(str(one) for one in self.papers_left_out)
        papers = f"left out documents {shorten(numbers, LONGEST_LIST, placeholder=' and more')}" if numbers else ""
        return ", ".join(filter(None, (f"{count} records", f"{self.left_out} notes left out", papers)))


def collect(
    db: Session, client: Client | None, cases: Sequence[Case], redactions: Sequence[Redaction],
    headings: Mapping[type[Base], str],
) -> ClientFile:  # fmt: skip
    """Read the whole file within the reader's scope; `headings` are the words for each kind of record."""
    let_out = {one.note_id: one.text for one in redactions}
    sections, papers, left_out, papers_left_out = [], [], 0, ()
    for model, statement in parts(client, cases):
        known = (*declared(model), *extras.kept_of(db, model))
        fields = [one for one in known if one.info.sensitivity <= SEE and one.key not in OUR_OWN]
        rows = list(db.scalars(search.ordered(statement, model).options(*_loading(fields))).unique())
        shown = [row for row in rows if not _is_held_back(row, let_out)]
        if model is Document:
            papers_left_out = tuple(row.id for row in rows if row not in shown)
            papers = [(f"documents/{row.id}-{row.name}", partial(documents.content_of, db, row)) for row in shown]
        else:
            left_out += len(rows) - len(shown)
        records = tuple(tuple(_record(row, fields, let_out)) for row in shown)
        if records:
            heading = headings.get(model, model.__name__)
            sections.append(Section(model.__tablename__, heading[:1].upper() + heading[1:], records))
    return ClientFile(tuple(sections), left_out, tuple(papers), papers_left_out)


def parts(client: Client | None, cases: Sequence[Case]) -> Iterator[tuple[Any, Any]]:
    """Give each table with the select of the rows that belong to the file."""
    keys = [case.id for case in cases]
    people = same_person(client.id) if client is not None else ()
    if client is not None:
        yield Client, select(Client).where(Client.id.in_(people))
        for model in (one for one in OF_A_CLIENT if one not in NOT_IN_IT):
            yield model, select(model).where(model.client_id.in_(people))
        yield RetentionDecision, select(RetentionDecision).where(RetentionDecision.client_id.in_(people))
    yield Case, select(Case).where(Case.id.in_(keys))
    for model in (*(one for one in OF_A_CASE if one not in NOT_IN_IT), Task, Feedback, Complaint):
        yield model, select(model).where(model.case_id.in_(keys))
    yield PlanStep, select(PlanStep).join(PlanStep.plan).where(Plan.case_id.in_(keys))
    yield ReferralChase, select(ReferralChase).join(ReferralChase.referral).where(Referral.case_id.in_(keys))
    yield IncidentReport, select(IncidentReport).join(IncidentReport.incident).where(Incident.case_id.in_(keys))
    of_no_case = and_(Document.case_id.is_(None), Document.client_id.in_(people))
    yield Document, select(Document).where(or_(Document.case_id.in_(keys), of_no_case))


def _loading(fields: Sequence[Declared]) -> list[Any]:
    one_row = [joinedload(one.attribute) for one in fields if one.kind == "link"]
    return [
        *extra_values(fields),
        *one_row,
        *(selectinload(one.attribute) for one in fields if one.kind in ("many", "rows")),
    ]


def _is_held_back(row: Base, let_out: Mapping[int, str | None]) -> bool:
    if isinstance(row, Document):
        return row.third_party
    return isinstance(row, CaseNote) and row.third_party and not let_out.get(row.id)


def _record(row: Base, fields: Sequence[Declared], let_out: Mapping[int, str | None]) -> Iterator[tuple[str, str]]:
    is_checked = isinstance(row, CaseNote) and row.third_party
    for one in fields:
        if is_checked and one.key in TOLD_IN_A_NOTE:
            words = f"{RELEASED} {let_out[row.id]}" if one.key == "text" else ""
        else:
            words = words_of(one, row)
        if words:
            yield one.info.label, words


def words_of(field: Declared, row: Base) -> str:
    """Give one field in words; what is no text at all (a stored file) as nothing."""
    value = getattr(row, field.key)
    if value is None or isinstance(value, bytes):
        return ""
    if field.info.choices:
        return field.info.choice_label(value)
    if field.kind in ("many", "rows"):
        return ", ".join(one.label(SEE) for one in value)
    if isinstance(value, Base):
        return value.label(SEE)
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{short(local(value).date())}, {local(value):%H:%M}"
    return short(value) if isinstance(value, date) else str(value)


def write(out: BinaryIO, file: ClientFile, page: str, *, office: str, made_at: datetime) -> int:
    """Write the zip: `page` is the file as a page to read. Gives its size in bytes."""
    kinds = ((file.left_out, "note"), (len(file.papers_left_out), "document"))
    missing = " and ".join(counted(count, noun) for count, noun in kinds if count)
    left_out = f"Left out: {missing} about other people." if missing else "Nothing was left out."
    day = short(local(made_at).date())
    data = {one.name: [dict(record) for record in one.records] for one in file.sections}
    texts = (
        ("READ ME.txt", READ_ME.format(office=office, day=day, left_out=left_out)), ("file.html", page),
        ("data.json", json.dumps(data, ensure_ascii=False, indent=1)),
    )  # fmt: skip
    with ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for name, read in (*((name, text.encode) for name, text in texts), *file.papers):
            info = ZipInfo(name, local(made_at).timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            kept.writestr(info, read())
    return out.tell()
