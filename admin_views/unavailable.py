"""The page for a time in which the database cannot be used: says so, keeps what was typed, and goes on by itself.

It is made without asking the database anything, so it has no menu. What was sent stands on it, with a button that
sends it again; the word by which a form is saved once goes along, so that it is never saved twice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from http import HTTPStatus

from flask import Response, current_app, make_response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from admin_views import login, once, typed
from admin_views.db import db
from casework import faults
from casework.faults import Fault

RETRY_AFTER = 10  # seconds
SHORTEST_SHOWN = 40  # signs; what is shorter is a choice or a day, quickly made again
READS = {"GET", "HEAD", "OPTIONS"}


def answer(error: BaseException) -> Response | None:
    """Answer an error that comes from the database being out of reach; None for any other error."""
    fault = faults.fault_of(error)
    if fault is None:
        return None
    _let_go(fault)
    current_app.logger.error("unavailable: %s (%s)", fault, request.endpoint)
    page = make_response(_page(fault), HTTPStatus.SERVICE_UNAVAILABLE)
    page.headers["Retry-After"] = str(RETRY_AFTER)
    return page


@contextlib.contextmanager
def passed_over() -> Iterator[None]:
    """Go on where the database cannot be used, for what may be left undone once a request is answered."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        fault = faults.fault_of(error)
        if fault is None:
            raise
        _let_go(fault)
        current_app.logger.error("left undone: %s (%s)", fault, request.endpoint)


def _let_go(fault: Fault) -> None:
    """Drop what this request has begun; but for a wait, open the database anew, as it is by then."""
    with contextlib.suppress(SQLAlchemyError):
        db.session.rollback()
    if fault is not Fault.BUSY:
        db.engine.dispose()


def _page(fault: Fault) -> str:
    """Write the page past the frame, which would ask who is signed in."""
    fields = _carried()
    template = current_app.jinja_env.get_template("casework/unavailable.html")
    return template.render(
        why=words()[fault], fields=fields, files=typed.files() if fields else [], saves=request.method not in READS,
        path=login.safe_path(request.full_path.rstrip("?")) or url_for("home"),
        shown=[value for name, value in fields if len(value) >= SHORTEST_SHOWN and name != once.WORD],
    )  # fmt: skip


def _carried() -> typed.drafts.Typed:
    """Give what was sent and can be sent again; nothing of a sign-in."""
    if request.method in READS or login.is_ours(request.endpoint):
        return []
    fields = [*typed.posted(), *((once.WORD, value) for value in request.form.getlist(once.WORD))]
    return fields if typed.can_be_carried(fields) else []


def words() -> dict[Fault, str]:
    """Give what people are told, and who can do something about it."""
    return {
        Fault.FULL: _("The disk of the office's machine is full. Tell whoever looks after it; as soon as there is room "
                      "again, this page works."),
        Fault.READ_ONLY: _("The office's machine cannot write to its disk just now. Tell whoever looks after it."),
        Fault.BUSY: _("Others are saving at this moment. Wait a few seconds."),
        Fault.GONE: _("The office's records cannot be reached just now. It may be over in a minute; if not, tell "
                      "whoever looks after the machine."),
        Fault.DAMAGED: _("The office's records cannot be read. Tell whoever looks after the machine at once: the last "
                         "backup may be needed."),
    }  # fmt: skip
