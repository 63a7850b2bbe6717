"""Findings say where they are in words that stand on the page."""

import pytest

from app.engine.drawn_names import drawn_names
from app.i18n import in_language
from tests.company import ROOT
from tests.engine.diagrams import END, START, bpmn, chain, user


@pytest.mark.parametrize(
    ("file", "element", "zh", "en"),
    [
        ("payment_collection.bpmn", "s100_book", "入账", "Book the payment"),
        ("warranty_eligibility.dmn", "warranty_eligibility_rule_2_in_4",
         "第 2 条规则，距上次同故障维修天数", "Rule 2, 距上次同故障维修天数"),
        ("warranty_eligibility.dmn", "warranty_eligibility_rule_4_out_1", "第 4 条规则，保修内", "Rule 4, 保修内"),
        ("start_repair.form", "note", "备注", "备注"),
    ],
)  # fmt: skip
def test_a_part_is_named_in_the_language_of_the_page(app, file, element, zh, en):
    path = next(path for folder in ("bpmn", "forms") for path in (ROOT / folder).rglob(file))
    for language, words in (("zh", zh), ("en", en)):
        with in_language(language):
            assert drawn_names(file, path.read_bytes())[element] == words


def test_a_flow_without_a_name_is_known_by_where_it_leads(app):
    file = bpmn("p", chain(START, user("look", name="看一看"), END))
    assert drawn_names("p.bpmn", file)["f_start_look"] == "→ 看一看"


def test_columns_and_the_logic_of_a_decision_are_named(app):
    file = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="n" namespace="n">
      <decision id="fee" name="Fee"><literalExpression id="le"><text>1</text></literalExpression></decision>
      <decision id="t" name="Table"><decisionTable id="dt"><input id="i"><inputExpression id="ie"><text>days left</text>
      </inputExpression></input><output id="o" name="price"/></decisionTable></decision></definitions>"""
    with in_language("en"):
        names = drawn_names("x.dmn", file)
    assert (names["le"], names["ie"], names["o"], names["dt"]) == ("Fee", "Column days left", "Column price", "Table")


@pytest.mark.parametrize("suffix", ["bpmn", "dmn", "form", "txt"])
@pytest.mark.parametrize("broken", ["", "<a", "{", "[1]", "5", '{"components": [3, {"id": 5}]}', "[" * 5000])
def test_a_broken_file_has_no_names(app, suffix, broken):
    assert drawn_names(f"x.{suffix}", broken.encode()) == {}
