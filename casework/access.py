"""Who may open what: one row for each table and role. Everything that is not named here is closed.

`see` is the highest sensitivity whose fields the role meets in that table: a field above it is absent from
its list, form, filter, search, details, sheet and look-up. Which rows it meets is decided in `scope`.

At the end: which address, act or command lets something leave the office, and what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

import models as m
from models.base import Base
from models.fields import Sensitivity

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
ROLES = ("manager", "caseworker", "coordinator", "reports")


@dataclass(frozen=True)
class Right:
    """What one role may do with one table. `export` is the right to take a working list."""

    see: Sensitivity
    create: bool = False
    edit: bool = False
    delete: bool = False
    export: bool = False


@dataclass(frozen=True)
class Panel:
    """One table as the office knows it. `name` stands in addresses; `only` narrows it and fills new rows.

    `opened` says that reading one record is itself written to the audit trail. `records` puts it under
    "Records" and `setup` under "Set up" instead of the main menu, which holds only where a day's work begins.
    """

    name: str
    model: type[Base]
    one: str
    several: str
    rights: Mapping[str, Right]
    only: Mapping[str, Any] = field(default_factory=dict)
    opened: bool = False
    records: bool = False
    setup: bool = False


def _keep(see: Sensitivity, *, delete: bool = False) -> Right:
    return Right(see, create=True, edit=True, delete=delete, export=True)


def _read(see: Sensitivity, *, export: bool = False) -> Right:
    return Right(see, export=export)


_FILES = {"manager": _keep(SPECIAL), "caseworker": _keep(SPECIAL)}
_WRITTEN_BY_ACTIONS = {"manager": _read(SPECIAL, export=True), "caseworker": _read(SPECIAL)}
_LISTS = {"manager": _keep(SPECIAL, delete=True)}

PANELS = (
    Panel("client", m.Client, "client", "clients", _FILES, opened=True),
    Panel("case", m.Case, "case", "cases", _FILES, opened=True),
    Panel("casenote", m.CaseNote, "note", "notes", _FILES, opened=True, records=True),
    Panel("incident", m.Incident, "incident", "incidents", _FILES, opened=True, records=True),
    Panel("consent", m.Consent, "consent", "consents", _FILES, opened=True, records=True),
    Panel("referral", m.Referral, "referral", "referrals", {
        "manager": Right(SPECIAL, edit=True, export=True), "caseworker": Right(SPECIAL, edit=True, export=True),
    }, opened=True),
    Panel("chase", m.ReferralChase, "chase", "chases", {
        "manager": _read(SPECIAL, export=True), "caseworker": _read(SPECIAL, export=True),
    }, opened=True, records=True),
    Panel("conduct", m.AgencyConduct, "conduct of an agency", "conduct of agencies", {
        "manager": _keep(SPECIAL), "caseworker": _keep(SPECIAL),
    }, opened=True, records=True),
    Panel("consequence", m.Consequence, "consequence", "consequences", {
        "manager": Right(SPECIAL, create=True, edit=True), "caseworker": Right(SPECIAL, create=True, edit=True),
    }, opened=True, records=True),
    Panel("correspondence", m.Correspondence, "letter or message", "letters", {
        "manager": _read(SPECIAL, export=True), "caseworker": _read(SPECIAL, export=True),
    }, opened=True, records=True),
    Panel("appointment", m.Appointment, "appointment", "appointments", {
        **_FILES, "coordinator": Right(OFFICE, export=True),
    }, opened=True, records=True),
    Panel("task", m.Task, "task", "tasks", {**_FILES, "coordinator": _keep(SPECIAL)}, records=True),
    Panel("deadline", m.Deadline, "deadline", "deadlines", _WRITTEN_BY_ACTIONS, opened=True, records=True),
    Panel("filerequest", m.FileRequest, "request to see a file", "requests to see files", {
        "manager": Right(SPECIAL, edit=True, export=True), "caseworker": Right(SPECIAL, edit=True),
    }, opened=True, records=True),
    Panel("feedback", m.Feedback, "feedback", "feedback", {
        "manager": _keep(SPECIAL), "caseworker": Right(SPECIAL, create=True),
    }, opened=True, records=True),
    Panel("complaint", m.Complaint, "complaint", "complaints about us", {
        "manager": _keep(SPECIAL), "caseworker": Right(SPECIAL, edit=True),
    }, opened=True, records=True),
    Panel("filereview", m.FileReview, "file review", "file reviews", _FILES, opened=True, records=True),
    Panel("review", m.Review, "review", "reviews", {"manager": _read(OFFICE)}, records=True),
    Panel("reviewentry", m.ReviewEntry, "entry of a review", "entries of reviews", _WRITTEN_BY_ACTIONS, opened=True,
          records=True),
    Panel("reviewremark", m.ReviewRemark, "note to a review", "notes to reviews", {"manager": _read(SPECIAL)},
          opened=True, records=True),
    Panel("issue", m.Issue, "issue", "issues", {
        "manager": Right(SPECIAL, edit=True, export=True), "caseworker": Right(SPECIAL, edit=True),
    }, records=True),
    Panel("issueevidence", m.IssueEvidence, "evidence of an issue", "evidence of issues", _WRITTEN_BY_ACTIONS,
          opened=True, records=True),
    Panel("pattern", m.Pattern, "pattern", "patterns", {"manager": _read(SPECIAL), "caseworker": _read(SPECIAL)},
          records=True),
    Panel("campaign", m.Campaign, "campaign", "campaigns", {
        "manager": Right(SPECIAL, edit=True, export=True), "caseworker": _read(SPECIAL),
    }, records=True),
    Panel("campaignevent", m.CampaignEvent, "log entry of a campaign", "log entries of campaigns", {
        "manager": Right(SPECIAL, edit=True), "caseworker": _read(SPECIAL),
    }, records=True),
    Panel("campaignquote", m.CampaignQuote, "quote for a campaign", "quotes for campaigns", {
        "manager": _read(SPECIAL), "caseworker": _read(SPECIAL),
    }, opened=True, records=True),
    Panel("evidencepack", m.EvidencePack, "evidence pack", "evidence packs", {"manager": _read(OFFICE)}, records=True),
    Panel("restriction", m.Restriction, "restriction", "restrictions", {
        "manager": _keep(SPECIAL), "caseworker": _read(SPECIAL),
    }, opened=True, records=True),
    Panel("leadership", m.CaseWorker, "caseworker of a case", "caseworkers of cases", _WRITTEN_BY_ACTIONS,
          records=True),
    Panel("reopening", m.Reopening, "reopening of a case", "reopenings of cases", _WRITTEN_BY_ACTIONS, records=True),
    Panel("agency", m.Agency, "agency", "agencies", {
        "manager": _keep(SPECIAL, delete=True), "caseworker": Right(PERSONAL, create=True, edit=True, export=True),
        "coordinator": _read(OFFICE),
    }),
    Panel("figuresrequest", m.FiguresRequest, "request for figures", "requests for figures", {
        "manager": _read(OFFICE, export=True), "caseworker": _read(OFFICE),
    }, records=True),
    Panel("volunteer", m.Worker, "volunteer", "volunteers", {
        "manager": _keep(SPECIAL), "coordinator": _keep(PERSONAL), "caseworker": _read(OFFICE),
    }, only={"kind": "volunteer"}),
    Panel("languagerequest", m.LanguageRequest, "language request", "language requests", {
        "manager": _keep(OFFICE), "caseworker": _keep(OFFICE), "coordinator": _keep(OFFICE),
    }, records=True),
    Panel("turnaway", m.Turnaway, "service turned away", "services turned away", {
        "manager": Right(SPECIAL, export=True), "caseworker": _read(SPECIAL),
    }, records=True),
    Panel("plan", m.Plan, "plan", "plans", _WRITTEN_BY_ACTIONS, opened=True, records=True),
    Panel("planstep", m.PlanStep, "plan step", "plan steps", _WRITTEN_BY_ACTIONS, opened=True, records=True),
    Panel("measure", m.Measure, "measure", "measures", _WRITTEN_BY_ACTIONS, opened=True, records=True),
    Panel("incidentreport", m.IncidentReport, "report of an incident", "reports of incidents", {
        "manager": _read(SPECIAL, export=True), "caseworker": _read(SPECIAL, export=True),
    }, opened=True, records=True),
    Panel("document", m.Document, "document", "documents", {
        "manager": Right(SPECIAL, edit=True), "caseworker": Right(SPECIAL, edit=True),
    }, opened=True, records=True),
    Panel("publication", m.Publication, "publication", "publications", {
        "manager": _keep(SPECIAL), "caseworker": _keep(SPECIAL),
    }, opened=True, records=True),
    Panel("disclosure", m.DisclosureWithoutConsent, "disclosure without consent", "disclosures without consent", {
        "manager": _keep(SPECIAL), "caseworker": _read(SPECIAL),
    }, opened=True, records=True),
    Panel("release", m.Release, "release", "releases", _WRITTEN_BY_ACTIONS, records=True),
    Panel("retention", m.RetentionDecision, "retention decision", "retention decisions", {"manager": _read(SPECIAL)},
          records=True),
    Panel("breach", m.Breach, "breach", "breaches", {"manager": Right(SPECIAL, create=True, edit=True)}, opened=True,
          records=True),
    Panel("accountcheck", m.AccountCheck, "account check", "account checks", {"manager": _read(OFFICE, export=True)},
          setup=True),
    Panel("staff", m.Worker, "member of staff", "staff", {"manager": _keep(PERSONAL)}, only={"kind": "staff"},
          setup=True),
    Panel("conflict", m.Conflict, "conflict of interest", "conflicts of interest", _LISTS, opened=True, setup=True),
    Panel("team", m.Team, "team", "teams", _LISTS, setup=True),
    Panel("user", m.User, "account", "accounts", {"manager": Right(OFFICE, create=True, edit=True)}, setup=True),
    Panel("area", m.Area, "area", "areas", {**_LISTS, "coordinator": _read(OPEN)}, setup=True),
    Panel("travel", m.AreaTravel, "travel time", "travel times", {
        **_LISTS, "coordinator": _keep(OPEN), "caseworker": _read(OPEN),
    }, setup=True),
    Panel("language", m.Language, "language", "languages", {
        **_LISTS, "coordinator": Right(OPEN, create=True, edit=True, export=True),
    }, setup=True),
    Panel("venue", m.Venue, "room", "rooms", {
        **_LISTS, "caseworker": _read(OPEN), "coordinator": _read(OPEN),
    }, setup=True),
    Panel("code", m.Code, "word", "lists of words", _LISTS, setup=True),
    Panel("extrafield", m.ExtraField, "field of our own", "fields of our own", {
        "manager": Right(OFFICE, create=True, edit=True, delete=True, export=True),
    }, setup=True),
    Panel("closedday", m.ClosedDay, "closed day", "closed days", {
        **_LISTS, "caseworker": _read(OPEN), "coordinator": _read(OPEN),
    }, setup=True),
    Panel("setting", m.Setting, "promise", "promises and settings", {"manager": Right(OPEN, edit=True, export=True)},
          setup=True),
    Panel("standard", m.ResponseStandard, "response standard", "response standards", {
        **_LISTS, "caseworker": _read(OPEN),
    }, setup=True),
    Panel("helplineshift", m.HelplineShift, "turn of the helpline", "turns of the helpline", {
        **_LISTS, "coordinator": _keep(OFFICE), "caseworker": _read(OFFICE),
    }, setup=True),
    Panel("lettertemplate", m.LetterTemplate, "letter template", "letter templates", {"manager": _read(OFFICE)},
          setup=True),
    Panel("savedtable", m.SavedTable, "saved table", "saved tables", {"manager": _read(OFFICE)}, setup=True),
    Panel("grant", m.Grant, "grant", "grants", {"manager": _keep(OFFICE)}, setup=True),
    Panel("fundertemplate", m.FunderTemplate, "template for a funder", "templates for funders", {
        "manager": Right(OFFICE, edit=True),
    }, setup=True),
    Panel("funderfile", m.ExportRun, "funder file", "funder files", {"manager": _read(OFFICE)}, setup=True),
    Panel("import", m.ImportBatch, "import", "imports", {"manager": _read(OFFICE)}, setup=True),
    Panel("importmapping", m.ImportMapping, "mapping of a sheet", "mappings of sheets", {
        "manager": Right(OFFICE, edit=True),
    }, setup=True),
    Panel("setupchange", m.SetUpChange, "change of the set-up", "changes of the set-up", {"manager": _read(OFFICE)},
          setup=True),
    Panel("audit", m.AuditEntry, "audit entry", "audit trail", {"manager": _read(OFFICE, export=True)}, setup=True),
)  # fmt: skip

BY_NAME = {panel.name: panel for panel in PANELS}


def panels_of(role: str) -> tuple[Panel, ...]:
    """Give the tables that a role may open, in menu order."""
    return tuple(panel for panel in PANELS if role in panel.rights)


def panel_for(model: type[Base], role: str, row: Base | None = None) -> Panel | None:
    """Give the table in which a role meets this kind of record, or None; `row` decides between two."""
    for panel in panels_of(role):
        if panel.model is model and (row is None or _holds(panel, row)):
            return panel
    return None


def _holds(panel: Panel, row: Base) -> bool:
    return all(getattr(row, key) == value for key, value in panel.only.items())


# What may leave the office, and what stands before it


class Gate(StrEnum):
    """What stands between an address, an act or a command and the world outside."""

    INWARD = "nothing leaves"
    CONSENT = "a live consent for this agency, purpose, items and day: casework.consent.must_cover"
    PERMISSION = "a live consent of its own kind: casework.consent.must_permit"
    COUNTS = "counts alone, small ones hidden: exports.guarded"
    WORKING_LIST = "one's own scope, nothing special, marked and logged: exports.working_list"
    TO_CLIENT = "to the client alone, by a way that is safe for them: casework.receipts, casework.file_access"
    NAMES_NOBODY = "kind, reference and postcode district alone, logged: exports.calendar_file"
    OF_NOBODY = "questions to a body on its own figures, no client and no number of ours: exports.figures_letter"
    PACK = "counts as in exports.guarded; each quote under its own permission: casework.campaigns.keep_pack"
    OWN_SHEET = "rows of a sheet back to whoever brought it, for a day, marked and logged: exports.refused_rows"
    EVERYTHING = "a manager who may meet every file, their passphrase once more, logged: exports.whole_office"
    ASKS_BACK = "names nobody and nothing, after a withdrawal: casework.recall"


# Every address by its endpoint, with ROLE for whose it is and * for any table; every act on several rows; every
# command. One line each: what is not named here fails tests/house/test_outward.py, and what is not INWARD needs a
# probe in tests/admin_views/test_nothing_leaves.py.
ADDRESSES: dict[str, Gate] = {
    "static": Gate.INWARD, "healthz": Gate.INWARD, "home": Gate.INWARD, "ROLE_home.index": Gate.INWARD,
    "ROLE_home.static": Gate.INWARD,
    "login.form": Gate.INWARD, "login.sign_in": Gate.INWARD, "login.sign_out": Gate.INWARD,
    "pages.home": Gate.INWARD, "pages.record": Gate.INWARD, "pages.date_in_words": Gate.INWARD,
    "help.*": Gate.INWARD,
    # the doors of every panel
    "ROLE_*.index_view": Gate.INWARD, "ROLE_*.create_view": Gate.INWARD, "ROLE_*.edit_view": Gate.INWARD,
    "ROLE_*.details_view": Gate.INWARD, "ROLE_*.history_view": Gate.INWARD,
    "ROLE_*.delete_view": Gate.INWARD, "ROLE_*.ajax_lookup": Gate.INWARD,
    "ROLE_*.ajax_update": Gate.INWARD, "ROLE_*.action_view": Gate.INWARD,  # which act is done decides, see ACTS
    "ROLE_*.bulk_view": Gate.INWARD, "ROLE_*.bulk_done_view": Gate.INWARD, "ROLE_*.bulk_undo_view": Gate.INWARD,
    "ROLE_*.export": Gate.WORKING_LIST, "ROLE_publication.create_view": Gate.PERMISSION,
    # signing in, one's own account, drafts, the hidden screen
    "login.again": Gate.INWARD, "login.code": Gate.INWARD, "setup.page": Gate.INWARD, "account.*": Gate.INWARD,
    "accounts.passphrase": Gate.INWARD, "drafts.answer": Gate.INWARD, "hide.*": Gate.INWARD,
    # the task screens: somebody comes, and is found
    "find.*": Gate.INWARD, "jump.*": Gate.INWARD,
    "intake.ROLE": Gate.INWARD, "advise.ROLE": Gate.INWARD, "merge.*": Gate.INWARD,
    # the day and the case
    "call.*": Gate.INWARD, "day.*": Gate.INWARD, "waiting.ROLE": Gate.INWARD, "why.ROLE": Gate.INWARD,
    "case_file.*": Gate.INWARD, "correct_note.ROLE": Gate.INWARD, "deadlines.*": Gate.INWARD,
    "happened.ROLE": Gate.INWARD, "documents.*": Gate.INWARD, "plan.*": Gate.INWARD, "closing.*": Gate.INWARD,
    "aftercare.ROLE": Gate.INWARD, "handover.ROLE": Gate.INWARD, "improvements.ROLE": Gate.INWARD,
    "retention.*": Gate.INWARD, "breach.*": Gate.INWARD, "account_review.*": Gate.INWARD, "kept.ROLE": Gate.INWARD,
    "processing.*": Gate.INWARD, "leaving.ROLE": Gate.INWARD, "leaving.ROLE_everything": Gate.EVERYTHING,
    "patterns.*": Gate.INWARD, "issues.ROLE": Gate.INWARD, "issues.ROLE_*": Gate.INWARD, "campaigns.ROLE": Gate.INWARD,
    "campaigns.ROLE_*": Gate.INWARD, "campaigns.ROLE_pack": Gate.PACK, "campaigns.ROLE_file": Gate.PACK,
    "review.*": Gate.INWARD,  # the minutes as well: they are for ourselves, marked and logged
    # the trail, and the list of it that a client may have
    "history.page": Gate.INWARD, "history.check": Gate.INWARD, "history.printed": Gate.INWARD,
    # meetings
    "interpreters.ROLE": Gate.INWARD, "interpreters.ROLE_sheet": Gate.INWARD,
    "board.*": Gate.INWARD, "volunteer_page.*": Gate.INWARD,
    "suggest_week.ROLE": Gate.INWARD, "visit.ROLE": Gate.INWARD, "held.*": Gate.INWARD,
    "diary.ROLE": Gate.INWARD, "helpline.*": Gate.INWARD, "calendar_file.ROLE": Gate.NAMES_NOBODY,
    # a spreadsheet on its way in
    "import_sheet.*": Gate.INWARD, "import_sheet.refused": Gate.OWN_SHEET,
    # letters; what is printed before it was sent says that it is a draft
    "letters.ROLE_in": Gate.INWARD, "letters.ROLE_asked": Gate.INWARD, "letters.ROLE_step": Gate.INWARD,
    "letters.ROLE_write": Gate.CONSENT, "letter_print.ROLE": Gate.INWARD,
    "extra_fields.*": Gate.INWARD, "set_up_change.*": Gate.INWARD,
    "templates.upload": Gate.INWARD, "templates.file": Gate.INWARD,
    # seeing one's own file
    "file_access.ROLE_ask": Gate.INWARD, "file_access.ROLE_request": Gate.INWARD,
    "file_access.ROLE_extend": Gate.INWARD, "file_access.ROLE_mark": Gate.INWARD,
    "file_access.ROLE_redact": Gate.INWARD, "file_access.ROLE_copy": Gate.TO_CLIENT,
    # figures, referrals, permissions
    "figures.ROLE": Gate.INWARD, "figures.ROLE_workbook": Gate.COUNTS,
    "list_views.*": Gate.INWARD,
    "cross_tables.*": Gate.INWARD, "cross_tables.ROLE_file": Gate.COUNTS, "annual.*": Gate.INWARD,
    "funder.ROLE": Gate.INWARD, "funder.ROLE_make": Gate.INWARD, "funder.ROLE_file": Gate.INWARD,
    "funder.ROLE_take": Gate.COUNTS, "funder.ROLE_template": Gate.INWARD, "funder.ROLE_templates": Gate.INWARD,
    "scorecard.ROLE": Gate.INWARD, "scorecards.ROLE": Gate.INWARD, "scorecard.ROLE_print": Gate.COUNTS,
    "scorecard.ROLE_letter": Gate.COUNTS,
    "figures_request.ROLE": Gate.INWARD, "figures_request.ROLE_ask": Gate.INWARD,
    "figures_request.ROLE_words": Gate.INWARD, "figures_request.ROLE_send": Gate.INWARD,
    "figures_request.ROLE_step": Gate.INWARD, "figures_request.ROLE_answers": Gate.INWARD,
    "figures_request.ROLE_letter": Gate.OF_NOBODY,
    "refer.ROLE": Gate.CONSENT, "refer.ROLE_send": Gate.CONSENT, "refer.ROLE_answer": Gate.INWARD,
    "refer.agencies_found": Gate.INWARD, "refer.ROLE_chase": Gate.CONSENT,
    # agencies: their clocks and conduct, where to ask, partners
    "case_agencies.ROLE": Gate.INWARD, "conduct.ROLE": Gate.INWARD, "need.ROLE": Gate.INWARD,
    "equality.ROLE": Gate.INWARD, "equality.ROLE_object": Gate.INWARD,
    "directory.*": Gate.INWARD, "partners.ROLE_came": Gate.INWARD, "partners.ROLE_log": Gate.INWARD,
    "partners.ROLE_reply": Gate.CONSENT,
    "ledger.ROLE": Gate.INWARD, "ledger.ROLE_withdraw": Gate.INWARD, "ledger.ROLE_returned": Gate.INWARD,
    "ledger.ROLE_recall": Gate.ASKS_BACK, "ledger.ROLE_letter": Gate.ASKS_BACK, "ledger.ROLE_receipt": Gate.TO_CLIENT,
}  # fmt: skip
ACTS: dict[str, Gate] = {
    "export": Gate.WORKING_LIST, "change": Gate.INWARD, "refer": Gate.INWARD, "done": Gate.INWARD, "issue": Gate.INWARD,
}  # fmt: skip
COMMANDS: dict[str, Gate] = {
    "upgrade": Gate.INWARD, "demo": Gate.INWARD, "load-benchmark": Gate.INWARD,
    "user add": Gate.INWARD, "user disable": Gate.INWARD,
    "user reset": Gate.INWARD, "user reset-step": Gate.INWARD, "check": Gate.INWARD, "backup": Gate.INWARD,
    "promote-field": Gate.INWARD, "restore": Gate.INWARD, "drill": Gate.INWARD, "key new": Gate.INWARD,
    "key encrypt": Gate.INWARD, "key change": Gate.INWARD, "import": Gate.INWARD,
    "import-undo": Gate.INWARD, "move": Gate.INWARD, "export": Gate.WORKING_LIST, "funder-report": Gate.COUNTS,
}  # fmt: skip
_ROLE = re.compile(rf"(^|\.)(?:{'|'.join(ROLES)})(?=$|_|\.)")


def gate_of(name: str, declared: Mapping[str, Gate]) -> Gate | None:
    """Give what stands before one address, act or command: by its own name, else by its kind; None if undeclared."""
    kind = _ROLE.sub(r"\1ROLE", name)
    by_kind = (gate for pattern, gate in declared.items() if fnmatchcase(kind, pattern))
    return declared.get(kind) or next(by_kind, None)
