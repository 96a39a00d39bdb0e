"""Makes a column of the code out of a field that the office defined: its declaration, and the migration that moves
the values there and back again."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from datetime import datetime
from pprint import pformat
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload

from casework.text import name_key
from models import Base, ExtraField
from models.extras import LONGEST_TEXT, OWNERS, VALUES

LONGEST_WORD = 40  # characters of a stored answer
LINE = 120
NOT_PLAIN = re.compile(r"[^\w ,.-]")  # signs that have no place in a heading of code
KINDS = {  # kind -> type of the model, of Python, of the database, and what the types are imported from
    "text": (f"String({LONGEST_TEXT})", "str", f"VARCHAR({LONGEST_TEXT})", "String"),
    "choice": (f"String({LONGEST_WORD})", "str", f"VARCHAR({LONGEST_WORD})", "String"),
    "date": ("Date", "date", "DATE", "Date"),
    "number": ("Integer", "int", "INTEGER", "Integer"),
    "yes_no": ("Boolean", "bool", "BOOLEAN", "Boolean"),
}
USUAL = {"listed": False, "searched": False, "filtered": False, "in_form": True, "on_page": True}


class NotPromoted(ValueError):
    """One sentence on why a field stays what it is."""


@dataclass(frozen=True)
class Promotion:
    """One field on its way: `words` gives the stored form of each answer in the column, by its present one."""

    field: ExtraField
    model: type[Base]
    words: dict[str, str]

    @property
    def column(self) -> str:
        return self.field.key

    @property
    def indexed(self) -> bool:
        return self.field.listed or self.field.filtered


def find(db: Session, name: str) -> Promotion:
    """Give the field called `name`, as in "client.church_visited". Raises NotPromoted."""
    of, _dot, key = name.partition(".")
    statement = select(ExtraField).where(ExtraField.of == of, ExtraField.key == key)
    found = db.scalars(statement.options(joinedload(ExtraField.choices))).unique().one_or_none()
    if found is None:
        known = db.execute(select(ExtraField.of, ExtraField.key).order_by(ExtraField.of, ExtraField.key)).all()
        names = ", ".join(f"{one.of}.{one.key}" for one in known) or "none"
        raise NotPromoted(f"There is no field of this name. There are: {names}.")
    model = OWNERS[found.of]
    if hasattr(model, found.key):
        raise NotPromoted("These records have a column of this name already.")
    return Promotion(found, model, _words(found))


def _words(field: ExtraField) -> dict[str, str]:
    """Give each answer a stored form that can be read: "Bow" becomes bow."""
    made: dict[str, str] = {}
    for one in sorted(field.choices, key=lambda one: (one.sort, one.id)):
        usual = re.sub(r"[^a-z0-9]+", "_", name_key(one.words)).strip("_")[: LONGEST_WORD - 3] or one.word
        made[one.word] = usual if usual not in made.values() else f"{usual}_{one.word[1:]}"
    return made


# The declaration


def declaration(what: Promotion) -> str:
    """Give the lines that declare the column, as they stand in the class."""
    field = what.field
    type_, python = KINDS[field.kind][:2]
    options = ", index=True" if what.indexed else ""
    parts = [repr_of(field.name), f"Sensitivity.{field.sensitivity.upper()}"]
    parts += [f"help={repr_of(field.help)}"] if field.help else []
    parts += [f"{name}={getattr(field, name)}" for name, usual in USUAL.items() if getattr(field, name) != usual]
    if field.on_sheet != (field.listed or field.in_form):
        parts.append(f"on_sheet={field.on_sheet}")
    for name, active in (("choices", True), ("withdrawn", False)):
        pairs = [one for one in field.choices if one.active is active]
        if pairs:
            told = ", ".join(repr_of(f"{what.words[one.word]}: {one.words}") for one in pairs)
            parts.append(f"{name}=states({told})")
    body = "".join(f"            {part},\n" for part in parts)
    return (
        f"    {what.column}: Mapped[{python} | None] = col(\n        {type_},\n        FieldInfo(\n{body}        )"
        f"{options},\n    )\n"
    )


def repr_of(text: str) -> str:
    """Give a text as it is written in code, between double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def declared_in(source: str, what: Promotion) -> str:
    """Give the source of a model's file with the column after the last one of its class, and what it imports."""
    tree = ast.parse(source)
    owner = next(one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == what.model.__name__)
    last = [one for one in owner.body if isinstance(one, ast.AnnAssign)][-1]
    lines = source.splitlines(keepends=True)
    lines.insert(last.end_lineno or 0, declaration(what))
    made = "".join(lines)
    made = with_import(made, "sqlalchemy", KINDS[what.field.kind][3])
    for name in ("FieldInfo", "Sensitivity", "col", *(["states"] if what.words else [])):
        made = with_import(made, "models.fields", name)
    return with_import(made, "datetime", "date") if what.field.kind == "date" else made


def with_import(source: str, module: str, name: str) -> str:
    """Give the source with `from module import name` in it."""
    tree = ast.parse(source)
    imports = [one for one in tree.body if isinstance(one, ast.ImportFrom)]
    there = next((one for one in imports if one.module == module), None)
    names = sorted(
        {name, *(one.name for one in there.names)} if there else {name}, key=lambda one: (one.islower(), one)
    )
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) > LINE:
        line = f"from {module} import (\n" + "".join(f"    {one},\n" for one in names) + ")\n"
    lines = source.splitlines(keepends=True)
    if there is not None:
        lines[there.lineno - 1 : there.end_lineno] = [line]
    else:
        after = next((one.end_lineno or 0 for one in imports if one.module == "__future__"), 0)
        lines.insert(after, f"\n{line}")
    return "".join(lines)


# The migration


def migration(what: Promotion, number: str, below: str, now: datetime) -> str:
    """Give the text of the migration `number` on top of `below`; it moves the values up and down."""
    owner, values, place = what.model.__tablename__, VALUES[what.model].__tablename__, what.field.place
    told = {
        "title": f"{what.field.name} becomes a column", "number": number, "below": below, "owner": owner,
        "values": values, "key": f"{what.field.of}_id", "column": what.column, "place": place,
        "type": KINDS[what.field.kind][2], "check": _check(what, owner), "indexed": what.indexed,
        "words": what.words, "field": _kept(what.field), "choices": [_kept(one) for one in what.field.choices],
        "now": now,
    }  # fmt: skip
    shown = {name: repr(value) for name, value in told.items() if name not in ("title", "field", "choices")}
    shown["now"] = f"datetime({now:%Y, %-m, %-d, %-H, %-M}, tzinfo=UTC)"
    shown |= {name: pformat(told[name], width=LINE - 12, sort_dicts=False) for name in ("field", "choices")}
    return TEMPLATE.format(title=NOT_PLAIN.sub("", told["title"]), **shown)


def _check(what: Promotion, owner: str) -> str:
    if not what.words:
        return ""
    offered = [what.words[one.word] for one in what.field.choices if one.active]
    kept = [what.words[one.word] for one in what.field.choices if not one.active]
    words = ", ".join(f"'{word}'" for word in (*offered, *kept))
    return f" CONSTRAINT ck_{owner}_{what.column}_known CHECK ({what.column} IN ({words}))"


def _kept(row: Base) -> dict[str, Any]:
    """Give what of a definition must come back: everything but its number and its stamps."""
    left_out = {"id", "field_id", "created_at", "updated_at", "created_by_id", "updated_by_id", "version"}
    return {one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs if one.key not in left_out}


TEMPLATE = '''"""{title}"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = {number}
down_revision = {below}
branch_labels = None
depends_on = None

OWNER, VALUES, KEY = {owner}, {values}, {key}
COLUMN, TYPE, CHECK, INDEXED = {column}, {type}, {check}, {indexed}
PLACE = {place}
WORDS = {words}  # answer as it was kept -> as the column keeps it
FIELD = {field}
CHOICES = {choices}
NOW = {now}


def upgrade() -> None:
    op.execute(f'ALTER TABLE {{OWNER}} ADD COLUMN {{COLUMN}} {{TYPE}}{{CHECK}}')
    if INDEXED:
        op.create_index(op.f(f'ix_{{OWNER}}_{{COLUMN}}'), OWNER, [COLUMN], unique=False)
    fields, choices = _table('extra_fields', 'id', 'of', 'key', 'place'), _table('extra_choices', 'field_id')
    found = op.get_bind().execute(
        sa.select(fields.c.id, fields.c.place).where(fields.c.of == FIELD['of'], fields.c.key == FIELD['key'])
    ).one_or_none()
    if found is None:  # an office that never had the field
        return
    owner, values = _table(OWNER, 'id', COLUMN), _table(VALUES, KEY, found.place)
    value = _exchanged(values.c[found.place], WORDS)
    op.execute(sa.update(owner).values(
        {{COLUMN: sa.select(value).where(values.c[KEY] == owner.c.id).scalar_subquery()}}))
    op.execute(sa.update(values).values({{found.place: None}}))
    op.execute(sa.delete(choices).where(choices.c.field_id == found.id))
    op.execute(sa.delete(fields).where(fields.c.id == found.id))


def downgrade() -> None:
    stamps = {{'created_at': NOW, 'updated_at': NOW, 'version': 1}}
    fields = _table('extra_fields', 'id', *FIELD, *stamps)
    choices = _table('extra_choices', 'field_id', *(CHOICES[0] if CHOICES else ()), *stamps)
    op.execute(sa.insert(fields).values(**FIELD, **stamps))
    number = sa.select(fields.c.id).where(fields.c.of == FIELD['of'], fields.c.key == FIELD['key']).scalar_subquery()
    for choice in CHOICES:
        op.execute(sa.insert(choices).values(field_id=number, **choice, **stamps))
    owner, values = _table(OWNER, 'id', COLUMN), _table(VALUES, KEY, PLACE, *stamps)
    told = [sa.literal(stamp, values.c[name].type) for name, stamp in stamps.items()]
    missing = sa.select(owner.c.id, *told).where(
        owner.c[COLUMN].is_not(None), owner.c.id.not_in(sa.select(values.c[KEY])))
    op.execute(sa.insert(values).from_select([KEY, *stamps], missing))
    value = _exchanged(owner.c[COLUMN], {{new: old for old, new in WORDS.items()}})
    op.execute(sa.update(values).values(
        {{PLACE: sa.select(value).where(owner.c.id == values.c[KEY]).scalar_subquery()}}))
    if INDEXED:
        op.drop_index(op.f(f'ix_{{OWNER}}_{{COLUMN}}'), OWNER)
    op.execute(f'ALTER TABLE {{OWNER}} DROP COLUMN {{COLUMN}}')


def _table(name: str, *columns: str) -> sa.TableClause:
    moment = sa.DateTime(timezone=True)
    types = {{'created_at': moment, 'updated_at': moment, 'version': sa.Integer()}}
    return sa.table(name, *(sa.column(one, types.get(one)) for one in columns))


def _exchanged(column: sa.ColumnElement, words: dict[str, str]) -> sa.ColumnElement:
    return sa.case(words, value=column, else_=None) if words else column
'''
