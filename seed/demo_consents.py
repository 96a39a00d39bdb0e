"""What invented clients permit: to be counted, to be rung after closing, to be quoted, to have something shared."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from casework.coverage import needs_warning
from models import Agency, Code, Consent, Worker
from seed.demo_file import File
from seed.demo_stage import Stage

METHODS = MappingProxyType({"signed": 66, "verbal_witnessed": 24, "electronic": 10})
TALKED = ("spoken", "both", "signed")  # who needs an interpreter when a permission is explained


def permit(stage: Stage, file: File, kind: str, *, agency: Agency | None = None, agency_kind: Code | None = None,
           purposes: Sequence[Code] = (), scope: Sequence[Code] = ()) -> Consent:  # fmt: skip
    """Write down a permission given today."""
    who = agency.kind if agency is not None else agency_kind
    interpreter = _interpreter(stage, file) if file.client.interpreter in TALKED else None
    method = file.dice.weighed(METHODS)
    if method == "verbal_witnessed" and file.client.interpreter in TALKED and interpreter is None:
        method = "signed"  # nobody could put it into words, so a form in their language was sent
    made = Consent(
        client=file.client, kind=kind, agency=agency, agency_kind=agency_kind, purposes=list(purposes),
        scope=list(scope), method=method, given_on=stage.day, language=file.client.language, interpreter=interpreter,
        witness=stage.colleague(file.lead, file.dice).worker if method == "verbal_witnessed" else None,
        warning_read_on=stage.day if needs_warning(who) else None,
    )  # fmt: skip
    stage.db.add(made)
    stage.keep.append(made)
    return made


def permit_figures(stage: Stage, file: File) -> None:
    permit(stage, file, "statistics")


def permit_words(stage: Stage, file: File) -> None:
    """Some let their words be used, and nearly half may be rung after closing."""
    if file.dice.chance(45):
        permit(stage, file, "contact_after_closure")
    if file.dice.chance(6):
        permit(stage, file, file.dice.pick(("quote", "case_study")))


def _interpreter(stage: Stage, file: File) -> Worker | None:
    """Give somebody who could have interpreted the permission, whatever the hour."""
    signed = [one for one in stage.volunteers if one.confidentiality_signed_on and one.active]
    speaking = [
        one
        for one in signed
        if any(known.language is file.client.language and known.mode != "written" for known in one.languages)
    ]
    return file.dice.pick(speaking) if speaking else None
