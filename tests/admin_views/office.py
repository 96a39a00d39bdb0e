"""A small invented office for the tests of the screens: two teams, five accounts, four files.

To Amina, the caseworker at the screen, the four files are: her own, a colleague's of her team, one of the
other team, and one of her own team whose client asked that she of all people never sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO

from argon2 import PasswordHasher
from openpyxl import Workbook
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework import campaigns, figures_requests, grants, issues, reviews
from casework.figures_gaps import own_numbers, raised
from casework.periods import Period
from exports import funder_files
from models import (
    AccountCheck,
    Agency,
    AgencyConduct,
    AgencyContact,
    Appointment,
    Avoidance,
    Base,
    Breach,
    BreachPerson,
    CampaignQuote,
    Case,
    CaseNote,
    CaseWorker,
    Client,
    ClientMember,
    Complaint,
    Conflict,
    Consent,
    Consequence,
    Correspondence,
    Deadline,
    DisclosureWithoutConsent,
    EqualityAnswer,
    Feedback,
    FileRequest,
    FileReview,
    Grant,
    HelplineShift,
    ImportBatch,
    ImportMapping,
    Incident,
    LanguageOffer,
    LanguageRequest,
    Measure,
    Pattern,
    Plan,
    PlanStep,
    Publication,
    Redaction,
    Referral,
    ReferralChase,
    Release,
    Reopening,
    Restriction,
    RetentionDecision,
    Review,
    SavedTable,
    SetUpChange,
    Task,
    Turnaway,
    User,
    VolunteerEntry,
    Worker,
)
from tests import make

PASSPHRASE = "four dull words here"
# One cheap round: what is tested is that signing in asks for the passphrase, not how long guessing takes.
_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

ROLE_OF = {
    "manager": "manager", "amina": "caseworker", "joan": "caseworker", "leyla": "coordinator", "figures": "reports",
}  # fmt: skip
SIGN_IN = {"manager": "manager", "caseworker": "amina", "coordinator": "leyla", "reports": "figures"}
NAMES = {"own": "Rehana Begum", "team": "Hodan Warsame", "other": "Jamila Nazari", "hidden": "Bashir Khan"}
SCRIPTS = {"own": "রেহানা বেগম", "team": "Xodan", "other": "جمیله", "hidden": "بشیر"}
FILES = ("own", "team", "other", "hidden")
WITHIN_REACH = {  # whose files a person meets, said here by hand and nowhere read from the program
    "manager": {"own", "team", "other", "hidden"}, "amina": {"own", "team"}, "joan": {"other"},
    "leyla": set(), "figures": set(),
}  # fmt: skip
ROWS_OF_A_FILE = {"consent": 2}  # where it is not one: to tell an agency, and to be quoted
STAMPED = {"created_at": make.NOW, "updated_at": make.NOW, "version": 1}
HOURS = {"own": "10:30", "team": "12:00", "other": "13:30", "hidden": "15:00"}


def canary(what: str, file: str) -> str:
    """Give a word that stands nowhere else: where it is met, this field of this file was shown."""
    return f"{what}-of-{file}-file"


@dataclass
class Office:
    """Where everything is: the ids of people and records, by their names here."""

    people: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)  # (table, file) -> id

    def __getitem__(self, key: tuple[str, str]) -> int:
        return self.ids[key]


def kept_passphrase() -> str:
    """Give what is stored of the passphrase."""
    return _HASHER.hash(PASSPHRASE)


def furnish(db: Session) -> Office:
    """Fill an empty office; everything is lawful, since the guard looks on."""
    office = Office()
    people = _people(db, office)
    agency = make.agency(db, areas=("Tower Hamlets",), phone="020 7946 0101", email="desk@marshlane.example")
    agency.contacts.append(AgencyContact(name=canary("contact", "agency"), post="Duty desk"))
    office.ids["agency", "own"] = agency.id
    volunteer = make.volunteer(
        db, "Farida A", speaks=(("Sylheti", "spoken"),), free=(("2", "10:00", "16:00"),), phone="07700 900155",
        avoids=[Avoidance(kind="person", text=canary("avoids", "nobody").replace("-", " "))],
        entries=[VolunteerEntry(kind="hours", day=make.TODAY, minutes=45, what="Welcome evening")],
    )  # fmt: skip
    office.ids["volunteer", "own"] = volunteer.id
    _own_fields(db, office, agency, volunteer)
    for file, lead in zip(FILES, ("amina", "tariq", "joan", "tariq"), strict=True):
        _file(db, office, file, people[lead], agency)
        db.get(Client, office["client", file]).extra_text_1 = canary("school", file)
        db.get(Case, office["case", file]).extra_date_1 = make.TODAY
        db.get(Appointment, office["appointment", file]).extra_choice_1 = "a1"
    _reviewed(db, office)
    _figures_asked(db, office, agency)
    _answered_pattern(db, office)
    _campaigned(db, office, agency)
    _never_sees(db, office, people["amina"])
    _paid_for(db, office)
    declined = LanguageOffer(request_id=office["languagerequest", "own"], worker=volunteer, status="declined")
    db.add(declined)
    _looked_after(db, office)
    task = Task(owner=people["leyla"], what="Ring the new volunteers", due_on=date(2026, 11, 24))
    db.add(HelplineShift(day=date(2026, 11, 23), part="night", worker=people["tariq"], backup=people["manager"]))
    batch = ImportBatch(
        name="calls.csv", sha256="0" * 64, mapping="calls", total=3, imported=1, already_there=1, refused=1
    )
    table = SavedTable(name="Where it happens", owner_id=office.users["manager"],
                       asked="of=incidents&rows=place&measure=each&period=year")  # fmt: skip
    mapping = ImportMapping(name="Call book", told="{}")
    change = SetUpChange(at=make.NOW, who="manager", act="changed", subject="Setting", row_id=1, name="Letters",
                         told="Value: 9 → 10", kept="[]")  # fmt: skip
    db.add_all([batch, task, table, mapping, change])
    db.flush()
    office.ids["importmapping", "own"] = mapping.id
    office.ids["setupchange", "own"] = change.id
    office.ids["savedtable", "own"] = table.id
    office.ids["import", "own"], office.ids["task", "leyla"] = batch.id, task.id
    return office


def _own_fields(db: Session, office: Office, agency: Agency, volunteer: Worker) -> None:
    """Fields that the office added to each kind of record that may have them."""
    make.extra_field(db, "client", "What the school knows", sensitivity="special")
    make.extra_field(db, "case", "Spoken about at the school", "date")
    make.extra_field(db, "appointment", "How they came", "choice", answers=("By bus", "On foot"))
    make.extra_field(db, "agency", "Seats in its waiting room", "number")
    make.extra_field(db, "worker", "Has a key", "yes_no")
    agency.extra_number_1, volunteer.extra_yes_no_1 = 12, True
    db.flush()
    office.ids["extrafield", "own"] = 1


def _people(db: Session, office: Office) -> dict[str, Worker]:
    east, west = make.team(db, "East"), make.team(db, "West")
    people = {
        "manager": make.worker(db, "Maryam Y", in_team=east), "amina": make.worker(db, "Amina K", in_team=east),
        "tariq": make.worker(db, "Tariq B", in_team=east), "joan": make.worker(db, "Joan W", in_team=west),
        "leyla": make.worker(db, "Leyla C", in_team=east),
    }  # fmt: skip
    kept = kept_passphrase()
    for username, role in ROLE_OF.items():
        user = User(username=username, role=role, worker=people.get(username), password_hash=kept)
        db.add(user)
        db.flush()
        office.users[username] = user.id
    office.people = {name: one.id for name, one in people.items()}
    return people


def _file(db: Session, office: Office, file: str, lead: Worker, agency) -> None:
    """One client with everything that belongs to a file."""
    client = make.client(
        db, NAMES[file], own_script=SCRIPTS[file], address=canary("address", file), needs=canary("needs", file),
        phone=f"07700 9002{FILES.index(file)}1", safe_note="10:00 to 14:30",
        members=[ClientMember(name=canary("member", file), is_child=True)],
    )  # fmt: skip
    case = make.case(db, client, lead=lead, title=canary("title", file))
    consent = make.consent(db, client, agency)
    rows = {
        "client": client, "case": case, "consent": consent,
        "casenote": CaseNote(case=case, at=make.NOW, text=canary("note", file), minutes=20,
                             kinds=[make.code(db, "note_kind", "practical")]),
        "correspondence": Correspondence(
            case=case, direction="in", medium="letter", kind="reply", status="noted", contact_with="agency",
            agency=agency, at=make.NOW, subject=canary("subject", file), text=canary("letter", file),
            items=[make.code(db, "data_scope", "name")],
        ),
        "incident": Incident(case=case, from_at=datetime(2026, 11, 14, 22, 0, tzinfo=UTC), what=canary("what", file),
                             types=[make.code(db, "incident_type", "threat")], crime_ref=canary("crime", file)),
        "task": Task(case=case, owner=lead, what=canary("task", file), due_on=date(2026, 11, 27)),
        "referral": Referral(case=case, agency=agency, request=make.code(db, "request", "repairs"),
                             items=[make.code(db, "data_scope", "name")], reason=canary("reason", file)),
        "deadline": Deadline(case=case, kind=make.code(db, "deadline_kind", "appeal"), due_on=date(2026, 12, 15),
                             what=canary("deadline", file)),
        "release": _released(client, consent, agency, file),
        "measure": Measure(case=case, measured_on=make.TODAY, point="intake", safety=1, isolation=0, coping=2),
        "equality": EqualityAnswer(client=client, asked_on=make.TODAY, religion="hindu"),
        "plan": (plan := Plan(case=case)),
        "planstep": PlanStep(plan=plan, what=canary("step", file), task="empower", actor="client"),
        "publication": _printed(db, client, file),
        "disclosure": _told(db, client, agency, lead, file),
    }  # fmt: skip
    rows["languagerequest"] = LanguageRequest(
        case=case, language=make.language(db, "Bengali"), due_on=date(2026, 12, 4), pages=2
    )
    rows["turnaway"] = Turnaway(
        case=case, service=make.code(db, "service", "accommodation"), advice=rows["casenote"], given_on=make.TODAY,
        reason=make.code(db, "turnaway_reason", "no_capacity"),
    )  # fmt: skip
    db.add_all(rows.values())
    db.flush()
    rows["incidentreport"] = make.report(
        db, rows["incident"], agency, state="not_reported", reason=canary("whynot", file)
    )  # fmt: skip
    rows["conduct"] = AgencyConduct(case=case, agency=agency, happened_on=make.TODAY, what=canary("conduct", file),
                                    code=make.code(db, "conduct", "not_believed"))  # fmt: skip
    rows["consequence"] = Consequence(case=case, happened_on=make.TODAY, note=canary("consequence", file),
                                      code=make.code(db, "consequence", "anxiety_distress"))  # fmt: skip
    rows["document"] = make.document(
        db, case, name=f"{canary('paper', file)}.txt", data=canary("bytes", file).encode(),
        shows=canary("shows", file),
    )  # fmt: skip
    rows |= _about_our_work(office, file, client, case, rows["casenote"])
    db.add_all(rows.values())
    db.flush()
    rows["leadership"] = db.scalars(select(CaseWorker).where(CaseWorker.case_id == case.id)).one()
    rows["appointment"] = make.appointment(db, case, clock=HOURS[file], lead=lead, note=canary("visit", file))
    office.ids |= {(table, file): row.id for table, row in rows.items()}
    office.ids["chase", file] = _chased(db, rows["referral"], file)
    reopened = {"case_id": case.id, "closed_on": date(2026, 1, 5), "reopened_on": date(2026, 1, 9), **STAMPED}
    office.ids["reopening", file] = db.execute(insert(Reopening).values(reopened)).inserted_primary_key[0]


def _chased(db: Session, referral: Referral, file: str) -> int:
    """A chase, put in past the rules: the file's request is a draft, so that its form can be tried out."""
    row = {"referral_id": referral.id, "at": make.NOW, "medium": "phone", "note": canary("chase", file), **STAMPED}
    return db.execute(insert(ReferralChase).values(row)).inserted_primary_key[0]


def _reviewed(db: Session, office: Office) -> None:
    """The review of July and August is complete, that of September and October is planned."""
    review = Review(period_from=date(2026, 7, 1), period_to=date(2026, 8, 31), due_on=date(2026, 8, 31))
    db.add(review)
    db.flush()
    reviews.open_review(db, review)
    of_case = {office["case", file]: file for file in FILES}
    for entry in reviews.entries(db, review):
        entry.note = canary("said", of_case[entry.case_id])
        entry.flags = [make.code(db, "review_flag", "again")]
        office.ids["reviewentry", of_case[entry.case_id]] = entry.id
    reviews.complete(db, review)
    planned = reviews.unfinished(db)
    assert planned is not None
    office.ids["review", "own"], office.ids["review", "other"] = review.id, planned.id
    office.ids["reviewremark", "own"] = reviews.add_remark(db, review, "Added later").id


def _figures_asked(db: Session, office: Office, agency: Agency) -> None:
    """A draft that asks the one agency for its own figures."""
    last_year = Period(date(2025, 4, 1), date(2026, 3, 31))
    found = raised(agency, own_numbers(db, agency, last_year, make.TODAY))
    draft = figures_requests.draft(db, agency, last_year, [one for one in found if "reports" in one.question.topic])
    office.ids["figuresrequest", "own"] = office.ids["figuresrequest", "other"] = draft.id


def _answered_pattern(db: Session, office: Office) -> None:
    """Two answers to what the radar proposed, long out of its sight."""
    for file in ("own", "other"):
        made = Pattern(title="Was not believed: nobody now", words="3 clients", looks=f"conduct|0|{file}", clients=3,
                       reason="A season", decided_on=date(2026, 3, 2))  # fmt: skip
        db.add(made)
        db.flush()
        office.ids["pattern", file] = made.id


def _empty_workbook() -> bytes:
    """A workbook without figures: a further pack is laid beside it."""
    file = BytesIO()
    Workbook().save(file)
    return file.getvalue()


def _campaigned(db: Session, office: Office, agency: Agency) -> None:
    """An adopted issue that rests on all four files, its campaign with a quote of each, and a pack."""
    cases = [db.get_one(Case, office["case", file]) for file in FILES]
    said = issues.Said("Repairs wait for months", agency=agency, finding=canary("finding", "issue"))
    issue = issues.step(db, issues.raise_issue(db, said, cases), "adopted")
    for file, one in zip(FILES, issue.evidence, strict=True):
        office.ids["issueevidence", file] = one.id
        office.ids["issue", file] = issue.id
    campaign = campaigns.start(db, "Repairs within the standard", [issue], ["A day for each repair"], targets=[agency])
    event = campaigns.write_down(db, campaign, "letter", "Wrote to the director", agency=agency)
    for file, case in zip(FILES, cases, strict=True):
        quote: CampaignQuote = campaigns.take_in(db, campaign, case, "quote", canary("quoted", file))
        office.ids["campaignquote", file] = quote.id
    pack = campaigns.keep_pack(
        db, campaign, [], (b"docx", _empty_workbook()), ("0" * 64, "1" * 64), threshold=5, left_out=4
    )
    office.ids |= {("campaign", file): campaign.id for file in FILES}
    office.ids["campaignevent", "own"] = event.id
    office.ids["evidencepack", "own"] = pack.id


def _paid_for(db: Session, office: Office) -> None:
    """A grant for one borough and kind of case, with a layout in the funder's words, and one file made for it."""
    layout = grants.save_template(db, None, "Quarterly", "Caseload", [("cases_new", "People you began to help")])
    grant = Grant(name="Equal Streets", funder="Equal Streets Fund", starts_on=date(2026, 4, 1), template=layout,
                  areas=[make.area(db)], kinds=[make.code(db, "case_kind", "racist_incident")])  # fmt: skip
    db.add(grant)
    db.flush()
    made = funder_files.make(db, funder_files.plan(db, grant, Period(date(2026, 4, 1), date(2026, 6, 30))), "Maryam Y")
    office.ids |= {("grant", "own"): grant.id, ("fundertemplate", "own"): layout.id, ("funderfile", "own"): made.id}


def _about_our_work(office: Office, file: str, client: Base, case: Base, note: Base) -> dict[str, Base]:
    """A request to see the file, and what was said and found about our work on it. Amina handles both complaints."""
    handler = office.people[{"own": "amina", "team": "amina", "other": "joan", "hidden": "tariq"}[file]]
    asked = FileRequest(case=case, requested_at=make.NOW, handler=case.lead, safe_way=canary("way", file))
    return {
        "filerequest": asked, "redaction": Redaction(request=asked, note=note, text=canary("redacted", file)),
        "feedback": Feedback(case=case, received_on=make.TODAY, relief=4, improvement=canary("improvement", file)),
        "complaint": Complaint(case=case, received_on=make.TODAY, what=canary("complaint", file), handler_id=handler),
        "filereview": FileReview(case=case, reviewer_id=office.people["leyla"], reviewed_on=make.TODAY,
                                 findings=canary("findings", file)),
        "restriction": Restriction(client=client, what=canary("restriction", file), reason="shouted",
                                   decided_on=make.TODAY, review_on=date(2026, 12, 23)),
    }  # fmt: skip


def _released(client: Base, consent: Consent, agency: Base, file: str) -> Release:
    return Release(
        at=make.NOW, client=client, consent=consent, agency=agency, channel="phone", items=canary("items", file)
    )


def _printed(db: Session, client: Client, file: str) -> Publication:
    """A quote under a permission of its own kind."""
    make.consent(db, client, kind="quote", purposes=(), scope=())
    return Publication(
        client=client, kind="quote", words=canary("words", file), used_in="Annual report", printed_on=make.TODAY
    )


def _told(db: Session, client: Client, agency: Agency, lead: Worker, file: str) -> DisclosureWithoutConsent:
    return DisclosureWithoutConsent(
        client=client, agency=agency, told_on=make.TODAY, what=canary("told", file), decided_by=lead,
        ground=make.code(db, "disclosure_ground", "court_order"), explanation=canary("order", file),
        client_told_on=make.TODAY,
    )  # fmt: skip


def _looked_after(db: Session, office: Office) -> None:
    """A breach that touches one file, a file kept longer and an account that was looked at."""
    manager = db.get_one(User, office.users["manager"])
    breach = Breach(kind="sent_wrong", known_at=make.NOW, what=canary("breach", "nobody"),
                    people=[BreachPerson(client_id=office["client", "own"])])  # fmt: skip
    kept = RetentionDecision(kind="file", client_id=office["client", "own"], due_on=make.TODAY, decision="keep",
                             reason="Asked to come back", keep_until=date(2027, 11, 23), status="kept",
                             decided_by=manager, decided_on=make.TODAY)  # fmt: skip
    check = AccountCheck(account_id=office.users["joan"], decision="keep", role_then="caseworker",
                         checked_by=manager, checked_on=date(2026, 10, 5))  # fmt: skip
    db.add_all([breach, kept, check])
    db.flush()
    office.ids |= {("breach", "own"): breach.id, ("retention", "own"): kept.id, ("accountcheck", "own"): check.id}
    office.ids["retentiondecision", "own"] = office.ids["retentiondecision", "other"] = kept.id


def _never_sees(db: Session, office: Office, worker: Worker) -> None:
    conflict = Conflict(
        worker=worker, client_id=office["client", "hidden"], reason=canary("conflict", "hidden"),
        declared_on=make.TODAY,
    )  # fmt: skip
    db.add(conflict)
    db.flush()
    office.ids["conflict", "hidden"] = conflict.id
