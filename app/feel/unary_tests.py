"""Unary tests: the cells of a decision table, and what may stand right of `in`."""

from __future__ import annotations

from collections.abc import Callable

from app.feel import nodes
from app.feel.closures import Closure, Test, Where
from app.feel.comparison import ORDERS, any_of, equal, matches, negation
from app.feel.free_names import free_names
from app.feel.nodes import Node
from app.feel.scope import Scope
from app.feel.values import FeelValue

Compile = Callable[[Node], Closure]


def compile_cell(cell: nodes.Tests, compile_node: Compile) -> Test:
    """A whole cell: its tests, or what `not(…)` makes of them."""
    test = compile_tests(cell.tests, compile_node)
    return (lambda scope, value: negation(test(scope, value))) if cell.negated else test


def compile_tests(tests: tuple[Node, ...], compile_node: Compile) -> Test:
    if not tests:
        return lambda _scope, _value: True
    compiled = [_compile_test(test, compile_node) for test in tests]
    if len(compiled) == 1:
        return compiled[0]
    return lambda scope, value: any_of([test(scope, value) for test in compiled])


def _compile_test(test: Node, compile_node: Compile) -> Test:
    if isinstance(test, nodes.Comparison):
        return _comparison(test, compile_node)
    if isinstance(test, nodes.Literal) and type(test.value) is str:
        return _text(test.value)
    return _expression(test, compile_node)


def _comparison(test: nodes.Comparison, compile_node: Compile) -> Test:
    operand = compile_node(test.operand)
    if test.operator == "=":
        return lambda scope, value: equal(scope.run, value, operand(scope))
    if test.operator == "!=":
        return lambda scope, value: negation(equal(scope.run, value, operand(scope)))
    order = ORDERS[test.operator]
    return lambda scope, value: order(value, operand(scope))


def _text(text: str) -> Test:
    def compare(scope: Where, value: FeelValue) -> bool | None:
        return value == text if type(value) is str else equal(scope.run, value, text)

    return compare


def _expression(test: Node, compile_node: Compile) -> Test:
    closure = compile_node(test)
    if "?" not in free_names(test).names:
        return lambda scope, value: matches(scope.run, value, closure(scope))

    def about_the_value(scope: Where, value: FeelValue) -> bool | None:
        result = closure(Scope({"?": value}, scope))
        if result is None or type(result) is bool:
            return result
        return matches(scope.run, value, result)

    return about_the_value
