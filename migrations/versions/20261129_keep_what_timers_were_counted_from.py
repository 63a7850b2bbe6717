"""keep what timers were counted from"""

import sqlalchemy as sa
from alembic import op

revision = 'e500d832921f'
down_revision = 'd30da3ad77f9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('timer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_basis', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('timer', schema=None) as batch_op:
        batch_op.drop_column('due_basis')
