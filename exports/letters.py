"""Letters as .docx, filled into the office's own templates.

A template is a Word file with fields in double braces. It is filled in a sandbox, with every value escaped, and
only with the values named here: what a letter may say is decided by what it is given, not by who edits its
template. A letter that asks for return is given no name, no item and no reason.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from typing import Any
from xml.etree.ElementTree import ParseError

from jinja2 import StrictUndefined

from casework.calendar import local
from casework.coverage import needs_warning
from casework.datetext import without_weekday
from exports.cells import readable
from exports.plain_fields import PlainFields
from models import Case, Consent, LetterTemplate, Release
from models.declared import by_key

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 2 * 1024 * 1024  # bytes of a template; a letterhead with a picture has some 100,000
LARGEST_UNPACKED = 20 * 1024 * 1024
MACROS = ("vbaproject.bin", "activex", "embeddings/")
CLICKED = "/hyperlink"  # the one kind of link outward that is not followed by opening the letter
NO_WORD_FILE = "Not taken: this is no Word file of the kind .docx. Save it as “Word document”."
# What reading a file says that is damaged, locked or packed in an unknown way; the last two for other ways of packing.
UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, LZMAError, OSError)

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
    "right_of_reply": {
        "today": "23 November 2026", "agency": "Marsh Lane Homes", "parts": ["Marsh Lane Repairs"],
        "period": "1 December 2024 to 23 November 2026", "answer_by": "21 December 2026", "office": "Casework office",
        "figures": ["Requests: 57"], "times": ["By day 28 after the request: 44% answered (range 31% to 58%)"],
        "hidden": "Counts from 1 to 4 are shown as “<5”: 2 here.",
    },
    "figures_request": {
        "today": "23 November 2026", "agency": "Eastmere Council housing", "body": "Eastmere Council",
        "reference": "F-12", "period": "1 April 2025 to 31 March 2026", "bound": True,
        "questions": ["1. How many reports did you receive? Counted in: reports. Broken down by: quarter."],
        "answer_by": "21 December 2026", "office": "Casework office", "address": "12 Plaistow Road, London",
        "signed_by": "Maryam Y",
    },
}  # fmt: skip
OTHERWISE: dict[str, dict[str, Any]] = {  # the same with the other answer to each condition, and nothing in the lists
    "recall_letter": EXAMPLES["recall_letter"] | {"agency": "Smith & Co", "signed_by": ""},
    "consent_receipt": EXAMPLES["consent_receipt"] | {
        "sharing": False, "purposes": [], "items": [], "language": "", "read_by": "", "warned": False,
        "withdrawn_on": "1 December 2026", "signed_by": "",
    },
    "right_of_reply": EXAMPLES["right_of_reply"] | {"parts": [], "figures": [], "times": [], "hidden": ""},
    "figures_request": EXAMPLES["figures_request"] | {"body": "", "bound": False, "questions": [], "signed_by": ""},
}  # fmt: skip
NEEDED: dict[str, tuple[str, ...]] = {
    "recall_letter": ("agency", "reference", "left_on"), "consent_receipt": ("to_whom", "until"),
    "right_of_reply": ("agency", "period", "answer_by"),
    "figures_request": ("agency", "period", "answer_by", "office", "address"),
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


def recall_letter(
    template: LetterTemplate, release: Release, *, case: Case | None, answer_by: Any, signed_by: str
) -> Letter:
    """Make the letter that asks an agency to give back what it was sent from `case`; dated when it was asked."""
    where = case.ref if case is not None else release.client.ref
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
    from jinja2 import TemplateError
    from lxml.etree import LxmlError

    out = BytesIO()
    try:
        made = DocxTemplate(BytesIO(content))
        made.render(readable(values), PlainFields(autoescape=True, undefined=StrictUndefined), autoescape=True)
        made.save(out)
    except TemplateError as fault:
        raise TemplateRefused(_in_words(fault)) from fault
    except (zipfile.BadZipFile, KeyError, ValueError, LxmlError, ParseError) as fault:
        raise TemplateRefused(NO_WORD_FILE) from fault
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
    for example in (EXAMPLES[kind], OTHERWISE[kind]):
        words = words_of(fill(content, example))
        missing = [name for name in NEEDED[kind] if str(example[name]) not in words]
        if missing:
            fields = ", ".join("{{ " + name + " }}" for name in missing)
            raise TemplateRefused(f"Not taken: the letter would not say what it must. Put in {fields}.")


def _must_be_safe(content: bytes) -> None:
    """Refuse what is too large, holds a program, or fetches something when it is opened elsewhere."""
    if len(content) > LARGEST:
        raise TemplateRefused("Not taken: a template has 2 MB at most. Make its pictures smaller.")
    parts = _unpacked(content)
    if any(mark in name for name, _part in parts for mark in MACROS):
        raise TemplateRefused("Not taken: this file holds a program or another file. Save it without.")
    if any(name.endswith(".rels") and _fetches(part) for name, part in parts):
        raise TemplateRefused("Not taken: this file fetches something from elsewhere when it is opened.")


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    """Give each part of a file, by its name in small letters."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            listed = packed.infolist()
            if sum(one.file_size for one in listed) <= LARGEST_UNPACKED:
                return [(one.filename.lower(), packed.read(one)) for one in listed]
    except UNREADABLE as fault:
        raise TemplateRefused(NO_WORD_FILE) from fault
    raise TemplateRefused("Not taken: this file unpacks to more than 20 MB.")


def _fetches(relations: bytes) -> bool:
    """Say whether a part names something outside that is fetched on opening; what declares words of its own may."""
    from lxml import etree

    try:
        root = etree.fromstring(relations, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.LxmlError as fault:
        raise TemplateRefused(NO_WORD_FILE) from fault
    outward = [one for one in root.iter("{*}*") if one.get("TargetMode", "Internal") != "Internal"]
    return root.getroottree().docinfo.internalDTD is not None or any(
        not one.get("Type", "").endswith(CLICKED) for one in outward
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
