"""What holds for a referral, a signpost and what comes to us: the steps, the gate, the days and the answers.

The rules run at every flush: a plain edit, an import or a seed cannot send what the Refer action would refuse. Its
verbs stand in `casework.referrals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

from sqlalchemy.orm import Session

from casework import guard
from casework.calendar import local
from casework.changes import belonging, is_changed, is_new, was
from casework.consent import NO_CLIENT, stopped
from casework.context import acting
from casework.coverage import listed
from casework.datetext import without_weekday
from casework.problems import Problem
from casework.response_clock import set_clock, standard_for
from casework.settings import number_setting, office
from models import Code, Referral, ReferralChase, Release
from models.declared import by_key
from models.referrals import OUT, REFERRAL_STEPS

# In which state each kind begins: a referral is written before it is sent, one to us has come already, and a
# signpost is done as soon as it is given.
BEGINS = {**dict.fromkeys(OUT, "draft"), "referral_in": "sent", "signpost": "closed"}
# What goes out is counted by what it asks; every other request is a referral. A narrower word counts as its wider one.
KIND_OF_REQUEST = MappingProxyType({
    "complaint_stage1": "complaint", "complaint_stage2": "complaint", "police_complaint": "complaint",
    "ombudsman": "complaint", "review": "complaint", "information_request": "information_request",
    "own_records": "information_request",
})  # fmt: skip
ENDED = ("closed", "withdrawn")
WAITING = ("sent", "acknowledged")  # the agency has it and has not answered
SENT_AS_IT_WAS = ("case", "agency", "request", "items", "instruction", "reason", "consent", "sent_on")
NOT_AN_ANSWER = "no_response"
REFUSED_WITH_REASON = "refused_reason_given"


# Filled in by itself


def count_it_apart(referral: Referral, _db: Session) -> None:
    """Let the kind of a draft follow what it asks: a complaint and a request for information are counted apart."""
    is_draft = is_new(referral) or was(referral, "status") == "draft"
    if is_draft and referral.kind in OUT and referral.request is not None:
        kind = KIND_OF_REQUEST.get(wide_word(referral.request), "referral_out")
        if referral.kind != kind:
            referral.kind = kind


def wide_word(code: Code) -> str:
    """Give the short form of the widest word that a word of the office stands under."""
    while code.parent is not None:
        code = code.parent
    return code.code


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
        set_clock(db, referral, standard, office(db).opens_on(day))


def note_the_end(referral: Referral, db: Session) -> None:
    """Keep the day on which a referral was closed or withdrawn: whoever counts waiting times needs to know it."""
    ends = referral.status in ENDED and (is_new(referral) or is_changed(referral, "status"))
    if ends and referral.closed_on is None:
        referral.closed_on = acting(db).today


guard.prepare(Referral, count_it_apart, follow_the_days, count_from_acknowledgement, note_the_end)


# Rules


def one_step_at_a_time(referral: Referral, _db: Session) -> Iterator[Problem]:
    if is_new(referral):
        if referral.status != BEGINS.get(referral.kind):
            yield wrong_step(referral, "", referral.status)
    elif referral.kind != was(referral, "kind") and not _asks_for_something_else(referral):
        yield Problem("kind", "Referral, signpost and referral to us are counted apart, so this stays what it is. "
                      "Make a new one and withdraw this.")  # fmt: skip
    elif is_changed(referral, "status"):
        before = was(referral, "status")
        if referral.status not in REFERRAL_STEPS[before]:
            yield wrong_step(referral, before, referral.status)


def _asks_for_something_else(referral: Referral) -> bool:
    """A draft that asks for something else may be counted as something else that goes out, and as nothing more."""
    before = was(referral, "kind"), was(referral, "status")
    return before[1] == "draft" and before[0] in OUT and referral.kind in OUT


def wrong_step(referral: Referral, before: str, after: str) -> Problem:
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
    if referral.kind in OUT and referral.case is not None and referral.case.client is None:
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
    return referral.kind in OUT and before in unsent and referral.status not in unsent


def _release_beside(referral: Referral, db: Session) -> bool:
    """Say whether the record of what leaves is written with it: under the same consent, on the same day."""
    return any(
        release.consent is referral.consent and local(release.at).date() == referral.sent_on
        for release in belonging(db, Release, "referral", referral)
    )


def dated_when_it_went(referral: Referral, db: Session) -> Iterator[Problem]:
    gone = referral.status not in ("draft", "withdrawn")
    if gone and referral.kind not in OUT and referral.sent_on is None:
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
    """Source: migrant families statement; an agency had its time and was asked again, on different days."""
    if not is_changed(referral, "status") or referral.status != "no_response":
        return
    if referral.response_due is not None and acting(db).today <= referral.response_due:
        yield Problem("status", f"The answer is due by {without_weekday(referral.response_due)}. "
                      "Record no response once that day is over.")  # fmt: skip
    wanted, so_far = number_setting(db, "chases_before_no_response"), len(days_chased(referral, db))
    if so_far < wanted:
        yield Problem("status", f"Chase {_times(wanted)}, on different days, before recording no response "
                      f"({so_far} so far).")  # fmt: skip


def days_chased(referral: Referral, db: Session) -> set[date]:
    """Give the different days on which the agency was asked again."""
    return {local(one.at).date() for one in belonging(db, ReferralChase, "referral", referral)}


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


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
