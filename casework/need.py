"""What a family is short of, where that comes from, and what being turned away did to them.

Poverty and homelessness are no lack of care: nothing here raises a risk or a label, whatever is ticked, and the
words for a letter say so. Source: migrant families statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from casework import guard
from casework.changes import belonging
from casework.context import acting
from casework.coverage import listed
from casework.datetext import counted, without_weekday
from casework.problems import Problem
from casework.referral_rules import wide_word
from models import Case, Client, ClientMember, Consequence

STREET = "street_nights"
WITH_NIGHTS = (STREET, "sofa_surfing")
# What these say is immigration status: it goes out only as an item of its own, never in words made by the program.
TELLS_STATUS = ("nrpf_condition", "status_refused", "decision_delayed", "asylum_support_ended")
OF_NEED = (
    "s17_assessment", "s17_accommodation", "s17_subsistence", "emergency_accommodation", "homelessness_application",
)  # fmt: skip


# Facts


def children(client: Client) -> list[ClientMember]:
    """Give the children of a household, the eldest first; those without a year last."""
    found = [one for one in client.members if one.is_child]
    return sorted(found, key=lambda one: (one.birth_year is None, one.birth_year or 0))


def ages(client: Client, today: date) -> list[str]:
    """Give the age of each child as far as a year of birth tells it: "7 or 8"."""
    return [age_words(one.birth_year, today) for one in children(client)]


def age_words(born: int | None, today: date) -> str:
    if born is None:
        return "age not written down"
    oldest = max(today.year - born, 0)
    return "under 1" if oldest == 0 else f"{oldest - 1} or {oldest}"


def nights_on_the_street(consequences: Sequence[Consequence]) -> int:
    """Add up the nights on the street; one without a number is one night."""
    return sum(one.nights or 1 for one in consequences if wide_word(one.code) == STREET)


def words_for_a_letter(case: Case, consequences: Sequence[Consequence], today: date) -> str:
    """Give what a request for help may say of the need: its cause in poverty, never in the parents' care.

    Empty where no cause is ticked. Immigration status is never told here.
    """
    told = [one.words[:1].lower() + one.words[1:] for one in case.causes if wide_word(one) not in TELLS_STATUS]
    if not case.causes:
        return ""
    parts = [f"The children are in need because of: {listed(told)}." if told else ""]
    if case.destitute_from is not None:
        parts.append(f"The family has been without means since {without_weekday(case.destitute_from)}.")
    nights = nights_on_the_street(consequences)
    parts.append(f"They have spent {counted(nights, 'night')} on the street." if nights else "")
    parts.append("The need comes from poverty and homelessness, not from how the children are cared for.")
    return " ".join(filter(None, parts))


# Rules


def destitute_by_today(case: Case, db: Session) -> Iterator[Problem]:
    if case.destitute_from is not None and case.destitute_from > acting(db).today:
        yield Problem("destitute_from", "Write down since when, or the day once it has come.")


def led_to_it_by_today(consequence: Consequence, db: Session) -> Iterator[Problem]:
    if consequence.happened_on is not None and consequence.happened_on > acting(db).today:
        yield Problem("happened_on", "This is written down once it has happened. Correct the day.")


def nights_belong_to_nights(consequence: Consequence, db: Session) -> Iterator[Problem]:
    """Nights are counted where somebody had no bed of their own, and no more than have passed."""
    nights, code, since = consequence.nights, consequence.code, consequence.happened_on
    if nights is None or code is None:
        return
    if wide_word(code) not in WITH_NIGHTS:
        yield Problem("nights", f"Nights are not counted for “{code.words}”. Clear the number.")
    elif nights < 1:
        yield Problem("nights", "Count nights from 1.")
    elif since is not None and nights > (acting(db).today - since).days + 1:
        yield Problem("nights", "So many nights have not passed since that day. Correct the day or the number.")


def of_case(db: Session, case: Case) -> list[Consequence]:
    """Give the consequences of a case, saved or not, the first first."""
    found = belonging(db, Consequence, "case", case)
    return sorted(found, key=lambda one: (one.happened_on, one.id or 0))


guard.register(Case, destitute_by_today)
guard.register(Consequence, led_to_it_by_today, nights_belong_to_nights)
