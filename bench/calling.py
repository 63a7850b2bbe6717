"""Clients: threads with one kept-alive connection each, every request timed, as many requests as paths and no more."""

import base64
import dataclasses
import http.client
import math
import threading
import time
from collections.abc import Mapping, Sequence

from bench.house import PASSWORD, WHO, Served, cpu_seconds

BASIC = {
    "Authorization": "Basic " + base64.b64encode(f"{WHO}:{PASSWORD}".encode()).decode(),
    "Content-Type": "application/json",
}


@dataclasses.dataclass(frozen=True)
class Measured:
    """What some requests took; times in milliseconds."""

    rate: float
    p50: float
    p95: float
    cpu: float


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
    cpu, begun = cpu_seconds(server.pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, used = time.perf_counter() - begun, cpu_seconds(server.pid) - cpu
    if failures or len(times) != len(paths):
        raise RuntimeError(f"{len(failures)} of {len(paths)} requests failed: {failures[:1]}")
    return Measured(
        rate=len(times) / seconds,
        p50=percentile(times, 0.5) * 1000,
        p95=percentile(times, 0.95) * 1000,
        cpu=used / len(times) * 1000,
    )


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest time that at least this share of all times does not exceed."""
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]
