"""Whether one consent covers one referral, line by line, in the words of the screen.

A line says what is wanted, what the consent holds and whether that is enough. Nothing here asks the database:
best_consent and must_cover in `casework.consent` choose the consent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.changes import has_link, is_linked
from casework.datetext import short, without_weekday
from casework.problems import Problem
from models import Agency, Case, Client, Code, Consent
from models.declared import by_key

AGENCY, PURPOSE, ITEMS, TODAY = "Agency", "Purpose", "Items", "Today"
WHOSE, ONLY_CASE, WARNING = "Given by", "Case", "Home Office warning"  # shown only where they matter

# Councils and the Home Office may pass details on for immigration control, whatever the client has agreed.
# These kinds, and every kind that the office puts under them. Source: migrant families statement.
WARNED_KINDS = ("local_authority", "home_office")

FIELDS = {AGENCY: "agency", PURPOSE: "request", ITEMS: "items"}  # where a form shows what a line refuses
WAYS_ON = "Record consent, or signpost instead."


class Covered(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Line:
    """One thing that must agree: what is wanted, what the consent holds, and whether it is enough."""

    what: str
    wanted: str
    found: str
    covered: Covered


@dataclass(frozen=True)
class Coverage:
    """One consent beside one referral. `missing` are the items that the consent does not name."""

    consent: Consent
    lines: tuple[Line, ...]
    missing: tuple[Code, ...]

    @property
    def complete(self) -> bool:
        """Whether everything agrees, so that the referral may go."""
        return all(line.covered is Covered.YES for line in self.lines)

    def covered(self, what: str) -> Covered:
        """Say how far one line agrees; a line that is not shown agrees."""
        return next((line.covered for line in self.lines if line.what == what), Covered.YES)

    @property
    def distance(self) -> float:
        """How much is lacking; the wrong agency is further away than everything else together."""
        return sum(_LACKS[line.covered] * (_FAR if line.what == AGENCY else 1) for line in self.lines)


_LACKS = {Covered.YES: 0.0, Covered.PARTLY: 0.5, Covered.NO: 1.0}
_FAR = 10  # more than the number of lines


def is_live(consent: Consent, day: date) -> bool:
    """Say whether a consent holds on `day`: from the day it is given up to and with its last day.

    From the day of a withdrawal on it holds no longer.
    """
    withdrawn = consent.withdrawn_on is not None and consent.withdrawn_on <= day
    return consent.given_on <= day <= consent.expires_on and not withdrawn


def covers(
    consent: Consent,
    agency: Agency,
    request: Code | None,
    items: Sequence[Code],
    day: date,
    *,
    case: Case | None = None,
    client: Client | None = None,
) -> Coverage:
    """Compare a consent with what is wanted: this agency, this purpose, these items, on this day.

    Without `request` the purpose is not asked for. `client` is whose permission is needed; a case brings its
    own. Only a consent to share covers anything; a permission to be counted or quoted never does.
    """
    lines = [
        _agency(consent, agency),
        *([_purpose(consent, request)] if request is not None else ()),
        _items(consent, items),
        _day(consent, day),
        *_whose(consent, case, client),
        *_only_case(consent, case),
        *_warning(consent, agency),
    ]
    return Coverage(consent, tuple(lines), tuple(item for item in items if item not in consent.scope))


def needs_warning(kind: Code | None) -> bool:
    """Say whether bodies of this kind may pass details to the Home Office: the kind, or what it stands under."""
    while kind is not None:
        if kind.code in WARNED_KINDS:
            return True
        kind = kind.parent
    return False


def listed(words: Iterable[str]) -> str:
    """Give words in one row: "Name, address, dates of incidents"; abbreviations keep their capitals."""
    texts = list(words)
    return ", ".join([*texts[:1], *(_small(text) for text in texts[1:])])


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _line(what: str, wanted: str, found: str, *, enough: bool) -> Line:
    return Line(what, wanted, found, Covered.YES if enough else Covered.NO)


def _agency(consent: Consent, agency: Agency) -> Line:
    if consent.kind == "share_agency" and consent.agency is not None:
        return _line(AGENCY, agency.name, consent.agency.name, enough=consent.agency is agency)
    if consent.kind == "share_agency_kind" and consent.agency_kind is not None:
        # A wider kind does not bring the narrower ones: "the council" may not mean children's services.
        found = f"Any agency of the kind: {consent.agency_kind.words}"
        return _line(AGENCY, agency.name, found, enough=consent.agency_kind is agency.kind)
    return _line(AGENCY, agency.name, by_key(Consent)["kind"].info.choice_label(consent.kind), enough=False)


def _purpose(consent: Consent, request: Code) -> Line:
    found = listed(code.words for code in consent.purposes)
    return _line(PURPOSE, request.words, found, enough=request in consent.purposes)


def _items(consent: Consent, items: Sequence[Code]) -> Line:
    named = [item for item in items if item in consent.scope]
    covered = Covered.YES if len(named) == len(items) else Covered.PARTLY if named else Covered.NO
    return Line(ITEMS, listed(_words(items)), listed(_words(consent.scope)), covered)


def _words(codes: Iterable[Code]) -> Iterable[str]:
    return (code.words for code in codes)


def _day(consent: Consent, day: date) -> Line:
    found = f"{_date(consent.given_on)} to {_date(consent.expires_on)}"
    if consent.withdrawn_on is not None:
        found += f", withdrawn {_date(consent.withdrawn_on)}"
    return _line(TODAY, short(day), found, enough=is_live(consent, day))


def _date(day: date) -> str:
    return short(day).partition(" ")[2]


def _whose(consent: Consent, case: Case | None, client: Client | None) -> Iterable[Line]:
    """Give a line only where the consent is somebody else's; it names nobody."""
    if case is not None and client is None:
        client = case.client
    theirs = client is None or is_linked(consent, "client", client)
    same = case is None or client is None or is_linked(case, "client", client)
    if not (theirs and same):
        yield _line(WHOSE, "This client", "Somebody else", enough=False)


def _only_case(consent: Consent, case: Case | None) -> Iterable[Line]:
    if has_link(consent, "case"):
        found = f"Only {consent.case.ref}" if consent.case is not None else "Only another case"
        enough = case is not None and is_linked(consent, "case", case)
        yield _line(ONLY_CASE, case.ref if case is not None else "No case", found, enough=enough)


def _warning(consent: Consent, agency: Agency) -> Iterable[Line]:
    if needs_warning(agency.kind):
        read = consent.warning_read_on
        yield _line(WARNING, "Explained", _date(read) if read else "Not recorded", enough=read is not None)


def refusal(coverage: Coverage | None, name: str, agency: Agency, day: date) -> Problem:
    """Give the sentence for a referral that no consent covers: whose, to whom, why not, and the ways on.

    `coverage` is the nearest consent, None where there is none at all; `name` is what the client is called.
    """
    nobody = f"No active permission from {name} covers {agency.name}."
    if coverage is None:
        return Problem("agency", f"{nobody} None is recorded. {WAYS_ON}")
    failing = next(what for what in _REASONS if coverage.covered(what) is not Covered.YES)
    return Problem(FIELDS.get(failing, ""), _REASONS[failing](coverage, nobody, day))


def _for_somebody_else(_coverage: Coverage, nobody: str, _day: date) -> str:
    return f"{nobody} The one chosen was given by somebody else. {WAYS_ON}"


def _for_another_agency(coverage: Coverage, nobody: str, day: date) -> str:
    found = next(line.found for line in coverage.lines if line.what == AGENCY)
    return f"{nobody} Latest: {found} only, {ending(coverage.consent, day)}. {WAYS_ON}"


def _for_another_case(coverage: Coverage, nobody: str, _day: date) -> str:
    found = next(line.found for line in coverage.lines if line.what == ONLY_CASE)
    given = without_weekday(coverage.consent.given_on)
    return f"{nobody} The one of {given} is for one case: {_small(found)}. {WAYS_ON}"


def _for_another_day(coverage: Coverage, nobody: str, day: date) -> str:
    consent = coverage.consent
    given = without_weekday(consent.given_on)
    if day < consent.given_on:
        return (f"{nobody} It was given on {given}, after the day of sending, {without_weekday(day)}. "
                "Nothing leaves before the permission is given.")  # fmt: skip
    return f"{nobody} The one of {given} {ending(consent, day)}. Ask again and record consent, or signpost instead."


def ending(consent: Consent, day: date) -> str:
    """Say how or when a consent ends, as seen on `day`: withdrawn, expired, or still to expire."""
    if consent.withdrawn_on is not None and consent.withdrawn_on <= day:
        return f"was withdrawn on {without_weekday(consent.withdrawn_on)}"
    last = without_weekday(consent.expires_on)
    return f"expired on {last}" if consent.expires_on < day else f"expires on {last}"


def _for_something_else(coverage: Coverage, nobody: str, _day: date) -> str:
    """Name the purpose that fails, the items that fail, or both."""
    wanted = {line.what: line for line in coverage.lines if line.covered is not Covered.YES}
    parts = []
    if PURPOSE in wanted:
        parts.append(f"is for “{wanted[PURPOSE].found}”, not for “{wanted[PURPOSE].wanted}”")
    if coverage.missing:
        parts.append(f"does not name: {listed(_words(coverage.missing))}")
    given = without_weekday(coverage.consent.given_on)
    untick = "Untick what is not named, record" if PURPOSE not in wanted else "Record"
    return f"{nobody} The one of {given} {' and '.join(parts)}. {untick} consent, or signpost instead."


def _unwarned(_coverage: Coverage, _nobody: str, _day: date) -> str:
    return HOME_OFFICE_WARNING


HOME_OFFICE_WARNING = (
    "This body may share details with the Home Office whatever the client has agreed. "
    "Explain this and record that you did."
)
_REASONS = {  # the first that fails is told
    WHOSE: _for_somebody_else,
    AGENCY: _for_another_agency,
    ONLY_CASE: _for_another_case,
    TODAY: _for_another_day,
    PURPOSE: _for_something_else,
    ITEMS: _for_something_else,
    WARNING: _unwarned,
}
