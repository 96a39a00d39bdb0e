"""Signing in: what ends it, how often it may be tried, the second step, and nothing typed is ever lost by it."""

from __future__ import annotations

import base64
import io
import re
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from app import create_app
from casework import passphrases, second_factor
from models import CaseNote, RecoveryCode, SecondFactor, SignIn, Team, User
from tests import make
from tests.admin_views.browser import Browser
from tests.admin_views.office import NAMES, PASSPHRASE

NOW = make.NOW
WRONG = "not the words at all"
OTHER_WORDS = "quite other words now"


def tries(browse, username, *passphrases_tried):
    return [browse("").sign_in(username, one) for one in passphrases_tried]


def account(site, username):
    with site.db() as db:
        return db.scalars(select(User).where(User.username == username)).one()


def change(site, whose, **values):
    with site.db() as db:
        user = db.get(User, site.office.users[whose])
        for name, value in values.items():
            setattr(user, name, value)
        db.commit()


# Sign-ins are kept here


def test_the_word_in_the_cookie_is_new_each_time_and_only_its_hash_is_kept(site, browse):
    words = set()
    for _time in range(2):
        person = browse("amina")
        with person.client.session_transaction() as cookie:
            assert set(cookie) <= {"_user_id", "_fresh", "_id", "csrf_token", "_flashes"}
            words.add(cookie["_user_id"])
    assert len(words) == 2
    assert all(len(base64.urlsafe_b64decode(word + "=")) == 32 for word in words)
    assert not words & {cell for row in site.rows(SignIn) for cell in row}


def test_nothing_that_was_in_the_cookie_before_signing_in_is_in_it_afterwards(site, browse):
    stranger = browse("")
    stranger.get("/login")
    with stranger.client.session_transaction() as cookie:
        cookie |= {"planted": "here", "_user_id": "chosen by somebody else"}
        before = cookie["csrf_token"]
    stranger.sign_in("amina", PASSPHRASE)
    with stranger.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "chosen by somebody else"
        assert cookie["csrf_token"] != before


@pytest.mark.req("R29")
def test_a_sign_in_is_over_with_the_next_click_after_any_change_of_rights(site, browse):
    """G12: passphrase, role, state, sign-out; the lawful neighbour is a change that is none of these."""
    kept = passphrases.hashed(OTHER_WORDS)
    for values, ends in (
        ({"username": "amina.k"}, False), ({"password_hash": kept}, True), ({"role": "reports"}, True),
        ({"active": False}, True),
    ):  # fmt: skip
        site.fresh()
        person = browse("amina")
        assert person.token
        change(site, "amina", **values)
        assert (person.get("/caseworker/case/").status == 302) is ends, values
        assert (person.post("/caseworker/task/new/", {}).status == 401) is ends, values
    site.fresh()
    person = browse("amina")
    person.post("/logout")
    assert person.get("/caseworker/case/").location.startswith("/login")


@pytest.mark.req("R29")
def test_a_sign_in_ends_after_half_an_hour_of_nothing_and_each_click_begins_it_again(site, browse):
    person = browse("amina")
    for minutes, status in ((29, 200), (59, 200), (89, 200), (119.1, 302)):
        with site.at(NOW + timedelta(minutes=minutes)):
            assert person.get("/caseworker/case/").status == status, minutes


def test_how_long_a_sign_in_lasts_is_the_offices_to_decide(site, browse):
    with site.db() as db:
        make.setting(db, "sign_in_idle", "5")
        make.setting(db, "sign_in_longest", "1")
        db.commit()
    person = browse("amina")
    for minutes, status in ((5, 200), (10, 200), (15, 200), (21, 302)):
        with site.at(NOW + timedelta(minutes=minutes)):
            assert person.get("/caseworker/case/").status == status, minutes


def test_being_there_is_written_down_at_most_once_a_minute(site, browse):
    person = browse("amina")
    seen = [row.last_seen_at for row in all_sign_ins(site)]
    with site.at(NOW + timedelta(seconds=59)):
        person.get("/caseworker/case/")
        assert [row.last_seen_at for row in all_sign_ins(site)] == seen
    with site.at(NOW + timedelta(seconds=60)):
        person.get("/caseworker/case/")
        assert [row.last_seen_at for row in all_sign_ins(site)] == [NOW + timedelta(seconds=60)]


def all_sign_ins(site):
    with site.db() as db:
        return list(db.scalars(select(SignIn).order_by(SignIn.id)))


def test_the_cookie_travels_encrypted_only_where_the_office_is_reached_so(site):
    app = create_app(replace(site.config, https=True))
    answer = app.test_client().get("/login", base_url="https://office.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-casework=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_one_sees_ones_own_sign_ins_and_ends_the_others(site, browse):
    elsewhere, person = browse("amina"), browse("amina")
    browse("joan")
    page = person.get("/account/").page
    assert [row[-1] for row in page.rows] == ["This one", "Signed in"]
    person.post("/account/end-others")
    assert elsewhere.get("/caseworker/").location.startswith("/login")
    assert person.get("/caseworker/").status == 200
    assert browse("joan").get("/caseworker/").status == 200


def test_ones_own_passphrase_is_changed_with_the_old_one_and_ends_the_other_sign_ins(site, browse):
    elsewhere, person = browse("amina"), browse("amina")
    for old, new, status in ((WRONG, OTHER_WORDS, 422), (PASSPHRASE, "short", 422), (PASSPHRASE, OTHER_WORDS, 302)):
        answer = person.fill("/account/passphrase", {"old": old, "new": new}, holding="old")
        assert answer.status == status
    assert elsewhere.get("/caseworker/").location.startswith("/login")
    assert person.get("/caseworker/").status == 200
    assert browse("").sign_in("amina", OTHER_WORDS).location == "/"


# Tries


@pytest.mark.req("R29")
def test_after_five_wrong_tries_even_the_right_passphrase_waits_and_is_told_until_when(site, browse):
    """G12. The same for a name that nobody has: no answer tells which names there are."""
    for username in ("amina", "nobody.here"):
        site.fresh()
        answers = tries(browse, username, *[WRONG] * 6, PASSPHRASE)
        assert [one.status for one in answers] == [401] * 5 + [429] * 2
        assert {one.page.by_id("problem").text for one in answers[:5]} == {
            "The name or the passphrase is not right. Check both and try again."
        }
        assert "try again from 09:05" in answers[6].text
    with site.at(NOW + timedelta(minutes=5)):
        assert browse("").sign_in("amina", PASSPHRASE).location == "/"


def test_a_right_passphrase_forgets_the_wrong_ones_and_other_accounts_do_not_wait(site, browse):
    tries(browse, "amina", *[WRONG] * 4, PASSPHRASE)
    assert [one.status for one in tries(browse, "amina", *[WRONG] * 4)] == [401] * 4
    assert browse("").sign_in("joan", PASSPHRASE).location == "/"


def test_ten_wrong_tries_from_one_address_wait_whatever_the_names(site, browse):
    statuses = [one.status for number in range(11) for one in tries(browse, f"name{number}", WRONG)]
    assert statuses == [401] * 10 + [429]


def test_tries_are_counted_in_the_database_so_many_at_once_do_not_slip_past(any_site):
    statuses = []

    def guess():
        person = Browser(any_site.app, NAMES.values())
        statuses.append(person.sign_in("amina", WRONG).status)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(statuses) == [401] * 5 + [429] * 3


def test_what_was_typed_as_a_name_is_kept_nowhere(site, browse):
    """People type their passphrase into the wrong box."""
    browse("").sign_in(PASSPHRASE, PASSPHRASE)
    assert PASSPHRASE not in repr([site.rows(table) for table in (SignIn, *[type(one) for one in site.trail()[:1]])])
    assert site.trail(action="sign_in_failed")[-1].who == "nobody"


def test_an_unknown_name_takes_as_long_as_a_known_one(site, monkeypatch):
    """G12: the ratio of the quickest of each lies between a half and two; measured without the wait."""
    with site.db() as db:
        make.setting(db, "sign_in_tries", "1000")
        make.setting(db, "sign_in_tries_address", "1000")
        db.get(User, site.office.users["amina"]).password_hash = passphrases.hashed(OTHER_WORDS)
        db.commit()
    taken = {"amina": [], "nobody.here": []}
    person = Browser(site.app, ())
    token = person.token
    for _time in range(7):
        for username, seconds in taken.items():
            began = time.perf_counter()
            person.client.post("/login", data={"username": username, "password": WRONG, "csrf_token": token})
            seconds.append(time.perf_counter() - began)
    assert 0.5 < min(taken["amina"]) / min(taken["nobody.here"]) < 2


# The second step


def clock(moment):
    return int(moment.timestamp())


def with_second_step(site, browse, username="amina"):
    """Set the second step up as a person does; give its codes by moment, and the recovery codes."""
    person = browse(username)
    opened = person.get("/account/second-factor")
    secret = opened.page.all("p", **{"class": "letters"})[0].text.replace(" ", "")
    assert person.submit(opened, {"code": "000000"}, holding="code").status == 422
    shown = person.submit(
        person.get("/account/second-factor"), {"code": pyotp.TOTP(secret).at(clock(NOW))}, holding="code"
    )
    codes = [one.text for one in shown.page.all("li") if re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", one.text)]
    return lambda moment: pyotp.TOTP(secret).at(clock(moment)), codes


def half_in(browse, username="amina"):
    person = browse("")
    person.role = "caseworker"
    assert person.sign_in(username, PASSPHRASE).location == "/login/code"
    return person


@pytest.mark.req("R29")
def test_a_code_is_asked_for_after_the_passphrase_and_is_good_once(site, browse):
    """S9: the library takes the same code twice."""
    code_at, _recovery = with_second_step(site, browse)
    later = NOW + timedelta(minutes=2)
    with site.at(later):
        person = half_in(browse)
        for path in ("/caseworker/", "/caseworker/case/", "/account/", "/account/second-factor"):
            assert person.get(path).location == "/login/code"
        token = dict(person.get("/login/code").page.form("code").values)["csrf_token"]
        kept = {"act": "find", "form": "/x", "csrf_token": token}
        assert person.post("/drafts", kept, token=False).status == 403
        assert person.submit(person.get("/login/code"), {"code": "123456"}, holding="code").status == 401
        used = code_at(later)
        assert person.submit(person.get("/login/code"), {"code": used}, holding="code").location == "/"
        assert person.get("/caseworker/").status == 200
        assert half_in(browse).fill("/login/code", {"code": used}, holding="code").status == 401
    with site.at(later + timedelta(seconds=30)):
        assert (
            half_in(browse)
            .fill("/login/code", {"code": code_at(later + timedelta(seconds=30))}, holding="code")
            .location
        )
    actions = [one.action for one in site.trail(subject="User")]
    assert {"factor_set", "code_failed", "signed_in"} <= set(actions)


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(site, browse, seconds, fits):
    code_at, _recovery = with_second_step(site, browse)
    later = NOW + timedelta(minutes=10)
    with site.at(later):
        answer = half_in(browse).fill(
            "/login/code", {"code": code_at(later + timedelta(seconds=seconds))}, holding="code"
        )
    assert answer.status == (302 if fits else 401)


def test_a_recovery_code_stands_in_once_and_is_kept_as_a_hash(site, browse):
    _code_at, recovery = with_second_step(site, browse)
    assert len(recovery) == len(set(recovery)) == 10
    assert not set(recovery) & {cell for row in site.rows(RecoveryCode) for cell in row}
    typed = recovery[3].upper().replace("-", " ")
    assert half_in(browse).fill("/login/code", {"code": typed}, holding="code").location == "/"
    assert half_in(browse).fill("/login/code", {"code": recovery[3]}, holding="code").status == 401
    person = half_in(browse)
    assert person.fill("/login/code", {"code": recovery[4]}, holding="code").location == "/"
    assert "8 recovery codes are left" in person.get("/account/").text
    assert len(site.trail(action="recovery_used")) == 2


def test_recovery_codes_are_made_anew_only_with_the_passphrase_given_again(site, browse):
    """Somebody at a screen that was left open must not walk away with them; wrong tries are counted."""
    _code_at, recovery = with_second_step(site, browse)
    person, before = half_in(browse), site.rows(RecoveryCode)
    person.fill("/login/code", {"code": recovery[0]}, holding="code")
    asked = person.get("/account/recovery-codes")
    assert asked.status == 200 and not [one for one in recovery if one in asked.text]
    for typed in ({}, {"old": ""}, {"old": WRONG}):
        refused = person.submit(asked, typed, holding="old")
        assert refused.status == 422 and "This is not your passphrase." in refused.text
    assert len(site.rows(RecoveryCode)) == len(before)
    assert "9 recovery codes are left" in person.get("/account/").text
    made = person.submit(asked, {"old": PASSPHRASE}, holding="old")
    fresh = [one.text for one in made.page.all("li") if re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}", one.text)]
    assert len(fresh) == 10 and not set(fresh) & set(recovery)
    for code, takes in ((recovery[1], False), (fresh[0], True)):
        assert (half_in(browse).fill("/login/code", {"code": code}, holding="code").status == 302) is takes
    statuses = [person.submit(asked, {"old": WRONG}, holding="old") for _ in range(6)]
    assert "Too many wrong tries" in statuses[-1].text and statuses[-1].status == 422


def test_who_has_no_second_step_makes_no_recovery_codes(site, browse):
    assert browse("amina").get("/account/recovery-codes").status == 404


def test_wrong_codes_are_counted_like_wrong_passphrases(site, browse):
    with_second_step(site, browse)
    person = half_in(browse)
    statuses = [person.fill("/login/code", {"code": "000000"}, holding="code").status for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_the_right_passphrase_between_them_forgives_no_wrong_code(site, browse):
    """Who has learned the passphrase must not get a fresh set of guesses by giving it again."""
    with_second_step(site, browse)
    statuses = []
    with site.at(NOW + timedelta(minutes=1)):
        for _time in range(2):
            person = half_in(browse)
            statuses += [person.fill("/login/code", {"code": "000000"}, holding="code").status for _ in range(4)]
    assert statuses == [401] * 5 + [429] * 3


@pytest.mark.req("R29")
def test_a_manager_sets_the_second_step_up_before_anything_else(site, browse):
    """Outside the demonstration, where the program is started from its environment."""
    site.app.config["CASEWORK"] = replace(site.config, second_factor=True)
    manager = browse("")
    manager.role = "manager"
    assert manager.sign_in("manager", PASSPHRASE).location == "/account/second-factor"
    for path in ("/manager/", "/manager/client/", "/account/", "/account/passphrase"):
        assert manager.get(path).location == "/account/second-factor"
    token = dict(manager.get("/account/second-factor").page.form("code").values)["csrf_token"]
    typed = {"name": "North", "csrf_token": token}
    assert manager.post("/manager/team/new/", typed, token=False).status == 403
    secret = manager.get("/account/second-factor").page.all("p", **{"class": "letters"})[0].text.replace(" ", "")
    done = manager.fill("/account/second-factor", {"code": pyotp.TOTP(secret).at(clock(NOW))}, holding="code")
    assert done.page.heading == "Your recovery codes"
    assert manager.get("/manager/client/").status == 200
    assert browse("").sign_in("amina", PASSPHRASE).location == "/"  # for others it is their own choice
    site.app.config["CASEWORK"] = site.config


def test_a_manager_takes_a_lost_second_step_away(site, browse):
    with_second_step(site, browse)
    signed_in = half_in(browse)
    manager, amina = browse("manager"), site.office.users["amina"]
    path = f"/manager/user/second-factor/?id={amina}"
    assert manager.get(path).page.heading == "Take the second step of amina away?"
    assert manager.post(path).status == 302
    assert signed_in.get("/login/code").location.startswith("/login")
    assert browse("").sign_in("amina", PASSPHRASE).location == "/"
    assert site.rows(SecondFactor) == site.rows(RecoveryCode) == []
    assert [one.row_id for one in site.trail(action="factor_reset")] == [amina]
    assert browse("joan").get(path).status == 403


def test_a_secret_is_made_once_until_it_is_confirmed_and_never_shown_again(site, browse):
    person = browse("amina")
    first, second = (
        person.get("/account/second-factor").page.all("p", **{"class": "letters"})[0].text for _ in range(2)
    )
    assert first == second
    assert len(first.replace(" ", "")) == 32
    with_second_step(site, browse)
    assert person.get("/account/second-factor").location == "/account/"


def test_codes_are_those_of_rfc_6238():
    """Source: RFC 6238, appendix B, SHA-1 rows, the last six digits."""
    factor = SecondFactor(secret=base64.b32encode(b"12345678901234567890").decode())
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        moment = NOW.fromtimestamp(seconds, NOW.tzinfo)
        assert second_factor._step_of(factor, code, moment) == seconds // 30


# Signing in again in place

NOTE = {
    "at": "today",
    "at-time": "9:00",
    "medium": "phone",
    "contact_with": "client",
    "text": 'She said: "stay"\n<b>&</b>',
}
NEW_NOTE = "/caseworker/casenote/new/"


def late_note(site, person, **more):
    """Fill a note in and send it after the sign-in has ended."""
    opened = person.get(f"{NEW_NOTE}?case_id={site.office['case', 'own']}")
    with site.at(NOW + timedelta(minutes=31)):
        return person.submit(opened, {**NOTE, **more}, path=f"{NEW_NOTE}?case_id={site.office['case', 'own']}")


@pytest.mark.req("R33")
def test_what_was_typed_is_saved_after_signing_in_again_in_place(site, browse):
    person, before = browse("amina"), len(site.rows(CaseNote))
    late = late_note(site, person)
    assert (late.status, late.page.heading) == (401, "Sign in again")
    with site.at(NOW + timedelta(minutes=31)):
        wrong = person.submit(late, {"password": WRONG}, holding="password")
        assert wrong.status == 401
        back = person.submit(wrong, {"password": PASSPHRASE}, holding="password")
        assert back.page.heading == "You are signed in again. Nothing was lost."
        assert len(site.rows(CaseNote)) == before  # not before the writer presses once more
        saved = person.submit(back, {}, holding="text")
        assert saved.status == 302
    with site.db() as db:
        note = db.scalars(select(CaseNote).order_by(CaseNote.id.desc())).first()
        assert (note.text, note.case_id) == (NOTE["text"], site.office["case", "own"])


def test_somebody_else_cannot_save_what_was_typed(site, browse):
    person = browse("amina")
    late = late_note(site, person)
    with site.at(NOW + timedelta(minutes=31)):
        stolen = dict(late.page.form("password").values) | {"username": "joan", "password": PASSPHRASE}
        change(site, "amina", password_hash=passphrases.hashed(OTHER_WORDS))
        assert person.post("/login/again", stolen, token=False).status == 401
        forged = stolen | {"ticket": stolen["ticket"][:-2] + "xx"}
        assert person.post("/login/again", forged, token=False).location == "/login"


def test_a_page_left_open_can_be_saved_once_its_writer_has_signed_in_again_elsewhere(site, browse):
    person = browse("amina")
    path = f"{NEW_NOTE}?case_id={site.office['case', 'own']}"
    opened = person.get(path)
    with site.at(NOW + timedelta(minutes=40)):
        person.sign_in("amina", PASSPHRASE)
        assert person.submit(opened, NOTE, path=path).status == 302
        person.post("/logout")
        person.sign_in("joan", PASSPHRASE)
        assert person.submit(opened, NOTE, path=path).status == 400  # in nobody else's name


def test_passphrases_and_files_do_not_travel_in_the_page(site, browse):
    manager = browse("manager")
    path = f"/manager/user/passphrase/?id={site.office.users['amina']}"
    opened = manager.get(path)
    with site.at(NOW + timedelta(minutes=31)):
        late = manager.submit(opened, {"passphrase": OTHER_WORDS}, holding="passphrase", path=path)
        assert OTHER_WORDS not in late.page.markup
        token = dict(opened.page.form("passphrase").values)["csrf_token"]
        data = {"csrf_token": token, "name": "North", "file": (io.BytesIO(b"x"), "tenancy.pdf")}
        answer = manager.client.post("/manager/team/new/", data=data)
        assert "must be chosen again afterwards: tenancy.pdf" in answer.get_data(as_text=True)
        assert [row for row in site.rows(Team) if "North" in row] == []


def test_a_second_step_is_asked_for_in_place_too(site, browse):
    code_at, _recovery = with_second_step(site, browse)
    person = half_in(browse)
    with site.at(NOW + timedelta(minutes=1)):
        person.fill("/login/code", {"code": code_at(NOW + timedelta(minutes=1))}, holding="code")
    late = late_note(site, person)
    then = NOW + timedelta(minutes=31)
    with site.at(then):
        assert person.submit(late, {"password": PASSPHRASE, "code": "000000"}, holding="password").status == 401
        back = person.submit(late, {"password": PASSPHRASE, "code": code_at(then)}, holding="password")
    assert back.page.heading == "You are signed in again. Nothing was lost."
