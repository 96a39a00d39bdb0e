"""Letters as .docx, filled into the office's own templates.

A template is a Word file with fields in double braces. It is filled in a sandbox, with every value escaped, and
only with the values named here: what a letter may say is decided by what it is given, not by who edits its
template. A letter that asks for return is given no name, no item and no reason.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from casework.calendar import local
from casework.coverage import needs_warning
from casework.datetext import without_weekday
from models import Consent, LetterTemplate, Release
from models.declared import by_key

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 2 * 1024 * 1024  # bytes of a template; a letterhead with a picture has some 100,000
LARGEST_UNPACKED = 20 * 1024 * 1024
MACROS = ("vbaproject.bin", "activex", "embeddings/")
FETCHED = (b"attachedTemplate", b"/image", b"/oleObject", b"/frame", b"/subDocument")  # links a letter would follow

Values = Mapping[str, Any]
# What each letter is filled with, by an example: a new template is tried out with it. `needs` must be in it.
EXAMPLES: dict[str, dict[str, Any]] = {
    "recall_letter": {
        "today": "23 November 2026", "agency": "Marsh Lane Homes", "reference": "26-0060",
        "left_on": "16 October 2026", "channel": "letter", "answer_by": "7 December 2026", "signed_by": "Maryam Y",
    },
    "consent_receipt": {
        "today": "23 November 2026", "reference": "CL-2026-0001", "client": "Rehana Begum",
        "to_whom": "Marsh Lane Homes", "sharing": True, "purposes": ["Repair damage or make the home safe"],
        "items": ["Name", "Address"], "given_on": "14 October 2026", "until": "14 October 2027",
        "how_given": "Signed form", "language": "Sylheti", "read_by": "Farida A", "warned": True,
        "withdrawn_on": "", "signed_by": "Maryam Y",
    },
}  # fmt: skip
NEEDED: dict[str, tuple[str, ...]] = {
    "recall_letter": ("agency", "reference", "left_on"), "consent_receipt": ("to_whom", "until"),
}  # fmt: skip


class TemplateRefused(ValueError):
    """One sentence on why a template cannot be used."""


@dataclass(frozen=True)
class Letter:
    """A finished letter: its bytes and the file's name, which never holds a person's name."""

    content: bytes
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def recall_letter(template: LetterTemplate, release: Release, *, answer_by: Any, signed_by: str) -> Letter:
    """Make the letter that asks an agency to give back what it was sent; dated when it was asked."""
    where = release.referral.case.ref if release.referral is not None else release.client.ref
    assert release.recalled_on is not None
    values = {
        "today": without_weekday(release.recalled_on), "agency": release.agency.name, "reference": where,
        "left_on": without_weekday(local(release.at).date()),
        "channel": by_key(Release)["channel"].info.choice_label(release.channel).lower(),
        "answer_by": without_weekday(answer_by), "signed_by": signed_by,
    }  # fmt: skip
    return Letter(fill(template.content, values), f"asking-back-{where}-{release.id}.docx")


def receipt(template: LetterTemplate, consent: Consent, *, today: Any, read_by: str, signed_by: str) -> Letter:
    """Make the client's own record of what they agreed to, to whom, until when, and how to withdraw it."""
    kind = consent.agency.kind if consent.agency is not None else consent.agency_kind
    values = {
        "today": without_weekday(today), "reference": consent.client.ref, "client": consent.client.name,
        "to_whom": to_whom(consent), "sharing": consent.kind.startswith("share_"),
        "purposes": [one.words for one in consent.purposes], "items": [one.words for one in consent.scope],
        "given_on": without_weekday(consent.given_on), "until": without_weekday(consent.expires_on),
        "how_given": by_key(Consent)["method"].info.choice_label(consent.method),
        "language": consent.language.name if consent.language is not None else "", "read_by": read_by,
        "warned": needs_warning(kind),
        "withdrawn_on": without_weekday(consent.withdrawn_on) if consent.withdrawn_on is not None else "",
        "signed_by": signed_by,
    }  # fmt: skip
    return Letter(fill(template.content, values), f"receipt-{consent.client.ref}-{consent.id}.docx")


def to_whom(consent: Consent) -> str:
    """Say whom or what a consent is for, in a few words."""
    if consent.agency is not None:
        return consent.agency.name
    if consent.agency_kind is not None:
        return f"Any agency of the kind: {consent.agency_kind.words}"
    return by_key(Consent)["kind"].info.choice_label(consent.kind)


def fill(content: bytes, values: Values) -> bytes:
    """Fill a template and give the letter's bytes. Raises TemplateRefused with a sentence."""
    from docxtpl import DocxTemplate  # word files are slow to load and seldom wanted
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from lxml.etree import LxmlError

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    out = BytesIO()
    try:
        made = DocxTemplate(BytesIO(content))
        made.render(dict(values), environment, autoescape=True)
        made.save(out)
    except TemplateError as fault:
        raise TemplateRefused(_in_words(fault)) from fault
    except (zipfile.BadZipFile, KeyError, ValueError, LxmlError, ParseError) as fault:
        raise TemplateRefused(
            "Not taken: this is no Word file of the kind .docx. Save it as “Word document”."
        ) from fault
    except (TypeError, ArithmeticError, AttributeError, RecursionError, MemoryError) as fault:
        raise TemplateRefused(
            "Not taken: a field in double braces cannot be filled. Keep to the plain fields."
        ) from fault
    return out.getvalue()


def _in_words(fault: Exception) -> str:
    """Say what is wrong in a template; the library's words name the field, which is what its writer needs."""
    from jinja2 import UndefinedError
    from jinja2.exceptions import SecurityError

    if isinstance(fault, SecurityError):
        return "Not taken: a field in this template asks for more than its value. Keep to the plain fields."
    if isinstance(fault, UndefinedError):
        name = str(fault).split("'")[1] if "'" in str(fault) else "?"
        return f"Not taken: this letter has no field called “{name}”. Use one of those listed."
    return "Not taken: a field in double braces is not closed, or a condition has no end. Correct it and try again."


def check(content: bytes, kind: str) -> None:
    """Try a template out with invented values. Raises TemplateRefused with a sentence for whoever brought it."""
    _must_be_safe(content)
    example = EXAMPLES[kind]
    words = words_of(fill(content, example))
    missing = [name for name in NEEDED[kind] if str(example[name]) not in words]
    if missing:
        fields = ", ".join("{{ " + name + " }}" for name in missing)
        raise TemplateRefused(f"Not taken: the letter would not say what it must. Put in {fields}.")


def _must_be_safe(content: bytes) -> None:
    """Refuse what is too large, holds a program, or fetches something when it is opened elsewhere."""
    if len(content) > LARGEST:
        raise TemplateRefused("Not taken: a template has 2 MB at most. Make its pictures smaller.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            if sum(one.file_size for one in parts) > LARGEST_UNPACKED:
                raise TemplateRefused("Not taken: this file unpacks to more than 20 MB.")
            if any(mark in one.filename.lower() for one in parts for mark in MACROS):
                raise TemplateRefused("Not taken: this file holds a program or another file. Save it without.")
            for one in parts:
                if one.filename.endswith(".rels") and _fetches(packed.read(one)):
                    raise TemplateRefused("Not taken: this file fetches something from elsewhere when it is opened.")
    except zipfile.BadZipFile as fault:
        raise TemplateRefused(
            "Not taken: this is no Word file of the kind .docx. Save it as “Word document”."
        ) from fault


def _fetches(relations: bytes) -> bool:
    return any(
        b'TargetMode="External"' in one and any(kind in one for kind in FETCHED) for one in relations.split(b"<Relat")
    )


def words_of(content: bytes) -> str:
    """Give every word of a letter, head and foot too."""
    from docx import Document
    from docx.oxml.ns import qn

    made = Document(BytesIO(content))
    parts = [
        made.element.body,
        *(one._element for section in made.sections for one in (section.header, section.footer)),
    ]
    return " ".join(one.text for part in parts for one in part.iter(qn("w:t")) if one.text)
