"""The record of processing: what is kept of whom, why, on which ground and for how long, read from the declarations.

Each table belongs to one purpose; a table that is in none fails a test of the house. Its columns, with how private
each is, come from the models. Source: UK GDPR, article 30.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from models import Base
from models.base import table_name
from models.declared import declared
from models.fields import Sensitivity

OURS = {"created_at", "created_by_id", "updated_at", "updated_by_id", "version", "id"}
LEVELS = {
    Sensitivity.OPEN: "Open: may leave the office as a count or a date",
    Sensitivity.OFFICE: "Office: who is doing what",
    Sensitivity.PERSONAL: "Personal: names, finds or reaches somebody",
    Sensitivity.SPECIAL: "Special: immigration status, health, what happened",
    Sensitivity.SECRET: "Secret: on no screen and in no list",
}  # fmt: skip


@dataclass(frozen=True)
class Purpose:
    """Why some tables are kept: of whom, on which ground, who receives something, and for how long."""

    name: str
    whose: str
    ground: str
    recipients: str
    kept: str
    tables: tuple[str, ...]


FILE_KEPT = "until the retention review after the file's last closing (retention_file) decides; then anonymised by two"
CONSENT = "agencies, under the client's recorded permission for each; every release is logged"
NOBODY = "nobody outside the office"
PURPOSES = (
    Purpose(
        "Standing with clients", "clients and those who live with them",
        "legitimate interests, article 6(1)(f); special categories: not-for-profit body, article 9(2)(d), and legal "
        "proceedings, 9(2)(f)",
        CONSENT, FILE_KEPT,
        ("Client", "ClientExtra", "CaseExtra", "ClientMember",
         "Case", "CaseNote", "Task", "Plan", "PlanStep", "Measure", "Deadline", "CaseWorker",
         "CaseLook", "Reopening", "Document", "DocumentContent", "Correspondence", "Consequence", "Turnaway",
         "Restriction", "FileReview", "Review", "ReviewEntry", "ReviewRemark"),
    ),
    Purpose(
        "Counting whom we reach and whom not", "clients who answer; who objects is not counted",
        "equality of treatment, article 9(2)(g) with schedule 1, paragraph 8, of the Data Protection Act 2018",
        "funders, as numbers in which small ones are hidden", FILE_KEPT,
        ("EqualityAnswer",),
    ),
    Purpose(
        "Writing down what happened", "clients; of those who did it only their relation, no name",
        "legal proceedings and substantial public interest (equality), article 9(2)(f) and (g)", CONSENT, FILE_KEPT,
        ("Incident", "IncidentReport", "AgencyConduct"),
    ),
    Purpose(
        "Asking agencies for help", "clients; staff of agencies by their post",
        "the client's permission, articles 6(1)(a) and 9(2)(a)", CONSENT, FILE_KEPT,
        ("Consent", "Release", "Referral", "ReferralChase", "DisclosureWithoutConsent", "Publication"),
    ),
    Purpose(
        "Meetings and interpreting", "clients, volunteers",
        "legitimate interests, article 6(1)(f); volunteers: their agreement with us",
        "the interpreter of a meeting: time, language and place, never why", FILE_KEPT,
        ("Appointment", "AppointmentWorker", "LanguageRequest", "LanguageOffer", "HelplineShift", "AppointmentExtra"),
    ),
    Purpose(
        "Those who work here", "staff, volunteers, trustees",
        "contract and legal duty, article 6(1)(b) and (c)", NOBODY,
        "while they work here; whoever leaves is made inactive and looked at in the yearly review of volunteers",
        ("Worker", "WorkerExtra", "WorkerLanguage", "Availability", "Avoidance", "VolunteerEntry", "Team", "Conflict",
         "User",
         "AccountCheck"),
    ),
    Purpose(
        "Rights of clients, and learning", "clients, complainants", "legal duty, article 6(1)(c)",
        "the client themselves, by a way that is safe for them", FILE_KEPT,
        ("FileRequest", "Redaction", "Feedback", "Complaint", "RetentionDecision"),
    ),
    Purpose(
        "Holding to account", "clients as counts; quotes with permission", "legitimate interests, article 6(1)(f)",
        "the public: counts with small numbers hidden, and quotes under a permission of their own",
        "evidence with its file; counts for good",
        ("Issue", "IssueEvidence", "Pattern", "Campaign", "CampaignDemand", "CampaignEvent", "CampaignQuote",
         "EvidencePack", "FiguresRequest", "FiguresQuestion"),
    ),
    Purpose(
        "Accounting to funders", "nobody: counts alone", "no personal data",
        "funders: counts with small numbers hidden", "for good",
        ("Grant", "FunderTemplate", "TemplateLine", "ExportRun", "SavedTable"),
    ),
    Purpose(
        "Security and the trail", "everybody with an account; clients by number",
        "legal duty and legitimate interests, article 6(1)(c) and (f)",
        "a client: who has seen their file; the regulator, in a breach",
        "the trail and the register of breaches for good; sign-ins and tries while they count; drafts for some days "
        "(draft_kept)",
        ("AuditEntry", "SetUpChange", "Breach", "BreachPerson", "SignIn", "SignInTry", "SecondFactor", "RecoveryCode",
         "Draft",
         "SavedPage", "ImportBatch", "ImportMapping", "ImportUpload", "SavedView"),
    ),
    Purpose(
        "Words, places and agencies", "staff of agencies by their post", "legitimate interests, article 6(1)(f)",
        NOBODY, "while they are in use",
        ("Agency", "AgencyExtra", "AgencyContact", "Area", "AreaTravel", "Language", "Venue", "Code", "ClosedDay",
         "Setting",
         "ResponseStandard", "LetterTemplate", "ExtraField", "ExtraChoice"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """One table: its name, and its columns' labels by how private they are, the most private first."""

    table: str
    columns: tuple[tuple[Sensitivity, tuple[str, ...]], ...]


def tables_of(purpose: Purpose) -> Iterator[Kept]:
    """Give the tables of a purpose with their columns, as the models declare them."""
    models = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
    for name in purpose.tables:
        by_level: dict[Sensitivity, list[str]] = {}
        for one in declared(models[name]):
            if one.key not in OURS:
                by_level.setdefault(one.info.sensitivity, []).append(one.info.label)
        yield Kept(table_name(name), tuple((level, tuple(by_level[level])) for level in sorted(by_level, reverse=True)))


def as_page() -> Iterator[str]:
    """Give the lines of docs/processing.md."""
    yield "# Record of processing"
    yield ""
    yield "Made from the declarations in `models/` and the purposes in `casework/processing.py`; managers read it too."
    yield "`python -m casework.processing > docs/processing.md` makes it anew. An office checks the grounds with its"
    yield "own adviser before it relies on them."
    for purpose in PURPOSES:
        yield from ("", f"## {purpose.name}", "", f"- of whom: {purpose.whose}", f"- ground: {purpose.ground}",
                    f"- who receives something: {purpose.recipients}", f"- kept: {purpose.kept}", "",
                    "| table | what is most private first |", "|---|---|")  # fmt: skip
        for kept in tables_of(purpose):
            told = "; ".join(f"**{level.name.lower()}** {', '.join(labels)}" for level, labels in kept.columns)
            yield f"| `{kept.table}` | {told} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join((*as_page(), "")))
