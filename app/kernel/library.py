"""The only door to SpiffWorkflow: every name the kernel relies on passes through this module.

The library carries no types, so type checkers see the small declarations below instead of it. They are also the
written contract: `tests/kernel/test_contract.py` checks each of them against the installed version, which turns an
upgrade of the library into reading one failing test.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class EventDefinition:
        """What an event waits for or throws."""

        def __init__(self, name: str | None = None, description: str | None = None) -> None: ...

    class NoneEventDefinition(EventDefinition): ...

    class TerminateEventDefinition(EventDefinition): ...

    class CancelEventDefinition(EventDefinition): ...

    class MessageEventDefinition(EventDefinition): ...

    class SignalEventDefinition(EventDefinition): ...

    class CodedEventDefinition(EventDefinition):
        code: str | None

        def __init__(self, name: str, code: str | None = None) -> None: ...

    class ErrorEventDefinition(CodedEventDefinition): ...

    class EscalationEventDefinition(CodedEventDefinition): ...

    class TimerEventDefinition(EventDefinition):
        def __init__(self, name: str, expression: str) -> None: ...

    class ConditionalEventDefinition(EventDefinition):
        def __init__(self, expression: str) -> None: ...

    class TaskSpec:
        """A node of the library's process graph."""

        name: str
        _wf_spec: Any

        def __init__(self, wf_spec: Any, name: str, **kwargs: Any) -> None: ...
        def connect(self, taskspec: TaskSpec) -> None: ...
        def _update(self, my_task: Any) -> None: ...

    class BpmnSpecMixin(TaskSpec): ...

    class NoneTask(BpmnSpecMixin): ...

    class ManualTask(BpmnSpecMixin): ...

    class UserTask(BpmnSpecMixin): ...

    class ServiceTask(BpmnSpecMixin): ...

    class ScriptTask(BpmnSpecMixin): ...

    class SendTask(BpmnSpecMixin): ...

    class ReceiveTask(BpmnSpecMixin): ...

    class CallActivity(BpmnSpecMixin): ...

    class SubWorkflowTask(BpmnSpecMixin): ...

    class TransactionSubprocess(SubWorkflowTask): ...

    class StartEvent(BpmnSpecMixin): ...

    class EndEvent(BpmnSpecMixin): ...

    class IntermediateCatchEvent(BpmnSpecMixin): ...

    class IntermediateThrowEvent(BpmnSpecMixin): ...

    class BoundaryEvent(BpmnSpecMixin): ...

    class ExclusiveGateway(BpmnSpecMixin): ...

    class ParallelGateway(BpmnSpecMixin): ...

    class InclusiveGateway(BpmnSpecMixin): ...

    class EventBasedGateway(BpmnSpecMixin): ...

    class BpmnProcessSpec:
        name: str
        task_specs: dict[str, Any]
        start: Any
        end: Any

        def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None: ...

    class Task:
        """A node of the library's run-time tree."""

        id: int
        task_spec: Any
        workflow: Any
        internal_data: dict[str, Any]
        _parent: int | None
        _children: list[int]
        _state: int

        def __init__(self, workflow: Any, task_spec: Any, parent: Any, state: int, id: int) -> None: ...  # noqa: A002
        def run(self) -> bool | None: ...
        def _ready(self) -> None: ...

    class BpmnWorkflow:
        spec: Any
        tasks: dict[int, Any]
        task_tree: Any
        completed: bool

        def __init__(self, spec: Any, *, script_engine: Any, deserializing: bool) -> None: ...

    class TaskState:
        WAITING: int
        READY: int
        STARTED: int
        COMPLETED: int
        CANCELLED: int

    class ValidationException(Exception): ...

    class NodeParser:
        node: Any
        spec: Any
        lane: str | None
        spec_class: Any
        process_parser: Any
        bpmn_id: str
        bpmn_attributes: dict[str, Any]

    class EventDefinitionParser(NodeParser): ...

    class ProcessParser:
        node: Any
        parser: Any
        spec: Any
        bpmn_id: str
        filename: str | None
        lane: str | None

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def parse_node(self, node: Any) -> Any: ...
        def get_spec(self) -> Any: ...
        def get_name(self) -> str: ...

    class BpmnParser:
        process_parsers: dict[str, Any]

        def __init__(self, namespaces: dict[str, str]) -> None: ...
        def add_bpmn_xml(self, bpmn: Any, filename: str | None = None) -> None: ...
        def create_parser(self, node: Any, filename: str | None = None, lane: str | None = None) -> None: ...
        def get_spec(self, process_id: str) -> Any: ...

    def full_tag(tag: str) -> str: ...

else:
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
    from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
    from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
    from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
    from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
    from SpiffWorkflow.bpmn.specs.defaults import (
        BoundaryEvent,
        CallActivity,
        EndEvent,
        EventBasedGateway,
        ExclusiveGateway,
        InclusiveGateway,
        IntermediateCatchEvent,
        IntermediateThrowEvent,
        ManualTask,
        NoneTask,
        ParallelGateway,
        ReceiveTask,
        ScriptTask,
        SendTask,
        ServiceTask,
        StartEvent,
        SubWorkflowTask,
        TransactionSubprocess,
        UserTask,
    )
    from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
    from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
    from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
        ErrorEventDefinition,
        EscalationEventDefinition,
        SignalEventDefinition,
    )
    from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
    from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
        CancelEventDefinition,
        NoneEventDefinition,
        TerminateEventDefinition,
    )
    from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
    from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.specs.base import TaskSpec
    from SpiffWorkflow.task import Task
    from SpiffWorkflow.util.task import TaskState

# The library builds log records on every state change unless these two loggers say no themselves.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)

__all__ = [
    "BoundaryEvent",
    "BpmnParser",
    "BpmnProcessSpec",
    "BpmnSpecMixin",
    "BpmnWorkflow",
    "CallActivity",
    "CancelEventDefinition",
    "ConditionalEventDefinition",
    "EndEvent",
    "ErrorEventDefinition",
    "EscalationEventDefinition",
    "EventBasedGateway",
    "EventDefinition",
    "EventDefinitionParser",
    "ExclusiveGateway",
    "InclusiveGateway",
    "IntermediateCatchEvent",
    "IntermediateThrowEvent",
    "ManualTask",
    "MessageEventDefinition",
    "NoneEventDefinition",
    "NoneTask",
    "ParallelGateway",
    "ProcessParser",
    "ReceiveTask",
    "ScriptTask",
    "SendTask",
    "ServiceTask",
    "SignalEventDefinition",
    "StartEvent",
    "SubWorkflowTask",
    "Task",
    "TaskSpec",
    "TaskState",
    "TerminateEventDefinition",
    "TimerEventDefinition",
    "TransactionSubprocess",
    "UserTask",
    "ValidationException",
    "full_tag",
]
