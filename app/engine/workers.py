"""The workers of one process: they do due jobs and fire due timers, woken by commits and by a ticking clock."""

import logging
import threading
import time
import typing as t

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app.db import db
from app.engine.handling import due_jobs, run_job
from app.engine.messages import deliver_missed, expire_messages
from app.engine.registry import registry_of
from app.engine.tasks import drop_old_drafts
from app.engine.timers import fire_due
from app.people import tidy

log = logging.getLogger(__name__)

HOUSEKEEPING = 60.0
FORGETTING = 24 * 3_600.0
PATIENCE = 30.0


def run_due(app: Flask, *, limit: int = 100_000) -> int:
    """Do everything that is due now, and what becomes due by it, in this thread; returns how many acts that were.

    For tests, the demonstration history and operators; `limit` stops a process that feeds itself for ever.
    """
    with app.app_context():
        done = 0
        while done < limit:
            moved = sum(run_job(key) for key in due_jobs()) + fire_due() + deliver_missed()
            if not moved:
                break
            done += moved
        expire_messages()
        drop_old_drafts()
        return done


class Workers:
    """Threads that keep the work of this process moving. SIGTERM handlers call `stop`, which lets work in hand end.

    Any number of processes may have workers on one database: rows are taken by lock, and correctness never depends
    on who gets them.
    """

    def __init__(self, app: Flask) -> None:
        settings = app.extensions["settings"].engine
        self._app = app
        self._wake = registry_of(app).work_waiting
        self._stopping = threading.Event()
        self._in_hand: set[int] = set()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, name=f"firstline-worker-{number}", daemon=True)
            for number in range(max(settings.workers, 1))
        ]
        self._clock = BackgroundScheduler(timezone="UTC")
        self._clock.add_job(self._tick, "interval", seconds=settings.tick, max_instances=1, coalesce=True)
        self._clock.add_job(self._keep_house, "interval", seconds=HOUSEKEEPING, max_instances=1, coalesce=True)
        self._forgotten_at: float | None = None

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()
        self._clock.start()

    def stop(self) -> None:
        """Take no new work, finish the work in hand, then return."""
        self._stopping.set()
        self._clock.shutdown(wait=True)
        self._wake.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _tick(self) -> None:
        """Time has passed: fire what is due and have a look for jobs whose pause is over."""
        self._in_app(self._fire_all)
        self._wake.set()

    def _fire_all(self) -> None:
        while not self._stopping.is_set() and fire_due():
            self._wake.set()

    def _keep_house(self) -> None:
        self._in_app(deliver_missed)
        self._in_app(expire_messages)
        self._in_app(drop_old_drafts)
        self._forget_once_a_day()

    def _forget_once_a_day(self) -> None:
        """Delete sessions long ended; that several processes do it on the same day changes nothing."""
        now = time.monotonic()
        if self._forgotten_at is None or now - self._forgotten_at >= FORGETTING:
            self._forgotten_at = now
            self._in_app(tidy.forget_old)

    def _in_app(self, act: t.Callable[[], object]) -> None:
        """Run one sweep; a failing one is logged and comes again with the next tick."""
        if self._stopping.is_set():
            return
        with self._app.app_context():
            try:
                act()
            except Exception:
                log.exception("A sweep failed")
            finally:
                db.session.remove()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            self._in_app(self._drain)

    def _drain(self) -> None:
        while not self._stopping.is_set():
            mine = self._take(due_jobs())
            if not mine:
                return
            done = [self._do(key) for key in mine]
            if not any(done):
                # Somebody else holds them all; asking again at once would be running in circles.
                return

    def _do(self, key: int) -> bool:
        try:
            return not self._stopping.is_set() and run_job(key)
        finally:
            with self._lock:
                self._in_hand.discard(key)

    def _take(self, keys: list[int]) -> list[int]:
        """Some of the due jobs, so that the threads of this process do not run after the same ones."""
        with self._lock:
            free = [key for key in keys if key not in self._in_hand]
            mine = free[: max(1, len(free) // len(self._threads))] if free else []
            self._in_hand.update(mine)
        return mine
