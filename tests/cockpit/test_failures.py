"""What the page shows of a failure: the expression cut at its faults, and where each value can be corrected."""

import re
from collections.abc import Callable

import pytest

from app import engine
from app.cockpit import instance as reading
from app.cockpit.failures import pieces
from tests.cockpit.conftest import As
from tests.cockpit.failing import asking_files
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, script

KNOWN = {"days_left": 12, "customer": {"level": "VIP"}, "parts": ["LCD"], "limit": 5}


@pytest.fixture
def ask(company: Company) -> Callable[..., int]:
    """Deploy the process with the slip in its condition; return a function that starts it."""
    engine.deploy(company.person("owner"), asking_files())
    return lambda **more: engine.start_instance(company.person("agent"), "ask_warranty", KNOWN | more).key


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], [("=a + b", False)]),
        ([[1, 2]], [("=", False), ("a", True), (" + b", False)]),
        ([[1, 2], [5, 6]], [("=", False), ("a", True), (" + ", False), ("b", True)]),
        ([[1, 2], [1, 6]], [("=", False), ("a", True), (" + b", False)]),
        ([[5, 60], [7, 7]], [("=a + b", False)]),
    ],
)
def test_an_expression_is_cut_at_its_marks(marks: list[list[int]], expected: list[tuple[str, bool]]) -> None:
    assert pieces({"expression": "=a + b", "marks": marks}) == expected


@both_databases
def test_each_value_leads_to_the_variable_it_was_read_from(company: Company, ask: Callable[..., int]) -> None:
    view = reading.view(company.person("supervisor"), ask())
    (failure,) = view.failures
    assert [(one.name, one.text, one.variable and one.variable.name) for one in failure.values] == [
        ("day_left", None, None),
        ("customer.level", '"VIP"', "customer"),
        ("parts", '["LCD"]', "parts"),
        ("limit", "5", "limit"),
    ]
    assert [text for text, wrong in failure.asked[0].pieces if wrong] == ["day_left"]


@both_databases
def test_a_corrected_value_stands_beside_the_one_that_failed(company: Company, ask: Callable[..., int]) -> None:
    key = ask()
    engine.set_variables(company.person("supervisor"), key, {"limit": 9}, reason="more parts")
    (failure,) = reading.view(company.person("supervisor"), key).failures
    assert {one.name: (one.text, one.now) for one in failure.values}["limit"] == ("5", "9")
    assert {one.name: one.now for one in failure.values}["parts"] is None


def test_inside_a_step_the_value_of_that_step_is_the_one_to_correct(company: Company) -> None:
    body = script("s010_due", "=due(now(), wait)", "x").replace(
        "</extensionElements>",
        '<zeebe:ioMapping><zeebe:input source="=outer" target="wait"/></zeebe:ioMapping></extensionElements>',
    )
    engine.deploy(company.person("owner"), [engine.File("inner.bpmn", bpmn("inner", chain(START, body, END)))])
    key = engine.start_instance(company.person("agent"), "inner", {"outer": "soon", "wait": "1 wd"}).key
    (failure,) = reading.view(company.person("supervisor"), key).failures
    (value,) = failure.values
    assert value.text == '"soon"'
    assert value.variable is not None
    assert value.variable.scope != 1


def test_who_may_not_repair_sees_the_same_without_buttons(browse: As, ask: Callable[..., int]) -> None:
    key = ask()
    for username, buttons in (("supervisor", 4), ("owner", 0)):
        page = browse(username).get(f"/cockpit/instances/{key}").get_data(as_text=True)
        card = re.search(r'id="live-failures">(.*?)</section>', page, re.DOTALL)
        assert card
        assert '<mark class="fl-fault">day_left</mark>' in card[1]
        assert card[1].count('data-open="variable-dialog"') == buttons


def test_a_name_that_is_not_there_can_be_added_with_its_name_typed_already(browse: As, ask: Callable[..., int]) -> None:
    client = browse("supervisor")
    form = client.get(f"/cockpit/instances/{ask()}/variable?add=day_left").get_data(as_text=True)
    assert 'value="day_left"' in form
    assert "Set the variable" in form


def test_an_incident_without_an_expression_stays_in_the_column_beside(browse: As, company: Company) -> None:
    error = '<endEvent id="end"><errorEventDefinition errorRef="wrong"/></endEvent>'
    outside = '<error id="wrong" errorCode="W"/>'
    engine.deploy(company.person("owner"), [engine.File("e.bpmn", bpmn("e", chain(START, error), outside=outside))])
    key = engine.start_instance(company.person("agent"), "e").key
    assert reading.view(company.person("supervisor"), key).failures == []
    page = browse("supervisor").get(f"/cockpit/instances/{key}").get_data(as_text=True)
    assert "Error “W” is caught by nothing." in page.partition('id="live-side"')[2]
