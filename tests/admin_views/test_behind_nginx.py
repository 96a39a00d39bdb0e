"""The office behind a real nginx with `deploy/nginx.conf` itself: TLS, cookies, whose word is taken for who asks."""

from __future__ import annotations

import http.cookiejar
import json
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from models import SignIn, database
from models.database import open_engine
from tests.admin_views.office import PASSPHRASE
from tests.admin_views.sites import Store
from tests.conftest import MUST_HAVE_ALL
from tests.served import ROOT, Served, Visitor

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PROXY = "127.0.0.2"  # from where nginx asks here, so that whoever asks directly is somebody else
FORGED = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.example"}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def certificate(folder: Path) -> None:
    """Make a certificate of our own for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "office.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))  # fmt: skip


def configured(folder: Path, plain: int, secure: int, office: int) -> Path:
    """Write our own configuration with the ports and places of this run, and nothing else changed."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for before, after in (
        ("    listen [::]:80;\n", ""), ("    listen [::]:443 ssl;\n", ""), ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"), ("/etc/ssl/casework", str(folder)),
        ("/var/log/nginx", str(folder)), ("http://127.0.0.1:5000;", f"http://127.0.0.1:{office}; proxy_bind {PROXY};"),
    ):  # fmt: skip
        assert before in text, before
        text = text.replace(before, after)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    file = folder / "nginx.conf"
    file.write_text(f"daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{\n{temporary}{text}}}\n")
    return file


class Secure(Visitor):
    """A visitor who comes over TLS and believes this run's certificate."""

    def handlers(self) -> list[urllib.request.BaseHandler]:
        believing = ssl.create_default_context()
        believing.check_hostname, believing.verify_mode = False, ssl.CERT_NONE
        return [urllib.request.HTTPSHandler(context=believing)]

    @property
    def cookies(self) -> list[http.cookiejar.Cookie]:
        return list(self._cookies)


def own(url: str) -> dict[str, str]:
    """Give what a browser tells of the page from which it sends."""
    return {"Origin": url, "Referer": f"{url}/login"}


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """The office behind nginx: (its own server, the secure address, the plain one, the folder of logs)."""
    if NGINX is None:
        (pytest.fail if MUST_HAVE_ALL else pytest.skip)("nginx is not installed: the configuration was not tried.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "key_unless_named", None)
        yield from _office_behind(tmp_path_factory.mktemp("nginx"))


def _office_behind(folder):
    store = Store("sqlite", folder)
    store.furnish()
    store.copy()
    certificate(folder)
    plain, secure = free_port(), free_port()
    served = Served(store.used, folder / "log", CASEWORK_PROXY=PROXY, CASEWORK_LOG=str(folder / "office.log"))
    file = configured(folder, plain, secure, served.port)
    with served, subprocess.Popen([NGINX, "-p", str(folder), "-e", str(folder / "error"), "-c", str(file)]) as nginx:
        until = time.monotonic() + 30
        while not listens(secure) and time.monotonic() < until:
            time.sleep(0.05)
        yield served, f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}", folder
        nginx.terminate()


def sign_ins(served):
    engine = open_engine(served.environment["CASEWORK_DATABASE_URL"])
    with engine.connect() as connection:
        found = connection.scalars(select(SignIn.__table__.c.address).order_by(SignIn.__table__.c.id)).all()
    engine.dispose()
    return found


def test_people_sign_in_over_tls_with_a_cookie_that_never_travels_otherwise(behind):
    served, secure, _plain, _folder = behind
    amina = Secure(secure, **own(secure))
    assert amina.sign_in("amina", PASSPHRASE).get("/caseworker/").status == 200
    cookie = next(one for one in amina.cookies if one.name == "__Host-casework")
    assert (cookie.secure, cookie.path, cookie.domain_specified) == (True, "/", False)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert "max-age=31536000" in amina.get("/caseworker/").headers["Strict-Transport-Security"]
    assert sign_ins(served)[-1] == "127.0.0.1"  # the browser's address, not the proxy's


def test_the_plain_address_leads_to_the_secure_one_and_answers_nothing(behind):
    _served, _secure, plain, _folder = behind
    got = Visitor(plain).get("/caseworker/?who=everyone")
    assert (got.status, got.location) == (301, "https://127.0.0.1/caseworker/?who=everyone")


def test_what_a_browser_claims_of_itself_is_thrown_away_by_nginx(behind):
    served, secure, _plain, _folder = behind
    Secure(secure, **own(secure), **FORGED).sign_in("amina", PASSPHRASE)
    assert sign_ins(served)[-1] == "127.0.0.1"


def test_another_site_is_refused_through_the_proxy_too(behind):
    _served, secure, _plain, _folder = behind
    evil = Secure(secure, Origin="https://evil.example")
    assert evil.fill("/login", {"username": "amina", "password": PASSPHRASE}, holding="username").status == 400


def test_whoever_passes_the_proxy_by_is_not_believed(behind):
    """Straight to the office's port: no claim counts, and the cookie of a sign-in cannot even be used."""
    served, _secure, _plain, _folder = behind
    got = Visitor(served.url, **FORGED).get("/caseworker/")
    assert got.location.startswith("/login") or got.location.startswith(f"{served.url}/login")
    assert "evil.example" not in got.location
    forged = Visitor(served.url, Origin="https://evil.example", **FORGED)
    assert forged.fill("/login", {"username": "amina", "password": PASSPHRASE}, holding="username").status == 400


def test_the_logs_name_nobody_and_no_page_by_its_address(behind):
    _served, secure, _plain, folder = behind
    amina = Secure(secure, **own(secure)).sign_in("amina", PASSPHRASE)
    page = amina.get("/caseworker/case/")
    number = page.text.split("/caseworker/case/details/?id=")[1].split('"')[0]
    amina.get(f"/caseworker/case/details/?id={number}&show=call")
    time.sleep(0.2)
    office, nginx = ((folder / name).read_text() for name in ("office.log", "casework.log"))
    lines = [json.loads(line) for line in office.splitlines()]
    assert {"caseworker_case.details_view", "login.sign_in"} <= {line.get("page") for line in lines}
    assert {"at", "level", "said", "page", "method", "status", "ms"} == set(lines[-1])
    answered = "\n".join(line for line in office.splitlines() if "Serving on" not in line)
    for log in (answered, nginx, (folder / "casework-error.log").read_text()):
        for word in ("amina", "Rehana", PASSPHRASE, "?id=", "127.0.0.1", "show=call"):
            assert word not in log, word
    assert (folder / "office.log").stat().st_mode & 0o077 == 0


def test_nothing_of_a_request_or_an_answer_lies_on_the_proxys_disk(behind):
    _served, _secure, _plain, folder = behind
    kept = [one for kind in ("client_body", "proxy") for one in (folder / kind).rglob("*") if one.is_file()]
    assert kept == []
