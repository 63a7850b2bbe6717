"""Unary tests: the cells of a decision table, and what may stand right of `in`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from app.feel import nodes
from app.feel.closures import Compile, Test, Where
from app.feel.comparison import any_of, matches, negation
from app.feel.conditions import comparison, test_against
from app.feel.free_names import free_names
from app.feel.nodes import Node
from app.feel.scope import Scope
from app.feel.values import FeelValue

CompileTest: TypeAlias = Callable[[Node, Compile], Test]


def compile_cell(cell: nodes.Tests, inner: Compile, compile_test: CompileTest | None = None) -> Test:
    """A whole cell: its tests, or what `not(…)` makes of them."""
    test = compile_tests(cell.tests, inner, compile_test)
    return (lambda scope, value: negation(test(scope, value))) if cell.negated else test


def compile_tests(tests: tuple[Node, ...], inner: Compile, compile_test: CompileTest | None = None) -> Test:
    """One test out of several; `compile_test` makes each of them."""
    if not tests:
        return lambda _scope, _value: True
    compiled = [(compile_test or unary_test)(test, inner) for test in tests]
    if len(compiled) == 1:
        return compiled[0]
    return lambda scope, value: any_of([test(scope, value) for test in compiled])


def unary_test(node: Node, inner: Compile) -> Test:
    if isinstance(node, nodes.Comparison):
        return test_against(node.operator, node.operand) or _comparison(node, inner)
    return (test_against("=", node) if isinstance(node, nodes.Literal) else None) or _expression(node, inner)


def _comparison(node: nodes.Comparison, inner: Compile) -> Test:
    compare, operand = comparison(node.operator), inner(node.operand)
    return lambda scope, value: compare(scope, value, operand(scope))


def _expression(node: Node, inner: Compile) -> Test:
    closure = inner(node)
    if "?" not in free_names(node).names:
        return lambda scope, value: matches(scope.run, value, closure(scope))

    def about_the_value(scope: Where, value: FeelValue) -> bool | None:
        result = closure(Scope({"?": value}, scope))
        if result is None or type(result) is bool:
            return result
        return matches(scope.run, value, result)

    return about_the_value
