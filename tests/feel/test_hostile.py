"""Expressions written to do harm: each must end soon, with a FEEL error or a harmless value."""

import tracemalloc

import pytest

from app.feel import Environment, compile_expression
from tests.bounded import CPU, outcomes
from tests.feel.evaluating import run_error, syntax_error, value_of


@pytest.mark.parametrize(
    "source",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..100000, j in 1..100000 return i * j",
        "some x in 1..100000 satisfies some y in 1..100000 satisfies x = -y",
        "distinct values(for i in 1..3000 return i)",
        "(for i in 1..40 return [partial, partial]) = (for i in 1..40 return [partial, partial])",
        "flatten(for i in 1..40 return [partial, partial])",
        "sort(for i in 1..100000 return -i, function(a, b) a < b)",
    ],
)
def test_endless_work_runs_out_of_steps(source):
    assert run_error(source).code == "feel.budget.steps"


@pytest.mark.parametrize(
    "source",
    [
        '{a: "xxxxxxxxxx", b: ' + "+".join("a" * 40) + ", c: " + "+".join("b" * 40) + ", d: " + "+".join("c" * 40)
        + ", e: " + "+".join("d" * 40) + "}",
        "string(for i in 1..40 return [partial, partial])",
        'replace("' + "a" * 20_000 + '", "a", "' + "b" * 1000 + '")',
    ],
)  # fmt: skip
def test_growing_texts_and_lists_run_out_of_space(source):
    assert run_error(source).code == "feel.budget.size"


@pytest.mark.parametrize(
    "source", ["{f: function(g) g(g), r: f(f)}.r", "{a: function(x) a(x), b: a(1)}", "1" + "+1" * 20_000]
)
def test_endless_nesting_at_run_time_is_stopped(source):
    assert run_error(source).code in ("feel.budget.depth", "feel.budget.steps")


@pytest.mark.parametrize("piece", ["(", "[", "{a:", "not(", "if ", "function(x) ", "for x in ", "f("])
def test_deep_nesting_is_a_syntax_error(piece):
    assert syntax_error(piece * 5000).code == "feel.syntax.too_deep"


@pytest.mark.parametrize("source", ["-" * 5000 + "1", "x instance of " + "list<" * 500, "a." * 9000 + "b"])
def test_other_deep_texts_are_syntax_errors(source):
    assert syntax_error(source).code == "feel.syntax.too_deep"


def test_a_long_flat_condition_is_fine():
    assert value_of(" or ".join(f"x = {n}" for n in range(2000)), {"x": 1999}) is True


def test_sixty_levels_leave_room_for_honest_people():
    assert value_of("(" * 50 + "1" + ")" * 50) == 1


@pytest.mark.parametrize(
    "source",
    [
        "x.__class__",
        "x.__class__.__mro__",
        '__import__("os")',
        "a.__init__.__globals__",
        "{a: 1}.pop.__self__",
        "count.__call__",
        "f.scope",
        "now.function",
        "x.constructor",
        'get value(x, "__class__")',
    ],
)
def test_nothing_of_python_can_be_reached(source):
    assert value_of(source, {"x": {"q": 1}, "a": "text"}) is None


@pytest.mark.parametrize(
    "source",
    [
        "9999999 ** 9999999",
        "10 ** 6000 * 10 ** 6000",
        "2 ** 100000000",
        "exp(1000000)",
        "(1e6000) ** (1e6000)",
        'number("1e999999999")',
        'duration("P9999999999999999D")',
        'duration("P99999999999999999999M")',
        'duration("P9223372036854775807M") + duration("P1M")',
        '-duration("P1D") * 1e30',
        'date("2024-01-01") + duration("P99999999999M")',
        'date("999999999-12-31") + duration("P1D")',
        '@"-999999999-01-01T00:00:00" - duration("PT1S")',
        "date(1e3000, 1, 1)",
        "time(1e300, 1, 1)",
        'substring("abc", 1e300)',
        'matches("a", "(((((a{1000}){1000}){1000}){1000}){1000})")',
    ],
)
def test_monstrous_numbers_are_null(source):
    assert value_of(source) is None


def test_every_hostile_text_ends_soon():
    hostile = [
        "/*" * 40_000,
        "/* " * 30_000,
        "x " + "/*" * 40_000,
        '"' * 40_001,
        "`" * 3,
        "9" * 90_000,
        "1.." * 30_000,
        "a b " * 20_000,
        "@" * 50_000,
    ]
    ended = outcomes("feel", {str(number): [source, {}] for number, source in enumerate(hostile)})
    assert {name: told for name, told in ended.items() if not told.harmless or told.seconds > CPU} == {}


LONG = "x" * 1_000_000
HEAVY = {"big": LONG, "copy": LONG[:500] + LONG[500:], "xs": list(range(20_000)), "s": "abc"}
HEAVY["case"] = {"xs": HEAVY["xs"]}


@pytest.mark.parametrize(
    "body",
    [
        " + ".join(["1"] * 900),
        " or ".join(["i = -1"] * 3000),
        f"[{', '.join(['1'] * 9000)}]",
        "{a: 1, b: [i], c: function(x) x}",
        "9.87 ** 0.123456",
        "exp(13000.5)",
        "upper case(big)",
        "substring(big, 2)",
        'contains(big, "zz")',
        "big = copy",
        "big < copy",
        "string(10 ** 6000)",
        "sum(xs)",
        "sort(xs)",
        "count(case.xs)",
        "xs.a",
        "xs instance of list<number>",
        "(function(ys: list<number>) 1)(xs)",
        'matches("a", "a{900}b{900}" + string(i))',
        'matches(s, "[" + big)',
        'range("[1.." + string(i) + "]")',
        'string join(for j in 1..1000 return "")',
    ],
)
def test_each_round_of_a_loop_is_charged_for_what_it_takes(body):
    # A tenth of the usual budget shows the same in a tenth of the time.
    small = Environment(max_steps=20_000, max_size=200_000)
    tracemalloc.start()
    try:
        error = run_error(f"for i in 1..19000 return {body}", HEAVY, small)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code in ("feel.budget.steps", "feel.budget.size")
    assert peak < 10_000_000


def test_a_variable_is_converted_once_however_often_a_loop_reads_it():
    converted = []

    class Counting(list):
        def __iter__(self):
            converted.append(1)
            return super().__iter__()

    variables = {"case": {"xs": Counting([1, 2, 3])}}
    assert value_of("for i in 1..50 return case.xs[i]", variables)[:3] == [1, 2, 3]
    assert len(converted) == 1


def test_looking_at_the_type_of_shared_structure_is_charged():
    deep = "list<" * 19 + "Any" + ">" * 19
    source = f"(for i in 1..40 return [partial, partial]) instance of {deep}"
    assert run_error(source).code == "feel.budget.steps"


@pytest.mark.parametrize("source", ["xs[1e6000]", "substring(s, 1e6000)", "sublist(xs, 1e6000)", "date(1e6000, 1, 1)"])
def test_positions_of_thousands_of_digits_are_not_written_out(source):
    assert value_of(source, {"xs": [1], "s": "abc"}) is None


def test_sources_beyond_the_limit_are_refused():
    assert syntax_error("a" * 100_001).code == "feel.syntax.too_long"


def test_a_spent_budget_names_the_expression_and_the_place():
    error = run_error("1 +\n count(for i in 1..9999999 return i)")
    assert (error.position.line, error.position.column) == (2, 8)
    assert error.params["expression"].startswith("1 +")


def test_the_host_sets_the_budget():
    assert run_error("for i in 1..50 return i", environment=Environment(max_steps=20)).params["limit"] == 20
    assert run_error('"abc" + "def"', environment=Environment(max_size=5)).code == "feel.budget.size"


def test_each_evaluation_has_a_budget_of_its_own():
    expression = compile_expression("count(for i in 1..60 return i)")
    environment = Environment(max_steps=200)
    assert [expression.evaluate({}, environment=environment) for _ in range(5)] == [60] * 5
