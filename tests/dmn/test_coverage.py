"""What an author is told about a table as a whole: rules that overlap, that are never reached, and cases without one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import look_over, parse
from tests.dmn.files import decision, file_of, table

DAYS = [("days", "number")]
SAYS = [("says", "string")]


def told(inputs, rules, policy="UNIQUE", outputs=SAYS):
    """(code, rule or table id, case) of every remark."""
    filled = [[*rule, f'"{number}"'] if len(rule) == len(inputs) else rule for number, rule in enumerate(rules)]
    data = file_of(decision("d", table(inputs, outputs, filled, policy)))
    return [(one.code, one.params.get("rule"), one.params.get("case")) for one in look_over(parse(data))]


def test_two_rules_of_a_unique_table_that_take_the_same_value_are_named_with_an_example():
    assert told(DAYS, [["<= 90"], [">= 90"]]) == [("dmn.rules_overlap", "2", "days 90")]
    assert told([*DAYS, ("proof", "boolean")], [["< 5", "-"], ["-", "true"], [">= 5", "false"]]) == [
        ("dmn.rules_overlap", "2", "days < 5, proof true")
    ]


def test_values_that_no_rule_takes_are_written_as_a_cell():
    assert told(DAYS, [["< 10"], ["(20..30]"]]) == [("dmn.case_without_rule", None, "days [10..20], > 30")]
    two = [*DAYS, ("proof", "boolean")]
    assert told(two, [["< 5", "true"], [">= 5", "-"]]) == [("dmn.case_without_rule", None, "days < 5, proof false")]


def test_there_is_nothing_between_two_whole_numbers():
    assert told(DAYS, [["<= 30"], ["[31..60]"], ["> 60"]]) == []
    assert told(DAYS, [["<= 30.5"], ["[31..60]"], ["> 60"]]) == [("dmn.case_without_rule", None, "days (30.5..31)")]


def test_texts_are_complete_when_the_declared_ones_are_and_others_are_nobodys_case():
    kinds = [("kind", "string")]
    assert told(kinds, [['"a"'], ['"b", "c"']]) == []
    assert told(kinds, [['"a"'], ['not("a", "b")']]) == [("dmn.case_without_rule", None, 'kind "b"')]
    assert told(kinds, [['not("a")'], ['not("b")']]) == [("dmn.rules_overlap", "2", "kind …")]


def test_a_cell_that_asks_something_else_may_take_anything():
    assert told(DAYS, [["< 10"], ["even(?)"]]) == []
    assert told(DAYS, [["< limit"], ["5"]]) == []


def test_a_rule_behind_others_that_take_all_its_values_is_never_reached():
    assert told(DAYS, [["< 10"], ["[0..5]"], ["-"]], "FIRST") == [("dmn.rule_unreachable", "2", None)]
    assert told(DAYS, [["-"], ["-"]], "FIRST") == [("dmn.rule_unreachable", "2", None)]


def test_a_table_that_allows_several_rules_is_told_only_of_those_that_disagree():
    rules = [["< 10", '"low"'], ["< 5", '"low"'], ["-", '"any"']]
    assert told(DAYS, rules, "ANY") == [
        ("dmn.rules_disagree", "3", "days < 5"),
        ("dmn.rules_disagree", "3", "days < 5"),
    ]


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_a_table_that_lists_all_answers_may_have_none(policy):
    assert told(DAYS, [["< 10"], ["< 5"]], policy) == []


def test_a_large_table_is_looked_over_in_bounded_steps():
    inputs = [(f"n{place}", "number") for place in range(20)]
    rules = [["> 5" if place == at else "-" for place in range(20)] for at in range(20)]
    assert told(inputs, rules, "FIRST")[-1][0] == "dmn.case_without_rule"


CELLS = st.sampled_from(["-", "< 2", "<= 3", "> 1", ">= 4", "2", "[1..3]", "(1..4)", "not(2)", "1, 3", "< 1, > 3"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(["UNIQUE", "FIRST"]))
def test_what_is_said_is_what_the_table_does(rules, policy):
    inputs = [("a", "number"), ("b", "number")]
    filled = [[*cells, str(number)] for number, cells in enumerate(rules, 1)]
    lists = parse(file_of(decision("d", table(inputs, [("n", "number")], filled, "RULE ORDER"))))
    fired = [lists.evaluate("d", {"a": a, "b": b}).value for a in range(-1, 7) for b in range(-1, 7)]
    codes = {code for code, _, _ in told(inputs, rules, policy)}
    assert ("dmn.case_without_rule" in codes) == ([] in fired)
    assert ("dmn.rules_overlap" in codes) == (policy == "UNIQUE" and any(len(one) > 1 for one in fired))
    first = {one[0] for one in fired if one}
    reached = len(first) == len(rules)
    if policy == "FIRST":
        assert ("dmn.rule_unreachable" in codes) != reached
