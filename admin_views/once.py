"""Pages that are saved once: a second press answers with what the first one made, in the words "Already saved"."""

from __future__ import annotations

import hashlib
import secrets

from flask import abort, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from admin_views.db import db
from admin_views.typed import PROOF
from casework import once

WORD = "once"  # the field with the page's own word


def only() -> None:
    """Answer a second press of this page with what the first one made, and go no further."""
    key = _key()
    leads_to = once.made_by(db.session, key) if key else None
    if leads_to is not None:
        flash(_("Already saved."), "info")
        abort(redirect(leads_to))


def commit(leads_to: str) -> None:
    """Commit what this page made, and that it leads to `leads_to`.

    Where another press was first, nothing is written and the answer is that one's. Raises IntegrityError for any
    other clash.
    """
    key = _key()
    try:
        if key:
            once.keep(db.session, key, leads_to)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        only()
        raise


def word() -> str:
    """Give a page without fields its own word, for a hidden box named WORD."""
    return secrets.token_hex(16)


def _key() -> str:
    """Give what tells this page, as it was filled in, from every other; "" for one that is read or has no word.

    What was typed counts too: who goes back, types something else and saves makes a new record.
    """
    if request.method != "POST" or not request.form.get(WORD):
        return ""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != PROOF]
    return hashlib.sha256(repr((request.full_path, typed)).encode()).hexdigest()
