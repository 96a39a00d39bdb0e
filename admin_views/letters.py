"""Letters: what came in, what a client asks us to write, writing and sending, and what happens in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from admin_views import call_parts, current, details, once, options, pages, saving
from admin_views.db import db
from admin_views.keys import row_key
from admin_views.letter_forms import STEP_FIELDS, AskForm, InForm, WriteForm, finders, for_case, step_form
from casework import correspondence, need_letters
from casework.clients import is_safe_way
from casework.context import acting
from casework.letter_clock import REQUEST
from casework.letter_rules import why_not_safe
from casework.problems import RuleBroken
from models import Case, Code, Correspondence, Worker

bp = Blueprint("letters", __name__)
ROLES = ("manager", "caseworker")
UNPROCESSABLE, CONFLICT = 422, 409
WORDS = "words-"  # what a button sends that puts a text into the letter, with the number of its request
NOT_WRITTEN_YET = ("draft", "agreed")


def _case(role: str) -> Case:
    if current.acting_role() != role:
        abort(403)
    once.only()
    found = select(Case).where(Case.id == row_key(request.args.get("case"))).options(joinedload(Case.client))
    return db.session.scalars(found).one_or_none() or abort(404)


def letter_of(role: str, name: str = "id") -> Correspondence:
    """Give the letter that the address names, if the reader may open it."""
    if current.acting_role() != role:
        abort(403)
    once.only()
    found = select(Correspondence).where(Correspondence.id == row_key(request.args.get(name)))
    return db.session.scalars(found).one_or_none() or abort(404)


def _typed() -> Any:
    return request.form if request.method == "POST" else None


def _saved(form: Any, act: Callable[[], Any], role: str, leads_to: Case | None = None) -> Any:
    """Do `act` and commit, once; give what it gave, or None with each broken rule beside its field.

    It leads to what was made, or to `leads_to`.
    """
    try:
        made = act()
        once.commit(details.url_of(role, leads_to or made) or url_for("home"))
    except RuleBroken as broken:
        db.session.rollback()
        saving.show_problems(form, broken.problems)
        return None
    except StaleDataError:
        db.session.rollback()
        form.is_conflict = True
        saving.show_problems(form, [saving.changed_meanwhile()])
        return None
    return made


def _status(form: Any) -> int:
    """Give 422 when something is wrong with a form, 409 when a colleague was faster."""
    wrong = CONFLICT if form.is_conflict else UNPROCESSABLE
    return wrong if form.errors else 200


def _worker(form: Any) -> Worker | None:
    return options.fetched(Worker)(form.owner_id.data) if form.owner_id.data else None


def _due_words(letter: Correspondence) -> str:
    return _("Saved. Reply due %(day)s.", day=call_parts.near(letter.due_on)) if letter.due_on else _("Saved.")


def _form_page(
    role: str, case: Case, heading: str, verb: str, lead: str = "", groups: tuple[pages.Group, ...] = ()
) -> pages.FormPage:
    own = details.url_of(role, case) or url_for("home")
    return pages.FormPage(
        heading=heading, title=f"{heading}, {case.ref}", verb=verb, leave_url=own, lead=lead,
        above=pages.Link(_("Case %(ref)s", ref=case.ref), own), lookup_url=url_for("refer.agencies_found"),
        echo_url=url_for("pages.date_in_words"), groups=groups,
    )  # fmt: skip


def _came_in(role: str) -> Any:
    """Write down a letter, an e-mail or a text message that came in."""
    case = _case(role)
    kind = for_case(InForm, call_parts.agencies_of(case), _l("From"), somebody_else=True)
    form = kind(_typed(), data={"at": acting(db.session).now, "owner_id": case.lead_id, "contact_with": "client"},
                meta=finders())  # fmt: skip
    if request.method == "POST" and form.validate():
        word, agency = form.somebody()
        made = _saved(form, lambda: correspondence.receive(
            db.session, case, medium=form.medium.data, at=form.at.data, subject=form.subject.data, text=form.text.data,
            kind=form.kind.data, contact_with=word, agency=agency, outside_deadline=form.outside_deadline.data,
            owner=_worker(form),
        ), role, case)  # fmt: skip
        if made is not None:
            flash(_due_words(made), "success")
            return redirect(details.url_of(role, case) or url_for("home"))
    groups = (
        pages.Group(_("What came"), ("contact_with", "other_id", "medium", "at", "kind")),
        pages.Group(_("What it says"), ("subject", "text", "outside_deadline", "owner_id")),
    )
    lead = _("A telephone message is logged as a call.")
    page = _form_page(role, case, _("Letter or message came in"), _("Save letter"), lead, groups)
    return render_template("casework/form.html", page=page, form=form), _status(form)


def _asked_for(role: str) -> Any:
    """Write down that the client asks for a letter, and what was decided."""
    case = _case(role)
    kind = for_case(AskForm, call_parts.agencies_of(case), _l("Who it goes to"), somebody_else=False)
    form = kind(_typed(), data={"owner_id": case.lead_id, "contact_with": "client"}, meta=finders())
    if request.method == "POST" and form.validate():
        made = _saved(form, lambda: _ask(case, form), role)
        if made is not None:
            flash(_asked_words(made), "success")
            return redirect(details.url_of(role, made) or url_for("home"))
    groups = (
        pages.Group(_("The letter"), ("subject", "text", "contact_with", "other_id", "urgent", "outside_deadline")),
        pages.Group(_("Our answer"), ("decision", "told", "explanation", "owner_id")),
    )
    page = _form_page(role, case, _("The client asks for a letter"), _("Save request"), groups=groups)
    return render_template("casework/form.html", page=page, form=form), _status(form)


def _ask(case: Case, form: AskForm) -> Correspondence:
    word, agency = form.somebody()
    made = correspondence.ask_for(
        db.session, case, subject=form.subject.data, text=form.text.data, contact_with=word, agency=agency,
        urgent=form.urgent.data, outside_deadline=form.outside_deadline.data, owner=_worker(form),
    )  # fmt: skip
    if form.decision.data == "agreed":
        correspondence.agree(db.session, made, acting(db.session).today if form.told.data else None)
    if form.decision.data == "declined":
        correspondence.decline(db.session, made, form.explanation.data)
    return made


def _asked_words(made: Correspondence) -> str:
    if made.status == "declined" or made.due_on is None:
        return _("Saved.")
    return _("Saved. The letter is due %(day)s.", day=call_parts.near(made.due_on))


def _write(role: str) -> Any:
    """Write a letter: a new one, the answer to one, one that was agreed, or a draft to go on with."""
    if "id" in request.args:
        letter: Correspondence | None = letter_of(role)
        if letter is None or letter.status not in NOT_WRITTEN_YET:
            abort(404)
        case, answers = letter.case, letter.answers
    else:
        letter = None
        answers = letter_of(role, "answers") if "answers" in request.args else None
        case = answers.case if answers is not None else _case(role)
    form = _write_form(case, letter, answers, _typed())
    if request.form.get("act", "").startswith(WORDS):
        _put_words_in(case, form)
        return _show_letter(role, case, letter, answers, form, is_changed=True)
    if request.method == "POST" and form.version.is_stale:
        differs = _differing(form, _write_form(case, letter, answers, None))
        form.version.renew()
        if differs:
            return _show_letter(role, case, letter, answers, form, conflict=differs), CONFLICT
    if request.method == "POST" and form.validate():
        act = _send if request.form.get("act") == "send" else _keep
        made = _saved(form, lambda: act(case, letter, answers, form), role)
        if made is not None:
            flash(_("Sent.") if made.status == "sent" else _("Kept. Nothing has left the office."), "success")
            return redirect(details.url_of(role, made) or url_for("home"))
    return _show_letter(role, case, letter, answers, form), _status(form)


def _put_words_in(case: Case, form: WriteForm) -> None:
    """Put the text that fits a request of this case below what is typed already; nothing is saved by it."""
    pressed = request.form["act"].removeprefix(WORDS)
    fitting = next((one for one in need_letters.offered(db.session, case) if str(one.request.id) == pressed), None)
    if fitting is None:
        abort(404)
    form.text.data = "\n\n".join(filter(None, ((form.text.data or "").strip(), fitting.text)))
    form.request_id.data = form.request_id.data or fitting.request.id


def _write_form(case: Case, letter: Correspondence | None, answers: Correspondence | None, typed: Any) -> WriteForm:
    agencies = call_parts.agencies_of(case)
    kind = for_case(WriteForm, agencies, _l("To"), somebody_else=False)
    usual: dict[str, Any] = {"contact_with": "client"}
    source = letter or answers
    if source is not None:
        usual = {"contact_with": _chip(source), "subject": source.subject}
        usual["other_id"] = source.agency_id if source.agency not in agencies else None
    if letter is not None:
        usual |= {name: getattr(letter, name) for name in ("text", "medium", "safe_way", "request_id")}
        usual |= {"items": letter.items, "kind": letter.kind, "version": letter.version}
    form: WriteForm = kind(typed, data=usual, meta=finders())
    if letter is not None and letter.kind == REQUEST:
        del form["kind"]
    return form


def _chip(source: Correspondence) -> str:
    if source.contact_with == "agency" and source.agency_id:
        return f"agency:{source.agency_id}"
    return "client"


def _keep(case: Case, letter: Correspondence | None, answers: Correspondence | None, form: WriteForm) -> Any:
    """Write down what was typed, as a draft or into the letter that was there."""
    word, agency = form.somebody()
    written = {
        "contact_with": word, "agency": agency, "medium": form.medium.data, "subject": form.subject.data,
        "text": form.text.data, "safe_way": form.safe_way.data if word == "client" else None,
        "request": options.fetched(Code)(form.request_id.data) if form.request_id.data else None,
        "items": options.fetched(Code)(form.items.data) if form.items.data and word == "agency" else [],
    }  # fmt: skip
    if letter is None:
        return correspondence.draft(db.session, case, kind=form["kind"].data, answers=answers, **written)
    with db.session.no_autoflush:
        for name, value in written.items():
            setattr(letter, name, value)
    db.session.flush()
    return letter


def _send(case: Case, letter: Correspondence | None, answers: Correspondence | None, form: WriteForm) -> Any:
    return correspondence.send(db.session, _keep(case, letter, answers, form))


def _differing(form: WriteForm, saved: WriteForm) -> list[tuple[str, str, str]]:
    """Give (field, what a colleague saved meanwhile, what was typed); saving again is then a decision."""
    both = [(one, saving.typed_words(saved[one.short_name]), saving.typed_words(one)) for one in form
            if one.kind != "hidden"]  # fmt: skip
    return [(str(one.label.text), theirs, yours) for one, theirs, yours in both if theirs != yours]


def _show_letter(
    role: str,
    case: Case,
    letter: Correspondence | None,
    answers: Correspondence | None,
    form: WriteForm,
    *,
    conflict: list[tuple[str, str, str]] | None = None,
    is_changed: bool = False,
) -> str:
    page = _form_page(role, case, _("Write a letter"), _("Send letter"))
    client = case.client
    unsafe = client is not None and not is_safe_way(client, "letter")
    return render_template(
        "casework/letter.html", page=page, form=form, answers=answers, letter=letter, conflict=conflict,
        fitting=need_letters.offered(db.session, case), words=WORDS, is_changed=is_changed,
        safe=details.safe_contact(client) if client is not None else "",
        unsafe=_("Before you write to the client: %(why)s.", why=why_not_safe(client)) if unsafe and client else "",
    )  # fmt: skip


def _step(role: str) -> Any:
    """Record what happened to a letter or message."""
    letter = letter_of(role)
    own = details.url_of(role, letter) or url_for("home")
    form = step_form(letter.status)(_typed(), data={"explained_on": acting(db.session).today})
    if not form.step.options:
        abort(404)
    if request.method == "POST" and form.validate():
        made = _saved(form, lambda: _STEPS[form.step.data](letter, form), role)
        if made is not None:
            flash(_("Recorded."), "success")
            return redirect(own)
    page = pages.FormPage(
        heading=_("What happened?"), title=_("What happened to a letter"), verb=_("Save"), leave_url=own,
        above=pages.Link(str(letter), own), echo_url=url_for("pages.date_in_words"),
        groups=(pages.Group(letter.subject, tuple(name for name in STEP_FIELDS if name in form)),),
    )  # fmt: skip
    return render_template("casework/form.html", page=page, form=form), _status(form)


_STEPS: dict[str, Callable[[Correspondence, Any], Correspondence]] = {
    "agree": lambda one, form: correspondence.agree(db.session, one, form.explained_on.data),
    "explain": lambda one, form: correspondence.explain(db.session, one, form.explained_on.data),
    "decline": lambda one, form: correspondence.decline(db.session, one, form.explanation.data),
    "drop": lambda one, form: correspondence.drop(db.session, one, form.explanation.data),
    "hand_over": lambda one, form: correspondence.hand_over(db.session, one, _worker(form) or one.owner),
    "put_later": lambda one, form: correspondence.put_later(
        db.session, one, form.due_on.data or one.due_on, form.late_reason.data
    ),
}


for _role in ROLES:
    for _name, _path, _view in (
        ("in", "in", _came_in), ("asked", "asked", _asked_for), ("write", "write", _write), ("step", "step", _step),
    ):  # fmt: skip
        bp.add_url_rule(
            f"/{_role}/letter/{_path}/", f"{_role}_{_name}", _view, methods=["GET", "POST"], defaults={"role": _role},
        )  # fmt: skip
