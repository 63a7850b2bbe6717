import pytest

from app.feel import FeelSyntaxError, compile_unary_tests
from tests.feel.evaluating import passes


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", 5, True),
        ("", None, True),
        ("5", 5, True),
        ("< 10", 5, True),
        (">= 10", 5, False),
        ("!= 5", 6, True),
        ("[1..5)", 5, False),
        ("(> 3)", 5, True),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ('not("a", "b")', "c", True),
        ("not([1..5))", 5, True),
        ("not([1..5), [7..9])", 8, False),
        ("not(]1..5[)", 1, True),
        ("not(negand: ? > 3)", 2, True),
        ('not("a", "b")', "a", False),
        ("not(? > 3)", 2, True),
        ("? > 3 and ? < 7", 5, True),
        ('starts with(?, "SN")', "SN-1", True),
        ("not(? > 3) or true", 9, True),
        ("null", None, True),
        ("limit", 7, True),
        ("> limit", 8, True),
        ("[1, 5]", 5, True),
        ("< 10", "a", None),
        ("true", True, True),
        ("count(?) > 1", [1, 2], True),
        ('"VIP" ', "VIP", True),
    ],
)
def test_cells(cell, value, expected):
    assert passes(cell, value, {"limit": 7}) is expected


def test_the_name_of_the_value_is_no_free_name():
    assert compile_unary_tests("? > limit").names == {"limit"}


@pytest.mark.parametrize("cell", ["<", "1,", "not(", "[1..", "1 2"])
def test_a_broken_cell_is_a_syntax_error(cell):
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(cell)
