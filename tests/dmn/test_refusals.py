import re
from pathlib import Path

import polib
import pytest

import app.dmn
from app.dmn import DmnInvalid, compile_definitions, parse
from tests.dmn.files import context, decision, file_of, knowledge, literal, table

SIMPLE = decision("d", literal("1"))


def findings(data):
    with pytest.raises(DmnInvalid) as caught:
        parse(data)
    return caught.value.findings


def only(data):
    (finding,) = findings(data)
    return finding


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "dmn.xml"),
        (b"<definitions", "dmn.xml"),
        (b"not xml", "dmn.xml"),
        (b'<!DOCTYPE definitions [<!ENTITY x "y">]>' + file_of(SIMPLE), "dmn.doctype"),
        (b'<!DOCTYPE definitions SYSTEM "http://localhost/x.dtd">' + file_of(SIMPLE), "dmn.doctype"),
        (b"<definitions/>", "dmn.no_definitions"),
        (b'<html xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "dmn.no_definitions"),
        (b"x" * 10_000_001, "dmn.too_large"),
        (file_of(decision("d", literal("1" * 150_001))), "dmn.too_many_expressions"),
        (file_of(SIMPLE).replace(b"<text>", b"<text/>" * 20_000 + b"<text>"), "dmn.too_many_expressions"),
    ],
)
def test_files_that_are_no_dmn(data, code):
    assert only(data).code == code


def test_entities_are_not_expanded():
    bomb = (
        b'<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
        + file_of(decision("d", "<literalExpression><text>&c;</text></literalExpression>")).replace(b"&amp;c;", b"&c;")
    )
    assert only(bomb).code == "dmn.doctype"


@pytest.mark.parametrize(
    ("elements", "code", "element_id"),
    [
        ([decision("d", literal("1 +"))], "feel.syntax.end", "d"),
        ([decision("d", literal("1", expressionLanguage="juel"))], "dmn.language_unsupported", "d"),
        ([decision("d", literal("1"), requires=["gone"])], "dmn.reference_dead", "d"),
        ([SIMPLE, SIMPLE], "dmn.id_missing_or_double", "d"),
        ([decision("d", literal("1"), type_ref="tGone")], "dmn.type_unknown", "d"),
        ([decision("d", table([], [("n", "number")], [], "BEST"))], "dmn.hit_policy_unsupported", "table"),
        ([decision("d", table([("a", "number")], [], []))], "dmn.table_without_output", "table"),
        ([decision("d", table([("a", "number")], [("n", "number")], [["1"]]))], "dmn.rule_width", "rule_1"),
        (
            [decision("d", table([], [("n", "number")], [["1"]], "UNIQUE", "SUM"))],
            "dmn.hit_policy_unsupported",
            "table",
        ),
        (
            [decision("d", table([], [("n", "number")], [["1"]], "COLLECT", "AVERAGE"))],
            "dmn.hit_policy_unsupported",
            "table",
        ),
        ([decision("d", table([], [("n", "number")], [["1"]], "PRIORITY"))], "dmn.priority_without_values", "table"),
        ([decision("d", table([], [("n", "number"), ("n", "number")], [["1", "2"]]))], "dmn.output_double", "table"),
        (
            [decision("d", table([("", "number")], [("n", "number")], [["-", "1"]]))],
            "dmn.input_without_expression",
            "in_",
        ),
        ([decision("d", literal("1")), decision("e", literal("2"), name="d")], "dmn.name_double", "e"),
        (
            [decision("d", table([], [("n", "number"), ("m", "number")], [["1", "2"]], "COLLECT", "SUM"))],
            "dmn.aggregation_of_several",
            "table",
        ),
        ([decision("d", table([("a", "number")], [("n", "number")], [["> ", "1"]]))], "feel.syntax.end", "rule_1"),
        (
            [
                '<businessKnowledgeModel id="b" name="b"><encapsulatedLogic kind="Java">'
                + literal("1")
                + "</encapsulatedLogic></businessKnowledgeModel>"
            ],
            "dmn.function_kind_unsupported",
            "b",
        ),
    ],
)
def test_what_cannot_run_is_refused_with_its_element(elements, code, element_id):
    finding = only(file_of(*elements))
    assert (finding.code, finding.element_id) == (code, element_id)


def test_a_file_nested_without_end_is_refused():
    logic = "<list>" * 300 + literal("1") + "</list>" * 300
    assert {finding.code for finding in findings(file_of(decision("d", logic)))} <= {"dmn.too_deep", "dmn.xml"}


def test_all_findings_of_a_file_are_reported_together():
    data = file_of(decision("a", literal("1 +")), decision("b", literal(")")), decision("c", literal("1")))
    assert [finding.element_id for finding in findings(data)] == ["a", "b"]


def test_a_syntax_error_in_a_cell_says_where_in_the_cell():
    finding = only(file_of(decision("d", table([("a", "number")], [("n", "number")], [["[1..", "1"]]))))
    assert finding.params["excerpt"] == ["[1..", " ", ""]
    assert (finding.params["line"], finding.params["column"]) == (1, 5)


def test_the_rest_of_a_faulty_file_can_be_compiled_for_the_editor():
    definitions, found = compile_definitions(file_of(decision("a", literal("1 +")), decision("b", literal("2"))))
    assert [finding.element_id for finding in found] == ["a"]
    assert definitions.evaluate("b", {}).value == 2
    assert definitions.evaluate("a", {}).value is None


def test_a_language_that_the_whole_file_declares_is_refused_too():
    data = file_of(SIMPLE).replace(b"<definitions ", b'<definitions expressionLanguage="urn:juel" ')
    assert only(data).code == "dmn.language_unsupported"


def test_a_warning_alone_does_not_refuse_a_file():
    assert parse(file_of(decision("manual", ""))).decision("manual").kind == ""


def test_logic_with_an_error_gives_null_as_a_whole():
    rules = [["1", "1"], ["> ", "2"]]
    definitions, _ = compile_definitions(file_of(decision("d", table([("a", "number")], [("n", "number")], rules))))
    assert definitions.evaluate("d", {"a": 1}).value is None


FOLDER = Path(app.dmn.__file__).parent


def catalogue(language):
    return {
        e.msgid: e.msgstr for e in polib.pofile(str(FOLDER / "translations" / language / "LC_MESSAGES/messages.po"))
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_sentence(language):
    codes = {code for path in FOLDER.rglob("*.py") for code in re.findall(r'"(dmn\.[a-z_.]+)"', path.read_text())}
    assert codes
    assert codes == set(catalogue(language))


def test_both_languages_use_the_same_parameters():
    chinese = catalogue("zh")
    for code, sentence in catalogue("en").items():
        assert set(re.findall(r"%\((\w+)\)s", chinese[code])) == set(re.findall(r"%\((\w+)\)s", sentence)), code


@pytest.mark.parametrize(
    ("cell", "result", "code", "element"),
    [
        ('"VIP"', "1", "feel.warning.comparison", "rule_1"),
        ("> 5", 'date("2026-02-30")', "feel.warning.conversion", "rule_1"),
        ("> 5", '1 + "a"', "feel.warning.operands", "rule_1"),
    ],
)
def test_a_cell_that_can_only_come_to_nothing_is_pointed_out_and_not_refused(cell, result, code, element):
    data = file_of(decision("d", table([("a", "number")], [("n", "Any")], [[cell, result]])))
    (finding,) = compile_definitions(data).findings
    assert (finding.code, finding.element_id, finding.severity) == (code, element, "warning")
    assert "".join(finding.params["excerpt"]) in (cell, result)
    assert parse(data).decisions[0].name == "d"


@pytest.mark.parametrize(
    ("logic", "found"),
    [
        ("twice(2) + ours(1)", []),
        ("for twice in [1] return twice", []),
        ("hers(2)", ["feel.warning.no_function"]),
        ("twise(2)", ["feel.warning.no_function_near"]),
        ("twice(uper case(twice))", ["feel.warning.no_function_near"]),
    ],
)
def test_a_call_of_what_nobody_defines_is_pointed_out_where_the_functions_of_the_host_are_known(logic, found):
    data = file_of(knowledge("twice", [("n", "Any")], literal("n")), decision("d", literal(logic), knows=["twice"]))
    assert [finding.code for finding in compile_definitions(data, functions=["ours"]).findings] == found
    assert compile_definitions(data).findings == ()


def test_whatever_has_a_name_in_the_file_may_be_called():
    logic = context(("step", literal("function(x) x + 1")), ("", literal("step(1)")))
    assert compile_definitions(file_of(decision("d", logic)), functions=()).findings == ()
