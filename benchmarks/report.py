"""Tells results of `benchmarks.run` as a table of ratios and as a drawing, for `docs/performance.md`.

Run from the top of the repository: `python -m benchmarks.report build/bench/results-10000.json [...]`. It prints the
table and writes `docs/performance.svg`. A ratio is processor time of one app in times of Django's; below 1 is faster.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DRAWING = Path(__file__).parent.parent / "docs" / "performance.svg"
BASE, OURS = "django_fast", "mine"
NAMES = {"limit": "limit", "django_fast": "Django", "flask_admin": "stock Flask-Admin", "mine": "the office"}
DRAWN = {"limit": "#6b7280", "flask_admin": "#b45309", "mine": "#1d4ed8"}
LEFT, RIGHT, ROW, TOP = 190, 800, 26, 46
LEAST, MOST = 0.01, 200.0  # ratios at both ends of the drawing
Scenarios = dict[str, dict[str, dict[str, Any]]]


def main(files: list[str]) -> int:
    runs = sorted((json.loads(Path(file).read_text(encoding="utf-8")) for file in files), key=lambda one: one["n"])
    for one in runs:
        sys.stdout.write("\n".join(table(one["n"], one["scenarios"])) + "\n\n")
    DRAWING.write_text("\n".join(drawing(runs[-1]["n"], runs[-1]["scenarios"])) + "\n", encoding="utf-8")
    return 0


def table(cases: int, scenarios: Scenarios) -> Iterator[str]:
    """Give the lines of a table: milliseconds of processor time, and each app's ratio to Django."""
    yield f"**{cases:,} cases**, milliseconds of processor time for one answer; in brackets times Django's:"
    yield ""
    yield "| page | " + " | ".join(NAMES.values()) + " | our statements | our p50 / Django's |"
    yield "|" + "---|" * (len(NAMES) + 3)
    for scenario, apps in scenarios.items():
        if OURS not in apps or BASE not in apps:
            continue
        cells = [_cell(apps, name) for name in NAMES]
        wall = apps[OURS]["p50"] / apps[BASE]["p50"]
        yield f"| {scenario} | " + " | ".join(cells) + f" | {apps[OURS]['sql'] or ''} | {wall:.2f} |"


def _cell(apps: dict[str, dict[str, Any]], name: str) -> str:
    if name not in apps:
        return ""
    told = f"{apps[name]['cpu']:.1f}"
    return told if name == BASE else f"{told} ({apps[name]['cpu'] / apps[BASE]['cpu']:.2f})"


def drawing(cases: int, scenarios: Scenarios) -> Iterator[str]:
    """Give an SVG: one row for each page, one dot for each app, on a scale of ratios by powers of ten."""
    shown = {name: apps for name, apps in scenarios.items() if OURS in apps and BASE in apps}
    height = TOP + ROW * len(shown) + 44
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {RIGHT + 40} {height}" role="img" '
           'font-family="sans-serif" font-size="13">')  # fmt: skip
    yield f"<title>Processor time of each page in times of Django's, {cases:,} cases; further left is faster</title>"
    yield f'<rect width="100%" height="{height}" fill="#ffffff"/>'
    for place, (name, colour) in enumerate(DRAWN.items()):
        yield f'<circle cx="{LEFT + 10 + 160 * place}" cy="18" r="5" fill="{colour}"/>'
        yield f'<text x="{LEFT + 22 + 160 * place}" y="22" fill="#111827">{NAMES[name]}</text>'
    for ratio in (0.01, 0.1, 1.0, 10.0, 100.0):
        yield (f'<line x1="{_at(ratio):.0f}" x2="{_at(ratio):.0f}" y1="{TOP - 8}" y2="{height - 34}" '
               f'stroke="{"#111827" if ratio == 1 else "#d1d5db"}"/>')  # fmt: skip
        words = "as Django" if ratio == 1 else f"x {ratio:g}"
        yield f'<text x="{_at(ratio):.0f}" y="{height - 14}" text-anchor="middle" fill="#111827">{words}</text>'
    for row, (scenario, apps) in enumerate(shown.items()):
        yield from _line(TOP + ROW * row + 8, scenario, apps)
    yield "</svg>"


def _line(y: int, scenario: str, apps: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield f'<text x="{LEFT - 12}" y="{y + 5}" text-anchor="end" fill="#111827">{scenario}</text>'
    for name, colour in DRAWN.items():
        if name in apps:
            x = _at(apps[name]["cpu"] / apps[BASE]["cpu"])
            yield f'<circle cx="{x:.0f}" cy="{y}" r="5" fill="{colour}"/>'


def _at(ratio: float) -> float:
    share = math.log(max(LEAST, min(ratio, MOST)) / LEAST) / math.log(MOST / LEAST)
    return LEFT + share * (RIGHT - LEFT)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
