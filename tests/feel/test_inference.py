"""Types as far as they are known, and hints about what can only come to nothing."""

import pytest
from hypothesis import given

from app.feel import FeelError, compile_expression, compile_unary_tests
from app.feel.type_parser import type_named
from app.feel.type_printing import print_type
from app.feel.types import is_instance
from tests.feel import trees
from tests.feel.test_properties import SMALL

TYPES = {
    "amount": type_named("number"),
    "text": type_named("string"),
    "on": type_named("date"),
    "case": type_named("context<level: string, parts: list<context<price: number>>>"),
}


def hints_of(source, types=TYPES, functions=()):
    return [hint.code.removeprefix("feel.warning.") for hint in compile_expression(source).hints(types, functions)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + amount", "number"),
        ("unknown + 1", None),
        ("unknown", None),
        ("amount > unknown", "boolean"),
        ('on + @"P1M"', "date"),
        ("on - on", "days and time duration"),
        ("on.year", "number"),
        ("case.level", "string"),
        ("case.parts.price", "list<number>"),
        ("case.parts[price > 5]", "list<context<price: number>>"),
        ("case.parts[1].price", "number"),
        ("case.nothing", None),
        ("for part in case.parts return part.price * 2", "list<number>"),
        ("some x in [1] satisfies x > 1", "boolean"),
        ("if amount > 1 then text else null", "string"),
        ("if amount > 1 then text else amount", None),
        ("[1, 2]", "list<number>"),
        ("[1, text]", "list"),
        ("{a: 1, b: a + 1}", "context<a: number, b: number>"),
        ("[1..5]", "range<number>"),
        ("[1..5].start", "number"),
        ("substring(text, 1)", "string"),
        ("get value({a: 1}, text)", None),
        ("abs(amount)", "number"),
        ('abs(@"P1D")', "days and time duration"),
        ("duration(text)", None),
        ("(function(a: number) a + 1)(1)", "number"),
        ("{f: function(a: number): string text, r: f(1)}.r", "string"),
        ('@"2026-01-01T00:00:00"', "date and time"),
    ],
)
def test_types_are_known_as_far_as_the_text_tells(source, expected):
    known = compile_expression(source).type(TYPES)
    assert (None if known is None else print_type(known)) == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('amount > "5"', "comparison"),
        ("amount = text", "comparison"),
        ("amount between 1 and text", "comparison"),
        ("amount in (1, text)", "comparison"),
        ('amount in ["a".."b"]', "comparison"),
        ("{} < {}", "comparison"),
        ("amount + text", "operands"),
        ("1 + 2 + text", "operands"),
        ("-text", "negation"),
        ("amount and true", "truth"),
        ("every x in [1] satisfies x", "truth"),
        ("if amount then 1 else 2", "condition"),
        ("[1, 2][text]", "filter"),
        ("amount.cents", "member_kind"),
        ('@"2026-02-30"', "moment"),
        ('date("2026-02-30")', "conversion"),
        ('number("12,5")', "conversion"),
        ("substring(text)", "argument_count"),
        ("count(list: text, size: 1)", "argument_count"),
        ("upper case(amount)", "argument_kind"),
        ("frobnicate(text)", "no_function"),
        ("uper case(text)", "no_function_near"),
        ("{a: 1, a: 2}", "double_key"),
        ("for p in case.parts return p.price + text", "operands"),
    ],
)  # fmt: skip
def test_what_can_only_come_to_nothing_is_pointed_out(source, code):
    assert hints_of(source) == [code]


@pytest.mark.parametrize(
    "source",
    [
        "unknown > 5", "amount > unknown", "xs[price > 1].no", 'xs[price > "a"]', "amount = null", "text != null",
        "if unknown then 1 else 2", "unknown.member", "for x in unknown return x + 1", "sum(amount)", "upper case([text])",
        "count(text)", "min(1, text)", 'date("2026-02-28")', "case.other > 5", "[1, text][item = 1]", "date(text)",
        "function(x) x + 1", "get or else(amount, text)", "amount in unknown", "text in (unknown, null)", "amount in (> unknown)",
    ],
)  # fmt: skip
def test_nothing_is_said_about_what_is_not_known(source):
    assert hints_of(source) == []


def test_functions_that_may_exist_elsewhere_are_not_doubted():
    assert hints_of("due(on)", functions=None) == []
    assert hints_of("due(on)", functions=["due"]) == []
    assert hints_of("duee(on)", functions=["due"]) == ["no_function_near"]


def test_a_hint_knows_its_place_and_what_was_found():
    (hint,) = compile_expression('1 +\n  (amount * "a")').hints(TYPES)
    assert (hint.position.line, hint.position.column, hint.end) == (2, 4, 19)
    assert hint.params == {"operator": "*", "left": "amount (number)", "right": '"a" (string)'}


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ('"VIP"', ["comparison"]),
        ("> 5", []),
        ('< "a"', ["comparison"]),
        ("[1..5]", []),
        ("-", []),
        ("? > 1 and true", []),
    ],
)
def test_a_cell_is_read_against_the_type_of_its_column(cell, codes):
    hints = compile_unary_tests(cell).hints({"?": TYPES["amount"]})
    assert [hint.code.removeprefix("feel.warning.") for hint in hints] == codes


def test_a_long_sum_is_no_deep_recursion():
    assert compile_expression(" + ".join(["1"] * 900)).type() == TYPES["amount"]


@given(trees.sources)
@trees.SETTINGS
def test_a_value_is_always_of_the_type_that_was_foretold(source):
    expression = compile_expression(source)
    known = expression.type(trees.KNOWN_TYPES)
    try:
        value = expression.evaluate(trees.KNOWN, environment=SMALL)
    except FeelError:
        return
    assert known is None or value is None or is_instance(value, known), (known, value)
