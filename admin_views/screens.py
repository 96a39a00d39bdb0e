"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import (
    accounts,
    aftercare,
    case_file,
    correct_note,
    deadlines,
    documents,
    figures,
    happened,
    held,
    interpreters,
    letter_templates,
    plan_write,
    receipt,
    referral_steps,
    reopening,
    visit,
)

SCREENS = (
    accounts,
    aftercare,
    case_file,
    correct_note,
    deadlines,
    documents,
    figures,
    happened,
    held,
    interpreters,
    letter_templates,
    plan_write,
    receipt,
    referral_steps,
    reopening,
    visit,
)


def install(app: Flask) -> None:
    """Put every task screen on `app`."""
    for screen in SCREENS:
        app.register_blueprint(screen.bp)
