"""Events that are waited for: which waits go on, which end, which begin.

A wait of the same event and the same kind goes on as it is: a timer comes due when it would have, a message has the key
it had. What is no longer drawn is no longer waited for, what is new is waited for from now on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from app.kernel.definitions import Definition, Memo
from app.kernel.delivery import EVENTS, SPENT
from app.kernel.findings import Finding
from app.kernel.migration.rules import Moving
from app.kernel.migration.way import refusal, remark
from app.kernel.specs.base import Node
from app.kernel.specs.gateways import EventBasedGateway
from app.kernel.specs.user_task import UserTask
from app.kernel.token import Token

Renewal = Literal["timers", "messages", "tasks"]
"""What is evaluated again by the new version instead of going on as it began."""
RENEWALS: tuple[Renewal, ...] = ("timers", "messages", "tasks")
_KINDS = {"timer": "timer", "msg": "message", "sig": "signal", "cond": "conditional"}
_RENEWED: dict[str, Renewal] = {"timer": "timers", "msg": "messages", "sig": "messages", "user": "tasks"}


class Fresh(NamedTuple):
    """A wait to be evaluated once the token stands in the new version."""

    token: int
    place: int
    """Which of the token's waits it is."""
    definition: Definition | None
    """None for whom a user task is offered to."""
    target: str | None = None
    """Behind an event-based gateway, the event."""


Outcome = Finding | Fresh


def subscribed(node: Node) -> list[Definition]:
    """The definitions of an event that need a wait, in the order of the waits."""
    return [found for found in node.definitions if found.trigger.kind in _KINDS.values()]


def same_events(old: Node, new: Node) -> bool:
    """Do two events wait for the same kinds of things in the same order?"""
    kinds = [[found.trigger.kind for found in subscribed(node)] for node in (old, new)]
    return kinds[0] == kinds[1] and old.element.parallel_multiple == new.element.parallel_multiple


def waits(moving: Moving, renewed: frozenset[Renewal]) -> Iterator[Outcome]:
    """Bring the waits of a token to the new version."""
    if isinstance(moving.node, EventBasedGateway):
        yield from _behind_gateway(moving, renewed)
    elif any(wait["k"] in EVENTS for wait in moving.waits):
        yield from _at_event(moving, renewed)
    elif moving.waits and _RENEWED.get(moving.waits[0]["k"]) in renewed:
        yield Fresh(moving.token.id, 0, None)


def _at_event(moving: Moving, renewed: frozenset[Renewal]) -> Iterator[Outcome]:
    if not same_events(moving.token.task_spec, moving.node):
        yield refusal("kernel.migration_events", moving.old.id)
        return
    for index, definition in enumerate(subscribed(moving.node)):
        yield from _go_on(moving, index, definition, renewed)


def _behind_gateway(moving: Moving, renewed: frozenset[Renewal]) -> Iterator[Outcome]:
    """A wait per definition of every event behind the gateway; one that is gone keeps its place, new ones come last."""
    places = {
        (flow.target.element.id, place): definition
        for flow in moving.node.flows_out
        for place, definition in enumerate(subscribed(flow.target))
    }
    counted: dict[str, int] = {}
    for index, wait in enumerate(list(moving.waits)):
        if "to" not in wait:
            continue
        target = moving.way.to(wait["to"])
        place = counted[target] = counted.get(target, -1) + 1
        definition = places.get((target, place))
        if definition is not None and definition.trigger.kind == _KINDS[wait["k"]]:
            del places[target, place]
            yield from _go_on(moving, index, definition, renewed)
            moving.waits[index] = {**wait, "to": target}
        else:
            moving.waits[index] = SPENT
            yield remark("kernel.migration_event_gone", wait["to"])
    if any("to" in wait for wait in moving.token.memo.get("w", ())):
        for (target, _), definition in places.items():
            moving.waits.append(SPENT)
            yield Fresh(moving.token.id, len(moving.waits) - 1, definition, target)
            yield remark("kernel.migration_event_new", target)


def _go_on(moving: Moving, index: int, definition: Definition, renewed: frozenset[Renewal]) -> Iterator[Outcome]:
    """One wait goes on, or is evaluated again because that is wanted; conditions always ask what is drawn."""
    wait = moving.waits[index]
    changed = _evaluated(moving.token, index) != definition.trigger
    if wait["k"] in EVENTS and (_RENEWED.get(wait["k"]) in renewed or (wait["k"] == "cond" and changed)):
        yield Fresh(moving.token.id, index, definition, definition.owner if "to" in wait else None)
        yield remark("kernel.migration_anew", definition.owner)
    elif wait["k"] in EVENTS and changed:
        yield remark("kernel.migration_kept", definition.owner)


def _evaluated(token: Token, index: int) -> object:
    """What the old version says about a wait of a token."""
    held = token.memo["w"]
    wait = held[index]
    if "to" not in wait:
        return subscribed(token.task_spec)[index].trigger
    place = sum(one.get("to") == wait["to"] for one in held[:index])
    return subscribed(token.workflow.nodes[wait["to"]])[place].trigger


def evaluate(fresh: Fresh, token: Token) -> Memo:
    """The wait as the new version says it, evaluated where the token stands."""
    if fresh.definition is None:
        spec = token.task_spec
        assert isinstance(spec, UserTask)
        return spec.offered(token)
    host = token.workflow.tasks[token.memo["h"]] if "h" in token.memo else token.scope if "l" in token.memo else token
    assert host is not None
    memo = fresh.definition.arm(host)
    assert memo is not None
    return memo if fresh.target is None else {**memo, "to": fresh.target}
