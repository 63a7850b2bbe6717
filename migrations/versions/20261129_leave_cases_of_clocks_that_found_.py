"""leave cases of clocks that found nothing out of sight"""

import sqlalchemy as sa
from alembic import op

revision = 'e574812523c8'
down_revision = 'e500d832921f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quiet', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('quiet')
