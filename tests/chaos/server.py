"""The real `firstline serve` and `firstline worker` as processes of their own: started, killed, started again."""

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
READY_WITHIN = 60.0
STOPPED_WITHIN = 40.0


class Process:
    """`firstline COMMAND` on a database of the test, in a process group of its own."""

    def __init__(self, folder: Path, url: str, name: str, *command: str, **environment: str) -> None:
        self.name = name
        self._command = command
        self._log = folder / f"{name}.log"
        self._environment = os.environ | {
            "FIRSTLINE_VAR": str(folder / "var"),
            "FIRSTLINE_DATABASE_URL": url,
            "FIRSTLINE_SECRET_KEY": "a key for tests only, long enough",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What the process said so far."""
        return self._log.read_text("utf-8", "replace")

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Start without waiting."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, *self._command],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start and wait until it is at work."""
        self.launch()
        end = time.monotonic() + READY_WITHIN
        while not self.ready():
            assert self.runs, self.log
            assert time.monotonic() < end, f"{self.name} did not come up:\n{self.log}"
            time.sleep(0.1)

    def ready(self) -> bool:
        """Whether it is at work."""
        return "Firstline is at work" in self.log

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        if self._process is not None and self.runs:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOPPED_WITHIN)

    def terminate(self) -> int:
        """Ask it to end and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOPPED_WITHIN)


class ServerProcess(Process):
    """A web server on a free loopback port."""

    def __init__(self, folder: Path, url: str, name: str = "server", **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        super().__init__(folder, url, name, "serve", PORT=str(self.port), **environment)

    def ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class WorkerProcess(Process):
    """A worker that serves nobody."""

    def __init__(self, folder: Path, url: str, name: str = "worker", **environment: str) -> None:
        super().__init__(folder, url, name, "worker", **environment)
