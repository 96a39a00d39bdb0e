"""travel times between boroughs, the rota of the helpline, by which way a client was told the time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

TOLD_BY = "client_told_by IN ('phone', 'text', 'email', 'post', 'person', 'other')"


def upgrade() -> None:
    op.create_table(
        'area_travels', _id(),
        _link('from_area_id', nullable=False), _link('to_area_id', nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('note', sa.String(length=200), nullable=True), *_stamps(),
        sa.CheckConstraint('minutes >= 0', name=op.f('ck_area_travels_minutes_not_negative')),
        sa.CheckConstraint('from_area_id <> to_area_id', name=op.f('ck_area_travels_two_boroughs')),
        _key('area_travels', 'from_area_id', 'areas'), _key('area_travels', 'to_area_id', 'areas'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_area_travels')),
        sa.UniqueConstraint('from_area_id', 'to_area_id', name=op.f('uq_area_travels_from_area_id_to_area_id')),
    )
    op.create_table(
        'helpline_shifts', _id(),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('part', sa.String(length=10), nullable=False),
        _link('worker_id', nullable=False), _link('backup_id', nullable=True),
        sa.Column('reason', sa.String(length=200), nullable=True),
        sa.Column('taken_over_at', sa.DateTime(timezone=True), nullable=True), *_stamps(),
        sa.CheckConstraint("part IN ('day', 'night')", name=op.f('ck_helpline_shifts_part_known')),
        sa.CheckConstraint(
            'backup_id IS NULL OR backup_id <> worker_id', name=op.f('ck_helpline_shifts_backup_is_somebody_else')
        ),
        _key('helpline_shifts', 'worker_id', 'workers'), _key('helpline_shifts', 'backup_id', 'workers'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_helpline_shifts')),
        sa.UniqueConstraint('day', 'part', name=op.f('uq_helpline_shifts_day_part')),
    )
    for table, column in (('area_travels', 'from_area_id'), ('area_travels', 'to_area_id'),
                          ('helpline_shifts', 'worker_id'), ('helpline_shifts', 'backup_id')):
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    with op.batch_alter_table('appointments') as batch:
        batch.add_column(sa.Column('client_told_by', sa.String(length=10), nullable=True))
        batch.create_check_constraint(op.f('ck_appointments_client_told_by_known'), TOLD_BY)


def downgrade() -> None:
    with op.batch_alter_table('appointments') as batch:
        batch.drop_constraint(op.f('ck_appointments_client_told_by_known'), type_='check')
        batch.drop_column('client_told_by')
    op.drop_table('helpline_shifts')
    op.drop_table('area_travels')


def _id() -> sa.Column:
    return sa.Column('id', sa.Integer(), nullable=False)


def _link(name: str, *, nullable: bool) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}'), ondelete='RESTRICT')


def _stamps() -> list[sa.Column]:
    return [
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by_id', sa.Integer(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_by_id', sa.Integer(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    ]
