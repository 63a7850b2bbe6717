"""Random tables, decided by ours and by a few lines that say what each hit policy means."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import DmnError, parse
from tests.dmn.files import decision, file_of, table

SETTINGS = settings(max_examples=60, deadline=None, database=None, derandomize=True)
CELLS = {
    "-": lambda _n: True,
    "< 3": lambda n: n is not None and n < 3,
    ">= 3": lambda n: n is not None and n >= 3,
    "[2..4)": lambda n: n is not None and 2 <= n < 4,
    "1, 5": lambda n: n in (1, 5),
    "not(3)": lambda n: n != 3,
    "null": lambda n: n is None,
}
AMOUNTS = st.sampled_from([None, 0, 1, 2, 3, 4, 5])
WORDS = ("a", "b", "c")


@st.composite
def tables(draw, outputs):
    """(number of input columns, rules), a rule being its cells and its output values."""
    inputs = draw(st.integers(1, 3))
    rule = st.tuples(
        st.lists(st.sampled_from(list(CELLS)), min_size=inputs, max_size=inputs),
        st.lists(st.sampled_from(outputs), min_size=2, max_size=2),
    )
    return inputs, draw(st.lists(rule, max_size=6))


def decided(policy, aggregation, rules, columns, given, width):
    """Our value of the table, or the code of its error."""
    names = [f"x{number}" for number in range(len(given))]
    written = [
        [*cells, *(f'"{one}"' if isinstance(one, str) else str(one) for one in values[:width])]
        for cells, values in rules
    ]
    logic = table([(name, "number") for name in names], columns[:width], written, policy, aggregation)
    try:
        return parse(file_of(decision("d", logic))).evaluate("d", dict(zip(names, given, strict=True))).value
    except DmnError as error:
        return error.code


def fired(rules, given):
    return [values for cells, values in rules if all(CELLS[cell](n) for cell, n in zip(cells, given, strict=True))]


def outcome(values, width):
    return values[0] if width == 1 else dict(zip(("p", "q"), values, strict=True))


def by_rank(ranks):
    return lambda values: [column.index(value) for value, column in zip(values, ranks, strict=False)]


def expected(policy, hits, width, ranks):
    shown = [outcome(values[:width], width) for values in hits]
    ranked = [outcome(values[:width], width) for values in sorted(hits, key=by_rank(ranks[:width]))]
    match policy:
        case "UNIQUE":
            return "dmn.unique_violated" if len(shown) > 1 else shown[0] if shown else None
        case "ANY":
            return "dmn.any_violated" if any(one != shown[0] for one in shown) else shown[0] if shown else None
        case "FIRST":
            return shown[0] if shown else None
        case "PRIORITY":
            return ranked[0] if ranked else None
        case "OUTPUT ORDER":
            return ranked
    return shown


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY", "OUTPUT ORDER", "RULE ORDER", "COLLECT"])
@given(
    drawn=tables(WORDS),
    given=st.lists(AMOUNTS, min_size=3, max_size=3),
    ranks=st.tuples(st.permutations(WORDS), st.permutations(WORDS)),
)
@SETTINGS
def test_every_policy_decides_as_its_meaning_says(policy, width, drawn, given, ranks):
    inputs, rules = drawn
    columns = [
        (name, "string", ", ".join(f'"{word}"' for word in rank)) for name, rank in zip(("p", "q"), ranks, strict=True)
    ]
    found = decided(policy, None, rules, columns, given[:inputs], width)
    assert found == expected(policy, fired(rules, given[:inputs]), width, ranks)


@pytest.mark.parametrize(
    ("aggregation", "combine"),
    [
        ("SUM", lambda numbers: sum(numbers) if numbers else None),
        ("MIN", lambda numbers: min(numbers, default=None)),
        ("MAX", lambda numbers: max(numbers, default=None)),
        ("COUNT", len),
    ],
)
@given(drawn=tables(tuple(map(Decimal, ("0.1", "0.2", "3", "-7")))), given=st.lists(AMOUNTS, min_size=3, max_size=3))
@SETTINGS
def test_every_aggregation_combines_exactly(aggregation, combine, drawn, given):
    inputs, rules = drawn
    found = decided("COLLECT", aggregation, rules, [("n", "number"), ("m", "number")], given[:inputs], 1)
    assert found == combine([values[0] for values in fired(rules, given[:inputs])])


@given(drawn=tables(WORDS), given=st.lists(AMOUNTS, min_size=3, max_size=3))
@SETTINGS
def test_the_trace_names_exactly_the_rules_that_fired(drawn, given):
    inputs, rules = drawn
    names = [f"x{number}" for number in range(inputs)]
    written = [[*cells, f'"{values[0]}"'] for cells, values in rules]
    logic = table([(name, "number") for name in names], [("p", "string")], written, "COLLECT")
    result = parse(file_of(decision("d", logic))).evaluate("d", dict(zip(names, given, strict=False)))
    (told,) = result.trace[0]["tables"]
    numbers = [
        number
        for number, (cells, _) in enumerate(rules, 1)
        if all(CELLS[cell](n) for cell, n in zip(cells, given, strict=False))
    ]
    assert [rule["index"] for rule in told["matched"]] == numbers
    assert [column["value"] for column in told["inputs"]] == given[:inputs]
