"""find ratings by when they were given"""

import sqlalchemy as sa
from alembic import op

revision = 'f0cbf8951ac2'
down_revision = 'e574812523c8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('service_rating', schema=None) as batch_op:
        batch_op.create_index('ix_service_rating_at', ['rated_at', 'case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('service_rating', schema=None) as batch_op:
        batch_op.drop_index('ix_service_rating_at')
