"""What a run that goes otherwise is told: the first thing that differs, with the values that were read."""

import json
import typing as t
from collections.abc import Callable

import pytest

from app.scenarios import Outcome, Sandbox, parse_scenario

SLIP = {
    "outer_condition": "good",
    "wished_return": "counter",
    "data_loss_consent": True,
    "both_signed": True,
    "copy_given": True,
}
GUIDED = (
    {"do": "s020_fill_slip", "by": "repair_receptionist", "with": SLIP},
    {"do": "s030_judge_misuse", "by": "repair_receptionist", "with": {"operation_error": True, "evidence": "none"}},
    {"do": "s050_explain_use", "by": "repair_receptionist", "with": {"explained": "键盘锁"}},
)
START = {"by": "repair_receptionist", "with": {"serial_no": "EC900A100", "fault_description": "没有声音"}}
TAKEN = {"serial_no": "NEW1", "product": "E-900", "customer": "李娜", "imei": "490154203237559"}
Try = Callable[..., Outcome]


@pytest.fixture
def attempt(sandbox: Sandbox) -> Try:
    """Plays a guided repair, or what is said to be otherwise about it."""

    def play(**otherwise: t.Any) -> Outcome:
        content = {
            "id": "T1",
            "process": "outlet_intake_repair",
            "name": {"zh": "一", "en": "One"},
            "start": START,
            "steps": GUIDED,
            "expect": {},
            **otherwise,
        }
        return sandbox.play(parse_scenario(json.dumps(content).encode(), "t1.json"))

    return play


def told(outcome: Outcome) -> list[tuple[str, str]]:
    return [(problem.place, problem.code) for problem in outcome.differences]


def test_a_run_that_says_nothing_wrong_passes_and_tells_where_it_was(attempt: Try) -> None:
    outcome = attempt(expect={"path": {"outlet_intake_repair": ["10-20-30-40-50"]}})
    assert outcome.passed
    seen = outcome.visited["outlet_intake_repair"]
    assert {"s020_fill_slip", "end_guided"} <= seen.elements
    assert "s110_own_test" not in seen.elements
    assert seen.flows


def test_a_step_that_cannot_be_done_ends_the_run_and_is_named(attempt: Try) -> None:
    outcome = attempt(steps=[{"do": "s110_own_test", "by": "repair_analyst"}])
    (problem,) = outcome.differences
    assert (problem.place, problem.code) == ("2. do s110_own_test", "scenarios.no_open_task")
    assert problem.params["open"] == "s020_fill_slip"


def test_a_form_that_refuses_names_the_field(attempt: Try) -> None:
    outcome = attempt(steps=[{**GUIDED[0], "with": {**SLIP, "wished_return": "pigeon"}}])
    (problem,) = outcome.differences
    assert (problem.code, problem.params["field"]) == ("scenarios.refused_field", "wished_return")


@pytest.mark.parametrize(
    ("expected", "place", "code"),
    [
        ({"path": {"outlet_intake_repair": ["10-20-40-50"]}}, "path.outlet_intake_repair[0]", "scenarios.other_path"),
        ({"end": {"outlet_intake_repair": ["end_repaired"]}}, "end.outlet_intake_repair[0]", "scenarios.other_end"),
        ({"path": {"return_visit": ["10"]}}, "path", "scenarios.other_instances"),
        ({"open": ["s110_own_test"]}, "open", "scenarios.other_open"),
        ({"incidents": ["engine.nothing_to_start"]}, "incidents", "scenarios.other_incidents"),
        ({"true": ['case.status = "open"']}, "true[0]", "scenarios.not_true"),
    ],
)
def test_what_is_otherwise_than_expected_is_told(
    attempt: Try, expected: dict[str, t.Any], place: str, code: str
) -> None:
    assert told(attempt(expect=expected)) == [(f"expect.{place}", code)]


@pytest.mark.parametrize(
    ("truth", "values"),
    [
        ('case.status = "open" and stock.HZ1.SPK = 9', 'case.status = "closed"; stock.HZ1.SPK = 10'),
        ('case.status = "closed" and count(documents) > 3', "count(documents) = 1"),
        ('documents[kind = "repair_slip"].state = ["x"]', 'documents[kind = "repair_slip"].state = ["signed"]'),
        ('list contains(flags, "late")', "flags = []"),
        ("case.nothing", "case.nothing = null"),
    ],
)
def test_a_truth_that_does_not_hold_shows_the_values_it_read(attempt: Try, truth: str, values: str) -> None:
    (problem,) = attempt(expect={"true": [truth]}).differences
    assert problem.params["values"] == values


def test_a_check_on_the_way_says_at_which_step(attempt: Try) -> None:
    outcome = attempt(steps=[{"expect": {"open": []}}, *GUIDED])
    assert told(outcome) == [("2. expect: expect.open", "scenarios.other_open")]


def test_a_refusal_that_is_expected_passes_and_one_that_does_not_come_is_told(attempt: Try) -> None:
    outsider = {**GUIDED[0], "by": "stranger", "refused": "scenarios.not_offered"}
    assert attempt(steps=[outsider, *GUIDED]).passed
    outcome = attempt(steps=[{**GUIDED[0], "refused": "engine.no_such_task"}])
    assert told(outcome)[0] == ("2. do s020_fill_slip", "scenarios.not_refused")


def test_records_are_given_beside_the_company_and_those_that_are_there_are_changed(attempt: Try) -> None:
    given = {
        "products": [
            {"model": "E-100", "name": "E-100 手机", "line": "handset", "brand": "own", "warranty_months": 24},
        ],
        "assets": [
            {
                "serial_no": "NEW1",
                "product": "E-100",
                "customer": "李娜",
                "sale_date": "2022-06-10",
                "purchase_proof": True,
            }
        ],
        "stock": [{"site": "HZ1", "part": "SPK", "on_hand": 1, "safety_stock": 5}],
    }
    start = {**START, "with": {**START["with"], "serial_no": "NEW1"}}
    expect = {"true": ['case.serial_no = "NEW1"', "stock.HZ1.SPK = 1", "parts.HZ1.SPK.safety_stock = 5"]}
    assert told(attempt(given=given, start=start, expect=expect)) == []


@pytest.mark.parametrize(
    ("given", "place", "code"),
    [
        ({"assets": [{"serial_no": "NEW1", "product": "E-0"}]}, "assets[0]", "scenarios.no_such_record"),
        ({"products": [{"model": "E-0"}]}, "products[0]", "scenarios.incomplete_record"),
        ({"units": [{"code": "HZ9", "kind": "outlet", "parent": "XX"}]}, "units[0]", "scenarios.no_such_unit"),
        ({"people": [{"username": "new", "roles": ["king"]}]}, "people[0].roles", "scenarios.no_such_role"),
        ({"people": [{"username": "agent", "roles": []}]}, "people[0].username", "scenarios.twice"),
        ({"assets": [TAKEN, {**TAKEN, "serial_no": "NEW2"}]}, "assets[1]", "scenarios.record_refused"),
    ],
)
def test_a_record_that_cannot_be_written_is_told_with_its_place(
    attempt: Try, given: dict[str, t.Any], place: str, code: str
) -> None:
    assert told(attempt(given=given)) == [(f"given.{place}", code)]


def test_the_clock_stands_where_the_scenario_begins_and_stops_wherever_something_is_due(attempt: Try) -> None:
    outcome = attempt(
        start={**START, "at": "2024-07-01T10:00"},
        steps=[{"until": "2024-07-02T10:00"}],
        expect={
            "open": ["s020_fill_slip"],
            "true": ['case.case_no = "RO-20240701-0001"', 'now() = @"2024-07-02T10:00:00@Asia/Shanghai"'],
        },
    )
    assert told(outcome) == []
    assert told(attempt(steps=[{"until": "2024-06-01T10:00"}])) == [
        ("2. until 2024-06-01T10:00:00", "scenarios.time_goes_back")
    ]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ({"wait": "P9999Y"}, "scenarios.beyond_time"),
        ({"publish": "msg_case_cancelled", "key": "=case.nothing"}, "scenarios.no_key"),
        ({"answer": "s070b_answered", "by": "repair_receptionist"}, "scenarios.no_wait"),
    ],
)
def test_a_step_that_makes_no_sense_is_told(attempt: Try, step: dict[str, t.Any], code: str) -> None:
    assert [problem.code for problem in attempt(steps=[step]).differences] == [code]


def test_a_role_at_a_unit_is_somebody_there_or_above_and_nobody_is_told(attempt: Try) -> None:
    ours = {**START, "by": "repair_receptionist@HZ2"}
    assert told(attempt(start=ours, steps=[], expect={"open": ["s020_fill_slip"], "true": ['case.unit = "ZJ"']})) == []
    assert told(attempt(start={**START, "by": "king"})) == [("1. start outlet_intake_repair", "scenarios.nobody")]
    elsewhere = {**START, "by": "repair_receptionist@XX"}
    assert told(attempt(start=elsewhere)) == [("1. start outlet_intake_repair", "scenarios.no_such_unit")]
