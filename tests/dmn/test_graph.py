import pytest

from app.dmn import DmnError, DmnInvalid, compile_definitions, parse
from app.feel import Environment, FeelRuntimeError, FunctionRegistry
from tests.dmn.files import decision, file_of, input_data, literal, table, value


def test_a_required_decision_is_known_by_its_name_and_by_its_id():
    definitions = parse(
        file_of(
            decision("base_fee", literal("10"), name="Base fee"),
            decision("by_name", literal("Base fee + 1"), requires=["base_fee"]),
            decision("by_id", literal("base_fee + 2"), requires=["base_fee"]),
        )
    )
    assert value(definitions, "by_name") == 11
    assert value(definitions, "by_id") == 12


def test_names_with_punctuation_are_known():
    definitions = parse(
        file_of(
            decision("p", literal("3"), name="Pre-check (fee)"),
            decision("d", literal("Pre-check (fee) * 2"), requires=["p"]),
        )
    )
    assert value(definitions, "d") == 6


def test_a_decision_that_several_require_is_made_once():
    calls = []
    functions = FunctionRegistry()
    functions.register("look", [], "number", "", lambda: calls.append(1) or 5)
    definitions = parse(
        file_of(
            decision("a", literal("look()")),
            decision("b", literal("a + 1"), requires=["a"]),
            decision("c", literal("a + b"), requires=["a", "b"]),
        )
    )
    assert definitions.evaluate("c", {}, Environment(functions=functions)).value == 11
    assert calls == [1]


def test_a_circle_is_refused_and_shown():
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(decision("a", literal("b"), requires=["b"]), decision("b", literal("a"), requires=["a"])))
    (finding,) = caught.value.findings
    assert (finding.code, finding.params["way"]) == ("dmn.cycle", "a → b → a")


def test_the_name_of_a_variable_is_known_beside_the_name_of_its_element():
    element = '<decision id="x1" name="Age check"><variable name="checked"/>' + literal("true") + "</decision>"
    asking = decision("d", literal("checked and Age check and x1"), requires=["x1"])
    data = '<inputData id="i" name="Customer age"><variable name="age"/></inputData>'
    definitions = parse(file_of(element, asking, data, decision("e", literal("age + Customer age"), inputs=["i"])))
    assert value(definitions, "d") is True
    assert value(definitions, "e", age=4) == 8
    assert value(definitions, "e", **{"Customer age": 5}) == 10


def test_a_name_goes_before_an_id_that_is_the_same():
    definitions = parse(
        file_of(
            decision("rate", literal("1"), name="first"),
            decision("x", literal("2"), name="rate"),
            decision("d", literal("rate"), requires=["x", "rate"]),
            decision("e", literal("rate"), requires=["rate", "x"]),
        )
    )
    assert (value(definitions, "d"), value(definitions, "e")) == (2, 2)


def test_a_result_that_does_not_have_the_declared_type_is_an_error():
    definitions = parse(file_of(decision("d", literal("if x = 1 then 5 else [5]"), type_ref="string")))
    with pytest.raises(DmnError) as caught:
        value(definitions, "d", x=1)
    assert caught.value.code == "dmn.result_type"
    assert caught.value.params == {"result": "d", "value": "5", "type": "string", "decision": "d"}


def test_a_result_is_brought_into_the_declared_type():
    definitions = parse(file_of(decision("d", literal("[5]"), type_ref="number")))
    assert value(definitions, "d") == 5


def test_a_decision_that_people_make_may_stand_in_the_graph_but_cannot_be_asked():
    compiled = compile_definitions(file_of(decision("manual", ""), decision("d", literal("1"))))
    assert [(one.code, one.severity) for one in compiled.findings] == [("dmn.decision_without_logic", "warning")]
    assert value(compiled.definitions, "d") == 1
    with pytest.raises(DmnError) as caught:
        value(compiled.definitions, "manual")
    assert caught.value.code == "dmn.decision_has_no_logic"


def test_a_chain_of_thousands_of_decisions_is_checked_without_a_crash():
    chain = [decision("d0", literal("1"))]
    chain += [decision(f"d{n}", literal(f"d{n - 1}"), requires=[f"d{n - 1}"]) for n in range(1, 3000)]
    definitions = parse(file_of(*chain))
    assert value(definitions, "d10") == 1
    with pytest.raises(FeelRuntimeError) as caught:
        value(definitions, "d2999")
    assert caught.value.code == "feel.budget.depth"


def test_decisions_say_which_variables_they_read():
    definitions = parse(
        file_of(
            input_data("age", "number"),
            decision("base", literal("1")),
            decision(
                "d",
                table([("age", "number")], [("n", "number")], [("> limit", "base + extra")]),
                requires=["base"],
                inputs=["age"],
            ),
        )
    )
    assert {d.id: d.inputs for d in definitions.decisions} == {"base": (), "d": ("age", "extra", "limit")}
    assert definitions.decision("d").kind == "decisionTable"


def test_an_unknown_decision_is_an_error():
    with pytest.raises(DmnError) as caught:
        value(parse(file_of(decision("a", literal("1")))), "b")
    assert caught.value.code == "dmn.decision_unknown"


def test_a_run_away_table_is_stopped_by_the_budget():
    definitions = parse(file_of(decision("d", literal("count(for i in 1..99999999 return i)"))))
    with pytest.raises(FeelRuntimeError) as caught:
        value(definitions, "d")
    assert caught.value.code == "feel.budget.steps"
    assert caught.value.params["decision"] == "d"
    assert caught.value.position.column == 7


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_all_versions_of_the_format_are_read(namespace):
    assert value(parse(file_of(decision("d", literal("1")), namespace=namespace)), "d") == 1
