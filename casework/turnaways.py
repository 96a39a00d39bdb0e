"""What we cannot give: everybody is advised all the same, sent on where somebody nearer is, and counted.

Source: service statement, "Client group" (always advised and, where possible, referred on).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from casework import guard, referrals, tasks
from casework.agencies import HELPERS
from casework.cases import ADVICE, SIGNPOST, add_note
from casework.changes import is_linked
from casework.context import acting
from casework.problems import Problem, RuleBroken
from models import Agency, Area, Case, Code, Turnaway

OUT_OF_AREA, CLOSED_AS = "out_of_area", "advised_referred"
SIGNPOSTED_FOR = "other"  # the request that a signpost carries where nobody says more
SHOWN = 12


def advise_and_refer_on(
    db: Session,
    case: Case,
    advice: str,
    *,
    service: Code,
    reason: Code,
    agencies: Sequence[Agency] = (),
    request: Code | None = None,
    none_found: str = "",
    medium: str = "phone",
) -> Turnaway:
    """Write down the advice, whom they were pointed to or that nobody was found, count it, and close the enquiry.

    Raises RuleBroken if neither an agency nor a word on having found none is given.
    """
    if not agencies and not none_found.strip():
        raise RuleBroken([Problem("agencies", "Tick whom they were told about, or say that no local organisation was "
                                  "found and where you looked.")])  # fmt: skip
    note = add_note(db, case, advice, kinds=_kinds(db, ADVICE[0]), medium=medium)
    for agency in agencies:
        referrals.signpost(db, case, agency, request or _code(db, "request", SIGNPOSTED_FOR))
    if none_found.strip():
        words = f"No local organisation found: {none_found.strip()}"
        add_note(db, case, words, kinds=_kinds(db, SIGNPOST), medium=medium)
    made = Turnaway(case=case, service=service, reason=reason, advice=note, given_on=acting(db).today)
    db.add(made)
    with db.no_autoflush:
        tasks.finish(db, "case", case)
        case.status, case.closure_reason = "closed", _code(db, "closure_reason", CLOSED_AS)
    db.flush()
    return made


def helpers_covering(db: Session, area: Area) -> list[Agency]:
    """Give the agencies to which somebody from this area can be pointed, those that name the area first."""
    in_use = (
        select(Agency).where(Agency.active.is_(True)).options(selectinload(Agency.areas), selectinload(Agency.kind))
    )
    fitting = [
        one for one in db.scalars(in_use.order_by(Agency.name))
        if area in one.areas or (not one.areas and one.kind.code in HELPERS)
    ]  # fmt: skip
    usual = {kind: place for place, kind in enumerate(HELPERS)}
    fitting.sort(key=lambda one: (area not in one.areas, usual.get(one.kind.code, len(usual)), one.name))
    return fitting[:SHOWN]


def _kinds(db: Session, kind: str) -> list[Code]:
    return [_code(db, "note_kind", kind)]


def _code(db: Session, code_list: str, short: str) -> Code:
    return db.scalars(select(Code).where(Code.list == code_list, Code.code == short)).one()


# Rules


def advice_is_of_the_same_case(turnaway: Turnaway, _db: Session) -> Iterator[Problem]:
    if (
        turnaway.advice is not None
        and turnaway.case is not None
        and not is_linked(turnaway.advice, "case", turnaway.case)
    ):
        yield Problem("advice", "This advice was given in another case. Choose the note of this one.")


def it_has_happened(turnaway: Turnaway, db: Session) -> Iterator[Problem]:
    if turnaway.given_on is not None and turnaway.given_on > acting(db).today:
        yield Problem("given_on", "This is recorded once it has happened. Correct the day.")


guard.register(Turnaway, advice_is_of_the_same_case, it_has_happened)
