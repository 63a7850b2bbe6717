"""Running something in a process of its own whose processor time and memory the operating system bounds.

A wall clock says how busy the machine is; these limits say what the work itself needs, and hold on any machine. One
process loads the program once and forks for every piece of work, so a bound costs milliseconds.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import resource
import subprocess
import sys
import traceback
import typing as t
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS = 20
"""Of processor time; about five times what the heaviest accepted file takes to be parsed and reviewed."""
MEGABYTES = 400
"""Of address space, beyond what the loaded program takes."""


class Killed(Exception):
    """The work needed more than it may have, or broke."""


class Bounds:
    """The process that forks. Use as a context manager."""

    def __enter__(self) -> t.Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.bounded"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def run(self, function: str, content: bytes = b"", *, seconds: int = SECONDS) -> t.Any:
        """Return what `module:function` makes of the content. Raises Killed when it breaks or exceeds its bounds."""
        assert self._process.stdin
        assert self._process.stdout
        request = {"function": function, "content": base64.b64encode(content).decode(), "seconds": seconds}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "killed" in answer:
            raise Killed(answer["killed"])
        return answer["result"]


def _serve() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        # Loaded before forking, so that the bounds are those of the work.
        module, _, name = request["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        sys.stdout.write(json.dumps(_forked(function, base64.b64decode(request["content"]), request["seconds"])) + "\n")
        sys.stdout.flush()


def _forked(function: t.Callable[[bytes], t.Any], content: bytes, seconds: int) -> dict[str, t.Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _limit(seconds)
        try:
            answer = {"result": function(content)}
        except BaseException:  # noqa: BLE001 - whatever happened is the answer
            answer = {"killed": traceback.format_exc()[-2_000:]}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if said else {"killed": f"status {status}"}


def _limit(seconds: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * resource.getpagesize() + (MEGABYTES << 20)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    _serve()
