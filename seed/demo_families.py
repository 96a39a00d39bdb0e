"""Two long stories that a demonstration shows first: a family turned away, and a father who came back.

Source: migrant families statement (no recourse to public funds); empowering casework article (the case study).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from casework.calendar import ONE_DAY, local, utc_from_local
from casework.partners import answer_partner, came_to_us
from casework.tasks import finish
from models import ClientMember
from seed.demo_conduct import a_threat, need_of
from seed.demo_consents import permit
from seed.demo_file import File, go_on, incident, open_again, plain_note, task
from seed.demo_incidents import a_series
from seed.demo_meetings import meet
from seed.demo_plan import CAME_AGAIN, CAME_FIRST, NO_FUNDS
from seed.demo_plans import FIRST_TIME, SECOND_TIME, ask_how_they_stand, end_plan, plan_with
from seed.demo_referrals import ask
from seed.demo_stage import Staff, Stage, Story, on
from seed.demo_texts import MAN, WOMAN, Name
from seed.demo_told import before, opened, person

SATURDAY, WEEK, LATE_EVENING = 5, 7, time(23, 10)


def family_without_funds(stage: Stage, lead: Staff) -> Story:
    """A mother with two children, no recourse to public funds: turned away, complained, still waiting."""
    yield on(lead, before(stage, NO_FUNDS))
    client = person(stage, "ghanaian", WOMAN, "Newham", Name("Efua Amoah", "Efua Amoah"))
    client.kind, client.no_recourse, client.lone_parent = "family", "yes", True
    client.immigration = stage.code("immigration", "limited_leave_nrpf")
    for name, age in (("Kwesi", 7), ("Ama", 2)):
        client.members.append(ClientMember(name=name, relation=stage.code("relation", "child"), is_child=True,
                                           birth_year=stage.day.year - age))  # fmt: skip
    scenario = replace(stage.texts.scenario("family turned away by children's services"), again=None)
    file = opened(stage, client, lead, scenario, "emergency_helpline",
                   "Saturday night on the helpline, from a bus station with both children. Believed her and stayed on "
                   "the line while a friend came. The landlord had changed the lock. She wants the council asked in "
                   "writing, and not to be asked again why she came.", _saturday_night(stage))  # fmt: skip
    file.case.risk, file.case.destitute_from = "high", local(file.case.first_contact_at).date()
    need_of(stage, file)
    file.case.source = stage.code("contact_source", "community_partner")
    permit(stage, file, "statistics")
    _sent_to_us(stage, file, "Hackney Migrant Centre")
    for request, agency, answer in (
        ("s17_assessment", "Eastmere Council children's services", "refused_no_reason"),
        ("emergency_accommodation", "Ninepin Night Shelter", "no_response"),
        ("legal_advice", "Eastway Law Centre", "accepted"),
    ):
        stage.begin(ask(stage, file, request=request, agency=stage.agencies[agency], answer=answer))
    yield from go_on(stage, file, 12)
    plain_note(stage, file, "Told her what was said at the desk: no assessment, no reason, nothing in writing. She was "
               "urged to go back to where she was born. We write down who said it and when. A partner has found a "
               "room for nine nights.", "validation", "advocacy")  # fmt: skip
    a_threat(stage, file, "Eastmere Council children's services")
    stage.begin(ask(stage, file, request="complaint_stage1", answer="no_response",
                    agency=stage.agencies["Eastmere Council children's services"]))  # fmt: skip
    stage.begin(ask(stage, file, request="nrpf_condition_change", answer="accepted",
                    agency=stage.agencies["Tallow and Okonjo Solicitors"]))  # fmt: skip
    yield from go_on(stage, file, 10)
    plain_note(stage, file, "The room ends next week. Talked through what she wants to say to the council herself; we "
               "sit beside her.", "practical", "emotional")  # fmt: skip
    task(stage, file, before(stage, 2), "Ask the partner for three more nights")
    task(stage, file, stage.today, "Ring her before noon about the letter to the council")
    yield on(lead, before(stage, 5))
    meet(stage, file, kind="home_visit", first=stage.today + ONE_DAY)


def _saturday_night(stage: Stage) -> datetime:
    """Give ten past eleven on the Saturday before."""
    days = (stage.day.weekday() - SATURDAY) % WEEK or WEEK
    return utc_from_local(stage.day - days * ONE_DAY, LATE_EVENING)


def _sent_to_us(stage: Stage, file: File, partner: str) -> None:
    """A partner organisation sent them to us, with their agreement; we said yes the same day."""
    agency, wanted, name = stage.agencies[partner], stage.code("request", "other"), stage.words("data_scope", ("name",))
    permit(stage, file, "share_agency", agency=agency, purposes=[wanted], scope=name)
    stage.db.flush()
    came = came_to_us(stage.db, file.case, agency, wanted, name, on=file.day)
    answer_partner(stage.db, came, stage.code("outcome", "accepted"), "email")
    finish(stage.db, "referral", came)


def came_back(stage: Stage, lead: Staff) -> Story:
    """A father who came three times with the same neighbour; the last case was closed and opened again."""
    yield on(lead, before(stage, CAME_FIRST))
    client = person(stage, "caribbean", MAN, "Newham", Name("Everton Pinnock", "Everton Pinnock"))
    client.kind = "family"
    scenario = stage.texts.scenario("harassment by the neighbour")
    first = opened(stage, client, lead, scenario, "phone",
                    "Rang after the third broken plant pot. The housing officer calls it a clash of lifestyles. We "
                    "believe him; a diary is begun today.")  # fmt: skip
    yield from _closed(stage, first, 60, "The neighbour was warned in writing and it has been quiet for a month.")
    yield on(lead, before(stage, CAME_AGAIN))
    second = opened(stage, client, lead, scenario, "emergency_helpline",
                     "It has begun again, with the same words, now at the daughter's window. The police put it down "
                     "as criminal damage, not racial. He wants that put right.")  # fmt: skip
    second.case.previous = first.case
    permit(stage, second, "statistics")
    stage.begin(ask(stage, second, request="record_as_hate_incident", agency=stage.agencies["Eastway Police"],
                    answer="refused_reason_given"))  # fmt: skip
    yield from go_on(stage, second, 45)
    while second.threads:
        yield from go_on(stage, second, 14)
    plan_with(stage, second, FIRST_TIME)
    ask_how_they_stand(stage, second, "intake")
    yield from _closed(stage, second, 14, "A camera is up and a move has been promised by the landlord.")
    yield on(lead, before(stage, 26))
    yield from _again(stage, second)


def _closed(stage: Stage, file: File, days: int, why: str) -> Story:
    yield from go_on(stage, file, days)
    plain_note(stage, file, f"{why} Agreed with him to close, and how to come back.", "validation")
    end_plan(stage, file)
    file.case.status = "closing"
    yield from go_on(stage, file, 7)
    file.case.closure_reason = stage.code("closure_reason", "partly_resolved")
    file.case.closure_agreed, file.case.status, file.case.closed_on = "client", "closed", file.day


def _again(stage: Stage, file: File) -> Story:
    """The camera was torn down: the same case goes on."""
    open_again(stage, file, "The camera was torn down and the shouting is back")
    incident(stage, file, "They tore the camera off the wall in the night and left it on our mat.", file.day - ONE_DAY)
    a_series(stage, file)
    file.case.risk = "high"
    plan_with(stage, file, SECOND_TIME)
    ask_how_they_stand(stage, file, "review")
    task(stage, file, stage.today, "Ring the landlord's director about the meeting")
    meet(stage, file, kind="accompaniment", first=stage.today + 2 * ONE_DAY)
    yield on(file.lead, before(stage, 9))
    stage.begin(ask(stage, file, request="rehouse_transfer", agency=stage.agencies["Marsh Lane Homes"],
                    answer="no_response"))  # fmt: skip
