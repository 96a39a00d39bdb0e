"""What a page weighs: the six tasks' screens on a first view, every kind of page on the next one."""

from __future__ import annotations

import pytest

from admin_views import compressed
from tests.admin_views.test_compressed import STATIC

FIRST_VIEW = 150_000  # bytes, nothing compressed, the cache empty
NEXT_VIEW = 30_000  # bytes on the way, the static files kept
TASKS = {
    "my day": ("amina", "/caseworker/"),
    "the case": ("amina", "/caseworker/case/details/?id={case}"),
    "log a call": ("amina", "/caseworker/call/?case={case}"),
    "open a case": ("amina", "/caseworker/intake/"),
    "book a visit": ("amina", "/caseworker/visit/?case={case}"),
    "refer": ("amina", "/caseworker/refer/?case={case}"),
    "find an interpreter": ("leyla", "/coordinator/interpreters/"),
    "figures for a funder": ("figures", "/reports/funder/"),
}
GENERIC = {
    "list": ("amina", "/caseworker/case/"),
    "form": ("amina", "/caseworker/client/new/"),
    "form with rows": ("leyla", "/coordinator/volunteer/edit/?id={volunteer Farida A}"),
    "record": ("amina", "/caseworker/client/details/?id={client}"),
}
SIZES = """() => ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind)).map(one => ({
    file: new URL(one.name).pathname.split("/").pop(),
    read: one.decodedBodySize, packed: one.encodedBodySize, sent: one.transferSize,
}))"""
RULES = r"""sheet => {
    const read = new CSSStyleSheet();
    read.replaceSync(sheet);
    return [...read.cssRules].map(one => one.cssText.replace(/\s*,\s*/g, ","));  // a custom property keeps its spaces
}"""


def weighed(person, path: str) -> list[dict]:
    """Open a page; give what the browser says of it and of each file it asked for: bytes read, bytes on the way."""
    person.page.goto(path, wait_until="networkidle")
    return person.page.evaluate(SIZES)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_screen_is_light_on_its_first_view(sit_down, office, task):
    who, path = TASKS[task]
    person = sit_down(who)
    person.page.context.new_cdp_session(person.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    files = weighed(person, path.format(**office.ids))
    assert {one["file"] for one in files} >= {"casework.css", "casework.js"}
    assert sum(one["read"] for one in files) < FIRST_VIEW
    assert [one for one in files if one["read"] > compressed.LEAST and one["packed"] > one["read"] / 2] == []


@pytest.mark.parametrize("kind", TASKS | GENERIC)
def test_a_page_that_was_seen_before_is_light(sit_down, office, kind):
    who, path = (TASKS | GENERIC)[kind]
    person = sit_down(who)
    weighed(person, path.format(**office.ids))
    page, *files = weighed(person, path.format(**office.ids))
    assert 0 < page["sent"] + sum(one["sent"] for one in files) < NEXT_VIEW
    assert [one for one in files if one["file"].startswith("casework") and one["sent"]] == []


def test_the_style_sheet_means_the_same_without_its_comments(sit_down):
    """The browser itself reads both: every rule of one stands in the other, in the same order."""
    page = sit_down("").page
    written = (STATIC / "casework.css").read_text(encoding="utf-8")
    served = compressed.static_file(STATIC / "casework.css").body.decode()
    assert len(served) < len(written) * 0.9
    rules = page.evaluate(RULES, written)
    assert len(rules) > 300
    assert page.evaluate(RULES, served) == rules
