"""Stand-ins for the library's task and workflow: what the kernel really needs of them, in a few lines.

With these only the library's parser, specs and event definitions are left in use. `python -m tests.kernel.own ARGS` runs
pytest with them in place of the library's own; that it passes keeps the way open to leave the library's run-time behind.
"""

import sys
from typing import Any

import pytest
import SpiffWorkflow.bpmn.workflow
import SpiffWorkflow.task
from SpiffWorkflow.util.task import TaskState


class Task:
    """A node of the tree of live tokens."""

    def __init__(self, workflow: Any, task_spec: Any, parent: Any, state: int, id: int) -> None:  # noqa: A002
        self.workflow, self.task_spec, self.id = workflow, task_spec, id
        self.internal_data: dict[str, Any] = {}
        self._state, self._children = state, []
        self._parent = parent.id if parent is not None else None
        workflow.tasks[id] = self
        if parent is not None:
            parent._children.append(id)

    def has_state(self, mask: int) -> bool:
        return bool(self._state & mask)

    def run(self) -> bool | None:
        done = self.task_spec._run_hook(self)
        self._set_state(TaskState.STARTED if done is None else TaskState.COMPLETED)
        if done is not None:
            self.task_spec._on_complete_hook(self)
        return done

    def _set_state(self, value: int) -> None:
        self._state = value

    def _ready(self) -> None:
        self._set_state(TaskState.READY)
        self.task_spec._on_ready_hook(self)


class BpmnWorkflow:
    """The tasks of one instance by their numbers."""

    def __init__(self, spec: Any, *, script_engine: Any, deserializing: bool) -> None:
        assert deserializing, "no tree is built ahead"
        self.spec, self.script_engine = spec, script_engine
        self.tasks: dict[int, Task] = {}
        self.completed = False


def main(arguments: list[str]) -> int:
    """Run tests with the stand-ins; the kernel must not have been imported before."""
    assert "app.kernel" not in sys.modules
    SpiffWorkflow.task.Task = Task
    SpiffWorkflow.bpmn.workflow.BpmnWorkflow = BpmnWorkflow
    from app.kernel.token import Token
    from app.kernel.tree import Tree

    assert (Token.__base__, Tree.__base__) == (Task, BpmnWorkflow)
    return pytest.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
