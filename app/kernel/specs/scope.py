"""Processes and sub-processes: scopes with tokens of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.kernel import library
from app.kernel.compensation import mentions_whole, undo_next
from app.kernel.definitions import Memo, arm_all
from app.kernel.modification import put
from app.kernel.specs.activities import Activity
from app.kernel.specs.base import Node
from app.kernel.token import Plan, Token

if TYPE_CHECKING:
    from app.kernel.specs.process import ProcessSpec


class Scope(Activity):
    """Runs the elements of its inner process; done when no token but listeners is left."""

    inner: ProcessSpec

    def prepare(self) -> None:
        super().prepare()
        for owner in self.inner.event_subprocesses:
            if owner.starts_by("compensate"):
                self.undone_inside = owner
                owner.wants_whole = mentions_whole(owner)

    @property
    def first(self) -> str:
        """For an event sub-process, its start event."""
        return self.inner.entry[0].element.id

    def starts_by(self, kind: str) -> bool:
        """Does an event of this kind start this event sub-process?"""
        return any(trigger.kind == kind for node in self.inner.entry for trigger in node.element.triggers)

    def work(self, token: Token) -> bool:
        kernel, memo = token.workflow, token.memo
        listeners = self.arm_event_subprocesses(token)
        self.open_inside(token, listeners)
        payload, chosen = memo.pop("v", None), memo.pop("at", None)
        for at, inner in chosen or ():
            put(token, at, inner)
        for node in self.entries(memo.get("es")) if chosen is None else ():
            kernel.spawn(node, token, **({"v": payload} if payload and "es" in memo else {}))
        return token.wait_for(k="scope")

    def open_inside(self, token: Token, listeners: list[tuple[Node, list[Memo], Scope]]) -> None:
        """Variables of its own, and the events that may start event sub-processes from now on."""
        kernel = token.workflow
        if token.id not in kernel.scopes.variables:
            kernel.scopes.open(token.id, kernel.scope_key(token))
        for start, waits, owner in listeners:
            kernel.listen(start, token, waits, l=owner.element.id)

    def arm_event_subprocesses(self, token: Token) -> list[tuple[Node, list[Memo], Scope]]:
        """The start events inside that listen as long as this scope is open."""
        return [
            (start, waits, owner)
            for owner in self.inner.event_subprocesses
            for start in owner.inner.entry
            if (waits := arm_all(start.definitions, token))
        ]

    def entries(self, start_event: str | None) -> list[Node]:
        """Where tokens begin: the named start event, else the none start, else every node nothing leads to."""
        entry = self.inner.entry
        if start_event is not None:
            return [node for node in entry if node.element.id == start_event]
        if entry[0].element.kind != "startEvent":
            return entry
        return [node for node in entry if not node.definitions][:1]

    def child_done(self, token: Token, child: Token) -> None:
        if "m" in token.memo:
            super().child_done(token, child)
            return
        inside = token.inside
        if not all(other.is_listener for other in inside):
            return
        kernel = token.workflow
        for listener in inside:
            # Left alone, a timer could start an event sub-process in a scope that is over.
            kernel.remove(listener)
        token.memo.pop("w", None)
        token.memo.pop("v", None)
        kernel.resume(token)


class SubProcess(Scope, library.SubWorkflowTask):
    """An embedded sub-process or a running event sub-process."""

    def library_arguments(self) -> dict[str, Any]:
        return {"subworkflow_spec": self.element.id}


class Transaction(Scope, library.TransactionSubprocess):
    """A sub-process that can be cancelled as a whole, undoing what it did."""

    def library_arguments(self) -> dict[str, Any]:
        return {"subworkflow_spec": self.element.id}


class Root(Scope):
    """The process itself, or the undoing of an earlier instance of it."""

    def child_done(self, token: Token, child: Token) -> None:
        if "todo" not in token.memo:
            super().child_done(token, child)
        elif not undo_next(token) and not token.inside:
            token.workflow.resume(token)

    def leave(self, token: Token, plan: Plan) -> None:  # noqa: ARG002 - the library's protocol
        token.workflow.finish("completed")
