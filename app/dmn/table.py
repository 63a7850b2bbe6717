"""Decision tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.dmn import xml
from app.dmn.compiler import Compiler
from app.dmn.errors import DmnError
from app.dmn.hit_policy import Hit, Policy
from app.dmn.trace import DecisionRun, shown
from app.dmn.xml import Element
from app.feel import Expression, UnaryTests
from app.feel.closures import Closure, Where
from app.feel.incoming import converted
from app.feel.types import FeelType
from app.feel.values import FeelValue

_POLICIES = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"})
_AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True, slots=True)
class Input:
    id: str | None
    label: str
    expression: Expression
    type: FeelType
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class Output:
    id: str | None
    name: str
    type: FeelType
    allowed: UnaryTests | None
    declared: Expression | None
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    index: int
    id: str | None
    tests: tuple[UnaryTests | None, ...]
    outputs: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Table:
    id: str | None
    name: str
    policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    def decide(self, scope: Where) -> FeelValue:
        values = [self._input(scope, one) for one in self.inputs]
        hits = self._hits(scope, values)
        policy = Policy(self.policy, self.aggregation, self.id, self.name, lambda: self._ranks(scope), self._outcome)
        self._note(scope, values, hits)
        if hits:
            return policy.result(scope.run, hits)
        if any(output.default for output in self.outputs):
            defaults = tuple(self._checked(scope, o, _value(o.default, scope), None) for o in self.outputs)
            return self._outcome(Hit(0, None, defaults))
        return policy.without_hits()

    def _input(self, scope: Where, one: Input) -> FeelValue:
        given = one.expression.within(scope)
        value = converted(given, one.type)
        if value is None and given is not None:
            raise self._error("dmn.input_type", input=one.label, value=shown(given), type=one.type.name)
        if one.allowed is not None and value is not None and not _allows(one.allowed, scope, value):
            raise self._error("dmn.input_not_allowed", input=one.label, value=shown(value))
        return value

    def _hits(self, scope: Where, values: list[FeelValue]) -> list[Hit]:
        hits = []
        for rule in self.rules:
            if _fires(rule, scope, values):
                hits.append(Hit(rule.index, rule.id, self._values(rule, scope)))
                if self.policy == "FIRST":
                    break
        return hits

    def _values(self, rule: Rule, scope: Where) -> tuple[FeelValue, ...]:
        return tuple(
            self._checked(scope, output, expression.within(scope), rule)
            for output, expression in zip(self.outputs, rule.outputs, strict=True)
        )

    def _checked(self, scope: Where, output: Output, given: FeelValue, rule: Rule | None) -> FeelValue:
        value = converted(given, output.type)
        place = {"output": output.name, "rule": rule.index if rule else 0}
        if value is None and given is not None:
            raise self._error("dmn.output_type", value=shown(given), type=output.type.name, **place)
        if output.allowed is not None and value is not None and not _allows(output.allowed, scope, value):
            raise self._error("dmn.output_not_allowed", value=shown(value), **place)
        return value

    def _outcome(self, hit: Hit) -> FeelValue:
        """One output gives its bare value, several give a context."""
        if len(self.outputs) == 1:
            return hit.values[0]
        return {output.name: value for output, value in zip(self.outputs, hit.values, strict=True)}

    def _ranks(self, scope: Where) -> list[list[FeelValue]]:
        return [_value(output.declared, scope) or [] for output in self.outputs]

    def _note(self, scope: Where, values: list[FeelValue], hits: list[Hit]) -> None:
        assert isinstance(scope.run, DecisionRun)
        scope.run.trace.append(
            {
                "table": self.id,
                "name": self.name,
                "hit_policy": self.policy,
                "inputs": [
                    {"id": one.id, "label": one.label, "value": shown(value)}
                    for one, value in zip(self.inputs, values, strict=True)
                ],
                "matched": [
                    {
                        "index": hit.index,
                        "id": hit.rule_id,
                        "outputs": {o.name: shown(v) for o, v in zip(self.outputs, hit.values, strict=True)},
                    }
                    for hit in hits
                ],
            }
        )

    def _error(self, code: str, **params: Any) -> DmnError:
        return DmnError(code, self.id, {"table": self.name, **params})


def _value(expression: Expression | None, scope: Where) -> FeelValue:
    return None if expression is None else expression.within(scope)


def _fires(rule: Rule, scope: Where, values: list[FeelValue]) -> bool:
    return all(
        test is None or test.within(scope, value) is True for test, value in zip(rule.tests, values, strict=True)
    )


def _allows(tests: UnaryTests, scope: Where, value: FeelValue) -> bool:
    """Declared values of a column of lists may mean the list or each of its elements."""
    if tests.within(scope, value) is True:
        return True
    return type(value) is list and all(tests.within(scope, item) is True for item in value)


# -- reading


def compile_table(compiler: Compiler, element: Element, name: str) -> Closure:
    return read_table(compiler, element, name).decide


def read_table(compiler: Compiler, element: Element, name: str) -> Table:
    policy = (element.get("hitPolicy") or "UNIQUE").upper()
    aggregation = (element.get("aggregation") or "").upper() or None
    if policy not in _POLICIES or (aggregation and aggregation not in _AGGREGATIONS):
        compiler.refuse("dmn.hit_policy_unsupported", element, policy=f"{policy} {aggregation or ''}".strip())
    inputs = tuple(_read_input(compiler, one) for one in xml.children(element, "input"))
    outputs = tuple(_read_output(compiler, one) for one in xml.children(element, "output"))
    if not outputs:
        compiler.refuse("dmn.table_without_output", element, table=name)
    if aggregation and len(outputs) > 1:
        compiler.refuse("dmn.aggregation_of_several", element, table=name, policy=aggregation)
    rules = tuple(
        _read_rule(compiler, rule, index, (len(inputs), len(outputs)))
        for index, rule in enumerate(xml.children(element, "rule"), 1)
    )
    return Table(element.get("id"), name, policy, aggregation, inputs, outputs, rules)


def _read_input(compiler: Compiler, element: Element) -> Input:
    inner = xml.child(element, "inputExpression")
    reference = None if inner is None else inner.get("typeRef")
    return Input(
        id=element.get("id"),
        label=element.get("label") or xml.text(inner),
        expression=compiler.expression(inner),
        type=compiler.type(reference, element),
        allowed=_read_allowed(compiler, xml.child(element, "inputValues")),
    )


def _read_allowed(compiler: Compiler, element: Element | None) -> UnaryTests | None:
    source = xml.text(element)
    return compiler.tests(source, element) if element is not None and source else None


def _read_output(compiler: Compiler, element: Element) -> Output:
    declared = xml.child(element, "outputValues")
    default = xml.child(element, "defaultOutputEntry")
    source = xml.text(declared)
    return Output(
        id=element.get("id"),
        name=xml.name_of(element) or element.get("label") or "output",
        type=compiler.type(element.get("typeRef"), element),
        allowed=_read_allowed(compiler, declared),
        declared=compiler.feel(f"[{source}]", element) if source else None,
        default=compiler.expression(default) if default is not None and xml.text(default) else None,
    )


def _read_rule(compiler: Compiler, element: Element, index: int, width: tuple[int, int]) -> Rule:
    entries = list(xml.children(element, "inputEntry"))
    outputs = list(xml.children(element, "outputEntry"))
    if (len(entries), len(outputs)) != width:
        compiler.refuse("dmn.rule_width", element, rule=index)
    return Rule(
        index=index,
        id=element.get("id"),
        tests=tuple(_read_test(compiler, entry) for entry in entries),
        outputs=tuple(compiler.expression(entry) for entry in outputs),
    )


def _read_test(compiler: Compiler, entry: Element) -> UnaryTests | None:
    source = xml.text(entry)
    if source in ("", "-") or not compiler.is_feel(entry):
        return None
    return compiler.tests(source, entry)
