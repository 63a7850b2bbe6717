"""suspend instances"""

import sqlalchemy as sa
from alembic import op

revision = '7b1d3f0c52ae'
down_revision = 'd78a33e93b7d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ('process_instance', 'user_task', 'job', 'timer'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in ('timer', 'job', 'user_task', 'process_instance'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('suspended_at')
