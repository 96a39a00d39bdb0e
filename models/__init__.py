"""Floor 0: what the office keeps, one file per noun. Each column is declared once, see `models.fields`."""

from models.agencies import Agency, AgencyContact
from models.appointments import Appointment, AppointmentWorker
from models.base import Base
from models.cases import Case, CaseNote, Incident, Task
from models.clients import Client, ClientMember, Consent, Release
from models.conduct import AgencyConduct
from models.continuity import CaseWorker
from models.correspondence import Correspondence
from models.deadlines import Deadline
from models.documents import Document, DocumentContent
from models.file_access import FileRequest, Redaction
from models.finding import client_keys
from models.helpline import HelplineShift
from models.incidents import IncidentReport
from models.interpreting import LanguageOffer, LanguageRequest
from models.learning import Complaint, Feedback, FileReview, Restriction
from models.looks import CaseLook
from models.need import Consequence
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
from models.records import AuditEntry, ImportBatch
from models.referrals import Referral, ReferralChase
from models.reviews import Review, ReviewEntry, ReviewRemark
from models.sign_ins import Draft, RecoveryCode, SavedPage, SecondFactor, SignIn, SignInTry
from models.travel import AreaTravel
from models.turnaways import Turnaway
from models.words import Area, ClosedDay, Code, Language, ResponseStandard, Setting, Venue

__all__ = [
    "Agency",
    "AgencyConduct",
    "AgencyContact",
    "Appointment",
    "AppointmentWorker",
    "Area",
    "AreaTravel",
    "AuditEntry",
    "Availability",
    "Avoidance",
    "Base",
    "Case",
    "CaseLook",
    "CaseNote",
    "CaseWorker",
    "Client",
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
    "Feedback",
    "FileRequest",
    "FileReview",
    "HelplineShift",
    "ImportBatch",
    "Incident",
    "IncidentReport",
    "Language",
    "LanguageOffer",
    "LanguageRequest",
    "LetterTemplate",
    "Measure",
    "Plan",
    "PlanStep",
    "Publication",
    "RecoveryCode",
    "Redaction",
    "Referral",
    "ReferralChase",
    "Release",
    "ResponseStandard",
    "Restriction",
    "Review",
    "ReviewEntry",
    "ReviewRemark",
    "SavedPage",
    "SecondFactor",
    "Setting",
    "SignIn",
    "SignInTry",
    "Task",
    "Team",
    "Turnaway",
    "User",
    "Venue",
    "VolunteerEntry",
    "Worker",
    "WorkerLanguage",
    "client_keys",
]
