"""What the record of an agency and the list of agencies lead to beside the base."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin_views import figures_request, scorecard
from admin_views.base import CaseworkView
from admin_views.pages import Link

WITH_FILES = ("manager", "caseworker")  # who refers, and tells people where to ask


class AgencyView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [*self._scorecard(model), *figures_request.way_there(self.role, model), *self._where_to_ask(model)]

    def list_buttons(self) -> list[Link]:
        links = {"scorecards": _("Scorecards")} if self.role in scorecard.ROLES else {}
        links |= {"directory": _("Where to ask")} if self.role in WITH_FILES else {}
        return [Link(words, url_for(f"{screen}.{self.role}")) for screen, words in links.items()]

    def _scorecard(self, model: Any) -> list[Link]:
        if self.role not in scorecard.ROLES:
            return []
        return [Link(_("Scorecard"), url_for(f"scorecard.{self.role}", id=model.id), primary=True)]

    def _where_to_ask(self, model: Any) -> list[Link]:
        if self.role not in WITH_FILES:
            return []
        return [
            Link(_("Joint log"), url_for(f"partners.{self.role}_log", agency=model.id)),
            Link(_("Print for a client"), url_for(f"directory.{self.role}_print", agency=model.id)),
        ]
