"""an index for finding clients, and what was turned away"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('client_keys',
    sa.Column('key', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'),
              nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name='fk_client_keys_client_id', ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('key', 'client_id', name='pk_client_keys')
    )
    with op.batch_alter_table('client_keys') as batch:
        batch.create_index('ix_client_keys_client_id', ['client_id'])

    op.create_table('turnaways',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('reason_id', sa.Integer(), nullable=False),
    sa.Column('advice_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['advice_id'], ['case_notes.id'], name='fk_turnaways_advice_id', ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name='fk_turnaways_case_id', ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reason_id'], ['codes.id'], name='fk_turnaways_reason_id', ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['service_id'], ['codes.id'], name='fk_turnaways_service_id', ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name='pk_turnaways'),
    sa.UniqueConstraint('case_id', 'service_id', name='uq_turnaways_case_id_service_id')
    )
    with op.batch_alter_table('turnaways') as batch:
        batch.create_index('ix_turnaways_advice_id', ['advice_id'])
        batch.create_index('ix_turnaways_case_id', ['case_id'])
        batch.create_index('ix_turnaways_reason_id', ['reason_id'])
        batch.create_index('ix_turnaways_service_id', ['service_id'])


def downgrade() -> None:
    with op.batch_alter_table('turnaways') as batch:
        batch.drop_index('ix_turnaways_service_id')
        batch.drop_index('ix_turnaways_reason_id')
        batch.drop_index('ix_turnaways_case_id')
        batch.drop_index('ix_turnaways_advice_id')

    op.drop_table('turnaways')
    with op.batch_alter_table('client_keys') as batch:
        batch.drop_index('ix_client_keys_client_id')

    op.drop_table('client_keys')