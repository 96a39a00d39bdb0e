"""What single tables add to the base: buttons on a record's page, acts on several rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from admin_views import (
    board,
    campaign_shown,
    case_acts,
    case_agencies,
    case_page,
    details,
    held,
    issue_shown,
    once,
    volunteer_page,
    why,
)
from admin_views.agency_parts import AgencyView
from admin_views.base import CaseworkView
from admin_views.breach import BreachView
from admin_views.db import db
from admin_views.extra_field_view import ExtraFieldView
from admin_views.fields import ChipsField
from admin_views.letter_parts import CorrespondenceView
from admin_views.pages import Link, Notice
from admin_views.set_up_view import LetterTemplateView, SetUpChangeView
from casework import finding, learning, looks, merging, next_steps, notes
from casework.changes import is_new
from casework.context import acting
from casework.problems import RuleBroken
from casework.referral_rules import WAITING
from models import Client, Feedback, Referral
from models.declared import by_key
from models.fields import Sensitivity
from models.learning import ITEMS

SCALE = ((0, _l("0, not at all")), (1, "1"), (2, "2"), (3, "3"), (4, _l("4, very much")))


class CaseView(CaseworkView):
    bulk = (("refer", _l("Refer to an agency")), ("issue", _l("Make an issue")))

    def act_on(self, name: str, rows: list[Any]) -> Any:
        if name == "refer":
            return redirect(url_for(f"refer.{self.role}", case=[row.id for row in rows]))
        if name == "issue":
            return redirect(url_for(f"issues.{self.role}_new", case=[row.id for row in rows]))
        return super().act_on(name, rows)

    @expose("/details/")
    def details_view(self) -> Any:
        """Show the page of daily work to those who read files; "all" shows every field, as for other roles."""
        if self.right.see < Sensitivity.SPECIAL or request.args.get("all"):
            return super().details_view()
        model = self._one(request.args.get("id"), self.loading(self.fields)) or abort(404)
        last_look = looks.look(db.session, db.engine, model)
        return render_template("casework/case.html", page=case_page.page_of(self.role, model, last_look))

    def buttons(self, model: Any) -> list[Link]:
        return list(case_acts.acts(self.role, model))


class ClientView(CaseworkView):
    adds_another = False  # after each one the office looks whether it is there already

    def buttons(self, model: Any) -> list[Link]:
        ledger = Link(_("Consent ledger"), url_for(f"ledger.{self.role}", client=model.id))
        if model.merged_into_id is not None:
            return [ledger]
        return [
            Link(_("New case"), url_for(f"intake.{self.role}", client=model.id), primary=True),
            Link(
                _("New case, same problem as before"), url_for(f"intake.{self.role}", client=model.id, previous="last")
            ),
            ledger,
            *_equality(self.role, model),
            Link(_("Same person as another record"), url_for(f"merge.{self.role}", id=model.id)),
        ]

    def after_saving(self, model: Any) -> str:
        """After a new record, show those that may be the same person, if there are any."""
        is_new = (request.endpoint or "").endswith(".create_view")
        likely = finding.likely_same(db.session, model.name, model.phone or "").matches if is_new else ()
        if any(match.client is not model for match in likely):
            return url_for(f"merge.{self.role}", id=model.id)
        return super().after_saving(model)

    def notices(self, model: Any) -> list[Notice]:
        if model.merged_into_id is not None:
            return [_joined(self.role, model)]
        return [_stands_for(self.role, one) for one in merging.records_of(db.session, model)]


def _equality(role: str, client: Any) -> Iterator[Link]:
    if client.kind != "organisation":
        yield Link(_("Equality questions"), url_for(f"equality.{role}", client=client.id))


class ConsentView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        made = [
            Link(_("Consent ledger"), url_for(f"ledger.{self.role}", client=model.client_id)),
            Link(_("Receipt"), url_for(f"ledger.{self.role}_receipt", consent=model.id)),
        ]
        if model.withdrawn_on is not None:
            return [*made, Link(_("Ask for it back"), url_for(f"ledger.{self.role}_recall", consent=model.id))]
        return [*made, Link(_("Withdraw"), url_for(f"ledger.{self.role}_withdraw", id=model.id))]


class ImportView(CaseworkView):
    def list_buttons(self) -> list[Link]:
        return [Link(_("Bring a spreadsheet in"), url_for("import_sheet.start"), primary=True)]

    def buttons(self, model: Any) -> list[Link]:
        if model.undone_at is not None:
            return []
        return [Link(_("Undo this import"), url_for("import_sheet.undo", id=model.id))]


class DocumentView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [
            Link(_("Open"), url_for(f"documents.{self.role}_open", id=model.id), primary=True),
            Link(_("Set aside"), url_for(f"documents.{self.role}_aside", id=model.id)),
        ]


class IncidentView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        url = url_for(f"happened.{self.role}", incident=model.id)
        return [Link(_("Change, or add who was told"), url, primary=True)]


class IncidentReportView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        url = url_for(f"happened.{self.role}", incident=model.incident_id, _anchor="reports")
        return [Link(_("Change it with its incident"), url, primary=True)]


def _joined(role: str, record: Client) -> Notice:
    """Say on the page of a record that another one is kept in its place."""
    url, kept = details.url_of(role, record.merged_into), record.merged_into
    return Notice(
        _("This is the same person as %(kept)s", kept=kept) if kept is not None
        else _("This is the same person as a record of another team"),
        _("New things are written on the record that is kept. What stands here stays here."),
        links=(Link(_("Open %(kept)s", kept=kept), url),) if url else (),
        verb=_("Undo: a person of its own"), action_url=url_for(f"merge.{role}_undo", id=record.id),
    )  # fmt: skip


def _stands_for(role: str, record: Client) -> Notice:
    url = details.url_of(role, record)
    return Notice(
        _("%(record)s is the same person", record=record), _("The cases of both records are listed below."),
        links=(Link(_("Open %(record)s", record=record), url),) if url else (),
    )  # fmt: skip


class ReferralView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        made = [Link(_("Every agency of the case"), url_for(f"case_agencies.{self.role}", case=model.case_id))]
        if model.status == "draft":
            return [Link(_("Send it"), url_for(f"refer.{self.role}_send", id=model.id), primary=True), *made]
        if model.kind == "signpost":
            return [
                Link(_("Print for the client"), url_for(f"directory.{self.role}_print", agency=model.agency_id)),
                *made,
            ]
        if model.kind == "referral_in":
            return [Link(_("Answer them"), url_for(f"partners.{self.role}_reply", id=model.id), primary=True), *made]
        return [
            Link(_("Record the answer"), url_for(f"refer.{self.role}_answer", id=model.id), primary=True),
            *([Link(_("Chase"), url_for(f"refer.{self.role}_chase", id=model.id))] if model.status in WAITING else []),
            *self._next(model), *made,
        ]  # fmt: skip

    def _next(self, model: Any) -> list[Link]:
        """Give what may be asked next, filled in with what came before."""
        of_case = db.session.scalars(select(Referral).where(Referral.case_id == model.case_id)).all()
        steps = next_steps.next_steps(db.session, of_case).get(model.id, [])
        return [
            Link(_("Next: %(step)s", step=one.request.words), case_agencies.step_url(self.role, one)) for one in steps
        ]


class AppointmentView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        lies_ahead = model.status in {"requested", "offered", "booked"}
        made = []
        if lies_ahead and self.role in held.ROLES:
            made.append(Link(held.words_for(model), url_for(f"held.{self.role}", id=model.id), primary=True))
            made.append(Link(_("Visit sheet"), url_for(f"held.{self.role}_sheet", id=model.id)))
        if model.status != "requested":
            made.append(Link(_("Calendar file"), url_for(f"calendar_file.{self.role}", id=model.id)))
        if lies_ahead and model.language_id is not None:
            url = url_for(f"interpreters.{self.role}", appointment=model.id)
            made.append(Link(_("Find an interpreter"), url, primary=not made))
        return [*made, *why.link(self.role, "appointment", model)]


class NoteView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        """Give the one way to put a note right that is open: changing it, or a further note."""
        if notes.may_change(db.session, model):
            return []
        return [Link(_("Correct by a further note"), url_for(f"correct_note.{self.role}", id=model.id), primary=True)]

    def may_edit(self, model: Any) -> bool:
        return notes.may_change(db.session, model)

    def note_opening(self, model: Any) -> None:
        """Say before anything is typed that a form will be refused; that it is, is the rule's doing."""
        super().note_opening(model)
        if request.method == "GET" and request.endpoint == f"{self.endpoint}.edit_view" and not self.may_edit(model):
            flash(_("This note stays as it is. Leave this page and put it right with “Correct by a further note”."),
                  "warning")  # fmt: skip


class DeadlineView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        if model.state != "ahead":
            return []
        return [Link(_("Record what happened"), url_for(f"deadlines.{self.role}_happened", id=model.id), primary=True)]


class FeedbackView(CaseworkView):
    def scaffold_form(self) -> Any:
        """Give the form with the nine answers as chips from 0 to 4."""
        made = super().scaffold_form()
        for name in ITEMS:
            label = _l(by_key(Feedback)[name].info.label)
            chips = ChipsField(label, choices=SCALE)
            chips.creation_counter = getattr(made, name).creation_counter  # it stays where it was declared
            setattr(made, name, chips)
        return made

    def after_saving(self, model: Any) -> str:
        return self.get_url(".details_view", id=model.id)


class FileRequestView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("Open the request"), url_for(f"file_access.{self.role}_request", id=model.id), primary=True)]


class ComplaintView(CaseworkView):
    def before_saving(self, form: Any, model: Any) -> None:
        if is_new(model):
            learning.receive(db.session, model)


class RestrictionView(CaseworkView):
    def before_saving(self, form: Any, model: Any) -> None:
        if is_new(model):
            learning.impose(db.session, model)


class VolunteerView(CaseworkView):
    @expose("/details/")
    def details_view(self) -> Any:
        """Show the volunteer's own page to those who keep it; others see its fields."""
        if self.role not in volunteer_page.ROLES or request.args.get("all"):
            return super().details_view()
        model = self._one(request.args.get("id"), self.loading(self.fields)) or abort(404)
        return volunteer_page.page(self.role, model)

    def after_saving(self, model: Any) -> str:
        return self.get_url(".details_view", id=model.id)


class LanguageRequestView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        if self.role not in board.ROLES or model.status not in {"open", "offered"}:
            return []
        url = url_for(f"board.{self.role}", _anchor=f"need-{model.id}")
        return [Link(_("Find somebody on the board"), url, primary=True)]


class ReviewView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("Open the board"), url_for(f"review.{self.role}", id=model.id), primary=True)]


class ReviewEntryView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("Open the board"), url_for(f"review.{self.role}"), primary=True)]


class FiguresRequestView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        url = url_for(f"figures_request.{self.role}", id=model.id)
        return [Link(_("Questions and answers"), url, primary=True)]


class IssueView(CaseworkView):
    @expose("/details/")
    def details_view(self) -> Any:
        """Show the issue with what stands behind it; "all" shows every field."""
        if request.args.get("all"):
            return super().details_view()
        model = self._one(request.args.get("id"), self.loading(self.fields)) or abort(404)
        return render_template("casework/issue.html", page=issue_shown.page_of(self.role, model))

    def after_saving(self, model: Any) -> str:
        return self.get_url(".details_view", id=model.id)


class CampaignView(CaseworkView):
    @expose("/details/")
    def details_view(self) -> Any:
        """Show the campaign with its figures, log and packs; "all" shows every field."""
        if request.args.get("all"):
            return super().details_view()
        model = self._one(request.args.get("id"), self.loading(self.fields)) or abort(404)
        return render_template(
            "casework/campaign.html", page=campaign_shown.page_of(self.role, model), page_word=once.word()
        )

    def after_saving(self, model: Any) -> str:
        return self.get_url(".details_view", id=model.id)


class StaffView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("Hand over cases"), url_for(f"handover.{self.role}", giver=model.id))]


class TaskView(CaseworkView):
    bulk = (("done", _l("Mark as done")),)

    def act_on(self, name: str, rows: list[Any]) -> Any:
        if name != "done":
            return super().act_on(name, rows)
        todo = [row for row in rows if row.done_on is None]
        for row in todo:
            row.done_on = acting(db.session).today
        try:
            db.session.commit()
        except RuleBroken as error:
            db.session.rollback()
            flash(str(error), "warning")
        else:
            flash(ngettext("%(num)s task marked as done.", "%(num)s tasks marked as done.", len(todo)), "success")
        return redirect(self.get_url(".index_view"))


class PlanStepView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("Open the plan"), url_for(f"plan.{self.role}", case=model.plan.case_id), primary=True)]


class PlanView(CaseworkView):
    def buttons(self, model: Any) -> list[Link]:
        return [Link(_("Open the plan"), url_for(f"plan.{self.role}", case=model.case_id), primary=True)]


class UserView(CaseworkView):
    changes_several = False  # who may do what is decided for one account at a time

    def buttons(self, model: Any) -> list[Link]:
        return [
            Link(_("Give a new passphrase"), url_for("accounts.passphrase", id=model.id), primary=True),
            Link(_("Take the second step away"), url_for("account.reset", id=model.id)),
        ]


VIEWS: dict[str, type[CaseworkView]] = {
    "agency": AgencyView,
    "appointment": AppointmentView,
    "breach": BreachView,
    "campaign": CampaignView,
    "case": CaseView,
    "casenote": NoteView,
    "client": ClientView,
    "plan": PlanView,
    "planstep": PlanStepView,
    "document": DocumentView,
    "import": ImportView,
    "incident": IncidentView,
    "incidentreport": IncidentReportView,
    "consent": ConsentView,
    "issue": IssueView,
    "lettertemplate": LetterTemplateView,
    "deadline": DeadlineView,
    "correspondence": CorrespondenceView,
    "complaint": ComplaintView,
    "extrafield": ExtraFieldView,
    "feedback": FeedbackView,
    "figuresrequest": FiguresRequestView,
    "filerequest": FileRequestView,
    "referral": ReferralView,
    "restriction": RestrictionView,
    "review": ReviewView,
    "reviewentry": ReviewEntryView,
    "setupchange": SetUpChangeView,
    "staff": StaffView,
    "languagerequest": LanguageRequestView,
    "task": TaskView,
    "user": UserView,
    "volunteer": VolunteerView,
}
