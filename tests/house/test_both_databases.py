"""What `make test` leaves out on PostgreSQL is the same function with another value, and nothing else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.conftest import ASKED_OF_THE_DATABASE, asked_again

ROOT = Path(__file__).parents[2]


def item(file: str, function: str, value: str, database: str | None) -> SimpleNamespace:
    made = SimpleNamespace(nodeid=f"{file}::{function}[{value}]", path=Path(file))
    if database:
        made.callspec = SimpleNamespace(params={"engine": database, "value": value})
    return made


@pytest.mark.parametrize("kept", sorted(ASKED_OF_THE_DATABASE))
def test_each_file_that_is_asked_whole_is_there(kept):
    assert [*(ROOT / "tests").rglob(f"{kept}.py")] != []


def test_every_function_stays_once_and_sqlite_and_the_files_about_the_database_stay_whole():
    plans, finding = "tests/casework/test_plans.py", "tests/casework/test_finding.py"
    first, again = (item(plans, "test_a", value, "postgresql") for value in "12")
    kept = [
        first, item(plans, "test_b", "1", "postgresql"), *(item(plans, "test_a", value, "sqlite") for value in "12"),
        *(item(finding, "test_a", value, "postgresql") for value in "12"), item(plans, "test_c", "1", None),
    ]  # fmt: skip
    assert asked_again([*kept, again]) == [again]
