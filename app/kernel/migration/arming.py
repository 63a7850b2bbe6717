"""What an instance needs on its new version that it had no need of on the old one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.kernel import conditions
from app.kernel.definitions import arm_all
from app.kernel.findings import Finding
from app.kernel.instance import Kernel
from app.kernel.migration.events import Fresh, evaluate
from app.kernel.migration.way import remark
from app.kernel.specs import loops
from app.kernel.specs.activities import Activity
from app.kernel.specs.gateways import EventBasedGateway, ParallelGateway
from app.kernel.specs.scope import Scope
from app.kernel.token import BEGUN, LEAVING, Token


def arm(kernel: Kernel, fresh: Iterable[Fresh], again: Iterable[int]) -> Iterator[Finding]:
    """Evaluate what is to be evaluated and wait for what is new. Raises KernelError where that is impossible."""
    for one in fresh:
        token = kernel.tasks[one.token]
        token.memo["w"][one.place] = evaluate(one, token)
        conditions.look_at(token)
    for token in list(kernel.tasks.values()):
        yield from _boundary(token)
        yield from _event_subprocesses(token)
        if token.is_round:
            loops.complete_locals(token)
    for number in again:
        if not kernel.tasks[number].is_ready:
            kernel.tasks[number]._ready()  # noqa: SLF001 - the library has no public name
    _settle(kernel)


def _boundary(token: Token) -> Iterator[Finding]:
    """Boundary events that the activity of a token has only now."""
    spec, scope = token.task_spec, token.scope
    if scope is None or not isinstance(spec, Activity) or not _is_armed(token):
        return
    heard = {other.task_spec.name for other in scope.inside if other.memo.get("h") == token.id}
    new = [event for event in spec.boundary if event.name not in heard]
    for event, waits in [(event, arm_all(event.definitions, token)) for event in new]:
        if waits:
            token.workflow.listen(event, scope, waits, h=token.id)
            yield remark("kernel.migration_event_new", event.element.id)


def _is_armed(token: Token) -> bool:
    """Do boundary events listen to this token? Not to rounds, to undoing calls, and behind event-based gateways."""
    if token.is_round or "undoes" in token.memo or token.memo.get("ph") not in (BEGUN, LEAVING):
        return False
    return not any(isinstance(flow.source, EventBasedGateway) for flow in token.task_spec.flows_in)


def _event_subprocesses(scope: Token) -> Iterator[Finding]:
    """Event sub-processes that an open scope has only now."""
    spec = scope.task_spec
    if not isinstance(spec, Scope) or not _is_open(scope) or _is_interrupted(scope, spec):
        return
    heard = {other.task_spec.name for other in scope.inside if "l" in other.memo}
    starts = [(start, owner) for owner in spec.inner.event_subprocesses for start in owner.inner.entry]
    for start, owner in starts:
        waits = arm_all(start.definitions, scope) if start.name not in heard else []
        if waits:
            scope.workflow.listen(start, scope, waits, l=owner.element.id)
            yield remark("kernel.migration_event_new", start.element.id)


def _is_open(scope: Token) -> bool:
    waits = {wait["k"] for wait in scope.memo.get("w", ())}
    return not {"m", "fin"} & scope.memo.keys() and (not waits.isdisjoint(("scope", "adhoc")) or "next" in scope.memo)


def _is_interrupted(scope: Token, spec: Scope) -> bool:
    """Does nothing run here any more but an event sub-process that has interrupted everything else?"""
    starts = {node.element.id: node.element for owner in spec.inner.event_subprocesses for node in owner.inner.entry}
    running = (starts.get(inside.memo.get("es", "")) for inside in scope.inside)
    return any(start is not None and start.interrupting for start in running)


def _settle(kernel: Kernel) -> None:
    """Parallel joins whose last missing flow is gone have all they wait for."""
    for number in list(kernel.joins.values()):
        join = kernel.tasks[number]
        if isinstance(join.task_spec, ParallelGateway) and join.task_spec.arrived(join):
            kernel.remove(join)
