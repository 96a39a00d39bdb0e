"""The commands that keep the office's data safe: `backup`, `restore`, `drill`."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from admin_views import config, current
from admin_views.bring_up import bring_up
from admin_views.db import db
from casework import audit, auth, backup_files, backups, import_uploads, restoring, sessions, settings, startup
from casework.backup_files import BackupRefused, Manifest
from casework.context import Acting
from casework.datetext import short
from models import User
from models.cipher import Key, KeyRefused
from models.database import know_the_rows

FOLDER = {
    "type": click.Path(file_okay=False, path_type=Path), "envvar": "CASEWORK_BACKUPS",
    "help": "Else CASEWORK_BACKUPS, else the folder backups beside the database.",
}  # fmt: skip
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
LONGEST_REASON = 200  # characters, as the trail keeps it
GOES_ON = 302  # the answer to a sign-in that was taken
OK = 200


@click.command()
@click.option("--to", "folder", **FOLDER)
def backup(folder: Path | None) -> None:
    """Copy the whole database into one checked file, while people work; old backups are thinned out."""
    with plainly():
        _forget_uploads()
        folder = folder or _beside()
        made, manifest = backups.make(db.engine, folder, current.config().now())
        _note("exported", "backup made", f"{made.name}: {manifest.total} rows, tail {manifest.tail or 'none'}")
        gone = _thin_out(folder)
        know_the_rows(db.engine)  # once a day is often enough
    click.echo(f"{made} is made and checked: {_holds(manifest)}.")
    click.echo(f"Tail, to be kept elsewhere: {manifest.tail or 'none yet'}")
    click.echo(f"SHA-256 {manifest.sha256}")
    if gone:
        click.echo(f"Old backups deleted: {', '.join(gone)}.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--key",
    "key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file with the key that the backup was made with, where that is not the office's.",
)
def restore(file: Path, key_file: Path | None) -> None:
    """Put a backup in the place of the database; the office must not run. What was there is kept beside it."""
    with plainly():
        done = restoring.restore(db.engine, file, bring_up, _who(), Key(key_file) if key_file else None)
    made = datetime.fromisoformat(done.manifest.made_at)
    click.echo(f"{file.name} is restored and checked: {_holds(done.manifest)}.")
    if done.kept:
        click.echo(f"What it replaced is kept as {done.kept}")
    click.echo(
        f"What was written after {short(made.date())}, {made:%H:%M} UTC is not in it: withdrawn permissions, closed "
        "accounts and new passphrases too. Enter them again before anybody works. Everybody must sign in again."
    )


@click.command()
@click.option("--from", "folder", **FOLDER)
def drill(folder: Path | None) -> None:
    """Restore the newest backup beside the office, check it, sign in to it, and delete it again."""
    began = config.stopwatch()
    with plainly():
        folder = folder or _beside()
        newest = backups.newest(folder)
        if newest is None:
            raise BackupRefused(f"Not drilled: there is no backup in {folder}. Run `flask --app app backup` first.")
        with (
            backup_files.workspace(folder, "Not drilled") as room,
            restoring.unpacked(db.engine, newest, room, bring_up) as (manifest, copy),
        ):
            _sign_in(copy)
        told = f"{newest.name}: {_holds(manifest)}, signing in works, {config.stopwatch() - began:.1f} s"
        _note("opened", "backup drilled", told)
    click.echo(f"Drilled {told}.")


def clear_left_behind() -> None:
    """Delete what commands that were killed left beside the database and among the backups, and say so.

    Runs before each command and when the office starts; what another process is at work on stays.
    """
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        return
    beside = _beside()
    for folder in dict.fromkeys((beside.parent, beside, Path(os.environ.get("CASEWORK_BACKUPS", beside)))):
        try:
            if number := backup_files.clear_left(folder):
                click.echo(f"Deleted in {folder}: {number} unfinished of a command that was ended midway.", err=True)
        except OSError as fault:
            click.echo(f"Not deleted: what a command that was ended midway left in {folder} ({fault.strerror}). It may "
                       "hold a copy of the database: delete its folders .making-* by hand.", err=True)  # fmt: skip


def _forget_uploads() -> None:
    """Delete spreadsheets that wait to be brought in for longer than a day, before the backup would keep them."""
    if startup.migration_state(db.engine).is_current:
        with sessions.session_for(db.engine, _who()) as session:
            import_uploads.forget_old(session)
            session.commit()


def _thin_out(folder: Path) -> list[str]:
    """Delete what the office need not keep; a database from before it could say so keeps everything."""
    with sessions.session_for(db.engine, _who()) as session:
        try:
            daily, monthly = (settings.number_setting(session, key) for key in ("backups_daily", "backups_monthly"))
        except LookupError:
            return []
    return backups.thin_out(folder, daily=daily, monthly=monthly)


def _sign_in(copy: Engine) -> None:
    """Sign in to the copy through the program's own pages, with an account that only the copy has."""
    name, passphrase = f"drill-{secrets.token_hex(4)}", secrets.token_urlsafe(24)
    with sessions.session_for(copy, _who()) as session:
        account = User(username=name, role="manager")
        auth.set_passphrase(account, passphrase)
        session.add(account)
        session.commit()
    office = replace(current.config(), database_url=f"sqlite:///{copy.url.database}", https=False, second_factor=False)
    app = current_app.extensions["make_office"](office)
    try:
        if not _gets_in(app.test_client(), name, passphrase):
            raise BackupRefused("Not drilled: nobody could sign in to what was restored.")
    finally:
        with app.app_context():
            db.engine.dispose()


def _gets_in(browser: Any, name: str, passphrase: str) -> bool:
    """Say whether signing in leads to a manager's first page."""
    token = TOKEN.search(browser.get("/login").text)
    typed = {"username": name, "password": passphrase, "csrf_token": token[1] if token else ""}
    return browser.post("/login", data=typed).status_code == GOES_ON and browser.get("/manager/").status_code == OK


def _beside() -> Path:
    """Give the folder of backups beside the database; on a server there is none."""
    if db.engine.dialect.name != "sqlite":
        raise BackupRefused("Not done: a PostgreSQL server is backed up and restored by whoever keeps it; "
                            "docs/backup.md says how.")  # fmt: skip
    return Path(db.engine.url.database or "").absolute().parent / "backups"


def _holds(manifest: Manifest) -> str:
    return f"{manifest.total:,} rows in {len(manifest.rows)} tables, audit trail whole ({manifest.lines:,} lines)"


def _note(action: str, what: str, told: str) -> None:
    """Leave a line in the office's own trail, which the manager reads."""
    audit.write_line(db.engine, audit.entry(_who(), action, backups.SUBJECT, None, [what], told[:LONGEST_REASON]))


def _who() -> Acting:
    return Acting(now=current.config().now(), username="command")


@contextmanager
def plainly() -> Iterator[None]:
    """Say in one sentence what stood in the way, with exit code 1."""
    try:
        yield
    except (BackupRefused, KeyRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except DBAPIError as fault:
        if startup.is_locked_with_a_key(fault):
            raise click.ClickException(startup.wrong_key(db.engine)) from None
        raise click.ClickException(
            "Not finished: the office's database cannot be read or written. Run `flask --app app check`, and see "
            "whether its disk is full. Nothing of it was changed."
        ) from None


COMMANDS = (backup, restore, drill)
