"""Installations as people use them: gunicorn, a real database, several clients; everything beside the floor."""

import tempfile
import typing as t
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from app.db import db
from bench import peer
from bench.calling import BASIC, Measured, credentials, measure, together
from bench.house import APPROVER, House, Served, build, memory_mb, serving
from bench.report import Report
from tests import postgres

ROUNDS: Mapping[int, int] = {1: 100, 4: 200, 8: 400}
"""Number of clients → cases they play together."""
WARM = 40
FINISHED = 200
OF_APPROVER = credentials(APPROVER)


def measure_sqlite(report: Report) -> None:
    """One process on a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        run(report, build(path, f"sqlite:///{path / 'bench.sqlite3'}"), workers=1)


def measure_postgresql(report: Report) -> None:
    """Two processes on a server that waits for its disk."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(durable=True) as server:
        name = postgres.create_database(server, "bench")
        run(report, build(Path(folder), postgres.address(server, name)), workers=2)
        postgres.drop_database(server, name)


def run(report: Report, house: House, *, workers: int) -> None:
    """Measure one installation."""
    with house.app.app_context():
        report.add("stored per finished case (start, 3 user tasks)", stored(house) / 1000, "kB", "≤ 8")
    with serving(house, workers) as server:
        round_of(house, server, WARM, 8)
        for clients, cases in ROUNDS.items():
            compare(report, clients, *round_of(house, server, cases, clients))
        report.add("/healthz p50", measure(server, "GET", ["/healthz"] * 300).p50, "ms", "≤ 2")
        report.add(f"memory, {workers} web process(es) and their parent", memory_mb(server.pid), "MB", "≤ 150")
    with house.app.app_context():
        db.engine.dispose()


def round_of(house: House, server: Served, cases: int, clients: int) -> tuple[Measured, Measured, Measured]:
    """Play whole cases; returns what floor, starts and completions took."""
    floors = [f"/v2/bench/floor/{number % 64}" for number in range(cases)]
    bottom = [measure(server, "POST", floors, clients=clients)]
    started = measure(server, "POST", ["/v2/process-instances"] * cases, clients=clients, body=peer.START_BODY)
    done = []
    for step in peer.STEPS:
        tasks = [f"/v2/user-tasks/{key}/completion" for key in house.open_tasks(step, cases)]
        who = OF_APPROVER if step == "approve" else BASIC
        done.append(measure(server, "POST", tasks, clients=clients, body=peer.SENT[step], headers=who))
        bottom.append(measure(server, "POST", floors, clients=clients))
    return together(bottom), started, together(done)


def compare(report: Report, clients: int, bottom: Measured, started: Measured, done: Measured) -> None:
    """Report starts and completions beside the floor."""
    by = f"{clients} client" + ("s" if clients > 1 else "")
    for name, measured in (("floor", bottom), ("start", started), ("complete", done)):
        report.add(f"{name}, {by}: rate", measured.rate, "/s")
        report.add(f"{name}, {by}: p50", measured.p50, "ms")
        report.add(f"{name}, {by}: p95", measured.p95, "ms")
        report.add(f"{name}, {by}: CPU", measured.cpu, "ms")
        if measured.database_cpu:
            report.add(f"{name}, {by}: CPU of the database", measured.database_cpu, "ms")
    report.add(f"floor ÷ complete, {by}: rate", bottom.rate / done.rate, "×", "≤ 3")
    report.add(f"complete ÷ floor, {by}: CPU", done.cpu / bottom.cpu, "×", "≤ 3")
    report.add(f"start ÷ complete, {by}: CPU", started.cpu / done.cpu, "×", "≤ 1")
    report.add(f"complete − floor, {by}: p95", done.p95 - bottom.p95, "ms", "≤ 10")


def stored(house: House) -> float:
    """Bytes the database grows by for one case from start to end."""
    before = size()
    for number in range(FINISHED):
        house.finish_case(number)
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
