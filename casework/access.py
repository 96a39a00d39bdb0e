"""Who may open what: one row for each table and role. Everything that is not named here is closed.

`see` is the highest sensitivity whose fields the role meets in that table: a field above it is absent from
its list, form, filter, search, details, sheet and look-up. Which rows it meets is decided in `scope`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import models as m
from models.base import Base
from models.fields import Sensitivity

OPEN, OFFICE, PERSONAL, SPECIAL, _ = Sensitivity
ROLES = ("manager", "caseworker", "coordinator", "reports")


@dataclass(frozen=True)
class Right:
    """What one role may do with one table. `export` is the right to take a working list."""

    see: Sensitivity
    create: bool = False
    edit: bool = False
    delete: bool = False
    export: bool = False


@dataclass(frozen=True)
class Panel:
    """One table as the office knows it. `name` stands in addresses; `only` narrows it and fills new rows.

    `opened` says that reading one record is itself written to the audit trail. `setup` puts it under
    "Set up" instead of the main menu.
    """

    name: str
    model: type[Base]
    one: str
    several: str
    rights: Mapping[str, Right]
    only: Mapping[str, Any] = field(default_factory=dict)
    opened: bool = False
    setup: bool = False


def _keep(see: Sensitivity, *, delete: bool = False) -> Right:
    return Right(see, create=True, edit=True, delete=delete, export=True)


def _read(see: Sensitivity, *, export: bool = False) -> Right:
    return Right(see, export=export)


_FILES = {"manager": _keep(SPECIAL), "caseworker": _keep(SPECIAL)}
_WRITTEN_BY_ACTIONS = {"manager": _read(SPECIAL, export=True), "caseworker": _read(SPECIAL)}
_LISTS = {"manager": _keep(SPECIAL, delete=True)}

PANELS = (
    Panel("client", m.Client, "client", "clients", _FILES, opened=True),
    Panel("case", m.Case, "case", "cases", _FILES, opened=True),
    Panel("casenote", m.CaseNote, "note", "notes", _FILES, opened=True),
    Panel("incident", m.Incident, "incident", "incidents", _FILES, opened=True),
    Panel("consent", m.Consent, "consent", "consents", _FILES, opened=True),
    Panel("referral", m.Referral, "referral", "referrals", {
        "manager": Right(SPECIAL, edit=True, export=True), "caseworker": Right(SPECIAL, edit=True, export=True),
    }, opened=True),
    Panel("correspondence", m.Correspondence, "letter or message", "letters", {
        "manager": _read(SPECIAL, export=True), "caseworker": _read(SPECIAL, export=True),
    }, opened=True),
    Panel("appointment", m.Appointment, "appointment", "appointments", {
        **_FILES, "coordinator": Right(OFFICE, export=True),
    }, opened=True),
    Panel("task", m.Task, "task", "tasks", {**_FILES, "coordinator": _keep(SPECIAL)}),
    Panel("agency", m.Agency, "agency", "agencies", {
        "manager": _keep(SPECIAL, delete=True), "caseworker": Right(OFFICE, create=True, edit=True, export=True),
        "coordinator": _read(OFFICE),
    }),
    Panel("volunteer", m.Worker, "volunteer", "volunteers", {
        "manager": _keep(PERSONAL), "coordinator": _keep(PERSONAL), "caseworker": _read(OFFICE),
    }, only={"kind": "volunteer"}),
    Panel("release", m.Release, "release", "releases", _WRITTEN_BY_ACTIONS, setup=True),
    Panel("staff", m.Worker, "member of staff", "staff", {"manager": _keep(PERSONAL)}, only={"kind": "staff"},
          setup=True),
    Panel("conflict", m.Conflict, "conflict of interest", "conflicts of interest", _LISTS, opened=True, setup=True),
    Panel("team", m.Team, "team", "teams", _LISTS, setup=True),
    Panel("user", m.User, "account", "accounts", {"manager": Right(OFFICE, create=True, edit=True)}, setup=True),
    Panel("area", m.Area, "area", "areas", {**_LISTS, "coordinator": _read(OPEN)}, setup=True),
    Panel("language", m.Language, "language", "languages", {
        **_LISTS, "coordinator": Right(OPEN, create=True, edit=True, export=True),
    }, setup=True),
    Panel("venue", m.Venue, "room", "rooms", _LISTS, setup=True),
    Panel("code", m.Code, "word", "lists of words", _LISTS, setup=True),
    Panel("closedday", m.ClosedDay, "closed day", "closed days", {
        **_LISTS, "caseworker": _read(OPEN), "coordinator": _read(OPEN),
    }, setup=True),
    Panel("setting", m.Setting, "promise", "promises and settings", {"manager": Right(OPEN, edit=True, export=True)},
          setup=True),
    Panel("standard", m.ResponseStandard, "response standard", "response standards", {
        **_LISTS, "caseworker": _read(OPEN),
    }, setup=True),
    Panel("import", m.ImportBatch, "import", "imports", {"manager": _read(OFFICE)}, setup=True),
    Panel("audit", m.AuditEntry, "audit entry", "audit trail", {"manager": _read(OFFICE, export=True)}, setup=True),
)  # fmt: skip

BY_NAME = {panel.name: panel for panel in PANELS}


def panels_of(role: str) -> tuple[Panel, ...]:
    """Give the tables that a role may open, in menu order."""
    return tuple(panel for panel in PANELS if role in panel.rights)


def panel_for(model: type[Base], role: str, row: Base | None = None) -> Panel | None:
    """Give the table in which a role meets this kind of record, or None; `row` decides between two."""
    for panel in panels_of(role):
        if panel.model is model and (row is None or _holds(panel, row)):
            return panel
    return None


def _holds(panel: Panel, row: Base) -> bool:
    return all(getattr(row, key) == value for key, value in panel.only.items())
