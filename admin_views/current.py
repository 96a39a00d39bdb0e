"""The request at hand: who sends it, when, and the session that acts for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from flask import current_app, request
from flask_babel import gettext
from flask_login import UserMixin, current_user

from admin_views.config import Config
from admin_views.db import db
from casework import extras
from casework.auth import Lifetime, Person
from casework.context import Acting, acting, set_acting, set_language
from casework.settings import number_setting


class SignedIn(UserMixin):
    """What Flask-Login carries: the person behind the cookie."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return self.person.token


def config() -> Config:
    return cast(Config, current_app.config["CASEWORK"])


def now() -> datetime:
    return config().now()


def person() -> Person | None:
    """Give the signed-in person, or None."""
    return current_user.person if current_user.is_authenticated else None


def begin_acting() -> None:
    """Let the session of this request act for whoever is signed in; for nobody, in the name of the program."""
    set_acting(db.session, Acting(now=now(), username="nobody"))
    set_language(db.session, gettext)
    who = person()
    if who is not None:
        set_acting(db.session, Acting(
            now=now(), role=who.role, username=who.username, user_id=who.user_id, worker_id=who.worker_id,
            team_id=who.team_id,
        ))  # fmt: skip
        extras.begin(db.session, who.fields_as_of)


def give_reason(reason: str) -> None:
    """Keep the reason that was typed, for rules and the audit trail of this request."""
    set_acting(db.session, replace(acting(db.session), reason=reason or None))


def acting_role() -> str:
    """Give the role of the signed-in person, or an empty text."""
    who = person()
    return who.role if who is not None else ""


def address() -> str:
    """Give where the request came from, for counting tries."""
    return request.remote_addr or "?"


def lifetime() -> Lifetime:
    """Give how long the office lets a sign-in last."""
    idle, longest = (number_setting(db.session, key) for key in ("sign_in_idle", "sign_in_longest"))
    return Lifetime(timedelta(minutes=idle), timedelta(hours=longest))
