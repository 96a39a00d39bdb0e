"""The commands that bring sheets in and take working lists out: `import`, `import-undo`, `export`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_views import current
from admin_views.db import db
from casework import audit, sessions
from casework.access import BY_NAME
from casework.context import Acting
from casework.problems import RuleBroken
from models import ImportBatch
from models.database import begin_mode
from models.fields import Sensitivity


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, help="A mapping's file, or the name of one in seed/mappings.")
@click.option("--apply", "really", is_flag=True, help="Write the new rows; without it this is a dry run.")
def import_sheet(file: Path, mapping: str, *, really: bool) -> None:
    """Read an old spreadsheet; a dry run unless --apply is given."""
    from seed import importer

    try:
        with _reading(), _office() as session:
            planned = importer.plan(session, file, importer.read_mapping(_mapping(mapping, importer.MAPPINGS)))
        for line in importer.report_lines(planned):
            click.echo(line)
        if not really:
            click.echo("A dry run: nothing was written. Add --apply to import the new rows.")
            return
        with _office() as session:
            batch = importer.apply(session, planned, name=file.name)
            session.commit()
            click.echo(f"Imported as number {batch.id}. To take it back: import-undo {batch.id}")
    except (importer.ImportRefused, RuleBroken) as refused:
        raise click.ClickException(str(refused)) from None


@click.command("import-undo")
@click.argument("number", type=int)
def undo_import(number: int) -> None:
    """Set aside what one import brought; nothing is deleted, and what was edited since is listed."""
    from seed import importer

    with _office() as session:
        batch = session.get(ImportBatch, number)
        if batch is None:
            raise click.ClickException(f"There is no import number {number}.")
        try:
            undone = importer.undo(session, batch)
            session.commit()
        except RuleBroken as broken:
            raise click.ClickException(str(broken)) from None
        for line in importer.undone_lines(undone):
            click.echo(line)


@click.command("export")
@click.argument("table", type=click.Choice(sorted(BY_NAME)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_table(table: str, file: Path) -> None:
    """Write a table as a working list; the ending of FILE says whether .xlsx or .csv."""
    from exports import working_list

    kind = file.suffix.removeprefix(".").lower()
    if kind not in {"xlsx", "csv"}:
        raise click.ClickException("Name a file that ends in .xlsx or .csv.")
    panel = BY_NAME[table]
    rules = [getattr(panel.model, key) == value for key, value in panel.only.items()]
    with _office() as session, file.open("wb") as out:
        written, ids = working_list.write(
            out, kind, session, select(panel.model).where(*rules).order_by(panel.model.id), panel.model,
            Sensitivity.PERSONAL, title=panel.several.capitalize(), notes=[], made_at=current.config().now(),
        )  # fmt: skip
        what = f"{kind} by command, {written.total} rows, file {written.sha256[:16]}"
        audit.write(session, "exported", panel.model.__name__, None, map(str, ids), what)
        session.commit()
    click.echo(f"{written.total} rows written to {file.name}.")


def _mapping(name: str, folder: Path) -> Path:
    """Give the mapping's file: as named, or the one of that name among the mappings that come along."""
    path = Path(name)
    return path if path.exists() else folder / (name if name.endswith(".toml") else f"{name}.toml")


@contextmanager
def _reading() -> Iterator[None]:
    """Let others write meanwhile: a dry run may take some seconds and writes nothing."""
    before = begin_mode.set("DEFERRED")
    try:
        yield
    finally:
        begin_mode.reset(before)


def _office() -> AbstractContextManager[Session]:
    return sessions.session_for(db.engine, Acting(now=current.config().now(), username="command"))


COMMANDS = (import_sheet, undo_import, export_table)
