"""Random texts and values: whatever comes in, only FEEL values and FEEL errors come out."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import Environment, FeelError, compile_expression, compile_unary_tests, from_json, render, to_json
from app.feel.builtins import BUILTINS
from app.feel.values import Function, kind

SETTINGS = settings(max_examples=200, deadline=None, database=None, derandomize=True)
SMALL = Environment(max_steps=2000, max_size=20_000)
PIECES = [
    *"()[]{},.:?+-*/<>=@\"`'", " ", "..", "**", "!=", "1", "0.5", "a", "b c", '"x"', '@"2026-01-01"', '@"P1D"',
    "if ", " then ", " else ", "for ", " in ", " return ", "some ", " satisfies ", " and ", " or ", " between ",
    " instance of ", "function", "not", "null", "true", "count", "date and time", "list<number>", "item", "partial",
]  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
feel_values = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.lists(st.integers(-5, 5).map(Decimal), max_size=5),
    st.dictionaries(st.sampled_from("abc"), st.integers().map(Decimal), max_size=3),
)


def is_feel(value):
    if isinstance(value, list):
        return all(map(is_feel, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_feel(item) for key, item in value.items())
    return kind(value) != "function" or isinstance(value, Function)


def harmless(compile_text, source):
    try:
        result = compile_text(source)
        assert is_feel(result.evaluate({"a": 1, "b c": [1, {"x": 2}]}, environment=SMALL))
    except FeelError:
        pass


@given(st.text(max_size=60))
@SETTINGS
def test_any_text_is_an_expression_or_a_feel_error(source):
    harmless(compile_expression, source)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@SETTINGS
def test_any_mixture_of_feel_words_is_an_expression_or_a_feel_error(source):
    harmless(compile_expression, source)


@given(st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
@SETTINGS
def test_any_mixture_is_a_cell_or_a_feel_error(source):
    try:
        tests = compile_unary_tests(source)
        assert tests.evaluate(1, {"a": 1}, environment=SMALL) in (True, False, None)
    except FeelError:
        pass


@given(st.sampled_from(sorted(BUILTINS)), st.lists(feel_values, max_size=4))
@settings(SETTINGS, max_examples=600)
def test_built_ins_accept_any_values(name, arguments):
    names = [f"v{index}" for index in range(len(arguments))]
    source = f"{name}({', '.join(names)})"
    try:
        value = compile_expression(source).evaluate(dict(zip(names, arguments, strict=True)), environment=SMALL)
    except FeelError:
        return
    assert is_feel(value)


@given(st.sampled_from(["+", "-", "*", "/", "**", "<", "<=", "=", "!=", "and", "or", "in"]), feel_values, feel_values)
@settings(SETTINGS, max_examples=400)
def test_operators_accept_any_values(operator, left, right):
    value = compile_expression(f"a {operator} b").evaluate({"a": left, "b": right}, environment=SMALL)
    assert is_feel(value)


@given(json_values)
@SETTINGS
def test_json_survives_the_way_through_feel(document):
    once = to_json(from_json(document))
    assert to_json(from_json(once)) == once


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
@SETTINGS
def test_a_number_survives_its_text(number):
    assert compile_expression(f'number("{render(number)}")').evaluate({}) == number


@given(st.one_of(st.dates(), st.datetimes(), st.times(), st.timedeltas()))
@SETTINGS
def test_a_moment_survives_its_text(moment):
    assert compile_expression(f'@"{render(from_json(moment))}"').evaluate({}) == from_json(moment)
