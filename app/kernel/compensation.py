"""Compensation: undoing what is done already, the last first.

When an activity that can be undone completes, a record of it stays with its scope: `a` the element, `h` what undoes it
(a handler at its boundary, an event sub-process inside it, a called process), `s` the key of its frozen variables, `k`
the records of what completed inside it. A throw takes the records it means, runs one handler after the other inside
itself and goes on when all are done. A record that nothing undoes by itself stands for those inside it.

A handler sees the variables that were local to what has closed since, frozen in a scope of a negative key; behind them
the live variables of the scopes that are open now; and `compensated`, everything the activity saw when it completed, if
the handler mentions that name. What a handler writes goes to live scopes only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from app.kernel.uses import expressions_of

if TYPE_CHECKING:
    from app.kernel.token import Token
    from app.kernel.tree import Tree

Record = dict[str, Any]
Undo = Mapping[str, Any]
"""What a called process leaves behind for its caller: the record of the whole, and the frozen variables by key."""
Undoing = Literal["boundary", "inside", "called"]
WHOLE = "compensated"
"""The name by which a handler reads everything that its activity saw."""
KEPT = frozenset(("c", "todo", "sk"))
"""Letters of a memo under which frozen variables may lie."""
CALLED = "#undo"
"""Where a call activity keeps what its called process left behind."""


def remember(token: Token, undoing: Undoing | None) -> None:
    """An activity is about to leave: keep with its scope what undoes it, and what undoes the things inside it."""
    kernel, scope = token.workflow, token.scope
    inside, undo = token.memo.pop("c", []), token.memo.pop("undo", None)
    if scope is None or "sk" in token.memo or "todo" in scope.memo:
        # What a handler does is not undone itself.
        forget_all(kernel, inside)
        return
    if undoing == "boundary":
        forget_all(kernel, inside)
        inside = []
    local = kernel.scopes.local(token.id)
    _hand_down(kernel, local, inside)
    record = _record(token, undoing, inside)
    if undoing is not None:
        _freeze(kernel, record, local | _whole(token, undoing) | ({CALLED: undo} if undoing == "called" else {}))
    kept = [record] if undoing is not None or (inside and not token.is_round) else inside
    if kept:
        scope.memo["c"] = [*scope.memo.get("c", ()), *kept]


def hand_over(root: Token) -> Undo | None:
    """A called process is over: what its caller needs to undo it later; None if there is nothing to undo."""
    kernel, inside = root.workflow, root.memo.pop("c", [])
    undoing: Undoing | None = "inside" if root.task_spec.undone_inside is not None else None
    if not inside and undoing is None:
        return None
    local = kernel.scopes.local(root.id)
    _hand_down(kernel, local, inside)
    record = _record(root, undoing, inside)
    if undoing is not None:
        _freeze(kernel, record, local | _whole(root, undoing))
    variables = kernel.scopes.variables
    frozen = {str(found["s"]): variables[found["s"]] for found in every([record]) if found.get("s") in variables}
    forget_all(kernel, [record])
    return {"record": record, "frozen": frozen}


def take_over(root: Token, undo: Undo) -> list[Record]:
    """Open in a fresh instance what `hand_over` left of an earlier one, and answer the records to undo."""
    kernel = root.workflow
    for key, variables in undo["frozen"].items():
        kernel.scopes.open(int(key), None, variables)
        kernel.last_token = max(kernel.last_token, -int(key))
    return [undo["record"]]


def take(throw: Token, activity: str | None) -> list[Record]:
    """The records that a throw means, out of the scopes that keep them; from now on they are the throw's."""
    taken: list[Record] = []
    for scope in _within_reach(throw):
        kept = scope.memo.pop("c", [])
        rest = [record for record in kept if activity not in (None, record["a"])]
        if rest:
            scope.memo["c"] = rest
        taken = [record for record in kept if activity in (None, record["a"])] + taken
    return taken


def unfinished(token: Token) -> list[Record]:
    """The records inside a token that is about to be cancelled; what its scope held stays readable for them."""
    if "sk" in token.memo:
        # A handler that has begun is not undone itself.
        return []
    records: list[Record] = token.memo.pop("c", []) + token.memo.pop("todo", [])
    for inside in token.inside:
        records += unfinished(inside)
    _hand_down(token.workflow, token.workflow.scopes.local(token.id), records)
    return records


def undo(token: Token, records: list[Record]) -> bool:
    """Begin to undo, the last record first; True if there is nothing to wait for."""
    token.memo["todo"] = records
    if undo_next(token):
        token.memo["w"] = [{"k": "comp"}]
        return False
    del token.memo["todo"]
    return True


def undo_next(token: Token) -> bool:
    """Start the handler of the last record left; False if there is none."""
    todo: list[Record] = token.memo["todo"]
    while todo:
        record = todo.pop()
        if "h" in record:
            _start(token, record)
            return True
        todo.extend(record["k"])
    return False


def forget(token: Token) -> None:
    """A token goes: nothing that it kept for undoing, or was undoing, can be needed any more."""
    memo = token.memo
    forget_all(token.workflow, [*memo.get("c", ()), *memo.get("todo", ())])
    if "sk" in memo:
        token.workflow.scopes.close(memo["sk"])


def forget_all(kernel: Tree, records: Iterable[Record]) -> None:
    """Drop the frozen variables of records that nobody will undo."""
    for record in every(records):
        if "s" in record:
            kernel.scopes.close(record["s"])


def every(records: Iterable[Record]) -> Iterator[Record]:
    """The records and all that lie inside them."""
    for record in records:
        yield record
        yield from every(record["k"])


def mentions_whole(handler: Any) -> bool:
    """Does a handler, or anything inside it, read all that its activity saw?"""
    elements, flows, todo = [], [], [handler]
    while todo:
        here = todo.pop()
        elements.append(here.element)
        inner = getattr(here, "inner", None)
        if inner is not None:
            todo.extend(inner.task_specs.values())
            flows.extend(inner.flows.values())
    return any(WHOLE in found.source for found in expressions_of(elements, flows))


def _within_reach(throw: Token) -> Iterator[Token]:
    """The scope of a throw, and the scopes around it as long as they are event sub-processes."""
    scope = throw.scope
    while scope is not None:
        yield scope
        if not scope.task_spec.element.event_subprocess:
            return
        scope = scope.scope


def _record(token: Token, undoing: Undoing | None, inside: list[Record]) -> Record:
    record = {"a": token.task_spec.element.id, "k": inside}
    return record if undoing is None else {**record, "h": undoing, "s": -token.id}


def _whole(token: Token, undoing: Undoing) -> dict[str, Any]:
    spec = token.task_spec
    handler = {"boundary": spec.compensated_by, "inside": spec.undone_inside}.get(undoing)
    return {WHOLE: dict(token.workflow.view(token))} if handler is not None and handler.wants_whole else {}


def _freeze(kernel: Tree, record: Record, variables: Mapping[str, Any]) -> None:
    """Keep variables for the handler of a record; those that it keeps already lay nearer to its activity."""
    kept = kernel.scopes.variables.get(record["s"], {})
    missing = {name: value for name, value in variables.items() if name not in kept}
    if missing:
        kernel.scopes.open(record["s"], None, missing)


def _hand_down(kernel: Tree, local: Mapping[str, Any], records: Iterable[Record]) -> None:
    """A scope closes: its variables stay readable for whatever undoes something inside it."""
    for record in every(records) if local else ():
        if "h" in record:
            _freeze(kernel, record, local)


def _start(token: Token, record: Record) -> None:
    """Run what undoes a record, as the innermost scope around it its frozen variables."""
    kernel, key, spec = token.workflow, record["s"], token.workflow.node(record["a"])
    if key in kernel.scopes.variables:
        kernel.scopes.parents[key] = kernel.scope_key(token)
    if record["h"] == "boundary":
        assert spec.compensated_by is not None
        kernel.spawn(spec.compensated_by, token, sk=key)
    elif record["h"] == "inside":
        assert spec.undone_inside is not None
        kernel.spawn(spec.undone_inside, token, sk=key, es=spec.undone_inside.first, c=record["k"])
    else:
        kernel.spawn(spec, token, sk=key, undoes=True)
