"""answers that are counted and not read"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('equality_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('objected_on', sa.Date(), nullable=True),
    sa.Column('ethnic_group', sa.String(length=24), nullable=False),
    sa.Column('religion', sa.String(length=24), nullable=False),
    sa.Column('sex', sa.String(length=24), nullable=False),
    sa.Column('gender_same', sa.String(length=24), nullable=False),
    sa.Column('orientation', sa.String(length=24), nullable=False),
    sa.Column('disability', sa.String(length=24), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("disability IN ('a_lot', 'a_little', 'no', 'declined', 'not_asked')", name=op.f('ck_equality_answers_disability_known')),
    sa.CheckConstraint("ethnic_group IN ('bangladeshi', 'chinese', 'indian', 'pakistani', 'other_asian', 'african', 'caribbean', 'other_black', 'white_asian', 'white_african', 'white_caribbean', 'other_mixed', 'british', 'irish', 'traveller', 'roma', 'other_white', 'arab', 'other', 'declined', 'not_asked')", name=op.f('ck_equality_answers_ethnic_group_known')),
    sa.CheckConstraint("gender_same IN ('yes', 'no', 'declined', 'not_asked')", name=op.f('ck_equality_answers_gender_same_known')),
    sa.CheckConstraint("objected_on IS NULL OR (ethnic_group = 'not_asked' AND religion = 'not_asked' AND sex = 'not_asked' AND gender_same = 'not_asked' AND orientation = 'not_asked' AND disability = 'not_asked')", name=op.f('ck_equality_answers_nothing_is_kept_after_an_objection')),
    sa.CheckConstraint("orientation IN ('straight', 'gay_lesbian', 'bisexual', 'other', 'declined', 'not_asked')", name=op.f('ck_equality_answers_orientation_known')),
    sa.CheckConstraint("religion IN ('none', 'buddhist', 'christian', 'hindu', 'jewish', 'muslim', 'sikh', 'other', 'declined', 'not_asked')", name=op.f('ck_equality_answers_religion_known')),
    sa.CheckConstraint("sex IN ('female', 'male', 'declined', 'not_asked')", name=op.f('ck_equality_answers_sex_known')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_equality_answers_client_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_equality_answers')),
    sa.UniqueConstraint('client_id', name=op.f('uq_equality_answers_client_id'))
    )


def downgrade() -> None:
    op.drop_table('equality_answers')
