"""The office's promises kept and missed, what became different for clients, what was turned away, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from casework.figures.shapes import (
    AWAY,
    NEW,
    Aside,
    Chapter,
    Figure,
    Ratio,
    Row,
    Section,
    Sum,
    Table,
    number_of,
    table_of,
)
from casework.tallies import GapTally, RequestTally
from casework.tallies.cases import AwayTally
from casework.tallies.change import BETTER, SAME, STRETCHES, WORSE, FeedbackTally
from casework.tallies.service import (
    ASKED_LETTERS,
    ENDED,
    FILE_HERE,
    FILE_STORED,
    LATE,
    LETTERS,
    MESSAGES,
    MET,
    OFFERS,
    OPEN,
    Kept,
)
from models.declared import by_key
from models.learning import Feedback
from models.plans import ACTORS, Measure

PROMISES = (
    (LETTERS, "Letters and e-mails answered"), (MESSAGES, "Telephone messages answered"),
    (ASKED_LETTERS, "Letters asked for and written"), (OFFERS, "Appointments offered"),
    (FILE_HERE, "Files on the premises made ready"), (FILE_STORED, "Files fetched from storage"),
)  # fmt: skip
STATES = (
    (MET, "In time", "Kept on or before the day due."),
    (LATE, "Late", "Kept after that day, or not kept although the day is over on the counting date."),
    (OPEN, "Not due yet", "Not kept, and the day is not over on the counting date."),
    (ENDED, "Needed nothing more", "Withdrawn, declined, dropped or cancelled by the client, or without a day."),
)
MOVES = ((BETTER, "Better", "Higher than at the beginning."), (SAME, "The same", "As at the beginning."),
         (WORSE, "Worse", "Lower than at the beginning."))  # fmt: skip
GAPS = (
    ("area", "Borough of new cases"), ("source", "How new clients heard of us"), ("types", "Kind of incidents"),
    ("strands", "What incidents were perceived as"), ("place", "Place of incidents"),
    ("answer_day", "Day by which referrals are to be answered"),
)  # fmt: skip


def promises(kept: Sequence[Kept]) -> Chapter:
    """Give each promise of the office: how often its clock started in the period, and what came of it."""

    def table(key: str, name: str, counted: str, state: str | None) -> Table:
        counts = Counter(one.promise for one in kept if state in (None, one.state))
        return table_of(key, name, counted, tuple(
            Row(f"{key}:{promise}", words, counts[promise]) for promise, words in PROMISES
        ))  # fmt: skip

    whole = table("promised", "All", "Promises whose clock started in the period: something came in or was asked for.",
                  None)  # fmt: skip
    parts = [table(f"promise_{state}", name, counted, state) for state, name, counted in STATES]
    over = Ratio("Share in time", (parts[0].key,), whole.key)
    days = {promise: [one.days for one in kept if one.promise == promise and one.days is not None]
            for promise, _words in PROMISES}  # fmt: skip
    every = [one for several in days.values() for one in several]
    aside = Aside(
        "Median days", "Half of those that were kept took so many calendar days or fewer.", whole.key,
        tuple(median(several) if several else None for several in days.values()), median(every) if every else None,
    )  # fmt: skip
    section = Section("Service promises", "Promise", (whole, *parts), (("What came of it", whole.key, tuple(
        one.key for one in parts)),), ratios=(over,), asides=(aside,))  # fmt: skip
    return Chapter("Service promises", sections=(section,))


def outcomes(moved: Counter[tuple[str, str]], forms: int, answers: Sequence[FeedbackTally]) -> Chapter:
    """Give what clients say of how they stand, before and after, and of our work."""
    figure = Figure("feedback_forms", "Feedback forms", "Forms that came back in the period.", forms)
    return Chapter("Outcomes", (figure,), (_moved(moved), _feedback(answers)))


def _moved(moved: Counter[tuple[str, str]]) -> Section:
    scales = [(one, by_key(Measure)[one].info.label) for one in ("safety", "isolation", "confidence", "coping")]

    def table(key: str, name: str, counted: str, moves: Iterable[str]) -> Table:
        return table_of(key, name, counted, tuple(
            Row(f"{key}:{scale}", words, sum(moved[scale, move] for move in moves)) for scale, words in scales
        ))  # fmt: skip

    whole = table("compared", "Asked twice", "Clients asked at the beginning and again, the last time in the period, "
                  "from 0 to 4; each of the four questions for itself.", (BETTER, SAME, WORSE))  # fmt: skip
    parts = [table(f"moved_{move}", name, counted, (move,)) for move, name, counted in MOVES]
    return Section("Before and after", "Question", (whole, *parts), (("What moved", whole.key, tuple(
        one.key for one in parts)),), ratios=(Ratio("Share better", (parts[0].key,), whole.key),))  # fmt: skip


def _feedback(answers: Sequence[FeedbackTally]) -> Section:
    def table(key: str, name: str, counted: str, number) -> Table:
        return table_of(key, name, counted, tuple(
            Row(f"{key}:{one.item}", by_key(Feedback)[one.item].info.label, number(one)) for one in answers
        ))  # fmt: skip

    whole = table("feedback", "Answers", "Answers to this question on the forms of the period.",
                  lambda one: one.answered)  # fmt: skip
    agreed = table("feedback_yes", "It was so", "Answered with 3 or 4 of 0 to 4.", lambda one: one.agreed)
    other = table("feedback_no", "It was not", "Answered with 0 to 2.", lambda one: one.answered - one.agreed)
    return Section("Feedback", "Question", (whole, agreed, other), (("What they say", whole.key, (agreed.key,
                   other.key)),), ratios=(Ratio("Share", (agreed.key,), whole.key),))  # fmt: skip


def who_acts(done: Counter[tuple[str, str]]) -> Chapter:
    """Give who took the steps of plans: how far people come to act for themselves over the life of a case."""

    def table(key: str, name: str, counted: str, actors: Iterable[str]) -> Table:
        return table_of(key, name, counted, tuple(
            Row(f"{key}:{most or 'later'}", words, sum(done[words, actor] for actor in actors))
            for most, words in STRETCHES
        ))  # fmt: skip

    whole = table("steps", "Steps done", "Steps of plans that were done in the period, by the months since the case "
                  "was opened.", tuple(actor for actor, _words in ACTORS))  # fmt: skip
    parts = [table(f"steps_{actor}", words, "Steps that were taken so.", (actor,)) for actor, words in ACTORS]
    themselves = Ratio("Share by the client, alone or with us", ("steps_client", "steps_joint"), whole.key)
    section = Section("Who acts", "Time in the case", (whole, *parts), (("Who acted", whole.key, tuple(
        one.key for one in parts)),), ratios=(themselves,))  # fmt: skip
    return Chapter("Who acts", sections=(section,))


def away(turned: Sequence[AwayTally], sent: Sequence[RequestTally]) -> Chapter:
    """Give what could not be given and why, and where people were told to ask instead."""
    services = {one.service_id: one.service for one in turned}
    reasons = {one.reason_id: one.reason for one in turned}
    signposts = [one for one in sent if one.sort == "signpost"]
    kinds = {one.kind_id: one.kind for one in signposts}
    tables = (
        table_of(AWAY, "Turned away, by what was asked for", "Services that could not be given, each advised all the "
                 "same.", tuple(Row(f"away_service:{key}", words, number_of(one for one in turned if one.service_id ==
                 key)) for key, words in services.items()), "away_service"),
        table_of(AWAY, "Turned away, by why not", "The same services by the reason.", tuple(
            Row(f"away_reason:{key}", words, number_of(one for one in turned if one.reason_id == key))
            for key, words in reasons.items()), "away_reason"),
        table_of("signposts", "Signposts, by where to", "How often a client was told in the period where else to go, "
                 "by the kind of body.", tuple(
            Row(f"signposts:{key}", words, number_of(one for one in signposts if one.kind_id == key), fixed=False)
            for key, words in sorted(kinds.items(), key=lambda one: one[1].casefold()))),
    )  # fmt: skip
    names = ("What was asked for", "Why not", "Where to")
    joins = ("", "", "Other bodies")
    return Chapter("Turned away and signposted", sections=tuple(
        Section(one.name, name, (one,), joined=join) for one, name, join in zip(tables, names, joins, strict=True)
    ))  # fmt: skip


def quality(gaps: Sequence[GapTally], late: Sequence[tuple[str, str, int]]) -> Chapter:
    """Give what is missing in the records, field by field, and what was written down after the period."""
    by_gap = {one.key: one for one in gaps}

    def table(key: str, name: str, counted: str, number) -> Table:
        return table_of(key, name, counted, tuple(
            Row(f"{key}:{gap}", words, number(by_gap[gap])) for gap, words in GAPS
        ))  # fmt: skip

    whole = table("records", "Records", "Records of the period in which the field could stand.", lambda one: one.every)
    known = table("filled", "Filled in", "Those in which it stands.", lambda one: one.every - one.missing)
    empty = table("missing", "Missing", "Those in which it does not.", lambda one: one.missing)
    section = Section("Data quality", "Field", (whole, known, empty), (("Filled in or not", whole.key, (known.key,
                      empty.key)),), ratios=(Ratio("Share filled in", (known.key,), whole.key),))  # fmt: skip
    sums = (Sum("records:area", (NEW,)), Sum("missing:area", (f"{NEW}_area:unknown",)), Sum("records:source", (NEW,)))
    figures = tuple(Figure(key, name, "Written down after the last day of the period, up to the counting date; it "
                           "counts in the period all the same.", number) for key, name, number in late)  # fmt: skip
    return Chapter("Written down late", figures, (section,), sums)
