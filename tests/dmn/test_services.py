import pytest

from app.dmn import DmnError, DmnInvalid, parse
from tests.dmn.files import decision, file_of, input_data, listed, literal, service, value

NUMBER = input_data("x", "number")
DOUBLE = decision("double", literal("x * 2"), inputs=["x"])
RATED = decision("rated", literal("x * rate"), inputs=["x"], requires=["rate"])


def findings(*elements):
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(*elements))
    return [(one.code, one.element_id, dict(one.params)) for one in caught.value.findings]


def test_an_expression_calls_a_service_by_position_or_by_name():
    rated = service("s", ["rated"], decisions=["rate"], data=["x"])
    rate = decision("rate", literal("100"), type_ref="number")
    call = [decision("d", literal("s(21, 2)"), knows=["s"]), decision("e", literal("s(rate: 3, x: 5)"), knows=["s"])]
    definitions = parse(file_of(NUMBER, rate, RATED, rated, *call))
    assert (value(definitions, "d"), value(definitions, "e")) == (42, 15)


def test_a_service_can_be_asked_directly_and_takes_its_parameters_by_name():
    rated = service("s", ["rated"], decisions=["rate"], data=["x"])
    definitions = parse(file_of(NUMBER, decision("rate", "", type_ref="number"), RATED, rated))
    assert value(definitions, "s", x=21, rate=2) == 42
    with pytest.raises(DmnError) as caught:
        value(definitions, "s", x="many", rate=2)
    assert (caught.value.code, caught.value.params["input"]) == ("dmn.data_type", "x")


def test_a_service_with_several_outputs_gives_a_context():
    both = service("both", ["double", "square"], data=["x"])
    square = decision("square", literal("x * x"), inputs=["x"])
    assert value(parse(file_of(NUMBER, DOUBLE, square, both)), "both", x=3) == {"double": 6, "square": 9}


def test_hidden_decisions_of_a_service_are_made_inside_it():
    inner = decision("inner", literal("x + 1"), inputs=["x"])
    outer = decision("outer", literal("inner * 10"), requires=["inner"])
    definitions = parse(file_of(NUMBER, inner, outer, service("s", ["outer"], hidden=["inner"], data=["x"])))
    result = definitions.evaluate("s", {"x": 4})
    assert result.value == 50
    assert [entry["decision"] for entry in result.trace] == ["inner", "outer"]


def test_a_service_sees_nothing_of_its_caller_but_its_parameters():
    out = decision("out", literal("if secret = null then x else secret"), inputs=["x"])
    call = decision("d", literal("s(1)"), knows=["s"])
    definitions = parse(file_of(NUMBER, out, service("s", ["out"], data=["x"]), call))
    assert value(definitions, "d", secret=7, x=9) == 1


def test_a_service_is_a_value_that_functions_take():
    call = decision("d", literal("(function(f, n) f(f(n)))(s, 3)"), knows=["s"])
    kind = decision("k", literal("s instance of function<number> -> number"), knows=["s"])
    typed = service("s", ["double"], data=["x"], type_ref="number")
    definitions = parse(file_of(NUMBER, DOUBLE, typed, call, kind))
    assert value(definitions, "d") == 12
    assert value(definitions, "k") is True


def test_arguments_and_result_are_brought_into_the_declared_types():
    call = [decision(f"d{n}", literal(f"s({given})"), knows=["s"]) for n, given in enumerate(["[4]", '"many"', "1, 2"])]
    text = service("text", ["double"], data=["x"], type_ref="string")
    asked = decision("t", literal("text(4)"), knows=["text"])
    definitions = parse(file_of(NUMBER, DOUBLE, service("s", ["double"], data=["x"]), *call, text, asked))
    assert [value(definitions, f"d{n}") for n in range(3)] == [8, None, None]
    result = definitions.evaluate("t", {})
    assert result.value is None
    assert [(one.code, one.params["type"]) for one in result.warnings] == [("dmn.warning.type", "string")]


def test_a_decision_without_logic_may_be_what_a_service_is_given():
    definitions = parse(
        file_of(NUMBER, decision("rate", ""), RATED, service("s", ["rated"], decisions=["rate"], data=["x"]))
    )
    assert value(definitions, "s", x=3, rate=3) == 9


def test_calls_inside_a_service_do_not_leak_into_the_next_call():
    calls = listed(literal("s(1)"), literal("s(2)"), literal("s(1)"))
    definitions = parse(
        file_of(NUMBER, DOUBLE, service("s", ["double"], data=["x"]), decision("d", calls, knows=["s"]))
    )
    assert value(definitions, "d", x=100) == [2, 4, 2]


def test_a_service_without_output_or_with_an_input_nobody_gives_is_refused():
    assert findings(NUMBER, service("s", [], data=["x"])) == [("dmn.service_without_output", "s", {"name": "s"})]
    missing = findings(NUMBER, DOUBLE, service("s", ["double"]))
    assert missing == [("dmn.service_input_missing", "s", {"name": "s", "input": "x"})]


@pytest.mark.parametrize("part", ["outputs", "decisions", "data", "hidden"])
def test_a_service_that_names_what_is_not_there_is_refused(part):
    given = {"outputs": ["double"], "data": ["x"], part: ["gone"]}
    codes = [code for code, _, _ in findings(NUMBER, DOUBLE, service("s", **given))]
    assert "dmn.reference_dead" in codes
