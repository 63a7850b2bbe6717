"""Which names an expression takes from outside, and how large it is."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import NamedTuple

from app.feel import nodes
from app.feel.nodes import Node

_NODES_PER_STEP = 16
_NONE: frozenset[str] = frozenset()
_ITEM = "item"


class FreeNames(NamedTuple):
    names: frozenset[str]
    functions: frozenset[str]


class Use(NamedTuple):
    """A name taken from outside, with the members read of it: `customer.level` is `("customer", "level")`."""

    path: tuple[str, ...]
    start: int
    end: int
    called: bool
    certain: bool
    """False inside a filter, whose elements may bear the name themselves."""


def free_names(node: Node) -> FreeNames:
    """Names that are read, and names that are called, as far as no inner construct introduces them."""
    found = uses(node)
    names = frozenset(use.path[0] for use in found if not use.called)
    return FreeNames(names, frozenset(use.path[0] for use in found if use.called))


def uses(node: Node) -> list[Use]:
    """Every place where a name is taken from outside, in the order of the text."""
    found: list[Use] = []
    waiting: list[tuple[Node, frozenset[str]]] = [(node, _NONE)]
    while waiting:
        here, bound = waiting.pop()
        called = here.function if isinstance(here, (nodes.Call, nodes.NamedCall)) else None
        name, members = _path_of(called or here)
        if not isinstance(name, nodes.Name) or (called and members):
            waiting.extend(_inner(here, bound))
            continue
        if name.name not in bound:
            certain = _ITEM not in bound
            found.append(Use((name.name, *members), name.start, name.end, called is not None, certain))
        if isinstance(here, (nodes.Call, nodes.NamedCall)):
            waiting.extend((argument, bound) for argument in _arguments(here))
    return sorted(found, key=lambda use: use.start)


def _path_of(node: Node) -> tuple[Node, tuple[str, ...]]:
    members: list[str] = []
    while isinstance(node, nodes.Path):
        members.append(node.member)
        node = node.source
    return node, tuple(reversed(members))


def _arguments(call: nodes.Call | nodes.NamedCall) -> list[Node]:
    if isinstance(call, nodes.NamedCall):
        return [argument for _, argument in call.arguments]
    return list(call.arguments)


def _inner(node: Node, bound: frozenset[str]) -> list[tuple[Node, frozenset[str]]]:
    match node:
        case nodes.Filter(_, _, source, predicate):
            return [(source, bound), (predicate, bound | {_ITEM})]
        case nodes.For(_, _, iterators, body):
            return _iterated(iterators, body, bound | {"partial"})
        case nodes.Quantified(_, _, _, iterators, condition):
            return _iterated(iterators, condition, bound)
        case nodes.Lambda(_, _, parameters, _, body):
            return [(body, bound | {name for name, _ in parameters})]
        case nodes.ContextOf(_, _, entries):
            return _entries(entries, bound)
    return [(child, bound) for child in children(node)]


def _iterated(
    iterators: tuple[nodes.Iterator, ...], body: Node, bound: frozenset[str]
) -> list[tuple[Node, frozenset[str]]]:
    found: list[tuple[Node, frozenset[str]]] = []
    for iterator in iterators:
        found.append((iterator.source, bound))
        if iterator.until is not None:
            found.append((iterator.until, bound))
        bound |= {iterator.name}
    return [*found, (body, bound)]


def _entries(entries: tuple[tuple[str, Node], ...], bound: frozenset[str]) -> list[tuple[Node, frozenset[str]]]:
    found = []
    for key, value in entries:
        found.append((value, bound))
        bound |= {key}
    return found


def weight_of(*parts: Node) -> int:
    """What evaluating the nodes costs, in steps of a loop around them."""
    waiting, count = list(parts), 0
    while waiting:
        count += 1
        waiting += children(waiting.pop())
    return 1 + count // _NODES_PER_STEP


def children(node: Node) -> list[Node]:
    """The nodes directly below, in the order of the text."""
    found: list[Node] = []
    for slot in _SLOTS[type(node)]:
        found.extend(_nodes_in(getattr(node, slot)))
    return found


def _slots(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of nodes that hold nodes."""
    return tuple(slot.name for slot in fields(kind) if re.search(r"\b(Node|Iterator)\b", str(slot.type)))


_SLOTS = {kind: _slots(kind) for kind in Node.__subclasses__()}


def _nodes_in(value: object) -> list[Node]:
    if isinstance(value, Node):
        return [value]
    if isinstance(value, tuple):
        return [node for part in value for node in _nodes_in(part)]
    return []
