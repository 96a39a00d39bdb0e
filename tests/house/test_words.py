"""UK English, no blame, no jargon: every text that a person reads is held against three lists of words.

Read are the texts that screens hand to gettext, the labels, helps and states of fields, the words of panels, the
sentences of rules, the office's lists and invented texts, and, for spelling alone, the pages about the house. Words
that doubt or weigh what somebody says are in tests/house/test_wording.py.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator

import pytest

from casework.access import PANELS
from models import Base
from models.declared import declared
from tests.house.test_every_text import MARKS
from tests.house.test_wording import CODE, LISTS, ROOT, TEMPLATES, name

AMERICAN = re.compile(
    r"\b(?:colou?rized|colors?|colored|centers?|centered|organiz(?:e[sdr]?|ing|ations?|ational)|recogniz(?:e[sd]?|ing)"
    r"|behaviors?|favou?rize|favor(?:s|ed|ites?|able)?|neighbor\w*|analyz(?:e[sdr]?|ing)|cancel(?:ed|ing)|catalogs?"
    r"|travel(?:ed|ing|er)|labor|honor(?:s|ed|ing)?|apologiz\w+|prioritiz\w+|summariz\w+|minimiz\w+|maximiz\w+"
    r"|authoriz\w+|finaliz\w+|categoriz\w+|utiliz\w+|emphasiz\w+|criticiz\w+|traumatiz\w+|victimiz\w+|anonymiz\w+"
    r"|normaliz\w+|specializ\w+|realiz\w+|gotten|zip codes?|counsel(?:or|ing|ed)s?|defense|offenses?|fulfills?|enrolls?"
    r"|fulfillment|enrollment|skillful|gray|jewelry|pediatric\w*|theaters?|apartments?|sidewalks?|attorneys?"
    r"|cell ?phones?|mom|dialog|inquir(?:y|ies)|check ?book|modeling|labeled|labeling|judgment call|ax)\b",
    re.IGNORECASE,
)
BLAMES = re.compile(
    r"\bfail(?:ed|s|ure)? to (?:attend|engage|co-?operate|comply|respond|show|disclose)\b|\b(?:dis|non-?)engag\w*"
    r"|\bun-?co-?operative\b|\bnon-?complian\w*|\bhard to reach\b|\bmanipulativ\w*"
    r"|\b(?:aggressive|difficult) clients?\b"
    r"|\billegals?\b|\billegal (?:im)?migrants?\b|\bscroung\w*|\battention[- ]seeking\b"
    r"|\b(?:clients?|she|he|they) refus(?:es?|ed) (?:to engage|to co-?operate|help)\b|\bno[- ]shows?\b|\bunmotivated\b"
    r"|\bdeserving\b|\blifestyle choice\b|\bchaotic\b|\bbroken home\b|\bsufferers?\b|\bsuffers? from\b"
    r"|\bwheelchair[- ]bound\b|\bthe (?:disabled|elderly|homeless|vulnerable)\b|\bcoloured (?:people|person)\b"
    r"|\bnon-?whites?\b|\bthird world\b|\bforeigners?\b|\bat fault\b|\btheir own fault\b|\bprovoked\b",
    re.IGNORECASE,
)
JARGON = re.compile(
    r"\b(?:stakeholders?|leverag\w+|synerg\w+|going forward|deep dive|touch base|actioned|deliverables?|onboard\w*"
    r"|utilis\w+|facilitat\w+|impactful|user journey|invalid|null|databases?|record id|(?:foreign|primary) key"
    r"|back-?end|front-?end|json|sql|payload|timestamps?|boolean|string|integer|parameters?|quer(?:y|ies)|submit(?:ted|s)?"
    r"|username|log ?(?:in|out)|logged (?:in|out)|oops|successfully|abort(?:ed)?|terminat\w+|fatal|error code"
    r"|timed? ?out|session|cookie|browser cache|mandatory field|field is required|click here|e\.g\.|i\.e\.)\b",
    re.IGNORECASE,
)
# Told to whoever runs the machine, and to nobody at a screen.
OF_THE_MACHINE = {"backup_commands.py", "commands.py", "key_commands.py", "promote_command.py", "sheet_commands.py"}
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def strings(node: ast.AST) -> Iterator[str]:
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def handed_over(source: str, callers: set[str]) -> Iterator[str]:
    """Give each string inside a call of one of these names: `_("...")`, `Problem("field", "...")`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in callers:
            for part in (*node.args, *(one.value for one in node.keywords)):
                yield from strings(part)


def in_templates() -> Iterator[tuple[str, str]]:
    """Give what templates hand to gettext, with what they stand in."""
    for path in TEMPLATES:
        bare = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for call in re.findall(r"(?:\b_|ngettext)\(((?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^()])*)", bare):
            for double, single in re.findall(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", call):
                yield path.name, double or single


def in_screens() -> Iterator[tuple[str, str]]:
    for path in CODE:
        if path.relative_to(ROOT).parts[0] == "admin_views" and path.name not in OF_THE_MACHINE:
            yield from ((path.name, text) for text in handed_over(path.read_text(encoding="utf-8"), MARKS))


def in_declarations() -> Iterator[tuple[str, str]]:
    for mapper in Base.registry.mappers:
        for one in declared(mapper.class_):
            for text in (one.info.label, one.info.help, *dict(one.info.choices).values()):
                yield f"{mapper.class_.__name__}.{one.key}", text
    for panel in PANELS:
        yield from ((panel.name, text) for text in (panel.one, panel.several))


def in_rules() -> Iterator[tuple[str, str]]:
    for path in CODE:
        if path.relative_to(ROOT).parts[0] in ("casework", "exports", "seed"):
            told = handed_over(path.read_text(encoding="utf-8"), {"Problem", "ImportRefused", "CellError"})
            yield from ((name(path), text) for text in told if not text.islower() or " " in text)  # names of fields


def in_lists() -> Iterator[tuple[str, str]]:
    for path in LISTS:
        with path.open(encoding="utf-8", newline="") as file:
            yield from ((path.name, cell) for row in [*csv.reader(file)][1:] for cell in row)


SOURCES = {
    "templates": in_templates, "screens": in_screens, "declarations": in_declarations, "rules": in_rules,
    "lists": in_lists,
}  # fmt: skip
FEWEST = {"templates": 900, "screens": 1500, "declarations": 1200, "rules": 400, "lists": 3000}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("words", [AMERICAN, BLAMES, JARGON], ids=["spelling", "blame", "jargon"])
def test_what_a_person_reads_is_plain_uk_english_that_blames_nobody(source, words):
    texts = list(SOURCES[source]())
    assert [(place, found[0], text) for place, text in texts if (found := words.search(text))] == []
    assert len(texts) > FEWEST[source]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_pages_about_the_house_are_spelt_as_the_office_spells(page):
    plain = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert AMERICAN.findall(plain) == []


@pytest.mark.parametrize("text, words, is_found", [
    ("The color of the center", AMERICAN, True), ("The colour of the centre", AMERICAN, False),
    ("Organised neighbours", AMERICAN, False), ("Her enquiry was cancelled", AMERICAN, False),
    ("She failed to engage", BLAMES, True), ("We could not reach her", BLAMES, False),
    ("An illegal immigrant", BLAMES, True), ("Response was hostile", BLAMES, False),
    ("Invalid username", JARGON, True), ("This name is taken already", JARGON, False),
    ("Successfully submitted", JARGON, True), ("Saved.", JARGON, False),
])  # fmt: skip
def test_a_word_of_a_list_would_be_found_and_its_plain_neighbour_passes(text, words, is_found):
    assert bool(words.search(text)) is is_found
