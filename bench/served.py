"""Installations as people use them: gunicorn, a real database, several clients; everything beside the floor."""

import json
import tempfile
import typing as t
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from app import engine
from app.db import db
from bench.calling import Measured, measure
from bench.house import House, Served, build, memory_mb, serving
from bench.report import Report
from tests import postgres
from tests.engine.conftest import open_tasks

ONE, MANY, CLIENTS, WARM = 200, 800, 8, 20
TASKS = 10_000
FINISHED = 200
COMPLETION = json.dumps({"variables": {"n": 2, "checked": True}}).encode()


def measure_sqlite(report: Report) -> None:
    """One process on a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        run(report, build(path, f"sqlite:///{path / 'bench.sqlite3'}"), workers=1)


def measure_postgresql(report: Report) -> None:
    """Two processes on a server."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        name = postgres.create_database(server, "bench")
        run(report, build(Path(folder), postgres.address(server, name)), workers=2)
        postgres.drop_database(server, name)


def run(report: Report, house: House, *, workers: int) -> None:
    """Measure one installation."""
    report.add("stored per finished case (start, 3 user tasks)", stored(house) / 1000, "kB", "≤ 8")
    cases = WARM + ONE + MANY
    house.start_cases(cases)
    house.crowd(TASKS - cases)
    with serving(house, workers) as server:
        pages(report, house, server)
        completions(report, house, server)
        report.add(f"memory, {workers} web process(es) and their parent", memory_mb(server.pid), "MB", "≤ 150")
    with house.app.app_context():
        db.engine.dispose()


def pages(report: Report, house: House, server: Served) -> None:
    """Measure what only reads."""
    health = measure(server, "GET", ["/healthz"] * 300)
    report.add("/healthz p50", health.p50, "ms", "≤ 2")
    cookie = {"Cookie": house.cookie(), "Accept": "text/html"}
    measure(server, "GET", ["/inbox"] * WARM, headers=cookie)
    inbox = measure(server, "GET", ["/inbox"] * 100, headers=cookie)
    report.add(f"inbox page at {TASKS} open tasks, p50", inbox.p50, "ms", "≤ 10")
    rows = measure(server, "GET", ["/inbox/rows"] * 100, headers=cookie)
    report.add(f"inbox rows at {TASKS} open tasks, p50", rows.p50, "ms")


def completions(report: Report, house: House, server: Served) -> None:
    """Measure the floor and completions, by one client and by eight."""
    keys = iter(house.open_tasks(WARM + ONE + MANY))
    for count, clients in ((WARM, 1), (ONE, 1), (MANY, CLIENTS)):
        bottom = measure(server, "POST", [f"/v2/bench/floor/{n % 64}" for n in range(count)], clients=clients)
        tasks = [f"/v2/user-tasks/{next(keys)}/completion" for _ in range(count)]
        done = measure(server, "POST", tasks, clients=clients, body=COMPLETION)
        if count != WARM:
            compare(report, clients, bottom, done)


def compare(report: Report, clients: int, bottom: Measured, done: Measured) -> None:
    """Report completions beside the floor."""
    by = f"{clients} client" + ("s" if clients > 1 else "")
    for name, measured in (("floor", bottom), ("complete", done)):
        report.add(f"{name}, {by}: rate", measured.rate, "/s")
        report.add(f"{name}, {by}: p50", measured.p50, "ms")
        report.add(f"{name}, {by}: p95", measured.p95, "ms")
        report.add(f"{name}, {by}: CPU of the server", measured.cpu, "ms")
    report.add(f"floor ÷ complete, {by}: rate", bottom.rate / done.rate, "×", "≤ 3")
    report.add(f"complete ÷ floor, {by}: CPU", done.cpu / bottom.cpu, "×", "≤ 3")
    report.add(f"complete − floor, {by}: p95", done.p95 - bottom.p95, "ms", "≤ 10")


def stored(house: House) -> float:
    """Bytes the database grows by for one case from start to end."""
    with house.app.app_context():
        before = size()
        for _ in range(FINISHED):
            key = engine.start_instance(house.person, "bench", {"n": 1, "note": "x" * 100}).key
            for step in ("first", "second", "third"):
                engine.complete_task(house.person, open_tasks(key)[step].key, {step: "done"})
            db.session.remove()
        return (size() - before) / FINISHED


def size() -> int:
    """Bytes the database takes, freed space given back first."""
    statements: Mapping[str, tuple[str, str]] = {
        "sqlite": ("VACUUM", "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
        "postgresql": ("VACUUM FULL", "SELECT pg_database_size(current_database())"),
    }
    # An engine of its own, because the app's begins a transaction with every connection.
    plain = sa.create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        clean, ask = statements[connection.dialect.name]
        connection.execute(sa.text(clean))
        taken = connection.execute(sa.text(ask)).scalar_one()
    plain.dispose()
    return t.cast(int, taken)
