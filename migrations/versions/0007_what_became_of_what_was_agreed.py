"""what became of what was agreed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None
KINDS = ('share_agency', 'share_agency_kind', 'statistics', 'case_study', 'quote', 'media', 'contact_after_closure')
KNOWN = 'ck_consents_kind_known'


def upgrade() -> None:
    op.create_table('letter_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('made_for', sa.String(length=200), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('language_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('recall_letter', 'consent_receipt')", name=op.f('ck_letter_templates_kind_known')),
    sa.ForeignKeyConstraint(['language_id'], ['languages.id'], name=op.f('fk_letter_templates_language_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_templates')),
    sa.UniqueConstraint('kind', 'language_id', 'edition', name=op.f('uq_letter_templates_kind_language_id_edition'))
    )
    with op.batch_alter_table('letter_templates') as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_templates_language_id'), ['language_id'], unique=False)

    op.create_table('disclosure_without_consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('told_on', sa.Date(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('client_told_on', sa.Date(), nullable=True),
    sa.Column('why_not_told', sa.Text(), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('ground_id', sa.Integer(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('client_told_on IS NOT NULL OR why_not_told IS NOT NULL', name=op.f('ck_disclosure_without_consents_client_told_or_why_not')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_disclosure_without_consents_agency_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_disclosure_without_consents_client_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['workers.id'], name=op.f('fk_disclosure_without_consents_decided_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['ground_id'], ['codes.id'], name=op.f('fk_disclosure_without_consents_ground_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disclosure_without_consents'))
    )
    with op.batch_alter_table('disclosure_without_consents') as batch_op:
        batch_op.create_index(batch_op.f('ix_disclosure_without_consents_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_disclosure_without_consents_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_disclosure_without_consents_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_disclosure_without_consents_ground_id'), ['ground_id'], unique=False)
        batch_op.create_index('ix_disclosure_without_consents_told_on', ['told_on'], unique=False)

    op.create_table('publications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('used_in', sa.String(length=200), nullable=False),
    sa.Column('printed_on', sa.Date(), nullable=False),
    sa.Column('taken_down_on', sa.Date(), nullable=True),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('consent_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('quote', 'case_study', 'media')", name=op.f('ck_publications_kind_known')),
    sa.CheckConstraint('taken_down_on IS NULL OR taken_down_on >= printed_on', name=op.f('ck_publications_taken_down_later')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_publications_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_publications_client_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['consent_id'], ['consents.id'], name=op.f('fk_publications_consent_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publications'))
    )
    with op.batch_alter_table('publications') as batch_op:
        batch_op.create_index(batch_op.f('ix_publications_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publications_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publications_consent_id'), ['consent_id'], unique=False)

    with _consents() as batch_op:
        batch_op.add_column(sa.Column('receipt_on', sa.Date(), nullable=True))
    _allow_media()

    with op.batch_alter_table('releases') as batch_op:
        batch_op.add_column(sa.Column('returned_on', sa.Date(), nullable=True))
    with op.batch_alter_table('referrals') as batch_op:
        batch_op.add_column(sa.Column('instruction', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('client_told_on', sa.Date(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('referrals') as batch_op:
        batch_op.drop_column('client_told_on')
        batch_op.drop_column('instruction')
    with op.batch_alter_table('releases') as batch_op:
        batch_op.drop_column('returned_on')

    with _consents() as batch_op:  # the longer list of kinds stays: a kind that was used is not taken away
        batch_op.drop_column('receipt_on')

    with op.batch_alter_table('publications') as batch_op:
        batch_op.drop_index(batch_op.f('ix_publications_consent_id'))
        batch_op.drop_index(batch_op.f('ix_publications_client_id'))
        batch_op.drop_index(batch_op.f('ix_publications_case_id'))

    op.drop_table('publications')
    with op.batch_alter_table('disclosure_without_consents') as batch_op:
        batch_op.drop_index('ix_disclosure_without_consents_told_on')
        batch_op.drop_index(batch_op.f('ix_disclosure_without_consents_ground_id'))
        batch_op.drop_index(batch_op.f('ix_disclosure_without_consents_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_disclosure_without_consents_client_id'))
        batch_op.drop_index(batch_op.f('ix_disclosure_without_consents_agency_id'))

    op.drop_table('disclosure_without_consents')
    with op.batch_alter_table('letter_templates') as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_templates_language_id'))

    op.drop_table('letter_templates')


def _consents():
    """Change the table with its checks: on SQLite it is made anew, and a check that is not named here is lost."""
    if op.get_bind().dialect.name != 'sqlite':
        return op.batch_alter_table('consents')
    found = sa.inspect(op.get_bind()).get_check_constraints('consents')
    kept = [sa.CheckConstraint(one['sqltext'], name=op.f(one['name'])) for one in found if one['name'] != KNOWN]
    return op.batch_alter_table('consents', recreate='always', table_args=[*kept, _known()])


def _allow_media() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f(KNOWN), 'consents', type_='check')
        op.create_check_constraint(op.f(KNOWN), 'consents', _known().sqltext)


def _known() -> sa.CheckConstraint:
    return sa.CheckConstraint(sa.column('kind').in_(KINDS), name=op.f(KNOWN))
