"""The screens beside the generic panels, each for the roles that do the job."""

from __future__ import annotations

from flask import Flask

from admin_views import (
    account,
    accounts,
    advise,
    aftercare,
    call,
    case_file,
    correct_note,
    day_acts,
    deadlines,
    documents,
    drafts,
    figures,
    file_copy,
    find,
    handover,
    happened,
    held,
    hide,
    history,
    improvements,
    intake,
    interpreters,
    letter_print,
    letter_templates,
    letters,
    measuring,
    merge,
    plan_write,
    receipt,
    referral_steps,
    reopening,
    set_up,
    suggest_week,
    visit,
    waiting,
    why,
)

SCREENS = (
    account,
    accounts,
    advise,
    aftercare,
    call,
    case_file,
    correct_note,
    day_acts,
    deadlines,
    documents,
    drafts,
    figures,
    file_copy,
    find,
    handover,
    happened,
    held,
    hide,
    history,
    improvements,
    intake,
    interpreters,
    letter_print,
    letter_templates,
    letters,
    measuring,
    merge,
    plan_write,
    receipt,
    referral_steps,
    reopening,
    set_up,
    suggest_week,
    visit,
    waiting,
    why,
)


def install(app: Flask) -> None:
    """Put every task screen on `app`; several files may share one set of addresses."""
    for blueprint in dict.fromkeys(screen.bp for screen in SCREENS):
        app.register_blueprint(blueprint)
