"""keep trials and recorded scenarios"""

import sqlalchemy as sa
from alembic import op

revision = 'd78a33e93b7d'
down_revision = 'f0cbf8951ac2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('recorded_scenario',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('process_id', sa.String(length=120), nullable=False),
    sa.Column('scenario_id', sa.String(length=40), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=150), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_recorded_scenario')),
    sa.UniqueConstraint('process_id', 'scenario_id', name=op.f('uq_recorded_scenario_process_id_scenario_id'))
    )
    op.create_table('trial',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('username', sa.String(length=150), nullable=False),
    sa.Column('process_id', sa.String(length=120), nullable=False),
    sa.Column('source', sa.LargeBinary(), nullable=False),
    sa.Column('steps', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_trial')),
    sa.UniqueConstraint('username', 'process_id', name=op.f('uq_trial_username_process_id'))
    )


def downgrade() -> None:
    op.drop_table('trial')
    op.drop_table('recorded_scenario')
