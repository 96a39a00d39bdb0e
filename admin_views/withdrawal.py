"""A client takes a permission back: what it touches is shown first, then each release is asked back with a letter."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import current, details, pages, saving
from admin_views.db import db
from admin_views.fields import DateText, Required
from admin_views.forms import OfficeForm
from admin_views.keys import row_key, row_keys
from admin_views.ledger import ROLES, bp
from casework import audit, letters, recall
from casework.calendar import local
from casework.consent import withdraw
from casework.context import acting
from casework.datetext import short
from casework.problems import RuleBroken
from exports import letters as office_letters
from exports.letters import TemplateRefused, to_whom
from models import Client, Consent, Referral, Release
from models.declared import by_key
from models.fields import Sensitivity

UNPROCESSABLE = 422
MOST = 100  # releases that one page asks back


class WithdrawForm(OfficeForm):
    on = DateText(_l("Taken back on"), [Required()], prefer="past", description=_l("It counts from this day on."))


@dataclass(frozen=True)
class Back:
    """One release on the page that asks for it back."""

    id: str
    agency: str
    when: str
    what: str
    how: str
    asked: str
    letter_url: str
    confirmed: str


def consent_of(role: str, key: str | None) -> Consent:
    """Give the consent that an address names, within the reader's scope; ends the request otherwise."""
    if current.acting_role() != role:
        abort(403)
    return db.session.scalars(select(Consent).where(Consent.id == row_key(key))).one_or_none() or abort(404)


def _withdraw(role: str) -> Any:
    consent = consent_of(role, request.args.get("id"))
    if consent.withdrawn_on is not None:
        return redirect(url_for(f"ledger.{role}_recall", consent=consent.id))
    touched = recall.touched_by(db.session, consent)
    form = WithdrawForm(request.form if request.method == "POST" else None, data={"on": acting(db.session).today})
    if request.method == "POST" and form.validate():
        try:
            withdraw(db.session, consent, form.on.data)
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            saving.show_problems(form, [_at_the_day(one) for one in broken.problems])
        else:
            flash(_("Withdrawn. Nothing more leaves under it."), "success")
            return redirect(_afterwards(role, consent, touched))
    page = pages.FormPage(
        heading=_("%(name)s takes this permission back", name=consent.client.name), title=_("Withdraw a consent"),
        verb=_("Record the withdrawal"), leave_url=ledger_url(role, consent.client),
        above=pages.Link(_("Consent ledger"), ledger_url(role, consent.client)), lead=_(to_whom(consent)),
        echo_url=url_for("pages.date_in_words"),
    )  # fmt: skip
    answer = render_template(
        "casework/withdraw.html", page=page, form=form, safe_contact=details.safe_contact(consent.client),
        releases=[_words_of(one) for one in touched.releases], drafts=[_linked(role, one) for one in touched.drafts],
        sent=[_linked(role, one) for one in touched.sent],
        publications=[pages.Cell(f"{short(one.printed_on)}: {one.used_in}", url=details.url_of(role, one))
                      for one in touched.publications],
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _at_the_day(problem: Any) -> Any:
    """Put a rule about the day of withdrawal beside the box that asks for it."""
    return type(problem)("on", problem.text) if problem.field == "withdrawn_on" else problem


def _afterwards(role: str, consent: Consent, touched: recall.Touched) -> str:
    """Go on to asking back where something had left, else to the ledger."""
    if touched.releases:
        return url_for(f"ledger.{role}_recall", consent=consent.id)
    return ledger_url(role, consent.client)


def ledger_url(role: str, client: Client) -> str:
    return url_for(f"ledger.{role}", client=client.id)


def _words_of(one: Release) -> pages.Cell:
    how = _(by_key(Release)["channel"].info.choice_label(one.channel)).lower()
    return pages.Cell(_("%(day)s to %(agency)s by %(how)s: %(what)s", day=short(local(one.at).date()),
                        agency=one.agency.name, how=how, what=one.items))  # fmt: skip


def _linked(role: str, one: Referral) -> pages.Cell:
    return pages.Cell(f"{one.agency.name}: {one.request.words}", url=details.url_of(role, one))


# Asking back


def _recall(role: str) -> Any:
    """List what had left under a withdrawn permission; a POST asks for it back and makes the letters possible."""
    consent = consent_of(role, request.args.get("consent"))
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        problems = _ask_back(role, consent)
        if not problems:
            return redirect(url_for(f"ledger.{role}_recall", consent=consent.id))
    touched = recall.touched_by(db.session, consent)
    answer = render_template(
        "casework/recall.html", problems=problems, consent=consent, lead=consent.client.label(Sensitivity.PERSONAL),
        above=pages.Link(_("Consent ledger"), ledger_url(role, consent.client)),
        own_url=url_for(f"ledger.{role}_recall", consent=consent.id), back_url=ledger_url(role, consent.client),
        returned_url=url_for(f"ledger.{role}_returned", consent=consent.id),
        rows=[_back(role, one) for one in touched.releases], drafts=[_linked(role, one) for one in touched.drafts],
        sent=[_linked(role, one) for one in touched.sent], withdrawn=consent.withdrawn_on is not None,
        publications=[pages.Cell(f"{short(one.printed_on)}: {one.used_in}", url=details.url_of(role, one))
                      for one in touched.publications if one.taken_down_on is None],
    )  # fmt: skip
    return answer, UNPROCESSABLE if problems else 200


def _ask_back(role: str, consent: Consent) -> tuple[str, ...]:
    """Ask for the chosen releases back; each letter is tried before anything is written. Give what went wrong."""
    chosen = _chosen(consent)
    try:
        for release in chosen:
            recall.ask_back(db.session, release)
            _letter_of(release)
        db.session.commit()
    except (RuleBroken, TemplateRefused) as broken:
        db.session.rollback()
        return (str(broken),)
    if not chosen:
        return (_("Nothing was chosen. Press the button beside what is to be asked back."),)
    words = ngettext(
        "Asked back: the letter is ready below.", "Asked back: %(num)s letters are ready below.", len(chosen)
    )
    flash(words, "success")
    return ()


def _chosen(consent: Consent) -> list[Release]:
    keys = row_keys(request.form.getlist("release"), MOST)
    return list(db.session.scalars(
        select(Release).where(Release.id.in_(keys), Release.consent_id == consent.id).order_by(Release.id)
    ))  # fmt: skip


def _back(role: str, one: Release) -> Back:
    how = _(by_key(Release)["channel"].info.choice_label(one.channel))
    return Back(
        str(one.id), one.agency.name, short(local(one.at).date()), one.items, how,
        short(one.recalled_on) if one.recalled_on else "",
        url_for(f"ledger.{role}_letter", release=one.id) if one.recalled_on else "",
        short(one.returned_on) if one.returned_on else "",
    )  # fmt: skip


def _returned(role: str) -> Any:
    """Write down that an agency confirmed the return, today."""
    consent = consent_of(role, request.args.get("consent"))
    chosen = _chosen(consent)
    try:
        for release in chosen:
            recall.came_back(db.session, release)
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
    else:
        done = _("Written down: the return is confirmed.")
        flash(done if chosen else _("Nothing was chosen."), "success" if chosen else "warning")
    return redirect(url_for(f"ledger.{role}_recall", consent=consent.id))


def _letter(role: str) -> Any:
    """Give the letter of a release that is asked back, and write to the trail that it was made."""
    if current.acting_role() != role:
        abort(403)
    key = row_key(request.args.get("release"))
    release = db.session.scalars(select(Release).where(Release.id == key)).one_or_none() or abort(404)
    if release.recalled_on is None:
        abort(404)
    try:
        made = _letter_of(release)
    except (RuleBroken, TemplateRefused) as broken:
        flash(str(broken), "warning")
        return redirect(url_for(f"ledger.{role}_recall", consent=release.consent_id))
    audit.write_now(db.engine, acting(db.session), "exported", "Release", release.id,
                    reason=f"letter asking back, file {made.sha256[:16]}")  # fmt: skip
    return as_file(made.content, made.name, office_letters.MIME)


def _letter_of(release: Release) -> office_letters.Letter:
    person = current.person()
    return office_letters.recall_letter(
        letters.template_for(db.session, "recall_letter"), release, case=recall.case_of(db.session, release),
        answer_by=recall.answer_to_recall(db.session, release).on, signed_by=person.name if person else "",
    )  # fmt: skip


def as_file(content: bytes, name: str, kind: str) -> Any:
    """Send bytes as a file to keep, never to be shown in the browser."""
    response = send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
    response.content_length = len(content)
    return response


for _role in ROLES:
    for _name, _path, _page, _methods in (
        ("withdraw", "consent/withdraw", _withdraw, ["GET", "POST"]), ("recall", "recall", _recall, ["GET", "POST"]),
        ("returned", "recall/returned", _returned, ["POST"]), ("letter", "recall/letter", _letter, ["GET"]),
    ):  # fmt: skip
        bp.add_url_rule(
            f"/{_role}/{_path}/", f"{_role}_{_name}", _page, methods=_methods, defaults={"role": _role},
        )  # fmt: skip
