"""Builds the panels: for each role one Flask-Admin, with a view for each table that the role may open."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.theme import Bootstrap4Theme

from admin_views import current, home
from admin_views.base import CaseworkView
from admin_views.set_up_view import SetUpView
from admin_views.tables import VIEWS
from casework import set_up
from casework.access import ROLES, panels_of


class RoleHome(AdminIndexView):
    """The first page of a role; closed to everybody else."""

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(name="Home", endpoint=f"{role}_home", url=f"/{role}")

    def is_accessible(self) -> bool:
        return current.acting_role() == self.role

    @expose("/")
    def index(self) -> Any:
        return home.page(self.role)


def build(app: Flask) -> None:
    """Make every role's panel on `app`; views are kept by (role, table) for each other's use."""
    views: dict[tuple[str, str], CaseworkView] = {}
    app.extensions["casework_views"] = views
    for role in ROLES:
        panel_set = Admin(
            app, name="Casework", url=f"/{role}", endpoint=role, index_view=RoleHome(role),
            theme=Bootstrap4Theme(base_template="casework/base.html"),
        )  # fmt: skip
        for panel in panels_of(role):
            usual = SetUpView if panel.model in set_up.KEPT else CaseworkView
            view = VIEWS.get(panel.name, usual)(panel, role)
            views[role, panel.name] = view
            panel_set.add_view(view)
