"""Pages that make something, pressed twice: one record, and the page of the first press, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from casework import intake, once
from casework.context import acting
from models import Case, CaseNote, Correspondence, SavedPage
from tests import make

SLOW = 0.3  # seconds between making and saving: long enough that both would have made one
INTAKE = "/caseworker/intake/"
CALL, LETTER = "/caseworker/call/?case={}", "/caseworker/letter/write/?case={}"
IN, ASKED = "/caseworker/letter/in/?case={}", "/caseworker/letter/asked/?case={}"


def pressed(person, path, typed, holding):
    """Give the page and what the first press of it is answered with."""
    page = person.get(path)
    return page, person.submit(page, typed, holding=holding, path=path)


@pytest.mark.parametrize(("path", "typed", "holding", "model"), [
    (INTAKE, {"anonymous": "y", "what": "A neighbour shouts."}, "what", Case),
    (CALL, {"text": "She is well."}, "text", CaseNote),
    (LETTER, {"subject": "The door", "text": "Please repair it.", "act": "keep"}, "subject", Correspondence),
    (IN, {"subject": "The door", "text": "It is repaired."}, "subject", Correspondence),
    (ASKED, {"subject": "For the school", "text": "That we know her."}, "subject", Correspondence),
])  # fmt: skip
def test_a_second_press_makes_nothing_and_leads_to_what_the_first_one_made(
    site, browse, office, path, typed, holding, model
):
    amina, path = browse("amina"), path.format(office["case", "own"])
    before = len(site.rows(model))
    page, first = pressed(amina, path, typed, holding)
    assert first.status == 302, first.page.text
    amina.get(first.location)
    second = amina.submit(page, typed, holding=holding, path=path)
    assert (second.status, second.location) == (302, first.location)
    assert len(site.rows(model)) == before + 1
    assert "Already saved." in amina.get(second.location).page.text


def test_who_goes_back_and_types_something_else_has_it_saved_and_so_has_a_fresh_page(site, browse, office):
    amina = browse("amina")
    before = len(site.rows(Case))
    page, _first = pressed(amina, INTAKE, {"anonymous": "y", "what": "A neighbour shouts."}, "what")
    amina.submit(page, {"anonymous": "y", "what": "Another one rang."}, holding="what", path=INTAKE)
    pressed(amina, INTAKE, {"anonymous": "y", "what": "A neighbour shouts."}, "what")
    assert len(site.rows(Case)) == before + 3


def test_a_page_that_was_refused_is_saved_by_the_next_press(site, browse, office):
    amina, path = browse("amina"), CALL.format(office["case", "own"])
    before = len(site.rows(CaseNote))
    _page, refused = pressed(amina, path, {"text": " "}, "text")
    assert (refused.status, len(site.rows(SavedPage))) == (422, 0)
    assert amina.submit(refused, {"text": "She is well."}, holding="text", path=path).status == 302
    assert len(site.rows(CaseNote)) == before + 1


def test_of_two_presses_in_one_moment_exactly_one_makes_the_enquiry(any_site, monkeypatch):
    take_in, together = intake.take_in, Barrier(2)

    def take_in_slowly(*args, **named):
        taken = take_in(*args, **named)
        time.sleep(SLOW)
        return taken

    monkeypatch.setattr(intake, "take_in", take_in_slowly)
    windows = any_site.browse("amina"), any_site.browse("amina")
    pages = [one.get(INTAKE) for one in windows]
    word = dict(pages[0].page.form("what").values)["once"]
    typed = {"anonymous": "y", "what": "A neighbour shouts.", "once": word}
    before = len(any_site.rows(Case))

    def press(number):
        together.wait(30)
        return windows[number].submit(pages[number], typed, holding="what", path=INTAKE)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(press, range(2))
    assert (first.status, second.status, first.location) == (302, 302, second.location)
    assert len(any_site.rows(Case)) == before + 1


def test_a_page_saved_long_ago_is_forgotten(db):
    user = make.user(db, "amina", "caseworker", make.worker(db, "Amina K"))
    make.act_as(db, "caseworker", user.worker, user_id=user.id)
    once.keep(db, "1" * 64, "/first")
    db.flush()
    assert once.made_by(db, "1" * 64) == "/first"
    make.act_as(db, "caseworker", user.worker, user_id=user.id, now=acting(db).now + timedelta(days=1, seconds=1))
    once.keep(db, "2" * 64, "/second")
    db.flush()
    assert (once.made_by(db, "1" * 64), once.made_by(db, "2" * 64)) == (None, "/second")
