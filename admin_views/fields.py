"""Form fields as people fill them in: what was typed is kept, nothing is guessed, faults are sentences.

Each field names its `kind` (how casework/fields.html draws it) and its `width`. The clock, the office and
the doors to other records come with the form's meta: `meta.today`, `meta.office`, `meta.finders`,
`meta.factories`. No field reads them anywhere else.

Sentences that quote what a person typed are made with `gettext`, never with `lazy_gettext`: a template
takes a lazy text for finished HTML and would not escape it.
"""

from __future__ import annotations

from admin_views.fields_base import (
    AtMost,
    Fault,
    HiddenField,
    OfficeField,
    OnceField,
    Required,
    VersionField,
    hold,
)
from admin_views.fields_choice import (
    ChipsField,
    ChoiceField,
    Finder,
    LookupField,
    Option,
    TickField,
    TicksField,
)
from admin_views.fields_file import FileField
from admin_views.fields_rows import Factory, RowsField
from admin_views.fields_typed import (
    BIG_INTEGER,
    AreaField,
    DateText,
    Echo,
    LineField,
    NumberField,
    TimeText,
    WhenText,
    echo_answer,
)

__all__ = [
    "BIG_INTEGER",
    "AreaField",
    "AtMost",
    "ChipsField",
    "ChoiceField",
    "DateText",
    "Echo",
    "Factory",
    "Fault",
    "FileField",
    "Finder",
    "HiddenField",
    "LineField",
    "LookupField",
    "NumberField",
    "OfficeField",
    "OnceField",
    "Option",
    "Required",
    "RowsField",
    "TickField",
    "TicksField",
    "TimeText",
    "VersionField",
    "WhenText",
    "echo_answer",
    "hold",
]
