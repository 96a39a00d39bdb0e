"""Every way out of the office is driven without permission, and nothing leaves by it.

The ways are read from `casework/access.py` and from the running program; each has a probe here that goes the real
way, over HTTP or the command line, first without what the way asks for and then with it, so that a probe which
never reaches its gate is found out. A new way out without a probe fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select

from casework import issues
from casework.access import ACTS, ADDRESSES, COMMANDS, PANELS, ROLES, Gate, gate_of
from casework.referrals import send
from exports.letters import words_of
from models import (
    Client,
    Code,
    Conflict,
    Consent,
    EvidencePack,
    ImportUpload,
    Issue,
    Publication,
    Referral,
    ReferralChase,
    Release,
    User,
)
from tests import make
from tests.admin_views.browser import Browser
from tests.admin_views.office import FILES, NAMES, PASSPHRASE, ROLE_OF, SCRIPTS, SIGN_IN, WITHIN_REACH, canary
from tests.random_office import plant

# What is told of a person in fields that no sheet holds, by the words that `furnish` put there.
SPECIAL = ("needs", "title", "note", "what", "reason", "items", "visit", "conflict", "words", "told", "order")
CASEWORKERS = ("manager", "caseworker")
ENDS_THE_TRIAL = ("login.", "hide.", "account.")  # whoever went there would try the rest signed out, or unseen


@dataclass(frozen=True)
class Doors:
    """The office that a probe tries."""

    site: Any
    browse: Callable[[str], Browser]
    folder: Path

    def own(self, table: str) -> int:
        return self.site.office[table, "own"]

    def code(self, code_list: str, short: str) -> str:
        with self.site.db() as db:
            return str(make.code(db, code_list, short).id)

    def left(self) -> tuple[int, ...]:
        """Count everything that is outside: releases, sent referrals, publications, letters asking back."""
        with self.site.db() as db:
            sent = [one for one in db.scalars(select(Referral)) if one.status not in ("draft", "withdrawn")]
            asked = [one for one in db.scalars(select(Release)) if one.recalled_on is not None]
        return len(self.site.rows(Release)), len(sent), len(self.site.rows(Publication)), len(asked)

    def withdraw_all(self, of: str = "own") -> None:
        with self.site.db() as db:
            for consent in db.scalars(select(Consent).where(Consent.client_id == self.site.office["client", of])):
                consent.withdrawn_on = make.TODAY
            db.commit()

    def agree(self, kind: str, **more: Any) -> None:
        with self.site.db() as db:
            make.consent(db, db.get_one(Client, self.own("client")), kind=kind, **more)
            db.commit()

    def agree_to_agency(self) -> None:
        with self.site.db() as db:
            landlord = db.get_one(Consent, self.own("consent")).agency
            make.consent(db, db.get_one(Client, self.own("client")), landlord)
            db.commit()


def refer(doors: Doors) -> None:
    for who in CASEWORKERS:
        person = doors.browse(who)
        path = f"/{person.role}/refer/?case={doors.own('case')}&request_id={doors.code('request', 'repairs')}"
        typed = {"other_id": "Marsh Lane Homes", "items": [doors.code("data_scope", "name")], "act": "send"}
        yield_or_refuse(doors, lambda p=person, a=path, t=typed: p.submit(p.get(a), t, holding="channel", path=a))


def yield_or_refuse(doors: Doors, send: Callable[[], Any]) -> None:
    """Try to send without permission, then with it: nothing left, then one thing did."""
    doors.withdraw_all()
    before = doors.left()
    assert send().status == 422
    assert doors.left() == before
    doors.agree_to_agency()
    assert send().status == 302
    assert doors.left()[:2] == (before[0] + 1, before[1] + 1)


def send_draft(doors: Doors) -> None:
    for who in CASEWORKERS:
        person = doors.browse(who)
        with doors.site.db() as db:
            kept = db.get_one(Referral, doors.own("referral"))
            draft = make.referral(db, kept.case, kept.agency)
            db.commit()
            path = f"/{person.role}/referral/send/?id={draft.id}"
        yield_or_refuse(doors, lambda p=person, a=path: p.post(a, {"channel": "letter"}))


def chase(doors: Doors) -> None:
    """A chase speaks of somebody: without permission none is written down, with it one is, and nothing more leaves."""
    for who in CASEWORKERS:
        person = doors.browse(who)
        doors.withdraw_all()
        doors.agree_to_agency()
        with doors.site.db() as db:
            kept = db.get_one(Referral, doors.own("referral"))
            sent = send(db, make.referral(db, kept.case, kept.agency), "letter")
            db.commit()
            path = f"/{person.role}/referral/chase/?id={sent.id}"
        doors.withdraw_all()
        before = doors.left(), len(doors.site.rows(ReferralChase))
        assert person.fill(path, {}, holding="medium").status == 422
        assert (doors.left(), len(doors.site.rows(ReferralChase))) == before
        doors.agree_to_agency()
        assert person.fill(path, {}, holding="medium").status == 302
        assert (doors.left(), len(doors.site.rows(ReferralChase))) == (before[0], before[1] + 1)


def answer_a_partner(doors: Doors) -> None:
    for who in CASEWORKERS:
        person = doors.browse(who)
        with doors.site.db() as db:
            kept = db.get_one(Referral, doors.own("referral"))
            came = make.referral(db, kept.case, kept.agency, kind="referral_in", status="sent", sent_on=make.TODAY)
            db.commit()
            path = f"/{person.role}/partner-answer/?id={came.id}"
        typed = {"outcome": doors.code("outcome", "accepted"), "channel": "email"}
        doors.withdraw_all()
        before = doors.left()
        assert person.fill(path, typed, holding="channel").status == 422
        assert doors.left() == before
        doors.agree_to_agency()
        assert person.fill(path, typed, holding="channel").status == 302
        assert doors.left()[0] == before[0] + 1


def publish(doors: Doors) -> None:
    for who, kind in zip(CASEWORKERS, ("quote", "media"), strict=True):
        person = doors.browse(who)
        doors.withdraw_all()
        typed = {"client_id": NAMES["own"], "kind": kind, "words": "We were believed.", "used_in": "Leaflet",
                 "printed_on": "today"}  # fmt: skip
        before = doors.left()
        refused = person.fill(f"/{person.role}/publication/new/", typed)
        assert refused.status == 422
        assert f"No active permission from {NAMES['own']}" in refused.text
        assert doors.left() == before
        for other in ("statistics", "case_study", "contact_after_closure"):
            doors.agree(other)
        assert person.fill(f"/{person.role}/publication/new/", typed).status == 422
        doors.agree(kind)
        assert person.fill(f"/{person.role}/publication/new/", typed).status == 302
        assert doors.left()[2] == before[2] + 1


def working_lists(doors: Doors) -> None:
    """Each list of each role, as a file and as chosen rows: only their own scope, nothing special, all logged."""
    for role in ROLES:
        person, reach = doors.browse(role), WITHIN_REACH[SIGN_IN[role]]
        for panel in PANELS:
            if role not in panel.rights or not panel.rights[role].export:
                continue
            logged = len(doors.site.trail(action="exported"))
            answer = person.get(f"/{role}/{panel.name}/export/csv/")
            assert answer.status == 200, (role, panel.name)
            _is_a_working_list(answer.data.decode("utf-8-sig"), reach, f"{role} {panel.name}")
            assert len(doors.site.trail(action="exported")) == logged + 1


def chosen_rows(doors: Doors) -> None:
    for role in CASEWORKERS:
        person = doors.browse(role)
        logged = len(doors.site.trail(action="exported"))
        ids = [("rowid", str(doors.site.office["client", file])) for file in FILES]
        answer = person.post(f"/{role}/client/action/", [("action", "export"), *ids])
        told = " ".join(_cells(answer.data))
        _is_a_working_list(told, WITHIN_REACH[SIGN_IN[role]], role)
        assert all(NAMES[file] in told for file in WITHIN_REACH[SIGN_IN[role]])
        assert len(doors.site.trail(action="exported")) == logged + 1


def _is_a_working_list(text: str, reach: set[str], where: str) -> None:
    assert [canary(what, file) for what in SPECIAL for file in FILES if canary(what, file) in text] == [], where
    hidden = set(FILES) - reach
    assert [NAMES[file] for file in hidden if NAMES[file] in text or SCRIPTS[file] in text] == [], where


def _cells(content: bytes) -> Iterator[str]:
    for sheet in load_workbook(BytesIO(content)):
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def list_by_command(doors: Doors) -> None:
    """A command is run by whoever keeps the machine; it too takes no special field, and it is logged."""
    runner, file = doors.site.app.test_cli_runner(), doors.folder / "list.csv"
    for panel in PANELS:
        logged = len(doors.site.trail(action="exported"))
        with doors.site.app.app_context():
            told = runner.invoke(args=["export", panel.name, str(file)])
        assert told.exit_code == 0, (panel.name, told.output)
        _is_a_working_list(file.read_text(encoding="utf-8-sig"), set(FILES), panel.name)
        assert len(doors.site.trail(action="exported")) == logged + 1


def workbook(doors: Doors) -> None:
    for who in ("manager", "reports"):
        person = doors.browse(who)
        answer = person.submit(person.get(f"/{person.role}/figures/"), {}, holding="first",
                               path=f"/{person.role}/figures/workbook")  # fmt: skip
        _holds_counts_alone(list(_cells(answer.data)))
    assert doors.site.trail(action="exported")


def table_as_a_workbook(doors: Doors) -> None:
    """Every way to divide incidents: no name, and no number from 1 to 4, in any of them."""
    for who in ("manager", "reports"):
        person = doors.browse(who)
        for rows in ("perpetrators", "area", "age", "weekday"):
            page = person.get(f"/{person.role}/figures/tables/table/?of=incidents&rows={rows}&period=year")
            logged = len(doors.site.trail(action="exported"))
            answer = person.submit(page, {}, holding="of", path=f"/{person.role}/figures/tables/file/")
            cells = list(_cells(answer.data))
            _holds_counts_alone(cells)
            assert [one for one in cells if one in ("1", "2", "3", "4")] == []
            assert len(doors.site.trail(action="exported")) == logged + 1


def funder_file(doors: Doors) -> None:
    """A file made for a funder holds counts alone, also when it is taken again, and each time it is logged."""
    for who in ("manager", "reports"):
        person = doors.browse(who)
        logged = len(doors.site.trail(action="exported"))
        answer = person.post(f"/{person.role}/funder/take/?run={doors.site.office['funderfile', 'own']}", {})
        _names_nobody(list(_cells(answer.data)))
        assert len(doors.site.trail(action="exported")) == logged + 1


def workbook_by_command(doors: Doors) -> None:
    runner, file = doors.site.app.test_cli_runner(), doors.folder / "f.xlsx"
    with doors.site.app.app_context():
        told = runner.invoke(args=["funder-report", str(file), "--from", "1/4/2026", "--to", "23/11/2026"])
    assert told.exit_code == 0, told.output
    _holds_counts_alone(list(_cells(file.read_bytes())))


def _holds_counts_alone(cells: list[str]) -> None:
    assert "not for release" in "\n".join(cells)
    _names_nobody(cells)


def _names_nobody(cells: list[str]) -> None:
    text = "\n".join(cells)
    assert [name for name in (*NAMES.values(), *SCRIPTS.values(), "CL-2026", "26-00") if name in text] == []
    assert [canary(what, file) for what in (*SPECIAL, "address") for file in FILES if canary(what, file) in text] == []


def scorecard_on_paper(doors: Doors) -> None:
    """Few requests are no scorecard; many are counts alone, small ones hidden, and each look is logged."""
    for who in ("manager", "caseworker", "reports"):
        person = doors.browse(who)
        page = f"/{person.role}/agency/scorecard/print/?id={doors.own('agency')}"
        logged = len(doors.site.trail(action="exported"))
        assert "Not told: fewer than" in person.get(page).text
        _ask_much(doors)
        told = person.get(page).text
        assert "Not told: fewer than" not in told
        assert "&lt;5" in told or "<5" in told
        _tells_nothing(told)
        assert len(doors.site.trail(action="exported")) == logged + 2
        _ask_nothing(doors)


def letter_of_reply(doors: Doors) -> None:
    person = doors.browse("manager")
    typed, path = {"id": str(doors.own("agency")), "period": "whole"}, "/manager/agency/scorecard/letter/"
    logged = len(doors.site.trail(action="exported"))
    assert person.post(path, typed).status == 404
    assert len(doors.site.trail(action="exported")) == logged
    _ask_much(doors)
    told = words_of(person.post(path, typed).data)
    assert "Marsh Lane Homes" in told
    assert "Requests: 12" in told
    _tells_nothing(told)
    assert len(doors.site.trail(action="exported")) == logged + 1


def evidence_pack(doors: Doors) -> None:
    """Too few clients, no pack; with enough, only words that may be printed, no name, once, and each in the ledger."""
    manager, path = doors.browse("manager"), f"/manager/campaigns/pack/?id={doors.own('campaign')}"
    before = doors.left()
    manager.post(path, {"once": "1" * 32})
    assert (doors.left(), len(doors.site.rows(EvidencePack))) == (before, 1)
    _two_more_clients(doors)
    doors.withdraw_all()
    for _press in range(2):
        manager.post(path, {"once": "2" * 32})
    manager.post(path, {"once": "3" * 32})
    with doors.site.db() as db:
        pack = db.scalars(select(EvidencePack).order_by(EvidencePack.id.desc())).first()
    assert (doors.left()[2], pack.id, pack.quoted, pack.left_out) == (before[2] + 3, 2, 3, 1)
    assert [one.reason for one in doors.site.trail(action="exported")] == [
        f"document SHA-256 {pack.docx_sha256[:16]}, workbook SHA-256 {pack.xlsx_sha256[:16]}"
    ]
    for form in ("docx", "xlsx"):
        told = _pack_of(manager.get(f"/manager/campaigns/pack/file/?id={pack.id}&form={form}").data)
        assert [canary("quoted", file) in told for file in FILES] == [False, True, True, True]
        _tells_nothing(told)
        assert [word for word in (canary("finding", "issue"), "CL-2026", "Wrote to the director") if word in told] == []


def pack_again(doors: Doors) -> None:
    """A pack that is made is handed out no more once words in it are taken back, and to nobody but a manager."""
    manager, path = doors.browse("manager"), f"/manager/campaigns/pack/?id={doors.own('campaign')}"
    _two_more_clients(doors)
    manager.post(path, {"once": "2" * 32})
    file = "/manager/campaigns/pack/file/?id=2&form=docx"
    assert manager.get(file).status == 200
    assert doors.browse("amina").get(file).status in (302, 403)
    logged = len(doors.site.trail(action="exported"))
    doors.withdraw_all("other")
    refused = manager.get(file)
    assert (refused.status, len(doors.site.trail(action="exported"))) == (302, logged)
    assert canary("quoted", "other") not in refused.data.decode()


def _two_more_clients(doors: Doors) -> None:
    with doors.site.db() as db:
        issue = db.get_one(Issue, doors.own("issue"))
        for place in range(2):
            issues.add_evidence(db, issue, make.case(db, make.client(db, f"Person {place}")))
        db.commit()


def _pack_of(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as packed:
        return " ".join(packed.read(one).decode("utf-8", "replace") for one in packed.namelist())


def _ask_much(doors: Doors) -> None:
    """Put in twelve requests of twelve people to the one agency, two of them refused."""
    with doors.site.db() as db:
        consent, refused = doors.own("consent"), make.code(db, "outcome", "refused_no_reason").id
        clients = [make.client(db, f"Person {place}") for place in range(12)]
        plant(db, Referral, [
            {"case_id": make.case(db, one).id, "agency_id": doors.own("agency"), "kind": "referral_out",
             "request_id": make.code(db, "request", "repairs").id, "urgent": False, "consent_id": consent,
             "status": "responded" if place < 2 else "sent", "sent_on": date(2026, 10, 1),
             "response_due": date(2026, 10, 15), "responded_on": date(2026, 10, 9) if place < 2 else None,
             "outcome_id": refused if place < 2 else None}
            for place, one in enumerate(clients)
        ])  # fmt: skip
        db.commit()


def _ask_nothing(doors: Doors) -> None:
    with doors.site.engine.begin() as connection:
        connection.execute(delete(Referral.__table__).where(Referral.sent_on == date(2026, 10, 1)))


def rows_of_a_sheet(doors: Doors) -> None:
    """They go back to whoever brought the sheet, marked and logged; to no other role and no other manager."""
    sheet = b"Ref,Day,Kind\n1,someday,racist\n2,3/3/2024,racist\n"
    with doors.site.db() as db:
        account = db.scalars(select(User).where(User.username == "manager")).one()
        choices = '{"source": {"format": "csv"}, "header_rows": [1]}'
        verdicts = '{"lines": [[2, "refused", "Column Day cannot be read as a date."], [3, "new", ""]], "columns": []}'
        one = ImportUpload(user=account, name="calls.csv", sha256="0" * 64, sent_at=make.NOW, content=sheet,
                           choices=choices, verdicts=verdicts, state="checked")  # fmt: skip
        db.add(one)
        db.commit()
        path = f"/manager/import-sheet/refused/?file={one.id}"
    logged = len(doors.site.trail(action="exported"))
    for who in ("caseworker", "coordinator", "reports"):
        assert doors.browse(who).post(path).status == 403
    with doors.site.db() as db:
        db.scalars(select(User).where(User.username == "joan")).one().role = "manager"
        db.commit()
    assert doors.browse("joan").post(path).status == 404
    assert len(doors.site.trail(action="exported")) == logged
    told = list(_cells(doors.browse("manager").post(path).data))
    assert "someday" in told and "3/3/2024" not in told
    assert any("not to leave the office" in one for one in told)
    _names_nobody(told)
    assert len(doors.site.trail(action="exported")) == logged + 1


def ask_back(doors: Doors) -> None:
    """Nothing is asked back while the permission holds; afterwards the letter tells nobody anything."""
    for who in CASEWORKERS:
        person = doors.browse(who)
        consent, release = _fresh_release(doors)
        path, before = f"/{person.role}/recall/?consent={consent}", doors.left()
        assert person.post(path, {"release": str(release)}).status == 422
        assert person.get(f"/{person.role}/recall/letter/?release={release}").status == 404
        assert doors.left() == before
        doors.withdraw_all()
        assert person.post(path, {"release": str(release)}).status == 302
        letter = words_of(person.get(f"/{person.role}/recall/letter/?release={release}").data)
        assert "Marsh Lane Homes" in letter
        _tells_nothing(letter)


letter_asking_back = ask_back


def _fresh_release(doors: Doors) -> tuple[int, int]:
    with doors.site.db() as db:
        kept = db.get_one(Release, doors.own("release"))
        consent = make.consent(db, kept.client, kept.agency)
        made = Release(at=make.NOW, client=kept.client, consent=consent, agency=kept.agency, channel="letter",
                       items=canary("items", "own"))  # fmt: skip
        db.add(made)
        db.commit()
        return consent.id, made.id


def _tells_nothing(letter: str) -> None:
    with_names = [part for name in (*NAMES.values(), *SCRIPTS.values()) for part in name.split() if part in letter]
    assert with_names == []
    assert [canary(what, file) for what in SPECIAL for file in FILES if canary(what, file) in letter] == []


def receipt(doors: Doors) -> None:
    """It goes to the client alone: not of a file out of reach, not by a way that is unsafe for them."""
    for who in CASEWORKERS:
        person = doors.browse(who)
        page = f"/{person.role}/consent/receipt/?consent="
        for file in set(FILES) - WITHIN_REACH[SIGN_IN[who]]:
            assert person.get(f"{page}{doors.site.office['consent', file]}").status == 404
        before, own = doors.left(), f"{page}{doors.own('consent')}"
        for way in ("letter", "email"):  # Rehana said: phone only
            refused = person.fill(own, {"way": way}, holding="way")
            assert refused.status == 422
            assert "Hand it over in person" in refused.text
        answer = person.fill(own, {"way": "hand"}, holding="way")
        told = words_of(answer.data)
        assert NAMES["own"] in told
        assert "Marsh Lane Homes" in told
        assert doors.left() == before


def letter(doors: Doors) -> None:
    """A letter to an agency goes through the same gate as a referral."""
    for who in CASEWORKERS:
        person = doors.browse(who)
        path = f"/{person.role}/letter/write/?case={doors.own('case')}"
        typed = {
            "act": "send", "subject": "Repair", "text": "Please repair it.", "medium": "letter", "kind": "enquiry",
            "contact_with": f"agency:{doors.own('agency')}", "request_id": doors.code("request", "repairs"),
            "items-asked": "1", "items": doors.code("data_scope", "name"),
        }  # fmt: skip
        doors.withdraw_all()
        before = doors.left()
        assert person.post(path, typed).status == 422
        assert doors.left() == before
        doors.agree_to_agency()
        assert person.post(path, typed).status == 302
        assert doors.left()[0] == before[0] + 1


def calendar_of_an_appointment(doors: Doors) -> None:
    """It holds no personal data: a kind, a reference, a district; not of a file out of reach, and it is logged."""
    for who in ("manager", "caseworker", "coordinator"):
        person = doors.browse(who)
        page = f"/{person.role}/appointment/calendar/?id="
        for file in set(FILES) - WITHIN_REACH[SIGN_IN[who]] if who != "coordinator" else ():
            assert person.get(f"{page}{doors.site.office['appointment', file]}").status == 404
        logged = len(doors.site.trail(action="exported"))
        told = person.get(f"{page}{doors.own('appointment')}").data.decode()
        _tells_nothing(told)
        with doors.site.db() as db:
            client = db.get_one(Client, doors.own("client"))
            assert [one for one in (client.address, client.phone, client.ref) if one and one in told] == []
        assert "26-0001" in told
        assert len(doors.site.trail(action="exported")) == logged + 1


def copy_of_the_file(doors: Doors) -> None:
    """It is made for the client alone: not of a file out of reach, nobody else in it, and each time it is logged."""
    for who in CASEWORKERS:
        person = doors.browse(who)
        page = f"/{person.role}/file/copy/"
        for file in set(FILES) - WITHIN_REACH[SIGN_IN[who]]:
            assert person.post(page, {"id": str(doors.site.office["filerequest", file])}).status == 404
        logged = len(doors.site.trail(action="exported"))
        answer = person.post(page, {"id": str(doors.own("filerequest"))})
        with ZipFile(BytesIO(answer.data)) as made:
            told = " ".join(made.read(name).decode() for name in made.namelist())
        assert NAMES["own"] in told
        assert [NAMES[file] for file in FILES if file != "own" and NAMES[file] in told] == []
        assert len(doors.site.trail(action="exported")) == logged + 1


def letter_for_figures(doors: Doors) -> None:
    """It asks a body about itself: no client, no number of ours, and each making is logged with its fingerprint."""
    person, path = doors.browse("manager"), "/manager/figures-request/letter/"
    key = str(doors.own("figuresrequest"))
    logged, before = len(doors.site.trail(action="exported")), doors.left()
    assert doors.browse("amina").post(path, {"id": key}).status == 403
    assert person.post(path, {"id": "99999"}).status == 404
    assert len(doors.site.trail(action="exported")) == logged
    content = person.post(path, {"id": key}).data
    told = words_of(content)
    assert "To: Marsh Lane Homes" in told
    assert "How many reports of racist harassment did you receive" in told
    _tells_nothing(told)
    assert "requests of ours" not in told
    lines = doors.site.trail(action="exported")
    assert len(lines) == logged + 1
    assert sha256(content).hexdigest() in (lines[-1].reason or "")
    assert doors.left() == before


def everything(doors: Doors) -> None:
    """Not to another role, not without the box, the right passphrase, or by a manager who may not meet every file."""
    path, typed = "/manager/everything/file/", {"sure": "yes", "old": PASSPHRASE}
    manager, logged = doors.browse("manager"), len(doors.site.trail(action="exported"))
    for who in ("amina", "leyla", "figures"):
        assert doors.browse(who).post(path, typed).status == 403
    for wrong in ({"sure": "yes", "old": "not the words"}, {"old": PASSPHRASE}, {"sure": "yes"}):
        assert manager.post(path, wrong).status == 422
    with doors.site.db() as db:
        conflict = make_conflict(db, doors.site.office.people["manager"], doors.own("client"))
        db.commit()
        refused = manager.post(path, typed)
        assert (refused.status, "Ask another manager" in refused.text) == (422, True)
        db.delete(conflict)
        db.commit()
    assert len(doors.site.trail(action="exported")) == logged
    answer = manager.post(path, typed)
    told = _pack_of(answer.data)
    assert all(NAMES[file] in told and canary("note", file) in told for file in FILES)
    assert "argon2" not in told
    lines = doors.site.trail(action="exported")
    assert len(lines) == logged + 1
    assert sha256(answer.data).hexdigest()[:16] in (lines[-1].reason or "")


def make_conflict(db: Any, worker: int, client: int) -> Conflict:
    made = Conflict(worker_id=worker, client_id=client, reason="A cousin", declared_on=make.TODAY)
    db.add(made)
    db.flush()
    return made


PROBES: dict[str, Callable[[Doors], None]] = {
    "refer.ROLE": refer, "refer.ROLE_send": send_draft, "refer.ROLE_chase": chase,
    "partners.ROLE_reply": answer_a_partner, "ROLE_publication.create_view": publish,
    "ROLE_*.export": working_lists, "act export": chosen_rows, "command export": list_by_command,
    "figures.ROLE_workbook": workbook, "funder.ROLE_take": funder_file, "command funder-report": workbook_by_command,
    "import_sheet.refused": rows_of_a_sheet,
    "ledger.ROLE_recall": ask_back, "ledger.ROLE_letter": letter_asking_back, "ledger.ROLE_receipt": receipt,
    "cross_tables.ROLE_file": table_as_a_workbook,
    "scorecard.ROLE_print": scorecard_on_paper, "scorecard.ROLE_letter": letter_of_reply,
    "figures_request.ROLE_letter": letter_for_figures,
    "letters.ROLE_write": letter, "calendar_file.ROLE": calendar_of_an_appointment,
    "file_access.ROLE_copy": copy_of_the_file,
    "leaving.ROLE_everything": everything, "campaigns.ROLE_pack": evidence_pack, "campaigns.ROLE_file": pack_again,
}  # fmt: skip


def ways_out() -> set[str]:
    """Give every way out that is declared."""
    return {
        *(name for name, gate in ADDRESSES.items() if gate is not Gate.INWARD),
        *(f"act {name}" for name, gate in ACTS.items() if gate is not Gate.INWARD),
        *(f"command {name}" for name, gate in COMMANDS.items() if gate is not Gate.INWARD),
    }


def test_every_way_out_has_its_probe():
    assert set(PROBES) == ways_out()


@pytest.mark.req("R30")
@pytest.mark.parametrize("way", sorted(set(PROBES)))
def test_nothing_leaves_by_a_way_out_without_what_it_asks_for(site, way, tmp_path):
    PROBES[way](Doors(site, site.browse, tmp_path))


def test_no_address_that_says_it_is_inward_lets_anything_out(site, browse, tmp_path):
    """Everything that a sending page reads is posted to every inward address, with every permission in force."""
    doors, wrong = Doors(site, browse, tmp_path), []
    with site.db() as db:
        words = {one.code: str(one.id) for one in db.scalars(select(Code))}
    typed = {
        "act": "send", "action": "send", "channel": "letter", "status": "sent", "kind": "quote", "way": "letter",
        "consent": str(doors.own("consent")), "consent_id": str(doors.own("consent")), "id": str(doors.own("referral")),
        "case": str(doors.own("case")), "request_id": words["repairs"], "items": words["name"], "items-asked": "1",
        "other_id": "Marsh Lane Homes", "agency_id": str(doors.own("agency")), "release": str(doors.own("release")),
        "client_id": NAMES["own"], "words": "x", "used_in": "x", "printed_on": "today", "recalled_on": "today",
    }  # fmt: skip
    amina = browse("amina")
    for rule in site.app.url_map.iter_rules():
        inward = gate_of(rule.endpoint, ADDRESSES) is Gate.INWARD
        elsewhere = any(rule.rule.startswith(f"/{role}/") for role in ROLES if role != ROLE_OF["amina"])
        if not inward or elsewhere or "POST" not in rule.methods or rule.endpoint.startswith(ENDS_THE_TRIAL):
            continue
        before = doors.left()
        amina.client.post(
            f"{rule.rule}?id={doors.own('referral')}&consent={doors.own('consent')}",
            data={**typed, "csrf_token": amina.token},
        ).close()
        if doors.left() != before:
            wrong.append(rule.rule)
    assert wrong == []
