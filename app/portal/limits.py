"""How often a link or an address may come.

Each web process counts for itself, because a row per request would let a stranger make us write; with several
processes the limits are that many times higher. What is given (answers, ratings, photos) is bounded in the database.
"""

import threading
from collections.abc import Mapping

from flask import current_app, request

from app import clock
from app.errors import TooMany

MINUTE = 60
PER_LINK = 60
"""Requests a minute with one link; a page with ten photos takes eleven."""
PER_ADDRESS = 240
"""Requests a minute from one address; a company's customers may share one."""
WRONG_PER_ADDRESS = 20
"""Requests a minute from one address with links that open nothing."""
MOST_KEYS = 50_000
"""So many links and addresses are counted in a minute; further ones are let through rather than remembered."""


class Limits:
    """Counters of the present minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def count(self, key: str, second: int) -> int:
        """Count one more of a key and return how many there were in this minute."""
        with self._lock:
            if self._minute != second // MINUTE:
                self._minute, self._counts = second // MINUTE, {}
            if key not in self._counts and len(self._counts) >= MOST_KEYS:
                return 1
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key]


def admit(allowed: Mapping[str, int]) -> None:
    """Count the present request under each key. Raises TooMany when one of them came too often in this minute."""
    limits: Limits = current_app.extensions["portal_limits"]
    second = int(clock.now().timestamp())
    counts = [limits.count(key, second) > most for key, most in allowed.items()]
    if any(counts):
        wait = MINUTE - second % MINUTE
        raise TooMany("portal.too_many", retry_after=wait, seconds=wait)


def address() -> str:
    """Return where the request comes from; behind a proxy on this machine, what that proxy says."""
    direct = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and direct in {"127.0.0.1", "::1", ""}:
        return forwarded.rpartition(",")[2].strip()[:60]
    return direct[:60]
