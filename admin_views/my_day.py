"""My day: what is late or due, today's visits, what waits for my word, after-care. The first page of three roles.

Only references and initials stand here, since it lies on desks and is printed for the morning meeting. A line leaves
by being done, or for a while by a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import backup_age, board_day, day_helpline, day_protection, details, figures_day, intake, pages, shown
from admin_views import held as held_page
from admin_views.case_due import days_left
from admin_views.db import db
from admin_views.keys import row_key
from casework import held, learning, my_day, reviews
from casework.access import BY_NAME, panel_for
from casework.calendar import ONE_DAY, local
from casework.context import acting
from casework.datetext import in_words, short
from casework.periods import months_in_words
from casework.tasks import BY_HAND
from models import Appointment, AppointmentWorker, Case, Client, Referral, Task
from models.declared import by_key

TO_CALL = ("aftercare", "follow_up")  # kinds of task for which one picks up the telephone
# Where the record that a task waits for is answered; any other record opens on its own page.
ANSWERS: dict[str, tuple[Callable[[str], str], Callable[[], str]]] = {
    "referral": (lambda role: f"refer.{role}_answer", lambda: _("Record answer")),
    "filerequest": (lambda role: f"file_access.{role}_request", lambda: _("Open request")),
    "case": (lambda role: f"{role}_case.details_view", lambda: _("Open case")),
}


def page(role: str) -> Any:
    everyone = role != "coordinator" and request.args.get("who") == "everyone"
    day = my_day.day_of(db.session, everyone=everyone)
    sees_files = panel_for(Referral, role) is not None
    words = [
        *day_protection.lines(role),
        *_review(role),
        *_suggestions(role),
        *figures_day.lines(role),
        *(_asked(role, one) for one in day.asked.rows),
        *(_referral(role, one) for one in day.drafts.rows),
    ]
    set_by_others = my_day.days_set_by_others(db.session, day.due.rows)
    due = [_task(role, one, everyone, set_by_others.get(one.id)) for one in day.due.rows]
    waiting = _block(
        "waiting", _("Waiting") if everyone else _("Waiting for me"), (day.asked, day.drafts), words,
        _("Nobody waits for your word."), _list_of(role, "referral" if sees_files else "appointment"),
    )  # fmt: skip
    main = (_block("due", _("Late or due"), (day.due,), due,
                   _("Nothing is late or due. Time for a cup of tea, or for somebody who has not been rung lately."),
                   _list_of(role, "task")), *board_day.main(role), waiting)  # fmt: skip
    side = [_block("visits", _("Visits, today and tomorrow"), (day.visits,),
                   [_visit(role, one) for one in day.visits.rows], _("No visits until the end of the next open day."),
                   _list_of(role, "appointment")), day_helpline.block(role)]  # fmt: skip
    if sees_files:
        side.append(_block("aftercare", _("After-care calls"), (day.aftercare,),
                           [_task(role, one, everyone) for one in day.aftercare.rows],
                           _("No after-care call is due in these days."), _list_of(role, "task")))  # fmt: skip
    side += board_day.side(role)
    answer = pages.DayPage(
        heading=_("My day"), lead=_lead(day), main=main, side=tuple(side), buttons=tuple(_starts(role)),
        toggle=_toggle(role, everyone), undo=_just_done(), missed=tuple(map(_missed, held.missed(db.session))),
        unsafe=backup_age.words(role), everyone=everyone,
    )  # fmt: skip
    return render_template("casework/home.html", page=answer, role=role)


def _block(
    key: str, heading: str, parts: Sequence[my_day.Block], lines: Iterable[pages.ActionLine], empty: str,
    all_link: pages.Link | None,
) -> pages.ActionBlock:  # fmt: skip
    lines = tuple(lines)
    count = max(len(lines), sum(part.count for part in parts))
    return pages.ActionBlock(key, heading, count, lines, empty, all_link if count > len(lines) else None)


def _list_of(role: str, panel: str) -> pages.Link:
    return pages.Link(_("See all"), url_for(f"{role}_{panel}.index_view"))


def _lead(day: my_day.Day) -> str:
    """Give "Monday 23 November 2026 · 2 late, 3 due today, 2 visits"."""
    parts = [
        _("%(count)s late", count=day.late) if day.late else "",
        _("%(count)s due today", count=day.today) if day.today else "",
        ngettext("%(num)s visit", "%(num)s visits", day.visits.count) if day.visits.count else "",
    ]
    return " · ".join(filter(None, (in_words(acting(db.session).today), ", ".join(filter(None, parts)))))


def _missed(one: held.Missed) -> str:
    """Say who should have left a visit by now, and on which numbers to ring them."""
    ended = local(one.ended_at)
    clock = f"{ended:%H:%M}" if ended.date() == acting(db.session).today else f"{near(ended.date())}, {ended:%H:%M}"
    words = _("No word yet from %(names)s: the visit was to end at %(clock)s.", names=_joined(one.names), clock=clock)
    where = _("It was in %(borough)s.", borough=one.borough) if one.borough else ""
    ring = _("Ring now: %(phones)s.", phones=", ".join(one.phones)) if one.phones else _("Find them now.")
    return " ".join(filter(None, (words, where, ring)))


def _toggle(role: str, everyone: bool) -> tuple[pages.MenuItem, ...]:
    if role == "coordinator":
        return ()
    own = url_for(f"{role}_home.index")
    return (
        pages.MenuItem(_("Mine"), own, not everyone),
        pages.MenuItem(_("Everyone"), url_for(f"{role}_home.index", who="everyone"), everyone),
    )


def _just_done() -> tuple[int, str] | None:
    """Give the task that the address says was just ticked off, while it still can be undone."""
    if "done" not in request.args:
        return None
    statement = select(Task).where(Task.id == row_key(request.args["done"]), Task.done_on == acting(db.session).today)
    task = db.session.scalars(statement).one_or_none()
    return (task.id, my_day.without_names(task.what, task.case.client if task.case else None)) if task else None


def _starts(role: str) -> list[pages.Link]:
    """Give what a day begins with: somebody comes to us, and everything else starts from there."""
    if role not in intake.ROLES:
        return []
    made = [pages.Link(_("New enquiry"), url_for(f"intake.{role}"), primary=True)]
    if role == "caseworker":
        made.append(pages.Link(_("Hand over my cases"), url_for("handover.caseworker")))
    return made


# Lines


def _task(role: str, task: Task, everyone: bool, set_by_others: date | None = None) -> pages.ActionLine:
    client = task.case.client if task.case is not None else None
    button = answer_link(role, task)
    told = not button and task.about == "leadership"
    page_of_task = url_for(f"day.{role}_task", id=task.id, who="everyone" if everyone else None)
    return pages.ActionLine(
        badge=_day_badge(task, set_by_others), text=my_day.without_names(task.what, client),
        second=" · ".join(filter(None, _task_words(role, task, client, everyone))), ref=_ref(role, task.case),
        initials=my_day.initials(client), button=button, done=None if button else task.id,
        done_words=_("Told") if told else _("Done"),
        more=pages.Link(_("Put off, why"), page_of_task), also=_chase(role, task) if button else None,
    )  # fmt: skip


def _chase(role: str, task: Task) -> pages.Link | None:
    """Give the way to chase an agency that owes an answer."""
    if task.about != "referral" or task.kind != "answer":
        return None
    return _chase_link(role, task.about_id)


def _chase_link(role: str, referral_id: int | None) -> pages.Link:
    return pages.Link(_("Chase"), url_for(f"refer.{role}_chase", id=referral_id))


def _task_words(role: str, task: Task, client: Client | None, everyone: bool) -> Iterable[str]:
    if task.put_off_until is not None:
        yield _("put off from %(day)s: %(reason)s", day=near(task.due_on), reason=task.put_off_reason)
    if task.kind != "general":
        yield _(by_key(Task)["kind"].info.choice_label(task.kind))
    if everyone:
        yield task.owner.name
    if client is not None and task.kind in TO_CALL:
        yield details.safe_contact(client).rstrip(".")


def _day_badge(task: Task, set_by_others: date | None) -> pages.Badge:
    """Give how its day stands; a reminder tells of the deadline that it is for."""
    today, day = acting(db.session).today, my_day.wanted_on(task)
    badge = days_left(set_by_others) if set_by_others else shown.due_badge(day, today, near(day))
    if my_day.is_urgent(task) and day <= today:
        return pages.Badge(_("Urgent, %(day)s", day=badge.text[:1].lower() + badge.text[1:]), "urgent")
    return badge


def near(day: date) -> str:
    """Give "Tue 24 Nov"; the year only where it is another one."""
    return short(day).removesuffix(f" {acting(db.session).today.year}")


def answer_link(role: str, task: Task) -> pages.Link | None:
    """Give where the record that a task waits for is answered; None for a task that is ticked off by hand."""
    panel = BY_NAME.get(task.about or "")
    by_hand = task.about in BY_HAND and task.kind != "aftercare"
    if panel is None or role not in panel.rights or by_hand:
        return None
    if task.about in ANSWERS:
        endpoint, words = ANSWERS[task.about]
        return pages.Link(words(), url_for(endpoint(role), id=task.about_id))
    return pages.Link(_("Open"), url_for(f"{role}_{panel.name}.details_view", id=task.about_id))


def _ref(role: str, case: Case | None) -> pages.Link | None:
    return pages.Link(case.ref, details.url_of(role, case) or "") if case is not None else None


def _visit(role: str, meeting: Appointment) -> pages.ActionLine:
    today, day = acting(db.session).today, local(meeting.starts_at).date()
    word = {today: _("Today"), today + ONE_DAY: _("Tomorrow")}.get(day, near(day))
    kind = _(by_key(Appointment)["kind"].info.choice_label(meeting.kind))
    told_there = held_page.page_of(role, meeting) if meeting.kind in held.GOES_OUT else ""
    page = told_there or f"{role}_appointment.details_view"
    hours = f"{local(meeting.starts_at):%H:%M}–{local(meeting.ends_at):%H:%M}"
    place = meeting.venue.name if meeting.venue else meeting.area.name if meeting.area else ""
    return pages.ActionLine(
        badge=pages.Badge(word, "soon" if day == today else "note"),
        text=", ".join(filter(None, (hours, kind[:1].lower() + kind[1:], place))),
        second=" · ".join(filter(None, _visit_words(meeting))), ref=_ref(role, meeting.case),
        initials=my_day.initials(meeting.case.client if meeting.case else None),
        button=pages.Link(_("Open"), url_for(page, id=meeting.id)),
    )  # fmt: skip


def _visit_words(meeting: Appointment) -> Iterable[str]:
    me = acting(db.session).worker_id
    going = [one for one in meeting.people if one.status != "declined"]
    names = [_("you") if one.worker_id == me else one.worker.name for one in going if one.role != "interpreter"]
    alone = _("%(who)s goes", who=_joined(names)) if names != [_("you")] else ""
    words = _("%(who)s go", who=_joined(names)) if names[1:] else alone if names else ""
    yield words[:1].upper() + words[1:]
    coming = [one for one in going if one.role == "interpreter"]
    if meeting.language is not None:
        yield (_("with %(who)s (%(language)s)", who=", ".join(one.worker.name for one in coming),
                 language=meeting.language.name)
               if coming else _("no %(language)s interpreter yet", language=meeting.language.name))  # fmt: skip
    yield _("step-free needed") if meeting.step_free else ""
    yield _("bring ID card") if meeting.kind == "home_visit" else ""


def _joined(names: Sequence[str]) -> str:
    if not names[1:]:
        return "".join(names)
    return _("%(most)s and %(last)s", most=", ".join(names[:-1]), last=names[-1])


def _referral(role: str, referral: Referral) -> pages.ActionLine:
    client = referral.case.client
    is_draft = referral.status == "draft"
    due = referral.response_due
    if is_draft:
        badge, second = pages.Badge(_("To send"), "note"), _("a draft; nothing has left the office")
        button = pages.Link(_("Send it"), url_for(f"refer.{role}_send", id=referral.id))
    else:
        badge = pages.Badge(near(due) if due else _("No day set"), "note")
        second = _("sent %(day)s", day=near(referral.sent_on)) if referral.sent_on else ""
        asks_us = referral.kind == "referral_in"
        words, screen = (
            (_("Answer"), f"partners.{role}_reply") if asks_us else (_("Record answer"), f"refer.{role}_answer")
        )
        button = pages.Link(words, url_for(screen, id=referral.id))
    return pages.ActionLine(
        badge=badge, text=f"{referral.agency.name}: {referral.request.words}", second=second,
        ref=_ref(role, referral.case), initials=my_day.initials(client), button=button,
        also=None if is_draft or referral.kind == "referral_in" else _chase_link(role, referral.id),
    )  # fmt: skip


def _review(role: str) -> Iterable[pages.ActionLine]:
    """Remind the manager of the review of all cases: once it is due, and while it is open."""
    if role != "manager":
        return
    due = reviews.to_do(db.session)
    if due is None:
        return
    review, without, listed = due
    is_open = review.status == "open"
    second = reviews.missing_words(without, listed) if without else _("every case has an entry")
    yield pages.ActionLine(
        badge=shown.due_badge(review.due_on, acting(db.session).today, near(review.due_on)),
        text=_("Review of all cases: %(months)s", months=months_in_words(reviews.period_of(review))),
        second=second if is_open else _("lists every open case once it is opened"),
        button=pages.Link(_("Go on") if is_open else _("Open"), url_for("review.manager", id=review.id)),
    )  # fmt: skip


def _suggestions(role: str) -> Iterable[pages.ActionLine]:
    """Remind the manager of what clients would have us do better, while it waits for a review."""
    number = len(learning.for_next_review(db.session)) if role == "manager" else 0
    if number:
        yield pages.ActionLine(
            badge=pages.Badge(_("For the review"), "note"),
            text=ngettext("%(num)s suggestion of a client", "%(num)s suggestions of clients", number),
            second=_("what we should do better"), button=pages.Link(_("Open"), url_for("improvements.manager")),
        )  # fmt: skip


def _asked(role: str, row: AppointmentWorker) -> pages.ActionLine:
    meeting = row.appointment
    language = meeting.language.name if meeting.language is not None else ""
    return pages.ActionLine(
        badge=pages.Badge(_("Interpreter"), "note"),
        text=_("Asked %(who)s for %(language)s, %(when)s", who=row.worker.name, language=language,
               when=shown.moment(meeting.starts_at)),
        ref=_ref(role, meeting.case), initials=my_day.initials(meeting.case.client if meeting.case else None),
        button=pages.Link(_("Answer"), url_for(f"interpreters.{role}", appointment=meeting.id)),
    )  # fmt: skip
