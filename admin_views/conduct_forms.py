"""How an agency dealt with somebody, as boxes: what speaks against it and what is to its credit, apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_views import options
from admin_views.db import db
from admin_views.fields import AreaField, TicksField
from admin_views.forms import OfficeForm
from casework.conduct import is_favourable
from models import AgencyConduct, Code
from models.declared import by_key


def words_of(*, credit: bool) -> Callable[[], list[tuple[int, str]]]:
    """Give a function that lists the words for or against an agency; both are read in one statement."""
    return lambda: [(one.id, one.words) for one in _words() if is_favourable(one) is credit]


def _words() -> list[Code]:
    if "conduct_words" not in g:
        words = select(Code).where(Code.list == "conduct", Code.active).order_by(Code.sort, Code.words)
        g.conduct_words = list(db.session.scalars(words.options(joinedload(Code.parent))))
    return g.conduct_words


class WithConduct(OfficeForm):
    """A form that also takes how they dealt with the client."""

    against = TicksField(_l("Against them"), choices=words_of(credit=False))
    credit = TicksField(_l("To their credit"), choices=words_of(credit=True))
    what = AreaField(_l("In words"), description=_l(by_key(AgencyConduct)["what"].info.help), lines=3)

    def conduct(self) -> list[Code]:
        """Give the words that were ticked."""
        keys = [*self.against.data, *self.credit.data]
        found: Any = options.fetched(Code)(keys) if keys else []
        return sorted(found, key=lambda one: keys.index(one.id))
