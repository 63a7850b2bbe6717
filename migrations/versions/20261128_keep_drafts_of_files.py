"""keep drafts of files"""

import sqlalchemy as sa
from alembic import op

revision = '6a87feb993c2'
down_revision = 'cdab9379832b'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('file_draft',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('tool', sa.String(length=200), nullable=False),
    sa.Column('area', sa.String(length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('to_correct', sa.Integer(), nullable=False),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=150), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.String(length=150), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_file_draft'))
    )
    op.create_table('file_draft_revision',
    sa.Column('draft_key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('revision', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.String(length=150), nullable=False),
    sa.ForeignKeyConstraint(['draft_key'], ['file_draft.key'], name=op.f('fk_file_draft_revision_draft_key')),
    sa.PrimaryKeyConstraint('draft_key', 'revision', name=op.f('pk_file_draft_revision'))
    )


def downgrade() -> None:
    op.drop_table('file_draft_revision')
    op.drop_table('file_draft')
