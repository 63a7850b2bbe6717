"""Every row of the catalogue's tables T28 to T31 is a case here, and every input finds exactly one row."""

from typing import Any

import pytest

from app.feel import to_json
from tests.library.files import library_table

BOOLEANS = [False, True]


def ask(decision: str, **inputs: Any) -> Any:
    return to_json(library_table(decision).evaluate(decision, inputs).value)


@pytest.mark.parametrize("uses_our_products", BOOLEANS)
@pytest.mark.parametrize("declined", BOOLEANS)
def test_t28_survey(declined: bool, uses_our_products: bool) -> None:
    expected = "none" if declined else "satisfaction" if uses_our_products else "demand"
    assert ask("survey_type", declined=declined, uses_our_products=uses_our_products) == expected


@pytest.mark.parametrize(
    ("deviation", "structural_change", "proposal"),
    [(0, False, "keep"), (10, False, "keep"), (10, True, "adjust"), (10.1, False, "adjust"), (50, True, "adjust")],
)
def test_t29_plan_adjustment(deviation: float, structural_change: bool, proposal: str) -> None:
    assert ask("plan_adjustment", deviation_pct=deviation, structural_change=structural_change) == proposal


@pytest.mark.parametrize(
    ("score", "standing"),
    [(100, "candidate"), (70, "candidate"), (69.9, "watch"), (50, "watch"), (49.9, "no"), (0, "no")],
)
def test_t30_outlet_candidate(score: float, standing: str) -> None:
    assert ask("outlet_candidate", score=score) == standing


CLEAN = {"return_rate": 8, "satisfaction": 75, "rejections": 1, "difference": False, "closed_on_visit": False}


@pytest.mark.parametrize(
    ("changed", "signs"),
    [
        ({}, []),
        ({"satisfaction": None}, []),
        ({"return_rate": 12}, ["high_return_rate"]),
        ({"satisfaction": 74.9}, ["low_satisfaction"]),
        ({"rejections": 2}, ["data_rejected_twice"]),
        ({"difference": True}, ["difference_found"]),
        ({"closed_on_visit": True, "rejections": 3}, ["data_rejected_twice", "closed_on_visit"]),
    ],
)
def test_t31_signs_of_a_major_issue_on_patrol(changed: dict[str, Any], signs: list[str]) -> None:
    assert (ask("patrol_issue", **{**CLEAN, **changed}) or []) == signs


@pytest.mark.parametrize(
    ("subject", "department"),
    [
        ("promotion", "marketing"), ("price", "marketing"), ("product", "terminal_sales"), ("other", "terminal_sales"),
        ("system_product", "system_sales"), ("new_product", "central_research"),
        ("network_service", "network_engineering"), ("service_policy", "terminal_sales"), ("anything", "marketing"),
    ],
)  # fmt: skip
def test_department_that_answers_a_subject(subject: str, department: str) -> None:
    assert ask("inquiry_department", subject=subject) == department
