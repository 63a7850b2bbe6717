"""The engine's tables, one module per concern."""

from app.engine.models.base import FOREVER, Names, table_of
from app.engine.models.batches import BatchItem, BatchOperation
from app.engine.models.definitions import (
    DecisionDefinition,
    DecisionRequirements,
    Deployment,
    FormDefinition,
    Payload,
    PayloadUse,
    ProcessDefinition,
    StartSubscription,
)
from app.engine.models.instances import (
    ElementInstance,
    Incident,
    IncidentCause,
    ProcessInstance,
    Variable,
    VariableChange,
)
from app.engine.models.messages import Message
from app.engine.models.records import Attachment, CaseWatch, Comment
from app.engine.models.work import (
    Draft,
    Job,
    MessageSubscription,
    OutsideWait,
    Timer,
    UserTask,
    UserTaskCandidate,
)

__all__ = [
    "FOREVER",
    "Attachment",
    "BatchItem",
    "BatchOperation",
    "CaseWatch",
    "Comment",
    "DecisionDefinition",
    "DecisionRequirements",
    "Deployment",
    "Draft",
    "ElementInstance",
    "FormDefinition",
    "Incident",
    "IncidentCause",
    "Job",
    "Message",
    "MessageSubscription",
    "Names",
    "OutsideWait",
    "Payload",
    "PayloadUse",
    "ProcessDefinition",
    "ProcessInstance",
    "StartSubscription",
    "Timer",
    "UserTask",
    "UserTaskCandidate",
    "Variable",
    "VariableChange",
    "table_of",
]
