"""The storm: two web processes and two workers on one PostgreSQL, and blows that kill them by a schedule."""

import dataclasses
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import create_app, engine, schema
from app.config import from_mapping
from app.db import db, transaction
from app.engine.models import ProcessInstance
from app.people import SYSTEM
from app.people.models import User
from app.people.passwords import hash_password
from tests.chaos import orders
from tests.chaos.cluster import Cluster, cluster
from tests.chaos.people import Crowd
from tests.chaos.server import Process, ServerProcess, WorkerProcess
from tests.company import PASSWORD, found

APART = (1.5, 4.0)
"""Seconds between two blows, at least and at most."""
TOGETHER = 200
"""Errands begun in one transaction, because beginning them is not what is tried."""
SETTINGS = {"FIRSTLINE_WORKERS_IN_SERVE": "false", "FIRSTLINE_WORKERS_LOOK_EVERY": "1.0"}
BLOWS: dict[str, int] = {
    "kill web": 6,
    "kill worker": 6,
    "crash PostgreSQL": 3,
    "restart PostgreSQL": 1,
    "end web": 1,
    "end worker": 1,
}
"""What happens, and how often in proportion. `end` is SIGTERM."""


@dataclasses.dataclass(frozen=True)
class Blow:
    """Something bad at a second of the storm, to the first or the second process of its kind."""

    at: float
    what: str
    which: int


def schedule(seed: int, seconds: float) -> list[Blow]:
    """The blows of a storm; equal seeds give equal storms."""
    chance = random.Random(seed)
    blows, at = [], 2.0
    while at < seconds:
        (what,) = chance.choices(list(BLOWS), list(BLOWS.values()))
        blows.append(Blow(at, what, chance.randrange(2)))
        at += chance.uniform(*APART)
    return blows


class Storm:
    """An installation under blows."""

    def __init__(self, folder: Path, cluster: Cluster, app: Flask) -> None:
        self._cluster = cluster
        self.app = app
        self.webs = [ServerProcess(folder, cluster.url, f"web{number}", **SETTINGS) for number in range(2)]
        self.workers = [WorkerProcess(folder, cluster.url, f"worker{number}", **SETTINGS) for number in range(2)]
        self.struck: Counter[str] = Counter()

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, *self.workers]

    def begin(self) -> None:
        """Start everything at once and wait until it is at work."""
        for process in self.processes:
            process.launch()
        end = time.monotonic() + 60
        while not all(process.ready() for process in self.processes):
            assert time.monotonic() < end, [process.log for process in self.processes]
            time.sleep(0.2)

    def errands(self, count: int, seed: int, spread: int) -> None:
        """Begin instances that only workers move, with timers spread over so many seconds."""
        chance = random.Random(seed)
        with self.app.app_context():
            for some in range(0, count, TOGETHER):
                with transaction():
                    for number in range(some, min(some + TOGETHER, count)):
                        variables = {"n": number, "pause": chance.randrange(spread)}
                        engine.start_instance(SYSTEM, orders.ERRAND, variables)
                db.session.remove()

    def blow(self, blows: list[Blow], tell: Callable[[str], None] = lambda _: None) -> None:
        """Strike by the schedule. Whatever falls is started again at once."""
        begun = time.monotonic()
        for blow in blows:
            time.sleep(max(0.0, begun + blow.at - time.monotonic()))
            tell(f"{blow.at:6.1f} s  {blow.what} {blow.which}")
            self._strike(blow)
            self.struck[blow.what] += 1

    def _strike(self, blow: Blow) -> None:
        verb, kind = blow.what.split()
        if kind == "PostgreSQL":
            self._cluster.restart("immediate" if verb == "crash" else "fast")
            return
        process = (self.webs if kind == "web" else self.workers)[blow.which]
        if verb == "kill":
            process.kill()
        elif process.runs:
            process.terminate()
        process.launch()

    def live(self) -> int:
        """How many instances are still on their way."""
        with self.app.app_context():
            query = sa.select(sa.func.count()).where(ProcessInstance.state == "active")
            count = int(db.session.execute(query).scalar_one())
            db.session.remove()
            return count

    def drain(self, crowd: Crowd, seconds: float) -> None:
        """Wait until everything that was begun has ended; raises AssertionError when it stops moving."""
        end = time.monotonic() + seconds
        while (left := self.live()) or crowd.waiting:
            assert not crowd.ledger.wrong, crowd.ledger.wrong
            assert time.monotonic() < end, f"{left} instances are stuck"
            time.sleep(0.3)

    def end(self) -> None:
        for process in self.processes:
            process.kill()


def install(app: Flask) -> None:
    """An empty database becomes the company with the storm's processes."""
    with app.app_context():
        schema.upgrade()
        found(app)
        with transaction() as session:
            session.execute(
                sa.update(User).where(User.username == "administrator").values(password_hash=hash_password(PASSWORD))
            )
        engine.deploy(SYSTEM, [engine.File(name, content) for name, content in orders.FILES.items()])
        db.session.remove()


@contextmanager
def storm(folder: Path) -> Iterator[Storm]:
    """An installation that is ready to be struck; everything of it is gone afterwards."""
    with ExitStack() as stack:
        server = stack.enter_context(cluster())
        app = create_app(from_mapping({"var": str(folder / "var"), "database": {"url": server.url}}))
        install(app)
        made = Storm(folder, server, app)
        stack.callback(lambda: _close(app))
        stack.callback(made.end)
        yield made


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
