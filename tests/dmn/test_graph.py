import pytest

from app.dmn import DmnError, DmnInvalid, parse
from app.feel import Environment, FeelRuntimeError, FunctionRegistry
from tests.dmn.files import decision, file_of, input_data, literal, table

BKM = (
    '<businessKnowledgeModel id="gross" name="gross price"><encapsulatedLogic>'
    '<formalParameter name="net" typeRef="number"/>'
    + literal("net * 1.13")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


def value(definitions, decision_id, **context):
    return definitions.evaluate(decision_id, context).value


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


def test_a_cycle_is_refused():
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(decision("a", literal("b"), requires=["b"]), decision("b", literal("a"), requires=["a"])))
    assert [finding.code for finding in caught.value.findings] == ["dmn.cycle"]


def test_a_chain_of_thousands_of_decisions_is_checked_without_a_crash():
    chain = [decision("d0", literal("1"))]
    chain += [decision(f"d{n}", literal(f"d{n - 1}"), requires=[f"d{n - 1}"]) for n in range(1, 3000)]
    definitions = parse(file_of(*chain))
    assert value(definitions, "d10") == 1
    with pytest.raises(FeelRuntimeError) as caught:
        value(definitions, "d2999")
    assert caught.value.code == "feel.budget.depth"


def test_knowledge_models_are_functions():
    definitions = parse(
        file_of(BKM, decision("d", literal("gross price(100) + gross price(net: 200)"), knows=["gross"]))
    )
    assert value(definitions, "d") == 339


def test_a_boxed_invocation_binds_its_parameters():
    logic = (
        "<invocation>"
        + literal("gross price")
        + '<binding><parameter name="net"/>'
        + literal("price")
        + "</binding></invocation>"
    )
    assert value(parse(file_of(BKM, decision("d", logic, knows=["gross"]))), "d", price=100) == 113


def test_a_decision_service_can_be_called():
    service = (
        '<decisionService id="s" name="service"><outputDecision href="#out"/><inputData href="#x"/></decisionService>'
    )
    definitions = parse(
        file_of(
            input_data("x", "number"),
            decision("out", literal("x * 2"), inputs=["x"]),
            service,
            decision("d", literal("service(21)"), knows=["s"]),
        )
    )
    assert value(definitions, "d") == 42


SERVICE = (
    '<decisionService id="s" name="service"><outputDecision href="#out"/><inputDecision href="#rate"/>'
    '<inputData href="#x"/></decisionService>'
)


def serving(*more):
    return parse(
        file_of(
            input_data("x", "number"),
            decision("rate", "", type_ref="number"),
            decision("out", literal("x * rate"), inputs=["x"], requires=["rate"]),
            SERVICE,
            *more,
        )
    )


def test_a_decision_service_can_be_asked_directly_and_takes_its_parameters_by_name():
    assert value(serving(), "s", x=21, rate=2) == 42
    with pytest.raises(DmnError) as caught:
        value(serving(), "s", x="many", rate=2)
    assert (caught.value.code, caught.value.params["input"]) == ("dmn.input_type", "x")


def test_a_service_with_several_outputs_gives_a_context():
    several = (
        '<decisionService id="both" name="both"><outputDecision href="#out"/><outputDecision href="#double"/>'
        '<inputDecision href="#rate"/><inputData href="#x"/></decisionService>'
    )
    definitions = serving(decision("double", literal("x * 2"), inputs=["x"]), several)
    assert value(definitions, "both", x=3, rate=5) == {"out": 15, "double": 6}


def test_a_service_sees_nothing_of_its_caller_but_its_parameters():
    definitions = parse(
        file_of(
            decision("out", literal("if secret = null then x else secret"), inputs=["x"]),
            input_data("x", "number"),
            '<decisionService id="s" name="s"><outputDecision href="#out"/><inputData href="#x"/></decisionService>',
            decision("d", literal("s(1)"), knows=["s"]),
        )
    )
    assert value(definitions, "d", secret=7, x=9) == 1


def test_a_decision_without_logic_is_refused_unless_a_service_is_given_its_value():
    serving()
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(decision("rate", "")))
    assert [finding.code for finding in caught.value.findings] == ["dmn.decision_without_logic"]


def test_boxed_expressions():
    context = (
        '<context><contextEntry><variable name="net"/>' + literal("100") + "</contextEntry>"
        '<contextEntry><variable name="tax"/>' + literal("net * 0.13") + "</contextEntry>"
        "<contextEntry>" + literal("net + tax") + "</contextEntry></context>"
    )
    relation = (
        '<relation><column name="no"/><column name="price"/>'
        "<row>" + literal('"A"') + literal("1") + "</row><row>" + literal('"B"') + literal("2") + "</row></relation>"
    )
    conditional = (
        f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
    )
    filtered = f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>"
    loop = f'<for iteratorVariable="n"><in>{literal("1..3")}</in><return>{literal("n * n")}</return></for>'
    some = f'<some iteratorVariable="n"><in>{literal("[1, 2]")}</in><satisfies>{literal("n > 1")}</satisfies></some>'
    every = f'<every iteratorVariable="n"><in>{literal("[1, 2]")}</in><satisfies>{literal("n > 1")}</satisfies></every>'
    listed = "<list>" + literal("1") + literal("2") + "</list>"
    logics = [context, relation, conditional, filtered, loop.replace("1..3", "[1, 2, 3]"), some, every, listed]
    definitions = parse(file_of(*(decision(f"d{n}", logic) for n, logic in enumerate(logics))))
    expected = [113, [{"no": "A", "price": 1}, {"no": "B", "price": 2}], 1, [2, 3], [1, 4, 9], True, False, [1, 2]]
    assert [value(definitions, f"d{n}", x=5) for n in range(len(logics))] == expected


def test_item_definitions_are_types():
    types = (
        '<itemDefinition name="tSeverity"><typeRef>string</typeRef><allowedValues><text>"minor", "major"</text>'
        '</allowedValues></itemDefinition><itemDefinition name="tCase"><itemComponent name="severity">'
        "<typeRef>tSeverity</typeRef></itemComponent></itemDefinition>"
    )
    definitions = parse(
        file_of(types, input_data("repair", "tCase"), decision("d", literal("repair.severity"), inputs=["repair"]))
    )
    assert value(definitions, "d", repair={"severity": "major"}) == "major"
    with pytest.raises(DmnError) as caught:
        value(definitions, "d", repair={"severity": "awful"})
    assert caught.value.code == "dmn.input_type"


def test_imported_decisions_are_known_under_their_prefix():
    library = parse(file_of(decision("fee", literal("10")), own="http://firstline/library"))
    using = file_of(
        '<import name="lib" namespace="http://firstline/library" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
        '<decision id="d" name="d"><informationRequirement><requiredDecision href="http://firstline/library#fee"/>'
        "</informationRequirement>" + literal("lib.fee + 1") + "</decision>",
    )
    assert value(parse(using, {"http://firstline/library": library}), "d") == 11
    with pytest.raises(DmnInvalid) as caught:
        parse(using)
    assert "dmn.import_unknown" in {finding.code for finding in caught.value.findings}


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
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_all_versions_of_the_format_are_read(namespace):
    assert value(parse(file_of(decision("d", literal("1")), namespace=namespace)), "d") == 1
