"""Random files: whatever is in them, only DMN and FEEL errors come out."""

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import DmnError, DmnInvalid, parse
from app.feel import Environment, FeelError
from tests.dmn.files import decision, file_of, literal, table

SETTINGS = settings(max_examples=200, deadline=None, database=None, derandomize=True)
SMALL = Environment(max_steps=2000, max_size=20_000)
CELLS = st.sampled_from(
    [
        "-",
        "",
        "1",
        "< 5",
        "[1..3]",
        '"a", "b"',
        "not(2)",
        "null",
        "true",
        "x",
        "? > y",
        "1 +",
        ")",
        '@"2026-01-01"',
        "[1, 2]",
    ]
)
TYPES = st.sampled_from(["number", "string", "boolean", "date", "Any", "tGone"])
POLICIES = st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "BEST"])
VALUES = st.one_of(st.none(), st.integers(-3, 6), st.text("ab", max_size=1), st.booleans(), st.lists(st.integers(0, 3)))


@given(POLICIES, TYPES, TYPES, st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), VALUES, VALUES)
@SETTINGS
def test_any_table_decides_or_says_why_not(policy, input_type, output_type, rules, x, y):
    data = file_of(decision("d", table([("x", input_type), ("y", "Any")], [("n", output_type)], rules, policy)))
    with contextlib.suppress(DmnInvalid, DmnError, FeelError):
        result = parse(data).evaluate("d", {"x": x, "y": y}, SMALL)
        assert json.loads(json.dumps(result.trace)) == result.trace


@given(st.binary(max_size=80))
@SETTINGS
def test_any_bytes_are_refused_in_an_orderly_way(data):
    with contextlib.suppress(DmnInvalid):
        parse(data)


@given(st.data())
@SETTINGS
def test_a_damaged_file_is_refused_or_decides(data):
    whole = file_of(decision("a", literal("1 + x")), decision("b", literal("a * 2"), requires=["a"]))
    start = data.draw(st.integers(0, len(whole)))
    damaged = whole[:start] + whole[start + data.draw(st.integers(0, 12)) :]
    with contextlib.suppress(DmnInvalid, DmnError, FeelError):
        parse(damaged).evaluate("b", {"x": 1}, SMALL)
