"""Events that reach a waiting token: they move tokens and evaluate nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.kernel.errors import NotWaiting
from app.kernel.model import Trigger
from app.kernel.timers import following
from app.kernel.token import LEAVING, Token
from app.kernel.waits import timer_due, timer_memo

if TYPE_CHECKING:
    from app.kernel.specs.base import Node
    from app.kernel.specs.scope import Scope
    from app.kernel.tree import Tree

EVENTS = frozenset(("timer", "msg", "sig", "cond"))
SPENT = {"k": "spent"}
"""What a wait becomes that cannot happen again; it keeps its place so that the other indexes stay true."""


def fire(token: Token, index: int, payload: dict[str, Any] | None = None) -> None:
    """An event reached wait number `index` of a token."""
    waits = token.memo.get("w", [])
    if index >= len(waits) or waits[index]["k"] not in EVENTS:
        raise NotWaiting(token=token.id, index=index)
    again = _rearm(token, index)
    if "h" in token.memo:
        _fire_boundary(token, index, payload, again=again)
    elif "l" in token.memo:
        _fire_event_subprocess(token, index, payload, again=again)
    elif "to" in waits[index]:
        _win(token, waits[index]["to"], payload)
    elif again:
        _let_one_through(token, payload)
    elif not _still_incomplete(token, index):
        del token.memo["w"]
        token.workflow.resume(token, payload)


def signal(kernel: Tree, name: str, payload: dict[str, Any] | None = None) -> int:
    """A signal to everything in this instance that waits for it; answers how many heard it."""
    heard = 0
    for token in list(kernel.tasks.values()):
        for index, wait in enumerate(list(token.memo.get("w", ()))):
            # Each firing may remove other listeners, so every one is looked up again.
            waits = token.memo.get("w", ())
            if wait["k"] == "sig" and wait["n"] == name and index < len(waits) and token.id in kernel.tasks:
                fire(token, index, dict(payload or {}))
                heard += 1
    return heard


def leave_by(host: Token, event: Node, payload: dict[str, Any] | None) -> None:
    """A token leaves by a boundary event; an interrupting one ends the activity."""
    kernel, scope = host.workflow, host.scope
    assert scope is not None
    if event.element.interrupting:
        kernel.cancel_token(host)
    kernel.spawn(event, scope, ph=LEAVING, v=dict(payload or {}))


def show_boundary(activity: Token, trigger: Trigger) -> None:
    """An event meant for the boundary events of one activity alone: the first that fits starts; it never interrupts."""
    kernel, scope = activity.workflow, activity.scope
    assert scope is not None
    for event in activity.task_spec.boundary:
        if any(found.shows(trigger) for found in event.element.triggers):
            kernel.spawn(event, scope, ph=LEAVING)
            return


def start_event_subprocess(scope: Token, owner: Scope, start: Node, payload: dict[str, Any] | None) -> None:
    """Run an event sub-process in its scope; an interrupting one ends everything else there."""
    kernel = scope.workflow
    if start.element.interrupting:
        for other in scope.inside:
            kernel.cancel_token(other)
    kernel.spawn(owner, scope, es=start.element.id, v=dict(payload or {}))


def _rearm(token: Token, index: int) -> bool:
    """Set the next due time of a cycle; False if this was the last or only time."""
    wait = token.memo["w"][index]
    due = following(timer_due(wait), token.workflow.now()) if wait["k"] == "timer" else None
    if due is None:
        return False
    token.memo["w"][index] = {**wait, **timer_memo(due)}
    return True


def _fire_boundary(listener: Token, index: int, payload: dict[str, Any] | None, *, again: bool) -> None:
    event, kernel = listener.task_spec, listener.workflow
    host = kernel.tasks[listener.memo["h"]]
    if _still_incomplete(listener, index):
        return
    _spend_timer(listener, index, again=again)
    leave_by(host, event, payload)


def _fire_event_subprocess(listener: Token, index: int, payload: dict[str, Any] | None, *, again: bool) -> None:
    start, kernel, scope = listener.task_spec, listener.workflow, listener.scope
    assert scope is not None
    if _still_incomplete(listener, index):
        return
    _spend_timer(listener, index, again=again)
    owner: Any = kernel.node(listener.memo["l"])
    start_event_subprocess(scope, owner, start, payload)


def _spend_timer(listener: Token, index: int, *, again: bool) -> None:
    """A date or duration fires once, messages and signals of a non-interrupting event any number of times."""
    if listener.memo["w"][index]["k"] == "timer" and not again:
        listener.memo["w"][index] = SPENT


def _win(gateway: Token, target: str, payload: dict[str, Any] | None) -> None:
    """The first event behind an event-based gateway takes the token over."""
    kernel, scope = gateway.workflow, gateway.scope
    assert scope is not None
    flows = gateway.task_spec.flows_out
    taken = tuple(flow.id for flow in flows if flow.target.element.id == target)
    kernel.note("completed", gateway, flows=taken)
    kernel.remove(gateway)
    kernel.spawn(kernel.node(target), scope, ph=LEAVING, v=dict(payload or {}))


def _let_one_through(catch: Token, payload: dict[str, Any] | None) -> None:
    """A cycle on a catch event sends a token on at every tick; the last tick takes the waiting token itself."""
    scope = catch.scope
    assert scope is not None
    catch.workflow.spawn(catch.task_spec, scope, ph=LEAVING, v=dict(payload or {}))


def _still_incomplete(token: Token, index: int) -> bool:
    """For a parallel multiple event: is another of its events still missing?"""
    waits = token.memo["w"]
    if not token.task_spec.element.parallel_multiple or len(waits) < 2:
        return False
    others = [wait for place, wait in enumerate(waits) if place != index and wait["k"] in EVENTS]
    if others:
        waits[index] = SPENT
    return bool(others)
