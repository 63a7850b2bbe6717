"""Timers: ten thousand due at once while people go on working, and what a second worker process brings."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import typing as t
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from app import clock, engine
from app.db import db, transaction
from app.engine.across import CHANNEL
from app.engine.models import Timer
from bench import peer
from bench.calling import Measured, measure, together
from bench.house import House, Served, build, cpu_seconds, database_pid, serving
from bench.report import Report
from tests import postgres
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain

PROCESS_ID = "timers"
PROCESS = bpmn(PROCESS_ID, chain(START, catch_timer("wait", "PT1000H"), END), name="Timers")
DUE, SOME = 10_000, 3_000
LOOK = 0.2
LONGEST = 600.0
WORKERS = (1, 2)


def measure_timers(report: Report) -> None:
    """On PostgreSQL: the web processes leave the timers to worker processes."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(durable=True) as server:
        name = postgres.create_database(server, "timers")
        house = build(Path(folder), postgres.address(server, name))
        with house.app.app_context():
            engine.deploy(house.person, [engine.File("timers.bpmn", PROCESS)])
            db.session.remove()
        _beside_people(report, house)
        _by_workers(report, house)
        with house.app.app_context():
            db.engine.dispose()
        postgres.drop_database(server, name)


def _beside_people(report: Report, house: House) -> None:
    print(f"  … {DUE:,} timers", flush=True)
    house.start_cases(DUE, PROCESS_ID)
    with serving(house, work=False) as server:
        _complete_some(house, server, 20)
        quiet = _complete_some(house, server, 100)
        make_due(house)
        with working(house):
            begun = time.perf_counter()
            busy = _work_until(house, server, lambda: left(house) == 0)
            report.add(
                f"{DUE:,} timers due at once: until the last has fired", time.perf_counter() - begun, "s", "≤ 60"
            )
    report.add("completions meanwhile, one client: p95", busy.p95, "ms")
    report.add("completions without timers, one client: p95", quiet.p95, "ms")


def _by_workers(report: Report, house: House) -> None:
    rates = {}
    for workers in WORKERS:
        house.start_cases(SOME, PROCESS_ID)
        with ExitStack() as running:
            pids = [running.enter_context(working(house)) for _ in range(workers)]
            _wait_until_ready(house, workers)
            before = [cpu_seconds(pid) for pid in (*pids, database_pid(house))]
            begun = time.perf_counter()
            make_due(house)
            while left(house):
                _in_time(begun)
                time.sleep(LOOK)
            seconds = time.perf_counter() - begun
            used = [cpu_seconds(pid) for pid in (*pids, database_pid(house))]
        rates[workers] = SOME / seconds
        each = (sum(used) - sum(before)) / SOME * 1000
        report.add(f"timers fired by {workers} worker process(es)", rates[workers], "/s")
        report.add(f"… CPU per timer, {workers} process(es) and database", each, "ms")
    report.add("two worker processes ÷ one", rates[2] / rates[1], "×", "≥ 1.7")


def make_due(house: House) -> None:
    """Make all waiting timers due now, and tell the workers as a command would."""
    with house.app.app_context(), transaction() as session:
        session.execute(sa.update(Timer).values(due_at=sa.func.now()).execution_options(synchronize_session=False))
        session.execute(sa.select(sa.func.pg_notify(CHANNEL, clock.now().isoformat())))


def left(house: House) -> int:
    """How many timers wait."""
    with house.app.app_context():
        count = db.session.execute(sa.select(sa.func.count()).select_from(Timer)).scalar_one()
        db.session.remove()
        return int(count)


@contextmanager
def working(house: House) -> Iterator[int]:
    """Run one `firstline worker` process; yields its id."""
    environment = {**os.environ, "FIRSTLINE_VAR": str(house.folder), "FIRSTLINE_DATABASE_URL": house.url}
    command = [sys.executable, "-c", "from app.cli import main; main()", "worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(house: House, workers: int) -> None:
    """A worker that has started listens at a connection of its own."""
    listening = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    begun = time.perf_counter()
    with house.app.app_context():
        while db.session.execute(listening).scalar_one() < workers:
            db.session.rollback()
            _in_time(begun)
            time.sleep(LOOK)
        db.session.remove()


def _complete_some(house: House, server: Served, count: int) -> Measured:
    house.start_cases(count)
    tasks = [f"/v2/user-tasks/{key}/completion" for key in house.open_tasks("register", count)]
    return measure(server, "POST", tasks, body=peer.SENT["register"])


def _work_until(house: House, server: Served, done: t.Callable[[], bool]) -> Measured:
    over, rounds, begun = threading.Event(), [], time.perf_counter()

    def watch() -> None:
        while not done() and time.perf_counter() - begun < LONGEST:
            time.sleep(LOOK)
        over.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    while not over.is_set():
        rounds.append(_complete_some(house, server, 10))
    watcher.join()
    _in_time(begun)
    return together(rounds)


def _in_time(begun: float) -> None:
    if time.perf_counter() - begun > LONGEST:
        raise RuntimeError(f"The timers did not fire within {LONGEST:.0f} s.")
