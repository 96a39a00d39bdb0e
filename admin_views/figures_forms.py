"""The forms of asking a body for its figures: which questions, their words, what happened, what they said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views.fields import (
    AreaField,
    AtMost,
    ChipsField,
    ChoiceField,
    DateText,
    LineField,
    NumberField,
    OnceField,
    Required,
    TickField,
    TicksField,
    VersionField,
)
from admin_views.forms import OfficeForm
from casework.periods import Period
from models import FiguresQuestion, FiguresRequest
from models.declared import by_key
from models.figures_requests import EXEMPTIONS, REVIEW_OUTCOMES, SAID

PERIOD_WORDS = {
    "year": _l("Last year"), "two_years": _l("Last two years"), "quarter": _l("Last quarter"),
    "so_far": _l("This year, whole quarters"),
}  # fmt: skip
UNIT, BREAKDOWN = by_key(FiguresQuestion)["unit"].length or 0, by_key(FiguresQuestion)["breakdown"].length or 0
STEP_WORDS = {
    "acknowledged": _l("They confirmed receipt"), "answered": _l("They answered in full"),
    "in_part": _l("They answered in part"), "refused": _l("They refused"), "no_answer": _l("No answer came"),
    "review": _l("We asked for a review"), "reviewed": _l("The review is over"),
    "commissioner": _l("We asked the Information Commissioner"), "withdrawn": _l("We take it back, or give it up"),
}  # fmt: skip


class WithOwnQuestion(OfficeForm):
    """A question in the office's own words, beside those of the set."""

    own = AreaField(_l("A question of your own"), lines=2, description=_l("About their figures, never about a person."))
    own_unit = LineField(_l("Counted in"), [AtMost(UNIT)], width="w-medium", description=_l("For example: requests."))

    def own_question(self) -> tuple[str, str] | None:
        text = (self.own.data or "").strip()
        return (text, (self.own_unit.data or "").strip()) if text else None


def ask_form(periods: dict[str, Period], topics: Iterable[tuple[str, str]]) -> type[WithOwnQuestion]:
    """Give the form that chooses a time and questions: (topic, its words)."""
    times = [(word, _("%(name)s: %(days)s", name=PERIOD_WORDS[word], days=str(days))) for word, days in periods.items()]
    return type("AskForm", (WithOwnQuestion,), {
        "period": ChipsField(_l("Figures of"), [Required()], default="year", choices=times),
        "topics": TicksField(_l("Questions"), choices=list(topics)), "once": OnceField(),
    })  # fmt: skip


def words_form(request: FiguresRequest) -> type[OfficeForm]:
    """Give the form in which the questions of a draft are worded."""
    boxes: dict[str, Any] = {}
    for place, one in enumerate(request.questions, 1):
        asked = Required(_("Write question %(number)s, or leave it out.", number=place))
        boxes[f"text_{one.id}"] = AreaField(_("Question %(number)s", number=place), [asked], lines=2, default=one.text)
        boxes[f"breakdown_{one.id}"] = LineField(
            _("Broken down by, question %(number)s", number=place), [AtMost(BREAKDOWN)], default=one.breakdown or "",
            width="w-full",
        )  # fmt: skip
        boxes[f"drop_{one.id}"] = TickField(_("Leave question %(number)s out", number=place))
    return type("WordsForm", (WithOwnQuestion,), {**boxes, "version": VersionField()})


class SendForm(OfficeForm):
    day = DateText(_l("Sent on"), [Required()], prefer="past", width="w-medium")
    version = VersionField()


def step_form(steps: Sequence[str]) -> type[OfficeForm]:
    """Give the form that writes down what happened, with these steps."""
    reveals = {"in_part": "exemption", "refused": "exemption", "reviewed": "review_outcome"}
    shows = {step: box for step, box in reveals.items() if step in steps}
    return type("StepForm", (OfficeForm,), {
        "step": ChipsField(_l("What happened"), [Required(_l("Choose what happened."))], shows=shows,
                           choices=[(word, STEP_WORDS[word]) for word in steps]),
        "on": DateText(_l("On"), [Required()], prefer="past", width="w-medium"),
        **_more(steps),
        "version": VersionField(),
    })  # fmt: skip


def _more(steps: Iterable[str]) -> dict[str, Any]:
    """Give what some of the steps ask for besides; a question that none of them needs is not there."""
    boxes = {
        "exemption": ChoiceField(_l("What they rely on"), choices=[(word, _l(words)) for word, words in EXEMPTIONS]),
        "review_outcome": ChipsField(_l("What the review said"),
                                     choices=[(word, _l(words)) for word, words in REVIEW_OUTCOMES]),
    }  # fmt: skip
    wanted = {"exemption": {"in_part", "refused"}, "review_outcome": {"reviewed"}}
    return {name: box for name, box in boxes.items() if wanted[name] & set(steps)}


def answers_form(request: FiguresRequest) -> type[OfficeForm]:
    """Give the form in which their answers are typed: a number for each question, or why there is none."""
    boxes: dict[str, Any] = {}
    others = [(word, _l(words)) for word, words in SAID if word != "number"]
    for place, one in enumerate(request.questions, 1):
        boxes[f"answer_{one.id}"] = NumberField(_("Their number, question %(number)s", number=place), least=0,
                                                width="w-short", default=one.answer)  # fmt: skip
        boxes[f"said_{one.id}"] = ChoiceField(_("Or why there is none"), choices=others, width="w-medium",
                                              default=one.said if one.said != "number" else None)  # fmt: skip
        boxes[f"note_{one.id}"] = LineField(_("Note"), default=one.note or "", width="w-long")
    return type("AnswersForm", (OfficeForm,), {**boxes, "version": VersionField()})
