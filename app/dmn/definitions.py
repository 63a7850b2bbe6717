"""A DMN file, compiled: its decisions and how to ask one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.dmn.errors import DmnError
from app.dmn.evaluation import Evaluation
from app.dmn.nodes import Decision, Node, Service
from app.dmn.table import Table
from app.dmn.trace import RUNNING, DecisionRun
from app.feel import DEFAULT, Environment, FeelRuntimeError, FeelWarning
from app.feel.scope import Root
from app.feel.types import FeelType
from app.feel.values import FeelValue


class DecisionResult(NamedTuple):
    """The value, and a JSON-able account of how it came about: one entry per decision, the asked one last."""

    value: FeelValue
    trace: list[dict[str, Any]]
    warnings: tuple[FeelWarning, ...] = ()


@dataclass(slots=True)
class Definitions:
    """`names` are those an importing file has to know; `paths` say where variables of imported input data may
    stand. Nothing changes after compiling, so that any number of threads may evaluate at once.
    """

    id: str | None
    name: str
    namespace: str
    nodes: dict[str, Node] = field(default_factory=dict)
    types: dict[str, FeelType] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    paths: dict[Node, list[tuple[str, ...]]] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(node for node in self.nodes.values() if isinstance(node, Decision))

    def decision(self, decision_id: str) -> Decision:
        node = self.nodes.get(decision_id)
        if not isinstance(node, Decision):
            raise DmnError("dmn.decision_unknown", decision_id, {"decision": decision_id})
        return node

    def evaluate(
        self, decision_id: str, context: Mapping[str, Any], environment: Environment = DEFAULT
    ) -> DecisionResult:
        """Makes a decision, or calls the decision service of that id with the variables its parameters name."""
        run = DecisionRun(environment)
        before = RUNNING.set(run)
        try:
            value = self._value(decision_id, Evaluation(Root(context, run), self.paths))
        except RecursionError:
            raise FeelRuntimeError("feel.budget.depth") from None
        finally:
            RUNNING.reset(before)
        return DecisionResult(value, run.trace, run.warnings)

    def _value(self, decision_id: str, evaluation: Evaluation) -> FeelValue:
        asked = self.nodes.get(decision_id)
        if isinstance(asked, Service):
            return evaluation.called(asked)
        return evaluation.value_of(self.decision(decision_id))
