"""keep the evidence of incidents"""

import sqlalchemy as sa
from alembic import op

revision = 'fd41e6ed9b14'
down_revision = 'aecdd5eee8b5'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evidence', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_column('evidence')
