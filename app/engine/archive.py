"""Archived families: one line of JSON each, in pressed files that anybody can read in a hundred years.

`<archive_url>/<year>/<process>-<first key>-<last key>-<digest>.jsonl.gz`; a line holds a family: its rows by table,
times as ISO texts, and under `payloads` the large values that they name by hash.
"""

import datetime as dt
import functools
import gzip
import hashlib
import secrets
import typing as t
from collections.abc import Callable, Iterator

import fsspec
import orjson
import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import db
from app.engine.models import Attachment, Comment, Payload, PayloadUse, ProcessInstance, table_of

CHUNK = 500
Rows = list[dict[str, t.Any]]
Condition = Callable[[list[int]], sa.ColumnElement[bool]]


class ArchiveUnreadable(Exception):
    """The store gave back something else than was written; nothing is deleted."""


def write(process_id: str, roots: list[int]) -> str:
    """Write families into a file of their own, read it back, and return its name below the archive's address."""
    lines = b"".join(orjson.dumps(family, option=orjson.OPT_APPEND_NEWLINE) for family in _families(roots))
    content = gzip.compress(lines, compresslevel=6, mtime=0)
    digest = hashlib.sha256(content).hexdigest()
    # Two processes that archive the same families write the same file, and two different ones never do.
    name = f"{clock.now():%Y}/{process_id}-{min(roots)}-{max(roots)}-{digest[:8]}.jsonl.gz"
    files, path = _place(name)
    unfinished = f"{path}.{secrets.token_hex(4)}"
    files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    files.pipe_file(unfinished, content)
    if hashlib.sha256(files.cat_file(unfinished)).hexdigest() != digest:
        raise ArchiveUnreadable(unfinished)
    files.mv(unfinished, path)
    return name


def read(name: str) -> Iterator[dict[str, t.Any]]:
    """Return the families of an archive file."""
    files, path = _place(name)
    return (orjson.loads(line) for line in gzip.decompress(files.cat_file(path)).splitlines())


@functools.cache
def owned_by(parent: sa.Table) -> list[tuple[sa.Table, Condition]]:
    """Every table whose rows hang on a table's rows, at any depth, those furthest away first, with how to find them."""
    found: list[tuple[sa.Table, Condition]] = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if table is not parent and column.references(parent.c.key):
                deeper = owned_by(table) if "key" in table.c else []
                found += [(child, _through(condition, table, column)) for child, condition in deeper]
                found.append((table, column.in_))
    return found


def _through(condition: Condition, table: sa.Table, column: sa.Column[t.Any]) -> Condition:
    """The rows of a table further away, found by keys of the one in between."""
    return lambda keys: condition(sa.select(table.c.key).where(column.in_(keys)))  # type: ignore[arg-type]


def chunks(values: list[t.Any]) -> Iterator[list[t.Any]]:
    """Return values in portions that one condition takes on both databases."""
    return (values[begin : begin + CHUNK] for begin in range(0, len(values), CHUNK))


def _families(roots: list[int]) -> list[dict[str, t.Any]]:
    """Read families as they are at one moment, in a fixed number of statements."""
    snapshot = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with db.engine.connect().execution_options(**snapshot) as connection, connection.begin():
        instances = _rows(connection, table_of(ProcessInstance), ProcessInstance.root_key.in_, roots)
        root_of = {row["key"]: row["root_key"] for row in instances}
        families = {root: _empty(root) for root in roots}
        keys = list(root_of)
        _deal(families, root_of, "process_instance", instances, "key")
        tasks: dict[int, int] = {}
        for table, condition in reversed(owned_by(table_of(ProcessInstance))):
            rows = _rows(connection, table, condition, keys)
            if table.name == "user_task":
                tasks = {row["key"]: root_of[row["instance_key"]] for row in rows}
            column = "instance_key" if "instance_key" in table.c else "task_key"
            _deal(families, root_of if column == "instance_key" else tasks, table.name, rows, column)
        for model in (Comment, Attachment):
            rows = _rows(connection, table_of(model), functools.partial(_loose, model), keys)
            _deal(families, root_of, model.__tablename__, rows, "instance_key")
        _deal_payloads(connection, families, root_of)
    return list(families.values())


def _empty(root: int) -> dict[str, t.Any]:
    return {"format": 1, "root_key": root, "rows": {}, "payloads": {}}


def _deal(families: dict[int, t.Any], root_of: dict[int, int], table: str, rows: Rows, column: str) -> None:
    for row in rows:
        families[root_of[row[column]]]["rows"].setdefault(str(table), []).append(row)


def _deal_payloads(connection: sa.Connection, families: dict[int, t.Any], root_of: dict[int, int]) -> None:
    query = sa.select(PayloadUse.instance_key, Payload.sha256, Payload.content)
    query = query.join(Payload, Payload.sha256 == PayloadUse.sha256)
    for some in chunks(list(root_of)):
        for row in connection.execute(query.where(PayloadUse.instance_key.in_(some))):
            families[root_of[row.instance_key]]["payloads"][row.sha256] = orjson.loads(row.content)


def _loose(model: t.Any, keys: list[int]) -> sa.ColumnElement[bool]:
    """What hangs on instances and on no case."""
    return sa.and_(model.case_id.is_(None), model.instance_key.in_(keys))


def _rows(connection: sa.Connection, table: sa.Table, condition: Condition, keys: list[int]) -> Rows:
    query = sa.select(table).order_by(*table.primary_key.columns)
    found = (row for some in chunks(keys) for row in connection.execute(query.where(condition(some))).mappings())
    return [{str(name): _plain(value) for name, value in row.items()} for row in found]


def _plain(value: t.Any) -> t.Any:
    """What JSON has no word for: times and the state blob, which is JSON itself."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value.decode() if isinstance(value, bytes) else value


def _place(name: str) -> tuple[t.Any, str]:
    settings: Settings = current_app.extensions["settings"]
    files, root = fsspec.core.url_to_fs(settings.archive_url)
    return files, f"{root}/{name}"
