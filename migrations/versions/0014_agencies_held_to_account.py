"""agencies held to account"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


OLD, NEW = ("'referral_out', 'referral_in', 'signpost'",
            "'referral_out', 'complaint', 'information_request', 'signpost', 'referral_in'")
UNSENT = "status IN ('draft', 'withdrawn') OR consent_id IS NOT NULL"
ASKED = {  # what was asked -> what it is counted as from now on
    "complaint": ("complaint_stage1", "complaint_stage2", "police_complaint"),
    "information_request": ("information_request", "own_records"),
}
WORDS = ("Body refused to record it as racist", "Body refused to record it as racist or as hate")


def _checks(kinds: str, gate: str) -> None:
    with op.batch_alter_table('referrals') as batch:
        batch.drop_constraint(op.f('ck_referrals_sent_under_a_consent'), type_='check')
        batch.drop_constraint(op.f('ck_referrals_kind_known'), type_='check')
        batch.create_check_constraint(op.f('ck_referrals_sent_under_a_consent'), f"{gate} OR {UNSENT}")
        batch.create_check_constraint(op.f('ck_referrals_kind_known'), f"kind IN ({kinds})")


def _rename_conduct(old: str, new: str) -> None:
    change = sa.text("UPDATE codes SET words = :new WHERE list = 'conduct' AND words = :old")
    op.execute(change.bindparams(old=old, new=new))


def _count_apart() -> None:
    codes, referrals = sa.table("codes", *map(sa.column, ("id", "list", "code"))), sa.table(
        "referrals", *map(sa.column, ("kind", "request_id")))
    for kind, short in ASKED.items():
        asked = sa.select(codes.c.id).where(codes.c.list == "request", codes.c.code.in_(short))
        op.execute(referrals.update().where(referrals.c.kind == "referral_out", referrals.c.request_id.in_(asked))
                   .values(kind=kind))


def upgrade() -> None:
    op.create_table('agency_contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=True),
    sa.Column('post', sa.String(length=120), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_agency_contacts_agency_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_contacts'))
    )
    with op.batch_alter_table('agency_contacts') as batch:
        batch.create_index(batch.f('ix_agency_contacts_agency_id'), ['agency_id'], unique=False)

    op.create_table('case_causes',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_causes_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_case_causes_code_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('case_id', 'code_id', name=op.f('pk_case_causes'))
    )
    with op.batch_alter_table('case_causes') as batch:
        batch.create_index(batch.f('ix_case_causes_code_id'), ['code_id'], unique=False)

    op.create_table('consequences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('nights', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('nights IS NULL OR nights > 0', name=op.f('ck_consequences_nights_counted_from_one')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_consequences_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_consequences_code_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consequences'))
    )
    with op.batch_alter_table('consequences') as batch:
        batch.create_index(batch.f('ix_consequences_case_id'), ['case_id'], unique=False)
        batch.create_index(batch.f('ix_consequences_code_id'), ['code_id'], unique=False)

    op.create_table('agency_conducts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('favourable', sa.Boolean(), nullable=False),
    sa.Column('what', sa.Text(), nullable=True),
    sa.Column('by_itself', sa.Boolean(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('code_id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=True),
    sa.Column('incident_id', sa.Integer(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_agency_conducts_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_agency_conducts_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['code_id'], ['codes.id'], name=op.f('fk_agency_conducts_code_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_agency_conducts_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_agency_conducts_incident_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_agency_conducts_referral_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['agencies.id'], name=op.f('fk_agency_conducts_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_conducts'))
    )
    with op.batch_alter_table('agency_conducts') as batch:
        batch.create_index(batch.f('ix_agency_conducts_agency_id'), ['agency_id'], unique=False)
        batch.create_index('ix_agency_conducts_agency_id_code_id', ['agency_id', 'code_id'], unique=False)
        batch.create_index(batch.f('ix_agency_conducts_case_id'), ['case_id'], unique=False)
        batch.create_index(batch.f('ix_agency_conducts_code_id'), ['code_id'], unique=False)
        batch.create_index(batch.f('ix_agency_conducts_document_id'), ['document_id'], unique=False)
        batch.create_index(batch.f('ix_agency_conducts_incident_id'), ['incident_id'], unique=False)
        batch.create_index(batch.f('ix_agency_conducts_referral_id'), ['referral_id'], unique=False)
        batch.create_index(batch.f('ix_agency_conducts_unit_id'), ['unit_id'], unique=False)

    op.create_table('referral_chases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('medium', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('referral_id', sa.Integer(), nullable=False),
    sa.Column('chased_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("medium IN ('phone', 'email', 'letter', 'meeting')", name=op.f('ck_referral_chases_medium_known')),
    sa.ForeignKeyConstraint(['chased_by_id'], ['workers.id'], name=op.f('fk_referral_chases_chased_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_referral_chases_referral_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_chases'))
    )
    with op.batch_alter_table('referral_chases') as batch:
        batch.create_index(batch.f('ix_referral_chases_chased_by_id'), ['chased_by_id'], unique=False)
        batch.create_index(batch.f('ix_referral_chases_referral_id'), ['referral_id'], unique=False)

    with op.batch_alter_table('agencies') as batch:
        batch.add_column(sa.Column('how_to_ask', sa.Text(), nullable=True))
    _checks(NEW, "kind IN ('referral_in', 'signpost')")
    _count_apart()
    _rename_conduct(*WORDS)


def downgrade() -> None:
    _rename_conduct(*reversed(WORDS))
    op.execute("UPDATE referrals SET kind = 'referral_out' WHERE kind IN ('complaint', 'information_request')")
    _checks(OLD, "kind <> 'referral_out'")
    with op.batch_alter_table('agencies') as batch:
        batch.drop_column('how_to_ask')

    op.drop_table('referral_chases')
    op.drop_table('agency_conducts')
    op.drop_table('consequences')
    op.drop_table('case_causes')
    op.drop_table('agency_contacts')
