"""One class per drawn element, derived from the library's own class of that element."""

from __future__ import annotations

from app.kernel.specs import activities, events, gateways, scope
from app.kernel.specs.ad_hoc import AdHocSubProcess
from app.kernel.specs.base import Node
from app.kernel.specs.complex_gateway import ComplexGateway
from app.kernel.specs.user_task import UserTask

CLASSES: dict[str, type[Node]] = {
    "task": activities.PassThrough,
    "manualTask": activities.ManualTask,
    "userTask": UserTask,
    "serviceTask": activities.ServiceTask,
    "scriptTask": activities.ScriptTask,
    "businessRuleTask": activities.BusinessRuleTask,
    "sendTask": activities.SendTask,
    "receiveTask": activities.ReceiveTask,
    "callActivity": activities.CallActivity,
    "subProcess": scope.SubProcess,
    "transaction": scope.Transaction,
    "adHocSubProcess": AdHocSubProcess,
    "startEvent": events.StartEvent,
    "endEvent": events.EndEvent,
    "intermediateCatchEvent": events.CatchEvent,
    "intermediateThrowEvent": events.ThrowEvent,
    "boundaryEvent": events.BoundaryEvent,
    "exclusiveGateway": gateways.ExclusiveGateway,
    "parallelGateway": gateways.ParallelGateway,
    "inclusiveGateway": gateways.InclusiveGateway,
    "complexGateway": ComplexGateway,
    "eventBasedGateway": gateways.EventBasedGateway,
}
