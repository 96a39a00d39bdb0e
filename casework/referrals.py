"""Asking an agency for something on a client's behalf, or telling the client where to ask.

A referral out sends what the client has agreed to, through the gate in `casework.consent`; a signpost sends
nothing and needs nobody's permission. The rules run at every flush: a plain edit, an import or a seed cannot
send what the Refer action would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit, guard, tasks, told
from casework.agencies import Suggestion, suggest_agencies
from casework.calendar import Due, due, local
from casework.changes import belonging, is_changed, is_new, was
from casework.consent import NO_CLIENT, hold_consents, must_cover, stopped
from casework.context import acting
from casework.coverage import listed
from casework.datetext import without_weekday
from casework.problems import Problem, RuleBroken
from casework.response_clock import answer_due, standard_for
from casework.settings import number_setting, office
from models import Agency, Case, Code, Consent, Referral, Release, ResponseStandard, Worker
from models.declared import by_key
from models.referrals import REFERRAL_STEPS

__all__ = [
    "Suggestion", "acknowledge", "close_referral", "draft", "no_response", "respond", "send", "signpost",
    "standard_for", "suggest_agencies", "withdraw_referral",
]  # fmt: skip

# In which state each kind begins: a referral is written before it is sent, one to us has come already, and a
# signpost is done as soon as it is given.
BEGINS = {"referral_out": "draft", "referral_in": "sent", "signpost": "closed"}
ENDED = ("closed", "withdrawn")
WAITING = ("sent", "acknowledged")  # the agency has it and has not answered
SENT_AS_IT_WAS = ("case", "agency", "request", "items", "instruction", "reason", "consent", "sent_on")
NOT_AN_ANSWER = "no_response"
REFUSED_WITH_REASON = "refused_reason_given"


def draft(
    db: Session,
    case: Case,
    agency: Agency,
    request: Code,
    items: Sequence[Code],
    *,
    instruction: str | None = None,
    reason: str | None = None,
    urgent: bool = False,
    previous: Referral | None = None,
) -> Referral:
    """Write a referral down without sending it; `previous` is the one it follows."""
    return _saved(db, Referral(
        case=case, agency=agency, request=request, items=list(items), instruction=instruction, reason=reason,
        urgent=urgent, previous=previous, kind="referral_out", status="draft",
    ))  # fmt: skip


def signpost(db: Session, case: Case, agency: Agency, request: Code, reason: str | None = None) -> Referral:
    """Record that the client was told where to ask. Nothing leaves the office, so no consent is needed.

    Counted apart from referrals, and closed at once. Source: empowering casework article, signposting.
    """
    return _saved(db, Referral(
        case=case, agency=agency, request=request, reason=reason, kind="signpost", status="closed",
        sent_on=acting(db).today,
    ))  # fmt: skip


def send(db: Session, referral: Referral, channel: str, *, on: date | None = None) -> Referral:
    """Send a draft: through the consent gate, with the day the answer is due and the record of what left.

    `channel` is how it goes (letter, email, phone, meeting); `on` the day it left, where it is recorded later.
    Raises RuleBroken, with the way out, if no live consent covers it.
    """
    who = acting(db)
    day = on or who.today
    moment = who.now if day == who.today else office(db).closes_on(day)
    _must_be_a_draft(referral)
    owner = _owner(db, referral.case)
    consent = _permission(db, referral, day)
    with db.no_autoflush:
        referral.consent, referral.status, referral.sent_on = consent, "sent", day
        standard = standard_for(db, referral.agency, referral.request, day)
        asks_on = _set_clock(db, referral, standard, moment)
        release = _release(referral, channel, moment)
        db.add(release)
        _wait(db, referral, owner, asks_on)
    db.flush()
    audit.write(db, "released", "Release", release.id)
    return referral


def acknowledge(db: Session, referral: Referral, on: date | None = None) -> Referral:
    """Record that the agency has confirmed receipt; where its standard counts from here, a new clock starts."""
    owner, clock = _owner(db, referral.case), referral.standard
    referral.status, referral.acknowledged_on = "acknowledged", on or acting(db).today
    db.flush()
    if referral.standard is not clock:
        tasks.finish(db, "referral", referral)
        _wait(db, referral, owner, referral.response_due)
        db.flush()
    return referral


def respond(
    db: Session,
    referral: Referral,
    outcome: Code,
    *,
    refusal_reason: Code | None = None,
    in_writing: bool | None = None,
    on: date | None = None,
) -> Referral:
    """Record the agency's answer: what it was, whether in writing, and the reason where one was given."""
    with db.no_autoflush:
        referral.outcome, referral.refusal_reason, referral.in_writing = outcome, refusal_reason, in_writing
        referral.status, referral.responded_on = "responded", on or acting(db).today
        tasks.finish(db, "referral", referral)
        told.leave_task(db, referral, _me(db))
    db.flush()
    return referral


def no_response(db: Session, referral: Referral) -> Referral:
    """Record that the agency has not answered although its time is over."""
    silence = db.scalars(select(Code).where(Code.list == "outcome", Code.code == NOT_AN_ANSWER)).one()
    with db.no_autoflush:
        referral.status, referral.outcome = "no_response", silence
        tasks.finish(db, "referral", referral)
        told.leave_task(db, referral, _me(db))
    db.flush()
    return referral


def withdraw_referral(db: Session, referral: Referral) -> Referral:
    """Take a referral back: a draft is never sent; what was sent stays in the record of what left."""
    with db.no_autoflush:
        referral.status = "withdrawn"
        tasks.finish(db, "referral", referral)
    db.flush()
    return referral


def close_referral(db: Session, referral: Referral) -> Referral:
    """Close a referral that was answered, or that nobody answered."""
    referral.status = "closed"
    db.flush()
    return referral


def _saved(db: Session, referral: Referral) -> Referral:
    db.add(referral)
    db.flush()
    return referral


def _must_be_a_draft(referral: Referral) -> None:
    if referral.status != "draft":
        raise RuleBroken([_wrong_step(referral, referral.status, "sent")])


def _permission(db: Session, referral: Referral, day: date) -> Consent:
    """Give the consent under which this may leave, held so that nobody withdraws it meanwhile."""
    client = referral.case.client
    if client is not None:
        hold_consents(db, client)
    return must_cover(db, client, referral.agency, referral.request, referral.items, day=day, case=referral.case)


def _owner(db: Session, case: Case) -> Worker:
    """Give who looks after the answer: the case's lead, else whoever is acting."""
    owner = case.lead or _me(db)
    if owner is None:
        raise RuleBroken([Problem("case", "Nobody would see the answer: choose a caseworker for this case first.")])
    return owner


def _me(db: Session) -> Worker | None:
    worker_id = acting(db).worker_id
    return db.get(Worker, worker_id) if worker_id is not None else None


def _set_clock(db: Session, referral: Referral, standard: ResponseStandard | None, moment: datetime) -> date:
    """Set the day the answer is due, with its trace; give the day on which we look for it.

    Where no standard is known the agency owes no day; we ask after our own time instead.
    """
    if standard is None:
        clock = _our_own_clock(db, local(moment).date())
    else:
        clock = answer_due(db, standard, moment)
        referral.response_due = clock.on
    referral.standard, referral.due_trace = standard, "\n".join(clock.explained())
    return clock.on


def _our_own_clock(db: Session, day: date) -> Due:
    rule = "No standard is known for this agency and request; we ask when our own time is over"
    return due(day, number_setting(db, "chase_every"), "working_day", office(db), rule=rule)


def _wait(db: Session, referral: Referral, owner: Worker, due_on: date | None) -> None:
    tasks.ask(
        db, owner, _waiting_for(referral), due_on or acting(db).today, case=referral.case, trace=referral.due_trace,
        about=("referral", referral),
    )  # fmt: skip


def _waiting_for(referral: Referral) -> str:
    return f"Answer due from {referral.agency.name}: {referral.request.words}"


def _release(referral: Referral, channel: str, moment: datetime) -> Release:
    return Release(
        at=moment, client=referral.case.client, consent=referral.consent, agency=referral.agency, referral=referral,
        channel=channel, items=listed(item.words for item in referral.items),
    )  # fmt: skip


# Filled in by itself


def follow_the_days(referral: Referral, _db: Session) -> None:
    """Let the state follow the days that a form holds, so that an answer typed there counts as an answer."""
    if is_new(referral) or is_changed(referral, "status"):
        return
    if referral.acknowledged_on is not None and referral.status == "sent":
        referral.status = "acknowledged"
    if referral.responded_on is not None and referral.status in (*WAITING, "no_response"):
        referral.status = "responded"


def count_from_acknowledgement(referral: Referral, db: Session) -> None:
    """Start the clock that runs from the agency's acknowledgement, where its standard has one."""
    day = referral.acknowledged_on
    if is_new(referral) or referral.status != "acknowledged" or not is_changed(referral, "status") or day is None:
        return
    standard = standard_for(db, referral.agency, referral.request, day, acknowledged=True)
    if standard is not None:
        _set_clock(db, referral, standard, office(db).opens_on(day))


def note_the_end(referral: Referral, db: Session) -> None:
    """Keep the day on which a referral was closed or withdrawn: whoever counts waiting times needs to know it."""
    ends = referral.status in ENDED and (is_new(referral) or is_changed(referral, "status"))
    if ends and referral.closed_on is None:
        referral.closed_on = acting(db).today


guard.prepare(Referral, follow_the_days, count_from_acknowledgement, note_the_end)


# Rules


def one_step_at_a_time(referral: Referral, _db: Session) -> Iterator[Problem]:
    if is_new(referral):
        if referral.status != BEGINS.get(referral.kind):
            yield _wrong_step(referral, "", referral.status)
    elif referral.kind != was(referral, "kind"):
        yield Problem("kind", "Referral, signpost and referral to us are counted apart, so this stays what it is. "
                      "Make a new one and withdraw this.")  # fmt: skip
    elif is_changed(referral, "status"):
        before = was(referral, "status")
        if referral.status not in REFERRAL_STEPS[before]:
            yield _wrong_step(referral, before, referral.status)


def _wrong_step(referral: Referral, before: str, after: str) -> Problem:
    """Say which step is not possible, and which are."""
    words = by_key(Referral)["status"].info.choice_label
    if not before:
        return Problem("status", f"This begins as “{words(BEGINS[referral.kind])}”. Take the next steps from there.")
    ways = listed(words(state) for state in REFERRAL_STEPS[before])
    if not ways:
        return Problem("status", f"“{words(before)}” is the end of a referral. To ask again, make a new referral.")
    return Problem("status", f"From “{words(before)}” a referral cannot become “{words(after)}”. Possible: {ways}.")


def sent_as_it_was(referral: Referral, _db: Session) -> Iterator[Problem]:
    if not is_new(referral) and was(referral, "status") != "draft":
        for name in SENT_AS_IT_WAS:
            if is_changed(referral, name):
                yield Problem(name, "Only a draft can be changed here. To ask for something else, make a new "
                              "referral that follows this one.")  # fmt: skip


def has_somebody_to_ask(referral: Referral, _db: Session) -> Iterator[Problem]:
    if referral.kind == "referral_out" and referral.case is not None and referral.case.client is None:
        yield NO_CLIENT


def agency_is_in_use(referral: Referral, _db: Session) -> Iterator[Problem]:
    if is_changed(referral, "agency") and referral.agency is not None and not referral.agency.active:
        yield Problem("agency", f"{referral.agency.name} is no longer in use. Choose another agency.")


def sent_under_a_consent(referral: Referral, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": only with the explicit permission of the person concerned."""
    if not _is_being_sent(referral) or referral.case is None or referral.case.client is None:
        return
    who = acting(db)
    if not referral.items:
        yield Problem("items", "Tick what will be shared, or signpost instead.")
    if referral.case.status == "closed":
        yield Problem("case", "This case is closed. Reopen it before sending something.")
    if referral.sent_on is None or referral.consent is None or not _release_beside(referral, db):
        yield Problem("status", "Send it with the Refer action, which asks for permission and records what leaves.")
    else:
        problem = stopped(
            referral.consent, referral.agency, referral.request, referral.items, day=referral.sent_on,
            today=who.today, case=referral.case, client=referral.case.client,
        )  # fmt: skip
        if problem is not None:
            yield problem


def _is_being_sent(referral: Referral) -> bool:
    """Say whether this flush makes it a sent referral, by whichever road."""
    unsent = ("draft", "withdrawn")
    before = "draft" if is_new(referral) else was(referral, "status")
    return referral.kind == "referral_out" and before in unsent and referral.status not in unsent


def _release_beside(referral: Referral, db: Session) -> bool:
    """Say whether the record of what leaves is written with it: under the same consent, on the same day."""
    return any(
        release.consent is referral.consent and local(release.at).date() == referral.sent_on
        for release in belonging(db, Release, "referral", referral)
    )


def dated_when_it_went(referral: Referral, db: Session) -> Iterator[Problem]:
    gone = referral.status not in ("draft", "withdrawn")
    if gone and referral.kind != "referral_out" and referral.sent_on is None:
        yield Problem("sent_on", "Say on which day this was given or came in.")
    if referral.sent_on is not None and referral.sent_on > acting(db).today:
        yield Problem("sent_on", "What goes out is recorded once it has gone. Correct the day.")


def answered_in_full(referral: Referral, _db: Session) -> Iterator[Problem]:
    """Source: migrant families statement; refused with a reason, without one, and no answer are told apart."""
    silent = referral.outcome is not None and referral.outcome.code == NOT_AN_ANSWER
    closed = referral.status == "closed" and referral.kind != "signpost" and not silent
    if referral.status != "responded" and not closed:
        return
    if referral.outcome is None or silent:
        yield Problem("outcome", "Say what the agency answered.")
    if referral.responded_on is None:
        yield Problem("responded_on", "Say on which day the agency answered.")
    if referral.in_writing is None:
        yield Problem("in_writing", "Was the answer in writing? Choose yes or no.")


def refused_with_its_reason(referral: Referral, _db: Session) -> Iterator[Problem]:
    refused = referral.outcome is not None and referral.outcome.code == REFUSED_WITH_REASON
    if refused and referral.refusal_reason is None:
        yield Problem("refusal_reason", "Was a reason given? Choose the reason, or “Refused, no reason given”.")
    if referral.refusal_reason is not None and not refused:
        yield Problem("refusal_reason", "A reason goes with “Refused, reason given”. Choose that, or clear this.")


def answers_have_their_day(referral: Referral, _db: Session) -> Iterator[Problem]:
    days = referral.acknowledged_on, referral.responded_on
    if referral.status == "draft" and (referral.outcome is not None or any(days)):
        yield Problem("outcome", "This is still a draft, so nobody has answered it. Send it first.")
    elif referral.status in WAITING and referral.outcome is not None:
        yield Problem("responded_on", "Say on which day the agency answered.")
    if referral.status == "acknowledged" and referral.acknowledged_on is None:
        yield Problem("acknowledged_on", "Say on which day the agency confirmed receipt.")


def answers_come_after_sending(referral: Referral, db: Session) -> Iterator[Problem]:
    for name in ("acknowledged_on", "responded_on"):
        day = getattr(referral, name)
        if day is not None and referral.sent_on is not None and day < referral.sent_on:
            yield Problem(name, "An answer comes after the referral is sent. Correct the day.")
        elif day is not None and day > acting(db).today:
            yield Problem(name, "An answer is recorded once it has come. Correct the day.")


def silence_needs_its_time(referral: Referral, db: Session) -> Iterator[Problem]:
    """Source: migrant families statement; the rule about chasing comes with the record of chases."""
    if not is_changed(referral, "status") or referral.status != "no_response" or referral.response_due is None:
        return
    if acting(db).today <= referral.response_due:
        yield Problem("status", f"The answer is due by {without_weekday(referral.response_due)}. "
                      "Record no response once that day is over.")  # fmt: skip


def referrals_are_kept(_referral: Referral, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: referrals stay on the file. Withdraw it instead.")


guard.register(
    Referral,
    one_step_at_a_time,
    sent_as_it_was,
    has_somebody_to_ask,
    agency_is_in_use,
    sent_under_a_consent,
    dated_when_it_went,
    answered_in_full,
    refused_with_its_reason,
    answers_have_their_day,
    answers_come_after_sending,
    silence_needs_its_time,
)
guard.register_deletion(Referral, referrals_are_kept)
