"""Floor 0: what the office keeps, one file per noun. Each column is declared once, see `models.fields`."""

from models.agencies import Agency
from models.appointments import Appointment, AppointmentWorker
from models.base import Base
from models.cases import Case, CaseNote, Incident, Task
from models.clients import Client, ClientMember, Consent, Release
from models.continuity import CaseWorker
from models.file_access import FileRequest, Redaction
from models.learning import Complaint, Feedback, FileReview, Restriction
from models.people import Availability, Conflict, Team, User, Worker, WorkerLanguage
from models.records import AuditEntry, ImportBatch
from models.referrals import Referral
from models.words import Area, ClosedDay, Code, Language, ResponseStandard, Setting, Venue

__all__ = [
    "Agency",
    "Appointment",
    "AppointmentWorker",
    "Area",
    "AuditEntry",
    "Availability",
    "Base",
    "Case",
    "CaseNote",
    "CaseWorker",
    "Client",
    "ClientMember",
    "ClosedDay",
    "Code",
    "Complaint",
    "Conflict",
    "Consent",
    "Feedback",
    "FileRequest",
    "FileReview",
    "ImportBatch",
    "Incident",
    "Language",
    "Redaction",
    "Referral",
    "Release",
    "ResponseStandard",
    "Restriction",
    "Setting",
    "Task",
    "Team",
    "User",
    "Venue",
    "Worker",
    "WorkerLanguage",
]
