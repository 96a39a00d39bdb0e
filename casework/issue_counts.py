"""What stands behind issues, counted: clients, cases and pieces of evidence, by agency, by kind and over the years.

Counted over the whole office, as plain values, and never whose they are: a page shows rows of the reader's own scope
beside them. Two records of one person are one client; a case or a client that was set aside counts no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from casework.figures import Row, Sum, Table
from casework.review_reasons import PERSON
from casework.scope import office_wide
from models import Agency, Case, Client, IssueEvidence

CLIENTS, CASES, PIECES = "clients", "cases", "pieces"
SEVERAL, NOBODY = "More than one of them", "No agency named"
KINDS = (("referral", "Request to an agency"), ("conduct", "How an agency dealt with somebody"),
         ("incident", "Incident"), ("case", "The case as a whole"))  # fmt: skip
MONTHS_IN_QUARTER, QUARTERS = 3, 4
RULES = {
    CLIENTS: "Different people with at least one piece of evidence; two records of one person count once.",
    CASES: "Different cases with at least one piece of evidence.",
    PIECES: "Single requests, incidents, conducts or whole cases. What was taken out with a reason does not count.",
    "agency": "Clients by the agency that their evidence is about; who met with several stands in a line of their own.",
    "kind": "Pieces of evidence by what they are.",
    "quarter": "Clients by the quarter in which the first of their evidence happened: asked, met with or, for a whole "
               "case, first told to us. The same rule for every quarter and year.",
    "year": "The quarters of each calendar year together.",
}  # fmt: skip


class Piece(NamedTuple):
    """One piece of evidence as plain values; `person` is a number that no page shows, `id` that of the evidence."""

    person: int
    case: int
    kind: str
    agency: str | None
    happened_on: date
    id: int


Groups = list[tuple[str, list[Piece]]]  # what a table's rows are called and what stands behind each


@dataclass(frozen=True)
class Counted:
    """The figures of one or more issues on one day: three numbers, and tables that make up two of them.

    `behind` are the pieces of evidence behind each number, by its key.
    """

    counted_on: date
    agencies: Table
    kinds: Table
    quarters: Table
    years: Table
    behind: Mapping[str, tuple[Piece, ...]]

    @property
    def clients(self) -> int:
        return self.agencies.total.number

    @property
    def pieces(self) -> int:
        return self.kinds.total.number

    @property
    def cases(self) -> int:
        return len({one.case for one in self.behind[CASES]})

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.agencies, self.kinds, self.years, self.quarters

    def numbers(self) -> dict[str, int]:
        """Give every number by its key; the same key is the same number wherever it stands."""
        rows = {row.key: row.number for table in self.tables for row in (*table.rows, table.total)}
        return {CASES: self.cases} | rows

    def sums(self) -> Iterator[Sum]:
        """Give which numbers make up which: each table its total, and the quarters of a year that year."""
        for table in self.tables:
            yield Sum(table.total.key, tuple(row.key for row in table.rows))
        for year in self.years.rows:
            yield Sum(year.key, tuple(row.key for row in self.quarters.rows if _year(row.label) == year.label))


def clients_of(db: Session, issues: Sequence[int]) -> dict[int, int]:
    """Give how many different clients stand behind each issue, over the whole office, in one statement."""
    counts = (
        select(IssueEvidence.issue_id, func.count(PERSON.distinct()))
        .select_from(IssueEvidence)
        .join(Client, Client.id == IssueEvidence.client_id)
        .join(Case, Case.id == IssueEvidence.case_id)
        .where(IssueEvidence.issue_id.in_(issues), IssueEvidence.out_on.is_(None))
        .where(Client.voided_reason.is_(None), Case.voided_reason.is_(None))
        .group_by(IssueEvidence.issue_id)
    )
    return {one.issue_id: one[1] for one in db.execute(office_wide(counts))}


def pieces(db: Session, issues: Sequence[int], *, mine: bool = False) -> list[Piece]:
    """Read the evidence that counts, of the whole office or of the files that the reader may open."""
    kind = case(
        (IssueEvidence.referral_id.is_not(None), "referral"), (IssueEvidence.conduct_id.is_not(None), "conduct"),
        (IssueEvidence.incident_id.is_not(None), "incident"), else_="case",
    )  # fmt: skip
    found = (
        select(PERSON, IssueEvidence.case_id, kind, Agency.name, IssueEvidence.happened_on, IssueEvidence.id)
        .select_from(IssueEvidence)
        .join(Client, Client.id == IssueEvidence.client_id)
        .join(Case, Case.id == IssueEvidence.case_id)
        .outerjoin(Agency, Agency.id == IssueEvidence.agency_id)
        .where(IssueEvidence.issue_id.in_(issues), IssueEvidence.out_on.is_(None))
        .where(Client.voided_reason.is_(None), Case.voided_reason.is_(None))
        .order_by(IssueEvidence.id)
    )
    return [Piece(*row) for row in db.execute(found if mine else office_wide(found))]


def standing(db: Session) -> dict[int, tuple[int, int]]:
    """Give for each issue with evidence how many clients and how many pieces stand behind it, in one statement."""
    found = (
        select(IssueEvidence.issue_id, func.count(PERSON.distinct()), func.count(IssueEvidence.id))
        .join(Client, Client.id == IssueEvidence.client_id)
        .join(Case, Case.id == IssueEvidence.case_id)
        .where(IssueEvidence.out_on.is_(None), Client.voided_reason.is_(None), Case.voided_reason.is_(None))
        .group_by(IssueEvidence.issue_id)
    )
    return {issue: (clients, several) for issue, clients, several in db.execute(office_wide(found))}


def count(several: Sequence[Piece], counted_on: date) -> Counted:
    """Count pieces of evidence as the figures of an issue."""
    whole = tuple(several)
    groups = {"agency": _by_agency(whole), "kind": _by_kind(whole), "quarter": _by_quarter(whole, counted_on)}
    groups["year"] = _by_year(groups["quarter"])
    behind = {
        f"{key}:{place}": tuple(found) for key, rows in groups.items() for place, (_label, found) in enumerate(rows)
    }  # fmt: skip
    return Counted(
        counted_on, _table("agency", "Clients by agency", groups["agency"], CLIENTS, whole),
        _table("kind", "Evidence by kind", groups["kind"], PIECES, whole),
        _table("quarter", "Clients by quarter of the first event", groups["quarter"], CLIENTS, whole),
        _table("year", "Clients by year of the first event", groups["year"], CLIENTS, whole),
        MappingProxyType(behind | dict.fromkeys((CLIENTS, CASES, PIECES), whole)),
    )  # fmt: skip


def people(several: Iterable[Piece]) -> int:
    """Count the people behind pieces of evidence."""
    return len({one.person for one in several})


def _table(key: str, name: str, groups: Groups, total: str, whole: Sequence[Piece]) -> Table:
    number: Callable[[Sequence[Piece]], int] = len if total == PIECES else people
    rows = tuple(Row(f"{key}:{place}", label, number(found)) for place, (label, found) in enumerate(groups))
    return Table(key, name, RULES[key], rows, Row(total, "All", number(whole)))


def _by_agency(several: Sequence[Piece]) -> Groups:
    met: dict[int, set[str]] = {one.person: set() for one in several}
    for one in several:
        if one.agency is not None:  # evidence about nobody tells nothing beside one that names somebody
            met[one.person].add(one.agency)
    names = {person: _one_name(found) for person, found in met.items()}
    last = {SEVERAL: 1, NOBODY: 2}
    labels = sorted(set(names.values()), key=lambda name: (last.get(name, 0), name))
    return [(label, [one for one in several if names[one.person] == label]) for label in labels]


def _one_name(names: set[str]) -> str:
    return NOBODY if not names else SEVERAL if len(names) > 1 else next(iter(names))


def _by_kind(several: Sequence[Piece]) -> Groups:
    return [(words, [one for one in several if one.kind == word]) for word, words in KINDS]


def _by_quarter(several: Sequence[Piece], counted_on: date) -> Groups:
    """Give every quarter from the first event to this one, those without anybody too."""
    first: dict[int, date] = {}
    for one in several:
        first[one.person] = min(first.get(one.person, one.happened_on), one.happened_on)
    places = {person: _place(day) for person, day in first.items()}
    start, end = min(places.values(), default=_place(counted_on)), max(_place(counted_on), *places.values(), 0)
    return [(_label(at), [one for one in several if places[one.person] == at]) for at in range(start, end + 1)]


def _place(day: date) -> int:
    return day.year * QUARTERS + (day.month - 1) // MONTHS_IN_QUARTER


def _label(place: int) -> str:
    """Give "Jul to Sep 2026"."""
    names = ("Jan to Mar", "Apr to Jun", "Jul to Sep", "Oct to Dec")
    return f"{names[place % QUARTERS]} {place // QUARTERS}"


def _year(label: str) -> str:
    return label.rpartition(" ")[2]


def _by_year(quarters: Groups) -> Groups:
    years: dict[str, list[Piece]] = {}
    for label, found in quarters:
        years.setdefault(_year(label), []).extend(found)
    return list(years.items())
