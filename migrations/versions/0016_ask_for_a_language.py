"""ask for a language

Appointments that were there before get their requests, as the program would have made them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
APPOINTMENTS = sa.table('appointments', sa.column('id'), sa.column('case_id'), sa.column('language_id'),
                        sa.column('interpreter_gender'), sa.column('status'), sa.column('starts_at', MOMENT),
                        sa.column('ends_at', MOMENT), sa.column('created_at', MOMENT))
LANGUAGES = sa.table('languages', sa.column('id'), sa.column('spoken', sa.Boolean), sa.column('signed', sa.Boolean))
GOING = sa.table('appointment_workers', sa.column('appointment_id'), sa.column('worker_id'), sa.column('role'),
                 sa.column('status'), sa.column('id'))
STAMPS = (sa.column('created_at', MOMENT), sa.column('updated_at', MOMENT), sa.column('version', sa.Integer))
REQUESTS = sa.table('language_requests', sa.column('id', sa.Integer), sa.column('case_id'),
                    sa.column('appointment_id'), sa.column('language_id'), sa.column('mode'), sa.column('gender'),
                    sa.column('status'), sa.column('worker_id'), sa.column('minutes', sa.Integer),
                    sa.column('done_on', sa.Date), sa.column('unfilled_reason'), *STAMPS)
OFFERS = sa.table('language_offers', sa.column('request_id'), sa.column('worker_id'), sa.column('status'),
                  sa.column('created_at', MOMENT), sa.column('updated_at', MOMENT), sa.column('version', sa.Integer))
ANSWERS = {'invited': 'invited', 'accepted': 'accepted', 'attended': 'accepted', 'declined': 'declined'}
REASONS = {'attended': 'The meeting went ahead without an interpreter.',
           'not_attended': 'Nobody had been found when the time came; the client did not come either.'}


def upgrade() -> None:
    op.create_table('avoidances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=120), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('person', 'relative', 'estate')", name=op.f('ck_avoidances_kind_known')),
    sa.ForeignKeyConstraint(['worker_id'], ['workers.id'], name=op.f('fk_avoidances_worker_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_avoidances'))
    )
    with op.batch_alter_table('avoidances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_avoidances_worker_id'), ['worker_id'], unique=False)

    op.create_table('volunteer_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('what', sa.String(length=120), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('pence', sa.Integer(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(kind = 'expense') = (pence IS NOT NULL)", name=op.f('ck_volunteer_entries_expenses_have_pence')),
    sa.CheckConstraint("(kind = 'hours') = (minutes IS NOT NULL)", name=op.f('ck_volunteer_entries_hours_have_minutes')),
    sa.CheckConstraint("kind IN ('hours', 'expense', 'thanks')", name=op.f('ck_volunteer_entries_kind_known')),
    sa.CheckConstraint("paid_on IS NULL OR kind = 'expense'", name=op.f('ck_volunteer_entries_paid_is_an_expense')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_volunteer_entries_minutes_positive')),
    sa.CheckConstraint('pence > 0', name=op.f('ck_volunteer_entries_pence_positive')),
    sa.ForeignKeyConstraint(['worker_id'], ['workers.id'], name=op.f('fk_volunteer_entries_worker_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer_entries'))
    )
    with op.batch_alter_table('volunteer_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_volunteer_entries_worker_id'), ['worker_id'], unique=False)

    op.create_table('language_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('dialect', sa.String(length=60), nullable=True),
    sa.Column('gender', sa.String(length=10), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('unfilled_reason', sa.String(length=200), nullable=True),
    sa.Column('cancelled_reason', sa.String(length=200), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('appointment_id', sa.Integer(), nullable=True),
    sa.Column('language_id', sa.Integer(), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'filled') = (worker_id IS NOT NULL)", name=op.f('ck_language_requests_filled_by_somebody')),
    sa.CheckConstraint("gender IN ('any', 'female', 'male')", name=op.f('ck_language_requests_gender_known')),
    sa.CheckConstraint("mode IN ('spoken', 'written', 'signed')", name=op.f('ck_language_requests_mode_known')),
    sa.CheckConstraint("status <> 'unfilled' OR unfilled_reason IS NOT NULL", name=op.f('ck_language_requests_unfilled_says_why')),
    sa.CheckConstraint("status IN ('open', 'offered', 'filled', 'unfilled', 'cancelled')", name=op.f('ck_language_requests_status_known')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_language_requests_minutes_positive')),
    sa.CheckConstraint('pages > 0', name=op.f('ck_language_requests_pages_positive')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name=op.f('fk_language_requests_appointment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_language_requests_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['language_id'], ['languages.id'], name=op.f('fk_language_requests_language_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['worker_id'], ['workers.id'], name=op.f('fk_language_requests_worker_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_language_requests')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_language_requests_appointment_id'))
    )
    with op.batch_alter_table('language_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_language_requests_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_language_requests_language_id'), ['language_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_language_requests_worker_id'), ['worker_id'], unique=False)

    op.create_table('language_offers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('passed_over', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('worker_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('invited', 'accepted', 'declined', 'taken_back')", name=op.f('ck_language_offers_status_known')),
    sa.CheckConstraint('(passed_over IS NULL) = (reason IS NULL)', name=op.f('ck_language_offers_passed_over_says_why')),
    sa.ForeignKeyConstraint(['request_id'], ['language_requests.id'], name=op.f('fk_language_offers_request_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['worker_id'], ['workers.id'], name=op.f('fk_language_offers_worker_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_language_offers')),
    sa.UniqueConstraint('request_id', 'worker_id', name=op.f('uq_language_offers_request_id_worker_id'))
    )
    with op.batch_alter_table('language_offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_language_offers_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_language_offers_worker_id'), ['worker_id'], unique=False)

    with op.batch_alter_table('workers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confidentiality_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('checked_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('training_until', sa.Date(), nullable=True))

    _ask_for_what_was_there()



def _ask_for_what_was_there() -> None:
    bind = op.get_bind()
    wanted = sa.select(APPOINTMENTS, LANGUAGES.c.spoken, LANGUAGES.c.signed).join(
        LANGUAGES, LANGUAGES.c.id == APPOINTMENTS.c.language_id
    ).where(APPOINTMENTS.c.status.not_in(('cancelled_client', 'cancelled_office')))
    going = sa.select(GOING).where(GOING.c.role == 'interpreter').order_by(GOING.c.id)
    offers = {}
    for row in bind.execute(going):
        offers.setdefault(row.appointment_id, []).append((row.worker_id, ANSWERS[row.status]))
    for row in bind.execute(wanted.order_by(APPOINTMENTS.c.id)).all():
        stamps = {'created_at': row.created_at, 'updated_at': row.created_at, 'version': 1}
        asked = offers.get(row.id, [])
        bind.execute(REQUESTS.insert().values(
            id=row.id, case_id=row.case_id, appointment_id=row.id, language_id=row.language_id,
            mode='signed' if row.signed and not row.spoken else 'spoken', gender=row.interpreter_gender,
            **_outcome(row, asked), **stamps,
        ))
        for worker_id, status in asked:
            bind.execute(OFFERS.insert().values(request_id=row.id, worker_id=worker_id, status=status, **stamps))
    if bind.dialect.name == 'postgresql':
        bind.execute(sa.text(
            "SELECT setval('language_requests_id_seq', (SELECT COALESCE(MAX(id), 0) + 1 FROM language_requests), false)"
        ))


def _outcome(row, asked) -> dict:
    """Give the state of a request and what follows from it."""
    who = next((worker_id for worker_id, status in asked if status == 'accepted'), None)
    over = row.status == 'attended'
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60) if who is not None and over else None
    reason = REASONS.get(row.status) if who is None else None
    open_state = 'offered' if any(status == 'invited' for _, status in asked) else 'open'
    return {'status': 'filled' if who is not None else 'unfilled' if reason else open_state, 'worker_id': who,
            'minutes': minutes, 'done_on': row.starts_at.date() if minutes else None, 'unfilled_reason': reason}


def downgrade() -> None:
    with op.batch_alter_table('workers', schema=None) as batch_op:
        batch_op.drop_column('training_until')
        batch_op.drop_column('checked_until')
        batch_op.drop_column('confidentiality_until')

    with op.batch_alter_table('language_offers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_language_offers_worker_id'))
        batch_op.drop_index(batch_op.f('ix_language_offers_request_id'))

    op.drop_table('language_offers')
    with op.batch_alter_table('language_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_language_requests_worker_id'))
        batch_op.drop_index(batch_op.f('ix_language_requests_language_id'))
        batch_op.drop_index(batch_op.f('ix_language_requests_case_id'))

    op.drop_table('language_requests')
    with op.batch_alter_table('volunteer_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_volunteer_entries_worker_id'))

    op.drop_table('volunteer_entries')
    with op.batch_alter_table('avoidances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_avoidances_worker_id'))

    op.drop_table('avoidances')
