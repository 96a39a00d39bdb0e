"""Papers, pictures and recordings: kept as they came, with their fingerprint, and never given out by accident.

The kind is judged by the bytes, the name is freed of paths and unseen signs, and the bytes lie in a table of their
own. Nothing is deleted: what does not belong is set aside with a reason.
Source: empowering casework article (gathering evidence); service statement, "Confidentiality".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard, sniff
from casework.audit import changed_fields
from casework.calendar import local
from casework.changes import belonging, has_link, is_linked, is_new
from casework.context import acting
from casework.datetext import short
from casework.problems import Problem, RuleBroken
from casework.text import clean_line
from models import Base, Case, Client, Code, Consent, Document, DocumentContent, Incident
from models.declared import by_key

KB, MB = 1024, 1024**2  # bytes
LARGEST_FILE = 20 * MB  # bytes; a technical limit, since a file passes through the memory of the program
LONGEST_NAME = by_key(Document)["name"].length or 0
# Signs that mean something to a file system, or to a shell, somewhere.
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|`$;&]+')
NAMELESS = "document"
KEPT_AS_IT_CAME = ("name", "mime", "size", "sha256", "case", "client")


@dataclass(frozen=True)
class Belongs:
    """What a document is about: a case, one of its incidents, or a consent."""

    case: Case | None = None
    incident: Incident | None = None
    consent: Consent | None = None

    @property
    def of_case(self) -> Case | None:
        if self.incident is not None:
            return self.incident.case
        return self.case or (self.consent.case if self.consent is not None else None)

    @property
    def of_client(self) -> Client | None:
        if self.consent is not None:
            return self.consent.client
        return self.of_case.client if self.of_case is not None else None


def keep(
    db: Session,
    belongs: Belongs,
    name: str,
    data: bytes,
    kind: Code,
    *,
    shows: str | None = None,
    third_party: bool = False,
) -> Document:
    """Keep a file as it came. Raises RuleBroken with a sentence for what is empty, too large or of another kind."""
    file_kind = _must_be_kept(data)
    document = Document(
        kind=kind, name=clean_name(name, file_kind), shows=shows, third_party=third_party, case=belongs.of_case,
        client=belongs.of_client, incident=belongs.incident, consent=belongs.consent, mime=file_kind.mime,
        size=len(data), sha256=sha256(data).hexdigest(),
    )  # fmt: skip
    db.add_all([document, DocumentContent(document=document, data=data)])
    db.flush()
    return document


def _must_be_kept(data: bytes) -> sniff.FileKind:
    if not data:
        raise RuleBroken([Problem("file", "This file is empty. Look at it on your computer, then choose it again.")])
    if len(data) > LARGEST_FILE:
        raise RuleBroken([Problem("file", f"This file is larger than {LARGEST_FILE // MB} MB. Send a smaller "
                                          "picture or a part of the recording.")])  # fmt: skip
    kind = sniff.kind_of(data)
    if kind is None:
        raise RuleBroken([Problem("file", f"This kind of file is not kept. Kept are {sniff.KINDS_IN_WORDS}. Save it as "
                                          "one of these, for example as PDF.")])  # fmt: skip
    return kind


def clean_name(name: str, kind: sniff.FileKind) -> str:
    """Give the last part of a file's name, free of paths and unseen signs, ending as its kind does."""
    last = clean_line(NOT_IN_NAMES.sub("/", name).rpartition("/")[2]).strip(". ")
    stem, dot, ending = last.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if ending.lower() not in kind.endings:
        stem, ending = last, kind.endings[0]
    room = LONGEST_NAME - len(ending) - 1
    return f"{stem[:room].strip('. ') or NAMELESS}.{ending.lower()}"


def content_of(db: Session, document: Document) -> bytes:
    """Give the bytes of a document in the reader's scope. Raises RuleBroken if they are not what was kept."""
    data = db.scalars(select(DocumentContent.data).where(DocumentContent.document_id == document.id)).one()
    if sha256(data).hexdigest() != document.sha256:
        raise RuleBroken([Problem("", "Not opened: this file is no longer what was kept. Tell the office manager.")])
    return data


def outward_name(document: Document) -> str:
    """Give the name under which it is saved on somebody's computer: a reference, nobody's name."""
    kind = sniff.by_mime(document.mime)
    of = document.case or document.client
    ending = kind.endings[0] if kind is not None else "bin"
    return f"{of.ref}-document-{document.id}.{ending}" if of is not None else f"document-{document.id}.{ending}"


def size_words(size: int) -> str:
    """Give "1 kB", "812 kB", "3.4 MB"."""
    return f"{max(1, round(size / KB))} kB" if size < MB else f"{size / MB:.1f} MB"


def set_aside(db: Session, document: Document, reason: str) -> Document:
    """Take a document out of sight, with the reason; its bytes and its fingerprint stay."""
    document.voided_reason = reason.strip()
    db.flush()
    return document


# Rules


def hangs_on_one_file(document: Document, _db: Session) -> Iterator[Problem]:
    if not has_link(document, "case") and not has_link(document, "client"):
        yield Problem("case", "Say to which case or consent this document belongs.")
    incident, consent = document.incident, document.consent
    if incident is not None and document.case is not None and not is_linked(incident, "case", document.case):
        yield Problem("incident", "This incident is of another case. Choose one of this case.")
    if consent is not None and document.client is not None and not is_linked(consent, "client", document.client):
        yield Problem("consent", "This consent is another client's. Choose one of theirs.")


def kept_once(document: Document, db: Session) -> Iterator[Problem]:
    if not is_new(document):
        return
    of: tuple[str, Base | None] = ("case", document.case) if document.case is not None else ("client", document.client)
    if of[1] is None:
        return
    same = Document.sha256 == document.sha256
    for other in belonging(db, Document, of[0], of[1], same):
        if other is not document and other.sha256 == document.sha256 and other.voided_reason is None:
            yield Problem("file", f"This very file is here already: “{other.name}”, added on {_added(other, db)}. "
                          "Nothing needs to be done.")  # fmt: skip
            return


def _added(document: Document, db: Session) -> str:
    return short(local(document.created_at or acting(db).now).date())


def stays_as_it_came(document: Document, _db: Session) -> Iterator[Problem]:
    if not is_new(document) and set(changed_fields(document)).intersection(KEPT_AS_IT_CAME):
        yield Problem(
            "", "Not changed: a document stays as it came. Set it aside with a reason, and add the right one."
        )


def set_aside_for_a_reason(document: Document, _db: Session) -> Iterator[Problem]:
    if document.voided_reason is not None and not document.voided_reason.strip():
        yield Problem("voided_reason", "Say why this document is set aside.")


def content_stays(content: DocumentContent, _db: Session) -> Iterator[Problem]:
    if not is_new(content) and changed_fields(content):
        yield Problem("", "Not changed: a document stays as it came.")


def documents_are_kept(_row: Base, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: the file keeps everything. Set the document aside with a reason.")


guard.register(Document, hangs_on_one_file, kept_once, stays_as_it_came, set_aside_for_a_reason)
guard.register(DocumentContent, content_stays)
for _kept in (Document, DocumentContent):
    guard.register_deletion(_kept, documents_are_kept)
