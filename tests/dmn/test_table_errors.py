"""An error of a table names the table, the rule and the column, in both languages."""

import pytest

from app.dmn import DmnError, parse
from app.feel import Environment, FeelRuntimeError, FunctionRegistry
from tests.dmn.files import decision, file_of, knowledge, literal, table

ENDLESS = "count(for i in 1..99999999 return i) > 0"
N = [("n", "number")]
FEE = [("fee", "number")]


def error_of(logic, functions=None, **variables):
    definitions = parse(file_of(decision("d", logic, name="Fee")))
    with pytest.raises((DmnError, FeelRuntimeError)) as caught:
        definitions.evaluate("d", variables, Environment(functions=functions or FunctionRegistry()))
    return caught.value


@pytest.mark.parametrize(
    ("logic", "n", "code", "element_id", "params"),
    [
        (
            table(N, FEE, [("> 1", "1"), ("-", "2"), ("< 9", "3")]),
            5,
            "dmn.unique_violated",
            "table",
            {"rules": "1, 2, 3"},
        ),
        (
            table(N, FEE, [("> 1", "1"), ("-", "2"), ("< 9", "1")], "ANY"),
            5,
            "dmn.any_violated",
            "table",
            {"rules": "1, 2", "outputs": "1: 1; 2: 2"},
        ),
        (
            table(N, FEE, [("-", "1")]),
            "many",
            "dmn.input_type",
            "in_n",
            {"input": "n", "value": "many", "type": "number"},
        ),
        (
            table([("n", "number", "[0..9]")], FEE, [("-", "1")]),
            10,
            "dmn.input_not_allowed",
            "in_n",
            {"input": "n", "value": "10", "allowed": "[0..9]"},
        ),
        (
            table(N, FEE, [("< 3", "1"), (">= 3", '"free"')]),
            3,
            "dmn.output_type",
            "out_fee",
            {"rule": 2, "output": "fee", "value": "free", "type": "number"},
        ),
        (
            table(N, [("fee", "number", "1, 2")], [("-", "n")]),
            3,
            "dmn.output_not_allowed",
            "out_fee",
            {"rule": 1, "output": "fee", "value": "3", "allowed": "1, 2"},
        ),
        (
            table(N, [("fee", "number", "", '"none"')], []),
            3,
            "dmn.default_type",
            "out_fee",
            {"rule": 0, "output": "fee", "value": "none", "type": "number"},
        ),
        (
            table(N, [("fee", "number", "1, 2", "3")], []),
            3,
            "dmn.default_not_allowed",
            "out_fee",
            {"rule": 0, "output": "fee", "value": "3", "allowed": "1, 2"},
        ),
    ],
)
def test_what_a_table_refuses(logic, n, code, element_id, params):
    error = error_of(logic, n=n)
    assert (error.code, error.element_id) == (code, element_id)
    assert error.params == {"table": "Fee", "decision": "Fee", **params}


@pytest.mark.parametrize(
    ("logic", "place"),
    [
        (table([(ENDLESS, "boolean")], FEE, [("-", "1")]), {"input": ENDLESS}),
        (table(N, FEE, [("1", "1"), (ENDLESS, "2")]), {"rule": 2, "input": "n"}),
        (table(N, [("fee", "any")], [("1", "1"), ("-", ENDLESS)]), {"rule": 2, "output": "fee"}),
        (table(N, [("fee", "any", "", ENDLESS)], []), {"rule": 0, "output": "fee"}),
    ],
)
def test_a_cell_that_cannot_be_evaluated_is_named_with_its_expression(logic, place):
    error = error_of(logic, n=5)
    assert error.code == "feel.budget.steps"
    named = {"table": "Fee", "decision": "Fee", "expression": ENDLESS, **place}
    assert {key: error.params.get(key) for key in named} == named


def test_a_function_of_the_host_that_fails_in_a_cell_is_named_with_the_cell():
    functions = FunctionRegistry()
    functions.register("look up", [("no", "number")], "number", "", lambda no: {}[no])
    error = error_of(table(N, FEE, [("-", "look up(n)")]), functions, n=5)
    assert error.code == "feel.function.failed"
    assert (error.params["table"], error.params["rule"], error.params["output"]) == ("Fee", 1, "fee")


def test_the_innermost_table_is_the_one_at_fault():
    inner = knowledge("inner", N, table(N, [("x", "number")], [(ENDLESS, "1")]))
    outer = table(N, FEE, [("-", "1"), ("-", "inner(n)")], "COLLECT")
    definitions = parse(file_of(inner, decision("d", outer, name="Fee", knows=["inner"])))
    with pytest.raises(FeelRuntimeError) as caught:
        definitions.evaluate("d", {"n": 1})
    assert (caught.value.params["table"], caught.value.params["rule"]) == ("inner", 1)


def test_a_required_decision_that_fails_is_the_one_that_is_named():
    failing = decision("a", table(N, [("x", "number")], [("-", "1"), ("-", "2")]), name="Inner")
    definitions = parse(file_of(failing, decision("d", literal("a"), name="Outer", requires=["a"])))
    with pytest.raises(DmnError) as caught:
        definitions.evaluate("d", {"n": 1})
    assert (caught.value.params["decision"], caught.value.params["table"]) == ("Inner", "Inner")


def test_long_values_are_shortened_in_an_error():
    assert len(error_of(table(N, FEE, [("-", "1")]), n="x" * 5000).params["value"]) == 200
