"""The commands of the office: `flask --app app ...`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_views import backup_commands, current, key_commands, move_command, promote_command, sheet_commands
from admin_views.bring_up import bring_up
from admin_views.db import db
from casework import audit, auth, second_factor, sessions, startup
from casework.context import Acting
from casework.datetext import parse_date
from casework.problems import RuleBroken
from models import User, Worker
from models.database import own_reading, own_transaction
from models.people import ROLES


def install(app: Flask) -> None:
    """Put every command on `app`."""
    for made in COMMANDS:
        app.cli.add_command(made)


def check_start(app: Flask) -> None:
    """Clear what commands left behind; refuse to serve a database that does not fit. Raises StartRefused."""
    with app.app_context():
        backup_commands.clear_left_behind()
        startup.check_database(db.engine)
        with _office() as session:
            startup.check_demo(session, demo=current.config().demo)


def hold_open(app: Flask) -> Connection:
    """Give a connection to keep as long as the office runs, so that a restore sees that it does."""
    with app.app_context():
        return startup.held_open(db.engine)


@contextmanager
def _office() -> Iterator[Session]:
    """Open a session in which the program itself acts, office-wide."""
    with sessions.session_for(db.engine, Acting(now=current.config().now(), username="command")) as session:
        yield session


@click.command()
def upgrade() -> None:
    """Bring the database to this program's shape and load the office's lists."""
    if not startup.migration_state(db.engine).known:
        raise click.ClickException("The database was made by a newer version of this program. Install that one.")
    bring_up(db.engine)
    click.echo("The database is up to date.")


@click.command("funder-report")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", required=True, help="The period's first day, day first: 1/4/2026.")
@click.option("--to", "last", required=True, help="Its last day, today at the latest.")
def funder_report(file: Path, first: str, last: str) -> None:
    """Write the funder workbook of a period; it is a draft and not for release."""
    from exports import funder  # the spreadsheet library is slow to load

    today = Acting(now=current.config().now()).today
    try:
        days = [parse_date(text, today=today, prefer="past") for text in (first, last)]
        if days[1] > today:
            raise click.ClickException("Not made: the period's last day is still to come.")
        with _office() as session:
            written = funder.write_report(session, file, *days, today)
            session.commit()
    except ValueError as fault:
        raise click.ClickException(f"Not made: {fault}") from fault
    except OSError as fault:
        raise click.ClickException("Not made: the file cannot be written there. Choose another place.") from fault
    click.echo(f"{file.name} is written, a draft. SHA-256 {written.sha256}")


@click.command()
@click.option("--passphrase", envvar="CASEWORK_DEMO_PASSWORD", help="Of every demo account; else four new words.")
def demo(passphrase: str | None) -> None:
    """Fill an empty database with the invented office, and print how to sign in; only with CASEWORK_DEMO=1."""
    from seed import demo as invented  # some twenty modules that no other command needs
    from seed import demo_accounts

    if not current.config().demo:
        click.echo("No demonstration: it is loaded only with CASEWORK_DEMO=1.")
        return
    try:
        startup.check_database(db.engine)
        with _office() as session:
            loaded = invented.load(session, current.config().now())
            session.commit()
    except startup.StartRefused as refused:
        raise click.ClickException(str(refused)) from refused
    passphrase = passphrase or demo_accounts.new_passphrase()
    with _office() as session:
        for account in demo_accounts.accounts(session):
            _set(account, passphrase)
        _commit(session)
    click.echo(loaded)
    click.echo(f"Demo sign-ins: {', '.join(demo_accounts.ACCOUNTS)}")
    click.echo(f"passphrase: {passphrase}")


@click.command("load-benchmark")
@click.option("--cases", type=click.IntRange(1, 10_000_000), required=True, help="How many; the rest follows.")
@click.option("--passphrase", envvar="CASEWORK_DEMO_PASSWORD", help="Of the one manager; else four new words.")
def load_benchmark(cases: int, passphrase: str | None) -> None:
    """Fill an empty database with the rows of the benchmark; only with CASEWORK_DEMO=1."""
    from seed import demo_accounts
    from seed import load_benchmark as benchmark

    if not current.config().demo:
        raise click.ClickException("Nothing loaded: these rows are for measuring. Set CASEWORK_DEMO=1.")
    passphrase = passphrase or demo_accounts.new_passphrase()
    account = User(username=benchmark.MANAGER)
    _set(account, passphrase)
    try:
        startup.check_database(db.engine)
        with own_transaction(db.engine) as connection:
            written = benchmark.load(connection, cases, current.config().now(), account.password_hash or "")
    except startup.StartRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"Loaded {cases:,} cases, {written:,} rows in all. Sign-in: {benchmark.MANAGER}")
    click.echo(f"passphrase: {passphrase}")


@click.group()
def user() -> None:
    """Accounts: add, disable, reset the passphrase or the second step."""


@user.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice([word for word, _label in ROLES]), required=True)
@click.option("--name", help='The person\'s own name, for example "Maryam Y"; needed to work with cases.')
@click.password_option("--passphrase", help="12 to 128 characters.")
def add_user(username: str, role: str, name: str | None, passphrase: str) -> None:
    """Make an account; the first manager is made here."""
    with _office() as session:
        made = User(username=username.strip().lower(), role=role, worker=_person(session, name) if name else None)
        _set(made, passphrase)
        session.add(made)
        _commit(session)
    click.echo(f"{username} may now sign in as {role}.")


@user.command("disable")
@click.argument("username")
def disable_user(username: str) -> None:
    """Close an account; whoever is signed in with it is out with the next click."""
    with _office() as session:
        _found(session, username).active = False
        _commit(session)
    click.echo(f"{username} may no longer sign in.")


@user.command("reset")
@click.argument("username")
@click.password_option("--passphrase", help="12 to 128 characters.")
def reset_user(username: str, passphrase: str) -> None:
    """Give an account a new passphrase."""
    with _office() as session:
        _set(_found(session, username), passphrase)
        _commit(session)
    click.echo(f"New passphrase set for {username}.")


@user.command("reset-step")
@click.argument("username")
def reset_step(username: str) -> None:
    """Take a lost second step away; a manager sets a new one up at the next sign-in."""
    with _office() as session:
        second_factor.take_away(session, _found(session, username))
        _commit(session)
    click.echo(f"The second step of {username} is taken away.")


def _found(session: Session, username: str) -> User:
    found = session.scalars(select(User).where(User.username == username.strip().lower())).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no account named {username}.")
    return found


def _person(session: Session, name: str) -> Worker:
    """Give the member of staff of that name, new if there is none."""
    found = session.scalars(select(Worker).where(Worker.name == name, Worker.kind == "staff")).first()
    return found or Worker(name=name, kind="staff")


def _commit(session: Session) -> None:
    try:
        session.commit()
    except RuleBroken as broken:
        raise click.ClickException(str(broken)) from None
    except IntegrityError:
        raise click.ClickException(
            "Not done: there is already an account with this name, or for this person."
        ) from None


def _set(account: User, passphrase: str) -> None:
    try:
        auth.set_passphrase(account, passphrase)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option("--tail", help="The tail that was printed earlier: finds lines cut off since.")
def check(tail: str | None) -> None:
    """Check the database file, its links and the seals of the audit trail; print the trail's tail."""
    try:
        anchor = audit.Tail.read(tail) if tail else None
    except ValueError as fault:
        raise click.ClickException("This is no tail. It looks like 1234:ab12..., as `check` prints it.") from fault
    with own_reading(db.engine) as connection:
        faults = [*startup.faults_of(connection)]
        found = audit.check(connection, anchor)
    for fault in (*faults, *found.faults):
        click.echo(fault, err=True)
    click.echo(f"Audit trail: {found.lines} lines, {found.older} of them from before lines were sealed.")
    click.echo(f"Tail, to be kept elsewhere: {found.tail or 'none yet'}")
    if faults or not found.is_whole:
        raise click.ClickException("Something is not as it was written. Keep the file as it is and ask for help.")
    click.echo("All in order.")


COMMANDS = tuple(
    key_commands.told_plainly(made)
    for made in (
        upgrade, demo, load_benchmark, user, funder_report, check,
        *sheet_commands.COMMANDS, *backup_commands.COMMANDS, *key_commands.COMMANDS,
        *move_command.COMMANDS, *promote_command.COMMANDS,
    )
)  # fmt: skip
