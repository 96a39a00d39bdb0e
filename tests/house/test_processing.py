"""The record of processing leaves no table out, and the page in docs says what the program says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from casework.processing import PURPOSES, as_page, tables_of
from models import Base

DOCS = Path(__file__).parents[2] / "docs"


def test_every_table_has_one_purpose():
    named = Counter(name for purpose in PURPOSES for name in purpose.tables)
    assert set(named) == {mapper.class_.__name__ for mapper in Base.registry.mappers}
    assert set(named.values()) == {1}


def test_every_purpose_says_of_whom_on_which_ground_and_for_how_long():
    for one in PURPOSES:
        assert all((one.name, one.whose, one.ground, one.recipients, one.kept))
        assert all(kept.columns for kept in tables_of(one) if kept.table != "case_looks")


def test_the_page_in_docs_is_what_the_declarations_say():
    """Made anew by `python -m casework.processing > docs/processing.md`."""
    assert (DOCS / "processing.md").read_text(encoding="utf-8").splitlines() == list(as_page())
