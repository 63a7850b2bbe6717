"""room for whatever unit a diagram names"""

import sqlalchemy as sa
from alembic import op

revision = '633a7276c79d'
down_revision = '02cfb67ce914'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _resize(40, 150)


def downgrade() -> None:
    _resize(150, 40)


def _resize(old: int, new: int) -> None:
    with op.batch_alter_table('user_task_candidate', schema=None) as batch_op:
        batch_op.alter_column('unit', existing_type=sa.String(old), type_=sa.String(new), existing_nullable=False)
