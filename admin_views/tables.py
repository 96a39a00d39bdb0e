"""What single tables add to the base: buttons on a record's page, acts on several rows."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views.base import CaseworkView
from admin_views.db import db
from admin_views.pages import Link
from casework.context import acting
from casework.problems import RuleBroken


class CaseView(CaseworkView):
    bulk = (("refer", _l("Refer to an agency")),)

    def act_on(self, name: str, rows: list[Any]) -> Any:
        if name == "refer":
            return redirect(url_for(f"refer.{self.role}", case=[row.id for row in rows]))
        return super().act_on(name, rows)

    def buttons(self, model: Any) -> list[Link]:
        return [
            Link(_("Add note"), url_for(f"{self.role}_casenote.create_view", case_id=model.id), primary=True),
            Link(_("Refer"), url_for(f"refer.{self.role}", case=model.id)),
            Link(_("Book home visit"), url_for(f"visit.{self.role}", case=model.id)),
        ]


class ClientView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("New case"), url_for(f"{self.role}_case.create_view", client_id=model.id), primary=True)]


class ReferralView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        if model.status != "draft":
            return [Link(_("Record the answer"), url_for(f"refer.{self.role}_answer", id=model.id), primary=True)]
        return [Link(_("Send it"), url_for(f"refer.{self.role}_send", id=model.id), primary=True)]


class AppointmentView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        if model.language_id is None or model.status not in {"requested", "offered", "booked"}:
            return []
        return [
            Link(_("Find an interpreter"), url_for(f"interpreters.{self.role}", appointment=model.id), primary=True)
        ]


class TaskView(CaseworkView):
    bulk = (("done", _l("Mark as done")),)

    def act_on(self, name: str, rows: list[Any]) -> Any:
        if name != "done":
            return super().act_on(name, rows)
        todo = [row for row in rows if row.done_on is None]
        for row in todo:
            row.done_on = acting(db.session).today
        try:
            db.session.commit()
        except RuleBroken as error:
            db.session.rollback()
            flash(str(error), "warning")
        else:
            flash(ngettext("%(num)s task marked as done.", "%(num)s tasks marked as done.", len(todo)), "success")
        return redirect(self.get_url(".index_view"))


class UserView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [
            Link(_("Give a new passphrase"), url_for("accounts.passphrase", id=model.id), primary=True),
            Link(_("Take the second step away"), url_for("account.reset", id=model.id)),
        ]


VIEWS: dict[str, type[CaseworkView]] = {
    "appointment": AppointmentView,
    "case": CaseView,
    "client": ClientView,
    "referral": ReferralView,
    "task": TaskView,
    "user": UserView,
}
