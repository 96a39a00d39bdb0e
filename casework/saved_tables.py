"""Tables kept by name: kept, renamed, shared, set aside and brought back, each by whoever made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.changes import is_new
from casework.context import acting
from casework.problems import Problem, RuleBroken
from casework.table_counts import faults
from casework.text import clean_line
from models import SavedTable
from models.declared import by_key

QUESTION = ("of", "rows", "columns", "measure", "period", "first", "last", "compared", "chart")
LONGEST_NAME = by_key(SavedTable)["name"].length or 0


def question_of(table: SavedTable) -> dict[str, str]:
    """Give what a saved table asks, by the names of the page's boxes."""
    return {key: value for key, value in parse_qsl(table.asked) if key in QUESTION}


def keep(db: Session, name: str, question: Mapping[str, str], *, shared: bool) -> SavedTable:
    """Keep a question under a name, for oneself or for everybody who sees figures. Raises RuleBroken."""
    who = acting(db)
    if who.user_id is None:
        raise RuleBroken([Problem("", "Not kept: sign in with an account of your own.")])
    asked = urlencode([(key, question[key]) for key in QUESTION if question.get(key)])
    table = SavedTable(name=clean_line(name), owner_id=who.user_id, asked=asked, shared=shared)
    db.add(table)
    db.flush()
    return table


def rename(db: Session, table: SavedTable, name: str, *, shared: bool) -> SavedTable:
    """Give a table another name, and say who sees it. Raises RuleBroken."""
    table.name, table.shared = clean_line(name), shared
    db.flush()
    return table


def set_aside(db: Session, table: SavedTable) -> SavedTable:
    """Take a table out of the list; it is kept and can be brought back. Raises RuleBroken."""
    table.set_aside_on = acting(db).today
    db.flush()
    return table


def bring_back(db: Session, table: SavedTable) -> SavedTable:
    """Put a table that was set aside back on the list. Raises RuleBroken."""
    table.set_aside_on = None
    db.flush()
    return table


# Rules


def a_table_has_a_name_of_its_own(table: SavedTable, db: Session) -> Iterator[Problem]:
    """Source: two tables of one name cannot be told apart in a list."""
    if not table.name:
        yield Problem("name", "Give the table a name.")
        return
    if len(table.name) > LONGEST_NAME:
        yield Problem("name", f"This name is too long. Use up to {LONGEST_NAME} characters.")
    same = select(SavedTable.id).where(
        SavedTable.name == table.name, SavedTable.owner_id == table.owner_id, SavedTable.set_aside_on.is_(None),
        SavedTable.id != (table.id or 0),
    )  # fmt: skip
    if table.set_aside_on is None and db.scalars(same).first() is not None:
        yield Problem("name", "You have a table of this name already. Choose another name.")


def only_what_can_be_counted_is_kept(table: SavedTable, _db: Session) -> Iterator[Problem]:
    """Source: a table that cannot be opened again helps nobody."""
    asked = dict(parse_qsl(table.asked or ""))
    yield from faults(asked.get("of", ""), asked.get("rows", ""), asked.get("columns", ""), asked.get("measure", ""))


def only_its_maker_changes_a_table(table: SavedTable, db: Session) -> Iterator[Problem]:
    """Source: chosen by the office; others keep a copy under a name of their own."""
    who = acting(db)
    if not is_new(table) and who.role != "system" and who.user_id != table.owner_id:
        yield Problem("", "Not changed: somebody else made this table. Open it and keep it under a name of your own.")


guard.register(
    SavedTable, a_table_has_a_name_of_its_own, only_what_can_be_counted_is_kept, only_its_maker_changes_a_table
)
