"""Views of a list kept by name: kept, kept anew, renamed, opened first, removed and brought back, each by its owner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import guard
from casework.access import BY_NAME
from casework.changes import is_new
from casework.context import acting
from casework.problems import Problem, RuleBroken
from casework.search import ordered
from casework.text import clean_line
from models import SavedView
from models.declared import by_key

MOST = 30  # views that one person keeps of one list
LENGTHS = {key: by_key(SavedView)[key].length or 0 for key in ("name", "asked", "search")}
ASKED = re.compile(r"col|sort|desc|page_size|flt_[a-z_0-9]+")  # a column, the order, a page's length, a filter
_PLACE = re.compile(r"^flt\d+_")  # in an address a filter has its place before its name

Pairs = list[tuple[str, str]]


def question_of(view: SavedView) -> Pairs:
    """Give what a view asks, as (name, value) in order."""
    return [(key, value) for key, value in parse_qsl(view.asked) if ASKED.fullmatch(key)]


def as_kept(pairs: Iterable[tuple[str, str]]) -> str:
    """Give a question as it is kept: by the names of columns and filters, so that it outlives their places."""
    named = [(_PLACE.sub("flt_", key), value) for key, value in pairs]
    return urlencode([(key, value) for key, value in named if value and ASKED.fullmatch(key)])


def of_list(db: Session, panel: str, *, removed: bool = False) -> Sequence[SavedView]:
    """Give the actor's own views of one list, by name: those in use, or those that were removed."""
    is_in_use = SavedView.set_aside_on.is_not(None) if removed else SavedView.set_aside_on.is_(None)
    return db.scalars(ordered(select(SavedView).where(SavedView.panel == panel, is_in_use), SavedView)).all()


def keep(
    db: Session, panel: str, name: str, pairs: Iterable[tuple[str, str]], search: str = "", *, first: bool = False
) -> SavedView:
    """Keep a question to a list under a name. Raises RuleBroken."""
    who = acting(db)
    if who.user_id is None:
        raise RuleBroken([Problem("", "Not kept: sign in with an account of your own.")])
    view = SavedView(user_id=who.user_id, panel=panel, name=clean_line(name), asked=as_kept(pairs),
                     search=clean_line(search) or None)  # fmt: skip
    db.add(view)
    db.flush()
    return open_first(db, view) if first else view


def keep_anew(db: Session, view: SavedView, pairs: Iterable[tuple[str, str]], search: str = "") -> SavedView:
    """Let a view show something else from now on. Raises RuleBroken."""
    view.asked, view.search = as_kept(pairs), clean_line(search) or None
    db.flush()
    return view


def rename(db: Session, view: SavedView, name: str) -> SavedView:
    """Give a view another name. Raises RuleBroken."""
    view.name = clean_line(name)
    db.flush()
    return view


def open_first(db: Session, view: SavedView) -> SavedView:
    """Open the list with this view; whichever was opened first before no longer is. Raises RuleBroken."""
    for other in of_list(db, view.panel):
        other.opens_first = False
    db.flush()
    view.opens_first = True
    db.flush()
    return view


def open_plain(db: Session, view: SavedView) -> SavedView:
    """Open the list as the office made it again. Raises RuleBroken."""
    view.opens_first = False
    db.flush()
    return view


def remove(db: Session, view: SavedView) -> SavedView:
    """Take a view off the list; it is kept and can be brought back. Raises RuleBroken."""
    view.set_aside_on, view.opens_first = acting(db).today, False
    db.flush()
    return view


def bring_back(db: Session, view: SavedView) -> SavedView:
    """Put a view that was removed back. Raises RuleBroken."""
    view.set_aside_on = None
    db.flush()
    return view


# Rules


def a_view_has_a_name_of_its_own(view: SavedView, db: Session) -> Iterator[Problem]:
    """Source: two views of one name cannot be told apart."""
    if not view.name:
        yield Problem("name", "Give the view a name.")
    elif len(view.name) > LENGTHS["name"]:
        yield Problem("name", f"This name is too long. Use up to {LENGTHS['name']} characters.")
    if view.set_aside_on is not None:
        return
    others = _others(view)
    if db.scalar(select(func.count(SavedView.id)).where(*others, SavedView.name == view.name)):
        yield Problem("name", "You have a view of this name already. Choose another name.")
    if (db.scalar(select(func.count(SavedView.id)).where(*others)) or 0) >= MOST:
        yield Problem("name", f"You keep {MOST} views of this list already. Remove one of them first.")
    if view.opens_first and db.scalar(select(func.count(SavedView.id)).where(*others, SavedView.opens_first)):
        yield Problem("", "Another view is opened first already.")


def _others(view: SavedView) -> tuple[object, ...]:
    return (SavedView.user_id == view.user_id, SavedView.panel == view.panel, SavedView.set_aside_on.is_(None),
            SavedView.id != (view.id or 0))  # fmt: skip


def a_view_asks_what_a_list_can_be_asked(view: SavedView, _db: Session) -> Iterator[Problem]:
    """Source: a view that cannot be opened again helps nobody."""
    if view.panel not in BY_NAME:
        yield Problem("", "There is no such list.")
    pairs = parse_qsl(view.asked or "", keep_blank_values=True)
    if len(view.asked or "") > LENGTHS["asked"] or not all(ASKED.fullmatch(key) for key, _value in pairs):
        yield Problem("", "This view cannot be kept: it asks more than a list can be asked. Take off a filter.")
    if len(view.search or "") > LENGTHS["search"]:
        yield Problem("", f"This search is too long to be kept. Use up to {LENGTHS['search']} characters.")


def only_its_owner_changes_a_view(view: SavedView, db: Session) -> Iterator[Problem]:
    """Source: chosen by the office; nobody's desk is rearranged by somebody else."""
    who = acting(db)
    if who.role != "system" and who.user_id != view.user_id:
        words = "kept" if is_new(view) else "changed"
        yield Problem("", f"Not {words}: this view is somebody else's.")


guard.register(
    SavedView, a_view_has_a_name_of_its_own, a_view_asks_what_a_list_can_be_asked, only_its_owner_changes_a_view
)
