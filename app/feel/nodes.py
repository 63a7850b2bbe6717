"""The syntax tree. Every node knows from where to where in the source it stands; nodes that differ in nothing else
are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.feel.types import FeelType
from app.feel.values import FeelValue


@dataclass(frozen=True, slots=True)
class Node:
    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a string, a boolean or null."""

    value: FeelValue


@dataclass(frozen=True, slots=True)
class At(Node):
    """A date, time or duration written as `@"…"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    predicate: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NamedCall(Node):
    function: Node
    arguments: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic and comparison; `operator` is its text."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """A chain of `and` or of `or`, flat so that a long one does not become a deep tree."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """A test such as `< 10`, which misses its left side."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The unary tests of one decision table cell; no tests at all is the dash that accepts everything."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: FeelType


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in source`, or `name in source..until`."""

    name: str
    source: Node
    until: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    parameters: tuple[tuple[str, FeelType], ...]
    returns: FeelType
    body: Node
