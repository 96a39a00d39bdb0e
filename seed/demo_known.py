"""The stories that a demonstration shows first, each with its own people: told in the weeks before today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from casework.calendar import ONE_DAY, utc_from_local
from casework.consent import withdraw
from casework.travel import travel_times
from casework.visits import schedule
from models import Agency, Case, Client, Code, Conflict, Consent, Referral
from seed.demo_consents import permit
from seed.demo_dice import Dice
from seed.demo_families import came_back, family_without_funds
from seed.demo_file import File, go_on, incident, plain_note, task
from seed.demo_meetings import HOURS, meet, place_of, reminder_of
from seed.demo_plan import SIGNED, TO_SEND, TO_VISIT, TOOK_BACK, WORSHIP
from seed.demo_referrals import ask
from seed.demo_stage import Entry, Staff, Stage, Story, on
from seed.demo_texts import MAN, WOMAN, Name
from seed.demo_told import before, opened, person

ITEMS = ("name", "contact_details", "incident_dates", "incident_details")
LATE_EVENING, WRITTEN_DOWN = time(23, 10), time(23, 30)
MORNING = time(11, 0)


def known_stories(stage: Stage) -> Iterator[Story]:
    """Give each of them."""
    first, second, manager = (stage.staff[name] for name in ("caseworker1", "caseworker2", "manager"))
    yield family_without_funds(stage, first)
    yield came_back(stage, first)
    yield _signs(stage, first)
    yield _ready_to_send(stage, first)
    yield _last_night(stage, first)
    yield _place_of_worship(stage, second)
    yield _visit_to_come(stage, second)
    yield _withdrew(stage, second)
    yield _from_croydon(stage, second)
    yield _alone(stage, manager, first)


def _signs(stage: Stage, lead: Staff) -> Story:
    """A man who signs; the emergency line cannot take a text phone, so he writes."""
    yield on(lead, before(stage, SIGNED))
    client = person(stage, "caribbean", MAN, "Newham", Name("Clive Alleyne", "Clive Alleyne"))
    client.language, client.interpreter, client.text_relay = stage.languages["British Sign Language"], "signed", True
    client.safe_contact, client.safe_note, client.mobility_need = "only_times", "By text, mornings", True
    scenario = stage.texts.scenario("pushed off the pavement")
    file = opened(stage, client, lead, scenario, "email",
                  "Wrote by e-mail, since he signs and the helpline has no text phone. Answered the same day and asked "
                  "how he would like to meet.")  # fmt: skip
    meet(stage, file, kind="office", first=stage.today)
    task(stage, file, stage.today + 2 * ONE_DAY, "Confirm the room on the ground floor by e-mail")


def _ready_to_send(stage: Stage, lead: Staff) -> Story:
    """A draft with the permission that covers it: one look, and it can go."""
    yield on(lead, before(stage, TO_SEND))
    client = person(stage, "nigerian", WOMAN, "Barking and Dagenham", Name("Bisola Ogunleye", "Bísọ́lá Ògúnléyẹ"))
    file = opened(stage, client, lead, stage.texts.scenario("filth through the letter box"), "phone",
                  "Rang from work. Has cleaned it up three times and told nobody at home. Wants a camera on the "
                  "landing.")  # fmt: skip
    agency, wanted = stage.agencies["Rodingside Council community safety"], stage.code("request", "protect_or_cctv")
    items = stage.words("data_scope", ITEMS)
    permit(stage, file, "share_agency", agency=agency, purposes=[wanted], scope=items)
    stage.db.add(_draft(stage, file, agency, wanted, items))
    task(stage, file, stage.today + ONE_DAY, "Read the draft to her, then send it")


def _draft(stage: Stage, file: File, agency: Agency, wanted: Code, items: list[Code]) -> Referral:
    return Referral(case=file.case, agency=agency, kind="referral_out", status="draft", request=wanted, items=items,
                    reason=f"We ask for an answer in writing. {file.scenario.what}")  # fmt: skip


def _place_of_worship(stage: Stage, lead: Staff) -> Story:
    """Source: service statement, "Client group": now and then an organisation, such as a place of worship."""
    yield on(lead, before(stage, WORSHIP))
    client = person(stage, "somali", MAN, "Tower Hamlets", Name("Tidemill Mosque and Community Hall", "مسجد تايدميل"))
    client.kind, client.org_contact, client.date_of_birth = "organisation", "Idris Warsame, secretary", None
    client.email, client.immigration = "office@tidemill.example.org", None
    told = replace(
        stage.texts.scenario("words sprayed on the door"), place="worship", title="Place of worship attacked",
        types=("attack_on_worship", "graffiti_common"), strands=("race", "religion_belief"),
        agency_kind="la_community_safety_asb", request="protect_or_cctv",
        what="Paint over the notice board and the women's entrance, found before the early prayer.",
    )  # fmt: skip
    file = opened(stage, client, lead, told, "phone",
                  "The secretary rang for the committee. They have photographs of all three attacks and want the "
                  "entrance made safe before the winter.")  # fmt: skip
    for days, what in ((2, "Eggs and bottles against the wall during the evening class."),
                       (9, "A bin set alight beside the gate.")):  # fmt: skip
        incident(stage, file, what, file.day - days * ONE_DAY)
    stage.begin(ask(stage, file, answer="accepted_in_part"))
    yield from go_on(stage, file, 8)
    plain_note(stage, file, "Met the committee. They will speak at the ward meeting themselves; we bring the dates.",
               "practical", "advocacy", medium="meeting", minutes=70)  # fmt: skip
    meet(stage, file, kind="accompaniment", first=stage.today + 3 * ONE_DAY)
    task(stage, file, before(stage, 1), "Send the committee the list of dates")


def _visit_to_come(stage: Stage, lead: Staff) -> Story:
    """A home visit in Sylheti, by two people and with a woman to interpret; one volunteer knows the family."""
    yield on(lead, before(stage, TO_VISIT))
    client = person(stage, "sylheti", WOMAN, "Tower Hamlets", Name("Amina Khatun", "আমিনা খাতুন"))
    client.language, client.interpreter, client.interpreter_gender = stage.languages["Sylheti"], "spoken", "female"
    client.mobility_need, client.dialect = True, "Beanibazar"
    client.safe_contact, client.safe_note = "only_times", "10:00 to 14:30, when the sons are at work"
    scenario = stage.texts.scenario("stones thrown at the house")
    file = opened(stage, client, lead, scenario, "phone",
                  "Her granddaughter rang for her and put her on. She cannot come down the stairs and wants a woman to "
                  "interpret, not from the same building.")  # fmt: skip
    neighbour = next(one for one in stage.volunteers if one.name == "Rahima Bibi")
    stage.db.add(Conflict(worker=neighbour, client=client, reason="Lives in the same building", declared_on=file.day))
    stage.db.flush()
    stage.kept_apart.add((neighbour.id, client.id))
    meet(stage, file, kind="home_visit", first=stage.today + ONE_DAY)
    task(stage, file, stage.today, "Ring her between 10:00 and 14:30 about the visit")


def _withdrew(stage: Stage, lead: Staff) -> Story:
    """Somebody takes a permission back: what was sent stays on record, the next draft stops at the gate."""
    yield on(lead, before(stage, TOOK_BACK))
    client = person(stage, "turkish", WOMAN, "Waltham Forest", Name("Gulsen Celik", "Gülşen Çelik"))
    file = opened(stage, client, lead, stage.texts.scenario("repairs left undone for everybody but us"), "visit",
                  "Came with her neighbour. Has a folder of letters and no answer. Wants the landlord asked "
                  "why.")  # fmt: skip
    agency, wanted = stage.agencies["Old Ropewalk Housing"], stage.code("request", "repairs")
    stage.begin(ask(stage, file, request="repairs", agency=agency, answer="refused_no_reason"))
    yield from go_on(stage, file, 22)
    for consent in [one for one in stage.keep if isinstance(one, Consent) and one.client is client]:
        withdraw(stage.db, consent)
    stage.db.add(_draft(stage, file, agency, wanted, stage.words("data_scope", ITEMS)))
    plain_note(stage, file, "She has taken back her permission for the landlord: an officer spoke of it to a "
               "neighbour. The second letter stays in the drawer until she decides.", "validation")  # fmt: skip
    file.case.status = "on_hold"


def _from_croydon(stage: Stage, lead: Staff) -> Story:
    """A caller from outside the area who has not been advised yet."""
    yield on(lead, before(stage, 1))
    client = person(stage, "tamil", MAN, "Croydon", Name("Kumaran Nathan", "குமரன் நாதன்"))
    scenario = stage.texts.scenario("called names by the foreman")
    file = _enquiry(stage, client, lead, scenario.title, utc_from_local(stage.day, MORNING), "phone")
    plain_note(stage, file, "Lives in Croydon. Listened; we ring back with his rights and with somebody near him.",
               "validation", at=file.case.first_contact_at)  # fmt: skip
    task(stage, file, stage.today, "Advise, and find an organisation in Croydon")


def _enquiry(stage: Stage, client: Client, lead: Staff, title: str, contact: datetime, medium: str) -> File:
    scenario = stage.texts.scenario(title)
    case = Case(ref=stage.reference(Case), client=client, kind=stage.code("case_kind", scenario.kind), status="enquiry",
                title=title.capitalize(), lead=lead.worker, area=client.area, first_contact_at=contact,
                first_contact_medium=medium)  # fmt: skip
    stage.db.add(case)
    stage.keep.append(case)
    return File(case, scenario, lead, Dice("known", title), stage.day)


def _last_night(stage: Stage, lead: Staff) -> Story:
    """A call to the emergency helpline late last night, written down by whoever was on duty."""
    rang = stage.today - ONE_DAY
    yield Entry(lead, utc_from_local(rang, WRITTEN_DOWN), exactly=True)
    client = person(stage, "eritrean", WOMAN, "Newham", Name("Selam", "ሰላም"))
    client.language, client.interpreter = stage.languages["Tigrinya"], "spoken"
    client.safe_contact, client.address = "no_voicemail", None
    file = _enquiry(stage, client, lead, "windows broken", utc_from_local(rang, LATE_EVENING), "emergency_helpline")
    file.case.risk = "high"
    plain_note(stage, file, "Rang at ten past eleven. A window at the front was broken while the children slept. Gave "
               "only her first name; her cousin put it into English. Safe at the cousin's until the morning.",
               "validation", "emotional", medium="emergency_helpline", at=file.case.first_contact_at)  # fmt: skip
    task(stage, file, stage.today, "Ring back first thing; ask for a Tigrinya speaker")


def _alone(stage: Stage, manager: Staff, lead: Staff) -> Story:
    """A visit by one person, which only the manager may approve, with a reason and a call afterwards."""
    yield on(manager, before(stage, 12))
    file = next(one for one in stage.files if one.lead is lead and one.is_running)
    hour = _free_hour(stage, file, stage.open_day(stage.day + 2 * ONE_DAY))
    if hour is None:
        return
    file.threads += 1
    visit = schedule(
        stage.db, file.case, "home_visit", hour, 60, lead=lead.worker, requested_on=stage.day,
        cannot_attend_reason="Not well enough to travel",
        lone_reason="Client asked that only her caseworker comes",
        check_in_plan="Rings the office before and after; the manager rings at 12:15 if nothing was heard",
    )  # fmt: skip
    stage.book.take([lead.worker, file.client], hour, place_of(stage, file, "home_visit"))
    stage.keep.append(visit)
    yield Entry(lead, visit.ends_at)
    visit.status, visit.id_carried = "attended", True
    reminder_of(stage, file, visit).done_on = stage.day
    file.threads -= 1


def _free_hour(stage: Stage, file: File, day: date) -> datetime | None:
    hours = (utc_from_local(day, time(clock)) for clock in HOURS)
    place, travel = place_of(stage, file, "home_visit"), travel_times(stage.db)
    free = (hour for hour in hours if stage.book.is_free(file.client, hour))
    return next((hour for hour in free if stage.book.can_come(file.lead.worker, hour, place, travel)), None)
