"""Decisions that would need themselves."""

from __future__ import annotations

from collections.abc import Iterable

from app.dmn.nodes import Knowledge, Logical, Node, Service


def circle_in(nodes: Iterable[Node]) -> list[Node]:
    """Nodes of which each requires the next and the last the first; empty when there is no such circle.

    Without recursion, since a file may chain thousands of decisions.
    """
    settled: set[Node] = set()
    for start in nodes:
        way: dict[Node, None] = {}
        waiting: list[tuple[Node, bool]] = [(start, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                way.pop(node)
                settled.add(node)
            elif node in way:
                order = list(way)
                return order[order.index(node) :]
            elif node not in settled:
                way[node] = None
                waiting.append((node, True))
                waiting.extend((required, False) for required in required_by(node))
    return []


def required_by(node: Node) -> list[Node]:
    """What has to be known before; a function that calls itself need not know itself before."""
    if isinstance(node, Service):
        return [required.node for required in node.outputs]
    if not isinstance(node, Logical):
        return []
    return [r.node for r in node.requires if r.node is not node or not isinstance(node, Knowledge)]
