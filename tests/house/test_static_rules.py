"""No page calls another host, runs code that stands in it, or says a word that cannot be translated.

The security policy would block most of this in the browser, silently: a button would just do nothing.
So it is found here first. Who opens which page of this office is nobody else's business: a font or a
script from another host would tell its owner.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "admin_views"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((ROOT / "static").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
SVG_NAMESPACE = "http://www.w3.org/2000/svg"  # a name, never fetched

FORBIDDEN = {
    "an address of another host": r"https?://|(?:src|href|action)=[\"']//|url\(\s*[\"']?(?:https?:)?//",
    "code in an attribute": r"(?<![\w-])on[a-z]{3,}\s*=\s*[\"']|javascript:",
    "a style attribute": r"(?<![\w-])style\s*=",
    "a style element": r"<style\b",
    "a script that stands in the page": r"<script\b(?![^>]*\bsrc=)|<script\b[^>]*>\s*[^<\s]",
    "a sheet that loads another": r"@import",
}
# What the server takes out; the name of a look is not read by anybody.
JINJA = re.compile(r"\{#.*?#\}|\{% block body_class %\}.*?\{% endblock %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN = re.compile(r"\b(?:aria-label|placeholder|title|alt)=\"([^\"]*)\"")
SAID = re.compile(r"\b_\(\s*\"([^\"]*)\"")
LETTERS = re.compile(r"[^\W\d_]{2,}")


def faults(text: str) -> list[str]:
    """Name what is forbidden and stands in `text` all the same."""
    plain = text.replace(SVG_NAMESPACE, "")
    return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, plain, re.IGNORECASE)]


def untranslated(template: str) -> list[str]:
    """Give the words that a reader would see or hear and that do not come from `_()` or from data."""
    bare = JINJA.sub("", template)
    shown = re.sub(r"<[^>]*>", "\n", re.sub(r"[\w-]+=\"[^\"]*\"", "", bare))
    return LETTERS.findall(shown) + [words for words in SPOKEN.findall(bare) if LETTERS.search(words)]


def bare_signs(template: str) -> list[str]:
    """Give the translated texts with a bare "<" or "&": in a template such a text is markup already."""
    return [text for text in SAID.findall(template) if re.search(r"<|&(?!\w+;)", text)]


def token_carriers(template: str) -> list[str]:
    """Give what puts the token into a form: its own line, or a macro that writes it."""
    macros = re.findall(r"\{% macro (\w+)\(.*?\) -?%\}(.*?)\{%-? endmacro", template, re.DOTALL)
    return ["csrf_token()", "fields.hidden(", *(f"{{{{ {called}(" for called, body in macros if "csrf_token()" in body)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*TEMPLATES, *SHEETS, *SCRIPTS], ids=name)
def test_no_page_fetches_from_elsewhere_or_runs_code_that_stands_in_it(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_translated_text_breaks_the_markup_around_it(path):
    assert bare_signs(path.read_text(encoding="utf-8")) == []


def test_a_bare_sign_would_be_found():
    assert bare_signs('{{ _("fewer than <5") }}{{ _("R&D") }}{{ _("&lt;5 &amp; more") }}') == ["fewer than <5", "R&D"]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_word_of_a_page_can_be_translated(path):
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_form_that_posts_carries_the_token(path):
    text = path.read_text(encoding="utf-8")
    forms = re.findall(r"<form\b[^>]*method=\"(?:post|\{\{).*?</form>", text, re.DOTALL)
    assert [form[:80] for form in forms if not any(carrier in form for carrier in token_carriers(text))] == []


def test_there_are_pages_and_a_sheet_to_check():
    assert {"base.html", "list.html", "login.html"} <= {path.name for path in TEMPLATES}
    assert {path.name for path in SHEETS} >= {"casework.css"}


@pytest.mark.parametrize(
    "bad",
    [
        '<link href="https://fonts.example/a.css">',
        '<img src="//cdn.example/a.png">',
        "a { background: url(//cdn.example/a) }",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<script src="a.js">go()</script>',
        '@import "more.css";',
    ],
)
def test_each_forbidden_thing_would_be_found(bad):
    assert len(faults(bad)) >= 1


@pytest.mark.parametrize(
    "good",
    [
        '<script src="{{ url }}" defer></script>',
        '<p class="style">',
        '<a href="/caseworker/case/">',
        f'<svg xmlns="{SVG_NAMESPACE}">',
    ],
)
def test_what_is_allowed_passes(good):
    assert faults(good) == []


def test_a_macro_that_writes_the_token_counts_and_another_does_not():
    template = "{% macro typed() -%}{{ csrf_token() }}{%- endmacro %}{% macro carried(x) %}{{ x }}{% endmacro %}"
    assert token_carriers(template)[2:] == ["{{ typed("]


def test_a_word_outside_the_translation_would_be_found():
    assert untranslated('<p>{{ _("Save") }}</p><p>Saved</p><nav aria-label="Main">') == ["Saved", "Main"]
    assert untranslated("<p title=\"{{ _('Save') }}\">{% if x %}-{% endif %}</p>") == []
