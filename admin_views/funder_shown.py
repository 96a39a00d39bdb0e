"""What the pages of funder files print: the preview with its checks and gaps, and the files that were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from admin_views.db import db
from admin_views.figures_shown import Chart, Part, Told, part, told
from casework import grants, tallies
from casework.datetext import without_weekday
from casework.periods import Period
from casework.tallies import Within
from models import ExportRun

if TYPE_CHECKING:
    from exports.funder_files import Planned


@dataclass(frozen=True)
class Gap:
    """Something missing in the records: in a sentence, what that does to the figures, and where to put it right."""

    words: str
    effect: str
    url: str = ""


@dataclass(frozen=True)
class Check:
    """One thing that was checked: a short word and what it means here."""

    word: str
    words: str
    is_fine: bool = True


@dataclass(frozen=True)
class Preview:
    """Step 2: the choices, what was checked, what is missing, the first numbers, and the sheets to come."""

    choices: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    gaps: tuple[Gap, ...]
    statements: tuple[Told, ...]
    caseload: tuple[Told, ...]
    areas: tuple[Chart, ...]
    parts: tuple[Part, ...]
    sheets: tuple[str, ...]
    hidden: str
    betrayed: str


def preview(role: str, planned: Planned) -> Preview:
    figures, grant = planned.figures, planned.grant
    missing = _gaps(role, planned)
    return Preview(
        choices=(
            (_("Grant"), f"{grant.name}, {grant.funder}"), (_("Period"), str(planned.period)),
            (_("Boroughs"), ", ".join(sorted(one.name for one in grant.areas)) or _("all")),
            (_("Kinds of case"), ", ".join(one.words for one in grant.kinds) or _("all")),
            (_("Layout"), grant.template.name if grant.template else _("all sheets, in our words")),
            (_("Names"), _("never")),
        ),
        checks=tuple(_checks(planned, missing)), gaps=tuple(missing),
        statements=told(figures, figures.report.statements), caseload=told(figures, figures.report.caseload),
        areas=part(figures, figures.report.areas).charts, parts=(), sheets=tuple(
            one.name for one in planned.book.sheets),
        hidden=figures.hidden_words(figures.numbers), betrayed=planned.betrayed,
    )  # fmt: skip


def _checks(planned: Planned, missing: list[Gap]) -> list[Check]:
    beside = planned.laid_beside
    safe = ngettext(
        "No hidden number can be worked out, also not with the one earlier file of these days.",
        "No hidden number can be worked out, also not with the %(num)s earlier files of these days.", beside,
    ) if beside else _("No hidden number can be worked out.")  # fmt: skip
    gaps = ngettext("%(num)s gap in the records", "%(num)s gaps in the records", len(missing)) if missing else ""
    return [
        Check(_("Adds up"), _("Open at the start, new, reopened, closed, open at the end")),
        Check(_("Each once"), _("A person counts once, however many cases they have")),
        Check(_("Safe"), planned.betrayed or safe, is_fine=not planned.betrayed),
        *([Check(_("To fix"), gaps, is_fine=False)] if missing else []),
        *([Check(_("Keep apart"), _near(planned.near_others), is_fine=False)] if planned.near_others else []),
    ]


def _near(number: int) -> str:
    return ngettext(
        "%(num)s number is within a few of the same one in a file of another grant. Nobody should get both files.",
        "%(num)s numbers are within a few of the same ones in files of other grants. Nobody should get both files.",
        number,
    )  # fmt: skip


_GAPS = {  # by key of the tally: in one, in several, what it does, the panel and filter that show them
    "area": ("%(num)s new case has no borough", "%(num)s new cases have no borough", "case", "flt0_area"),
    "source": ("Of %(num)s new case nobody wrote down how they heard of us",
               "Of %(num)s new cases nobody wrote down how they heard of us", "", ""),
    "types": ("%(num)s incident has no kind", "%(num)s incidents have no kind", "", ""),
    "strands": ("%(num)s incident has nothing under “perceived as”", "%(num)s incidents have nothing under "
                "“perceived as”", "", ""),
    "answer_day": ("%(num)s referral has no day for its answer", "%(num)s referrals have no day for their answer", "",
                   ""),
}  # fmt: skip


def _gaps(role: str, planned: Planned) -> list[Gap]:
    """Give what is missing. A case without a borough belongs to no grant for boroughs, so it is looked for in all."""
    kinds = grants.within(planned.grant).kinds
    found = []
    for tally in tallies.gaps(db.session, planned.period, Within(kinds=kinds)):
        one, several, panel, filter_ = _GAPS.get(tally.key, ("", "", "", ""))
        if tally.missing and one:
            url = _list_url(panel, filter_, planned.period) if panel and role == "manager" else ""
            found.append(Gap(ngettext(one, several, tally.missing), _effect(tally.key, planned), url))
    return found


def _effect(key: str, planned: Planned) -> str:
    if key == "area":
        return (
            _("A grant for boroughs cannot count them.") if planned.grant.areas
            else _("Counted on the line “Not known”.")
        )  # fmt: skip
    return _("Counted as not recorded.")


def _list_url(panel: str, filter_: str, period: Period) -> str:
    days = {"flt1_opened_on_from": f"{period.first:%d/%m/%Y}", "flt2_opened_on_until": f"{period.last:%d/%m/%Y}"}
    return url_for(f"manager_{panel}.index_view", **{filter_: "none"}, **days)


@dataclass(frozen=True)
class RunLine:
    """One file that was made, as a line of the list."""

    grant: str
    period: str
    made: str
    by: str
    sha256: str
    url: str


def run_line(role: str, run: ExportRun) -> RunLine:
    return RunLine(
        run.grant.name, str(Period(run.period_from, run.period_to)), without_weekday(run.made_at.date()), run.made_by,
        run.sha256, url_for(f"funder.{role}_file", run=run.id),
    )  # fmt: skip


@dataclass(frozen=True)
class RunPage:
    """One file that was made, with all that it was made from."""

    heading: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sha256: str


def run_page(run: ExportRun) -> RunPage:
    period = Period(run.period_from, run.period_to)
    return RunPage(
        _("%(grant)s, %(period)s", grant=run.grant.name, period=period),
        _("For %(funder)s. Made on %(day)s by %(who)s.", funder=run.grant.funder,
          day=without_weekday(run.made_at.date()), who=run.made_by),
        (
            (_("Counted on"), without_weekday(run.counted_on)),
            (_("Layout"), run.template.name if run.template else _("all sheets, in our words")),
            (_("Made from"), run.parameters.replace("\n", ", ")), (_("Small numbers"), run.policy),
        ), run.sha256,
    )  # fmt: skip
