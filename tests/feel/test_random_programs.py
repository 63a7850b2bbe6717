"""Whatever the grammar can produce: only FEEL values and FEEL errors come out, always the same, at a bounded price."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from app.feel import Expression, FeelError, compile_expression, compile_unary_tests
from app.feel.parser import Parser
from app.feel.printing import print_node
from tests.feel import trees
from tests.feel.test_properties import SMALL, is_feel

# Python calls that an evaluation within SMALL may take: its steps, each worth some nodes, and the text once.
MOST_CALLS = 400_000


def outcome(expression):
    """The value, or the code of the error."""
    try:
        return expression.evaluate(trees.KNOWN, environment=SMALL), None
    except FeelError as error:
        return None, error.code


@given(trees.sources)
@trees.SETTINGS
def test_an_expression_gives_a_feel_value_or_a_feel_error(source):
    value, failed = outcome(compile_expression(source))
    assert failed or is_feel(value)


@given(trees.cells, st.none() | st.integers(0, 5) | st.text(max_size=3) | st.lists(st.integers(0, 5), max_size=2))
@trees.SETTINGS
def test_a_cell_is_true_false_or_undecided(cell, value):
    text = print_node(cell)
    try:
        assert compile_unary_tests(text).evaluate(value, trees.KNOWN, environment=SMALL) in (True, False, None)
    except FeelError as error:
        assert error.code.startswith(("feel.budget", "feel.syntax.too_deep", "feel.assertion"))  # noqa: PT017 - any other is a fault


@given(trees.sources)
@trees.SETTINGS
def test_a_tree_and_its_printed_text_evaluate_alike(source):
    tree = Parser(source).whole_expression()
    value, failed = outcome(Expression(source, tree))
    again, refused = outcome(compile_expression(print_node(tree)))
    assert failed == refused
    assert trees.alike(value, again)


@given(trees.sources)
@trees.SETTINGS
def test_a_compiled_expression_may_be_used_again_and_again(source):
    kept = compile_expression(source)
    first, second, anew = outcome(kept), outcome(kept), outcome(Expression(source, kept.node))
    assert first[1] == second[1] == anew[1]
    assert trees.alike(first[0], second[0])
    assert trees.alike(first[0], anew[0])


@given(trees.sources)
@trees.SETTINGS
def test_the_work_is_bounded_by_the_budget(source):
    expression = compile_expression(source)
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        outcome(expression)
    finally:
        sys.setprofile(before)
    assert calls < MOST_CALLS
