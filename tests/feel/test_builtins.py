import re
from decimal import Decimal

import pytest

from tests.feel.evaluating import run_error, value_of

NUMBERS = [
    ("decimal(1.005, 2)", Decimal("1.00")),
    ("floor(-1.5)", -2),
    ("ceiling(1.2)", 2),
    ("round up(5.5, 0)", 6),
    ("round half down(5.5, 0)", 5),
    ("round half up(1.125, 2)", Decimal("1.13")),
    ("abs(-3)", 3),
    ("abs(-1234567890123456789012345678901234)", Decimal(1234567890123456789012345678901234)),
    ("modulo(-12, 5)", 3),
    ("sqrt(16)", 4),
    ("sqrt(-1)", None),
    ("log(0)", None),
    ("odd(3)", True),
    ("even(2)", True),
    ("odd(2.5)", False),
    ('number("1.5")', Decimal("1.5")),
    ('number("1,500.25", ",", ".")', Decimal("1500.25")),
    ('number("abc")', None),
]
STRINGS = [
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("foobar", 0)', None),
    ('substring(string: "hello", start position: 2)', "ello"),
    ('string length("修理")', 2),
    ('upper case("aB")', "AB"),
    ('substring before("a-b-c", "-")', "a"),
    ('substring after("a-b-c", "-")', "b-c"),
    ('contains("foobar", "of")', False),
    ('starts with("SN-1", "SN")', True),
    ('string join(["a", null, "b"], "; ")', "a; b"),
    ('trim("  x ")', "x"),
    ('is blank("  ")', True),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('matches("IMEI 123456789012345", "[0-9]{15}")', True),
    ('replace("abcd", "(b)(c)", "[$2$1]")', "a[cb]d"),
    ('extract("1234, 5678", "[0-9]+")', ["1234", "5678"]),
    ('to base64("FEEL")', "RkVFTA=="),
    ('from base64("RkVFTA==")', "FEEL"),
    ("string(1.50)", "1.5"),
    ('string({a: [1, "x", null]})', '{a: [1, "x", null]}'),
    ("string(null)", None),
    ("to json({a: 1.5, b: [true, null]})", '{"a":1.5,"b":[true,null]}'),
    ('from json("{\\"a\\": 1.10}").a', Decimal("1.10")),
    ('from json("{")', None),
]
LISTS = [
    ("count([1, null])", 2),
    ("count(5)", 1),
    ("sum([1, 2.5])", Decimal("3.5")),
    ("sum(1, 2, 3)", 6),
    ("sum([])", None),
    ('sum([1, "a"])', None),
    ("mean([1, 2, 3])", 2),
    ("median([1, 4, 2, 3])", Decimal("2.5")),
    ("mode([1, 2, 2])", [2]),
    ("stddev([2, 4, 7, 5])", Decimal("2.081665999466132735282297706979931")),
    ("product([2, 3])", 6),
    ("min([3, 1, 2])", 1),
    ('max(["a", "b"])', "b"),
    ("all([true, null])", None),
    ("any([true, null])", True),
    ("list contains([1, null], null)", True),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("sublist([1, 2, 3], 2)", [2, 3]),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1], [2, 3])", [1, 2, 3]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("remove([1, 2, 3], 2)", [1, 3]),
    ("list replace([1, 2], 2, 9)", [1, 9]),
    ("list replace([1, 2], function(item, new) item > 1, 9)", [1, 9]),
    ("reverse([1, 2])", [2, 1]),
    ("distinct values([1, 2, 1])", [1, 2]),
    ("duplicate values([1, 2, 1])", [1]),
    ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ('sort([1, "a"])', None),
    ("sort([1, 3, 2], function(a, b) a > b)", [3, 2, 1]),
    ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
    ("is empty([])", True),
]
CONTEXTS = [
    ('get value({a: 1}, "a")', 1),
    ('get value({a: {b: 2}}, ["a", "b"])', 2),
    ("get value({a: 1}, [])", None),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ('context([{key: "a", value: 1}])', {"a": 1}),
    ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
    ('context put({a: {}}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
]
OTHERS = [
    ("is defined(1)", True),
    ("is defined(nothing)", False),
    ("get or else(null, 3)", 3),
    ("is(1, 1.0)", True),
    ('is(@"2026-01-01T00:00:00Z", @"2026-01-01T08:00:00+08:00")', False),
    ("before(1, [2..3])", True),
    ("after([5..6], [1..5])", False),
    ("meets([1..5], [5..10])", True),
    ("overlaps([1..5], [3..8])", True),
    ("overlaps before([1..5], [3..8])", True),
    ("overlaps after([3..8], [1..5])", True),
    ("includes([1..10], 5)", True),
    ("during(5, [1..10])", True),
    ("starts(1, [1..5])", True),
    ("finishes([3..5], [1..5])", True),
    ("coincides([1..5], [1..5])", True),
    ('range("[1..5]").end', 5),
    ('range("[1..f(5)]")', None),
    ("assert(3, true)", 3),
]


@pytest.mark.parametrize(("source", "expected"), [*NUMBERS, *STRINGS, *LISTS, *CONTEXTS, *OTHERS])
def test_built_in_functions(source, expected):
    assert value_of(source) == expected


@pytest.mark.parametrize(
    "source", ["count()", "upper case(1)", "floor(null)", 'substring("a")', "sum(list: null)", "not(1, 2)"]
)
def test_arguments_that_do_not_fit_give_null(source):
    assert value_of(source) is None


def test_a_list_of_one_stands_for_its_item():
    assert value_of('upper case(["a"])') == "A"


def test_uuids_differ():
    first, second = value_of("[uuid(), uuid()]")
    assert first != second
    assert re.fullmatch(r"[0-9a-f-]{36}", first)


def test_a_random_number_lies_between_zero_and_one():
    assert 0 <= value_of("random number()") < 1


def test_a_failed_assertion_says_why():
    error = run_error('assert(3, 1 > 2, "too small")')
    assert (error.code, error.params["cause"]) == ("feel.assertion", "too small")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("abs instance of function<number> -> number", True),
        ("abs instance of function<number> -> string", False),
        ("substring instance of function<string, number> -> string", True),
        ("substring instance of function<string, number, number> -> string", True),
        ("substring instance of function<string> -> string", False),
        ("sum instance of function<list<number>> -> number", True),
        ("max instance of function<number, number> -> number", True),
        ("count instance of function<list<string>> -> number", True),
        ("get entries instance of function<context> -> list<context<key: string>>", True),
        ("get value instance of function<context, string> -> string", True),
        ("now instance of function<> -> date", False),
        ("now instance of function<> -> date and time", True),
        ("count instance of function<Any> -> number", False),
    ],
)
def test_built_in_functions_have_types(source, expected):
    assert value_of(source) is expected
