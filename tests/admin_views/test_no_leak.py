"""G2: whatever a person can read, by links, by numbers, by searching and by sheets, tells nothing that is not theirs.

In every run a part of it is walked; `CASEWORK_LONG=1` walks 400 pages of each person and every file of others.
"""

from __future__ import annotations

import os

import pytest

from tests.admin_views.crawl import MOST_PAGES, everything
from tests.admin_views.office import FILES, NAMES, SCRIPTS, WITHIN_REACH, canary
from tests.admin_views.test_kept_case import FIELDS

LONG = os.environ.get("CASEWORK_LONG") == "1"
MOST = MOST_PAGES if LONG else 40


@pytest.mark.parametrize("who", ["amina", "joan", "leyla", "figures"])
def test_nothing_that_a_person_reads_tells_of_a_file_that_is_not_theirs(site, browse, office, who, capsys):
    others = [file for file in FILES if file not in WITHIN_REACH[who]]
    words = {
        word: file for file in others for word in (NAMES[file], SCRIPTS[file], *(canary(one, file) for one in FIELDS))
    }
    asked = [word for file in others for word in (NAMES[file], canary("title", file))][: None if LONG else 1]
    read, met = 0, {}
    for file in others if LONG else others[:1]:
        numbers = {table: number for (table, of), number in office.ids.items() if of == file}
        for path, text in everything(site, browse(who), numbers, asked, most=MOST if file == others[0] else 1):
            read += 1
            told = {word for word in words if word in text}
            if told:
                met[path] = told
    with capsys.disabled():
        print(f" {who}: {read} answers read", end="")  # noqa: T201 - the figure of docs/security.md
    assert met == {}
    assert read > 40
