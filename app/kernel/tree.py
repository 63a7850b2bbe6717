"""The tree of live tokens: the library's workflow, whose task tree is the tree of scopes.

The root is the process, its children are live tokens, and there are grandchildren only under sub-processes and loops.
Finished tokens are removed at once, nothing is predicted, and so state and cost do not grow with age.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.kernel import compensation, conditions, farewells, library, transitions
from app.kernel.definitions import Memo
from app.kernel.errors import BpmnError, DecisionFailed, Evidence, KernelError, cause
from app.kernel.events import CancelCall, Ended, Happened, InstanceState, LogEntry, Message
from app.kernel.model import CalledDecision, ProcessModel
from app.kernel.port import Port
from app.kernel.scopes import Scopes, View, visible
from app.kernel.specs.base import Flow, Node
from app.kernel.token import LEAVING, Token


class Tree(library.BpmnWorkflow):
    """What elements do to tokens and variables; nothing in here decides what runs next."""

    def __init__(self, model: ProcessModel, port: Port, *, is_child: bool = False) -> None:
        super().__init__(model.spec, script_engine=port, deserializing=True)
        self.tasks: dict[int, Token] = {}
        self.model = model
        self.port = port
        self.is_child = is_child
        self.state: InstanceState = "running"
        self.scopes = Scopes()
        self.outbox: list[Message] = []
        self.log: list[LogEntry] = []
        self.joins: dict[tuple[str, int], int] = {}
        self.undecided: set[int] = set()
        """Inclusive joins that wait for nothing else being able to move."""
        self.last_token = 0
        self.queue: deque[Token] = deque()
        self.late: deque[Token] = deque()
        self.came_true: deque[tuple[int, int]] = deque()
        """Conditional events that happen next: (token, index of the wait)."""
        self.farewells: list[int] = []
        """Cancelled user tasks that what becomes ready in this step has to come after."""
        self.nodes: dict[str, Node] = model.spec.nodes

    # Decisions and variables

    def now(self) -> datetime:
        return self.port.now()

    def decide(self, token: Token, decision: CalledDecision) -> Any:
        """The value of a decision; its trace goes to the log."""
        try:
            decided = self.port.decide(decision, self.view(token))
        except (BpmnError, KernelError):
            raise
        except Exception as error:
            failed = DecisionFailed(decision=decision.decision_id, **cause(error))
            said = self.port.explain_decision(decision, self.view(token), error)
            failed.evidence = [{"element": token.task_spec.element.id, "place": "decision", **said}]
            raise failed from error
        self.note("decided", token, details={"decision": decision.decision_id, "trace": decided.trace})
        return decided.value

    def view(self, token: Token) -> View:
        return self.scopes.view(self.scope_key(token))

    def scope_key(self, token: Token) -> int | None:
        """The innermost open scope around a token."""
        here: Token | None = token
        scopes = self.scopes.variables
        while here is not None and here.id not in scopes:
            if here.memo.get("sk") in scopes:
                return here.memo["sk"]  # type: ignore[no-any-return]
            here = here.scope
        return None if here is None else here.id

    def write(self, token: Token, variables: Mapping[str, Any]) -> None:
        if variables:
            key = self.scope_key(token)
            assert key is not None
            for name, value in visible(variables).items():
                self.scopes.write(key, name, value)

    # Tokens

    def node(self, name: str) -> Node:
        return self.nodes[name]

    def note(
        self,
        happened: Happened,
        token: Token,
        flows: tuple[str, ...] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        scope, index = token._parent, token.memo.get("i")  # noqa: SLF001 - the library has no public name
        element_id = token.task_spec.element.id
        self.log.append(LogEntry(happened, token.id, element_id, scope, index, flows, details or {}))

    def enqueue(self, token: Token) -> None:
        if not (self.model.spec.farewells and farewells.holds(token)):
            (self.late if token.task_spec.late else self.queue).append(token)

    def new(self, spec: Node, scope: Token | None, memo: dict[str, Any]) -> Token:
        self.last_token += 1
        token = Token(self, spec, scope, library.TaskState.WAITING, self.last_token)
        token.memo = memo
        return token

    def spawn(self, spec: Node, scope: Token, **memo: Any) -> Token:
        """A token arrives at an element. Nothing is evaluated: the element runs in its own step."""
        token = self.new(spec, scope, memo)
        self.note("entered", token)
        spec._update(token)  # noqa: SLF001 - the library's protocol
        return token

    def arrive(self, flow: Flow, scope: Token) -> None:
        """A token comes over a flow, to be counted where tokens wait for each other."""
        spec: Any = flow.target
        if not spec.merges:
            self.spawn(spec, scope)
            return
        key = (spec.name, scope.id)
        join = self.tasks.get(self.joins.get(key, 0))
        if join is None:
            join = self.new(spec, scope, {"in": {}})
            self.joins[key] = join.id
        held = join.memo["in"]
        held[flow.id] = held.get(flow.id, 0) + 1
        if spec.arrived(join):
            self.remove(join)

    def listen_at(self, host: Token, armed: list[tuple[Node, list[Memo]]]) -> None:
        """Put the listeners of boundary events beside their activity."""
        scope = host.scope
        for event, waits in armed:
            assert scope is not None
            self.listen(event, scope, waits, h=host.id)

    def listen(self, spec: Node, scope: Token, waits: list[Memo], **memo: Any) -> None:
        self.expect(self.new(spec, scope, memo), waits)

    def expect(self, token: Token, waits: list[Memo]) -> None:
        """Let a token wait for events; a condition that holds already happens before anything else does."""
        token.memo["w"] = waits
        if self.model.spec.conditional:
            conditions.look_at(token)

    def resume(self, token: Token, payload: dict[str, Any] | None = None) -> None:
        """The work of a parked token is done; it leaves in its next step."""
        token.memo["ph"] = LEAVING
        if payload:
            token.memo["v"] = payload
        token._ready()  # noqa: SLF001 - the library's protocol

    def remove(self, token: Token) -> None:
        """Take a finished token out: its listeners, its variables, its place in the tree."""
        self.detach(token)
        self.scopes.close(token.id)
        del self.tasks[token.id]

    def detach(self, token: Token) -> None:
        """Take a token out of its scope, together with its listeners and with everything inside it."""
        scope = token.scope
        if scope is not None and token.task_spec.boundary and not token.is_round:
            for other in scope.inside:
                if other.memo.get("h") == token.id:
                    self.remove(other)
        for inside in token.inside:
            self.cancel_token(inside)
        if "in" in token.memo and scope is not None:
            self.joins.pop((token.task_spec.name, scope.id), None)
            self.undecided.discard(token.id)
        if not compensation.KEPT.isdisjoint(token.memo):
            compensation.forget(token)
        if scope is not None:
            scope._children.remove(token.id)  # noqa: SLF001 - the library has no public name

    def cancel_token(self, token: Token) -> None:
        """Take a token and everything inside it out before its time."""
        if token.id not in self.tasks or (self.model.spec.farewells and farewells.spare(token)):
            return
        for inside in token.inside:
            self.cancel_token(inside)
        if any(wait["k"] == "call" for wait in token.memo.get("w", ())):
            self.outbox.append(CancelCall(token.id))
        if not token.is_listener and "in" not in token.memo:
            self.note("terminated", token)
        token._set_state(library.TaskState.CANCELLED)  # noqa: SLF001 - the library has no public name
        self.remove(token)

    def park(self, token: Token, error: KernelError) -> None:
        """The element cannot go on: keep its token where it is, and let the others run."""
        self.park_with(token, error.code, dict(error.params), error.evidence)

    def park_with(self, token: Token, code: str, params: dict[str, Any], evidence: Sequence[Evidence] = ()) -> None:
        token._set_state(library.TaskState.READY)  # noqa: SLF001 - the library has no public name
        token.evidence = evidence
        waits = transitions.kept(token)
        token.memo.pop("w", None)
        if waits:
            token.memo["w"] = waits
        token.memo["x"] = {"c": code, "p": params}
        self.note("incident", token, details={"code": code, **params})

    def finish(
        self, state: InstanceState, error_code: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> None:
        """The instance is over: nothing of it is left but its result in the outbox."""
        root: Token = self.task_tree
        for token in root.inside:
            self.cancel_token(token)
        if self.model.spec.farewells and farewells.postpone(self, state, error_code, variables):
            return
        result = dict(variables or {}) if state == "error" else self.scopes.local(root.id)
        undo = compensation.hand_over(root) if state == "completed" and self.is_child else None
        compensation.forget(root)
        self.state, self.completed = state, True
        self.note("completed" if state == "completed" else "terminated", root)
        self.tasks.pop(root.id, None)
        self.queue.clear()
        self.late.clear()
        self.came_true.clear()
        self.outbox.append(Ended(state, result, error_code, undo))

    # The library's notifications, of which the kernel needs none.

    def _task_completed_notify(self, task: Any) -> None: ...

    def _task_removed_notify(self, task: Any) -> None: ...
