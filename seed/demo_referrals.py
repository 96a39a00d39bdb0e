"""What the invented office asks of agencies, and what they answer, in time, late or never."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType

from casework.calendar import ONE_DAY
from casework.consent import withdraw
from casework.recall import ask_back, came_back
from casework.referrals import acknowledge, no_response, respond, send, withdraw_referral
from casework.told import tell_client
from models import Agency, Code, Consent, Referral
from seed.demo_agencies import PARTNERS, agency_of
from seed.demo_consents import permit
from seed.demo_dice import Deck, Dice
from seed.demo_file import OFFICE_HOURS, File, moment, note_of
from seed.demo_stage import Stage, Story, on

ALWAYS = ("name", "contact_details", "incident_dates")
OFTEN = ("address", "incident_details", "household_and_childrens_ages", "photographs", "letters_and_documents",
         "language_and_access_needs")  # fmt: skip
CHANNELS = ("email", "email", "letter", "letter", "phone", "meeting")
# Of each round of answers; every answer comes up in every round. What bodies do is told as the seeds tell it.
OF_BODIES = MappingProxyType({
    "accepted": 6, "accepted_in_part": 4, "refused_reason_given": 4, "refused_no_reason": 5, "no_response": 3,
    "answers_late": 2,
    "redirected": 2, "not_eligible_in_law": 1, "withdrawn_by_client": 1, "unknown": 1, "taken_back": 1,
})  # fmt: skip
OF_HELPERS = MappingProxyType({"accepted": 9, "accepted_in_part": 2, "redirected": 2, "refused_reason_given": 1})
OF_PARTNERS = MappingProxyType({"accepted": 1})
REFUSALS = MappingProxyType({
    "s17_assessment": ("not_destitute", "evidence_not_believed", "return_to_country_offered", "child_not_in_need"),
    "s17_accommodation": ("support_network_assumed", "not_our_area", "not_destitute"),
    "emergency_accommodation": ("no_funds_no_staff", "immigration_status"),
    "rehouse_transfer": ("no_funds_no_staff", "not_our_area"),
})  # fmt: skip
OTHER_REFUSALS = ("other", "no_funds_no_staff", "told_orally_only", "evidence_not_believed")
FURTHER = MappingProxyType({"complaint_stage1": "complaint_stage2"})
SILENCE = ("no_response", "answers_late")
CHASES = (2, 9)  # days after the answer was due
NO_STANDARD = 20  # days after which we ask where no standard sets a day
HELPERS = ("solicitor", "solicitor", "advice_agency", "community_partner")
POINTED_FOR = ("legal_advice", "legal_advice", "counselling", "other")
LATE = 40  # percent of answers that come after their day


def ask(stage: Stage, file: File, *, request: str = "", agency: Agency | None = None, answer: str = "",
        previous: Referral | None = None) -> Story:  # fmt: skip
    """Play one referral: permission and draft, sending, and what comes back."""
    dice, lead = file.dice, file.lead
    agency = agency or agency_of(stage, file.scenario.agency_kind, _area(file), dice)
    if agency is None:
        return
    file.threads += 1
    yield on(lead, stage.day)
    referral, consent = _written(stage, file, agency, request or file.scenario.request, previous)
    yield on(lead, stage.day)
    answer = answer or _answers(stage, agency).deal()
    if answer == "taken_back":
        withdraw_referral(stage.db, referral)
    else:
        send(stage.db, referral, dice.pick(CHANNELS))
        yield from _answered(stage, file, referral, answer)
    file.threads -= 1
    yield from _afterwards(stage, file, referral, consent)


def _written(
    stage: Stage, file: File, agency: Agency, request: str, previous: Referral | None
) -> tuple[Referral, Consent]:
    """Write the draft, and the permission that goes with it."""
    dice, wanted = file.dice, stage.code("request", request)
    items = stage.words("data_scope", (*ALWAYS, *dice.some(OFTEN, dice.between(0, 3))))
    consent = permit(stage, file, "share_agency", agency=agency, purposes=[wanted], scope=items)
    referral = Referral(
        case=file.case, agency=agency, kind="referral_out", status="draft", request=wanted, items=items,
        reason=_reason(file), urgent=dice.chance(15), previous=previous,
    )  # fmt: skip
    stage.db.add(referral)
    stage.keep.append(referral)
    return referral, consent


def point_on(stage: Stage, file: File) -> None:
    """Tell the client where to ask themselves; nothing leaves the office."""
    agency = agency_of(stage, file.dice.pick(HELPERS), _area(file), file.dice)
    if agency is not None:
        told = Referral(case=file.case, agency=agency, kind="signpost", status="closed", sent_on=file.day,
                        request=stage.code("request", file.dice.pick(POINTED_FOR)))  # fmt: skip
        stage.db.add(told)


def _area(file: File) -> str:
    return file.case.area.name if file.case.area is not None else ""


def _reason(file: File) -> str:
    return f"Our client asks for an answer in writing. {file.scenario.what}"


def _answers(stage: Stage, agency: Agency) -> Deck[str]:
    """Give the round of answers that agencies of this sort are dealt from."""
    if agency.name in PARTNERS:
        name, cards = "partners", OF_PARTNERS
    elif agency.tier == "community":
        name, cards = "helpers", OF_HELPERS
    else:
        name, cards = "bodies", OF_BODIES
    return stage.answers.setdefault(name, Deck(cards, Dice("answers", name)))


def _answered(stage: Stage, file: File, referral: Referral, answer: str) -> Story:
    """Play what comes back, each on its own day."""
    dice, lead = file.dice, file.lead
    confirmed = stage.open_day(stage.day + dice.between(2, 5) * ONE_DAY)
    if dice.chance(45):
        yield on(lead, confirmed)
        acknowledge(stage.db, referral, on=confirmed)
    if answer in SILENCE:
        yield from _silent(stage, file, referral, answers=answer != "no_response")
        return
    answered = _answer_day(stage, referral, confirmed, dice)
    yield on(lead, answered)
    _respond(stage, file, referral, answer, answered)
    yield on(lead, stage.day + dice.between(3, 16) * ONE_DAY)
    tell_client(stage.db, referral)
    referral.status = "closed"


def _answer_day(stage: Stage, referral: Referral, earliest: date, dice: Dice) -> date:
    """Give the day of the answer: where a standard sets one, before it or after it."""
    due = referral.response_due
    if due is None:
        return stage.open_day(earliest + dice.between(1, 28) * ONE_DAY)
    if dice.chance(LATE):
        return stage.open_day(max(due, earliest) + dice.between(1, 20) * ONE_DAY)
    return stage.open_day(earliest + dice.below(max(1, (due - earliest).days)) * ONE_DAY)


def _respond(stage: Stage, file: File, referral: Referral, answer: str, day: date) -> None:
    refused = answer == "refused_reason_given"
    respond(stage.db, referral, stage.code("outcome", answer), in_writing=file.dice.chance(60), on=day,
            refusal_reason=_refusal(stage, file, referral) if refused else None)  # fmt: skip
    note_of(stage, file, "answered").at = moment(day, OFFICE_HOURS, file.dice)


def _refusal(stage: Stage, file: File, referral: Referral) -> Code:
    usual = REFUSALS.get(referral.request.code, OTHER_REFUSALS)
    helper = ("no_funds_no_staff",) if referral.agency.tier == "community" else usual
    return stage.code("refusal_reason", file.dice.pick(helper))


def _silent(stage: Stage, file: File, referral: Referral, *, answers: bool) -> Story:
    """Play an agency that does not answer: we ask twice, then write down that nothing came; some answer then."""
    due = referral.response_due or stage.day + NO_STANDARD * ONE_DAY
    for days in CHASES:
        day = stage.open_day(due + days * ONE_DAY)
        yield on(file.lead, day)
        note_of(stage, file, "chase").at = moment(day, OFFICE_HOURS, file.dice)
    no_response(stage.db, referral)
    if answers:
        day = stage.open_day(stage.day + file.dice.between(8, 30) * ONE_DAY)
        yield on(file.lead, day)
        _respond(stage, file, referral, file.dice.pick(("accepted_in_part", "refused_no_reason", "redirected")), day)
    tell_client(stage.db, referral)
    yield on(file.lead, stage.day + 28 * ONE_DAY)
    referral.status = "closed"


def _afterwards(stage: Stage, file: File, referral: Referral, consent: Consent) -> Story:
    """Some go to the second stage; some take their permission back later."""
    further = FURTHER.get(referral.request.code)
    refused = referral.outcome is not None and referral.outcome.code.startswith("refused")
    if further and refused and file.is_running:
        stage.begin(ask(stage, file, request=further, agency=referral.agency, previous=referral))
    elif file.dice.chance(9) and file.is_running:
        yield on(file.lead, stage.day + timedelta(days=file.dice.between(5, 40)))
        if consent.withdrawn_on is None:
            _take_back(stage, consent)


def _take_back(stage: Stage, consent: Consent) -> None:
    """A client takes a permission back; the agency is rung the same day and says that it has destroyed its copy."""
    for release in withdraw(stage.db, consent):
        came_back(stage.db, ask_back(stage.db, release))
