"""The program's log: one JSON object a line, without a name, an address of a page, a number of a record or a text.

A line of a request says which kind of page it was, how it was answered and how long that took. A fault says its kind,
its place in the program and the reference that the person was shown. Kept on the terminal (a service's journal), or
in a file that is turned over at a size.
"""

from __future__ import annotations

import json
import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from admin_views.config import stopwatch

LARGEST, KEPT = 5 * 1024 * 1024, 9  # bytes of one file, and how many older ones stay
_LOG = logging.getLogger("casework.requests")


class Lines(logging.Formatter):
    """Writes a record as JSON; of an exception its kind and place alone, for its words may hold what somebody typed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"fault": type(record.exc_info[1]).__name__, "place": _place(record.exc_info[2])}
            line["said"] = record.msg if isinstance(record.msg, str) else ""  # without what was put into it
        else:
            line["said"] = record.getMessage()
        return json.dumps(line | getattr(record, "facts", {}), ensure_ascii=False)


class _PrivateFile(RotatingFileHandler):
    """A log that only its owner reads, its older files too."""

    def _open(self) -> Any:
        return os.fdopen(os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a",
                         encoding="utf-8")  # fmt: skip


def begin(file: str) -> None:
    """Send everything that the program says of itself to `file`, or to the terminal if that is empty."""
    kept = _PrivateFile(file, maxBytes=LARGEST, backupCount=KEPT) if file else logging.StreamHandler()
    kept.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [kept]
    root.setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits shows in its time


def install(app: Flask) -> None:
    """Write a line for each request once it is answered."""
    app.before_request(_begin)
    app.after_request(_answered)


def _begin() -> None:
    g.began = stopwatch()


def _answered(response: Response) -> Response:
    if has_request_context() and request.endpoint != "static":
        taken = round((stopwatch() - g.began) * 1000) if "began" in g else None
        facts = {"page": request.endpoint or "none", "method": request.method, "status": response.status_code}
        facts["ms"] = taken
        _LOG.info("answered", extra={"facts": facts})
    return response


def _place(trace: Any) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "?"
