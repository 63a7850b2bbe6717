import re

import pytest
from hypothesis import given

from app.feel import Environment, FeelError, compile_expression, compile_unary_tests
from tests.feel import trees
from tests.feel.evaluating import NOW, SHANGHAI
from tests.feel.test_catalogue import catalogue
from tests.feel.test_properties import SMALL

CONTEXT = {"amount": 5, "customer": {"level": "VIP", "note": None}, "xs": [1, 2], "empty": None, "text": "abc"}


def examined(source, **context):
    return compile_expression(source).examine(context or CONTEXT, environment=SHANGHAI)


def warnings_of(source, **context):
    return [warning.code.removeprefix("feel.warning.") for warning in examined(source, **context).warnings]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nobody > 5", "no_variable"),
        ("amont > 5", "no_variable_near"),
        ("customer.age", "no_member"),
        ("customer.levl", "no_member_near"),
        ("[{a: 1}][1].b", "no_member"),
        ("amount.x", "member_kind"),
        ("frobnicate(text)", "no_function"),
        ("uper case(text)", "no_function_near"),
        ("text(1)", "not_callable"),
        ("(5)(1)", "not_callable"),
        ("amount + text", "operands"),
        ("1 + 2 + text", "operands"),
        ('@"P1D" + 5', "operands"),
        ("amount > text", "comparison"),
        ("amount = text", "comparison"),
        ("amount != text", "comparison"),
        ("amount in text", "comparison"),
        ('amount in (< "a", > 3)', "comparison"),
        ('amount between "a" and 9', "comparison"),
        ('[1.."a"]', "comparison"),
        ('@"2026-01-01T00:00:00" < @"2026-01-01T00:00:00Z"', "local_time"),
        ("amount / 0", "division"),
        ("10 ** 7000", "too_large"),
        ("-text", "negation"),
        ("text and true", "truth"),
        ("false or amount", "truth"),
        ("some x in xs satisfies x", "truth"),
        ("if text then 1 else 2", "condition"),
        ("xs[text]", "filter"),
        ('for i in 1.."a" return i', "not_countable"),
        ('for i in ["a".."c"] return i', "not_countable"),
        ("[5..1]", "interval"),
        ('@"2024-02-30"', "moment"),
        ('number("x")', "conversion"),
        ('date("2024-02-30")', "conversion"),
        ("date(2024, 2, 30)", "conversion"),
        ('from json("{")', "conversion"),
        ('substring("abc", 9)', "no_outcome"),
        ("sqrt(-1)", "no_outcome"),
        ('matches(text, "(")', "pattern"),
        ('replace(text, "a**", "b", "i")', "pattern"),
        ("substring(text)", "argument_count"),
        ("count()", "argument_count"),
        ("count(list: xs, other: 1)", "argument_count"),
        ("(function(a) a)(1, 2)", "argument_count"),
        ("upper case(amount)", "argument_kind"),
        ("upper case(string: amount)", "argument_kind"),
        ('(function(a: number) a)("x")', "argument_kind"),
        ('(function(a): number "x")(1)', "result_kind"),
        ("{a: 1, a: 2}", "double_key"),
    ],
)
def test_what_became_null_is_explained(source, code):
    result = examined(source)
    assert [warning.code for warning in result.warnings] == [f"feel.warning.{code}"]
    for language in ("en", "zh"):
        sentence = catalogue(language)[f"feel.warning.{code}"] % result.warnings[0].params
        assert not re.search(r"%\(|None|Decimal", sentence)


@pytest.mark.parametrize(
    "source",
    [
        "empty > 1", "empty + 1", "empty.x", "customer.note", "upper case(empty)", "sum([1, null])", "null = amount",
        "is defined(nobody)", "is defined(nobody.nothing)", "get or else(nobody.nothing, 1)", "get or else(value: nobody, default: 1)",
        "nobody = null", "null != customer.nothing", "if empty then 1 else 2", "empty and true", "xs[3]", "xs[item > 5]",
        "some x in xs satisfies null", "min([])", 'get value(customer, "nothing")', "not(null)", "-empty", "null between 1 and 2",
        "[null..5]", "empty in (1, 2)", "for x in empty return x", "{level: 1}.level", "date",
    ],
)  # fmt: skip
def test_null_that_was_given_or_asked_for_is_no_reason_to_warn(source):
    assert warnings_of(source) == []


def test_a_default_is_examined_as_everything_else():
    assert warnings_of("get or else(nobody, amont)") == ["no_variable_near"]


def test_a_warning_knows_its_place_and_the_values():
    (warning,) = examined('1 +\n  (amount * "a")').warnings
    assert (warning.position.line, warning.position.column) == (2, 4)
    assert warning.expression[warning.position.offset : warning.end] == 'amount * "a"'
    assert warning.params == {"operator": "*", "left": "5 (number)", "right": '"a" (string)'}


def test_the_name_that_was_meant_is_proposed():
    (warning,) = examined("customer.levl").warnings
    assert warning.params == {"name": "levl", "near": "level", "owner": "customer"}
    (warning,) = examined("for item in xs return iten + 1").warnings
    assert warning.params["near"] == "item"
    (warning,) = examined('strt with(text, "a")').warnings
    assert warning.params["near"] == "starts with"


def test_a_call_that_does_not_fit_shows_how_the_function_is_called():
    (warning,) = examined("floor(text)").warnings
    assert warning.params["arguments"] == '"abc" (string)'
    assert warning.params["signatures"] == "floor(n: number, scale?: number): number"


def test_one_place_is_reported_once_and_different_places_each():
    assert warnings_of("for i in 1..5 return amont + 1") == ["no_variable_near"]
    assert warnings_of("[amont, amont]") == ["no_variable_near"] * 2


def test_not_more_than_a_hundred_warnings_are_kept():
    assert len(examined(f"[{', '.join(['amont'] * 500)}]").warnings) == 100


def test_several_causes_are_all_told():
    assert warnings_of('[amont, amount + "a", number("x")]') == ["no_variable_near", "operands", "conversion"]


def test_large_values_are_shown_by_their_beginning():
    (warning,) = examined("1 + for i in 1..40 return [partial, partial]").warnings
    assert warning.params["right"] == "… (list)"
    (warning,) = examined("1 + text", text="x" * 100_000).warnings
    assert len(warning.params["right"]) < 80


def test_functions_of_the_host_are_explained_too():
    environment = Environment(now=lambda: NOW)
    environment.functions.register("due", [("from", "date"), ("days?", "number")], "date", "", lambda start, _: start)

    def codes(source):
        found = compile_expression(source).examine({}, environment=environment).warnings
        return [warning.code.removeprefix("feel.warning.") for warning in found]

    assert codes("due()") == ["argument_count"]
    assert codes('due("soon")') == ["argument_kind"]
    assert codes('du(@"2026-01-01")') == ["no_function_near"]
    assert codes('due(@"2026-01-01")') == []


def test_a_cell_is_examined_against_its_value():
    examined = compile_unary_tests('> "a", [1..2]').examine(5, {})
    (warning,) = examined.warnings
    assert (warning.code, warning.position.column, examined.value) == ("feel.warning.comparison", 1, None)
    assert compile_unary_tests("gold").examine("gold", {}).warnings[0].params == {"name": "gold"}
    assert compile_unary_tests("not(5)").examine("a", {}).warnings[0].code == "feel.warning.comparison"


def test_the_value_comes_with_the_warnings():
    assert examined("get or else(nobody, 3)").value == 3


def outcome(evaluate):
    """The value, or the code of the error."""
    try:
        return evaluate(), None
    except FeelError as error:
        return None, error.code


@given(trees.sources)
@trees.SETTINGS
def test_examining_gives_the_same_value_as_evaluating(source):
    expression = compile_expression(source)
    value, failed = outcome(lambda: expression.evaluate(trees.KNOWN, environment=SMALL))
    examined, refused = outcome(lambda: expression.examine(trees.KNOWN, environment=SMALL).value)
    # An examination looks at some values twice, so it may run out of its budget earlier.
    assert refused == failed or refused.startswith("feel.budget")
    assert refused or trees.alike(examined, value)
