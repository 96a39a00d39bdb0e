"""What somebody has typed: what a form's draft is called, and how typed text is carried from page to page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from flask import request

from admin_views.db import db
from casework import drafts

# The records and kinds that an address names: what tells two forms of one path apart.
SHORT_WORD = re.compile(r"[\w-]{1,40}", re.ASCII)
MOST_CARRIED = 1_000_000  # signs of all fields together
PROOF = "csrf_token"  # of the page, not of its writer


def form_key(path: str, given: Iterable[tuple[str, str]]) -> str:
    """Give what a form is called: its path, and the records that its address names."""
    kept = sorted((name, value) for name, value in given if SHORT_WORD.fullmatch(value))
    return (path + (f"?{urlencode(kept)}" if kept else ""))[: drafts.LONGEST_FORM]


def posted() -> drafts.Typed:
    """Give the posted fields in order, without the page's token and without what lets somebody in."""
    return drafts.keepable((name, value) for name, value in request.form.items(multi=True) if name != PROOF)


def can_be_carried(fields: drafts.Typed) -> bool:
    return bool(fields) and sum(len(name) + len(value) for name, value in fields) <= MOST_CARRIED


def files() -> list[str]:
    """Give the names of the files that came along; a page cannot send them a second time."""
    return [one.filename for _name, one in request.files.items(multi=True) if one.filename]


def forget(path: str, given: Iterable[tuple[str, str]]) -> None:
    """Forget the draft of a form that was saved a moment ago."""
    db.session.rollback()
    drafts.throw_away(db.session, form_key(path, given))
    db.session.commit()
