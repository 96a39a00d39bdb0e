"""What is given along for a real machine: the service is closed, and every name in it is one that the program reads."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
TIGHT = {
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
    "UMask=0077", "LimitCORE=0", "IPAddressDeny=any", "User=casework",
}  # fmt: skip
MOST_EXPOSED = 2.0  # of 10, by systemd's own count


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_a_unit_is_closed_and_names_only_what_the_program_reads(unit):
    lines = set(unit.read_text().splitlines())
    assert sorted(TIGHT - lines) == []
    known = (ROOT / "docs" / "interface.md").read_text()
    named = re.findall(r"^Environment=(\w+)=", unit.read_text(), re.MULTILINE)
    assert named and [one for one in named if f"`{one}`" not in known] == []


def test_the_service_gives_its_key_as_a_credential_and_starts_again_by_itself():
    text = (ROOT / "deploy" / "casework.service").read_text()
    assert "LoadCredential=database.key:" in text and "CASEWORK_DATABASE_KEY_FILE=%d/database.key" in text
    assert "Restart=always" in text and "IPAddressAllow=localhost" in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_counts_the_service_as_hardly_exposed():
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", ROOT / "deploy" / "casework.service"], capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert float(re.search(r"Overall exposure level for casework[.]service: ([\d.]+)", told.stdout)[1]) < MOST_EXPOSED
