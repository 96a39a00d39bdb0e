"""what a task waits for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('tasks') as batch:
        batch.add_column(sa.Column('about', sa.String(length=30), nullable=True))
        batch.add_column(sa.Column('about_id', sa.Integer(), nullable=True))
        batch.create_index('ix_tasks_about_about_id', ['about', 'about_id'])


def downgrade() -> None:
    with op.batch_alter_table('tasks') as batch:
        batch.drop_index('ix_tasks_about_about_id')
        batch.drop_column('about_id')
        batch.drop_column('about')
