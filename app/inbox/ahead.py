"""What happens next: the steps behind an element, read off the diagram."""

from collections.abc import Iterator

from app.inbox.names import shown
from app.kernel.model import Element, ProcessModel

WORTH_NAMING = frozenset(
    {
        "userTask",
        "manualTask",
        "callActivity",
        "receiveTask",
        "endEvent",
        "intermediateCatchEvent",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    }
)
PASSED_THROUGH = 12


def next_steps(model: ProcessModel, element_id: str) -> list[str]:
    """Return the names of the next steps that people notice; gateways and automatic steps are passed through."""
    names: dict[str, None] = {}
    for element in _behind(model, element_id):
        if element.name:
            names[shown(element)] = None
    return list(names)


def _behind(model: ProcessModel, element_id: str) -> Iterator[Element]:
    """Walk breadth first, stopping at every element worth naming and after a sensible distance."""
    edge, seen = [element_id], {element_id}
    for _step in range(PASSED_THROUGH):
        following: list[str] = []
        for source in edge:
            for target in _targets(model, source):
                if target in seen:
                    continue
                seen.add(target)
                element = model.elements[target]
                if element.kind in WORTH_NAMING:
                    yield element
                else:
                    following.append(target)
        edge = following


def _targets(model: ProcessModel, source: str) -> Iterator[str]:
    for flow in model.flows.values():
        if flow.source == source and flow.target in model.elements:
            yield flow.target
