"""Syntax tree to Python closures. A closure takes the scope and gives a FEEL value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from app.feel import control, nodes, operations
from app.feel.access import filtered, member_of, nth_of
from app.feel.arithmetic import negate
from app.feel.closures import Closure, Compile, Where
from app.feel.comparison import at_least, at_most, both
from app.feel.errors import FeelRuntimeError
from app.feel.free_names import free_names, weight_of
from app.feel.functions import UserFunction, call_function
from app.feel.json_values import PLAIN
from app.feel.literals import at_literal
from app.feel.nodes import Node
from app.feel.raw import raw_reader
from app.feel.rendering import NESTING_COST
from app.feel.types import FunctionType, is_instance
from app.feel.unary_tests import compile_cell, compile_tests
from app.feel.values import FeelValue, Range

N = TypeVar("N", bound=Node)
Compiler = Callable[[N, Compile], Closure]
COMPILERS: dict[type[Node], Compiler[Any]] = {}
"""By kind of node; the second argument compiles the parts of the node."""


def compile_node(node: Node) -> Closure:
    return COMPILERS[type(node)](node, compile_node)


def _compiles(kind: type[N]) -> Callable[[Compiler[N]], Compiler[N]]:
    def register(compiler: Compiler[N]) -> Compiler[N]:
        COMPILERS[kind] = compiler
        return compiler

    return register


@_compiles(nodes.Literal)
def _literal(node: nodes.Literal, _inner: Compile) -> Closure:
    value = node.value
    return lambda _scope: value


@_compiles(nodes.At)
def _at(node: nodes.At, _inner: Compile) -> Closure:
    value = at_literal(node.text)
    return lambda _scope: value


@_compiles(nodes.Name)
def _name(node: nodes.Name, _inner: Compile) -> Closure:
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
            value = member_of(scope, value, member.strip())
        return value

    return read


@_compiles(nodes.Path)
def _path(node: nodes.Path, inner: Compile) -> Closure:
    member = node.member
    raw = raw_reader(node.source)
    if raw is None:
        source = inner(node.source)
        return lambda scope: member_of(scope, source(scope), member)

    def read(scope: Where) -> FeelValue:
        value = raw(scope)
        if type(value) is dict or isinstance(value, Mapping):
            found = value.get(member)
            return found if type(found) in PLAIN else scope.converted(found)
        return member_of(scope, scope.converted(value), member)

    return read


@_compiles(nodes.Filter)
def _filter(node: nodes.Filter, inner: Compile) -> Closure:
    source = inner(node.source)
    index = node.predicate
    if isinstance(index, nodes.Negation) and isinstance(index.operand, nodes.Literal):
        index = nodes.Literal(index.start, index.end, negate(index.operand.value))
    if isinstance(index, nodes.Literal) and type(index.value) is Decimal:
        position = index.value
        return lambda scope: nth_of(source(scope), position)
    predicate, weight = inner(node.predicate), weight_of(node.predicate)
    return _located(node, lambda scope: filtered(scope, source(scope), predicate, weight))


@_compiles(nodes.Call)
def _call(node: nodes.Call, inner: Compile) -> Closure:
    function = _callee(node.function, inner)
    arguments = [inner(argument) for argument in node.arguments]
    start = node.start

    def call(scope: Where) -> FeelValue:
        try:
            return call_function(scope.run, function(scope), [argument(scope) for argument in arguments])
        except FeelRuntimeError as error:
            raise error.near(start) from error.__cause__

    return call


@_compiles(nodes.NamedCall)
def _named_call(node: nodes.NamedCall, inner: Compile) -> Closure:
    function = _callee(node.function, inner)
    arguments = [(name, inner(argument)) for name, argument in node.arguments]
    start = node.start

    def call(scope: Where) -> FeelValue:
        named = {name: argument(scope) for name, argument in arguments}
        try:
            return call_function(scope.run, function(scope), named)
        except FeelRuntimeError as error:
            raise error.near(start) from error.__cause__

    return call


def _callee(node: Node, inner: Compile) -> Closure:
    if isinstance(node, nodes.Name):
        name = node.name
        return lambda scope: scope.function(name)
    return inner(node)


@_compiles(nodes.Negation)
def _negation(node: nodes.Negation, inner: Compile) -> Closure:
    operand = inner(node.operand)
    return lambda scope: negate(operand(scope))


_compiles(nodes.Binary)(operations.binary)
_compiles(nodes.Junction)(operations.junction)


@_compiles(nodes.Between)
def _between(node: nodes.Between, inner: Compile) -> Closure:
    value, low, high = inner(node.value), inner(node.low), inner(node.high)

    def between(scope: Where) -> bool | None:
        subject = value(scope)
        return both(at_least(subject, low(scope)), at_most(subject, high(scope)))

    return between


@_compiles(nodes.In)
def _in(node: nodes.In, inner: Compile) -> Closure:
    value = inner(node.value)
    tests = compile_tests(node.tests, inner)
    return lambda scope: tests(scope, value(scope))


@_compiles(nodes.Comparison)
def _comparison(node: nodes.Comparison, inner: Compile) -> Closure:
    """A comparison that stands as a value, `(< 10)` or `[< 10]`, is a range with one open end."""
    operand = inner(node.operand)
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
def _tests(node: nodes.Tests, inner: Compile) -> Closure:
    test = compile_cell(node, inner)
    return lambda scope: test(scope, scope["?"])


@_compiles(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf, inner: Compile) -> Closure:
    value, expected = inner(node.value), node.type
    return lambda scope: is_instance(value(scope), expected, scope.run.step)


@_compiles(nodes.If)
def _if(node: nodes.If, inner: Compile) -> Closure:
    condition, then = inner(node.condition), inner(node.then)
    otherwise = inner(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _iterators(iterators: tuple[nodes.Iterator, ...], inner: Compile) -> list[control.Iteration]:
    return [
        control.Iteration(one.name, inner(one.source), None if one.until is None else inner(one.until))
        for one in iterators
    ]


@_compiles(nodes.For)
def _for(node: nodes.For, inner: Compile) -> Closure:
    sees_partial = "partial" in free_names(node.body).names
    body, weight = inner(node.body), weight_of(*node.iterators, node.body)
    loop = control.for_loop(_iterators(node.iterators, inner), body, sees_partial=sees_partial, weight=weight)
    return _located(node, loop)


@_compiles(nodes.Quantified)
def _quantified(node: nodes.Quantified, inner: Compile) -> Closure:
    condition, weight = inner(node.condition), weight_of(*node.iterators, node.condition)
    iterators = _iterators(node.iterators, inner)
    return _located(node, control.quantifier(iterators, condition, every=node.every, weight=weight))


def _located(node: Node, closure: Closure) -> Closure:
    def run(scope: Where) -> FeelValue:
        try:
            return closure(scope)
        except FeelRuntimeError as error:
            raise error.near(node.start) from error.__cause__

    return run


@_compiles(nodes.Interval)
def _interval(node: nodes.Interval, inner: Compile) -> Closure:
    low, high = inner(node.low), inner(node.high)
    return control.interval(low, high, low_included=node.low_included, high_included=node.high_included)


@_compiles(nodes.ListOf)
def _list(node: nodes.ListOf, inner: Compile) -> Closure:
    items = [inner(item) for item in node.items]
    cost = NESTING_COST + len(items)

    def build(scope: Where) -> list[FeelValue]:
        scope.run.allocate(cost)
        return [item(scope) for item in items]

    return build


@_compiles(nodes.ContextOf)
def _context(node: nodes.ContextOf, inner: Compile) -> Closure:
    return control.context([(key, inner(value)) for key, value in node.entries])


@_compiles(nodes.Lambda)
def _lambda(node: nodes.Lambda, inner: Compile) -> Closure:
    names = tuple(name for name, _ in node.parameters)
    signature = FunctionType("function", tuple(kind for _, kind in node.parameters), node.returns)
    body, weight = inner(node.body), weight_of(node.body)

    def define(scope: Where) -> UserFunction:
        # A function keeps alive all that it can see.
        scope.run.allocate(2 * NESTING_COST)
        return UserFunction(names, signature, body, scope, weight)

    return define
