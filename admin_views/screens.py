"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import (
    accounts,
    call,
    figures,
    interpreters,
    letter_print,
    letters,
    referral_steps,
    visit,
    waiting,
    why,
)


def install(app: Flask) -> None:
    """Put every task screen on `app`."""
    for screen in (accounts, call, figures, interpreters, letters, letter_print, referral_steps, visit, waiting, why):
        app.register_blueprint(screen.bp)
