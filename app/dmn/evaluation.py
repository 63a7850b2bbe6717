"""Making one decision: required ones first, each at most once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.dmn.errors import DmnError
from app.dmn.misfits import fitted, misfit
from app.dmn.nodes import Decision, InputData, Logical, Node, Required, Service
from app.dmn.trace import DecisionRun, shown
from app.feel import FeelRuntimeError, FeelWarning
from app.feel.closures import Where
from app.feel.incoming import converted, read_as
from app.feel.scope import Root, Run, Scope
from app.feel.types import ANY, UNDECLARED, FunctionType, coerced
from app.feel.values import FeelValue, Function

Paths = Mapping[Node, Sequence[tuple[str, ...]]]
"""Where the values of imported input data may stand among the variables: below the names of their imports."""


class Evaluation:
    def __init__(self, root: Where, paths: Paths, known: Mapping[Node, FeelValue] | None = None) -> None:
        self.root = root
        self.paths = paths
        self.results: dict[Node, FeelValue] = dict(known or {})

    def value_of(self, node: Node) -> FeelValue:
        if node not in self.results:
            self.results[node] = self._evaluated(node)
        return self.results[node]

    def _evaluated(self, node: Node) -> FeelValue:
        match node:
            case InputData():
                return self._given(node)
            case Decision():
                return self._decision(node)
            case Logical():
                return self._knowledge(node)
            case Service():
                return ServiceFunction(node)
        raise TypeError(node)

    def called(self, service: Service) -> FeelValue:
        """The result of a decision service whose parameters are the caller's variables of the same names."""
        arguments = {required.node: self._given(required.node) for required in service.inputs}
        return service_result(service, arguments, self.root.run)

    def _given(self, node: Node) -> FeelValue:
        given = self._variable(node)
        value = given if node.type is ANY else converted(given, node.type)
        if value is None and given is not None:
            wrong = misfit(read_as(given, node.type), node.type)
            params = {"input": node.name + wrong.path, "value": wrong.value}
            if wrong.allowed:
                raise DmnError("dmn.data_not_allowed", node.id, {**params, "allowed": wrong.allowed})
            raise DmnError("dmn.data_type", node.id, {**params, "type": wrong.type})
        return value

    def _variable(self, node: Node) -> FeelValue:
        for path in self.paths.get(node, ()):
            value: FeelValue = self.root[path[0]] if self.root.has(path[0]) else None
            for name in path[1:]:
                value = value.get(name) if type(value) is dict else None
            if value is not None:
                return value
        for name in node.names:
            if self.root.has(name):
                return self.root[name]
        run = self.root.run
        run.element = node.id
        run.warn(node.name, lambda: FeelWarning("feel.warning.no_variable", {"name": node.name}))
        return None

    def _decision(self, node: Decision) -> FeelValue:
        scope = self.scope_of(node)
        run = scope.run
        assert isinstance(run, DecisionRun)
        # A service may be called while another decision is being made; each tells its own tables.
        outer = run.tables, run.untold
        run.tables, run.untold = [], 0
        warned = len(run.warnings)
        run.step()
        try:
            value = self._result(node, scope)
        except (FeelRuntimeError, DmnError) as error:
            # The innermost decision is where somebody has to look.
            error.params.setdefault("decision", node.name)
            raise
        self._note(node, scope, run, value, run.warnings[warned:])
        run.tables, run.untold = outer
        return value

    @staticmethod
    def _note(
        node: Decision, scope: Scope, run: DecisionRun, value: FeelValue, warnings: Sequence[FeelWarning]
    ) -> None:
        entry = {
            "decision": node.id,
            "name": node.name,
            "kind": node.kind,
            "read": {name: shown(scope[name]) for name in node.inputs if scope.has(name)},
            "tables": run.tables,
            "output": shown(value),
            "warnings": [warning.told() for warning in warnings],
        }
        if run.untold:
            entry["more_tables"] = run.untold
        run.note_decision(entry)

    def _result(self, node: Decision, scope: Scope) -> FeelValue:
        if not node.kind:
            raise DmnError("dmn.decision_has_no_logic", node.id, {"decision": node.name})
        given = node.logic(scope)
        value = given if node.type is ANY else coerced(given, node.type)
        if value is None and given is not None:
            wrong = misfit(given, node.type)
            params = {"result": node.name + wrong.path, "value": wrong.value}
            if wrong.allowed:
                raise DmnError("dmn.result_not_allowed", node.id, {**params, "allowed": wrong.allowed})
            raise DmnError("dmn.result_type", node.id, {**params, "type": wrong.type})
        return value

    def _knowledge(self, node: Logical) -> FeelValue:
        """A function that sees what it requires and nothing of its caller but the arguments."""
        scope = Scope({}, Root({}, self.root.run))
        function = node.logic(scope)
        # Functions may call themselves and one another, so each is known before what it requires is looked at.
        self.results[node] = function
        self._bind_all(scope, node)
        for name in node.names:
            scope[name] = function
        return function

    def scope_of(self, node: Logical) -> Scope:
        """What the logic of a decision sees: what it requires by name and, for a table drawn without
        requirements, the variables of the caller.
        """
        scope = Scope({}, self.root)
        self._bind_all(scope, node)
        return scope

    def _bind_all(self, scope: Scope, node: Logical) -> None:
        for required in node.requires:
            self._bind(scope, required)

    def _bind(self, scope: Scope, required: Required) -> None:
        node, value = required.node, self.value_of(required.node)
        target: dict[str, FeelValue] = scope
        if required.prefix:
            target = scope[required.prefix] = dict(dict.get(scope, required.prefix) or {})
        if isinstance(node, Decision):
            # Camunda's tables name a required decision by its id; a name that is the same goes before.
            target.setdefault(node.id, value)
        for name in node.names:
            target[name] = value


def service_result(service: Service, arguments: Mapping[Node, FeelValue], run: Run) -> FeelValue:
    """A service sees its parameters and nothing else of the place it is called from."""
    variables = {name: value for node, value in arguments.items() for name in node.names}
    evaluation = Evaluation(Root(variables, run), {}, arguments)
    results = {output.node.name: evaluation.value_of(output.node) for output in service.outputs}
    return fitted(run, next(iter(results.values())) if len(results) == 1 else results, service.type)


class ServiceFunction(Function):
    __slots__ = ("service", "signature")

    def __init__(self, service: Service) -> None:
        self.service = service
        parameters = tuple(required.node.type for required in service.inputs)
        returns = UNDECLARED if service.type is ANY else service.type
        self.signature = FunctionType("function", parameters, returns)

    def call(self, run: Run, arguments: Sequence[FeelValue]) -> FeelValue:
        inputs = self.service.inputs
        if len(arguments) != len(inputs):
            return None
        known: dict[Node, FeelValue] = {}
        for required, given in zip(inputs, arguments, strict=True):
            value = coerced(given, required.node.type)
            if value is None and given is not None:
                return None
            known[required.node] = value
        return service_result(self.service, known, run)

    def conforms_to(self, expected: FunctionType) -> bool:
        return self.signature.conforms_to(expected)

    def call_named(self, run: Run, arguments: Mapping[str, Any]) -> FeelValue:
        names = [required.node.name for required in self.service.inputs]
        if set(arguments) != set(names):
            return None
        return self.call(run, [arguments[name] for name in names])
