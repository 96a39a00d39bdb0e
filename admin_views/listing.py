"""A list page: which rows, in which order, how many, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select

from admin_views import extra_fields, list_columns, list_views, pages, sheets, shown
from admin_views.db import db
from admin_views.keys import is_number
from admin_views.teaching import TEACHES
from casework import extras, hits, search
from models import Case
from models.declared import Declared

COUNT_LIMIT = 1000  # beyond it a count costs more than it tells: "1,000+"
DEEPEST_PAGE = 100_000
MOST_FILTERS = 12
LONGEST_ANSWER = 100
LONGEST_NUMBER = 9  # digits
PLAIN = ("sort", "desc", "page_size", "col", "of")  # what an address says of a list beside its filters


@dataclass(frozen=True)
class Wanted:
    """What the reader asked of a list; `answers` holds (filter, typed) of those that could be applied."""

    statement: Select[Any]
    answers: tuple[tuple[Any, str], ...]
    faults: dict[str, str]
    typed: str
    sort: str | None  # the key of a column
    down: bool
    page: int
    size: int
    columns: tuple[Declared, ...]
    question: list_views.Question


def wanted(view: Any, question: list_views.Question | None = None) -> Wanted:
    """Read the question out of the request; whatever is malformed counts as not asked, or gets a sentence."""
    question = question or list_views.plain()
    given = question.given
    answers, faults = _answers(view, given)
    typed = question.typed if _can_search(view) else ""
    statement = view.scoped()
    for flt, value in answers:
        statement = flt.apply(statement, value)
    if typed:
        also = [one for one in extra_fields.met(view) if one.info.searched]
        statement = statement.where(search.matches(view.model, typed, view.right.see, also))
    sort, down = _sorting(view, given)
    statement = _ordered(view, statement, sort, down)
    size = _number(given, "page_size", view.page_size)
    return Wanted(
        statement, tuple(answers), faults, typed, sort, down,
        page=min(_number(given, "page", 0), DEEPEST_PAGE),
        size=size if size in view.page_size_options else view.page_size,
        columns=tuple(list_columns.chosen(view, given.getlist("col"))), question=question,
    )  # fmt: skip


def page_of(view: Any) -> pages.ListPage:
    """Give the list page that the request asks for: keys first, then the rows of these keys."""
    question = list_views.question(view)
    asked = wanted(view, question)
    count = _count(asked.statement)
    fields = list(asked.columns)
    rows = _rows(view, asked, fields)
    return pages.ListPage(
        heading=_(view.panel.several.capitalize()), counted=_counted(view, count), rows=tuple(rows),
        columns=tuple(_columns(view, fields, asked)), pager=_pager(view, asked, count, len(rows)),
        own_url=view.get_url(".index_view"), filters=tuple(_boxes(view, asked)), tags=tuple(_tags(view, asked)),
        kept=tuple(_beside_boxes(view, asked)),
        clear_url=_url(view, asked, bare=True, page=None) if asked.answers else None, can_search=_can_search(view),
        search=asked.typed, search_hint=_search_hint(view), bulk=tuple(view.acts()),
        action_url=view.get_url(".action_view"), buttons=tuple(_buttons(view)), exports=tuple(_exports(view, asked)),
        empty=_empty(view, asked), empty_text=_taught(view, asked), empty_link=_empty_link(view, asked),
        views=list_views.tabs(view, question), keep=list_views.keeping(view, question, _shown(view, asked)),
        offered=tuple((one.key, _(one.info.label), one in asked.columns) for one in list_columns.offered(view)),
        carried_columns=tuple(pair for pair in _kept(view, asked) if pair[0] != "col"),
        usual_url=_url(view, asked, col=None) if fields != list_columns.usual(view) else "",
        hint=list_views.lost(view, question), sheet_note=_sheet_note(view, asked),
    )  # fmt: skip


def _answers(view: Any, given: Any) -> tuple[list[tuple[Any, str]], dict[str, str]]:
    answers, faults = [], {}
    known = {**view.record_filters, **{flt.key: flt for flt in view.filters()}}
    for name, typed in list(given.items())[: 4 * MOST_FILTERS]:
        flt = known.get(name.partition("_")[2]) if name.startswith("flt") else None
        value = typed.strip()[:LONGEST_ANSWER]
        if flt is None or not value or len(answers) >= MOST_FILTERS:
            continue
        fault = flt.fault(value)
        if fault:
            faults[flt.key] = fault
        else:
            answers.append((flt, value))
    return answers, faults


def _can_search(view: Any) -> bool:
    return view._search_supported or any(one.info.searched for one in extra_fields.met(view))


def _number(given: Any, name: str, otherwise: int) -> int:
    text = given.get(name, "")
    return int(text) if is_number(text, LONGEST_NUMBER) else otherwise


def _sorting(view: Any, given: Any) -> tuple[str | None, bool]:
    """Give the column to sort by: its key, or in addresses from before its place among the usual columns."""
    usual, key = list_columns.usual(view), given.get("sort", "")
    if is_number(key, LONGEST_NUMBER) and int(key) < len(usual):
        key = usual[int(key)].key
    known = {one.key for one in list_columns.offered(view) if list_columns.is_sortable(one)}
    return (key if key in known else None), given.get("desc") == "1"


def _ordered(view: Any, statement: Select[Any], sort: str | None, down: bool) -> Select[Any]:
    """The key always comes last, so that no row is met twice or missed between pages."""
    if sort is None:
        return search.ordered(statement, view.model)
    column = next(one for one in view.fields if one.key == sort).compared
    return (
        statement.order_by(column.desc(), view.model.id.desc()) if down else statement.order_by(column, view.model.id)
    )


def _count(statement: Select[Any]) -> int:
    """Count up to one more than the limit: the exact number of a long list is not worth reading them all."""
    some = statement.with_only_columns(statement.column_descriptions[0]["entity"].id, maintain_column_froms=True)
    some = some.order_by(None).limit(COUNT_LIMIT + 1)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _rows(view: Any, asked: Wanted, fields: list[Declared]) -> list[pages.Row]:
    model = view.model
    keys = list(
        db.session.scalars(
            asked.statement.with_only_columns(model.id, maintain_column_froms=True)
            .limit(asked.size)
            .offset(asked.page * asked.size)
        )
    )
    if not keys:
        return []
    beside = [one for one in extra_fields.met(view) if one.info.searched and not one.info.listed] if asked.typed else []
    loading = view.loading([*fields, *beside])
    found = db.session.scalars(select(model).where(model.id.in_(keys)).options(*loading)).unique()
    by_id = {row.id: row for row in found}
    base = view.get_url(".details_view")
    rows = [_row(by_id[key], fields, view.right.see, f"{base}?id={key}") for key in keys if key in by_id]
    return [_marked(view, by_id[int(row.id)], row, fields, asked.typed) for row in rows] if asked.typed else rows


def _marked(view: Any, record: Any, row: pages.Row, fields: list[Declared], typed: str) -> pages.Row:
    """Mark the words that were searched for, in the fields that were searched and in no others."""
    cells = tuple(
        replace(cell, pieces=hits.pieces(cell.text, typed, phone="phone" in one.key)) if _was_searched(one) else cell
        for one, cell in zip(fields, row.cells, strict=True)
    )
    if any(cell.pieces for cell in cells):
        return replace(row, cells=cells)
    beside = [one for one in view.fields if one.info.searched and one not in fields and one.info.in_form]
    found = [
        _(one.info.label) for one in beside
        if hits.pieces(shown.text(one, record, view.right.see), typed, phone="phone" in one.key)
    ]  # fmt: skip
    return replace(row, found_by=", ".join(found))


def _was_searched(field: Declared) -> bool:
    """A case is found by its client's name too."""
    return field.info.searched or (field.model is Case and field.key == "client")


def _row(row: Any, fields: list[Declared], see: Any, url: str) -> pages.Row:
    cells = [shown.cell(one, row, see) for one in fields]
    first = cells[0]
    head = pages.Cell(first.text or str(row), first.badge, url, first.lang)
    return pages.Row(str(row.id), (head, *cells[1:]))


def _columns(view: Any, fields: list[Declared], asked: Wanted) -> list[pages.Column]:
    made = []
    for one in fields:
        is_sorted = asked.sort == one.key
        url = _url(view, asked, sort=one.key, desc=1 if is_sorted and not asked.down else None, page=None)
        made.append(pages.Column(
            one.key, _(one.info.label), url if list_columns.is_sortable(one) else None,
            ("descending" if asked.down else "ascending") if is_sorted else None, one.kind == "number",
        ))  # fmt: skip
    return made


def _kept(view: Any, asked: Wanted) -> list[tuple[str, str]]:
    """Give the query of this list without its page: filters, order, page size. The search is never in it."""
    pairs = [(f"flt{place}_{flt.key}", value) for place, (flt, value) in enumerate(asked.answers)]
    if asked.sort is not None:
        pairs.append(("sort", asked.sort))
        if asked.down:
            pairs.append(("desc", "1"))
    if asked.size != view.page_size:
        pairs.append(("page_size", str(asked.size)))
    if list(asked.columns) != list_columns.usual(view):
        pairs += [("col", one.key) for one in asked.columns]
    if asked.question.view is not None:
        pairs.append(("of", str(asked.question.view.id)))
    return pairs


def _shown(view: Any, asked: Wanted) -> list[tuple[str, str]]:
    """Give what a view of this page would keep."""
    return [(key, value) for key, value in _kept(view, asked) if key != "of"]


def _beside_boxes(view: Any, asked: Wanted) -> list[tuple[str, str]]:
    """Give what the filter form carries on without showing a box for it."""
    boxes = {flt.key for flt in view.filters()}
    return [(key, value) for key, value in _kept(view, asked) if key.partition("_")[2] not in boxes or key in PLAIN]


def _url(view: Any, asked: Wanted, *, without: Any = None, bare: bool = False, **changes: Any) -> str:
    """Give this list with some changes; `bare` takes off every filter, `without` one."""
    pairs = [(key, value) for key, value in _kept(view, asked) if key not in changes]
    pairs = [(key, value) for key, value in pairs if not bare or key in PLAIN]
    if without is not None:
        pairs = [(key, value) for key, value in pairs if key.partition("_")[2] != without]
    pairs += [(key, str(value)) for key, value in changes.items() if value is not None]
    if not pairs and asked.question.default is not None:
        pairs = [("view", "0")]  # without a word the list would open with that view again
    return view.get_url(".index_view") + (f"?{urlencode(pairs)}" if pairs else "")


def _counted(view: Any, count: int) -> str:
    if count > COUNT_LIMIT:
        return f"{COUNT_LIMIT:,}+ {_(view.panel.several)}"
    return f"{count:,} {ngettext(view.panel.one, view.panel.several, count)}"


def _pager(view: Any, asked: Wanted, count: int, here: int) -> pages.Pager:
    start = asked.page * asked.size
    is_capped = count > COUNT_LIMIT
    more = here == asked.size and (is_capped or start + here < count)
    return pages.Pager(
        first=start + 1 if here else 0, last=start + here, page=asked.page + 1,
        pages=None if is_capped else max(1, -(-count // asked.size)),
        previous_url=_url(view, asked, page=(asked.page - 1) or None) if asked.page else None,
        next_url=_url(view, asked, page=asked.page + 1) if more else None,
    )  # fmt: skip


def _boxes(view: Any, asked: Wanted) -> list[pages.FilterBox]:
    given = {flt.key: value for flt, value in asked.answers}
    return [_box(place, flt, given.get(flt.key, _typed(flt)), asked.faults) for place, flt in enumerate(view.filters())]


def _typed(flt: Any) -> str:
    """Give what was typed into a box whose answer could not be used: it stays in the box."""
    return next((value for name, value in request.values.items() if name.partition("_")[2] == flt.key), "")


def _box(place: int, flt: Any, value: str, faults: dict[str, str]) -> pages.FilterBox:
    label = str(flt.name)
    if flt.kind == "date":
        label = f"{label} {flt.operation()}"
    options = (("", _("Any")), *flt.choices()) if flt.kind == "select" else ()
    return pages.FilterBox(
        f"flt{place}_{flt.key}", label, flt.kind, value[:LONGEST_ANSWER], tuple(options),
        hint=_("Day first: 4/12, 4 Dec.") if flt.kind == "date" else "", error=faults.get(flt.key, ""),
    )  # fmt: skip


def _tags(view: Any, asked: Wanted) -> list[pages.Tag]:
    return [
        pages.Tag(f"{flt.name}: {flt.words(value)}", _url(view, asked, without=flt.key, page=None))
        for flt, value in asked.answers
    ]


def _search_hint(view: Any) -> str:
    labels = [_(one.info.label).lower() for one in view.fields if one.info.searched and one.info.in_form]
    told = [_("Looks in %(fields)s.", fields=", ".join(labels))] if labels else []
    if search.by_beginnings(view.model, view.right.see):
        told.append(_("Clients’ names are found by the beginning of each word."))
    return " ".join(told)


def _buttons(view: Any) -> list[pages.Link]:
    made = list(view.list_buttons())
    if not view.can_create:
        return made
    return [*made, pages.Link(_("New %(what)s", what=_(view.panel.one)), view.get_url(".create_view"), primary=True)]


def _exports(view: Any, asked: Wanted) -> list[pages.Link]:
    if not view.can_export or asked.typed:  # a search is not in the address, so the sheet could not keep to it
        return []
    chosen, left_out = on_sheet(view, asked)
    if left_out and not chosen:
        return []
    query = urlencode(_kept(view, asked))
    return [
        pages.Link(words, url_for(f"{view.endpoint}.export", export_type=kind) + (f"?{query}" if query else ""))
        for kind, words in (("xlsx", _("Export to Excel")), ("csv", _("Export as CSV")))
    ]


def on_sheet(view: Any, asked: Wanted) -> tuple[list[str], list[str]]:
    """Give the names of the chosen columns that a sheet holds, and the labels of those it leaves out.

    Both are empty for the usual columns: the sheet then holds everything that the reader may take along.
    """
    if list(asked.columns) == list_columns.usual(view):
        return [], []
    added = extras.fields_of(db.session, view.model)
    may = {one.key for one in sheets.working_fields(view.model, view.right.see, added)}
    keys = [one.key for one in asked.columns if one.key in may]
    return keys, [_(one.info.label) for one in asked.columns if one.key not in may]


def _sheet_note(view: Any, asked: Wanted) -> str:
    """Say what a sheet of this list holds, where columns were chosen for it."""
    if not view.can_export or asked.typed:
        return ""
    chosen, left_out = on_sheet(view, asked)
    if not left_out:
        return _("A sheet of this list holds the columns that you chose.") if chosen else ""
    names = ", ".join(left_out)
    if not chosen:
        return _("No sheet can be made of these columns: %(names)s never leave the screen.", names=names)
    return _("A sheet of this list holds these columns without %(names)s.", names=names)


def _empty(view: Any, asked: Wanted) -> str:
    if asked.answers or asked.typed:
        return _("Nothing fits. Take off a filter or type less.")
    return _("No %(what)s yet.", what=_(view.panel.several))


def _taught(view: Any, asked: Wanted) -> str:
    """Say what belongs in a list that has nothing yet; a list that is only narrowed says how to widen it."""
    return "" if asked.answers or asked.typed else str(TEACHES.get(view.panel.name, ""))


def _empty_link(view: Any, asked: Wanted) -> pages.Link | None:
    if asked.answers or asked.typed:
        return pages.Link(_("Show all"), view.get_url(".index_view"))
    return next((one for one in _buttons(view) if one.primary), None)
