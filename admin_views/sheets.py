"""Answers with a working list as a file: complete, marked, and written to the audit trail with its ids."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from flask import flash, redirect, request, send_file
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from admin_views import current
from admin_views.db import db
from casework import audit
from casework.calendar import local
from casework.context import acting
from exports import working_list
from exports.working_list import working_fields
from models.base import Base

__all__ = ["answer", "working_fields"]
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
IN_MEMORY = 4 * 1024 * 1024  # bytes; a longer sheet waits on disk, in a file without a name


def answer(view: Any, kind: str, statement: Select[Any], only: Sequence[str] = ()) -> Any:
    """Send the rows of `statement` as a file; nothing is sent before the whole of it is written and logged.

    `only` names the columns that the reader chose for the list, if they chose any.
    A list longer than the limit is refused: a sheet that ends early looks like a whole one.
    """
    if _is_too_long(statement, view.model):
        flash(_("Not exported: these are more than %(most)s rows. Filter the list first.",
                most=f"{working_list.MOST_ROWS:,}"), "warning")  # fmt: skip
        return redirect(view.get_url(".index_view", **request.args.to_dict()))
    title = str(view.panel.several.capitalize())
    file = _waiting_file()
    written, ids = working_list.write(
        file, kind, db.session, statement, view.model, view.right.see, title=title, label=_,
        notes=[_("Made by %(who)s on %(when)s.", who=acting(db.session).username, when=_made_on())],
        made_at=current.now(), only=only,
    )  # fmt: skip
    db.session.rollback()  # chosen rows come by POST, which holds SQLite's write lock: the trail could not be written
    marks = hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]
    _log(view, ids, f"{kind}, {written.total} rows, file {written.sha256[:16]}, rows {marks}")
    file.seek(0)
    name = f"{view.panel.name}-{local(current.now()):%Y-%m-%d}.{kind}"
    response = send_file(file, mimetype=TYPES[kind], as_attachment=True, download_name=name)
    response.content_length = written.size  # a browser that got less knows that it did
    return response


def _waiting_file() -> Any:
    """Give a file without a name for the whole sheet; the answer closes it once it is sent."""
    return cast(Any, SpooledTemporaryFile(IN_MEMORY))


def _is_too_long(statement: Select[Any], model: type[Base]) -> bool:
    keys = statement.with_only_columns(model.id, maintain_column_froms=True).order_by(None)
    counted = select(func.count()).select_from(keys.limit(working_list.MOST_ROWS + 1).subquery())
    return (db.session.scalar(counted) or 0) > working_list.MOST_ROWS


def _made_on() -> str:
    return f"{local(current.now()):%d/%m/%Y %H:%M}"


def _log(view: Any, ids: list[int], what: str) -> None:
    """One line says which sheet; its ids stand in the line's fields."""
    line = audit.entry(acting(db.session), "exported", view.model.__name__, None, map(str, ids), what)
    audit.write_line(db.engine, line)
