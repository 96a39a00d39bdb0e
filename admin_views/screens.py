"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import (
    accounts,
    aftercare,
    documents,
    figures,
    happened,
    held,
    interpreters,
    plan_write,
    referral_steps,
    reopening,
    visit,
)


def install(app: Flask) -> None:
    """Put every task screen on `app`."""
    for screen in (
        accounts,
        figures,
        held,
        interpreters,
        referral_steps,
        visit,
        aftercare,
        plan_write,
        reopening,
        documents,
        happened,
    ):
        app.register_blueprint(screen.bp)
