"""What the kernel needs from outside: expressions, decisions and the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from app.kernel.model import CalledDecision


class Decided(NamedTuple):
    """The outcome of a decision and the trace of how it came about, both ready for JSON."""

    value: Any
    trace: Any


class Port(Protocol):
    """Implemented by the engine with FEEL and DMN, by tests with whatever is small."""

    def evaluate(self, expression: str, view: Mapping[str, Any]) -> Any:
        """Value, ready for JSON, of an expression that still carries its leading `=`."""
        ...

    def reads(self, expression: str) -> frozenset[str]:
        """The names of variables that an expression reads, for knowing when it can have another value."""
        ...

    def decide(self, decision: CalledDecision, view: Mapping[str, Any]) -> Decided:
        """Evaluate a decision whose id has already been resolved to a plain name."""
        ...

    def explain(self, expression: str, view: Mapping[str, Any], error: Exception | None) -> Mapping[str, Any]:
        """What a person needs to see of an expression that failed, or whose value was of no use (no error).

        Ready for JSON and bounded in size. Asked only after a failure, so it may cost; it must not raise.
        """
        ...

    def explain_decision(
        self, decision: CalledDecision, view: Mapping[str, Any], error: Exception
    ) -> Mapping[str, Any]:
        """The same of a decision that could not be made."""
        ...

    def now(self) -> datetime:
        """The time as an aware datetime; its zone is the one that dates without a zone belong to."""
        ...
