"""What the invented office's people are called, what happened to them and what was written down, from seed/demo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seed.demo_dice import Dice
from seed.reference import rows_of

WOMAN, MAN = "woman", "man"


@dataclass(frozen=True)
class Name:
    """A name as the office types it, and as its owner writes it; both alike where there is no other form."""

    typed: str
    own: str

    @property
    def own_script(self) -> str | None:
        return self.own if self.own != self.typed else None


@dataclass(frozen=True)
class Origin:
    """One community's names, and the languages its people speak, each with its weight."""

    weight: int
    languages: Mapping[str, int]
    parts: Mapping[str, tuple[Name, ...]]

    def name(self, gender: str, dice: Dice, *, second: Name | None = None) -> Name:
        """Give a whole name of two parts; `second` is the family's own, where it has one."""
        first = dice.pick(self.parts[gender])
        second = second or self.second(gender, dice)
        return Name(f"{first.typed} {second.typed}", f"{first.own} {second.own}")

    def second(self, gender: str, dice: Dice) -> Name:
        """Give a second name; some communities have other ones for women and for men."""
        return dice.pick(self.parts.get(f"{gender}_second") or self.parts["second"])


@dataclass(frozen=True)
class Scenario:
    """Something that happened, in the words of whoever lived through it; `again` is the next time."""

    kind: str
    weight: int
    title: str
    place: str
    types: tuple[str, ...]
    perpetrators: tuple[str, ...]
    strands: tuple[str, ...]
    request: str
    agency_kind: str
    what: str
    again: str | None


@dataclass(frozen=True)
class Written:
    """One note as a caseworker would write it."""

    medium: str
    contact_with: str
    kinds: tuple[str, ...]
    minutes: int
    text: str


@dataclass(frozen=True)
class Texts:
    """Everything that is read from the CSV files."""

    origins: Mapping[str, Origin]
    scenarios: tuple[Scenario, ...]
    notes: Mapping[str, tuple[Written, ...]]
    tasks: Mapping[str, tuple[str, ...]]
    houses: tuple[str, ...]
    blocks: tuple[str, ...]
    postcodes: Mapping[str, tuple[str, ...]]

    def origin(self, dice: Dice) -> Origin:
        return self.origins[dice.weighed({key: one.weight for key, one in self.origins.items()})]

    def origin_of(self, language: str, dice: Dice) -> Origin:
        """Give a community in which this language is spoken."""
        speaking = {key: one.languages[language] for key, one in self.origins.items() if language in one.languages}
        return self.origins[dice.weighed(speaking)] if speaking else self.origin(dice)

    def scenario(self, title: str) -> Scenario:
        return next(one for one in self.scenarios if one.title == title)

    def note(self, stage: str, dice: Dice, *, medium: str | None = None) -> Written:
        """Give a note of one stage of a case, where it can be one of this medium."""
        fitting = [one for one in self.notes[stage] if one.medium == medium]
        return dice.pick(fitting or self.notes[stage])


def read_texts() -> Texts:
    """Read every list."""
    streets = list(rows_of("demo/streets.csv"))
    return Texts(
        origins=_origins(),
        scenarios=tuple(_scenario(row) for row in rows_of("demo/scenarios.csv")),
        notes=_grouped((row["stage"] or "", _note(row)) for row in rows_of("demo/notes.csv")),
        tasks=_grouped((row["kind"] or "", row["text"] or "") for row in rows_of("demo/tasks.csv")),
        houses=tuple(row["name"] or "" for row in streets if row["kind"] == "house"),
        blocks=tuple(row["name"] or "" for row in streets if row["kind"] == "block"),
        postcodes={row["area"] or "": parted(row["districts"]) for row in rows_of("demo/postcodes.csv")},
    )


def parted(cell: str | None) -> tuple[str, ...]:
    """Give what stands in one cell with ; between."""
    return tuple(part.strip() for part in (cell or "").split(";") if part.strip())


def _grouped(pairs: Iterable[tuple[str, object]]) -> dict[str, tuple]:
    made: dict[str, tuple] = {}
    for key, value in pairs:
        made[key] = (*made.get(key, ()), value)
    return made


def _origins() -> dict[str, Origin]:
    parts: dict[str, dict[str, tuple[Name, ...]]] = {}
    for row in rows_of("demo/names.csv"):
        parts.setdefault(row["origin"] or "", {})[row["part"] or ""] = tuple(map(_name, parted(row["names"])))
    return {
        row["origin"] or "": Origin(int(row["weight"] or 0), _weights(row["languages"]), parts[row["origin"] or ""])
        for row in rows_of("demo/origins.csv")
    }


def _name(text: str) -> Name:
    typed, _, own = text.partition(":")
    return Name(typed, own or typed)


def _weights(cell: str | None) -> dict[str, int]:
    pairs = (part.rsplit(" ", 1) for part in parted(cell))
    return {language: int(weight) for language, weight in pairs}


def _scenario(row: dict[str, str | None]) -> Scenario:
    several = {key: parted(row[key]) for key in ("types", "perpetrators", "strands")}
    return Scenario(**{**row, **several, "weight": int(row["weight"] or 0)})  # type: ignore[arg-type]


def _note(row: dict[str, str | None]) -> Written:
    kinds, minutes = parted(row["kinds"]), int(row["minutes"] or 0)
    return Written(row["medium"] or "", row["with"] or "", kinds, minutes, row["text"] or "")
