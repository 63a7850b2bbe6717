"""How often a link or an address may come.

The web processes of a server count together, in memory they share: a row per request would let a stranger make us
write. Several servers count each for itself. What is given (answers, ratings, photos) is bounded in the database.
"""

import hashlib
import mmap
import secrets
import threading
from collections.abc import Iterator, Mapping

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
ROWS, COLUMNS = 4, 1 << 16
"""Each key is counted in one cell of each row, and the least of them is believed: half a megabyte however many links
and addresses come. A key is counted too high only when others share all of its cells."""
MOST = (1 << 16) - 1


class Limits:
    """Counters of the present minute. Made before the web processes are, because they inherit its memory.

    Processes do not wait for each other: when two of them count one key at the same moment, one count may be lost.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Nobody outside can choose keys that share their cells with somebody else's.
        self._secret = secrets.token_bytes(16)
        memory = memoryview(mmap.mmap(-1, 8 + 2 * ROWS * COLUMNS))
        self._minute, self._counts = memory[:8].cast("Q"), memory[8:].cast("H")

    def count(self, key: str, second: int) -> int:
        """Count one more of a key and return how many there were in this minute."""
        with self._lock:
            if self._minute[0] != second // MINUTE:
                self._minute[0] = second // MINUTE
                self._counts[:] = memoryview(bytes(self._counts.nbytes)).cast("H")
            return min(self._raised(cell) for cell in self._cells(key))

    def _cells(self, key: str) -> Iterator[int]:
        digest = hashlib.blake2b(key.encode(), digest_size=2 * ROWS, key=self._secret).digest()
        return (row * COLUMNS + int.from_bytes(digest[2 * row : 2 * row + 2]) for row in range(ROWS))

    def _raised(self, cell: int) -> int:
        self._counts[cell] = min(self._counts[cell] + 1, MOST)
        return self._counts[cell]


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
