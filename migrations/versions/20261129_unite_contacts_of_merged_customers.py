"""unite contacts of merged customers"""

import sqlalchemy as sa
from alembic import op

revision = '4e8d21f07c96'
down_revision = 'b14a9115ec85'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('customer_merge', schema=None) as batch_op:
        batch_op.add_column(sa.Column('united', sa.JSON(), nullable=False, server_default='[]'))


def downgrade() -> None:
    with op.batch_alter_table('customer_merge', schema=None) as batch_op:
        batch_op.drop_column('united')
