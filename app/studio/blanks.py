"""What a new file begins with: the smallest one that the gate accepts, in the house's shape."""

import json
from xml.sax.saxutils import quoteattr

from app.engine.catalogue import Kind
from app.errors import Invalid
from app.people import Person
from app.studio import rights
from app.studio.kinds import IDENTIFIER

PLATFORM = ("Camunda Cloud", "8.8.0")

PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_{id}" targetNamespace="urn:firstline:processes" modeler:executionPlatform="{platform}" modeler:executionPlatformVersion="{version}">
  <bpmn:process id="{id}" name={name} isExecutable="true">
    <bpmn:extensionElements>
      <zeebe:properties>
        <zeebe:property name="name:en" value={english} />
      </zeebe:properties>
    </bpmn:extensionElements>
    <bpmn:startEvent id="start">
      <bpmn:outgoing>to_end</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="end_done">
      <bpmn:incoming>to_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="to_end" sourceRef="start" targetRef="end_done" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_1">
    <bpmndi:BPMNPlane id="plane_1" bpmnElement="{id}">
      <bpmndi:BPMNShape id="start_di" bpmnElement="start"><dc:Bounds x="180" y="160" width="36" height="36" /></bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="end_done_di" bpmnElement="end_done"><dc:Bounds x="420" y="160" width="36" height="36" /></bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="to_end_di" bpmnElement="to_end"><di:waypoint x="216" y="178" /><di:waypoint x="420" y="178" /></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501 (the file as editors write it)

DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_{id}" name={name} namespace="urn:firstline:decisions:{id}" modeler:executionPlatform="{platform}" modeler:executionPlatformVersion="{version}">
  <decision id="{id}" name={name}>
    <decisionTable id="{id}_table" hitPolicy="UNIQUE">
      <input id="{id}_input_1" label="">
        <inputExpression id="{id}_expression_1" typeRef="string"><text>input</text></inputExpression>
      </input>
      <output id="{id}_output_1" label="" name="result" typeRef="string" />
      <rule id="{id}_rule_1">
        <inputEntry id="{id}_rule_1_in_1"><text></text></inputEntry>
        <outputEntry id="{id}_rule_1_out_1"><text>"default"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{id}_diagram">
      <dmndi:DMNShape id="{id}_shape" dmnElementRef="{id}"><dc:Bounds x="160" y="100" width="180" height="80" /></dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""  # noqa: E501 (the file as editors write it)


def blank(person: Person, kind: Kind, identifier: str, *, name: str, english: str) -> str:
    """Return the first draft of a new file. Raises Invalid with the fields to correct."""
    rights.require_writer(person)
    wrong: dict[str, list[tuple[str, dict[str, str]]]] = {}
    if not IDENTIFIER.fullmatch(identifier):
        wrong["id"] = [("studio.id_shape", {})]
    if kind != "form" and not name.strip():
        wrong["name"] = [("studio.name_missing", {})]
    if wrong:
        raise Invalid("studio.new_incomplete", fields=wrong)
    if kind == "form":
        return _form(identifier)
    platform, version = PLATFORM
    template = PROCESS if kind == "process" else DECISION
    names = {"name": quoteattr(name.strip()), "english": quoteattr(english.strip() or name.strip())}
    return template.format(id=identifier, platform=platform, version=version, **names)


def _form(identifier: str) -> str:
    platform, version = PLATFORM
    form = {
        "type": "default",
        "id": identifier,
        "schemaVersion": 19,
        "executionPlatform": platform,
        "executionPlatformVersion": version,
        "components": [
            {"type": "textarea", "id": "note", "key": "note", "label": "备注", "properties": {"label:en": "Note"}}
        ],
    }
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"
