"""Every kind of boxed expression, alone and inside others."""

import pytest

from app.dmn import DmnInvalid, parse
from app.feel import FeelRuntimeError
from tests.dmn.files import (
    boxed,
    context,
    decision,
    file_of,
    function,
    invocation,
    listed,
    literal,
    relation,
    table,
    value,
)

TAXED = context(("net", literal("100")), ("tax", literal("net * 0.13")), literal("net + tax"))
PRICES = relation(["no", "price"], ['"A"', "1"], ['"B"', "2"])


def result(logic, **variables):
    return value(parse(file_of(decision("d", logic))), "d", **variables)


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (TAXED, 113),
        (context(("a", literal("1")), ("b", literal("a + x"))), {"a": 1, "b": 6}),
        (PRICES, [{"no": "A", "price": 1}, {"no": "B", "price": 2}]),
        (listed(literal("1"), literal("x"), listed()), [1, 5, []]),
        (invocation("function(n) n * x", n=literal("2")), 10),
        (boxed("conditional", if_=literal("x > 1"), then=literal("1"), else_=literal("2")), 1),
        (boxed("conditional", if_=literal("null"), then=literal("1"), else_=literal("2")), 2),
        (boxed("conditional", if_=literal('"yes"'), then=literal("1"), else_=literal("2")), None),
        (boxed("filter", in_=literal("[1, 2, 3]"), match=literal("item > 1")), [2, 3]),
        (boxed("filter", in_=literal("[1, 2, 3]"), match=literal("2")), 2),
        (boxed("filter", in_=literal("[1, 2, 3]"), match=literal('"all"')), None),
        (boxed("filter", in_=PRICES, match=literal("price > 1")), [{"no": "B", "price": 2}]),
        (boxed("for", 'iteratorVariable="n"', in_=literal("[1, 2, 3]"), return_=literal("n * n")), [1, 4, 9]),
        (boxed("for", 'iteratorVariable="n"', in_=literal("[1..3]"), return_=literal("n + count(partial)")), [1, 3, 5]),
        (boxed("for", 'iteratorVariable="n"', in_=literal("null"), return_=literal("n")), None),
        (boxed("some", 'iteratorVariable="n"', in_=literal("[1, 2]"), satisfies=literal("n > 1")), True),
        (boxed("every", 'iteratorVariable="n"', in_=literal("[1, 2]"), satisfies=literal("n > 1")), False),
        (boxed("every", 'iteratorVariable="n"', in_=literal("[]"), satisfies=literal("n > 1")), True),
        (boxed("some", 'iteratorVariable="n"', in_=literal("[1, 2]"), satisfies=literal("n")), None),
    ],
)
def test_each_kind_gives_its_value(logic, expected):
    assert result(logic, x=5) == expected


def test_kinds_nest_in_every_part_of_each_other():
    rules = [("< 3", '"few"'), (">= 3", '"many"')]
    word = table([("n", "number")], [("word", "string")], rules)
    squares = boxed("for", 'iteratorVariable="n"', in_=listed(literal("1"), literal("x")), return_=word)
    some = boxed("some", 'iteratorVariable="w"', in_=literal("words"), satisfies=literal('w = "many"'))
    choice = boxed("conditional", if_=some, then=context(("first", literal("words[1]"))), else_=listed())
    assert result(context(("words", squares), choice), x=5) == {"first": "few"}
    assert result(context(("words", squares), choice), x=2) == []


def test_a_function_is_a_value_that_keeps_what_it_saw():
    logic = context(
        ("rate", literal("2")),
        ("f", function([("n", "number")], context(("m", literal("n * rate")), literal("m + 1")))),
        boxed("for", 'iteratorVariable="i"', in_=literal("[1, 2]"), return_=invocation("f", n=literal("i"))),
    )
    assert result(logic) == [3, 5]


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (literal("[1]", typeRef="number"), 1),
        (listed(literal("1")).replace("<list", '<list typeRef="string"'), None),
        (context(("a", literal("[1]"), "number"), ("b", literal("1"), "string")), {"a": 1, "b": None}),
        (relation([("no", "string"), ("price", "number")], ['"A"', '"dear"']), [{"no": "A", "price": None}]),
    ],
)
def test_values_are_brought_into_the_types_declared_inside(logic, expected):
    assert result(logic) == expected


def test_a_value_that_becomes_null_for_its_type_is_pointed_out():
    found = parse(file_of(decision("d", literal("1", typeRef="string")))).evaluate("d", {})
    assert found.trace[0]["warnings"] == [{"code": "dmn.warning.type", "value": "1", "type": "string", "element": "d"}]


@pytest.mark.parametrize(
    ("logic", "code", "params"),
    [
        (context(("a", literal("1")), ("a", literal("2"))), "dmn.entry_double", {"name": "a", "context": "d"}),
        (context(literal("1"), ("a", literal("2"))), "dmn.entry_double", {"name": "", "context": "d"}),
        (relation(["a", "b"], ["1"]), "dmn.relation_width", {"row": 1, "columns": 2, "found": 1}),
        (function([("a", "number"), ("a", "number")], literal("a")), "dmn.entry_double", {"name": "a", "context": "d"}),
        (function([], literal("1"), kind="PMML"), "dmn.function_kind_unsupported", {"kind": "PMML", "name": "d"}),
        (boxed("for", in_=literal("[1]"), return_=literal("1")), "dmn.iterator_missing", {"name": "d"}),
        ("<literalExpression><importedValues/></literalExpression>", "dmn.imported_values", {}),
        (boxed("filter", in_=literal("[1, 2"), match=literal("true")), "feel.syntax.open_bracket", None),
    ],
)
def test_what_cannot_run_is_refused(logic, code, params):
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(decision("d", logic)))
    (finding,) = caught.value.findings
    assert (finding.code, finding.element_id) == (code, "d")
    assert params is None or finding.params == params


def test_a_long_loop_does_not_copy_its_results_again_and_again():
    logic = boxed("for", 'iteratorVariable="n"', in_=literal("for i in 1..20000 return i"), return_=literal("n"))
    assert len(result(logic)) == 20_000


@pytest.mark.parametrize("tag", ["for", "some", "every", "filter"])
def test_a_round_of_a_loop_costs_what_its_body_is_long(tag):
    word = {"for": "return_", "some": "satisfies", "every": "satisfies", "filter": "match"}[tag]
    long = literal(" + ".join(["item"] * 600) + (" > 0" if tag != "for" else ""))
    iterator = "" if tag == "filter" else 'iteratorVariable="item"'
    logic = boxed(tag, iterator, in_=literal("for i in 1..20000 return i"), **{word: long})
    with pytest.raises(FeelRuntimeError) as caught:
        result(logic)
    assert caught.value.code == "feel.budget.steps"
