"""Tables that the invented office keeps by name: two for everybody who sees figures, one set aside."""

from __future__ import annotations

from datetime import timedelta

from casework import saved_tables
from seed.demo_stage import Stage, Story, on

BEFORE_TODAY = timedelta(days=20)
KEPT = (
    ("Where it happens, for the trustees", True, {"of": "incidents", "rows": "place", "measure": "each",
                                                  "period": "year", "compared": "year", "chart": "bars"}),
    ("New cases by quarter", True, {"of": "cases", "rows": "quarter", "measure": "each", "period": "last_year",
                                    "compared": "no", "chart": "lines"}),
    ("Old layout for the borough", False, {"of": "cases", "rows": "area", "columns": "case_kind", "measure": "each",
                                           "period": "last_year", "compared": "no", "chart": "stacked"}),
)  # fmt: skip


def tables_by_name(stage: Stage) -> Story:
    """Let the manager keep some tables, and set the one aside that is not wanted any more."""
    yield on(stage.staff["manager"], stage.today - BEFORE_TODAY)
    for name, is_shared, question in KEPT:
        table = saved_tables.keep(stage.db, name, question, shared=is_shared)
    saved_tables.set_aside(stage.db, table)
