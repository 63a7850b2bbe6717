"""tell the jobs of listeners"""

import sqlalchemy as sa
from alembic import op

revision = '5d385b7bf72d'
down_revision = '6da05196344d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event', sa.String(length=12), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_column('event')
