"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import (
    account,
    accounts,
    drafts,
    figures,
    hide,
    history,
    interpreters,
    referral_steps,
    set_up,
    visit,
)


def install(app: Flask) -> None:
    """Put every task screen on `app`."""
    for screen in (
        account, accounts, drafts, figures, hide, history, interpreters, referral_steps, set_up, visit,
    ):  # fmt: skip
        app.register_blueprint(screen.bp)
