"""What a body is asked about its own figures, by its kind: one table, each question with how it is counted.

A question stands here and not among the office's words because its words and its count belong together: changed words
alone would lie beside a number of ours that counts something else. In a draft the words may still be changed. `ours`
names our own number of the same thing, `gap` the part of ours that raises the question, see casework.figures_gaps.
Source: migrant families statement (section 17 asked for and refused); empowering casework article (recording, repeat
incidents, rehousing, action against those responsible); what campaigns for families without public funds ask councils.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

REQUESTS, FAMILIES, PEOPLE, DAYS = "requests", "families", "people", "calendar days"
INCIDENTS, REPORTS, COMPLAINTS, HOMES = "incidents", "reports", "complaints", "homes"
BY_QUARTER = "quarter"


class Gap(NamedTuple):
    """A part of our own figures, what it is a part of ("" for nothing), and what it says of the agency's answers."""

    part: str
    whole: str
    words: str


class Question(NamedTuple):
    """One question. `ours` is a key of our own numbers, "" where we keep none."""

    topic: str
    text: str
    unit: str
    breakdown: str
    ours: str
    gap: Gap


def _asked(group: str) -> Gap:
    return Gap(f"{group}:asked", "all:asked", "requests of ours in this time asked for this")


def _unanswered(group: str) -> Gap:
    return Gap(f"{group}:unanswered", f"{group}:asked", "requests of ours had no answer")


def _refused(group: str) -> Gap:
    return Gap(f"{group}:refused", f"{group}:asked", "requests of ours were refused")


def _no_reason(group: str) -> Gap:
    return Gap(f"{group}:no_reason", f"{group}:refused", "refusals gave no reason")


def _late(group: str) -> Gap:
    return Gap(f"{group}:late", f"{group}:decided", "requests of ours were answered late or not at all by their day")


def _because(group: str, reason: str, words: str) -> Gap:
    return Gap(f"{group}:reason:{reason}", f"{group}:refused", words)


_CALLED = Gap(
    "incidents:mismatch", "incidents:told", "incidents were called something else than the client sees in them"
)
_AGAIN = Gap("incidents:repeat", "incidents:people", "clients had to report more than once")
_TOLD = Gap("incidents:told", "", "incidents of our clients were reported to them")

SECTION_17 = (
    Question("s17_requests", "How many requests for help under section 17 of the Children Act 1989 did you receive?",
             REQUESTS, "quarter, and what was asked for (assessment, accommodation, money)", "s17:asked",
             _asked("s17")),
    Question("s17_nrpf", "How many families with no recourse to public funds asked you for help under section 17?",
             FAMILIES, "quarter, lone parent or not, number of children", "",
             _because("s17", "immigration_status", "refusals named immigration status")),
    Question("s17_assessments", "How many assessments under section 17 did you carry out?", "assessments", BY_QUARTER,
             "assessment:accepted", _refused("assessment")),
    Question("s17_support", "How many requests for help under section 17 ended in support being given?", REQUESTS,
             "quarter, and what was given (accommodation, money, both)", "s17:accepted", _refused("s17")),
    Question("s17_refused", "How many requests for help under section 17 did you refuse?", REQUESTS,
             "quarter, and the reason you recorded", "s17:refused", _refused("s17")),
    Question("s17_no_reason", "How many refusals of help under section 17 gave no reason in writing?", "refusals",
             BY_QUARTER, "s17:no_reason", _no_reason("s17")),
    Question("s17_return", "How many families that asked for help under section 17 were offered only a journey to "
             "another country?", FAMILIES, BY_QUARTER, "s17:reason:return_to_country_offered",
             _because("s17", "return_to_country_offered", "refusals offered only a journey to another country")),
    Question("s17_undecided", "How many requests for help under section 17 that came in the period have had no "
             "decision to this day?", REQUESTS, BY_QUARTER, "s17:unanswered", _unanswered("s17")),
    Question("s17_median", "How many calendar days lay between request and decision under section 17, at the median?",
             DAYS, BY_QUARTER, "s17:median", _late("s17")),
    Question("s17_in_time", "How many requests for help under section 17 were decided within your own time limit?",
             REQUESTS, "quarter, and the limit that you used", "s17:in_time", _late("s17")),
)  # fmt: skip
POLICE = (
    Question("police_incidents", "How many racist incidents did you record, that is, incidents perceived to be racist "
             "by the victim or by any other person?", INCIDENTS, "quarter, borough, kind of offence",
             "incidents:told", _TOLD),
    Question("police_changed", "How many incidents that were reported to you as racist did you record, or later "
             "change, as something else?", INCIDENTS, "quarter, and what each was recorded as", "incidents:mismatch",
             _CALLED),
    Question("police_arrests", "In how many racist incidents was somebody arrested?", INCIDENTS, BY_QUARTER, "",
             _asked("reports")),
    Question("police_charges", "In how many racist incidents was somebody charged or summonsed?", INCIDENTS,
             BY_QUARTER, "", _asked("reports")),
    Question("police_no_action", "How many racist incidents did you close with no further action?", INCIDENTS,
             "quarter, and the reason or outcome code", "reports:refused", _refused("reports")),
    Question("police_repeat", "How many people reported more than one racist incident to you in the period?", PEOPLE,
             "two, three to five, more than five", "incidents:repeat", _AGAIN),
    Question("police_undecided", "How many reports of racist incidents of the period have had no outcome to this "
             "day?", REPORTS, BY_QUARTER, "reports:unanswered", _unanswered("reports")),
    Question("police_median", "How many calendar days lay between a report of a racist incident and your first answer "
             "in substance, at the median?", DAYS, BY_QUARTER, "reports:median", _late("reports")),
    Question("police_in_time", "How many reports of racist incidents were answered within your own time limit?",
             REPORTS, "quarter, and the limit that you used", "reports:in_time", _late("reports")),
)  # fmt: skip
HOUSING = (
    Question("housing_reports", "How many reports of racist harassment did you receive from your residents?", REPORTS,
             "quarter, and estate or ward", "reports:asked", _asked("reports")),
    Question("housing_changed", "How many reports of racist harassment did you record as something else, such as "
             "anti-social behaviour or a dispute between neighbours?", REPORTS, "quarter, and what each was "
             "recorded as", "incidents:mismatch", _CALLED),
    Question("housing_repeat", "How many residents reported racist harassment more than once in the period?", PEOPLE,
             "two, three to five, more than five", "incidents:repeat", _AGAIN),
    Question("moves_asked", "How many transfers or moves were asked for because of racist harassment?", REQUESTS,
             BY_QUARTER, "moves:asked", _asked("moves")),
    Question("moves_granted", "How many transfers or moves that were asked for because of racist harassment did you "
             "grant?", REQUESTS, BY_QUARTER, "moves:accepted", _refused("moves")),
    Question("housing_notices", "How many notices or injunctions did you serve or obtain against people responsible "
             "for racist harassment?", "notices", "quarter, and kind", "against:accepted", _refused("against")),
    Question("housing_protected", "How many homes did you protect after racist harassment, for example with cameras, "
             "locks or lighting?", HOMES, BY_QUARTER, "protect:accepted", _refused("protect")),
    Question("housing_undecided", "How many reports of racist harassment of the period have had no answer to this "
             "day?", REPORTS, BY_QUARTER, "reports:unanswered", _unanswered("reports")),
    Question("housing_no_reason", "How many refusals to act on a report of racist harassment gave no reason in "
             "writing?", "refusals", BY_QUARTER, "reports:no_reason", _no_reason("reports")),
    Question("housing_median", "How many calendar days lay between a report of racist harassment and your answer, at "
             "the median?", DAYS, BY_QUARTER, "reports:median", _late("reports")),
    Question("housing_in_time", "How many reports of racist harassment were answered within your own time limit?",
             REPORTS, "quarter, and the limit that you used", "reports:in_time", _late("reports")),
)  # fmt: skip
SHELTER = (
    Question("shelter_asked", "How many households with children asked you for somewhere to stay?", "households",
             "quarter, and lone parent or not", "shelter:asked", _asked("shelter")),
    Question("shelter_given", "How many households with children did you give somewhere to stay?", "households",
             "quarter, and for how many nights", "shelter:accepted", _refused("shelter")),
    Question("shelter_refused", "How many households with children did you turn away?", "households",
             "quarter, and the reason you recorded", "shelter:refused", _refused("shelter")),
    Question("shelter_no_reason", "How many households with children were turned away without a reason in writing?",
             "households", BY_QUARTER, "shelter:no_reason", _no_reason("shelter")),
    Question("shelter_nrpf", "How many of the households with children that you turned away had no recourse to public "
             "funds?", "households", BY_QUARTER, "",
             _because("shelter", "immigration_status", "refusals named immigration status")),
    Question("shelter_in_time", "How many households with children were given an answer on the day on which they "
             "asked?", "households", BY_QUARTER, "shelter:in_time", _late("shelter")),
    Question("shelter_median", "How many calendar days lay between a household with children asking for somewhere to "
             "stay and your decision, at the median?", DAYS, BY_QUARTER, "shelter:median", _late("shelter")),
)  # fmt: skip
ANY_BODY = (
    Question("body_reports", "How many reports of racist incidents did you receive?", REPORTS, BY_QUARTER,
             "incidents:told", _TOLD),
    Question("body_acted", "On how many reports of racist incidents did you act?", REPORTS,
             "quarter, and what was done", "reports:accepted", _refused("reports")),
    Question("body_undecided", "How many reports of racist incidents of the period have had no answer to this day?",
             REPORTS, BY_QUARTER, "reports:unanswered", _unanswered("reports")),
    Question("body_median", "How many calendar days lay between a report of a racist incident and your answer, at the "
             "median?", DAYS, BY_QUARTER, "reports:median", _late("reports")),
)  # fmt: skip
COMPLAINT_HANDLING = (
    Question("complaints_first", "How many complaints about how you dealt with racism, or with a request for help, did "
             "you receive at the first stage?", COMPLAINTS, BY_QUARTER, "complaints:asked", _asked("complaints")),
    Question("complaints_second", "How many complaints about how you dealt with racism, or with a request for help, "
             "were taken to the second stage or to a review?", COMPLAINTS, BY_QUARTER, "further:asked",
             _asked("further")),
    Question("complaints_upheld", "How many complaints about how you dealt with racism, or with a request for help, "
             "did you uphold in full or in part?", COMPLAINTS, "quarter and stage", "complaints:accepted",
             _refused("complaints")),
    Question("complaints_median", "How many calendar days lay between a complaint about how you dealt with racism, "
             "or with a request for help, and your answer, at the median?", DAYS, "stage",
             "complaints:median", _late("complaints")),
    Question("complaints_in_time", "How many complaints about how you dealt with racism, or with a request for help, "
             "were answered within the time of your procedure?", COMPLAINTS,
             "quarter and stage", "complaints:in_time", _late("complaints")),
)  # fmt: skip
SETS = MappingProxyType({
    "police": POLICE, "la_childrens_services": SECTION_17, "housing_association": HOUSING, "la_housing": HOUSING,
    "la_community_safety_asb": HOUSING, "la_homelessness": SHELTER, "emergency_accommodation": SHELTER,
    "local_authority": (*SECTION_17, *HOUSING, *SHELTER), "la_education": ANY_BODY, "la_other": ANY_BODY,
})  # fmt: skip
NOT_ASKED = ("community_partner", "advice_agency", "solicitor", "tenants_association", "private_landlord")
BY_TOPIC = MappingProxyType({
    one.topic: one for several in (*SETS.values(), ANY_BODY, COMPLAINT_HANDLING) for one in several
})  # fmt: skip


def questions_for(kind: str) -> tuple[Question, ...]:
    """Give the questions for an agency of a kind (its short word); none for those who are no public service."""
    if kind in NOT_ASKED:
        return ()
    return (*SETS.get(kind, ANY_BODY), *COMPLAINT_HANDLING)
