"""Every pair of colours in the stylesheet can be read, in light and in dark.

The luminance and contrast formulas and the two limits (4.5 for text, 3.0 for edges and shapes) are those
of WCAG 2.2, success criteria 1.4.3 and 1.4.11. Nothing here repeats a measured figure: the tokens are read
from the stylesheet and every ratio is worked out again.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).parents[2] / "admin_views" / "static" / "casework.css"
TEXT, EDGE = 4.5, 3.0
Tokens = dict[str, str]

# Text whose ground is set by an outer box, as (text, ground). Rules that set both are found by themselves.
TEXT_ON_GROUND = (
    *((text, ground) for text in ("ink", "muted", "link") for ground in ("page", "card", "sunk", "tint")),
    *(("ink", state) for state in ("late", "soon", "ok", "note")),  # the sentences in banners
    *((f"{state}-ink", state) for state in ("late", "soon", "ok", "note", "urgent")),
    ("late-ink", "card"), ("late-ink", "sunk"),  # what was wrong, in forms and in rows of forms
    ("ok-ink", "card"), ("ok-ink", "sunk"),  # what a typed day was read as
    ("tint-ink", "tint"), ("card", "ink"), ("teal", "card"), ("on-teal", "teal"), ("on-teal", "teal-hover"),
    ("on-teal", "teal-press"), ("focus-ink", "focus"),
)  # fmt: skip

# Lines and shapes that carry a meaning, as (line, ground).
EDGE_ON_GROUND = (
    *(("edge", ground) for ground in ("page", "card", "sunk", "tint")),
    *(("teal", ground) for ground in ("page", "card", "sunk")),
    *(("late-line", ground) for ground in ("page", "card", "sunk", "late")),
    ("soon-line", "soon"), ("ok-line", "ok"), ("ok-line", "card"), ("note-line", "note"), ("muted", "sunk"),
    ("ink", "card"), ("focus-ink", "focus"),
)  # fmt: skip


def rules(css: str) -> list[tuple[str, str]]:
    """Give (selector, declarations) of every innermost block, without comments."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return [(head.strip(), body) for head, body in re.findall(r"([^{}]+)\{([^{}]*)\}", bare)]


def colours(block: str) -> Tokens:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block))


def themes(css: str) -> dict[str, Tokens]:
    """Give the colour tokens of light and of dark: the first two blocks of :root."""
    light, dark = [body for selector, body in rules(css) if selector.endswith(":root")][:2]
    return {"light": colours(light), "dark": colours(dark)}


def luminance(colour: str) -> float:
    """Give the relative luminance of #rrggbb, from 0 for black to 1 for white."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def own_pairs(css: str) -> set[tuple[str, str]]:
    """Give (text, ground) of every rule that sets both by token."""
    found = set()
    for _selector, body in rules(css):
        text = re.search(r"(?<![\w-])color:\s*var\(--([\w-]+)\)", body)
        ground = re.search(r"background:\s*var\(--([\w-]+)\)", body)
        if text and ground:
            found.add((text[1], ground[1]))
    return found


def too_faint(pairs: object, tokens: Tokens, limit: float) -> list[str]:
    """Name each pair below `limit`, with its ratio."""
    ratios = {(one, other): contrast(tokens[one], tokens[other]) for one, other in pairs}  # type: ignore[attr-defined]
    return [f"{one} on {other}: {ratio:.2f}" for (one, other), ratio in ratios.items() if ratio < limit]


CSS = SHEET.read_text(encoding="utf-8")
THEMES = themes(CSS)
both = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.mark.parametrize(
    "one, other, known",
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_the_formula_gives_the_contrasts_that_are_known_for_these_colours(one, other, known):
    assert contrast(one, other) == pytest.approx(known, abs=0.005)


@both
def test_words_can_be_read_on_the_ground_they_stand_on(theme):
    assert too_faint(TEXT_ON_GROUND, THEMES[theme], TEXT) == []


@both
def test_words_can_be_read_wherever_a_rule_sets_ground_and_text_together(theme):
    pairs = own_pairs(CSS)
    assert ("on-teal", "teal") in pairs  # the search finds what is there
    assert too_faint(pairs, THEMES[theme], TEXT) == []


@both
def test_borders_and_shapes_that_carry_a_meaning_stand_out(theme):
    assert too_faint(EDGE_ON_GROUND, THEMES[theme], EDGE) == []


@both
@pytest.mark.parametrize("ground", ["page", "card", "sunk", "tint", "teal", "late", "soon", "ok", "note", "urgent"])
def test_the_focus_ring_stands_out_on_every_ground(theme, ground):
    """The ring is yellow and dark together, so one of the two is enough."""
    tokens = THEMES[theme]
    assert max(contrast(tokens[part], tokens[ground]) for part in ("focus", "focus-ink")) >= EDGE


def test_dark_has_a_value_for_every_colour_of_light():
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_every_colour_is_a_token():
    """A colour written into a rule would have no dark value; only paper is black and white as it stands."""
    screen = CSS.split("@media print {")[0] + CSS.split("@media print, ")[1].split("@page")[0]
    written = [selector for selector, body in rules(screen) if re.search(r"#[0-9a-f]{3,8}\b", body)]
    assert [selector for selector in written if not selector.endswith(":root")] == []


def test_every_token_that_a_rule_uses_exists():
    made = {name for _selector, body in rules(CSS) for name in re.findall(r"--([\w-]+):", body)}
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= made
