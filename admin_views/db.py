"""The keeper of one database session for each request; models stay plain and never import it."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session

from casework import sessions


class RequestSession(Session):
    """The session of a web request: scope, guard and audit stand on it."""


sessions.install(RequestSession)
db = SQLAlchemy(session_options={"class_": RequestSession})
