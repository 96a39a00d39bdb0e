"""The command that moves the office from its SQLite file into PostgreSQL."""

from __future__ import annotations

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from admin_views import config, current
from admin_views.backup_commands import plainly
from admin_views.db import db
from casework import moving, startup
from casework.context import Acting
from models.database import open_engine

DRIVER = "postgresql+psycopg"


@click.command("move")
@click.option(
    "--to",
    "address",
    envvar="CASEWORK_MOVE_TO",
    required=True,
    help="The empty database: postgresql+psycopg://user@host/name. Else CASEWORK_MOVE_TO, which `ps` does not show.",
)
def move(address: str) -> None:
    """Copy everything from the SQLite file into an empty PostgreSQL database; the office must not run."""
    began = config.stopwatch()
    try:
        is_ours = make_url(address).drivername == DRIVER
    except ArgumentError:
        is_ours = False
    if not is_ours:
        raise click.ClickException(f"Not moved: an address looks like {DRIVER}://user@host/name.")
    target = open_engine(address)
    try:
        with plainly():
            done = moving.move(
                db.engine, target, startup.to_newest, Acting(now=current.config().now(), username="command")
            )
    except startup.StartRefused as refused:
        raise click.ClickException(str(refused).replace("Not started", "Not moved", 1)) from refused
    finally:
        target.dispose()
    click.echo(f"Moved and compared: {sum(done.rows.values()):,} rows in {len(done.rows)} tables, audit trail whole "
               f"({done.lines:,} lines), {config.stopwatch() - began:.1f} s.")  # fmt: skip
    click.echo(f"Tail, to be kept elsewhere: {done.tail or 'none yet'}")
    click.echo(
        "Set CASEWORK_DATABASE_URL to the new address before anybody works, take CASEWORK_DATABASE_KEY_FILE away, and "
        "arrange backups of the server (docs/backup.md). The file is as it was: keep it as the last backup of its kind."
    )


COMMANDS = (move,)
