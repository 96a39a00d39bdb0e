"""Form fields between the person typing and the record: kept text, plain sentences, nothing guessed."""

from __future__ import annotations

import io
import time as clock
from datetime import UTC, date, datetime, time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template, render_template_string
from flask_babel import Babel
from flask_wtf import FlaskForm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from admin_views import fields
from admin_views.fields import (
    BIG_INTEGER,
    AreaField,
    AtMost,
    ChipsField,
    ChoiceField,
    DateText,
    LineField,
    LookupField,
    NumberField,
    OnceField,
    Option,
    Required,
    RowsField,
    TickField,
    TicksField,
    TimeText,
    VersionField,
    WhenText,
    echo_answer,
)
from casework.calendar import Office
from casework.datetext import DateTextError, parse_date

MONDAY = date(2026, 11, 23)
OFFICE = Office(time(10), time(18), frozenset(range(5)), {date(2026, 12, 25): "Christmas Day"})
HERE = Path(fields.__file__).parent


class Cases:
    """A finder over a few records; number 9 belongs to another team."""

    def __init__(self):
        self.asked = []
        self.labels = {
            1: "26-0060 Rehana Begum",
            2: "26-0061 Rehana Khatun",
            3: "26-0062 \u00d6zg\u00fcr \u015eahin",
            4: "Same words",
            5: "Same words",
        }

    def by_text(self, text):
        self.asked.append(text)
        exact = [(key, label) for key, label in self.labels.items() if label.split()[0] == text]
        return exact or [(key, label) for key, label in self.labels.items() if text.lower() in label.lower()]

    def get(self, key):
        return self.labels.get(key)


class Members:
    """Makes plain children and notes what was taken away."""

    def make(self, parent):
        child = SimpleNamespace(id=None, name=None, birth_year=None, is_child=False)
        parent.members.append(child)
        return child

    def remove(self, parent, child):
        parent.members.remove(child)


@pytest.fixture
def app():
    made = Flask("fields", template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    made.config.update(SECRET_KEY="for this test alone", WTF_CSRF_ENABLED=False, TESTING=True)
    made.jinja_env.globals["csrf_token"] = lambda: "token"
    Babel(made)
    return made


@pytest.fixture
def build(app):
    """Give forms: `build(name=Field(...))` fresh, with `posted` as the browser sends it, `obj` as stored."""

    def make(posted=None, obj=None, office=OFFICE, **fields):
        meta = {
            "today": MONDAY,
            "office": office,
            "finders": {"case": Cases()},
            "factories": {"member": Members()},
        }
        form_class = type("TestForm", (FlaskForm,), dict(fields))
        return form_class(MultiDict(posted) if posted is not None else None, obj=obj, meta=meta)

    with app.test_request_context():
        yield make


def saved(form, obj=None):
    """Give the record after a good save."""
    assert form.validate(), form.errors
    record = obj or SimpleNamespace()
    form.populate_obj(record)
    return record


def faults(form):
    """Give {field name: sentences} of a form that must not pass."""
    assert not form.validate()
    return {field.short_name: list(field.errors) for field in form if field.errors}


# ---- Lines and longer text ----


def test_a_typed_line_is_kept_clean(build):
    form = build([("name", "  Jose\u0301\u202e\x0b Garc\u00eda ")], name=LineField("Name", [Required()]))
    assert saved(form).name == "Jos\u00e9 Garc\u00eda"


def test_a_long_text_keeps_its_lines(build):
    form = build([("note", "One.\r\n\r\n\x00Two.")], note=AreaField("Note"))
    assert saved(form).note == "One.\n\nTwo."


def test_nothing_typed_is_stored_as_nothing(build):
    form = build([("a", " \u200b "), ("b", "")], a=LineField("A"), b=LineField("B", blank=""))
    record = saved(form)
    assert (record.a, record.b) == (None, "")


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u2060", "\u3164", "\u202e"])
def test_a_line_of_unseen_signs_does_not_count_as_an_answer(build, typed):
    form = build([("name", typed)], name=LineField("Name or alias", [Required()]))
    assert faults(form) == {"name": ["Enter name or alias."]}


def test_a_field_may_ask_in_its_own_words(build):
    own = Required("Say how it is safe to contact this person.")
    form = build(
        [("safe", ""), ("area", "")],
        safe=LineField("Safe contact", [own]),
        area=LineField("Area", [Required(help="The borough is enough.")]),
    )
    assert faults(form) == {
        "safe": ["Say how it is safe to contact this person."],
        "area": ["Enter area. The borough is enough."],
    }


@pytest.mark.parametrize("length, fits", [(30, True), (31, False)])
def test_a_line_is_held_to_its_length_and_the_text_stays(build, length, fits):
    form = build([("name", "x" * length)], name=LineField("Name", [AtMost(30)]))
    assert form.validate() is fits
    assert form.name._value() == "x" * length
    if not fits:
        assert form.name.errors == ["Use at most 30 characters. This has 31."]


def test_spaces_and_unseen_signs_do_not_use_up_the_length(build):
    form = build([("name", "Ali" + " \u200b" * 20)], name=LineField("Name", [AtMost(3)]))
    assert saved(form).name == "Ali"


@pytest.mark.parametrize("field", [LineField("Text"), AreaField("Text"), LineField("Text", [AtMost(50)])])
def test_ten_million_characters_are_refused_at_once(build, field):
    started = clock.perf_counter()
    form = build([("text", "e\u0301" * 5_000_000)], text=field)
    assert list(faults(form)) == ["text"]
    assert clock.perf_counter() - started < 2


def test_a_file_sent_under_the_name_of_a_text_counts_as_nothing(build, app):
    with app.test_request_context(method="POST", data={"name": (io.BytesIO(b"x"), "x.txt")}):
        form = type("TestForm", (FlaskForm,), {"name": LineField("Name", [Required()])})()
        assert faults(form) == {"name": ["Enter name."]}


def test_a_post_that_leaves_fields_out_changes_none_of_them(build):
    record = SimpleNamespace(
        name="Ali",
        on=MONDAY,
        tick=True,
        ticks=[1, 2],
        kind="home",
        case_id=1,
        minutes=5,
        at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    )
    before = dict(vars(record))
    form = build(
        [("other", "x")],
        obj=record,
        name=LineField("Name"),
        on=DateText("Day"),
        tick=TickField("Tick"),
        ticks=TicksField("Ticks", choices=[(1, "One"), (2, "Two")]),
        kind=ChipsField("Kind", choices=[("home", "Home")]),
        case_id=LookupField("Case", finder="case"),
        minutes=NumberField("Minutes"),
        at=WhenText("When"),
    )
    assert vars(saved(form, record)) == before


# ---- Numbers ----


@pytest.mark.parametrize(
    "typed, number",
    [
        ("12", 12),
        (" 1,000 ", 1000),
        ("1 000", 1000),
        ("\u0661\u0662", 12),
        ("\uff11\uff12", 12),
        ("-5", -5),
        ("\u22125", -5),
        ("007", 7),
        ("2147483647", 2**31 - 1),
        ("", None),
    ],
)
def test_a_number_is_read_as_people_write_it(build, typed, number):
    assert saved(build([("n", typed)], n=NumberField("Minutes"))).n == number


@pytest.mark.parametrize(
    "typed", ["abc", "1.5", "1_000", "1e9", "0x10", "12 %", "1,00", "\u00b2", "--1", "nan", "9" * 41]
)
def test_what_is_no_whole_number_is_said_in_plain_words_and_kept(build, typed):
    form = build([("n", typed)], n=NumberField("Minutes", [Required()]))
    assert faults(form) == {"n": ["Type a whole number in figures, for example 12."]}
    assert form.n._value() == typed and form.n.data is None


@pytest.mark.parametrize("typed", ["2147483648", "-2147483648", "9" * 40])
def test_a_number_too_big_for_the_record_gets_a_sentence(build, typed):
    form = build([("n", typed)], n=NumberField("Minutes"))
    assert faults(form) == {"n": ["Type a number from -2,147,483,647 to 2,147,483,647."]}


def test_a_number_keeps_to_its_own_limits_and_years_have_no_comma(build):
    form = build([("born", "1899")], born=NumberField("Born in", least=1900, most=2026))
    assert faults(form) == {"born": ["Type a number from 1900 to 2026."]}
    assert saved(build([("n", str(2**40))], n=NumberField("Bytes", largest=BIG_INTEGER))).n == 2**40


# ---- Days and times ----


def test_a_day_is_read_day_first_and_echoed_with_its_weekday(build):
    form = build([("on", "4/12")], on=DateText("Day", [Required()]))
    assert saved(form).on == date(2026, 12, 4)
    assert str(form.on.echo) == "Friday 4 December 2026, 9 working days from now"
    assert form.on._value() == "4/12"


def why_unread(typed):
    """Give the sentence with which the reader of dates refuses `typed`."""
    with pytest.raises(DateTextError) as refused:
        parse_date(typed, today=MONDAY, office=OFFICE)
    return str(refused.value)


def test_a_day_that_cannot_be_read_stays_in_the_box_with_one_sentence(build):
    form = build([("on", "31/11")], on=DateText("Day", [Required()]))
    assert faults(form) == {"on": [why_unread("31/11")]}
    assert form.on._value() == "31/11" and form.on.echo is None and form.on.data is None


@pytest.mark.parametrize("prefer, meant", [("future", date(2027, 3, 1)), ("past", date(2026, 3, 1))])
def test_a_day_without_a_year_is_the_coming_or_the_past_one_as_the_field_says(build, prefer, meant):
    assert saved(build([("on", "1 March")], on=DateText("Day", prefer=prefer))).on == meant


def test_the_quick_days_are_working_days_and_can_be_typed_back(build):
    form = build(on=DateText("Day", quick=(1, 3, 10)))
    assert form.on.quick_days() == [
        ("Tue 24 Nov", "24 Nov 2026"),
        ("Thu 26 Nov", "26 Nov 2026"),
        ("Mon 7 Dec", "7 Dec 2026"),
    ]
    assert saved(build([("on", "7 Dec 2026")], on=DateText("Day"))).on == date(2026, 12, 7)


@pytest.mark.parametrize("typed", ["9" * 5000, "\x00", "1/1/1", "+99999999999wd", "\u202e4/12\u202c x", "4/12/0000"])
def test_hostile_days_get_a_sentence(build, typed):
    form = build([("on", typed)], on=DateText("Day", [Required()]))
    assert len(faults(form)["on"]) == 1


def test_the_script_is_answered_with_the_same_words():
    assert echo_answer("4/12", "future", MONDAY, OFFICE) == {
        "day": "Friday 4 December 2026",
        "near": "9 working days from now",
    }
    assert echo_answer("31/11", "", MONDAY, OFFICE) == {"error": why_unread("31/11")}


def test_a_stored_day_from_before_all_limits_stays_when_not_touched(build):
    record = SimpleNamespace(on=date(1890, 5, 1))
    form = build([("on", "1 May 1890")], obj=record, on=DateText("Day"))
    assert saved(form, record).on == date(1890, 5, 1)


def test_a_time_is_read_as_people_write_it(build):
    form = build([("a", "2pm"), ("b", "9"), ("c", "25:00")], a=TimeText("Starts"), b=TimeText("Ends"), c=TimeText("C"))
    assert not form.validate()
    assert (form.a.data, form.b.data, form.c.data) == (time(14), time(9), None)
    assert len(form.c.errors) == 1
    assert form.c._value() == "25:00"


@pytest.mark.parametrize(
    "day, at, utc",
    [
        ("20 Nov 2026", "14:00", datetime(2026, 11, 20, 14, tzinfo=UTC)),  # London is on Greenwich time
        ("1 July 2026", "2pm", datetime(2026, 7, 1, 13, tzinfo=UTC)),  # British summer time, one hour ahead
        ("29/3/2026", "00:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("29/3/2026", "02:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("25/10/2026", "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
        ("25/10/2026", "02:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_london_day_and_time_are_one_moment_in_utc(build, day, at, utc):
    form = build([("when", day), ("when-time", at)], when=WhenText("When", [Required()], prefer="past"))
    moment = saved(form).when
    assert moment == utc and moment.utcoffset().total_seconds() == 0


@pytest.mark.parametrize("at", ["01:00", "1:30", "01:59"])
def test_a_time_that_the_clocks_jump_over_is_refused_at_its_box(build, at):
    form = build([("when", "29 Mar 2026"), ("when-time", at)], when=WhenText("When", [Required()], prefer="past"))
    [sentence] = faults(form)["when"]
    assert "the clocks go forward" in sentence
    assert (form.when.typed, form.when.time_typed) == ("29 Mar 2026", at)
    assert [fault.id for fault in form.when.faults()] == ["when-time"]


def test_an_hour_that_comes_twice_is_the_first_and_says_so(build):
    form = build([("when", "25/10/2026"), ("when-time", "01:30")], when=WhenText("When", prefer="past"))
    assert str(form.when.echo) == (
        "Sunday 25 October 2026, 29 days ago. The clocks go back then and 01:30 comes twice: this is the first."
    )


def test_a_moment_that_is_not_touched_keeps_its_seconds_and_its_second_half_past_one(build):
    second = datetime(2026, 10, 25, 1, 30, 59, tzinfo=UTC)  # London: the second 01:30
    record = SimpleNamespace(when=second)
    shown = build(obj=record, when=WhenText("When")).when
    assert (shown.typed, shown.time_typed) == ("25 Oct 2026", "01:30")
    assert "this is the second" in str(shown.echo)
    form = build([("when", shown.typed), ("when-time", shown.time_typed)], obj=record, when=WhenText("When"))
    assert saved(form, record).when == second


@pytest.mark.parametrize(
    "posted, sentence, box",
    [
        ([("when", "4/12"), ("when-time", "")], "Enter the time as well.", "when-time"),
        ([("when", ""), ("when-time", "14:00")], "Enter the day as well.", "when"),
        ([("when", ""), ("when-time", "")], "Enter when it happened.", "when"),
    ],
)
def test_half_a_moment_asks_for_the_other_half(build, posted, sentence, box):
    form = build(posted, when=WhenText("When it happened", [Required()]))
    assert faults(form) == {"when": [sentence]}
    assert form.when.faults()[0].id == box


# ---- Choices ----

KINDS = [("office", "Office"), ("home", "Home visit")]


@pytest.mark.parametrize("kind", [ChoiceField, ChipsField])
def test_nothing_is_chosen_beforehand_and_the_question_is_asked(build, kind):
    form = build([("kind", "")], kind=kind("Kind", [Required()], choices=KINDS))
    assert not any(shown.chosen for shown in form.kind.shown())
    assert faults(form) == {"kind": ["Choose kind."]}


@pytest.mark.parametrize("kind", [ChoiceField, ChipsField])
def test_an_answer_outside_the_list_is_refused_and_nothing_takes_its_place(build, kind):
    form = build([("kind", "prison")], kind=kind("Kind", [Required()], choices=KINDS))
    assert faults(form) == {"kind": ["This answer is not on the list any more. Choose again."]}
    assert form.kind.data is None


@pytest.mark.parametrize("stored, posted", [(True, "False"), (2, "7"), ("home", "office")])
def test_answers_come_back_in_their_own_kind(build, stored, posted):
    choices = [(True, "Yes"), (False, "No"), (2, "Two"), (7, "Seven"), *KINDS]
    record = SimpleNamespace(kind=stored)
    saved(build([("kind", posted)], obj=record, kind=ChoiceField("Kind", choices=choices)), record)
    assert str(record.kind) == posted and type(record.kind) is type(stored)


def test_a_word_withdrawn_from_the_list_stays_on_the_record_that_has_it(build):
    record = SimpleNamespace(kind="prison")
    field = ChoiceField("Kind", [Required()], choices=lambda: KINDS, kept=lambda key: f"{key} (not used any more)")
    form = build([("kind", "prison")], obj=record, kind=field)
    assert saved(form, record).kind == "prison"
    assert form.kind.shown()[-1].option.label == "prison (not used any more)"
    assert form.kind.shown()[-1].chosen


def test_an_optional_chip_can_be_taken_back(build):
    record = SimpleNamespace(kind="home")
    form = build([("kind", "")], obj=record, kind=ChipsField("Kind", choices=KINDS))
    assert saved(form, record).kind is None
    assert [(one.option.label, one.chosen) for one in form.kind.shown()][-1] == ("Not recorded", True)


def test_an_unset_choice_leaves_the_first_value_of_the_column_alone(build):
    record = SimpleNamespace(kind=None)
    del record.kind
    saved(build([("kind", "")], kind=ChipsField("Kind", choices=KINDS)), record)
    assert not hasattr(record, "kind")


def test_ticks_are_words_or_numbers_and_an_empty_answer_clears_them(build):
    choices = [(1, "One"), (2, "Two"), (3, "Three")]
    record = SimpleNamespace(ticks=[1, 2])
    saved(
        build(
            [("ticks", "2"), ("ticks", "3"), ("ticks", "3")],
            obj=record,
            ticks=TicksField("T", choices=choices),
        ),
        record,
    )
    assert record.ticks == [2, 3]
    saved(build([("ticks-asked", "1")], obj=record, ticks=TicksField("T", choices=choices)), record)
    assert record.ticks == []


def test_a_tick_for_something_not_offered_is_refused(build):
    form = build([("ticks", "1"), ("ticks", "99")], ticks=TicksField("T", choices=[(1, "One")]))
    assert faults(form) == {"ticks": ["This answer is not on the list any more. Choose again."]}


def test_rows_linked_before_but_not_offered_here_stay_linked(build):
    rows = {key: SimpleNamespace(id=key) for key in (1, 2, 9)}
    record = SimpleNamespace(areas=[rows[1], rows[9]])
    asked = []

    def resolve(keys):
        asked.extend(keys)
        return [rows[key] for key in keys]

    field = TicksField("Areas", choices=[(1, "One"), (2, "Two")], resolve=resolve)
    saved(build([("areas", "2"), ("areas-asked", "1")], obj=record, areas=field), record)
    assert record.areas == [rows[9], rows[2]]
    assert asked == [2]


def test_a_linked_row_is_written_to_its_relation_only_when_it_changed(build):
    rows = {key: SimpleNamespace(id=key) for key in (1, 2)}
    record = SimpleNamespace(area_id=1)
    field = ChoiceField("Area", choices=[(1, "One"), (2, "Two")], resolve=rows.get, relation="area")
    saved(build([("area_id", "1")], obj=record, area_id=field), record)
    assert vars(record) == {"area_id": 1}
    saved(build([("area_id", "2")], obj=record, area_id=field), record)
    assert record.area is rows[2] and record.area_id == 1  # the database session moves the key itself


def test_one_tick_is_yes_only_when_ticked(build):
    tick = TickField("Needs step-free access")
    assert saved(build([("tick", "y"), ("tick-asked", "1")], tick=tick)).tick is True
    assert saved(build([("tick-asked", "1")], obj=SimpleNamespace(tick=True), tick=tick)).tick is False
    must = build([("tick-asked", "1")], tick=TickField("I read it out", [Required()]))
    assert faults(must) == {"tick": ["Tick “I read it out” to go on."]}


# ---- Look-ups ----


def lookup(*validators, **settings):
    return LookupField("Case", list(validators), finder="case", **settings)


def test_a_look_up_begins_empty_and_asks(build):
    assert build(case_id=lookup()).case_id._value() == ""
    assert faults(build([("case_id", "")], case_id=lookup(Required()))) == {"case_id": ["Choose case."]}


@pytest.mark.parametrize(
    "typed, key", [("26-0061", 2), ("khatun", 2), ("26-0060 Rehana Begum", 1), (" 26-0060  Rehana Begum ", 1)]
)
def test_an_exact_reference_or_the_only_match_is_taken(build, typed, key):
    assert saved(build([("case_id", typed)], case_id=lookup(Required()))).case_id == key


def test_of_several_matches_none_is_taken_and_the_person_chooses(build):
    form = build([("case_id", "rehana")], case_id=lookup(Required()))
    assert faults(form) == {"case_id": ["Which one? Several records fit “rehana”."]}
    assert form.case_id.data is None and form.case_id._value() == "rehana"
    assert [key for key, _label in form.case_id.candidates] == [1, 2]
    again = build([("case_id", "rehana"), ("case_id-choice", "2")], case_id=lookup(Required()))
    assert saved(again).case_id == 2


@pytest.mark.parametrize("choice", ["3", "9", "abc", "9" * 30, ""])
def test_a_choice_that_was_not_offered_is_not_taken(build, choice):
    form = build([("case_id", "rehana"), ("case_id-choice", choice)], case_id=lookup(Required()))
    assert list(faults(form)) == ["case_id"] and form.case_id.data is None


@pytest.mark.parametrize("typed", ["nobody", "r", "x" * 5000, "\u202e\u200bzz"])
def test_a_look_up_that_finds_nothing_says_so_and_keeps_the_text(build, typed):
    form = build([("case_id", typed)], case_id=lookup())
    assert len(faults(form)["case_id"]) == 1
    assert form.case_id.data is None and form.case_id._value()


def test_the_whole_label_is_taken_even_where_longer_ones_begin_alike(build):
    labels = {1: "Ali", 2: "Ali Khan"}
    finder = SimpleNamespace(by_text=lambda text: list(labels.items()), get=labels.get)
    assert saved(build([("agency_id", "Ali")], agency_id=LookupField("Agency", finder=finder))).agency_id == 1


def test_one_letter_lists_nobody(build):
    form = build([("case_id", "r")], case_id=lookup())
    assert faults(form) == {"case_id": ["Type at least two letters or figures."]}
    assert form.meta.finders["case"].asked == []


def test_the_id_of_the_script_counts_only_with_its_own_words(build):
    same = [("case_id", "Same words"), ("case_id-id", "5")]
    assert saved(build(same, case_id=lookup())).case_id == 5
    changed = [("case_id", "26-0061"), ("case_id-id", "1")]
    assert saved(build(changed, case_id=lookup())).case_id == 2
    foreign = build([("case_id", "Same words"), ("case_id-id", "9")], case_id=lookup())
    assert list(faults(foreign)) == ["case_id"]


def test_a_look_up_that_is_not_touched_asks_nobody_and_changes_nothing(build):
    record = SimpleNamespace(case_id=1)
    form = build([("case_id", "26-0060 Rehana Begum")], obj=record, case_id=lookup(Required()))
    assert saved(form, record).case_id == 1
    assert form.meta.finders["case"].asked == []


def test_a_look_up_can_be_cleared(build):
    record = SimpleNamespace(case_id=1)
    assert saved(build([("case_id", "")], obj=record, case_id=lookup()), record).case_id is None


@pytest.mark.parametrize("posted", [[("case_id", "")], [("case_id", "26-0061")], [("case_id-id", "1"), ("x", "1")]])
def test_another_teams_record_is_named_so_and_never_written_over(build, posted):
    record = SimpleNamespace(case_id=9)
    form = build(posted, obj=record, case_id=lookup(Required()))
    assert form.case_id.outside and str(form.case_id.outside_text) == "Another team's record"
    assert saved(form, record).case_id == 9


def test_more_matches_than_can_be_compared_are_not_listed(build):
    crowd = {key: f"Rehana number {key}" for key in range(100, 113)}
    form_field = LookupField("Case", finder=SimpleNamespace(by_text=lambda text: list(crowd.items()), get=crowd.get))
    form = build([("case_id", "rehana")], case_id=form_field)
    assert faults(form) == {"case_id": ["Many records fit “rehana”. Type more of it, or the reference."]}
    assert form.case_id.candidates == ()


# ---- Rows ----


def members(*validators):
    inner = [
        ("name", LineField("Name", [Required()])),
        ("birth_year", NumberField("Born in")),
        ("is_child", TickField("Child")),
    ]
    return RowsField("Household", list(validators), fields=inner, factory="member")


@pytest.fixture
def family():
    ali = SimpleNamespace(id=11, name="Ali", birth_year=1980, is_child=False)
    sara = SimpleNamespace(id=12, name="Sara", birth_year=2015, is_child=True)
    return SimpleNamespace(members=[ali, sara])


def row(place, **values):
    return [(f"members-{place}-{name}", value) for name, value in values.items()]


def test_the_rows_there_are_and_two_blank_ones_are_shown(build, family):
    form = build(obj=family, members=members())
    assert [entry.key for entry in form.members.rows] == ["11", "12", "", ""]
    assert [entry["name"]._value() for entry in form.members.rows] == ["Ali", "Sara", "", ""]


def test_rows_are_changed_added_and_taken_away_and_blank_ones_ignored(build, family):
    ali = family.members[0]
    posted = [
        *row(0, id="11", name="Alia", birth_year="1981"),
        *row(1, id="12", name="Sara", remove="y"),
        *row(2, id="", name="Omar", is_child="y"),
        *row(3, id="", name="", birth_year=""),
    ]
    saved(build(posted, obj=family, members=members()), family)
    assert [(one.name, one.birth_year, one.is_child) for one in family.members] == [
        ("Alia", 1981, False),
        ("Omar", None, True),
    ]
    assert family.members[0] is ali


def test_rows_that_the_page_did_not_show_are_left_alone(build, family):
    before = [vars(one).copy() for one in family.members]
    saved(build(row(0, id="12", name="Sara"), obj=family, members=members()), family)
    saved(build([("x", "y")], obj=family, members=members()), family)
    assert [vars(one) for one in family.members] == before


@pytest.mark.parametrize("key", ["99", "1", "abc", "-11", "0011", "\u0661\u0661", "11 OR 1=1", "9" * 40])
def test_a_row_of_another_record_is_refused(build, family, key):
    form = build(row(0, id=key, name="Mine now"), obj=family, members=members())
    assert faults(form) == {
        "members": ["A row was changed or removed meanwhile. Open the record again and look at its rows."]
    }
    assert [entry.key for entry in form.members.rows][:2] == ["11", "12"]


def test_the_same_row_twice_is_refused(build, family):
    posted = [*row(0, id="11", name="Ali"), *row(1, id="11", name="Other")]
    assert list(faults(build(posted, obj=family, members=members()))) == ["members"]


def test_a_fault_in_a_row_stands_at_its_own_box_with_the_rows_name(build, family):
    posted = [*row(0, id="11", name="", birth_year="x"), *row(2, id="", name="", birth_year="later")]
    form = build(posted, obj=family, members=members())
    assert not form.validate()
    assert [tuple(fault) for fault in form.members.faults()] == [
        ("members-0-name", "Household, row 1: Enter name."),
        (
            "members-0-birth_year",
            "Household, row 1: Born in: Type a whole number in figures, for example 12.",
        ),
        ("members-2-name", "Household, row 2: Enter name."),
        (
            "members-2-birth_year",
            "Household, row 2: Born in: Type a whole number in figures, for example 12.",
        ),
    ]
    assert form.members.rows[1]["birth_year"]._value() == "later"
    assert form.errors == {"members": ["Look at the rows marked here."]}


def test_a_row_to_be_removed_need_not_be_right(build, family):
    saved(build(row(0, id="11", name="", remove="y"), obj=family, members=members()), family)
    assert [one.name for one in family.members] == ["Sara"]


def test_rows_may_be_asked_for_and_have_an_upper_limit(build):
    none = build(row(0, id="", name=""), obj=SimpleNamespace(members=[]), members=members(Required()))
    assert faults(none) == {"members": ["Enter household."]}
    crowd = [pair for place in range(61) for pair in row(place, id="", name="x")]
    form = build(crowd, obj=SimpleNamespace(members=[]), members=members())
    assert faults(form) == {"members": ["Save at most 60 rows at a time."]}


# ---- What the page carries for itself ----


@pytest.mark.parametrize(
    "posted, stale", [("3", False), ("2", True), ("", True), ("x", True), ("3.0", True), ("9" * 30, True)]
)
def test_a_page_made_from_an_older_version_is_noticed(build, posted, stale):
    record = SimpleNamespace(version=3)
    form = build([("version", posted)], obj=record, version=VersionField())
    assert form.version.is_stale is stale
    assert saved(form, record).version == 3
    form.version.renew()
    assert form.version._value() == "3"


def test_a_post_without_a_version_is_noticed(build):
    assert build([("x", "y")], obj=SimpleNamespace(version=3), version=VersionField()).version.is_stale


def test_each_new_page_carries_a_fresh_word_and_keeps_it_when_it_comes_back_with_faults(build):
    first, second = build(once=OnceField()), build(once=OnceField())
    assert first.once._value() != second.once._value() and len(first.once._value()) == 32
    again = build([("once", first.once._value())], once=OnceField())
    assert again.validate() and again.once._value() == first.once._value()
    record = saved(again)
    assert not hasattr(record, "once")


@pytest.mark.parametrize("posted", ["", "short", "Z" * 32, "a" * 33, "\u0661" * 32])
def test_a_page_without_its_word_gets_a_fresh_one(build, posted):
    form = build([("once", posted)], once=OnceField())
    assert form.validate() and len(form.once._value()) == 32 and form.once._value() != posted


# ---- The page ----

VOID = {"input", "meta", "link", "br", "hr", "img"}
CONTROLS = {"input", "select", "textarea", "output"}


class Page(HTMLParser):
    """Reads a page and fails on what is not well formed; keeps ids, labels, controls and references."""

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.labelled, self.controls, self.pointed, self.attributes = (
            [],
            [],
            set(),
            [],
            [],
            [],
        )
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        assert len(found) == len(attrs), f"an attribute twice in {tag}"
        self.attributes += found
        self.ids += [found["id"]] if "id" in found else []
        if tag == "label" and "for" in found:
            self.labelled.add(found["for"])
        for name in ("aria-describedby", "aria-labelledby", "list", "for", "data-echo", "data-fills"):
            self.pointed += (found.get(name) or "").split()
        if tag == "a" and found.get("href", "").startswith("#"):
            self.pointed.append(found["href"][1:])
        if tag in CONTROLS and found.get("type") != "hidden":
            self.controls.append((found["id"], "label" in self.open))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += dict(attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def is_sound(html):
    page = Page(html)
    assert len(page.ids) == len(set(page.ids)), "an id twice"
    assert set(page.pointed) <= set(page.ids), set(page.pointed) - set(page.ids)
    assert [id for id, within in page.controls if not within and id not in page.labelled] == []
    assert not [name for name in page.attributes if name.startswith("on") or name in {"style", "maxlength"}]
    return page


RING_BACK = Option("x", "Thu 26 Nov", "3 working days")
BOROUGHS = [Option(1, "Hackney", group="East"), Option(2, "Brent", group="West")]


def every_field():
    return {
        "once": OnceField(),
        "version": VersionField(),
        "name": LineField("Name", [Required()], description="What they want to be called."),
        "note": AreaField("Note"),
        "minutes": NumberField("Minutes", [Required()]),
        "on": DateText("Day", [Required()], quick=(1, 3)),
        "starts": TimeText("Starts"),
        "happened_at": WhenText("When", [Required()], quick=(1,)),
        "tick": TickField("Follow up", shows="on", description="Somebody rings back."),
        "kind": ChipsField("Kind", [Required()], choices=[*KINDS, RING_BACK], shows={"x": "note"}),
        "area": ChoiceField("Area", [Required()], choices=BOROUGHS),
        "needs": TicksField("Needs", [Required()], choices=[(n, f"Need {n}") for n in range(9)]),
        "case_id": lookup(Required(), example="For example 26-0060"),
        "other_id": lookup(),
        "members": members(),
    }


FORM = """{% import "casework/fields.html" as f %}{{ f.error_summary(form) }}{{ f.hidden(form) }}
{% for one in form %}{{ f.field(one) }}{% endfor %}{{ f.save_bar("Save", "/back") }}"""
HOSTILE = "\"><script>alert(1)</script>'{{654321*7}}\u202e"


def hostile_posts():
    names = [
        "name",
        "note",
        "minutes",
        "on",
        "starts",
        "happened_at",
        "happened_at-time",
        "kind",
        "area",
        "needs",
        "case_id",
    ]
    return [(name, HOSTILE) for name in names] + [
        ("version", HOSTILE),
        ("once", HOSTILE),
        ("members-0-birth_year", HOSTILE),
    ]


def test_a_fresh_page_has_a_label_for_each_control_and_no_id_twice(build, family):
    page = is_sound(render_template_string(FORM, form=build(obj=family, **every_field())))
    assert len(page.controls) > 30


def test_a_page_full_of_faults_is_sound_and_each_fault_leads_to_its_control(build, family):
    form = build([*hostile_posts(), ("other_id", "rehana")], obj=family, **every_field())
    assert not form.validate()
    html = render_template_string(FORM, form=form)
    page = is_sound(html)
    assert "<script" not in html and "&lt;script&gt;" in html and "4580247" not in html
    assert 'href="#members-0-birth_year"' in html and 'href="#other_id"' in html
    assert html.count("There is a problem. Nothing was saved yet.") == 1
    assert {"other_id-choice-1", "other_id-choice-2"} <= set(page.ids)


NAMES = [
    *(
        "once",
        "version",
        "name",
        "note",
        "minutes",
        "on",
        "starts",
        "happened_at",
        "happened_at-time",
        "tick",
        "kind",
    ),
    *(
        "area",
        "needs",
        "case_id",
        "case_id-id",
        "case_id-choice",
        "other_id",
        "members-0-id",
        "members-0-name",
    ),
    *("members-3-birth_year", "members-3-remove", "members-99999-id", "members--1-id"),
]
TYPED = st.text() | st.sampled_from(
    ["1", "11", "12", "25/10/2026", "1:30", "rehana", "home", "y", "9" * 25, "\ud800", "%s {0}"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=st.lists(st.tuples(st.sampled_from(NAMES), TYPED)))
def test_whatever_is_posted_gets_a_sound_page_and_never_a_crash(build, posted):
    children = [SimpleNamespace(id=11, name="Ali", birth_year=1980, is_child=False)]
    form = build(posted, obj=SimpleNamespace(members=children, version=3), **every_field())
    is_good = form.validate()
    assert is_good is not bool(form.errors)
    is_sound(render_template_string(FORM, form=form))


def test_what_may_be_left_out_says_so_in_words(build):
    html = render_template_string(FORM, form=build(name=LineField("Name", [Required()]), note=LineField("Note")))
    assert html.count("(optional)") == 1
    assert 'Note <span class="optional">(optional)</span>' in html


def test_a_drop_down_begins_with_an_empty_line(build):
    html = render_template_string(FORM, form=build(area=ChoiceField("Area", choices=[(1, "Hackney")])))
    assert '<option value="">Choose ...</option>' in html and "selected" not in html


def test_another_teams_record_shows_no_box_to_type_in(build):
    html = render_template_string(FORM, form=build(obj=SimpleNamespace(case_id=9), case_id=lookup()))
    is_sound(html)
    assert "Another team's record" in unescape(html) and 'name="case_id"' not in html


def form_page(**more):
    words = "New appointment"
    above = SimpleNamespace(text="Appointments", url="/up")
    base = {
        "heading": words,
        "title": words,
        "verb": "Save appointment",
        "leave_url": "/back",
        "above": above,
    }
    return SimpleNamespace(**base | more)


def test_the_page_of_a_form_names_its_verb_and_its_way_out(build):
    html = render_template("casework/form.html", page=form_page(), form=build(name=LineField("Name")))
    assert "<title>New appointment - Casework</title>" in html
    assert "Save appointment</button>" in html and 'href="/back"' in html and "novalidate" in html
    assert "data-unsaved" not in html


def test_a_form_with_faults_says_so_in_the_title_of_the_window(build):
    form = build([("name", "")], name=LineField("Name", [Required()]))
    form.validate()
    html = render_template("casework/form.html", page=form_page(), form=form)
    assert "<title>Error: New appointment - Casework</title>" in html and "data-unsaved" in html


def test_a_form_in_groups_shows_each_named_field_once(build):
    groups = [
        SimpleNamespace(heading="Who", fields=("name",)),
        SimpleNamespace(heading="Rest", fields=("gone", ("note", "on"))),
    ]
    form = build(name=LineField("Name"), note=AreaField("Note"), on=DateText("Day"))
    html = render_template("casework/form.html", page=form_page(groups=groups), form=form)
    assert [html.count(f'name="{name}"') for name in ("name", "note", "on")] == [1, 1, 1]
    assert html.count('class="field-row"') == 1 and ">Who</h2>" in html


def test_two_people_editing_see_both_versions_side_by_side(build):
    form = build([("name", "Mine")], name=LineField("Name"))
    conflict = [("Name", "Theirs <b>", "Mine")]
    html = render_template("casework/form.html", page=form_page(), form=form, conflict=conflict)
    assert "Somebody else saved this record meanwhile" in html
    assert "Theirs &lt;b&gt;" in html and 'value="Mine"' in html
    assert "<title>Error: " in html
