"""Help: the five-minute tour of each role, the same text and pictures as in docs/.

A tour is a small page in Markdown: one heading, sections, paragraphs, words in bold that stand on the screen just so,
and pictures. Nothing else is understood here, and tests/browser/tours.py walks each tour, so that none goes stale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, render_template, send_from_directory, url_for
from flask_babel import gettext as _

from admin_views import current, pages
from models.people import ROLES

bp = Blueprint("help", __name__)
DOCS = Path(__file__).parent.parent / "docs"
PICTURES = DOCS / "pictures"
PICTURE = re.compile(r"!\[([^\]]+)\]\(pictures/([a-z0-9-]+\.png)\)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")


@dataclass(frozen=True)
class Passage:
    """A paragraph, or a picture with the words that stand for it."""

    text: str
    picture: str = ""


@dataclass(frozen=True)
class Section:
    """What one stop of a tour tells; the first has no heading of its own."""

    heading: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Tour:
    heading: str
    sections: tuple[Section, ...]


def tour_file(role: str) -> Path:
    """Give the page of docs/ that holds the tour of a role."""
    return DOCS / f"tour-{role}.md"


@cache
def tour(role: str) -> Tour:
    """Read the tour of a role. Raises ValueError for a page that does not begin with its heading."""
    first, *blocks = re.split(r"\n{2,}", tour_file(role).read_text(encoding="utf-8").strip())
    if not first.startswith("# "):
        raise ValueError(f"{tour_file(role).name} does not begin with its heading.")
    sections: list[tuple[str, list[Passage]]] = [("", [])]
    for block in (" ".join(one.split()) for one in blocks):
        if block.startswith("## "):
            sections.append((block[3:], []))
        elif found := PICTURE.fullmatch(block):
            sections[-1][1].append(Passage(found[1], picture=found[2]))
        else:
            sections[-1][1].append(Passage(block))
    told = tuple(Section(heading, tuple(passages)) for heading, passages in sections if heading or passages)
    return Tour(first[2:], told)


def parts(text: str) -> list[tuple[str, bool]]:
    """Give a passage in pieces, each with whether it is in bold."""
    return [(piece, bool(number % 2)) for number, piece in enumerate(BOLD.split(text)) if piece]


@bp.get("/help/", defaults={"role": ""})
@bp.get("/help/<role>/")
def page(role: str) -> Any:
    """Show the tour of a role, the reader's own unless another is named: a tour tells of screens, never of people."""
    names = dict(ROLES)
    shown = role or current.acting_role()
    if shown not in names:
        abort(404)
    ways = tuple(pages.MenuItem(_(words), url_for("help.page", role=key), key == shown) for key, words in ROLES)
    return render_template("casework/help.html", tour=tour(shown), ways=ways, parts=parts)


@bp.get("/help/pictures/<name>")
def picture(name: str) -> Any:
    """Give a picture of a tour; it shows invented people only."""
    return send_from_directory(PICTURES, name, mimetype="image/png")
