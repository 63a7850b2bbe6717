"""A small installation in a temporary folder: people, one process, open tasks; and a real gunicorn that serves it."""

import dataclasses
import os
import socket
import subprocess
import sys
import time
import typing as t
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app, engine, schema
from app.config import from_mapping
from app.db import db, transaction
from app.engine.models import UserTask
from app.people import SYSTEM, load_person, seed_roles
from app.people.accounts import create_user
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.organisation import add_membership
from app.people.person import PROCESS_OWNER, STAFF, Person, find_person
from app.people.signin import start_session
from bench import floor, peer
from tests.engine.diagrams import END, START, bpmn, chain, user

WHO, APPROVER, PASSWORD = "call_agent", "approver", "correct horse battery"
"""Two people of the same role, because who asked may not approve."""
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
    approver: Person

    def start_cases(self, count: int, process: str = peer.PROCESS_ID, **variables: t.Any) -> list[int]:
        """Start cases; each waits at its first task. Returns the keys of the instances."""
        keys: list[int] = []
        with self.app.app_context():
            for some in range(0, count, TOGETHER):
                with transaction():
                    started = (
                        engine.start_instance(self.person, process, variables)
                        for _ in range(min(TOGETHER, count - some))
                    )
                    keys.extend(one.key for one in started)
                db.session.remove()
        return keys

    def finish_case(self, number: int) -> None:
        """Play one case from start to end, with data of its own."""
        key = engine.start_instance(self.person, peer.PROCESS_ID, {}).key
        for step in peer.STEPS:
            task = db.session.execute(
                sa.select(UserTask.key).where(UserTask.instance_key == key, UserTask.element_id == step)
            ).scalar_one()
            doer = self.approver if step == "approve" else self.person
            engine.complete_task(doer, task, peer.answers(step, number))
        db.session.remove()

    def open_task(self, instance: int) -> int:
        """Key of the only open task of an instance."""
        with self.app.app_context():
            query = sa.select(UserTask.key).where(UserTask.instance_key == instance, UserTask.state == "created")
            key = db.session.execute(query).scalar_one()
            db.session.remove()
            return key

    def open_tasks(self, element: str, limit: int) -> list[int]:
        """Keys of open tasks of a step, oldest first."""
        with self.app.app_context():
            query = sa.select(UserTask.key).where(UserTask.element_id == element, UserTask.state == "created")
            keys = list(db.session.execute(query.order_by(UserTask.key).limit(limit)).scalars())
            db.session.remove()
            return keys

    def cookie(self, username: str) -> str:
        """A session cookie of somebody, for pages."""
        with self.app.app_context():
            person = find_person(username)
            assert person is not None
            here = Peer("127.0.0.1", "bench", loopback=True)
            token = start_session(person.id, here, method="password").token
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
        schema.upgrade()
        seed_roles()
        members = [_member(name) for name in (WHO, APPROVER)]
        with transaction():
            person, approver = (load_person(one) for one in members)
        assert person is not None
        assert approver is not None
        engine.deploy(person, [engine.File("bench.bpmn", PROCESS), *peer.files(ROLE)])
        db.session.remove()
    floor.create(app, 64)
    return House(folder, url, app, person, approver)


def _member(username: str) -> int:
    user = create_user(SYSTEM, username, names={"en": username}, password=PASSWORD, permissions=(STAFF, PROCESS_OWNER))
    add_membership(SYSTEM, user, ROLE)
    return user


@dataclasses.dataclass(frozen=True)
class Served:
    """A running server: where it listens, and which processes to ask for CPU time and memory.

    Attributes:
        database: the database server's first process; None when the database is a file.
    """

    port: int
    pid: int
    database: int | None


@contextmanager
def serving(house: House, workers: int = 1, *, work: bool = True) -> Iterator[Served]:
    """Serve the house with gunicorn in another process, as `firstline serve` does; it ends with the block.

    :param work: whether the web processes do timers and jobs as well.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "FIRSTLINE_VAR": str(house.folder),
        "FIRSTLINE_DATABASE_URL": house.url,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "FIRSTLINE_WORKERS_IN_SERVE": str(work).lower(),
    }
    process = subprocess.Popen([sys.executable, "-m", "bench.serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_until_healthy(process, port)
        yield Served(port, process.pid, database_pid(house))
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


def database_pid(house: House) -> int | None:
    """The first process of the house's database server; None when the database is a file."""
    if not house.url.startswith("postgresql"):
        return None
    with house.app.app_context():
        backend = db.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        parent = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
        db.session.remove()
    return parent


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


def cpu_seconds(pid: int | None) -> float:
    """CPU time a process and its descendants have used so far; none for no process."""
    if pid is None:
        return 0.0
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
