"""What single tables add to the base: buttons on a record's page, acts on several rows."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin_views import chain, details
from admin_views.base import CaseworkView
from admin_views.db import db
from admin_views.pages import Link, Notice
from casework import finding, merging
from casework.context import acting
from casework.problems import RuleBroken
from models import Client


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

    def notices(self, model: Any) -> list[Notice]:
        return chain.notice(self.role, model)


class ClientView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        if model.merged_into_id is not None:
            return []
        return [
            Link(_("New case"), url_for(f"intake.{self.role}", client=model.id), primary=True),
            Link(
                _("New case, same problem as before"), url_for(f"intake.{self.role}", client=model.id, previous="last")
            ),
            Link(_("Same person as another record"), url_for(f"merge.{self.role}", id=model.id)),
        ]

    def after_saving(self, model: Any) -> str:
        """After a new record, show those that may be the same person, if there are any."""
        is_new = (request.endpoint or "").endswith(".create_view")
        likely = finding.likely_same(db.session, model.name, model.phone or "").matches if is_new else ()
        if any(match.client is not model for match in likely):
            return url_for(f"merge.{self.role}", id=model.id)
        return super().after_saving(model)

    def notices(self, model: Any) -> list[Notice]:
        if model.merged_into_id is not None:
            return [_joined(self.role, model)]
        return [_stands_for(self.role, one) for one in merging.records_of(db.session, model)]


def _joined(role: str, record: Client) -> Notice:
    """Say on the page of a record that another one is kept in its place."""
    url, kept = details.url_of(role, record.merged_into), record.merged_into
    return Notice(
        _("This is the same person as %(kept)s", kept=kept) if kept is not None
        else _("This is the same person as a record of another team"),
        _("New things are written on the record that is kept. What stands here stays here."),
        links=(Link(_("Open %(kept)s", kept=kept), url),) if url else (),
        verb=_("Undo: a person of its own"), action_url=url_for(f"merge.{role}_undo", id=record.id),
    )  # fmt: skip


def _stands_for(role: str, record: Client) -> Notice:
    url = details.url_of(role, record)
    return Notice(
        _("%(record)s is the same person", record=record), _("The cases of both records are listed below."),
        links=(Link(_("Open %(record)s", record=record), url),) if url else (),
    )  # fmt: skip


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
        return [Link(_("Give a new passphrase"), url_for("accounts.passphrase", id=model.id), primary=True)]


VIEWS: dict[str, type[CaseworkView]] = {
    "appointment": AppointmentView,
    "case": CaseView,
    "client": ClientView,
    "referral": ReferralView,
    "task": TaskView,
    "user": UserView,
}
