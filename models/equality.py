"""What clients may tell of themselves so that it can be counted, and for nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped

from models.base import Base, check
from models.fields import FieldInfo, Sensitivity, col, link, states

if TYPE_CHECKING:
    from models.clients import Client

_OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
DECLINED, NOT_ASKED = "declined", "not_asked"
OPEN_ENDS = ("declined: Prefers not to say", "not_asked: Not asked")
QUESTIONS = ("ethnic_group", "religion", "sex", "gender_same", "orientation", "disability")


def _question(label: str, *answers: str, help: str = "") -> Mapped[str]:
    """Declare one question. It is never listed, searched or in a sheet: no page shows an answer beside a name."""
    info = FieldInfo(label, SPECIAL, help=help, choices=states(*answers, *OPEN_ENDS))
    return col(String(24), info, default=NOT_ASKED)


class EqualityAnswer(Base):
    """The answers of one client, in the words of the national census of 2021.

    Once written no page shows them, they are only counted; the client gets them with their file. No other
    part of the program may read this table: a test names who does. Source: census of England and Wales, 2021.
    """

    __order__ = ("-asked_on", "-id")
    __table_args__ = (
        check(
            "nothing_is_kept_after_an_objection",
            "objected_on IS NULL OR (" + " AND ".join(f"{one} = '{NOT_ASKED}'" for one in QUESTIONS) + ")",
        ),
    )

    client: Mapped[Client] = link(FieldInfo("Client", PERSONAL), unique=True)
    asked_on: Mapped[date] = col(Date, FieldInfo("Asked on", OFFICE))
    objected_on: Mapped[date | None] = col(Date, FieldInfo("Does not want to be counted since", OFFICE))
    ethnic_group: Mapped[str] = _question(
        "Ethnic group",
        "bangladeshi: Bangladeshi",
        "chinese: Chinese",
        "indian: Indian",
        "pakistani: Pakistani",
        "other_asian: Any other Asian background",
        "african: African",
        "caribbean: Caribbean",
        "other_black: Any other Black background",
        "white_asian: White and Asian",
        "white_african: White and Black African",
        "white_caribbean: White and Black Caribbean",
        "other_mixed: Any other mixed background",
        "british: White: English, Welsh, Scottish, Northern Irish or British",
        "irish: White: Irish",
        "traveller: White: Gypsy or Irish Traveller",
        "roma: White: Roma",
        "other_white: White: any other background",
        "arab: Arab",
        "other: Any other ethnic group",
        help="As they say it themselves, never by name or looks.",
    )
    religion: Mapped[str] = _question(
        "Religion",
        "none: No religion",
        "buddhist: Buddhist",
        "christian: Christian",
        "hindu: Hindu",
        "jewish: Jewish",
        "muslim: Muslim",
        "sikh: Sikh",
        "other: Any other religion",
    )
    sex: Mapped[str] = _question("Sex", "female: Female", "male: Male")
    gender_same: Mapped[str] = _question(
        "Gender the same as the sex registered at birth", "yes: Yes, the same", "no: No, another"
    )
    orientation: Mapped[str] = _question(
        "Sexual orientation",
        "straight: Straight or heterosexual",
        "gay_lesbian: Gay or lesbian",
        "bisexual: Bisexual",
        "other: Another orientation",
    )
    disability: Mapped[str] = _question(
        "Day-to-day activities limited by health",
        "a_lot: Yes, limited a lot",
        "a_little: Yes, limited a little",
        "no: No",
        help="By a condition or illness that lasts or is expected to last twelve months or more.",
    )

    def __str__(self) -> str:
        return f"Equality answers {self.id}"
