"""the review of all open cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Contacts that closing a case left were kept as general tasks, where no list of after-care found them.
    op.execute("UPDATE tasks SET kind = 'aftercare' WHERE about = 'case' AND kind = 'general' "
               "AND what LIKE '%after-care contact%'")
    op.create_table('reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_trace', sa.Text(), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('snapshot', sa.Text(), nullable=True),
    sa.Column('chair_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'complete') = (held_on IS NOT NULL)", name=op.f('ck_reviews_held_on_a_day')),
    sa.CheckConstraint("(status = 'complete') = (snapshot IS NOT NULL)", name=op.f('ck_reviews_figures_kept_once_complete')),
    sa.CheckConstraint("(status = 'scheduled') = (opened_at IS NULL)", name=op.f('ck_reviews_listed_once_open')),
    sa.CheckConstraint("status IN ('scheduled', 'open', 'complete')", name=op.f('ck_reviews_status_known')),
    sa.CheckConstraint('period_from <= period_to', name=op.f('ck_reviews_period_begins_before_it_ends')),
    sa.ForeignKeyConstraint(['chair_id'], ['workers.id'], name=op.f('fk_reviews_chair_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews')),
    sa.UniqueConstraint('period_from', name=op.f('uq_reviews_period_from'))
    )
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reviews_chair_id'), ['chair_id'], unique=False)

    op.create_table('review_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('silent_days', sa.Integer(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('next_step', sa.String(length=200), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('next_step IS NULL OR (owner_id IS NOT NULL AND due_on IS NOT NULL)', name=op.f('ck_review_entries_a_next_step_has_owner_and_day')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_review_entries_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['lead_id'], ['workers.id'], name=op.f('fk_review_entries_lead_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['owner_id'], ['workers.id'], name=op.f('fk_review_entries_owner_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_entries_review_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_entries')),
    sa.UniqueConstraint('review_id', 'case_id', name=op.f('uq_review_entries_review_id_case_id'))
    )
    with op.batch_alter_table('review_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_entries_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_entries_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_entries_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_entries_review_id'), ['review_id'], unique=False)

    op.create_table('review_remarks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['workers.id'], name=op.f('fk_review_remarks_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], name=op.f('fk_review_remarks_review_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_remarks'))
    )
    with op.batch_alter_table('review_remarks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_remarks_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_remarks_review_id'), ['review_id'], unique=False)

    op.create_table('review_entry_flags',
    sa.Column('review_entry_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_review_entry_flags_code_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['review_entry_id'], ['review_entries.id'], name=op.f('fk_review_entry_flags_review_entry_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('review_entry_id', 'code_id', name=op.f('pk_review_entry_flags'))
    )
    with op.batch_alter_table('review_entry_flags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_entry_flags_code_id'), ['code_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('review_entry_flags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_entry_flags_code_id'))

    op.drop_table('review_entry_flags')
    with op.batch_alter_table('review_remarks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_remarks_review_id'))
        batch_op.drop_index(batch_op.f('ix_review_remarks_by_id'))

    op.drop_table('review_remarks')
    with op.batch_alter_table('review_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_entries_review_id'))
        batch_op.drop_index(batch_op.f('ix_review_entries_owner_id'))
        batch_op.drop_index(batch_op.f('ix_review_entries_lead_id'))
        batch_op.drop_index(batch_op.f('ix_review_entries_case_id'))

    op.drop_table('review_entries')
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reviews_chair_id'))

    op.drop_table('reviews')
