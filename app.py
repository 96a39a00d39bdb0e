"""Puts the office together: configuration, database, doors, roles, commands. `python app.py` serves it."""

from __future__ import annotations

import gc
import os
import sys
from datetime import timedelta
from typing import Any

from click import ClickException
from flask import Flask, g, has_app_context, jsonify
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from admin_views import commands, compressed, doors, home, log, login, roles, screens, set_up
from admin_views.config import Config, from_environment
from admin_views.db import db
from admin_views.language import OfficeBabel
from casework import seal
from casework.faults import fault_of
from casework.startup import StartRefused, migration_state
from models.cipher import KeyRefused
from models.database import engine_options, prepare

# How long a page that stays open may still prove where it came from. Being signed in ends much sooner, on the
# server: the cookie holds only a word that names a row there, the page's token and what is said once.
COOKIE_LASTS = timedelta(days=7)
LARGEST_REQUEST = 4 * 1024 * 1024  # bytes; the longest letter pasted in is a hundredth of it


def create_app(config: Config | None = None) -> Flask:
    """Give the web application for one office."""
    config = config or from_environment()
    app = Flask(__name__, static_folder="admin_views/static", template_folder="admin_views/templates")
    app.config.update(
        CASEWORK=config, SECRET_KEY=config.secret_key, TESTING=config.testing,
        SQLALCHEMY_DATABASE_URI=config.database_url, SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        SESSION_COOKIE_NAME="__Host-casework" if config.https else "casework", SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", PERMANENT_SESSION_LIFETIME=COOKIE_LASTS,
        WTF_CSRF_TIME_LIMIT=None, MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST, BABEL_DEFAULT_LOCALE="en", BABEL_DEFAULT_TIMEZONE="Europe/London",
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    OfficeBabel(app, locale_selector=lambda: "en")
    with app.app_context():
        prepare(db.engine, config.database_key)
        seal.use_secret(db.engine, config.secret_key)
        _count_statements(app, config)
        compressed.install(app)  # first in, so last to touch an answer
        login.install(app)
        log.install(app)
        doors.install(app)
        app.register_blueprint(home.bp)
        screens.install(app)
        roles.build(app)
    app.add_url_rule("/", "home", home.home)
    app.add_url_rule("/healthz", "healthz", _health)
    app.context_processor(lambda: {"frame": home.frame(), **home.language()})
    app.extensions["make_office"] = create_app  # a drill opens a copy of the office through its own pages
    commands.install(app)
    return app


def _engine_options(config: Config) -> dict[str, Any]:
    """Give how the database is opened. Raises ClickException, which every command and `main` tell in one sentence."""
    try:
        return engine_options(config.database_url, config.database_key)
    except KeyRefused as refused:
        raise ClickException(f"Not started: {refused}") from refused


def _health() -> Any:
    """Say whether the office runs: the database answers and its tables are those of this program."""
    try:
        db.session.execute(text("SELECT 1"))
        state = migration_state(db.engine)
    except (DBAPIError, KeyRefused) as error:
        db.engine.dispose()  # what comes next opens it as it is by then
        return jsonify(status="not ready", database=fault_of(error) or "error", migration="unknown"), 503
    body = {"status": "ok" if state.is_current else "not ready", "database": "ok", "migration": state.found or "none"}
    return jsonify(body), 200 if state.is_current else 503


def _count_statements(app: Flask, config: Config) -> None:
    """With CASEWORK_SQL_COUNT, tell in each answer how many statements it took."""
    if not config.count_sql:
        return

    @event.listens_for(db.engine, "before_cursor_execute")
    def _count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:

        if has_app_context() and not statement.startswith("BEGIN"):  # only SQLite's is seen here at all
            g.statements = g.get("statements", 0) + 1

    @app.after_request
    def _tell(response: Any) -> Any:

        response.headers["X-SQL-Count"] = str(g.get("statements", 0))
        return response


def main() -> int:
    """Serve on HOST:PORT; a database that does not fit gives one sentence and exit code 1."""
    from waitress import serve

    try:
        app = create_app()
        commands.check_start(app)
        holding = commands.hold_open(app)
    except (StartRefused, ClickException) as refused:
        print(refused, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Not started: {error.strerror or error}. Check that the folder of the database can be written.",
              file=sys.stderr)  # fmt: skip
        return 1
    log.begin(os.environ.get("CASEWORK_LOG", ""))
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "5000"))
    print(f"Casework is running: http://{host}:{port}", flush=True)
    if code := set_up.code_while_empty(app):
        print(f"There is no account yet. Open http://{host}:{port}/setup and type this code: {code}", flush=True)
    set_aside_what_stays()
    with holding:
        serve(app, host=host, port=port, threads=8, ident=None, **_trusted(app.config["CASEWORK"]))
    return 0


def set_aside_what_stays() -> None:
    """Take what the start has made out of the collector's rounds: it stays, and looking through it cost an eighth."""
    gc.collect()
    gc.freeze()


def _trusted(config: Config) -> dict[str, Any]:
    """Give whose word the server takes for who asks: the named proxy's; everybody else's is thrown away."""
    if not config.proxy:
        return {"clear_untrusted_proxy_headers": True}
    headers = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
    return {"trusted_proxy": config.proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": headers,
            "clear_untrusted_proxy_headers": True}  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
