"""Every text that a page shows can be translated: pages are opened in a language that marks each translated text.

What stands outside the marks is data: what somebody typed, or what the office's lists hold. The sentences of the lower
floors (reasons of a date, rules, names of figures) are plain values that know no language; English is the only one that
is shipped. They are told apart by their source, and a text of the screens that is no such sentence is found.
"""

from __future__ import annotations

import ast
import calendar
import gettext
import re
from collections import deque
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import flask_babel
import pytest
from lxml import html
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from casework.access import ROLES
from models import Base, Setting
from models.declared import declared
from tests.house.test_wording import CODE, ROOT, TEMPLATES, name, said_in

OPEN, CLOSE = "⟦", "⟧"
MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
READ = {"title", "aria-label", "placeholder", "alt", "data-busy", "data-words", "label"}  # attributes that are read out
UNREAD = {"script", "style", "svg", "code"}
WORD = re.compile(r"[^\W\d_]{2,}")
ELSEWHERE = (
    "/logout",
    "/static/",
    "/hide",
    "/login",
    "/help/",  # a passage is translated as a whole and then shown in pieces: see the test of the tours below
    "/account/second-factor",  # a secret is drawn by lot there
    "/manager/funder/template/",
)  # figures by their names, which the lower floors put together
_NAMES = [one for names in (calendar.day_name, calendar.month_name) for one in names if one]
CALENDAR = re.compile(
    rf"\b(?:{'|'.join([*_NAMES, *(one[:3] for one in _NAMES)])})\b|\bkB\b|\b[A-Z]{{2}}-?\d\S*", re.IGNORECASE
)
FEWEST_KINDS = {"manager": 150, "caseworker": 90, "coordinator": 30, "reports": 8}
# Marked where they are shown: constants of the screens whose words are handed to gettext by name.
SHOWN_LATER = {
    "campaign_shown.py", "doors.py", "figures_shown.py", "funder_shown.py", "home.py", "import_run.py", "ledger.py",
    "review_bars.py",
}  # fmt: skip
# Their sentences are told to whoever runs the machine, or raised as a rule's words.
TOLD_ELSEWHERE = {
    "backup_commands.py", "commands.py", "key_commands.py", "move_command.py", "promote_command.py",
    "sheet_commands.py", "evidence_pack.py",
}  # fmt: skip
SENTENCE = re.compile(r"^[A-Z][a-z]+.* .*[a-z]")
MARKS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}


class Marking(gettext.NullTranslations):
    """A language in which every text is its English one between marks."""

    def ugettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ungettext(self, singular: str, plural: str, n: int) -> str:
        return self.ugettext(singular if n == 1 else plural)

    def upgettext(self, _context: str, message: str) -> str:
        return self.ugettext(message)

    gettext, ngettext, pgettext = ugettext, ungettext, upgettext


class Texts(HTMLParser):
    """Collects what a person reads or hears of a page, and where its links lead; `lang` marks what is not ours."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.links: list[str] = []
        self._within: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        self.said += [given[one] for one in READ & set(given)]
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        if tag in UNREAD:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.said.append(data)


def outside(said: str) -> str:
    """Give what of a text stands outside all marks, also where one text stands in another."""
    before = ""
    while before != said:
        before, said = said, MARKED.sub(" ", said)
    return " ".join(said.split())


def kept(site) -> set[str]:
    """Give everything that the database holds as text, line by line."""
    with site.engine.connect() as connection:
        rows = [row for table in Base.metadata.sorted_tables for row in connection.execute(table.select())]
    texts = {value for row in rows for value in row if isinstance(value, str)}
    return {" ".join(line.split()) for text in texts for line in text.splitlines()}


def of_the_lower_floors() -> set[str]:
    """Give the words of rules, figures and sheets, and what records call themselves; labels and states are no part."""
    made: set[str] = set()
    for path in CODE:
        floor, source = path.relative_to(ROOT).parts[0], path.read_text(encoding="utf-8")
        if floor in ("casework", "exports"):
            made |= set(said_in(source))
        elif floor == "models":
            names = [one for one in ast.walk(ast.parse(source)) if getattr(one, "name", "") in ("__str__", "label")]
            made |= {word for one in names for word in said_in(ast.unparse(one))}
    # A figure is named by what it counts: "Appointments by kind: Meeting", "Before and after: Coping, better".
    fields = [one for mapper in Base.registry.mappers for one in declared(mapper.class_)]
    made |= {f": {words}" for one in fields for words in (one.info.label, *dict(one.info.choices).values())}
    return {" ".join(one.split()) for one in made}


class Known:
    """What may stand outside the marks: longest first, so that a name is taken out before a word of it."""

    def __init__(self, phrases: set[str]) -> None:
        usable = {one.casefold() for one in phrases if WORD.search(one)}
        self.phrases = [(one, _alone(one)) for one in sorted(usable, key=lambda one: (-len(one), one))]
        self.told: dict[str, str] = {}

    def without(self, rest: str) -> str:
        """Give the words of a text that are in nothing that is known."""
        if rest not in self.told:
            left = rest.casefold()
            for phrase, pattern in self.phrases:
                if phrase in left:
                    left = re.sub(pattern, " ", left)
                    if not WORD.search(left):
                        break
            self.told[rest] = " ".join(WORD.findall(CALENDAR.sub(" ", left)))
        return self.told[rest]


def _alone(phrase: str) -> str:
    """Give a pattern for a phrase where it is no part of a longer word."""
    before = r"(?<![^\W\d_])" if phrase[0].isalpha() else ""
    return f"{before}{re.escape(phrase)}" + (r"(?![^\W\d_])" if phrase[-1].isalpha() else "")


def kind(app, address: str) -> str:
    """Give the rule of an address and the names of what it asks; "" for what is no page of the office."""
    parts = urlsplit(address)
    if parts.netloc or parts.path.startswith(ELSEWHERE):
        return ""
    try:
        rule, _values = app.url_map.bind("").match(parts.path, method="GET", return_rule=True)
    except (HTTPException, RequestRedirect):
        return ""
    return f"{rule.rule}?{'&'.join(sorted({one for one, _value in parse_qsl(parts.query)}))}"


def pages(app, person, role: str) -> Iterator[tuple[str, Texts]]:
    """Open one page of each kind that links lead to, nearest first."""
    start = f"/{role}/"
    waiting, known = deque([start]), {kind(app, start)}
    while waiting:
        address = waiting.popleft()
        with person.client.get(address, follow_redirects=True) as answer:
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            page = Texts(answer.get_data(as_text=True))
        yield address, page
        for link in page.links:
            there = urljoin(address, link).partition("#")[0]
            which = kind(app, there)
            if which and which not in known:
                known.add(which)
                waiting.append(there)


def said_outside(site, opened: Iterable[tuple[str, Texts]], *, lower_floors: bool = True) -> tuple[dict[str, str], int]:
    """Give each text outside the marks that is not known, with a page on which it stands, and how many were opened.

    Without `lower_floors` their sentences are asked for marks too: for files that are handed the language.
    """
    looked, found = list(opened), {}
    known = Known(
        kept(site) | (of_the_lower_floors() if lower_floors else set())
    )  # now, since opening a page writes a line that a later page shows
    for address, page in looked:
        for rest in map(outside, page.said):
            if WORD.search(rest) and (left := known.without(rest)):
                found.setdefault(f"{left} <- {rest[:80]}", address)
    return found, len(looked)


@pytest.fixture
def marking(monkeypatch):
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda _self: Marking())


@pytest.mark.parametrize("role", ROLES)
def test_what_a_page_says_outside_the_marks_is_data(site, browse, marking, role):
    found, count = said_outside(site, pages(site.app, browse(role), role))
    assert found == {}
    assert count >= FEWEST_KINDS[role]


def test_a_text_that_nobody_marked_would_be_found(site, browse, marking):
    page = browse("manager").client.get("/manager/waiting/").get_data(as_text=True)
    assert said_outside(site, [("x", Texts(page))])[0] == {}
    loose = page.replace("</main>", "<p>Whoever waits longest stands above</p></main>")
    found, _count = said_outside(site, [("x", Texts(loose))])
    assert [one.partition(" <- ")[2] for one in found] == ["Whoever waits longest stands above"]


@pytest.mark.parametrize("role", ROLES)
def test_each_passage_of_a_tour_is_translated_as_a_whole(browse, marking, role):
    tree = html.fromstring(browse(role).get("/help/").data.decode())
    said = [" ".join("".join(one.itertext()).split()) for one in tree.xpath("//main//h1 | //main//h2 | //main//p")]
    said += tree.xpath("//main//img/@alt")
    said = [one for one in said if one]
    assert len(said) > 15
    assert [one for one in said if not re.fullmatch(f"{OPEN}[^{OPEN}{CLOSE}]+{CLOSE}", one)] == []


SET_UP = {  # what is sent to be looked at: a change of a word, a figure, a choice and yes to no; a new record
    "setting": ("/manager/setting/edit/?id={hours}", {"value": "11:00"}),
    "area": ("/manager/area/edit/?id=1", {"in_catchment": ""}),
    "closedday": ("/manager/closedday/new/", {"day": "24 Nov 2026", "name": "12-34", "kind": "office"}),
}


@pytest.mark.parametrize("which", SET_UP)
def test_what_a_change_of_the_set_up_means_is_said_in_the_language_of_the_page(site, browse, marking, which):
    with site.engine.connect() as connection:
        hours = connection.scalar(select(Setting.__table__.c.id).where(Setting.key == "opens_at"))
    path, typed = SET_UP[which]
    manager = browse("manager")
    answer = manager.get(path.format(hours=hours))
    sent = dict(answer.page.form("version").values) | typed | {"preview": "1"}
    markup = manager.post(path.format(hours=hours), sent, token=False).data.decode()
    preview = markup[markup.index('id="preview-heading"') - 4 : markup.index("</section>")]
    assert said_outside(site, [(path, Texts(preview))], lower_floors=False)[0] == {}
    assert f"{OPEN}{SAYS[which]}{CLOSE}" in preview


SAYS = {"setting": "Open from", "area": "No", "closedday": "added"}


def loose_in(template: str) -> list[str]:
    """Give the words of a template that stand in no expression."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    said = (re.sub(r'[\w-]+="[^"]*"', "", one) for one in Texts(bare).said)  # parts of a tag that a macro puts in
    return [one.strip() for one in said if WORD.search(one)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_no_words_outside_its_expressions(path):
    blocks = re.compile(r"\{% block body_class %\}.*?\{% endblock %\}", re.DOTALL)
    assert loose_in(blocks.sub("", path.read_text(encoding="utf-8"))) == []


def unmarked_in(source: str) -> list[str]:
    """Give each sentence in a file of the screens that is handed to no gettext."""
    tree = ast.parse(source)
    marked = {
        id(part) for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        for part in ast.walk(node)
    }  # fmt: skip
    docs = (ast.Module, ast.ClassDef, ast.FunctionDef)
    marked |= {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, docs) and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    texts = (one for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return [one.value for one in texts if id(one) not in marked and SENTENCE.search(one.value)]


def test_no_sentence_of_the_screens_is_unmarked_but_in_the_files_that_are_named():
    screens = [path for path in CODE if path.relative_to(ROOT).parts[0] == "admin_views"]
    found = {path.name for path in screens if unmarked_in(path.read_text(encoding="utf-8"))}
    assert found == SHOWN_LATER | TOLD_ELSEWHERE


@pytest.mark.parametrize("markup, said", [
    ("<p>Loose</p>", ["Loose"]), ("<p>{{ _('Bound') }}</p>", []), ('<a title="Loose">{{ x }}</a>', ["Loose"]),
    ("{# a note #}{% if one %}<p class='card'>{% endif %}", []), ("<option value='x'>{{ y }}</option>", []),
])  # fmt: skip
def test_loose_words_in_a_template_would_be_found(markup, said):
    assert loose_in(markup) == said


def test_marks_within_marks_are_taken_away_whole():
    assert outside("⟦due ⟦today⟧ at 9⟧ Rehana ⟦x⟧") == "Rehana"
