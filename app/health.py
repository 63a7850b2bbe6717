"""Is this process alive and can it reach its database? Asked by load balancers, so it needs no sign-in."""

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from app.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Answer 200 `{"status": "ok"}`, or 503 when the database does not answer."""
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError:
        return jsonify(status="database unreachable"), 503
    return jsonify(status="ok"), 200
