"""What one cell of a sheet holds: its column, its text made safe, its value as figure or words.

A sheet is opened in programs that guess: text that begins like a formula is run, a number in text
cannot be summed, one stray control character makes the whole file unreadable. So each column names
its kind, and a value is written as that kind or not at all.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

KindName = Literal["text", "number", "date", "moment", "yes_no"]

LONDON = ZoneInfo("Europe/London")
SECONDS_IN_DAY = 86_400
# Spreadsheets count days from here; it allows for the 29 February 1900 they wrongly believe in.
DAY_ZERO = date(1899, 12, 30).toordinal()
FIRST_SURE_DAY = date(1900, 3, 1)  # before it, spreadsheet programs disagree about the day a number means
LONGEST_TEXT = 32_767  # UTF-16 units in one cell: Microsoft's "Excel specifications and limits"
SURE_DIGITS = 15  # significant digits a cell keeps: the same list of limits
WIDEST_COLUMN = 255  # characters: the same list of limits
CUT_NOTE = " [cut here: the rest does not fit in a cell]"

# A text of these signs alone needs no cleaning.
NOT_PLAIN = re.compile(r"[^\t\n -~]").search
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, half characters and the two code points XML forbids: a workbook holding one does not open.
UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Blanks, and signs that are not drawn, may stand before the sign that makes a formula.
UNSEEN = r"[\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]*"
# The plain signs, then their full-width and small forms and the minus sign; then tab and line ends.
FORMULA_START = re.compile(UNSEEN + "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\t\r\n]").match
# Text of these signs alone can stand in a sheet as it is; _ may begin an escape, & and < are XML's own.
NOT_PLAIN_IN_SHEET = re.compile(r"[^\t\n !-%'-;=?-^`a-~]").search
ESCAPE_LOOK = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what it holds, its width in characters.

    `number_format` is a spreadsheet format such as "0.0%" and is for numbers only. `wrap` lets long
    text run over several lines. In any column a text may stand in a value's place ("<5", "not known").
    """

    title: str
    kind: KindName
    width: int
    number_format: str = ""
    wrap: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f'The column "{self.title}" has the unknown kind "{self.kind}".')
        if not 1 <= self.width <= WIDEST_COLUMN:
            raise ValueError(f'The column "{self.title}" is {self.width} wide; 1 to {WIDEST_COLUMN} can be.')
        if self.number_format and self.kind != "number":
            raise ValueError(f'The column "{self.title}" holds no numbers, so it takes no number format.')

    @property
    def shown_as(self) -> str:
        """Give the spreadsheet format in which the values are shown."""
        return self.number_format or KINDS[self.kind].shown_as


class CellStyle(NamedTuple):
    """Numbers of a look in the workbook's list of styles: for any value, and for text like a formula."""

    usual: int
    guarded: int


class Kind(NamedTuple):
    """How values of one kind are checked and written.

    `figure` gives the number a sheet stores, or None where only `words` can tell the value.
    """

    wants: str
    fits: Callable[[Any], bool]
    figure: Callable[[Any], str | None]
    words: Callable[[Any], str]
    shown_as: str = "General"


def safe_text(text: str) -> str:
    """Give `text` as any sheet can hold it: no controls, no half characters, composed (NFC).

    Tabs and line ends stay, each line end as one "\\n". Text longer than a cell ends in a note.
    """
    if len(text) <= LONGEST_TEXT and not NOT_PLAIN(text):
        return text
    readable = UNREADABLE.sub("", LINE_ENDS.sub("\n", text))
    # Cut before composing: sorting an endless stack of accents takes quadratic time.
    start = fit(readable, LONGEST_TEXT)
    composed = unicodedata.normalize("NFC", start)
    if start == readable and fit(composed, LONGEST_TEXT) == composed:
        return composed
    return fit(composed, LONGEST_TEXT - len(CUT_NOTE)) + CUT_NOTE


def readable(value: Any) -> Any:
    """Give texts, and dataclasses, mappings and sequences of them, without what no document of Word can hold.

    One control sign in one text, come in by an import of years ago, would otherwise keep the whole paper from being
    made. Everything else stays as it is.
    """
    if isinstance(value, str):
        return UNREADABLE.sub("", LINE_ENDS.sub("\n", value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: readable(getattr(value, one.name)) for one in fields(value)})
    if isinstance(value, Mapping):
        return {key: readable(one) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(readable, value))
    return value


def fit(text: str, units: int) -> str:
    """Give the longest start of `text` that takes up to `units` UTF-16 units, as spreadsheets count."""
    if 2 * len(text) <= units:
        return text
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet program could take `text` for a formula when it reads or edits it."""
    return not text[:1].isalnum() and FORMULA_START(text) is not None


def csv_safe(text: str) -> str:
    """Give `text` for a CSV field: with a leading apostrophe if it could be taken for a formula.

    Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if looks_like_formula(text) else text


def csv_cell(column: Column) -> Callable[[object], str]:
    """Give the function that writes one value of `column` as a CSV field.

    The function raises TypeError for a value of another kind, without telling the value.
    """
    kind = KINDS[column.kind]

    def field(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return csv_safe(safe_text(str.__str__(value)))
        if not kind.fits(value):
            raise _misfit(column, value)
        return kind.words(value)

    return field


def sheet_cell(column: Column, style: CellStyle) -> Callable[[object], str]:
    """Give the function that writes one value of `column` as what follows `<c` in a sheet's XML.

    Text stands inline and is never a formula. The function raises TypeError for a value of another
    kind, without telling the value.
    """
    _, fits, figure_of, words_of, _ = KINDS[column.kind]
    text_start = f' s="{style.usual}" t="inlineStr"><is><t xml:space="preserve">'
    empty, figure_start = f' s="{style.usual}"/>', f' s="{style.usual}"><v>'

    def cell(value: object) -> str:
        # Most cells are plain words: what needs no care must cost little.
        if type(value) is str and value[:1].isalnum() and not NOT_PLAIN_IN_SHEET(value) and len(value) <= LONGEST_TEXT:
            return f"{text_start}{value}</t></is></c>"
        if value is None:
            return empty
        if isinstance(value, str):
            return _text_cell(str.__str__(value), style)
        if not fits(value):
            raise _misfit(column, value)
        figure = figure_of(value)
        return cell(words_of(value)) if figure is None else f"{figure_start}{figure}</v></c>"

    return cell


def _text_cell(text: str, style: CellStyle) -> str:
    """Give the cell for any text. A text like a formula gets the look that keeps it text when edited."""
    safe = safe_text(text)
    if not safe:
        return f' s="{style.usual}"/>'
    number = style.guarded if looks_like_formula(safe) else style.usual
    return f' s="{number}" t="inlineStr"><is><t xml:space="preserve">{_escaped(safe)}</t></is></c>'


def _escaped(text: str) -> str:
    """Give `text` for XML; what looks like the format's own escape ("_x000D_") gets its _ escaped.

    Source: ECMA-376 part 1, simple type ST_Xstring.
    """
    xml = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ESCAPE_LOOK.sub("_x005F_", xml) if "_x" in xml else xml


def _misfit(column: Column, value: object) -> TypeError:
    wants, given = KINDS[column.kind].wants, type(value).__name__
    return TypeError(f'The column "{column.title}" takes {wants}; a value of type {given} does not fit.')


def _is_number(value: object) -> bool:
    return type(value) is int or (isinstance(value, float | Decimal) and math.isfinite(value))


def _number_figure(value: float | Decimal) -> str | None:
    # A longer whole number would be rounded unseen. A fraction's far digits may go.
    if type(value) is int and abs(value) >= 10**SURE_DIGITS:
        return None
    return str(value)


def _number_words(value: float | Decimal) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _date_figure(day: date) -> str | None:
    return str(day.toordinal() - DAY_ZERO) if day >= FIRST_SURE_DAY else None


def _date_words(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _moment_figure(moment: datetime) -> str | None:
    local = moment.astimezone(LONDON)
    if local.date() < FIRST_SURE_DAY:
        return None
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    # Ten decimals tell a day to a hundred-thousandth of a second, well within the second we keep.
    return f"{local.toordinal() - DAY_ZERO + seconds / SECONDS_IN_DAY:.10f}"


def moment_words(moment: datetime) -> str:
    """Give an aware time as London's clocks showed it: "04/12/2026 14:05"."""
    local = moment.astimezone(LONDON)
    return f"{_date_words(local)} {local.hour:02}:{local.minute:02}"


def _no_figure(_value: object) -> None:
    return None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "text": Kind("text", lambda value: isinstance(value, str), _no_figure, safe_text),
        "number": Kind("a finite number", _is_number, _number_figure, _number_words),
        "date": Kind("a date", lambda value: type(value) is date, _date_figure, _date_words, "DD/MM/YYYY"),
        "moment": Kind("a moment with its time zone", _is_moment, _moment_figure, moment_words, "DD/MM/YYYY HH:MM"),
        # Words, not TRUE and FALSE: they read in any language of the program, and sort.
        "yes_no": Kind("yes or no", lambda value: type(value) is bool, _no_figure, lambda yes: "Yes" if yes else "No"),
    }
)
