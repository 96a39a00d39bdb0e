"""Every column is declared once, and how private it is was decided when it was."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, inspect

from casework.access import PANELS, ROLES
from exports.working_list import working_fields
from models import Base
from models.base import table_name
from models.declared import declared
from models.extras import VALUES
from models.fields import FieldInfo, Sensitivity

MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__name__)
# Inside their record's form; what is in a document is kept with it, and a redaction has a task screen of its own.
EDITED_INSIDE = {
    "AgencyContact", "ClientMember", "WorkerLanguage", "Availability", "Avoidance", "VolunteerEntry",
    "AppointmentWorker", "LanguageOffer", "DocumentContent", "Redaction", "FiguresQuestion",
    "CampaignDemand", "TemplateLine", "BreachPerson", "ExtraChoice",
    "ClientExtra", "CaseExtra", "AppointmentExtra", "AgencyExtra", "WorkerExtra",  # fields of the office's own
}  # fmt: skip
BY_LOOKING = {"CaseLook"}  # written when a case is opened, and told on its page
# Kept by the program, met by nobody in a panel; one's own sign-ins stand on a page of their own. Equality answers
# are written on a page and read on none.
WITHOUT_SCREEN = {
    "Draft", "EqualityAnswer", "RecoveryCode", "ImportUpload", "SavedPage", "SavedView", "SecondFactor", "SignIn",
    "SignInTry",
}  # fmt: skip
TABLES = Base.metadata.sorted_tables
INDEXES = {"client_keys"}  # made from other tables and never shown: what is found through them is


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_says_what_it_is_called_and_how_private_it_is(model):
    """The key column beside a link speaks through its link, the row of added values through its definitions."""
    links = {attribute.key for attribute in inspect(model).relationships}
    for attribute in inspect(model).attrs:
        info = attribute.class_attribute.info
        if "key_of" in info:
            assert info["key_of"] in links
        elif "extra" in info:
            assert attribute.mapper.class_ in VALUES.values()
        else:
            assert isinstance(info.get("field"), FieldInfo), f"{model.__name__}.{attribute.key}"
            assert info["field"].label.strip()
            assert isinstance(info["field"].sensitivity, Sensitivity)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_above_open_leaves_the_office_and_nothing_special_goes_on_a_working_list(model):
    for one in declared(model):
        if one.info.exported_as is not None:
            assert one.info.sensitivity is Sensitivity.OPEN, one.key
    for see in Sensitivity:
        assert {one.info.sensitivity for one in working_fields(model, see)} <= set(Sensitivity) - {
            Sensitivity.SPECIAL, Sensitivity.SECRET,
        }  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_link_to_a_person_is_as_private_as_the_person(model):
    """A link shows the label of the row it leads to; a client's label is a name."""
    for one in declared(model):
        if one.target is not None and one.target.__name__ == "Client" and one.key != "merged_into":
            assert one.info.sensitivity >= Sensitivity.PERSONAL, one.key


def test_every_label_of_a_table_is_told_apart_from_its_others():
    for model in MODELS:
        labels = [one.info.label for one in declared(model) if one.info.in_form or one.info.listed]
        assert len(labels) == len(set(labels)), model.__name__


@pytest.mark.parametrize("sensitivity", [one for one in Sensitivity if one > Sensitivity.OPEN])
def test_a_private_field_cannot_even_be_declared_for_sheets_that_leave(sensitivity):
    with pytest.raises(ValueError, match="only OPEN fields may be exported"):
        FieldInfo("Name", sensitivity, exported_as="Name", in_form=False)
    assert FieldInfo("Kind", Sensitivity.OPEN, exported_as="Kind").exported_as == "Kind"


@pytest.mark.parametrize("shown", ["in_form", "listed", "searched", "filtered"])
def test_a_secret_cannot_be_declared_to_show_anywhere(shown):
    with pytest.raises(ValueError, match="shows nowhere"):
        FieldInfo("Passphrase", Sensitivity.SECRET, **{"in_form": False, shown: True})


def test_a_field_without_its_sensitivity_cannot_be_declared():
    with pytest.raises(TypeError):
        FieldInfo("Name")


def test_a_field_may_be_described_by_data_as_well_as_by_code():
    """Fields that the office will define in the browser come as text; the description holds plain values only."""
    by_code = FieldInfo(
        "Shoe size", Sensitivity.OPEN, help="For donations.", listed=True, filtered=True, exported_as="Shoe size",
        choices=(("s", "Small"), ("l", "Large")),
    )  # fmt: skip
    told = json.loads(json.dumps(asdict(by_code)))
    told |= {name: tuple(map(tuple, told[name])) for name in ("choices", "withdrawn")}
    told |= {"sensitivity": Sensitivity(told["sensitivity"])}
    by_data = FieldInfo(**told)
    assert by_data == by_code
    assert by_data.choice_label("l") == "Large"
    assert by_data.order == by_code.order


def test_every_table_has_a_screen_or_is_edited_inside_one():
    """No table without a screen; a link table is a row of ticks in a form."""
    with_panel = {panel.model.__name__ for panel in PANELS}
    assert {model.__name__ for model in MODELS} - with_panel == EDITED_INSIDE | BY_LOOKING | WITHOUT_SCREEN
    ticked = {table.name for table in TABLES} - {table_name(model.__name__) for model in MODELS}
    links = [one for model in MODELS for one in inspect(model).relationships]
    through = {one.secondary.name for one in links if one.secondary is not None}
    assert ticked == through | INDEXES


def test_rights_are_given_to_known_roles_and_nobody_writes_what_they_cannot_read():
    for panel in PANELS:
        assert set(panel.rights) <= set(ROLES)
        assert panel.rights, panel.name
    assert len({panel.name for panel in PANELS}) == len(PANELS)


# What the database itself holds to


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_constraint_has_a_name_by_which_an_error_is_understood(table):
    for one in (*table.constraints, *table.indexes):
        name = str(one.name or "")
        assert name[:3] in {"pk_", "fk_", "uq_", "ck_", "ix_"}, one
        assert len(name) <= 63, f"PostgreSQL cuts the name {name}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_link_is_found_by_an_index(table):
    """A link that is looked up from the other side reads the whole table otherwise."""
    first_columns = {next(iter(index.columns)).name for index in table.indexes}
    first_columns |= {
        next(iter(one.columns)).name for one in table.constraints
        if isinstance(one, UniqueConstraint) or one is table.primary_key
    }  # fmt: skip
    assert {key.parent.name for key in table.foreign_keys} <= first_columns


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nothing_is_deleted_or_emptied_along_with_something_else(table):
    for one in table.constraints:
        if isinstance(one, ForeignKeyConstraint):
            assert one.ondelete == "RESTRICT"
            assert one.onupdate is None


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_program_deletes_no_row_behind_the_guards_back(model):
    for one in inspect(model).relationships:
        assert not one.cascade.delete
        assert not one.cascade.delete_orphan
        if one.secondary is None and one.uselist:
            assert one.passive_deletes == "all"
