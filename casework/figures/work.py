"""What the office did: incidents written down, appointments and home visits, volunteers, requests for languages."""

from __future__ import annotations

from collections.abc import Sequence

from casework.figures.shapes import AN_HOUR, HALF_AN_HOUR, HELD, Chapter, Figure, Row, Section, Table, table_of
from casework.tallies.incidents import SEVERAL, IncidentsTally
from casework.tallies.meetings import BookedTally, GivenTally, VisitsTally
from models.appointments import Appointment
from models.declared import by_key

INCIDENTS, HARMED, VISITS = "incidents", "incident_people", "home_visits"
NO_SHOW, BY_CLIENT, BY_US, AHEAD = "not_attended", "cancelled_client", "cancelled_office", "ahead"
ENDS = (  # the key of the table, its name, its rule, the states that belong to it
    ("took_place", "Took place", "Appointments that took place.", ("attended",)),
    (NO_SHOW, "Client did not come", "The client did not come.", (NO_SHOW,)),
    (BY_CLIENT, "Cancelled by the client", "The client cancelled.", (BY_CLIENT,)),
    (BY_US, "Cancelled by us", "We cancelled.", (BY_US,)),
    (AHEAD, "Not held yet", "Asked for, offered or booked, and not marked as held.", ("requested", "offered",
                                                                                      "booked")),
)  # fmt: skip


def incidents(tally: IncidentsTally) -> Chapter:
    """Give the incidents by kind and by what they were perceived as, and who was met by several."""
    figures = (
        Figure(INCIDENTS, "Incidents", "Incidents that happened in the period, each once, whatever it was.",
               tally.number),
        Figure("incidents_told", "Incidents told to an agency", "Those of them that were reported to one agency at "
               "least, by us or by the client.", tally.told, of=INCIDENTS),
        Figure(HARMED, "People with an incident", "Different clients with an incident in the period.", tally.people),
        Figure("incident_repeat", "People with more than one", "Those of them with two incidents or more in the "
               "period.", tally.several_times, of=HARMED),
    )  # fmt: skip
    return Chapter("Incidents", figures, (_by_strand(tally),))


def _by_strand(tally: IncidentsTally) -> Section:
    def table(key: str, name: str, counted: str, fits) -> Table:
        rows = tuple(
            Row(f"{key}:{kind or 'unknown'}", words, sum(number for (one, strand), number in tally.mentions.items()
                                                         if one == kind and fits(strand)), fixed=kind is None)
            for kind, words in (*tally.kinds.items(), (None, "Kind not recorded"))
        )  # fmt: skip
        return table_of(key, name, counted, rows)

    whole = table("incident_kinds", "All", "Incidents of the period under each of their kinds: one that was a threat "
                  "and damage stands in both lines.", lambda _strand: True)  # fmt: skip
    parts = [
        *(table(f"strand_{key}", words, "Perceived as this alone.", lambda strand, key=key: strand == key)
          for key, words in tally.strands.items()),
        table("strand_several", "Several", "Perceived as more than one of these.", lambda strand: strand == SEVERAL),
        table("strand_unknown", "Not recorded", "Nothing written down.", lambda strand: strand is None),
    ]  # fmt: skip
    across = (("Perceived as", whole.key, tuple(one.key for one in parts)),)
    return Section("Incidents by kind", "Kind of incident", (whole, *parts), across, joined="Other kinds of incident")


def meetings(booked: Sequence[BookedTally], visits: VisitsTally) -> Chapter:
    """Give the appointments by kind and end, and by how many of us went on home visits."""
    figures = (
        Figure("visits_by_two", "Home visits by two of us or more", "Home visits that took place and to which two of "
               "us went; interpreters are not counted.", visits.by_two, of=VISITS),
        Figure("visits_alone", "Home visits by one alone, agreed to", "Home visits that took place and to which one "
               "went alone, with a reason and the manager's word for it.", visits.alone_agreed, of=VISITS),
    )  # fmt: skip
    return Chapter("Appointments and visits", figures, (_by_end(booked),))


def _by_end(booked: Sequence[BookedTally]) -> Section:
    kinds = by_key(Appointment)["kind"].info.choices

    def table(key: str, name: str, counted: str, states: Sequence[str], total: str = "") -> Table:
        rows = tuple(
            Row(_key(key, kind), words, sum(one.number for one in booked if one.kind == kind and one.status in states))
            for kind, words in kinds
        )
        return table_of(total or key, name, counted, rows, key)

    every = tuple(state for *_rest, states in ENDS for state in states)
    whole = table("booked", "All", "Appointments whose beginning lies in the period.", every)
    parts = [table(*one, total=HELD if one[0] == "took_place" else "") for one in ENDS]
    across = (("What became of them", whole.key, tuple(one.key for one in parts)),)
    return Section("Appointments by kind", "Kind", (whole, *parts), across)


def _key(table: str, kind: str) -> str:
    """A home visit that took place is the same number here and in the summary, so it has the same key."""
    return VISITS if (table, kind) == ("took_place", "home_visit") else f"{table}:{kind}"


def volunteers(given: GivenTally, whole_office: bool) -> Chapter:
    """Give what volunteers gave. They are no clients, so small numbers of them are not hidden."""
    other = (given.other_minutes + HALF_AN_HOUR) // AN_HOUR if whole_office else None
    figures = (
        Figure("volunteers_active", "Volunteers who gave time", "Different volunteers who interpreted, wrote, or gave "
               "other hours in the period.", given.volunteers, of_people=False),
        Figure("volunteer_other_hours", "Other hours given by volunteers", "Hours written down on a volunteer's page "
               "beside meetings and written work, in whole hours, halves rounded up. They belong to no case, so they "
               "stand only in the figures of the whole office.", other, of_people=False),
    )  # fmt: skip
    return Chapter("Volunteers", figures)
