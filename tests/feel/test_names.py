import pytest

from app.feel import compile_expression
from tests.feel.evaluating import value_of


def test_neighbouring_words_are_one_name():
    assert value_of("first name", {"first name": "Li"}) == "Li"


def test_backticks_quote_any_name():
    assert value_of("`order-no 7` + 1", {"order-no 7": 1}) == 2


def test_a_declared_name_may_contain_punctuation():
    expression = compile_expression("pre-check + 1", names=["pre-check"])
    assert expression.evaluate({"pre-check": 1, "pre": 10, "check": 3}) == 2


def test_without_a_declaration_the_dash_is_minus():
    assert value_of("pre-check", {"pre": 10, "check": 3}) == 7


def test_a_declared_name_with_dots_falls_back_to_the_path():
    expression = compile_expression("Order.Customer.name", names=["Order.Customer"])
    assert expression.evaluate({"Order": {"Customer": {"name": "Li"}}}) == "Li"
    assert expression.evaluate({"Order.Customer": {"name": "Wu"}}) == "Wu"


def test_a_key_of_a_context_is_known_to_later_entries():
    assert value_of("{a-b: 1, c: a-b + 1}.c") == 2


def test_names_may_be_chinese():
    assert value_of("金额 > 5000", {"金额": 6000}) is True


def test_a_missing_name_is_null():
    assert value_of("nobody.nothing.nowhere") is None


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a + b.c", {"a", "b"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("some x in xs satisfies x > limit", {"xs", "limit"}),
        ("{a: b, c: a}", {"b"}),
        ("function(a) a + b", {"b"}),
        ("count(items) > 1", {"items"}),
        ("parts[price > limit and item.stock > 0]", {"parts", "price", "limit"}),
        ("for i in 1..3 return partial[-1]", set()),
        ("1 + 1", set()),
    ],
)
def test_free_names_are_those_that_come_from_outside(source, names):
    assert compile_expression(source).names == names


def test_called_functions_are_listed_apart():
    assert compile_expression("working duration(a, b)").functions == {"working duration"}


def test_a_variable_does_not_hide_a_function_of_the_same_name():
    assert value_of('date("2026-01-02").day + date', {"date": 1}) == 3


def test_equal_sources_are_compiled_once():
    assert compile_expression("a + 1") is compile_expression("a + 1")


def test_very_long_sources_are_not_kept():
    source = " + ".join(["a"] * 800)
    assert compile_expression(source) is not compile_expression(source)


def test_comments_are_space():
    assert value_of("1 + /* two */ 2 // three") == 3
