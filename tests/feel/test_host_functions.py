from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.feel import Environment, FunctionRegistry, compile_expression, render
from tests.feel.evaluating import run_error


@pytest.fixture
def registry():
    functions = FunctionRegistry()
    functions.register(
        "working duration",
        [("from", "date and time"), ("to", "date and time")],
        "days and time duration",
        "tests.working_duration",
        lambda start, end: (end - start) / 3,
    )
    functions.register(
        "due",
        [("from", "date"), ("amount", "string"), ("calendar?", "string")],
        "date",
        "tests.due",
        lambda start, amount, calendar: start + timedelta(days=int(amount.removesuffix(" wd"))),
        examples=['due(@"2026-01-01", "2 wd")'],
    )
    return functions


@pytest.fixture
def evaluate(registry):
    environment = Environment(functions=registry)
    return lambda source, **context: render(compile_expression(source).evaluate(context, environment=environment))


def test_a_host_function_is_called_by_its_name_with_spaces(evaluate):
    source = 'working duration(@"2026-01-01T00:00:00Z", @"2026-01-01T09:00:00Z")'
    assert evaluate(source) == "PT3H"


def test_arguments_may_be_named(evaluate):
    assert evaluate('due(amount: "2 wd", from: @"2026-01-01")') == "2026-01-03"


def test_a_process_variable_that_holds_a_date_as_text_fits(evaluate):
    assert evaluate('due(opened, "1 wd")', opened="2026-01-01") == "2026-01-02"


@pytest.mark.parametrize(
    "source", ['due(null, "1 wd")', 'due("soon", "1 wd")', 'due(@"2026-01-01")', "due(x: 1, y: 2)", "due(1, 2, 3, 4)"]
)
def test_arguments_of_other_types_give_null_and_the_host_is_not_called(evaluate, source):
    assert evaluate(source) == "null"


def test_what_the_host_refuses_is_an_error_with_its_reason_and_place(registry):
    error = run_error('1 + due(@"2026-01-01", "two")', environment=Environment(functions=registry))
    assert error.code == "feel.function.failed"
    assert error.params["name"] == "due"
    assert "two" in error.params["reason"]
    assert (error.position.line, error.position.column) == (1, 5)


def test_results_of_the_host_become_feel_values(registry):
    registry.register("stock", [], "Any", "", lambda: {"A-1": 3, "open": [1.5]})
    value = compile_expression("stock()").evaluate({}, environment=Environment(functions=registry))
    assert value == {"A-1": Decimal(3), "open": [Decimal("1.5")]}


def test_a_host_may_hand_over_nothing_that_is_not_feel(registry):
    registry.register("connection", [], "Any", "", object)
    assert compile_expression("connection()").evaluate({}, environment=Environment(functions=registry)) is None


def test_a_name_that_no_expression_could_spell_is_refused(registry):
    with pytest.raises(ValueError, match="due-date"):
        registry.register("due-date", [], "date", "", lambda: None)


def test_the_registry_describes_its_functions(registry):
    described = {function.name: (function.signature_text, function.doc, function.examples) for function in registry}
    assert described["due"] == (
        "due(from: date, amount: string, calendar?: string): date",
        "tests.due",
        ('due(@"2026-01-01", "2 wd")',),
    )


def test_host_functions_can_be_passed_as_values(evaluate):
    assert evaluate('{f: due, r: f(@"2026-01-01", "1 wd")}.r') == "2026-01-02"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ('@"2026-01-01T00:00:00.1234567Z"', datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)),
        ('@"2026-01-01T08:00:00+08:00"', datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))),
        ('@"2026-07-01T08:00:00@Europe/Paris"', datetime(2026, 7, 1, 8, tzinfo=ZoneInfo("Europe/Paris"))),
        ('@"2026-01-01T08:00:00"', datetime(2026, 1, 1, 8)),  # noqa: DTZ001 - a local moment
        ('@"2026-01-01"', date(2026, 1, 1)),
        ('@"10:20:30Z"', time(10, 20, 30, tzinfo=UTC)),
        ('@"-P1DT1S"', -timedelta(days=1, seconds=1)),
        ('[{on: @"2026-01-01"}]', [{"on": date(2026, 1, 1)}]),
    ],
)
def test_the_host_sees_the_dates_and_times_of_python(registry, given, seen):
    arguments = []
    registry.register("see", [("at", "Any")], "Any", "", arguments.append)
    compile_expression(f"see({given})").evaluate({}, environment=Environment(functions=registry))
    assert arguments == [seen]


def test_the_host_sees_which_of_two_equal_wall_times_is_meant(registry):
    arguments = []
    registry.register("see", [("at", "Any")], "Any", "", arguments.append)
    source = 'see(@"2026-10-25T00:30:00Z" + @"PT1H"), see(date and time(@"2026-10-25T01:30:00Z", "Europe/Paris"))'
    compile_expression(f"[{source}]").evaluate({}, environment=Environment(functions=registry))
    assert arguments[1].utcoffset() == timedelta(hours=1)
    assert arguments[0] == arguments[1].astimezone(UTC)


@pytest.mark.parametrize("given", ['@"-0044-03-15"', '@"10000-01-01T00:00:00Z"', '[@"12026-01-01"]'])
def test_a_year_that_the_host_cannot_have_is_an_error(registry, given):
    registry.register("see", [("at", "Any")], "Any", "", lambda at: at)
    error = run_error(f"see({given})", environment=Environment(functions=registry))
    assert (error.code, error.params["name"]) == ("feel.function.years", "see")
