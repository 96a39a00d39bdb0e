"""who may hold the helpline"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

# Volunteers who stand in the rota already were chosen for it, so they stay choosable.
IN_THE_ROTA = """
UPDATE workers SET may_hold_helpline = :yes
WHERE kind = 'volunteer' AND id IN (
    SELECT worker_id FROM helpline_shifts UNION SELECT backup_id FROM helpline_shifts WHERE backup_id IS NOT NULL
)
"""


def upgrade() -> None:
    with op.batch_alter_table('workers', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('may_hold_helpline', sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(sa.text(IN_THE_ROTA).bindparams(sa.bindparam('yes', True, sa.Boolean())))
    with op.batch_alter_table('workers', schema=None) as batch_op:
        batch_op.alter_column('may_hold_helpline', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('workers', schema=None) as batch_op:
        batch_op.drop_column('may_hold_helpline')
