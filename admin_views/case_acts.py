"""What may be done from the page of a case, and the ways to its other pages."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _

from admin_views import kept, pages
from models import Case


def acts(role: str, case: Case) -> Iterator[pages.Link]:
    """Give the buttons of daily work."""
    yield pages.Link(_("Add note"), url_for(f"{role}_casenote.create_view", case_id=case.id), primary=True)
    yield from going_out(role, case)


def going_out(role: str, case: Case) -> Iterator[pages.Link]:
    """Give the buttons for what leads away from the desk; on a telephone they stay at hand at the bottom edge."""
    yield pages.Link(_("Book home visit"), url_for(f"visit.{role}", case=case.id))
    yield pages.Link(_("Refer"), url_for(f"refer.{role}", case=case.id))


def other_pages(role: str, case: Case) -> Iterator[pages.Link]:
    """Give the ways to the same case told otherwise; they come last, whatever else is added."""
    yield pages.Link(_("Whole file"), url_for(f"case_file.{role}_whole", id=case.id), quiet=True)
    if case.client_id is not None:
        yield pages.Link(_("Contact card"), url_for(f"case_file.{role}_contact", id=case.id), quiet=True)
    translation = url_for(f"{role}_languagerequest.create_view", case_id=case.id)
    yield pages.Link(_("Ask for a translation"), translation, quiet=True)
    yield pages.Link(_("Family and need"), url_for(f"need.{role}", case=case.id), quiet=True)
    yield pages.Link(_("History"), url_for(f"{role}_case.history_view", id=case.id), quiet=True)
    yield from kept.link(role, case)
    yield pages.Link(_("Edit"), url_for(f"{role}_case.edit_view", id=case.id), quiet=True)
    yield pages.Link(_("All fields"), url_for(f"{role}_case.details_view", id=case.id, all=1), quiet=True)
