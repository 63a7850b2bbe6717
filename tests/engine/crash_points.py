"""Named places at which a process dies: `python -m tests.engine.crash_points URL FOLDER` waits for orders.

The product knows nothing of them. A point is a commit of the act that is tried, and the moment just before it or just
after it, when nobody has been told yet; both are found by the events of the database library. Each act happens in a
fork, so that dying costs no new interpreter.
"""

import dataclasses
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import typing as t
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, current_app

from app import engine
from app.config import Retention
from app.db import db
from app.engine import batches, retention
from app.engine.handling import due_jobs, run_job
from app.engine.timers import fire_due
from tests.engine.conftest import ANNA, OWNER
from tests.engine.crashing import make_app
from tests.engine.diagrams import END, START, bpmn, catch_message, catch_timer, chain, message, service, user

MOMENTS = ("before", "after")
PROCESS = bpmn(
    "pointed",
    chain(
        START,
        user("first"),
        service("inside", "crash.mark"),
        catch_timer("pause", "PT1H"),
        catch_message("answer", "answer"),
        service("outside", "crash.outside"),
        user("last"),
        END,
    ),
    outside=message("answer", "=order"),
)
Given = dict[str, t.Any]


def deploy(given: Given) -> None:
    engine.deploy(OWNER, [engine.File("other.bpmn", bpmn("other", chain(START, user(given["element"]), END)))])


def start(given: Given) -> None:
    engine.publish_message(ANNA, "begin", "", {"order": given["order"]}, ttl=3_600, message_id=given["order"])


def complete(given: Given) -> None:
    engine.complete_task(ANNA, given["task"], {"done": True})


def job(_given: Given) -> None:
    for key in due_jobs():
        run_job(key)


def timer(_given: Given) -> None:
    fire_due()


def answer(given: Given) -> None:
    engine.publish_message(ANNA, "answer", given["order"], {"answer": 1}, ttl=3_600, message_id=given["order"])


def lease(_given: Given) -> None:
    engine.activate_jobs(ANNA, "crash.outside", "w", 60)


def report(given: Given) -> None:
    engine.complete_job(ANNA, given["job"], {"booked": True})


def attach(given: Given) -> None:
    engine.attach(ANNA, None, "photo.txt", given["order"].encode())


def move(_given: Given) -> None:
    batches.work_batches()


def tidy(_given: Given) -> None:
    settings = current_app.extensions["settings"]
    current_app.extensions["settings"] = dataclasses.replace(settings, retention=Retention(finished_days=1))
    retention.sweep()


ACTS: dict[str, Callable[[Given], None]] = {
    act.__name__: act for act in (deploy, start, complete, job, timer, answer, lease, report, attach, move, tidy)
}


def die() -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_commit(moment: str, number: int) -> None:
    """Die just before or just after this process's commit of that number, counting from one."""
    left = [number]

    def passing(session_or_connection: t.Any) -> None:
        if session_or_connection.in_nested_transaction():
            # The library tells of savepoints too.
            return
        left[0] -= 1
        if left[0] == 0:
            die()

    if moment == "before":
        sa.event.listen(db.engine, "commit", passing)
    else:
        # First in line, before the engine itself hears of the commit and rings its bell.
        sa.event.listen(db.session, "after_commit", passing, insert=True)


def serve(app: Flask) -> None:
    """Do what the lines of the standard input say, each in a process that dies over it; answer how it died."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            with app.app_context():
                db.engine.dispose(close=False)
                app.extensions["keys"].reserve()
                app.extensions["clock"].set(dt.datetime.fromisoformat(order["now"]))
                die_at_commit(order["moment"], order["number"])
                ACTS[order["act"]](order["given"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("died\n" if os.WIFSIGNALED(status) else "survived\n")
        sys.stdout.flush()


class Victims:
    """The process above, as a test sees it."""

    def __init__(self, url: str, folder: Path) -> None:
        command = [sys.executable, "-W", "error", "-m", __name__, url, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def die(self, act: str, moment: str, given: Given, now: dt.datetime, *, number: int = 1) -> None:
        """Let an act die at its commit."""
        order = {"act": act, "moment": moment, "given": given, "now": now.isoformat(), "number": number}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "died\n"

    def end(self) -> None:
        self._process.communicate()


if __name__ == "__main__":
    serve(make_app(*sys.argv[1:3]))
