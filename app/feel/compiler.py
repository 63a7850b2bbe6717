"""Syntax tree to Python closures. A closure takes the scope and gives a FEEL value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from app.feel import control, nodes
from app.feel.access import filtered, member_of, nth_of
from app.feel.arithmetic import OPERATIONS, negate
from app.feel.closures import Closure, Where
from app.feel.comparison import ORDERS, at_least, at_most, both, equal, negation
from app.feel.errors import FeelRuntimeError
from app.feel.free_names import free_names
from app.feel.functions import UserFunction, call_function
from app.feel.json_values import from_json
from app.feel.literals import at_literal
from app.feel.nodes import Node
from app.feel.numbers import DECIMAL128
from app.feel.types import FunctionType, is_instance
from app.feel.unary_tests import compile_cell, compile_tests
from app.feel.values import FeelValue, Range

Compile = Callable[[Any], Closure]
N = TypeVar("N", bound=Node)
_COMPILERS: dict[type[Node], Compile] = {}


def compile_node(node: Node) -> Closure:
    return _COMPILERS[type(node)](node)


def _compiles(kind: type[N]) -> Callable[[Callable[[N], Closure]], Callable[[N], Closure]]:
    def register(compile_kind: Callable[[N], Closure]) -> Callable[[N], Closure]:
        _COMPILERS[kind] = compile_kind
        return compile_kind

    return register


@_compiles(nodes.Literal)
def _literal(node: nodes.Literal) -> Closure:
    value = node.value
    return lambda _scope: value


@_compiles(nodes.At)
def _at(node: nodes.At) -> Closure:
    value = at_literal(node.text)
    return lambda _scope: value


@_compiles(nodes.Name)
def _name(node: nodes.Name) -> Closure:
    name = node.name
    if "." in name:
        return _dotted(name)
    return lambda scope: scope[name]


def _dotted(name: str) -> Closure:
    """A declared name may contain dots; where nothing bears it, the dots are paths."""
    first, *members = name.split(".")

    def read(scope: Where) -> FeelValue:
        if scope.has(name):
            return scope[name]
        value = scope[first.strip()]
        for member in members:
            value = member_of(value, member.strip())
        return value

    return read


@_compiles(nodes.Path)
def _path(node: nodes.Path) -> Closure:
    member = node.member
    raw = _raw(node.source)
    if raw is None:
        source = compile_node(node.source)
        return lambda scope: member_of(source(scope), member)

    def read(scope: Where) -> FeelValue:
        value = raw(scope)
        if type(value) is dict or isinstance(value, Mapping):
            return from_json(value.get(member))
        return member_of(from_json(value), member)

    return read


def _raw(node: Node) -> Callable[[Where], Any] | None:
    """Reads a variable, or a member of one, without converting the document it is part of."""
    if isinstance(node, nodes.Name) and "." not in node.name:
        name = node.name
        return lambda scope: scope.raw(name)
    if not isinstance(node, nodes.Path):
        return None
    inner, member = _raw(node.source), node.member
    if inner is None:
        return None

    def read(scope: Where) -> Any:
        value = inner(scope)
        if type(value) is dict or isinstance(value, Mapping):
            return value.get(member)
        return member_of(from_json(value), member)

    return read


@_compiles(nodes.Filter)
def _filter(node: nodes.Filter) -> Closure:
    source = compile_node(node.source)
    index = node.predicate
    if isinstance(index, nodes.Negation) and isinstance(index.operand, nodes.Literal):
        index = nodes.Literal(index.start, index.end, negate(index.operand.value))
    if isinstance(index, nodes.Literal) and type(index.value) is Decimal:
        position = index.value
        return lambda scope: nth_of(source(scope), position)
    predicate = compile_node(node.predicate)
    return _located(node, lambda scope: filtered(scope, source(scope), predicate))


@_compiles(nodes.Call)
def _call(node: nodes.Call) -> Closure:
    function = _callee(node.function)
    arguments = [compile_node(argument) for argument in node.arguments]
    start = node.start

    def call(scope: Where) -> FeelValue:
        try:
            return call_function(scope.run, function(scope), [argument(scope) for argument in arguments])
        except FeelRuntimeError as error:
            raise error.near(start) from error.__cause__

    return call


@_compiles(nodes.NamedCall)
def _named_call(node: nodes.NamedCall) -> Closure:
    function = _callee(node.function)
    arguments = [(name, compile_node(argument)) for name, argument in node.arguments]
    start = node.start

    def call(scope: Where) -> FeelValue:
        named = {name: argument(scope) for name, argument in arguments}
        try:
            return call_function(scope.run, function(scope), named)
        except FeelRuntimeError as error:
            raise error.near(start) from error.__cause__

    return call


def _callee(node: Node) -> Closure:
    if isinstance(node, nodes.Name):
        name = node.name
        return lambda scope: scope.function(name)
    return compile_node(node)


@_compiles(nodes.Negation)
def _negation(node: nodes.Negation) -> Closure:
    operand = compile_node(node.operand)
    return lambda scope: negate(operand(scope))


@_compiles(nodes.Binary)
def _binary(node: nodes.Binary) -> Closure:
    # A sum of a thousand terms leans left a thousand levels deep; only its right sides are compiled recursively.
    chain: list[nodes.Binary] = []
    leftmost: Node = node
    while isinstance(leftmost, nodes.Binary):
        chain.append(leftmost)
        leftmost = leftmost.left
    closure = compile_node(leftmost)
    for link in reversed(chain):
        closure = _operation(link.operator, closure, link.right)
    return closure


def _operation(operator: str, left: Closure, right_node: Node) -> Closure:
    right = compile_node(right_node)
    if operator in ORDERS:
        order = ORDERS[operator]
        return lambda scope: order(left(scope), right(scope))
    if operator == "=":
        if isinstance(right_node, nodes.Literal) and type(right_node.value) is str:
            return _equals_text(left, right_node.value)
        return lambda scope: equal(scope.run, left(scope), right(scope))
    if operator == "!=":
        return lambda scope: negation(equal(scope.run, left(scope), right(scope)))
    general = OPERATIONS[operator]
    if operator in ("+", "-", "*"):
        return _numeric_first(operator, left, right)
    return lambda scope: general(scope.run, left(scope), right(scope))


def _equals_text(left: Closure, text: str) -> Closure:
    def compare(scope: Where) -> bool | None:
        value = left(scope)
        if type(value) is str:
            return bool(value == text)
        return False if value is None else None

    return compare


_QUICK = {"+": DECIMAL128.add, "-": DECIMAL128.subtract, "*": DECIMAL128.multiply}


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


@_compiles(nodes.Junction)
def _junction(node: nodes.Junction) -> Closure:
    operands = [compile_node(operand) for operand in node.operands]
    decisive = node.operator == "or"

    def junction(scope: Where) -> bool | None:
        unknown = False
        for operand in operands:
            value: object = operand(scope)
            if value is decisive:
                return decisive
            unknown = unknown or type(value) is not bool
        return None if unknown else not decisive

    return junction


@_compiles(nodes.Between)
def _between(node: nodes.Between) -> Closure:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)

    def between(scope: Where) -> bool | None:
        subject = value(scope)
        return both(at_least(subject, low(scope)), at_most(subject, high(scope)))

    return between


@_compiles(nodes.In)
def _in(node: nodes.In) -> Closure:
    value = compile_node(node.value)
    tests = compile_tests(node.tests, compile_node)
    return lambda scope: tests(scope, value(scope))


@_compiles(nodes.Comparison)
def _comparison(node: nodes.Comparison) -> Closure:
    """A comparison that stands as a value, `(< 10)` or `[< 10]`, is a range with one open end."""
    operand = compile_node(node.operand)
    operator = node.operator

    def interval(scope: Where) -> Range | None:
        end = operand(scope)
        if end is None or operator == "!=":
            return None
        if operator == "=":
            return Range(end, end, low_included=True, high_included=True, from_test=True)
        if operator[0] == "<":
            return Range(None, end, low_included=False, high_included=operator == "<=", from_test=True)
        return Range(end, None, low_included=operator == ">=", high_included=False, from_test=True)

    return interval


@_compiles(nodes.Tests)
def _tests(node: nodes.Tests) -> Closure:
    test = compile_cell(node, compile_node)
    return lambda scope: test(scope, scope["?"])


@_compiles(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf) -> Closure:
    value, expected = compile_node(node.value), node.type
    return lambda scope: is_instance(value(scope), expected)


@_compiles(nodes.If)
def _if(node: nodes.If) -> Closure:
    condition, then = compile_node(node.condition), compile_node(node.then)
    otherwise = compile_node(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _iterators(iterators: tuple[nodes.Iterator, ...]) -> list[control.Iteration]:
    return [
        control.Iteration(one.name, compile_node(one.source), None if one.until is None else compile_node(one.until))
        for one in iterators
    ]


@_compiles(nodes.For)
def _for(node: nodes.For) -> Closure:
    sees_partial = "partial" in free_names(node.body).names
    loop = control.for_loop(_iterators(node.iterators), compile_node(node.body), sees_partial=sees_partial)
    return _located(node, loop)


@_compiles(nodes.Quantified)
def _quantified(node: nodes.Quantified) -> Closure:
    condition = compile_node(node.condition)
    return _located(node, control.quantifier(_iterators(node.iterators), condition, every=node.every))


def _located(node: Node, closure: Closure) -> Closure:
    def run(scope: Where) -> FeelValue:
        try:
            return closure(scope)
        except FeelRuntimeError as error:
            raise error.near(node.start) from error.__cause__

    return run


@_compiles(nodes.Interval)
def _interval(node: nodes.Interval) -> Closure:
    low, high = compile_node(node.low), compile_node(node.high)
    return control.interval(low, high, low_included=node.low_included, high_included=node.high_included)


@_compiles(nodes.ListOf)
def _list(node: nodes.ListOf) -> Closure:
    items = [compile_node(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


@_compiles(nodes.ContextOf)
def _context(node: nodes.ContextOf) -> Closure:
    return control.context([(key, compile_node(value)) for key, value in node.entries])


@_compiles(nodes.Lambda)
def _lambda(node: nodes.Lambda) -> Closure:
    names = tuple(name for name, _ in node.parameters)
    signature = FunctionType("function", tuple(kind for _, kind in node.parameters), node.returns)
    body = compile_node(node.body)
    return lambda scope: UserFunction(names, signature, body, scope)
