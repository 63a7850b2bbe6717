"""The floor: what the same web stack needs to sign somebody in, update one row and commit, and nothing more."""

import sqlalchemy as sa
from flask import Blueprint, Flask

from app.db import db, transaction

blueprint = Blueprint("bench_floor", __name__)
table = sa.Table(
    "bench_floor",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
)
_UPDATE = sa.update(table).where(table.c.id == sa.bindparam("row")).values(count=table.c.count + 1)


@blueprint.post("/v2/bench/floor/<int:row>")
def touch(row: int) -> tuple[str, int]:
    """Update one row; its path lies in the API, so that Basic credentials are verified as everywhere."""
    with transaction() as session:
        session.execute(_UPDATE, {"row": row})
    return "", 204


def create(app: Flask, rows: int) -> None:
    """Make the table with its rows."""
    with app.app_context():
        table.create(db.engine)
        with transaction() as session:
            session.execute(table.insert(), [{"id": row, "count": 0} for row in range(rows)])
