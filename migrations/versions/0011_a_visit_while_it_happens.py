"""a visit while it happens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('appointments') as batch:
        batch.add_column(sa.Column('check_in_plan', sa.String(length=200), nullable=True))
        batch.add_column(sa.Column('client_told_on', sa.Date(), nullable=True))
    op.execute("UPDATE appointments SET check_in_plan = lone_reason WHERE lone_reason IS NOT NULL")
    with op.batch_alter_table('appointment_workers') as batch:
        batch.add_column(sa.Column('checked_in_at', sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column('checked_out_at', sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(
            op.f('ck_appointment_workers_arrives_before_leaving'),
            'checked_out_at IS NULL OR checked_in_at <= checked_out_at',
        )


def downgrade() -> None:
    with op.batch_alter_table('appointment_workers') as batch:
        batch.drop_constraint(op.f('ck_appointment_workers_arrives_before_leaving'), type_='check')
        batch.drop_column('checked_out_at')
        batch.drop_column('checked_in_at')
    with op.batch_alter_table('appointments') as batch:
        batch.drop_column('client_told_on')
        batch.drop_column('check_in_plan')
