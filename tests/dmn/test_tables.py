from decimal import Decimal

import pytest

from app.dmn import parse
from tests.dmn.files import decision, file_of, table

AMOUNT = [("amount", "number")]
BANDS = [("< 100", '"low"'), ("[50..200]", '"middle"'), ("> 150", '"high"')]


def banded(policy, aggregation=None, outputs=(("band", "string"),), rules=BANDS):
    return parse(file_of(decision("d", table(AMOUNT, outputs, rules, policy, aggregation))))


def decide(definitions, **context):
    return definitions.evaluate("d", context).value


def test_a_unique_table_gives_the_output_of_its_one_rule():
    assert decide(banded("UNIQUE"), amount=10) == "low"


def test_without_a_hit_the_result_is_null():
    assert decide(banded("UNIQUE"), amount=None) is None
    assert decide(banded("FIRST", rules=[("> 5", '"x"')]), amount=1) is None


def test_first_takes_the_rule_that_stands_first():
    assert decide(banded("FIRST"), amount=60) == "low"
    assert decide(banded("FIRST"), amount=180) == "middle"


def test_priority_follows_the_order_of_the_declared_values():
    table = banded("PRIORITY", outputs=[("band", "string", '"high", "middle", "low"')])
    assert decide(table, amount=60) == "middle"
    assert decide(table, amount=180) == "high"


def test_output_order_lists_by_the_declared_values_and_rule_order_as_drawn():
    declared = [("band", "string", '"high", "middle", "low"')]
    assert decide(banded("OUTPUT ORDER", outputs=declared), amount=60) == ["middle", "low"]
    assert decide(banded("RULE ORDER", outputs=declared), amount=60) == ["low", "middle"]


@pytest.mark.parametrize(
    ("aggregation", "expected"), [(None, [3, 4]), ("SUM", 7), ("MIN", 3), ("MAX", 4), ("COUNT", 2)]
)
def test_collect_gathers_or_aggregates(aggregation, expected):
    rules = [("> 1", "3"), ("> 2", "4"), ("> 900", "5")]
    assert decide(banded("COLLECT", aggregation, [("n", "number")], rules), amount=10) == expected


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("UNIQUE", None, None),
        ("ANY", None, None),
        ("FIRST", None, None),
        ("PRIORITY", None, None),
        ("RULE ORDER", None, []),
        ("OUTPUT ORDER", None, []),
        ("COLLECT", None, []),
        ("COLLECT", "SUM", None),
        ("COLLECT", "MIN", None),
        ("COLLECT", "MAX", None),
        ("COLLECT", "COUNT", 0),
    ],
)
def test_without_a_hit_there_is_nothing_or_an_empty_list_or_the_default(policy, aggregation, expected):
    outputs = [("n", "number", "1, 2, 3")]
    assert decide(banded(policy, aggregation, outputs, [("> 1", "3")]), amount=0) == expected
    with_default = [("n", "number", "1, 2, 3", "2")]
    assert decide(banded(policy, aggregation, with_default, [("> 1", "3")]), amount=0) == 2


def test_any_accepts_rules_whose_outputs_are_equal():
    outputs = [("band", "string"), ("fee", "number")]
    rules = [("< 100", '"ok"', "1.0"), ("> 50", '"ok"', "1")]
    assert decide(banded("ANY", outputs=outputs, rules=rules), amount=60) == {"band": "ok", "fee": 1}


def test_several_outputs_are_ranked_column_by_column():
    outputs = [("risk", "string", '"high", "low"'), ("note", "string"), ("fee", "number", "[0..5), [5..10]")]
    rules = [
        ("-", '"low"', '"a"', "0"),
        ("-", '"high"', '"b"', "9"),
        ("-", '"high"', '"c"', "4"),
        ("-", '"high"', '"d"', "3"),
    ]
    ordered = decide(banded("OUTPUT ORDER", outputs=outputs, rules=rules), amount=1)
    assert [row["note"] for row in ordered] == ["c", "d", "b", "a"]
    assert decide(banded("PRIORITY", outputs=outputs, rules=rules), amount=1)["note"] == "c"


def test_collected_dates_have_a_least_and_a_greatest():
    rules = [("-", '@"2026-02-01"'), ("-", '@"2026-01-01"')]
    definitions = banded("COLLECT", "MIN", [("day", "date")], rules)
    assert definitions.evaluate("d", {"amount": 1}).trace[0]["output"] == "2026-01-01"


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_several_outputs_of_several_hits_are_a_list_of_contexts(policy):
    rules = [("-", '"x"', "1"), ("-", '"y"', "2")]
    outputs = [("band", "string"), ("fee", "number")]
    expected = [{"band": "x", "fee": 1}, {"band": "y", "fee": 2}]
    assert decide(banded(policy, outputs=outputs, rules=rules), amount=1) == expected


@pytest.mark.parametrize("orientation", ["Rule-as-Row", "Rule-as-Column", "CrossTable"])
def test_how_a_table_is_drawn_changes_nothing(orientation):
    logic = table(AMOUNT, [("band", "string")], BANDS, preferredOrientation=orientation, outputLabel="Band")
    assert decide(parse(file_of(decision("d", logic))), amount=10) == "low"


def test_a_table_without_rules_or_without_inputs_decides():
    assert decide(banded("UNIQUE", rules=[]), amount=1) is None
    assert decide(parse(file_of(decision("d", table([], [("n", "number")], [["7"]]))))) == 7


def test_cells_may_use_variables_and_the_value_asked_about():
    rules = [("> limit", '"over"'), ("? * 2 > limit", '"near"'), ("-", '"far"')]
    definitions = banded("FIRST", rules=rules)
    assert [decide(definitions, amount=n, limit=10) for n in (11, 6, 5)] == ["over", "near", "far"]


def test_several_outputs_give_a_context():
    definitions = banded(
        "UNIQUE", outputs=[("band", "string"), ("fee", "number")], rules=[("> 1", '"x"', "amount * 2")]
    )
    assert decide(definitions, amount=10) == {"band": "x", "fee": Decimal(20)}


def test_default_outputs_are_used_when_no_rule_fires():
    definitions = banded("UNIQUE", outputs=[("band", "string", "", '"none"')])
    assert decide(definitions, amount=None) == "none"
    one_of_two = [("band", "string", "", '"none"'), ("fee", "number")]
    assert decide(banded("UNIQUE", outputs=one_of_two, rules=[]), amount=1) == {"band": "none", "fee": None}


def test_cells_may_be_dashes_lists_functions_and_negations():
    inputs = [("kind", "string"), ("serial", "string")]
    rules = [
        ('"a", "b"', "-", "1"),
        ('not("a", "b")', 'starts with(?, "SN")', "2"),
        ("-", 'not(starts with(?, "SN"))', "3"),
    ]
    definitions = parse(file_of(decision("d", table(inputs, [("n", "number")], rules, "FIRST"))))
    assert decide(definitions, kind="b", serial="X") == 1
    assert decide(definitions, kind="c", serial="SN1") == 2
    assert decide(definitions, kind="c", serial="X") == 3


def test_a_date_that_a_variable_holds_as_text_fits_a_date_column():
    rules = [('< @"2026-01-01"', '"old"'), ('>= @"2026-01-01"', '"new"')]
    definitions = parse(file_of(decision("d", table([("bought", "date")], [("age", "string")], rules))))
    assert decide(definitions, bought="2025-12-31") == "old"
    assert decide(definitions, bought="2026-01-01") == "new"


def test_a_table_is_compiled_once_and_decides_independently_each_time():
    definitions = banded("UNIQUE")
    assert [decide(definitions, amount=n) for n in (10, 120, 300, 10)] == ["low", "middle", "high", "low"]


def test_an_empty_output_cell_is_null():
    assert decide(banded("UNIQUE", rules=[("-", "")]), amount=1) is None
