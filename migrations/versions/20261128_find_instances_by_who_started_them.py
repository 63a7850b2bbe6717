"""find instances by who started them"""

from alembic import op

revision = '7d1e5b0c94a2'
down_revision = 'b44bed99102c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.create_index('ix_process_instance_starter', ['started_by', 'started_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('process_instance', schema=None) as batch_op:
        batch_op.drop_index('ix_process_instance_starter')
