"""The single figures: what the office says of itself every year, what was done, and the caseload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.figures.shapes import (
    AN_HOUR,
    AWAY,
    ENQUIRIES,
    HALF_AN_HOUR,
    HELD,
    NEW,
    PEOPLE,
    SENT,
    UNMET,
    WORKED_ON,
    Figure,
    Section,
    number_of,
    people_in,
    referrals_in,
    total_of,
)
from casework.tallies import ClientTally, KindTally, LanguageTally, MeetingTally, RequestTally

# What the office has said of itself every year


def statements(cases: Sequence[KindTally], sent: Sequence[RequestTally]) -> Iterator[Figure]:
    """Source: the casework reports of 2006-07 and 2007-08, which give these figures and no others."""
    yield Figure(NEW, "Number of cases", RULES[NEW], total_of(cases, "new"))
    yield Figure(SENT, "Referrals to outside organisations", RULES[SENT], number_of(referrals_in(sent)))
    for key, name, counted in (
        ("by_helpline", "New cases that came by the emergency helpline",
         "New cases whose first contact came by the emergency helpline."),
        ("with_public_body", "New cases that needed work with statutory bodies",
         "New cases with at least one referral to a public body, sent up to the last day of the period."),
        ("with_lawyer", "New cases that needed a lawyer",
         "New cases with at least one referral or signpost, up to the last day of the period, to a solicitor or law "
         "centre, or to anybody for legal advice or representation."),
    ):  # fmt: skip
        yield Figure(key, name, counted, total_of(cases, key), of=NEW)


RULES = {
    NEW: "Cases opened in the period. An enquiry becomes a case on the day it is opened. A reopened case keeps its "
         "first day, so it is new only once; a case recorded twice counts once.",
    SENT: "Referrals sent in the period to organisations outside; one case sent to three of them counts three times. "
          "Complaints, requests for information and signposts are counted apart.",
    ENQUIRIES: "First contacts in the period that had not become a case by its last day.",
    PEOPLE: "Each person or family counts once, however often we met: a first contact, a case opened, a talk noted, an "
            "appointment that took place, a referral or a signpost in the period.",
    HELD: "Appointments in the period that took place, of every kind: at the office, at home, by telephone or video, "
          "going along, after-care.",
    UNMET: "Requests for an interpreter or for written work, for a day in the period, for which nobody was found.",
}  # fmt: skip


# The summary


def summary(
    areas: Section, sent: Sequence[RequestTally], met: Sequence[MeetingTally], reached: Sequence[ClientTally],
    away: tuple[int, int], spoken: Sequence[LanguageTally],
) -> Iterator[Figure]:  # fmt: skip
    held = [one for one in met if one.took_place]
    interpreted = [one for one in held if one.was_interpreted]
    yield Figure(ENQUIRIES, "Enquiries that did not become cases", RULES[ENQUIRIES], areas.tables[1].total.number)
    yield Figure(PEOPLE, "People and families reached", RULES[PEOPLE], number_of(people_in(reached)))
    yield Figure(
        "organisations", "Organisations reached", "Counted as people are, but apart from them: places of worship and "
        "others who came to us as a body.", number_of(one for one in reached if one.kind == "organisation"),
    )  # fmt: skip
    yield Figure(
        "complaints", "Complaints to agencies", "Complaints and requests for a review sent in the period, each "
        "stage for itself. They are no referrals.", number_of(one for one in sent if one.sort == "complaint"),
    )  # fmt: skip
    yield Figure(
        "information_requests", "Requests for information", "Requests sent in the period to be told something: under "
        "freedom of information, or a copy of the client's own records.",
        number_of(one for one in sent if one.sort == "information_request"),
    )  # fmt: skip
    yield Figure(
        "signposts", "Signposts", "How often a client was told in the period where else to go; nothing was sent.",
        number_of(one for one in sent if one.sort == "signpost"),
    )  # fmt: skip
    yield Figure(
        "came_to_us", "Referrals to us", "How often another organisation sent somebody to us in the period.",
        number_of(one for one in sent if one.sort == "referral_in"),
    )  # fmt: skip
    yield Figure(
        AWAY, "Turned away and advised", "Services that somebody asked for in the period and that we could not give. "
        "Each was advised all the same. Services are counted, not people.", away[0],
    )  # fmt: skip
    yield Figure(
        "sent_on", "Turned away, advised and told of somebody nearer", "Those of them with a signpost or a referral.",
        away[1], of=AWAY,
    )  # fmt: skip
    yield Figure(HELD, "Appointments", RULES[HELD], number_of(held))
    yield Figure(
        "home_visits", "Home visits", "Appointments in the period that took place at the client's home.",
        number_of(one for one in held if one.is_home_visit), of=HELD,
    )  # fmt: skip
    yield Figure(
        "interpreted", "Appointments with an interpreter",
        "Appointments in the period that took place with an interpreter.", number_of(interpreted), of=HELD,
    )  # fmt: skip
    yield Figure(
        "languages_interpreted", "Languages interpreted", "Different languages in which an interpreter took part in an "
        "appointment that took place.", len({one.language_id for one in interpreted}), of_people=False,
    )  # fmt: skip
    yield Figure(
        "volunteer_hours", "Hours interpreted or written by volunteers", "Time that volunteers gave in the period to "
        "meetings that took place and to written work, in whole hours, halves rounded up.",
        (sum(one.minutes for one in spoken) + HALF_AN_HOUR) // AN_HOUR, of_people=False,
    )  # fmt: skip
    yield Figure(UNMET, "Requests for a language that were not met", RULES[UNMET], sum(one.unmet for one in spoken))


# The caseload


def caseload(cases: Sequence[KindTally]) -> Iterator[Figure]:
    """Open at start + new + reopened = closed + open at end, since what was opened is closed or open still."""
    names = ("at_start", "new", "reopened", "closed", "at_end")
    start, new, again, closed, end = (total_of(cases, name) for name in names)
    yield Figure(
        "cases_at_start", "Open at the start", "Cases opened before the period and not closed before it.", start,
    )  # fmt: skip
    yield Figure(NEW, "New", RULES[NEW], new)
    yield Figure(
        "cases_reopened", "Reopened", "How often a closed case was opened again in the period. Reopenings from before "
        "the office kept their days are not known: such a case counts as open all the time.", again,
    )  # fmt: skip
    yield Figure(
        WORKED_ON, "All these together", "Open at the start, new and reopened. What was closed and what is open at the "
        "end make up the same.", start + new + again,
    )  # fmt: skip
    yield Figure("cases_closed", "Closed", "How often a case was closed in the period.", closed)
    yield Figure("cases_at_end", "Open at the end", "Cases open on the evening of the last day.", end)
