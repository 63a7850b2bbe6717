"""Comparisons with a constant, `amount > 5000` or `status = "open"`: what most conditions and cells consist of."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import nodes
from app.feel.closures import Closure, Test, Where
from app.feel.comparison import LONG_TEXT, ORDERS, equal, negation
from app.feel.nodes import Node
from app.feel.raw import Raw, raw_reader
from app.feel.values import FeelValue

Compare = Callable[[Where, FeelValue, FeelValue], bool | None]

_QUICK: dict[str, Callable[[Any, Any], bool]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
    "=": operators.eq,
    "!=": operators.ne,
}
COMPARISONS = frozenset(_QUICK)


def comparison(operator: str) -> Compare:
    """A comparison of any two values."""
    if operator == "=":
        return lambda scope, left, right: equal(scope.run, left, right)
    if operator == "!=":
        return lambda scope, left, right: negation(equal(scope.run, left, right))
    order = ORDERS[operator]

    def compare(scope: Where, left: FeelValue, right: FeelValue) -> bool | None:
        if type(left) is str and len(left) > LONG_TEXT:
            scope.run.step(len(left) // LONG_TEXT)
        return order(left, right)

    return compare


def test_against(operator: str, node: Node) -> Test | None:
    """A test of a value against a number or text that stands in the expression; None for every other node."""
    constant = _constant(node)
    if constant is None:
        return None
    quick, general, kind = _QUICK[operator], comparison(operator), type(constant)

    def test(scope: Where, value: FeelValue) -> bool | None:
        return quick(value, constant) if type(value) is kind else general(scope, value, constant)

    return test


def _constant(node: Node) -> Decimal | str | None:
    return node.value if isinstance(node, nodes.Literal) and type(node.value) in (Decimal, str) else None


def condition(node: nodes.Binary) -> Closure | None:
    """The comparison of a variable, or a member of one, with a constant; None for every other operation."""
    if node.operator not in COMPARISONS:
        return None
    raw, test = raw_reader(node.left), test_against(node.operator, node.right)
    if raw is None or test is None:
        return None
    return (_with_number if type(_constant(node.right)) is Decimal else _with_text)(node, raw, test)


def _with_number(node: nodes.Binary, raw: Raw, test: Test) -> Closure:
    quick, number = _QUICK[node.operator], _constant(node.right)

    def check(scope: Where) -> bool | None:
        value = raw(scope)
        # An integer of JSON need not become a decimal to be compared with one.
        if type(value) is int or (type(value) is Decimal and value.is_finite()):
            return quick(value, number)
        return test(scope, scope.converted(value))

    return check


def _with_text(node: nodes.Binary, raw: Raw, test: Test) -> Closure:
    quick, text = _QUICK[node.operator], _constant(node.right)

    def check(scope: Where) -> bool | None:
        value = raw(scope)
        return quick(value, text) if type(value) is str else test(scope, scope.converted(value))

    return check
