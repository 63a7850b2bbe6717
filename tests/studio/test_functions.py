"""What expressions may call: one list for every editor, and a place to try one."""

import typing as t

import pytest
from flask.testing import FlaskClient

from app.engine.registry import registry_of
from app.feel.builtins import BUILTINS
from tests.company import Company
from tests.studio.conftest import Enter
from tests.studio.test_saving import post

ADDRESS = "/studio/functions.json"


def listed(browser: FlaskClient, language: str = "zh") -> dict[str, dict[str, t.Any]]:
    answer = t.cast("dict[str, t.Any]", browser.get(f"{ADDRESS}?lang={language}").json)
    return {one["name"]: one for one in answer["functions"]}


def test_every_built_in_and_every_function_of_the_host_is_listed_and_no_other(company: Company, enter: Enter) -> None:
    host = {function.name for function in registry_of(company.app).functions}
    assert set(listed(enter("owner"))) == set(BUILTINS) | host


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_has_a_sentence_signatures_and_examples_with_what_they_give(enter: Enter, language: str) -> None:
    for name, one in listed(enter("owner"), language).items():
        assert one["signatures"], name
        assert one["examples"], name
        assert not one["text"].startswith(("feel.", "calendars.")), name
    due = listed(enter("owner"), language)["due"]
    assert due["examples"][0]["gives"] == '@"2026-11-23T12:00:00+08:00"'
    assert due["signatures"][0]["params"][1] == {"name": "span", "type": "string"}
    assert ("时限" in due["text"]) is (language == "zh")


def test_groups_come_in_the_order_in_which_they_are_shown(enter: Enter) -> None:
    answer = t.cast("dict[str, t.Any]", enter("owner", language="en").get(ADDRESS).json)
    assert [group["name"] for group in answer["groups"][:3]] == ["Of this system", "Conversion", "Truth and null"]
    assert {one["group"] for one in answer["functions"]} == {group["id"] for group in answer["groups"]}


def test_an_editor_that_has_the_list_gets_no_second_copy(enter: Enter) -> None:
    browser = enter("owner")
    tag = browser.get(ADDRESS).headers["ETag"]
    assert browser.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
    assert browser.get(f"{ADDRESS}?lang=en", headers={"If-None-Match": tag}).status_code == 200


def attempt(enter: Enter, expression: str, variables: str = "", who: str = "owner") -> t.Any:
    return post(enter(who, language="en"), "/studio/try", expression=expression, variables=variables)


@pytest.mark.parametrize(
    ("expression", "variables", "value"),
    [
        ("1 + 0.2", "", "1.2"),
        ("9007199254740993 + 1", "", "9007199254740994"),  # a number in JavaScript would lose the last digit
        ("= if amount > 5000 then level else null", '{"amount": 6200, "level": "VIP"}', '"VIP"'),
        ('due(from, "4 wh")', '{"from": "2026-11-20T17:00:00+08:00"}', '"2026-11-23T12:00:00+08:00"'),
    ],
)
def test_an_expression_is_tried_on_variables(enter: Enter, expression: str, variables: str, value: str) -> None:
    assert attempt(enter, expression, variables).json == {"value": value, "warnings": []}


def test_what_became_null_by_mistake_is_said(enter: Enter) -> None:
    answer = attempt(enter, "amout > 5000", '{"amount": 6200}').json
    assert answer["value"] == "null"
    (warning,) = answer["warnings"]
    assert "amout" in warning["text"]
    assert warning["excerpt"] == ["", "amout", " > 5000"]


@pytest.mark.parametrize(
    ("expression", "variables", "field", "says"),
    [
        ("", "", "expression", "Write an expression first"),
        ("1 +", "", "expression", "ends too early"),
        ("for i in 1..1000000000 return i", "", "expression", "too many steps"),
        ('due(now(), "soon")', "", "expression", "not understood"),
        ("x" * 10_001, "", "expression", "10000 characters"),
        ("1", '{"a": 1', "variables", "line 1, column 8"),
        ("1", "[1]", "variables", "JSON object"),
        ("1", "[" * 5_000, "variables", "JSON object"),
    ],
)
def test_what_cannot_be_tried_gets_a_sentence_at_its_field(
    enter: Enter, expression: str, variables: str, field: str, says: str
) -> None:
    answer = attempt(enter, expression, variables)
    assert answer.status_code == 422
    assert says in answer.json["detail"]
    assert list(answer.json["fields"]) == [field]


@pytest.mark.parametrize("body", [{}, {"expression": 1, "variables": ""}, {"expression": "1", "variables": {}}])
def test_a_request_of_another_shape_is_refused(enter: Enter, body: t.Any) -> None:
    assert post(enter("owner"), "/studio/try", **body).status_code == 400


def test_supervisors_may_look_and_try_and_staff_may_not(enter: Enter) -> None:
    assert attempt(enter, "1", who="outlet_head").json["value"] == "1"
    assert attempt(enter, "1", who="agent").status_code == 403
    assert enter("agent").get(ADDRESS).status_code == 403
