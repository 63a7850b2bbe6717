"""ask the listeners of tasks"""

import sqlalchemy as sa
from alembic import op

revision = '02cfb67ce914'
down_revision = '6a87feb993c2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        batch_op.add_column(sa.Column('listens', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('pending', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('denied', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('user_task', schema=None) as batch_op:
        batch_op.drop_column('denied')
        batch_op.drop_column('pending')
        batch_op.drop_column('listens')
