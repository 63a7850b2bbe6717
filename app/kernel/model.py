"""What a process is, as plain data: the part of a diagram that the host reads.

`Element` is also what the executable node of the element carries, so there is one truth about a diagram and the host
never has to look into XML.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from app.kernel.findings import Finding

if TYPE_CHECKING:
    from app.kernel.specs.process import ProcessSpec

Binding = Literal["latest", "deployment", "versionTag", ""]
TriggerKind = Literal[
    "message",
    "signal",
    "timer",
    "conditional",
    "error",
    "escalation",
    "compensate",
    "cancel",
    "terminate",
    "link",
]
ListenerEvent = Literal["start", "end", "creating", "assigning", "updating", "completing", "canceling"]
TimerKind = Literal["date", "duration", "cycle"]
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event definition: what an event waits for or throws."""

    kind: TriggerKind
    name: str = ""
    """Name of a message, signal or link; may be an expression."""
    code: str | None = None
    """Code of an error or escalation; None catches all."""
    correlation_key: str | None = None
    timer: TimerKind | None = None
    expression: str = ""
    """The time of a timer, or the condition of a conditional event."""

    activity: str | None = None
    """Id of the one activity that a compensation means; None for all."""

    def shows(self, other: Trigger) -> bool:
        """Is this the event, by kind and name or code, that the other one is?"""
        return (self.kind, self.name, self.code) == (other.kind, other.name, other.code)


@dataclass(frozen=True, slots=True)
class Form:
    form_id: str
    binding: Binding = ""
    version_tag: str | None = None
    external_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    due_date: str | None = None
    follow_up_date: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work for a handler: `type` and `retries` may be expressions."""

    type: str
    retries: str = "3"


@dataclass(frozen=True, slots=True)
class CalledDecision:
    decision_id: str
    result_variable: str = ""
    binding: Binding = ""
    version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class CalledProcess:
    process_id: str
    binding: Binding = ""
    version_tag: str | None = None
    all_in: bool = True
    all_out: bool = True


@dataclass(frozen=True, slots=True)
class Script:
    expression: str
    result_variable: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """One line of an input or output mapping."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Behavior:
    """An event thrown at the end of a round: of every one, of the first one only, or while a condition holds."""

    trigger: Trigger
    first_only: bool = False
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """How an activity repeats: over a collection or a number, or while a condition holds."""

    sequential: bool = False
    collection: str | None = None
    cardinality: str | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None
    behaviors: tuple[Behavior, ...] = ()
    standard: bool = False
    condition: str | None = None
    maximum: int | None = None
    test_before: bool = False


@dataclass(frozen=True, slots=True)
class AdHoc:
    """How the steps of an ad-hoc sub-process begin and when it is over."""

    sequential: bool = False
    completion: str | None = None
    cancel_remaining: bool = True
    """When the completion condition holds: does it end what still runs, or wait for it?"""
    by_choice: bool = False
    """Does only begin what is chosen, by `elements` or by people?"""
    elements: str | None = None
    """Expression that gives the ids of the steps to begin with."""


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    name: str
    name_en: str | None
    group: str
    """Candidate group of user tasks in this lane that name nobody themselves; empty for none."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A job in the life of an element, for a handler: at its start, at its end, or when a user task changes."""

    event: ListenerEvent
    job: Job
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One drawn node with everything a diagram says about it. `kind` is the BPMN tag, e.g. `userTask`."""

    id: str
    kind: str
    name: str = ""
    name_en: str | None = None
    parent: str | None = None
    """Id of the sub-process the element lies in; None directly in the process."""
    lane: Lane | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    parallel_multiple: bool = False
    interrupting: bool = True
    """Boundary events and start events of event sub-processes: do they end what they interrupt?"""
    attached_to: str | None = None
    event_subprocess: bool = False
    for_compensation: bool = False
    """Is this activity reached by compensation only?"""
    default_flow: str | None = None
    form: Form | None = None
    assignment: Assignment = Assignment()
    schedule: Schedule = Schedule()
    priority: str | None = None
    job: Job | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Task headers: fixed settings for the job handler, or for who shows a user task."""
    decision: CalledDecision | None = None
    process: CalledProcess | None = None
    script: Script | None = None
    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    loop: Loop | None = None
    ad_hoc: AdHoc | None = None
    activation: str | None = None
    """Condition of a complex gateway over the number of tokens that have come."""
    start_quantity: int = 1
    """Tokens that must have come before an activity begins."""
    completion_quantity: int = 1
    """Tokens that an activity sends over each flow when it is done."""
    listeners: tuple[Listener, ...] = ()

    def listening(self, event: str) -> tuple[Listener, ...]:
        """The listeners of one event, in the order in which they run."""
        return tuple(listener for listener in self.listeners if listener.event == event)


@dataclass(frozen=True, slots=True)
class FlowModel:
    id: str
    source: str
    target: str
    condition: str | None = None
    name: str = ""
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression somewhere in the diagram, with its leading `=`."""

    element_id: str
    place: str
    source: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Something outside the file that the process needs; `id` may be an expression."""

    element_id: str
    kind: Literal["process", "decision", "form"]
    id: str
    binding: Binding = ""
    version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One process of a file, ready to be stored by the host and to be run."""

    id: str
    name: str
    name_en: str | None
    version_tag: str | None
    executable: bool
    properties: Mapping[str, str]
    lanes: tuple[Lane, ...]
    root: Element
    """The process itself, for the listeners it has."""
    elements: Mapping[str, Element]
    flows: Mapping[str, FlowModel]
    starts: tuple[Element, ...]
    """Start events of the process itself, the none start first."""
    expressions: tuple[Expression, ...]
    references: tuple[Reference, ...]
    forms: Mapping[str, str]
    """Forms that lie in the process file: id → JSON."""
    spec: ProcessSpec = field(repr=False, compare=False)

    def can_start(self, start_event: str | None) -> bool:
        """Has it this start event; for None, can people, calls and programs start it without any event?"""
        if start_event is None:
            return not self.starts or not self.starts[0].triggers
        return any(start.id == start_event for start in self.starts)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """Outcome of reading a file. With an error among the findings there are no processes."""

    processes: tuple[ProcessModel, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")
