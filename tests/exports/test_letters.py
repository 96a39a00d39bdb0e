"""Letters as Word files: what they may say, what no template can make them say, and which templates are refused."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document

from casework import letters as kept
from casework.consent import withdraw
from casework.recall import ask_back
from casework.referrals import send
from exports import letters
from exports.letters import EXAMPLES, NEEDED, OTHERWISE, TemplateRefused, check, fill, words_of
from models import Release
from models.permissions import LETTER_KINDS
from seed.letter_templates import SHIPPED, built
from tests import make

ANSWER_BY = date(2026, 12, 7)


def released(db, name="Rehana <Begum> & family", **more):
    case = make.case(db, make.client(db, name))
    agency = make.agency(db, "Marsh & Lane <Homes>")
    consent = make.consent(db, case.client, agency, scope=("name", "health"))
    one = Release(at=datetime(2026, 10, 14, 23, 30, tzinfo=UTC), client=case.client, consent=consent, agency=agency,
                  channel="letter", items="Name, health", **more)  # fmt: skip
    db.add(one)
    db.flush()
    one.recalled_on = make.TODAY
    db.flush()
    return one


def test_every_letter_has_a_shipped_text_an_example_and_fields_it_needs():
    kinds = {kind for kind, _words in LETTER_KINDS}
    assert set(SHIPPED) == set(EXAMPLES) == set(OTHERWISE) == set(NEEDED) == kinds
    for kind in kinds:
        check(built(SHIPPED[kind]), kind)


def test_a_letter_asking_back_names_the_agency_the_reference_and_the_day_and_nobody(db):
    release = released(db)
    template = kept.template_for(db, "recall_letter")
    made = letters.recall_letter(template, release, case=None, answer_by=ANSWER_BY, signed_by="Maryam Y")
    told = words_of(made.content)
    for word in ("Marsh & Lane <Homes>", release.client.ref, "15 October 2026", "by letter", "7 December 2026",
                 "23 November 2026", "Maryam Y"):  # fmt: skip
        assert word in told
    for word in ("Rehana", "Begum", "Health", "health", "withdrawn"):
        assert word not in told
    assert made.name == f"asking-back-{release.client.ref}-{release.id}.docx"


def test_a_letter_about_a_referral_names_its_case(db):
    case, agency = make.case(db), make.agency(db)
    consent = make.consent(db, case.client, agency)
    send(db, make.referral(db, case, agency), "email")
    (release,) = withdraw(db, consent)
    template = kept.template_for(db, "recall_letter")
    made = letters.recall_letter(template, ask_back(db, release), case=case, answer_by=ANSWER_BY, signed_by="")
    told = words_of(made.content)
    assert case.ref in told
    assert "by e-mail" in told
    assert case.client.ref not in told


@pytest.mark.parametrize("field", ["client", "items", "purposes", "reason", "release", "consent", "case", "name"])
def test_no_template_can_make_a_letter_asking_back_say_more(field):
    """What is not given cannot be printed: an office that edits the text cannot leak by mistake."""
    text = SHIPPED["recall_letter"] + "\n{{ " + field + " }}"
    with pytest.raises(TemplateRefused, match=f"no field called “{field}”"):
        check(built(text), "recall_letter")


def consent_of(db, **more):
    client = make.client(db, "Rehana <Begum> & family")
    return make.consent(db, client, make.agency(db, "Northbrook children's services", kind="la_childrens_services",
                        tier="primary"), purposes=("repairs", "other"), scope=("name", "health"), **more)  # fmt: skip


def receipt_words(db, consent, read_by=""):
    template = kept.template_for(db, "consent_receipt")
    made = letters.receipt(template, consent, today=make.TODAY, read_by=read_by, signed_by="Maryam Y")
    assert made.name == f"receipt-{consent.client.ref}-{consent.id}.docx"
    return words_of(made.content)


def test_a_receipt_says_what_was_agreed_to_whom_until_when_and_how_to_take_it_back(db):
    consent = consent_of(db, language=make.language(db, "Sylheti"))
    told = receipt_words(db, consent, "Farida A")
    for word in ("Rehana <Begum> & family", "Northbrook children's services", consent.purposes[0].words,
                 consent.purposes[1].words, "Name", "Health", "14 October 2026", "14 October 2027", "Signed form",
                 "You can take this back at any time", "Home Office", "Read to the client", "in Sylheti",
                 "Farida A"):  # fmt: skip
        assert word in told, word
    assert "You took this back" not in told


def test_a_receipt_of_another_kind_says_so_and_warns_of_nothing(db):
    quote = make.consent(db, make.client(db), kind="quote", purposes=(), scope=(), withdrawn_on=make.TODAY)
    told = receipt_words(db, quote)
    assert "to this: Quote their words" in told
    assert "You took this back on 23 November 2026" in told
    for word in ("we may tell", "Home Office", "Read to the client"):
        assert word not in told


@pytest.mark.parametrize("text", [
    "{{ today.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ cycler.__init__.__globals__ }}",
    "{{ today.format.__globals__ }}", '{{ "a" * 10**9 }}', "{{ 9**9**9 }}", '{{ "a" | center(999999999) }}',
    '{{ "%999999999d" % 1 }}', '{{ "a".ljust(999999999) }}', "{{ lipsum(9999) }}",
    "{% for a in today %}{% for b in today %}{% for c in today %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in range(99999) %}x{% endfor %}", "{% set a = agency ~ agency %}{{ a }}",
    "{% macro a() %}x{% endmacro %}{{ a() }}",
])  # fmt: skip
def test_a_template_reaches_nothing_but_its_fields(text):
    with pytest.raises(TemplateRefused, match="asks for more than its value"):
        check(built(SHIPPED["recall_letter"] + text), "recall_letter")


def test_a_template_is_tried_with_the_other_answer_to_each_condition_too():
    """A field that stands only where nothing was withdrawn would first be missed in a client's letter."""
    check(built(SHIPPED["consent_receipt"] + "\n{%p if withdrawn_on %}\nOver.\n{%p endif %}"), "consent_receipt")
    with pytest.raises(TemplateRefused, match="no field called “reason”"):
        check(built(SHIPPED["consent_receipt"] + "\n{%p if withdrawn_on %}\n{{ reason }}\n{%p endif %}"),
              "consent_receipt")  # fmt: skip
    only_shared = "{%p if sharing %}\n{{ to_whom }} {{ until }}\n{%p endif %}"
    with pytest.raises(TemplateRefused, match=r"Put in \{\{ to_whom \}\}, \{\{ until \}\}"):
        check(built(only_shared), "consent_receipt")


@pytest.mark.parametrize(("text", "told"), [
    ("{{ agency }} {{ reference }}", "Put in {{ left_on }}"),
    ("{{ agency }} {{ reference }} {{ left_on }} {{ oops", "not closed"),
    ("{{ agency }} {{ reference }} {{ left_on }} {%p if today %}", "a condition has no end"),
    ("{{ agency }} {{ reference }} {{ left_on }} {{ today + 1 }}", "asks for more"),
    ("{{ agency }} {{ reference }} {{ left_on }} {{ today < 1 }}", "cannot be filled"),
])  # fmt: skip
def test_a_broken_template_is_refused_in_a_sentence(text, told):
    with pytest.raises(TemplateRefused) as refused:
        check(built(text), "recall_letter")
    assert str(refused.value).startswith("Not taken: ")
    assert told in str(refused.value)


def packed(**parts: bytes) -> bytes:
    """A shipped template with some parts of the file replaced or added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(built(SHIPPED["recall_letter"]))) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            if one.filename not in parts:
                new.writestr(one, old.read(one))
        for name, content in parts.items():
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


FETCH = (b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="x" '
         b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="http://x.example/a" '
         b'TargetMode="External"/></Relationships>')  # fmt: skip


RELATIONS = "word/_rels/document.xml.rels"
OTHERS = b'<!DOCTYPE a [<!ATTLIST Relationship TargetMode CDATA "External">]>'


def damaged(at: int, value: bytes) -> bytes:
    """A template with some bytes of its first entry in the list of parts written over, and of that part's own head."""
    content = bytearray(built(SHIPPED["recall_letter"]))
    entry = content.rindex(b"PK\x01\x02", 0, content.index(b"PK\x01\x02") + 4)
    content[entry + at + 2 : entry + at + 2 + len(value)] = value
    content[at : at + len(value)] = value
    return bytes(content)


def garbled() -> bytes:
    """A template whose first part no longer unpacks."""
    content = bytearray(built(SHIPPED["recall_letter"]))
    with zipfile.ZipFile(BytesIO(content)) as packed:
        first = packed.infolist()[0]
    start = 30 + len(first.filename)
    content[start : start + 20] = b"\xff" * 20
    return bytes(content)


@pytest.mark.parametrize(("content", "told"), [
    (lambda: damaged(6, b"\x01\x00"), "no Word file"),  # locked with a passphrase
    (lambda: damaged(8, b"\x63\x00"), "no Word file"),  # packed in a way of its own
    (lambda: damaged(8, b"\x0e\x00"), "no Word file"), (lambda: damaged(8, b"\x0c\x00"), "no Word file"),
    (lambda: damaged(4, b"\xff\x00"), "no Word file"),  # of a later kind than anybody knows
    (garbled, "no Word file"),
    (lambda: packed(**{RELATIONS: FETCH.replace(b'"', b"'") % b"image"}), "fetches something"),
    (lambda: packed(**{RELATIONS: FETCH.replace(b"External", b"Ext&#101;rnal") % b"image"}), "fetches something"),
    (lambda: packed(**{RELATIONS: OTHERS + FETCH.replace(b'TargetMode="External"', b"") % b"image"}), "fetches some"),
    (lambda: packed(**{"word/_rels/a.xml.RELS": FETCH % b"frame"}), "fetches something"),
    (lambda: packed(**{RELATIONS: b"<nothing"}), "no Word file"),
    (lambda: b"", "no Word file"), (lambda: b"PK\x03\x04 not really", "no Word file"),
    (lambda: b"x" * (letters.LARGEST + 1), "2 MB at most"),
    (lambda: packed(**{"word/vbaProject.bin": b"x"}), "holds a program"),
    (lambda: packed(**{"word/embeddings/a.xlsx": b"x"}), "holds a program"),
    (lambda: packed(**{"word/media/a.bin": b"\0" * (letters.LARGEST_UNPACKED + 1)}), "more than 20 MB"),
    (lambda: packed(**{"word/_rels/settings.xml.rels": FETCH % b"attachedTemplate"}), "fetches something"),
    (lambda: packed(**{"word/_rels/document.xml.rels": FETCH % b"image"}), "fetches something"),
    (lambda: packed(**{"[Content_Types].xml": b"<nothing"}), "no Word file"),
    (lambda: packed(**{"word/document.xml": b"<nothing"}), "no Word file"),
])  # fmt: skip
def test_a_file_that_is_no_safe_template_is_refused(content, told):
    with pytest.raises(TemplateRefused, match=told):
        check(content(), "recall_letter")


def test_a_link_that_is_only_clicked_may_stand_in_a_letter():
    check(packed(**{"customXml/_rels/a.xml.rels": FETCH % b"hyperlink"}), "recall_letter")


def test_every_value_is_printed_as_it_is_and_none_becomes_markup():
    values = EXAMPLES["recall_letter"] | {"agency": "</w:t></w:r><w:p/> {{ today }} & Söhne"}
    made = fill(built("{{ agency }}"), values)
    assert [one.text for one in Document(BytesIO(made)).paragraphs] == ["</w:t></w:r><w:p/> {{ today }} & Söhne"]


def test_fields_in_head_and_foot_are_filled_as_well():
    made = Document(BytesIO(built(SHIPPED["recall_letter"])))
    made.sections[0].header.paragraphs[0].text = "{{ reference }}"
    out = BytesIO()
    made.save(out)
    assert words_of(fill(out.getvalue(), EXAMPLES["recall_letter"])).count("26-0060") == 2
