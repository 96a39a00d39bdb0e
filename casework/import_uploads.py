"""Spreadsheets that wait between the steps of bringing them in: each its sender's own, removed after a day.

Bringing one in happens in pieces, each a transaction of its own. `claim` begins a run, `may_go_on` lets it write its
next piece only while no later run was begun: a run that was thought dead and wakes up finds that it is none any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework import guard
from casework.context import acting
from casework.locks import hold
from casework.problems import Problem, RuleBroken
from casework.text import clean_line
from models import ImportMapping, ImportUpload, User
from models.declared import by_key

KEPT_FOR = timedelta(days=1)
SILENT_FOR = timedelta(minutes=2)  # a run that has not moved for so long is over, whatever its row says
LARGEST = 4 * 1024 * 1024  # bytes: what one request may hold; ten years of an office's sheet take about one
MOST_AT_ONCE = 5  # of one person: each may be as large as a request
# Over what is added to the rows of a sheet that were not taken, so that it is known again when they come back.
LINE, WHY = "Line in the sheet", "Why it was not taken"
LONGEST_FAULT = by_key(ImportUpload)["fault"].length or 0
LONGEST_NAME = by_key(ImportMapping)["name"].length or 0


def keep(db: Session, name: str, content: bytes) -> ImportUpload:
    """Keep a file that was sent, and forget old ones. Raises RuleBroken for one that is empty or too large."""
    forget_old(db)
    if not content.strip():
        raise RuleBroken([Problem("file", "This file is empty. Look at it on your computer, then choose it again.")])
    if len(content) > LARGEST:
        raise RuleBroken([Problem("file", f"This file is larger than {LARGEST // 1024 // 1024} MB. Save only the one "
                                          "sheet, without pictures.")])  # fmt: skip
    if len(waiting(db)) >= MOST_AT_ONCE:
        raise RuleBroken([Problem("file", f"{MOST_AT_ONCE} files of yours wait already. Bring one in or throw one "
                                          "away first.")])  # fmt: skip
    made = ImportUpload(
        user=db.get(User, acting(db).user_id), name=clean_line(name)[:120] or "sheet", content=content,
        sha256=sha256(content).hexdigest(), sent_at=acting(db).now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def waiting(db: Session) -> list[ImportUpload]:
    """Give the actor's own files, newest first."""
    mine = select(ImportUpload).where(_is_mine(db), ImportUpload.sent_at >= acting(db).now - KEPT_FOR)
    return list(db.scalars(mine.order_by(ImportUpload.id.desc())))


def of(db: Session, key: int) -> ImportUpload | None:
    """Give one of the actor's own files by its number."""
    mine = select(ImportUpload).where(ImportUpload.id == key, _is_mine(db))
    return db.scalars(mine.where(ImportUpload.sent_at >= acting(db).now - KEPT_FOR)).one_or_none()


def throw_away(db: Session, upload: ImportUpload) -> None:
    """Forget a file and what was chosen for it; what came in of it stays. Raises RuleBroken while it is coming in."""
    if is_running(db, upload):
        raise RuleBroken([Problem("", "Not thrown away: its rows are coming in. Wait until they are in.")])
    db.delete(upload)
    db.flush()


def forget_old(db: Session) -> None:
    db.execute(delete(ImportUpload).where(ImportUpload.sent_at < acting(db).now - KEPT_FOR))


def choose(db: Session, upload: ImportUpload, choices: str) -> None:
    """Keep what was chosen; what an earlier dry run said no longer holds. Raises RuleBroken once rows came in."""
    if upload.batch_id is not None or is_running(db, upload):
        raise RuleBroken([Problem("", "Not changed: rows of this sheet came in already.")])
    upload.choices, upload.verdicts, upload.state = choices, None, "choosing"
    db.flush()


def checked(db: Session, upload: ImportUpload, verdicts: str) -> None:
    """Keep what a dry run said of each line."""
    if upload.state == "choosing":
        upload.verdicts, upload.state = verdicts, "checked"
        db.flush()


# Bringing in


def is_running(db: Session, upload: ImportUpload) -> bool:
    moved = upload.moved_at
    return upload.state == "running" and moved is not None and acting(db).now - moved < SILENT_FOR


def claim(db: Session, upload: ImportUpload) -> int | None:
    """Begin a run and give its number; None while another one is under way, or when everything came in."""
    hold(db, "import uploads")
    db.expire(upload)
    if upload.state in ("choosing", "done") or is_running(db, upload):
        return None
    upload.run += 1
    upload.state, upload.moved_at, upload.fault = "running", acting(db).now, None
    db.flush()
    return upload.run


def may_go_on(db: Session, upload: ImportUpload, run: int) -> bool:
    """Say whether this run may write its next piece; asked in the transaction that writes it."""
    hold(db, "import uploads")
    db.expire(upload)
    return upload.state == "running" and upload.run == run


def moved(db: Session, upload: ImportUpload, came: int) -> None:
    """Note that so many rows are in, together with these rows."""
    upload.came, upload.moved_at = came, acting(db).now
    db.flush()


def ended(db: Session, upload: ImportUpload, fault: str = "") -> None:
    """Note that everything is in, or why it stopped."""
    upload.state, upload.fault = ("stopped", fault[:LONGEST_FAULT]) if fault else ("done", None)
    db.flush()


# Mappings kept by name


def mappings(db: Session) -> list[ImportMapping]:
    return list(
        db.scalars(select(ImportMapping).where(ImportMapping.set_aside_on.is_(None)).order_by(ImportMapping.name))
    )


def keep_mapping(db: Session, name: str, told: str) -> ImportMapping:
    """Keep choices under a name, in place of what stood under it. Raises RuleBroken without a name."""
    plain = clean_line(name)
    made = next((one for one in mappings(db) if one.name == plain), None) or ImportMapping(name=plain)
    made.told = told
    db.add(made)
    db.flush()
    return made


def set_mapping_aside(db: Session, mapping: ImportMapping) -> None:
    mapping.set_aside_on = acting(db).today
    db.flush()


def a_mapping_has_a_name(mapping: ImportMapping, _db: Session) -> Iterator[Problem]:
    """Source: chosen by the office; without a name it is not found again."""
    if not (mapping.name or "").strip():
        yield Problem("name", "Give the mapping a name, such as that of the sheet.")
    elif len(mapping.name) > LONGEST_NAME:
        yield Problem("name", f"This name is too long. Use up to {LONGEST_NAME} characters.")


guard.register(ImportMapping, a_mapping_has_a_name)


def _is_mine(db: Session) -> object:
    return ImportUpload.user_id == acting(db).user_id
