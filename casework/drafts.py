"""Drafts: what somebody has typed and not saved, kept for them alone until it is saved, thrown away or old."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.context import acting
from casework.settings import number_setting
from models import Draft, User

MOST_SIGNS = 200_000  # of one draft; the longest letter pasted in is a tenth of it
LONGEST_FORM = 300
# Never kept: what lets somebody in, and the words by which a page proves itself.
SECRETS = re.compile(r"passphrase|password|token|secret|otp$|recovery|^(?:code|once)$", re.IGNORECASE)

Typed = list[tuple[str, str]]


def keepable(typed: Iterable[tuple[str, str]]) -> Typed:
    """Give what may be kept of the fields of a form."""
    return [(name, value) for name, value in typed if not SECRETS.search(name)]


def keep(db: Session, form: str, typed: Iterable[tuple[str, str]]) -> Draft | None:
    """Keep what was typed in place of an earlier draft of the same form; None if it is too much to keep."""
    text = json.dumps(keepable(typed), ensure_ascii=False)
    if len(text) > MOST_SIGNS or not 0 < len(form) <= LONGEST_FORM:
        return None
    forget_old(db)
    draft = of(db, form)
    if draft is None:
        draft = Draft(user=db.get(User, acting(db).user_id), form=form)
        db.add(draft)
    draft.typed, draft.saved_at = text, acting(db).now
    db.flush()
    return draft


def of(db: Session, form: str) -> Draft | None:
    """Give the actor's own draft of a form, if it is not too old."""
    mine = select(Draft).where(Draft.user_id == acting(db).user_id, Draft.form == form, Draft.saved_at >= _oldest(db))
    return db.scalars(mine).one_or_none()


def typed_of(draft: Draft) -> Typed:
    return [(name, value) for name, value in json.loads(draft.typed)]


def throw_away(db: Session, form: str) -> None:
    """Forget the actor's draft of a form."""
    db.execute(delete(Draft).where(Draft.user_id == acting(db).user_id, Draft.form == form))


def forget_old(db: Session) -> None:
    db.execute(delete(Draft).where(Draft.saved_at < _oldest(db)))


def _oldest(db: Session) -> object:
    return acting(db).now - timedelta(days=number_setting(db, "draft_kept"))
