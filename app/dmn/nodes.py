"""The elements of a decision graph."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.feel.closures import Closure
from app.feel.types import ANY, FeelType


def nothing(_scope: object) -> None:
    """The logic of what has none, or none that can run."""


@dataclass(slots=True, eq=False)
class Node:
    """`names` are those under which others know its value."""

    id: str
    name: str
    type: FeelType = ANY
    names: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Required:
    """A node another one needs; `prefix` is the name under which its file was imported, or nothing."""

    node: Node
    prefix: str = ""


@dataclass(slots=True, eq=False)
class InputData(Node):
    pass


@dataclass(slots=True, eq=False)
class Logical(Node):
    """A node with logic of its own, which sees what it requires."""

    requires: list[Required] = field(default_factory=list)
    logic: Closure = nothing


@dataclass(slots=True, eq=False)
class Decision(Logical):
    """`inputs` are the variables that its logic reads; `kind` is the boxed expression it consists of, empty for a
    decision that people make and only give to a service.
    """

    kind: str = ""
    inputs: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Knowledge(Logical):
    """A business knowledge model; its logic gives a function."""


@dataclass(slots=True, eq=False)
class Service(Node):
    """A decision service: a part of the graph that can be called like a function."""

    inputs: list[Required] = field(default_factory=list)
    outputs: list[Required] = field(default_factory=list)
