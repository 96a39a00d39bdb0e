"""Brings an office's old spreadsheet in: a dry run, one batch, and a way back.

    mapping = read_mapping(MAPPINGS / "toronto.toml")
    plan_made = plan(db, path, mapping)        # writes nothing; report_lines(plan_made) tells every refusal
    batch = apply(db, plan_made, name=path.name)
    undo(db, batch)                            # sets the batch's records aside; restore(db, batch) takes that back

Rows become enquiries with an incident each, and clients where the sheet names people. The caller commits.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import audit
from casework.locks import hold
from casework.numbering import next_references
from casework.scope import office_wide
from casework.text import clean_line
from models import Case, Client, ImportBatch, Incident
from seed.import_judge import AT_A_TIME
from seed.import_lists import Lists
from seed.import_mapping import MAPPINGS, read_mapping
from seed.import_plan import plan, plan_of
from seed.import_records import Records, build
from seed.import_report import report_lines, undone_lines
from seed.import_source import ImportRefused
from seed.import_undo import Undone, edited_since, restore, undo
from seed.import_verdicts import NewRow, Plan, PlannedRow, Verdict, chunks

__all__ = [
    "MAPPINGS", "ImportRefused", "Plan", "PlannedRow", "Undone", "Verdict", "apply", "edited_since", "open_batch",
    "plan", "plan_of", "read_mapping", "report_lines", "restore", "settle", "undo", "undone_lines", "write_some",
]  # fmt: skip
People = dict[int, Client | None]  # by the row of the sheet that named them first
SAVED_AT_A_TIME = 200
LONGEST_NAME = 120  # of the columns that keep the file's and the mapping's name


def apply(db: Session, planned: Plan, *, name: str) -> ImportBatch:
    """Write the new rows of a plan as one batch named `name`; every rule is asked again, as for a form.

    Raises ImportRefused if another import brought the same references in since the dry run, and RuleBroken
    if a rule refuses a row by now. Then nothing of the transaction may be kept.
    """
    hold(db, "import")
    _must_still_be_new(db, planned.new)
    batch = open_batch(db, planned, name=name)
    people: People = {}
    for some in chunks(planned.new, SAVED_AT_A_TIME):
        write_some(db, some, batch, people)
    return batch


def open_batch(db: Session, planned: Plan, *, name: str) -> ImportBatch:
    """Begin a batch that says what a plan brings; its rows follow by `write_some`."""
    batch = ImportBatch(
        name=clean_line(name)[:LONGEST_NAME], sha256=planned.sha256, mapping=planned.mapping[:LONGEST_NAME],
        total=planned.total, imported=planned.imported, already_there=planned.already_there, refused=planned.refused,
    )  # fmt: skip
    db.add(batch)
    db.flush()
    audit.write(db, "imported", "ImportBatch", batch.id)
    return batch


def write_some(db: Session, rows: Sequence[NewRow], batch: ImportBatch, people: People) -> None:
    """Write some rows of a plan; `people` remembers across calls whose client a row has made.

    Raises ImportRefused if another import brought one of them in since the dry run, and RuleBroken if a rule refuses
    one by now. Then nothing of the transaction may be kept.
    """
    hold(db, "import")
    _must_still_be_new(db, rows)
    lists = Lists(db)
    with db.no_autoflush:
        made = [_made(db, row, batch, lists, people) for row in rows]
    _number([one.case for one in made], db)
    _number([one.client for one in made if one.client is not None and one.client.ref is None], db)
    db.add_all(row for one in made for row in (one.client, one.case, one.incident) if row is not None)
    db.flush()


def settle(db: Session, batch: ImportBatch, planned: Plan) -> None:
    """Let a batch that came in by several runs add up: `planned` is the last run's plan, whose new rows are in.

    The batch's own version stays: by it an edit after the import is told from the import itself.
    """
    of_batch = select(func.count()).select_from(Incident).where(Incident.import_batch_id == batch.id)
    imported = db.scalar(office_wide(of_batch)) or 0
    already = planned.already_there - (imported - planned.imported)  # what earlier runs brought is there by now
    if (batch.imported, batch.already_there) != (imported, already):
        counts = {"imported": imported, "already_there": already, "refused": batch.total - imported - already}
        db.execute(update(ImportBatch).where(ImportBatch.id == batch.id).values(counts))


def _must_still_be_new(db: Session, rows: Sequence[NewRow]) -> None:
    for some in chunks(rows, AT_A_TIME):
        references = [row.entry.reference for row in some]
        if db.scalar(office_wide(select(Incident.id).where(Incident.external_ref.in_(references)).limit(1))):
            raise ImportRefused("Not imported: since the dry run some of these rows came in. Run it again.")


def _made(db: Session, row: NewRow, batch: ImportBatch, lists: Lists, people: People) -> Records:
    known = people.get(row.person_row)
    if known is None and row.client_id is not None:
        known = db.get_one(Client, row.client_id, execution_options={"office_wide": True})
    made = build(row.entry, lists, person=known)
    people.setdefault(row.person_row, made.client)
    made.case.import_batch_id = made.incident.import_batch_id = batch.id
    if made.client is not None and known is None:
        made.client.import_batch_id = batch.id
    return made


def _number(rows: Sequence[Case] | Sequence[Client], db: Session) -> None:
    """Give references to rows that are not saved yet; the guard would ask for them one by one."""
    unlike = {id(row): row for row in rows}.values()  # two rows of the sheet may share a client
    if unlike:
        model = type(next(iter(unlike)))
        for row, ref in zip(unlike, next_references(db, model, len(unlike)), strict=True):
            row.ref = ref
