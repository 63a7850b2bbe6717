"""Compiled expressions and unary tests, and the cache that keeps them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Self, TypeVar

from app.feel.closures import Closure, Test, Where
from app.feel.compiler import compile_node
from app.feel.environment import DEFAULT, Environment
from app.feel.errors import FeelRuntimeError, FeelSyntaxError, FeelWarning, position_in
from app.feel.examining import Examiner, watched_cell
from app.feel.free_names import Use, free_names, uses, weight_of
from app.feel.inference import Inference
from app.feel.json_values import from_json
from app.feel.nodes import Node, Tests
from app.feel.parser import MAX_DEPTH, Parser
from app.feel.scope import Examination, FreshRoot, Root, Run
from app.feel.source_cache import SourceCache
from app.feel.types import FeelType
from app.feel.unary_tests import compile_cell
from app.feel.values import FeelValue

# Sources that people write are short, and a few long ones should not drive them out.
LONGEST_CACHED = 2000
CACHED_CHARACTERS = 200_000

T = TypeVar("T")


class _Compiled:
    """`element` is where the host has it, for warnings; the same text may stand in many places. There it may be
    asked in a loop of the host, whose rounds then cost its `weight`.
    """

    __slots__ = ("element", "functions", "names", "node", "source", "weight")

    def __init__(self, source: str, node: Node) -> None:
        self.source = source
        self.node = node
        self.element: str | None = None
        self.weight = 0
        free = free_names(node)
        self.names = free.names - {"?"}
        self.functions = free.functions

    def uses(self) -> list[Use]:
        """Where the text takes names from outside, for showing what they stood for."""
        return uses(self.node)

    def placed(self, element: str | None) -> Self:
        """The same at a place of the host, which warnings then name."""
        placed = copy.copy(self)
        placed.element = element
        placed.weight = weight_of(self.node) - 1
        return placed

    def _failed(self, error: FeelRuntimeError | RecursionError) -> FeelRuntimeError:
        known = error if isinstance(error, FeelRuntimeError) else FeelRuntimeError("feel.budget.depth")
        return known.within(self.source)

    def hints(
        self, types: Mapping[str, FeelType] | None = None, functions: Iterable[str] | None = None
    ) -> tuple[FeelWarning, ...]:
        """What can only come to nothing, without evaluating anything: `types` are those of names (`?` is the value
        of a cell), `functions` the names of all functions of the host.
        """
        return self._inferred(types, functions)[1]

    def type(self, types: Mapping[str, FeelType] | None = None) -> FeelType | None:
        """The type of the value when it is not null, or None where nobody can know it."""
        return self._inferred(types, None)[0]

    def _inferred(
        self, types: Mapping[str, FeelType] | None, functions: Iterable[str] | None
    ) -> tuple[FeelType | None, tuple[FeelWarning, ...]]:
        inference = Inference(self.source, types or {}, functions)
        known = inference.type_of(self.node)
        return known, inference.hints


class Examined(NamedTuple):
    value: FeelValue
    warnings: tuple[FeelWarning, ...]


class Expression(_Compiled):
    """A FEEL expression, ready to be evaluated any number of times and in any thread."""

    __slots__ = ("_watching", "closure")

    def __init__(self, source: str, node: Node) -> None:
        super().__init__(source, node)
        self.closure: Closure = compile_node(node)
        self._watching: Closure | None = None

    def evaluate(self, context: Mapping[str, Any], *, environment: Environment = DEFAULT) -> FeelValue:
        try:
            return self.closure(FreshRoot(context, environment))
        except (FeelRuntimeError, RecursionError) as error:
            raise self._failed(error) from error.__cause__

    def examine(self, context: Mapping[str, Any], *, environment: Environment = DEFAULT) -> Examined:
        """The value together with what an author should know about it."""
        run = Examination(environment)
        value = self.within(Root(context, run))
        return Examined(value, run.warnings)

    def within(self, scope: Where) -> FeelValue:
        """The value at a place that exists already, sharing its budget."""
        closure = self.closure if not scope.run.examining else self._watched(scope.run)
        try:
            if self.weight:
                scope.run.step(self.weight)
            return closure(scope)
        except (FeelRuntimeError, RecursionError) as error:
            raise self._failed(error) from error.__cause__

    def _watched(self, run: Run) -> Closure:
        """The closure that says why something became null, made when somebody first wants to know."""
        run.element = self.element
        if self._watching is None:
            self._watching = Examiner(self.source).compile(self.node)
        return self._watching


class UnaryTests(_Compiled):
    """A cell of a decision table. `test` asks it without a scope of its own, which tables do by the thousand."""

    __slots__ = ("_watching", "test")

    def __init__(self, source: str, node: Tests) -> None:
        super().__init__(source, node)
        self.test: Test = compile_cell(node, compile_node)
        self._watching: Test | None = None

    def evaluate(self, value: Any, context: Mapping[str, Any], *, environment: Environment = DEFAULT) -> bool | None:
        return self.within(Root(context, Run(environment)), from_json(value))

    def examine(self, value: Any, context: Mapping[str, Any], *, environment: Environment = DEFAULT) -> Examined:
        run = Examination(environment)
        verdict = self.within(Root(context, run), from_json(value))
        return Examined(verdict, run.warnings)

    def within(self, scope: Where, value: FeelValue) -> bool | None:
        test = self.test if not scope.run.examining else self._watched(scope.run)
        try:
            if self.weight:
                scope.run.step(self.weight)
            return test(scope, value)
        except (FeelRuntimeError, RecursionError) as error:
            raise self._failed(error) from error.__cause__

    def _watched(self, run: Run) -> Test:
        run.element = self.element
        if self._watching is None:
            assert isinstance(self.node, Tests)
            self._watching = watched_cell(Examiner(self.source), self.node)
        return self._watching


def compile_expression(
    source: str, *, names: Iterable[str] = (), types: Mapping[str, FeelType] | None = None
) -> Expression:
    """Compiles the text, without a leading `=`. `names` are variables whose names contain punctuation or
    keywords; `types` are those an item definition adds.
    """
    if names or types or len(source) > LONGEST_CACHED:
        return _guarded(source, lambda: Expression(source, Parser(source, names, types).whole_expression()))
    return _cached_expression(source)


def compile_unary_tests(
    source: str, *, names: Iterable[str] = (), types: Mapping[str, FeelType] | None = None
) -> UnaryTests:
    if names or types or len(source) > LONGEST_CACHED:
        return _guarded(source, lambda: UnaryTests(source, Parser(source, names, types).whole_tests()))
    return _cached_tests(source)


def _guarded(source: str, build: Callable[[], T]) -> T:
    try:
        return build()
    except RecursionError:
        params = {"limit": MAX_DEPTH}
        raise FeelSyntaxError("feel.syntax.too_deep", position_in(source, 0), params) from None


_cached_expression = SourceCache(
    lambda source: _guarded(source, lambda: Expression(source, Parser(source).whole_expression())), CACHED_CHARACTERS
)
_cached_tests = SourceCache(
    lambda source: _guarded(source, lambda: UnaryTests(source, Parser(source).whole_tests())), CACHED_CHARACTERS
)
