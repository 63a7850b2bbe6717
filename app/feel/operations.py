"""Operators to closures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from app.feel import nodes
from app.feel.arithmetic import OPERATIONS
from app.feel.closures import Closure, Compile, Where
from app.feel.conditions import COMPARISONS, comparison, condition
from app.feel.nodes import Node
from app.feel.numbers import DECIMAL128
from app.feel.values import FeelValue

Link: TypeAlias = Callable[[nodes.Binary, Closure, Closure], Closure]
"""From an operation and its two compiled sides to its own closure."""

Compute: TypeAlias = Callable[[Where, FeelValue, FeelValue], FeelValue]

_QUICK = {"+": DECIMAL128.add, "-": DECIMAL128.subtract, "*": DECIMAL128.multiply}


def binary(node: nodes.Binary, inner: Compile) -> Closure:
    return condition(node) or chained(node, inner, _operation)


def chained(node: nodes.Binary, inner: Compile, link: Link) -> Closure:
    """A sum of a thousand terms leans left a thousand levels deep; only its right sides are compiled recursively."""
    chain: list[nodes.Binary] = []
    leftmost: Node = node
    while isinstance(leftmost, nodes.Binary):
        chain.append(leftmost)
        leftmost = leftmost.left
    closure = inner(leftmost)
    for one in reversed(chain):
        closure = link(one, closure, inner(one.right))
    return closure


def _operation(node: nodes.Binary, left: Closure, right: Closure) -> Closure:
    if node.operator in _QUICK:
        return _numeric_first(node.operator, left, right)
    compute = computing(node.operator)
    return lambda scope: compute(scope, left(scope), right(scope))


def computing(operator: str) -> Compute:
    """What an operator makes of any two values."""
    if operator in COMPARISONS:
        return comparison(operator)
    general = OPERATIONS[operator]
    return lambda scope, left, right: general(scope.run, left, right)


def _numeric_first(operator: str, left: Closure, right: Closure) -> Closure:
    quick, general = _QUICK[operator], OPERATIONS[operator]

    def compute(scope: Where) -> FeelValue:
        one, other = left(scope), right(scope)
        if type(one) is Decimal and type(other) is Decimal:
            try:
                return quick(one, other)
            except ArithmeticError:  # the result has no representation
                return None
        return general(scope.run, one, other)

    return compute


def junction(node: nodes.Junction, inner: Compile) -> Closure:
    operands = [inner(operand) for operand in node.operands]
    decisive = node.operator == "or"

    def join(scope: Where) -> bool | None:
        unknown = False
        for operand in operands:
            value: object = operand(scope)
            if value is decisive:
                return decisive
            unknown = unknown or type(value) is not bool
        return None if unknown else not decisive

    return join
