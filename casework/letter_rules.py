"""What holds for every letter and message, at every flush: its steps, its clock, and how it may leave.

Source: service statement, "Availability" (letters) and "Quality casework" (confidential, recorded in full).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from casework import guard, promises
from casework.calendar import local
from casework.changes import belonging, is_changed, is_new, was
from casework.clients import is_safe_way
from casework.consent import NO_CLIENT, stopped
from casework.context import acting
from casework.coverage import listed
from casework.datetext import without_weekday
from casework.letter_clock import REQUEST, WRITTEN, clock_of
from casework.problems import Problem
from models import Client, Correspondence
from models.correspondence import CORRESPONDENCE_STEPS
from models.declared import by_key

OVER = ("answered", "noted", "declined", "sent", "dropped")
CLOCKED_BY = ("at", "medium", "kind", "direction", "outside_deadline")
SENT_AS_IT_WAS = (
    "case", "direction", "kind", "contact_with", "agency", "medium", "subject", "text", "items", "request", "safe_way",
    "release", "answered_at",
)  # fmt: skip
SENT_BY = ("letter", "email", "text")


# Filled in by itself


def set_its_clock(letter: Correspondence, db: Session) -> None:
    """Set the due day and its trace from the promise that applies; a day that was agreed instead stays."""
    if letter.status in OVER:
        return
    counts_anew = is_new(letter) or any(is_changed(letter, name) for name in CLOCKED_BY)
    clock = clock_of(db, letter) if counts_anew else None
    if clock is not None:
        letter.due_trace = promises.text(clock)
        if letter.due_on is None or not is_changed(letter, "due_on"):
            letter.due_on = clock.on


guard.prepare(Correspondence, set_its_clock)


# Rules


def begins_and_goes_on_step_by_step(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    words = by_key(Correspondence)["status"].info.choice_label
    if is_new(letter):
        if letter.status != _beginning(letter):
            yield Problem("status", f"This begins as “{words(_beginning(letter))}”. Take the next steps from there.")
        return
    before = was(letter, "status")
    if letter.status == before or letter.status in CORRESPONDENCE_STEPS[before]:
        return
    ways = listed(words(state) for state in CORRESPONDENCE_STEPS[before])
    if ways:
        yield Problem("status", f"From “{words(before)}” it cannot become “{words(letter.status)}”. Possible: {ways}.")
    else:
        yield Problem("status", f"“{words(before)}” is the end. For anything further write down a new letter.")


def _beginning(letter: Correspondence) -> str:
    if letter.kind == REQUEST:
        return "requested"
    if letter.direction == "out":
        return "draft"
    return "received" if letter.kind == "enquiry" else "noted"


def stays_what_it_is(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    if is_new(letter):
        return
    for name in ("case", "direction", "kind", "at"):
        if is_changed(letter, name):
            yield Problem(name, "This stays as it was written down. Write down a new letter instead.")
    if was(letter, "status") == "sent":
        touched = [name for name in SENT_AS_IT_WAS if is_changed(letter, name)]
        if touched:
            yield Problem(touched[0], "This letter has gone, so it stays as it was. Write a further one.")


def dated_once_it_happened(letter: Correspondence, db: Session) -> Iterator[Problem]:
    who = acting(db)
    if letter.at is not None and letter.at > who.now:
        yield Problem("at", "This is written down once it has come or was asked for. Correct the day or the time.")
    if letter.answered_at is not None and letter.at is not None and not letter.at <= letter.answered_at <= who.now:
        yield Problem("answered_at", "An answer comes after the letter or message, and not in the future. "
                      "Correct the time.")  # fmt: skip


def says_what_it_is_about(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    if not (letter.subject or "").strip():
        yield Problem("subject", "Say in a few words what it is about.")


def agencies_are_named(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    if letter.contact_with == "agency" and letter.agency is None and letter.direction == "out":
        yield Problem("agency", "Choose the agency that this goes to.")
    if letter.contact_with != "agency" and letter.agency is not None:
        yield Problem("contact_with", "An agency is named, so this is with an agency. Choose that, or clear it.")


def goes_to_somebody_known(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    """Only an agency can be named in a consent, so nothing about a client can go to anybody else.

    Source: service statement, "Quality casework": only with the explicit permission of the person concerned.
    """
    if letter.direction == "out" and letter.contact_with == "third_party":
        yield Problem("contact_with", "A letter of ours goes to the client or to an agency. Record the agency first, "
                      "then a consent that names it.")  # fmt: skip


def urgent_by_a_day(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    if letter.urgent and letter.outside_deadline is None:
        yield Problem("outside_deadline", "Say by which day this urgent letter is needed.")


def later_than_promised_for_a_reason(letter: Correspondence, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (a requested letter within ten working days)."""
    if letter.status in OVER or letter.due_on is None or not is_changed(letter, "due_on"):
        return
    clock = clock_of(db, letter)
    if clock is not None and letter.due_on > clock.on and not (letter.late_reason or "").strip():
        yield Problem("late_reason", f"Our promise ends on {without_weekday(clock.on)}. Give the reason for a later "
                      "day.")  # fmt: skip


def timeframe_explained(letter: Correspondence, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Availability" (the timeframe is explained, so that it can be discussed)."""
    leaves = not is_new(letter) and was(letter, "status") == "agreed" and letter.status != "agreed"
    if leaves and letter.explained_on is None:
        yield Problem("explained_on", "Tell the client by when the letter comes, so that they can say if it is too "
                      "late for them. Record the day on which you did.")  # fmt: skip
    if letter.explained_on is None:
        return
    asked_on = local(letter.at).date() if letter.at is not None else letter.explained_on
    if not asked_on <= letter.explained_on <= acting(db).today:
        yield Problem("explained_on", "This is explained after the letter is asked for, and recorded once it was "
                      "done. Correct the day.")  # fmt: skip


def ends_with_an_explanation(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    if (letter.explanation or "").strip():
        return
    if letter.status == "declined":
        yield Problem("explanation", "Write down how it was explained to the client why this letter is not written.")
    if letter.status == "dropped":
        yield Problem("explanation", "Say why nothing more is needed.")


def answered_by_something(letter: Correspondence, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": all work is fully recorded."""
    if letter.status != "answered" or not is_changed(letter, "status") or letter.note is not None:
        return
    if not any(one.status == "sent" for one in belonging(db, Correspondence, "answers", letter)):
        yield Problem("status", "Log the call or send the letter that answers this; it ends by itself then.")


def answered_in_its_own_case(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    for other in (letter.note, letter.answers):
        if other is not None and other.case is not letter.case:
            yield Problem("case", "An answer belongs to the same case. Choose a letter or call of this case.")
    if letter.answers is not None and is_new(letter) and letter.answers.direction != "in":
        yield Problem("answers", "Only what came in can be answered.")


def _is_being_sent(letter: Correspondence) -> bool:
    return letter.status == "sent" and (is_new(letter) or was(letter, "status") != "sent")


def sent_in_full(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    if not _is_being_sent(letter):
        return
    if not (letter.text or "").strip():
        yield Problem("text", "Write the letter first: nothing was sent.")
    if letter.case.status == "closed":
        yield Problem("case", "This case is closed. Reopen it before sending something.")
    if letter.medium not in SENT_BY:
        yield Problem("medium", "Choose how it goes: by letter, by e-mail or as a text message.")


def reaches_the_client_safely(letter: Correspondence, _db: Session) -> Iterator[Problem]:
    """What lies on a doormat or on a shared telephone is read by others, so it goes as the client has said."""
    if not _is_being_sent(letter) or letter.contact_with != "client":
        return
    client = letter.case.client
    if client is None:
        yield Problem("contact_with", "This enquiry has no client yet, so there is nobody to write to.")
    elif not is_safe_way(client, letter.medium) and not (letter.safe_way or "").strip():
        yield Problem("safe_way", f"Not sent: {why_not_safe(client)}. Say how this reaches {client.name} safely, for "
                      "example handed over at the office.")  # fmt: skip


def why_not_safe(client: Client) -> str:
    """Give what is known of a client's safe ways, for a letter that would go to them."""
    if client.safe_contact is None:
        return "nobody has asked yet whether letters are safe"
    way = by_key(Client)["safe_contact"].info.choice_label(client.safe_contact)
    return f"the safe way is “{way}”"


def leaves_under_a_consent(letter: Correspondence, db: Session) -> Iterator[Problem]:
    """Source: service statement, "Quality casework": only with the explicit permission of the person concerned."""
    if not _is_being_sent(letter) or letter.contact_with != "agency" or letter.agency is None:
        return
    client = letter.case.client
    if client is None:
        yield NO_CLIENT
        return
    if letter.medium not in WRITTEN:
        yield Problem("medium", "A letter to an agency goes by post or e-mail, so that what left is on file.")
    if not letter.items:
        yield Problem("items", "Tick what this letter tells about the client.")
    release = letter.release
    if release is None or release.agency is not letter.agency or release.client is not client:
        yield Problem("status", "Send it with “Write letter”, which asks for permission and records what leaves.")
        return
    problem = stopped(
        release.consent, letter.agency, letter.request, letter.items, day=local(release.at).date(),
        today=acting(db).today, case=letter.case, client=client,
    )  # fmt: skip
    if problem is not None:
        yield problem


def letters_are_kept(_letter: Correspondence, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the file keeps every letter and message. Say that it needs nothing more instead.")


guard.register(
    Correspondence,
    begins_and_goes_on_step_by_step,
    stays_what_it_is,
    dated_once_it_happened,
    says_what_it_is_about,
    agencies_are_named,
    goes_to_somebody_known,
    urgent_by_a_day,
    later_than_promised_for_a_reason,
    timeframe_explained,
    ends_with_an_explanation,
    answered_by_something,
    answered_in_its_own_case,
    sent_in_full,
    reaches_the_client_safely,
    leaves_under_a_consent,
)
guard.register_deletion(Correspondence, letters_are_kept)
