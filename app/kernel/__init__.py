"""BPMN execution in memory: no I/O, no database, no web; expressions, decisions and the time come through a port.

`parse` reads a file into process models and findings. `Kernel` runs one instance of a model: commands go in, waits,
log entries, changed variables and the outbox come out, and the state between two commands is a small blob.
"""

from app.kernel.errors import BpmnError, CommandRefused, InstanceOver, KernelError, NotWaiting, TokenGone
from app.kernel.events import (
    BroadcastSignal,
    CancelCall,
    Ended,
    Escalated,
    Held,
    Incident,
    InstanceState,
    LogEntry,
    Message,
    PublishMessage,
    StartCall,
    TaskChanged,
    TaskDenied,
)
from app.kernel.findings import Finding
from app.kernel.instance import Kernel
from app.kernel.listeners import NO_OBJECTION, Answer
from app.kernel.migration import RENEWALS, Migration, Renewal, migrate
from app.kernel.model import (
    CalledDecision,
    CalledProcess,
    Element,
    Expression,
    FlowModel,
    Form,
    Lane,
    ParsedFile,
    ProcessModel,
    Reference,
    Trigger,
)
from app.kernel.modification import Placement
from app.kernel.parser import parse
from app.kernel.port import Decided, Port
from app.kernel.scopes import Change, Changes
from app.kernel.timers import Due, due, following
from app.kernel.waits import (
    CallWait,
    ChoiceWait,
    ConditionWait,
    JobWait,
    MessageWait,
    SignalWait,
    TimerWait,
    UserWait,
    Wait,
)

__all__ = [
    "NO_OBJECTION",
    "RENEWALS",
    "Answer",
    "BpmnError",
    "BroadcastSignal",
    "CallWait",
    "CalledDecision",
    "CalledProcess",
    "CancelCall",
    "Change",
    "Changes",
    "ChoiceWait",
    "CommandRefused",
    "ConditionWait",
    "Decided",
    "Due",
    "Element",
    "Ended",
    "Escalated",
    "Expression",
    "Finding",
    "FlowModel",
    "Form",
    "Held",
    "Incident",
    "InstanceOver",
    "InstanceState",
    "JobWait",
    "Kernel",
    "KernelError",
    "Lane",
    "LogEntry",
    "Message",
    "MessageWait",
    "Migration",
    "NotWaiting",
    "ParsedFile",
    "Placement",
    "Port",
    "ProcessModel",
    "PublishMessage",
    "Reference",
    "Renewal",
    "SignalWait",
    "StartCall",
    "TaskChanged",
    "TaskDenied",
    "TimerWait",
    "TokenGone",
    "Trigger",
    "UserWait",
    "Wait",
    "due",
    "following",
    "migrate",
    "parse",
]
