"""Tables saved by name from the first day: those that official statistics of racist incidents print, and our own.

Source: the Scottish Government's bulletin of racist incidents, 2010-11, whose four sets (incidents, victims,
perpetrators, crimes) these follow; what our records cannot give stands in `NOT_HELD` with the reason.
"""

from __future__ import annotations

from typing import NamedTuple

from casework.table_counts import NOT_COMPARED, PERIOD_BEFORE


class Official(NamedTuple):
    """One table by name: what it counts, by what, how, compared with what."""

    key: str
    name: str
    of: str
    rows: str
    columns: str = ""
    measure: str = "each"
    compared: str = NOT_COMPARED


OFFICIAL = (
    Official("incidents_by_area", "Incidents by local authority", "incidents", "area", compared=PERIOD_BEFORE),
    Official("incidents_by_location", "Incidents by location", "incidents", "place", compared=PERIOD_BEFORE),
    Official("incidents_by_quarter", "Incidents by quarter", "incidents", "quarter"),
    Official("incidents_by_weekday", "Incidents by day of the week", "incidents", "weekday", compared=PERIOD_BEFORE),
    Official("incidents_by_who_says", "Incidents by who first said so", "incidents", "perceived_by",
             compared=PERIOD_BEFORE),
    Official("incidents_by_kind", "What was done in the incidents", "incidents", "types", compared=PERIOD_BEFORE),
    Official("kind_by_strand", "Kind of incident and what it is perceived to be about", "incidents", "types",
             "strands"),
    Official("victims_by_language", "Victims by main language", "incidents", "language", measure="people"),
    Official("victims_by_age", "Victims by age", "incidents", "age", measure="people"),
    Official("victims_by_times_before", "Victims by number of earlier incidents", "incidents", "previous_count",
             measure="people"),
    Official("perpetrators_by_relation", "Perpetrators by relation to the victim", "incidents", "perpetrators",
             compared=PERIOD_BEFORE),
    Official("cases_by_quarter", "New cases by kind and quarter", "cases", "case_kind", "quarter"),
    Official("answers_by_agency", "What agencies answered, by kind of agency", "requests", "agency_kind", "outcome"),
    Official("in_time_by_agency", "Answers in time, by kind of agency", "requests", "agency_kind", "timing"),
    Official("turned_away", "Services turned away, and why", "turned_away", "service", "reason"),
)  # fmt: skip
BY_KEY = {one.key: one for one in OFFICIAL}

NOT_HELD = (
    ("Incidents by police force area", "Only the borough is kept; one force covers all of ours."),
    ("Incidents by who first reported them to the police", "We keep who says so and which agencies were told, not who "
     "rang the police."),
    ("Crimes recorded as part of incidents", "Crimes are the police's record. We keep what an agency calls an "
     "incident, beside what the client sees."),
    ("Victims and perpetrators by ethnic group", "Nobody is asked for their ethnic group in casework: no rule of ours "
     "needs it, and a list of it could hurt."),
    ("Victims by gender", "No gender of clients is kept; pronouns are in their own words."),
    ("Perpetrators by language, age and gender", "Of perpetrators only the relation to the client is kept, so that no "
     "file describes a person who never spoke with us."),
)  # fmt: skip
