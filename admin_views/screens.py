"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import accounts, figures, interpreters, referral_steps, visit, why


def install(app: Flask) -> None:
    """Put every task screen on `app`."""
    for screen in (accounts, figures, interpreters, referral_steps, visit, why):
        app.register_blueprint(screen.bp)
