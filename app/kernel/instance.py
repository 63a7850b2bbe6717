"""A running process instance: the library's workflow, whose task tree is the tree of scopes and live tokens.

The root is the process, its children are live tokens, and there are grandchildren only under sub-processes and loops.
Finished tokens are removed at once, nothing is predicted, and so state and cost do not grow with age.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from app.kernel import codec, delivery, library, throwing
from app.kernel.definitions import Memo
from app.kernel.errors import (
    BpmnError,
    DecisionFailed,
    ExpressionFailed,
    InstanceOver,
    KernelError,
    NoIncident,
    NoSuchStart,
    NotWaiting,
    StepFailed,
    TokenGone,
    TooManySteps,
    UnknownElement,
    WrongScope,
)
from app.kernel.events import CancelCall, Ended, Happened, Held, Incident, InstanceState, LogEntry, Message
from app.kernel.model import CalledDecision, ProcessModel
from app.kernel.port import Port
from app.kernel.scopes import Scopes, View, visible
from app.kernel.specs.base import Flow, Node
from app.kernel.token import LEAVING, Token
from app.kernel.waits import OUTSIDE, Wait, waits_of

READY, WAITING, COMPLETED = (
    library.TaskState.READY,
    library.TaskState.WAITING,
    library.TaskState.COMPLETED,
)


class Kernel(library.BpmnWorkflow):
    """One instance in memory. Not for two threads at once; the model behind it may be shared freely.

    After a command that raised anything but `CommandRefused` the object must be thrown away.
    """

    step_limit: ClassVar[int] = 5000
    """Steps in one command after which an endless loop is taken for granted and parked as an incident."""

    def __init__(self, model: ProcessModel, port: Port, *, is_child: bool = False) -> None:
        super().__init__(model.spec, script_engine=port, deserializing=True)
        self.model = model
        self.port = port
        self.is_child = is_child
        self.state: InstanceState = "running"
        self.scopes = Scopes()
        self.outbox: list[Message] = []
        self.log: list[LogEntry] = []
        self.tasks: dict[int, Token] = {}
        self.joins: dict[tuple[str, int], int] = {}
        self.undecided: set[int] = set()
        self.last_token = 0
        self._queue: deque[Token] = deque()
        self._late: deque[Token] = deque()
        self._nodes: dict[str, Node] = model.spec.nodes

    # Commands from the host. Each runs until nothing but waits is left.

    def start(
        self,
        variables: Mapping[str, Any] | None = None,
        start_event: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        """Start at the none start event, or at a named one with the payload of what triggered it."""
        root: Any = self.spec.start
        if not root.entries(start_event):
            raise NoSuchStart(process=self.model.id, start_event=start_event or "")
        token = self._new(root, None, {"es": start_event, "v": dict(payload or {})} if start_event else {})
        self.task_tree = token
        self.scopes.open(token.id, None, visible(variables or {}))
        self.note("entered", token)
        root._update(token)  # noqa: SLF001 - the library's protocol
        self.advance()

    def complete(self, token_id: int, variables: Mapping[str, Any] | None = None) -> None:
        """A user task, job or called process is done."""
        token = self._token_with(token_id, OUTSIDE)
        del token.memo["w"]
        self.resume(token, dict(variables or {}))
        self.advance()

    def fail(self, token_id: int, code: str, variables: Mapping[str, Any] | None = None) -> None:
        """A BPMN error from a job, a person or a called process."""
        token = self._token_with(token_id, OUTSIDE)
        throwing.throw_error(token, code, dict(variables or {}))
        self.advance()

    def escalate(self, token_id: int, code: str, variables: Mapping[str, Any] | None = None) -> None:
        """An escalation from a user task, a job or a called process, which goes on."""
        throwing.escalate(self._token_with(token_id, OUTSIDE), code, dict(variables or {}))
        self.advance()

    def fire(self, token_id: int, index: int, variables: Mapping[str, Any] | None = None) -> None:
        """A timer or message reached one wait of a token; a signal may be delivered this way too."""
        delivery.fire(self.token(token_id), index, dict(variables or {}))
        self.advance()

    def signal(self, name: str, variables: Mapping[str, Any] | None = None) -> int:
        """A signal from another instance; answers how many events heard it."""
        self._must_run()
        heard = delivery.signal(self, name, dict(variables or {}))
        self.advance()
        return heard

    def raise_incident(self, token_id: int, code: str, params: Mapping[str, Any] | None = None) -> None:
        """The host cannot do what a token waits for: no retries left, called process missing."""
        self._park(self._token_with(token_id, OUTSIDE), code, dict(params or {}))
        self.advance()

    def retry(self, token_id: int) -> None:
        """Run the failed phase of a token again."""
        token = self.token(token_id)
        if not token.has_incident:
            raise NoIncident(token=token_id)
        del token.memo["x"]
        self.note("resolved", token)
        self.enqueue(token)
        self.advance()

    def set_variables(self, variables: Mapping[str, Any], scope: int | None = None, *, local: bool = False) -> None:
        """Correct variables by hand, at a scope or where each name lives."""
        self._must_run()
        token = self.task_tree if scope is None else self.token(scope)
        if local:
            self.scopes.open(token.id, self.scope_key(token), visible(variables))
        else:
            self.write(token, variables)
        self.advance()

    def modify(self, cancel: Iterable[int] = (), start: Iterable[tuple[str, int | None]] = ()) -> None:
        """The manual escape: put tokens on elements (with the token of their scope), take tokens away."""
        placed = [(self._element(name), self._scope_token(scope)) for name, scope in start]
        doomed = [self.token(number) for number in cancel]
        for node, scope in placed:
            if node._wf_spec.owner is not scope.task_spec or "m" in scope.memo:  # noqa: SLF001
                raise WrongScope(element=node.element.id, scope=scope.task_spec.element.id)
        for node, scope in placed:
            self.spawn(node, scope)
        for token in doomed:
            outer = token.scope
            if token.id in self.tasks and outer is not None:
                self.cancel_token(token)
                outer.task_spec.child_done(outer, token)
        self.advance()

    def cancel(self) -> None:
        """End the whole instance; called instances are reported in the outbox."""
        self._must_run()
        self.finish("cancelled")

    def advance(self) -> None:
        """Run everything that can run. Nothing here touches anything outside this object."""
        steps = 0
        while not self.completed:
            if self._queue or self._late:
                token = (self._queue or self._late).popleft()
                if not token.is_ready or token.id not in self.tasks or token.has_incident:
                    continue
                steps += 1
                if steps > self.step_limit:
                    self.park(token, TooManySteps(limit=self.step_limit))
                    break
                self._step(token)
            elif not self._settle_joins():
                break

    # What the host reads.

    def waits(self) -> list[Wait]:
        return [wait for token in self.tasks.values() for wait in waits_of(token)]

    def held(self) -> list[Held]:
        """Tokens that wait for others at a gateway; the log knows the gateway only once it has fired."""
        joins = (token for token in self.tasks.values() if "in" in token.memo)
        return [Held(join.task_spec.element.id, sum(join.memo["in"].values())) for join in joins]

    def incidents(self) -> list[Incident]:
        return [
            Incident(token.id, token.task_spec.element.id, token.memo["x"]["c"], token.memo["x"]["p"])
            for token in self.tasks.values()
            if token.has_incident
        ]

    def dump(self) -> dict[str, Any]:
        """The state without variables, ready for JSON; see `codec` for its letters."""
        return codec.dump(self)

    @classmethod
    def load(
        cls,
        model: ProcessModel,
        port: Port,
        blob: Mapping[str, Any],
        variables: Mapping[int, Mapping[str, Any]],
        *,
        is_child: bool = False,
    ) -> Kernel:
        """An instance as it was dumped; `variables` are the stored ones by scope."""
        kernel = cls(model, port, is_child=is_child)
        codec.restore(kernel, blob, variables)
        return kernel

    # For elements and the other modules of this package.

    def now(self) -> datetime:
        return self.port.now()

    def evaluate(self, token: Token, text: str, extra: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression at a token; a text without `=` is its own value."""
        if not text.startswith("="):
            return text
        try:
            return self.port.evaluate(text, self.view(token).over(extra or {}))
        except (BpmnError, KernelError):
            raise
        except Exception as error:
            raise ExpressionFailed(expression=text, **_cause(error)) from error

    def decide(self, token: Token, decision: CalledDecision) -> Any:
        """The value of a decision; its trace goes to the log."""
        try:
            decided = self.port.decide(decision, self.view(token))
        except (BpmnError, KernelError):
            raise
        except Exception as error:
            raise DecisionFailed(decision=decision.decision_id, **_cause(error)) from error
        self.note("decided", token, details={"decision": decision.decision_id, "trace": decided.trace})
        return decided.value

    def view(self, token: Token) -> View:
        return self.scopes.view(self.scope_key(token))

    def scope_key(self, token: Token) -> int | None:
        """The innermost open scope around a token."""
        here: Token | None = token
        while here is not None and here.id not in self.scopes.variables:
            here = here.scope
        return None if here is None else here.id

    def write(self, token: Token, variables: Mapping[str, Any]) -> None:
        if variables:
            key = self.scope_key(token)
            assert key is not None
            for name, value in visible(variables).items():
                self.scopes.write(key, name, value)

    def node(self, name: str) -> Node:
        return self._nodes[name]

    def token(self, token_id: int) -> Token:
        self._must_run()
        token = self.tasks.get(token_id)
        if token is None:
            raise TokenGone(token=token_id)
        return token

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
        (self._late if token.task_spec.late else self._queue).append(token)

    def spawn(self, spec: Node, scope: Token, **memo: Any) -> Token:
        """A token arrives at an element. Nothing is evaluated: the element runs in its own step."""
        token = self._new(spec, scope, memo)
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
            join = self._new(spec, scope, {"in": {}})
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
        self._new(spec, scope, {"w": waits, **memo})

    def resume(self, token: Token, payload: dict[str, Any] | None = None) -> None:
        """The work of a parked token is done; it leaves in its next step."""
        token.memo["ph"] = LEAVING
        if payload:
            token.memo["v"] = payload
        token._ready()  # noqa: SLF001 - the library's protocol

    def remove(self, token: Token) -> None:
        """Take a finished token out: its listeners, its variables, its place in the tree."""
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
        self.scopes.close(token.id)
        del self.tasks[token.id]
        if scope is not None:
            scope._children.remove(token.id)  # noqa: SLF001 - the library has no public name

    def cancel_token(self, token: Token) -> None:
        """Take a token and everything inside it out before its time."""
        if token.id not in self.tasks:
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
        self._park(token, error.code, dict(error.params))

    def finish(
        self, state: InstanceState, error_code: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> None:
        """The instance is over: nothing of it is left but its result in the outbox."""
        root: Token = self.task_tree
        result = dict(variables or {}) if state == "error" else self.scopes.local(root.id)
        for token in root.inside:
            self.cancel_token(token)
        self.state, self.completed = state, True
        self.note("completed" if state == "completed" else "terminated", root)
        self.tasks.pop(root.id, None)
        self._queue.clear()
        self._late.clear()
        self.outbox.append(Ended(state, result, error_code))

    # The library's notifications, of which the kernel needs none.

    def _task_completed_notify(self, task: Any) -> None: ...

    def _task_removed_notify(self, task: Any) -> None: ...

    # Inside.

    def _new(self, spec: Node, scope: Token | None, memo: dict[str, Any]) -> Token:
        self.last_token += 1
        token = Token(self, spec, scope, WAITING, self.last_token)
        token.memo = memo
        return token

    def _step(self, token: Token) -> None:
        try:
            if token.run() is None:
                token._set_state(token.task_spec.parked_state)  # noqa: SLF001 - the library's protocol
        except BpmnError as error:
            token._set_state(READY)  # noqa: SLF001
            throwing.throw_error(token, error.code, error.variables)
        except Exception as error:
            if token._state == COMPLETED:  # noqa: SLF001 - half moved: a bug, the object is worthless
                raise
            self.park(token, error if isinstance(error, KernelError) else StepFailed(error=repr(error)))

    def _park(self, token: Token, code: str, params: dict[str, Any]) -> None:
        token._set_state(READY)  # noqa: SLF001
        token.memo.pop("w", None)
        token.memo["x"] = {"c": code, "p": params}
        self.note("incident", token, details={"code": code, **params})

    def _settle_joins(self) -> bool:
        """Let one inclusive join fire; True if something can run again."""
        for number in sorted(self.undecided):
            join = self.tasks.get(number)
            before = len(self._queue) + len(self._late)
            scope = None if join is None else join.scope
            if join is None or scope is None:
                self.undecided.discard(number)
            elif cast(Any, join.task_spec).settled(join):
                self.remove(join)
                scope.task_spec.child_done(scope, join)
            if len(self._queue) + len(self._late) > before:
                return True
        return bool(self._queue or self._late)

    def _must_run(self) -> None:
        if self.completed:
            raise InstanceOver(state=self.state)

    def _token_with(self, token_id: int, kinds: frozenset[str]) -> Token:
        token = self.token(token_id)
        if not any(wait["k"] in kinds for wait in token.memo.get("w", ())):
            raise NotWaiting(token=token_id)
        return token

    def _element(self, name: str) -> Node:
        if name not in self._nodes or name == self.model.id:
            raise UnknownElement(element=name)
        return self._nodes[name]

    def _scope_token(self, token_id: int | None) -> Token:
        token: Token = self.task_tree if token_id is None else self.token(token_id)
        return token


def _cause(error: Exception) -> dict[str, Any]:
    """What a port's exception says about itself: a text, and a code with parameters if it has them."""
    said: dict[str, Any] = {"error": str(error) or type(error).__name__}
    code = getattr(error, "code", None)
    if isinstance(code, str):
        params = getattr(error, "params", {})
        said |= {"cause": code, "cause_params": {key: _plain(value) for key, value in dict(params).items()}}
    position = getattr(error, "position", None)
    return said | ({"position": position} if isinstance(position, int) else {})


def _plain(value: Any) -> Any:
    """Parameters are stored with the incident, so they must fit into JSON."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)
