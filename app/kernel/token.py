"""One live token: the library's task, without its copies of data and its records of every state change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.kernel import library
from app.kernel.model import Trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.kernel.errors import Evidence
    from app.kernel.specs.base import Flow, Node
    from app.kernel.tree import Tree

MAPPED = "mapped"
"""Input mapping done; listeners of the start are running."""
BEGUN = "begun"
"""Input mapping done, boundary events armed."""
LEAVING = "leave"
"""Work done, what came of it in `v`; a retry goes on from here and does not do the work again."""


@dataclass(frozen=True, slots=True)
class Throw:
    """An event about to be thrown, with its expressions evaluated."""

    kind: str
    name: str = ""
    key: str | None = None
    variables: dict[str, Any] | None = None


@dataclass(slots=True)
class Plan:
    """Everything that an element will do when it is left, evaluated before anything is changed."""

    outputs: dict[str, Any]
    flows: tuple[Flow, ...] = ()
    throws: tuple[Throw, ...] = ()
    again: bool = False
    """For one round of a loop: does the loop go on after it?"""
    behavior: tuple[Trigger, ...] = ()
    """For one round of a loop: the events that the boundary events of its activity will see."""
    result: Any = None
    """For one round of a loop: its entry in the output collection."""


class Token(library.Task):
    """A token lives as long as its element is active; its parent is its scope, its memo goes into the blob."""

    workflow: Tree
    task_spec: Node

    def __init__(self, kernel: Tree, spec: Node, scope: Token | None, state: int, number: int) -> None:
        super().__init__(kernel, spec, scope, state, number)
        self.plan: Plan | None = None
        self.evidence: Sequence[Evidence] = ()
        """What stands behind an incident of this command; the host keeps it, the blob does not."""

    @property
    def memo(self) -> dict[str, Any]:
        return self.internal_data

    @memo.setter
    def memo(self, value: dict[str, Any]) -> None:
        self.internal_data = value

    @property
    def scope(self) -> Token | None:
        return None if self._parent is None else self.workflow.tasks.get(self._parent)

    @property
    def inside(self) -> list[Token]:
        """The tokens for which this one is the scope."""
        tasks = self.workflow.tasks
        return [tasks[number] for number in self._children]

    @property
    def is_round(self) -> bool:
        """Is this one round of a loop, and not the loop itself?"""
        return "i" in self.internal_data

    @property
    def is_listener(self) -> bool:
        """Listeners of boundary events and event sub-processes are no tokens in the sense of the standard."""
        return "h" in self.internal_data or "l" in self.internal_data

    @property
    def is_ready(self) -> bool:
        return self._state == library.TaskState.READY

    @property
    def has_incident(self) -> bool:
        return "x" in self.internal_data

    def wait_for(self, **wait: Any) -> bool:
        """Park the token at one wait; False is what `Node.enter` answers for "not yet"."""
        self.internal_data["w"] = [wait]
        return False

    def _set_state(self, value: int) -> None:
        """The library would write a log record here."""
        self._state = value

    def _inherit_data(self) -> None:
        """Variables live in scopes; there is nothing to copy."""
