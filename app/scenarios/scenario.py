"""What a scenario is: one run of one process, with what must come of it."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence

from app import i18n

Values = Mapping[str, t.Any]
Verb = t.Literal[
    "start", "do", "answer", "work", "fail", "retry", "publish", "signal", "wait", "until", "expect"
]  # fmt: skip
NOTHING: Mapping[str, t.Any] = {}


@dataclasses.dataclass(frozen=True)
class Expected:
    """What must be true: at the end, or as a step on the way (then only `open`, `incidents` and `true`).

    Attributes:
        path: process id → one path of step numbers per instance, in the order in which they started.
        end: process id → one end event per instance; the state of one that ended without, None while it runs.
        open: element ids of open tasks; None where nothing is said about them.
        incidents: codes of open incidents; None where nothing is said about them.
        true: FEEL expressions.
    """

    path: Mapping[str, Sequence[str | None]] = dataclasses.field(default_factory=dict)
    end: Mapping[str, Sequence[str | None]] = dataclasses.field(default_factory=dict)
    open: Sequence[str] | None = None
    incidents: Sequence[str] | None = None
    true: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Step:
    """One act. `target` is what its verb acts on: an element, a process, a message, a span or a moment.

    Attributes:
        by: role, role@unit or username of who acts; None for the outside world and the clock.
        error: of a "fail", the code of the BPMN error that is thrown; empty for a failure that nothing catches.
        refused: code of the refusal with which the act must meet.
        expected: what a step "expect" looks at.
    """

    verb: Verb
    target: str = ""
    by: str | None = None
    values: Values = dataclasses.field(default_factory=dict)
    key: str = ""
    error: str = ""
    refused: str | None = None
    expected: Expected | None = None


@dataclasses.dataclass(frozen=True)
class Scenario:
    """One run. `begins` is when the clock stands still for its first step; None is the company's founding day."""

    id: str
    process: str
    names: Mapping[str, str]
    file: str
    begins: dt.datetime | None
    given: Mapping[str, t.Any]
    steps: Sequence[Step]
    expected: Expected

    @property
    def name(self) -> str:
        """The name in the present language."""
        return i18n.localised(self.names, self.id)

    @property
    def processes(self) -> frozenset[str]:
        """Every process the scenario speaks of."""
        started = {step.target for step in self.steps if step.verb == "start"}
        return frozenset({self.process, *started, *self.expected.path, *self.expected.end})
