"""Floor 0: what the office keeps, one file per noun. Each column is declared once, see `models.fields`."""

from models.agencies import Agency, AgencyContact
from models.appointments import Appointment, AppointmentWorker
from models.base import Base
from models.campaigns import Campaign, CampaignDemand, CampaignEvent, CampaignQuote, EvidencePack
from models.cases import Case, CaseNote, Incident, Task
from models.clients import Client, ClientMember, Consent, Release
from models.conduct import AgencyConduct
from models.continuity import CaseWorker, Reopening
from models.correspondence import Correspondence
from models.deadlines import Deadline
from models.documents import Document, DocumentContent
from models.equality import EqualityAnswer
from models.extras import AgencyExtra, AppointmentExtra, CaseExtra, ClientExtra, ExtraChoice, ExtraField, WorkerExtra
from models.figures_requests import FiguresQuestion, FiguresRequest
from models.file_access import FileRequest, Redaction
from models.finding import client_keys
from models.funding import ExportRun, FunderTemplate, Grant, TemplateLine
from models.helpline import HelplineShift
from models.imports import ImportMapping, ImportUpload
from models.incidents import IncidentReport
from models.interpreting import LanguageOffer, LanguageRequest
from models.issues import Issue, IssueEvidence
from models.learning import Complaint, Feedback, FileReview, Restriction
from models.looks import CaseLook
from models.need import Consequence
from models.patterns import Pattern
from models.people import (
    Availability,
    Avoidance,
    Conflict,
    Team,
    User,
    VolunteerEntry,
    Worker,
    WorkerLanguage,
)
from models.permissions import DisclosureWithoutConsent, LetterTemplate, Publication
from models.plans import Measure, Plan, PlanStep
from models.protection import AccountCheck, Breach, BreachPerson, RetentionDecision
from models.records import AuditEntry, ImportBatch
from models.referrals import Referral, ReferralChase
from models.reviews import Review, ReviewEntry, ReviewRemark
from models.saved_tables import SavedTable
from models.saved_views import SavedView
from models.set_up import SetUpChange
from models.sign_ins import Draft, RecoveryCode, SavedPage, SecondFactor, SignIn, SignInTry
from models.travel import AreaTravel
from models.turnaways import Turnaway
from models.words import Area, ClosedDay, Code, Language, ResponseStandard, Setting, Venue

__all__ = [
    "AccountCheck",
    "Agency",
    "AgencyConduct",
    "AgencyContact",
    "AgencyExtra",
    "Appointment",
    "AppointmentExtra",
    "AppointmentWorker",
    "Area",
    "AreaTravel",
    "AuditEntry",
    "Availability",
    "Avoidance",
    "Base",
    "Breach",
    "BreachPerson",
    "Campaign",
    "CampaignDemand",
    "CampaignEvent",
    "CampaignQuote",
    "Case",
    "CaseExtra",
    "CaseLook",
    "CaseNote",
    "CaseWorker",
    "Client",
    "ClientExtra",
    "ClientMember",
    "ClosedDay",
    "Code",
    "Complaint",
    "Conflict",
    "Consent",
    "Consequence",
    "Correspondence",
    "Deadline",
    "DisclosureWithoutConsent",
    "Document",
    "DocumentContent",
    "Draft",
    "EqualityAnswer",
    "EvidencePack",
    "ExportRun",
    "ExtraChoice",
    "ExtraField",
    "Feedback",
    "FiguresQuestion",
    "FiguresRequest",
    "FileRequest",
    "FileReview",
    "FunderTemplate",
    "Grant",
    "HelplineShift",
    "ImportBatch",
    "ImportMapping",
    "ImportUpload",
    "Incident",
    "IncidentReport",
    "Issue",
    "IssueEvidence",
    "Language",
    "LanguageOffer",
    "LanguageRequest",
    "LetterTemplate",
    "Measure",
    "Pattern",
    "Plan",
    "PlanStep",
    "Publication",
    "RecoveryCode",
    "Redaction",
    "Referral",
    "ReferralChase",
    "Release",
    "Reopening",
    "ResponseStandard",
    "Restriction",
    "RetentionDecision",
    "Review",
    "ReviewEntry",
    "ReviewRemark",
    "SavedPage",
    "SavedTable",
    "SavedView",
    "SecondFactor",
    "SetUpChange",
    "Setting",
    "SignIn",
    "SignInTry",
    "Task",
    "Team",
    "TemplateLine",
    "Turnaway",
    "User",
    "Venue",
    "VolunteerEntry",
    "Worker",
    "WorkerExtra",
    "WorkerLanguage",
    "client_keys",
]
