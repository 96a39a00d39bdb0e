"""The panel in which managers define fields of the office's own."""

from __future__ import annotations

from typing import Any

from admin_views import extra_fields
from admin_views.pages import Link, Notice
from admin_views.set_up_view import SetUpView


class ExtraFieldView(SetUpView):
    def consequences(self, model: Any) -> tuple[str, ...]:
        return extra_fields.consequences(model)

    def buttons(self, model: Any) -> list[Link]:
        return extra_fields.buttons(model)

    def notices(self, model: Any) -> list[Notice]:
        return [*extra_fields.notices(model), *super().notices(model)]
