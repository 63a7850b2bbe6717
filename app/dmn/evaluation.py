"""Making one decision: required ones first, each at most once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.dmn.errors import DmnError
from app.dmn.nodes import Decision, InputData, Logical, Node, Required, Service
from app.dmn.trace import DecisionRun, shown
from app.feel import FeelRuntimeError
from app.feel.closures import Where
from app.feel.incoming import converted
from app.feel.scope import Root, Run, Scope
from app.feel.types import ANY, UNDECLARED, FunctionType, coerced
from app.feel.values import FeelValue, Function


class Evaluation:
    def __init__(self, root: Where, known: Mapping[Node, FeelValue] | None = None) -> None:
        self.root = root
        self.results: dict[Node, FeelValue] = dict(known or {})

    def value_of(self, node: Node) -> FeelValue:
        if node not in self.results:
            self.results[node] = self._evaluated(node)
        return self.results[node]

    def _evaluated(self, node: Node) -> FeelValue:
        match node:
            case InputData():
                return self._input(node)
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

    def _input(self, node: InputData) -> FeelValue:
        return self._given(node)

    def _given(self, node: Node) -> FeelValue:
        given = self.root[node.name]
        value = converted(given, node.type)
        if value is None and given is not None:
            params = {"input": node.name, "value": shown(given), "type": node.type.name, "table": node.name}
            raise DmnError("dmn.input_type", node.id, params)
        return value

    def _decision(self, node: Decision) -> FeelValue:
        scope = self.scope_of(node)
        run = scope.run
        assert isinstance(run, DecisionRun)
        traced, warned = len(run.trace), len(run.warnings)
        run.step()
        try:
            value = coerced(node.logic(scope), node.type)
        except (FeelRuntimeError, DmnError) as error:
            # The innermost decision is where somebody has to look.
            error.params.setdefault("decision", node.name)
            raise
        warnings = [{"code": warning.code, **warning.params} for warning in run.warnings[warned:]]
        entry = {
            "decision": node.id,
            "name": node.name,
            "kind": node.kind,
            "read": {name: shown(scope[name]) for name in node.inputs},
            "tables": run.trace[traced:],
            "output": shown(value),
            "warnings": warnings,
        }
        run.trace[traced:] = [entry]
        return value

    def _knowledge(self, node: Logical) -> FeelValue:
        # The function may call itself, so its scope holds it before anybody calls it.
        scope = self.scope_of(node)
        function = node.logic(scope)
        scope[node.name] = function
        return function

    def scope_of(self, node: Logical) -> Scope:
        """What the logic of a node sees: what it requires by name and, for a table drawn without requirements,
        the variables of the caller.
        """
        scope = Scope({}, self.root)
        for required in node.requires:
            self._bind(scope, required)
        return scope

    def _bind(self, scope: Scope, required: Required) -> None:
        value = self.value_of(required.node)
        if required.prefix:
            imported = dict.get(scope, required.prefix)
            scope[required.prefix] = {**(imported or {}), required.node.name: value}
            return
        if isinstance(required.node, Decision):
            # Camunda's tables name a required decision by its id.
            scope.setdefault(required.node.id, value)
        scope[required.node.name] = value


def service_result(service: Service, arguments: Mapping[Node, FeelValue], run: Run) -> FeelValue:
    """A service sees its parameters and nothing else of the place it is called from."""
    variables = {node.name: value for node, value in arguments.items()}
    evaluation = Evaluation(Root(variables, run), arguments)
    results = {output.node.name: evaluation.value_of(output.node) for output in service.outputs}
    return coerced(next(iter(results.values())) if len(results) == 1 else results, service.type)


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
