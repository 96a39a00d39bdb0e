"""The course of an invented case: first contact, follow-ups, what came again, closing with permission, after-care."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import MappingProxyType

from casework.aftercare import permission, waiting_for
from casework.calendar import ONE_DAY, local
from casework.clients import is_safe_way
from casework.closing import tries
from models import Case, Client, Task
from seed.demo_clients import new_client
from seed.demo_consents import permit, permit_words
from seed.demo_dice import Dice
from seed.demo_file import (
    ANY_HOUR,
    OFFICE_HOURS,
    File,
    go_on,
    moment,
    note,
    note_of,
    open_again,
    put_off,
    task,
    tick_off,
)
from seed.demo_incidents import told_of
from seed.demo_meetings import meet
from seed.demo_plan import Plan
from seed.demo_plans import ask_how_they_stand, end_plan, go_on_with_plan, make_plan
from seed.demo_referrals import ask, point_on
from seed.demo_stage import Stage, Story, on
from seed.demo_texts import Scenario, Written

OUT_OF_HOURS = ("emergency_helpline", "answerphone", "text", "email")
RISKS = MappingProxyType({"low": 28, "medium": 56, "high": 16})
FOLLOW_UPS = MappingProxyType({1: 10, 2: 18, 3: 20, 4: 16, 5: 12, 6: 10, 8: 8, 10: 4, 13: 2})  # times: weight
GAP = (9, 27)  # days between two talks; three weeks is the office's own measure
SOURCES = MappingProxyType({
    "family_friend": 26, "self": 16, "place_of_worship": 10, "community_partner": 12, "online": 10, "school": 5,
    "tenants_association": 5, "advice_agency": 6, "outreach": 5, "not_asked": 5,
})  # fmt: skip
REASONS = MappingProxyType({
    "resolved": 34, "partly_resolved": 24, "not_reached": 8, "client_continues": 18, "client_ended": 6, "moved_away": 5,
    "passed_on": 5,
})  # fmt: skip
LONGEST_WAIT = 3  # days from the first contact to the opening
AFTERWARDS = 28  # days until somebody who is not rung may come back
LAST_WAY = "letter"  # the last message to somebody who does not answer
SAME_AGAIN, LIKELY_AGAIN = 60, 14  # percent
NOBODY_REACHED, REOPENED, HELD, COUNTED = 7, 3, 3, 40  # percent of cases
REFERRED, POINTED_ON, MEETING, MET_AGAIN = 22, 20, 58, 9  # percent; about thirty referrals a year, as published
LISTED_WEEKS, COMING_WEEKS, MET_LATELY = 26, 3, 65
PUT_OFF = ("Client away for two weeks", "Waiting for the school holidays to end", "Client asked for time to think")
BUSY_WEEKS, REFERRED_LATELY = 9, 45  # what is under way now is seen at work in the demonstration


def course(stage: Stage, plan: Plan) -> Story:
    """Play one planned case from its first contact to after-care."""
    dice = Dice("case", plan.number)
    yield on(plan.lead, plan.day)
    file = _opened(stage, plan, dice)
    _begin_beside(stage, file)
    yield from follow(stage, file, dice.weighed(FOLLOW_UPS))
    yield from finish(stage, file)


def _opened(stage: Stage, plan: Plan, dice: Dice) -> File:
    before = _returning(stage, plan, dice) if plan.returning else None
    client = before.client if before is not None else _newcomer(stage, plan, dice)
    scenario = _scenario(stage, before, client, dice)
    file = open_file(stage, plan, client, scenario, dice, previous=before)
    if client.kind == "individual" and scenario.kind == "nrpf_family":
        client.kind = "family"
    return file


def open_file(
    stage: Stage,
    plan: Plan,
    client: Client,
    scenario: Scenario,
    dice: Dice,
    *,
    previous: Case | None = None,
    first: Written | None = None,
    contact: datetime | None = None,
) -> File:
    """Open a case for a client, with the first talk and what was told in it."""
    contact = contact or _first_contact(stage, plan, dice)
    case = Case(
        ref=stage.reference(Case), client=client, kind=stage.code("case_kind", scenario.kind),
        title=scenario.title.capitalize(), status="open", opened_on=plan.day, lead=plan.lead.worker,
        area=stage.areas[plan.area], risk=dice.weighed(RISKS), first_contact_at=contact,
        first_contact_medium=plan.medium, previous=previous,
        source=stage.code("contact_source", "former_client" if previous else dice.weighed(SOURCES)),
    )  # fmt: skip
    file = File(case, scenario, plan.lead, dice, plan.day)
    stage.db.add(case)
    stage.keep += [case, client]
    stage.files.append(file)
    note(stage, file, first or stage.texts.note("first", dice, medium=plan.medium), at=contact)
    _told(stage, file, local(contact).date())
    return file


def _newcomer(stage: Stage, plan: Plan, dice: Dice) -> Client:
    return new_client(stage, dice, stage.areas[plan.area], "family" if dice.chance(20) else "individual")


def _returning(stage: Stage, plan: Plan, dice: Dice) -> Case | None:
    """Give a closed case of this caseworker's, whose client comes again."""
    former = stage.former[plan.lead.worker.id]
    return former.pop(dice.below(len(former))) if former else None


def _scenario(stage: Stage, before: Case | None, client: Client, dice: Dice) -> Scenario:
    """Give what brings somebody: often the same as before, and to a family what only families meet."""
    if before is not None and dice.chance(SAME_AGAIN):
        return next(one for one in stage.texts.scenarios if one.title.capitalize() == before.title)
    fitting = {one: one.weight for one in stage.texts.scenarios if one.kind != "nrpf_family" or client.kind == "family"}
    return dice.weighed(fitting)


def _first_contact(stage: Stage, plan: Plan, dice: Dice) -> datetime:
    """Give when they first rang, wrote or came: up to three days before the case is opened."""
    anytime = plan.medium in OUT_OF_HOURS
    for days in range(dice.between(0, 2), LONGEST_WAIT + 1):
        day = plan.day - days * ONE_DAY
        found = moment(day, ANY_HOUR if anytime else OFFICE_HOURS, dice)
        if found < stage.now and (anytime or stage.office.is_open_day(day)):
            return found
    return moment(plan.day, OFFICE_HOURS, dice)


def _told(stage: Stage, file: File, contact: date) -> None:
    """Write down what happened, and what came before it where that was told as well."""
    dice = file.dice
    day = contact - dice.between(1, 9) * ONE_DAY
    told_of(stage, file, file.scenario.what, day)
    if file.scenario.again and dice.chance(30):
        told_of(stage, file, file.scenario.again, day - dice.between(4, 60) * ONE_DAY)


def _begin_beside(stage: Stage, file: File) -> None:
    """Begin what runs beside the talks: a meeting, permissions, a referral, a signpost."""
    dice = file.dice
    if dice.chance(COUNTED):
        permit(stage, file, "statistics")
    if dice.chance(MEETING):
        meet(stage, file)
    if dice.chance(REFERRED_LATELY if _is_lately(stage, BUSY_WEEKS) else REFERRED):
        stage.begin(ask(stage, file))
    elif dice.chance(POINTED_ON):
        point_on(stage, file)


def follow(stage: Stage, file: File, times: int) -> Story:
    """Play the talks that follow; each ticks off what was to do and puts the next thing on the list."""
    dice = file.dice
    for place in range(times):
        yield from go_on(stage, file, _until_next_talk(stage, file))
        tick_off(file)
        note_of(stage, file, "follow")
        if not place and file.plan is None and _is_lately(stage, LISTED_WEEKS):
            make_plan(stage, file)
        go_on_with_plan(stage, file)
        if file.scenario.again and dice.chance(LIKELY_AGAIN):
            told_of(stage, file, file.scenario.again, file.day - dice.between(1, 3) * ONE_DAY)
            note_of(stage, file, "incident")
            file.case.risk = "high"
        if place == 1 and dice.chance(HELD):
            yield from _held(stage, file)
        if dice.chance(MET_LATELY if _is_lately(stage, COMING_WEEKS) else MET_AGAIN):
            meet(stage, file, kind="accompaniment" if dice.chance(30) else "")


def _until_next_talk(stage: Stage, file: File) -> int:
    """Give the days to the next talk, and put it on the list; a few talks are late, a few are put off.

    Long ago only now and then: nobody looks at what was ticked off years ago, and each takes its time to load.
    """
    dice, days = file.dice, file.dice.between(*GAP)
    if _is_lately(stage, LISTED_WEEKS) or dice.chance(35):
        task(stage, file, max(file.day + days * ONE_DAY, stage.day))
        if dice.chance(5):
            put_off(stage, file, 7, dice.pick(PUT_OFF))
    return days + (dice.between(2, 9) if dice.chance(15) else 0)


def _is_lately(stage: Stage, weeks: int) -> bool:
    return stage.day > stage.today - timedelta(weeks=weeks)


def _held(stage: Stage, file: File) -> Story:
    file.case.status = "on_hold"
    yield from go_on(stage, file, file.dice.between(30, 70))
    file.case.status = "open"


def finish(stage: Stage, file: File) -> Story:
    """Play the closing: with permission, once nothing is under way; then after-care, and now and then reopening."""
    dice = file.dice
    reached = not dice.chance(NOBODY_REACHED) or not is_safe_way(file.client, LAST_WAY)
    yield from _last_talk(stage, file) if reached else _nobody_there(stage, file)
    while file.threads:
        yield from go_on(stage, file, 7)
    if not reached and not _was_tried(stage, file):  # somebody came to a meeting after all
        yield from _last_talk(stage, file)
        reached = True
    tick_off(file)
    end_plan(stage, file)
    file.case.status = "closing"
    yield from go_on(stage, file, dice.between(3, 12))
    reason = dice.weighed(REASONS) if reached else "no_contact"
    file.case.closure_reason = stage.code("closure_reason", reason)
    file.case.closure_agreed = "client" if reached else "no_contact"
    file.case.status, file.case.closed_on = "closed", file.day
    yield from _after_care(stage, file)


def _last_talk(stage: Stage, file: File) -> Story:
    yield from go_on(stage, file, file.dice.between(*GAP))
    tick_off(file)
    note_of(stage, file, "closing")
    permit_words(stage, file)


def _nobody_there(stage: Stage, file: File) -> Story:
    """Three tries on different days and a last letter, as the office has promised itself."""
    for medium in ("phone", "text", "phone", LAST_WAY):
        yield from go_on(stage, file, file.dice.between(4, 9))
        note_of(stage, file, "no_contact", medium=medium)


def _was_tried(stage: Stage, file: File) -> bool:
    with stage.db.no_autoflush:  # what others have just written need not be saved for it
        found = tries(stage.db, file.case)
    return found.are_enough and found.message is not None


def _after_care(stage: Stage, file: File) -> Story:
    """Ring when it is due, where they agreed to it; a few come back at once, others may come with a new case."""
    dice, closed = file.dice, file.day
    yield on(file.lead, stage.day)
    for contact in _contacts(stage, file):
        yield from go_on(stage, file, (contact.due_on - file.day).days + dice.between(-2, 4))
        if contact.done_on is not None or not _may_be_rung(stage, file):
            break
        contact.done_on = file.day
        note_of(stage, file, "aftercare")
        if file.plan is not None:
            ask_how_they_stand(stage, file, "aftercare")
    if file.day == closed:
        yield from go_on(stage, file, AFTERWARDS)
    if dice.chance(REOPENED):
        yield from _reopened(stage, file)
    else:
        stage.former[file.lead.worker.id].append(file.case)


def _contacts(stage: Stage, file: File) -> list[Task]:
    with stage.db.no_autoflush:
        return waiting_for(stage.db, file.case)


def _may_be_rung(stage: Stage, file: File) -> bool:
    with stage.db.no_autoflush:
        return permission(stage.db, file.case, file.day) is not None


def _reopened(stage: Stage, file: File) -> Story:
    open_again(stage, file, "It has begun again")
    yield from follow(stage, file, file.dice.between(2, 4))
    yield from finish(stage, file)
