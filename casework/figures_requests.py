"""Asking a public body for its own figures: draft, send, what came back, review, and the Commissioner.

It belongs to no client and no case, so it needs no consent; in return nothing of a client may stand in it. A request
to a body that the Act does not bind asks for the same by courtesy: it has a day all the same, and no Commissioner.
Source: Freedom of Information Act; freedom of information code of practice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import guard, tasks
from casework.calendar import Due, due, utc_from_local
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.figures_gaps import Raised
from casework.figures_questions import BY_TOPIC
from casework.periods import MONTHS_IN_QUARTER, ONE_DAY, Period, last_quarter, last_year, months_before
from casework.problems import Problem
from casework.response_clock import LastDays, answer_due, review_standard, standard_for
from casework.settings import number_setting, office
from models import Agency, Client, Code, FiguresQuestion, FiguresRequest, ResponseStandard
from models.figures_requests import FIGURES_STEPS

REQUEST = "information_request"  # the word under which the standards stand
AWAITED = ("sent", "acknowledged")
ANSWERS = ("answered", "in_part", "refused")
SENDERS = ("manager", "system")  # who speaks for the office; the demonstration and commands act as the system
NOT_BOUND = "The Act does not bind this body, so no law sets its day: this is the time for which we ask."
REFERENCE = re.compile(r"\b(?:CL-\d{4}-\d+|\d{2}-\d{4,})\b", re.IGNORECASE)
OUTGOING = ("text", "unit", "breakdown")  # what of a question stands in the letter
YEAR = 12


# Facts


def periods_offered(db: Session, today: date) -> dict[str, Period]:
    """Give the times for which figures may be asked, by a word: whole quarters and years of the office, all over."""
    first = number_setting(db, "year_first_month")
    year, quarter = last_year(today, first), last_quarter(today, first)
    found = {"year": year, "two_years": Period(months_before(year.first, YEAR).first, year.last), "quarter": quarter}
    if quarter.first > year.last:
        found["so_far"] = Period(year.last + ONE_DAY, quarter.last)
    return found


def period_of(request: FiguresRequest) -> Period:
    return Period(request.period_from, request.period_to)


def is_bound(agency: Agency) -> bool:
    """Say whether the Freedom of Information Act binds a body: whether the office's list has it as a public one."""
    return agency.public_body


def all_of(db: Session, agency: Agency) -> list[FiguresRequest]:
    """Give every request to an agency, the newest first."""
    found = select(FiguresRequest).where(FiguresRequest.agency_id == agency.id).order_by(FiguresRequest.id.desc())
    return list(db.scalars(found))


def overdue(db: Session) -> list[FiguresRequest]:
    """Give what is past its day, the oldest first: to a manager all, to anybody else their own."""
    who, asked = acting(db), FiguresRequest
    silent = asked.status.in_(AWAITED) & (asked.due_on < who.today)
    in_review = asked.reviewed_on.is_(None) & asked.commissioner_on.is_(None) & (asked.review_due < who.today)
    found = select(asked).where(or_(silent, in_review)).order_by(asked.due_on, asked.id)
    if who.role != "manager":
        found = found.where(asked.owner_id == who.worker_id)
    return list(db.scalars(found.options(joinedload(asked.agency), joinedload(asked.owner))))


def day_owed(request: FiguresRequest) -> date | None:
    """Give the day by which the body owes its next word."""
    return request.review_due if request.review_asked_on is not None else request.due_on


@dataclass(frozen=True)
class NextStep:
    """What may be done next: "review" or "commissioner", by when at the latest where a text sets a day, and why."""

    act: str
    by: date | None
    why: str


def next_steps(db: Session, request: FiguresRequest) -> list[NextStep]:
    """Give what may follow where the answer does not satisfy; offered, never done by itself."""
    today, made = acting(db).today, []
    why = why_review(request, today)
    if why and request.review_asked_on is None:
        made.append(NextStep("review", _last_day(db, request), why))
    why = why_commissioner(request, today)
    if why and is_bound(request.agency) and request.commissioner_on is None:
        made.append(NextStep("commissioner", None, why))
    return made


def why_review(request: FiguresRequest, today: date) -> str:
    """Say why a review may be asked for; "" where it may not."""
    if request.status in ("in_part", "refused"):
        return "They kept back some or all of it."
    return "They have not answered." if _is_silent(request, today) else ""


def why_commissioner(request: FiguresRequest, today: date) -> str:
    """Say why the Information Commissioner may be asked; "" where it is too early."""
    if request.review_asked_on is None:
        return "Silence needs no review first." if _is_silent(request, today) else ""
    if request.reviewed_on is not None:
        return "" if request.review_outcome == "given" else "The review did not give all."
    return "The review is past its day." if request.review_due is not None and request.review_due < today else ""


def _is_silent(request: FiguresRequest, today: date) -> bool:
    late = request.status in AWAITED and request.due_on is not None and request.due_on < today
    return late or request.status == "no_answer"


def _last_day(db: Session, request: FiguresRequest) -> date | None:
    if request.answered_on is None:
        return None
    return LastDays(db).for_answer(request.agency, _word(db), request.answered_on)


def _word(db: Session) -> Code:
    return db.scalars(select(Code).where(Code.list == "request", Code.code == REQUEST)).one()


# Verbs


def draft(
    db: Session, agency: Agency, period: Period, chosen: Sequence[Raised], own: tuple[str, str] | None = None
) -> FiguresRequest:
    """Keep a draft with these questions and one in words of our `own` with its unit; its maker sees to it.

    Raises RuleBroken.
    """
    made = FiguresRequest(
        agency=agency, period_from=period.first, period_to=period.last, owner=tasks.whoever_acts(db),
        questions=[
            FiguresQuestion(topic=one.question.topic, text=one.question.text, unit=one.question.unit,
                            breakdown=one.question.breakdown, why=one.why or None)
            for one in chosen
        ],
    )  # fmt: skip
    if own is not None:
        made.questions.append(FiguresQuestion(text=own[0], unit=own[1]))
    db.add(made)
    db.flush()
    return made


def reword(
    db: Session, request: FiguresRequest, words: Mapping[int, tuple[str, str | None]],
    own: tuple[str, str] | None = None,
) -> FiguresRequest:  # fmt: skip
    """Give the questions of a draft these (text, breakdown) by their numbers; those not named are taken out."""
    for one in list(request.questions):
        if one.id in words:
            one.text, one.breakdown = words[one.id]
        else:
            request.questions.remove(one)
            db.delete(one)
    if own is not None:
        request.questions.append(FiguresQuestion(text=own[0], unit=own[1]))
    db.flush()
    return request


def take_down(
    db: Session, request: FiguresRequest, told: Mapping[int, tuple[str | None, int | None, str | None]]
) -> FiguresRequest:
    """Write down what they said to each question: (word of SAID, number, note) by its number. Raises RuleBroken."""
    for one in request.questions:
        if one.id in told:
            said, number, note = told[one.id]
            one.said, one.answer, one.note = said or ("number" if number is not None else None), number, note
    db.flush()
    return request


def day_if_sent(db: Session, request: FiguresRequest, day: date) -> Due:
    """Give the day by which an answer would be due if the request went out on `day`."""
    return _clock(db, request, standard_for(db, request.agency, _word(db), day), day)


def send(db: Session, request: FiguresRequest, on: date | None = None) -> FiguresRequest:
    """Write down that it went out, today unless said otherwise, and start the body's clock. Raises RuleBroken."""
    day = on or acting(db).today
    clock = day_if_sent(db, request, day)
    request.status, request.sent_on = "sent", day
    request.due_on, request.due_trace = clock.on, _trace(request, clock)
    db.flush()
    return request


def _clock(db: Session, request: FiguresRequest, standard: ResponseStandard | None, day: date) -> Due:
    """Count from a day by the standard that applies; our own time where no text sets one."""
    if standard is None:
        rule = "No standard is known for this; we ask when our own time is over"
        return due(day, number_setting(db, "chase_every"), "working_day", office(db), rule=rule)
    return answer_due(db, standard, utc_from_local(day, time(12)))


def _trace(request: FiguresRequest, clock: Due) -> str:
    return "\n".join([*([] if is_bound(request.agency) else [NOT_BOUND]), *clock.explained()])


def acknowledge(db: Session, request: FiguresRequest, on: date) -> FiguresRequest:
    """Write down that they confirmed receipt. Raises RuleBroken."""
    request.status, request.acknowledged_on = "acknowledged", on
    db.flush()
    return request


def answer(db: Session, request: FiguresRequest, status: str, on: date, exemption: str | None = None) -> FiguresRequest:
    """Write down how they answered: "answered", "in_part" or "refused", with what they rely on. Raises RuleBroken."""
    request.status, request.answered_on = status, on
    request.exemption = exemption if status != "answered" else None
    db.flush()
    return request


def no_answer(db: Session, request: FiguresRequest) -> FiguresRequest:
    """Write down that nothing came by the day. Raises RuleBroken."""
    request.status = "no_answer"
    db.flush()
    return request


def withdraw(db: Session, request: FiguresRequest) -> FiguresRequest:
    """Take it back, or give a draft up. Raises RuleBroken."""
    request.status = "withdrawn"
    db.flush()
    return request


def ask_review(db: Session, request: FiguresRequest, on: date) -> FiguresRequest:
    """Write down that a review was asked for, and start its clock. Raises RuleBroken."""
    clock = _clock(db, request, review_standard(db, request.agency, _word(db), on), on)
    request.review_asked_on, request.review_due, request.review_trace = on, clock.on, _trace(request, clock)
    db.flush()
    return request


def reviewed(db: Session, request: FiguresRequest, outcome: str, on: date) -> FiguresRequest:
    """Write down what the review said, one of models.figures_requests.REVIEW_OUTCOMES. Raises RuleBroken."""
    request.review_outcome, request.reviewed_on = outcome, on
    db.flush()
    return request


def to_commissioner(db: Session, request: FiguresRequest, on: date) -> FiguresRequest:
    """Write down that the Information Commissioner was asked. Raises RuleBroken."""
    request.commissioner_on = on
    db.flush()
    return request


def loaded(db: Session, key: int) -> FiguresRequest | None:
    """Give one request with its agency and questions."""
    found = select(FiguresRequest).where(FiguresRequest.id == key)
    return db.scalars(
        found.options(joinedload(FiguresRequest.agency), selectinload(FiguresRequest.questions))
    ).one_or_none()


# Rules


def one_step_after_the_other(request: FiguresRequest, db: Session) -> Iterator[Problem]:
    if not is_changed(request, "status") and not is_new(request):
        return
    before = was(request, "status") if not is_new(request) else None
    if before is None and request.status != "draft":
        yield Problem("status", "A request for figures begins as a draft.")
    elif before is not None and request.status not in FIGURES_STEPS[before]:
        yield Problem("status", "Not changed: this step does not follow from how the request stands. Open it again.")
    if request.status == "sent" and acting(db).role not in SENDERS:
        yield Problem("status", "Not sent: a manager speaks for the office to a body. Ask one to send this draft.")
    if request.status == "no_answer" and (request.due_on is None or request.due_on >= acting(db).today):
        yield Problem("status", "Their day is not over yet. Wait until it is.")


def of_whole_quarters_that_are_over(request: FiguresRequest, db: Session) -> Iterator[Problem]:
    """The body counts by quarters and years too: only then does its answer lie beside our figures."""
    if not any(is_changed(request, key) for key in ("period_from", "period_to")):
        return
    first = number_setting(db, "year_first_month")
    ends = request.period_to + ONE_DAY
    if not all(day.day == 1 and (day.month - first) % MONTHS_IN_QUARTER == 0 for day in (request.period_from, ends)):
        yield Problem("period_from", "Ask for whole quarters of the year, so that their figures lie beside ours.")
    if request.period_to >= acting(db).today:
        yield Problem("period_to", "Ask for a time that is over: nobody can count the days to come.")


def asks_something(request: FiguresRequest, _db: Session) -> Iterator[Problem]:
    if not request.questions:
        yield Problem("questions", "Choose at least one question.")


def days_in_order(request: FiguresRequest, db: Session) -> Iterator[Problem]:
    """What came back came after what went out, and nothing lies ahead."""
    asked = request.sent_on
    after = {
        "sent_on": None, "acknowledged_on": asked, "answered_on": asked, "commissioner_on": asked,
        "review_asked_on": request.answered_on or asked, "reviewed_on": request.review_asked_on,
    }  # fmt: skip
    for key, before in after.items():
        day = getattr(request, key)
        if day is None or not is_changed(request, key):
            continue
        if day > acting(db).today:
            yield Problem(key, "This day is still to come. Write it down once it has happened.")
        elif key != "sent_on" and (before is None or day < before):
            yield Problem(key, "This day lies before the step that it follows. Correct the day.")


def refused_for_a_reason(request: FiguresRequest, _db: Session) -> Iterator[Problem]:
    if request.status in ("in_part", "refused") and request.exemption is None:
        yield Problem("exemption", "Say what they rely on; where they named nothing, choose “None named”.")


def reviewed_after_a_disappointment(request: FiguresRequest, db: Session) -> Iterator[Problem]:
    """A review follows silence or a refusal; the Commissioner hears only of bodies that the Act binds."""
    today = acting(db).today
    if _is_set(request, "review_asked_on") and not why_review(request, today):
        yield Problem("review_asked_on", "A review is asked for once an answer is late, partial or refused.")
    if _is_set(request, "commissioner_on") and not is_bound(request.agency):
        yield Problem("commissioner_on", "The Act does not bind this body, so the Commissioner cannot hear of it. Use "
                      "its own complaints procedure.")  # fmt: skip
    elif _is_set(request, "commissioner_on") and not why_commissioner(request, today):
        yield Problem("commissioner_on", "First ask for a review, and wait for its answer or its day.")


def _is_set(request: FiguresRequest, key: str) -> bool:
    return getattr(request, key) is not None and is_changed(request, key)


def a_question_goes_out_without_anybody(question: FiguresQuestion, db: Session) -> Iterator[Problem]:
    """Nothing of a client leaves in a question: no reference, and no name of anybody whose file the writer meets."""
    told = " ".join(getattr(question, key) or "" for key in OUTGOING)
    known = BY_TOPIC.get(question.topic)
    if known is not None and told == " ".join((known.text, known.unit, known.breakdown)):
        return
    if not (question.text or "").strip():
        yield Problem("text", "Write the question, or take it out.")
    if not (question.unit or "").strip():
        yield Problem("unit", "Say what is counted, for example: requests.")
    if REFERENCE.search(told):
        yield Problem("text", "This holds the reference of a client or case. A body is asked about its own figures "
                      "alone: take it out.")  # fmt: skip
    if any(_holds(told, name) for name in db.scalars(select(Client.name))):
        yield Problem("text", "This names somebody who is a client. A body is asked about its own figures alone: take "
                      "the name out.")  # fmt: skip


def _holds(told: str, name: str) -> bool:
    """Say whether a whole name stands in a text; a name of one word only as it is written, since many are words too."""
    return re.search(rf"\b{re.escape(name)}\b", told, re.IGNORECASE if " " in name else 0) is not None


def questions_stay_once_sent(question: FiguresQuestion, _db: Session) -> Iterator[Problem]:
    request = question.request
    if request is None or request.status == "draft":
        if question.said is not None:
            yield Problem("said", "Send the request first; then its answers are typed in.")
        return
    if (question.said == "number") != (question.answer is not None):
        yield Problem("answer", "Type the number that they gave, or choose why there is none.")
    if is_new(question) or any(is_changed(question, key) for key in (*OUTGOING, "topic", "why")):
        yield Problem("text", "Not changed: what went out stays as it was. Ask again in a new request.")


def a_sent_request_is_kept(request: FiguresRequest, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what a body was asked is kept. Give a draft up instead.")


def a_sent_question_is_kept(question: FiguresQuestion, _db: Session) -> Iterator[Problem]:
    if question.request is not None and question.request.status != "draft":
        yield Problem("", "Not deleted: what went out stays as it was.")


guard.register(
    FiguresRequest, one_step_after_the_other, of_whole_quarters_that_are_over, asks_something, days_in_order,
    refused_for_a_reason, reviewed_after_a_disappointment,
)  # fmt: skip
guard.register(FiguresQuestion, a_question_goes_out_without_anybody, questions_stay_once_sent)
guard.register_deletion(FiguresRequest, a_sent_request_is_kept)
guard.register_deletion(FiguresQuestion, a_sent_question_is_kept)
