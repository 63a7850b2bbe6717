"""keep decision files"""

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = '6da05196344d'
down_revision = 'fd41e6ed9b14'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('decision_requirements',
    sa.Column('requirements_id', sa.String(length=120), nullable=False),
    sa.Column('namespace', sa.String(length=400), nullable=False),
    sa.Column('imports', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('version_tag', sa.String(length=80), nullable=True),
    sa.Column('deployment_number', sa.Integer(), nullable=False),
    sa.Column('deployed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('file', sa.String(length=200), nullable=False),
    sa.Column('names', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('deployment_key', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['deployment_key'], ['deployment.key'], name=op.f('fk_decision_requirements_deployment_key')),
    sa.ForeignKeyConstraint(['sha256'], ['payload.sha256'], name=op.f('fk_decision_requirements_sha256')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_decision_requirements')),
    sa.UniqueConstraint('requirements_id', 'version', name=op.f('uq_decision_requirements_requirements_id_version'))
    )
    with op.batch_alter_table('decision_requirements', schema=None) as batch_op:
        batch_op.create_index('ix_decision_requirements_namespace', ['namespace'], unique=False)
        batch_op.create_index('ix_decision_requirements_sha256', ['sha256'], unique=False)
    with op.batch_alter_table('decision_definition', schema=None) as batch_op:
        batch_op.add_column(sa.Column('requirements_key', sa.BigInteger(), nullable=True))
    _fill(op.get_bind())
    with op.batch_alter_table('decision_definition', schema=None) as batch_op:
        batch_op.alter_column('requirements_key', existing_type=sa.BigInteger(), nullable=False)
        batch_op.create_foreign_key(batch_op.f('fk_decision_definition_requirements_key'), 'decision_requirements', ['requirements_key'], ['key'])


def _fill(connection) -> None:
    """Every content that brought decisions becomes a version of its file, under the key the API has always given it:
    the least one of its decisions."""
    metadata = sa.MetaData()
    decisions, files, payloads = (
        sa.Table(name, metadata, autoload_with=connection)
        for name in ('decision_definition', 'decision_requirements', 'payload')
    )
    grouped = ('requirements_id', 'sha256', 'deployment_key', 'deployment_number', 'deployed_at', 'file')
    columns = [decisions.c[name] for name in grouped]
    found = connection.execute(
        sa.select(sa.func.min(decisions.c.key).label('key'), *columns).group_by(*columns).order_by(decisions.c.deployment_number, sa.text('1'))
    ).mappings().all()
    versions: dict[str, int] = {}
    for row in found:
        identifier = row['requirements_id']
        versions[identifier] = versions.get(identifier, 0) + 1
        content = connection.execute(sa.select(payloads.c.content).where(payloads.c.sha256 == row['sha256'])).scalar_one()
        root = etree.fromstring(bytes(content), etree.XMLParser(resolve_entities=False, no_network=True))
        connection.execute(files.insert().values(
            **row, version=versions[identifier], namespace=root.get('namespace') or '', names={'zh': root.get('name') or identifier},
        ))
        connection.execute(decisions.update().values(requirements_key=row['key']).where(
            decisions.c.requirements_id == identifier,
            decisions.c.sha256 == row['sha256'],
            decisions.c.deployment_key == row['deployment_key'],
        ))


def downgrade() -> None:
    with op.batch_alter_table('decision_definition', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_decision_definition_requirements_key'), type_='foreignkey')
        batch_op.drop_column('requirements_key')

    with op.batch_alter_table('decision_requirements', schema=None) as batch_op:
        batch_op.drop_index('ix_decision_requirements_sha256')
        batch_op.drop_index('ix_decision_requirements_namespace')

    op.drop_table('decision_requirements')
