"""Decision tables: deciding, and telling which table, rule and column is at fault when that is impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from app.dmn import hit_policy
from app.dmn.errors import DmnError
from app.dmn.hit_policy import Hit
from app.dmn.misfits import misfit
from app.dmn.trace import DecisionRun, shown, worded
from app.feel import Expression, FeelRuntimeError, UnaryTests
from app.feel.closures import Where
from app.feel.incoming import converted, read_as
from app.feel.types import FeelType
from app.feel.values import BOOLEAN, NUMBER, STRING, FeelValue

DEFAULT_ROW = 0


class _Codes(NamedTuple):
    """What is wrong with a cell of a kind of columns."""

    kind: str
    type: str
    not_allowed: str

    def place(self, column: str, rule: int | None) -> dict[str, Any]:
        return {self.kind: column} if rule is None else {self.kind: column, "rule": rule}


_INPUT = _Codes("input", "dmn.input_type", "dmn.input_not_allowed")
_OUTPUT = _Codes("output", "dmn.output_type", "dmn.output_not_allowed")
_DEFAULT = _Codes("output", "dmn.default_type", "dmn.default_not_allowed")
_EXACT: dict[str, type] = {NUMBER: Decimal, STRING: str, BOOLEAN: bool}


@dataclass(slots=True)
class _Column:
    """`exact` is the Python type of values that need no conversion, where there is just one."""

    id: str | None
    label: str
    expected: FeelType
    allowed: UnaryTests | None
    exact: type | None = field(init=False)

    def __post_init__(self) -> None:
        self.exact = _EXACT.get(self.expected.name) if type(self.expected) is FeelType else None


@dataclass(slots=True)
class Input(_Column):
    expression: Expression


@dataclass(slots=True)
class Output(_Column):
    """`ranked` gives the declared values in the order of their importance."""

    name: str
    ranked: Expression | None
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """`tests` are the cells that ask something, with the number of their column; a dash asks nothing."""

    index: int
    id: str | None
    tests: tuple[tuple[int, UnaryTests], ...]
    outputs: tuple[Expression, ...]
    annotations: Mapping[str, str] = field(default_factory=dict)


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
        scope.run.step(len(self.rules))
        values = [self._input(scope, column) for column in self.inputs]
        fired = self._fired(scope, values)
        if not fired:
            return self._without_hits(scope, values)
        hits = [Hit(rule.index, rule.id, self._values(scope, rule)) for rule in fired]
        self._note(scope, values, [self._told(hit, rule) for hit, rule in zip(hits, fired, strict=True)])
        return self._result(scope, hits)

    # -- rules

    def _input(self, scope: Where, column: Input) -> FeelValue:
        try:
            given = column.expression.within(scope)
        except FeelRuntimeError as error:
            self._blame(error, input=column.label)
        return self._checked(scope, column, given, _INPUT)

    def _fired(self, scope: Where, values: Sequence[FeelValue]) -> list[Rule]:
        fired = []
        for rule in self.rules:
            if self._fires(scope, rule, values):
                fired.append(rule)
                if self.policy == hit_policy.FIRST:
                    break
        if self.policy == hit_policy.UNIQUE and len(fired) > 1:
            raise self._error("dmn.unique_violated", self.id, rules=", ".join(str(rule.index) for rule in fired))
        return fired

    def _fires(self, scope: Where, rule: Rule, values: Sequence[FeelValue]) -> bool:
        for position, cell in rule.tests:
            try:
                if cell.within(scope, values[position]) is not True:
                    return False
            except FeelRuntimeError as error:
                self._blame(error, rule=rule.index, input=self.inputs[position].label)
        return True

    def _values(self, scope: Where, rule: Rule) -> tuple[FeelValue, ...]:
        cells = zip(self.outputs, rule.outputs, strict=True)
        return tuple([self._output(scope, column, cell, rule.index) for column, cell in cells])

    def _output(self, scope: Where, column: Output, cell: Expression | None, rule: int) -> FeelValue:
        if cell is None:
            return None
        try:
            given = cell.within(scope)
        except FeelRuntimeError as error:
            self._blame(error, rule=rule, output=column.label)
        return self._checked(scope, column, given, _OUTPUT if rule else _DEFAULT, rule)

    def _checked(
        self, scope: Where, column: _Column, given: FeelValue, codes: _Codes, rule: int | None = None
    ) -> FeelValue:
        value = given if type(given) is column.exact else converted(given, column.expected)
        if value is None:
            if given is not None:
                raise self._misfit(column, given, codes, rule)
        elif column.allowed is not None and not _allows(column.allowed, scope, value):
            wrong = {"value": worded(value), "allowed": column.allowed.source}
            raise self._error(codes.not_allowed, column.id, **codes.place(column.label, rule), **wrong)
        return value

    # -- results

    def _without_hits(self, scope: Where, values: Sequence[FeelValue]) -> FeelValue:
        if any(column.default for column in self.outputs):
            given = tuple(self._output(scope, column, column.default, DEFAULT_ROW) for column in self.outputs)
            hit = Hit(DEFAULT_ROW, None, given)
            self._note(scope, values, [], default=self._named(hit))
            return self._outcome(hit)
        self._note(scope, values, [])
        return hit_policy.without_hits(self.policy, self.aggregation)

    def _result(self, scope: Where, hits: list[Hit]) -> FeelValue:
        if self.policy == hit_policy.ANY:
            self._refuse_differing(hit_policy.differing(scope.run, hits))
        elif self.policy in hit_policy.RANKED:
            ranks = [[] if column.ranked is None else column.ranked.within(scope) for column in self.outputs]
            hits = hit_policy.by_priority(scope.run, hits, ranks)
        if self.policy in hit_policy.SINGLE:
            return self._outcome(hits[0])
        outcomes = [self._outcome(hit) for hit in hits]
        return hit_policy.aggregated(scope.run, self.aggregation, outcomes) if self.aggregation else outcomes

    def _outcome(self, hit: Hit) -> FeelValue:
        """One output gives its bare value, several give a context."""
        if len(self.outputs) == 1:
            return hit.values[0]
        return {column.name: value for column, value in zip(self.outputs, hit.values, strict=True)}

    # -- telling

    def _note(self, scope: Where, values: Sequence[FeelValue], matched: list[dict[str, Any]], **more: Any) -> None:
        assert isinstance(scope.run, DecisionRun)
        entry = {
            "table": self.id,
            "name": self.name,
            "hit_policy": self.policy,
            "inputs": [
                {"id": column.id, "label": column.label, "value": shown(value)}
                for column, value in zip(self.inputs, values, strict=True)
            ],
            "matched": matched,
            **more,
        }
        if self.aggregation:
            entry["aggregation"] = self.aggregation
        scope.run.note_table(entry)

    def _told(self, hit: Hit, rule: Rule) -> dict[str, Any]:
        told = {"index": hit.number, "id": hit.rule_id, "outputs": self._named(hit)}
        return {**told, "annotations": dict(rule.annotations)} if rule.annotations else told

    def _named(self, hit: Hit) -> dict[str, Any]:
        return {column.name: shown(value) for column, value in zip(self.outputs, hit.values, strict=True)}

    def _refuse_differing(self, hits: Sequence[Hit]) -> None:
        if hits:
            rules = ", ".join(str(hit.number) for hit in hits)
            outputs = "; ".join(f"{hit.number}: {worded(self._outcome(hit))}" for hit in hits)
            raise self._error("dmn.any_violated", self.id, rules=rules, outputs=outputs)

    def _misfit(self, column: _Column, given: FeelValue, codes: _Codes, rule: int | None) -> DmnError:
        wrong = misfit(read_as(given, column.expected), column.expected)
        params = codes.place(column.label + wrong.path, rule) | {"value": wrong.value}
        if wrong.allowed:
            return self._error(codes.not_allowed, column.id, **params, allowed=wrong.allowed)
        return self._error(codes.type, column.id, **params, type=wrong.type)

    def _blame(self, error: FeelRuntimeError, **place: Any) -> NoReturn:
        """Say which cell could not be evaluated; the innermost table counts."""
        if "table" not in error.params:
            error.params |= {"table": self.name, **place}
        raise error

    def _error(self, code: str, element_id: str | None, **params: Any) -> DmnError:
        return DmnError(code, element_id or self.id, {"table": self.name, **params})


def _allows(tests: UnaryTests, scope: Where, value: FeelValue) -> bool:
    """Declared values of a column of lists may mean the list or each of its elements."""
    if tests.within(scope, value) is True:
        return True
    return type(value) is list and all(tests.within(scope, item) is True for item in value)
