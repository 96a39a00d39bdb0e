"""The office's own letters: one template in use for each letter and language, older editions kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import guard
from casework.audit import changed_fields
from casework.changes import is_new
from casework.problems import Problem, RuleBroken
from models import Language, LetterTemplate

ENGLISH = "eng"  # ISO 639-3: what a letter falls back to


def template_for(db: Session, kind: str, language: Language | None = None) -> LetterTemplate:
    """Give the template in use in this language, else the English one. Raises RuleBroken without either."""
    in_use = db.scalars(
        select(LetterTemplate)
        .join(Language)
        .where(LetterTemplate.kind == kind, LetterTemplate.active.is_(True))
        .order_by(Language.code == ENGLISH, LetterTemplate.id)
    ).all()
    own = [one for one in in_use if language is not None and one.language_id == language.id]
    english = [one for one in in_use if one.language.code == ENGLISH]
    found = next(iter((*own, *english)), None)
    if found is None:
        raise RuleBroken([Problem("", "Not made: there is no template for this letter. A manager brings one in under "
                                  "“Letter templates”.")])  # fmt: skip
    return found


def put_in_use(
    db: Session, kind: str, language: Language, content: bytes, made_for: str | None = None
) -> LetterTemplate:
    """Keep a new edition and let it take the place of the one in use. The caller has tried it out first."""
    before = db.scalars(
        select(LetterTemplate).where(LetterTemplate.kind == kind, LetterTemplate.language_id == language.id)
    ).all()
    for one in before:
        one.active = False
    made = LetterTemplate(
        kind=kind, language=language, edition=max((one.edition for one in before), default=0) + 1, active=True,
        made_for=made_for, sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def editions_stay_as_they_are(template: LetterTemplate, _db: Session) -> Iterator[Problem]:
    changed = () if is_new(template) else changed_fields(template)
    if set(changed) - {"active"}:
        yield Problem(
            "", "Not changed: an edition stays as it is, since letters were made from it. Bring in a new one."
        )


def editions_are_kept(_template: LetterTemplate, _db: Session) -> Iterator[Problem]:
    yield Problem("", "Not deleted: letters were made from this edition. Bring in a new one to take its place.")


guard.register(LetterTemplate, editions_stay_as_they_are)
guard.register_deletion(LetterTemplate, editions_are_kept)
