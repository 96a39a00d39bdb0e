"""the page of a case: days set by others, last looks, how a name is said, corrections of notes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def _stamps() -> list[sa.Column]:
    return [
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        'case_looks',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('before', sa.DateTime(timezone=True), nullable=True),
        sa.Column('case_id', sa.Integer(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_looks_case_id'), ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_looks')),
        sa.UniqueConstraint('user_id', 'case_id', name=op.f('uq_case_looks_user_id_case_id')),
    )
    op.create_index('ix_case_looks_case_id', 'case_looks', ['case_id'])
    op.create_table(
        'deadlines',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('due_at', sa.Time(), nullable=True),
        sa.Column('what', sa.String(length=200), nullable=False),
        sa.Column('source', sa.String(length=200), nullable=True),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('ended_on', sa.Date(), nullable=True),
        sa.Column('ended_note', sa.String(length=200), nullable=True),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('kind_id', sa.Integer(), nullable=False),
        *_stamps(),
        sa.CheckConstraint("(state = 'ahead') = (ended_on IS NULL)", name=op.f('ck_deadlines_ended_on_a_day')),
        sa.CheckConstraint("state IN ('ahead', 'met', 'passed', 'withdrawn')", name=op.f('ck_deadlines_state_known')),
        sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_deadlines_case_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['kind_id'], ['codes.id'], name=op.f('fk_deadlines_kind_id'), ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deadlines')),
    )
    op.create_index('ix_deadlines_case_id', 'deadlines', ['case_id'])
    op.create_index('ix_deadlines_kind_id', 'deadlines', ['kind_id'])
    op.create_index('ix_deadlines_case_id_state_due_on', 'deadlines', ['case_id', 'state', 'due_on'])
    with op.batch_alter_table('case_notes') as batch:
        batch.drop_index('ix_case_notes_corrects_id')
        batch.create_unique_constraint('uq_case_notes_corrects_id', ['corrects_id'])
    with op.batch_alter_table('clients') as batch:
        batch.add_column(sa.Column('say_it', sa.String(length=80), nullable=True))
        batch.add_column(sa.Column('pronouns', sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('clients') as batch:
        batch.drop_column('pronouns')
        batch.drop_column('say_it')
    with op.batch_alter_table('case_notes') as batch:
        batch.drop_constraint('uq_case_notes_corrects_id', type_='unique')
        batch.create_index('ix_case_notes_corrects_id', ['corrects_id'])
    op.drop_table('deadlines')
    op.drop_table('case_looks')
