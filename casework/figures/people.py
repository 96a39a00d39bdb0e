"""People reached: new to us or known before, their age, their right to public funds; families left without any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from casework.figures.agencies import ANSWERS
from casework.figures.shapes import PEOPLE, Chapter, Figure, Ratio, Row, Section, Sum, Table, number_of, table_of
from casework.tallies.clients import PersonTally
from casework.tallies.equality import AnswerTally
from casework.tallies.need import NIGHTS, ConductTally, Section17Tally
from models import EqualityAnswer
from models.declared import by_key
from models.equality import DECLINED, NOT_ASKED, QUESTIONS

SINCE, NEW_PEOPLE, WITHOUT_FUNDS, FAMILIES = "people_since", "people_new", "no_recourse:yes", "nrpf_families"
SORTS = (("individual", "People"), ("family", "Families"))
AGES = ((0, 17, "Under 18"), (18, 24, "18 to 24"), (25, 34, "25 to 34"), (35, 44, "35 to 44"), (45, 54, "45 to 54"),
        (55, 64, "55 to 64"), (65, 200, "65 and over"))  # fmt: skip
FUNDS = (("yes", "No recourse to public funds"), ("no", "Recourse to public funds"), ("unknown", "They do not know"),
         ("not_asked", "Not asked"))  # fmt: skip
JOINED = {"ethnic_group": "Other groups", "religion": "Other religions", "orientation": "Other orientations"}
STREET, SOFA = NIGHTS
UNKNOWN = "unknown"


def reached(people: Sequence[PersonTally], since: int | None) -> Chapter:
    """Give the chapter of people reached; `since` is how many were reached since the grant began."""
    persons = _persons(people)
    kinds = _table("people_kind", "Reached", "People and families reached in the period, each once.", persons, PEOPLE)
    new = _table(NEW_PEOPLE, "New to us", "Those of them whose very first contact with us lies in the period.",
                 [one for one in persons if one.is_new])  # fmt: skip
    known = _table("people_known", "Known before", "Those of them whom we had met before the period.",
                   [one for one in persons if not one.is_new])  # fmt: skip
    section = Section("People", "Who", (kinds, new, known), (("New or known", "people_kind", (new.key, known.key)),),
                      ratios=(Ratio("Share new", (new.key,), kinds.key),))  # fmt: skip
    figures, sums = [], []
    if since is not None:
        figures.append(Figure(
            SINCE, "People and families since the grant began", "Each once over all days of the grant up to the last "
            "day of the period, in however many periods we met them.", since,
        ))  # fmt: skip
        sums.append(Sum(SINCE, (PEOPLE, f"{SINCE}_rest")))
    return Chapter("People reached", tuple(figures), (section,), tuple(sums))


def equality(people: Sequence[PersonTally], answers: Sequence[AnswerTally], last: date) -> Chapter:
    """Give what the records say of the people reached, and what they answered where they were asked."""
    persons = _persons(people)
    bands = [(str(first), words) for first, _most, words in AGES]
    ages = _rows("age", [*bands, (UNKNOWN, "Not known")], persons, lambda one: _age(one.born_on, last))
    funds = _rows("no_recourse", FUNDS, persons, lambda one: one.no_recourse)
    sections = (
        Section("Age", "Age", (table_of(PEOPLE, "Age", "People and families reached, by the age of the person on the "
                                        "books on the last day of the period.", ages, "age"),)),
        Section("Public funds", "Public funds", (table_of(PEOPLE, "Public funds", "People and families reached, by "
                "whether they may have public funds, as they told us.", funds, "no_recourse"),)),
    )  # fmt: skip
    asked = tuple(_asked(question, answers, number_of(persons)) for question in QUESTIONS)
    return Chapter("Equality", sections=(*sections, *asked), note=(
        "Every question may stay open, and who objects is not counted. No page shows an answer beside a name, and "
        "nothing that is done for a person depends on one."
    ))  # fmt: skip


def _asked(question: str, answers: Sequence[AnswerTally], everybody: int) -> Section:
    """Give one question with the people reached by their answer; who was never asked stands under "Not asked"."""
    info = by_key(EqualityAnswer)[question].info
    numbers = {one.answer: one.number for one in answers if one.question == question}
    numbers[NOT_ASKED] = everybody - sum(number for answer, number in numbers.items() if answer != NOT_ASKED)
    rows = tuple(
        Row(
            f"{question}:{answer}",
            label,
            numbers.get(answer, 0),
            fixed=question not in JOINED or answer in (DECLINED, NOT_ASKED),
        )
        for answer, label in info.choices
    )
    counted = f"People and families reached, by what the person on the books answered: {info.label}."
    return Section(
        info.label, "Answer", (table_of(PEOPLE, info.label, counted, rows, question),), joined=JOINED.get(question, "")
    )


def nrpf(people: Sequence[PersonTally], nights: dict[str, int], asked: Sequence[Section17Tally]) -> Chapter:
    """Give the chapter of families left without public funds."""
    without = [one for one in _persons(people) if one.no_recourse == "yes"]
    families = [one for one in without if one.kind == "family" or one.children]
    figures = (
        Figure(FAMILIES, "Families without recourse to public funds", "Clients reached who may have no public funds "
               "and are on the books as a family or have children.", number_of(families), of=WITHOUT_FUNDS),
        Figure("nrpf_children", "Children in these families", "Children on the books of these families.",
               sum(one.children * one.number for one in families)),
        Figure("nights_street", "Nights on the street", "Nights that began in the period, as the families told us; a "
               "night that was written down without a number counts as one.", nights[STREET]),
        Figure("nights_sofa", "Nights at other people's homes", "Counted as nights on the street are.", nights[SOFA]),
    )  # fmt: skip
    return Chapter("NRPF families", figures, (_section_17(asked),))


def _section_17(asked: Sequence[Section17Tally]) -> Section:
    requests = {one.request_id: one.request for one in asked}

    def table(key: str, name: str, counted: str, answer: str | None) -> Table:
        rows = tuple(
            Row(f"{key}:{request}", words, number_of(one for one in asked if one.request_id == request
                                                     and answer in (None, one.answer)))
            for request, words in sorted(requests.items(), key=lambda one: one[1])
        )  # fmt: skip
        return table_of(key, name, counted, rows)

    whole = table("s17", "Requests", "Requests sent to councils in the period under section 17 of the Children Act.",
                  None)  # fmt: skip
    parts = [table(f"s17_{word}", name, counted, word) for word, name, counted in ANSWERS]
    across = (("What councils answered", whole.key, tuple(one.key for one in parts)),)
    return Section("Section 17", "Request", (whole, *parts), across)


def conduct(noted: Sequence[ConductTally], cases: int) -> Chapter:
    """Give how agencies dealt with people, against them and to their credit."""
    against, credit = ([one for one in noted if one.favourable is fits] for fits in (False, True))
    told = _things("conduct", "Noted against agencies", "How an agency dealt with somebody on a day of the period, "
                   "each thing once. It is what clients tell and letters show; no person of theirs is named.",
                   against)  # fmt: skip
    good = _things("credit", "Noted to their credit", "What agencies did well, on days of the period.", credit)
    figure = Figure("conduct_cases", "Cases with something noted against an agency", "Different cases.", cases)
    sections = (Section("Conduct of agencies", "What", (told,), joined="Other conduct"),
                Section("To their credit", "What", (good,), joined="Other things to their credit"))  # fmt: skip
    return Chapter("Conduct", (figure,), sections)


def _things(key: str, name: str, counted: str, noted: Iterable[ConductTally]) -> Table:
    rows = tuple(Row(f"{key}:{one.code_id}", one.words, one.number, fixed=False) for one in noted)
    return table_of(key, name, counted, rows)


def _persons(people: Iterable[PersonTally]) -> list[PersonTally]:
    return [one for one in people if one.kind != "organisation"]


def _table(key: str, name: str, counted: str, people: Sequence[PersonTally], total: str = "") -> Table:
    rows = tuple(Row(f"{key}:{kind}", words, number_of(one for one in people if one.kind == kind))
                 for kind, words in SORTS)  # fmt: skip
    return table_of(total or key, name, counted, rows, key)


def _rows(
    key: str, words: Iterable[tuple[str, str]], people: Sequence[PersonTally], of: Callable[[PersonTally], str | None],
) -> tuple[Row, ...]:  # fmt: skip
    """Give one row for each word; `of` says under which word somebody stands."""
    counted = [(of(one), one.number) for one in people]
    return tuple(
        Row(f"{key}:{word}", label, sum(number for one, number in counted if one == word)) for word, label in words
    )


def _age(born: date | None, day: date) -> str:
    if born is None:
        return UNKNOWN
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return next((str(first) for first, most, _words in AGES if first <= years <= most), UNKNOWN)
