"""the day on which a referral ended; the right-of-reply letter"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KNOWN = "ck_letter_templates_kind_known"
BEFORE = "kind IN ('recall_letter', 'consent_receipt')"
AFTER = "kind IN ('recall_letter', 'consent_receipt', 'right_of_reply')"


def upgrade() -> None:
    with op.batch_alter_table('referrals') as batch:
        batch.add_column(sa.Column('closed_on', sa.Date(), nullable=True))
    # The nearest that is known of the past: the day of the last change, in which a closing is the last step.
    op.execute("UPDATE referrals SET closed_on = DATE(updated_at) WHERE status IN ('closed', 'withdrawn')")
    _allow(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM letter_templates WHERE kind = 'right_of_reply'")
    _allow(BEFORE)
    with op.batch_alter_table('referrals') as batch:
        batch.drop_column('closed_on')


def _allow(rule: str) -> None:
    with op.batch_alter_table('letter_templates') as batch:
        batch.drop_constraint(op.f(KNOWN), type_='check')
        batch.create_check_constraint(op.f(KNOWN), rule)
