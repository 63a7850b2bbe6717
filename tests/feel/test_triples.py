"""Our side of the triples; the browser's is in tests/browser/test_feel.py."""

import pytest

from app.feel import compile_expression, to_json
from app.feel.builtins import BUILTINS
from app.forms.browser import FUNCTIONS
from tests.feel.evaluating import SHANGHAI
from tests.feel.triples import Triple, plain, reasons, triples

TRIPLES = triples()


@pytest.mark.parametrize("triple", TRIPLES, ids=lambda one: one.source)
def test_our_answer(triple: Triple) -> None:
    value = compile_expression(triple.source).evaluate(triple.context, environment=SHANGHAI)
    assert plain(to_json(value)) == plain(triple.answer)


def test_every_difference_has_one_of_the_reasons_and_is_one() -> None:
    different = [one for one in TRIPLES if one.because]
    assert {one.because for one in different} == set(reasons())
    assert [one.source for one in different if plain(one.browser) == plain(one.answer)] == []
    assert [one.source for one in different if one.asked] == []


def test_every_function_the_browser_computes_occurs() -> None:
    called = {name for one in TRIPLES for name in compile_expression(one.source).functions}
    assert FUNCTIONS - called == set()
    assert FUNCTIONS - BUILTINS.keys() == set()


def test_no_triple_stands_there_twice() -> None:
    seen = [(one.source, plain(one.context)) for one in TRIPLES]
    assert [one for one in seen if seen.count(one) > 1] == []
