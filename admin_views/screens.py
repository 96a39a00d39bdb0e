"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import accounts, advise, figures, find, intake, interpreters, merge, referral_steps, visit


def install(app: Flask) -> None:
    """Put every task screen on `app`."""
    for screen in (accounts, advise, figures, find, intake, interpreters, merge, referral_steps, visit):
        app.register_blueprint(screen.bp)
