"""The question at a gateway without conditions: a form made from the flows that leave it (`app.kernel.by_hand`)."""

import json
import typing as t

from app import forms, i18n
from app.engine.running import Running
from app.kernel.by_hand import CHOICE, CHOSEN_WAY, PROPERTY
from app.kernel.model import Element, FlowModel, ProcessModel


def form_of_choice(running: Running, element_id: str) -> forms.Form | None:
    """Return the form that asks which way to go, None for a task that is no such question."""
    element = running.model.elements[element_id]
    if element.properties.get(PROPERTY) != CHOICE:
        return None
    return forms.parse_form(json.dumps(_question(running.model, element)))


def _question(model: ProcessModel, element: Element) -> dict[str, t.Any]:
    flows = [flow for flow in model.flows.values() if flow.source == element.id]
    ways = [{"value": flow.id, **_called(model, flow)} for flow in flows]
    words = i18n.in_both("engine.which_way", {})
    asked = {
        "type": "radio",
        "id": CHOSEN_WAY,
        "key": CHOSEN_WAY,
        "label": words["zh"],
        "values": [{"value": way["value"], "label": way["zh"]} for way in ways],
        "validate": {"required": True},
        "properties": {
            "label:en": words["en"],
            "values:en": json.dumps({way["value"]: way["en"] for way in ways}, ensure_ascii=False),
        },
    }
    return {"type": "default", "id": CHOSEN_WAY, "schemaVersion": 19, "components": [asked]}


def _called(model: ProcessModel, flow: FlowModel) -> dict[str, str]:
    """A way is called like its arrow, or else like the step it leads to."""
    target = model.elements[flow.target]
    name = flow.name or target.name or flow.target
    english = flow.name_en or (target.name_en if not flow.name else None) or name
    return {"zh": name, "en": english}
