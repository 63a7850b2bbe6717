"""The workers of one process: they do due jobs and fire due timers, as soon as they are and without asking often."""

import datetime as dt
import logging
import threading
import typing as t

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app import clock
from app.config import Settings
from app.db import db
from app.engine import retention
from app.engine.across import listener_for
from app.engine.batches import close_batches, work_batches
from app.engine.delegating import return_due
from app.engine.due import apart, look
from app.engine.handling import due_jobs, run_job
from app.engine.messages import deliver_missed, expire_messages
from app.engine.registry import registry_of
from app.engine.tasks import drop_old_drafts
from app.engine.timers import fire_due
from app.outage import is_passing
from app.people import notifications, tidy

log = logging.getLogger(__name__)

MINUTE = 60
DAY = 24 * 3_600
HOUSEKEEPING: tuple[tuple[t.Callable[[], object], int], ...] = (
    (deliver_missed, MINUTE),
    (expire_messages, MINUTE),
    (close_batches, MINUTE),
    (return_due, MINUTE),
    (drop_old_drafts, MINUTE),
    (retention.sweep, 5 * MINUTE),
    (tidy.forget_old, DAY),
    (tidy.forget_records, DAY),
    (notifications.forget_old, DAY),
)
"""What is swept and how often, in seconds; that several processes do it at once changes nothing."""
PATIENCE = 30.0
SOON = 0.5
"""Seconds until jobs are looked at again that somebody else had in hand."""
AWAY = 1.0
"""Seconds until a database that was away is tried again."""
T = t.TypeVar("T")


def run_due(app: Flask, *, limit: int = 100_000) -> int:
    """Do everything that is due now, in this thread, and keep house; returns how many acts that were.

    For tests, the demonstration history and operators; `limit` stops a process that feeds itself for ever.
    """
    with app.app_context():
        done = catch_up(limit)
        keep_house()
        return done


def catch_up(limit: int = 100_000) -> int:
    """Do everything that is due now, and what becomes due by it; returns how many acts that were."""
    done = 0
    while done < limit:
        moved = _do_what_is_due() or deliver_missed()
        if not moved:
            break
        done += moved
    return done


def keep_house() -> None:
    """Put away what nobody needs any more, and let come back what was lent until now."""
    expire_messages()
    drop_old_drafts()
    return_due()


def _do_what_is_due() -> int:
    """Ask first whether anything is due, which costs one statement, and do only that."""
    due = look()
    moved = sum(run_job(key) for key in due_jobs()) + work_batches() if due.jobs else 0
    return moved + fire_due() if due.timers else moved


class Workers:
    """Threads that keep the work of this process moving. SIGTERM handlers call `stop`, which lets work in hand end.

    Any number of processes may have workers on one database: rows are taken by lock, and correctness never depends
    on who gets them. One thread watches the clock and fires timers, the others do jobs; both sleep until the bell
    rings, and look by themselves every `workers.look_every` seconds in case nobody rang.
    """

    def __init__(self, app: Flask, *, threads: int | None = None) -> None:
        settings: Settings = app.extensions["settings"]
        self._app = app
        self._bell = registry_of(app).bell
        self._look_every = settings.workers.look_every
        self._stopping = threading.Event()
        self._in_hand: set[int] = set()
        self._lock = threading.Lock()
        self._away = False
        self._threads = [
            threading.Thread(target=self._work, name=f"firstline-worker-{number}", daemon=True)
            for number in range(threads or settings.workers.threads)
        ]
        self._watch = threading.Thread(target=self._watch_clock, name="firstline-clock", daemon=True)
        self._listener = listener_for(app)
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True})
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=MINUTE)
        for act, seconds in (*HOUSEKEEPING, *registry_of(app).sweeps):
            self._scheduler.add_job(self._guarded, "interval", [act], seconds=seconds, next_run_time=soon)

    def start(self) -> None:
        """Begin to work."""
        self._bell.open()
        for thread in (*self._threads, self._watch):
            thread.start()
        if self._listener is not None:
            self._listener.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Take no new work, finish the work in hand, then return."""
        self._stopping.set()
        if self._listener is not None:
            self._listener.stop()
        self._bell.close()
        self._scheduler.shutdown(wait=True)
        for thread in (*self._threads, self._watch):
            thread.join(PATIENCE)

    def _watch_clock(self) -> None:
        while not self._stopping.is_set():
            self._bell.listen()
            soonest = self._guarded(self._fire_all)
            with self._app.app_context():
                soon = clock.now() + dt.timedelta(seconds=SOON)
                self._bell.sleep(soonest and max(soonest, soon), AWAY if self._away else self._look_every)

    def _fire_all(self) -> dt.datetime | None:
        """Fire what is due, send the others to their jobs, and return when to look again.

        A moment that has passed stands for work that somebody has in hand or that could not be done just now.
        """
        found = look()
        while found.timers and not self._stopping.is_set() and fire_due():
            found = look()
        if found.jobs:
            self._bell.jobs.set()
        return found.soonest

    def _guarded(self, act: t.Callable[[], T]) -> T | None:
        """Run one sweep; a failing one is logged and comes again. A database that is away is told of once."""
        if self._stopping.is_set():
            return None
        with self._app.app_context():
            try:
                result = act()
            except Exception as error:
                if is_passing(error):
                    self._note_away(error)
                else:
                    log.exception("A sweep failed")
                return None
            else:
                self._away = False
                return result
            finally:
                db.session.remove()

    def _note_away(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            log.warning("The database does not answer; work goes on when it does: %s", error)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._bell.jobs.wait()
            self._bell.jobs.clear()
            self._guarded(self._drain)

    def _drain(self) -> None:
        while not self._stopping.is_set():
            mine = self._take(due_jobs())
            if not mine:
                # Orders over many instances wait until nobody waits for a job.
                if not work_batches():
                    return
                continue
            try:
                done = [not self._stopping.is_set() and run_job(key) for key in mine]
            finally:
                with self._lock:
                    self._in_hand.difference_update(mine)
            if not any(done):
                # Somebody else holds them all; asking again at once would be running in circles.
                self._bell.ring(clock.now() + dt.timedelta(seconds=SOON))
                return

    def _take(self, keys: list[int]) -> list[int]:
        """Some of the due jobs, so that the threads of this process do not run after the same ones."""
        with self._lock:
            free = apart([key for key in keys if key not in self._in_hand])
            mine = free[: max(1, len(free) // len(self._threads))] if free else []
            self._in_hand.update(mine)
        return mine
