"""keep what customers and devices are found by"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '7b3a90c4e1d8'
down_revision = '7b1d3f0c52ae'
branch_labels = None
depends_on = None

SOURCES = {
    'customer': (('name', 'name_en'), ('phone',)),
    'contact': (('name', 'email'), ('phone',)),
    'asset': ((), ('serial_no', 'imei')),
}
BATCH = 1000


def upgrade() -> None:
    op.create_table('search_key',
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.String(length=24).with_variant(sa.String(length=24, collation='C'), 'postgresql'), nullable=False),
    sa.Column('owner_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('kind', 'text', 'owner_id', name=op.f('pk_search_key'))
    )
    with op.batch_alter_table('search_key', schema=None) as batch_op:
        batch_op.create_index('ix_search_key_owner', ['kind', 'owner_id'], unique=False)
    for kind, (names, numbers) in SOURCES.items():
        _fill(kind, names, numbers)


def _fill(kind, names, numbers) -> None:
    """Write the keys of what is on file already, as app.desk.search_keys does since."""
    connection = op.get_bind()
    columns = [sa.column(name) for name in ('id', *names, *numbers)]
    keys = sa.table('search_key', sa.column('kind'), sa.column('text'), sa.column('owner_id'))
    last = 0
    while True:
        query = sa.select(*columns).select_from(sa.table(kind, *columns)).where(columns[0] > last)
        rows = connection.execute(query.order_by(columns[0]).limit(BATCH)).mappings().all()
        if not rows:
            return
        last = rows[-1]['id']
        found = [
            {'kind': kind, 'text': key, 'owner_id': row['id']}
            for row in rows
            for key in sorted(
                {key for name in names for key in _beginnings(row[name] or '')}
                | {'<' + _plain(row[name])[::-1][:23] for name in numbers if len(row[name] or '') >= 4}
            )
        ]
        if found:
            connection.execute(sa.insert(keys), found)


def _plain(text: str) -> str:
    return ' '.join(unicodedata.normalize('NFKC', text).casefold().split())


def _beginnings(name: str):
    text, before, chinese = _plain(name), ' ', re.compile('[㐀-鿿]')
    for place, character in enumerate(text):
        if chinese.match(character) or (character.isalnum() and (not before.isalnum() or chinese.match(before))):
            yield text[place : place + 24]
        before = character


def downgrade() -> None:
    with op.batch_alter_table('search_key', schema=None) as batch_op:
        batch_op.drop_index('ix_search_key_owner')

    op.drop_table('search_key')
