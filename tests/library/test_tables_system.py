"""Every row of the catalogue's tables T20 and T21 is a case here, and every input finds exactly one row."""

import itertools
from typing import Any

import pytest

from app.feel import to_json
from tests.library.files import library_table

UNKNOWN = [True, False, None]


def ask(decision: str, **inputs: Any) -> Any:
    return to_json(library_table(decision).evaluate(decision, inputs).value)


@pytest.mark.parametrize(
    ("in_stock", "testable", "really_broken", "way"),
    [
        (False, None, None, "vendor_customer"),
        (True, None, None, "send_new"),
        (True, False, None, "vendor_centre"),
        (True, True, None, "pre_test"),
        (True, True, True, "vendor_centre"),
        (True, True, False, "restock"),
    ],
)
def test_t20_way_of_a_return_before_acceptance(
    in_stock: bool, testable: bool | None, really_broken: bool | None, way: str
) -> None:
    assert ask("pre_atp_path", in_stock=in_stock, testable=testable, really_broken=really_broken) == way


def test_t20_always_finds_one_way() -> None:
    for in_stock, testable, broken in itertools.product([True, False], UNKNOWN, UNKNOWN):
        assert ask("pre_atp_path", in_stock=in_stock, testable=testable, really_broken=broken) is not None


@pytest.mark.parametrize(
    ("due", "settlement"),
    [(1200, "collect"), (0.01, "collect"), (0, "nothing"), (-0.01, "refund"), (-1000, "refund")],
)
def test_t21_difference_of_a_transmission_repair(due: float, settlement: str) -> None:
    assert ask("transmission_difference", due=due) == settlement
