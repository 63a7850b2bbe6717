"""keep causes of stock moves and whole devices"""

import sqlalchemy as sa
from alembic import op

revision = '81e384f42780'
down_revision = '0ae016d578c1'
branch_labels = None
depends_on = None

BUCKETS = ('on_hand', 'reserved', 'in_transit', 'old_parts_on_hand')


def upgrade() -> None:
    op.create_table('service_outlet',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_service_outlet_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('pk_service_outlet'))
    )
    op.create_table('unit_stock',
    sa.Column('warehouse', sa.String(length=40), nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('good_qty', sa.Integer(), nullable=False),
    sa.Column('bad_qty', sa.Integer(), nullable=False),
    sa.CheckConstraint('bad_qty >= 0', name=op.f('ck_unit_stock_bad_qty_not_negative')),
    sa.CheckConstraint('good_qty >= 0', name=op.f('ck_unit_stock_good_qty_not_negative')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_unit_stock_product_id')),
    sa.PrimaryKeyConstraint('warehouse', 'product_id', name=op.f('pk_unit_stock'))
    )
    op.create_table('unit_movement',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('warehouse', sa.String(length=40), nullable=False),
    sa.Column('product_id', sa.BigInteger(), nullable=False),
    sa.Column('bucket', sa.String(length=20), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('serials', sa.JSON(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('job_key', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_unit_movement_case_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_unit_movement_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_movement')),
    sa.UniqueConstraint('job_key', 'warehouse', 'product_id', 'bucket', name=op.f('uq_unit_movement_job_key_warehouse_product_id_bucket'))
    )
    with op.batch_alter_table('unit_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_movement_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unit_movement_product_id'), ['product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_unit_movement_warehouse'), ['warehouse'], unique=False)

    with op.batch_alter_table('part_stock', schema=None) as batch_op:
        batch_op.add_column(sa.Column('in_transit', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True))
    op.execute('UPDATE part_stock SET on_hand = 0 WHERE on_hand < 0')
    with op.batch_alter_table('part_stock', schema=None) as batch_op:
        batch_op.alter_column('in_transit', existing_type=sa.Integer(), server_default=None)
        for bucket in BUCKETS:
            batch_op.create_check_constraint(batch_op.f(f'ck_part_stock_{bucket}_not_negative'), f'{bucket} >= 0')

    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('bucket', sa.String(length=20), nullable=False, server_default='on_hand'))
        batch_op.drop_constraint(batch_op.f('uq_stock_movement_job_key_part_id'), type_='unique')
        batch_op.create_index('ix_stock_movement_site_at', ['site', 'at'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_stock_movement_job_key_site_part_id_bucket_reason'), ['job_key', 'site', 'part_id', 'bucket', 'reason'])
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.alter_column('bucket', existing_type=sa.String(length=20), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_stock_movement_job_key_site_part_id_bucket_reason'), type_='unique')
        batch_op.drop_index('ix_stock_movement_site_at')
        batch_op.create_unique_constraint(batch_op.f('uq_stock_movement_job_key_part_id'), ['job_key', 'part_id'])
        batch_op.drop_column('bucket')

    with op.batch_alter_table('part_stock', schema=None) as batch_op:
        for bucket in BUCKETS:
            batch_op.drop_constraint(batch_op.f(f'ck_part_stock_{bucket}_not_negative'), type_='check')
        batch_op.drop_column('counted_at')
        batch_op.drop_column('in_transit')

    with op.batch_alter_table('unit_movement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_movement_warehouse'))
        batch_op.drop_index(batch_op.f('ix_unit_movement_product_id'))
        batch_op.drop_index(batch_op.f('ix_unit_movement_case_id'))

    op.drop_table('unit_movement')
    op.drop_table('unit_stock')
    op.drop_table('service_outlet')
