"""What makes a live token stay: one function per question, each of them brings its part of the memo to the new version.

A rule reads the token as it is and where it goes, rewrites the new memo and gives findings. An error keeps the whole
instance where it is; a warning says what will be different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.kernel.compensation import Record, every
from app.kernel.findings import Finding
from app.kernel.migration.way import Way, owner_of, refusal, remark
from app.kernel.model import Element, Loop
from app.kernel.specs.activities import Activity, CallActivity
from app.kernel.specs.ad_hoc import AdHocSubProcess
from app.kernel.specs.base import Node
from app.kernel.specs.complex_gateway import ComplexGateway
from app.kernel.token import BEGUN, LEAVING, MAPPED, Token


@dataclass(frozen=True, slots=True)
class Moving:
    """One token on its way: as it is on the old version, where it goes, and its memo there."""

    way: Way
    token: Token
    node: Node
    memo: dict[str, Any]

    @property
    def old(self) -> Element:
        return self.token.task_spec.element

    @property
    def new(self) -> Element:
        return self.node.element

    @property
    def waits(self) -> list[dict[str, Any]]:
        waits: list[dict[str, Any]] = self.memo.get("w", [])
        return waits


ANOTHER_KIND = "kernel.migration_kind"
"""The reason after which nothing else about a token needs to be asked."""
Rule = Callable[[Moving], Iterable[Finding]]


def kind(moving: Moving) -> Iterator[Finding]:
    """The same kind of element, in the same scope."""
    old, new = moving.old, moving.new
    if old.id != new.id and new.kind != "process":
        yield remark("kernel.migration_renamed", old.id, other=new.id)
    if _nature(old) != _nature(new):
        yield refusal("kernel.migration_kind", old.id, other=new.id)
        return
    if moving.token.scope is None or moving.token.is_listener:
        return
    was, will = owner_of(moving.token.task_spec).element.id, owner_of(moving.node).element.id
    if moving.way.to(was) != will:
        yield refusal("kernel.migration_scope", old.id, other=will)


def loop(moving: Moving) -> Iterator[Finding]:
    """A loop goes on as it began, and nothing that runs once becomes a loop."""
    old, new, memo = moving.old.loop, moving.new.loop, moving.memo
    if "m" not in memo and "i" not in memo:
        if new is not None and memo.get("ph") in (MAPPED, BEGUN):
            yield refusal("kernel.migration_loop", moving.old.id)
        return
    assert old is not None
    if new is None or (old.standard, old.sequential) != (new.standard, new.sequential):
        yield refusal("kernel.migration_loop", moving.old.id)
    elif _lacks_results(old, new, memo.get("m", {})):
        yield refusal("kernel.migration_results", moving.old.id)


def work(moving: Moving) -> Iterator[Finding]:
    """What is being done goes on as it is; only who does it must not be another kind of worker."""
    old, new = moving.old, moving.new
    for wait in moving.waits:
        if wait["k"] == "job" and "l" not in wait and new.job is None:
            yield refusal("kernel.migration_work", old.id)
        elif wait["k"] in ("job", "user", "call") and "l" not in wait and _said(old) != _said(new):
            yield remark("kernel.migration_kept", old.id)


def listeners(moving: Moving) -> Iterator[Finding]:
    """A listener at work, and those before it, are the same; what is past is not made up for."""
    old, new, memo = moving.old, moving.new, moving.memo
    for wait in moving.waits:
        if "l" in wait and "n" in wait:
            event, until = wait["l"], wait["n"] + 1
            if [one.job for one in old.listening(event)][:until] != [one.job for one in new.listening(event)][:until]:
                yield refusal("kernel.migration_listener", old.id)
            return
    if moving.node.starting and memo.get("ph") in (BEGUN, LEAVING) and not isinstance(moving.node, Activity):
        # Activities know by their phase that these are past.
        memo["ls"] = len(moving.node.starting)


def held(moving: Moving) -> Iterator[Finding]:
    """Tokens that wait for others are counted by the flow over which they came."""
    memo, old = moving.memo, moving.old
    if "in" not in memo:
        return
    if not moving.node.merges or old.start_quantity != moving.new.start_quantity:
        yield refusal("kernel.migration_join", old.id)
        return
    counted: dict[str, int] = {}
    for name, count in memo["in"].items():
        flow = moving.way.flow_into(moving.node, name)
        if flow is not None:
            counted[flow.id] = counted.get(flow.id, 0) + count
        elif count:
            yield refusal("kernel.migration_flow", old.id, other=name)
    memo["in"] = counted
    if "got" in memo:
        used = (moving.way.flow_into(moving.node, name) for name in memo["got"])
        memo["got"] = list(dict.fromkeys(flow.id for flow in used if flow is not None))


def undoing(moving: Moving) -> Iterator[Finding]:
    """What can be undone now can be undone afterwards."""
    todo: list[Record] = moving.memo.get("todo", [])
    for record in every([*moving.memo.get("c", ()), *todo]):
        name = record["a"]
        record["a"] = moving.way.to(name)
        if not _undoes(moving.way.node(name), record.get("h")):
            yield refusal("kernel.migration_undo", name)


def steps(moving: Moving) -> Iterator[Finding]:
    """The steps that a scope has still to begin, and the event that started it."""
    memo, node = moving.memo, moving.node
    yield from _put(moving.way, memo.get("at", ()))
    if "next" in memo and isinstance(node, AdHocSubProcess):
        following = [(name, moving.way.to(name)) for name in memo["next"]]
        memo["next"] = [name for _, name in following]
        yield from (refusal("kernel.migration_gone", name) for name, new in following if new not in node.steps())
    if "es" in memo:
        name = memo["es"]
        memo["es"] = moving.way.to(name)
        inner = getattr(node, "inner", None)
        if inner is None or memo["es"] not in inner.task_specs:
            yield refusal("kernel.migration_gone", name)


RULES: tuple[Rule, ...] = (kind, loop, work, listeners, held, undoing, steps)


def asks_again(moving: Moving) -> bool:
    """Has a complex gateway that waits for more tokens a new condition, or other flows?"""
    waiting = isinstance(moving.node, ComplexGateway) and "in" in moving.memo and "got" not in moving.memo
    flows = [[flow.id for flow in node.flows_in] for node in (moving.token.task_spec, moving.node)]
    return waiting and (moving.old.activation != moving.new.activation or flows[0] != flows[1])


def _put(way: Way, entries: Iterable[list[Any]]) -> Iterator[Finding]:
    """What was put by hand into a scope that is still to be opened."""
    for entry in entries:
        name, memo = entry
        entry[0] = way.to(name)
        if way.node(name) is None and entry[0] not in way.new.flows:
            yield refusal("kernel.migration_gone", name)
        yield from _put(way, memo.get("at", ()))


def _nature(element: Element) -> tuple[object, ...]:
    return element.kind, element.event_subprocess, element.for_compensation


def _said(element: Element) -> tuple[object, ...]:
    """What is evaluated once, when the work begins."""
    return element.assignment, element.schedule, element.priority, element.form, element.job, element.process


def _lacks_results(old: Loop, new: Loop, counts: dict[str, Any]) -> bool:
    """Would the results of rounds be collected that are over already?"""
    return bool(new.output_collection and not old.output_collection and counts.get("done"))


def _undoes(node: Node | None, how: str | None) -> bool:
    """Does the new version still know how to undo a record?"""
    if not isinstance(node, Activity):
        return False
    if how == "boundary":
        return node.compensated_by is not None
    if how == "inside":
        return node.undone_inside is not None
    return how is None or isinstance(node, CallActivity)
