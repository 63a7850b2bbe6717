"""Tasks: pass through, wait for a person or a worker, evaluate FEEL or a decision, call a process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.kernel import compensation, library, listeners
from app.kernel.definitions import Memo, arm_all
from app.kernel.evaluation import as_name, as_number, mapped, value_of
from app.kernel.events import PublishMessage, StartCall
from app.kernel.model import Job
from app.kernel.specs import loops
from app.kernel.specs.base import Node, Payload
from app.kernel.throwing import plan_throws
from app.kernel.token import BEGUN, MAPPED, Plan, Throw, Token


class Activity(Node):
    """Input mapping, boundary events and loops around the work of a task or scope."""

    def prepare(self) -> None:
        """Called once after parsing, when all flows are known."""
        self.merges, self.sent = self.element.start_quantity > 1, self.element.completion_quantity

    def arrived(self, join: Token) -> bool:
        """One of several tokens that must have come has come; True when they are all used."""
        scope = join.scope
        assert scope is not None
        if sum(join.memo["in"].values()) < self.element.start_quantity:
            return False
        join.workflow.spawn(self, scope)
        return True

    def enter(self, token: Token) -> bool:
        if self.element.loop and not token.is_round:
            return loops.enter(self, token)
        phase = token.memo.get("ph")
        if phase != BEGUN:
            local = {} if phase == MAPPED else mapped(token, self.element.inputs, {}, "input")
            if self.starting and not self._start_heard(token, local):
                return False
            armed = [] if token.is_round else self.arm_boundary(token)
            self.begin(token, {} if self.starting else local, armed)
        return self.work(token)

    def _start_heard(self, token: Token, local: dict[str, Any]) -> bool:
        """Are the listeners of the start done? They see the input mapping and add to it."""
        if token.memo.get("ph") != MAPPED:
            token.workflow.scopes.open(token.id, token.workflow.scope_key(token), local)
            token.memo["ph"] = MAPPED
        return listeners.heard(token, "start")

    def begin(self, token: Token, local: dict[str, Any], armed: list[tuple[Node, list[Memo]]]) -> None:
        """Open the local scope and let the boundary events listen; from here on a retry starts at the work."""
        kernel = token.workflow
        if local:
            kernel.scopes.open(token.id, kernel.scope_key(token), local)
        kernel.listen_at(token, armed)
        token.memo["ph"] = BEGUN

    def work(self, token: Token) -> bool:  # noqa: ARG002 - tasks that do something override this
        """The task itself; False parks the token."""
        return True

    def arm_boundary(self, token: Token) -> list[tuple[Node, list[Memo]]]:
        """The boundary events that need a subscription, with their waits."""
        armed = [(event, arm_all(event.definitions, token)) for event in self.boundary]
        return [(event, waits) for event, waits in armed if waits]

    def plan(self, token: Token) -> Plan:
        if token.is_round:
            return loops.plan_round(self, token)
        return super().plan(token)

    def outputs(self, token: Token, payload: Payload) -> dict[str, Any]:
        """On a loop the mapping belongs to the rounds and not to the loop itself."""
        if "m" in token.memo:
            return {}
        return super().outputs(token, payload)

    def leave(self, token: Token, plan: Plan) -> None:
        if token.is_round:
            loops.collect(token, plan)
        super().leave(token, plan)

    def remember(self, token: Token) -> None:
        undoing = self._undoing(token)
        if undoing is not None or "c" in token.memo:
            compensation.remember(token, undoing)

    def _undoing(self, token: Token) -> compensation.Undoing | None:
        """What undoes this token's work: a handler for a loop as a whole, what is inside for each of its rounds."""
        if self.compensated_by is not None and not token.is_round:
            return "boundary"
        if self.undone_inside is not None and "m" not in token.memo:
            return "inside"
        return "called" if "undo" in token.memo else None

    def child_done(self, token: Token, child: Token) -> None:
        if "m" in token.memo:
            loops.round_done(self, token, child)


def wait_for_job(token: Token, job: Job) -> bool:
    """Park at a job, with its type and retries evaluated."""
    kind, retries = as_name(token, job.type, "jobType"), as_number(token, job.retries, "jobRetries")
    return token.wait_for(k="job", type=kind, retries=retries)


class PassThrough(Activity, library.NoneTask):
    """An abstract task: something that needs no execution."""


class ManualTask(Activity, library.ManualTask):
    """Work outside any system; the process does not wait for it."""


class ServiceTask(Activity, library.ServiceTask):
    """Work for a job handler."""

    def work(self, token: Token) -> bool:
        return self.element.job is None or wait_for_job(token, self.element.job)


class ScriptTask(ServiceTask, library.ScriptTask):
    """A FEEL expression whose value becomes a variable; with a job type it is work for a handler."""

    def library_arguments(self) -> dict[str, Any]:
        return {"script": ""}

    def work(self, token: Token) -> bool:
        script = self.element.script
        if script is None:
            return super().work(token)
        token.memo["v"] = {script.result_variable: value_of(token, script.expression, "script")}
        return True


class BusinessRuleTask(ServiceTask):
    """A decision, evaluated at once; with a job type it is work for a handler."""

    def work(self, token: Token) -> bool:
        called = self.element.decision
        if called is None:
            return super().work(token)
        decision = replace(called, decision_id=as_name(token, called.decision_id, "decisionId"))
        token.memo["v"] = {called.result_variable: token.workflow.decide(token, decision)}
        return True


class SendTask(Activity, library.SendTask):
    """Publishes its message itself, or leaves the sending to a job handler."""

    def library_arguments(self) -> dict[str, Any]:
        return {"event_definition": self.definitions[0] if self.definitions else library.NoneEventDefinition()}

    def work(self, token: Token) -> bool:
        return self.element.job is None or wait_for_job(token, self.element.job)

    def thrown(self, token: Token) -> tuple[Throw, ...]:
        return plan_throws(self, token) if self.element.job is None and "m" not in token.memo else ()

    def act(self, token: Token, plan: Plan) -> None:
        for throw in plan.throws:
            message = PublishMessage(token.id, self.element.id, throw.name, throw.key, throw.variables or {})
            token.workflow.outbox.append(message)


class ReceiveTask(Activity, library.ReceiveTask):
    """Waits for a message."""

    def library_arguments(self) -> dict[str, Any]:
        return {"event_definition": self.definitions[0] if self.definitions else library.NoneEventDefinition()}

    def work(self, token: Token) -> bool:
        token.memo["w"] = arm_all(self.definitions, token)
        return False


class CallActivity(Activity, library.CallActivity):
    """A process instance of its own; the host starts it and reports its end."""

    def library_arguments(self) -> dict[str, Any]:
        return {"subworkflow_spec": self.element.id}

    def enter(self, token: Token) -> bool:
        """A token that undoes an earlier call has no loop, mapping or boundary event."""
        if "undoes" not in token.memo:
            return super().enter(token)
        kernel, called = token.workflow, self.element.process
        assert called is not None
        undo = kernel.scopes.variables[token.memo["sk"]][compensation.CALLED]
        kernel.outbox.append(StartCall(token.id, self.element.id, called, {}, undo))
        return token.wait_for(k="call", p=called.process_id)

    def plan(self, token: Token) -> Plan:
        return super().plan(token) if "undoes" not in token.memo else Plan({})

    def work(self, token: Token) -> bool:
        kernel, called = token.workflow, self.element.process
        assert called is not None
        process_id = as_name(token, called.process_id, "processId")
        variables = dict(kernel.view(token)) if called.all_in else kernel.scopes.local(token.id)
        resolved = replace(called, process_id=process_id)
        kernel.outbox.append(StartCall(token.id, self.element.id, resolved, variables))
        return token.wait_for(k="call", p=process_id)

    def outputs(self, token: Token, payload: Payload) -> dict[str, Any]:
        called = self.element.process
        if called is not None and not called.all_out and not self.element.outputs:
            return {}
        return super().outputs(token, payload)
