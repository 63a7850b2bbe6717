"""Tokens put and taken by hand: the way out where a diagram knows none.

A token is put on an element, which then begins as if a flow had led there, or on a flow, which leads it into the next
element and counts it where tokens wait for each other. It goes into the scope that it lies in; sub-processes around it
that are not open are opened for it, with their input mapping, listeners and events, and run nothing else. New tokens
are put before others are taken, so that a scope in between does not end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.kernel import farewells
from app.kernel.errors import NoBeginning, SeveralScopes, TokenGone, UnknownElement, WrongScope
from app.kernel.scopes import visible

if TYPE_CHECKING:
    from app.kernel.specs.base import Flow, Node
    from app.kernel.token import Token
    from app.kernel.tree import Tree


@dataclass(frozen=True, slots=True)
class Placement:
    """A token to be put on an element or a flow."""

    at: str
    scope: int | None = None
    """Token of a scope around it; scopes between the two are opened. None means the one that is open, if any."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Local to the element; what is put on a flow has no place of its own for them."""


@dataclass(slots=True)
class Opening:
    """What is put into one scope: tokens by element or flow with their variables, and sub-processes to be opened."""

    puts: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    scopes: dict[str, Opening] = field(default_factory=dict)

    def entries(self, kernel: Tree) -> list[list[Any]]:
        """As it stands in the memo of a scope that is still to be opened: `[element or flow, memo]`."""
        puts = [[at, {"lv": dict(variables)} if variables else {}] for at, variables in self.puts]
        inner = ((kernel.node(name), opening) for name, opening in self.scopes.items())
        return puts + [[node.name, _opened(node) | {"at": opening.entries(kernel)}] for node, opening in inner]


def modify(kernel: Tree, cancel: Iterable[int], place: Iterable[Placement]) -> None:
    """Put and take tokens. Refuses the whole before anything has changed."""
    doomed = [_token(kernel, number) for number in dict.fromkeys(cancel)]
    gone = {number for token in doomed for number in _inside(token)}
    into: dict[int, Opening] = {}
    for placement in place:
        _plan(kernel, placement, gone, into)
    for number, opening in into.items():
        for at, memo in opening.entries(kernel):
            put(kernel.tasks[number], at, memo)
    for token in doomed:
        outer = token.scope
        if "bye" in token.memo:
            farewells.end(token)
        elif token.id in kernel.tasks and outer is not None:
            kernel.cancel_token(token)
            outer.task_spec.child_done(outer, token)


def put(scope: Token, at: str, memo: dict[str, Any]) -> None:
    """Let a token arrive in a scope: at an element, or over a flow."""
    kernel, graph = scope.workflow, scope.task_spec.inner  # type: ignore[attr-defined]
    if at in graph.flows:
        kernel.arrive(graph.flows[at], scope)
    else:
        begin(kernel.node(at), scope, memo.pop("lv", {}), **memo)


def begin(node: Node, scope: Token, variables: Mapping[str, Any], **memo: Any) -> Token:
    """Let a token arrive at an element with local variables of its own."""
    kernel = scope.workflow
    token = kernel.spawn(node, scope, **memo)
    if variables:
        kernel.scopes.open(token.id, kernel.scope_key(token), visible(variables))
    return token


def _token(kernel: Tree, number: int) -> Token:
    """A token that can be taken: neither the process itself nor a mere listener."""
    token = kernel.tasks.get(number)
    if token is None or token.scope is None or token.is_listener:
        raise TokenGone(token=number)
    return token


def _inside(token: Token) -> Iterator[int]:
    yield token.id
    for child in token.inside:
        yield from _inside(child)


def _plan(kernel: Tree, placement: Placement, gone: set[int], into: dict[int, Opening]) -> None:
    around = _around(_beginning(kernel, placement.at))
    here, missing = _nearest(kernel, placement, around, gone)
    opening = into.setdefault(here.id, Opening())
    for scope in missing:
        if scope.element.loop or scope.element.for_compensation:
            raise NoBeginning(element=scope.element.id)
        opening = opening.scopes.setdefault(scope.name, Opening())
    opening.puts.append((placement.at, placement.variables))


def _beginning(kernel: Tree, at: str) -> Node:
    """The element that a token is put on or led into. Raises what speaks against it."""
    flow = _flows(kernel).get(at)
    if flow is not None:
        return flow.target
    node = kernel.nodes.get(at)
    if node is None or node is kernel.spec.start:
        raise UnknownElement(element=at)
    drawn = node.element
    if drawn.kind == "boundaryEvent" or drawn.event_subprocess or drawn.for_compensation:
        raise NoBeginning(element=at)
    return node


def _flows(kernel: Tree) -> dict[str, Flow]:
    return {flow.id: flow for node in kernel.nodes.values() for flow in node.flows_out}


def _around(node: Node) -> list[Node]:
    """The process and the sub-processes around an element, the outermost first."""
    found: list[Node] = []
    owner: Node = node._wf_spec.owner  # noqa: SLF001 - the library has no public name
    while owner not in found:
        found.insert(0, owner)
        owner = owner._wf_spec.owner  # noqa: SLF001 - the library has no public name
    return found


def _nearest(kernel: Tree, placement: Placement, around: list[Node], gone: set[int]) -> tuple[Token, list[Node]]:
    """The open scope to put something into, and the sub-processes that have to be opened inside it."""
    if placement.scope is None:
        return _open_already(kernel.task_tree, around, gone)
    scope = kernel.tasks.get(placement.scope)
    if scope is None:
        raise TokenGone(token=placement.scope)
    if scope.task_spec not in around or "m" in scope.memo or scope.id in gone or scope.is_listener:
        raise WrongScope(element=placement.at, scope=scope.task_spec.element.id)
    return scope, around[around.index(scope.task_spec) + 1 :]


def _open_already(root: Token, around: list[Node], gone: set[int]) -> tuple[Token, list[Node]]:
    here = root
    for depth, owner in enumerate(around[1:], 1):
        found = [token for token in _scopes_of(here, owner) if token.id not in gone]
        if len(found) > 1:
            raise SeveralScopes(element=owner.element.id)
        if not found:
            return here, around[depth:]
        here = found[0]
    return here, []


def _scopes_of(outer: Token, owner: Node) -> list[Token]:
    """The open scopes of one sub-process inside another; of a loop, its rounds."""
    there = [token for token in outer.inside if token.task_spec is owner and not token.is_listener]
    return [
        scope for token in there for scope in (token.inside if "m" in token.memo else [token]) if not scope.is_listener
    ]


def _opened(node: Node) -> dict[str, Any]:
    """The memo of a sub-process that is opened by hand; an event sub-process has begun by some event of its own."""
    first = getattr(node, "first", "")
    return {"es": first} if node.element.event_subprocess else {}
