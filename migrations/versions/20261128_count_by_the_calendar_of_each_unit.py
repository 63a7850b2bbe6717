"""count by the calendar of each unit, keep what deadlines were counted from and when cases waited for others"""

import sqlalchemy as sa
from alembic import op

revision = 'c1a5e07d2b64'
down_revision = '2bd5b1cd94ec'
branch_labels = None
depends_on = None

REPORTS = sa.text("state = 'created' AND report_at IS NOT NULL")
OPEN = sa.text('until IS NULL')


def rebuild_days(*unit: sa.Column, fill: str = '') -> None:
    """Another primary key is another table on both databases; the list is short."""
    op.rename_table('calendar_day', 'calendar_day_before')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE calendar_day_before RENAME CONSTRAINT pk_calendar_day TO pk_calendar_day_before')
    op.create_table(
        'calendar_day',
        *unit,
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('shifts', sa.JSON(), nullable=False),
        sa.Column('names', sa.JSON(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(*(column.name for column in unit), 'day', name=op.f('pk_calendar_day')),
    )
    kept = 'day, shifts, names, changed_at, changed_by'
    into, values = (f'unit, {kept}', f'{fill}, {kept}') if unit else (kept, kept)
    op.execute(f'INSERT INTO calendar_day ({into}) SELECT {values} FROM calendar_day_before')  # noqa: S608
    op.drop_table('calendar_day_before')


def upgrade() -> None:
    op.create_table(
        'unit_calendar',
        sa.Column('unit', sa.String(length=40), nullable=False),
        sa.Column('zone', sa.String(length=60), nullable=True),
        sa.Column('week', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('holidays', sa.Boolean(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by', sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint('unit', name=op.f('pk_unit_calendar')),
    )
    rebuild_days(sa.Column('unit', sa.String(length=40), nullable=False), fill="''")
    op.create_table(
        'outside_wait',
        sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('instance_key', sa.BigInteger(), nullable=False),
        sa.Column('case_id', sa.BigInteger(), nullable=True),
        sa.Column('unit_id', sa.BigInteger(), nullable=True),
        sa.Column('token', sa.Integer(), nullable=False),
        sa.Column('wait', sa.Integer(), nullable=False),
        sa.Column('element_id', sa.String(length=120), nullable=False),
        sa.Column('names', sa.JSON(none_as_null=True), nullable=False),
        sa.Column('waits_for', sa.String(length=20), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['instance_key'], ['process_instance.key'], name=op.f('fk_outside_wait_instance_key')
        ),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_outside_wait')),
    )
    with op.batch_alter_table('outside_wait', schema=None) as batch_op:
        batch_op.create_index('ix_outside_wait_case', ['case_id', 'since'], unique=False)
        batch_op.create_index('ix_outside_wait_instance_key', ['instance_key'], unique=False)
        batch_op.create_index(
            'ix_outside_wait_open', ['case_id'], unique=False, postgresql_where=OPEN, sqlite_where=OPEN
        )
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_basis', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('report_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reported', sa.SmallInteger(), server_default='0', nullable=False))
        batch_op.create_index(
            'ix_user_task_report', ['report_at'], unique=False, postgresql_where=REPORTS, sqlite_where=REPORTS
        )


def downgrade() -> None:
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        batch_op.drop_index('ix_user_task_report')
        batch_op.drop_column('reported')
        batch_op.drop_column('report_at')
        batch_op.drop_column('due_basis')
    op.drop_table('outside_wait')
    op.execute("DELETE FROM calendar_day WHERE unit <> ''")
    rebuild_days()
    op.drop_table('unit_calendar')
