import pytest

from app.feel import excerpt
from tests.feel.evaluating import syntax_error


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("a > > b", ["a > ", ">", " b"]),
        ("a >\n  > b", ["  ", ">", " b"]),
        ("if a > 1 them b else c", ["if a > 1 ", "them", " b else c"]),
        ("1 +", ["1 +", " ", ""]),
        ("", ["", " ", ""]),
        ('"open', ["", '"', "open"]),
        ("(" * 70, ["…" + "(" * 40, "(", "(" * 9]),
        ("x" * 50 + " y " + "z" * 50 + " + ) + " + "w" * 60, ["…" + "z" * 37 + " + ", ")", " + " + "w" * 37 + "…"]),
        ("a" * 100_001, ["", "a", "a" * 40 + "…"]),
    ],
)
def test_an_excerpt_shows_the_fault_in_its_line(source, parts):
    assert excerpt(source, syntax_error(source)) == parts
