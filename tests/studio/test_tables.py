"""Decision tables as the page of a version shows them."""

from app.studio.tables import read
from tests.dmn.files import decision, file_of, literal, table


def test_a_table_is_read_with_what_stands_beside_its_rules() -> None:
    rules = [("< 5", '"low"', "cheap", "RL1"), ("-", '"high"', "", "")]
    logic = table([("amount", "number")], [("band", "string")], rules, "FIRST", annotations=("Reason", "Source"))
    described = logic.replace('<rule id="rule_2">', '<rule id="rule_2"><description> all else </description>')
    asked, other = read(file_of(decision("d", described, name="Bands"), decision("e", literal("1 + 1"))))
    assert (asked.name, asked.policy, asked.inputs, asked.outputs) == (
        "Bands",
        "FIRST",
        (("amount", "amount", "in_amount"),),
        (("", "band", "out_band"),),
    )
    assert [(rule.number, rule.tests, rule.results, rule.remark) for rule in asked.rules] == [
        (1, ("< 5",), ('"low"',), "cheap; RL1"),
        (2, ("-",), ('"high"',), "all else"),
    ]
    assert (other.policy, other.text) == ("", "1 + 1")
