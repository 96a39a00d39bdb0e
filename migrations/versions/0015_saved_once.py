"""pages that are saved once; after-care and telling of a new caseworker known by their kind"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

OF_A_CASE = "about = 'case' AND done_on IS NULL"


def upgrade() -> None:
    op.create_table(
        'saved_pages',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('leads_to', sa.String(length=500), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_saved_pages_user_id', ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name='pk_saved_pages'),
        sa.UniqueConstraint('user_id', 'key', name='uq_saved_pages_user_id_key'),
    )
    op.create_index('ix_saved_pages_user_id', 'saved_pages', ['user_id'])
    op.create_index('ix_saved_pages_at', 'saved_pages', ['at'])
    words = "what LIKE 'First after-care contact%' OR what LIKE 'Second after-care contact%'"
    op.execute(f"UPDATE tasks SET kind = 'aftercare' WHERE {OF_A_CASE} AND ({words})")
    telling = "kind = 'follow_up' AND what LIKE 'Tell the client that % is now their caseworker'"
    op.execute(f"UPDATE tasks SET about = 'leadership', about_id = NULL WHERE {OF_A_CASE} AND {telling}")


def downgrade() -> None:
    op.execute("UPDATE tasks SET about = 'case', about_id = case_id WHERE about = 'leadership'")
    op.drop_table('saved_pages')
