"""The plans of all statements that something sends: which of their steps read a table from end to end."""

import typing as t
from collections.abc import Callable

import sqlalchemy as sa

from app.db import db

Steps = list[str]


def read_whole(ask: Callable[[], object], whole_scans: Callable[[Steps], Steps], *, forced: bool = False) -> Steps:
    """Return the steps that `whole_scans` finds in the plan of each statement sent.

    :param forced: that PostgreSQL uses an index where it can; of small tables it would read the whole otherwise.
    """
    sent: list[tuple[str, t.Any]] = []

    def on_execute(_conn: object, _cursor: object, statement: str, parameters: t.Any, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", on_execute)
    ask()
    sa.event.remove(db.engine, "before_cursor_execute", on_execute)
    assert sent
    return [step for statement, parameters in sent for step in whole_scans(_plan(statement, parameters, forced))]


def scan_of(step: str, tables: tuple[str, ...]) -> bool:
    """Whether a step reads one of these tables from end to end, in the words of either database."""
    words = step.replace('"', "").split()
    for scan in (["SCAN"], ["Seq", "Scan", "on"]):
        for place in range(len(words) - len(scan)):
            if words[place : place + len(scan)] == scan and words[place + len(scan)] in tables:
                return "INDEX" not in words
    return False


def _plan(statement: str, parameters: t.Any, forced: bool) -> Steps:
    connection = db.session.connection()
    postgresql = connection.dialect.name == "postgresql"
    if postgresql and forced:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN" if postgresql else "EXPLAIN QUERY PLAN"
    return [str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)]
