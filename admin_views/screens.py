"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import (
    accounts,
    aftercare,
    figures,
    interpreters,
    measuring,
    plan_write,
    referral_steps,
    reopening,
    visit,
)


def install(app: Flask) -> None:
    """Put every task screen on `app`; a blueprint whose pages stand in several files is named by each and put once."""
    screens = (accounts, aftercare, figures, interpreters, measuring, plan_write, referral_steps, reopening, visit)
    for bp in dict.fromkeys(screen.bp for screen in screens):
        app.register_blueprint(bp)
