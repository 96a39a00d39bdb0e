"""My day, handover, file access, feedback"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('restrictions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('review_on > decided_on', name=op.f('ck_restrictions_reviewed_after_it_begins')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_restrictions_client_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['workers.id'], name=op.f('fk_restrictions_decided_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restrictions'))
    )
    with op.batch_alter_table('restrictions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_restrictions_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_restrictions_decided_by_id'), ['decided_by_id'], unique=False)

    op.create_table('case_workers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('client_told_on', sa.Date(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_to IS NULL OR valid_from <= valid_to', name=op.f('ck_case_workers_ends_after_it_begins')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_workers_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['worker_id'], ['workers.id'], name=op.f('fk_case_workers_worker_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_workers'))
    )
    with op.batch_alter_table('case_workers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_workers_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_case_workers_case_id_valid_from', ['case_id', 'valid_from'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_workers_worker_id'), ['worker_id'], unique=False)

    op.create_table('complaints',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('reply_to', sa.String(length=200), nullable=True),
    sa.Column('acknowledge_by', sa.Date(), nullable=False),
    sa.Column('acknowledge_trace', sa.Text(), nullable=True),
    sa.Column('acknowledged_on', sa.Date(), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('answer_trace', sa.Text(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('learning', sa.Text(), nullable=True),
    sa.Column('late_reason', sa.String(length=200), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('about_id', sa.Integer(), nullable=True),
    sa.Column('handler_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("outcome IN ('upheld', 'partly', 'not_upheld', 'withdrawn')", name=op.f('ck_complaints_outcome_known')),
    sa.CheckConstraint('about_id IS NULL OR handler_id <> about_id', name=op.f('ck_complaints_handler_is_not_the_person_it_is_about')),
    sa.CheckConstraint('answered_on IS NULL OR outcome IS NOT NULL', name=op.f('ck_complaints_answered_has_an_outcome')),
    sa.ForeignKeyConstraint(['about_id'], ['workers.id'], name=op.f('fk_complaints_about_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_complaints_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['handler_id'], ['workers.id'], name=op.f('fk_complaints_handler_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complaints'))
    )
    with op.batch_alter_table('complaints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaints_about_id'), ['about_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaints_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaints_handler_id'), ['handler_id'], unique=False)

    op.create_table('feedbacks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('relief', sa.Integer(), nullable=True),
    sa.Column('support', sa.Integer(), nullable=True),
    sa.Column('understanding', sa.Integer(), nullable=True),
    sa.Column('guidance', sa.Integer(), nullable=True),
    sa.Column('differing_view', sa.Integer(), nullable=True),
    sa.Column('not_explained', sa.Integer(), nullable=True),
    sa.Column('doubted', sa.Integer(), nullable=True),
    sa.Column('not_interested', sa.Integer(), nullable=True),
    sa.Column('no_authority', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('improvement', sa.Text(), nullable=True),
    sa.Column('discussed_on', sa.Date(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('language_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('differing_view BETWEEN 0 AND 4', name=op.f('ck_feedbacks_differing_view_on_the_scale')),
    sa.CheckConstraint('doubted BETWEEN 0 AND 4', name=op.f('ck_feedbacks_doubted_on_the_scale')),
    sa.CheckConstraint('guidance BETWEEN 0 AND 4', name=op.f('ck_feedbacks_guidance_on_the_scale')),
    sa.CheckConstraint('no_authority BETWEEN 0 AND 4', name=op.f('ck_feedbacks_no_authority_on_the_scale')),
    sa.CheckConstraint('not_explained BETWEEN 0 AND 4', name=op.f('ck_feedbacks_not_explained_on_the_scale')),
    sa.CheckConstraint('not_interested BETWEEN 0 AND 4', name=op.f('ck_feedbacks_not_interested_on_the_scale')),
    sa.CheckConstraint('relief BETWEEN 0 AND 4', name=op.f('ck_feedbacks_relief_on_the_scale')),
    sa.CheckConstraint('support BETWEEN 0 AND 4', name=op.f('ck_feedbacks_support_on_the_scale')),
    sa.CheckConstraint('understanding BETWEEN 0 AND 4', name=op.f('ck_feedbacks_understanding_on_the_scale')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_feedbacks_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['language_id'], ['languages.id'], name=op.f('fk_feedbacks_language_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedbacks'))
    )
    with op.batch_alter_table('feedbacks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedbacks_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedbacks_language_id'), ['language_id'], unique=False)

    op.create_table('file_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('subject_access', sa.Boolean(), nullable=False),
    sa.Column('location', sa.String(length=10), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('safe_way', sa.String(length=200), nullable=True),
    sa.Column('urgency', sa.String(length=200), nullable=True),
    sa.Column('informed_on', sa.Date(), nullable=True),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_trace', sa.Text(), nullable=True),
    sa.Column('sar_due_on', sa.Date(), nullable=True),
    sa.Column('sar_trace', sa.Text(), nullable=True),
    sa.Column('extended_to', sa.Date(), nullable=True),
    sa.Column('extension_told_on', sa.Date(), nullable=True),
    sa.Column('extension_reason', sa.String(length=200), nullable=True),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_reason', sa.String(length=200), nullable=True),
    sa.Column('redacted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('handler_id', sa.Integer(), nullable=False),
    sa.Column('identity_checked_by_id', sa.Integer(), nullable=True),
    sa.Column('redacted_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("location IN ('premises', 'off_site')", name=op.f('ck_file_requests_location_known')),
    sa.CheckConstraint("status IN ('requested', 'ready', 'informed', 'agreed', 'retrieved', 'provided', 'withdrawn')", name=op.f('ck_file_requests_status_known')),
    sa.CheckConstraint('extended_to IS NULL OR extension_told_on IS NOT NULL', name=op.f('ck_file_requests_extension_is_told')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_file_requests_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['handler_id'], ['workers.id'], name=op.f('fk_file_requests_handler_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['identity_checked_by_id'], ['workers.id'], name=op.f('fk_file_requests_identity_checked_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['redacted_by_id'], ['workers.id'], name=op.f('fk_file_requests_redacted_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_requests'))
    )
    with op.batch_alter_table('file_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_file_requests_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_requests_handler_id'), ['handler_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_requests_identity_checked_by_id'), ['identity_checked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_requests_redacted_by_id'), ['redacted_by_id'], unique=False)
        batch_op.create_index('ix_file_requests_status_due_on', ['status', 'due_on'], unique=False)

    op.create_table('file_reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.Column('reflection', sa.Text(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_file_reviews_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reviewer_id'], ['workers.id'], name=op.f('fk_file_reviews_reviewer_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_reviews'))
    )
    with op.batch_alter_table('file_reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_file_reviews_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_file_reviews_reviewer_id'), ['reviewer_id'], unique=False)

    op.create_table('redactions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['note_id'], ['case_notes.id'], name=op.f('fk_redactions_note_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['request_id'], ['file_requests.id'], name=op.f('fk_redactions_request_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_redactions')),
    sa.UniqueConstraint('request_id', 'note_id', name=op.f('uq_redactions_request_id_note_id'))
    )
    with op.batch_alter_table('redactions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_redactions_note_id'), ['note_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_redactions_request_id'), ['request_id'], unique=False)

    with op.batch_alter_table('case_notes') as batch:
        batch.add_column(sa.Column('third_party', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column('concern', sa.String(length=10), nullable=True))
        batch.create_check_constraint(op.f('ck_case_notes_concern_known'), "concern IN ('client', 'worker')")
    with op.batch_alter_table('cases') as batch:
        batch.add_column(sa.Column('lead_reason', sa.String(length=200), nullable=True))
        batch.add_column(sa.Column('file_location', sa.String(length=10), nullable=False, server_default='premises'))
        batch.add_column(sa.Column('file_box', sa.String(length=40), nullable=True))
        batch.create_check_constraint(
            op.f('ck_cases_file_location_known'), "file_location IN ('premises', 'off_site')"
        )
    with op.batch_alter_table('tasks') as batch:
        batch.add_column(sa.Column('kind', sa.String(length=12), nullable=False, server_default='general'))
        batch.create_check_constraint(
            op.f('ck_tasks_kind_known'),
            "kind IN ('general', 'follow_up', 'answer', 'letter', 'aftercare', 'deadline', 'plan_step', "
            "'file_access', 'complaint', 'review')",
        )
    with op.batch_alter_table('workers') as batch:
        batch.add_column(sa.Column('training_on', sa.Date(), nullable=True))
    # The program itself fills these in from now on.
    for table, column in (('case_notes', 'third_party'), ('cases', 'file_location'), ('tasks', 'kind')):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, server_default=None)
    op.execute("UPDATE tasks SET kind = 'answer' WHERE about = 'referral'")
    # Whoever leads a case today has led it since it was opened, as far as anybody wrote down.
    op.execute(
        "INSERT INTO case_workers (case_id, worker_id, valid_from, created_at, created_by_id, updated_at, "
        "updated_by_id, version) SELECT id, lead_id, COALESCE(opened_on, CAST(first_contact_at AT TIME "
        "ZONE 'Europe/London' AS DATE)), created_at, created_by_id, updated_at, updated_by_id, 1 "
        "FROM cases WHERE lead_id IS NOT NULL"
        if op.get_bind().dialect.name == 'postgresql' else
        "INSERT INTO case_workers (case_id, worker_id, valid_from, created_at, created_by_id, updated_at, "
        "updated_by_id, version) SELECT id, lead_id, COALESCE(opened_on, substr(first_contact_at, 1, 10)), "
        "created_at, created_by_id, updated_at, updated_by_id, 1 FROM cases WHERE lead_id IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table('workers') as batch:
        batch.drop_column('training_on')
    with op.batch_alter_table('tasks') as batch:
        batch.drop_constraint(op.f('ck_tasks_kind_known'), type_='check')
        batch.drop_column('kind')
    with op.batch_alter_table('cases') as batch:
        batch.drop_constraint(op.f('ck_cases_file_location_known'), type_='check')
        batch.drop_column('file_box')
        batch.drop_column('file_location')
        batch.drop_column('lead_reason')
    with op.batch_alter_table('case_notes') as batch:
        batch.drop_constraint(op.f('ck_case_notes_concern_known'), type_='check')
        batch.drop_column('concern')
        batch.drop_column('third_party')
    with op.batch_alter_table('redactions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_redactions_request_id'))
        batch_op.drop_index(batch_op.f('ix_redactions_note_id'))

    op.drop_table('redactions')
    with op.batch_alter_table('file_reviews', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_file_reviews_reviewer_id'))
        batch_op.drop_index(batch_op.f('ix_file_reviews_case_id'))

    op.drop_table('file_reviews')
    with op.batch_alter_table('file_requests', schema=None) as batch_op:
        batch_op.drop_index('ix_file_requests_status_due_on')
        batch_op.drop_index(batch_op.f('ix_file_requests_redacted_by_id'))
        batch_op.drop_index(batch_op.f('ix_file_requests_identity_checked_by_id'))
        batch_op.drop_index(batch_op.f('ix_file_requests_handler_id'))
        batch_op.drop_index(batch_op.f('ix_file_requests_case_id'))

    op.drop_table('file_requests')
    with op.batch_alter_table('feedbacks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feedbacks_language_id'))
        batch_op.drop_index(batch_op.f('ix_feedbacks_case_id'))

    op.drop_table('feedbacks')
    with op.batch_alter_table('complaints', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaints_handler_id'))
        batch_op.drop_index(batch_op.f('ix_complaints_case_id'))
        batch_op.drop_index(batch_op.f('ix_complaints_about_id'))

    op.drop_table('complaints')
    with op.batch_alter_table('case_workers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_workers_worker_id'))
        batch_op.drop_index('ix_case_workers_case_id_valid_from')
        batch_op.drop_index(batch_op.f('ix_case_workers_case_id'))

    op.drop_table('case_workers')
    with op.batch_alter_table('restrictions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_restrictions_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_restrictions_client_id'))

    op.drop_table('restrictions')
