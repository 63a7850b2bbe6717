"""Syntax trees made up by the grammar, for tests that must hold for every expression."""

from decimal import Decimal

from hypothesis import reject, settings
from hypothesis import strategies as st

from app.feel import FeelSyntaxError, compile_expression, nodes
from app.feel.builtins import BUILTINS
from app.feel.printing import print_node
from app.feel.types import ANY, SIMPLE, UNDECLARED, ContextType, FunctionType, ListType, RangeType
from app.feel.values import Function, Range

KNOWN = {"a": 1, "b c": [1, {"x": 2}, "t"], "金额": "12.5", "pre-check": {"x": True, "if": None}, "on": "2026-03-01"}
KNOWN_TYPES = {"a": SIMPLE["number"], "b c": SIMPLE["list"], "金额": SIMPLE["string"], "on": SIMPLE["string"]}
NAMES = st.sampled_from([*KNOWN, "x", "item", "partial", "date and time", "if", "a.b", "a\nb", "𝒳 y", "-", "not", "é1"])
SETTINGS = settings(max_examples=60, deadline=None, database=None, derandomize=True)
# These give something else every time.
UNPREDICTABLE = {"uuid", "random number", "now", "today"}
MOMENTS = ["2026-01-31", "2026-03-29T02:30:00@Europe/Paris", "10:00:00Z", "P1DT2H", "-P14M", "nonsense", "99999-01-01"]


def made(kind, *fields):
    """Trees of a kind, with positions that mean nothing."""
    return st.builds(kind, st.just(0), st.just(0), *fields)


numbers = st.decimals(min_value=0, max_value=10**12, places=3) | st.sampled_from([Decimal("1e6000"), Decimal("1e-30")])
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
simple_types = st.sampled_from(sorted(SIMPLE)).map(SIMPLE.get)
types = st.recursive(
    simple_types,
    lambda inner: st.one_of(
        st.builds(ListType, st.just("list"), inner),
        st.builds(RangeType, st.just("range"), inner),
        st.builds(
            ContextType, st.just("context"), st.lists(st.tuples(NAMES, inner), min_size=1, max_size=2).map(tuple)
        ),
        st.builds(FunctionType, st.just("function"), st.lists(inner, max_size=2).map(tuple), inner),
    ),
    max_leaves=3,
)
leaves = st.one_of(
    made(nodes.Literal, st.none() | st.booleans() | numbers | texts),
    made(nodes.At, st.sampled_from(MOMENTS) | texts),
    made(nodes.Name, NAMES | st.just("?")),
)


def some(trees, least=1, most=3):
    return st.lists(trees, min_size=least, max_size=most).map(tuple)


def grown(inner):
    """One level more around smaller trees."""
    ends = inner | st.integers(0, 5).map(lambda number: nodes.Literal(0, 0, Decimal(number)))
    comparisons = made(nodes.Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner)
    iterators = some(made(nodes.Iterator, NAMES, ends, st.none() | ends), most=2)
    named = st.lists(st.tuples(NAMES, inner), min_size=1, max_size=2).map(tuple)
    builtin = made(nodes.Name, st.sampled_from(sorted(BUILTINS.keys() - UNPREDICTABLE)))
    binary = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">="]
    return st.one_of(
        made(nodes.Binary, st.sampled_from(binary), inner, inner),
        made(nodes.Binary, st.sampled_from(binary), inner, inner),
        made(nodes.Path, inner, NAMES | st.sampled_from(["x", "year", "start included"])),
        made(nodes.Filter, inner, inner | comparisons.map(as_condition)),
        made(nodes.Call, builtin, some(inner, 0)),
        made(nodes.Call, inner, some(inner, 0)),
        made(nodes.NamedCall, builtin | inner, named),
        made(nodes.Negation, inner),
        made(nodes.Junction, st.sampled_from(["and", "or"]), some(inner, 2)),
        made(nodes.Between, inner, inner, inner),
        made(nodes.In, inner, some(inner | comparisons)),
        made(nodes.InstanceOf, inner, types),
        made(nodes.If, inner, inner, inner),
        made(nodes.For, iterators, inner),
        made(nodes.Quantified, st.booleans(), iterators, inner),
        made(nodes.Interval, ends, ends, st.booleans(), st.booleans()),
        made(nodes.ListOf, some(inner | comparisons, 0)),
        made(
            nodes.ContextOf,
            st.lists(st.tuples(NAMES | texts, inner), max_size=3, unique_by=lambda one: one[0]).map(tuple),
        ),
        made(
            nodes.Lambda,
            st.lists(st.tuples(NAMES, st.just(ANY) | types), max_size=2).map(tuple),
            st.just(UNDECLARED) | types,
            inner,
        ),
    )


def as_condition(comparison):
    """The comparison with a left side."""
    return nodes.Binary(0, 0, comparison.operator, nodes.Name(0, 0, "item"), comparison.operand)


def made_cells():
    tests = trees | made(nodes.Comparison, st.sampled_from(["=", "<", ">="]), trees)
    cells = made(nodes.Tests, some(tests, 0), st.booleans())
    return cells.map(lambda cell: cell if cell.tests else nodes.Tests(0, 0, (), negated=False))


# Deferred, since what these strategies are made of would fill pages of a report.
trees = st.deferred(lambda: st.recursive(leaves, grown, max_leaves=12))
cells = st.deferred(made_cells)


def printed(tree):
    """The text of a tree, if the language allows so deep a one."""
    text = print_node(tree)
    try:
        compile_expression(text)
    except FeelSyntaxError as error:
        if error.code != "feel.syntax.too_deep":
            raise
        reject()
    return text


sources = st.deferred(lambda: trees.map(printed))


def alike(one, other):
    """Whether two values are the same, functions apart."""
    if isinstance(one, Function) and isinstance(other, Function):
        return type(one) is type(other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, Range) and isinstance(other, Range):
        return alike([one.low, one.high], [other.low, other.high]) and one.low_included is other.low_included
    return type(one) is type(other) and one == other
