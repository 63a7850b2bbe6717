"""When the workers of this process look next: told by its own commits and by word from other processes."""

import datetime as dt
import threading
from collections.abc import Callable

from app import clock


class Bell:
    """One per app. Commits ring it; the threads of `Workers` wait for it.

    Attributes:
        jobs: set when jobs of ours may be waiting.
        pass_on: in a process that leaves its work to others, carries what the bell hears to them.
    """

    def __init__(self) -> None:
        self.jobs = threading.Event()
        self.pass_on: Callable[[dt.datetime | None], None] | None = None
        self._changed = threading.Condition()
        self._heard: dt.datetime | None = None
        self._closed = False

    def ring(self, due: dt.datetime | None = None) -> None:
        """Tell of work: of a timer that comes due at a moment; without one, of a job to be done now."""
        if self.pass_on is not None:
            self.pass_on(due)
        elif due is None:
            self.jobs.set()
        else:
            with self._changed:
                if self._heard is None or due < self._heard:
                    self._heard = due
                    self._changed.notify_all()

    def listen(self) -> None:
        """Forget what was heard so far: a look at the database that begins now will find it."""
        with self._changed:
            self._heard = None

    def sleep(self, until: dt.datetime | None, longest: float) -> None:
        """Sleep until a moment, or an earlier one that is heard meanwhile; `longest` seconds at most."""
        end = clock.now() + dt.timedelta(seconds=longest)
        with self._changed:
            while not self._closed:
                wake = min(moment for moment in (until, self._heard, end) if moment is not None)
                pause = (wake - clock.now()).total_seconds()
                if pause <= 0 or not self._changed.wait(pause):
                    return

    def open(self) -> None:
        """Begin to let people sleep."""
        self._closed = False

    def close(self) -> None:
        """Wake everybody; nobody sleeps any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.jobs.set()
