"""The English letters that come along, made with code so that their words can be read and compared here.

The office replaces them with its own under "Letter templates": letterhead, tone, other languages.
"""

from __future__ import annotations

from io import BytesIO
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import letters
from models import Language, LetterTemplate

# One line is one paragraph; `#` makes a heading, `-` a line of a list, `{%p` a line that only steers.
RECALL_LETTER = """\
{{ today }}
To: {{ agency }}
Our reference: {{ reference }}

# Please give back what we sent you
On {{ left_on }} we sent you information by {{ channel }} under the reference above. The permission under which it was \
given to you has ended.
We ask you to:
- stop using it from today;
- return it to us or destroy it, with every copy, also on paper and in e-mail;
- ask the same of everybody to whom you passed it on, and tell us who they are;
- confirm to us in writing by {{ answer_by }} that this is done.
If the law obliges you to keep some of it, tell us which part, which law and for how long, and use it for nothing else.
This letter says on purpose nothing about the person concerned. If you cannot find what we mean by the reference and \
the day, ring us; please do not write to anybody else about it.

{{ signed_by }}
"""
CONSENT_RECEIPT = """\
{{ today }}
Reference: {{ reference }}

# What you agreed to
This is for you to keep, {{ client }}. Only keep it where it is safe for you; we keep a copy for you.
{%p if sharing %}
You agreed on {{ given_on }} that we may tell: {{ to_whom }}.
For this:
{%p for one in purposes %}
- {{ one }}
{%p endfor %}
We may tell them only this:
{%p for one in items %}
- {{ one }}
{%p endfor %}
{%p else %}
You agreed on {{ given_on }} to this: {{ to_whom }}.
{%p endif %}
This lasts until {{ until }}. How you agreed: {{ how_given }}.
{%p if warned %}
Remember: this body may pass details to the Home Office, whatever you have agreed with us.
{%p endif %}
{%p if withdrawn_on %}
You took this back on {{ withdrawn_on }}. Since then nothing more has left under it.
{%p endif %}

# You can change your mind
You can take this back at any time, without giving a reason. Tell any of us, in any way: by telephone, in person, \
through somebody you trust. From then on we tell them nothing more, and we ask them to give back what they have. It \
changes nothing in how we help you.
You can ask at any time to see everything that has left our office about you: what, when and to whom.
{%p if read_by %}
Read to the client{% if language %} in {{ language }}{% endif %} by {{ read_by }}.
{%p endif %}

{{ signed_by }}
"""
RIGHT_OF_REPLY = """\
{{ today }}
To: {{ agency }}

# Your comment on our figures about you
We keep count of what we ask of public bodies for our clients, and of what comes back. Before anybody outside our \
office reads what we have counted about you, we ask you to read it and to comment on it.
These are the requests that we sent from {{ period }}, counted on {{ today }}.
{%p if parts %}
Counted with you:
{%p for one in parts %}
- {{ one }}
{%p endfor %}
{%p endif %}

# What we counted
{%p for one in figures %}
- {{ one }}
{%p endfor %}
{%p if times %}

# How long until an answer came
Requests still waiting count as waiting. Days are those of the calendar.
{%p for one in times %}
- {{ one }}
{%p endfor %}
{%p endif %}

# How to read them
These are requests made through our office; they do not tell how you answer others. A range says where the true share \
lies, 95 times in 100. {{ hidden }}

# Please answer by {{ answer_by }}
Tell us what you think is wrong, and why; what explains the figures; and what you have changed or mean to change. We \
will print your comment beside them. If a number cannot be right, name it and we will count again together. We cannot \
tell you which of our clients stand behind a number.

{{ office }}
"""
FIGURES_REQUEST = """\
{{ today }}
To: {{ agency }}{% if body %}, {{ body }}{% endif %}
From: {{ office }}, {{ address }}
Our reference: {{ reference }}

# Request for your figures
{%p if bound %}
Please give us the information below under the Freedom of Information Act 2000.
{%p else %}
We ask you for the information below. We know that the Freedom of Information Act 2000 may not bind you; we ask you to \
answer as if it did, since those whom you serve, and the public, have a fair interest in it.
{%p endif %}
All questions are about the time from {{ period }}, both days included. Where you count from another day of the month \
or keep a number in another way, give us what you have and say how it is counted.

# Questions
{%p for one in questions %}
{{ one }}
{%p endfor %}

# How we would like to have them
- As a spreadsheet (.xlsx, .ods or .csv), one row for each question and quarter, by e-mail if you can.
- No personal data: numbers alone. Where a number is small and could point at somebody, “fewer than 5” will do.
- Where you do not hold a number, please say so for that question and answer the others.
- Where a word of ours has another meaning with you, please say which you used.
{%p if bound %}
If answering all of this would come near the cost limit of section 12, please tell us early which questions cause it \
and advise us under section 16 how to narrow them, rather than refuse the whole. If you keep something back, please \
name the section on which you rely, question by question.
{%p else %}
If some of this is much work, please tell us early which questions cause it, and answer the others. If you keep \
something back, please say why, question by question.
{%p endif %}

# When
{%p if bound %}
Please confirm that you have this letter. The Act asks for an answer promptly, and by the 20th working day at the \
latest: we count {{ answer_by }}.
{%p else %}
Please confirm that you have this letter, and answer by {{ answer_by }}.
{%p endif %}
Thank you for the work that this takes.

{% if signed_by %}{{ signed_by }}, {% endif %}{{ office }}
"""
SHIPPED = MappingProxyType({
    "recall_letter": RECALL_LETTER, "consent_receipt": CONSENT_RECEIPT, "right_of_reply": RIGHT_OF_REPLY,
    "figures_request": FIGURES_REQUEST,
})  # fmt: skip


def load_letter_templates(db: Session) -> None:
    """Add the English template of each letter that has none yet; change none."""
    db.flush()
    there = set(db.scalars(select(LetterTemplate.kind).join(Language).where(Language.code == letters.ENGLISH)))
    missing = [kind for kind in SHIPPED if kind not in there]
    if missing:
        english = db.scalars(select(Language).where(Language.code == letters.ENGLISH)).one()
        for kind in missing:
            letters.put_in_use(db, kind, english, built(SHIPPED[kind]), "Came with the program")


def built(text: str) -> bytes:
    """Make the .docx of a template from its words."""
    from docx import Document  # slow to load, wanted once in the life of a database

    made = Document()
    made.core_properties.author = made.core_properties.comments = made.core_properties.title = ""
    for line in text.splitlines():
        _add(made, line)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _add(made: Any, line: str) -> None:
    if line.startswith("# "):
        made.add_heading(line.removeprefix("# "), level=1)
    elif line.startswith("- "):
        made.add_paragraph(line.removeprefix("- "), style="List Bullet")
    else:
        made.add_paragraph(line)
