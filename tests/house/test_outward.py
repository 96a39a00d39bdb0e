"""Every address, every act and every command says whether something may leave the office through it.

What leaves is named in `casework/access.py` with what stands before it, and tests/admin_views/test_nothing_leaves.py
drives each such way without permission. A new page that says nothing fails here.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from casework.access import ACTS, ADDRESSES, COMMANDS, Gate, gate_of


def commands(group: click.Group, above: str = "") -> Iterator[str]:
    """Give the full name of every command: "user add"."""
    for name in sorted(group.commands):
        one = group.commands[name]
        if isinstance(one, click.Group):
            yield from commands(one, f"{above}{name} ")
        else:
            yield f"{above}{name}"


def acts(app) -> set[str]:
    """Give every act on several rows that some panel offers."""
    return {name for view in app.extensions["casework_views"].values() for name, _words in view.acts()}


def endpoints(app) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def undeclared(names, declared) -> list[str]:
    return sorted(name for name in names if gate_of(name, declared) is None)


def test_every_address_says_whether_something_leaves_through_it(site):
    assert undeclared(endpoints(site.app), ADDRESSES) == []


def test_every_act_on_several_rows_says_whether_something_leaves_through_it(site):
    with site.app.test_request_context():
        assert undeclared(acts(site.app), ACTS) == []


def test_every_command_says_whether_something_leaves_through_it(site):
    assert undeclared(commands(site.app.cli), COMMANDS) == []


@pytest.mark.parametrize("kind", ["addresses", "acts", "commands"])
def test_nothing_is_declared_that_is_not_there(site, kind):
    """A declaration that fits nothing would stand for a page that was renamed, and hide the new one."""
    with site.app.test_request_context():
        names, declared = {
            "addresses": (endpoints(site.app), ADDRESSES), "acts": (acts(site.app), ACTS),
            "commands": (set(commands(site.app.cli)), COMMANDS),
        }[kind]  # fmt: skip
    unused = [pattern for pattern in declared if not any(gate_of(name, {pattern: Gate.INWARD}) for name in names)]
    assert unused == []


def test_a_page_a_command_or_an_act_without_a_word_would_be_found():
    assert undeclared({"caseworker_client.index_view", "press.release"}, ADDRESSES) == ["press.release"]
    assert undeclared({"visit.caseworker", "visit.caseworker_sheet"}, ADDRESSES) == ["visit.caseworker_sheet"]
    assert undeclared({"caseworker_client.post_all"}, ADDRESSES) == ["caseworker_client.post_all"]
    assert undeclared({"ledger.caseworker_newsletter"}, ADDRESSES) == ["ledger.caseworker_newsletter"]
    assert undeclared({"user add", "newsletter"}, COMMANDS) == ["newsletter"]
    assert undeclared({"export", "post_all"}, ACTS) == ["post_all"]


def test_the_closest_word_counts():
    assert gate_of("caseworker_publication.create_view", ADDRESSES) is Gate.PERMISSION
    assert gate_of("caseworker_client.create_view", ADDRESSES) is Gate.INWARD
    assert gate_of("refer.caseworker_send", ADDRESSES) is Gate.CONSENT
