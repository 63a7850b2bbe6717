"""Clients: threads with one kept-alive connection each, every request timed, as many requests as paths and no more."""

import base64
import dataclasses
import http.client
import math
import threading
import time
from collections.abc import Mapping, Sequence

from bench.house import PASSWORD, WHO, Served, cpu_seconds


def credentials(username: str) -> Mapping[str, str]:
    """Headers of somebody who calls the API."""
    proof = base64.b64encode(f"{username}:{PASSWORD}".encode()).decode()
    return {"Authorization": f"Basic {proof}", "Content-Type": "application/json"}


BASIC = credentials(WHO)


@dataclasses.dataclass(frozen=True)
class Measured:
    """What some requests took; times in milliseconds.

    Attributes:
        cpu: CPU time per request of the server, and of the database if it is a server of its own.
        database_cpu: the database's part of it.
    """

    count: int
    seconds: float
    times: tuple[float, ...]
    cpu: float
    database_cpu: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.count / self.seconds

    def percentile(self, share: float) -> float:
        """The shortest time that at least this share of all requests did not exceed."""
        return sorted(self.times)[max(0, math.ceil(share * self.count) - 1)]

    @property
    def p50(self) -> float:
        return self.percentile(0.5)

    @property
    def p95(self) -> float:
        return self.percentile(0.95)


def together(parts: Sequence[Measured]) -> Measured:
    """Several rounds of requests as one."""
    count = sum(part.count for part in parts)
    return Measured(
        count=count,
        seconds=sum(part.seconds for part in parts),
        times=tuple(time for part in parts for time in part.times),
        cpu=sum(part.cpu * part.count for part in parts) / count,
        database_cpu=sum(part.database_cpu * part.count for part in parts) / count,
    )


def measure(
    server: Served,
    method: str,
    paths: Sequence[str],
    *,
    clients: int = 1,
    body: bytes | None = None,
    headers: Mapping[str, str] = BASIC,
) -> Measured:
    """Send one request per path, shared out among the clients; every answer must be a success."""
    times: list[float] = []
    failures: list[str] = []

    def client(share: Sequence[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        for path in share:
            begun = time.perf_counter()
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            content = answer.read()
            times.append(time.perf_counter() - begun)
            if answer.status >= 300:
                failures.append(f"{method} {path}: {answer.status} {content[:200]!r}")
        connection.close()

    threads = [threading.Thread(target=client, args=(paths[start::clients],)) for start in range(clients)]
    web, database, begun = cpu_seconds(server.pid), cpu_seconds(server.database), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    web, database = cpu_seconds(server.pid) - web, cpu_seconds(server.database) - database
    if failures or len(times) != len(paths):
        raise RuntimeError(f"{len(failures)} of {len(paths)} requests failed: {failures[:1]}")
    per_request = 1000 / len(times)
    return Measured(
        count=len(times),
        seconds=seconds,
        times=tuple(one * 1000 for one in times),
        cpu=(web + database) * per_request,
        database_cpu=database * per_request,
    )
