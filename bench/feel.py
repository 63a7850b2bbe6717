"""FEEL: what an evaluation costs, and plain Python written by hand for the same question."""

import dataclasses
import datetime as dt
import gc
import tracemalloc
import typing as t
from collections.abc import Callable, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.feel import Environment, Expression, FunctionRegistry, compile_expression, from_json, to_json
from app.feel.parser import Parser
from app.feel.scope import Root, Run
from bench.report import Report
from bench.timing import microseconds, per_second

Variables = Mapping[str, t.Any]
PARTS = [
    {"name": f"part {number}", "price": 40 + number * 7.5, "quantity": number % 4 + 1, "in_stock": number % 3 > 0}
    for number in range(20)
]


@dataclasses.dataclass(frozen=True)
class Question:
    """One expression, what it sees, and how a developer would have written it."""

    name: str
    source: str
    given: Variables
    plain: Callable[[Variables], t.Any]
    target: str = ""


def _condition(given: Variables) -> bool:
    return Decimal(given["amount"]) > 5000 and given["customer"]["level"] == "VIP"


def _fee(given: Variables) -> Decimal:
    days, proof = Decimal(given["days_left"]), given["proof"]
    return Decimal(0) if days > 0 and proof == "invoice" else Decimal(50) if days > -30 else Decimal(120)


def _texts(given: Variables) -> bool:
    return given["model"].upper().startswith("TX") and len(given["serial"]) > 6


def _still_covered(given: Variables) -> bool:
    bought, reported = dt.date.fromisoformat(given["bought"]), dt.date.fromisoformat(given["reported"])
    return bought.replace(year=bought.year + 2) >= reported


def _filtered(given: Variables) -> list[t.Any]:
    return [part for part in given["parts"] if Decimal(str(part["price"])) > 100 and part["in_stock"]]


def _looped(given: Variables) -> list[Decimal]:
    return [Decimal(str(part["price"])) * Decimal(part["quantity"]) for part in given["parts"]]


def _total(given: Variables) -> Decimal:
    return sum(
        (Decimal(str(one["price"])) * Decimal(one["quantity"]) for one in given["parts"] if one["in_stock"]), Decimal(0)
    )


CONDITION = Question(
    "condition",
    'amount > 5000 and customer.level = "VIP"',
    {"amount": 6000, "customer": {"level": "VIP", "name": "Li Na"}},
    _condition,
    "≥ 1,000,000",
)
QUESTIONS = (
    CONDITION,
    Question(
        "nested if",
        'if days_left > 0 and proof = "invoice" then 0 else if days_left > -30 then 50 else 120',
        {"days_left": -5, "proof": "invoice"},
        _fee,
    ),
    Question(
        "text functions",
        'starts with(upper case(model), "TX") and string length(serial) > 6',
        {"model": "tx155", "serial": "TX155-2231-0047"},
        _texts,
    ),
    Question(
        "date arithmetic",
        'date(bought) + duration("P2Y") >= date(reported)',
        {"bought": "2024-03-01", "reported": "2026-02-11"},
        _still_covered,
    ),
    Question("filter over 20 contexts", "parts[price > 100 and in_stock]", {"parts": PARTS}, _filtered),
    Question("for over 20 contexts", "for part in parts return part.price * part.quantity", {"parts": PARTS}, _looped),
    Question(
        "filter, for and sum over 20 contexts",
        "sum(for part in parts[in_stock] return part.price * part.quantity)",
        {"parts": PARTS},
        _total,
    ),
)
LONG = " and ".join(f'(amount > {number} or customer.level = "level {number}")' for number in range(100))


def measure(report: Report) -> None:
    """Report rates beside plain Python, then what compiling costs."""
    for question in QUESTIONS:
        _rates(report, question)
    given, source = CONDITION.given, CONDITION.source
    parsed = per_second(lambda: Expression(source, Parser(source).whole_expression()).evaluate(given))
    report.add("condition: parsed and evaluated", parsed, "/s", "≥ 10,000")
    report.add("condition: as the engine asks it, ready for JSON", per_second(_as_the_engine_asks()), "/s")
    compiling = microseconds(lambda: Expression(LONG, Parser(LONG).whole_expression()))
    report.add("compiling 1 kB of text", compiling / len(LONG) * 1000, "µs")
    report.add("memory of a compiled condition", _memory(1000), "kB")


def _rates(report: Report, question: Question) -> None:
    """Evaluate the variables as they are stored, in JSON; beside it the closure alone, on values converted already."""
    expression, given = compile_expression(question.source), question.given
    plain = per_second(lambda: question.plain(given))
    report.add(f"{question.name}: evaluated on JSON", per_second(lambda: expression.evaluate(given)), "/s", plain=plain)
    environment = Environment(max_steps=10**12, max_size=10**12)
    root, closure = (
        Root({name: from_json(value) for name, value in given.items()}, Run(environment)),
        expression.closure,
    )
    report.add(f"{question.name}: closure alone", per_second(lambda: closure(root)), "/s", question.target)


def _as_the_engine_asks() -> Callable[[], t.Any]:
    """With an environment per question and the compiled text looked up, see `engine.expressions.evaluate`."""
    zone, moment, functions = ZoneInfo("Asia/Shanghai"), dt.datetime(2026, 3, 12, tzinfo=dt.UTC), FunctionRegistry()

    def ask() -> t.Any:
        environment = Environment(now=lambda: moment, zone=zone, functions=functions)
        return to_json(compile_expression(CONDITION.source).evaluate(CONDITION.given, environment=environment))

    return ask


def _memory(count: int) -> float:
    """Kilobytes that stay in use for each of many different conditions."""
    gc.collect()
    tracemalloc.start()
    sources = [CONDITION.source.replace("5000", str(number)) for number in range(count)]
    before = tracemalloc.get_traced_memory()[0]
    kept = [Expression(source, Parser(source).whole_expression()) for source in sources]
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return taken / len(kept) / 1000
