"""sign-ins kept here, tries, second factors, drafts; a trail that is sealed and only added to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0002'
branch_labels = None
depends_on = None

OLD = ['created', 'changed', 'deleted', 'opened', 'exported', 'released', 'refused', 'signed_in', 'signed_out',
       'sign_in_failed', 'imported']
NEW = ['locked', 'code_failed', 'factor_set', 'factor_reset', 'recovery_used', 'hidden', 'shown']
MESSAGE = 'rows of this table are only added'


def upgrade() -> None:
    _sign_ins()
    op.create_table(
        'sign_in_tries', _id(),
        sa.Column('about', sa.String(length=64), nullable=False),
        sa.Column('address', sa.String(length=45), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False), *_stamps(),
        sa.PrimaryKeyConstraint('id', name='pk_sign_in_tries'),
    )
    op.create_index('ix_sign_in_tries_about_at', 'sign_in_tries', ['about', 'at'])
    op.create_index('ix_sign_in_tries_address_at', 'sign_in_tries', ['address', 'at'])
    op.create_table(
        'second_factors', _id(), *_user('second_factors'),
        sa.Column('secret', sa.String(length=64), nullable=False),
        sa.Column('in_use_since', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.BigInteger(), nullable=False), *_stamps(),
        sa.PrimaryKeyConstraint('id', name='pk_second_factors'),
        sa.UniqueConstraint('user_id', name='uq_second_factors_user_id'),
    )
    op.create_table(
        'recovery_codes', _id(), *_user('recovery_codes'),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True), *_stamps(),
        sa.PrimaryKeyConstraint('id', name='pk_recovery_codes'),
    )
    op.create_index('ix_recovery_codes_user_id', 'recovery_codes', ['user_id'])
    op.create_table(
        'drafts', _id(), *_user('drafts'),
        sa.Column('form', sa.String(length=300), nullable=False),
        sa.Column('typed', sa.Text(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False), *_stamps(),
        sa.PrimaryKeyConstraint('id', name='pk_drafts'),
        sa.UniqueConstraint('user_id', 'form', name='uq_drafts_user_id_form'),
    )
    op.create_index('ix_drafts_user_id', 'drafts', ['user_id'])
    op.create_index('ix_drafts_saved_at', 'drafts', ['saved_at'])
    op.add_column('audit_entries', sa.Column('mac', sa.String(length=64), nullable=True))
    _actions([*OLD, *NEW])
    _guard()


def downgrade() -> None:
    _unguard()
    for action, older in [('locked', 'sign_in_failed'), ('code_failed', 'sign_in_failed'), *((one, 'changed') for one in NEW[2:])]:
        op.execute(f"UPDATE audit_entries SET action = '{older}' WHERE action = '{action}'")
    _actions(OLD)
    with op.batch_alter_table('audit_entries') as batch:
        batch.drop_column('mac')
    for table in ('drafts', 'recovery_codes', 'second_factors', 'sign_in_tries', 'sign_ins'):
        op.drop_table(table)


def _sign_ins() -> None:
    op.create_table(
        'sign_ins', _id(), *_user('sign_ins'),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('epoch', sa.Integer(), nullable=False),
        sa.Column('stage', sa.String(length=10), nullable=False),
        sa.Column('address', sa.String(length=45), nullable=True),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('idle_ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('hidden_path', sa.String(length=500), nullable=True), *_stamps(),
        sa.CheckConstraint("stage IN ('code', 'set_up', 'in')", name=op.f('ck_sign_ins_stage_known')),
        sa.PrimaryKeyConstraint('id', name='pk_sign_ins'),
        sa.UniqueConstraint('token_hash', name='uq_sign_ins_token_hash'),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_sign_ins_user_id', 'sign_ins', ['user_id'])


def _id() -> sa.Column:
    return sa.Column('id', sa.Integer(), nullable=False)


def _user(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=f'fk_{table}_user_id', ondelete='RESTRICT'),
    )


def _stamps() -> tuple[sa.Column, ...]:
    return (
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    )


def _actions(known: list[str]) -> None:
    """Name the acts that a line may tell of. SQLite builds the table anew, and forgets the old check by itself."""
    name, rule = 'ck_audit_entries_action_known', f"action IN ({', '.join(repr(one) for one in known)})"
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table(
            'audit_entries', recreate='always', table_kwargs={'sqlite_autoincrement': True}
        ) as batch:
            batch.create_check_constraint(op.f(name), rule)
        return
    op.drop_constraint(op.f(name), 'audit_entries', type_='check')
    op.create_check_constraint(op.f(name), 'audit_entries', rule)


def _guard() -> None:
    """The same statements as in models/append_only.py, as they were when this step was made."""
    if op.get_bind().dialect.name == 'sqlite':
        for act in ('UPDATE', 'DELETE'):
            op.execute(f"CREATE TRIGGER audit_entries_no_{act.lower()} BEFORE {act} ON audit_entries "
                       f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")
        return
    op.execute("CREATE OR REPLACE FUNCTION audit_entries_only_added() RETURNS trigger LANGUAGE plpgsql AS "
               f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$")
    for each, acts in (('ROW', 'UPDATE OR DELETE'), ('STATEMENT', 'TRUNCATE')):
        op.execute(f"CREATE TRIGGER audit_entries_only_added_{each.lower()} BEFORE {acts} ON audit_entries "
                   f"FOR EACH {each} EXECUTE FUNCTION audit_entries_only_added()")


def _unguard() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for act in ('update', 'delete'):
            op.execute(f'DROP TRIGGER audit_entries_no_{act}')
        return
    for each in ('row', 'statement'):
        op.execute(f'DROP TRIGGER audit_entries_only_added_{each} ON audit_entries')
    op.execute('DROP FUNCTION audit_entries_only_added()')
