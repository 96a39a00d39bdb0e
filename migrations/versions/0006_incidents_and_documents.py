"""who has been told of an incident, and documents"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('documents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('shows', sa.String(length=200), nullable=True),
    sa.Column('third_party', sa.Boolean(), nullable=False),
    sa.Column('mime', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('voided_reason', sa.String(length=200), nullable=True),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=True),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('consent_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('case_id IS NOT NULL OR client_id IS NOT NULL', name=op.f('ck_documents_belongs_somewhere')),
    sa.CheckConstraint('size > 0', name=op.f('ck_documents_holds_something')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_documents_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_documents_client_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['consent_id'], ['consents.id'], name=op.f('fk_documents_consent_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_documents_incident_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['kind_id'], ['codes.id'], name=op.f('fk_documents_kind_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents'))
    )
    with op.batch_alter_table('documents') as batch:
        batch.create_index('ix_documents_case_id', ['case_id'])
        batch.create_index('ix_documents_client_id', ['client_id'])
        batch.create_index('ix_documents_consent_id', ['consent_id'])
        batch.create_index('ix_documents_incident_id', ['incident_id'])
        batch.create_index('ix_documents_kind_id', ['kind_id'])
        batch.create_index('ix_documents_sha256', ['sha256'])

    op.create_table('incident_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('in_writing', sa.Boolean(), nullable=True),
    sa.Column('mismatch', sa.Boolean(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('agency_classification_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'reported' OR told_on IS NOT NULL", name=op.f('ck_incident_reports_told_on_a_day')),
    sa.CheckConstraint("state IN ('reported', 'not_reported', 'client_declined')", name=op.f('ck_incident_reports_state_known')),
    sa.ForeignKeyConstraint(['agency_classification_id'], ['codes.id'], name=op.f('fk_incident_reports_agency_classification_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_incident_reports_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_reports_incident_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_reports')),
    sa.UniqueConstraint('incident_id', 'agency_id', name=op.f('uq_incident_reports_incident_id_agency_id'))
    )
    with op.batch_alter_table('incident_reports') as batch:
        batch.create_index('ix_incident_reports_agency_classification_id', ['agency_classification_id'])
        batch.create_index('ix_incident_reports_agency_id', ['agency_id'])
        batch.create_index('ix_incident_reports_incident_id', ['incident_id'])

    op.create_table('document_contents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_document_contents_document_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_contents')),
    sa.UniqueConstraint('document_id', name=op.f('uq_document_contents_document_id'))
    )
    with op.batch_alter_table('incidents') as batch:
        batch.add_column(sa.Column('first_happened_on', sa.Date(), nullable=True))
        batch.add_column(sa.Column('impact', sa.Text(), nullable=True))
    # A batch would make the table anew on SQLite and lose its checks, so this column brings its own along.
    op.execute(
        "ALTER TABLE incidents ADD COLUMN raised_risk_to VARCHAR(10) "
        "CONSTRAINT ck_incidents_raised_risk_to_known CHECK (raised_risk_to IN ('low', 'medium', 'high'))"
    )


def downgrade() -> None:
    for name in ('raised_risk_to', 'impact', 'first_happened_on'):
        op.execute(f"ALTER TABLE incidents DROP COLUMN {name}")
    op.drop_table('document_contents')
    with op.batch_alter_table('incident_reports') as batch:
        batch.drop_index('ix_incident_reports_incident_id')
        batch.drop_index('ix_incident_reports_agency_id')
        batch.drop_index('ix_incident_reports_agency_classification_id')

    op.drop_table('incident_reports')
    with op.batch_alter_table('documents') as batch:
        batch.drop_index('ix_documents_sha256')
        batch.drop_index('ix_documents_kind_id')
        batch.drop_index('ix_documents_incident_id')
        batch.drop_index('ix_documents_consent_id')
        batch.drop_index('ix_documents_client_id')
        batch.drop_index('ix_documents_case_id')

    op.drop_table('documents')
