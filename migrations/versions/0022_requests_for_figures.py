"""requests for a body's own figures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

KNOWN = "ck_letter_templates_kind_known"
BEFORE = "kind IN ('recall_letter', 'consent_receipt', 'right_of_reply')"
AFTER = "kind IN ('recall_letter', 'consent_receipt', 'right_of_reply', 'figures_request')"


def upgrade() -> None:
    _allow(AFTER)
    op.create_table('figures_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_trace', sa.Text(), nullable=True),
    sa.Column('acknowledged_on', sa.Date(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('exemption', sa.String(length=20), nullable=True),
    sa.Column('review_asked_on', sa.Date(), nullable=True),
    sa.Column('review_due', sa.Date(), nullable=True),
    sa.Column('review_trace', sa.Text(), nullable=True),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('review_outcome', sa.String(length=10), nullable=True),
    sa.Column('commissioner_on', sa.Date(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status IN ('answered', 'in_part', 'refused')) = (answered_on IS NOT NULL)", name=op.f('ck_figures_requests_answered_on_a_day')),
    sa.CheckConstraint("exemption IN ('s12', 's14', 's21', 's22', 's31', 's36', 's40', 's41', 's43', 'not_held', 'not_bound', 'other', 'none_named')", name=op.f('ck_figures_requests_exemption_known')),
    sa.CheckConstraint("review_outcome IN ('given', 'more', 'kept', 'silent')", name=op.f('ck_figures_requests_review_outcome_known')),
    sa.CheckConstraint("status IN ('draft', 'sent', 'acknowledged', 'answered', 'in_part', 'refused', 'no_answer', 'withdrawn')", name=op.f('ck_figures_requests_status_known')),
    sa.CheckConstraint("status IN ('draft', 'withdrawn') OR sent_on IS NOT NULL", name=op.f('ck_figures_requests_sent_on_a_day')),
    sa.CheckConstraint("status NOT IN ('in_part', 'refused') OR exemption IS NOT NULL", name=op.f('ck_figures_requests_a_refusal_names_its_reason')),
    sa.CheckConstraint('period_from <= period_to', name=op.f('ck_figures_requests_period_begins_before_it_ends')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_figures_requests_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['owner_id'], ['workers.id'], name=op.f('fk_figures_requests_owner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figures_requests'))
    )
    with op.batch_alter_table('figures_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figures_requests_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_figures_requests_owner_id'), ['owner_id'], unique=False)

    op.create_table('figures_questions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('unit', sa.String(length=40), nullable=False),
    sa.Column('breakdown', sa.String(length=120), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('said', sa.String(length=10), nullable=True),
    sa.Column('answer', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(answer IS NOT NULL) = (COALESCE(said, '') = 'number')", name=op.f('ck_figures_questions_a_number_where_one_was_given')),
    sa.CheckConstraint("said IN ('number', 'few', 'not_held', 'withheld', 'other_way', 'nothing')", name=op.f('ck_figures_questions_said_known')),
    sa.CheckConstraint('answer IS NULL OR answer >= 0', name=op.f('ck_figures_questions_answer_not_negative')),
    sa.ForeignKeyConstraint(['request_id'], ['figures_requests.id'], name=op.f('fk_figures_questions_request_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figures_questions'))
    )
    with op.batch_alter_table('figures_questions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figures_questions_request_id'), ['request_id'], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM letter_templates WHERE kind = 'figures_request'")
    _allow(BEFORE)
    with op.batch_alter_table('figures_questions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figures_questions_request_id'))

    op.drop_table('figures_questions')
    with op.batch_alter_table('figures_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figures_requests_owner_id'))
        batch_op.drop_index(batch_op.f('ix_figures_requests_agency_id'))

    op.drop_table('figures_requests')


def _allow(rule: str) -> None:
    with op.batch_alter_table('letter_templates') as batch:
        batch.drop_constraint(op.f(KNOWN), type_='check')
        batch.create_check_constraint(op.f(KNOWN), rule)
