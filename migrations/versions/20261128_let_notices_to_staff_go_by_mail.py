"""let notices to staff go by mail"""

import sqlalchemy as sa
from alembic import op

revision = 'd30da3ad77f9'
down_revision = '559d19dfce99'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notification_mail',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_notification_mail_user_id')),
    sa.PrimaryKeyConstraint('user_id', 'kind', name=op.f('pk_notification_mail'))
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.add_column(sa.Column('by_mail', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index('ix_notification_by_mail', ['at'], unique=False, sqlite_where=sa.text('by_mail'), postgresql_where=sa.text('by_mail'))

    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.alter_column('case_id',
               existing_type=sa.BIGINT(),
               nullable=True)
        batch_op.alter_column('contact_id',
               existing_type=sa.BIGINT(),
               nullable=True)
        batch_op.alter_column('link_id',
               existing_type=sa.BIGINT(),
               nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_outbox_mail_user_id'), 'user', ['user_id'], ['id'])



def downgrade() -> None:
    op.execute("DELETE FROM outbox_mail WHERE user_id IS NOT NULL")
    with op.batch_alter_table('outbox_mail', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outbox_mail_user_id'), type_='foreignkey')
        batch_op.alter_column('link_id',
               existing_type=sa.BIGINT(),
               nullable=False)
        batch_op.alter_column('contact_id',
               existing_type=sa.BIGINT(),
               nullable=False)
        batch_op.alter_column('case_id',
               existing_type=sa.BIGINT(),
               nullable=False)
        batch_op.drop_column('user_id')

    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.drop_index('ix_notification_by_mail', sqlite_where=sa.text('by_mail'), postgresql_where=sa.text('by_mail'))
        batch_op.drop_column('by_mail')

    op.drop_table('notification_mail')
