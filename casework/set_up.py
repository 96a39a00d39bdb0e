"""What the office has set up: its lists, promises, hours, closed days, standards, templates and own fields.

Each change that a person saves is kept with what stood there before, and can be undone as long as nobody has
changed the same rows since. A command, an import or the program itself leaves nothing to undo: with nobody acting
through a session, or nobody signed in behind it, nothing is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session

from casework.audit import changed_fields
from casework.context import Acting, acting, language
from casework.datetext import short
from casework.problems import Problem, RuleBroken
from casework.settings import office
from models import (
    Area,
    AreaTravel,
    Base,
    ClosedDay,
    Code,
    ExtraChoice,
    ExtraField,
    FunderTemplate,
    Language,
    LetterTemplate,
    ResponseStandard,
    Setting,
    SetUpChange,
    TemplateLine,
    Venue,
)
from models.declared import by_key, value_in_words

KEPT: tuple[type[Base], ...] = (
    Area, AreaTravel, ClosedDay, Code, ExtraChoice, ExtraField, FunderTemplate, Language, LetterTemplate,
    ResponseStandard, Setting, TemplateLine, Venue,
)  # fmt: skip
BY_NAME = {model.__name__: model for model in KEPT}
STAYS = {LetterTemplate: {"active": False}}  # rows that undoing takes out of use instead of away
STAMPS = {"id", "created_at", "created_by_id", "updated_at", "updated_by_id", "version"}
CHANGED_SINCE = "Not undone: this was changed again since. Undo the later change first, or correct it by hand."
EXAMPLES = (1, 3, 10)  # working days
_NAMED = 60  # characters of a value in words
_TABLE = SetUpChange.__table__
Translate = Callable[[str], str]


def install(session_class: Any) -> None:
    """Keep the changes of every session made by `session_class`."""
    event.listen(session_class, "after_flush", _keep)


def _keep(db: Session, _context: object) -> None:
    who = db.info.get("acting")
    if who is None or who.user_id is None:
        return
    by_root: dict[Base, list[tuple[str, Base]]] = {}
    edition = next((row for row in db.new if isinstance(row, LetterTemplate)), None)
    for act, rows in (("created", db.new), ("changed", db.dirty), ("deleted", db.deleted)):
        for row in rows:
            if isinstance(row, KEPT) and (act != "changed" or _columns_changed(row)):
                # a new edition of a letter takes an older one out of use: that is one change
                root = edition if isinstance(row, LetterTemplate) and edition is not None else _root(row)
                by_root.setdefault(root, []).append((act, row))
    lines = [_line(root, changes, who, language(db)) for root, changes in by_root.items()]
    if lines:
        db.connection().execute(insert(_TABLE), lines)


def _root(row: Base) -> Base:
    return getattr(row, row.__part_of__) or row if row.__part_of__ else row


def _line(root: Base, changes: list[tuple[str, Base]], who: Acting, _: Translate) -> dict[str, Any]:
    changes = sorted(changes, key=lambda one: (one[1] is not root, type(one[1]).__name__, one[1].id))
    act = next((act for act, row in changes if row is root), "changed")
    told = [words for act, row in changes for words in _told(act, row, root, _)]
    return {
        "at": who.now, "who": who.username, "act": act, "subject": type(root).__name__, "row_id": root.id,
        "name": str(root)[:160], "told": "\n".join(told),
        "kept": json.dumps([_kept(act, row) for act, row in changes]), "undone_at": None,
        "created_at": who.now, "updated_at": who.now, "created_by_id": who.user_id, "updated_by_id": who.user_id,
        "version": 1,
    }  # fmt: skip


def _columns(row: Base) -> list[str]:
    """Give the columns that hold what somebody set: no stamps, and no bytes of a file."""
    names = [one.key for one in inspect(type(row)).column_attrs if one.key not in STAMPS]
    return [name for name in names if name not in inspect(row).unloaded and not isinstance(getattr(row, name), bytes)]


def _columns_changed(row: Base) -> list[str]:
    return [name for name in _columns(row) if inspect(row).attrs[name].history.has_changes()]


def _kept(act: str, row: Base) -> dict[str, Any]:
    names = _columns_changed(row) if act == "changed" else _columns(row)
    return {
        "act": act, "subject": type(row).__name__, "id": row.id, "version": row.version,
        "before": {} if act == "created" else {name: _plain(before(row, name)) for name in names},
        "after": {} if act == "deleted" else {name: _plain(getattr(row, name)) for name in names},
    }  # fmt: skip


def before(row: Base, name: str) -> Any:
    """Give what stood in a column before this flush."""
    history = inspect(row).attrs[name].history
    return next(iter(history.deleted or history.unchanged), None)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


# In words


def _told(act: str, row: Base, root: Base, _: Translate) -> Iterator[str]:
    inside = "" if row is root else f"{row}: "
    if act != "changed":
        yield f"{row}: {_('made') if act == 'created' else _('deleted')}"
        return
    for label, old, new in differences(row, _):
        yield f"{inside}{label}: {old} → {new}"


def differences(row: Base, _: Translate) -> Iterator[tuple[str, str, str]]:
    """Give (label, before, after) of each field of a row that is about to be saved, or was just now."""
    known = by_key(type(row))
    for name in changed_fields(row):
        field = known[name]
        old = before(row, name)
        yield _(field.info.label), _words(field, old, _), _words(field, getattr(row, name), _)


def _words(field: Any, value: Any, _: Translate) -> str:
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else value_in_words(field, value)
    if text and (field.info.choices or isinstance(value, bool)):
        text = _(text)
    return (text if len(text) <= _NAMED else text[: _NAMED - 1] + "…") or _("empty")


def told_of(db: Session) -> Iterator[tuple[str, str, str]]:
    """Give (what, before, after) of everything that the next flush would save of the set-up."""
    _ = language(db)
    for row in db.new:
        if isinstance(row, KEPT):
            yield str(row), "", _("added")
    for row in db.dirty:
        if isinstance(row, KEPT):
            yield from differences(row, _)
    for row in db.deleted:
        if isinstance(row, KEPT):
            yield str(row), _("there"), _("taken away")


def examples(db: Session) -> dict[str, str]:
    """Give what the office's hours and closed days mean, by examples: a change of either shows in them."""
    _, hours, today = language(db), office(db), acting(db).today
    words = _("%(count)s working days from today")
    days = {words % {"count": count}: hours.add_working_days(today, count) for count in EXAMPLES}
    opening = {_("Open from"): f"{hours.opens:%H:%M}", _("Open until"): f"{hours.closes:%H:%M}"}
    return {words: short(day) for words, day in days.items()} | opening


def forget(db: Session) -> None:
    """Forget what was read while a change was only tried out."""
    for name in ("office", "settings", "extras"):
        db.info.pop(name, None)


# Undoing


def last_change(db: Session, row: Base) -> SetUpChange | None:
    """Give the newest change of a record, None if none was kept."""
    of_it = select(SetUpChange).where(SetUpChange.subject == type(row).__name__, SetUpChange.row_id == row.id)
    return db.scalars(of_it.order_by(SetUpChange.id.desc()).limit(1)).one_or_none()


def undo(db: Session, change: SetUpChange) -> SetUpChange:
    """Put back what stood there before, row by row; the rules run at once. Raises RuleBroken."""
    if change.undone_at is not None:
        raise RuleBroken([Problem("", "Not undone: it was undone already.")])
    steps = json.loads(change.kept)
    rows = [None if one["act"] == "deleted" else _as_it_was_left(db, one) for one in steps]
    with db.no_autoflush:
        for step, row in zip(steps, rows, strict=True):
            _put_back(db, step, row)
        change.undone_at = acting(db).now
    db.flush()
    return change


def _as_it_was_left(db: Session, step: dict[str, Any]) -> Base:
    row = db.get(BY_NAME[step["subject"]], step["id"])
    if row is None or any(_plain(getattr(row, name)) != value for name, value in step["after"].items()):
        raise RuleBroken([Problem("", CHANGED_SINCE)])
    return row


def _put_back(db: Session, step: dict[str, Any], row: Base | None) -> None:
    model = BY_NAME[step["subject"]]
    if row is None:
        db.add(model(id=step["id"], **_read(model, step["before"])))
    elif step["act"] == "changed":
        _set(row, _read(model, step["before"]))
    elif model in STAYS:
        _set(row, STAYS[model])
    else:
        db.delete(row)


def _set(row: Base, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _read(model: type[Base], values: dict[str, Any]) -> dict[str, Any]:
    """Give values as the columns hold them."""
    columns = inspect(model).column_attrs
    kinds = {name: columns[name].columns[0].type.python_type for name in values}
    return {
        name: kinds[name].fromisoformat(value) if isinstance(value, str) and kinds[name] in (date, datetime, time)
        else value
        for name, value in values.items()
    }  # fmt: skip
