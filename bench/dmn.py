"""DMN: tables and graphs, and plain Python written by hand for the same decisions."""

import typing as t
from collections.abc import Callable, Mapping
from decimal import Decimal

from app import dmn
from bench.report import Report
from bench.timing import microseconds, per_second
from tests.company import ROOT
from tests.dmn.files import decision, file_of, input_data, invocation, knowledge, literal, table

Variables = Mapping[str, t.Any]
TABLE = file_of(
    decision(
        "fee",
        table(
            [("days_left", "number"), ("proof", "string"), ("repeat_days", "number")],
            [("fee", "number"), ("reason", "string")],
            [
                ["> 0", '"invoice"', "-", "0", '"warranty"'],
                ["> 0", 'not("invoice")', "< 90", "0", '"repeat"'],
                ["> 0", 'not("invoice")', ">= 90", "50", '"no proof"'],
                ["<= 0", "-", "-", "120", '"expired"'],
            ],
        ),
    )
)
CASE = {"days_left": 5, "proof": "card", "repeat_days": 91}
GRAPH = file_of(
    input_data("days_left", "number"),
    input_data("amount", "number"),
    input_data("level", "string"),
    knowledge("discount", [("price", "number"), ("rate", "number")], literal("round half up(price * (1 - rate), 2)")),
    decision("covered", literal("days_left > 0"), inputs=["days_left"]),
    decision(
        "rate",
        table([("level", "string"), ("covered", "boolean")], [("rate", "number")],
              [["-", "true", "1"], ['"VIP"', "false", "0.2"], ['not("VIP")', "false", "0.05"]]),
        requires=["covered"], inputs=["level"],
    ),
    decision(
        "price",
        invocation("discount", price=literal("amount"), rate=literal("rate")),
        requires=["rate"], inputs=["amount"], knows=["discount"],
    ),
)  # fmt: skip
QUOTE = {"days_left": -3, "amount": 308.5, "level": "VIP"}


def _fee(given: Variables) -> dict[str, t.Any]:
    days, repeat = Decimal(given["days_left"]), Decimal(given["repeat_days"])
    if days <= 0:
        return {"fee": Decimal(120), "reason": "expired"}
    if given["proof"] == "invoice":
        return {"fee": Decimal(0), "reason": "warranty"}
    return {"fee": Decimal(0), "reason": "repeat"} if repeat < 90 else {"fee": Decimal(50), "reason": "no proof"}


def _price(given: Variables) -> Decimal:
    covered = Decimal(given["days_left"]) > 0
    rate = Decimal(1) if covered else Decimal("0.2") if given["level"] == "VIP" else Decimal("0.05")
    return (Decimal(str(given["amount"])) * (1 - rate)).quantize(Decimal("0.01"))


QUESTIONS: tuple[tuple[str, bytes, Variables, Callable[[Variables], t.Any]], ...] = (
    ("fee", TABLE, CASE, _fee),
    ("price", GRAPH, QUOTE, _price),
)


def measure(report: Report) -> None:
    """Report decisions per second, traces included, and what compiling a table costs."""
    names = {"fee": "table of 4 rules × 3 inputs", "price": "graph of 3 levels with a knowledge model"}
    for name, source, given, plain in QUESTIONS:
        rate, by_hand = _rates(dmn.parse(source), name, given, plain)
        report.add(names[name], rate, "/s", "≥ 15,000" if name == "fee" else "", plain=by_hand)
    source = (ROOT / "bpmn/repair/warranty_eligibility.dmn").read_bytes()
    library = dmn.parse(source)
    given = {"identity_ok": True, "proof": "invoice", "days_left": 5, "repeat_days": 91}
    decided = per_second(lambda: library.evaluate("warranty_eligibility", given))
    report.add("warranty table of the library", decided, "/s")
    report.add("compiling 1 kB of a DMN file", microseconds(lambda: dmn.parse(source)) / len(source) * 1000, "µs")


def _rates(
    definitions: dmn.Definitions, name: str, given: Variables, plain: Callable[[Variables], t.Any]
) -> tuple[float, float]:
    """How often a decision is made in a second, by us and by hand."""
    return per_second(lambda: definitions.evaluate(name, given)), per_second(lambda: plain(given))
