"""Values, operators, structures and names."""

from app.feel import compile_expression, compile_unary_tests
from app.feel.values import kind
from tests.reference.dmn.examples import markdown
from tests.reference.feel.evaluating import HERE, VARIABLES, code, examples, gives, shown

VALUES = {
    "number": ("6200", "-1.50", ".5", "1.5e3"),
    "string": ('"VIP"', '"say \\"yes\\""', '"line\\nnext"', '"\\u4f60"'),
    "boolean": ("true", "false"),
    "null": ("null",),
    "date": ('date("2026-03-31")', '@"2026-03-31"', "date(2026, 3, 31)"),
    "time": ('time("08:30:00")', '@"08:30:00+08:00"'),
    "date and time": ('date and time("2026-03-31T08:30:00+08:00")', '@"2026-03-31T08:30:00@Asia/Shanghai"'),
    "days and time duration": ('duration("P1DT2H30M")', '@"-PT15M"'),
    "years and months duration": ('duration("P1Y6M")', '@"P3M"'),
    "list": ('[1, "a", null]', "[]"),
    "context": ('{level: "VIP", total: 2 * 3}', '{"serial no": "SN-2041"}'),
    "range": ("[1..5]", "(1..5]", "]1..5[", "(> 5)"),
}
"""Examples by type. What a text after `@` is follows from its form."""

ARITHMETIC = (
    "1 + 2 * 3", "(1 + 2) * 3", "7 / 2", "2 ** 10", "-2 ** 2", "0.1 + 0.2", "1 / 3", "1 / 0", '"SN-" + "2041"', '"a" + null',
)  # fmt: skip
TEMPORAL = (
    '@"2026-03-31" + duration("P1M")', '@"2026-03-31" - @"2026-03-01"', '@"2026-03-31T08:30:00" + @"PT20H"',
    '@"PT1H" * 3', '@"PT3H" / @"PT1H"', '@"P1Y" + @"P6M"', 'date and time(received) + @"PT4H"', '@"2026-03-31".weekday',
    '@"2026-03-31T08:30:00+08:00".time offset', '@"P1DT2H".hours',
)  # fmt: skip
COMPARISONS = (
    "amount > 5000", 'customer.level = "VIP"', 'customer.level != "VIP"', "amount between 5000 and 7000", "amount in [5000..7000]",
    "amount in (< 100, >= 6000)", 'customer.level in ("VIP", "gold")', "[1, 2] = [1, 2]", "1 = 1.0", '1 = "1"', "null = null", "null > 3",
    'date(@"2026-03-31T08:30:00") < @"2026-04-01"', "amount instance of number", "tags instance of list<string>",
)  # fmt: skip
STRUCTURES = (
    'if amount > 5000 then "manager" else "clerk"', "for l in lines return l.qty * l.price", "for i in 1..3 return i * i",
    "for i in 1..4 return if i < 3 then i else partial[-1] + partial[-2]", "some l in lines satisfies l.qty > 1",
    "every l in lines satisfies l.qty > 1", "function(a, b) a + b", "(function(n: number) n * 2)(21)",
    "{double: function(n) 2 * n, result: double(21)}.result",
)  # fmt: skip
ACCESS = (
    "customer.level", "customer.missing", "missing.level", "tags[1]", "tags[-1]", "tags[3]", "lines[qty > 1]", "lines[item.qty > 1].code",
    "lines.price", "[1, 2, 3][item >= 2]", 'lines[code = "B2"].price', "sum(for l in lines return l.qty * l.price)",
)  # fmt: skip
NAMES = (
    "customer.first name", "customer.`first name`", "{`order-no`: 7}.`order-no`", "{first name: 1, last: first name + 1}.last",
    'substring(string: "hello", start position: 2)',
)  # fmt: skip
CELLS = (
    ("-", 5), ("5", 5), ("< 10", 5), ("[1..5]", 5), ("1, 3, 5", 5), ("not(1, 3)", 5), ("? * 2 > 9", 5), ("amount", 5), ("> amount", 7000),
    ("null", None), ("< 10", None),
)  # fmt: skip
TRUTHS = ("true", "false", "null")
IN_VARIABLES = """A date, time or duration in a process variable is its text; `date(…)`, `date and time(…)` and `duration(…)` read it.
Comments stand between `/*` and `*/`, or after `//`.
"""
POSITIONS = """Positions count from 1, or from the end when negative. In a filter the members of the element are names, and the element
itself is `item`.
"""


def section() -> str:
    """Everything but the functions."""
    parts = (
        "## Values\n",
        _values(),
        IN_VARIABLES,
        "## Operators\n",
        examples(ARITHMETIC),
        "Numbers have 34 significant digits. Adding texts joins them; nothing else is converted by an operator.\n",
        examples(TEMPORAL),
        examples(COMPARISONS),
        "### Truth\n",
        "There are three truths: true, false, and null, which is unknown. Whatever is neither true nor false counts as null.\n",
        _truth_table("and"),
        _truth_table("or"),
        markdown(("`not(…)`", *map(code, TRUTHS)), [["", *(code(gives(f"not({one})")) for one in TRUTHS)]]),
        "## Conditions, rounds, functions\n",
        examples(STRUCTURES),
        "`partial` is the list of the results so far.\n",
        "## Members and filters\n",
        examples(ACCESS),
        POSITIONS,
        "## Names\n",
        "A name may consist of several words. One that contains an operator, a dot or a keyword stands between backticks.\n",
        examples(NAMES),
        "## Unary tests\n",
        "A cell of a decision table tests a value; `?` is that value. More in [DMN](dmn.md#decision-tables).\n",
        _cells(),
    )
    return "\n".join(parts)


def shown_variables() -> str:
    """The variables of the page."""
    return markdown(("name", "value"), [[code(name), code(shown(value))] for name, value in VARIABLES.items()]).rstrip()


def _values() -> str:
    rows = []
    for type_, sources in VALUES.items():
        found = {kind(compile_expression(source).evaluate({}, environment=HERE)) for source in sources}
        assert found == {type_}, (type_, found)
        rows.append(
            [code(type_), "<br>".join(map(code, sources)), "<br>".join(code(gives(source)) for source in sources)]
        )
    return markdown(("type", "written", "gives"), rows)


def _truth_table(operator: str) -> str:
    rows = [[code(left), *(code(gives(f"{left} {operator} {right}")) for right in TRUTHS)] for left in TRUTHS]
    return markdown((code(operator), *map(code, TRUTHS)), rows)


def _cells() -> str:
    rows = []
    for cell, value in CELLS:
        passed = compile_unary_tests(cell).evaluate(value, VARIABLES, environment=HERE)
        rows.append([code(cell), code(shown(value)), "yes" if passed else "no"])
    return markdown(("cell", "value", "passes"), rows)
