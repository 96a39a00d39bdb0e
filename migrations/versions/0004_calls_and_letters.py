"""calls and letters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


WITH_BEFORE = "contact_with IN ('client', 'agency', 'third_party', 'internal')"
WITH = "contact_with IN ('client', 'family', 'agency', 'interpreter', 'third_party', 'internal')"
DIRECTION = "direction IN ('in', 'out')"
OUTCOME = "outcome IN ('spoke', 'no_answer', 'voicemail', 'ring_back')"


def upgrade() -> None:
    with op.batch_alter_table('case_notes') as batch:
        batch.add_column(sa.Column('direction', sa.String(length=10), nullable=True))
        batch.add_column(sa.Column('outcome', sa.String(length=20), nullable=True))
        batch.add_column(sa.Column('at_night', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column('instruction', sa.Text(), nullable=True))
        batch.add_column(sa.Column('client_told_on', sa.Date(), nullable=True))
        batch.add_column(sa.Column('agency_id', sa.Integer(), nullable=True))
        batch.drop_constraint(op.f('ck_case_notes_contact_with_known'), type_='check')
        batch.create_check_constraint(op.f('ck_case_notes_contact_with_known'), sa.text(WITH))
        batch.create_check_constraint(op.f('ck_case_notes_direction_known'), sa.text(DIRECTION))
        batch.create_check_constraint(op.f('ck_case_notes_outcome_known'), sa.text(OUTCOME))
        batch.create_index(batch.f('ix_case_notes_agency_id'), ['agency_id'])
        batch.create_foreign_key(
            op.f('fk_case_notes_agency_id'), 'agencies', ['agency_id'], ['id'], ondelete='RESTRICT'
        )
    with op.batch_alter_table('case_notes') as batch:
        batch.alter_column('at_night', server_default=None)
    op.create_table('correspondences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('direction', sa.String(length=10), nullable=False),
    sa.Column('medium', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('contact_with', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('outside_deadline', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_trace', sa.Text(), nullable=True),
    sa.Column('late_reason', sa.String(length=200), nullable=True),
    sa.Column('explained_on', sa.Date(), nullable=True),
    sa.Column('explanation', sa.String(length=400), nullable=True),
    sa.Column('safe_way', sa.String(length=200), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('release_id', sa.Integer(), nullable=True),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('note_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("NOT (status = 'sent' AND contact_with = 'agency') OR release_id IS NOT NULL", name=op.f('ck_correspondences_left_under_a_release')),
    sa.CheckConstraint("contact_with IN ('client', 'agency', 'third_party')", name=op.f('ck_correspondences_contact_with_known')),
    sa.CheckConstraint("direction IN ('in', 'out')", name=op.f('ck_correspondences_direction_known')),
    sa.CheckConstraint("kind IN ('enquiry', 'reply', 'letter_request')", name=op.f('ck_correspondences_kind_known')),
    sa.CheckConstraint("medium IN ('letter', 'email', 'phone', 'answerphone', 'emergency_helpline', 'text')", name=op.f('ck_correspondences_medium_known')),
    sa.CheckConstraint("status IN ('received', 'assigned', 'answered', 'noted', 'requested', 'agreed', 'declined', 'draft', 'sent', 'dropped')", name=op.f('ck_correspondences_status_known')),
    sa.CheckConstraint("status NOT IN ('answered', 'sent') OR answered_at IS NOT NULL", name=op.f('ck_correspondences_answered_at_a_time')),
    sa.CheckConstraint("status NOT IN ('declined', 'dropped') OR explanation IS NOT NULL", name=op.f('ck_correspondences_declined_with_an_explanation')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_correspondences_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['answers_id'], ['correspondences.id'], name=op.f('fk_correspondences_answers_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_correspondences_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['note_id'], ['case_notes.id'], name=op.f('fk_correspondences_note_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['owner_id'], ['workers.id'], name=op.f('fk_correspondences_owner_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['release_id'], ['releases.id'], name=op.f('fk_correspondences_release_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['request_id'], ['codes.id'], name=op.f('fk_correspondences_request_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correspondences'))
    )
    with op.batch_alter_table('correspondences') as batch:
        batch.create_index(batch.f('ix_correspondences_agency_id'), ['agency_id'], unique=False)
        batch.create_index(batch.f('ix_correspondences_answers_id'), ['answers_id'], unique=False)
        batch.create_index(batch.f('ix_correspondences_case_id'), ['case_id'], unique=False)
        batch.create_index('ix_correspondences_case_id_status', ['case_id', 'status'], unique=False)
        batch.create_index(batch.f('ix_correspondences_note_id'), ['note_id'], unique=False)
        batch.create_index(batch.f('ix_correspondences_owner_id'), ['owner_id'], unique=False)
        batch.create_index(batch.f('ix_correspondences_release_id'), ['release_id'], unique=False)
        batch.create_index(batch.f('ix_correspondences_request_id'), ['request_id'], unique=False)
        batch.create_index('ix_correspondences_status_due_on', ['status', 'due_on'], unique=False)

    op.create_table('correspondence_items',
    sa.Column('correspondence_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_correspondence_items_code_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['correspondence_id'], ['correspondences.id'], name=op.f('fk_correspondence_items_correspondence_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('correspondence_id', 'code_id', name=op.f('pk_correspondence_items'))
    )
    with op.batch_alter_table('correspondence_items') as batch:
        batch.create_index(batch.f('ix_correspondence_items_code_id'), ['code_id'], unique=False)


def downgrade() -> None:
    op.drop_table('correspondence_items')
    op.drop_table('correspondences')
    op.execute("UPDATE case_notes SET contact_with = 'third_party' WHERE contact_with IN ('family', 'interpreter')")
    with op.batch_alter_table('case_notes') as batch:
        batch.drop_constraint(op.f('ck_case_notes_contact_with_known'), type_='check')
        batch.create_check_constraint(op.f('ck_case_notes_contact_with_known'), sa.text(WITH_BEFORE))
        batch.drop_constraint(op.f('ck_case_notes_direction_known'), type_='check')
        batch.drop_constraint(op.f('ck_case_notes_outcome_known'), type_='check')
        batch.drop_constraint(op.f('fk_case_notes_agency_id'), type_='foreignkey')
        batch.drop_index(batch.f('ix_case_notes_agency_id'))
        for name in ('agency_id', 'client_told_on', 'instruction', 'at_night', 'outcome', 'direction'):
            batch.drop_column(name)
