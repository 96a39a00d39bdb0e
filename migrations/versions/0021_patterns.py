"""answers to what the radar proposes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('patterns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('looks', sa.Text(), nullable=False),
    sa.Column('clients', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('taken_back_on', sa.Date(), nullable=True),
    sa.Column('issue_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'taken_back') = (taken_back_on IS NOT NULL)", name=op.f('ck_patterns_taken_back_on_a_day')),
    sa.CheckConstraint("status <> 'dismissed' OR reason IS NOT NULL", name=op.f('ck_patterns_dismissed_with_a_reason')),
    sa.CheckConstraint("status <> 'issue' OR issue_id IS NOT NULL", name=op.f('ck_patterns_an_issue_is_named')),
    sa.CheckConstraint("status IN ('issue', 'dismissed', 'taken_back')", name=op.f('ck_patterns_status_known')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['workers.id'], name=op.f('fk_patterns_decided_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_patterns_issue_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patterns'))
    )
    with op.batch_alter_table('patterns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_patterns_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_patterns_issue_id'), ['issue_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('patterns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_patterns_issue_id'))
        batch_op.drop_index(batch_op.f('ix_patterns_decided_by_id'))

    op.drop_table('patterns')
