"""What every element has in common: the library's run protocol with the kernel's rules laid over it.

A token that arrives is queued and nothing is evaluated. In its own step `enter` does the work or parks the token,
`plan` evaluates everything that leaving needs, and only then `leave` writes variables and moves tokens. So an
exception always belongs to one token, and a retry never does the same work twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from app.kernel import library, listeners
from app.kernel.definitions import definition
from app.kernel.errors import NoFlow
from app.kernel.evaluation import Asked, mapped, truth
from app.kernel.listeners import Answer
from app.kernel.model import Element
from app.kernel.token import LEAVING, Plan, Throw, Token

if TYPE_CHECKING:
    from app.kernel.specs.scope import Scope

Payload = Mapping[str, Any]
MOST_EXPLAINED = 10
"""Conditions of one gateway that are kept as evidence."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A sequence flow; the library keeps none, but joins, the history and the diagram need their ids."""

    id: str
    source: Node
    target: Node
    condition: str | None


class Node(library.BpmnSpecMixin):
    """A drawn element, shared by all instances of its version and never changed after parsing."""

    parked_state: ClassVar[int] = library.TaskState.STARTED
    late: bool = False
    """Throwers of signals run last, when catchers on parallel branches are armed already."""
    merges: bool = False
    """Do tokens wait here for each other?"""
    sent: int = 1
    """Tokens that go over each flow when the element is left."""

    def __init__(self, process: Any, element: Element, **attributes: Any) -> None:
        self.element = element
        self.definitions = tuple(
            definition(trigger, element.id) for trigger in element.triggers if trigger.kind != "link"
        )
        super().__init__(process, element.id, **attributes, **self.library_arguments())
        self.starting, self.ending = element.listening("start"), element.listening("end")
        self.flows_in: list[Flow] = []
        self.flows_out: list[Flow] = []
        self.boundary: list[Node] = []
        self.compensated_by: Node | None = None
        """The handler that a compensation event at the boundary leads to."""
        self.undone_inside: Scope | None = None
        """The event sub-process inside that undoes this scope."""
        self.wants_whole = False
        """For a handler: does it read everything that the activity saw which it undoes?"""

    def library_arguments(self) -> dict[str, Any]:
        """What the library's own class of this element wants to be constructed with."""
        return {}

    # The library's hooks. None of them calls its parent: the parents copy data and predict the future.

    def test(self) -> None:
        """The lint has judged the diagram long ago."""

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        """No futures: a tree of live tokens only is what keeps an old instance as small as a fresh one."""

    def _update_hook(self, token: Token) -> bool:  # noqa: ARG002 - the library's signature
        return True

    def _on_ready_hook(self, token: Token) -> None:
        token.workflow.enqueue(token)

    def _run_hook(self, token: Token) -> bool | None:
        if token.memo.get("ph") != LEAVING:
            if not self.enter(token):
                return None
            token.memo["ph"] = LEAVING
        if self.ending and not self._end_heard(token):
            return None
        token.plan = self.plan(token)
        return True

    def _on_complete_hook(self, token: Token) -> None:
        assert token.plan is not None
        self.leave(token, token.plan)

    # What elements do.

    def enter(self, token: Token) -> bool:
        """Do the work; False parks the token. May raise, then nothing must have changed that a retry repeats."""
        return not self.starting or listeners.heard(token, "start")

    def plan(self, token: Token) -> Plan:
        """Evaluate everything that leaving will need."""
        plan = self.effects(token)
        plan.flows = self.select(token, {**(token.memo.get("v") or {}), **plan.outputs})
        return plan

    def effects(self, token: Token) -> Plan:
        """What leaving writes and throws; nothing any more when listeners of the end have begun to run."""
        if "le" in token.memo:
            return Plan({})
        return Plan(self.outputs(token, token.memo.get("v") or {}), throws=self.thrown(token))

    def thrown(self, token: Token) -> tuple[Throw, ...]:  # noqa: ARG002 - elements that throw override this
        """The events to be thrown, with everything evaluated."""
        return ()

    def _end_heard(self, token: Token) -> bool:
        """Are the listeners of the end done? A loop leaves them to its rounds."""
        return "m" in token.memo or (listeners.outputs_written(self, token) and listeners.heard(token, "end"))

    def outputs(self, token: Token, payload: Payload) -> dict[str, Any]:
        """The variables to write: the output mapping if there is one, else all that came in."""
        if not self.element.outputs:
            return dict(payload)
        return mapped(token, self.element.outputs, payload, "output")

    def select(self, token: Token, extra: Payload) -> tuple[Flow, ...]:
        """All flows without condition and those whose condition holds; the default only if none holds."""
        flows, default = self.flows_out, self.element.default_flow
        if not any(flow.condition or flow.id == default for flow in flows):
            return tuple(flows)
        free = {flow.id for flow in flows if not flow.condition and flow.id != default}
        asked = (flow for flow in flows if flow.condition and flow.id != default)
        taken = {flow.id for flow in asked if self.holds(token, flow, extra)}
        if not taken and default:
            taken.add(default)
        if not taken | free:
            raise self.no_flow(token, extra)
        return tuple(flow for flow in flows if flow.id in taken | free)

    def holds(self, token: Token, flow: Flow, extra: Payload) -> bool:
        """Does the condition of a flow hold?"""
        return truth(token, flow.condition or "", "condition", extra, flow.id)

    def no_flow(self, token: Token, extra: Payload) -> NoFlow:
        """The error that none of the conditions holds, with what they saw."""
        error = NoFlow(element=self.element.id)
        asked = [Asked(token, flow.condition, "condition", extra, flow.id) for flow in self.flows_out if flow.condition]
        error.evidence = [one.evidence() for one in asked[:MOST_EXPLAINED]]
        return error

    def act(self, token: Token, plan: Plan) -> None:
        """What throw events throw; an interrupting catcher may cancel the token itself."""

    def leave(self, token: Token, plan: Plan) -> None:
        """Write variables, throw, go on. Evaluates nothing and must not raise."""
        kernel, scope = token.workflow, token.scope
        assert scope is not None
        self.write_outputs(token, plan)
        self.act(token, plan)
        if token.id not in kernel.tasks:
            return
        kernel.note("completed", token, flows=tuple(flow.id for flow in plan.flows))
        self.remember(token)
        kernel.remove(token)
        for flow in plan.flows * self.sent:
            kernel.arrive(flow, scope)
        scope.task_spec.child_done(scope, token)

    def completed(self, token: Token, payload: dict[str, Any]) -> None:
        """What was waited for outside is done."""
        del token.memo["w"]
        token.workflow.resume(token, payload)

    def answered(self, token: Token, event: str, variables: Payload, answer: Answer) -> None:  # noqa: ARG002
        """The job of one of its listeners is done."""
        listeners.answered(token, variables)

    def write_outputs(self, token: Token, plan: Plan) -> None:
        """Outputs of a mapping go outward; without one, what came in goes where its names live."""
        mapped_to = token.scope if self.element.outputs else None
        token.workflow.write(mapped_to or token, plan.outputs)

    def remember(self, token: Token) -> None:
        """Keep what is needed to undo an activity that has completed."""

    def restored(self, join: Token) -> None:
        """A token that holds others for this element has been loaded again."""

    def child_done(self, token: Token, child: Token) -> None:
        """A token inside this scope or loop has gone."""
