"""What a call shows of its case, and what the page of a case shows of calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import details, pages, shown, why
from admin_views.case_notes import kinds_of_help
from admin_views.db import db
from casework.context import acting
from casework.datetext import short
from models import Agency, Appointment, Case, CaseNote, Client, Consent, Correspondence, Referral, Task, User
from models.declared import by_key

MOST_AGENCIES = 5
ALREADY_ENDED = ("cancelled_client", "cancelled_office", "not_attended", "attended")


def near(day: date) -> str:
    """Give a day that is not far off, without its year: "Thu 26 Nov"."""
    return short(day).rsplit(" ", 1)[0]


def acts(role: str, case: Case) -> Iterator[pages.Link]:
    """Give the first button of the page of a case."""
    yield pages.Link(_("Log a call"), url_for(f"call.{role}", case=case.id), primary=True)


def help_given(_role: str, case: Case) -> pages.Card | None:
    """Count what kinds of help this case was given, the most frequent first.

    Source: empowering casework article (information on rights, practical help, emotional support).
    """
    counts = Counter(words for _note, words in kinds_of_help(case)).most_common()  # ties stay in the list's order
    lines = tuple(
        pages.Line(words, pages.Badge(_("%(num)s times", num=count) if count > 1 else _("Once"), "note"))
        for words, count in counts
    )
    return pages.Card("help", _("Help given"), lines) if lines else None


def glance(role: str, case: Case) -> list[pages.Fact]:
    """Give what one needs at hand while the telephone rings: number, safe ways, language, what comes next."""
    client, made = case.client, []
    if client is not None:
        made.append((_("Phone"), pages.Cell(client.phone or _("No number recorded"))))
        made.append((_("Safe to ring"), pages.Cell(details.safe_contact(client))))
        made.append((_("Language"), _language(client)))
    meeting = next_meeting(case)
    if meeting is not None:
        kind = _(by_key(Appointment)["kind"].info.choice_label(meeting.kind))
        words, url = f"{kind}, {shown.moment(meeting.starts_at)}", details.url_of(role, meeting)
        made.append((_("Next"), pages.Cell(words, url=url)))
    return [pages.Fact(label, cell) for label, cell in made]


def _language(client: Client) -> pages.Cell:
    spoken = client.language.name if client.language is not None else _("Not asked yet")
    wish = _(by_key(Client)["interpreter"].info.choice_label(client.interpreter)).lower()
    needs = _("interpreter: %(wish)s", wish=wish) if client.interpreter != "no" else ""
    return pages.Cell(", ".join(part for part in (spoken, needs) if part))


def next_meeting(case: Case) -> Appointment | None:
    ahead = select(Appointment).where(Appointment.case_id == case.id, Appointment.starts_at >= acting(db.session).now)
    found = ahead.where(Appointment.status.not_in(ALREADY_ENDED)).order_by(Appointment.starts_at).limit(1)
    return db.session.scalars(found).first()


def open_tasks(case: Case) -> list[Task]:
    found = select(Task).where(Task.case_id == case.id, Task.done_on.is_(None)).order_by(Task.due_on, Task.id)
    return list(db.session.scalars(found.options(joinedload(Task.owner))))


def due_lines(role: str, tasks: list[Task]) -> list[pages.Line]:
    """Give what is due on a case, each with the way to why."""
    today = acting(db.session).today
    return [
        pages.Line(
            one.what, shown.due_badge(one.put_off_until or one.due_on, today, near(one.put_off_until or one.due_on)),
            second=one.owner.name if one.owner_id != acting(db.session).worker_id else "",
            links=why.link(role, "task", one),
        )
        for one in tasks
    ]  # fmt: skip


def last_entry(case: Case) -> tuple[str, str] | None:
    """Give the head and the text of the newest note."""
    found = select(CaseNote).where(CaseNote.case_id == case.id).order_by(CaseNote.at.desc(), CaseNote.id.desc())
    note = db.session.scalars(found.limit(1)).first()
    if note is None:
        return None
    by = db.session.scalars(
        select(User).where(User.id == note.created_by_id).options(joinedload(User.worker))
    ).one_or_none()  # fmt: skip
    writer = by.worker.name if by is not None and by.worker is not None else ""
    info = by_key(CaseNote)
    head = [_(info[name].info.choice_label(getattr(note, name))) for name in ("medium", "contact_with")]
    return ", ".join(part for part in (*head, shown.moment(note.at), writer) if part), note.text


def agencies_of(case: Case) -> list[Agency]:
    """Give the agencies that this case deals with: referred to, written with, or named in a permission."""
    asked = select(Referral.agency_id).where(Referral.case_id == case.id)
    wrote = select(Correspondence.agency_id).where(
        Correspondence.case_id == case.id, Correspondence.agency_id.is_not(None)
    )  # fmt: skip
    permitted = select(Consent.agency_id).where(
        Consent.client_id == case.client_id, Consent.agency_id.is_not(None)
    )  # fmt: skip
    found = select(Agency).where(Agency.active, Agency.id.in_(asked.union(wrote, permitted)))
    return list(db.session.scalars(found.order_by(Agency.name).limit(MOST_AGENCIES)))
