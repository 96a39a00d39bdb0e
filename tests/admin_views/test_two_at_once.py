"""Two people who save in the same moment: exactly one of them gets the colleague, on both databases."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from casework import visit_times
from models import Appointment, AppointmentWorker
from tests import rush

SLOW = 0.3  # seconds between looking at the diary and saving: long enough that both would have looked


def test_of_two_visits_that_take_the_same_colleague_at_the_same_hour_exactly_one_is_booked(any_site, monkeypatch):
    leyla, look = any_site.office.people["leyla"], visit_times.taken

    def look_slowly(*args, **named):
        diary = look(*args, **named)
        time.sleep(SLOW)
        return diary

    together = Barrier(2)
    monkeypatch.setattr(visit_times, "taken", look_slowly)
    typed = {
        "cannot_attend_reason": "Cannot leave the flat", "starts_at": "26 Nov 2026", "starts_at-time": "11:00",
        "second_id": str(leyla),
    }  # fmt: skip

    def book(who, file):
        person, path = any_site.browse(who), f"/caseworker/visit/?case={any_site.office['case', file]}"
        page = person.get(path)
        together.wait(30)
        return person.submit(page, typed, holding="cannot_attend_reason", path=path)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(book, ("amina", "joan"), ("own", "other"))
    assert sorted([first.status, second.status]) == [302, 422]
    refused = first if first.status == 422 else second
    assert "Leyla C is at another appointment until 12:00." in refused.text
    with any_site.db() as db:
        with_her = select(Appointment.id).join(AppointmentWorker).where(AppointmentWorker.worker_id == leyla)
        assert len(db.scalars(with_her).all()) == 1


def test_of_twenty_who_book_the_same_two_colleagues_at_once_exactly_one_gets_them(any_site):
    """Two hundred do so in benchmarks/double_booking.py."""
    with any_site.db() as db:
        files, lead, second = rush.cases(db, 20)
        db.commit()
    assert rush.rush(any_site.maker, files, lead, second) == {rush.WON: 1, rush.REFUSED: 19}
    with any_site.db() as db:
        assert (rush.booked(db, lead), rush.booked(db, second)) == (1, 1)
