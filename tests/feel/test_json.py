from collections.abc import Mapping
from decimal import Decimal

import pytest

from app.feel import FeelRuntimeError, compile_expression, from_json, to_json
from tests.feel.evaluating import run_error, value_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2.0", 2),
        ("0.1", 0.1),
        ("true", True),
        ("null", None),
        ('[1, "a", {b: 2.5}]', [1, "a", {"b": 2.5}]),
        ('@"2026-01-02"', "2026-01-02"),
        ('@"2026-01-02T03:04:05Z"', "2026-01-02T03:04:05Z"),
        ('@"03:04:05+08:00"', "03:04:05+08:00"),
        ('@"2026-07-02T03:04:05@Europe/Paris"', "2026-07-02T03:04:05+02:00"),
        ('@"03:04:05@Asia/Shanghai"', "03:04:05+08:00"),
        ('@"P1DT2H"', "P1DT2H"),
        ('@"P14M"', "P1Y2M"),
        ("[1..3)", "[1..3)"),
    ],
)
def test_results_become_json(source, expected):
    result = to_json(value_of(source))
    assert result == expected
    assert type(result) is type(expected)


def test_json_becomes_feel_and_back():
    document = {"a": [1, 2.5, None, "x", True], "b": {"c": 10**20}}
    assert from_json(document)["a"][1] == Decimal("2.5")
    assert to_json(from_json(document)) == {"a": [1, 2.5, None, "x", True], "b": {"c": 1e20}}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}, b"x"])
def test_what_has_no_feel_type_is_null(value):
    assert from_json(value) is None
    assert value_of("x", {"x": value}) is None


def test_a_function_cannot_be_stored():
    with pytest.raises(FeelRuntimeError) as caught:
        to_json(value_of("[function(x) x]"))
    assert caught.value.code == "feel.json.function"


def test_a_number_beyond_every_float_cannot_be_stored():
    with pytest.raises(FeelRuntimeError) as caught:
        to_json(value_of("10 ** 400"))
    assert caught.value.code == "feel.json.number"


def test_shared_structure_is_stopped_when_it_is_written_out():
    shared = value_of("for i in 1..40 return [partial, partial]")
    with pytest.raises(FeelRuntimeError) as caught:
        to_json(shared)
    assert caught.value.code == "feel.json.too_large"


def test_a_variable_nested_without_end_is_an_error_and_no_crash():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert run_error("x", {"x": deep}).code in ("feel.json.too_large", "feel.budget.depth")


def test_the_variables_of_the_caller_are_never_changed():
    variables = {"xs": [1, 2], "c": {"a": 1}}
    value_of('[append(xs, 3), context put(c, "b", 2), sort(xs, function(a, b) a > b)]', variables)
    assert variables == {"xs": [1, 2], "c": {"a": 1}}


class Lazy(Mapping):
    """A mapping that counts what is read from it."""

    def __init__(self, data):
        self.data = data
        self.read = []

    def __getitem__(self, key):
        self.read.append(key)
        return self.data[key]

    def __iter__(self):
        return iter(self.data)

    def __len__(self):
        return len(self.data)


def test_only_what_an_expression_names_is_read_from_the_variables():
    case = Lazy({"severity": "major", "customer": "secret"})
    variables = Lazy({"case": case, "other": 1})
    assert compile_expression('case.severity = "major"').evaluate(variables) is True
    assert set(variables.read) == {"case"}
    assert set(case.read) == {"severity"}
