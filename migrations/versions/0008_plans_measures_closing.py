"""plans, measures, closing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('measures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('measured_on', sa.Date(), nullable=False),
    sa.Column('point', sa.String(length=10), nullable=False),
    sa.Column('safety', sa.Integer(), nullable=True),
    sa.Column('isolation', sa.Integer(), nullable=True),
    sa.Column('confidence', sa.Integer(), nullable=True),
    sa.Column('coping', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("point IN ('intake', 'review', 'closure', 'aftercare')", name=op.f('ck_measures_point_known')),
    sa.CheckConstraint('confidence BETWEEN 0 AND 4', name=op.f('ck_measures_confidence_on_the_scale')),
    sa.CheckConstraint('coping BETWEEN 0 AND 4', name=op.f('ck_measures_coping_on_the_scale')),
    sa.CheckConstraint('isolation BETWEEN 0 AND 4', name=op.f('ck_measures_isolation_on_the_scale')),
    sa.CheckConstraint('safety BETWEEN 0 AND 4', name=op.f('ck_measures_safety_on_the_scale')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_measures_case_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measures'))
    )
    with op.batch_alter_table('measures') as batch:
        batch.create_index(batch.f('ix_measures_case_id'), ['case_id'])

    op.create_table('plans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('copy_given', sa.Boolean(), nullable=True),
    sa.Column('superseded_on', sa.Date(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('language_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('number >= 1', name=op.f('ck_plans_counted_from_one')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_plans_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['language_id'], ['languages.id'], name=op.f('fk_plans_language_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('case_id', 'number', name=op.f('uq_plans_case_id_number'))
    )
    with op.batch_alter_table('plans') as batch:
        batch.create_index(batch.f('ix_plans_case_id'), ['case_id'])
        batch.create_index(batch.f('ix_plans_language_id'), ['language_id'])

    op.create_table('plan_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('task', sa.String(length=20), nullable=False),
    sa.Column('actor', sa.String(length=12), nullable=False),
    sa.Column('choice', sa.String(length=10), nullable=False),
    sa.Column('instruction', sa.String(length=300), nullable=True),
    sa.Column('instructed_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('dropped_reason', sa.String(length=200), nullable=True),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('result_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f('ck_plan_steps_done_on_a_day')),
    sa.CheckConstraint("(state = 'dropped') = (dropped_reason IS NOT NULL)", name=op.f('ck_plan_steps_dropped_for_a_reason')),
    sa.CheckConstraint("actor IN ('client', 'joint', 'caseworker', 'agency')", name=op.f('ck_plan_steps_actor_known')),
    sa.CheckConstraint("choice IN ('chosen', 'declined')", name=op.f('ck_plan_steps_choice_known')),
    sa.CheckConstraint("state IN ('todo', 'done', 'dropped')", name=op.f('ck_plan_steps_state_known')),
    sa.CheckConstraint("task IN ('help', 'reduce_impact', 'resolve', 'develop_practice', 'empower')", name=op.f('ck_plan_steps_task_known')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_plan_steps_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_steps_plan_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['result_id'], ['codes.id'], name=op.f('fk_plan_steps_result_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_steps'))
    )
    with op.batch_alter_table('plan_steps') as batch:
        batch.create_index(batch.f('ix_plan_steps_agency_id'), ['agency_id'])
        batch.create_index(batch.f('ix_plan_steps_plan_id'), ['plan_id'])
        batch.create_index('ix_plan_steps_plan_id_state', ['plan_id', 'state'])
        batch.create_index(batch.f('ix_plan_steps_result_id'), ['result_id'])

    op.create_table('plan_step_tags',
    sa.Column('plan_step_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_plan_step_tags_code_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['plan_step_id'], ['plan_steps.id'], name=op.f('fk_plan_step_tags_plan_step_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('plan_step_id', 'code_id', name=op.f('pk_plan_step_tags'))
    )
    with op.batch_alter_table('plan_step_tags') as batch:
        batch.create_index(batch.f('ix_plan_step_tags_code_id'), ['code_id'])

    with op.batch_alter_table('cases') as batch:
        batch.add_column(sa.Column('closure_note', sa.String(length=300), nullable=True))
        batch.add_column(sa.Column('aftercare_wishes', sa.String(length=150), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('cases') as batch:
        batch.drop_column('aftercare_wishes')
        batch.drop_column('closure_note')
    for table in ('plan_step_tags', 'plan_steps', 'plans', 'measures'):
        op.drop_table(table)
