"""The list of expected failures shows every case that is lost and every case that is won."""

import csv
from pathlib import Path

import pytest

from tests.conformance.expectations import Expectations, ListBroken
from tests.conformance.tck import EXPECTED

HEADER = ["directory", "test_file", "case", "reason"]
JAVA = ("0076", "t.xml", "1")
YEARS = ("0100", "t.xml", "2")
FINE = ("0001", "t.xml", "1")


def listed(folder: Path, *rows: list[str], header: list[str] = HEADER) -> Expectations:
    path = folder / "expected_failures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return Expectations(path)


@pytest.fixture
def expectations(tmp_path: Path) -> Expectations:
    return listed(tmp_path, [*JAVA, "calls Java"], [*YEARS, "a year, beyond 9999"])


def test_a_run_that_is_as_listed_says_nothing(expectations: Expectations) -> None:
    assert expectations.judge({JAVA: False, YEARS: False, FINE: True}) == []


def test_a_case_that_fails_without_being_listed_is_named(expectations: Expectations) -> None:
    assert expectations.judge({JAVA: False, YEARS: False, FINE: False}) == ["fails, not expected: 0001 · t.xml · 1"]


def test_a_listed_case_that_passes_is_named(expectations: Expectations) -> None:
    assert expectations.judge({JAVA: True, YEARS: False}) == ["passes, listed as failing: 0076 · t.xml · 1"]


def test_a_listed_case_that_does_not_exist_is_named_when_all_ran(expectations: Expectations) -> None:
    assert expectations.judge({JAVA: False}) == ["listed, but there is no such case: 0100 · t.xml · 2"]
    assert expectations.judge({JAVA: False}, complete=False) == []


def test_pruning_takes_out_what_passes_and_keeps_the_other_reasons(expectations: Expectations) -> None:
    assert expectations.prune([JAVA, FINE]) == 1
    assert Expectations(expectations.path).reasons == {YEARS: "a year, beyond 9999"}
    assert expectations.judge({JAVA: True, YEARS: False}) == []


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([[*JAVA, " "]], "no reason"),
        ([list(JAVA)], "no reason"),
        ([[*JAVA, "one"], [*JAVA, "two"]], "twice"),
    ],
)
def test_a_list_that_says_less_than_it_must_is_refused(tmp_path: Path, rows: list[list[str]], complaint: str) -> None:
    with pytest.raises(ListBroken, match=complaint):
        listed(tmp_path, *rows)


def test_the_reason_is_the_last_column(tmp_path: Path) -> None:
    with pytest.raises(ListBroken, match="reason"):
        listed(tmp_path, header=["case", "why"])


def test_the_committed_list_is_in_order() -> None:
    assert Expectations(EXPECTED).header == HEADER
