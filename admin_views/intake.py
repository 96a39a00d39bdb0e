"""A first contact on one page: saved with its case, its first note and the next thing to do, in one go."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import compare, current, details, find, options, pages, saving
from admin_views.db import db
from admin_views.intake_forms import AS_LANGUAGE, IntakeForm, intake_form
from admin_views.keys import row_key
from casework import finding, intake
from casework.datetext import short
from casework.merging import same_person
from casework.problems import RuleBroken
from casework.text import clean_line
from models import Area, Case, Client, Code, Language

bp = Blueprint("intake", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE = 422
ENGLISH = "eng"
DIFFERENT, SAME = "different", "same"
LAST = "last"  # in an address: the latest case of the client
OF_A_NEW_CLIENT = ("name", "anonymous", "reach")
OF_THEIR_RECORD = ("safe_contact", "safe_note", "language_id", "interpreter", "interpreter_gender")


def _page(role: str) -> Any:
    if current.acting_role() != role:
        abort(403)
    client = _known(request.values.get("client"))
    form = _form(client)
    if request.method == "POST" and _was_filled_in() and form.validate():
        return _decide(role, form, client)
    return _show(role, form, client)


def _was_filled_in() -> bool:
    """Say whether the page itself was sent; the find box sends only what was looked for."""
    return "what" in request.form


def _known(key: str | None) -> Client | None:
    """Give somebody known already, through the record that is kept; 404 for one outside the reader's reach."""
    if not key:
        return None
    client = db.session.scalars(
        select(Client).where(Client.id == row_key(key)).options(joinedload(Client.merged_into))
    ).one_or_none()
    return (client.merged_into or client) if client is not None else abort(404)


def _form(client: Client | None) -> IntakeForm:
    earlier = _cases_of(client) if client is not None else []
    form_class = intake_form([(case.id, _told(case)) for case in earlier])
    form = form_class(request.form if _was_filled_in() else None, data=_begins_with(client, _previous_of(earlier)))
    if client is not None:
        for name in (*OF_A_NEW_CLIENT, *(OF_THEIR_RECORD if client.safe_contact else OF_THEIR_RECORD[2:])):
            del form[name]
    return form


def _previous_of(earlier: list[Case]) -> Case | None:
    """Give the case that the new one follows: one by its number, or the last of this client."""
    wanted = request.args.get("previous")
    if wanted == LAST:
        return earlier[0] if earlier else None
    return next((case for case in earlier if case.id == row_key(wanted)), None)


def _begins_with(client: Client | None, previous: Case | None) -> dict[str, Any]:
    kinds = options.codes("case_kind")
    begins: dict[str, Any] = {"kind_id": kinds[0][0] if kinds else None, **_looked_for(request.form.get("found", ""))}
    if client is not None:
        begins |= {"area_id": client.area_id, "text_relay": client.text_relay}
    if previous is not None:
        begins |= {"previous_id": previous.id, "kind_id": previous.kind_id, "area_id": previous.area_id}
    return begins


def _looked_for(text: str) -> dict[str, str]:
    """Put what was looked for where it belongs: a name, or a way to reach somebody."""
    words = clean_line(text[: find.LONGEST])
    typed = finding.read(words)
    if typed.postcode or finding.REFERENCE.fullmatch(words):
        return {}
    number = " ".join(part for part in words.split() if part not in typed.name.split())
    return {"name": typed.name, "reach": number}


def _cases_of(client: Client) -> list[Case]:
    """Give the cases of every record of this person, the latest first."""
    rows = select(Case).where(Case.client_id.in_(same_person(client.id))).options(joinedload(Case.kind))
    return list(db.session.scalars(rows.order_by(Case.id.desc())))


def _told(case: Case) -> str:
    return f"{case.ref} {case.title or case.kind.words}"


# Saving


def _decide(role: str, form: IntakeForm, client: Client | None) -> Any:
    """Save, unless this may be somebody who is known already: then both are shown, and a person decides."""
    decision, _colon, key = request.form.get("decision", "").partition(":")
    if client is not None or decision == DIFFERENT or form.anonymous.data:
        return _save(role, form, client)
    if decision == SAME:
        return _save(role, form, _known(key))
    found = finding.likely_same(db.session, form.name.data or "", form.reached_by().get("phone", ""))
    if not found.matches and not found.elsewhere:
        return _save(role, form, None)
    return _show(role, form, None, found)


def _save(role: str, form: IntakeForm, client: Client | None) -> Any:
    try:
        taken = intake.take_in(db.session, _told_by(form), client=client, previous=_previous(form))
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return _show(role, form, client)
    _say(taken)
    if taken.is_outside:
        return redirect(url_for(f"advise.{role}", case=taken.case.id))
    return redirect(details.url_of(role, taken.case) or url_for("home"))


def _previous(form: IntakeForm) -> Case | None:
    return options.fetched(Case)(form.previous_id.data) if "previous_id" in form and form.previous_id.data else None


def _told_by(form: IntakeForm) -> intake.Told:
    language = options.fetched(Language)(form.language_id.data) if "language_id" in form else None
    given = {
        name: form[name].data for name in ("safe_contact", "safe_note", "text_relay", "urgent", "medium", "at")
        if name in form
    }  # fmt: skip
    return intake.Told(
        what=form.what.data, kind=options.fetched(Code)(form.kind_id.data), language=language,
        area=options.fetched(Area)(form.area_id.data) if form.area_id.data else None,
        name=(form.name.data or "") if "name" in form else "", interpreter=_interpreter(form, language),
        interpreter_gender=(form.interpreter_gender.data or "any") if "interpreter_gender" in form else "any",
        **given, **form.reached_by(),
    )  # fmt: skip


def _interpreter(form: IntakeForm, language: Language | None) -> str:
    """Give the wish; where nobody said one, whoever speaks another language is offered an interpreter."""
    chosen = form.interpreter.data if "interpreter" in form else "no"
    if chosen != AS_LANGUAGE:
        return chosen
    if language is None or language.code == ENGLISH:
        return "no"
    return "signed" if language.signed else "spoken"


def _say(taken: intake.Taken) -> None:
    case, next_thing = taken.case, taken.task
    if taken.is_outside:
        flash(_("Saved as enquiry %(ref)s. %(area)s is outside our casework area: advise and refer on.", ref=case.ref,
                area=case.area), "info")  # fmt: skip
    elif taken.opened:
        flash(_("Saved and opened: %(ref)s.", ref=case.ref), "success")
    else:
        flash(_("Saved as enquiry %(ref)s.", ref=case.ref), "success")
    if next_thing is not None and not taken.is_outside:
        flash(_("Next: %(what)s, by %(day)s.", what=next_thing.what, day=short(next_thing.due_on)), "info")
    if case.first_contact_medium == intake.HELPLINE and case.client is not None and case.client.text_relay:
        flash(_(intake.NO_TEXT_RELAY), "warning")


# Showing


def _show(role: str, form: IntakeForm, client: Client | None, found: finding.Found | None = None) -> Any:
    leave = details.url_of(role, client) if client is not None else None
    page = pages.FormPage(
        heading=_("New case") if client is not None else _("New enquiry"),
        verb=_("Save case") if client is not None else _("Save enquiry"), title=_("New enquiry"),
        leave_url=leave or url_for("home"),
        above=pages.Link(_("Client %(ref)s", ref=client.ref), leave) if client is not None and leave else None,
        lead=_("Only what the first answer needs. Everything else can wait."), groups=_groups(form, client),
        echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    answer = render_template(
        "casework/intake.html", page=page, form=form, client=client,
        safe=details.safe_contact(client) if client is not None else "", **_beside(role, form, found),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _beside(role: str, form: IntakeForm, found: finding.Found | None) -> dict[str, Any]:
    """Give what stands beside the form when this may be somebody known."""
    if found is None:
        return {"others": (), "table": None, "elsewhere": "", "ask": ""}
    reached = form.reached_by()
    typed = compare.Facts(
        name=form.name.data or "", phone=reached.get("phone", ""),
        language=options.fetched(Language)(form.language_id.data) if form.language_id.data else None,
        area=options.fetched(Area)(form.area_id.data) if form.area_id.data else None,
    )  # fmt: skip
    clients = [match.client for match in found.matches]
    return {
        "others": clients, "table": compare.table(typed, clients), "elsewhere": find.matched(found.elsewhere),
        "ask": ", ".join(one.name for one in found.ask),
    }  # fmt: skip


def _groups(form: IntakeForm, client: Client | None) -> tuple[pages.Group, ...]:
    asked = (
        (_("Who is it"), ("name", "anonymous", "reach", "safe_contact", "safe_note")),
        (_("Speaking with them"), ("language_id", "interpreter", "interpreter_gender")),
        (_("In their words"), ("what", "kind_id", "area_id", "previous_id")),
        (_("This contact"), ("medium", "at", "text_relay", "urgent")),
    )
    groups = [pages.Group(heading, tuple(name for name in names if name in form)) for heading, names in asked]
    return tuple(group for group in groups if group.fields)


for _role in ROLES:
    bp.add_url_rule(f"/{_role}/intake/", _role, _page, methods=["GET", "POST"], defaults={"role": _role})
