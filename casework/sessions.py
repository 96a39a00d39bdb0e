"""Puts scope, guard and audit on sessions, and loads every rule; the one place where they are wired."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from casework import audit, extras, guard, name_index, scope, set_up
from casework.context import Acting, set_acting

RULE_BOOKS = (
    "numbering",
    "clients",
    "merging",
    "cases",
    "turnaways",
    "consent",
    "recall",
    "referral_rules",
    "chases",
    "travel",
    "helpline",
    "visit_rules",
    "visits",
    "language_requests",
    "volunteers",
    "held",
    "telling",
    "accounts",
    "words",
    "extras",
    "plan_rules",
    "measures",
    "aftercare",
    "incidents",
    "conduct",  # after the incidents: it notes what they compared
    "need",
    "equality",
    "agencies",
    "documents",
    "publications",
    "disclosures",
    "letters",
    "notes",
    "deadlines",
    "calls",
    "letter_rules",
    "told",
    "tasks",
    "continuity",
    "file_access",
    "learning",
    "reviews",
    "saved_tables",
    "saved_views",
    "figures_requests",
    "issues",
    "patterns",
    "campaigns",
    "grants",
    "kept",
    "account_reviews",
    "retention",
    "breaches",
    "import_uploads",
)


def install(session_class: Any) -> None:
    """Put scope, guard and audit on every session that `session_class` makes."""
    for name in RULE_BOOKS:
        import_module(f"casework.{name}")
    scope.install(session_class)
    extras.install(session_class)
    audit.install(session_class)  # before the guard: the trail's turn is taken before its rules lock anything
    guard.install(session_class)
    set_up.install(session_class)
    name_index.install(session_class)


@contextmanager
def session_for(engine: Engine, who: Acting) -> Iterator[Session]:
    """Open a guarded session for a command or a test; the caller commits."""
    maker = sessionmaker(engine)
    install(maker)
    with maker() as db:
        set_acting(db, who)
        yield db
