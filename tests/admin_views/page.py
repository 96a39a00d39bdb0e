"""Reads an HTML answer as a person's browser would, and names what no page of the office may show.

A `Page` knows its elements, its forms with what a browser would send, and its faults. The browser of the
tests asks every page it fetches for its faults, so each test is also a test of the pages it walks through.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "meta", "link", "br", "hr", "img", "use", "path", "circle", "source", "col", "wbr"}
SILENT = {"hidden", "submit", "button", "reset", "image"}  # kinds of input that need no label
# Words of the database or of a failure; the office has no use for any of them.
MACHINE_WORDS = re.compile(
    r"\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bUPDATE\b \w+ \bSET\b|\bDELETE FROM\b|[A-Z]{4,} constraint failed|"
    r"violates \w+(?:-\w+)* constraint|sqlalchemy|sqlite3|psycopg|Traceback \(most recent|IntegrityError|"
    r"OperationalError|StaleDataError|\[parameters:|werkzeug|jinja2|<function |object at 0x",
    re.DOTALL,
)
ADDRESSES = {"href", "src", "action", "formaction", "data-echo-url", "data-lookup-url", "poster", "srcset"}
REFERENCES = {"for", "aria-describedby", "aria-labelledby", "list", "form", "data-shows", "data-echo"}


@dataclass(eq=False)
class Element:
    """One element: its name, attributes, ancestors and, once the page is read, the text within it."""

    tag: str
    attributes: dict[str, str]
    above: tuple[Element, ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def get(self, name: str, otherwise: str = "") -> str:
        return self.attributes.get(name, otherwise)

    def within(self, tag: str) -> Element | None:
        return next((one for one in reversed(self.above) if one.tag == tag), None)


class Reader(HTMLParser):
    """Turns markup into a flat list of elements that know their ancestors."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attributes}, tuple(self._open))
        self.elements.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attributes}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.words.append(data)


@dataclass(frozen=True)
class FormOnPage:
    """What one form would send: `values` are (name, value) pairs as a browser puts them together."""

    action: str
    method: str
    values: tuple[tuple[str, str], ...]
    names: frozenset[str]  # every control, also those that send nothing while empty


class Page:
    """One answer as a reader meets it."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.elements = Reader(markup).elements

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            one for one in self.elements
            if one.tag == tag and all(one.get(name) == value for name, value in wanted.items())
        ]  # fmt: skip

    def by_id(self, wanted: str) -> Element | None:
        return next((one for one in self.elements if one.get("id") == wanted), None)

    @property
    def heading(self) -> str:
        return self.all("h1")[0].text

    @property
    def text(self) -> str:
        """Everything that a reader sees on the page."""
        return self.all("body")[0].text if self.all("body") else ""

    @property
    def faults(self) -> list[str]:
        """The sentences of the error summary."""
        summary = next((one for one in self.elements if one.get("class") == "error-summary"), None)
        return [one.text for one in self.all("li") if summary in one.above]

    @property
    def notices(self) -> list[str]:
        """What the page says was done, or not."""
        return [one.text for one in self.all("p") if "status-line" in one.get("class")]

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the words of their links."""
        return {one.text: one.get("href") for one in self.all("a")}

    @property
    def rows(self) -> list[list[str]]:
        """The body cells of every table, row by row, tick boxes left out."""
        cells: dict[Element, list[str]] = {}
        for one in self.elements:
            row = one.within("tr")
            if one.tag in {"td", "th"} and row is not None and one.within("tbody") and one.get("class") != "pick":
                cells.setdefault(row, []).append(one.text)
        return list(cells.values())

    def said_beside(self, name: str) -> str:
        """Give the sentence that is tied to the control `name`, as a screen reader would read it out."""
        controls = [one for one in self.elements if one.get("name") == name and one.get("type") != "hidden"]
        holders = [controls[0], *controls[0].above] if controls else []
        ids = [key for one in holders for key in one.get("aria-describedby").split() if key.endswith("-error")]
        return " ".join(one.text for key in ids if (one := self.by_id(key)) is not None)

    @property
    def forms(self) -> list[FormOnPage]:
        """Give every form with what it would send untouched."""
        return [self._form(one) for one in self.all("form")]

    def form(self, holding: str) -> FormOnPage:
        """Give the form that has a control of this name, with what it would send untouched."""
        for form in self.forms:
            if holding in form.names:
                return form
        raise AssertionError(f"No form on the page holds {holding}.")

    def _form(self, form: Element) -> FormOnPage:
        inside = [one for one in self.elements if one.within("form") is form and one.get("name")]
        values = tuple(pair for one in inside for pair in self._sent(one))
        names = frozenset(one.get("name") for one in inside)
        return FormOnPage(form.get("action"), form.get("method", "get"), values, names)

    def _sent(self, control: Element) -> list[tuple[str, str]]:
        name, kind = control.get("name"), control.get("type", "text")
        if control.tag == "select":
            return [(name, one.get("value")) for one in self._options(control)]
        if control.tag == "textarea":
            return [(name, "".join(control.words).removeprefix("\n"))]
        if control.tag != "input" or kind in {"submit", "button", "reset"}:
            return []
        if kind in {"checkbox", "radio"} and "checked" not in control.attributes:
            return []
        return [(name, control.get("value"))]

    def _options(self, select: Element) -> list[Element]:
        options = [one for one in self.all("option") if select in one.above]
        return [one for one in options if "selected" in one.attributes] or options[:1]


def faults_of(page: Page, names: frozenset[str] = frozenset()) -> list[str]:
    """Name everything that no page of the office may show; `names` are the clients' names."""
    return [
        *_frame_faults(page, names), *_control_faults(page), *_id_faults(page), *_code_faults(page),
        *_address_faults(page, names),
    ]  # fmt: skip


def _frame_faults(page: Page, names: frozenset[str]) -> list[str]:
    html, titles = page.all("html"), [one for one in page.all("title") if not one.within("svg")]
    title = titles[0].text if titles else ""
    found = []
    if not html or not html[0].get("lang"):
        found.append("the page does not say its language")
    if len(page.all("h1")) != 1:
        found.append(f"{len(page.all('h1'))} first headings")
    if len(titles) != 1 or not title.strip(" -"):
        found.append("no title")
    found += [f"the title names {name}" for name in sorted(names) if name in title]
    if len(page.all("main")) != 1:
        found.append("no main part")
    words = MACHINE_WORDS.search(page.text)
    if words:
        found.append(f"words of a machine: {words[0][:60]}")
    return found


def _control_faults(page: Page) -> list[str]:
    labels = {one.get("for") for one in page.all("label") if one.text}
    controls = [one for one in page.elements if one.tag in {"input", "select", "textarea"}]
    return [
        f"no label for {one.get('name') or one.get('id')}"
        for one in controls
        if one.get("type") not in SILENT and not _is_named(page, one, labels)
    ]


def _is_named(page: Page, control: Element, labels: set[str]) -> bool:
    around = control.within("label")
    named_by = page.by_id(control.get("aria-labelledby"))
    return bool(
        (control.get("id") and control.get("id") in labels) or (around is not None and around.text)
        or control.get("aria-label") or (named_by is not None and named_by.text)
    )  # fmt: skip


def _id_faults(page: Page) -> list[str]:
    ids = Counter(one.get("id") for one in page.elements if "id" in one.attributes)
    found = [f"the id {key} stands {times} times" for key, times in ids.items() if times > 1]
    for one in page.elements:
        for name in one.attributes.keys() & REFERENCES:
            found += [f"{name} names {key}, which is not there" for key in one.get(name).split() if key not in ids]
        if one.tag == "a" and one.get("href").startswith("#") and one.get("href")[1:] not in ids:
            found.append(f"a link to {one.get('href')}, which is not there")
    return found


def _code_faults(page: Page) -> list[str]:
    found = [f"code in {name}" for one in page.elements for name in one.attributes if re.match(r"on[a-z]", name)]
    found += ["a style attribute" for one in page.elements if "style" in one.attributes]
    found += ["a style element" for _one in page.all("style")]
    found += ["a script that stands in the page" for one in page.all("script") if one.words or not one.get("src")]
    return found


def _address_faults(page: Page, names: frozenset[str]) -> list[str]:
    found = []
    for one in page.elements:
        for name in one.attributes.keys() & ADDRESSES:
            address = one.get(name)
            if re.match(r"\s*(?:(?!tel:|mailto:)[a-z][a-z0-9+.-]*:|//|\\)", address, re.IGNORECASE):
                found.append(f"{one.tag} leads elsewhere: {address}")
            plain = address.replace("+", " ").replace("%20", " ")
            found += [f"an address names {client}" for client in sorted(names) if client in plain]
    return found
