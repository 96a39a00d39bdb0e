"""What the record of an agency and the list of agencies lead to beside the base."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from admin_views import scorecard
from admin_views.base import CaseworkView
from admin_views.pages import Link


class AgencyView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        if self.role not in scorecard.ROLES:
            return []
        return [Link(_("Scorecard"), url_for(f"scorecard.{self.role}", id=model.id), primary=True)]

    def list_buttons(self) -> list[Link]:
        if self.role not in scorecard.ROLES:
            return []
        return [Link(_("Scorecards"), url_for(f"scorecards.{self.role}"))]
