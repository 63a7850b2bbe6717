"""Write a migration for what changed in the models: `make revision ARGS="what changed"`."""

import sys
import tempfile
from pathlib import Path

import alembic.command

from app import create_app, schema
from app.config import from_mapping
from app.db import db


def main(message: str) -> None:
    """Compare the models with an empty database brought to the newest revision, and write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        settings = from_mapping({"var": folder, "database": {"url": f"sqlite:///{Path(folder) / 'empty.sqlite3'}"}})
        with create_app(settings).app_context():
            schema.upgrade()
            with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
                config = schema.config()
                config.attributes["connection"] = connection
                alembic.command.revision(config, message, autogenerate=True)
            db.engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit('Say what changed: make revision ARGS="add colour to asset"')
    main(sys.argv[1])
