"""`make audit` finds what keeps somebody out: a page with a fault of each kind, and one without."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.audit import Walk

GOOD = """<html lang="en"><title>Cases - Casework</title><a class="skip" href="#main">Skip to the content</a>
<main id="main"><h1>Cases</h1>%s</main></html>"""
FAULTS = {
    "one h1": "<h1>Again</h1>",
    "title": "<script>document.title = 'Rehana Begum - Casework'</script>",
    "overflow": "<div style='width: 3000px'>Far</div>",
    "button for a thumb": "<button style='height: 30px'>Save</button>",
    "focus visible": "<a href='/' style='outline: none; display: block'>Cases</a>",
    "skip link first": "<a href='/' tabindex='1'>Cases</a>",
    "label": "<input style='height: 50px'>",
    "color-contrast": "<p style='color: #bbb; background: #fff'>Pale</p>",
    "console": "<script>console.error('broken')</script>",
    "another host": "<img alt='' src='http://other.invalid/one.png'>",
}


@pytest.mark.parametrize("rule", ["", *FAULTS])
def test_the_audit_names_the_rule_that_a_page_breaks_and_nothing_on_a_good_page(chromium, rule):
    url = "http://office.invalid"
    context = chromium.new_context(base_url=url)
    context.route("http://office.invalid/**", lambda one: one.fulfill(
        body=GOOD % FAULTS.get(rule, ""), content_type="text/html"))  # fmt: skip
    context.route("http://other.invalid/**", lambda one: one.fulfill(body="", content_type="image/png"))
    walk = Walk(Flask(__name__), context, url, "manager", ["Rehana Begum"])
    assert walk.open("/cases/", linked=True)
    walk.audit("/cases/")
    context.close()
    assert walk.found.audits == 6
    assert rule in walk.found.faults if rule else walk.found.faults == {}
