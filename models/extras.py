"""Fields that the office defines in the browser, and the rows that hold their values.

A record that may have such fields has at most one row of values beside it, with so many places of each kind; each
place has an index. A definition says which place of which table holds what. The places are attributes of the record
itself: `client.extra_date_1` reads and writes, `Client.extra_date_1` filters and sorts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Date, Integer, String, select
from sqlalchemy.ext.hybrid import Comparator, hybrid_property
from sqlalchemy.orm import Mapped, joinedload, relationship
from sqlalchemy.sql import operators

from models.agencies import Agency
from models.appointments import Appointment
from models.base import Base, unique
from models.cases import Case
from models.clients import Client
from models.declared import Declared
from models.fields import FieldInfo, Sensitivity, col, link, rows, states
from models.people import Worker

if TYPE_CHECKING:
    from sqlalchemy import Column

OFFICE, PERSONAL, SPECIAL = Sensitivity.OFFICE, Sensitivity.PERSONAL, Sensitivity.SPECIAL
LONGEST_TEXT = 200  # characters
PLACES = {  # how many fields of each kind a table may have, and what holds one
    "text": (8, String(LONGEST_TEXT)), "choice": (8, String(12)), "date": (6, Date), "number": (6, Integer),
    "yes_no": (6, Boolean),
}  # fmt: skip
PREFIX = "extra_"


class ExtraField(Base):
    """One field that the office added: what it is called, how private it is, where it shows.

    `key` names it in the audit trail, `place` is where its values lie; neither changes when the label does.
    """

    __order__ = ("of", "sort", "id")
    __table_args__ = (unique("of", "key"), unique("of", "place"), {"sqlite_autoincrement": True})

    name: Mapped[str] = col(
        String(60),
        FieldInfo("Label", OFFICE, help="It may change later; values stay.", listed=True, searched=True),
    )
    of: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Records",
            OFFICE,
            help="Which records get the field. It stays with them.",
            listed=True,
            filtered=True,
            choices=states(
                "client: Clients", "case: Cases", "appointment: Appointments", "agency: Agencies",
                "worker: Staff and volunteers",
            ),
        ),
    )  # fmt: skip
    kind: Mapped[str] = col(
        String(10),
        FieldInfo(
            "Kind",
            OFFICE,
            help="What is filled in. It stays as it is.",
            listed=True,
            choices=states("text: Text", "choice: Choice", "date: Date", "number: Number", "yes_no: Yes or no"),
        ),
    )
    choices: Mapped[list[ExtraChoice]] = rows(
        FieldInfo("Answers to choose from", OFFICE, help="Only for a choice: two or more."), back="field"
    )
    help: Mapped[str | None] = col(String(160), FieldInfo("Help", OFFICE, help="One sentence under the box."))
    sensitivity: Mapped[str] = col(
        String(10),
        FieldInfo(
            "How private",
            OFFICE,
            help="When in doubt, the more private one: it decides who sees the field at all.",
            listed=True,
            choices=states(
                "open: Open: kinds and counts, nobody is found by it",
                "office: Office: who does what",
                "personal: Personal: names, finds or reaches somebody",
                "special: Special: health, status, beliefs, their story; never on a sheet",
            ),
        ),
    )
    in_form: Mapped[bool] = col(Boolean, FieldInfo("In the form", OFFICE), default=True)
    on_page: Mapped[bool] = col(Boolean, FieldInfo("On the record's page", OFFICE), default=True)
    listed: Mapped[bool] = col(Boolean, FieldInfo("A column of the list", OFFICE), default=False)
    filtered: Mapped[bool] = col(Boolean, FieldInfo("A filter of the list", OFFICE), default=False)
    searched: Mapped[bool] = col(
        Boolean, FieldInfo("Found by the list's search", OFFICE, help="Only for text."), default=False
    )
    on_sheet: Mapped[bool] = col(
        Boolean, FieldInfo("On working lists", OFFICE, help="Sheets for our own work. Never for special ones."),
        default=False,
    )  # fmt: skip
    sort: Mapped[int] = col(Integer, FieldInfo("Place among them", OFFICE, help="Smaller comes first."), default=100)
    active: Mapped[bool] = col(
        Boolean,
        FieldInfo("In use", OFFICE, in_form=False, listed=True, filtered=True),
        default=True,
    )
    key: Mapped[str] = col(String(40), FieldInfo("Name in the audit trail", OFFICE, in_form=False), default="")
    place: Mapped[str] = col(String(20), FieldInfo("Place", OFFICE, in_form=False), default="")

    def __str__(self) -> str:
        return self.name


class ExtraChoice(Base):
    """One answer of a choice. `word` is what is stored and says nothing, so that it may stand in an address."""

    __part_of__ = "field"
    __order__ = ("sort", "id")
    __table_args__ = (unique("field_id", "word"),)

    field: Mapped[ExtraField] = link(FieldInfo("Field", OFFICE), back="choices")
    words: Mapped[str] = col(String(60), FieldInfo("Answer", OFFICE))
    active: Mapped[bool] = col(
        Boolean, FieldInfo("In use", OFFICE, help="Untick to stop offering it; old records keep it."), default=True
    )
    sort: Mapped[int] = col(Integer, FieldInfo("Place", OFFICE), default=100)
    word: Mapped[str] = col(String(12), FieldInfo("Short form", OFFICE, in_form=False), default="")

    def __str__(self) -> str:
        return self.words


class Places:
    """The places of one row of values."""


for _kind, (_count, _type) in PLACES.items():
    for _number in range(1, _count + 1):
        _info = FieldInfo(f"{_kind} {_number}", SPECIAL, in_form=False)  # what it holds, the definition says
        setattr(Places, f"{_kind}_{_number}", col(_type, _info, index=True))
NAMES = tuple(f"{kind}_{number}" for kind, (count, _type) in PLACES.items() for number in range(1, count + 1))


class ClientExtra(Places, Base):
    __part_of__ = "client"

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL, in_form=False), unique=True, back="extra")


class CaseExtra(Places, Base):
    __part_of__ = "case"

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, in_form=False), unique=True, back="extra")


class AppointmentExtra(Places, Base):
    __part_of__ = "appointment"

    appointment: Mapped[Appointment] = link(FieldInfo("Appointment", OFFICE, in_form=False), unique=True, back="extra")


class AgencyExtra(Places, Base):
    __part_of__ = "agency"

    agency: Mapped[Agency] = link(FieldInfo("Agency", OFFICE, in_form=False), unique=True, back="extra")


class WorkerExtra(Places, Base):
    __part_of__ = "worker"

    worker: Mapped[Worker] = link(FieldInfo("Worker", OFFICE, in_form=False), unique=True, back="extra")


OWNERS: dict[str, type[Base]] = {
    "client": Client, "case": Case, "appointment": Appointment, "agency": Agency, "worker": Worker,
}  # fmt: skip
VALUES: dict[type[Base], type[Base]] = {
    Client: ClientExtra, Case: CaseExtra, Appointment: AppointmentExtra, Agency: AgencyExtra, Worker: WorkerExtra,
}  # fmt: skip


class _Compared(Comparator[Any]):
    """A place in conditions and orders: conditions look into the index of the place, orders follow the record."""

    def __init__(self, owner: type[Base], name: str) -> None:
        table = VALUES[owner].__table__
        self.key, self.column = table.c[f"{VALUES[owner].__part_of__}_id"], table.c[name]
        self.id = owner.__table__.c.id
        super().__init__(None)  # type: ignore[arg-type]

    def __clause_element__(self) -> Any:
        return select(self.column).where(self.key == self.id).correlate(self.id.table).scalar_subquery()

    def operate(self, op: Any, *other: Any, **more: Any) -> Any:
        if op in (operators.asc_op, operators.desc_op, operators.is_, operators.is_not) or None in other:
            return op(self.__clause_element__(), *other, **more)
        return self.id.in_(select(self.key).where(op(self.column, *other, **more)))


def _attribute(owner: type[Base], name: str) -> Any:
    """Give the attribute of a record that reads and writes one place of its row of values."""

    def read(record: Any) -> Any:
        return None if record.extra is None else getattr(record.extra, name)

    def write(record: Any, value: Any) -> None:
        if record.extra is None and value is not None:
            record.extra = VALUES[owner]()
        if record.extra is not None:
            setattr(record.extra, name, value)

    compared = _Compared(owner, name)
    return hybrid_property(read, write).comparator(lambda _cls: compared)


for _owner, _values in VALUES.items():
    _related = relationship(_values, back_populates=_values.__part_of__, uselist=False, passive_deletes="all",
                            cascade="save-update, merge", info={"extra": True})  # fmt: skip
    setattr(_owner, "extra", _related)  # noqa: B010
    for _name in NAMES:
        setattr(_owner, PREFIX + _name, _attribute(_owner, _name))


def field_of(definition: ExtraField) -> Declared:
    """Give what a definition declares, as `declared` gives what the code does."""
    owner = OWNERS[definition.of]
    level = Sensitivity[definition.sensitivity.upper()]
    leaves = definition.on_sheet and level is Sensitivity.OPEN
    answers = sorted(definition.choices, key=lambda one: (one.sort, one.id or 0))
    info = FieldInfo(
        definition.name, level, help=definition.help or "", listed=definition.listed, searched=definition.searched,
        filtered=definition.filtered, exported_as=definition.name if leaves else None,
        in_form=definition.in_form, on_page=definition.on_page, on_sheet=definition.on_sheet,
        choices=tuple((one.word, one.words) for one in answers if one.active),
        withdrawn=tuple((one.word, one.words) for one in answers if not one.active),
    )  # fmt: skip
    column: Column[Any] = VALUES[owner].__table__.c[definition.place]
    return Declared(owner, PREFIX + definition.place, info, definition.kind, column, None)


def is_extra(field: Declared) -> bool:
    """Say whether a field was defined in the browser."""
    return field.column is not None and field.column.table is not field.model.__table__


def loading(fields: Iterable[Declared]) -> list[Any]:
    """Give the loader options that bring along the values of such fields with their records, in one statement."""
    found = [one for one in fields if is_extra(one)]
    if not found:
        return []
    owner = found[0].model
    row = VALUES[owner]
    names = [one.key.removeprefix(PREFIX) for one in found]
    return [joinedload(owner.extra).load_only(row.version, *(getattr(row, name) for name in names))]  # type: ignore[attr-defined]
