"""How an agency dealt with somebody: one dated observation, for or against it, with what it rests on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, Index, Text
from sqlalchemy.orm import Mapped

from models.base import Base
from models.fields import FieldInfo, Sensitivity, code_link, col, link

if TYPE_CHECKING:
    from models.agencies import Agency
    from models.cases import Case, Incident
    from models.documents import Document
    from models.referrals import Referral
    from models.words import Code

OPEN, OFFICE, SPECIAL = Sensitivity.OPEN, Sensitivity.OFFICE, Sensitivity.SPECIAL


class AgencyConduct(Base):
    """One word for how a body dealt with a client on one day. There is no field for the name of a member of staff."""

    __part_of__ = "case"
    __touches__ = False
    __order__ = ("-happened_on", "-id")
    __table_args__ = (Index("ix_agency_conducts_agency_id_code_id", "agency_id", "code_id"),)

    case: Mapped[Case] = link(FieldInfo("Case", OFFICE, listed=True, filtered=True))
    agency: Mapped[Agency] = link(FieldInfo("Agency", OPEN, listed=True, filtered=True, exported_as="Agency"))
    unit: Mapped[Agency | None] = link(
        FieldInfo("Which part of it", OPEN, help="A department or team that stands under this agency.", listed=True)
    )
    happened_on: Mapped[date] = col(Date, FieldInfo("On", OPEN, listed=True, filtered=True, exported_as="On"))
    code: Mapped[Code] = code_link(
        "conduct", FieldInfo("How they dealt with it", OPEN, listed=True, filtered=True, exported_as="Conduct")
    )
    favourable: Mapped[bool] = col(
        Boolean,
        FieldInfo("To their credit", OPEN, listed=True, filtered=True, exported_as="To their credit", in_form=False),
        default=False,
    )
    what: Mapped[str | None] = col(
        Text,
        FieldInfo(
            "In words",
            SPECIAL,
            help="What was said or done, as the client tells it. Name a desk or a post, never a person of theirs.",
            long=True,
        ),
    )
    referral: Mapped[Referral | None] = link(FieldInfo("With the request", OFFICE))
    incident: Mapped[Incident | None] = link(FieldInfo("About the incident", OFFICE))
    document: Mapped[Document | None] = link(FieldInfo("Shown by", OFFICE, help="A letter or recording on file."))
    by_itself: Mapped[bool] = col(
        Boolean,
        FieldInfo("Noted by itself", OFFICE, help="From what they call an incident.", in_form=False),
        default=False,
    )

    def __str__(self) -> str:
        return f"Conduct {self.id}"
