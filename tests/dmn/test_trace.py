import json

from app.dmn import parse
from app.dmn.trace import MAX_TOLD
from tests.dmn.files import decision, file_of, input_data, knowledge, literal, service, table

RULES = [("<= 24", '"in"', "0"), ("> 24", '"out"', "price * 0.5")]


def graph():
    return parse(
        file_of(
            input_data("age", "number"),
            decision(
                "warranty",
                table([("age", "number")], [("state", "string"), ("fee", "number")], RULES),
                name="Warranty state",
                inputs=["age"],
            ),
            decision("charge", literal("if warranty.fee > 0 then warranty.fee + base else 0"), requires=["warranty"]),
        )
    )


def test_the_trace_tells_which_rule_fired_on_which_values():
    result = graph().evaluate("warranty", {"age": 30, "price": 80})
    (entry,) = result.trace
    assert entry["decision"] == "warranty"
    assert entry["name"] == "Warranty state"
    (table_entry,) = entry["tables"]
    assert table_entry["hit_policy"] == "UNIQUE"
    assert table_entry["inputs"] == [{"id": "in_age", "label": "age", "value": 30}]
    assert table_entry["matched"] == [{"index": 2, "id": "rule_2", "outputs": {"state": "out", "fee": 40}}]
    assert entry["output"] == {"state": "out", "fee": 40}


def test_required_decisions_come_first_in_the_trace_and_values_read_are_kept():
    result = graph().evaluate("charge", {"age": 30, "price": 80, "base": 5})
    assert [entry["decision"] for entry in result.trace] == ["warranty", "charge"]
    assert result.trace[1]["read"] == {"base": 5}
    assert result.trace[1]["output"] == 45
    assert result.value == 45


def test_the_trace_can_be_stored_as_json():
    result = graph().evaluate("charge", {"age": 30, "price": 80, "base": 5.25})
    assert json.loads(json.dumps(result.trace)) == result.trace


def test_a_function_among_the_values_does_not_break_the_trace():
    definitions = parse(file_of(decision("d", literal("function(x) x"))))
    assert definitions.evaluate("d", {}).trace[0]["output"] == "function"


def test_a_table_without_a_hit_is_traced_too():
    (entry,) = graph().evaluate("warranty", {"age": None, "price": 1}).trace
    assert entry["tables"][0]["matched"] == []


def test_a_word_without_quotation_marks_in_a_cell_is_pointed_out_in_the_trace():
    rules = [["gold", "1"], ["-", "2"]]
    definitions = parse(file_of(decision("d", table([("level", "string")], [("n", "number")], rules, "FIRST"))))
    (entry,) = definitions.evaluate("d", {"level": "gold"}).trace
    (warning,) = entry["warnings"]
    assert (warning["code"], warning["name"]) == ("feel.warning.no_variable", "gold")
    assert (warning["element"], warning["expression"]) == ("rule_1", "gold")
    assert (warning["line"], warning["column"]) == (1, 1)


def test_missing_names_are_reported_as_warnings():
    (warning,) = graph().evaluate("charge", {"age": 30, "price": 80}).warnings
    assert (warning.code, warning.params) == ("feel.warning.no_variable", {"name": "base"})


def test_what_stands_beside_a_rule_is_told_with_it():
    rules = [("<= 24", '"in"', "Within two years", ""), ("> 24", '"out"', "Too old", "RL12")]
    logic = table([("age", "number")], [("state", "string")], rules, annotations=("Reason", "Rule of the catalogue"))
    definitions = parse(file_of(decision("d", logic)))
    told = [definitions.evaluate("d", {"age": age}).trace[0]["tables"][0]["matched"][0] for age in (3, 30)]
    assert told[0]["annotations"] == {"Reason": "Within two years"}
    assert told[1]["annotations"] == {"Reason": "Too old", "Rule of the catalogue": "RL12"}


def test_the_description_that_the_editor_keeps_beside_a_rule_is_told_too():
    data = file_of(decision("d", table([("age", "number")], [("n", "number")], [("-", "1")])))
    data = data.replace(b'<rule id="rule_1">', b'<rule id="rule_1"><description> For all </description>')
    (told,) = parse(data).evaluate("d", {"age": 1}).trace[0]["tables"][0]["matched"]
    assert told["annotations"] == {"description": "For all"}


def test_default_outputs_and_the_aggregation_are_told():
    defaulted = table([("age", "number")], [("n", "number", "", "7")], [("> 5", "1")])
    (entry,) = parse(file_of(decision("d", defaulted))).evaluate("d", {"age": 1}).trace[0]["tables"]
    assert (entry["matched"], entry["default"]) == ([], {"n": 7})
    summed = table([("age", "number")], [("n", "number")], [("-", "1"), ("-", "2")], "COLLECT", "SUM")
    result = parse(file_of(decision("d", summed))).evaluate("d", {"age": 1})
    assert (result.trace[0]["tables"][0]["aggregation"], result.trace[0]["output"]) == ("SUM", 3)


def test_decisions_of_a_service_come_before_the_one_that_called_it():
    inner = decision("inner", table([("x", "number")], [("n", "number")], [("-", "x + 1")]), inputs=["x"])
    calling = decision("d", literal("s(1) + s(2)"), knows=["s"])
    result = parse(file_of(input_data("x"), inner, service("s", ["inner"], data=["x"]), calling)).evaluate("d", {})
    assert [(entry["decision"], entry["output"]) for entry in result.trace] == [("inner", 2), ("inner", 3), ("d", 5)]
    assert [len(entry["tables"]) for entry in result.trace] == [1, 1, 0]


def test_a_table_in_a_long_loop_does_not_flood_the_trace():
    model = knowledge("k", [("n", "number")], table([("n", "number")], [("m", "number")], [("-", "n")]))
    service_ = [decision("one", literal("1")), service("s", ["one"])]
    loop = literal("count(for i in 1..3000 return k(i) + s())")
    definitions = parse(file_of(model, *service_, decision("d", loop, knows=["k", "s"])))
    result = definitions.evaluate("d", {})
    assert result.value == 3000
    assert len(result.trace) == MAX_TOLD
    assert result.trace[-1]["decision"] == "d"
    assert len(result.trace[-1]["tables"]) + result.trace[-1]["more_tables"] == 3000
    assert len(result.trace[-1]["tables"]) <= MAX_TOLD


def test_variables_that_are_not_there_are_not_among_those_read():
    (entry,) = graph().evaluate("charge", {"age": 30, "price": 80}).trace[1:]
    assert entry["read"] == {}


def test_what_is_large_or_shared_is_not_written_out_in_the_trace():
    bomb = "for i in 1..40 return [partial, partial]"
    definitions = parse(
        file_of(
            decision("d", literal(bomb)), decision("long", literal("text")), decision("f", literal("function(a) a"))
        )
    )
    assert definitions.evaluate("d", {}).trace[-1]["output"] == "…"
    entry = definitions.evaluate("long", {"text": "x" * 9_000}).trace[-1]
    assert (len(entry["output"]), len(entry["read"]["text"])) == (2000, 2000)
    assert definitions.evaluate("f", {}).trace[-1]["output"] == "function"
