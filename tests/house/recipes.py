"""Builds the office that docs/how-to-add.md describes, from its snippets, and tells what it then does.

Run as a program of its own, since a new table, role and rule stay in the process that declares them:
`python -m tests.house.recipes FOLDER` prints one JSON object. test_how_to_add.py reads it.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from textwrap import indent
from types import ModuleType
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select

import models
from casework import access, scope
from casework.context import Acting, set_acting
from exports.working_list import working_fields
from models.fields import Sensitivity
from tests import make

PAGE = Path(__file__).parents[2] / "docs" / "how-to-add.md"
NAMED = re.compile(r"<!-- snippet: (.+?) -->\n```python\n(.*?)\n```", re.DOTALL)
YESTERDAY = make.TODAY - timedelta(days=1)


def snippets() -> dict[str, str]:
    """Give the snippets of the page by name."""
    return dict(NAMED.findall(PAGE.read_text(encoding="utf-8")))


def follow_recipes(of: dict[str, str]) -> None:
    """Do what the page says, in the order in which a person would; the screens come after this."""
    table = new_file("models.loans", of["a table"] + "\n" + indent(of["a column"], "    "))
    models.Loan = scope.Loan = table.Loan
    add_to(scope, of["a table: whose rows"])
    add_to(scope, of["a role"])
    panel = eval(f"({of['a table: who may open it']})", vars(access))
    access.PANELS = (*access.PANELS, *panel)
    access.BY_NAME["loan"] = access.PANELS[-1]
    new_file("casework.loans", of["a rule"] + "\n\n\n" + of["a custom action: the verb"])
    new_file("exports.loans", of["an export sheet"])


def new_file(name: str, text: str) -> ModuleType:
    """Make a module of `text` as if it were a file of the house."""
    module = sys.modules[name] = ModuleType(name)
    add_to(module, text)
    floor, _, short = name.partition(".")
    setattr(sys.modules[floor], short, module)
    return module


def add_to(module: ModuleType, text: str) -> None:
    exec(compile(text, f"how-to-add: {module.__name__}", "exec"), vars(module))


def furnish(site: Any) -> None:
    """Lend a thing to each client of the invented office, and one that is back already."""
    from tests.admin_views.office import FILES

    with site.db() as db:
        for name in FILES:
            to = db.get(models.Client, site.office["client", name])
            db.add(models.Loan(client=to, what=f"camera of {name}", lent_on=YESTERDAY, number=f"number-of-{name}"))
        db.add(models.Loan(client=to, what="returned telephone", lent_on=YESTERDAY, back_on=make.TODAY))
        db.commit()


def sheet(site: Any) -> list[tuple[Any, ...]]:
    """Give every row of the sheet that leaves, as a spreadsheet program reads it."""
    from exports import loans

    file = BytesIO()
    with site.db() as db:
        loans.write(file, db, made_at=make.NOW)
    rows = load_workbook(file).active.iter_rows(values_only=True)
    return [tuple(cell.date() if hasattr(cell, "date") else cell for cell in row) for row in rows]


def refused(site: Any, back_on: date) -> list[tuple[str, str]]:
    """Give what the rules say to a loan that comes back on `back_on`."""
    with site.db() as db:
        loan = db.scalars(select(models.Loan).where(models.Loan.back_on.is_(None))).first()
        loan.back_on = back_on
        return make.problems(db)


def met_as(site: Any, role: str) -> dict[str, int]:
    """Count what somebody of a role meets: files, and the office's own words."""
    with site.db() as db:
        set_acting(db, Acting(now=make.NOW, role=role))
        kinds = (models.Case, models.Client, models.Loan, models.CaseNote, models.Language)
        return {kind.__name__: len(db.scalars(select(kind)).all()) for kind in kinds}


def met_on_screen(site: Any, who: str) -> list[str]:
    """Give whose loans stand in a person's list."""
    from tests.admin_views.office import FILES

    text = site.browse(who).get("/manager/loan/" if who == "manager" else "/caseworker/loan/").text
    return sorted(re.findall(f"camera of ({'|'.join(FILES)})", text))


def taken_back(site: Any) -> dict[str, Any]:
    """Press the new button: as a stranger without a token, by an address, and as the caseworker."""
    with site.db() as db:
        keys = {loan.what.removeprefix("camera of "): loan.id for loan in db.scalars(select(models.Loan))}
    amina = site.browse("amina")
    path = "/caseworker/loan/back/?id={}"
    answers = {
        "by address": amina.get(path.format(keys["own"])).status,
        "without token": amina.post(path.format(keys["own"]), token=False).status,
        "of another team": amina.post(path.format(keys["other"])).status,
        "own": amina.post(path.format(keys["own"])).status,
    }
    with site.db() as db:
        back = {name: str(db.get(models.Loan, key).back_on) for name, key in keys.items()}
    return {"answers": answers, "back": back}


def told(folder: Path) -> dict[str, Any]:
    """Give what the office does after every recipe was followed."""
    of = snippets()
    before = scope.OF_A_CLIENT
    follow_recipes(of)
    from tests.admin_views.sites import Site  # only now: the screens are built from what was declared

    page = new_file("admin_views.loans", of["a custom action: the page"])
    site = Site("sqlite", folder)
    site.app.register_blueprint(page.bp)
    furnish(site)
    form = site.browse("amina").get("/caseworker/loan/new/").text
    words: dict[str, Any] = {}
    exec(of["a translation: the words of declarations"], words)
    answer = {
        "scope before": [kind.__name__ for kind in before],
        "scope after": [kind.__name__ for kind in scope.OF_A_CLIENT],
        "form": form,
        "working fields": {see.name: [one.key for one in working_fields(models.Loan, see)] for see in Sensitivity},
        "met": {who: met_on_screen(site, who) for who in ("manager", "amina", "joan")},
        "coordinator": site.browse("leyla").get("/caseworker/loan/").status,
        "the day before": refused(site, YESTERDAY - timedelta(days=1)),
        "the same day": refused(site, YESTERDAY),
        "sheet": sheet(site),
        "met by role": {role: met_as(site, role) for role in ("trustee", "system")},
        "words": sorted(words["words"]),
        "taken back": taken_back(site),
    }
    site.engine.dispose()
    return answer


if __name__ == "__main__":
    sys.stdout.write(json.dumps(told(Path(sys.argv[1])), default=str))
