"""Answers on the way to the browser: pages compressed, static files stripped of comments, compressed once and kept.

A compressed page that holds both a secret and a reader's own words can be guessed from its length (BREACH, 2013). So
the gzip header of each page carries a run of random length: the same page is never twice as long.
"""

from __future__ import annotations

import gzip
import re
import secrets
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request

LEAST = 600  # bytes; below it a packet is sent either way
MOST_RUN = 128  # bytes of random length put into the header of a page
PACKED = {"text/html", "text/plain", "text/css", "text/javascript", "application/json", "image/svg+xml"}
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
NAMED = 0b1000  # the flag of a gzip header with a file name, RFC 1952 section 2.3.1

STRINGS = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|url\([^)]*\))""")
STRINGS_OR_COMMENTS = re.compile(STRINGS.pattern + r"|/\*.*?\*/", re.DOTALL)
AROUND = re.compile(r"\s*([{};,])\s*|\s+")
MARGIN = re.compile(r"^[ \t]*(?://[^\n]*)?\n|^[ \t]+", re.MULTILINE)


@dataclass(frozen=True)
class StaticFile:
    """A file as it is served: its kind, its bytes, and the same compressed."""

    kind: str
    body: bytes
    packed: bytes
    mark: str


def install(app: Flask) -> None:
    """Serve the static files from memory, and compress every answer that a browser would rather have small."""
    folder = Path(app.static_folder or "")
    files = {one.name: static_file(one) for one in folder.iterdir() if one.suffix in KINDS}
    _fingerprint(app, {name: one.mark for name, one in files.items()})
    app.view_functions["static"] = lambda filename: _answer(files.get(filename) or abort(404))

    @app.after_request
    def _pack(response: Response) -> Response:
        return response if request.endpoint == "static" else packed(response)


def _fingerprint(app: Flask, marks: dict[str, str]) -> None:
    """Put the file's own hash into the address of each static file: browsers keep it, a new one is seen at once."""

    @app.url_defaults
    def _mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in marks:
            values.setdefault("v", marks[values["filename"]])


def packed(response: Response) -> Response:
    """Give the answer compressed if the browser asked for it; a file to keep or a stream is left as it is."""
    if response.mimetype not in PACKED or "Content-Encoding" in response.headers or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if response.direct_passthrough or not _may_pack() or (response.content_length or 0) < LEAST:
        return response
    response.set_data(zipped(response.get_data(), name=secrets.token_hex(MOST_RUN)[: secrets.randbelow(MOST_RUN) + 1]))
    response.headers["Content-Encoding"] = "gzip"
    return response


def zipped(body: bytes, *, name: str = "") -> bytes:
    """Give `body` as a gzip member; a `name` stands in its header, where browsers skip it."""
    head = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, NAMED if name else 0, 0, 0, 255)
    raw = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    named = name.encode("ascii") + b"\0" if name else b""
    end = struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return head + named + raw.compress(body) + raw.flush() + end


@cache
def static_file(path: Path) -> StaticFile:
    """Read a file as it will be served."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        text = without_comments(text)
    elif path.suffix == ".js":
        text = MARGIN.sub("", text)
    body = text.encode()
    return StaticFile(KINDS[path.suffix], body, gzip.compress(body, 9, mtime=0), sha256(body).hexdigest()[:12])


def without_comments(sheet: str) -> str:
    """Give a style sheet without comments and without the spaces that mean nothing; strings stay as they are."""
    bare = STRINGS_OR_COMMENTS.sub(lambda found: found[1] or "", sheet)
    parts = STRINGS.split(bare)
    return "".join(part if odd % 2 else _closed_up(part) for odd, part in enumerate(parts)).replace(";}", "}").strip()


def _closed_up(part: str) -> str:
    return AROUND.sub(lambda found: found[1] or " ", part).replace(": ", ":")


def _may_pack() -> bool:
    return request.accept_encodings["gzip"] > 0


def _answer(file: StaticFile) -> Response:
    response = Response(file.body, mimetype=file.kind)
    if _may_pack():
        response.set_data(file.packed)
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(file.mark + ("-gzip" if _may_pack() else ""))
    return response.make_conditional(request)
