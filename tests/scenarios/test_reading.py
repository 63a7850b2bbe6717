"""A file that cannot be used says so with every place that is wrong, in both languages."""

import json
import typing as t
from pathlib import Path

import pytest
from flask import Flask

from app.i18n import in_language
from app.people.roles import CATALOGUE
from app.scenarios import FILE, Unreadable, parse_scenario, read_company, read_scenario

GOOD: dict[str, t.Any] = {
    "id": "T1",
    "process": "outlet_intake_repair",
    "name": {"zh": "一", "en": "One"},
    "start": {"by": "repair_receptionist", "with": {"serial_no": "EC900A100"}},
    "steps": [{"wait": "P1D"}],
    "expect": {},
}


def problems(content: t.Any) -> list[tuple[str, str]]:
    """Place and code of everything that is wrong."""
    with pytest.raises(Unreadable) as refused:
        parse_scenario(json.dumps(content).encode(), "t1.json")
    return sorted((problem.place, problem.code) for problem in refused.value.problems)


def test_a_scenario_is_read_with_its_start_as_the_first_step() -> None:
    scenario = parse_scenario(json.dumps(GOOD).encode(), "t1.json")
    assert [(step.verb, step.target) for step in scenario.steps] == [("start", "outlet_intake_repair"), ("wait", "P1D")]
    assert (scenario.expected.open, scenario.expected.incidents) == ((), ())


def test_every_place_is_named_at_once() -> None:
    wrong = {
        **GOOD,
        "nmae": {},
        "name": {"zh": "一"},
        "start": {"with": {"fault": "=1 +"}, "at": "Monday"},
        "steps": [{"do": "s010_x"}, {"wait": "three days"}, {"wait": "P1D", "do": "s010_x", "by": "agent"}, {}],
        "expect": {"true": ["case. = 1"], "opne": []},
    }
    found = problems(wrong)
    assert [one for one in found if not one[1].startswith("feel.")] == [
        ("expect.opne", "scenarios.unknown_member"),
        ("name.en", "scenarios.missing"),
        ("nmae", "scenarios.unknown_member"),
        ("start.at", "scenarios.not_a_moment"),
        ("start.by", "scenarios.missing"),
        ("steps[0].by", "scenarios.missing"),
        ("steps[1].wait", "scenarios.not_a_span"),
        ("steps[2]", "scenarios.one_verb"),
        ("steps[3]", "scenarios.one_verb"),
    ]
    assert [place for place, code in found if code.startswith("feel.")] == ["expect.true[0]", "start.with"]


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("id", 7, "scenarios.not_a_text"),
        ("id", "", "scenarios.missing"),
        ("process", None, "scenarios.missing"),
        ("steps", {}, "scenarios.not_a_list"),
        ("name", "One", "scenarios.not_an_object"),
        ("expect", [], "scenarios.not_an_object"),
        ("given", {"stock": [{"site": "HZ1", "part": "SPK", "on_hand": "four"}]}, "scenarios.not_a_number"),
        ("given", {"assets": [{"serial_no": "A", "sale_date": "2024-06-31"}]}, "scenarios.not_a_day"),
        (
            "given",
            {"people": [{"username": "x", "roles": [], "permissions": ["root"]}]},
            "scenarios.no_such_permission",
        ),
    ],
)
def test_a_member_of_another_kind_is_refused(member: str, value: t.Any, code: str) -> None:
    ((_, found),) = problems({**GOOD, member: value})
    assert found == code


def test_a_file_that_is_no_json_is_refused_with_line_and_column() -> None:
    with pytest.raises(Unreadable) as refused:
        parse_scenario(b'{\n  "id": T1\n}', "t1.json")
    (problem,) = refused.value.problems
    assert (problem.code, problem.place) == ("scenarios.not_json", "2:9")


def test_a_scenario_in_which_nothing_happens_is_refused() -> None:
    still = {name: value for name, value in GOOD.items() if name not in {"start", "steps"}}
    assert problems(still) == [("steps", "scenarios.nothing_happens")]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read_scenario(tmp_path / "nothing.json")
    assert refused.value.problems[0].code == "scenarios.no_file"


def test_what_is_wrong_is_said_in_both_languages(app: Flask) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_scenario(json.dumps({**GOOD, "steps": [{"do": "s010_x"}]}).encode(), "bpmn/t1.json")
    for language, sentence in (("en", "This is missing."), ("zh", "缺少这一项。")):
        with in_language(language):
            assert refused.value.in_words() == f"bpmn/t1.json: steps[0].by: {sentence}"


def test_the_company_of_the_library_has_somebody_for_every_internal_role() -> None:
    held = {role.partition("@")[0] for person in read_company(FILE)["people"] for role in person["roles"]}
    assert {role for role, _, _, kind in CATALOGUE if kind == "I"} - held == set()
