"""Reads everything that one person can reach: every address of the program with every number, every link, every sheet.

What is read comes back as text to look in for words that this person must not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from io import BytesIO
from re import findall
from typing import Any
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

from admin_views.named import ANYWHERE, TASK_SCREENS
from casework.access import PANELS
from tests.admin_views.browser import Answer, Browser

MOST_PAGES = 400
ENDS_IT = ("/sign-out", "/hide")  # after which the other pages would answer otherwise
READ = ("text/", "application/json")
SPREADSHEETS = ("spreadsheet", "zip", "wordprocessing")


def words_in(answer: Answer) -> str:
    """Give an answer as text; of a workbook, a letter or a zip everything that lies in it."""
    kind = answer.headers.get("Content-Type", "")
    if any(word in kind for word in SPREADSHEETS):
        with ZipFile(BytesIO(answer.data)) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return answer.data.decode("utf-8", "replace") + "\n" + answer.location


def addresses(site: Any, role: str, numbers: Mapping[str, int]) -> Iterator[str]:
    """Give every address of a role that is read, with these records' numbers; `numbers` are by name of table."""
    by_model: dict[str, set[int]] = {}
    for panel in PANELS:
        if panel.name in numbers:
            by_model.setdefault(panel.model.__name__, set()).add(numbers[panel.name])
    for rule in site.app.url_map.iter_rules():
        if not rule.rule.startswith(f"/{role}/") or "GET" not in rule.methods:
            continue
        if "<" in rule.rule:
            yield from (rule.rule.replace("<export_type>", kind) for kind in ("csv", "xlsx"))
            continue
        yield rule.rule
        blueprint = rule.endpoint.partition(".")[0]
        view = site.app.extensions["casework_views"].get(tuple(blueprint.split("_", 1)))
        asked = {"id": view.model} if view is not None else {**ANYWHERE, **TASK_SCREENS.get(blueprint, {})}
        for name, model in asked.items():
            yield from (f"{rule.rule}?{name}={number}" for number in by_model.get(model.__name__, ()))


def tables(site: Any, role: str, words: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give every search that a role may make in lists and look-ups, with every word: (address, what is posted)."""
    for panel in PANELS:
        view = site.app.extensions["casework_views"].get((role, panel.name))
        if view is None:
            continue
        for word in words:
            yield f"/{role}/{panel.name}/", {"search": word}
            for name in ("case_id", "client_id", "case", "client"):
                yield f"/{role}/{panel.name}/ajax/lookup/", {"name": name, "query": word}
    for word in words:
        yield f"/{role}/find/", {"words": word}


def links_of(answer: Answer) -> Iterator[str]:
    text = answer.data.decode("utf-8", "replace")
    for href in findall(r'(?:href|action|data-lookup-url)="([^"]*)"', text):
        yield unescape(href)


def crawl(person: Browser, most: int = MOST_PAGES) -> Iterator[tuple[str, str]]:
    """Follow links from the first page on, at most `most` pages; give (address, what stands there)."""
    waiting, met = [f"/{person.role}/", "/account/"], set()
    while waiting and len(met) < most:
        path = waiting.pop(0)
        if path in met or path.startswith(ENDS_IT):
            continue
        met.add(path)
        answer = person.get(path)
        yield path, words_in(answer)
        if answer.location:
            waiting.append(answer.location)
        if answer.is_page:
            waiting += [urljoin(path, href) for href in links_of(answer) if _is_inside(urljoin(path, href))]


def _is_inside(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.netloc and parts.path.startswith("/") and "/static/" not in parts.path and not parts.fragment


def everything(
    site: Any, person: Browser, numbers: Mapping[str, int], words: Iterable[str], most: int = MOST_PAGES
) -> Iterator[tuple[str, str]]:
    """Give (address, what stands there) for all that a person can read by links, by numbers and by searching."""
    yield from crawl(person, most)
    for path in addresses(site, person.role, numbers):
        answer = person.get(path)
        yield path, words_in(answer)
    for path, typed in tables(site, person.role, list(words)):
        answer = person.client.post(path, data={**typed, "csrf_token": person.token})
        text = answer.get_data(as_text=True)
        # What was looked for may stand in its own box again; everything else may not tell of it.
        yield f"{path} {typed}", text.replace(next(iter(typed.values())), "") if "search" in typed else text
