"""Business knowledge models, and calling them."""

import pytest

from app.dmn import DmnInvalid, parse
from app.feel import FeelRuntimeError
from tests.dmn.files import context, decision, file_of, function, invocation, knowledge, literal, table, value

GROSS = knowledge("gross", [("net", "number")], literal("net * 1.13"), name="gross price")


def test_a_model_is_called_by_position_or_by_name():
    definitions = parse(
        file_of(GROSS, decision("d", literal("gross price(100) + gross price(net: 200)"), knows=["gross"]))
    )
    assert value(definitions, "d") == 339


def test_a_boxed_invocation_binds_its_parameters():
    called = invocation("gross price", net=literal("price"))
    assert value(parse(file_of(GROSS, decision("d", called, knows=["gross"]))), "d", price=100) == 113


def test_a_boxed_invocation_may_call_what_an_expression_gives():
    logic = context(
        ("f", function([("n", "number")], literal("n + 1"))),
        invocation("if true then f else null", n=literal("4")),
    )
    assert value(parse(file_of(decision("d", logic))), "d") == 5


def test_a_model_may_be_a_table_and_hold_any_boxed_expression():
    rules = [("< 10", '"small"'), (">= 10", '"large"')]
    size = knowledge("size", [("n", "number")], table([("n", "number")], [("size", "string")], rules))
    both = knowledge(
        "both", [("n", "number")], context(("size", literal("size(n)")), ("n", literal("n"))), knows=["size"]
    )
    result = parse(file_of(size, both, decision("d", literal("both(20)"), knows=["both"]))).evaluate("d", {})
    assert result.value == {"size": "large", "n": 20}
    assert [(t["name"], t["matched"][0]["index"]) for t in result.trace[0]["tables"]] == [("size", 2)]


def test_a_model_may_call_itself():
    body = literal("if n <= 1 then 1 else n * factorial(n - 1)")
    for knows in ([], ["factorial"]):
        model = knowledge("factorial", [("n", "number")], body, knows=knows)
        definitions = parse(file_of(model, decision("d", literal("factorial(20)"), knows=["factorial"])))
        assert value(definitions, "d") == 2432902008176640000


def test_a_model_that_calls_itself_for_ever_is_stopped():
    model = knowledge("loop", [("n", "number")], literal("loop(n + 1)"))
    with pytest.raises(FeelRuntimeError) as caught:
        value(parse(file_of(model, decision("d", literal("loop(0)"), knows=["loop"]))), "d")
    assert caught.value.code.startswith("feel.budget.")


def test_models_that_require_one_another_are_refused():
    models = [knowledge("a", [], literal("b()"), knows=["b"]), knowledge("b", [], literal("a()"), knows=["a"])]
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(*models))
    assert [one.code for one in caught.value.findings] == ["dmn.cycle"]


def test_a_model_sees_its_arguments_and_what_it_requires_but_no_variable_of_the_caller():
    model = knowledge("model", [("n", "number")], literal("if secret = null then n else secret"))
    assert value(parse(file_of(model, decision("d", literal("model(1)"), knows=["model"]))), "d", secret=7) == 1


def test_arguments_and_result_are_brought_into_the_declared_types():
    model = knowledge("model", [("n", "number")], literal("n"), type_ref="number")
    given = ["[3]", '"three"', "", "1, 2"]
    asked = [decision(f"d{n}", literal(f"model({one})"), knows=["model"]) for n, one in enumerate(given)]
    definitions = parse(file_of(model, *asked))
    assert [value(definitions, f"d{n}") for n in range(4)] == [3, None, None, None]


def test_a_model_without_logic_is_refused():
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of('<businessKnowledgeModel id="b" name="b"/>', knowledge("c", [("n", "number")], "")))
    assert [(one.code, one.element_id) for one in caught.value.findings] == [
        ("dmn.knowledge_without_logic", "b"),
        ("dmn.knowledge_without_logic", "c"),
    ]
