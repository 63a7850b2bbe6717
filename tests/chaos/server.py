"""The real server as a process of its own: gunicorn, threads, workers; started, killed and started again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]
READY_WITHIN = 30.0
STOPPED_WITHIN = 40.0


class ServerProcess:
    """`firstline …` on a database of the test, on a free loopback port."""

    def __init__(self, folder: Path, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._log = folder / "server.log"
        self._environment = os.environ | {
            "FIRSTLINE_VAR": str(folder / "var"),
            "FIRSTLINE_DATABASE_URL": url,
            "FIRSTLINE_SECRET_KEY": "a key for tests only, long enough",
            "PORT": str(self.port),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What the server said so far."""
        return self._log.read_text("utf-8", "replace")

    def start(self) -> None:
        """Start and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "serve"], cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + READY_WITHIN
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < end, f"The server did not come up:\n{self.log}"
            time.sleep(0.1)

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> int:
        """Ask it to end and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOPPED_WITHIN)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)
            self._process.wait(STOPPED_WITHIN)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()
