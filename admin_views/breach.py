"""The register of breaches: what its page adds, and one breach on paper, for the regulator or the trustees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import case_file, current, day_protection, named, pages, shown
from admin_views.base import CaseworkView
from admin_views.db import db
from admin_views.keys import row_key
from casework import breaches
from models import Breach
from models.declared import Declared, declared
from models.fields import Sensitivity

bp = Blueprint("breach", __name__)
ON_PAPER = "printed"
NOT_PRINTED = ("people", "id", "version", "created_by_id", "updated_by_id", "created_at", "updated_at")


class BreachView(CaseworkView):
    def buttons(self, model: Any) -> list[pages.Link]:
        return [pages.Link(_("On paper"), url_for("breach.manager_print", id=model.id))]

    def notices(self, model: Any) -> list[pages.Notice]:
        waits = breaches.waits_for(model)
        if waits == "regulator":
            text = _("Tell the Information Commissioner's Office by %(when)s, or write down why harm is unlikely.",
                     when=shown.moment(model.regulator_by))  # fmt: skip
            return [pages.Notice(day_protection.clock(model).text, text)]
        if waits == "people":
            return [pages.Notice(_("The people are not told yet"), _("The risk is high: tell each of them without "
                                   "delay, by a way that is safe for them."))]  # fmt: skip
        return []

    def after_saving(self, model: Any) -> str:
        return self.get_url(".details_view", id=model.id)


def _print() -> Any:
    """Print what the regulator asks for: numbers of people, never who they are."""
    if current.acting_role() != "manager":
        abort(403)
    key = row_key(request.args.get("id"))
    breach = db.session.scalars(select(Breach).where(Breach.id == key)).one_or_none() or abort(404)
    named.note("exported", breach, ON_PAPER)
    return render_template(
        "casework/breach_print.html", facts=list(_facts(breach)), breach=breach, printed=case_file.printed(),
        back=url_for("manager_breach.details_view", id=breach.id),
    )  # fmt: skip


def _facts(breach: Breach) -> Iterator[pages.Fact]:
    for one in declared(Breach):
        words = _people(breach) if one.key == "people" else _words(one, breach)
        if words:
            yield pages.Fact(_(one.info.label), pages.Cell(words))


def _words(field: Declared, breach: Breach) -> str:
    return "" if field.key in NOT_PRINTED else shown.text(field, breach, Sensitivity.SPECIAL)


def _people(breach: Breach) -> str:
    told = sum(one.told_on is not None for one in breach.people)
    number = ngettext("%(num)s client", "%(num)s clients", len(breach.people))
    return _("%(clients)s, %(told)s of them told", clients=number, told=told)


bp.add_url_rule("/manager/breach/print/", "manager_print", _print)
