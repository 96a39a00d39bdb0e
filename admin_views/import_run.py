"""Bring a spreadsheet in, the last step: rows come in by pieces behind the page, which tells how far it is.

Each piece is a transaction of its own, so that nobody waits long for a place to write, and a program that stops in
the middle leaves whole rows: the next run brings the rest into the same batch, and none twice.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from flask import Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from admin_views import current, import_dry_run, pages
from admin_views.db import db
from admin_views.import_sheet import bp, managers_only, next_url, steps, upload
from admin_views.keys import row_key
from casework import import_uploads, sessions
from casework.context import Acting, acting, set_acting
from casework.problems import RuleBroken
from models import ImportBatch
from models.database import begin_mode

PIECE = 50  # rows of one transaction: about a third of a second in which others wait to write
UNDONE = "This import was undone, so nothing more came in."
UNFORESEEN = "It stopped for a reason that nobody foresaw. Go on; if it stops again, tell whoever runs the program."


@bp.post("/manager/import-sheet/apply/")
def bring_in() -> Any:
    """Begin bringing in, or go on where it stopped; a second press finds the first one at work."""
    one = upload()
    run = import_uploads.claim(db.session, one)
    db.session.commit()
    if run is None:
        return redirect(next_url(one))
    args = (current_app._get_current_object(), one.id, run, acting(db.session))  # type: ignore[attr-defined]
    threading.Thread(target=work, args=args, name=f"import {one.id}", daemon=True).start()
    return redirect(url_for("import_sheet.progress", file=one.id))


@bp.get("/manager/import-sheet/progress/")
def progress() -> Any:
    one = upload()
    if one.state in ("choosing", "checked"):
        return redirect(next_url(one))
    batch_url = url_for("manager_import.details_view", id=one.batch_id) if one.batch_id else ""
    return render_template(
        "casework/import_progress.html", one=one, steps=steps(7 if one.state == "done" else 6),
        is_running=import_uploads.is_running(db.session, one), batch=one.batch, batch_url=batch_url,
        go_on_url=url_for("import_sheet.bring_in", file=one.id), own_url=url_for("import_sheet.progress", file=one.id),
        undo_url=url_for("import_sheet.undo", id=one.batch_id) if one.batch_id else "",
        refused_url=url_for("import_sheet.refused", file=one.id), start_url=url_for("import_sheet.start"),
        away_url=url_for("import_sheet.away", file=one.id),
    )  # fmt: skip


# Behind the page


def work(app: Flask, key: int, run: int, who: Acting) -> None:
    """Bring the rest of a file in, whatever happens to the page; a fault is written beside the file."""
    from seed.import_source import ImportRefused

    with app.app_context(), sessions.session_for(db.engine, who) as own:
        try:
            fault = _bring_in(own, key, run)
        except (ImportRefused, RuleBroken) as refused:
            fault = str(refused)
        except Exception as error:  # told on the page; the log gets its kind, and no values
            app.logger.error("import %s stopped: %s", key, type(error).__name__)
            fault = UNFORESEEN
        own.rollback()
        _renew(own)
        one = import_uploads.of(own, key)
        if one is not None and import_uploads.may_go_on(own, one, run):
            import_uploads.ended(own, one, fault)
            own.commit()


def _bring_in(own: Session, key: int, run: int) -> str:
    """Write what is not in yet, piece by piece; give why it must not go on, or nothing."""
    from seed import importer
    from seed.import_verdicts import chunks

    begin_mode.set("DEFERRED")
    one = import_uploads.of(own, key)
    if one is None:
        return ""
    planned, _choices = import_dry_run.plan_of(one)
    came, people = one.came, {}  # type: ignore[var-annotated]
    own.rollback()
    begin_mode.set("IMMEDIATE")
    for some in [*chunks(planned.new, PIECE)]:
        _renew(own)
        one = import_uploads.of(own, key)
        if one is None or not import_uploads.may_go_on(own, one, run):
            return ""
        if one.batch is None:
            one.batch, one.wanted = importer.open_batch(own, planned, name=one.name), planned.imported
        if one.batch.undone_at is not None:
            return UNDONE
        importer.write_some(own, some, one.batch, people)
        came += len(some)
        import_uploads.moved(own, one, came)
        own.commit()
    _renew(own)
    return _settled(own, key, planned)


def _settled(own: Session, key: int, planned: Any) -> str:
    """Let the batch say what became of each row, also where that changed after it was opened."""
    from seed import importer

    one = import_uploads.of(own, key)
    if one is not None and one.batch is not None:
        importer.settle(own, one.batch, planned)
        own.commit()
    return ""


def _renew(own: Session) -> None:
    """Let the session act at this moment; the trail tells when each piece came in."""
    set_acting(own, replace(acting(own), now=current.now()))


# The way back


@bp.route("/manager/import-sheet/undo/", methods=["GET", "POST"])
def undo() -> Any:
    """Set a whole import aside while nothing else was built on it; else say on which of its records."""
    from seed import importer

    managers_only()
    batch = db.session.get(ImportBatch, row_key(request.args.get("id"))) or abort(404)
    above = url_for("manager_import.details_view", id=batch.id)
    if batch.undone_at is not None:
        flash(_("This import is undone already."), "info")
        return redirect(above)
    built = importer.edited_since(db.session, batch)
    if request.method == "POST" and not built:
        undone = importer.undo(db.session, batch)
        db.session.commit()
        flash(_("Undone: %(cases)s and %(clients)s set aside. The rows can come in again.",
                cases=ngettext("%(num)s case", "%(num)s cases", undone.cases),
                clients=ngettext("%(num)s client", "%(num)s clients", undone.clients)), "success")  # fmt: skip
        return redirect(above)
    return render_template(
        "casework/confirm.html" if not built else "casework/import_built.html", page=pages.ConfirmPage(
            heading=_("Undo the import of %(file)s?", file=batch.name), verb=_("Undo the import"), back_url=above,
            action_url=url_for("import_sheet.undo", id=batch.id),
            lines=(_("All %(count)s cases that came with it are set aside, and the clients that nothing else needs.",
                     count=batch.imported),),
            stays=_("Nothing is deleted. The same rows can come in again, with another mapping."),
        ), built=[(one.ref, ", ".join(one.what)) for one in built],
    )  # fmt: skip
