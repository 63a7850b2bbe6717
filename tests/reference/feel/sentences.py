"""What an author is told: each warning and each refusal, by an expression that earns it."""

from app.feel import FeelError, FeelSyntaxError, compile_expression, to_json
from tests.reference.dmn.examples import markdown
from tests.reference.feel.evaluating import HERE, VARIABLES, code, sentence

WARNED = (
    "nobody > 5", "amont > 5000", "customer.age", "customer.levl", "amount.x", "frobnicate(amount)", 'uper case("a")', "amount(1)",
    "amount + tags", 'amount > "5000"', '@"2026-01-01T00:00:00" < @"2026-01-01T00:00:00Z"', "amount / 0", "10 ** 7000", '-"a"',
    '"yes" and true', 'if "yes" then 1 else 2', 'tags["x"]', 'for i in 1.."a" return i', "[5..1]", '@"2026-02-30"', 'number("x")',
    'substring("abc", 0)', 'matches("abc", "[")', "upper case(1)", "count()", "(function(n: number): string n)(1)", "{a: 1, a: 2}", '(function(n: number) n)("x")', 'context([{key: "a", value: 1}, {key: "a", value: 2}])',
)  # fmt: skip
REFUSED = (
    "amount >", "amount > 5000)", "amount 5000", "[1, 2", '"VIP', "lines[qty > 1", "if amount > 5000 then 1", "for 1 in lines return 2",
    "{a 1}", "[1 2]", "amount + )", "{: 1}", "amount == 5000", "amount > 5000 && true", "true || false", "!true", "amount := 1", "amount <> 1", "amount => 1", "amount =< 1",
    "customer.level = 'VIP'", "amount % 2", "amount > 5000 ? 1 : 2", "[1; 2]", "amount ＞ 5000", "amount instance of text",
    "function() external {java: {}}", "/* not closed", "1e99999", "(" * 70 + "1" + ")" * 70, "1" * 100_001,
)  # fmt: skip
STOPPED = (
    "for i in 1..1000000000 return i", '{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("ab", 30)}.r', "{f: function(n) f(n), r: f(1)}.r", 'assert(amount, amount < 0, "The amount must be negative.")',
    'due(now(), "soon")', 'due("tomorrow", "4 wh")', "working day of month(today(), 40)", 'is working day(@"12026-01-01")', "function(x) x", "10 ** 400",
    "for i in 1..90000 return [i, i]",
)  # fmt: skip
LONGEST_SHOWN = 80


def section() -> str:
    """The three tables."""
    parts = (
        "## Warnings\n",
        "These expressions are legal, but something in them became null, which is said where an expression is tried.\n",
        markdown(("expression", "warning"), [[_cut(source), " ".join(warnings(source))] for source in WARNED]),
        "## Errors\n",
        "These are refused when a file is checked, and wherever an expression is typed.\n",
        markdown(("expression", "error"), [[_cut(source), refusal(source)] for source in REFUSED]),
        "These fail while they are evaluated. In a process that is an incident, which shows the expression and the values it used.\n",
        markdown(("expression", "error"), [[_cut(source), failure(source)] for source in STOPPED]),
    )
    return "\n".join(parts)


def warnings(source: str) -> list[str]:
    """The sentences about an expression; it has at least one."""
    found = compile_expression(source).examine(VARIABLES, environment=HERE).warnings
    assert found, source
    return [sentence(one.code, one.params) for one in found]


def refusal(source: str) -> str:
    """Why an expression is no FEEL."""
    try:
        compile_expression(source)
    except FeelSyntaxError as error:
        return sentence(error.code, error.params)
    raise AssertionError(source)


def failure(source: str) -> str:
    """Why an evaluation was given up, or its result cannot be a variable."""
    try:
        to_json(compile_expression(source).evaluate(VARIABLES, environment=HERE))
    except FeelError as error:
        return sentence(error.code, error.params)
    raise AssertionError(source)


def _cut(source: str) -> str:
    return code(source if len(source) <= LONGEST_SHOWN else f"{source[:40]}…")
