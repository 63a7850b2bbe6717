"""What the kernel relies on inside SpiffWorkflow; the first place to look after a change of its version."""

import ast
import importlib.metadata
import inspect
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.base import TaskSpec

import app.kernel
from app.kernel import library, parse
from tests.kernel.draw import MESSAGE, boundary, end, file, flows, several, start, user

WAITING, READY, STARTED, COMPLETED = (
    library.TaskState.WAITING,
    library.TaskState.READY,
    library.TaskState.STARTED,
    library.TaskState.COMPLETED,
)


class Recorder(library.BpmnSpecMixin):
    """A spec that writes down which hooks the library calls."""

    answer: bool | None = None
    calls: list[str]

    def __init__(self, process: Any, name: str, calls: list[str]) -> None:
        super().__init__(process, name)
        self.calls = calls

    def test(self) -> None: ...

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        self.calls.append("predict")

    def _update_hook(self, task: Any) -> bool:
        self.calls.append("update")
        return True

    def _on_ready_hook(self, task: Any) -> None:
        self.calls.append("ready")

    def _run_hook(self, task: Any) -> bool | None:
        self.calls.append("run")
        return self.answer

    def _on_complete_hook(self, task: Any) -> None:
        self.calls.append("complete")


class Workflow(library.BpmnWorkflow):
    def _task_completed_notify(self, task: Any) -> None:
        task.task_spec.calls.append("notify")


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def process() -> library.BpmnProcessSpec:
    spec = library.BpmnProcessSpec(name="p")
    spec.task_specs.clear()
    return spec


@pytest.fixture
def workflow(process: library.BpmnProcessSpec) -> Workflow:
    return Workflow(process, script_engine=object(), deserializing=True)


def test_the_version_is_the_one_that_was_examined() -> None:
    assert importlib.metadata.version("SpiffWorkflow") == "3.2.0"


def test_only_one_module_imports_the_library() -> None:
    package = Path(app.kernel.__file__).parent
    importing = [
        path.name
        for path in package.rglob("*.py")
        for imported in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(imported, ast.ImportFrom) and (imported.module or "").startswith("SpiffWorkflow")
    ]
    assert set(importing) == {"library.py"}


def test_every_name_of_the_door_exists_with_the_declared_shape() -> None:
    declared = _declarations()
    for name in library.__all__:
        real = getattr(library, name)
        for method, parameters in declared.get(name, {}).items():
            found = inspect.signature(getattr(real, method)).parameters
            takes_any = any(p.kind is p.VAR_KEYWORD for p in found.values())
            assert takes_any or parameters <= set(found), (name, method, parameters, list(found))


def test_no_tree_is_built_when_deserializing(workflow: Workflow) -> None:
    assert workflow.tasks == {}
    assert not hasattr(workflow, "task_tree")
    assert workflow.completed is False


def test_task_ids_are_ours(process: library.BpmnProcessSpec, workflow: Workflow, calls: list[str]) -> None:
    outer = library.Task(workflow, Recorder(process, "a", calls), None, WAITING, 1)
    inner = library.Task(workflow, Recorder(process, "b", calls), outer, WAITING, 2)
    assert workflow.tasks == {1: outer, 2: inner}
    assert (outer._children, inner._parent, inner.internal_data) == ([2], 1, {})


def test_a_waiting_task_becomes_ready_without_prediction(
    process: library.BpmnProcessSpec, workflow: Workflow, calls: list[str]
) -> None:
    spec = Recorder(process, "a", calls)
    task = library.Task(workflow, spec, None, WAITING, 1)
    spec._update(task)
    assert (calls, task._state) == (["update", "ready"], READY)


def test_run_parks_on_none_and_completes_on_true(
    process: library.BpmnProcessSpec, workflow: Workflow, calls: list[str]
) -> None:
    spec = Recorder(process, "a", calls)
    task = library.Task(workflow, spec, None, READY, 1)
    assert (task.run(), task._state, calls) == (None, STARTED, ["run"])
    spec.answer = True
    calls.clear()
    assert (task.run(), task._state, calls) == (True, COMPLETED, ["run", "complete", "notify"])


def test_an_exception_in_the_run_hook_comes_out_unchanged(
    process: library.BpmnProcessSpec, workflow: Workflow, calls: list[str]
) -> None:
    class Boom(Recorder):
        def _run_hook(self, task: Any) -> bool | None:
            raise LookupError(task.id)

    task = library.Task(workflow, Boom(process, "a", calls), None, READY, 1)
    with pytest.raises(LookupError):
        task.run()


def test_a_name_used_twice_is_an_error(process: library.BpmnProcessSpec, calls: list[str]) -> None:
    Recorder(process, "a", calls)
    with pytest.raises(KeyError):
        Recorder(process, "a", calls)


def test_connect_keeps_the_library_graph(process: library.BpmnProcessSpec, calls: list[str]) -> None:
    first, second = Recorder(process, "a", calls), Recorder(process, "b", calls)
    TaskSpec.connect(first, second)
    assert ([spec.name for spec in first.outputs], first._wf_spec) == (["b"], process)  # type: ignore[attr-defined]


def test_codes_and_names_of_event_definitions() -> None:
    assert library.ErrorEventDefinition("n", "c").code == "c"
    assert library.EscalationEventDefinition("n", "c").code == "c"
    assert library.SignalEventDefinition("n").name == "n"  # type: ignore[attr-defined]
    assert library.TimerEventDefinition("n", "PT1S").expression == "PT1S"  # type: ignore[attr-defined]


def test_a_model_has_one_spec_per_drawn_element() -> None:
    body = start() + user("a", several("=l", "x")) + boundary("b", "a", MESSAGE) + end() + flows("s a e;b e")
    model = parse(file(body)).processes[0]
    assert sorted(model.spec.task_specs) == ["a", "b", "e", "p", "s"]
    assert isinstance(model.spec, BpmnProcessSpec)
    assert isinstance(model.spec.task_specs["a"], library.UserTask)


def _declarations() -> dict[str, dict[str, set[str]]]:
    """Methods and parameters that the type declarations of the door promise."""
    tree = ast.parse(Path(library.__file__).read_text(encoding="utf-8"))
    classes = (found for found in ast.walk(tree) if isinstance(found, ast.ClassDef))
    return {
        found.name: {
            method.name: {a.arg for a in [*method.args.args, *method.args.kwonlyargs] if a.arg != "self"}
            for method in found.body
            if isinstance(method, ast.FunctionDef)
        }
        for found in classes
    }
