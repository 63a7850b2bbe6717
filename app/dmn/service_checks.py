"""Decision services that would silently decide on nothing."""

from __future__ import annotations

from collections.abc import Iterator

from app.dmn.cycles import required_by
from app.dmn.nodes import InputData, Node, Service


def inputs_not_given(service: Service) -> Iterator[InputData]:
    """Input data that the decisions of a service need although the service takes it from nobody.

    What one of its input decisions would need is not needed, since that decision's value is given.
    """
    seen: set[Node] = {required.node for required in service.inputs}
    waiting: list[Node] = [required.node for required in service.outputs]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, InputData):
            yield node
        elif not isinstance(node, Service):
            waiting.extend(required_by(node))
