"""What of a table may be seen: small numbers hidden in every period, and no sum, change or chart gives one away."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from admin_views import charts
from admin_views.charts import Series
from casework.dimensions import Line
from casework.figures import Sum
from casework.periods import Period
from casework.table_counts import ALL, ONLY, Asked, CrossTable
from exports import table_sheet
from exports.attacker import derived
from exports.cross_tables import JOINED, numbers_of, overlap_of, shown, sums_of
from exports.published import published

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
TODAY = date(2026, 11, 23)


def table(cells: dict, *, columns: str = "types", compared: str = "no", of: str = "place", measure: str = "each",
          more: int = 0) -> CrossTable:  # fmt: skip
    """Give a table from (period, row, column) -> number; `more` is by how much the lines add up to too many."""
    asked = Asked("incidents", of, columns, measure, YEAR, compared)
    rows = tuple(Line(one, one, fixed=of == "place") for one in dict.fromkeys(row for _which, row, _column in cells))
    across = tuple(Line(one, one) for one in dict.fromkeys(column for _which, _row, column in cells))
    wholes = [sum(number for cell, number in cells.items() if cell[0] == which) for which in range(len(asked.periods))]
    return CrossTable(asked, TODAY, rows, across, cells, tuple(whole - more for whole in wholes))


def random_table(seed: int) -> CrossTable:
    rng = random.Random(seed)
    compared, columns = rng.choice(["no", "before"]), rng.choice(["types", "perceived_by", ""])
    across = [f"c{place}" for place in range(rng.randrange(1, 6))] if columns else [ONLY]
    cells = {
        (which, f"r{row}", column): rng.choice([0, 0, 1, 2, 3, 4, 5, 8, 30])
        for which in range(1 + (compared == "before")) for row in range(rng.randrange(1, 7)) for column in across
    }  # fmt: skip
    made = table(cells, columns=columns, compared=compared)
    return replace(made, different=tuple(max(0, one - rng.randrange(6)) for one in made.different))


def test_no_small_number_is_shown_and_no_hidden_one_can_be_worked_out():
    for seed in range(200):
        _keeps_its_secrets(random_table(seed))


def every_sum(made: CrossTable):
    """Write down, by the names on the page, what a reader can add up: each row, each column, both margins."""
    rows, columns = [one.key for one in made.rows], [one.key for one in made.columns]
    for which in range(len(made.different)):
        yield Sum(f"{which}:all:all", tuple(f"{which}:{row}:all" for row in rows))
        if made.asked.columns:
            yield Sum(f"{which}:all:all", tuple(f"{which}:all:{column}" for column in columns))
            for row in rows:
                yield Sum(f"{which}:{row}:all", tuple(f"{which}:{row}:{column}" for column in columns))
            for column in columns:
                yield Sum(f"{which}:all:{column}", tuple(f"{which}:{row}:{column}" for row in rows))
        if made.asked.columns == "types":
            yield Sum(f"{which}:all:all", (f"{which}:different:different", f"{which}:different:more"))


def _keeps_its_secrets(made: CrossTable) -> None:
    told = shown(made, 5)
    numbers = numbers_of(told.table)
    assert {key for key, number in numbers.items() if 1 <= number < 5} <= set(told.hidden)
    sums = list(every_sum(told.table))
    for total, parts in sums:
        every = {**numbers, **overlap_of(told.table)}
        assert every[total] == sum(every[part] for part in parts)
    assert {(one.total, frozenset(one.parts)) for one in sums} == {
        (one.total, frozenset(one.parts)) for one in sums_of(told.table)
    }
    read = published(YEAR, TODAY, numbers, sums, told.hidden, threshold=5)
    assert derived(read) == []


def test_a_change_is_told_only_where_both_its_numbers_are():
    numbers = {"home": (9, 2), "street": (3, 7), "work": (8, 6), "shop": (20, 31)}
    cells = {(which, row, ONLY): pair[which] for row, pair in numbers.items() for which in (0, 1)}
    told = shown(table(cells, columns="", compared="before"), 5)
    assert (told.number(1, "home"), told.number(0, "street")) == ("<5", "<5")
    both = {row for row in numbers if isinstance(told.number(0, row), int) and isinstance(told.number(1, row), int)}
    assert both and both != set(numbers)
    for row, (now, before) in numbers.items():
        assert told.change(row) == (now - before if row in both else "hidden")
    assert (told.number(0), told.number(1), told.change()) == (40, 46, -6)


def test_where_one_stands_in_two_lines_the_lines_add_up_and_the_different_ones_are_told_apart():
    """The whole that the lines add up to is printed as one, so that what hides a line can be checked by adding up."""
    told = shown(table({(0, "a", ONLY): 20, (0, "b", ONLY): 4}, columns="", of="types", more=9), 5)
    assert (told.number(0, "a"), told.number(0, "b"), told.number(0), told.different(0)) == ("hidden", "<5", 24, 15)
    few = shown(table({(0, "a", ONLY): 20, (0, "b", ONLY): 6}, columns="", of="types", more=2), 5)
    assert few.different(0) == "hidden" and few.number(0) == 26  # else two would be known to stand in both lines
    assert dict(told.rules())["All"].startswith("One of them may stand in several lines")


def test_small_languages_are_one_line_in_both_periods_and_the_line_does_not_tell_which():
    cells = {(which, language, ONLY): number for which, numbers in enumerate(((30, 3, 4, 9), (4, 11, 0, 8)))
             for language, number in zip(("Bengali", "Oromo", "Twi", "Urdu"), numbers, strict=True)}  # fmt: skip
    told = shown(table(cells, columns="", compared="before", of="language"), 5)
    assert [one.key for one in told.table.rows] == ["Bengali", "Urdu", JOINED]
    assert told.number(0, JOINED) == 7 and numbers_of(told.table)["1:joined:all"] == 11
    assert told.number(1, "Bengali") == "<5"


def test_the_workbook_holds_what_the_page_shows_and_its_bytes_are_the_same_each_time():
    cells = {(0, "home", "threat"): 12, (0, "home", "arson"): 2, (0, "street", "threat"): 9, (0, "street", "arson"): 8}
    told, files = shown(table(cells), 5), []
    for _time in range(2):
        file = BytesIO()
        files.append((table_sheet.write(file, told, "Incidents by place and kind").sha256, file.getvalue()))
    assert files[0] == files[1]
    book = load_workbook(BytesIO(files[0][1]))
    rows = [[cell for cell in row if cell is not None] for row in book["Table"].iter_rows(values_only=True)]
    for row in ("home", "street"):
        assert [row, *(told.number(0, row, one) for one in ("threat", "arson")), told.number(0, row)] in rows
    assert ["All", *(told.number(0, ALL, one) for one in ("threat", "arson")), told.number(0)] in rows
    assert "Draft, not for release" in str(rows[0]) and told.number(0, "home", "arson") == "<5"


# Charts


def test_a_chart_does_not_change_with_what_is_hidden_in_it():
    few = shown(table({(0, "a", ONLY): 1, (0, "b", ONLY): 40, (0, "c", ONLY): 2}, columns=""), 5)
    more = shown(table({(0, "a", ONLY): 4, (0, "b", ONLY): 40, (0, "c", ONLY): 3}, columns=""), 5)
    drawn = [
        draw(["a", "b", "c"], [Series("n", tuple(one.number(0, row) for row in ("a", "b", "c")))])
        for one in (few, more) for draw in (charts.side_by_side, charts.over_time)
    ]  # fmt: skip
    assert drawn[0] == drawn[2] and drawn[1] == drawn[3]


@pytest.mark.parametrize("numbers", [(0, 0), (1, 7), (99, 100), ("<5", 1234), ("hidden", "<5"), (7,) * 40])
def test_bars_keep_their_proportion_and_stay_inside_with_room_for_their_number(numbers):
    names = [f"A rather long label of the line number {place}" for place in range(len(numbers))]
    drawn = charts.side_by_side(names, [Series("n", numbers)])
    seen = {bar.words: bar.width for bar in drawn.bars if not bar.hidden and bar.width}
    most = max((one for one in numbers if isinstance(one, int)), default=0)
    for number in {one for one in numbers if isinstance(one, int) and one}:
        assert seen[f"{number:,}"] == pytest.approx(80 * number / most, abs=0.01)
    assert {bar.width for bar in drawn.bars if bar.hidden} <= {4}
    ends = [max(y for y, _words in label.lines) for label in drawn.labels]
    assert all(end < bar.y for end, bar in zip(ends, drawn.bars, strict=True))  # no word lies under a bar
    assert max(len(words) for label in drawn.labels for _y, words in label.lines) <= charts.LONGEST_LABEL


def test_stacked_parts_stand_end_to_end_and_the_whole_is_told_behind_them():
    drawn = charts.stacked(["one"], [Series("a", (6,)), Series("b", ("<5",)), Series("c", (0,)), Series("d", (2,))],
                           ["hidden"])  # fmt: skip
    parts = [bar for bar in drawn.bars if bar.width]
    assert [bar.fill for bar in parts] == [1, 2, 4] and [bar.hidden for bar in parts] == [False, True, False]
    assert [pytest.approx(bar.x) for bar in parts] == [0, parts[0].width, parts[0].width + 4]
    assert parts[0].width == pytest.approx(3 * parts[2].width) and drawn.bars[-1].words == "hidden"


@pytest.mark.parametrize("count", [1, 2, 4, 5, 12, 13, 40])
def test_a_line_chart_names_few_days_on_a_narrow_screen_and_breaks_where_a_number_is_hidden(count):
    numbers = tuple("<5" if place == 1 else 10 + place for place in range(count))
    drawn = charts.over_time([f"Apr {2000 + place}" for place in range(count)], [Series("n", numbers)])
    assert 1 <= sum(not tick.minor for tick in drawn.ticks) <= 4 and len(drawn.ticks) <= 16
    assert len(drawn.trends[0].pieces) == max(0, count - 1 - (1 if count == 2 else 2 if count > 2 else 0))
    tops = [float(words) for _y, words in drawn.grid]
    assert tops[0] == 0 and tops[-1] >= max(one for one in numbers if isinstance(one, int)) and len(tops) <= 7
