"""Who has seen this file? The trail of one client or one case, for managers, and to print for the client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import current, details, named, pages
from admin_views.db import db
from admin_views.keys import row_key
from casework import audit, extras, trail
from casework.access import BY_NAME, panel_for
from casework.calendar import local
from casework.context import acting
from casework.datetext import short, without_weekday
from casework.settings import yes_setting
from models import AuditEntry, Base, Case
from models.database import own_reading
from models.declared import by_key
from models.fields import Sensitivity
from models.people import ROLES

bp = Blueprint("history", __name__)
ROLE = "manager"
SHOWN, MOST_SHOWN, MOST_PRINTED = 50, 1000, 5000
WHICH = {"all": (), "changes": trail.CHANGES, "sent": trail.SENT, "read": trail.READ, "refused": trail.REFUSED}
TABLES = ("client", "case")
DAYS_COUNTED = 30


@dataclass(frozen=True)
class Told:
    """One line of the trail in words; `day` is set on the first line of a day."""

    day: str
    clock: str
    who: str
    did: str
    fields: str
    reason: str
    icon: str
    filled: bool
    inward: bool


@bp.get("/manager/history/")
def page() -> Any:
    """Show the trail of one file, newest first; reading it is itself written down."""
    row = _record()
    which = request.args.get("which", "all")
    which = which if which in WHICH else "all"
    shown = min(max(row_key(request.args.get("shown")), SHOWN), MOST_SHOWN)
    _note(row, "who has seen this file")
    of = trail.rows_of(db.session, row)
    by_act = trail.counts(db.session, of)
    counts = {key: _sum(by_act, acts) for key, acts in WHICH.items()}
    entries = trail.entries(db.session, of, WHICH[which], shown)
    table, people = _table(), trail.people(db.session)
    again = {"table": table, "id": row.id}
    return render_template(
        "casework/history.html", heading=row.label(Sensitivity.PERSONAL).removeprefix(f"{row} "), above=_above(row),
        ref=str(row),
        lines=_told(entries, people), tabs=_tabs(counts, which, again),
        older=counts[which] - len(entries),
        older_url=url_for("history.page", **again, which=which, shown=shown + MOST_SHOWN // 10),
        print_url=url_for("history.printed", **again), check_url=url_for("history.check", **again),
        openers=_openers(of, people), days=DAYS_COUNTED,
    )  # fmt: skip


@bp.get("/manager/history/print/")
def printed() -> Any:
    """Give the list that the client may have: when, what, and who by role, or by name if the office says so."""
    row = _record()
    _note(row, "list of who saw it, for the client")
    by_name = yes_setting(db.session, "history_names_workers")
    of = trail.rows_of(db.session, row)
    entries = trail.entries(db.session, of, trail.TOLD_TO_CLIENT, MOST_PRINTED)
    people = trail.people(db.session)
    rows = [
        pages.Row(str(one.id), (
            pages.Cell(f"{without_weekday(local(one.at).date())}, {local(one.at):%H:%M}"),
            pages.Cell(_by_whom(one.who, people, by_name=by_name)), pages.Cell(_did(one)),
            pages.Cell(_fields(one) if one.action in trail.CHANGES else ""),
        ))
        for one in entries
    ]  # fmt: skip
    return render_template(
        "casework/history_print.html", ref=str(row), rows=rows, today=without_weekday(acting(db.session).today),
        back=url_for("history.page", table=_table(), id=row.id),
        left_out=_sum(trail.counts(db.session, of), trail.TOLD_TO_CLIENT) - len(entries),
    )  # fmt: skip


@bp.post("/manager/history/check")
def check() -> Any:
    """Check the seals of the whole trail, and say what was found."""
    row = _record()
    again = {"table": _table(), "id": row.id}
    db.session.rollback()  # nobody waits to save while some thousand lines are read
    with own_reading(db.engine) as connection:
        found = audit.check(connection)
    if found.is_whole:
        words = ngettext("Checked: %(num)s line, all as they were written.",
                         "Checked: %(num)s lines, all as they were written.", found.lines)  # fmt: skip
        flash(words, "success")
    else:
        flash(_("The trail is not whole. %(fault)s Tell whoever keeps the server at once.", fault=found.faults[0]),
              "error")  # fmt: skip
    return redirect(url_for("history.page", **again))


def acts(role: str, case: Case) -> list[pages.Link]:
    """Give the way from the page of a case to its trail."""
    link = details.history_link(role, case)
    return [link] if link is not None else []


def _openers(of: trail.Rows, people: dict[str, tuple[str, str]]) -> list[tuple[str, int]]:
    found = trail.openers(db.session, of, DAYS_COUNTED)
    return [(_by_whom(who, people, by_name=True), times) for who, times in found]


def _sum(by_act: dict[str, int], acts: tuple[str, ...]) -> int:
    """Add up some acts, all of them if none is named."""
    return sum(number for act, number in by_act.items() if not acts or act in acts)


def _table() -> str:
    table = request.args.get("table", "")
    return table if table in TABLES else abort(404)


def _record() -> Any:
    if current.acting_role() != ROLE:
        abort(403)
    model: Any = BY_NAME[_table()].model
    key = row_key(request.args.get("id"))
    return db.session.scalars(select(model).where(model.id == key)).one_or_none() or abort(404)


def _note(row: Any, why: str) -> None:
    named.note("opened", row, why)


def _above(row: Any) -> pages.Link:
    return pages.Link(str(row), details.url_of(ROLE, row) or url_for("home"))


def _tabs(counts: dict[str, int], which: str, again: dict[str, Any]) -> tuple[pages.MenuItem, ...]:
    words = {
        "all": _("All"),
        "changes": _("Changes"),
        "sent": _("Sent out"),
        "read": _("Read"),
        "refused": _("Refused"),
    }
    return tuple(
        pages.MenuItem(f"{words[key]} {counts[key]}", url_for("history.page", **again, which=key), key == which)
        for key in WHICH
    )


def _told(entries: Iterable[AuditEntry], people: dict[str, tuple[str, str]]) -> list[Told]:
    made, day = [], None
    for one in entries:
        at, who = local(one.at), _by_whom(one.who, people, by_name=True)
        heading = "" if at.date() == day else short(at.date())
        day = at.date()
        made.append(Told(
            heading, f"{at:%H:%M}", who, _did(one), _fields(one), one.reason or "", _ICONS.get(one.action, "doc"),
            filled=one.action in trail.SENT, inward=one.action in trail.CHANGES,
        ))  # fmt: skip
    return made


def _did(one: AuditEntry) -> str:
    """Say what was done to which kind of record: "changed a consent"."""
    words = {
        "created": _("made"), "changed": _("changed"), "deleted": _("deleted"), "opened": _("read"),
        "exported": _("took a sheet with"), "released": _("sent out"), "refused": _("was refused"),
        "imported": _("brought in"),
    }.get(one.action, one.action)  # fmt: skip
    return f"{words} {_what(one.subject)}"


def _what(subject: str) -> str:
    model = next((mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__name__ == subject), None)
    panel = panel_for(model, ROLE) if model is not None else None
    return _("the %(what)s", what=_(panel.one)) if panel is not None else subject


def _fields(one: AuditEntry) -> str:
    """Name the fields as the office does; values are not in the trail."""
    model = next((mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__name__ == one.subject), None)
    known = {key: field.info.label for key, field in by_key(model).items()} if model is not None else {}
    added = extras.by_name(db.session, model) if model is not None else {}
    known |= {key: field.info.label for key, field in added.items()}
    names = [name for name in (one.fields or "").split(", ") if name]
    return ", ".join(_(known[name]) if name in known else name for name in names)


def _by_whom(username: str, people: dict[str, tuple[str, str]], *, by_name: bool) -> str:
    """Name a worker, or only their role; what commands and imports did was the program."""
    if username not in people:
        return _("The program")
    name, role = people[username]
    return name if by_name else _(dict(ROLES)[role])


_ICONS = {"created": "plus", "opened": "person", "released": "letter", "exported": "letter", "refused": "refused"}
