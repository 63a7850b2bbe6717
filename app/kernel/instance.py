"""One process instance: the commands it takes, the order in which its tokens run, and what its host reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal, cast

from app.kernel import (
    codec,
    compensation,
    conditions,
    delivery,
    farewells,
    library,
    listeners,
    modification,
    throwing,
    transitions,
)
from app.kernel.errors import (
    BpmnError,
    InstanceOver,
    KernelError,
    NoChoice,
    NoIncident,
    NoSuchStart,
    NotWaiting,
    OnlyListening,
    StepFailed,
    TokenGone,
    TooManySteps,
    UnknownElement,
)
from app.kernel.events import Held, Incident
from app.kernel.listeners import NO_OBJECTION, Answer
from app.kernel.model import ProcessModel
from app.kernel.port import Port
from app.kernel.scopes import visible
from app.kernel.token import BEGUN, Token
from app.kernel.tree import Tree
from app.kernel.waits import CHOICES, OUTSIDE, TASKS, Wait, waits_of


class Kernel(Tree):
    """One instance in memory. Not for two threads at once; the model behind it may be shared freely.

    After a command that raised anything but `CommandRefused` the object must be thrown away.
    """

    step_limit: ClassVar[int] = 5000
    """Steps in one command after which an endless loop is taken for granted and parked as an incident."""

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
        memo = {"es": start_event, "v": dict(payload or {})} if start_event else {}
        root._update(self._open_root(memo, variables or {}))  # noqa: SLF001 - the library's protocol
        self.advance()

    def undo(self, undo: compensation.Undo) -> None:
        """Start in order to undo what an instance of this process did that has completed; nothing else is run."""
        root = self._open_root({}, {})
        root.memo["ph"] = BEGUN
        if compensation.undo(root, compensation.take_over(root, undo)):
            self.resume(root)
        else:
            root._set_state(library.TaskState.STARTED)  # noqa: SLF001 - the library has no public name
        self.advance()

    def complete(
        self, token_id: int, variables: Mapping[str, Any] | None = None, undo: Mapping[str, Any] | None = None
    ) -> None:
        """A user task, job or called process is done; `undo` is what a called process left for being undone."""
        token = self._outside(token_id)
        if undo is not None:
            token.memo["undo"] = dict(undo)
        token.task_spec.completed(token, dict(variables or {}))
        self.advance()

    def answer(self, token_id: int, variables: Mapping[str, Any] | None = None, answer: Answer = NO_OBJECTION) -> None:
        """The job of a listener is done; only one of a user task may object, correct, and give no variables."""
        token = self.token(token_id)
        event = next((wait["l"] for wait in token.memo.get("w", ()) if "l" in wait), None)
        if event is None:
            raise NotWaiting(token=token_id)
        listeners.judge(token, event, variables or {}, answer)
        token.task_spec.answered(token, event, dict(variables or {}), answer)
        self.advance()

    def change_task(self, token_id: int, event: Literal["assigning", "updating"], changes: Mapping[str, Any]) -> None:
        """Ask the listeners of a user task about changes, by their names in `UserWait`."""
        token = self._token_with(token_id, TASKS)
        transitions.begin(token, event, transitions.stored(changes))
        token._ready()  # noqa: SLF001 - the library has no public name
        self.advance()

    def fail(self, token_id: int, code: str, variables: Mapping[str, Any] | None = None) -> None:
        """A BPMN error from a job, a person or a called process."""
        token = self._outside(token_id)
        throwing.throw_error(token, code, dict(variables or {}))
        self.advance()

    def escalate(self, token_id: int, code: str, variables: Mapping[str, Any] | None = None) -> None:
        """An escalation from a user task, a job or a called process, which goes on."""
        throwing.escalate(self._outside(token_id), code, dict(variables or {}))
        self.advance()

    def fire(self, token_id: int, index: int, variables: Mapping[str, Any] | None = None) -> None:
        """A timer or message reached one wait of a token; a signal may be delivered this way too."""
        delivery.fire(self.token(token_id), index, dict(variables or {}))
        self.advance()

    def signal(self, name: str, variables: Mapping[str, Any] | None = None) -> int:
        """A signal from another instance; answers how many events heard it."""
        self.require_running()
        heard = delivery.signal(self, name, dict(variables or {}))
        self.advance()
        return heard

    def raise_incident(self, token_id: int, code: str, params: Mapping[str, Any] | None = None) -> None:
        """The host cannot do what a token waits for: no retries left, called process missing."""
        self.park_with(self._token_with(token_id, OUTSIDE), code, dict(params or {}))
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
        self.require_running()
        token = self.task_tree if scope is None else self.token(scope)
        if local:
            self.scopes.open(token.id, self.scope_key(token), visible(variables))
        else:
            self.write(token, variables)
        self.advance()

    def noticed(self, names: Iterable[str]) -> None:
        """Something outside that expressions read by these names may have changed; seen with the next command."""
        self.scopes.touched.update(names)

    def activate(
        self, token_id: int, steps: Iterable[tuple[str, Mapping[str, Any]]], *, cancel_remaining: bool = False
    ) -> list[int]:
        """Start steps of an open ad-hoc sub-process, each with local variables of its own; answers their tokens."""
        token, wanted = self._token_with(token_id, CHOICES), list(steps)
        spec: Any = token.task_spec
        unknown = next((name for name, _ in wanted if name not in spec.steps()), None)
        if unknown is not None:
            raise UnknownElement(element=unknown)
        if not wanted or not spec.may_start(token, len(wanted), instead=cancel_remaining):
            raise NoChoice(token=token_id)
        if cancel_remaining:
            spec.stop(token)
        begun = [spec.begin_step(token, name, variables) for name, variables in wanted]
        self.advance()
        return begun

    def modify(self, cancel: Iterable[int] = (), place: Iterable[modification.Placement] = ()) -> None:
        """The manual escape: put tokens on elements or flows, take tokens away.

        A cancelled task whose listeners are being told goes at once when it is taken away once more.
        """
        self.require_running()
        modification.modify(self, cancel, place)
        self.advance()

    def cancel(self) -> None:
        """End the whole instance; called instances are reported in the outbox.

        With user tasks whose listeners have to be told first, that takes until they are, or until it is asked again.
        """
        self.require_running()
        if farewells.is_ending(self):
            farewells.cut_short(self)
        else:
            self.finish("cancelled")
        self.advance()

    def advance(self) -> None:
        """Run everything that can run. Nothing here touches anything outside this object."""
        steps = 0
        while not self.completed:
            if self.farewells:
                self.farewells.clear()
            if self.came_true:
                conditions.happen(self, *self.came_true.popleft())
            elif self.queue or self.late:
                token = (self.queue or self.late).popleft()
                if not token.is_ready or token.id not in self.tasks or token.has_incident:
                    continue
                steps += 1
                if steps > self.step_limit:
                    self.park(token, TooManySteps(limit=self.step_limit))
                    break
                self._step(token)
            elif not (self.model.spec.conditional and conditions.look_again(self)) and not self._settle_joins():
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
            Incident(token.id, token.task_spec.element.id, token.memo["x"]["c"], token.memo["x"]["p"], token.evidence)
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

    def token(self, token_id: int) -> Token:
        self.require_running()
        token = self.tasks.get(token_id)
        if token is None:
            raise TokenGone(token=token_id)
        return token

    # Inside.

    def _open_root(self, memo: dict[str, Any], variables: Mapping[str, Any]) -> Token:
        """The token of the process itself, with its variables."""
        root: Any = self.spec.start
        token = self.new(root, None, memo)
        self.task_tree = token
        self.scopes.open(token.id, None, visible(variables))
        self.note("entered", token)
        return token

    def _step(self, token: Token) -> None:
        try:
            if token.run() is None:
                token._set_state(token.task_spec.parked_state)  # noqa: SLF001 - the library's protocol
        except BpmnError as error:
            token._set_state(library.TaskState.READY)  # noqa: SLF001 - the library has no public name
            throwing.throw_error(token, error.code, error.variables)
        except Exception as error:
            if token._state == library.TaskState.COMPLETED:  # noqa: SLF001 - half moved: a bug, the object is worthless
                raise
            self.park(token, error if isinstance(error, KernelError) else StepFailed(error=repr(error)))

    def _settle_joins(self) -> bool:
        """Let one inclusive join fire; True if something can run again."""
        for number in sorted(self.undecided):
            join = self.tasks.get(number)
            before = len(self.queue) + len(self.late)
            scope = None if join is None else join.scope
            if join is None or scope is None:
                self.undecided.discard(number)
            elif cast(Any, join.task_spec).settled(join):
                self.remove(join)
                scope.task_spec.child_done(scope, join)
            if len(self.queue) + len(self.late) > before:
                return True
        return bool(self.queue or self.late)

    def require_running(self) -> None:
        if self.completed:
            raise InstanceOver(state=self.state)

    def _outside(self, token_id: int) -> Token:
        """A token whose work is done outside, and not only a listener's: that can neither complete nor throw for it."""
        token = self._token_with(token_id, OUTSIDE)
        if "l" in token.memo["w"][0]:
            raise OnlyListening(token=token_id)
        return token

    def _token_with(self, token_id: int, kinds: frozenset[str]) -> Token:
        token = self.token(token_id)
        if not any(wait["k"] in kinds for wait in token.memo.get("w", ())):
            raise NotWaiting(token=token_id)
        return token
