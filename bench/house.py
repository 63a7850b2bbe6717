"""A small installation in a temporary folder: people, one process, open tasks; and a real gunicorn that serves it."""

import dataclasses
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app, engine
from app.config import from_mapping
from app.db import db, next_key, transaction
from app.engine.models import UserTask, UserTaskCandidate, table_of
from app.people import SYSTEM, load_person, seed_roles
from app.people.accounts import create_user
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.organisation import add_membership
from app.people.person import PROCESS_OWNER, STAFF, Person
from app.people.signin import start_session
from bench import floor
from tests.engine.diagrams import END, START, bpmn, chain, user

WHO, PASSWORD = "call_agent", "correct horse battery"
ROLE = "call_agent"
VARIABLES = {f"k{number}": {"name": "x" * 40, "amount": number * 1.5} for number in range(30)}
"""About 2 KB, as the design's figures assume."""
PROCESS = bpmn(
    "bench", chain(START, *(user(one, groups=ROLE) for one in ("first", "second", "third")), END), name="Bench"
)
START_WAIT = 60.0
TOGETHER = 200
"""Cases started in one transaction, because preparing is not what is measured."""


@dataclasses.dataclass(frozen=True)
class House:
    """An installation that nobody serves yet."""

    folder: Path
    url: str
    app: Flask
    person: Person

    def start_cases(self, count: int) -> None:
        """Start cases; each waits at its first task."""
        with self.app.app_context():
            for some in range(0, count, TOGETHER):
                with transaction():
                    for _ in range(min(TOGETHER, count - some)):
                        engine.start_instance(self.person, "bench", VARIABLES)
                db.session.remove()

    def crowd(self, count: int) -> None:
        """Put copies of the last open task into the lists; only lists see them, they are never completed."""
        with self.app.app_context(), transaction() as session:
            last = session.execute(sa.select(sa.func.max(UserTask.key))).scalar_one()
            keys = [next_key() for _ in range(count)]
            for model, column in ((UserTask, "key"), (UserTaskCandidate, "task_key")):
                table = table_of(model)
                row = session.execute(sa.select(table).where(table.c[column] == last)).mappings().one()
                session.execute(table.insert(), [{**row, column: key} for key in keys])

    def open_tasks(self, limit: int) -> list[int]:
        """Keys of open first tasks."""
        with self.app.app_context():
            query = sa.select(UserTask.key).where(UserTask.element_id == "first", UserTask.state == "created")
            keys = list(db.session.execute(query.order_by(UserTask.key).limit(limit)).scalars())
            db.session.remove()
            return keys

    def cookie(self) -> str:
        """A session cookie of the person, for pages."""
        with self.app.app_context():
            peer = Peer("127.0.0.1", "bench", loopback=True)
            token = start_session(self.person.id, peer, method="password").token
            client = self.app.test_client()
            with client.session_transaction() as session:
                session[COOKIE_KEY] = token
            cookie = client.get_cookie("session") or client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            return f"{cookie.key}={cookie.value}"


def build(folder: Path, url: str) -> House:
    """Create tables, people and the process."""
    app = create_app(from_mapping({"var": str(folder), "database": {"url": url}}))
    with app.app_context():
        db.create_all()
        seed_roles()
        agent = create_user(SYSTEM, WHO, names={"en": WHO}, password=PASSWORD, permissions=(STAFF, PROCESS_OWNER))
        add_membership(SYSTEM, agent, ROLE)
        with transaction():
            person = load_person(agent)
        assert person is not None
        engine.deploy(person, [engine.File("bench.bpmn", PROCESS)])
        db.session.remove()
    floor.create(app, 64)
    return House(folder, url, app, person)


@dataclasses.dataclass(frozen=True)
class Served:
    """A running server: where it listens and which process to ask for its CPU time and memory."""

    port: int
    pid: int


@contextmanager
def serving(house: House, workers: int = 1) -> Iterator[Served]:
    """Serve the house with gunicorn in another process, as `firstline serve` does; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "FIRSTLINE_VAR": str(house.folder),
        "FIRSTLINE_DATABASE_URL": house.url,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
    }
    process = subprocess.Popen([sys.executable, "-m", "bench.serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_healthy(process, port)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_WAIT
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError("The server did not start.")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def cpu_seconds(pid: int) -> float:
    """CPU time a process and its descendants have used so far."""
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Memory of a process and its descendants, shared pages counted once (PSS)."""
    rollups: list[Mapping[str, str]] = []
    for one in family(pid):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()[1:]
        rollups.append(dict(line.split(":", 1) for line in lines))
    return sum(int(rollup["Pss"].split()[0]) for rollup in rollups) / 1024
