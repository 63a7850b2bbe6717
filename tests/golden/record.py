"""Record what the present codec writes: `make golden`.

The kernel's own tests are run, and every state they pass through is kept, with the diagram beside it. What is
recorded stays as it is, because it stands for states in the databases of customers; only new states are added. Beside
them one whole small installation is backed up for every revision of the database schema.
"""

import datetime as dt
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from app.kernel import Kernel, codec, parse
from tests.golden import house
from tests.golden.playing import Port, play_on, waits_of
from tests.kernel.host import Host

GOLDEN = Path(__file__).parent
KERNEL_TESTS = GOLDEN.parent / "kernel"
UNPLAYED = {
    "random_commands",
    "random_migration",
    "random_modification",
    "migration",
    "token_game",
    "library_defects",
    "contract",
    "cost",
    "lint",
    "texts",
    "recorded",
    "exchange",
}
"""Tests of the kernel that say nothing about single elements, or pass through thousands of states."""
State = dict[str, Any]
FLOW = re.compile(rb"\bf\d+\b")
KEY = ("process", "child", "now", "blob", "variables")
"""What makes a state; the rest of a recording is what is expected of it."""


def folder(version: int = codec.VERSION) -> Path:
    """Where the recordings of a codec version lie."""
    return GOLDEN / f"v{version}"


def recordings(version: int = codec.VERSION) -> Iterator[tuple[Path, bytes, list[State]]]:
    """The files of a version: (path, diagram, states)."""
    for path in sorted(folder(version).glob("*.json")):
        yield path, path.with_suffix(".bpmn").read_bytes(), json.loads(path.read_text("utf-8"))


def load(state: State, diagram: bytes) -> Kernel:
    """The instance of a recorded state, as the engine would load it from its rows."""
    file = parse(diagram)
    assert not file.errors, file.errors
    model = next(one for one in file.processes if one.id == state["process"])
    port = Port()
    port.time = dt.datetime.fromisoformat(state["now"])
    # The kernel goes on with the very objects it is given.
    stored = json.loads(json.dumps(state))
    variables = {int(scope): values for scope, values in stored["variables"].items()}
    return Kernel.load(model, port, stored["blob"], variables, is_child=state["child"])


def text_of(state: State) -> str:
    """The state without expectations, equal for equal states."""
    return json.dumps({name: state[name] for name in KEY}, sort_keys=True)


def shape(diagram: bytes, text: str) -> tuple[bytes, str]:
    """Diagram and state without the running numbers of flows, which depend on the tests that were loaded before."""
    numbers = list(dict.fromkeys(FLOW.findall(diagram)))
    plain = {number: b"f_%d" % place for place, number in enumerate(numbers)}
    same = FLOW.sub(lambda found: plain.get(found[0], found[0]), text.encode())
    return FLOW.sub(lambda found: plain[found[0]], diagram), json.dumps(json.loads(same), sort_keys=True)


class Recorder:
    """A pytest plugin that looks over the shoulder of the tests' host."""

    def __init__(self) -> None:
        self.test = ""
        self.seen: dict[tuple[str, bytes], dict[str, State]] = {}
        """(test, diagram) → states by their text."""

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.test = re.sub(r"\W+", "_", item.name.removeprefix("test_")).strip("_")

    def watch(self) -> None:
        """Have every host tell what it stores."""
        build, reload = Host.of.__func__, Host._reload

        def of(cls: type[Host], xml: bytes) -> Host:
            host = build(cls, xml)
            host.recorded = self.seen.setdefault((self.test, xml), {})
            return host

        def reload_and_tell(host: Host, number: int, kernel: Kernel) -> None:
            reload(host, number, kernel)
            if not kernel.completed:
                state = _state(host, number)
                host.recorded[text_of(state)] = state

        Host.of, Host._reload = classmethod(of), reload_and_tell

    def write(self) -> int:
        """Write what is not recorded yet; returns how many files that made."""
        folder().mkdir(exist_ok=True)
        known = {shape(diagram, text_of(state)) for _, diagram, states in recordings() for state in states}
        written = 0
        for (test, diagram), states in self.seen.items():
            fresh = [state for text, state in states.items() if shape(diagram, text) not in known]
            known |= {shape(diagram, text) for text in states}
            if fresh:
                _write(test, diagram, fresh)
                written += 1
        return written


def _state(host: Host, number: int) -> State:
    kernel = host.kernels[number]
    state = {
        "process": kernel.model.id,
        "child": kernel.is_child,
        "now": host.port.time.isoformat(),
        "blob": kernel.dump(),
        "variables": host.stored[number],
    }
    return json.loads(json.dumps(state))


def _write(test: str, diagram: bytes, states: list[State]) -> None:
    for state in states:
        kernel = load(state, diagram)
        state["waits"] = waits_of(kernel)
        state["outcome"] = play_on(kernel)
    lines = ",\n".join(json.dumps(state, ensure_ascii=False, sort_keys=True) for state in states)
    mark = hashlib.sha256(diagram + lines.encode()).hexdigest()[:6]
    path = folder() / f"{test}-{mark}.json"
    path.with_suffix(".bpmn").write_bytes(diagram)
    path.write_text(f"[\n{lines}\n]\n", "utf-8")


def main() -> int:
    """Play and record; the exit code is that of the tests."""
    recorder = Recorder()
    recorder.watch()
    played = [str(path) for path in KERNEL_TESTS.glob("test_*.py") if path.stem.removeprefix("test_") not in UNPLAYED]
    code = pytest.main([*sorted(played), "-q"], plugins=[recorder])
    if code == pytest.ExitCode.OK:
        click.echo(f"{recorder.write()} new recordings of codec version {codec.VERSION}.")
        os.environ.setdefault("FIRSTLINE_SECRET_KEY", "a key for tests only")
        with tempfile.TemporaryDirectory() as scratch:
            path = house.record(Path(scratch))
        click.echo(f"Recorded {path}." if path else "An installation of today's schema is recorded already.")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
