"""Our answers beside those of Python, where Python has the same question."""

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.feel import compile_expression
from tests.feel.test_properties import SETTINGS

DIGITS = 34
numbers = st.decimals(min_value=-(10**20), max_value=10**20, places=6) | st.integers(-1000, 1000).map(Decimal)
lists = st.lists(st.integers(-20, 20).map(Decimal), min_size=1, max_size=12)
truths = st.sampled_from([True, False, None])


def value_of(source, **context):
    return compile_expression(source).evaluate(context)


def is_nearest(result, exact):
    """Whether no other number of 34 digits lies nearer."""
    step = Fraction(10) ** (result.adjusted() - DIGITS + 1)
    return abs(Fraction(result) - exact) <= step / 2


@given(st.sampled_from("+-*/"), numbers, numbers)
@SETTINGS
def test_arithmetic_gives_the_nearest_number_of_34_digits(operator, one, other):
    assume(operator != "/" or other)
    result = value_of(f"a {operator} b", a=one, b=other)
    left, right = Fraction(one), Fraction(other)
    exact = {"+": left + right, "-": left - right, "*": left * right}.get(operator) if operator != "/" else left / right
    assert result == 0 == exact if exact == 0 else is_nearest(result, exact)


@given(numbers, numbers)
@SETTINGS
def test_numbers_are_ordered_as_in_python(one, other):
    for operator, expected in (("<", one < other), ("<=", one <= other), ("=", one == other), ("!=", one != other)):
        assert value_of(f"a {operator} b", a=one, b=other) is expected
        assert value_of(f"a {operator} {abs(other)}", a=one) is expected or other < 0


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
@SETTINGS
def test_the_remainder_is_that_of_python(one, other):
    assume(other)
    assert value_of("modulo(a, b)", a=one, b=other) == one % other


@given(st.text(max_size=12), st.text(max_size=12))
@SETTINGS
def test_texts_are_ordered_by_their_characters(one, other):
    assert value_of("a < b", a=one, b=other) is (one < other)
    assert value_of("a + b", a=one, b=other) == one + other


@given(st.text(min_size=1, max_size=12), st.data())
@SETTINGS
def test_substrings_are_slices(text, data):
    start = data.draw(st.integers(1, len(text)))
    length = data.draw(st.integers(1, 14))
    assert value_of("substring(t, s, n)", t=text, s=start, n=length) == text[start - 1 : start - 1 + length]
    assert value_of("substring(t, s)", t=text, s=-start) == text[len(text) - start :]


@given(lists)
@SETTINGS
def test_lists_are_counted_as_python_counts_them(items):
    assert value_of("sum(xs)", xs=items) == sum(items)
    assert value_of("min(xs)", xs=items) == min(items)
    assert value_of("max(xs)", xs=items) == max(items)
    assert value_of("sort(xs)", xs=items) == sorted(items)
    assert value_of("reverse(xs)", xs=items) == items[::-1]
    assert value_of("median(xs)", xs=items) == statistics.median(items)
    assert value_of("mode(xs)", xs=items) == sorted(statistics.multimode(items))
    assert value_of("distinct values(xs)", xs=items) == list(dict.fromkeys(items))
    assert float(value_of("mean(xs)", xs=items)) == pytest.approx(float(statistics.mean(items)))


@given(lists, st.integers(-25, 25))
@SETTINGS
def test_filters_and_loops_are_comprehensions(items, limit):
    assert value_of("xs[item > n]", xs=items, n=limit) == [x for x in items if x > limit]
    assert value_of("for x in xs return x * n", xs=items, n=limit) == [x * limit for x in items]
    assert value_of("some x in xs satisfies x > n", xs=items, n=limit) is any(x > limit for x in items)
    assert value_of("every x in xs satisfies x > n", xs=items, n=limit) is all(x > limit for x in items)
    assert value_of("n in xs", xs=items, n=limit) is (limit in items)


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-20, 20), st.booleans(), st.booleans())
@SETTINGS
def test_an_interval_contains_what_lies_between(value, low, high, low_included, high_included):
    assume(low <= high)
    source = f"x in {'[' if low_included else '('}a..b{']' if high_included else ')'}"
    above = low <= value if low_included else low < value
    below = value <= high if high_included else value < high
    assert value_of(source, x=value, a=low, b=high) is (above and below)


@given(st.lists(truths, min_size=2, max_size=5))
@SETTINGS
def test_logic_is_that_of_kleene(operands):
    """Unknown lies between false and true; `and` is the least of all, `or` the greatest."""
    rank = {False: 0, None: 1, True: 2}
    names = {f"v{index}": value for index, value in enumerate(operands)}
    assert value_of(" and ".join(names), **names) is min(operands, key=rank.get)
    assert value_of(" or ".join(names), **names) is max(operands, key=rank.get)
