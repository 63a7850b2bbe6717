"""Operators that are applied to values they do not take."""

from __future__ import annotations

from decimal import Decimal

from app.feel import nodes, values
from app.feel.arithmetic import negate
from app.feel.closures import Closure, Compile, Test, Where
from app.feel.comparison import at_least, at_most, both
from app.feel.compiler import COMPILERS, compile_node
from app.feel.conditions import COMPARISONS
from app.feel.examining.examiner import Examiner, watches
from app.feel.free_names import free_names
from app.feel.nodes import Node
from app.feel.operations import chained, computing
from app.feel.temporal import Temporal
from app.feel.unary_tests import CompileTest, compile_cell, compile_tests, unary_test
from app.feel.values import FeelValue, kind

_TRUTH = frozenset({values.BOOLEAN})
_MOMENTS = frozenset({values.DATE, values.TIME, values.DATE_TIME})


@watches(nodes.Binary)
def _binary(examiner: Examiner, node: nodes.Binary) -> Closure:
    if _asks_for_null(node):
        return COMPILERS[nodes.Binary](node, compile_node)

    def link(one: nodes.Binary, left: Closure, right: Closure) -> Closure:
        compute = computing(one.operator)

        def watch(scope: Where) -> FeelValue:
            first, second = left(scope), right(scope)
            result = compute(scope, first, second)
            if result is None and first is not None and second is not None:
                _explain(examiner, scope, one, first, second)
            return result

        return watch

    return chained(node, examiner.compile, link)


def _asks_for_null(node: nodes.Binary) -> bool:
    """`x = null` is written because x may be missing."""
    return node.operator in ("=", "!=") and any(
        isinstance(side, nodes.Literal) and side.value is None for side in (node.left, node.right)
    )


def _explain(examiner: Examiner, scope: Where, node: nodes.Binary, left: FeelValue, right: FeelValue) -> None:
    given = {"left": left, "right": right}
    if _differ_in_zone(node.operator, left, right):
        examiner.warn(scope, node, "feel.warning.local_time", given)
    elif node.operator in COMPARISONS:
        examiner.warn(scope, node, "feel.warning.comparison", given)
    elif node.operator == "/" and type(right) is Decimal and right == 0:
        examiner.warn(scope, node, "feel.warning.division")
    elif kind(left) == kind(right) == values.NUMBER:
        examiner.warn(scope, node, "feel.warning.too_large", given, operator=node.operator)
    else:
        examiner.warn(scope, node, "feel.warning.operands", given, operator=node.operator)


def _differ_in_zone(operator: str, left: FeelValue, right: FeelValue) -> bool:
    """Whether the two could be put together, if only both said where on earth they are."""
    if not isinstance(left, Temporal) or not isinstance(right, Temporal) or left.is_local is right.is_local:
        return False
    kinds = {kind(left), kind(right)}
    return len(kinds) == 1 if operator in COMPARISONS else operator == "-" and kinds <= _MOMENTS


@watches(nodes.Negation)
def _negation(examiner: Examiner, node: nodes.Negation) -> Closure:
    operand = examiner.expecting({values.NUMBER, *values.DURATIONS}, node.operand, "feel.warning.negation")
    return lambda scope: negate(operand(scope))


@watches(nodes.Junction)
def _junction(examiner: Examiner, node: nodes.Junction) -> Closure:
    def inner(operand: Node) -> Closure:
        return examiner.expecting(_TRUTH, operand, "feel.warning.truth", word=node.operator)

    return COMPILERS[nodes.Junction](node, inner)


@watches(nodes.If)
def _if(examiner: Examiner, node: nodes.If) -> Closure:
    return COMPILERS[nodes.If](node, examiner.demanding(node.condition, _TRUTH, "feel.warning.condition"))


@watches(nodes.Between)
def _between(examiner: Examiner, node: nodes.Between) -> Closure:
    value, low, high = (examiner.compile(part) for part in (node.value, node.low, node.high))

    def watch(scope: Where) -> bool | None:
        subject, first, last = value(scope), low(scope), high(scope)
        above, below = at_least(subject, first), at_most(subject, last)
        for verdict, end in ((above, first), (below, last)):
            if verdict is None and subject is not None and end is not None:
                examiner.warn(scope, node, "feel.warning.comparison", {"left": subject, "right": end})
        return both(above, below)

    return watch


@watches(nodes.In)
def _in(examiner: Examiner, node: nodes.In) -> Closure:
    value = examiner.compile(node.value)
    tests = compile_tests(node.tests, examiner.compile, _watched_test(examiner))
    return lambda scope: tests(scope, value(scope))


@watches(nodes.Tests)
def _tests(examiner: Examiner, node: nodes.Tests) -> Closure:
    test = watched_cell(examiner, node)
    return lambda scope: test(scope, scope["?"])


def watched_cell(examiner: Examiner, node: nodes.Tests) -> Test:
    return compile_cell(node, examiner.compile, _watched_test(examiner))


def _watched_test(examiner: Examiner) -> CompileTest:
    def compile_test(node: Node, inner: Compile) -> Test:
        test = unary_test(node, inner)
        # Evaluated once more when there is something to explain, and without saying everything twice.
        operand = compile_node(node.operand if isinstance(node, nodes.Comparison) else node)
        compares = "?" not in free_names(node).names

        def watch(scope: Where, value: FeelValue) -> bool | None:
            verdict = test(scope, value)
            if verdict is None and compares and value is not None:
                other = operand(scope)
                if other is not None:
                    examiner.warn(scope, node, "feel.warning.comparison", {"left": value, "right": other})
            return verdict

        return watch

    return compile_test
