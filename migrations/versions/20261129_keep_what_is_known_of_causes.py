"""keep what is known of causes, and find suspended instances"""

import sqlalchemy as sa
from alembic import op

revision = '9c40a71be2d3'
down_revision = '7b3a90c4e1d8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.create_index('ix_process_instance_suspended', ['started_at', 'key'], unique=False, postgresql_where=sa.text('suspended_at IS NOT NULL'), sqlite_where=sa.text('suspended_at IS NOT NULL'))

    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.add_column(sa.Column('folded', sa.String(length=160), nullable=True))
    op.create_table('incident_cause',
    sa.Column('process_id', sa.String(length=120), nullable=False),
    sa.Column('element_id', sa.String(length=120), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('folded', sa.String(length=160), nullable=False),
    sa.Column('owner', sa.String(length=150), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=150), nullable=False),
    sa.PrimaryKeyConstraint('process_id', 'element_id', 'code', 'folded', name=op.f('pk_incident_cause'))
    )


def downgrade() -> None:
    op.drop_table('incident_cause')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_column('folded')

    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.drop_index('ix_process_instance_suspended', postgresql_where=sa.text('suspended_at IS NOT NULL'), sqlite_where=sa.text('suspended_at IS NOT NULL'))
