"""The command that makes a column of the code out of a field that the office defined."""

from __future__ import annotations

import inspect
from pathlib import Path

import click
from alembic.script import ScriptDirectory

from admin_views import current
from admin_views.db import db
from casework import audit, promotion, sessions, startup
from casework.context import Acting


@click.command("promote-field")
@click.argument("name")
@click.option("--show", is_flag=True, help="Print what would be written, and write nothing.")
def promote_field(name: str, show: bool) -> None:
    """Make a column out of a field of the office's own, called as in client.church_visited.

    Writes the migration that moves the values, and declares the column in its model. Nothing moves before `upgrade`.
    """
    who = Acting(now=current.config().now(), username="command")
    try:
        startup.check_database(db.engine)
        with sessions.session_for(db.engine, who) as session:
            what = promotion.find(session, name)
            number, below = _next()
            migration = promotion.migration(what, number, below, who.now)
            source = Path(inspect.getsourcefile(what.model) or "")
            declared = promotion.declared_in(source.read_text(), what)
            lines, id = promotion.declaration(what), what.field.id
    except (promotion.NotPromoted, startup.StartRefused) as refused:
        raise click.ClickException(f"Not promoted. {refused}") from refused
    file = startup.MIGRATIONS / "versions" / f"{number}_promote_{name.replace('.', '_')}.py"
    if show:
        click.echo(f"In {source.name}, class {what.model.__name__}:\n\n{lines}\n{file.name}:\n\n{migration}")
        return
    file.write_text(migration)
    source.write_text(declared)
    audit.write_now(db.engine, who, "changed", "ExtraField", id, f"becomes a column with migration {number}")
    click.echo(f"Declared in models/{source.name}:\n\n{lines}\nWritten: migrations/versions/{file.name}.")
    click.echo("Look at both, run the tests, then `flask --app app upgrade` moves the values.")


def _next() -> tuple[str, str]:
    """Give the number of the next migration, and the one below it."""
    scripts = ScriptDirectory.from_config(startup.alembic_config())
    newest = max(int(one.revision) for one in scripts.walk_revisions())
    return f"{newest + 1:04}", scripts.get_current_head() or ""


COMMANDS = (promote_field,)
