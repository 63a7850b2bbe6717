"""find open cases by who answers for them and since when they are open"""

import sqlalchemy as sa
from alembic import op

revision = 'c1a5e07d2b65'
down_revision = 'c1a5e07d2b64'
branch_labels = None
depends_on = None

OPEN = sa.text('closed_at IS NULL')
INDEXES = {
    'ix_case_responder_open': ['first_responder_id'],
    'ix_case_accountable_open': ['accountable_user_id'],
    'ix_case_open': ['request_time', 'id'],
}


def upgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        for name, columns in INDEXES.items():
            batch_op.create_index(name, columns, unique=False, postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        for name in INDEXES:
            batch_op.drop_index(name)
