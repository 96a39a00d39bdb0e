"""Whether a text that may be read outside names somebody: a colleague, a client, a reference."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.finding import REFERENCE
from casework.scope import office_wide
from models import Client, Worker

REFERENCES = re.compile(rf"\b(?:{REFERENCE.pattern})\b", re.IGNORECASE)


def somebody_in(db: Session, text: str | None, clients: Iterable[int] = ()) -> str:
    """Say whom a text names: "one of our people", "a client", "a reference"; "" for nobody.

    Colleagues by their whole name; of clients those numbered `clients`, by any name in which they are recorded.
    """
    if not text:
        return ""
    if REFERENCES.search(text):
        return "a reference"
    with db.no_autoflush:
        if any(_stands_in(name, text) for name in db.scalars(office_wide(select(Worker.name)))):
            return "one of our people"
        keys = list(clients)
        found = select(Client.name, Client.own_script).where(Client.id.in_(keys))
        rows = db.execute(office_wide(found)).all() if keys else ()
    return "a client" if any(_stands_in(name, text) for row in rows for name in row if name) else ""


def _stands_in(name: str, text: str) -> bool:
    words = r"\s+".join(re.escape(one) for one in name.split())
    return bool(words) and re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) is not None
