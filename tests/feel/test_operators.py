from decimal import Decimal

import pytest

from tests.feel.evaluating import value_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("- - 3", 3),
        ("7 / 2", Decimal("3.5")),
        (".5 + 1", Decimal("1.5")),
        ("1e3", 1000),
        ('"re" + "pair"', "repair"),
    ],
)
def test_arithmetic_follows_the_precedence_of_the_standard(source, expected):
    assert value_of(source) == expected


def test_numbers_are_decimal_so_money_adds_up():
    assert value_of("0.1 + 0.2 = 0.3") is True
    assert value_of("price * 3 = 0.3", {"price": 0.1}) is True


def test_thirty_four_digits_are_kept():
    assert value_of("12345678901234567890123456789012 + 1") == Decimal(12345678901234567890123456789013)
    assert str(value_of("1 / 3")) == "0.3333333333333333333333333333333333"


@pytest.mark.parametrize("source", ["1 / 0", '1 + "a"', "null + 1", "true * 2", "10 ** 7000", '-"a"', "1 - null"])
def test_what_cannot_be_computed_is_null(source):
    assert value_of(source) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 < 2", True),
        ("2 <= 2", True),
        ('"b" > "a"', True),
        ('1 < "a"', None),
        ("null < 1", None),
        ("missing > 3", None),
        ("1 = 1.0", True),
        ('1 = "1"', None),
        ("null = null", True),
        ("1 = null", False),
        ("1 != 2", True),
        ('"a" = "a"', True),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1} = {a: 1}", True),
        ("{a: 1} = {b: 1}", False),
        ("[1..3] = [1..3]", True),
        ("2 between 1 and 3", True),
        ("4 between 1 and 3", False),
        ("null between 1 and 3", None),
    ],
)
def test_comparison(source, expected):
    assert value_of(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ("null and null", None),
        ('true and "x"', None),
        ("not(null)", None),
        ("not(false)", True),
        ("true and true and false", False),
        ("false or false or true", True),
        ("a > 1 and b > 1", False),
    ],
)
def test_logic_has_three_values(source, expected):
    assert value_of(source, {"a": 0}) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 in [1, 2] and false", False),
        ("3 in [1, 2] or true", True),
        ('if "a" in ["a"] and 1 < 2 then 1 else 2', 1),
        ("1 in < 3 and 2 in > 1", True),
        ("2 between 1 and 3 and false", False),
        ("1 + 1 in [2]", True),
        ("not(1 in [2]) and true", True),
        ("1 < 2 = true", True),
        ("5 in (1..3) or 5 in (4..6)", True),
    ],
)
def test_in_and_between_bind_tighter_than_and_and_or(source, expected):
    assert value_of(source) == expected


def test_and_binds_tighter_than_or_and_looser_than_comparison():
    context = {"amount": 6000, "level": "VIP"}
    assert value_of('amount > 5000 and level = "VIP"', context) is True
    assert value_of('amount > 5000 or level = "A" and level = "B"', context) is True


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("5 in [1..10]", True),
        ("10 in [1..10)", False),
        ("1 in (1..10)", False),
        ("5 in ]1..5]", True),
        ("5 in [1..5[", False),
        ("5 in (> 3)", True),
        ("5 in (< 3, > 4)", True),
        ('"a" in ("a", "b")', True),
        ('"c" in ["a", "b"]', False),
        ("2 in [1, 2, 3]", True),
        ("5 in < 10", True),
        ("null in [1..10]", None),
        ("5 in (null..10]", None),
        ('@"2026-01-15" in [@"2026-01-01"..@"2026-02-01"]', True),
    ],
)
def test_in(source, expected):
    assert value_of(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("null instance of number", False),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("[1..2] instance of range<number>", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1Y" instance of years and months duration', True),
        ('date and time("2026-01-01T00:00:00") instance of date and time', True),
        ("(function(a: number) a) instance of function<number> -> number", True),
    ],
)
def test_instance_of(source, expected):
    assert value_of(source) is expected
