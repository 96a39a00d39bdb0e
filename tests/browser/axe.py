"""Whether a page can be used by everybody: axe's WCAG rules, and nothing that stands out sideways."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # all that a dark scheme changes
# A bar that keeps to an edge lies over what can be scrolled out from under it: axe would call that too small to press.
AS_LAID_OUT = """only => {
    const stuck = [...document.querySelectorAll("body *")].filter(one => getComputedStyle(one).position === "sticky");
    for (const one of stuck) one.style.position = "static";
    return axe.run(document, {runOnly: only, resultTypes: ["violations"]})
        .finally(() => { for (const one of stuck) one.style.position = ""; });
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def barriers(page: Page, only: dict[str, Any] = WCAG) -> list[str]:
    """Give each fault that axe finds, with the elements it stands at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)  # not as a script element: the page's policy stays as strict as it is
    found = page.evaluate(AS_LAID_OUT, only)
    return [
        f"{fault['id']}: {', '.join(str(node['target']) for node in fault['nodes'])}"
        for fault in found["violations"]
    ]  # fmt: skip


def overhang(page: Page) -> int:
    """Give by how many pixels a page is wider than its window."""
    return int(page.evaluate(SIDEWAYS))
