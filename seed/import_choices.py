"""What somebody chose in the browser, as plain values, and the mapping that follows from it.

`Choices` travel as JSON: beside the file that waits, and under a name for the next sheet of the same kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from casework.problems import Problem
from seed.import_guess import TOTALS_ARE, distinct, split_sign, totals_column
from seed.import_look import Column, Source
from seed.import_mapping import mapping_from
from seed.import_rules import SheetMapping, field_of
from seed.import_source import ImportRefused, Line
from seed.import_suggest import CLOCK, KEPT_AS_TEXT, LEFT_OUT
from seed.import_words import BY_WORDS, EMPTY, REFUSED, Offer, offers, readable

KIND = "case.kind"
BEGAN, CONTACT, EXACTNESS, NAME = "incident.from_at", "case.first_contact_at", "incident.precision", "client.name"
HOME, CASE_AREA = "client.area", "case.area"
SAFE = "client.safe_contact"
# What an office needs to know of every row and an old sheet seldom says: asked once for all of them.
ASKED = (KIND, "case.first_contact_medium", "incident.perceived_by", "incident.strands", SAFE)
PEOPLE = (("client.name", "client.phone"), ("client.name", "client.date_of_birth"), ("client.name", "client.email"))
CHOSEN = "left out by whoever brought the sheet in"


@dataclass(frozen=True)
class Choices:
    """The steps of one import so far. `columns` maps a column to a field, KEPT_AS_TEXT, CLOCK or LEFT_OUT.

    `words` maps a column to the office's word for each text in it; `answers` hold what counts for every row.
    """

    source: Source = field(default_factory=lambda: Source("csv"))
    header_rows: tuple[int, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    reference: tuple[str, ...] = ()
    prefix: str = ""
    dates: str = "day_first"
    answers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    mapping: str = ""  # the name under which these choices are kept

    def for_another_file(self) -> Choices:
        """Give what also holds for the next sheet of this kind: not where its heading stands, nor how it is saved."""
        return replace(self, source=Source("csv"), header_rows=())


def written(choices: Choices) -> str:
    return json.dumps(asdict(choices), ensure_ascii=False)


def read(text: str) -> Choices:
    """Read choices that were written; what this program does not know is passed over."""
    told = json.loads(text)
    known = {one.name for one in fields(Choices)}
    kept = {key: value for key, value in told.items() if key in known}
    for key in ("header_rows", "reference"):
        kept[key] = tuple(kept.get(key, ()))
    return Choices(**{**kept, "source": Source(**told["source"])} if "source" in told else kept)


def faults(choices: Choices) -> Iterator[Problem]:
    """Give what is still missing before a dry run can be made; `field` is that of the importer, "" for none."""
    chosen = set(choices.columns.values())
    if not {BEGAN, CONTACT} & chosen:
        yield Problem("", "Choose the column that says when it happened, or when they first came to us.")
    if KIND not in chosen and not choices.answers.get(KIND):
        yield Problem(KIND, "Choose what the rows are about.")
    if any(to.startswith("client.") for to in chosen) and NAME not in chosen:
        yield Problem("", "Choose the column with the client's name, or keep what is said of them as text.")
    if CLOCK in chosen and BEGAN not in chosen:
        yield Problem("", "A time of day needs the day on which it happened. Choose its column too.")


def mapping_of(choices: Choices, columns: Sequence[Column], lines: Sequence[Line], offers: Offers) -> SheetMapping:
    """Give the importer's mapping. Raises ImportRefused if the choices do not make a whole one."""
    for problem in faults(choices):
        raise ImportRefused(problem.text)
    names = [one.name for one in columns]
    return mapping_from(_told(choices, columns, totals_column(lines, names, choices.header_rows), offers),
                        choices.mapping or "chosen in the browser")  # fmt: skip


Offers = Mapping[str, Offer]


def _told(choices: Choices, columns: Sequence[Column], totals: str, offers: Offers) -> dict[str, Any]:
    source, goes = choices.source, {one.name: choices.columns.get(one.name, KEPT_AS_TEXT) for one in columns}
    known = [name for name in choices.reference if name in goes]
    rules = [_rule(choices, one, goes[one.name], offers) for one in columns if "." in goes[one.name]]
    rules += _mirrored(rules)
    clock = next((name for name, to in goes.items() if to == CLOCK), None)
    for rule in rules:
        if rule["to"] == BEGAN and clock:
            rule["time"] = clock
    filled = {rule["to"] for rule in rules}
    return {
        "format": source.format, "encoding": source.encoding, "delimiter": source.delimiter,
        **({"sheet": source.sheet} if source.format == "xlsx" else {}),
        "header_rows": list(choices.header_rows), "name_columns": True, "nothing": ["-", "n/a", "?"],
        "reference": {"prefix": f"{choices.prefix} " if choices.prefix else "",
                      **({"columns": known} if known else {"by_content": True})},
        "left_out": {name: CHOSEN for name, to in goes.items() if to == LEFT_OUT and name not in known},
        "leave_out_row": [{"column": totals, "like": TOTALS_ARE, "reason": "totals"}] if totals else [],
        "constants": _constants(choices, filled), "field": rules,
        "kept_as_text": [{"column": name} for name, to in goes.items() if to == KEPT_AS_TEXT and name not in known],
        "same_person": next((list(pair) for pair in PEOPLE if set(pair) <= filled), []),
    }  # fmt: skip


def _rule(choices: Choices, column: Column, to: str, offers: Offers) -> dict[str, Any]:
    made: dict[str, Any] = {"to": to, "column": column.name, "dates": choices.dates}
    if to in ASKED and choices.answers.get(to):
        made["otherwise"] = choices.answers[to]
    kind = field_of(to).kind
    if kind in BY_WORDS:
        made["split"] = split_sign(column.cells) if kind == "many" else None
        chosen = choices.words.get(column.name, {})
        means = meanings(column, offers[to], chosen, split=made["split"])
        made["words"] = {said: word for said, word in means.items() if word not in (REFUSED, EMPTY)}
        made["nothing"] = [said for said, word in means.items() if word == EMPTY]
    return {key: value for key, value in made.items() if value is not None}


def meanings(
    column: Column, offer: Offer, chosen: Mapping[str, str], *, split: str | None = None, guess: bool = False
) -> dict[str, str]:
    """Give for each text of a column the office's word, REFUSED or EMPTY; `guess` offers near ones for the rest."""
    return {
        said: chosen.get(said) or readable(said, offer, guess=guess) for said in distinct(column.cells, split=split)
    }


def _mirrored(rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fill what follows from another column: the first contact from the day it happened, and the other way round."""
    by_field = {rule["to"]: rule for rule in rules}
    made = []
    for filled, empty in ((BEGAN, CONTACT), (CONTACT, BEGAN), (HOME, CASE_AREA)):
        if filled in by_field and empty not in by_field:
            made.append({**by_field[filled], "to": empty})
    return made


def _constants(choices: Choices, filled: set[str]) -> dict[str, str]:
    made = {to: choices.answers[to] for to in ASKED if to not in filled and choices.answers.get(to)}
    if NAME not in filled:
        made.pop(SAFE, None)
    if BEGAN not in choices.columns.values():
        made[EXACTNESS] = "approx"  # the day they came to us is all that is known
    return made


def mapping_for(db: Session, choices: Choices, columns: Sequence[Column], lines: Sequence[Line]) -> SheetMapping:
    """Give the mapping with the office's words as they are now. Raises ImportRefused."""
    return mapping_of(choices, columns, lines, offers(db, set(choices.columns.values())))
