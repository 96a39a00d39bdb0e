"""The program's log: JSON, turned over at a size, and never a word that somebody typed."""

from __future__ import annotations

import json
import logging
import stat

import pytest

from admin_views import log

NAME = "Rehana Begum"


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Let the log go to a file for this test; gives a function that reads its lines."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    log.begin(str(tmp_path / "office.log"))
    yield lambda: [json.loads(line) for line in (tmp_path / "office.log").read_text().splitlines()]
    for one in root.handlers:
        one.close()
    root.handlers[:] = kept
    root.setLevel(level)


def test_a_fault_is_told_by_its_kind_and_place_and_not_in_its_own_words(written):
    try:
        int(NAME)
    except ValueError:
        logging.getLogger("x").exception("Request failed for %s", NAME)
    [line] = written()
    assert (line["fault"], line["level"], line["place"].split(":")[0]) == ("ValueError", "error", "test_log.py")
    assert NAME not in json.dumps(line)


def test_a_request_is_told_by_its_page_and_never_by_its_address(site, browse, office, written):
    amina = browse("amina")
    amina.get(f"/caseworker/case/details/?id={office['case', 'own']}")
    amina.ask("/caseworker/find/", find=NAME)
    lines = written()
    assert {"caseworker_case.details_view", "find.caseworker"} <= {line["page"] for line in lines}
    assert all(isinstance(line["ms"], int) for line in lines)
    assert NAME not in json.dumps(lines) and "amina" not in json.dumps(lines) and "?id" not in json.dumps(lines)


def test_the_log_is_its_owners_alone_and_is_turned_over(tmp_path, written, monkeypatch):
    kept = logging.getLogger().handlers[0]
    kept.maxBytes = 2000
    for _line in range(400):
        logging.getLogger("x").info("a line of some length, so that the file is turned over after a few of them")
    files = sorted(tmp_path.glob("office.log*"))
    assert len(files) == 1 + log.KEPT
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
