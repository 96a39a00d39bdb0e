"""Family and need: who lives there, what they are short of, where that comes from, and what it led to; one saving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import forms, options, pages, saving
from admin_views.case_reads import has
from admin_views.db import db
from admin_views.fields import ChoiceField, DateText, LineField, NumberField, VersionField
from admin_views.own_case import CONFLICT, ROLES, UNPROCESSABLE, above, case_for, page_of
from casework import need
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from models import Case, Client, ClientMember, Consequence
from models.declared import by_key
from models.fields import Sensitivity

bp = Blueprint("need", __name__)
OF_CLIENT = ("members", "lone_parent", "no_recourse", "immigration")
OF_CASE = ("destitute_from", "causes")
NEW = ("led_to", "since", "nights", "note")  # the boxes of one further consequence


def _declared(model: Any, key: str) -> Any:
    return forms.form_field(by_key(model)[key], Sensitivity.SPECIAL)


class _Base(forms.OfficeForm):
    """The boxes for one further consequence, and the versions of the two records that the page changes."""

    led_to = ChoiceField(_l(by_key(Consequence)["code"].info.label), choices=lambda: options.codes("consequence"))
    since = DateText(_l("On, or from"), prefer="past")
    nights = NumberField(
        _l("How many nights"), least=1, description=_l("For nights on the street or at other people’s.")
    )
    note = LineField(_l("In words"), width="w-full")
    version = VersionField()
    client_version = VersionField()

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        more = (self.since, self.nights, self.note)
        if not self.led_to.is_blank() and self.since.is_blank():
            self.since.errors = [_("Enter the day, or since when; about is fine.")]
        elif self.led_to.is_blank() and any(not one.is_blank() for one in more):
            self.led_to.errors = [_("Choose what it led to, or clear what stands beside it.")]
        return fine and not (self.since.errors or self.led_to.errors)


def _form_class() -> type[_Base]:
    made = {forms.form_name(by_key(Client)[key]): _declared(Client, key) for key in OF_CLIENT}
    made |= {forms.form_name(by_key(Case)[key]): _declared(Case, key) for key in OF_CASE}
    return type("NeedForm", (_Base,), made)


NeedForm = _form_class()
NAMES_OF_CLIENT = tuple(forms.form_name(by_key(Client)[key]) for key in OF_CLIENT)
BOXES = {"code": "led_to", "happened_on": "since"}


def _page(role: str) -> Any:
    case = case_for(role)
    form = _form(case)
    if request.method == "POST" and _is_stale(form):
        saving.show_problems(form, [saving.changed_meanwhile()])
        form.is_conflict = True
    elif request.method == "POST" and form.validate():
        try:
            _save(case, form)
            db.session.commit()
        except (RuleBroken, StaleDataError) as error:
            db.session.rollback()
            _tell(form, error)
        else:
            flash(_("Saved. Nothing has left the office."), "success")
            return redirect(page_of(role, case))
    return _show(role, case, form)


def _form(case: Case) -> Any:
    """Give the form, its boxes filled from the client and from the case."""
    client = case.client
    values = {forms.form_name(one): getattr(client, one.key) for one in _fields(Client, OF_CLIENT)} if client else {}
    values |= {forms.form_name(one): getattr(case, one.key) for one in _fields(Case, OF_CASE)}
    values |= {"version": case.version, "client_version": client.version if client else None}
    form = NeedForm(request.form if request.method == "POST" else None, data=values)
    for name in NAMES_OF_CLIENT if client is None else ():
        del form[name]
    return form


def _fields(model: Any, keys: tuple[str, ...]) -> list[Any]:
    return [by_key(model)[key] for key in keys]


def _is_stale(form: Any) -> bool:
    return form.version.is_stale or form.client_version.is_stale


def _save(case: Case, form: Any) -> None:
    with db.session.no_autoflush:
        for name, field in form._fields.items():
            if name in NAMES_OF_CLIENT:
                field.populate_obj(case.client, name)
            elif name in {"destitute_from", "causes"}:
                field.populate_obj(case, name)
        if not form.led_to.is_blank():
            db.session.add(Consequence(
                case=case, code_id=form.led_to.data, happened_on=form.since.data, nights=form.nights.data,
                note=form.note.data or None,
            ))  # fmt: skip
    db.session.flush()


def _tell(form: Any, error: Exception) -> None:
    if isinstance(error, RuleBroken):
        saving.show_problems(form, [type(one)(BOXES.get(one.field, one.field), one.text) for one in error.problems])
    else:
        form.is_conflict = True
        saving.show_problems(form, [saving.changed_meanwhile()])


def _show(role: str, case: Case, form: Any) -> Any:
    page = pages.FormPage(
        heading=_("Family and need"), title=_("Family and need, case %(case)s", case=case), verb=_("Save"),
        leave_url=page_of(role, case), above=above(role, case), echo_url=url_for("pages.date_in_words"),
        lead=_("What they are short of and where that comes from. Poverty and homelessness are no lack of care: "
               "nothing here changes the risk of the case."),
        groups=tuple(_groups(form)),
    )  # fmt: skip
    answer = render_template("casework/need.html", page=page, form=form, lines=_lines(role, _known(case)))
    return answer, CONFLICT if form.is_conflict else UNPROCESSABLE if form.errors else 200


def _groups(form: Any) -> Iterator[pages.Group]:
    if "members" in form:
        yield pages.Group(_("The family"), ("members", "lone_parent", "no_recourse", "immigration_id"))
    yield pages.Group(_("The need"), ("destitute_from", "causes"))
    yield pages.Group(_("Add what it led to"), ("led_to", ("since", "nights"), "note"))


def _known(case: Case) -> list[Consequence]:
    if not has(case, Consequence):
        return []
    found = select(Consequence).where(Consequence.case_id == case.id).options(joinedload(Consequence.code))
    return list(db.session.scalars(found.order_by(Consequence.happened_on, Consequence.id)))


def _lines(role: str, known: list[Consequence]) -> list[pages.Line]:
    return [
        pages.Line(one.code.words, second=_when_and_how(one),
                   url=url_for(f"{role}_consequence.details_view", id=one.id))
        for one in known
    ]  # fmt: skip


def _when_and_how(one: Consequence) -> str:
    return " · ".join(filter(None, (short(one.happened_on), _nights(one), one.note or "")))


def _nights(one: Consequence) -> str:
    return ngettext("%(num)s night", "%(num)s nights", one.nights) if one.nights else ""


# On the page of a case


def card(role: str, case: Case) -> pages.Card | None:
    """Give the family and its need; where nothing is written down yet, only for a family without public funds."""
    if role not in ROLES:
        return None
    known, client = _known(case), case.client
    facts = list(_facts(case, client, known))
    if not facts and case.kind.code != "nrpf_family":
        return None
    link = pages.Link(_("Change, or add what it led to"), url_for(f"need.{role}", case=case.id))
    return pages.Card("need", _("Family and need"), (*facts, *_lines(role, known)), links=(link,),
                      empty=_("Not asked yet: who is in the family, and what they are short of."))  # fmt: skip


def _facts(case: Case, client: Client | None, known: list[Consequence]) -> Iterator[pages.Line]:
    if client is not None and has(case, ClientMember) and need.children(client):
        ages = need.ages(client, acting(db.session).today)
        words = ngettext("1 child", "%(num)s children", len(ages))
        alone = _("lone parent") if client.lone_parent else ""
        yield pages.Line(words, second=" · ".join(filter(None, (_("aged %(ages)s", ages="; ".join(ages)), alone))))
    if client is not None and client.no_recourse == "yes":
        yield pages.Line(_("No recourse to public funds"))
    if case.destitute_from is not None:
        yield pages.Line(_("Without means since %(day)s", day=short(case.destitute_from)))
    nights = need.nights_on_the_street(known)
    if nights:
        yield pages.Line(ngettext("%(num)s night on the street", "%(num)s nights on the street", nights))
    if case.causes:
        words = "; ".join(one.words for one in case.causes)
        yield pages.Line(_("Comes from: %(causes)s", causes=words[:1].lower() + words[1:]))


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/need/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
