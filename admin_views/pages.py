"""What each kind of page holds, as plain values: views fill these, templates print them.

A template asks no questions of the database and knows no rule; everything it may show stands here.
Texts are already translated, dates already in the office's words, and nothing is in here that the
reader may not see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

STATES = ("late", "soon", "ok", "note", "urgent")


@dataclass(frozen=True)
class Badge:
    """A word that carries a state; `state` is one of STATES and chooses the shape too, unless `shape` names one."""

    text: str
    state: str = "note"
    shape: str = ""


@dataclass(frozen=True)
class Link:
    """A place to go. `primary` marks the one filled button of its region, `quiet` an act of the second rank."""

    text: str
    url: str
    primary: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class MenuItem:
    text: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """What surrounds every page of a signed-in person."""

    role: str
    person: str
    home_url: str
    menu: tuple[MenuItem, ...] = ()
    records: tuple[MenuItem, ...] = ()  # every record of a kind, whosever file it is in: shown under "Records"
    setup: tuple[MenuItem, ...] = ()  # the rows that managers keep: shown under "Set up"
    meetings: tuple[MenuItem, ...] = ()  # whose day these are not: shown under "Meetings", so that the line stays short
    demo: bool = False
    find_url: str | None = None  # answers the box at the top, by POST
    finds_files: bool = False  # whether that box finds clients and cases too
    jump_url: str = ""  # offers, while one types, where the box may lead
    log_url: str | None = None  # "Log a call"
    hide_url: str = ""  # a POST there hides the screen at once
    help_url: str = ""  # the tour of this role
    account_url: str = ""  # one's own sign-ins, passphrase and second step
    nav: str = ""  # the menu with all of this, as markup


@dataclass(frozen=True)
class Cell:
    """One value of one row. `text` is plain text (the template escapes it); empty shows as an en dash.

    `pieces` is the same text in parts, each with whether a word that was searched for stands in it.
    """

    text: str
    badge: Badge | None = None
    url: str | None = None
    lang: str | None = None
    number: bool = False
    pieces: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    sort_url: str | None = None
    sorted: str | None = None  # "ascending", "descending" or None
    number: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a list; the first cell is its header and carries the link to the record.

    `found_by` names the fields in which a search found it, where none of them is a column.
    """

    id: str
    cells: tuple[Cell, ...]
    found_by: str = ""


@dataclass(frozen=True)
class FilterBox:
    """One question of the filter panel; `name` is the query key, `kind` is select, text or date."""

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    error: str = ""


@dataclass(frozen=True)
class Tag:
    text: str
    remove_url: str


@dataclass(frozen=True)
class Pager:
    """Where we are in a list; `page` counts from 1. With a search the buttons post `page` instead."""

    first: int
    last: int
    page: int
    pages: int | None
    previous_url: str | None = None
    next_url: str | None = None


@dataclass(frozen=True)
class KeepView:
    """Keeping what a list shows as a view by name; `over` is the view it began from: (number, name)."""

    url: str
    table: str
    asked: str
    over: tuple[str, str] | None = None
    manage_url: str = ""


@dataclass(frozen=True)
class ListPage:
    heading: str
    counted: str  # "24 cases", "1,000+ cases"
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pager: Pager
    own_url: str
    filters: tuple[FilterBox, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()  # hidden inputs that the filter form carries on (sort order)
    tags: tuple[Tag, ...] = ()
    clear_url: str | None = None
    can_search: bool = False
    search: str = ""
    search_hint: str = ""
    bulk: tuple[tuple[str, str], ...] = ()  # (action name, words); empty: no tick boxes
    action_url: str = ""
    buttons: tuple[Link, ...] = ()
    exports: tuple[Link, ...] = ()
    empty: str = ""
    empty_text: str = ""  # what belongs here
    sheet_note: str = ""  # what a sheet holds of the chosen columns
    empty_link: Link | None = None
    views: tuple[MenuItem, ...] = ()
    keep: KeepView | None = None
    offered: tuple[tuple[str, str, bool], ...] = ()  # columns to choose from: key, label, whether it is shown
    carried_columns: tuple[tuple[str, str], ...] = ()  # what choosing columns must not lose
    usual_url: str = ""  # back to the usual columns
    hint: str = ""


@dataclass(frozen=True)
class Fact:
    label: str
    cell: Cell


@dataclass(frozen=True)
class Related:
    """Rows that belong to the record, in a small table under it."""

    heading: str
    count: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    all_url: str | None = None
    add: Link | None = None
    empty: str = ""


@dataclass(frozen=True)
class Linked:
    """A list that holds rows leading to the record, and how many."""

    text: str
    count: int
    url: str


@dataclass(frozen=True)
class Change:
    """Who did what to a record at one moment, and which fields; `day` is set on the first line of a day."""

    day: str
    clock: str
    who: str
    did: str
    fields: tuple[str, ...] = ()
    icon: str = "doc"


@dataclass(frozen=True)
class HistoryPage:
    """What was changed in one record, newest first; `older` leads further back."""

    heading: str
    title: str
    above: Link
    tabs: tuple[MenuItem, ...]
    lines: tuple[Change, ...]
    older: Link | None = None
    seen_by: Link | None = None


@dataclass(frozen=True)
class Notice:
    """Something to know before reading a record, with ways to go on; `verb` posts to `action_url`."""

    heading: str
    text: str = ""
    links: tuple[Link, ...] = ()
    verb: str = ""
    action_url: str = ""


@dataclass(frozen=True)
class DetailsPage:
    heading: str
    above: Link | None
    title: str  # for the browser tab: never a name
    lead: str = ""  # one muted line under the heading
    badges: tuple[Badge, ...] = ()
    safe_contact: str = ""
    identity: Identity | None = None
    buttons: tuple[Link, ...] = ()
    facts: tuple[Fact, ...] = ()
    related: tuple[Related, ...] = ()
    linked: tuple[Linked, ...] = ()
    tabs: tuple[MenuItem, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class ConfirmPage:
    """A page of its own in place of a dialog: what will happen, to whom, what stays."""

    heading: str
    lines: tuple[str, ...]
    verb: str
    back_url: str
    action_url: str
    items: tuple[Cell, ...] = ()
    stays: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    asks_reason: bool = False
    reason: str = ""
    problems: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class MessagePage:
    """An error or a notice with a way out."""

    heading: str
    text: str
    links: tuple[Link, ...] = ()
    reference: str = ""


@dataclass(frozen=True)
class Group:
    """Some fields of a form under a heading; `fields` are their names."""

    heading: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class FormPage:
    """A form's page; `lookup_url` answers the look-up fields' questions."""

    heading: str
    title: str  # for the browser tab: never a name
    verb: str
    leave_url: str
    above: Link | None = None
    lookup_url: str = ""
    echo_url: str = ""
    lead: str = ""
    groups: tuple[Group, ...] = ()
    busy: str = ""
    action_url: str = ""
    again: str = ""  # words of a second button: save this one and begin the next
    is_drafted: bool = True  # what is typed is kept until it is saved


@dataclass(frozen=True)
class Preview:
    """What saving a form would change: (label, now, then), and what else to know."""

    changes: tuple[tuple[str, str, str], ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActionLine:
    """One line of My day: a day, what, whose by reference and initials, and the one thing that does it.

    `button` leads to the record that ends the line; a line without it is ticked off here: `done` is the task's
    number and `done_words` the verb. `more` leads to putting it off and to why this date, `also` to another act.
    """

    badge: Badge
    text: str
    second: str = ""
    ref: Link | None = None
    initials: str = ""
    button: Link | None = None
    done: int | None = None
    done_words: str = ""
    more: Link | None = None
    also: Link | None = None


@dataclass(frozen=True)
class ActionBlock:
    """One block of My day; `count` is how many lines there are, shown or not."""

    key: str
    heading: str
    count: int
    lines: tuple[ActionLine, ...]
    empty: str
    all_link: Link | None = None


@dataclass(frozen=True)
class DayPage:
    """`main` and `side` are the two columns; `undo` is the task that was just ticked off: (number, what).

    `missed` tells of people who should have left a visit by now, `unsafe` of backups that are too old.
    """

    heading: str
    lead: str
    main: tuple[ActionBlock, ...]
    side: tuple[ActionBlock, ...]
    toggle: tuple[MenuItem, ...] = ()
    buttons: tuple[Link, ...] = ()
    undo: tuple[int, str] | None = None
    missed: tuple[str, ...] = ()
    unsafe: str = ""
    everyone: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a side card: how it stands, what it is, and why in a second line.

    `why` holds the steps by which a day was counted, opened by "Why this date".
    """

    text: str
    badge: Badge | None = None
    second: str = ""
    url: str | None = None
    links: tuple[Link, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """A card beside the timeline: due, consent, plan, incidents. `key` names it in the page's addresses."""

    key: str
    heading: str
    lines: tuple[Line, ...] = ()
    count: int | None = None
    lead: str = ""
    links: tuple[Link, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry of a case's timeline.

    `at` is an aware moment and orders the entries, `when` the same in words. `kind` is one of call, letter,
    visit, incident, agency, note: the timeline filters by it. `said` holds the client's own words. `filled`
    marks what weighs more (an incident, a release), `inward` what came to us. `recorded_at` and `by` (the number
    of an account) say when and by whom it was written down, where that differs from `at`: what others wrote since
    the reader's last look is marked as new. `third_party` has the print ask for a second look before the file is
    given out. `corrected` strikes an entry out and says what it was corrected by.
    """

    at: datetime
    when: str
    kind: str
    icon: str
    title: str
    with_whom: str = ""
    text: str = ""
    said: str = ""
    meta: str = ""
    url: str | None = None
    links: tuple[Link, ...] = ()
    inward: bool = False
    filled: bool = False
    recorded_at: datetime | None = None
    by: int | None = None
    third_party: bool = False
    corrected: Link | None = None
    is_new: bool = False  # set by the page


@dataclass(frozen=True)
class Identity:
    """Who this is, the same on the page of the client and of the case; how to reach them safely stands in it.

    `way` is the safe way in a few words, `care` what else to mind; `own_dir` is the direction of the own script.
    """

    lead: str
    name: str
    own_script: str = ""
    own_lang: str = "und"
    own_dir: str = "ltr"
    earlier: tuple[Link, ...] = ()
    earlier_words: str = ""
    badges: tuple[Badge, ...] = ()
    facts: tuple[Fact, ...] = ()
    way: str = ""
    care: str = ""
    change: Link | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CasePage:
    """One case: who, how to reach them, what may be done, what happened, and what stands beside it.

    `at_hand` are the acts that stay at the bottom edge of a telephone, `since` tells what is new since the reader's
    last look, `missing` what the case needs next.
    """

    title: str  # for the browser tab: never a name
    identity: Identity
    above: Link
    acts: tuple[Link, ...] = ()
    at_hand: tuple[Link, ...] = ()
    filters: tuple[MenuItem, ...] = ()
    entries: tuple[Entry, ...] = ()
    older: Link | None = None
    cards: tuple[Card, ...] = ()
    since: str = ""
    missing: Link | None = None
    empty: str = ""


@dataclass(frozen=True)
class Ask:
    """One thing asked of an agency: its clock, how often it was chased, what came of it and what comes next."""

    what: str
    url: str
    badge: Badge
    second: str = ""
    sent: str = ""
    why: tuple[str, ...] = ()
    chased: str = ""
    answer: str = ""
    links: tuple[Link, ...] = ()
    steps: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Body:
    """One agency on the page of a case's agencies: what it was asked, and how it dealt with the client."""

    key: str
    name: str
    url: str
    second: str
    asks: tuple[Ask, ...] = ()
    conduct: tuple[Line, ...] = ()


@dataclass(frozen=True)
class FilePage:
    """The whole file of one case for paper: every entry, then what stood beside the timeline."""

    title: str
    identity: Identity
    above: Link
    head: str
    printed: str
    foot: str
    entries: tuple[Entry, ...] = ()
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class ContactCard:
    """How to reach one person safely, to take along: nothing of why we know them."""

    title: str
    above: Link
    name: str
    own_script: str
    own_lang: str
    own_dir: str
    way: str
    care: str
    facts: tuple[Fact, ...]
    printed: str
