"""Item definitions: what they accept, what they convert, and how a misfit is named."""

import pytest

from app.dmn import DmnError, DmnInvalid, parse
from app.feel import FeelRuntimeError
from tests.dmn.files import component, decision, file_of, input_data, item_type, literal, table, value

SEVERITY = item_type("tSeverity", allowed='"minor", "major"')
CASE = item_type(
    "tCase",
    components=[
        component("severity", "tSeverity"),
        component("received", "date"),
        component("parts", components=[component("no"), component("count", "number", allowed="> 0")], collection=True),
    ],
)
REPAIR = {"severity": "major", "received": "2026-01-05", "parts": [{"no": "A", "count": 2}]}


def asking(*types, of, logic="x"):
    return parse(file_of(*types, input_data("x", of), decision("d", literal(logic), inputs=["x"])))


def misfit(definitions, given):
    with pytest.raises(DmnError) as caught:
        value(definitions, "d", x=given)
    params = caught.value.params
    return caught.value.code, params["input"], params["value"], params.get("allowed") or params["type"]


def test_components_collections_and_values_are_checked_to_any_depth():
    definitions = asking(SEVERITY, CASE, of="tCase", logic="x.parts[1].count")
    assert value(definitions, "d", x=REPAIR) == 2
    wrong = [
        ({**REPAIR, "severity": "awful"}, ("dmn.data_not_allowed", "x.severity", "awful", '"minor", "major"')),
        ({**REPAIR, "parts": [{"no": "A", "count": 0}]}, ("dmn.data_not_allowed", "x.parts[1].count", "0", "> 0")),
        ({**REPAIR, "parts": [{"no": 1, "count": 1}]}, ("dmn.data_type", "x.parts[1].no", "1", "string")),
        ({**REPAIR, "received": "soon"}, ("dmn.data_type", "x.received", "soon", "date")),
        ("broken", ("dmn.data_type", "x", "broken", type_of_case())),
    ]
    for given, expected in wrong:
        assert misfit(definitions, given) == expected


def type_of_case():
    return "context<severity: string, received: date, parts: list<context<no: string, count: number>>>"


def test_dates_are_read_from_their_texts_inside_of_values_too():
    definitions = asking(SEVERITY, CASE, of="tCase", logic='x.received + @"P1D" = @"2026-01-06"')
    assert value(definitions, "d", x=REPAIR) is True
    dates = asking(item_type("tDates", "date", collection=True), of="tDates", logic="max(x).year")
    assert value(dates, "d", x=["2025-12-31", "2026-01-01"]) == 2026


def test_a_component_that_the_variable_leaves_out_is_null():
    definitions = asking(SEVERITY, CASE, of="tCase", logic='x.parts = null and x.severity = "minor"')
    assert value(definitions, "d", x={"severity": "minor"}) is True


def test_allowed_values_of_a_collection_are_those_of_its_items_and_a_constraint_is_on_the_whole():
    of_items = asking(item_type("t", "number", allowed="[1..5]", collection=True), of="t")
    assert value(of_items, "d", x=[1, 5]) == [1, 5]
    assert misfit(of_items, [1, 9]) == ("dmn.data_not_allowed", "x[2]", "9", "[1..5]")
    of_all = asking(item_type("t", "number", constraint="count(?) < 3", collection=True), of="t")
    assert value(of_all, "d", x=[7, 8]) == [7, 8]
    assert misfit(of_all, [7, 8, 9]) == ("dmn.data_not_allowed", "x", "[7, 8, 9]", "count(?) < 3")


def test_types_may_be_declared_in_any_order_and_build_on_each_other():
    late = [item_type("tList", "tAge", collection=True), item_type("tAge", "number", constraint="? >= 0")]
    assert misfit(asking(*late, of="tList"), [3, -1]) == ("dmn.data_not_allowed", "x[2]", "-1", "? >= 0")


def test_a_type_may_be_that_of_functions():
    item = (
        '<itemDefinition name="tRate"><functionItem outputTypeRef="number"><parameters name="n" typeRef="number"/>'
        "</functionItem></itemDefinition>"
    )
    logic = literal("function(n: number): number n * 2")
    typed = '<decision id="d" name="d"><variable name="d" typeRef="tRate"/>' + logic + "</decision>"
    definitions = parse(file_of(item, typed, decision("e", literal("d(4)"), requires=["d"])))
    assert value(definitions, "e") == 8


@pytest.mark.parametrize("reference", ["feel:number", "number", "feel.number", " number "])
def test_types_are_known_as_older_versions_write_them(reference):
    assert value(asking(of=reference, logic="x + 1"), "d", x=1) == 2


def test_a_type_that_repeats_the_name_of_one_of_feel_is_that():
    assert value(asking(item_type("number", "number"), of="number", logic="x + 1"), "d", x=1) == 2


def test_expressions_know_the_types_of_the_file():
    definitions = parse(file_of(SEVERITY, decision("d", literal('"minor" instance of tSeverity'))))
    assert value(definitions, "d") is True


def test_the_values_a_type_allows_rank_the_outputs_of_a_table_that_declares_none():
    ranked = item_type("tRank", allowed='"high", "low"')
    rules = [("-", '"low"'), ("-", '"high"')]
    logic = table([("x", "number")], [("rank", "tRank")], rules, "PRIORITY")
    assert value(parse(file_of(ranked, decision("d", logic))), "d", x=1) == "high"


@pytest.mark.parametrize(
    ("types", "code", "name"),
    [
        ([item_type("t", "tGone")], "dmn.type_unknown", "tGone"),
        ([item_type("t", "u"), item_type("u", "t")], "dmn.type_cycle", "t"),
        ([item_type("t", components=[component("inner", "t", collection=True)])], "dmn.type_cycle", "t"),
        ([item_type("t"), item_type("t", "number")], "dmn.type_double", "t"),
        ([item_type("t", components=[component("a"), component("a")])], "dmn.component_double", "a"),
    ],
)
def test_types_that_mean_nothing_are_refused(types, code, name):
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(*types))
    (finding,) = caught.value.findings
    assert (finding.code, finding.params.get("type", finding.params.get("name"))) == (code, name)


def test_a_type_of_another_language_is_refused():
    with pytest.raises(DmnInvalid) as caught:
        parse(file_of(item_type("t").replace("<itemDefinition", '<itemDefinition typeLanguage="urn:xsd"')))
    assert [one.code for one in caught.value.findings] == ["dmn.language_unsupported"]


def test_constraints_share_the_budget_of_the_evaluation_that_asks():
    costly = item_type("t", "number", allowed="count(for i in 1..5000 return i) > ?", collection=True)
    definitions = asking(costly, of="t", logic="count(x)")
    assert value(definitions, "d", x=[1] * 5) == 5
    with pytest.raises(FeelRuntimeError) as caught:
        value(definitions, "d", x=[1] * 500)
    assert caught.value.code == "feel.budget.steps"
