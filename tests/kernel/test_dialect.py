"""Other spellings of what Camunda 8 can say are read as what they mean."""

import pytest

from app.kernel import Form, parse
from tests.kernel.draw import extension, file, flow, flows, node, process, start, user

FEEL = "https://www.omg.org/spec/DMN/20191111/FEEL/"


def choice(condition: str, **attributes: str) -> str:
    asked = node("conditionExpression", "c", condition, **attributes)
    return (
        start()
        + node("exclusiveGateway", "x", default="d")
        + user("a")
        + user("b")
        + flow("s", "x")
        + node("sequenceFlow", "f", asked, sourceRef="x", targetRef="a")
        + flow("x", "b", name="d")
    )


@pytest.mark.parametrize("language", [FEEL, "http://www.omg.org/spec/FEEL/20140401", "feel"])
def test_an_expression_may_name_its_language(language: str) -> None:
    (model,) = parse(file(choice("amount &gt; 100", language=language))).processes
    assert model.flows["f"].condition == "=amount > 100"


def test_a_file_may_name_the_language_of_all_its_expressions() -> None:
    xml = file(choice("amount &gt; 100")).replace(
        b"<definitions ", f'<definitions expressionLanguage="{FEEL}" '.encode(), 1
    )
    (model,) = parse(xml).processes
    assert model.flows["f"].condition == "=amount > 100"


@pytest.mark.parametrize("constant", ["true", "false", " true "])
def test_true_and_false_are_the_same_in_every_language(constant: str) -> None:
    (model,) = parse(file(choice(constant))).processes
    assert model.flows["f"].condition == f"={constant.strip()}"


@pytest.mark.parametrize("language", ["", "http://www.w3.org/1999/XPath", "groovy"])
def test_another_language_is_not_guessed_at(language: str) -> None:
    found = parse(file(choice("amount &gt; 100", language=language)))
    assert [finding.code for finding in found.errors] == ["kernel.not_an_expression"]


def test_a_form_in_the_process_file_belongs_to_the_process() -> None:
    form = extension('<zeebe:userTaskForm id="ask">{"id": "x", "components": []}</zeebe:userTaskForm>')
    task = user("a", extension('<zeebe:formDefinition formKey="camunda-forms:bpmn:ask"/>'))
    (model,) = parse(file(process(form + start() + task + flows("s a")))).processes
    assert model.forms == {"p:ask": '{"id": "x", "components": []}'}
    assert model.elements["a"].form == Form("p:ask", "deployment")


def test_a_form_that_is_not_in_the_file_is_missed() -> None:
    task = user("a", extension('<zeebe:formDefinition formKey="camunda-forms:bpmn:ask"/>'))
    assert [finding.code for finding in parse(file(start() + task + flows("s a"))).errors] == ["kernel.form_without_id"]
