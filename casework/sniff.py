"""What kind of file some bytes are, judged by the bytes alone: a name can say anything.

Only kinds that an office keeps as evidence are known; everything else is refused. Nothing is opened, unpacked or
drawn here: the first bytes and the list of a package's parts are enough.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

HEAD = 1024  # bytes; a PDF may begin anywhere within them
LONGEST_HEADER = 65_536  # signs at the top of an e-mail
MOST_PARTS = 10_000  # of a package; a letter has about twenty
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MAIL_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:")
MAIL_NEEDS = ({"from"}, {"date", "received", "message-id"})  # one of each, or it is only a text
SOUND_BRANDS, FILM_BRANDS = (b"M4A ", b"M4B "), (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1")
MPEG_AUDIO = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")


@dataclass(frozen=True)
class FileKind:
    """A kind of file: what it is called, how it is served, and how its name may end (the first one is usual)."""

    words: str
    mime: str
    endings: tuple[str, ...]


PDF = FileKind("PDF", "application/pdf", ("pdf",))
PNG = FileKind("PNG picture", "image/png", ("png",))
JPEG = FileKind("JPEG picture", "image/jpeg", ("jpg", "jpeg"))
DOCX = FileKind("Word document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",))
XLSX = FileKind("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",))
TEXT = FileKind("plain text", "text/plain", ("txt",))
MAIL = FileKind("e-mail", "message/rfc822", ("eml",))
MP3 = FileKind("sound recording", "audio/mpeg", ("mp3",))
M4A = FileKind("sound recording", "audio/mp4", ("m4a",))
MP4 = FileKind("film", "video/mp4", ("mp4",))
KNOWN = (PDF, PNG, JPEG, DOCX, XLSX, TEXT, MAIL, MP3, M4A, MP4)
KINDS_IN_WORDS = "PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), plain text, e-mail (.eml), MP3, M4A and MP4"


def kind_of(data: bytes) -> FileKind | None:
    """Give the kind of these bytes; None for anything that is not kept."""
    return next((kind for kind, fits in _TESTS if fits(data)), None)


def by_mime(mime: str) -> FileKind | None:
    """Give the kind that is served as `mime`."""
    return next((kind for kind in KNOWN if kind.mime == mime), None)


def _package(main: str) -> Callable[[bytes], bool]:
    """Give a test for an office package whose main part is `main`; one with macros is refused."""

    def fits(data: bytes) -> bool:
        parts = _parts(data)
        return {"[Content_Types].xml", main} <= parts and not any(part.endswith("vbaProject.bin") for part in parts)

    return fits


def _parts(data: bytes) -> set[str]:
    """Give the names of a package's parts; none of what cannot be read as a package."""
    if not data.startswith(b"PK\x03\x04"):
        return set()
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return set()
    return set(names) if len(names) <= MOST_PARTS else set()


def _brand(brands: tuple[bytes, ...]) -> Callable[[bytes], bool]:
    return lambda data: data[4:8] == b"ftyp" and data[8:12] in brands


def _is_text(data: bytes) -> bool:
    return _text(data) is not None


def _is_mail(data: bytes) -> bool:
    text = _text(data)
    if text is None:
        return False
    names = _header_names(text)
    return all(names & wanted for wanted in MAIL_NEEDS)


def _header_names(text: str) -> set[str]:
    """Give the names of the header lines at the top; none if the text does not begin with a header."""
    found: set[str] = set()
    for line in text[:LONGEST_HEADER].splitlines():
        if not line:
            return found
        if line[0] in " \t":  # a header goes on
            continue
        if not MAIL_HEADER.match(line):
            return set()
        found.add(line.partition(":")[0].lower())
    return found


def _text(data: bytes) -> str | None:
    """Give the text that these bytes hold; None if they hold signs that no text has."""
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    for way in (encoding, "cp1252"):  # what Windows programs still write
        try:
            text = data.decode(way)
        except UnicodeDecodeError:
            continue
        return None if CONTROLS.search(text) else text
    return None


_TESTS: tuple[tuple[FileKind, Callable[[bytes], bool]], ...] = (
    (PNG, lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    (JPEG, lambda data: data.startswith(b"\xff\xd8\xff")),
    (DOCX, _package("word/document.xml")),
    (XLSX, _package("xl/workbook.xml")),
    (M4A, _brand(SOUND_BRANDS)),
    (MP4, _brand(FILM_BRANDS)),
    (MP3, lambda data: data.startswith((b"ID3", *MPEG_AUDIO)) and not _is_text(data)),
    (PDF, lambda data: b"%PDF-" in data[:HEAD]),
    (MAIL, _is_mail),
    (TEXT, _is_text),
)
