"""Word between processes that share one PostgreSQL: whoever makes work tells those who do it, by NOTIFY.

It only saves waiting. A word that is lost, because its sender died between commit and telling, is made good by the
next look of any worker. It is sent after the commit and not with it, because PostgreSQL lets transactions that
notify commit only one after the other.
"""

import datetime as dt
import logging
import threading

import psycopg
import sqlalchemy as sa
from flask import Flask

from app.config import Settings
from app.db import db
from app.engine.bell import Bell
from app.engine.registry import registry_of
from app.postgresql import CONNECT

log = logging.getLogger(__name__)

CHANNEL = "firstline_work"
GATHER = 0.02
"""Seconds within which all that a process has to tell becomes one word."""
AGAIN = 1.0
"""Seconds before a listener whose connection broke tries a new one."""
LOOK_UP = 5.0
"""Seconds after which a silent listener looks whether it is to end."""


class Crier:
    """Tells other processes of work that this one leaves to them. Gathers, so that a busy process tells little."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._news = threading.Event()
        self._lock = threading.Lock()
        self._soonest: dt.datetime | None = None
        self._jobs = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="firstline-crier", daemon=True)

    def start(self) -> None:
        """Take over what the app's bell hears."""
        registry_of(self._app).bell.pass_on = self._tell
        self._thread.start()

    def stop(self) -> None:
        """Tell what is left to tell, then end."""
        self._stopping.set()
        self._news.set()
        self._thread.join(AGAIN)

    def _tell(self, due: dt.datetime | None) -> None:
        with self._lock:
            if due is None:
                self._jobs = True
            elif self._soonest is None or due < self._soonest:
                self._soonest = due
        self._news.set()

    def _run(self) -> None:
        with self._app.app_context():
            while not self._stopping.is_set():
                self._news.wait()
                self._stopping.wait(GATHER)
                self._news.clear()
                self._cry()

    def _take(self) -> list[str]:
        with self._lock:
            words = (["jobs"] if self._jobs else []) + ([self._soonest.isoformat()] if self._soonest else [])
            self._jobs, self._soonest = False, None
            return words

    def _cry(self) -> None:
        try:
            with db.engine.connect() as connection, connection.begin():
                for word in self._take():
                    connection.execute(sa.select(sa.func.pg_notify(CHANNEL, word)))
        except sa.exc.SQLAlchemyError as error:
            log.info("Other processes could not be told of work and will look themselves: %s", error)


class Listener:
    """Rings this process's bell for what other processes tell. Holds one connection of its own."""

    def __init__(self, url: sa.URL, bell: Bell) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._bell = bell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="firstline-listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End without waiting: the thread holds nothing that must be finished."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hear()
            except (psycopg.Error, ValueError) as error:
                log.info("Word from other processes is interrupted: %s", error)
                self._stopping.wait(AGAIN)

    def _hear(self) -> None:
        with psycopg.connect(self._url, autocommit=True, **CONNECT) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            # Whatever was told while nobody listened is found by a look.
            self._bell.ring()
            while not self._stopping.is_set():
                for word in connection.notifies(timeout=LOOK_UP):
                    self._ring(word.payload)

    def _ring(self, word: str) -> None:
        self._bell.ring(None if word == "jobs" else dt.datetime.fromisoformat(word))


def listener_for(app: Flask) -> Listener | None:
    """The app's listener; None on SQLite, where there is no other process."""
    settings: Settings = app.extensions["settings"]
    url = sa.make_url(settings.database_url)
    return Listener(url, registry_of(app).bell) if url.get_backend_name() == "postgresql" else None
