import pytest

from tests.feel.evaluating import value_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("if 1 < 2 then 1 else 2", 1),
        ("if null then 1 else 2", 2),
        ('if "x" then 1 else 2', 2),
        ("if false then 1 else if true then 2 else 3", 2),
        ("for x in [1, 2] return x * 2", [2, 4]),
        ("for x in 1..3 return x", [1, 2, 3]),
        ("for x in 3..1 return x", [3, 2, 1]),
        ("for x in [1..3) return x", [1, 2]),
        ("for x in 5 return x", [5]),
        ("for x in null return x", None),
        ("for x in [1, 2], y in [10, 20] return x + y", [11, 21, 12, 22]),
        ("for x in [[1, 2], [3]], y in x return y", [1, 2, 3]),
        ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3]),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, 2] satisfies x > 1", False),
        ("every x in [] satisfies x > 1", True),
        ("some x in [null, 2] satisfies x > 1", True),
        ("every x in [null, 2] satisfies x > 1", None),
    ],
)
def test_control(source, expected):
    assert value_of(source) == expected


def test_a_loop_hands_out_copies_of_its_partial_result():
    assert value_of("for i in 1..3 return partial") == [[], [[]], [[], [[]]]]


def test_dates_can_be_counted_through():
    assert value_of('count(for d in @"2026-02-27"..@"2026-03-02" return d)') == 4


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[10, 20, 30][2]", 20),
        ("[10, 20, 30][-1]", 30),
        ("[10, 20, 30][4]", None),
        ("[10, 20, 30][0]", None),
        ("[10, 20, 30][item > 15]", [20, 30]),
        ("5[1]", 5),
        ("[{p: 1}, {p: 2}][p > 1]", [{"p": 2}]),
        ("[{p: 1}, {p: 2}].p", [1, 2]),
        ("null[1]", None),
        ("[1, 2, 3][[1, 2, 3][1]]", 1),
    ],
)
def test_filters_and_positions(source, expected):
    assert value_of(source) == expected


def test_a_filter_sees_the_names_around_it():
    parts = [{"no": "A", "price": 80}, {"no": "B", "price": 120}]
    assert value_of("parts[price > limit].no", {"parts": parts, "limit": 100}) == ["B"]


def test_contexts_see_their_earlier_entries():
    assert value_of("{net: 100, gross: net * 1.13}.gross") == 113
    assert value_of("{a: 1, a: 2}") is None


def test_functions_are_values():
    assert value_of("{twice: function(x: number) x * 2, r: twice(4)}.r") == 8
    assert value_of("(function(a, b) a - b)(b: 1, a: 5)") == 4
    assert value_of('{f: function(x: number) x, r: f("a")}.r') is None
    assert value_of("(function(x) x)(1, 2)") is None


def test_a_function_may_call_itself():
    assert value_of("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r") == 120


def test_calling_what_is_no_function_is_null():
    assert value_of("x(1)", {"x": 3}) is None
    assert value_of("nothing(1)") is None
