import pytest

from tests.feel.evaluating import syntax_error


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("1 +", "feel.syntax.end", 1, 4),
        ("", "feel.syntax.end", 1, 1),
        ("(1", "feel.syntax.end_expected", 1, 3),
        ("if a then b", "feel.syntax.end_expected", 1, 12),
        ("if a b", "feel.syntax.end_expected", 1, 7),
        ("1 2", "feel.syntax.unexpected", 1, 3),
        ("a >\n  > b", "feel.syntax.unexpected", 2, 3),
        ("[1, 2", "feel.syntax.end_expected", 1, 6),
        ("for x of xs return x", "feel.syntax.expected", 1, 13),
        ('"open', "feel.syntax.open_string", 1, 1),
        ("x instance of nonsense", "feel.syntax.type", 1, 15),
        ("1e99999", "feel.syntax.number", 1, 1),
        ("function(a) external {java: 1}", "feel.syntax.external", 1, 13),
        ("{a 1}", "feel.syntax.expected", 1, 5),
        ("a = = b", "feel.syntax.unexpected", 1, 5),
        ("x[1", "feel.syntax.end_expected", 1, 4),
        ("and", "feel.syntax.unexpected", 1, 1),
        ("f(a: 1, 2)", "feel.syntax.unexpected", 1, 9),
        ("1 + %", "feel.syntax.unexpected", 1, 5),
        ("[1..2", "feel.syntax.end_expected", 1, 6),
        ("a == b", "feel.syntax.unexpected", 1, 4),
        ("a && b", "feel.syntax.unexpected", 1, 3),
    ],
)
def test_a_syntax_error_says_where(source, code, line, column):
    error = syntax_error(source)
    assert (error.code, error.position.line, error.position.column) == (code, line, column)


def test_a_syntax_error_says_what_was_found_and_what_was_expected():
    error = syntax_error("if a > 1 them b else c")
    assert error.params["expected"] == "then"
    error = syntax_error("[1, 2; 3]")
    assert (error.params["found"], error.params["expected"]) == (";", "]")
