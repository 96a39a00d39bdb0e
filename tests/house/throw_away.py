"""An office with one table only, made up for `test_new_column`: coats to give away.

It runs in a process of its own (`python -m tests.house.throw_away FILE`), so that the office's tables stay as
they are, and prints what two roles meet of the columns.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped

from admin_views import home
from admin_views.config import Config
from admin_views.db import db
from app import create_app
from casework import access
from casework.context import Acting, set_acting
from models import AuditEntry, User, Worker
from models.base import Base
from models.fields import FieldInfo, Sensitivity, col
from seed.reference import load_reference
from tests.admin_views.browser import Browser
from tests.admin_views.office import PASSPHRASE, kept_passphrase

OPEN, PERSONAL, SPECIAL = Sensitivity.OPEN, Sensitivity.PERSONAL, Sensitivity.SPECIAL
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DATA = json.loads('{"label": "Size", "help": "As worn.", "listed": true, "filtered": true, "exported_as": "Size"}')


class Coat(Base):
    """A coat to give away."""

    name: Mapped[str] = col(String(60), FieldInfo("Name", OPEN, listed=True))
    # The columns whose way is followed: one declared by hand, one described by data, one that few may see.
    colour: Mapped[str | None] = col(
        String(20), FieldInfo("Colour", PERSONAL, help="As seen.", listed=True, searched=True, filtered=True)
    )
    size: Mapped[str | None] = col(
        String(5), FieldInfo(sensitivity=OPEN, choices=(("s", "Small"), ("l", "Large")), **DATA)
    )
    given_by: Mapped[str | None] = col(String(60), FieldInfo("Given by", SPECIAL, searched=True, filtered=True))


RIGHTS = {
    "manager": access.Right(SPECIAL, create=True, edit=True, export=True),
    "caseworker": access.Right(OPEN, create=True, edit=True, export=True),
}


def open_office(file: str) -> Flask:
    """Give the office's app with this one table, two accounts and two coats."""
    access.PANELS = (access.Panel("coat", Coat, "coat", "coats", RIGHTS),)
    access.BY_NAME.clear()
    access.BY_NAME["coat"] = access.PANELS[0]
    home.page = lambda role: "<h1>Home</h1>"  # the real one shows tasks
    app = create_app(Config(f"sqlite:///{file}", "k" * 32, fixed_now=NOW, testing=True))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        set_acting(db.session, Acting(now=NOW))
        load_reference(db.session, today=NOW.date())
        amina = Worker(name="Amina K", kind="staff")
        db.session.add_all([
            User(username="manager", role="manager", password_hash=kept_passphrase()),
            User(username="amina", role="caseworker", worker=amina, password_hash=kept_passphrase()),
            Coat(name="Parka", colour="green", size="l", given_by="the twins"),
            Coat(name="Mac", colour="blue", size="s"),
        ])  # fmt: skip
        db.session.commit()
    return app


def kept(app: Flask) -> dict[str, Any]:
    """Give what is stored of the first coat, and which fields the trail says were changed."""
    with app.app_context():
        set_acting(db.session, Acting(now=NOW))
        coat = db.session.get(Coat, 1)
        lines = select(AuditEntry.fields).where(AuditEntry.subject == "Coat", AuditEntry.action == "changed")
        trail = list(db.session.scalars(lines.order_by(AuditEntry.id)))
        return {"kept": [coat.colour, coat.size, coat.given_by], "trail": trail}


def firsts(page: Any) -> list[str]:
    return sorted(row[0] for row in page.rows)


def words(page: Any, tag: str, **attributes: str) -> list[str]:
    return [one.text for one in page.all(tag, **attributes)]


def seen(person: Browser, base: str) -> dict[str, Any]:
    """Give what one person meets of the columns before anything is changed."""
    listed, form = person.get(f"{base}/").page, person.get(f"{base}/edit/?id=1").page
    details = person.get(f"{base}/details/?id=1").page
    asked = {"size": "l", "colour": "blue", "given_by": "nobody"}
    return {
        "list": words(listed, "th", scope="col"), "rows": listed.rows,
        "form": sorted(form.form("version").names),
        "hints": [one.text for one in form.all("span") if one.get("class") == "hint"],
        "filter": [one.get("name") for one in listed.elements if one.get("name").startswith("flt")],
        "filtered": {key: firsts(person.get(f"{base}/?flt0_{key}={asked[key]}").page) for key in asked},
        "search": {word: firsts(person.post(f"{base}/", {"search": word}).page) for word in ("gree", "twins")},
        "details": dict(zip(words(details, "dt"), words(details, "dd"), strict=True)),
        "export": list(csv.reader(io.StringIO(person.get(f"{base}/export/csv/").data.decode("utf-8-sig")))),
    }  # fmt: skip


def met(app: Flask, username: str, role: str) -> dict[str, Any]:
    """Give what somebody meets, and what is kept after they post every column, asked for or not."""
    person, base = Browser(app, (), role), f"/{role}/coat"
    person.sign_in(username, PASSPHRASE)
    found = seen(person, base)
    if "colour" in found["form"]:
        long = person.fill(f"{base}/edit/?id=1", {"colour": "x" * 21})
        found["too long"] = [long.status, long.page.said_beside("colour")]
    values = dict(person.get(f"{base}/edit/?id=1").page.form("version").values)
    posted = {**values, "size": "s", "colour": "red", "given_by": "somebody"}
    person.post(f"{base}/edit/?id=1", posted, token=False)
    return {**found, **kept(app)}


if __name__ == "__main__":
    office = open_office(sys.argv[1])
    told = {"caseworker": met(office, "amina", "caseworker"), "manager": met(office, "manager", "manager")}
    sys.stdout.write(json.dumps(told))
