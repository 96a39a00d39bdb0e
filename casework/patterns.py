"""What the radar proposes, and what the office answers: it becomes an issue, or it is no pattern and why.

An answer is remembered with the number of clients of that day. The same is proposed again only when it has grown by
half, or when as many clients as then have met it since. An answer can be taken back; nothing is deleted.
Source: service statement, "Quality casework" (casework identifies issues that lead to campaigns).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import guard, issues, seal, tasks
from casework.changes import is_changed, is_new, was
from casework.context import acting
from casework.datetext import counted
from casework.issues import Said, Thing
from casework.problems import Problem, RuleBroken
from casework.radar import Found, Look, Rules, Scan, scan
from casework.radar_counts import PART
from casework.radar_read import ABOUT, BLOCK, CONDUCT, DELAYED, INCIDENTS, REFUSED, Named, read
from casework.radar_words import Told, family_of, tell
from casework.settings import number_setting
from models import Agency, AgencyConduct, Case, Incident, Issue, Pattern, Referral

GROWN = 1.5  # times as many clients as when it was answered
DECIDES = ("manager", "system")
OF_FAMILY: dict[str, type[Any]] = {
    CONDUCT: AgencyConduct, REFUSED: Referral, DELAYED: Referral, INCIDENTS: Incident, BLOCK: Incident, ABOUT: Case,
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """One finding that is not answered, or has grown since `before` was answered.

    `key` names it on a page and tells nothing; `told` is for this reader, `kept` has no postcode, for later readers.
    """

    key: str
    found: Found
    told: Told
    kept: Told
    cases: tuple[Case, ...]  # those that the reader may open
    before: Pattern | None = None

    @property
    def unseen(self) -> int:
        """How many of its cases the reader may not open."""
        return len(self.found.cases) - len(self.cases)


@dataclass(frozen=True)
class Radar:
    """One scan as a reader meets it: what is proposed, and what was answered already and has not grown."""

    scan: Scan
    proposals: tuple[Proposal, ...]
    answered: tuple[Pattern, ...]
    families: tuple[str, ...]


# Facts


def look_around(db: Session) -> Radar:
    """Scan the whole office up to today, and give what is to be talked about."""
    families, named = read(db)
    found = scan(families, acting(db).today, rules(db))
    answers = answered(db)
    open_cases = _open_cases(db, found)
    proposals, quiet = [], []
    for one in found.found:
        before = _answer_to(one, answers)
        if before is not None and not _has_grown(one, before):
            quiet.append(before)
        else:
            proposals.append(_proposal(db, one, found.looks, named, open_cases, before))
    kinds = tuple(one.key for one in families if one.seen)
    return Radar(found, tuple(proposals), tuple(dict.fromkeys(quiet)), kinds)


def rules(db: Session) -> Rules:
    """Give the office's own figures for the radar."""
    return Rules(number_setting(db, "radar_alarms") / 100, number_setting(db, "radar_least"))


def answered(db: Session) -> list[Pattern]:
    """Give what was answered and not taken back, the newest first."""
    found = select(Pattern).where(Pattern.status != "taken_back").order_by(Pattern.decided_on.desc(), Pattern.id.desc())
    return list(db.scalars(found.options(joinedload(Pattern.issue))))


def key_of(look: Look) -> str:
    """Give what tells a row and column from every other, over whatever window it was seen."""
    return "|".join("" if part is None else str(part) for part in (look.family, look.row, look.column))


def _keys(found: Found) -> list[str]:
    return list(dict.fromkeys(key_of(one) for one in (found.look, *found.also)))


def _answer_to(found: Found, answers: Sequence[Pattern]) -> Pattern | None:
    keys = set(_keys(found))
    return next((one for one in answers if keys & set(one.looks.splitlines())), None)


def _has_grown(found: Found, before: Pattern) -> bool:
    since = {one.person for one in found.behind if one.on > before.decided_on}
    return len(found.persons) >= ceil(GROWN * before.clients) or len(since) >= before.clients


def _open_cases(db: Session, found: Scan) -> dict[int, Case]:
    keys = {case for one in found.found for case in one.cases}
    if not keys:
        return {}
    cases = db.scalars(select(Case).where(Case.id.in_(keys)).order_by(Case.ref).options(joinedload(Case.client)))
    return {one.id: one for one in cases}


def _proposal(
    db: Session, found: Found, looks: int, named: Named, cases: dict[int, Case], before: Pattern | None
) -> Proposal:
    with_block = acting(db).role in DECIDES
    mine = tuple(cases[key] for key in sorted(found.cases & cases.keys(), key=lambda one: cases[one].ref))
    told, kept = (tell(found, looks, named, with_block=block) for block in (with_block, False))
    return Proposal(_page_key(db, found.look), found, told, kept, mine, before)


def _page_key(db: Session, look: Look) -> str:
    """Give a name that a page may carry: what it stands for may be a postcode that its reader may not meet."""
    return seal.keyed_hash(db.get_bind(), "pattern", key_of(look))


# Verbs


def make_issue(db: Session, proposal: Proposal) -> Issue:
    """Raise an issue on what the actor may open of a proposal, with its arithmetic. Raises RuleBroken."""
    agency, unit = _bodies(db, proposal.found.look)
    title = proposal.kept.title[: Issue.title.type.length]  # type: ignore[attr-defined]
    made = issues.raise_issue(
        db, Said(title, agency=agency, unit=unit, noticed=proposal.kept.whole), _things(db, proposal)
    )
    _answer(db, proposal, "issue", issue=made)
    return made


def _things(db: Session, proposal: Proposal) -> list[Thing]:
    """Give the rows themselves, one for each client and case: what the actor may not open is left to its caseworker."""
    mine = {one.id for one in proposal.cases}
    keys = {(one.person, one.case): one.thing for one in reversed(proposal.found.behind) if one.case in mine}
    model = OF_FAMILY[family_of(proposal.found.look)]
    return list(db.scalars(select(model).where(model.id.in_(keys.values())).order_by(model.id)))


def _bodies(db: Session, look: Look) -> tuple[Agency | None, Agency | None]:
    """Give the body at the top and, where a part of it was found, that part."""
    if family_of(look) not in (CONDUCT, REFUSED, DELAYED) or not isinstance(look.row, int):
        return None, None
    found = db.get(Agency, look.row)
    if found is None or not look.family.endswith(PART):
        return found, None
    top = found
    while top.parent is not None:
        top = top.parent
    return top, found


def dismiss(db: Session, proposal: Proposal, reason: str) -> Pattern:
    """Write down that a proposal is no pattern, and why. Raises RuleBroken."""
    if not reason.strip():
        raise RuleBroken([Problem("reason", "Say why it is no pattern, so that nobody has to guess later.")])
    return _answer(db, proposal, "dismissed", reason=reason.strip())


def _answer(
    db: Session, proposal: Proposal, status: str, *, reason: str | None = None, issue: Issue | None = None
) -> Pattern:
    made = Pattern(
        title=proposal.kept.title, words=proposal.kept.whole, looks="\n".join(_keys(proposal.found)),
        clients=len(proposal.found.persons), status=status, reason=reason, issue=issue, decided_on=acting(db).today,
        decided_by=tasks.whoever_acts(db),
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def take_back(db: Session, pattern: Pattern) -> Pattern:
    """Let the radar propose it again. An issue that was made of it stays. Raises RuleBroken."""
    pattern.status, pattern.taken_back_on = "taken_back", acting(db).today
    db.flush()
    return pattern


def summary(radar: Radar) -> str:
    """Give "1 pattern stands out." or "Nothing stands out."."""
    number = len(radar.proposals)
    return f"{counted(number, 'pattern')} {'stands' if number == 1 else 'stand'} out." if number else (
        "Nothing stands out.")  # fmt: skip


# Rules


def managers_answer(pattern: Pattern, db: Session) -> Iterator[Problem]:
    takes_it_off = is_changed(pattern, "status") and pattern.status in ("dismissed", "taken_back")
    if takes_it_off and acting(db).role not in DECIDES:
        yield Problem("", "A manager says what is no pattern. Tell them what you know of it.")


def answered_once(pattern: Pattern, _db: Session) -> Iterator[Problem]:
    if not is_new(pattern) and was(pattern, "status") == "taken_back":
        yield Problem("", "This answer was taken back and stays as it was. Answer the proposal itself.")


def what_was_answered_is_kept(_row: object, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: what was said of a pattern is kept. Take the answer back instead.")


guard.register(Pattern, managers_answer, answered_once)
guard.register_deletion(Pattern, what_was_answered_is_kept)
