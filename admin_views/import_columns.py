"""Bring a spreadsheet in, the middle steps: which column becomes which field, and what its words mean here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin_views import import_dry_run, saving
from admin_views.db import db
from admin_views.fields import AtMost, ChipsField, ChoiceField, LineField, Required
from admin_views.fields_choice import Option
from admin_views.forms import OfficeForm
from admin_views.import_sheet import UNPROCESSABLE, bp, cell_words, next_url, refusals, steps, upload
from casework import import_uploads
from casework.problems import RuleBroken
from models import ImportUpload

EXAMPLES = 3
MOST_WORDS = 40  # of one column: a page with more is filled in by nobody
LONGEST_PREFIX = 20
BY_CONTENT, LEAVE = "-", "-"
RECORD_WORDS = {"client": _l("The client"), "case": _l("The case"), "incident": _l("What happened")}
DATES = (("day_first", _l("Day first: 4/3/2024")), ("month_first", _l("Month first: 3/4/2024")),
         ("iso", _l("Year first: 2024-03-04")))  # fmt: skip


class AnswersForm(OfficeForm):
    """What a mapping needs beside its columns. What is asked of every row is added from the importer's list."""

    prefix = LineField(
        _l("Short name of this kind of sheet"), [AtMost(LONGEST_PREFIX)], width="w-medium",
        description=_l("Keeps its numbers apart from those of other sheets, such as “book”."),
    )  # fmt: skip
    dates = ChipsField(_l("Dates typed as text"), [Required()], choices=DATES)


@dataclass(frozen=True)
class WordBlock:
    """The words of one column that the office has to translate; `fields` are names of the form."""

    column: str
    field: str
    rows: int
    fields: tuple[str, ...]
    more: int  # different texts that are not shown


# Columns


@bp.route("/manager/import-sheet/columns/", methods=["GET", "POST"])
def columns() -> Any:
    from seed import import_choices, import_look

    one = upload()
    choices = import_choices.read(one.choices)
    if not choices.header_rows:
        return redirect(url_for("import_sheet.where", file=one.id))
    try:
        with refusals(""):
            found = import_look.columns_of(import_look.lines_at(one.content, choices.source), choices.header_rows)
    except RuleBroken as broken:
        flash(str(broken), "warning")
        return redirect(url_for("import_sheet.where", file=one.id))
    choices = _suggested(choices, found)
    form, goes = _forms(choices, found)
    if request.method == "POST" and form.validate() and goes.validate():
        chosen = _chosen(choices, found, form, goes)
        problems = [replace(one, field=one.field.replace(".", "__")) for one in import_choices.faults(chosen)]
        if not problems:
            return _go_on(one, chosen, found)
        saving.show_problems(form, problems)
    lines = [(f"c{at}", column.name, _examples(column)) for at, column in enumerate(found)]
    answer = render_template(
        "casework/import_columns.html", form=form, goes=goes, lines=lines, steps=steps(3), name=one.name,
        back_url=url_for("import_sheet.where", file=one.id), asked=[name for name in form._fields if "__" in name],
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors or form.form_errors or goes.errors else 200


def _suggested(choices: Any, found: list[Any]) -> Any:
    """Fill in a suggestion for each column of which nothing was said yet."""
    from seed import import_guess, import_suggest

    fresh = [one for one in found if one.name not in choices.columns]
    fitting = _readable_ones(import_suggest.targets(fresh), fresh)
    goes = {**fitting, **{one.name: choices.columns[one.name] for one in found
                                                if one.name in choices.columns}}  # fmt: skip
    if len(fresh) < len(found):
        return replace(choices, columns=goes)
    known = import_suggest.reference(found, goes)
    for name in known:
        goes[name] = import_suggest.LEFT_OUT
    typed = [cell for one in found if goes[one.name].endswith(("_at", "_on", "_birth")) for cell in one.cells]
    answers = {"case.first_contact_medium": "phone", "client.safe_contact": "none", **choices.answers}
    return replace(choices, columns=goes, reference=known, dates=import_guess.date_order(typed), answers=answers)


def _readable_ones(goes: dict[str, str], found: list[Any]) -> dict[str, str]:
    """Keep as text what was to name a person, a team, a borough or a language, and mostly does not."""
    from seed.import_guess import distinct
    from seed.import_suggest import KEPT_AS_TEXT
    from seed.import_words import REFUSED, offers, readable

    offered = {to: offer for to, offer in offers(db.session, set(goes.values())).items() if offer.names}
    for one in found:
        if (offer := offered.get(goes[one.name])) is not None:
            texts = distinct(one.cells)
            unread = sum(readable(text, offer) == REFUSED for text in texts)
            goes[one.name] = KEPT_AS_TEXT if unread * 2 > len(texts) else goes[one.name]
    return goes


def _forms(choices: Any, found: list[Any]) -> tuple[Any, Any]:
    from seed.import_choices import ASKED
    from seed.import_rules import field_of
    from seed.import_words import offers

    posted = request.form if request.method == "POST" else None
    names = [(one.name, one.name) for one in found]
    made: dict[str, Any] = {"reference": ChoiceField(
        _l("Each row is known again by"), choices=[(BY_CONTENT, _l("All that stands in it")), *names],
        description=_l("So that nothing comes in twice. Without a number of its own: by all that stands in the row."),
    )}  # fmt: skip
    for to, offer in offers(db.session, set(ASKED)).items():
        made[to.replace(".", "__")] = ChoiceField(
            _l(field_of(to).info.label), choices=[(word, _(said)) for word, said in offer.words]
        )
    data = {to.replace(".", "__"): choices.answers.get(to) for to in ASKED}
    data |= {"reference": choices.reference[0] if choices.reference else BY_CONTENT, "prefix": choices.prefix,
             "dates": choices.dates}  # fmt: skip
    form = type("SheetAnswersForm", (AnswersForm,), made)(posted, data=data)
    targets = list(_targets())
    boxes = {f"c{at}": ChoiceField(one.name, choices=targets) for at, one in enumerate(found)}
    said = {f"c{at}": choices.columns[one.name] or LEAVE for at, one in enumerate(found)}
    return form, type("SheetColumnsForm", (OfficeForm,), boxes)(posted, data=said)


def _targets() -> Iterator[Option]:
    """Give all that may become of a column."""
    from models.declared import declared
    from seed.import_rules import NAMED, NOT_BY_IMPORT, RECORDS
    from seed.import_suggest import CLOCK, KEPT_AS_TEXT

    yield Option(KEPT_AS_TEXT, _("Keep as a line under what happened"), "", _("In general"))
    yield Option(LEAVE, _("Leave out"), "", _("In general"))
    yield Option(CLOCK, _("Time of day when it happened"), "", _("In general"))
    for record, model in RECORDS.items():
        for one in declared(model):
            named = one.info.code_list or one.target is None or one.target in NAMED
            if one.info.in_form and one.kind != "rows" and named and f"{record}.{one.key}" not in NOT_BY_IMPORT:
                yield Option(f"{record}.{one.key}", _(one.info.label), "", str(RECORD_WORDS[record]))


def _chosen(choices: Any, found: list[Any], form: Any, goes: Any) -> Any:
    from seed.import_choices import ASKED

    said = {one.name: goes[f"c{at}"].data or "text" for at, one in enumerate(found)}
    answers = {to: form[to.replace(".", "__")].data for to in ASKED if form[to.replace(".", "__")].data}
    reference = () if form.reference.data in (None, BY_CONTENT) else (form.reference.data,)
    return replace(
        choices, columns={name: "" if to == LEAVE else to for name, to in said.items()}, answers=answers,
        reference=reference, prefix=(form.prefix.data or "").strip(), dates=form.dates.data or choices.dates,
    )  # fmt: skip


def _go_on(one: ImportUpload, chosen: Any, found: list[Any]) -> Any:
    """Keep what was chosen; ask about words where some are not known, else make the dry run at once."""
    from seed import import_choices

    try:
        import_uploads.choose(db.session, one, import_choices.written(chosen))
        db.session.commit()
    except RuleBroken as broken:
        db.session.rollback()
        flash(str(broken), "warning")
        return redirect(next_url(one))
    said = _blocks(chosen, found)[1].values()
    if any(text not in chosen.words.get(column, {}) for _box, (column, text) in said):
        return redirect(url_for("import_sheet.words", file=one.id))
    return import_dry_run.make(one)


def _examples(column: Any) -> str:
    """Give the first different words of a column, as a hint beside it."""
    said = dict.fromkeys(words for cell in column.cells if (words := cell_words(cell)))
    shown = list(said)[:EXAMPLES]
    return _("For example: %(words)s", words="; ".join(shown)) if shown else _("Nothing stands in it.")


# Words


@bp.route("/manager/import-sheet/words/", methods=["GET", "POST"])
def words() -> Any:
    """Ask once for each text that the office's lists do not have as it stands."""
    from seed import import_choices, import_look

    one = upload()
    choices = import_choices.read(one.choices)
    try:
        with refusals(""):
            found = import_look.columns_of(import_look.lines_at(one.content, choices.source), choices.header_rows)
    except RuleBroken as broken:
        flash(str(broken), "warning")
        return redirect(url_for("import_sheet.where", file=one.id))
    blocks, boxes, said = _blocks(choices, found)
    form = type("SheetWordsForm", (OfficeForm,), {name: box for name, (box, _at) in boxes.items()})(
        request.form if request.method == "POST" else None, data=said)  # fmt: skip
    if request.method == "POST" and form.validate():
        meant: dict[str, dict[str, str]] = {}
        for name, (_box, (column, text)) in boxes.items():
            meant.setdefault(column, {})[text] = form[name].data or import_choices.REFUSED
        kept = {name: {**choices.words.get(name, {}), **new} for name, new in meant.items()}
        chosen = replace(choices, words={**choices.words, **kept})
        try:
            import_uploads.choose(db.session, one, import_choices.written(chosen))
            db.session.commit()
        except RuleBroken as broken:
            db.session.rollback()
            flash(str(broken), "warning")
            return redirect(next_url(one))
        return import_dry_run.make(one)
    answer = render_template(
        "casework/import_words.html", form=form, blocks=blocks, steps=steps(4), name=one.name,
        back_url=url_for("import_sheet.columns", file=one.id),
    )  # fmt: skip
    return answer, UNPROCESSABLE if form.errors else 200


def _blocks(choices: Any, found: list[Any]) -> tuple[list[WordBlock], dict[str, Any], dict[str, str]]:
    """Give what is to be asked: blocks, the boxes by name with (column, text), and what they begin with."""
    from seed.import_choices import meanings
    from seed.import_guess import distinct, split_sign
    from seed.import_rules import field_of
    from seed.import_words import BY_WORDS, EMPTY, REFUSED, offers, readable

    goes = {one: choices.columns.get(one.name, "") for one in found}
    offered = offers(db.session, set(goes.values()))
    blocks: list[WordBlock] = []
    boxes: dict[str, Any] = {}
    data: dict[str, str] = {}
    for at, (column, to) in enumerate(goes.items()):
        if "." not in to or field_of(to).kind not in BY_WORDS:
            continue
        split, offer = split_sign(column.cells) if field_of(to).kind == "many" else None, offered[to]
        counted = distinct(column.cells, split=split)
        open_ = [text for text, _times in counted.most_common() if readable(text, offer) == REFUSED]
        guessed = meanings(column, offer, choices.words.get(column.name, {}), split=split, guess=True)
        options = [
            (REFUSED, _("Refuse these rows")),
            (EMPTY, _("Leave this empty")),
            *((word, _(said)) for word, said in offer.words),
        ]
        names = []
        for place, text in enumerate(open_[:MOST_WORDS]):
            names.append(f"w{at}-{place}")
            label = f"{text} ({counted[text]})"
            boxes[names[-1]] = (ChoiceField(label, choices=options), (column.name, text))
            data[names[-1]] = guessed[text]
        if names:
            blocks.append(WordBlock(column.name, _(field_of(to).info.label), sum(counted[one] for one in open_),
                                    tuple(names), max(len(open_) - MOST_WORDS, 0)))  # fmt: skip
    return blocks, boxes, data
