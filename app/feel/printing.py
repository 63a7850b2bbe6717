"""A syntax tree as text. Reading that text gives an equal tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from app.feel import nodes
from app.feel.nodes import Node
from app.feel.numbers import plain
from app.feel.rendering import quoted
from app.feel.type_printing import print_name, print_type
from app.feel.types import ANY, UNDECLARED, FeelType
from app.feel.values import FeelValue

# How tightly the outermost construct of a text binds. An operand that binds less tightly than its place demands
# goes between brackets.
_TEST, _LOOSE, _OR, _AND, _COMPARED, _SUM, _PRODUCT, _POWER, _SIGNED, _TYPED, _POSTFIX = range(11)
_ARITHMETIC = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
# Numbers with more digits are written with an exponent.
_LONGEST_NUMBER = 40


class Text(NamedTuple):
    text: str
    binding: int = _POSTFIX


def print_node(node: Node, types: Mapping[str, FeelType] | None = None) -> str:
    """The text of a tree; `types` are those that an item definition adds, by name."""
    return _Printer(types or {}).at(node, _TEST)


class _Printer:
    def __init__(self, types: Mapping[str, FeelType]) -> None:
        self.types = types

    def at(self, node: Node, tightest: int = _LOOSE) -> str:
        text, binding = _PRINTERS[type(node)](self, node)
        return text if binding >= tightest else f"({text})"

    def listed(self, items: Iterable[Node], tightest: int = _LOOSE) -> str:
        return ", ".join(self.at(item, tightest) for item in items)

    def type(self, wanted: FeelType) -> str:
        return print_type(wanted, self.types)

    def literal(self, node: nodes.Literal) -> Text:
        return Text(_literal(node.value))

    def moment(self, node: nodes.At) -> Text:
        return Text("@" + _string(node.text))

    def name(self, node: nodes.Name) -> Text:
        return Text(node.name if node.name == "?" else print_name(node.name))

    def path(self, node: nodes.Path) -> Text:
        return Text(f"{self.at(node.source, _POSTFIX)}.{print_name(node.member)}")

    def filter(self, node: nodes.Filter) -> Text:
        return Text(f"{self.at(node.source, _POSTFIX)}[{self.at(node.predicate)}]")

    def call(self, node: nodes.Call) -> Text:
        return Text(f"{self.at(node.function, _POSTFIX)}({self.listed(node.arguments)})")

    def named_call(self, node: nodes.NamedCall) -> Text:
        arguments = ", ".join(f"{print_name(name)}: {self.at(value)}" for name, value in node.arguments)
        return Text(f"{self.at(node.function, _POSTFIX)}({arguments})")

    def negation(self, node: nodes.Negation) -> Text:
        return Text(f"-{self.at(node.operand, _SIGNED)}", _SIGNED)

    def binary(self, node: nodes.Binary) -> Text:
        # A sum of a thousand terms leans left a thousand levels deep, so its left sides are followed in a loop.
        binding = own = _binding(node)
        links = []
        left: Node = node
        while isinstance(left, nodes.Binary) and _binding(left) >= binding:
            binding = _binding(left)
            links.append(f" {left.operator} {self.at(left.right, max(binding + 1, _SUM))}")
            left = left.left
        return Text(self.at(left, binding) + "".join(reversed(links)), own)

    def junction(self, node: nodes.Junction) -> Text:
        own, tightest = (_OR, _AND) if node.operator == "or" else (_AND, _COMPARED)
        return Text(f" {node.operator} ".join(self.at(one, tightest) for one in node.operands), own)

    def between(self, node: nodes.Between) -> Text:
        low, high = self.at(node.low, _SUM), self.at(node.high, _SUM)
        return Text(f"{self.at(node.value, _COMPARED)} between {low} and {high}", _COMPARED)

    def in_(self, node: nodes.In) -> Text:
        return Text(f"{self.at(node.value, _COMPARED)} in {self._right_of_in(node.tests)}", _COMPARED)

    def _right_of_in(self, tests: tuple[Node, ...]) -> str:
        """One test stands without brackets, unless it would begin with a bracket of its own."""
        if len(tests) == 1:
            (test,) = tests
            text = self.at(test, _TEST if isinstance(test, nodes.Comparison) else _SUM)
            if isinstance(test, nodes.Interval) or not text.startswith("("):
                return text
        return f"({self.listed(tests, _TEST)})"

    def comparison(self, node: nodes.Comparison) -> Text:
        return Text(f"{node.operator} {self.at(node.operand, _SUM)}", _TEST)

    def tests(self, node: nodes.Tests) -> Text:
        text = self.listed(node.tests, _TEST) if node.tests else "-"
        if node.negated:
            return Text(f"not({text})", _TEST)
        # A cell that begins with `not(` is a negated one, whatever was meant.
        return Text(f"({text})" if len(node.tests) == 1 and text.startswith("not(") else text, _TEST)

    def instance_of(self, node: nodes.InstanceOf) -> Text:
        return Text(f"{self.at(node.value, _TYPED)} instance of {self.type(node.type)}", _TYPED)

    def if_(self, node: nodes.If) -> Text:
        then, otherwise = self.at(node.then), self.at(node.otherwise)
        return Text(f"if {self.at(node.condition)} then {then} else {otherwise}", _LOOSE)

    def for_(self, node: nodes.For) -> Text:
        return Text(f"for {self._iterators(node.iterators)} return {self.at(node.body)}", _LOOSE)

    def quantified(self, node: nodes.Quantified) -> Text:
        word = "every" if node.every else "some"
        return Text(f"{word} {self._iterators(node.iterators)} satisfies {self.at(node.condition)}", _LOOSE)

    def _iterators(self, iterators: tuple[nodes.Iterator, ...]) -> str:
        return ", ".join(self.at(one, _TEST) for one in iterators)

    def iterator(self, node: nodes.Iterator) -> Text:
        source = self.at(node.source, _OR)
        until = "" if node.until is None else f"..{self.at(node.until, _OR)}"
        return Text(f"{print_name(node.name)} in {source}{until}", _TEST)

    def interval(self, node: nodes.Interval) -> Text:
        low, high = self.at(node.low, _SUM), self.at(node.high, _SUM)
        return Text(f"{'[' if node.low_included else '('}{low}..{high}{']' if node.high_included else ')'}")

    def list(self, node: nodes.ListOf) -> Text:
        return Text(f"[{self.listed(node.items, _TEST)}]")

    def context(self, node: nodes.ContextOf) -> Text:
        return Text("{" + ", ".join(f"{_key(key)}: {self.at(value)}" for key, value in node.entries) + "}")

    def function(self, node: nodes.Lambda) -> Text:
        parameters = ", ".join(
            print_name(name) + ("" if declared is ANY else f": {self.type(declared)}")
            for name, declared in node.parameters
        )
        returns = "" if node.returns is UNDECLARED else f": {self.type(node.returns)}"
        return Text(f"function({parameters}){returns} {self.at(node.body)}", _LOOSE)


def _binding(node: nodes.Binary) -> int:
    return _ARITHMETIC.get(node.operator, _COMPARED)


def _literal(value: FeelValue) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Decimal):
        return plain(value) if abs(value.adjusted()) < _LONGEST_NUMBER else str(value)
    return {None: "null", True: "true", False: "false"}[value]


def _string(text: str) -> str:
    return quoted(text).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _key(key: str) -> str:
    """Between backticks a key stays a name of this context alone; in quotes it would be learnt for all that follows."""
    return print_name(key) if key and "`" not in key else _string(key)


_PRINTERS: dict[type[Node], Callable[[_Printer, Any], Text]] = {
    nodes.Literal: _Printer.literal,
    nodes.At: _Printer.moment,
    nodes.Name: _Printer.name,
    nodes.Path: _Printer.path,
    nodes.Filter: _Printer.filter,
    nodes.Call: _Printer.call,
    nodes.NamedCall: _Printer.named_call,
    nodes.Negation: _Printer.negation,
    nodes.Binary: _Printer.binary,
    nodes.Junction: _Printer.junction,
    nodes.Between: _Printer.between,
    nodes.In: _Printer.in_,
    nodes.Comparison: _Printer.comparison,
    nodes.Tests: _Printer.tests,
    nodes.InstanceOf: _Printer.instance_of,
    nodes.If: _Printer.if_,
    nodes.For: _Printer.for_,
    nodes.Quantified: _Printer.quantified,
    nodes.Iterator: _Printer.iterator,
    nodes.Interval: _Printer.interval,
    nodes.ListOf: _Printer.list,
    nodes.ContextOf: _Printer.context,
    nodes.Lambda: _Printer.function,
}
