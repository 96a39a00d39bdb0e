"""The commands about the key of an encrypted database: `key new`, `key encrypt`, `key change`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from admin_views import current
from admin_views.backup_commands import clear_left_behind, plainly
from admin_views.db import db
from casework import audit, keys, seal, startup
from casework.context import Acting
from models import cipher
from models.cipher import Key, KeyRefused
from models.database import open_engine

SUBJECT = "Database"  # what the audit trail calls it


@click.group()
def key() -> None:
    """The key that the database is encrypted with: make one, encrypt with it, change it."""


@key.command("new")
def new_key() -> None:
    """Make a key in the file that CASEWORK_DATABASE_KEY_FILE names."""
    with plainly():
        named = _named()
        try:
            made = cipher.make_key(named.path)
        except FileExistsError as fault:
            raise click.ClickException(
                f"Not made: {named.path} is there already. To change a key run `flask --app app key change`."
            ) from fault
        except OSError as fault:
            raise click.ClickException(f"Not made: {named.path} cannot be written ({fault.strerror}).") from fault
    click.echo(f"{made.path} is made; its mark is {made.mark}.")
    click.echo(
        "Copy it now onto paper or a stick that is kept in another place than the database and its backups. "
        "Without this key nobody can read either, and nobody can make it anew."
    )
    if startup.is_plain(keys.place_of(db.engine)):
        click.echo("The database is not encrypted yet: run `flask --app app key encrypt`.")


@key.command("encrypt")
def encrypt() -> None:
    """Encrypt a plain database with the key; the office must not run."""
    with plainly():
        named = _named()
        keys.encrypt(db.engine)
        _note(named, "database encrypted")
    click.echo(f"The database is encrypted and checked; the plain file is gone. The key's mark is {named.mark}.")
    click.echo(
        "Backups made before are still plain: make one now with `flask --app app backup`, then delete them. On a "
        "disk that is not encrypted itself, remains of the plain file can outlast its deletion."
    )


@key.command("change")
def change() -> None:
    """Give the database a new key, or end a change that was cut off; the office must not run."""
    with plainly():
        named = _named()
        kept = keys.change(db.engine)
        changed = Key(named.path)  # its file holds the new one from now on
        _note(changed, "key of the database changed")
    click.echo(f"The database has a new key in {changed.path}; its mark is {changed.mark}. Copy it to the other place.")
    click.echo(f"The old key lies in {kept}: backups made with it need it. Make a backup now.")


def told_plainly(command: click.Command) -> click.Command:
    """Let a command say in one sentence that a key is missing or does not fit; first clear what others left behind."""
    asked: Callable[[click.Context], Any] = command.invoke

    def invoke(context: click.Context) -> Any:
        try:
            clear_left_behind()
            return asked(context)
        except KeyRefused as refused:
            raise click.ClickException(str(refused)) from None
        except DBAPIError as fault:
            if startup.is_locked_with_a_key(fault):
                raise click.ClickException(startup.wrong_key(db.engine)) from None
            raise

    command.invoke = invoke  # type: ignore[method-assign]
    return command


def _named() -> Key:
    named = current.config().database_key
    if named is None:
        raise click.ClickException("Name the file of the key in CASEWORK_DATABASE_KEY_FILE first.")
    return named


def _note(named: Key, what: str) -> None:
    """Leave a line in the trail of the database as it is now."""
    engine = open_engine(db.engine.url.render_as_string(hide_password=False), named)
    seal.share_secret(db.engine, engine)
    try:
        who = Acting(now=current.config().now(), username="command")
        audit.write_line(engine, audit.entry(who, "changed", SUBJECT, None, [what], f"mark {named.mark}"))
    finally:
        engine.dispose()


COMMANDS = (key,)
