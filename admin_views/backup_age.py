"""Tells a manager when the last backup is too old, or that there is none."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views import current
from admin_views.db import db
from casework import backups
from casework.context import acting
from casework.settings import number_setting


def words(role: str) -> str:
    """Give the sentence, "" where nothing is amiss, for other roles, the demonstration and a database server."""
    if role != "manager" or current.config().demo or db.engine.dialect.name != "sqlite":
        return ""
    made = backups.last_made(db.session)
    if made is None:
        return _("There is no backup yet. Whoever keeps the machine runs: flask --app app backup")
    days = (acting(db.session).now - made).days
    if days <= number_setting(db.session, "backup_older_than"):
        return ""
    return ngettext(
        "The last backup is %(num)s day old. Whoever keeps the machine runs: flask --app app backup",
        "The last backup is %(num)s days old. Whoever keeps the machine runs: flask --app app backup", days,
    )  # fmt: skip
