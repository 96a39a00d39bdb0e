"""The bodies that the office refers to and holds to account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Boolean, String, Text
from sqlalchemy.orm import Mapped

from models.base import Base
from models.fields import FieldInfo, Sensitivity, code_link, col, link, many, rows, states

if TYPE_CHECKING:
    from models.words import Area, Code

OPEN, OFFICE, PERSONAL = Sensitivity.OPEN, Sensitivity.OFFICE, Sensitivity.PERSONAL


class Agency(Base):
    __order__ = ("name",)

    name: Mapped[str] = col(
        String(120), FieldInfo("Agency", OPEN, listed=True, searched=True, exported_as="Agency"), unique=True
    )
    kind: Mapped[Code] = code_link(
        "agency_kind", FieldInfo("Kind", OPEN, listed=True, filtered=True, exported_as="Kind of agency")
    )
    tier: Mapped[str] = col(
        String(20),
        FieldInfo(
            "Tier",
            OPEN,
            listed=True,
            filtered=True,
            choices=states(
                "primary: Primary", "secondary: Secondary", "semi_public: Semi-public", "community: Community"
            ),
        ),
    )
    parent: Mapped[Agency | None] = link(FieldInfo("Part of", OPEN, help="For example the council of a service."))
    public_body: Mapped[bool] = col(Boolean, FieldInfo("Public body", OPEN), default=False)
    phone: Mapped[str | None] = col(String(40), FieldInfo("Phone", OFFICE, listed=True))
    email: Mapped[str | None] = col(String(120), FieldInfo("E-mail", OFFICE))
    how_to_ask: Mapped[str | None] = col(
        Text,
        FieldInfo("How to ask them", OPEN, help="Hours, address, what to bring: it is printed for clients.", long=True),
    )
    areas: Mapped[list[Area]] = many(FieldInfo("Covers", OPEN, help="No tick: everywhere."), through="agency_areas")
    contacts: Mapped[list[AgencyContact]] = rows(
        FieldInfo("Whom to ring there", PERSONAL, help="For our work; on no sheet and no printed page."), back="agency"
    )
    active: Mapped[bool] = col(Boolean, FieldInfo("In use", OPEN, listed=True, filtered=True), default=True)

    def __str__(self) -> str:
        return self.name


class AgencyContact(Base):
    """Somebody at an agency whom we ring. Never exported: findings are about a body, not about its staff."""

    __part_of__ = "agency"

    agency: Mapped[Agency] = link(FieldInfo("Agency", PERSONAL), back="contacts")
    name: Mapped[str | None] = col(String(120), FieldInfo("Name", PERSONAL))
    post: Mapped[str | None] = col(String(120), FieldInfo("Post", PERSONAL, help="For example: duty desk."))
    phone: Mapped[str | None] = col(String(40), FieldInfo("Direct line", PERSONAL))
