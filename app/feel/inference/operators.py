"""What operators give, and which operands they do not take."""

from __future__ import annotations

from collections.abc import Sequence

from app.feel import nodes
from app.feel.conditions import COMPARISONS
from app.feel.free_names import free_names
from app.feel.inference.inference import Inference, Known, infers, kind_of
from app.feel.nodes import Node
from app.feel.types import ANY, SIMPLE, FeelType, ListType, RangeType
from app.feel.values import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DURATION,
    DURATIONS,
    LIST,
    MONTHS,
    NUMBER,
    ORDERED,
    RANGE,
    STRING,
    TIME,
)

TRUTH = SIMPLE[BOOLEAN]
_SIGNED = frozenset({NUMBER, *DURATIONS})


def _results() -> dict[tuple[str, str, str], FeelType]:
    """What an operator makes of two kinds; whatever is not here gives null."""
    found = {("+", STRING, STRING): STRING, **{(op, NUMBER, NUMBER): NUMBER for op in ("+", "-", "*", "/", "**")}}
    for size in DURATIONS:
        found |= {(op, size, size): size for op in "+-"} | {("/", size, size): NUMBER}
        found |= {(op, size, NUMBER): size for op in "*/"} | {("*", NUMBER, size): size}
        for moment in (DATE, DATE_TIME) if size == MONTHS else (DATE, DATE_TIME, TIME):
            found |= {("+", moment, size): moment, ("+", size, moment): moment, ("-", moment, size): moment}
    found |= {("-", one, other): DURATION for one in (DATE, DATE_TIME) for other in (DATE, DATE_TIME)}
    found[("-", TIME, TIME)] = DURATION
    return {key: SIMPLE[name] for key, name in found.items()}


_RESULTS = _results()


@infers(nodes.Binary)
def _binary(inference: Inference, node: nodes.Binary) -> Known:
    chain: list[nodes.Binary] = []
    leftmost: Node = node
    while isinstance(leftmost, nodes.Binary):
        chain.append(leftmost)
        leftmost = leftmost.left
    known = inference.type_of(leftmost)
    for one in reversed(chain):
        known = _operation(inference, one, known, inference.type_of(one.right))
    return known


def _operation(inference: Inference, node: nodes.Binary, left: Known, right: Known) -> Known:
    if node.operator in COMPARISONS:
        compare(inference, node, (node.left, left), (node.right, right), ordered=node.operator not in ("=", "!="))
        return TRUTH
    one, other = kind_of(left), kind_of(right)
    if one is None or other is None:
        return None
    result = _RESULTS.get((node.operator, one, other))
    if result is None:
        given = {"left": inference.described(node.left, left), "right": inference.described(node.right, right)}
        inference.note(node, "feel.warning.operands", operator=node.operator, **given)
    return result


def compare(
    inference: Inference, node: Node, left: tuple[Node, Known], right: tuple[Node, Known], *, ordered: bool
) -> None:
    """Notes when two kinds cannot be compared."""
    one, other = kind_of(left[1]), kind_of(right[1])
    if one is not None and other is not None and (one != other or (ordered and one not in ORDERED)):
        given = {"left": inference.described(*left), "right": inference.described(*right)}
        inference.note(node, "feel.warning.comparison", **given)


@infers(nodes.Negation)
def _negation(inference: Inference, node: nodes.Negation) -> Known:
    known = inference.expect(_SIGNED, node.operand, "feel.warning.negation")
    return known if kind_of(known) in _SIGNED else None


@infers(nodes.Junction)
def _junction(inference: Inference, node: nodes.Junction) -> Known:
    for operand in node.operands:
        inference.expect({BOOLEAN}, operand, "feel.warning.truth", word=node.operator)
    return TRUTH


@infers(nodes.Between)
def _between(inference: Inference, node: nodes.Between) -> Known:
    value = node.value, inference.type_of(node.value)
    for end in (node.low, node.high):
        compare(inference, node, value, (end, inference.type_of(end)), ordered=True)
    return TRUTH


@infers(nodes.InstanceOf)
def _instance_of(inference: Inference, node: nodes.InstanceOf) -> Known:
    inference.type_of(node.value)
    return TRUTH


@infers(nodes.If)
def _if(inference: Inference, node: nodes.If) -> Known:
    inference.expect({BOOLEAN}, node.condition, "feel.warning.condition")
    return joined([inference.type_of(node.then), inference.type_of(node.otherwise)])


def joined(types: Sequence[Known]) -> Known:
    """The type that all of them are, null apart."""
    certain = [one for one in types if one is None or one.name != "null"]
    return certain[0] if certain and all(one == certain[0] for one in certain) else None


# -- tests


@infers(nodes.In)
def _in(inference: Inference, node: nodes.In) -> Known:
    _test_all(inference, node.tests, node.value, inference.type_of(node.value))
    return TRUTH


@infers(nodes.Tests)
def _tests(inference: Inference, node: nodes.Tests) -> Known:
    _test_all(inference, node.tests, None, inference.lookup("?"))
    return TRUTH


def _test_all(inference: Inference, tests: Sequence[Node], subject: Node | None, value: Known) -> None:
    with inference.within({"?": value}):
        for test in tests:
            _test(inference, test, subject, value)


def _test(inference: Inference, test: Node, subject: Node | None, value: Known) -> None:
    operand = test.operand if isinstance(test, nodes.Comparison) else test
    known = inference.type_of(operand)
    if "?" in free_names(operand).names or kind_of(known) == LIST:
        return
    if isinstance(known, RangeType):
        known = known.item
    ordered = isinstance(test, nodes.Comparison) and test.operator not in ("=", "!=")
    left = inference.described(subject, value) if subject is not None else f"? ({value.name if value else ''})"
    one, other = kind_of(value), kind_of(known)
    if one is not None and other not in (None, RANGE) and (one != other or (ordered and one not in ORDERED)):
        inference.note(test, "feel.warning.comparison", left=left, right=inference.described(operand, known))


@infers(nodes.Comparison)
def _comparison(inference: Inference, node: nodes.Comparison) -> Known:
    """As a value it is a range with one open end."""
    return RangeType(RANGE, inference.type_of(node.operand) or ANY)


@infers(nodes.Interval)
def _interval(inference: Inference, node: nodes.Interval) -> Known:
    low, high = inference.type_of(node.low), inference.type_of(node.high)
    compare(inference, node, (node.low, low), (node.high, high), ordered=True)
    return RangeType(RANGE, joined([low, high]) or ANY)


@infers(nodes.ListOf)
def _list(inference: Inference, node: nodes.ListOf) -> Known:
    item = joined([inference.type_of(one) for one in node.items])
    return ListType(LIST, item) if item is not None else SIMPLE[LIST]
