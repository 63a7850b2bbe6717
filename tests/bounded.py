"""Runs work that may mean harm in processes of their own, where the system limits memory and CPU time.

`python -m tests.bounded KIND` reads one JSON text per line; each is worked on by a child that may take MEMORY more
than the program had before, and CPU seconds of a processor. Nothing depends on how busy the machine is.
"""

import json
import os
import resource
import subprocess
import sys
import typing as t
from collections.abc import Callable, Mapping
from pathlib import Path

MEMORY = 64 * 2**20
CPU = 2
"""What must end in a second of a quiet processor; shared caches and other people's work make a second longer."""


class Outcome(t.NamedTuple):
    """`said` is a code, `value`, or what went wrong beyond that; `seconds` are CPU time."""

    said: str
    seconds: float

    @property
    def harmless(self) -> bool:
        return not self.said.startswith("!")


def outcomes(kind: str, hostile: Mapping[str, t.Any]) -> dict[str, Outcome]:
    """Work on each of the texts in a process of its own and return how that ended."""
    lines = "".join(json.dumps([name, given]) + "\n" for name, given in hostile.items())
    program = [sys.executable, "-m", "tests.bounded", kind]
    done = subprocess.run(program, input=lines, capture_output=True, text=True, check=True)
    told = (json.loads(line) for line in done.stdout.splitlines())
    return {name: Outcome(said, seconds) for name, said, seconds in told}


def main(kind: str) -> None:
    """Answer every line of the input with [name, what was said, CPU seconds]."""
    work = KINDS[kind]()
    for line in sys.stdin:
        name, given = json.loads(line)
        sys.stdout.write(json.dumps([name, *_in_a_child(work, given)]) + "\n")
        sys.stdout.flush()


def _in_a_child(work: Callable[[t.Any], str], given: t.Any) -> Outcome:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _work_within_limits(work, given, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status, used = os.wait4(child, 0)
    killed = f"! killed by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else ""
    return Outcome(killed or said, round(used.ru_utime + used.ru_stime, 3))


def _work_within_limits(work: Callable[[t.Any], str], given: t.Any, writing: int) -> t.NoReturn:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU + 1))
    try:
        said = work(given)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it must be told
        said = f"! {type(error).__name__}: {error}"[:300]
    os.write(writing, said.encode())
    os._exit(0)


def _feel() -> Callable[[t.Any], str]:
    from app.feel import FeelError, compile_expression, to_json
    from tests.feel.evaluating import SHANGHAI

    def work(given: t.Any) -> str:
        """What the engine does with an expression: its value becomes a variable, or a text in another one."""
        source, context = given
        try:
            json.dumps(to_json(compile_expression(source).evaluate(context, environment=SHANGHAI)))
        except FeelError as error:
            return error.code
        return "value"

    return work


def _examined() -> Callable[[t.Any], str]:
    from app.engine.evidence import of_expression
    from tests.feel.evaluating import SHANGHAI

    def work(given: t.Any) -> str:
        """What is looked up for an incident when the value was of no use."""
        source, context = given
        found = of_expression(source, context, SHANGHAI)
        return "value" if len(json.dumps(found)) < 20_000 else "! too much evidence"

    return work


KINDS: Mapping[str, Callable[[], Callable[[t.Any], str]]] = {"feel": _feel, "evidence": _examined}

if __name__ == "__main__":
    main(sys.argv[1])
