"""Incidents of a period: each under its kinds and as what it was perceived; how many people they happened to."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from casework.periods import Period
from casework.scope import office_wide
from casework.tallies.clients import whom_each_stands_for
from casework.tallies.parts import EVERYTHING, Within, is_live
from models import Case, Code, Incident, IncidentReport


class IncidentsTally(NamedTuple):
    """`mentions` counts (kind, strand) by id: an incident of three kinds is in three of them, each once.

    A kind that was not recorded is None; so is a strand. Several strands of one incident are SEVERAL.
    """

    number: int
    told: int  # to one agency at least
    people: int
    several_times: int  # of these people
    mentions: dict[tuple[int | None, int | str | None], int]
    kinds: dict[int, str]
    strands: dict[int, str]


SEVERAL = "several"


def incidents(db: Session, period: Period, within: Within = EVERYTHING) -> IncidentsTally:
    """Give the incidents that happened in the period, by the moment at which they began, in five statements."""
    person = whom_each_stands_for()
    of = is_live(within), period.has_moment(Incident.from_at)
    told = exists().where(IncidentReport.incident_id == Incident.id, IncidentReport.state == "reported")
    rows = db.execute(office_wide(
        select(Incident.id, person.c.person_id, told).join(Case, Case.id == Incident.case_id)
        .outerjoin(person, person.c.client_id == Case.client_id).where(*of)
    )).all()  # fmt: skip
    kinds, strands = (_words_of(db, link, of) for link in (Incident.types, Incident.strands))
    happened = Counter(row[1] for row in rows if row[1] is not None)
    mentions: Counter[tuple[int | None, int | str | None]] = Counter()
    for key, *_rest in rows:
        perceived = strands[key]
        strand = SEVERAL if len(perceived) > 1 else next(iter(perceived), None)
        mentions.update((kind, strand) for kind in kinds[key] or {None})
    return IncidentsTally(
        len(rows), sum(bool(row[2]) for row in rows), len(happened), sum(one > 1 for one in happened.values()),
        dict(mentions), _names(db, "incident_type", {kind for kind, _strand in mentions}),
        _names(db, "hate_strand", {strand for _kind, strand in mentions}),
    )  # fmt: skip


def _words_of(db: Session, link: Any, of: tuple[Any, ...]) -> dict[int, set[int]]:
    """Give the words that stand under each incident; an incident without any is not among them."""
    found = select(Incident.id, Code.id).join(link).join(Case, Case.id == Incident.case_id).where(*of)
    words: dict[int, set[int]] = defaultdict(set)
    for incident, code in db.execute(office_wide(found)):
        words[incident].add(code)
    return words


def _names(db: Session, code_list: str, used: set[Any]) -> dict[int, str]:
    """Give the words of a list in its order: those in use now, and those that stand somewhere still."""
    rows = db.execute(select(Code.id, Code.words, Code.active).where(Code.list == code_list)
                      .order_by(Code.sort, Code.words))  # fmt: skip
    return {key: words for key, words, active in rows if active or key in used}
