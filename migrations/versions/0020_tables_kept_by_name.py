"""tables kept by name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_tables',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('asked', sa.String(length=400), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('set_aside_on', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_saved_tables_owner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_tables'))
    )
    with op.batch_alter_table('saved_tables', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_tables_owner_id'), ['owner_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('saved_tables', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_tables_owner_id'))

    op.drop_table('saved_tables')
