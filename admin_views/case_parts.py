"""What the page of a case is made of. Each part stands in the file of its own noun and is only listed here.

A side card is a function (role, case) -> Card or None; a timeline source (role, case) -> entries; an act
(role, case) -> links. A part asks its own few statements, however many rows there are, and gives plain values:
the page orders, filters and prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from admin_views import advise, chain
from admin_views.pages import Card, Entry, Link
from models import Case

SideCard = Callable[[str, Case], Card | None]
TimelineSource = Callable[[str, Case], Iterable[Entry]]
Acts = Callable[[str, Case], Iterable[Link]]

# In the order of the page: due, deadlines, consent, plan, incidents, documents, the cases before.
SIDE: tuple[SideCard, ...] = (chain.card,)
TIMELINE: tuple[TimelineSource, ...] = ()
ACTS: tuple[Acts, ...] = (advise.acts,)
