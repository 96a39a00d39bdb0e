"""The invented people who come to the office: names of many origins, safe ways to reach them, households."""

from __future__ import annotations

from datetime import date

from models import Area, Client, ClientMember
from seed.demo_dice import Dice
from seed.demo_people import mobile
from seed.demo_stage import Stage
from seed.demo_texts import MAN, WOMAN, Name, Origin

SAFE_WAYS = {"any": 40, "phone_only": 22, "only_times": 14, "no_voicemail": 12, "no_post": 6, "via_third_party": 4}
SAFE_NOTES = {
    "only_times": ("10:00 to 14:30, school days", "After 18:00", "Before noon", "Tuesdays and Thursdays"),
    "via_third_party": ("Through the sister, who rings back", "Through the eldest", "Through the neighbour downstairs"),
}
NO_REAL_POSTCODE = "CIKMOV"  # Royal Mail never ends a postcode with these letters, so nobody lives there
SIGNS_ONE_OF = 150
INTERPRETED = {"spoken": 70, "both": 24, "written": 6}
NEEDS = (
    "Tires quickly; short meetings with a break.", "Hard of hearing on the left; sit on the right.",
    "Large print, please.", "Panics in crowded waiting rooms; ring from the door.",
)  # fmt: skip
IMMIGRATION = {"british_settled": 40, "eu_settled": 12, "refugee_hp": 12, "limited_leave_funds": 8, "not_disclosed": 10}


def new_client(stage: Stage, dice: Dice, area: Area, kind: str = "individual") -> Client:
    """Give a person or a family of one borough, not yet saved."""
    origin = stage.texts.origin(dice)
    gender = WOMAN if dice.chance(58) else MAN
    client = named(stage, dice, origin, gender, area)
    client.kind = kind
    _speaks(stage, client, origin, dice)
    if kind == "family":
        add_household(stage, client, origin, gender, dice, children=dice.between(1, 4))
    return client


def named(stage: Stage, dice: Dice, origin: Origin, gender: str, area: Area, name: Name | None = None) -> Client:
    """Give a client with a name, a way to be reached and an address that nobody has."""
    name = name or origin.name(gender, dice)
    safe = dice.weighed(SAFE_WAYS)
    return Client(
        ref=stage.reference(Client), name=name.typed, own_script=name.own_script if dice.chance(70) else None,
        safe_contact=safe, safe_note=dice.pick(SAFE_NOTES[safe]) if safe in SAFE_NOTES else None,
        phone=mobile(stage) if dice.chance(92) else None, email=_email(name, dice), area=area,
        address=_address(stage, dice) if dice.chance(80) else None, postcode=_postcode(stage, area, dice),
        interpreter="no", interpreter_gender="any", mobility_need=dice.chance(8),
        needs=dice.pick(NEEDS) if dice.chance(6) else None,
        date_of_birth=_born(stage.day, dice) if dice.chance(60) else None,
        immigration=stage.code("immigration", dice.weighed(IMMIGRATION)) if dice.chance(25) else None,
    )  # fmt: skip


def add_household(stage: Stage, client: Client, origin: Origin, gender: str, dice: Dice, *, children: int) -> None:
    """Give the client's family: sometimes a partner, and children with years of birth."""
    client.lone_parent = dice.chance(35)
    this_year = stage.day.year
    if not client.lone_parent:
        partner = MAN if gender == WOMAN else WOMAN
        client.members.append(ClientMember(
            name=origin.name(partner, dice).typed, relation=stage.code("relation", "partner"),
            birth_year=this_year - dice.between(24, 55),
        ))  # fmt: skip
    for _ in range(children):
        client.members.append(ClientMember(
            name=dice.pick(origin.parts[dice.pick((WOMAN, MAN))]).typed, relation=stage.code("relation", "child"),
            birth_year=this_year - dice.between(0, 16), is_child=True,
        ))  # fmt: skip


def _speaks(stage: Stage, client: Client, origin: Origin, dice: Dice) -> None:
    """Give a language; who speaks another one than English mostly wants an interpreter, a few sign."""
    if dice.below(SIGNS_ONE_OF) == 0:
        client.language, client.interpreter = stage.languages["British Sign Language"], "signed"
        client.text_relay = True
        return
    client.language = stage.languages[dice.weighed(origin.languages)]
    if client.language.name != "English" and dice.chance(62):
        client.interpreter = dice.weighed(INTERPRETED)
        client.interpreter_gender = "female" if dice.chance(15) else "any"


def _email(name: Name, dice: Dice) -> str | None:
    plain = "".join(letter for letter in name.typed.lower() if letter.isascii() and letter.isalpha())
    return f"{plain[:10]}{dice.between(10, 99)}@mail.example.org" if dice.chance(35) else None


def _address(stage: Stage, dice: Dice) -> str:
    if dice.chance(50):
        return f"{dice.between(1, 140)} {dice.pick(stage.texts.houses)}"
    return f"Flat {dice.between(1, 88)}, {dice.pick(stage.texts.blocks)}"


def _postcode(stage: Stage, area: Area, dice: Dice) -> str | None:
    districts = stage.texts.postcodes.get(area.name)
    if not districts:
        return None
    letters = dice.pick(NO_REAL_POSTCODE) + dice.pick(NO_REAL_POSTCODE)
    return f"{dice.pick(districts)} {dice.between(1, 9)}{letters}"


def _born(day: date, dice: Dice) -> date:
    return date(day.year - dice.between(18, 78), dice.between(1, 12), dice.between(1, 28))
