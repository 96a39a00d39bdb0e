"""A share of `make fuzz`, the same each time; and limits on how much may be asked at once."""

from __future__ import annotations

import pytest

from tests.admin_views.page import MACHINE_WORDS
from tests.fuzz import Fuzz

MANY_FIELDS = 60_000


def test_no_question_drawn_by_lot_makes_the_office_stumble(site):
    """G5: no server error, and no word of the database or of a failure, in 100 answers."""
    told = Fuzz(site, seed=5).run(100, grid=False)
    assert told.faults == []
    assert told.asked == 100
    assert {200, 302, 403} <= set(told.statuses)  # questions that got through, and questions that did not


def test_a_server_error_and_a_word_of_the_database_would_be_found(site, monkeypatch):
    def stumble():
        raise RuntimeError("a fault")

    monkeypatch.setitem(site.app.view_functions, "healthz", stumble)
    fuzz = Fuzz(site, seed=5)
    fuzz.rules = [("/healthz", "GET")]
    assert len(fuzz.run(3, grid=True).faults) == 3
    monkeypatch.setitem(site.app.view_functions, "healthz", lambda: "[SQL: SELECT name FROM clients]")
    assert len(fuzz.run(3, grid=True).faults) == 6


@pytest.mark.parametrize("path", ["/caseworker/case/", "/caseworker/client/new/", "/caseworker/find/"])
def test_very_many_fields_are_answered_and_nothing_is_written(site, browse, path):
    person, before = browse("caseworker"), site.everything()
    with site.as_served():
        answer = person.post(path, [(f"f{number}", "1") for number in range(MANY_FIELDS)])
    assert answer.status < 500
    assert site.everything() == before


def test_a_search_of_very_many_words_and_very_many_filters_is_answered(site, browse):
    person = browse("caseworker")
    with site.as_served():
        words = person.post("/caseworker/case/", {"search": "a b " * 20_000})
        filters = person.get("/caseworker/case/?" + "&".join(f"flt{n}_status=open" for n in range(1500)))
        page = person.get("/caseworker/case/?page_size=1000000&page=99999999999999999999")
    assert (words.status, filters.status, page.status) == (200, 200, 200)
    assert [one for one in (words, filters, page) if MACHINE_WORDS.search(one.text)] == []
