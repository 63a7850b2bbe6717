import json

from app.dmn import parse
from tests.dmn.files import decision, file_of, input_data, literal, table

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
    assert entry["warnings"] == [{"code": "feel.warning.no_variable", "name": "gold"}]


def test_missing_names_are_reported_as_warnings():
    (warning,) = graph().evaluate("charge", {"age": 30, "price": 80}).warnings
    assert (warning.code, warning.params) == ("feel.warning.no_variable", {"name": "base"})
