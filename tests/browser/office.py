"""A small invented office for the walks in the browser: one team, five accounts, one file ready for work.

Monday morning. Rehana Begum's case is open and led by Amina; she speaks Sylheti and asks for a woman to
interpret. Four volunteers know Sylheti, and each stands differently on Tuesday at eleven.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from casework import notes
from casework.cases import add_note
from models import Agency, Case, CaseNote, Client, Deadline, Task, Team, User, Worker
from tests import make

PASSPHRASE = "four dull words here"
# One cheap round: what is tested is that signing in asks for the passphrase, not how long guessing takes.
_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ACCOUNTS = {  # sign-in name, role, the person
    "maryam": ("manager", "Maryam Y"), "amina": ("caseworker", "Amina K"), "tariq": ("caseworker", "Tariq B"),
    "leyla": ("coordinator", "Leyla C"), "figures": ("reports", ""),
}  # fmt: skip
CLIENT, OTHER_CLIENT, TEAM_CLIENT = "Rehana Begum", "Hodan Warsame", "Jamila Nazari"
NAMES = (*CLIENT.split(), *OTHER_CLIENT.split(), *TEAM_CLIENT.split())  # none of these may stand in an address
TUESDAY = ("1", "10:00", "16:00")
WEDNESDAY = ("2", "10:00", "16:00")


@dataclass
class Office:
    """Where everything is: the ids of records, by their names here."""

    ids: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.ids[name]


def furnish(db: Session) -> Office:
    """Fill an empty office; everything is lawful, since the guard looks on."""
    east = make.team(db, "East")
    people = _staff(db, east)
    client = make.client(
        db, CLIENT, own_script="রেহানা বেগম", language=make.language(db, "Sylheti"), interpreter="spoken",
        interpreter_gender="female", safe_contact="only_times", safe_note="10:00 to 14:30, school days",
    )  # fmt: skip
    case = make.case(db, client, lead=people["Amina K"], title="Harassment by neighbour", risk="high")
    note = _written(db, case, people)
    visit = make.appointment(db, case, "2026-11-24", "11:00", kind="home_visit", second=people["Tariq B"])
    agency, consent = _agencies(db, client)
    make.case(db, make.client(db, OTHER_CLIENT), lead=people["Amina K"], status="enquiry")
    team_case = make.case(db, make.client(db, TEAM_CLIENT), lead=people["Tariq B"])
    _tasks(db, case, people["Amina K"])
    volunteers = _volunteers(db, case, people)
    seen = make.extra_field(db, "agency", "Seats in its waiting room", "number")
    setattr(agency, seen, 12)
    db.flush()
    return Office({
        "field": 1, "client": client.id, "case": case.id, "team_case": team_case.id, "visit": visit.id, "note": note.id,
        "agency": agency.id, "consent": consent.id, "language": client.language_id,
        "spare_team": make.team(db, "Spare").id, **{f"person {name}": one.id for name, one in people.items()},
        **{f"volunteer {one.name}": one.id for one in volunteers},
    })  # fmt: skip


def _staff(db: Session, team: Team) -> dict[str, Worker]:
    people = {name: make.worker(db, name, in_team=team) for _role, name in ACCOUNTS.values() if name}
    kept = _HASHER.hash(PASSPHRASE)
    for username, (role, name) in ACCOUNTS.items():
        db.add(User(username=username, role=role, worker=people.get(name), password_hash=kept))
    db.flush()
    return people


def _written(db: Session, case: Case, people: dict[str, Worker]) -> CaseNote:
    """Two notes, the later one correcting the earlier, and a day that a court has set."""
    said = "The officer comes on Tuesday.\n“They do it when they know I am alone.”"
    wrong = add_note(db, case, said, at=make.at("2026-11-19", "15:10"), contact_with="third_party")
    right = notes.correct(db, wrong, said.replace("Tuesday", "Wednesday"))
    court = make.code(db, "deadline_kind", "court")
    db.add(Deadline(case=case, kind=court, due_on=date(2026, 12, 18), what="Be there with the diary of incidents"))
    db.flush()
    return right


def _agencies(db: Session, client: Client) -> tuple[Agency, object]:
    """A landlord that the client has agreed to for repairs alone, and the council's children's services."""
    landlord = make.agency(db, "Marsh Lane Homes", areas=("Tower Hamlets",))
    make.agency(db, "Tower Hamlets children's services", kind="la_childrens_services", tier="primary",
                areas=("Tower Hamlets",))  # fmt: skip
    return landlord, make.consent(db, client, landlord, purposes=("repairs",), scope=("name",))


def _tasks(db: Session, case: Case, owner: Worker) -> None:
    for what, day in (("Ring the school back", 23), ("Send the tenancy file", 25)):
        db.add(Task(case=case, owner=owner, what=what, due_on=date(2026, 11, day)))
    db.flush()


def _volunteers(db: Session, case: Case, people: dict[str, Worker]) -> list[Worker]:
    """Farida is free; Nadia is taken; Rahima comes on Wednesdays; Salma writes it only; Selam speaks another."""
    spoken, written = (("Sylheti", "spoken"),), (("Sylheti", "written"),)
    farida = make.volunteer(db, "Farida A", speaks=spoken, free=(TUESDAY, WEDNESDAY), gender="female")
    nadia = make.volunteer(db, "Nadia H", speaks=spoken, free=(TUESDAY,), gender="female")
    rahima = make.volunteer(db, "Rahima S", speaks=spoken, free=(WEDNESDAY,), gender="female")
    salma = make.volunteer(db, "Salma U", speaks=written, free=(TUESDAY,), gender="female")
    selam = make.volunteer(db, "Selam T", speaks=(("Tigrinya", "spoken"),), free=(TUESDAY,), gender="female")
    other = make.case(db, make.client(db, "Shirin Miah", language=make.language(db, "Sylheti"), interpreter="spoken"),
                      lead=people["Maryam Y"])  # fmt: skip
    make.appointment(db, other, "2026-11-24", "10:30", kind="phone", interpreter=nadia)
    return [farida, nadia, rahima, salma, selam]
