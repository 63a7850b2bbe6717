from decimal import Decimal

import pytest

from app.dmn import DmnError, parse
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


def test_a_violated_unique_policy_names_table_and_rules():
    with pytest.raises(DmnError) as caught:
        decide(banded("UNIQUE"), amount=60)
    assert caught.value.code == "dmn.unique_violated"
    assert caught.value.params == {"table": "d", "rules": "1, 2", "decision": "d"}
    assert caught.value.element_id == "table"


def test_any_accepts_equal_outputs_and_refuses_different_ones():
    equal = banded("ANY", rules=[("< 100", '"ok"'), ("> 50", '"ok"')])
    assert decide(equal, amount=60) == "ok"
    with pytest.raises(DmnError) as caught:
        decide(banded("ANY"), amount=60)
    assert (caught.value.code, caught.value.params["rules"]) == ("dmn.any_violated", "1, 2")


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


def test_counting_no_hit_is_zero():
    assert decide(banded("COLLECT", "COUNT", [("n", "number")], [("> 1", "3")]), amount=0) == 0


def test_several_outputs_give_a_context():
    definitions = banded(
        "UNIQUE", outputs=[("band", "string"), ("fee", "number")], rules=[("> 1", '"x"', "amount * 2")]
    )
    assert decide(definitions, amount=10) == {"band": "x", "fee": Decimal(20)}


def test_default_outputs_are_used_when_no_rule_fires():
    definitions = banded("UNIQUE", outputs=[("band", "string", "", '"none"')])
    assert decide(definitions, amount=None) == "none"


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


def test_an_input_of_the_wrong_type_is_an_error_and_not_a_silent_miss():
    with pytest.raises(DmnError) as caught:
        decide(banded("UNIQUE"), amount="much")
    assert caught.value.code == "dmn.input_type"
    assert caught.value.params == {
        "table": "d",
        "input": "amount",
        "value": "much",
        "type": "number",
        "decision": "d",
    }


def test_a_date_that_a_variable_holds_as_text_fits_a_date_column():
    rules = [('< @"2026-01-01"', '"old"'), ('>= @"2026-01-01"', '"new"')]
    definitions = parse(file_of(decision("d", table([("bought", "date")], [("age", "string")], rules))))
    assert decide(definitions, bought="2025-12-31") == "old"
    assert decide(definitions, bought="2026-01-01") == "new"


def test_a_value_outside_the_declared_input_values_is_an_error():
    inputs = [("colour", "string", '"red", "green"')]
    definitions = parse(file_of(decision("d", table(inputs, [("n", "number")], [("-", "1")]))))
    assert decide(definitions, colour="red") == 1
    with pytest.raises(DmnError) as caught:
        decide(definitions, colour="blue")
    assert caught.value.code == "dmn.input_not_allowed"
    assert caught.value.params["input"] == "colour"


def test_outputs_are_checked_against_their_type_and_declared_values():
    wrong_type = banded("UNIQUE", outputs=[("n", "number")], rules=[("-", '"text"')])
    with pytest.raises(DmnError) as caught:
        decide(wrong_type, amount=1)
    assert (caught.value.code, caught.value.params["rule"]) == ("dmn.output_type", 1)
    not_declared = banded("UNIQUE", outputs=[("band", "string", '"a", "b"')], rules=[("-", '"c"')])
    with pytest.raises(DmnError) as caught:
        decide(not_declared, amount=1)
    assert caught.value.code == "dmn.output_not_allowed"


def test_a_table_is_compiled_once_and_decides_independently_each_time():
    definitions = banded("UNIQUE")
    assert [decide(definitions, amount=n) for n in (10, 120, 300, 10)] == ["low", "middle", "high", "low"]


def test_an_empty_output_cell_is_null():
    assert decide(banded("UNIQUE", rules=[("-", "")]), amount=1) is None
