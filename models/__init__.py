"""Floor 0: what the office keeps, one file per noun. Each column is declared once, see `models.fields`."""

from models.agencies import Agency
from models.appointments import Appointment, AppointmentWorker
from models.base import Base
from models.cases import Case, CaseNote, Incident, Task
from models.clients import Client, ClientMember, Consent, Release
from models.people import Availability, Conflict, Team, User, Worker, WorkerLanguage
from models.records import AuditEntry, ImportBatch
from models.referrals import Referral
from models.sign_ins import Draft, RecoveryCode, SecondFactor, SignIn, SignInTry
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
    "Client",
    "ClientMember",
    "ClosedDay",
    "Code",
    "Conflict",
    "Consent",
    "Draft",
    "ImportBatch",
    "Incident",
    "Language",
    "RecoveryCode",
    "Referral",
    "Release",
    "ResponseStandard",
    "SecondFactor",
    "Setting",
    "SignIn",
    "SignInTry",
    "Task",
    "Team",
    "User",
    "Venue",
    "Worker",
    "WorkerLanguage",
]
