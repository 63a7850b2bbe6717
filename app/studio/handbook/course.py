"""The course of a process: its elements in the order in which the work meets them, and what follows on what."""

from collections import defaultdict
from collections.abc import Iterator

from app.kernel.model import Element, FlowModel, ProcessModel

GATEWAY = "Gateway"
UNNUMBERED = frozenset(("startEvent", "endEvent", "boundaryEvent"))


class Course:
    """One process, read once."""

    def __init__(self, model: ProcessModel) -> None:
        self._model = model
        self._leaving: dict[str, list[FlowModel]] = defaultdict(list)
        self._inside: dict[str, list[Element]] = defaultdict(list)
        self._attached: dict[str, list[Element]] = defaultdict(list)
        for flow in model.flows.values():
            self._leaving[flow.source].append(flow)
        for element in model.elements.values():
            if element.attached_to:
                self._attached[element.attached_to].append(element)
            elif element.parent:
                self._inside[element.parent].append(element)
        self.elements = tuple(self._ordered())
        steps = [one for one in self.elements if one.kind not in UNNUMBERED and not self._only_joins(one)]
        self.numbers = {element.id: number for number, element in enumerate(steps, 1)}

    def leaving(self, element_id: str) -> list[FlowModel]:
        return self._leaving[element_id]

    def attached(self, element_id: str) -> list[Element]:
        """The events at the edge of a step."""
        return self._attached[element_id]

    def reached(self, element_id: str) -> Element | None:
        """Where a flow really leads: past gateways that only bring ways together."""
        seen: set[str] = set()
        element = self._model.elements.get(element_id)
        while element is not None and self._only_joins(element) and element.id not in seen:
            seen.add(element.id)
            element = self._model.elements.get(self._leaving[element.id][0].target)
        return element

    def _only_joins(self, element: Element) -> bool:
        return element.kind.endswith(GATEWAY) and len(self._leaving[element.id]) == 1

    def _ordered(self) -> Iterator[Element]:
        """Each way to its end before the next one; what no way leads to comes last, as it was drawn."""
        seen: set[str] = set()
        targets = {flow.target for flow in self._model.flows.values()}
        for first in [*self._model.starts, *self._model.elements.values()]:
            waiting = [first]
            while waiting:
                element = waiting.pop()
                if element.id in seen:
                    continue
                seen.add(element.id)
                yield element
                waiting.extend(reversed(self._after(element, targets)))

    def _after(self, element: Element, targets: set[str]) -> list[Element]:
        """The inside of a sub-process, what follows on it, then what may happen to it."""
        starts = [one for one in self._inside[element.id] if one.id not in targets]
        followers = [self._model.elements.get(flow.target) for flow in self._leaving[element.id]]
        return [*starts, *(one for one in followers if one is not None), *self._attached[element.id]]
