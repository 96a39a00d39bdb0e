"""Fields that the office defines in the browser: what holds for them, for their values, and taking one out of use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, event, func, inspect, select
from sqlalchemy.orm import Session, joinedload

from casework import guard
from casework.access import ROLES, panel_for
from casework.changes import is_changed, is_new, was
from casework.problems import Problem
from casework.scope import office_wide
from casework.text import clean_line, name_key
from models import Base, ExtraChoice, ExtraField
from models.declared import Declared, declared
from models.extras import NAMES, OWNERS, PLACES, PREFIX, VALUES, field_of
from models.fields import Sensitivity

STAYS = {"of": "Which records have the field", "kind": "What is filled in"}
SHOWN = ("in_form", "on_page", "listed", "filtered", "searched", "on_sheet")
TYPED, PRIVATE = ("text", "number"), ("personal", "special")
FEWEST_ANSWERS = 2
LONGEST_KEY = 36  # characters, so that a number still fits behind it
LARGEST = 2**31 - 1  # what the place of a number holds


@dataclass(frozen=True)
class Defined:
    """One definition as plain values: `key` names it in the trail, `field` is what it declares."""

    of: str
    key: str
    place: str
    active: bool
    field: Declared


Stamp = tuple[int, int, int]  # how many definitions there are, the newest number, all versions added up
_KNOWN: WeakKeyDictionary[Any, tuple[Stamp, tuple[Defined, ...]]] = WeakKeyDictionary()  # by pool of connections


def stamp() -> tuple[ColumnElement[int], ...]:
    """Give three columns that change with every change of a definition, to be read along with something else."""
    found = (func.count(ExtraField.id), func.max(ExtraField.id), func.sum(ExtraField.version))
    return tuple(select(func.coalesce(one, 0)).scalar_subquery() for one in found)


def begin(db: Session, current: Stamp) -> None:
    """Let a session use what was read before, as long as `current` is its stamp; read it anew otherwise."""
    pool = db.get_bind().engine.pool
    if not any(current):
        db.info["extras"] = ()
    elif pool in _KNOWN and _KNOWN[pool][0] == current:
        db.info["extras"] = _KNOWN[pool][1]
    else:
        _KNOWN[pool] = current, definitions(db)


def definitions(db: Session) -> tuple[Defined, ...]:
    """Give every definition in its order, those out of use too; read once for each session until they change."""
    if "extras" not in db.info:
        statement = select(ExtraField).options(joinedload(ExtraField.choices)).order_by(ExtraField.sort, ExtraField.id)
        with db.no_autoflush:
            rows = db.scalars(statement).unique().all()
        db.info["extras"] = tuple(Defined(row.of, row.key, row.place, row.active, field_of(row)) for row in rows)
    return db.info["extras"]


def fields_of(db: Session, model: type[Base]) -> tuple[Declared, ...]:
    """Give the fields in use that the office added to one kind of record, in their order."""
    if model not in VALUES:
        return ()
    return tuple(one.field for one in definitions(db) if one.active and one.field.model is model)


def kept_of(db: Session, model: type[Base]) -> tuple[Declared, ...]:
    """Give every field that the office ever added to one kind of record: those out of use keep their values."""
    return tuple(one.field for one in definitions(db) if one.field.model is model) if model in VALUES else ()


def by_name(db: Session, model: type[Base]) -> dict[str, Declared]:
    """Give the fields that the office ever added to a kind of record by their names in the trail."""
    return {one.key: one.field for one in definitions(db) if one.field.model is model} if model in VALUES else {}


def changed(db: Session, record: Base) -> tuple[str, ...]:
    """Give the names in the trail of those fields of a record whose values differ from what was loaded."""
    if type(record) not in VALUES or "extra" in inspect(record).unloaded or record.extra is None:  # type: ignore[attr-defined]
        return ()
    attributes = inspect(record.extra).attrs  # type: ignore[attr-defined]
    places = [name for name in NAMES if attributes[name].history.has_changes()]
    if not places:
        return ()
    named = {one.place: one.key for one in definitions(db) if one.field.model is type(record)}
    return tuple(named.get(name, name) for name in places)


def held(db: Session, definition: ExtraField) -> int:
    """Count the records that hold a value in this field, over the whole office."""
    row = VALUES[OWNERS[definition.of]]
    holding = select(func.count()).select_from(row).where(getattr(row, definition.place).is_not(None))
    return db.scalar(office_wide(holding)) or 0


def met_by(definition: ExtraField) -> tuple[str, ...]:
    """Give the roles that meet a field, by how private it is and what they may see of these records."""
    level = Sensitivity[definition.sensitivity.upper()]
    owner = OWNERS[definition.of]
    panels = [(role, panel_for(owner, role)) for role in ROLES]
    return tuple(role for role, panel in panels if panel is not None and panel.rights[role].see >= level)


def set_use(db: Session, definition: ExtraField, *, active: bool) -> ExtraField:
    """Take a field out of use, or bring it back with its values as they were. Raises RuleBroken."""
    definition.active = active
    db.flush()
    return definition


@event.listens_for(Session, "after_flush")
def _forget(db: Session, _context: object) -> None:
    if any(isinstance(row, ExtraField | ExtraChoice) for row in (*db.new, *db.dirty, *db.deleted)):
        db.info.pop("extras", None)


# Definitions


def clean_words(definition: ExtraField, _db: Session) -> None:
    definition.name = clean_line(definition.name or "")
    definition.help = clean_line(definition.help or "") or None


def give_place(definition: ExtraField, db: Session) -> None:
    """Give a new field the first free place of its kind, and the name under which the trail tells of it."""
    if not is_new(definition) or definition.of not in OWNERS or definition.kind not in PLACES or definition.place:
        return
    others = [one for one in _of_same(db, definition) if one is not definition]
    taken, names = {one.place for one in others}, {one.key for one in others}
    free = (f"{definition.kind}_{number}" for number in range(1, PLACES[definition.kind][0] + 1))
    definition.place = next((place for place in free if place not in taken), "")
    definition.key = _free_name(definition, names | {one.key for one in declared(OWNERS[definition.of])})


def _free_name(definition: ExtraField, taken: set[str]) -> str:
    usual = re.sub(r"[^a-z0-9]+", "_", name_key(definition.name)).strip("_")[:LONGEST_KEY] or definition.kind
    usual = usual if usual[0].isalpha() else f"{definition.kind}_{usual}"[:LONGEST_KEY]
    numbered = (f"{usual}_{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (usual, *numbered) if name not in taken and not hasattr(OWNERS[definition.of], name))


def _of_same(db: Session, definition: ExtraField) -> list[ExtraField]:
    with db.no_autoflush:
        stored = db.scalars(select(ExtraField).where(ExtraField.of == definition.of)).all()
    here = [row for row in db.new if isinstance(row, ExtraField) and row.of == definition.of]
    return [row for row in dict.fromkeys((*stored, *here)) if row not in db.deleted]


def give_word(choice: ExtraChoice, _db: Session) -> None:
    """Give a new answer a short form that says nothing: a1, a2, ..."""
    choice.words = clean_line(choice.words or "")
    if not choice.word and choice.field is not None:
        numbers = [int(one.word[1:]) for one in choice.field.choices if one.word]
        choice.word = f"a{max(numbers, default=0) + 1}"


guard.prepare(ExtraField, clean_words, give_place)
guard.prepare(ExtraChoice, give_word)


def field_stays_what_it_is(definition: ExtraField, _db: Session) -> Iterator[Problem]:
    """Values were typed for these records and as this kind; another kind would lose them."""
    for name, what in STAYS.items():
        if not is_new(definition) and is_changed(definition, name):
            yield Problem(name, f"{what} stays as it was. Take this field out of use and add another.")


def there_is_a_place(definition: ExtraField, _db: Session) -> Iterator[Problem]:
    if is_new(definition) and definition.of in OWNERS and definition.kind in PLACES and not definition.place:
        most = PLACES[definition.kind][0]
        yield Problem("kind", f"These records have {most} such fields already, those out of use among them, and that "
                              "is the most. Use one of them again under another label, or ask for a column of its "
                              "own.")  # fmt: skip


def label_is_told_apart(definition: ExtraField, db: Session) -> Iterator[Problem]:
    if not definition.name:
        yield Problem("name", "Enter the label.")
        return
    if not definition.active or not (is_new(definition) or is_changed(definition, "name")
                                     or is_changed(definition, "active")):  # fmt: skip
        return
    built_in = [one.info.label for one in declared(OWNERS[definition.of]) if one.info.sensitivity < Sensitivity.SECRET]
    others = [one.name for one in _of_same(db, definition) if one is not definition and one.active]
    if definition.name.casefold() in {label.casefold() for label in (*built_in, *others)}:
        yield Problem("name", "These records have a field of this name already. Choose another label.")


def choice_has_answers(definition: ExtraField, _db: Session) -> Iterator[Problem]:
    offered = [one for one in definition.choices if one.active]
    if definition.kind != "choice" and definition.choices:
        yield Problem("choices", "Only a choice has answers to choose from. Take them out.")
    if definition.kind == "choice" and len(offered) < FEWEST_ANSWERS:
        yield Problem("choices", "A choice needs two answers at least. Add them.")
    if len({one.words.casefold() for one in offered}) < len(offered):
        yield Problem("choices", "Two answers are alike. Change one of them.")


def shown_as_its_kind_and_privacy_allow(definition: ExtraField, _db: Session) -> Iterator[Problem]:
    """What a filter asks stands in the address; a sheet is carried about.

    Source: decision 0006, no names in addresses; DECISIONS 24 of the house, SPECIAL never on a working list.
    """
    if not any(getattr(definition, name) for name in SHOWN):
        yield Problem("in_form", "Show it somewhere: tick one place at least, or take it out of use.")
    if definition.searched and definition.kind != "text":
        yield Problem("searched", "Only text is searched. Make it a filter instead.")
    if definition.filtered and definition.kind in TYPED and definition.sensitivity in PRIVATE:
        yield Problem("filtered", "What is typed into a filter stands in the address, so this is not for private text "
                                  "or numbers. Let the search find it instead.")  # fmt: skip
    if definition.on_sheet and definition.sensitivity == "special":
        yield Problem("on_sheet", "A special field goes on no sheet. Untick this, or make it less private.")


def definition_with_values_stays(definition: ExtraField, db: Session) -> Iterator[Problem]:
    if held(db, definition):
        yield Problem("", "Not deleted: records hold values in this field. Take it out of use; they keep their values.")


def answer_in_use_stays(choice: ExtraChoice, db: Session) -> Iterator[Problem]:
    row = VALUES[OWNERS[choice.field.of]]
    chosen = select(func.count()).select_from(row).where(getattr(row, choice.field.place) == choice.word)
    if not is_new(choice) and db.scalar(office_wide(chosen)):
        yield Problem("choices", f"“{choice.words}” was chosen in records. Untick “In use” instead of removing it.")


guard.register(
    ExtraField, field_stays_what_it_is, there_is_a_place, label_is_told_apart, choice_has_answers,
    shown_as_its_kind_and_privacy_allow,
)  # fmt: skip
guard.register_deletion(ExtraField, definition_with_values_stays)
guard.register_deletion(ExtraChoice, answer_in_use_stays)


# Values


def clean_values(row: Any, _db: Session) -> None:
    for name in NAMES:
        value = getattr(row, name) if is_changed(row, name) else None
        if isinstance(value, str):
            setattr(row, name, clean_line(value) or None)


def values_fit_their_fields(row: Any, db: Session) -> Iterator[Problem]:
    """A value is written only into a field in use, and as that field takes it."""
    owner = next(model for model, values in VALUES.items() if values is type(row))
    fields = {one.place: one for one in definitions(db) if one.field.model is owner}
    for name in NAMES:
        value = getattr(row, name)
        if value is None or value == was(row, name):
            continue
        defined = fields.get(name)
        if defined is None or not defined.active:
            yield Problem(PREFIX + name, "This field is not in use any more. Open the record again.")
        elif fault := _fault(defined.field, value):
            yield Problem(PREFIX + name, fault)


def _fault(field: Declared, value: Any) -> str:
    if field.kind == "choice" and value not in dict(field.info.choices):
        return "This answer is not on the list any more. Choose again."
    if field.kind == "text" and len(value) > (field.length or 0):
        return f"Use at most {field.length} characters."
    if field.kind == "number" and not -LARGEST <= value <= LARGEST:
        return "This number is too large."
    return ""


def leave_with_their_record(db: Session, _context: object, _instances: object) -> None:
    """A record that is deleted takes the row of its values along."""
    for record in [row for row in db.deleted if type(row) in VALUES]:
        if record.extra is not None:
            db.delete(record.extra)


def install(session_class: Any) -> None:
    """Let values go with their records, in every session made by `session_class`."""
    event.listen(session_class, "before_flush", leave_with_their_record)


for _values in VALUES.values():
    guard.prepare(_values, clean_values)
    guard.register(_values, values_fit_their_fields)
