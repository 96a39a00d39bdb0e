"""One appointment as a calendar file (iCalendar, RFC 5545), for the telephone of whoever goes.

A calendar is copied to other machines and shown on locked screens, so the file holds the kind, the case's reference
and a postcode district or borough: no name, no address, no number, nothing that somebody has typed about a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from casework.calendar import LONDON, local
from models import Appointment

MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75  # octets, without the line end
KINDS = {
    "office": "Appointment", "home_visit": "Visit", "phone": "Call", "video": "Video call",
    "accompaniment": "Going along", "aftercare": "After-care",
}  # fmt: skip
STATES = {"requested": "TENTATIVE", "offered": "TENTATIVE", "cancelled_client": "CANCELLED",
          "cancelled_office": "CANCELLED"}  # fmt: skip
OUTSIDE = ("home_visit", "accompaniment")
ONE_HOUR = timedelta(hours=1)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:[0-9][A-Z]{2})?")
# Since 1996 clocks in London change on the last Sundays of March and October, at 01:00 UTC.
_ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Europe/London",
    "BEGIN:DAYLIGHT", "TZNAME:BST", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "DTSTART:19960331T010000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT",
    "BEGIN:STANDARD", "TZNAME:GMT", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0000", "DTSTART:19961027T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
    "END:VTIMEZONE",
)  # fmt: skip


def write(appointment: Appointment, *, postcode: str | None = None) -> bytes:
    """Give the file of one saved appointment; of `postcode` only the district is kept, and only for visits.

    Its identity stays for as long as the appointment does, and its number rises with each change, so that a calendar
    replaces what it had; an appointment called off takes itself out.
    """
    text = "".join(f"{part}\r\n" for line in _lines(appointment, postcode) for part in folded(line))
    return text.encode()


def _lines(appointment: Appointment, postcode: str | None) -> Iterator[str]:
    state = STATES.get(appointment.status, "CONFIRMED")
    changed = f"{appointment.updated_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Casework//Appointments//EN", "CALSCALE:GREGORIAN")
    yield f"METHOD:{'CANCEL' if state == 'CANCELLED' else 'PUBLISH'}"
    yield from _ZONE
    yield from ("BEGIN:VEVENT", f"UID:{uid_of(appointment)}", f"SEQUENCE:{appointment.version - 1}")
    yield from (f"DTSTAMP:{changed}", f"LAST-MODIFIED:{changed}")
    yield _moment("DTSTART", appointment.starts_at)
    yield _moment("DTEND", appointment.ends_at)
    yield f"SUMMARY:{escaped(summary(appointment, postcode))}"
    yield from (f"STATUS:{state}", "CLASS:PRIVATE", "TRANSP:OPAQUE", "END:VEVENT", "END:VCALENDAR")


def uid_of(appointment: Appointment) -> str:
    """Give what the appointment is called in every calendar, for good: its number and when it was first written."""
    return f"{appointment.id}-{appointment.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}@casework.invalid"


def summary(appointment: Appointment, postcode: str | None = None) -> str:
    """Give "Visit 26-0060, E6": kind, reference, and for ways outside the district or the borough."""
    area = appointment.area.name if appointment.area is not None else ""
    where = (district_of(postcode) or area) if appointment.kind in OUTSIDE else ""
    case = appointment.case.ref if appointment.case is not None else ""
    named = " ".join(filter(None, (KINDS[appointment.kind], case)))
    return ", ".join(filter(None, (named, where)))


def district_of(postcode: str | None) -> str:
    """Give the district of a postcode, "E6" of "E6 1AB"; empty for anything that does not read as one."""
    found = _POSTCODE.fullmatch(re.sub(r"\s+", "", postcode or "").upper())
    return found.group(1) if found else ""


def _moment(name: str, moment: datetime) -> str:
    """Give a time on London clocks; in the hour that they show twice in October the time of the world instead."""
    if _comes_twice(moment):
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID=Europe/London:{local(moment):%Y%m%dT%H%M%S}"


def _comes_twice(moment: datetime) -> bool:
    shown = moment.astimezone(LONDON).replace(tzinfo=None)
    return any((moment + step).astimezone(LONDON).replace(tzinfo=None) == shown for step in (-ONE_HOUR, ONE_HOUR))


def escaped(text: str) -> str:
    """Give text as one value: what would end it or begin another line is escaped or left out."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = re.sub(r"\r\n?|\n|\u2028|\u2029", r"\\n", plain)
    return "".join(one for one in lines if one.isprintable())


def folded(line: str) -> Iterator[str]:
    """Cut a line into pieces of at most 75 octets, each after the first begun with a blank; no letter is cut."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    yield piece
