"""The office is killed in the middle of real posts: `tests.kill`, a few rounds, on a plain and an encrypted file."""

from __future__ import annotations

import pytest

from models import cipher, database
from tests.kill import Killing


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_what_was_acknowledged_outlives_a_kill_once_and_whole(tmp_path, monkeypatch, kind):
    """G9, a share of it: `make kill` does so 200 times."""
    key = cipher.make_key(tmp_path / "key") if kind == "encrypted" else None
    monkeypatch.setattr(database, "key_unless_named", key)
    told = Killing(tmp_path, seed=2, key=key).run(2)
    assert told.faults == []
    assert (told.rounds, len(told.acknowledged) >= 2) == (2, True)


def test_a_lost_call_a_double_one_and_one_of_nobodys_would_be_found(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "key_unless_named", None)
    killing = Killing(tmp_path, seed=2)
    killing.told.acknowledged.append("Call 0.0.0 about the door")
    killing._look()
    assert killing.told.faults == ["round 0: lost: Call 0.0.0 about the door"]
