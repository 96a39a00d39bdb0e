"""The chapters of the figures as sheets: single figures and narrow tables on one, each wide table on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from casework.figures import WHOLES, Chapter, Figure, Section
from exports.cells import Column
from exports.guarded import Guarded, keys_of
from exports.shares import aside, share_of
from exports.workbook import Sheet

LABEL, COUNT, SHARE, RULE = 44, 12, 10, 90  # widths in characters
FEW, ROOMY = 2, 20  # so few columns have room for their names
FIGURES = (
    Column("Part", "text", 28), Column("Figure", "text", 48, wrap=True), Column("Count", "number", COUNT),
    Column("Share", "number", SHARE, number_format="0%"), Column("Share of", "text", 26),
    Column("How it is counted", "text", RULE, wrap=True),
)  # fmt: skip
Line = Sequence[object]


def sheets_of(figures: Guarded, chapter: Chapter) -> Iterator[Sheet]:
    """Give the sheets of one chapter: its single figures and tables of one column, then each wide table."""
    narrow = [one for one in chapter.sections if not is_wide(one)]
    lines = [*(figure_line(chapter.name, one, figures) for one in chapter.figures),
             *(line for one in narrow for line in _table_lines(figures, one))]  # fmt: skip
    if lines:
        keys = [*(one.key for one in chapter.figures), *(key for one in narrow for key in keys_of(one.tables))]
        notes = [chapter.note] if chapter.note else []
        yield Sheet(chapter.name, FIGURES, lines, notes=notes, notes_below=hidden_note(figures, keys))
    yield from (wide_sheet(figures, one) for one in chapter.sections if is_wide(one))


def is_wide(section: Section) -> bool:
    """Say whether a section has more than one column of numbers."""
    return len(section.tables) + len(section.ratios) + len(section.asides) > 1


def figure_line(part: str, one: Figure, figures: Guarded) -> Line:
    """Give one single figure as a line of FIGURES."""
    return part, one.name, figures.figure(one), figures.share(one), WHOLES.get(one.of, ""), one.counted


def _table_lines(figures: Guarded, section: Section) -> Iterator[Line]:
    for table in section.tables:
        for row in (*table.rows, table.total):
            share = share_of(figures, [row], table.total) if row is not table.total else None
            yield (
                table.name,
                row.label,
                figures.shown(row.key),
                share,
                "all of them" if share is not None else "",
                (table.counted),
            )


def wide_sheet(figures: Guarded, section: Section) -> Sheet:
    """Give the sheet of one wide table: its counts, its shares, and what stands aside."""
    width = COUNT if len(section.tables) > FEW else ROOMY
    counts = [Column(one.name, "number", width) for one in section.tables]
    shares = [Column(one.name, "number", width, number_format="0%") for one in section.ratios]
    asides = [Column(one.name, "number", width, number_format="0.#") for one in section.asides]
    rules = [f"{one.name}: {one.counted}" for one in (*section.tables, *section.asides)]
    return Sheet(
        section.name, [Column(section.heading, "text", LABEL), *counts, *shares, *asides],
        [_wide_line(figures, section, place) for place in range(len(section.tables[0].rows))],
        totals=_wide_line(figures, section, None),
        notes_below=[*rules, *hidden_note(figures, keys_of(section.tables))],
    )  # fmt: skip


def _wide_line(figures: Guarded, section: Section, place: int | None) -> Line:
    """Give one row of a wide table; the last one where `place` is None."""
    cells = {one.key: one.total if place is None else one.rows[place] for one in section.tables}
    first = next(iter(cells.values()))
    asides = (
        aside(figures, cells[one.of], one.total if place is None else one.values[place]) for one in section.asides
    )
    return (
        first.label, *(figures.shown(row.key) for row in cells.values()),
        *(share_of(figures, [cells[key] for key in one.parts], cells[one.whole]) for one in section.ratios), *asides,
    )  # fmt: skip


def hidden_note(figures: Guarded, keys: Iterable[str]) -> list[str]:
    """Give the line that says what is hidden among these numbers; none where all are shown."""
    words = figures.hidden_words(keys)
    return [words] if words else []
