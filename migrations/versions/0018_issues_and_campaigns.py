"""issues and campaigns"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaigns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('began_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status IN ('won', 'partly_won', 'lost')) = (ended_on IS NOT NULL)", name=op.f('ck_campaigns_over_on_a_day')),
    sa.CheckConstraint("status IN ('running', 'won', 'partly_won', 'lost', 'dormant')", name=op.f('ck_campaigns_status_known')),
    sa.CheckConstraint('ended_on IS NULL OR ended_on >= began_on', name=op.f('ck_campaigns_ended_after_it_began')),
    sa.ForeignKeyConstraint(['lead_id'], ['workers.id'], name=op.f('fk_campaigns_lead_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns'))
    )
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaigns_lead_id'), ['lead_id'], unique=False)

    op.create_table('issues',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('policy', sa.String(length=200), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('first_seen_on', sa.Date(), nullable=False),
    sa.Column('finding', sa.Text(), nullable=True),
    sa.Column('noticed', sa.Text(), nullable=True),
    sa.Column('decide_by', sa.Date(), nullable=True),
    sa.Column('adopted_on', sa.Date(), nullable=True),
    sa.Column('dropped_reason', sa.String(length=200), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('cause_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('adopted_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'adopted') = (adopted_on IS NOT NULL)", name=op.f('ck_issues_adopted_on_a_day')),
    sa.CheckConstraint("status <> 'dropped' OR dropped_reason IS NOT NULL", name=op.f('ck_issues_dropped_with_a_reason')),
    sa.CheckConstraint("status IN ('signal', 'issue', 'adopted', 'dropped')", name=op.f('ck_issues_status_known')),
    sa.ForeignKeyConstraint(['adopted_by_id'], ['workers.id'], name=op.f('fk_issues_adopted_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_issues_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['cause_id'], ['codes.id'], name=op.f('fk_issues_cause_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['owner_id'], ['workers.id'], name=op.f('fk_issues_owner_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['agencies.id'], name=op.f('fk_issues_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issues'))
    )
    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issues_adopted_by_id'), ['adopted_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_cause_id'), ['cause_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issues_unit_id'), ['unit_id'], unique=False)

    op.create_table('campaign_demands',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('open', 'met', 'partly_met', 'refused')", name=op.f('ck_campaign_demands_status_known')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_demands_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_demands'))
    )
    with op.batch_alter_table('campaign_demands', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_demands_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('campaign_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('reply_by', sa.Date(), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('meeting', 'letter', 'demand', 'reply', 'publicity', 'result', 'other')", name=op.f('ck_campaign_events_kind_known')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_campaign_events_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['by_id'], ['workers.id'], name=op.f('fk_campaign_events_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_events_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_events'))
    )
    with op.batch_alter_table('campaign_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_events_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_events_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_events_campaign_id'), ['campaign_id'], unique=False)

    op.create_table('campaign_issues',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_issues_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_campaign_issues_issue_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('campaign_id', 'issue_id', name=op.f('pk_campaign_issues'))
    )
    with op.batch_alter_table('campaign_issues', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_issues_issue_id'), ['issue_id'], unique=False)

    op.create_table('campaign_partners',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_campaign_partners_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_partners_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('campaign_id', 'agency_id', name=op.f('pk_campaign_partners'))
    )
    with op.batch_alter_table('campaign_partners', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_partners_agency_id'), ['agency_id'], unique=False)

    op.create_table('campaign_quotes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('out_on', sa.Date(), nullable=True),
    sa.Column('out_reason', sa.String(length=200), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('quote', 'case_study')", name=op.f('ck_campaign_quotes_kind_known')),
    sa.CheckConstraint('(out_on IS NULL) = (out_reason IS NULL)', name=op.f('ck_campaign_quotes_out_with_a_reason')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_quotes_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_campaign_quotes_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_campaign_quotes_client_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_quotes'))
    )
    with op.batch_alter_table('campaign_quotes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_quotes_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_quotes_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_quotes_client_id'), ['client_id'], unique=False)

    op.create_table('campaign_targets',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_campaign_targets_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_targets_campaign_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('campaign_id', 'agency_id', name=op.f('pk_campaign_targets'))
    )
    with op.batch_alter_table('campaign_targets', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_targets_agency_id'), ['agency_id'], unique=False)

    op.create_table('evidence_packs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('quoted', sa.Integer(), nullable=False),
    sa.Column('left_out', sa.Integer(), nullable=False),
    sa.Column('docx_sha256', sa.String(length=64), nullable=False),
    sa.Column('xlsx_sha256', sa.String(length=64), nullable=False),
    sa.Column('docx', sa.LargeBinary(), nullable=False),
    sa.Column('xlsx', sa.LargeBinary(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_evidence_packs_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['made_by_id'], ['workers.id'], name=op.f('fk_evidence_packs_made_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_packs'))
    )
    with op.batch_alter_table('evidence_packs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_packs_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_packs_made_by_id'), ['made_by_id'], unique=False)

    op.create_table('evidence_pack_publications',
    sa.Column('evidence_pack_id', sa.Integer(), nullable=False),
    sa.Column('publication_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_pack_id'], ['evidence_packs.id'], name=op.f('fk_evidence_pack_publications_evidence_pack_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['publication_id'], ['publications.id'], name=op.f('fk_evidence_pack_publications_publication_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('evidence_pack_id', 'publication_id', name=op.f('pk_evidence_pack_publications'))
    )
    with op.batch_alter_table('evidence_pack_publications', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_pack_publications_publication_id'), ['publication_id'], unique=False)

    op.create_table('issue_evidences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=True),
    sa.Column('added_on', sa.Date(), nullable=False),
    sa.Column('out_on', sa.Date(), nullable=True),
    sa.Column('out_reason', sa.String(length=200), nullable=True),
    sa.Column('issue_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=True),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('conduct_id', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('(out_on IS NULL) = (out_reason IS NULL)', name=op.f('ck_issue_evidences_out_with_a_reason')),
    sa.CheckConstraint('(referral_id IS NULL OR (incident_id IS NULL AND conduct_id IS NULL)) AND (incident_id IS NULL OR conduct_id IS NULL)', name=op.f('ck_issue_evidences_one_thing')),
    sa.ForeignKeyConstraint(['added_by_id'], ['workers.id'], name=op.f('fk_issue_evidences_added_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_issue_evidences_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_issue_evidences_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_issue_evidences_client_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['conduct_id'], ['agency_conducts.id'], name=op.f('fk_issue_evidences_conduct_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_issue_evidences_incident_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['issue_id'], ['issues.id'], name=op.f('fk_issue_evidences_issue_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_issue_evidences_referral_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_evidences'))
    )
    with op.batch_alter_table('issue_evidences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_evidences_added_by_id'), ['added_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_conduct_id'), ['conduct_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_incident_id'), ['incident_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_issue_id'), ['issue_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_evidences_referral_id'), ['referral_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('issue_evidences', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issue_evidences_referral_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_issue_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_incident_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_conduct_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_client_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_case_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_agency_id'))
        batch_op.drop_index(batch_op.f('ix_issue_evidences_added_by_id'))

    op.drop_table('issue_evidences')
    with op.batch_alter_table('evidence_pack_publications', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_pack_publications_publication_id'))

    op.drop_table('evidence_pack_publications')
    with op.batch_alter_table('evidence_packs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_packs_made_by_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_packs_campaign_id'))

    op.drop_table('evidence_packs')
    with op.batch_alter_table('campaign_targets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_targets_agency_id'))

    op.drop_table('campaign_targets')
    with op.batch_alter_table('campaign_quotes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_quotes_client_id'))
        batch_op.drop_index(batch_op.f('ix_campaign_quotes_case_id'))
        batch_op.drop_index(batch_op.f('ix_campaign_quotes_campaign_id'))

    op.drop_table('campaign_quotes')
    with op.batch_alter_table('campaign_partners', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_partners_agency_id'))

    op.drop_table('campaign_partners')
    with op.batch_alter_table('campaign_issues', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_issues_issue_id'))

    op.drop_table('campaign_issues')
    with op.batch_alter_table('campaign_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_events_campaign_id'))
        batch_op.drop_index(batch_op.f('ix_campaign_events_by_id'))
        batch_op.drop_index(batch_op.f('ix_campaign_events_agency_id'))

    op.drop_table('campaign_events')
    with op.batch_alter_table('campaign_demands', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaign_demands_campaign_id'))

    op.drop_table('campaign_demands')
    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issues_unit_id'))
        batch_op.drop_index(batch_op.f('ix_issues_owner_id'))
        batch_op.drop_index(batch_op.f('ix_issues_cause_id'))
        batch_op.drop_index(batch_op.f('ix_issues_agency_id'))
        batch_op.drop_index(batch_op.f('ix_issues_adopted_by_id'))

    op.drop_table('issues')
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_campaigns_lead_id'))

    op.drop_table('campaigns')
