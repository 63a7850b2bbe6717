"""People who complete tasks over the API from several threads and remember what was acknowledged."""

import base64
import http.client
import json
import threading
import typing as t
from collections.abc import Sequence

from tests.company import PASSWORD

HANDS = 4


class Crew:
    """Some threads, each with a connection of its own, that work off a list of tasks."""

    def __init__(self, port: int, tasks: Sequence[int], user: str = "administrator") -> None:
        self._port, self._tasks = port, list(tasks)
        credential = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}
        self._lock = threading.Lock()
        self.acknowledged: set[int] = set()
        self.unanswered: set[int] = set()
        self.refused: dict[int, int] = {}
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(HANDS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while (task := self._take()) is not None:
            try:
                status = self._complete(connection, task)
            except (OSError, http.client.HTTPException):
                with self._lock:
                    self.unanswered.add(task)
                return
            with self._lock:
                if status == http.HTTPStatus.NO_CONTENT:
                    self.acknowledged.add(task)
                else:
                    self.refused[task] = status
        connection.close()

    def _take(self) -> int | None:
        with self._lock:
            return self._tasks.pop() if self._tasks else None

    def _complete(self, connection: http.client.HTTPConnection, task: int) -> int:
        body = json.dumps({"variables": {"done": True}})
        connection.request("POST", f"/v2/user-tasks/{task}/completion", body, t.cast(t.Any, self._headers))
        response = connection.getresponse()
        response.read()
        return response.status
