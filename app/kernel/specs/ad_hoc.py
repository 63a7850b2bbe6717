"""Ad-hoc sub-processes: steps that people, or an expression, choose, in any order and any number of times.

Without the Camunda 8 extension every activity that no flow leads to begins at once, or one after the other if they are
ordered. With it those begin whose ids its expression gives, and people may start others as long as the sub-process is
open. The completion condition is asked each time a step has ended; without one the end of the last step is the end.
"""

from __future__ import annotations

from typing import Any

from app.kernel.errors import NoSuchStep, shown
from app.kernel.evaluation import as_list, truth
from app.kernel.model import AdHoc
from app.kernel.modification import begin, put
from app.kernel.specs.activities import Activity
from app.kernel.specs.base import Node
from app.kernel.specs.scope import SubProcess
from app.kernel.token import Token


class AdHocSubProcess(SubProcess):
    """Its memo has `next`: steps still to begin; and `over` once nothing new may begin."""

    def work(self, token: Token) -> bool:
        if "next" in token.memo:
            return self._look(token)
        chosen = self._chosen(token) if "at" not in token.memo else []
        listeners = self.arm_event_subprocesses(token)
        self.open_inside(token, listeners)
        for at, inner in token.memo.pop("at", ()):
            put(token, at, inner)
        now = chosen[:1] if self._said.sequential else chosen
        token.memo["next"] = [step.element.id for step in chosen[len(now) :]]
        for step in now:
            token.workflow.spawn(step, token)
        return self._wait(token)

    def steps(self) -> dict[str, Node]:
        """What may be started inside, by id: everything that no flow leads to."""
        return {node.element.id: node for node in self.inner.entry}

    def may_start(self, token: Token, count: int = 1, *, instead: bool = False) -> bool:
        """Is there room for some more steps, beside or instead of those that run?"""
        one_by_one = self._said.sequential and (count > 1 or (self._active(token) and not instead))
        return "over" not in token.memo and not one_by_one

    def begin_step(self, token: Token, name: str, variables: dict[str, Any]) -> int:
        """Start one step with local variables of its own; answers its token."""
        return begin(self.steps()[name], token, variables).id

    def stop(self, token: Token) -> None:
        """End the steps that run; what waits for events beside them goes on."""
        for inside in token.inside:
            if not inside.is_listener:
                token.workflow.cancel_token(inside)

    def child_done(self, token: Token, child: Token) -> None:
        """The condition is asked in a step of this token's own, so that an error in it is its own, too."""
        if "m" in token.memo:
            super().child_done(token, child)
            return
        if child.task_spec.element.event_subprocess and not self._goes_on_beside(child):
            token.memo["over"] = True
        if not token.is_ready and "next" in token.memo:
            token._ready()  # noqa: SLF001 - the library has no public name

    @property
    def _said(self) -> AdHoc:
        said = self.element.ad_hoc
        assert said is not None
        return said

    def _chosen(self, token: Token) -> list[Node]:
        """The steps that begin by themselves. Raises what is wrong with the list that an expression gives."""
        steps = self.steps()
        if not self._said.by_choice:
            return [step for step in steps.values() if isinstance(step, Activity)]
        if self._said.elements is None:
            return []
        names = as_list(token, self._said.elements, "activeElementsCollection")
        unknown = next((name for name in names if not isinstance(name, str) or name not in steps), None)
        if unknown is not None:
            raise NoSuchStep(element=shown(unknown), steps=", ".join(steps))
        return [steps[name] for name in names]

    def _look(self, token: Token) -> bool:
        """A step has ended: is it the end of all, or is the next one due? True when the sub-process is done."""
        condition, waiting = self._said.completion, token.memo["next"]
        if "over" not in token.memo and condition is not None and truth(token, condition, "completionCondition"):
            token.memo["over"] = True
            if self._said.cancel_remaining:
                self.stop(token)
        if self._active(token):
            return self._wait(token)
        if "over" in token.memo or (condition is None and not waiting):
            self._close(token)
            return True
        if waiting:
            token.workflow.spawn(self.steps()[waiting.pop(0)], token)
        return self._wait(token)

    def _wait(self, token: Token) -> bool:
        return token.wait_for(k="adhoc")

    def _active(self, token: Token) -> bool:
        return not all(inside.is_listener for inside in token.inside)

    def _close(self, token: Token) -> None:
        for inside in token.inside:
            token.workflow.cancel_token(inside)

    def _goes_on_beside(self, child: Token) -> bool:
        """Was this an event sub-process that interrupted nothing?"""
        starts = (node.element for owner in self.inner.event_subprocesses for node in owner.inner.entry)
        return any(start.id == child.memo.get("es") and not start.interrupting for start in starts)
