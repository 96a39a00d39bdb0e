"""fields that the office defines in the browser; changes of the set-up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0028'
branch_labels = None
depends_on = None

OWNERS = {'client': 'clients', 'case': 'cases', 'appointment': 'appointments', 'agency': 'agencies', 'worker': 'workers'}
PLACES = {
    'text': (8, sa.String(length=200)), 'choice': (8, sa.String(length=12)), 'date': (6, sa.Date()),
    'number': (6, sa.Integer()), 'yes_no': (6, sa.Boolean()),
}


def upgrade() -> None:
    op.create_table('extra_fields',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('of', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('help', sa.String(length=160), nullable=True),
    sa.Column('sensitivity', sa.String(length=10), nullable=False),
    *(sa.Column(name, sa.Boolean(), nullable=False)
      for name in ('in_form', 'on_page', 'listed', 'filtered', 'searched', 'on_sheet')),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('place', sa.String(length=20), nullable=False),
    *_stamps(),
    sa.CheckConstraint("kind IN ('text', 'choice', 'date', 'number', 'yes_no')", name=op.f('ck_extra_fields_kind_known')),
    sa.CheckConstraint("sensitivity IN ('open', 'office', 'personal', 'special')", name=op.f('ck_extra_fields_sensitivity_known')),
    sa.CheckConstraint('"of" IN (\'client\', \'case\', \'appointment\', \'agency\', \'worker\')', name=op.f('ck_extra_fields_of_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extra_fields')),
    sa.UniqueConstraint('of', 'key', name=op.f('uq_extra_fields_of_key')),
    sa.UniqueConstraint('of', 'place', name=op.f('uq_extra_fields_of_place')),
    sqlite_autoincrement=True,
    )
    op.create_table('extra_choices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=60), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('word', sa.String(length=12), nullable=False),
    sa.Column('field_id', sa.Integer(), nullable=False),
    *_stamps(),
    sa.ForeignKeyConstraint(['field_id'], ['extra_fields.id'], name=op.f('fk_extra_choices_field_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extra_choices')),
    sa.UniqueConstraint('field_id', 'word', name=op.f('uq_extra_choices_field_id_word'))
    )
    op.create_index(op.f('ix_extra_choices_field_id'), 'extra_choices', ['field_id'], unique=False)
    for owner, several in OWNERS.items():
        _values(owner, several)
    op.create_table('set_up_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=40), nullable=False),
    sa.Column('act', sa.String(length=10), nullable=False),
    sa.Column('subject', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('kept', sa.Text(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    *_stamps(),
    sa.CheckConstraint(
        "subject IN ('Area', 'AreaTravel', 'ClosedDay', 'Code', 'ExtraField', 'FunderTemplate', 'Language', "
        "'LetterTemplate', 'ResponseStandard', 'Setting', 'Venue')", name=op.f('ck_set_up_changes_subject_known')),
    sa.CheckConstraint("act IN ('created', 'changed', 'deleted')", name=op.f('ck_set_up_changes_act_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_set_up_changes'))
    )
    op.create_index(op.f('ix_set_up_changes_subject_row_id'), 'set_up_changes', ['subject', 'row_id'], unique=False)


def _values(owner: str, several: str) -> None:
    table, key = f'{owner}_extras', f'{owner}_id'
    places = [(f'{kind}_{number}', type_) for kind, (count, type_) in PLACES.items() for number in range(1, count + 1)]
    op.create_table(table,
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column(key, sa.Integer(), nullable=False),
    *(sa.Column(name, type_, nullable=True) for name, type_ in places),
    *_stamps(),
    sa.ForeignKeyConstraint([key], [f'{several}.id'], name=op.f(f'fk_{table}_{key}'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    sa.UniqueConstraint(key, name=op.f(f'uq_{table}_{key}'))
    )
    for name, _type in places:
        op.create_index(op.f(f'ix_{table}_{name}'), table, [name], unique=False)


def _stamps() -> list[sa.Column]:
    return [
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    ]


def downgrade() -> None:
    op.drop_table('set_up_changes')
    for owner in OWNERS:
        op.drop_table(f'{owner}_extras')
    op.drop_table('extra_choices')
    op.drop_table('extra_fields')
