"""What every conformance suite is to the command that runs it."""

from __future__ import annotations

import dataclasses
import sys
import typing as t
from collections.abc import Mapping, Sequence
from pathlib import Path


class CorpusBroken(Exception):
    """The corpus is there but is not what its own counts say; measuring it would mean nothing."""


@dataclasses.dataclass(frozen=True)
class Request:
    """What to run: the suite's own corpus folder, parts of names to select by (none is all), and whether to take
    lines out of the list of expected failures that pass now.
    """

    corpus: Path
    selection: Sequence[str] = ()
    prune: bool = False


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run found: its figures as they stand in var/conformance.json, the lines to print, and one line for
    everything that nobody expected. A run with any such line has failed.
    """

    figures: Mapping[str, t.Any]
    lines: Sequence[str]
    unexpected: Sequence[str]


class Suite(t.Protocol):
    """One published suite. `name` is its word on the command line and its key in var/conformance.json, `folder`
    the name of its corpus.
    """

    @property
    def name(self) -> str: ...

    @property
    def folder(self) -> str: ...

    def run(self, request: Request) -> Outcome:
        """Run what was asked for. Raises CorpusBroken."""
        ...


class Progress:
    """One line that counts up while somebody watches; a log gets only its first and its last state."""

    def __init__(self, what: str, total: int, stream: t.TextIO | None = None) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self.stream = stream or sys.stderr
        self._write()

    def advance(self, count: int = 1) -> None:
        """Count some as done."""
        self.done += count
        if self.stream.isatty() or self.done == self.total:
            self._write()

    def _write(self) -> None:
        end = "\n" if self.done == self.total or not self.stream.isatty() else ""
        self.stream.write(f"{chr(13) if self.stream.isatty() else ''}{self.what}: {self.done}/{self.total}{end}")
        self.stream.flush()
