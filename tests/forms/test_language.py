"""Two languages in one form file."""

import json

from app.forms import parse_form
from tests.forms.building import component, form, source


def missing(*components):
    return [
        (finding.element_id, finding.params["property"], finding.params["language"])
        for finding in form(*components).findings
    ]


def bilingual(kind, key=None, **properties):
    return component(kind, key, label="名称", **properties)


def test_chinese_is_the_file_itself():
    text = source(bilingual("textfield", "a", properties={"label:en": "Name"}))
    assert parse_form(text).localised("zh") == json.loads(text)


def test_english_takes_the_place_of_chinese():
    built = form(
        bilingual(
            "textfield",
            "a",
            description="说明",
            appearance={"suffixAdorner": "元"},
            validate={"pattern": "x", "patternErrorMessage": "要有 x"},
            properties={
                "label:en": "Name", "description:en": "Note", "suffixAdorner:en": "yuan", "message:en": "Needs x",
            },
        ),
        component("text", text="你好", properties={"text:en": "Hello"}),
        component("datetime", "d", dateLabel="日期", properties={"dateLabel:en": "Date"}),
    )  # fmt: skip
    field, text, moment = built.localised("en")["components"]
    assert (field["label"], field["description"]) == ("Name", "Note")
    assert field["appearance"]["suffixAdorner"] == "yuan"
    assert field["validate"]["patternErrorMessage"] == "Needs x"
    assert text["text"] == "Hello"
    assert moment["dateLabel"] == "Date"
    assert built.findings == ()


def test_options_and_columns_are_translated_by_value_and_key():
    values = [{"label": "是", "value": "yes"}, {"label": "第一", "value": 1}, {"label": "真", "value": True}]
    labels = {"yes": "Yes", "1": "First", "true": "True"}
    columns = [{"label": "名称", "key": "name"}]
    built = form(
        bilingual("select", "a", values=values, properties={"label:en": "Name", "values:en": json.dumps(labels)}),
        bilingual("radio", "b", values=values, properties={"label:en": "Name", "values:en": labels}),
        bilingual("table", columns=columns, properties={"label:en": "Name", "columns:en": {"name": "Name"}}),
    )
    select, radio, table = built.localised("en")["components"]
    assert [option["label"] for option in select["values"]] == ["Yes", "First", "True"]
    assert [option["label"] for option in radio["values"]] == ["Yes", "First", "True"]
    assert table["columns"] == [{"label": "Name", "key": "name"}]
    assert built.findings == ()


def test_components_inside_groups_and_lists_are_translated():
    inner = bilingual("textfield", "a", id="inner", properties={"label:en": "Name"})
    english = form(
        component("group", components=[component("dynamiclist", path="rows", id="rows", components=[inner])])
    ).localised("en")
    assert english["components"][0]["components"][0]["components"][0]["label"] == "Name"


def test_changing_what_was_handed_out_changes_nothing_here():
    built = form(bilingual("textfield", "a"))
    built.localised("en")["components"].clear()
    built.localised("zh")["components"].clear()
    assert len(built.localised("en")["components"]) == len(built.localised("zh")["components"]) == 1


def test_a_text_without_english_is_a_warning_and_stays_chinese():
    built = form(bilingual("textfield", "a"))
    assert [(finding.code, finding.severity) for finding in built.findings] == [("forms.text_missing", "warning")]
    assert built.localised("en")["components"][0]["label"] == "名称"


def test_every_kind_of_text_is_asked_for_in_both_languages():
    assert missing(component("textfield", "a")) == [("f0", "label", "zh")]
    assert missing(component("textfield", "a", label="Name")) == [("f0", "label", "zh"), ("f0", "label", "en")]
    assert missing(component("text", text="你好")) == [("f0", "text", "en")]
    assert missing(bilingual("select", "a", values=[{"label": "是", "value": "y"}], properties={"label:en": "N"})) == [
        ("f0", "values.y", "en")
    ]
    assert missing(component("button")) == []


def test_codes_figures_and_templates_read_the_same_in_both():
    for label in ("IMEI", "SN / IMEI", "24", "=name", "{{customer.name}}"):
        assert missing(component("textfield", "a", label=label)) == []


def test_a_pattern_without_words_would_show_itself():
    field = component("textfield", "a", label="IMEI", validate={"pattern": "x"})
    assert missing(field) == [("f0", "validate.patternErrorMessage", "zh")]


def test_broken_translations_are_only_missing_ones():
    for wrong in ("{", "[]", 5, None):
        built = form(
            component(
                "select", "a", label="IMEI", values=[{"label": "是", "value": "y"}], properties={"values:en": wrong}
            )
        )
        assert [finding.params["property"] for finding in built.findings] == ["values.y"]
