"""What `python app.py` does once before it serves."""

from __future__ import annotations

import gc

import pytest
import waitress

import app as office


@pytest.fixture
def served(site, monkeypatch):
    """Start the office as `main` does; give how many objects lie aside at the moment when serving begins."""
    seen = []
    monkeypatch.setattr(office, "create_app", lambda: site.app)
    monkeypatch.setattr(office.log, "begin", lambda _path: None)
    monkeypatch.setattr(waitress, "serve", lambda _app, **_options: seen.append(gc.get_freeze_count()))
    yield lambda: (office.main(), seen)
    gc.unfreeze()


def test_what_the_start_made_is_set_aside_before_anybody_is_answered(served):
    gc.unfreeze()
    code, seen = served()
    assert code == 0
    assert seen[0] > 100_000  # the classes, tables and templates of the whole office
