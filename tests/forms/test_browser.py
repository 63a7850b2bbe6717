"""What the browser cannot compute is asked of the server, and never stands in a text."""

import pytest

from app.feel import Environment, FunctionRegistry
from tests.forms.building import NOW, component, findings, form

TRIMMED = component("textfield", "note", conditional={"hide": '=is blank(get or else(reason, ""))'})


def test_what_the_browser_computes_by_itself_is_not_asked():
    assert form(component("textfield", "note", conditional={"hide": "=count(parts) = 0"})).asked == {}


def test_expressions_with_other_functions_are_asked_with_the_names_they_need():
    built = form(
        TRIMMED,
        component("expression", "due_on", expression='=due(received, "3 wd")'),
        component("number", "score", validate={"max": "=best score(scale)"}),
        component("select", "who", valuesExpression="=sort(people)", readonly="=uuid() = null"),
        component("table", dataSource="=partition(rows, 2)"),
        component("dynamiclist", path="parts", components=[component("text", id="t", conditional={"hide": "=is empty(this.codes)"})]),
    )  # fmt: skip
    assert built.asked == {
        'is blank(get or else(reason, ""))': ["reason"],
        'due(received, "3 wd")': ["received"],
        "best score(scale)": ["scale"],
        "sort(people)": ["people"],
        "uuid() = null": [],
        "partition(rows, 2)": ["rows"],
        "is empty(this.codes)": ["this"],
    }


@pytest.mark.parametrize(
    "text",
    [
        {"text": '到期 {{due(received, "1 wd")}}'},
        {"text": "{{#if is blank(note)}}空{{/if}}"},
        {"text": '="到期 " + string(due(received, "1 wd"))'},
        {"text": "到期", "properties": {"text:en": 'Due {{due(received, "1 wd")}}'}},
    ],
    ids=["template", "condition", "expression", "english"],
)  # fmt: skip
def test_a_text_cannot_wait_for_the_server(text):
    assert findings(component("text", **text)) == [("forms.function_in_text", "f0")]


def test_a_text_may_call_what_the_browser_knows():
    assert findings(component("text", text="{{upper case(serial)}}", properties={"text:en": "{{serial}}"})) == []


def test_english_templates_are_checked_like_the_chinese_ones():
    broken = component("text", text="好", properties={"text:en": "{{serial +}}"})
    assert findings(broken) == [("feel.syntax.end", "f0")]


def test_the_server_computes_what_stands_in_the_form_and_nothing_else():
    functions = FunctionRegistry()
    functions.register("twice", [("n", "number")], "number", "", lambda n: 2 * n)
    here = Environment(now=lambda: NOW, functions=functions)
    built = form(component("expression", "double", expression="=twice(amount)"))
    assert built.compute("twice(amount)", {"amount": 21}, here) == 42
    with pytest.raises(KeyError):
        built.compute("amount", {"amount": 21}, here)


def test_what_cannot_be_computed_yet_is_null():
    functions = FunctionRegistry()
    functions.register("refuse", [], "number", "", lambda: int("x"))
    built = form(component("expression", "n", expression="=refuse()"))
    assert built.compute("refuse()", {}, Environment(functions=functions)) is None
