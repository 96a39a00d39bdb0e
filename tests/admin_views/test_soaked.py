"""Eight people write at once for some seconds, over HTTP: `tests.soak`, a share of it, without looking at the time."""

from __future__ import annotations

from models import database
from tests.admin_views.sites import Store
from tests.served import Served
from tests.soak import Told, lost, soak


def test_eight_people_who_write_at_once_meet_no_error_and_lose_nothing(tmp_path, monkeypatch):
    """G8, a share of it: `make soak` does so for ten minutes."""
    monkeypatch.setattr(database, "key_unless_named", None)
    store = Store("sqlite", tmp_path)
    store.furnish()
    store.copy()
    with Served(store.used, tmp_path / "log") as served:
        told = soak(served, seconds=4, thought=0, people=("amina", "joan") * 4)
        assert (told.faults, lost(served, told)) == ([], [])
        assert len(told.saved) >= 8
        assert lost(served, Told(saved=["Soak 99.0"])) == ["lost: Soak 99.0"]
