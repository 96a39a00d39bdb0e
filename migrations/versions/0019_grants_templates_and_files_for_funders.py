"""grants, templates and files for funders; reopenings of cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

TABLE, MESSAGE = 'export_runs', 'rows of this table are only added'


def upgrade() -> None:
    op.create_table('funder_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('sheets', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funder_templates')),
    sa.UniqueConstraint('name', name=op.f('uq_funder_templates_name'))
    )
    op.create_table('grants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('funder', sa.String(length=100), nullable=False),
    sa.Column('public_body', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_grants_begins_before_it_ends')),
    sa.ForeignKeyConstraint(['template_id'], ['funder_templates.id'], name=op.f('fk_grants_template_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grants')),
    sa.UniqueConstraint('name', name=op.f('uq_grants_name'))
    )
    with op.batch_alter_table('grants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grants_template_id'), ['template_id'], unique=False)

    op.create_table('template_lines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('figure', sa.String(length=80), nullable=False),
    sa.Column('heading', sa.String(length=160), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['funder_templates.id'], name=op.f('fk_template_lines_template_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template_lines')),
    sa.UniqueConstraint('template_id', 'place', name=op.f('uq_template_lines_template_id_place'))
    )
    with op.batch_alter_table('template_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_template_lines_template_id'), ['template_id'], unique=False)

    op.create_table('export_runs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('parameters', sa.Text(), nullable=False),
    sa.Column('policy', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('frozen', sa.Text(), nullable=False),
    sa.Column('published', sa.Text(), nullable=False),
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('period_from <= period_to', name=op.f('ck_export_runs_period_begins_before_it_ends')),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_export_runs_grant_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['template_id'], ['funder_templates.id'], name=op.f('fk_export_runs_template_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_runs'))
    )
    with op.batch_alter_table('export_runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_export_runs_grant_id'), ['grant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_export_runs_template_id'), ['template_id'], unique=False)

    op.create_table('grant_areas',
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_grant_areas_area_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_areas_grant_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('grant_id', 'area_id', name=op.f('pk_grant_areas'))
    )
    with op.batch_alter_table('grant_areas', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grant_areas_area_id'), ['area_id'], unique=False)

    op.create_table('grant_kinds',
    sa.Column('grant_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_grant_kinds_code_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['grant_id'], ['grants.id'], name=op.f('fk_grant_kinds_grant_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('grant_id', 'code_id', name=op.f('pk_grant_kinds'))
    )
    with op.batch_alter_table('grant_kinds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grant_kinds_code_id'), ['code_id'], unique=False)

    op.create_table('reopenings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=False),
    sa.Column('reopened_on', sa.Date(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('closed_on <= reopened_on', name=op.f('ck_reopenings_opened_again_after_closing')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_reopenings_case_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reopenings'))
    )
    with op.batch_alter_table('reopenings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reopenings_case_id'), ['case_id'], unique=False)
    _guard()


def downgrade() -> None:
    with op.batch_alter_table('reopenings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reopenings_case_id'))

    op.drop_table('reopenings')
    with op.batch_alter_table('grant_kinds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grant_kinds_code_id'))

    op.drop_table('grant_kinds')
    with op.batch_alter_table('grant_areas', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grant_areas_area_id'))

    op.drop_table('grant_areas')
    with op.batch_alter_table('export_runs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_export_runs_template_id'))
        batch_op.drop_index(batch_op.f('ix_export_runs_grant_id'))

    op.drop_table('export_runs')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute(f'DROP FUNCTION {TABLE}_only_added()')
    with op.batch_alter_table('template_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_template_lines_template_id'))

    op.drop_table('template_lines')
    with op.batch_alter_table('grants', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grants_template_id'))

    op.drop_table('grants')
    op.drop_table('funder_templates')


def _guard() -> None:
    """The same statements as in models/append_only.py, as they were when this step was made."""
    if op.get_bind().dialect.name == 'sqlite':
        for act in ('UPDATE', 'DELETE'):
            op.execute(f"CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE} "
                       f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")
        return
    op.execute(f"CREATE OR REPLACE FUNCTION {TABLE}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
               f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$")
    for each, acts in (('ROW', 'UPDATE OR DELETE'), ('STATEMENT', 'TRUNCATE')):
        op.execute(f"CREATE TRIGGER {TABLE}_only_added_{each.lower()} BEFORE {acts} ON {TABLE} "
                   f"FOR EACH {each} EXECUTE FUNCTION {TABLE}_only_added()")
