"""Plain Flask-Admin over the same models, on a copy of the same office: what the base view mends is shown here.

Nobody of the office ever meets this app. It is as a first project with Flask-Admin would be: views with
what the library gives by itself, and here and there one attribute from its manual. Each subclass below says which
promise of the manual it takes at its word.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Flask, flash
from flask_admin import Admin
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.ajax import QueryAjaxModelLoader
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, select

from models import Agency, Area, Case, CaseNote, Client, Setting, Team, User, Worker, cipher, database
from tests import make

STAMPS = ("created_at", "created_by_id", "updated_at", "updated_by_id")


class Stock(ModelView):
    """Defaults; only what the office's guard would fill in is kept out of the form."""

    form_excluded_columns = (*STAMPS, "version")


class Whole(ModelView):
    """Not even that."""


class MyCases(Stock):
    """The manual's way to narrow a table: `get_query`. Here: the cases of one team."""

    can_view_details = True
    column_list = ("ref", "title")
    form_columns = ("title",)

    def get_query(self) -> Any:
        return self.session.session.query(Case).filter(Case.team_id == 1)

    @action("close", "Close", "Close them?")
    def close(self, ids: list[str]) -> None:
        for one in self.session.session.scalars(select(Case).where(Case.id.in_(map(int, ids)))):
            one.title = "closed by the action"
        self.session.session.commit()
        flash("Closed.")


class ReadOnly(Stock):
    """The manual's way to forbid changes, beside its inline editing."""

    can_edit = False
    column_list = ("ref", "title")
    column_editable_list = ("title",)


class SearchedUnseen(Stock):
    """A search over a column that the list does not show."""

    column_list = ("id",)
    column_searchable_list = ("text",)


class Suggesting(Stock):
    """A look-up, narrowed by the loader's own filter to one team's people."""

    column_list = ("ref",)
    form_columns = ("title", "lead")


class Exporting(Stock):
    can_export = True
    column_list = ("name",)


class ExportingLinks(Stock):
    """The label of a note's case needs the case, and the case's its client."""

    can_export = True
    column_list = ("id", "case")
    column_auto_select_related = False


class Hooked(Stock):
    """Writes a list of what was deleted, in the hook that the manual names for it."""

    column_list = ("name",)
    fast_mass_delete = True
    told: ClassVar[list[str]] = []

    def on_model_delete(self, model: Any) -> None:
        self.told.append(model.name)


class AfterCommit(Stock):
    form_columns = ("name",)

    def after_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        raise RuntimeError("the message could not be sent")


class Mistaken(Stock):
    """A page with a mistake of its own in it."""

    column_list = ("name",)
    ran = 0

    def get_list(self, *args: Any, **kwargs: Any) -> Any:
        type(self).ran += 1
        raise TypeError("the first mistake")


class ByRole(Stock):
    """Details for managers only, decided for each request; nobody is a manager while the app starts."""

    is_manager = False
    column_list = ("name",)

    @property
    def can_view_details(self) -> bool:
        return type(self).is_manager

    @can_view_details.setter
    def can_view_details(self, value: bool) -> None:
        """The library never sets it."""


class Filtered(Stock):
    column_list = ("name",)
    column_filters = ("in_catchment", "name")


def app_on(url: str) -> Flask:
    """Give the stock app on the database at `url`; it shows what goes wrong instead of hiding it in a log."""
    app = Flask("stock")
    app.config.update(SECRET_KEY="s" * 32, SQLALCHEMY_DATABASE_URI=url, PROPAGATE_EXCEPTIONS=False,
                      SQLALCHEMY_ENGINE_OPTIONS={"module": cipher.driver(database.key_unless_named)})  # fmt: skip
    Babel(app)
    db = SQLAlchemy()
    db.init_app(app)
    event.listen(db.session, "before_flush", _stamp)
    with app.app_context():
        admin = Admin(app, name="Stock")
        for view in _views(db):
            admin.add_view(view)
        app.extensions["stock_engine"] = db.engine
        event.listen(
            db.engine, "connect", lambda connection, _record: cipher.use(connection, database.key_unless_named)
        )
    return app


def _stamp(session: Any, _context: object, _instances: object) -> None:
    for row in session.new:
        row.created_at = row.updated_at = make.NOW


def _views(db: SQLAlchemy) -> list[ModelView]:
    Suggesting.form_ajax_refs = {
        "lead": QueryAjaxModelLoader("lead", db.session, Worker, fields=["name"], filters=["team_id = 1"])
    }
    return [
        Stock(Client, db, endpoint="client"), Whole(User, db, endpoint="user"), Stock(Team, db, endpoint="team"),
        Stock(Agency, db, endpoint="agency"), MyCases(Case, db, endpoint="mycases"),
        ReadOnly(Case, db, endpoint="readonly"), SearchedUnseen(CaseNote, db, endpoint="unseen"),
        Suggesting(Case, db, endpoint="suggesting"), Exporting(Agency, db, endpoint="exporting"),
        ExportingLinks(CaseNote, db, endpoint="links"), Hooked(Setting, db, endpoint="hooked"),
        AfterCommit(Team, db, endpoint="aftercommit"), Mistaken(Team, db, endpoint="mistaken"),
        ByRole(Team, db, endpoint="byrole"),
        Filtered(Area, db, endpoint="filtered"),
    ]  # fmt: skip
