"""Joins that would wait for ever: a flow into them that no token can come over any more.

A branch that is added to an open parallel block was never begun, so the join behind it would wait for a token that does
not exist. What starved before the move already is not the move's fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from app.kernel.specs.gateways import ParallelGateway

if TYPE_CHECKING:
    from app.kernel.specs.base import Flow, Node
    from app.kernel.specs.process import ProcessSpec

Memo = Mapping[str, object]


class Standing(NamedTuple):
    """A live token that is no listener: its number, that of its scope, and where it is."""

    number: int
    scope: int | None
    node: Node
    memo: Memo


@dataclass(slots=True)
class Picture:
    """The tokens of one scope: the graph they move in, where they are, what its joins hold by flow."""

    graph: ProcessSpec
    places: set[str] = field(default_factory=set)
    joins: dict[str, Memo] = field(default_factory=dict)

    def starving(self) -> Iterator[tuple[Node, Flow]]:
        """Parallel joins that some token is on its way to, each with a flow that none can come over."""
        for join in self.graph.task_specs.values():
            if isinstance(join, ParallelGateway) and join.merges:
                yield from ((join, flow) for flow in self._missed(join))

    def _missed(self, join: ParallelGateway) -> list[Flow]:
        held, places = self.joins.get(join.name, {}), self.places - {join.name}
        coming = [bool(held.get(flow.id)) or bool(places & join.places_before(flow)) for flow in join.flows_in]
        return [flow for flow, comes in zip(join.flows_in, coming, strict=True) if not comes] if any(coming) else []


def pictures(tokens: Iterable[Standing]) -> dict[int, Picture]:
    """The scopes of an instance by the number of their token; parents stand before their children."""
    found: dict[int, Picture] = {}
    for token in tokens:
        inner = getattr(token.node, "inner", None)
        if inner is not None and "m" not in token.memo:
            found[token.number] = Picture(inner)
        if token.scope in found:
            found[token.scope].places.add(token.node.name)
            held = token.memo.get("in")
            if isinstance(held, Mapping):
                found[token.scope].joins[token.node.name] = held
    return found
