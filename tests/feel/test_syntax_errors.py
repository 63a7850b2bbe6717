import re

import pytest

from tests.feel.evaluating import syntax_error
from tests.feel.test_catalogue import catalogue


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("1 +", "feel.syntax.end", 1, 4),
        ("", "feel.syntax.end", 1, 1),
        ("(1", "feel.syntax.open_bracket", 1, 3),
        ("if a then b", "feel.syntax.end_expected", 1, 12),
        ("if a b", "feel.syntax.end_expected", 1, 7),
        ("for x in xs", "feel.syntax.end_expected", 1, 12),
        ("some x in xs where x > 1", "feel.syntax.end_expected", 1, 25),
        ("some x in [1] where x > 1", "feel.syntax.expected", 1, 15),
        ("1 2", "feel.syntax.rest", 1, 3),
        ("a >\n  > b", "feel.syntax.operand", 2, 3),
        ("[1, 2", "feel.syntax.open_bracket", 1, 6),
        ("for x of xs return x", "feel.syntax.expected", 1, 13),
        ('"open', "feel.syntax.open_string", 1, 1),
        ('name = "open', "feel.syntax.open_string", 1, 8),
        ("x instance of nonsense", "feel.syntax.type", 1, 15),
        ("1e99999", "feel.syntax.number", 1, 1),
        ("function(a) external {java: 1}", "feel.syntax.external", 1, 13),
        ("{a 1}", "feel.syntax.expected", 1, 5),
        ("{a: 1 b: 2}", "feel.syntax.next", 1, 7),
        ("{a: 1", "feel.syntax.open_bracket", 1, 6),
        ("{a: 1,}", "feel.syntax.name", 1, 7),
        ("a = = b", "feel.syntax.operand", 1, 5),
        ("x[1", "feel.syntax.open_bracket", 1, 4),
        ("x[", "feel.syntax.open_bracket", 1, 3),
        ("f(1, 2", "feel.syntax.open_bracket", 1, 7),
        ("f(1 2)", "feel.syntax.next", 1, 5),
        ("and", "feel.syntax.operand", 1, 1),
        ("f(a: 1, 2)", "feel.syntax.name", 1, 9),
        ("function(a,) a", "feel.syntax.name", 1, 12),
        ("1 + #", "feel.syntax.operand", 1, 5),
        ("[1..2", "feel.syntax.open_bracket", 1, 6),
        ("a.", "feel.syntax.end", 1, 3),
        ("a.1", "feel.syntax.rest", 1, 2),
    ],
)
def test_a_syntax_error_says_where(source, code, line, column):
    error = syntax_error(source)
    assert (error.code, error.position.line, error.position.column) == (code, line, column)


def test_a_syntax_error_says_what_was_found_and_what_was_expected():
    error = syntax_error("if a > 1 them b else c")
    assert error.params["expected"] == "then"
    error = syntax_error("[1, 2 3]")
    assert (error.params["found"], error.params["expected"]) == ("3", "]")


def test_a_bracket_that_is_never_closed_is_the_one_that_is_shown():
    error = syntax_error("sum(\n  [1, 2, (3 + 4]\n)")
    assert (error.params["found"], error.params["expected"], error.position.line) == ("]", ")", 2)
    error = syntax_error("sum(\n  [1, (2 + 3)")
    assert (error.params["bracket"], error.params["open_line"], error.params["open_column"]) == ("[", 2, 3)


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("a == b", "equal", 3),
        ("a && b", "and", 3),
        ("(a || b)", "or", 4),
        ("a & b", "and", 3),
        ("!a", "not", 1),
        ("a and !b", "not", 7),
        ("status = 'open'", "quotes", 10),
        ("a := 1", "assign", 3),
        ("a <> b", "unequal", 3),
        ("a => b", "at_least", 3),
        ("a =< b", "at_most", 3),
        ("amount % 2 = 0", "modulo", 8),
        ("a > 5 ? 1 : 2", "choice", 7),
        ("[1, 2; 3]", "separator", 6),
        ("f(1; 2)", "separator", 4),
        ("金额 ＞ 5000", "lookalike", 4),
        ("count（xs）", "lookalike", 6),
        ("level = “VIP”", "lookalike", 9),
        ("sum(1，2)", "lookalike", 6),
        ("a ≥ 5", "lookalike", 3),
    ],
)
def test_the_usual_slips_are_explained(source, code, column):
    error = syntax_error(source)
    assert (error.code, error.position.column) == (f"feel.slip.{code}", column)


def test_a_slip_names_the_character_that_was_meant():
    assert syntax_error("a ≥ 5").params == {"found": "≥", "expected": ">=", "line": 1, "column": 3}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "source", ["1 +", "(1", "if a b", "1 2", "a == b", "f(1 2)", "[1; 2]", "金额 ＞ 5", "x instance of y"]
)
def test_every_sentence_gets_all_its_values(source, language):
    error = syntax_error(source)
    sentence = catalogue(language)[error.code] % error.params
    assert not re.search(r"%\(|None", sentence)
