"""Words in the language of a page, looked up once for each request instead of with each word."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask import g
from flask_babel import Babel, Domain


class KeptDomain(Domain):
    """The words of the office: a page has three hundred of them, and each asked anew for the language."""

    def get_translations(self) -> Any:
        """Give the words of the request's language; Flask-Babel forgets them by this name when the language changes."""
        context = g._flask_babel
        found = getattr(context, "babel_translations", None)
        if found is None:
            found = context.babel_translations = super().get_translations()
        return found


class OfficeBabel(Babel):
    """Flask-Babel with the words kept."""

    @cached_property
    def domain_instance(self) -> Domain:
        return KeptDomain(domain=self.domain)
