"""What the deploy gate refuses in a form, and with which finding."""

import json

import pytest

from app.forms import FormInvalid, parse_form
from tests.forms.building import component, findings, form, source


def refused(text):
    with pytest.raises(FormInvalid) as caught:
        parse_form(text)
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": NaN}', b"\xff\xfe\xff", "[" * 200_000])
def test_what_is_no_json_object_is_refused(text):
    assert refused(text) == ["forms.not_json"]


def test_a_file_too_big_to_read_is_refused():
    assert refused(" " * 1_000_001) == ["forms.too_big"]


def test_a_newer_schema_version_is_refused_because_the_viewer_would_show_nothing():
    assert findings(schemaVersion=20) == [("forms.too_new", "repair")]
    assert findings(schemaVersion=19) == []
    assert findings(schemaVersion="19") == [("forms.too_new", "repair")]


def test_a_form_without_id_cannot_be_linked():
    assert refused(json.dumps({"components": []})) == ["forms.no_id"]


def test_an_unknown_component_names_its_element():
    assert findings(component("signature", "s")) == [("forms.unknown_type", "f0")]


@pytest.mark.parametrize("kind", ["html", "iframe"])
def test_components_that_bring_foreign_pages_in_are_refused(kind):
    assert findings(component(kind, content="<b>x</b>")) == [("forms.refused_type", "f0")]


@pytest.mark.parametrize("kind", [None, 3, ["textfield"], {}])
def test_a_component_type_that_is_no_text_is_unknown(kind):
    assert findings({"type": kind}) == [("forms.unknown_type", "f0")]


def test_two_fields_with_one_key_clash():
    assert findings(component("textfield", "serial"), component("number", "serial")) == [("forms.duplicate_key", "f1")]


def test_a_key_inside_another_value_clashes():
    assert findings(component("textfield", "customer"), component("textfield", "customer.name")) == [
        ("forms.duplicate_key", "f1")
    ]


def test_a_group_path_takes_part_in_the_key():
    group = component("group", path="customer", components=[component("textfield", "name", id="inner")])
    assert findings(component("textfield", "customer.name"), group) == [("forms.duplicate_key", "inner")]


def test_keys_of_rows_begin_anew():
    rows = component("dynamiclist", path="parts", components=[component("textfield", "serial", id="inner")])
    assert findings(component("textfield", "serial"), rows) == []


@pytest.mark.parametrize("key", ["1st", "a b", "a..b", ".a", "序列号", "a-b", "x" * 201, "a\n"])
def test_a_key_that_feel_cannot_name_is_refused(key):
    assert findings(component("textfield", key)) == [("forms.bad_key", "f0")]


def test_a_field_without_key_is_refused():
    assert findings(component("textfield")) == [("forms.no_key", "f0")]
    assert findings(component("dynamiclist", components=[])) == [("forms.no_key", "f0")]


def test_two_components_with_one_id_are_refused():
    first, second = component("text", id="same", text="a"), component("text", id="same", text="b")
    assert findings(first, second) == [("forms.duplicate_id", "same")]


@pytest.mark.parametrize(
    "broken",
    [
        {"conditional": {"hide": "=a +"}},
        {"validate": {"max": "=1 +"}},
        {"readonly": "=("},
        {"label": "=if a then"},
        {"description": "Hello {{a +}}"},
    ],
)
def test_broken_feel_is_found_wherever_it_stands(broken):
    ((code, element),) = findings(component("number", "n", **broken))
    assert code.startswith("feel.syntax.")
    assert element == "f0"


def test_broken_feel_says_where():
    with pytest.raises(FormInvalid) as caught:
        parse_form(source(component("number", "n", conditional={"hide": "=a = 1 and ("})))
    (params,) = [finding.params for finding in caught.value.findings if finding.severity == "error"]
    assert (params["property"], params["line"], params["column"]) == ("conditional.hide", 1, 12)
    assert params["excerpt"] == ["a = 1 and (", " ", ""]


def test_broken_feel_in_options_and_expression_fields():
    assert findings(component("select", "s", valuesExpression="=[1")) == [("feel.syntax.open_bracket", "f0")]
    assert findings(component("expression", "e", expression="=1 +")) == [("feel.syntax.end", "f0")]
    assert findings(component("table", dataSource="=a[")) == [("feel.syntax.open_bracket", "f0")]


def test_a_condition_without_equals_sign_would_be_ignored_by_the_viewer_and_is_refused():
    assert findings(component("number", "n", conditional={"hide": "a = 1"})) == [("forms.bad_property", "f0")]


def test_loops_and_conditions_in_templates_are_fine():
    text = "{{#if warranty}}yes{{/if}} {{#loop parts}}{{this.name}}{{/loop}}"
    assert findings(component("text", text=text)) == []


def test_a_choice_without_options_is_refused():
    assert findings(component("radio", "r")) == [("forms.no_options", "f0")]
    assert findings(component("radio", "r", values=[{"label": "x"}])) == [("forms.bad_property", "f0")]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("number", {"decimalDigits": -1}),
        ("number", {"decimalDigits": "2"}),
        ("number", {"increment": 0.0000001}),
        ("number", {"increment": "many"}),
        ("number", {"validate": {"min": "low"}}),
        ("number", {"validate": {"min": []}}),
        ("number", {"validate": []}),
        ("datetime", {"subtype": "week"}),
        ("textfield", {"conditional": "=true"}),
        ("group", {"components": ["text"]}),
        ("group", {"components": {}}),
    ],
)
def test_an_ill_typed_property_is_refused(kind, wrong):
    key = None if kind == "group" else "k"
    assert findings(component(kind, key, **wrong)) == [("forms.bad_property", "f0")]


def test_a_pattern_that_cannot_be_followed_in_bounded_time_is_refused():
    assert findings(component("textfield", "t", validate={"pattern": r"(a)\1"})) == [("forms.bad_pattern", "f0")]


def test_foreign_pictures_are_refused():
    assert findings(component("image", source="https://example.com/a.png")) == [("forms.foreign_image", "f0")]
    assert findings(component("image", source="//example.com/a.png")) == [("forms.foreign_image", "f0")]
    assert findings(component("image", source="data:image/png;base64,AA==")) == []
    assert findings(component("image", source="/static/label.png")) == []


def test_nesting_and_size_are_bounded():
    inner = component("text", text="x")
    for number in range(15):
        inner = component("group", id=f"g{number}", components=[inner])
    assert findings(inner)[0][0] == "forms.too_deep"
    many = [component("text", id=f"t{number}", text="x") for number in range(1001)]
    assert findings(*many) == [("forms.too_many_components", "repair")]
    long = [component("expression", f"e{number}", expression=f"=1{'+1' * 20_000}") for number in range(3)]
    assert findings(*long) == [("forms.too_many_expressions", "repair")]
    assert findings(*long[:2]) == []


def test_a_verdict_names_its_decision_and_fields():
    overrule = component("select", "own", values=[{"label": "x", "value": "x"}])
    reason = component("textarea", "why")
    verdict = component("verdict", decision="warranty", inputs=["serial"], overrule="own", reason="why")
    built = form(verdict, overrule, reason)
    (read,) = built.verdicts()
    assert (read.decision, read.inputs, read.overrule, read.reason) == (
        "warranty",
        ("serial",),
        ("own",),
        ("why",),
    )
    assert "serial" in built.names


def test_a_verdict_without_decision_or_with_unknown_fields_is_refused():
    assert findings(component("verdict", inputs=[])) == [("forms.bad_property", "f0")]
    assert findings(component("verdict", decision="d", inputs="serial")) == [("forms.bad_property", "f0")]
    assert findings(component("verdict", decision="d", overrule="own", reason="why")) == [
        ("forms.verdict_key", "f0"),
        ("forms.verdict_key", "f0"),
    ]


def test_a_verdict_that_can_be_overruled_needs_a_reason():
    own = component("checkbox", "own")
    assert findings(component("verdict", decision="d", overrule="own"), own) == [("forms.verdict_reason", "f0")]


def test_every_finding_is_reported_at_once():
    assert [code for code, _ in findings(component("x"), component("textfield"), component("radio", "r"))] == [
        "forms.unknown_type",
        "forms.no_key",
        "forms.no_options",
    ]
